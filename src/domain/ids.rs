//! Identifiers: opaque newtypes. Those of a platform are parsed only by its connector;
//! our own are drawn from a seed, so that a decision stays a pure function.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::clock::Timestamp;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text of an identifier.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text, as stored and as sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

id! {
    /// One connection to a platform, as `telegram` or `discord`; also `web`, `clock` and `hub`, which are our own.
    ConnectorId;
    /// A community on a platform: a Discord server, a Telegram chat.
    GroupId;
    /// Where messages appear: a channel, a thread, a topic, a private chat.
    ChannelId;
    /// A message within its channel.
    MessageId;
    /// A person on a platform. The same human on two platforms has two.
    PersonId;
    /// A role of a platform, where it has such.
    RoleId;
    /// What makes an inbound the same inbound when it is handed over again; unique within its connector.
    InboundKey;
    /// A case.
    CaseId;
    /// A report.
    ReportId;
    /// An offer.
    OfferId;
    /// A match.
    MatchId;
    /// A concern.
    ConcernId;
    /// A referral.
    ReferralId;
    /// A promised effect. Sent to platforms and destinations as the idempotency key.
    EffectId;
    /// A message that kith posted and keeps up to date.
    PostKey;
    /// A destination outside kith, by its name in the configuration.
    DestinationId;
}

/// A channel on a connector: all that is needed to say something there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The connector that knows the channel.
    pub connector: ConnectorId,
    /// The channel.
    pub channel: ChannelId,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.connector, self.channel)
    }
}

/// One message on one platform.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageRef {
    /// Where it is.
    pub place: Place,
    /// Which one it is.
    pub message: MessageId,
}

/// A source of identifiers: the same seed and moment give the same sequence, and none can be guessed from another.
#[derive(Clone, Debug)]
pub struct Draw {
    seed: [u8; 16],
    /// Whole seconds since `ID_BEGINS`.
    second: u64,
    count: u64,
}

/// 32 signs for record identifiers (Crockford's base 32, lower case), five bits a sign.
const ID_SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Signs in a record identifier: when it was drawn, then 50 bits that nobody can guess.
const ID_LENGTH: usize = 16;
/// Signs that say when, in seconds: enough until 2054. What is drawn together lies together in every index of a
/// database, so that a batch writes a few pages of it and not one a row (as RFC 9562 has it of version 7).
const ID_TIME: usize = 6;
/// 2020-01-01 UTC, in seconds since 1970.
const ID_BEGINS: i64 = 1_577_836_800;

impl Draw {
    /// Starts a sequence from 16 random bytes.
    pub const fn new(seed: [u8; 16]) -> Self {
        Self {
            seed,
            second: 0,
            count: 0,
        }
    }

    /// The same sequence, drawn at this moment.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        Self {
            second: u64::try_from(now.as_millis() / 1000 - ID_BEGINS).unwrap_or(0),
            ..self
        }
    }

    fn next_block(&mut self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.count.to_le_bytes());
        self.count += 1;
        hash.finalize().into()
    }

    /// The text of a fresh record identifier, 16 signs.
    pub fn id(&mut self) -> String {
        let second = self.second;
        let time = (0..ID_TIME)
            .rev()
            .map(|place| (second >> (5 * place)).to_le_bytes()[0]);
        time.chain(self.next_block())
            .take(ID_LENGTH)
            .map(|byte| char::from(ID_SIGNS[usize::from(byte & 31)]))
            .collect()
    }

    /// A fresh case code.
    pub fn code(&mut self) -> super::code::CaseCode {
        super::code::CaseCode::from_bytes(self.next_block())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_never_repeats() {
        let (mut one, mut two) = (Draw::new([7; 16]), Draw::new([7; 16]));
        let first: Vec<_> = (0..50).map(|_| one.id()).collect();
        let second: Vec<_> = (0..50).map(|_| two.id()).collect();
        assert_eq!(first, second);
        let distinct: std::collections::HashSet<_> = first.iter().collect();
        assert_eq!(distinct.len(), 50);
        assert!(first.iter().all(|id| id.len() == ID_LENGTH));
    }

    #[test]
    fn what_is_drawn_later_sorts_later() {
        let drawn = |seconds: i64| {
            let now = Timestamp::from_millis(1_780_000_000_000 + seconds * 1000);
            Draw::new([7; 16]).at(now).id()
        };
        let drawn: Vec<_> = [0, 1, 2, 31, 32, 33, 86_400, 400_000_000]
            .map(drawn)
            .to_vec();
        assert!(drawn.is_sorted(), "{drawn:?}");
        assert!(drawn.iter().all(|id| id[6..] == drawn[0][6..]));
        assert!(drawn.iter().all(|id| id.len() == ID_LENGTH));
    }
}
