//! Writing a batch: one statement a table, skipped where there is nothing to write.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;
use sqlx::AnyConnection;

use super::corrections::CorrectionRow;
use super::error::StoreError;
use super::names::{
    CaseKey, Expecting, GroupName, Id, MatchKey, PersonName, SubjectName, positioned,
};
use super::outbox;
use super::plan::{Plan, Versioned};
use super::records::{
    CaseRow, ConcernRow, DialogueRow, EventRow, MatchRow, OfferRow, ReferralRow, ReportRow,
    VolunteerRow,
};
use super::refusals::RefusalRow;
use super::row::{Row, Sql, execute, fetch, parameter, query};
use super::save_sql::{CHANNEL_COUNTER, VersionedSql};
use super::settings::{BriefingRow, ChannelRow, CursorRow, MalformedRow, ModeratorRow, ReceiptRow};
use super::statements::Statements;
use super::types::Batch;
use super::{moves, settings};
use crate::domain::case::Case;
use crate::domain::matching::{case_keys, offer_keys};
use crate::domain::report::Subject;
use crate::domain::traces::Hash;

/// Writes a batch within a transaction.
pub(super) struct Save<'s> {
    pub(super) connection: &'s mut AnyConnection,
    pub(super) statements: &'s Statements,
    /// Receipts that were there before.
    pub(super) seen: &'s HashSet<(String, String)>,
    /// The duplicate keys that the cases loaded by this transaction are indexed by.
    pub(super) indexed: &'s mut HashMap<String, Vec<Hash>>,
    /// What the cases and offers loaded by this transaction are found under by each other.
    pub(super) filed: &'s mut HashMap<Subject, Vec<String>>,
}

impl Save<'_> {
    pub(super) async fn batch(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let plan = Plan::of(batch);
        self.receipts(batch).await?;
        self.cases(&plan).await?;
        let sql = &self.statements.save;
        self.versioned(&sql.offers, &plan.offers, OfferRow::of)
            .await?;
        self.match_keys(&plan).await?;
        self.versioned(&sql.matches, &plan.matches, MatchRow::of)
            .await?;
        self.versioned(&sql.volunteers, &plan.volunteers, VolunteerRow::of)
            .await?;
        self.versioned(&sql.concerns, &plan.concerns, ConcernRow::of)
            .await?;
        let reports = rows(&plan.reports, |report| ReportRow::of(report))?;
        self.write(&sql.reports, ReportRow::TABLE, &reports).await?;
        let referrals = rows(&plan.referrals, |referral| ReferralRow::of(referral))?;
        self.write(&sql.referrals, ReferralRow::TABLE, &referrals)
            .await?;
        self.people(&plan, batch).await?;
        self.settings(&plan).await?;
        self.corrections(&plan).await?;
        self.trail(&plan, batch).await?;
        outbox::promise(self.connection, self.statements, (&plan.effects, batch.now)).await?;
        for moved in &plan.moved {
            moves::channel(self.connection, self.statements, *moved).await?;
        }
        if !(plan.channels.is_empty() && plan.left.is_empty() && plan.moved.is_empty()) {
            execute(query(&sql.grow).bind(CHANNEL_COUNTER), self.connection).await?;
        }
        Ok(())
    }

    pub(super) async fn write<T: Serialize>(
        &mut self,
        sql: &Sql,
        table: &'static str,
        rows: &[T],
    ) -> Result<u64, StoreError> {
        if rows.is_empty() {
            return Ok(0);
        }
        let rows = parameter(table, rows)?;
        execute(query(sql).bind(rows), self.connection).await
    }

    async fn receipts(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let fresh: BTreeMap<_, _> = batch
            .receipts
            .iter()
            .map(|(connector, key)| (connector.to_string(), key.to_string()))
            .filter(|receipt| !self.seen.contains(receipt))
            .map(|receipt| (receipt, batch.now.as_millis()))
            .collect();
        let fresh: Vec<_> = fresh
            .into_iter()
            .map(|((connector, key), at)| ReceiptRow { connector, key, at })
            .collect();
        self.write(&self.statements.save.receipts, ReceiptRow::TABLE, &fresh)
            .await?;
        Ok(())
    }

    async fn versioned<T, R: Row + Serialize>(
        &mut self,
        sql: &VersionedSql,
        plan: &Versioned<'_, T>,
        row: fn(&T) -> Result<R, StoreError>,
    ) -> Result<(), StoreError> {
        let (mut fresh, mut changed) = (Vec::new(), Vec::new());
        for (expected, record) in plan.values() {
            let row = row(record)?;
            match *expected {
                0 => fresh.push(row),
                expected => changed.push(Expecting { row, expected }),
            }
        }
        // Before what is new, so that what is no longer asking makes room for what asks.
        let written = self.write(&sql.update, R::TABLE, &changed).await?;
        if written != changed.len() as u64 {
            return Err(StoreError::Conflict {
                expected: "rows in the version that was read",
            });
        }
        self.write(&sql.insert, R::TABLE, &fresh).await?;
        Ok(())
    }

    async fn cases(&mut self, plan: &Plan<'_>) -> Result<(), StoreError> {
        let sql = &self.statements.save;
        self.learn_keys(plan).await?;
        let filed = self.filed(plan).await?;
        self.versioned(&sql.cases, &plan.cases, CaseRow::of).await?;
        self.file(plan, &filed).await?;
        let (mut forget, mut keys) = (Vec::new(), Vec::new());
        for (id, (_, case)) in &plan.cases {
            let wanted = indexed_by(case);
            let before = self.indexed.insert((*id).to_owned(), wanted.to_vec());
            let before = before.unwrap_or_default();
            let key = |hash: &Hash| CaseKey {
                key: hash.as_i64(),
                case_id: id,
            };
            let gone = before.iter().filter(|hash| !wanted.contains(hash));
            forget.extend(gone.map(key));
            let fresh = wanted.iter().filter(|hash| !before.contains(hash));
            keys.extend(fresh.map(key));
        }
        self.write(&sql.forget_keys, "case_key", &forget).await?;
        self.write(&sql.keys, "case_key", &keys).await?;
        Ok(())
    }

    /// What cases are indexed by that are written without having been loaded.
    async fn learn_keys(&mut self, plan: &Plan<'_>) -> Result<(), StoreError> {
        let unknown = |(id, (expected, _)): &(&&str, &(i64, &Case))| {
            *expected > 0 && !self.indexed.contains_key(**id)
        };
        let unknown: Vec<_> = plan
            .cases
            .iter()
            .filter(unknown)
            .map(|(id, _)| Id { id })
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let ids = parameter(CaseRow::TABLE, &unknown)?;
        let rows: Vec<CaseRow> = fetch(
            query(&self.statements.load.cases).bind(ids),
            self.connection,
        )
        .await?;
        for row in rows {
            let case = Case::try_from(row)?;
            self.indexed
                .insert(case.id.to_string(), indexed_by(&case).to_vec());
        }
        Ok(())
    }

    /// Files cases and offers under what the other finds them by, where that has changed.
    async fn match_keys(&mut self, plan: &Plan<'_>) -> Result<(), StoreError> {
        let cases = plan.cases.values().map(|(expected, case)| {
            let subject = Subject::Case(case.id.clone());
            (subject, *expected, case_keys(case), case.at)
        });
        let offers = plan.offers.values().map(|(expected, offer)| {
            let subject = Subject::Offer(offer.id.clone());
            (subject, *expected, offer_keys(offer), offer.at)
        });
        let mut changed = Vec::new();
        for (subject, expected, keys, at) in cases.chain(offers) {
            let before = self.filed.insert(subject.clone(), keys.clone());
            if before.as_ref() != Some(&keys) {
                let filed = expected > 0 && before.is_none_or(|keys| !keys.is_empty());
                changed.push((subject, filed, keys, at));
            }
        }
        let forget: Vec<_> = changed
            .iter()
            .filter(|(_, filed, ..)| *filed)
            .map(|(subject, ..)| SubjectName {
                subject: subject.id(),
                sort: subject.sort(),
            })
            .collect();
        let keys: Vec<_> = changed
            .iter()
            .flat_map(|(subject, _, keys, at)| {
                keys.iter().map(|name| MatchKey {
                    sort: subject.sort(),
                    name,
                    id: subject.id(),
                    at: at.as_millis(),
                })
            })
            .collect();
        let sql = &self.statements.save;
        self.write(&sql.forget_match_keys, "match_key", &forget)
            .await?;
        self.write(&sql.match_keys, "match_key", &keys).await?;
        Ok(())
    }

    async fn people(&mut self, plan: &Plan<'_>, batch: &Batch) -> Result<(), StoreError> {
        let sql = &self.statements.save;
        let (mut ended, mut dialogues) = (Vec::new(), Vec::new());
        for ((connector, person), dialogue) in &plan.dialogues {
            match dialogue {
                Some(dialogue) => dialogues.push(DialogueRow::of(dialogue, batch.now)?),
                None => ended.push(PersonName { connector, person }),
            }
        }
        self.write(&sql.end_dialogues, DialogueRow::TABLE, &ended)
            .await?;
        self.write(&sql.dialogues, DialogueRow::TABLE, &dialogues)
            .await?;
        let briefings: Vec<_> = plan
            .briefed
            .iter()
            .map(|((connector, person), (version, at))| BriefingRow {
                connector: (*connector).to_owned(),
                person: (*person).to_owned(),
                version: *version,
                at: at.as_millis(),
            })
            .collect();
        self.write(&sql.briefings, BriefingRow::TABLE, &briefings)
            .await?;
        Ok(())
    }

    async fn settings(&mut self, plan: &Plan<'_>) -> Result<(), StoreError> {
        let sql = &self.statements.save;
        let left: Vec<_> = plan
            .left
            .iter()
            .map(|(connector, group)| GroupName {
                connector: connector.as_str(),
                community: group.as_str(),
            })
            .collect();
        self.write(&sql.leave, ChannelRow::TABLE, &left).await?;
        self.write(&sql.leave_moderators, ModeratorRow::TABLE, &left)
            .await?;
        let channels = rows(&plan.channels, |channel| ChannelRow::of(channel))?;
        self.write(&sql.channels, ChannelRow::TABLE, &channels)
            .await?;
        let moderators = rows(&plan.moderators, |(connector, moderators)| {
            settings::ModeratorRow::of(connector, moderators)
        })?;
        self.write(&sql.moderators, ModeratorRow::TABLE, &moderators)
            .await?;
        Ok(())
    }

    async fn corrections(&mut self, plan: &Plan<'_>) -> Result<(), StoreError> {
        let sql = &self.statements.save;
        let (mut dropped, mut kept) = (Vec::new(), Vec::new());
        for (id, correction) in &plan.corrections {
            match correction {
                Some(correction) => kept.push(CorrectionRow::of(correction)?),
                None => dropped.push(Id { id }),
            }
        }
        self.write(&sql.drop_corrections, CorrectionRow::TABLE, &dropped)
            .await?;
        self.write(&sql.corrections, CorrectionRow::TABLE, &kept)
            .await?;
        Ok(())
    }

    async fn trail(&mut self, plan: &Plan<'_>, batch: &Batch) -> Result<(), StoreError> {
        let sql = &self.statements.save;
        let events: Vec<_> = plan
            .events
            .iter()
            .map(|event| EventRow::of(event))
            .collect::<Result<_, _>>()?;
        self.write(&sql.events, EventRow::TABLE, &positioned(events))
            .await?;
        let refusals: Vec<_> = plan
            .refused
            .iter()
            .map(|refused| RefusalRow::of(refused))
            .collect::<Result<_, _>>()?;
        self.write(&sql.refusals, RefusalRow::TABLE, &positioned(refusals))
            .await?;
        let malformed = plan.malformed.iter().map(|(raw, error)| MalformedRow {
            at: batch.now.as_millis(),
            raw: (*raw).to_owned(),
            error: (*error).to_owned(),
        });
        self.write(&sql.malformed, MalformedRow::TABLE, &positioned(malformed))
            .await?;
        let cursors: BTreeMap<_, _> = batch
            .cursors
            .iter()
            .map(|(connector, name, value)| ((connector.to_string(), name.clone()), value))
            .collect();
        let cursors: Vec<_> = cursors
            .into_iter()
            .map(|((connector, name), value)| CursorRow {
                connector,
                name,
                value: value.clone(),
            })
            .collect();
        self.write(&sql.cursors, CursorRow::TABLE, &cursors).await?;
        Ok(())
    }
}

/// The duplicate keys that a case is found by: none once it is over.
pub(super) fn indexed_by(case: &Case) -> &[Hash] {
    if case.state.is_live() {
        &case.keys
    } else {
        &[]
    }
}

fn rows<K, T, R>(
    plan: &BTreeMap<K, T>,
    row: impl Fn(&T) -> Result<R, StoreError>,
) -> Result<Vec<R>, StoreError> {
    plan.values().map(row).collect()
}
