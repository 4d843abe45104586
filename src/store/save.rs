//! Writing a batch: one statement a table, skipped where there is nothing to write.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;
use sqlx::AnyConnection;

use super::dialect::Dialect;
use super::error::StoreError;
use super::outbox;
use super::plan::{Plan, Versioned};
use super::records::{
    CaseRow, ConcernRow, DialogueRow, EventRow, OfferRow, ReferralRow, ReportRow,
};
use super::row::{Row, Sql, assignments, execute, names, parameter, query, text, whole};
use super::settings::{BriefingRow, ChannelRow, CursorRow, MalformedRow, ModeratorRow, ReceiptRow};
use super::statements::Statements;
use super::types::Batch;
use super::{moves, settings};

/// The statements that write rows.
#[derive(Debug)]
pub(super) struct SaveSql {
    receipts: Sql,
    cases: VersionedSql,
    offers: VersionedSql,
    concerns: VersionedSql,
    forget_keys: Sql,
    keys: Sql,
    reports: Sql,
    referrals: Sql,
    dialogues: Sql,
    end_dialogues: Sql,
    channels: Sql,
    leave: Sql,
    grow: Sql,
    moderators: Sql,
    briefings: Sql,
    events: Sql,
    malformed: Sql,
    cursors: Sql,
}

/// How a versioned row is written: a new one, and one that is there already.
#[derive(Debug)]
struct VersionedSql {
    insert: Sql,
    update: Sql,
}

/// The counter that grows whenever a channel's settings change.
pub(super) const CHANNEL_COUNTER: &str = "channel";

impl SaveSql {
    pub(super) fn new(dialect: Dialect) -> Self {
        let ids = dialect.rows(1, &[text("id")]);
        let people = dialect.rows(1, &[text("connector"), text("person")]);
        let groups = dialect.rows(1, &[text("connector"), text("community")]);
        let keys = dialect.rows(1, &[text("key"), text("case_id"), whole("at")]);
        Self {
            receipts: insert::<ReceiptRow>(dialect).into(),
            cases: VersionedSql::new::<CaseRow>(dialect),
            offers: VersionedSql::new::<OfferRow>(dialect),
            concerns: VersionedSql::new::<ConcernRow>(dialect),
            forget_keys: format!("DELETE FROM case_key WHERE case_id IN (SELECT r.id FROM {ids})")
                .into(),
            keys: format!(
                "INSERT INTO case_key (key, case_id, at) SELECT r.key, r.case_id, r.at FROM {keys} \
                 WHERE true ON CONFLICT (key, case_id) DO NOTHING"
            )
            .into(),
            reports: upsert::<ReportRow>(dialect, &["id"]).into(),
            referrals: upsert::<ReferralRow>(dialect, &["id"]).into(),
            dialogues: upsert::<DialogueRow>(dialect, &["connector", "person"]).into(),
            end_dialogues: format!(
                "DELETE FROM dialogue WHERE (connector, person) IN \
                 (SELECT r.connector, r.person FROM {people})"
            )
            .into(),
            channels: upsert::<ChannelRow>(dialect, &["connector", "channel"]).into(),
            leave: format!(
                "DELETE FROM channel WHERE (connector, community) IN \
                 (SELECT r.connector, r.community FROM {groups})"
            )
            .into(),
            grow: "UPDATE counter SET value = value + 1 WHERE name = $1".into(),
            moderators: upsert::<ModeratorRow>(dialect, &["connector", "community"]).into(),
            briefings: upsert::<BriefingRow>(dialect, &["connector", "person"]).into(),
            events: in_order::<EventRow>(dialect).into(),
            malformed: in_order::<MalformedRow>(dialect).into(),
            cursors: upsert::<CursorRow>(dialect, &["connector", "name"]).into(),
        }
    }
}

impl VersionedSql {
    fn new<R: Row>(dialect: Dialect) -> Self {
        let table = R::TABLE;
        let columns = [R::COLUMNS, &[whole("expected")]].concat();
        Self {
            insert: insert::<R>(dialect).into(),
            update: format!(
                "UPDATE {table} SET {} FROM {} WHERE {table}.id = r.id AND {table}.version = r.expected",
                assignments("r", R::COLUMNS),
                dialect.rows(1, &columns)
            )
            .into(),
        }
    }
}

/// `WHERE true` keeps SQLite from reading `ON CONFLICT` as the condition of a join.
fn insert<R: Row>(dialect: Dialect) -> String {
    format!(
        "INSERT INTO {} ({columns}) SELECT {columns} FROM {} WHERE true",
        R::TABLE,
        dialect.rows(1, R::COLUMNS),
        columns = names(R::COLUMNS),
    )
}

fn upsert<R: Row>(dialect: Dialect, key: &[&str]) -> String {
    let rest: Vec<_> = R::COLUMNS
        .iter()
        .filter(|column| !key.contains(&column.name))
        .copied()
        .collect();
    format!(
        "{} ON CONFLICT ({}) DO UPDATE SET {}",
        insert::<R>(dialect),
        key.join(", "),
        assignments("excluded", &rest)
    )
}

/// Numbered by the database in the order of `position`.
fn in_order<R: Row>(dialect: Dialect) -> String {
    let columns = [R::COLUMNS, &[whole("position")]].concat();
    format!(
        "INSERT INTO {} ({names}) SELECT {names} FROM {} WHERE true ORDER BY position",
        R::TABLE,
        dialect.rows(1, &columns),
        names = names(R::COLUMNS),
    )
}

/// A row together with one more number.
#[derive(Serialize)]
struct Expecting<R> {
    #[serde(flatten)]
    row: R,
    expected: i64,
}

/// A row together with its place among the others.
#[derive(Serialize)]
pub(super) struct Positioned<R> {
    #[serde(flatten)]
    row: R,
    position: usize,
}

/// Numbers rows, since a source of rows has no order of its own.
pub(super) fn positioned<R>(rows: impl IntoIterator<Item = R>) -> Vec<Positioned<R>> {
    rows.into_iter()
        .enumerate()
        .map(|(position, row)| Positioned { row, position })
        .collect()
}

/// A row named by its identifier.
#[derive(Serialize)]
pub(super) struct Id<'i> {
    pub(super) id: &'i str,
}

#[derive(Serialize)]
struct Key<'k> {
    key: &'k str,
    case_id: &'k str,
    at: i64,
}

#[derive(Serialize)]
pub(super) struct PersonName<'p> {
    pub(super) connector: &'p str,
    pub(super) person: &'p str,
}

#[derive(Serialize)]
pub(super) struct GroupName<'g> {
    pub(super) connector: &'g str,
    pub(super) community: &'g str,
}

/// Writes a batch within a transaction.
pub(super) struct Save<'s> {
    pub(super) connection: &'s mut AnyConnection,
    pub(super) statements: &'s Statements,
    /// Receipts that were there before.
    pub(super) seen: &'s HashSet<(String, String)>,
    /// The duplicate keys that the cases loaded by this transaction are indexed by.
    pub(super) indexed: &'s mut HashMap<String, Vec<String>>,
}

impl Save<'_> {
    pub(super) async fn batch(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let plan = Plan::of(batch);
        self.receipts(batch).await?;
        self.cases(&plan).await?;
        let sql = &self.statements.save;
        self.versioned(&sql.offers, &plan.offers, OfferRow::of)
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

    async fn write<T: Serialize>(
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
        self.write(&sql.insert, R::TABLE, &fresh).await?;
        let written = self.write(&sql.update, R::TABLE, &changed).await?;
        if written != changed.len() as u64 {
            return Err(StoreError::Conflict {
                expected: "rows in the version that was read",
            });
        }
        Ok(())
    }

    async fn cases(&mut self, plan: &Plan<'_>) -> Result<(), StoreError> {
        let sql = &self.statements.save;
        self.versioned(&sql.cases, &plan.cases, CaseRow::of).await?;
        let (mut forget, mut keys) = (Vec::new(), Vec::new());
        for (id, (expected, case)) in &plan.cases {
            let wanted: &[String] = if case.state.is_live() {
                &case.keys
            } else {
                &[]
            };
            let before = self.indexed.insert((*id).to_owned(), wanted.to_vec());
            if before.as_deref() == Some(wanted) {
                continue;
            }
            if *expected > 0 && before.is_none_or(|keys| !keys.is_empty()) {
                forget.push(Id { id });
            }
            keys.extend(wanted.iter().map(|key| Key {
                key,
                case_id: id,
                at: case.at.as_millis(),
            }));
        }
        self.write(&sql.forget_keys, "case_key", &forget).await?;
        self.write(&sql.keys, "case_key", &keys).await?;
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

    async fn trail(&mut self, plan: &Plan<'_>, batch: &Batch) -> Result<(), StoreError> {
        let sql = &self.statements.save;
        let events: Vec<_> = plan
            .events
            .iter()
            .map(|event| EventRow::of(event))
            .collect::<Result<_, _>>()?;
        self.write(&sql.events, EventRow::TABLE, &positioned(events))
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

fn rows<K, T, R>(
    plan: &BTreeMap<K, T>,
    row: impl Fn(&T) -> Result<R, StoreError>,
) -> Result<Vec<R>, StoreError> {
    plan.values().map(row).collect()
}
