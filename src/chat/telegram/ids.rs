//! Telegram's numbers as the opaque identifiers of the rest, and back.

use teloxide::types::{ChatId, MessageId as Number, Recipient, ThreadId, UserId};

use crate::chat::Failure;
use crate::domain::ids::{ChannelId, GroupId, MessageId, PersonId};

/// A chat, and the topic in it where it has topics: `CHAT` or `CHAT/TOPIC`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Spot {
    /// The chat; a positive number is the private chat with the person of that number.
    pub(super) chat: i64,
    /// The topic; the general topic has none.
    pub(super) topic: Option<i32>,
}

impl Spot {
    pub(super) const fn whole(chat: i64) -> Self {
        Self { chat, topic: None }
    }

    pub(super) fn channel(self) -> ChannelId {
        match self.topic {
            Some(topic) => ChannelId::new(format!("{}/{topic}", self.chat)),
            None => ChannelId::new(self.chat.to_string()),
        }
    }

    /// The channel whose settings a topic shares.
    pub(super) fn parent(self) -> Option<ChannelId> {
        self.topic.map(|_| Self::whole(self.chat).channel())
    }

    pub(super) fn group(self) -> Option<GroupId> {
        (!self.is_private()).then(|| GroupId::new(self.chat.to_string()))
    }

    pub(super) const fn is_private(self) -> bool {
        self.chat > 0
    }

    pub(super) fn recipient(self) -> Recipient {
        Recipient::Id(ChatId(self.chat))
    }

    pub(super) fn thread(self) -> Option<ThreadId> {
        self.topic.map(|topic| ThreadId(Number(topic)))
    }

    /// Reads what [`Spot::channel`] wrote.
    pub(super) fn parse(channel: &ChannelId) -> Result<Self, Failure> {
        let text = channel.as_str();
        let spot = match text.split_once('/') {
            None => text.parse().ok().map(Self::whole),
            Some((chat, topic)) => {
                let topic = topic.parse().ok().map(Some);
                chat.parse()
                    .ok()
                    .zip(topic)
                    .map(|(chat, topic)| Self { chat, topic })
            }
        };
        spot.ok_or_else(|| foreign("a channel such as -1001234 or -1001234/56", text))
    }

    /// The private chat with a person.
    pub(super) fn private(person: &PersonId) -> Result<Self, Failure> {
        let chat: i64 = person
            .as_str()
            .parse()
            .map_err(|_| foreign("a person such as 123456", person.as_str()))?;
        let spot = Self::whole(chat);
        if spot.is_private() {
            Ok(spot)
        } else {
            // Whoever writes as a group or a channel is known by its number: what is personal would be posted there.
            Err(Failure::Unreachable {
                why: "they write in the name of a chat, and nobody can be told in private"
                    .to_owned(),
            })
        }
    }
}

pub(super) fn message(number: i32) -> MessageId {
    MessageId::new(number.to_string())
}

pub(super) fn message_number(message: &MessageId) -> Result<Number, Failure> {
    message
        .as_str()
        .parse()
        .map(Number)
        .map_err(|_| foreign("a message such as 789", message.as_str()))
}

pub(super) fn person(number: i64) -> PersonId {
    PersonId::new(number.to_string())
}

/// The person's number where there is a human behind it.
pub(super) fn user(number: i64) -> Option<UserId> {
    u64::try_from(number).ok().map(UserId)
}

fn foreign(expected: &str, found: &str) -> Failure {
    Failure::Dead {
        why: format!(
            "expected {expected}, found `{found}`, which is not of Telegram; set the channel up again"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spots_read_back() {
        let topic = Spot {
            chat: -100_123,
            topic: Some(7),
        };
        for (spot, text, parent) in [
            (Spot::whole(-100_123), "-100123", None),
            (topic, "-100123/7", Some(ChannelId::new("-100123"))),
            (Spot::whole(42), "42", None),
        ] {
            assert_eq!(spot.channel().as_str(), text);
            assert_eq!(Spot::parse(&spot.channel()), Ok(spot));
            assert_eq!(spot.parent(), parent);
        }
    }

    #[test]
    fn what_is_not_of_telegram_is_dead() {
        for text in ["", "general", "12/", "/7", "12/x", "1/2/3"] {
            assert!(
                matches!(
                    Spot::parse(&ChannelId::new(text)),
                    Err(Failure::Dead { .. })
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn a_group_is_nobody_to_tell_in_private() {
        assert!(matches!(
            Spot::private(&PersonId::new("-100123")),
            Err(Failure::Unreachable { .. })
        ));
    }
}
