//! A message that one person wrote in a channel, named by a button that only kith can have made, and made for them.

use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, MessageId, MessageRef, PersonId, Place};
use super::traces::{Hash, Hasher};

/// A message, by its channel and number, sealed for its writer. kith keeps nothing of ordinary chat; so what the button is about
/// stands in it, and the seal says that it was kith who wrote it there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SealedMessage {
    channel: ChannelId,
    message: MessageId,
    seal: Hash,
}

impl SealedMessage {
    /// Seals a message for whoever wrote it.
    pub fn new(hasher: &Hasher, message: &MessageRef, writer: &PersonId) -> Self {
        Self {
            channel: message.place.channel.clone(),
            message: message.message.clone(),
            seal: seal(hasher, message, writer),
        }
    }

    /// The message, where it was sealed for this person on this connector.
    pub fn open(&self, hasher: &Hasher, place: &Place, writer: &PersonId) -> Option<MessageRef> {
        let message = self.named(place);
        (seal(hasher, &message, writer) == self.seal).then_some(message)
    }

    /// The message that the button names, whoever made it: to be looked up, not to be acted on.
    pub fn named(&self, place: &Place) -> MessageRef {
        MessageRef {
            place: Place {
                connector: place.connector.clone(),
                channel: self.channel.clone(),
            },
            message: self.message.clone(),
        }
    }

    /// The text carried by a button. A slash, which a channel may have and a button may not, is two dashes.
    pub fn encode(&self) -> String {
        let channel = self.channel.as_str().replace('/', "--");
        format!("{channel}_{}_{:016x}", self.message, self.seal.as_i64())
    }

    /// Reads what [`SealedMessage::encode`] wrote.
    pub fn decode(text: &str) -> Option<Self> {
        let (rest, seal) = text.rsplit_once('_')?;
        let (channel, message) = rest.rsplit_once('_')?;
        let whole = !channel.is_empty() && !message.is_empty() && seal.len() == 16;
        let seal = i64::from_str_radix(seal, 16).ok().filter(|_| whole)?;
        Some(Self {
            channel: ChannelId::new(channel.replace("--", "/")),
            message: MessageId::new(message),
            seal: Hash::from_i64(seal),
        })
    }
}

fn seal(hasher: &Hasher, message: &MessageRef, writer: &PersonId) -> Hash {
    let Place { connector, channel } = &message.place;
    let number = &message.message;
    hasher.hash(
        "sealed message",
        &format!("{connector}\n{channel}\n{number}\n{writer}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ConnectorId;

    fn message(channel: &str) -> MessageRef {
        MessageRef {
            place: Place {
                connector: ConnectorId::new("sim"),
                channel: ChannelId::new(channel),
            },
            message: MessageId::new("1311223344556677889"),
        }
    }

    #[test]
    fn it_opens_for_its_writer_alone() {
        let hasher = Hasher::new(b"key");
        let message = message("-1001234567890/45");
        let ana = PersonId::new("ana");
        let sealed = SealedMessage::new(&hasher, &message, &ana);
        let read = SealedMessage::decode(&sealed.encode()).unwrap();
        assert_eq!(read, sealed);
        assert_eq!(
            read.open(&hasher, &message.place, &ana),
            Some(message.clone())
        );
        assert_eq!(
            read.open(&hasher, &message.place, &PersonId::new("ben")),
            None
        );
        let elsewhere = Place {
            connector: ConnectorId::new("other"),
            ..message.place.clone()
        };
        assert_eq!(read.open(&hasher, &elsewhere, &ana), None);
        assert_eq!(
            read.open(&Hasher::new(b"another"), &message.place, &ana),
            None
        );
    }

    #[test]
    fn another_message_needs_another_seal() {
        let hasher = Hasher::new(b"key");
        let message = message("1311223344556677880");
        let ana = PersonId::new("ana");
        let text = SealedMessage::new(&hasher, &message, &ana).encode();
        let forged = text.replacen("7889", "7888", 1);
        let forged = SealedMessage::decode(&forged).unwrap();
        assert_eq!(forged.open(&hasher, &message.place, &ana), None);
    }

    #[test]
    fn what_is_none_is_not_read() {
        for text in [
            "",
            "_",
            "__",
            "a_b",
            "a_b_c",
            "a_b_00000000000000zz",
            "_b_0000000000000001",
        ] {
            assert_eq!(SealedMessage::decode(text), None, "{text}");
        }
    }
}
