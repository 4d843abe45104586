//! One piece of work: all of it is written, or nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use sqlx::Any;

use super::error::StoreError;
use super::load::Load;
use super::row::{fetch, parameter, query};
use super::save::{Save, indexed_by};
use super::settings::ReceiptRow;
use super::statements::Statements;
use super::types::Batch;
use crate::domain::decision::{Snapshot, Wants};
use crate::domain::ids::{ConnectorId, InboundKey};
use crate::domain::matching::{case_keys, offer_keys};
use crate::domain::report::Subject;
use crate::domain::traces::Hash;

/// One piece of work: all of it is written, or nothing. Dropping it writes nothing.
#[derive(Debug)]
pub struct Transaction {
    pub(super) inner: sqlx::Transaction<'static, Any>,
    pub(super) statements: Arc<Statements>,
    /// Receipts that were there before.
    seen: HashSet<(String, String)>,
    /// The duplicate keys that the cases loaded so far are indexed by.
    indexed: HashMap<String, Vec<Hash>>,
    /// What the cases and offers loaded so far are found under by each other.
    filed: HashMap<Subject, Vec<String>>,
}

#[derive(Serialize)]
struct ReceiptName<'r> {
    connector: &'r str,
    key: &'r str,
}

impl Transaction {
    pub(super) fn new(inner: sqlx::Transaction<'static, Any>, statements: Arc<Statements>) -> Self {
        Self {
            inner,
            statements,
            seen: HashSet::new(),
            indexed: HashMap::new(),
            filed: HashMap::new(),
        }
    }

    /// Which of these were taken in already.
    pub async fn seen(
        &mut self,
        keys: &[(ConnectorId, InboundKey)],
    ) -> Result<HashSet<(ConnectorId, InboundKey)>, StoreError> {
        if keys.is_empty() {
            return Ok(HashSet::new());
        }
        let names: Vec<_> = keys
            .iter()
            .map(|(connector, key)| ReceiptName {
                connector: connector.as_str(),
                key: key.as_str(),
            })
            .collect();
        let names = parameter("receipt", &names)?;
        let sql = &self.statements.queries.seen;
        let rows: Vec<ReceiptRow> = fetch(query(sql).bind(names), &mut self.inner).await?;
        let found: HashSet<_> = rows
            .into_iter()
            .map(|row| (row.connector, row.key))
            .collect();
        self.seen.extend(found.iter().cloned());
        Ok(found
            .into_iter()
            .map(|(connector, key)| (ConnectorId::new(connector), InboundKey::new(key)))
            .collect())
    }

    /// Reads what is wanted. Channels, capabilities and destinations are left empty.
    ///
    /// On PostgreSQL the named cases, offers and concerns are kept from others until the commit;
    /// those that were found by a duplicate key or in the queue are not.
    pub async fn load(&mut self, wants: &Wants) -> Result<Snapshot, StoreError> {
        let load = Load::new(&mut self.inner, &self.statements);
        let snapshot = load.wants(wants).await?;
        for case in snapshot.cases.values() {
            let keys = indexed_by(case).to_vec();
            self.indexed.insert(case.id.to_string(), keys);
            let subject = Subject::Case(case.id.clone());
            self.filed.insert(subject, case_keys(case));
        }
        for offer in snapshot.offers.values() {
            let subject = Subject::Offer(offer.id.clone());
            self.filed.insert(subject, offer_keys(offer));
        }
        Ok(snapshot)
    }

    /// Writes a batch. Receipts that [`Transaction::seen`] found are left as they are.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where a row is not in the version that its write expects, or a new
    /// row's code, source or receipt is there already: drop the transaction, load and decide again.
    pub async fn save(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let mut save = Save {
            connection: &mut self.inner,
            statements: &self.statements,
            seen: &self.seen,
            indexed: &mut self.indexed,
            filed: &mut self.filed,
        };
        save.batch(batch).await
    }

    /// Makes it last: once this returns, a power cut takes nothing of it.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.inner.commit().await?)
    }
}
