//! Discord's identifiers and ours: kith's are text, Discord's are numbers that carry their time.

use std::num::NonZeroU64;

use sha2::{Digest, Sha256};

use crate::domain::clock::Timestamp;
use crate::domain::ids::{ChannelId, ConnectorId, EffectId, MessageId, MessageRef, Place};

/// The connector's name.
pub(super) const CONNECTOR: &str = "discord";

/// The first millisecond of 2015, where Discord's identifiers begin (reference: "Snowflakes").
const DISCORD_EPOCH: i64 = 1_420_070_400_000;

/// The longest nonce that Discord takes (message resource, "nonce").
const NONCE_LENGTH: usize = 25;

pub(super) fn connector() -> ConnectorId {
    ConnectorId::new(CONNECTOR)
}

/// The number that an identifier of Discord is; none where it is not one.
pub(super) fn number<I: From<NonZeroU64>>(text: &str) -> Option<I> {
    text.parse::<NonZeroU64>().ok().map(I::from)
}

pub(super) fn place(channel: serenity::model::id::ChannelId) -> Place {
    Place {
        connector: connector(),
        channel: ChannelId::new(channel.to_string()),
    }
}

pub(super) fn message_ref(
    channel: serenity::model::id::ChannelId,
    message: serenity::model::id::MessageId,
) -> MessageRef {
    MessageRef {
        place: place(channel),
        message: MessageId::new(message.to_string()),
    }
}

/// When an identifier was given out.
pub(super) fn moment(snowflake: u64) -> Timestamp {
    let since = i64::try_from(snowflake >> 22).unwrap_or(i64::MAX);
    Timestamp::from_millis(DISCORD_EPOCH.saturating_add(since))
}

/// The smallest identifier given out at this moment.
pub(super) fn first_at(moment: Timestamp) -> u64 {
    let since = moment.as_millis().saturating_sub(DISCORD_EPOCH);
    u64::try_from(since).map_or(0, |since| since.min(1 << 41) << 22)
}

/// The nonce of an effect: its identifier, or a digest of one that is too long.
pub(super) fn nonce(key: &EffectId) -> String {
    let text = key.as_str();
    if !text.is_empty() && text.len() <= NONCE_LENGTH {
        text.to_owned()
    } else {
        digest(text)
    }
}

/// Twenty-four letters that stand for a text.
pub(super) fn digest(text: &str) -> String {
    let digest = Sha256::digest(text);
    let half = |byte: u8| char::from_digit(u32::from(byte), 16);
    digest
        .iter()
        .take(12)
        .flat_map(|byte| [half(byte >> 4), half(byte & 15)])
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_carry_their_time() {
        // The example of Discord's reference, "Snowflakes".
        let moment = moment(175_928_847_299_117_063);
        assert_eq!(moment.as_millis(), 1_462_015_105_796);
        let first = first_at(moment);
        assert!(first <= 175_928_847_299_117_063);
        assert_eq!(super::moment(first), moment);
        assert_eq!(first_at(Timestamp::from_millis(0)), 0);
    }

    #[test]
    fn nonces_fit() {
        assert_eq!(
            nonce(&EffectId::new("0123456789abcdef")),
            "0123456789abcdef"
        );
        let long = nonce(&EffectId::new("x".repeat(26)));
        assert_eq!(long.len(), 24);
        assert_ne!(long, nonce(&EffectId::new("x".repeat(27))));
    }
}
