//! The trail: a row is never deleted. What it says of people goes, here and nowhere else, and that something happened stays.

use std::collections::BTreeSet;

use serde::Serialize;
use sqlx::AnyConnection;

use super::error::StoreError;
use super::names::SubjectName;
use super::row::{Sql, execute, fetch, json, parameter, parse, query, row, text, whole};
use super::statements::Statements;
use crate::domain::clock::Timestamp;
use crate::domain::decision::PersonKey;
use crate::domain::people::Person;
use crate::domain::report::{CaseEvent, Subject};
use crate::domain::retention::nameless;

row! {
    /// A row of the trail by its number.
    NumberedRow in "case_event" { seq: i64, body: String }
}

#[derive(Serialize)]
struct Blanked {
    seq: i64,
    body: String,
}

/// How much of a row is blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Blank {
    /// Reasons are: they may be in the words of a destination, or of whoever told it.
    Reasons = 1,
    /// Names are too.
    Names = 2,
    /// Residents and neighbours are too; who of the staff it was stays.
    People = 3,
    /// Everybody is.
    Everybody = 4,
}

impl Blank {
    fn apply(self, event: CaseEvent, people: &BTreeSet<PersonKey>) -> CaseEvent {
        let is_kept = |by: &Person| match self {
            Self::Reasons | Self::Names => true,
            Self::People => !people.contains(&(by.connector.clone(), by.id.clone())),
            Self::Everybody => false,
        };
        let by = event.by.filter(is_kept);
        CaseEvent {
            by: if self == Self::Reasons {
                by
            } else {
                by.map(nameless)
            },
            why: String::new(),
            ..event
        }
    }
}

/// The statements of this file.
#[derive(Debug)]
pub(super) struct TrailSql {
    of_subjects: Sql,
    old: Sql,
    blank: Sql,
    rewrite: Sql,
}

impl TrailSql {
    pub(super) fn new(dialect: super::dialect::Dialect) -> Self {
        let subjects = dialect.rows(1, &[text("subject"), text("sort")]);
        Self {
            of_subjects: format!(
                "SELECT t.seq, t.body FROM {subjects} CROSS JOIN case_event AS t \
                 WHERE t.subject = r.subject AND t.sort = r.sort AND t.blanked < $2"
            )
            .into(),
            old: "SELECT t.seq, t.body FROM case_event AS t WHERE t.at <= $1 AND t.blanked < 4 \
                 AND NOT EXISTS (SELECT 1 FROM legal_hold AS h WHERE h.sort = t.sort AND h.subject = t.subject) \
                 ORDER BY t.at LIMIT $2"
                .into(),
            rewrite: format!(
                "UPDATE case_event SET body = r.body FROM {} WHERE case_event.seq = r.seq",
                dialect.rows(1, &[whole("seq"), text("body")])
            )
            .into(),
            blank: format!(
                "UPDATE case_event SET body = r.body, blanked = $2 FROM {} WHERE case_event.seq = r.seq",
                dialect.rows(1, &[whole("seq"), text("body")])
            )
            .into(),
        }
    }
}

/// Blanks the trail of some subjects so far; `people` are those who are neither staff nor leads.
pub(super) async fn blank(
    connection: &mut AnyConnection,
    statements: &Statements,
    (subjects, level): (&BTreeSet<Subject>, Blank),
    people: &BTreeSet<PersonKey>,
) -> Result<(), StoreError> {
    let sql = &statements.trail;
    let rows = of_subjects(connection, sql, (subjects, level as i64)).await?;
    write(connection, sql, (rows, level), people).await
}

/// Takes these people out of the trail of others' records; the rest of it stays.
pub(super) async fn leave_out(
    connection: &mut AnyConnection,
    statements: &Statements,
    subjects: &BTreeSet<Subject>,
    people: &BTreeSet<PersonKey>,
) -> Result<(), StoreError> {
    let sql = &statements.trail;
    let mut changed = Vec::new();
    for NumberedRow { seq, body } in of_subjects(connection, sql, (subjects, i64::MAX)).await? {
        let mut event: CaseEvent = parse(("case_event", "body", &seq.to_string()), &body)?;
        let is_theirs = |by: &Person| people.contains(&(by.connector.clone(), by.id.clone()));
        if event.by.as_ref().is_some_and(is_theirs) {
            event.by = None;
            event.why = String::new();
            let body = json("case_event", &event)?;
            changed.push(Blanked { seq, body });
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    let rows = parameter("case_event", &changed)?;
    execute(query(&sql.rewrite).bind(rows), connection).await?;
    Ok(())
}

async fn of_subjects(
    connection: &mut AnyConnection,
    sql: &TrailSql,
    (subjects, level): (&BTreeSet<Subject>, i64),
) -> Result<Vec<NumberedRow>, StoreError> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<_> = subjects
        .iter()
        .map(|subject| SubjectName {
            subject: subject.id(),
            sort: subject.sort(),
        })
        .collect();
    let select = query(&sql.of_subjects)
        .bind(parameter("case_event", &names)?)
        .bind(level);
    fetch(select, connection).await
}

/// Blanks so many of the rows from before a moment, all of them. Tells how many there were.
pub(super) async fn blank_old(
    connection: &mut AnyConnection,
    statements: &Statements,
    (before, limit): (Timestamp, i64),
) -> Result<u64, StoreError> {
    let sql = &statements.trail;
    let select = query(&sql.old).bind(before.as_millis()).bind(limit);
    let rows: Vec<NumberedRow> = fetch(select, connection).await?;
    let count = rows.len() as u64;
    write(connection, sql, (rows, Blank::Everybody), &BTreeSet::new()).await?;
    Ok(count)
}

async fn write(
    connection: &mut AnyConnection,
    sql: &TrailSql,
    (rows, level): (Vec<NumberedRow>, Blank),
    people: &BTreeSet<PersonKey>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut blanked = Vec::with_capacity(rows.len());
    for NumberedRow { seq, body } in rows {
        let event: CaseEvent = parse(("case_event", "body", &seq.to_string()), &body)?;
        let body = json("case_event", &level.apply(event, people))?;
        blanked.push(Blanked { seq, body });
    }
    let rows = parameter("case_event", &blanked)?;
    execute(query(&sql.blank).bind(rows).bind(level as i64), connection).await?;
    Ok(())
}
