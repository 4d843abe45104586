//! SQL, one text for SQLite and PostgreSQL. What differs between them is in `dialect`.
//!
//! A batch is written by one statement a table, its rows in one JSON parameter: a statement costs
//! more than a row. Records are kept as JSON beside the columns that statements look at, so a
//! record that gets a new field needs `#[serde(default)]` on it, or a migration.

mod areas;
mod corrections;
mod dialect;
mod error;
mod filing;
mod keys;
mod load;
mod load_matches;
mod load_sql;
mod migrate;
mod moves;
mod names;
mod open;
mod outbox;
mod plan;
mod purge;
mod purge_erasure;
mod purge_records;
mod purge_sql;
mod queries;
mod queue;
mod records;
mod refile;
mod refusals;
mod row;
mod save;
mod save_sql;
mod settings;
mod settle;
mod statements;
mod streams;
mod trail;
mod transaction;
mod types;

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool};

pub use error::StoreError;
pub use purge::{PURGE, PurgePage, PurgeStep, Purging};
pub use transaction::Transaction;
pub use types::{
    Batch, Counts, DeadEffect, KnownAreas, Lease, Leased, Listed, Options, Promised, Settled,
    Settlement, Standing,
};

use crate::domain::case::Case;
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::ids::{ConnectorId, EffectId};
use crate::domain::inbound::Due;
use crate::domain::queue::QueueQuestion;
use crate::domain::report::{CaseEvent, Subject};
use crate::domain::settings::Channel;
use dialect::Dialect;
use outbox::OutboxRow;
use queries::NumberRow;
use records::{CaseRow, EventRow};
use row::{execute, fetch, query};
use settings::{ChannelRow, CursorRow};
use statements::Statements;

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    dialect: Dialect,
    writer: AnyPool,
    reader: AnyPool,
    statements: Arc<Statements>,
}

impl Store {
    /// Opens `sqlite://PATH`, `sqlite::memory:` or `postgres://…` and brings the schema up to date.
    ///
    /// A database in memory has one connection for everything: commit or drop a [`Transaction`]
    /// before asking anything else of the store.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, Options::default()).await
    }

    /// As [`Store::open`], with so many connections.
    pub async fn open_with(url: &str, options: Options) -> Result<Self, StoreError> {
        let pools = open::connect(url, options).await?;
        migrate::migrate(&pools.writer, pools.dialect, migrate::MIGRATIONS).await?;
        Ok(Self {
            dialect: pools.dialect,
            writer: pools.writer,
            reader: pools.reader,
            statements: Arc::new(Statements::new(pools.dialect)),
        })
    }

    /// Begins to write. On SQLite one at a time, the others wait for their turn.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        let inner = self.begin_writing().await?;
        Ok(Transaction::new(inner, Arc::clone(&self.statements)))
    }

    async fn begin_writing(&self) -> Result<sqlx::Transaction<'static, Any>, StoreError> {
        let begun = self.writer.begin_with(self.dialect.begin()).await;
        if let Err(sqlx::Error::InvalidSavePointStatement) = begun {
            // A commit that failed, as on a full disk, leaves the connection counting a transaction that is over:
            // it would never begin another.
            self.writer.acquire().await?.close().await?;
        }
        Ok(begun?)
    }

    async fn reading(&self) -> Result<PoolConnection<Any>, StoreError> {
        Ok(self.reader.acquire().await?)
    }

    async fn writing(&self) -> Result<PoolConnection<Any>, StoreError> {
        Ok(self.writer.acquire().await?)
    }

    /// Every channel that was set up.
    pub async fn channels(&self) -> Result<Vec<Channel>, StoreError> {
        let sql = query(&self.statements.queries.channels);
        let rows: Vec<ChannelRow> = fetch(sql, &mut *self.reading().await?).await?;
        rows.into_iter().map(Channel::try_from).collect()
    }

    /// Grows whenever a channel's settings change.
    pub async fn channels_version(&self) -> Result<i64, StoreError> {
        let sql = query(&self.statements.queries.counter).bind(save_sql::CHANNEL_COUNTER);
        let rows: Vec<NumberRow> = fetch(sql, &mut *self.reading().await?).await?;
        Ok(number(&rows).unwrap_or(0))
    }

    /// How far a connector has come, by its own names.
    pub async fn cursors(
        &self,
        connector: &ConnectorId,
    ) -> Result<HashMap<String, String>, StoreError> {
        let sql = query(&self.statements.queries.cursors).bind(connector.as_str());
        let rows: Vec<CursorRow> = fetch(sql, &mut *self.reading().await?).await?;
        Ok(rows.into_iter().map(|row| (row.name, row.value)).collect())
    }

    /// Takes effects to carry out, urgent ones first and each queue in its order. An effect is kept
    /// back while one before it in its queue is being carried out or waits for its time.
    pub async fn lease(&self, lease: &Lease) -> Result<Vec<Leased>, StoreError> {
        outbox::lease(&mut *self.writing().await?, &self.statements, lease).await
    }

    /// Writes down what came of leased effects, all of it or nothing.
    pub async fn settle(
        &self,
        settlements: &[Settlement],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_writing().await?;
        settle::settle(&mut transaction, &self.statements, (settlements, now)).await?;
        Ok(transaction.commit().await?)
    }

    /// How many effects wait or are leased.
    pub async fn waiting(&self) -> Result<i64, StoreError> {
        let sql = query(&self.statements.outbox.waiting);
        let rows: Vec<NumberRow> = fetch(sql, &mut *self.reading().await?).await?;
        Ok(number(&rows).unwrap_or(0))
    }

    /// When [`Store::lease`] may next have something for a connector: a time comes or a lease ends.
    pub async fn next_due(&self, connector: &ConnectorId) -> Result<Option<Timestamp>, StoreError> {
        let sql = query(&self.statements.outbox.next_due).bind(connector.as_str());
        let rows: Vec<NumberRow> = fetch(sql, &mut *self.reading().await?).await?;
        Ok(number(&rows).map(Timestamp::from_millis))
    }

    /// The effects that were given up, the latest first.
    pub async fn dead(&self, limit: u32) -> Result<Vec<DeadEffect>, StoreError> {
        let sql = query(&self.statements.outbox.dead).bind(i64::from(limit));
        let rows: Vec<OutboxRow> = fetch(sql, &mut *self.reading().await?).await?;
        rows.into_iter().map(DeadEffect::try_from).collect()
    }

    /// What is in the outbox, in the order in which it was promised.
    pub async fn list_outbox(&self, limit: u32) -> Result<Vec<Promised>, StoreError> {
        let sql = query(&self.statements.outbox.list).bind(i64::from(limit));
        let rows: Vec<OutboxRow> = fetch(sql, &mut *self.reading().await?).await?;
        rows.into_iter().map(Promised::try_from).collect()
    }

    /// Lets an effect that was given up, or all of them, be tried again. Tells how many there were.
    pub async fn revive(
        &self,
        effect: Option<&EffectId>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let sql = &self.statements.outbox;
        let revive = match effect {
            Some(effect) => query(&sql.revive)
                .bind(now.as_millis())
                .bind(effect.as_str()),
            None => query(&sql.revive_all).bind(now.as_millis()),
        };
        execute(revive, &mut *self.writing().await?).await
    }

    /// Lets every effect of a connector that was leased be leased again at once: for whoever takes the
    /// connector over, since nobody else can be carrying it out. Tells how many there were.
    pub async fn release_leases(
        &self,
        connector: &ConnectorId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let release = query(&self.statements.outbox.release)
            .bind(connector.as_str())
            .bind(now.as_millis());
        execute(release, &mut *self.writing().await?).await
    }

    /// Drafts and claims past their time, and dialogues left alone for too long; the longest first.
    pub async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Due>, StoreError> {
        let mut connection = self.reading().await?;
        let sql = &self.statements.queries;
        sql.due(&mut connection, (now, limit)).await
    }

    /// The cases with the hub, most urgent first, then oldest.
    pub async fn queue(&self, limit: u32) -> Result<Vec<Case>, StoreError> {
        let sql = query(&self.statements.queries.queue).bind(i64::from(limit));
        let rows: Vec<CaseRow> = fetch(sql, &mut *self.reading().await?).await?;
        rows.into_iter().map(Case::try_from).collect()
    }

    /// The cases of a page of the queue and the one beyond it, in the direction in which the question is answered. The
    /// places where they were told are as they were then.
    pub async fn list(
        &self,
        question: &QueueQuestion,
        now: Timestamp,
    ) -> Result<Vec<Listed>, StoreError> {
        queue::list(&mut *self.reading().await?, self.dialect, (question, now)).await
    }

    /// The case with this code.
    pub async fn case_by_code(&self, code: &CaseCode) -> Result<Option<Case>, StoreError> {
        let sql = query(&self.statements.queries.case_by_code).bind(code.as_str());
        let rows: Vec<CaseRow> = fetch(sql, &mut *self.reading().await?).await?;
        rows.into_iter().next().map(Case::try_from).transpose()
    }

    /// The audit trail of a record, oldest first.
    pub async fn events(&self, subject: &Subject) -> Result<Vec<CaseEvent>, StoreError> {
        let sql = query(&self.statements.queries.events)
            .bind(subject.id())
            .bind(subject.sort());
        let rows: Vec<EventRow> = fetch(sql, &mut *self.reading().await?).await?;
        rows.into_iter().map(CaseEvent::try_from).collect()
    }

    /// How many rows there are of what matters.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let mut connection = self.reading().await?;
        self.statements.queries.counts(&mut connection).await
    }

    /// Takes or renews the right of `owner` to do what `name` names. False where another has it.
    pub async fn take_lease(
        &self,
        name: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let take = query(&self.statements.queries.take_lease)
            .bind(name)
            .bind(owner)
            .bind(until.as_millis())
            .bind(now.as_millis());
        Ok(execute(take, &mut *self.writing().await?).await? == 1)
    }

    /// Closes every connection, once those in use are given back.
    pub async fn close(self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

fn number(rows: &[NumberRow]) -> Option<i64> {
    rows.first().and_then(|row| row.number)
}
