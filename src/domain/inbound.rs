//! Inbound: anything a platform, a destination or the clock tells us.

use serde::{Deserialize, Serialize};

use super::action::Action;
use super::case::Outcome;
use super::clock::Timestamp;
use super::command::{Command, CommandError};
use super::details::Field;
use super::ids::{
    CaseId, ChannelId, ConcernId, ConnectorId, DestinationId, EffectId, GroupId, InboundKey,
    MatchId, MessageId, MessageRef, OfferId, PersonId, Place, ReferralId,
};
use super::people::{Actor, Person};
use super::private::Private;

/// One thing that happened, as its connector hands it over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// Where it came from.
    pub connector: ConnectorId,
    /// The same for the same thing, however often it is handed over.
    pub key: InboundKey,
    /// When it happened, by the platform's word.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Somebody wrote a message.
    Message(Message),
    /// Somebody changed a message; it is given as it is now.
    Edited(Message),
    /// Messages are gone.
    Deleted {
        /// Which ones.
        messages: Vec<MessageRef>,
    },
    /// Somebody pressed a button.
    Press(Press),
    /// Somebody gave a command.
    Command(Issued),
    /// Somebody sent a form.
    Form(FormSent),
    /// kith was added to a group.
    Added {
        /// Where.
        scene: Scene,
        /// By whom, where the platform says.
        by: Option<Actor>,
    },
    /// kith was removed from a group.
    Removed {
        /// The group.
        group: GroupId,
    },
    /// A channel lives on under another identifier (a Telegram group that became a supergroup).
    Moved {
        /// The old identifier.
        from: ChannelId,
        /// The new one.
        to: ChannelId,
    },
    /// A destination took a referral, or refused it for good.
    Handed(Handed),
    /// A destination tells how a referral is going.
    Status(StatusNews),
    /// A time came.
    Due(Due),
    /// The platform sent what nobody could read. It is kept as it came.
    Malformed {
        /// As it came, cut to a sensible length.
        raw: Private<String>,
        /// What was wrong with it.
        error: String,
    },
}

/// Where something happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// The channel.
    pub place: Place,
    /// The channel that a thread or topic hangs under, whose settings it shares.
    pub parent: Option<ChannelId>,
    /// The group; none in a private chat.
    pub group: Option<GroupId>,
}

impl Scene {
    /// Whether it is a private chat with one person.
    pub const fn is_private(&self) -> bool {
        self.group.is_none()
    }
}

/// A message in a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Where.
    pub scene: Scene,
    /// Which one.
    pub id: MessageId,
    /// Who wrote it.
    pub author: Person,
    /// Its words; empty where it has none.
    pub text: Private<String>,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// What stands in that message, where the platform gives it. It is read with the answer and never
    /// written anywhere: these are the words of somebody who may not have turned to kith.
    #[serde(default, skip_serializing)]
    pub answered: Option<Answered>,
}

impl Message {
    /// The message that it answers, as a reference.
    pub fn answers(&self) -> Option<MessageRef> {
        let message = self.reply_to.clone()?;
        Some(MessageRef {
            place: self.scene.place.clone(),
            message,
        })
    }

    /// Whether it answers what its own writer wrote before.
    pub fn answers_own(&self) -> bool {
        self.answered
            .as_ref()
            .is_some_and(|answered| answered.author.as_ref() == Some(&self.author.id))
    }

    /// Whether it answers what kith wrote.
    pub fn answers_kith(&self) -> bool {
        self.answered.as_ref().is_some_and(|answered| answered.ours)
    }

    /// The message as a reference.
    pub fn reference(&self) -> MessageRef {
        MessageRef {
            place: self.scene.place.clone(),
            message: self.id.clone(),
        }
    }
}

/// The message that another one answers, as the platform gives it beside the answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Answered {
    /// Who wrote it; none where the platform doesn't say.
    pub author: Option<PersonId>,
    /// Whether kith itself wrote it.
    pub ours: bool,
    /// Its words; empty where it has none. What it is about stands at its beginning, and is all that is kept.
    pub text: Private<String>,
}

impl Answered {
    /// The most of its words that are of use, in characters.
    pub const LONGEST: usize = 1_000;

    /// An answered message with these words, cut where they are long.
    pub fn new(author: Option<PersonId>, ours: bool, text: &str) -> Self {
        let end = text
            .char_indices()
            .nth(Self::LONGEST)
            .map_or(text.len(), |(end, _)| end);
        Self {
            author,
            ours,
            text: Private::new(text[..end].to_owned()),
        }
    }
}

/// How to answer a press, a command or a form: opaque outside its connector, and good for a short time only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AnswerToken(pub Private<String>);

/// A button that was pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Press {
    /// Where. In the private chat where a link led there.
    pub scene: Scene,
    /// The message that the button is on, where the platform says.
    pub on: Option<MessageId>,
    /// Who.
    pub by: Actor,
    /// What the button does; none where it is not one of ours.
    pub action: Option<Action>,
    /// How to answer.
    pub answer: Option<AnswerToken>,
}

/// A command that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Where.
    pub scene: Scene,
    /// Who.
    pub by: Actor,
    /// The command, or why it was not understood.
    pub command: Result<Command, CommandError>,
    /// The message that gave it, where it was typed.
    pub message: Option<MessageId>,
    /// The message that it is about: the one replied to, or the one a message command was used on.
    pub about: Option<Box<Message>>,
    /// What the connector finds wrong in this channel, in plain words; looked for with `/kith` commands only.
    pub problems: Vec<String>,
    /// How to answer.
    pub answer: Option<AnswerToken>,
}

/// A form that was filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormSent {
    /// Where the button was.
    pub scene: Scene,
    /// Who.
    pub by: Actor,
    /// What the form was opened by.
    pub action: Option<Action>,
    /// What was filled in; empty fields are left out.
    pub fields: Vec<(Field, Private<String>)>,
    /// How to answer.
    pub answer: Option<AnswerToken>,
}

/// What a destination answered to a referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// The referral.
    pub referral: ReferralId,
    /// The effect that sent it.
    pub effect: EffectId,
    /// Whether it was told to use the case no longer, rather than of the case.
    #[serde(default)]
    pub recall: bool,
    /// Its reference, or why it will not take the case.
    pub answer: Result<Option<String>, String>,
}

/// How a referral is going.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusNews {
    /// Who says so.
    pub destination: DestinationId,
    /// The referral, by our identifier or by the destination's reference.
    pub about: ReferralName,
    /// What it says, in its words.
    pub status: String,
    /// Set where the status ends the case.
    pub outcome: Option<Outcome>,
}

/// A referral by either of its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferralName {
    /// Our identifier.
    Ours(ReferralId),
    /// The destination's reference.
    Theirs(String),
}

/// A time that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "due", rename_all = "snake_case")]
pub enum Due {
    /// A draft or a claim is past its time.
    Case {
        /// Which case.
        id: CaseId,
    },
    /// A draft is past its time.
    Offer {
        /// Which offer.
        id: OfferId,
    },
    /// A match is past its time.
    Match {
        /// Which match.
        id: MatchId,
    },
    /// Nobody has taken a concern in time, or a line about it has stood long enough.
    Concern {
        /// Which concern.
        id: ConcernId,
    },
    /// A dialogue was left alone.
    Dialogue {
        /// Whose.
        connector: ConnectorId,
        /// Whose.
        person: PersonId,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::Language;

    fn message() -> Message {
        let connector = ConnectorId::new("sim");
        let person = PersonId::new("ana");
        Message {
            scene: Scene {
                place: Place {
                    connector: connector.clone(),
                    channel: ChannelId::new("street"),
                },
                parent: None,
                group: Some(GroupId::new("street")),
            },
            id: MessageId::new("2"),
            author: Person {
                connector,
                id: person.clone(),
                name: "Ana".into(),
                language: Language::English,
            },
            text: "yes please".into(),
            reply_to: Some(MessageId::new("1")),
            answered: Some(Answered::new(Some(person), false, "somebody's words")),
        }
    }

    #[test]
    fn the_words_that_are_answered_are_never_written() {
        let written = serde_json::to_string(&Event::Message(message())).unwrap();
        assert!(!written.contains("somebody") && !written.contains("answered"));
        let read: Event = serde_json::from_str(&written).unwrap();
        let kept = Message {
            answered: None,
            ..message()
        };
        assert_eq!(read, Event::Message(kept));
    }

    #[test]
    fn long_words_are_cut_between_letters() {
        for (words, length) in [("é", 1), ("", 0)] {
            let answered = Answered::new(None, false, words);
            assert_eq!(answered.text.reveal().chars().count(), length);
        }
        let answered = Answered::new(None, false, &"é".repeat(1_001));
        assert_eq!(answered.text.reveal().chars().count(), Answered::LONGEST);
    }

    #[test]
    fn whose_words_are_answered() {
        assert!(message().answers_own() && !message().answers_kith());
        let mut message = message();
        message.answered = Some(Answered::new(None, true, "Shall I?"));
        assert!(!message.answers_own() && message.answers_kith());
    }
}
