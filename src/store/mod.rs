//! SQL, one text for SQLite and PostgreSQL.

mod error;
mod types;

use std::collections::{HashMap, HashSet};

pub use error::StoreError;
pub use types::{
    Batch, Counts, DeadEffect, Lease, Leased, Options, Promised, Purged, Settled, Settlement,
    Standing,
};

use crate::domain::case::Case;
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::decision::{Snapshot, Wants};
use crate::domain::ids::{ConnectorId, EffectId, InboundKey};
use crate::domain::inbound::Due;
use crate::domain::report::{CaseEvent, Subject};
use crate::domain::settings::Channel;

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {}

/// One piece of work: all of it is written, or nothing. Dropping it writes nothing.
#[derive(Debug)]
pub struct Transaction {}

impl Store {
    /// Opens `sqlite://PATH`, `sqlite::memory:` (for tests) or `postgres://…` and brings the schema up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, Options::default()).await
    }
    /// As [`Store::open`], with so many connections.
    pub async fn open_with(url: &str, options: Options) -> Result<Self, StoreError> {
        todo!()
    }
    /// Begins to write.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        todo!()
    }
    /// Every channel that was set up.
    pub async fn channels(&self) -> Result<Vec<Channel>, StoreError> {
        todo!()
    }
    /// Grows whenever a channel's settings change.
    pub async fn channels_version(&self) -> Result<i64, StoreError> {
        todo!()
    }
    /// How far a connector has come, by its own names.
    pub async fn cursors(
        &self,
        connector: &ConnectorId,
    ) -> Result<HashMap<String, String>, StoreError> {
        todo!()
    }
    /// Takes effects to carry out, urgent ones first, each queue in its order.
    pub async fn lease(&self, lease: &Lease) -> Result<Vec<Leased>, StoreError> {
        todo!()
    }
    /// Writes down what came of leased effects.
    pub async fn settle(
        &self,
        settlements: &[Settlement],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        todo!()
    }
    /// How many effects wait or are leased.
    pub async fn waiting(&self) -> Result<i64, StoreError> {
        todo!()
    }
    /// When the next effect of a connector may be tried; leases that may run out included.
    pub async fn next_due(&self, connector: &ConnectorId) -> Result<Option<Timestamp>, StoreError> {
        todo!()
    }
    /// The effects that were given up, newest first.
    pub async fn dead(&self, limit: u32) -> Result<Vec<DeadEffect>, StoreError> {
        todo!()
    }
    /// What is in the outbox, in the order in which it was promised.
    pub async fn list_outbox(&self, limit: u32) -> Result<Vec<Promised>, StoreError> {
        todo!()
    }
    /// Lets an effect that was given up (or all of them) be tried again. Tells how many.
    pub async fn revive(
        &self,
        effect: Option<&EffectId>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        todo!()
    }
    /// Drafts and claims past their time, and dialogues left alone for a day.
    pub async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Due>, StoreError> {
        todo!()
    }
    /// The cases with the hub, most urgent first, then oldest.
    pub async fn queue(&self, limit: u32) -> Result<Vec<Case>, StoreError> {
        todo!()
    }
    /// The case with this code.
    pub async fn case_by_code(&self, code: &CaseCode) -> Result<Option<Case>, StoreError> {
        todo!()
    }
    /// The audit trail of a record, oldest first.
    pub async fn events(&self, subject: &Subject) -> Result<Vec<CaseEvent>, StoreError> {
        todo!()
    }
    /// How many rows there are.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        todo!()
    }
    /// Takes or renews the right of `owner` to do what `name` names, until then. False where another has it.
    pub async fn take_lease(
        &self,
        name: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        todo!()
    }
    /// Removes receipts older than seven days and malformed inbound older than thirty.
    pub async fn purge(&self, now: Timestamp) -> Result<Purged, StoreError> {
        todo!()
    }
    /// Closes every connection.
    pub async fn close(self) {
        todo!()
    }
}

impl Transaction {
    /// Which of these were taken in already.
    pub async fn seen(
        &mut self,
        keys: &[(ConnectorId, InboundKey)],
    ) -> Result<HashSet<(ConnectorId, InboundKey)>, StoreError> {
        todo!()
    }
    /// Reads what is wanted. Channels, capabilities and destinations are left empty.
    pub async fn load(&mut self, wants: &Wants) -> Result<Snapshot, StoreError> {
        todo!()
    }
    /// Writes a batch.
    pub async fn save(&mut self, batch: &Batch) -> Result<(), StoreError> {
        todo!()
    }
    /// Makes it last.
    pub async fn commit(self) -> Result<(), StoreError> {
        todo!()
    }
}
