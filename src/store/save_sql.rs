//! The statements that write a batch: rows go in as one JSON parameter.

use super::corrections::CorrectionRow;
use super::dialect::Dialect;
use super::filing::{Filed, Filing};
use super::records::{
    CaseRow, ConcernRow, DialogueRow, EventRow, MatchRow, OfferRow, ReferralRow, ReportRow,
    VolunteerRow,
};
use super::refusals::RefusalRow;
use super::row::{Row, Sql, assignments, names, names_of, text, whole};
use super::settings::{BriefingRow, ChannelRow, CursorRow, MalformedRow, ModeratorRow, ReceiptRow};

/// The statements that write rows.
#[derive(Debug)]
pub(super) struct SaveSql {
    pub(super) receipts: Sql,
    pub(super) cases: VersionedSql,
    pub(super) filings: Sql,
    pub(super) file: Sql,
    pub(super) unfile: Sql,
    pub(super) offers: VersionedSql,
    pub(super) matches: VersionedSql,
    pub(super) volunteers: VersionedSql,
    pub(super) concerns: VersionedSql,
    pub(super) forget_match_keys: Sql,
    pub(super) match_keys: Sql,
    pub(super) forget_keys: Sql,
    pub(super) keys: Sql,
    pub(super) reports: Sql,
    pub(super) referrals: Sql,
    pub(super) dialogues: Sql,
    pub(super) end_dialogues: Sql,
    pub(super) channels: Sql,
    pub(super) leave: Sql,
    pub(super) leave_moderators: Sql,
    pub(super) grow: Sql,
    pub(super) moderators: Sql,
    pub(super) briefings: Sql,
    pub(super) events: Sql,
    pub(super) refusals: Sql,
    pub(super) malformed: Sql,
    pub(super) cursors: Sql,
    pub(super) corrections: Sql,
    pub(super) drop_corrections: Sql,
}

/// How a versioned row is written: a new one, and one that is there already.
#[derive(Debug)]
pub(super) struct VersionedSql {
    pub(super) insert: Sql,
    pub(super) update: Sql,
}

/// The counter that grows whenever a channel's settings change.
pub(super) const CHANNEL_COUNTER: &str = "channel";

impl SaveSql {
    pub(super) fn new(dialect: Dialect) -> Self {
        let ids = dialect.rows(1, &[text("id")]);
        let people = dialect.rows(1, &[text("connector"), text("person")]);
        let groups = dialect.rows(1, &[text("connector"), text("community")]);
        let subjects = dialect.rows(1, &[text("subject"), text("sort")]);
        let match_keys = dialect.rows(1, &[text("sort"), text("key"), whole("at"), text("id")]);
        let keys = dialect.rows(1, &[whole("key"), text("case_id")]);
        Self {
            receipts: insert::<ReceiptRow>(dialect).into(),
            cases: VersionedSql::new::<CaseRow>(dialect),
            filings: format!(
                "SELECT {} FROM {ids} CROSS JOIN case_record AS t WHERE t.id = r.id",
                names_of("t", Filing::COLUMNS)
            )
            .into(),
            file: format!("{} ON CONFLICT DO NOTHING", insert::<Filed>(dialect)).into(),
            unfile: format!(
                "DELETE FROM {} WHERE ({}) IN (SELECT {} FROM {})",
                Filed::TABLE,
                names(Filed::COLUMNS),
                names_of("r", Filed::COLUMNS),
                dialect.rows(1, Filed::COLUMNS)
            )
            .into(),
            offers: VersionedSql::new::<OfferRow>(dialect),
            matches: VersionedSql::new::<MatchRow>(dialect),
            volunteers: VersionedSql::new::<VolunteerRow>(dialect),
            concerns: VersionedSql::new::<ConcernRow>(dialect),
            forget_match_keys: format!(
                "DELETE FROM match_key WHERE (id, sort) IN (SELECT r.subject, r.sort FROM {subjects})"
            )
            .into(),
            match_keys: format!(
                "INSERT INTO match_key (sort, key, at, id) SELECT r.sort, r.key, r.at, r.id FROM {match_keys} \
                 WHERE true ON CONFLICT (sort, key, at, id) DO NOTHING"
            )
            .into(),
            forget_keys: format!(
                "DELETE FROM case_key WHERE (key, case_id) IN (SELECT r.key, r.case_id FROM {keys})"
            )
            .into(),
            keys: format!(
                "INSERT INTO case_key (key, case_id) SELECT r.key, r.case_id FROM {keys} \
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
            leave_moderators: format!(
                "DELETE FROM moderator WHERE (connector, community) IN \
                 (SELECT r.connector, r.community FROM {groups})"
            )
            .into(),
            grow: "UPDATE counter SET value = value + 1 WHERE name = $1".into(),
            moderators: upsert::<ModeratorRow>(dialect, &["connector", "community"]).into(),
            briefings: upsert::<BriefingRow>(dialect, &["connector", "person"]).into(),
            events: in_order::<EventRow>(dialect).into(),
            refusals: in_order::<RefusalRow>(dialect).into(),
            malformed: in_order::<MalformedRow>(dialect).into(),
            cursors: upsert::<CursorRow>(dialect, &["connector", "name"]).into(),
            corrections: upsert::<CorrectionRow>(dialect, &["id"]).into(),
            drop_corrections: format!(
                "DELETE FROM correction WHERE id IN (SELECT r.id FROM {ids})"
            )
            .into(),
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

pub(super) fn upsert<R: Row>(dialect: Dialect, key: &[&str]) -> String {
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
