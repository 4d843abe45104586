//! What goes into the store and what comes out of it, beside the domain's own types.

use std::collections::BTreeMap;

use crate::domain::case::Case;
use crate::domain::clock::Timestamp;
use crate::domain::decision::{Decision, Post};
use crate::domain::effect::Effect;
use crate::domain::ids::{ConnectorId, EffectId, InboundKey, MessageId, PostKey};

/// How many connections to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Connections that only read.
    pub readers: u32,
    /// Connections that write, on PostgreSQL. SQLite has one writer.
    pub writers: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 4,
            writers: 8,
        }
    }
}

/// All that one transaction of `flow::receive` writes.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The present moment.
    pub now: Timestamp,
    /// What was taken in; each is remembered, so that it is never taken in again.
    pub receipts: Vec<(ConnectorId, InboundKey)>,
    /// What was decided, in the order in which it was.
    pub decisions: Vec<Decision>,
    /// How far each connector has come: its identifier, the cursor's name and value.
    pub cursors: Vec<(ConnectorId, String, String)>,
}

/// How much is known of where outcodes lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnownAreas {
    /// How many outcodes.
    pub outcodes: i64,
    /// Of how many postcodes their middles were made.
    pub postcodes: i64,
    /// When the oldest of it was loaded.
    pub oldest: Option<Timestamp>,
    /// When the newest was.
    pub newest: Option<Timestamp>,
}

/// A case of the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The case.
    pub case: Case,
    /// How many tellings of it there are.
    pub reports: usize,
}

/// A wish for work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Whose effects.
    pub connector: ConnectorId,
    /// The present moment.
    pub now: Timestamp,
    /// When the effects may be given to another, unless they are settled before.
    pub until: Timestamp,
    /// At most so many.
    pub limit: u32,
}

/// An effect that is ours to carry out until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// What to do. Its identifier stays the same when newer content of its post replaces what waits.
    pub effect: Effect,
    /// How often its content was replaced.
    pub generation: i64,
    /// How often it was tried in vain.
    pub attempts: i64,
    /// When it was promised.
    pub promised: Timestamp,
    /// The post that it shows or retracts, where the store knows it.
    pub post: Option<Post>,
}

/// What came of a leased effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Which effect.
    pub effect: EffectId,
    /// The generation that was carried out. Where newer content came meanwhile the effect waits on with it.
    pub generation: i64,
    /// What came of it.
    pub outcome: Settled,
}

/// What came of an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is done.
    Done {
        /// The message that a post now is.
        posted: Option<(PostKey, MessageId)>,
        /// The post whose message is gone for good: the post is forgotten.
        cleared: Option<PostKey>,
    },
    /// It is to be tried again.
    Again {
        /// When.
        at: Timestamp,
        /// Why it was not done.
        why: String,
        /// Whether this counts as an attempt; not where it was merely given back.
        attempt: bool,
        /// The post whose message is gone, so that the next attempt posts it anew.
        forget_post: Option<PostKey>,
    },
    /// It can't be done; staff must see it.
    Dead {
        /// Why, and what to do.
        why: String,
    },
    /// It is given up and another is promised in its place, in the same transaction.
    Instead {
        /// The other.
        effect: Box<Effect>,
    },
}

/// An effect that could not be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadEffect {
    /// What was to be done.
    pub effect: Effect,
    /// Why it was not.
    pub why: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was promised.
    pub promised: Timestamp,
    /// When it was given up.
    pub died: Timestamp,
}

/// Where a promised effect stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It waits for its time or its turn.
    Waiting,
    /// Somebody is carrying it out.
    Leased,
    /// It was given up.
    Dead,
}

/// A line of the outbox, for people to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promised {
    /// What is to be done.
    pub effect: Effect,
    /// Where it stands.
    pub standing: Standing,
    /// When it may be tried, when its lease ends, or when it was given up.
    pub due: Timestamp,
    /// How often it was tried in vain.
    pub attempts: i64,
    /// When it was promised.
    pub promised: Timestamp,
    /// Why it was not done the last time.
    pub why: Option<String>,
}

/// How many rows there are of what matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Reports.
    pub reports: i64,
    /// Cases by the word for their state.
    pub cases: BTreeMap<String, i64>,
    /// Offers.
    pub offers: i64,
    /// Concerns.
    pub concerns: i64,
    /// Dialogues that are going on.
    pub dialogues: i64,
    /// Effects that wait or are leased.
    pub waiting: i64,
    /// Effects that were given up.
    pub dead: i64,
    /// Inbound that nobody could read.
    pub malformed: i64,
    /// Inbound that is remembered as taken in.
    pub receipts: i64,
}
