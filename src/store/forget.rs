//! Forgetting a person: what is about them and no record of their own.

use std::collections::BTreeSet;

use sqlx::AnyConnection;

use super::error::StoreError;
use super::names::Id;
use super::row::{Sql, execute, fetch, parameter, parse, query, row};
use super::statements::Statements;
use super::trail::{self, Blank};
use crate::domain::decision::Forgotten;
use crate::domain::effect::Act;
use crate::domain::speech::Speech;

row! {
    WaitingRow in "outbox" { id: String, act: String }
}

/// The statements of this file.
#[derive(Debug)]
pub(super) struct ForgetSql {
    waiting: Sql,
    drop: Sql,
    people: [Sql; 3],
    volunteer: Sql,
}

impl ForgetSql {
    pub(super) fn new(dialect: super::dialect::Dialect) -> Self {
        let ids = dialect.rows(1, &[super::row::text("id")]);
        Self {
            waiting: "SELECT id, act FROM outbox WHERE state <> 'leased'".into(),
            drop: format!("DELETE FROM outbox WHERE id IN (SELECT r.id FROM {ids})").into(),
            people: [
                "DELETE FROM dialogue WHERE connector = $1 AND person = $2".into(),
                "DELETE FROM briefing WHERE connector = $1 AND person = $2".into(),
                "DELETE FROM correction WHERE connector = $1 AND (author = $2 OR corrector = $2)".into(),
            ],
            volunteer: "DELETE FROM volunteer WHERE connector = $1 AND person = $2".into(),
        }
    }
}

/// Forgets. What was decided together with it is promised after this, and stays.
pub(super) async fn forget(
    connection: &mut AnyConnection,
    statements: &Statements,
    forgotten: &Forgotten,
) -> Result<(), StoreError> {
    let sql = &statements.forget;
    let people = BTreeSet::from([forgotten.person.clone()]);
    let own: BTreeSet<_> = forgotten.subjects.iter().cloned().collect();
    trail::blank(connection, statements, (&own, Blank::People), &people).await?;
    let others: BTreeSet<_> = forgotten.others.iter().cloned().collect();
    trail::leave_out(connection, statements, &others, &people).await?;
    outbox(connection, sql, forgotten).await?;
    let (connector, person) = &forgotten.person;
    let about_them = if forgotten.all { &sql.people[..] } else { &[] };
    let volunteer = forgotten.volunteer.then_some(&sql.volunteer);
    for delete in about_them.iter().chain(volunteer) {
        let delete = query(delete)
            .bind(connector.as_str())
            .bind(person.as_str());
        execute(delete, connection).await?;
    }
    Ok(())
}

/// What waits to be said to them or about what was theirs, except numbers to call and what leads are told.
async fn outbox(
    connection: &mut AnyConnection,
    sql: &ForgetSql,
    forgotten: &Forgotten,
) -> Result<(), StoreError> {
    let rows: Vec<WaitingRow> = fetch(query(&sql.waiting), connection).await?;
    let mut gone = Vec::new();
    for row in rows {
        let act: Act = parse(("outbox", "act", &row.id), &row.act)?;
        if !is_for_safety(&act) && forgotten.is_in(&row.act) {
            gone.push(row.id);
        }
    }
    if gone.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = gone.iter().map(|id| Id { id }).collect();
    let ids = parameter("outbox", &ids)?;
    execute(query(&sql.drop).bind(ids), connection).await?;
    Ok(())
}

const fn is_for_safety(act: &Act) -> bool {
    let speech = match act {
        Act::Show(show) => &show.speech,
        Act::Say { speech, .. } | Act::Tell { speech, .. } => speech,
        _ => return false,
    };
    matches!(speech, Speech::Numbers(_) | Speech::ConcernCard(_))
}
