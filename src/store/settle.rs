//! Writing down what came of leased effects: one statement for each way it can go.

use std::collections::HashSet;

use serde::Serialize;
use sqlx::AnyConnection;

use super::dialect::Dialect;
use super::error::StoreError;
use super::outbox;
use super::row::{Sql, execute, fetch, parameter, query, row, text, whole};
use super::statements::Statements;
use super::types::{Settled, Settlement};
use crate::domain::clock::Timestamp;
use crate::domain::effect::Effect;

const TABLE: &str = "outbox";

/// The statements that settle.
#[derive(Debug)]
pub(super) struct SettleSql {
    renewed: Sql,
    done: Sql,
    again: Sql,
    dead: Sql,
    posted: Sql,
    forget: Sql,
    clear: Sql,
}

row! {
    IdRow in "outbox" { id: String }
}

impl SettleSql {
    pub(super) fn new(dialect: Dialect) -> Self {
        let sent = dialect.rows(1, &[text("id"), whole("generation")]);
        let keys = dialect.rows(1, &[text("key")]);
        Self {
            renewed: format!(
                "UPDATE outbox SET state = 'waiting', due = $2 FROM {sent} WHERE outbox.id = r.id \
                 AND outbox.generation <> r.generation AND outbox.state = 'leased' RETURNING outbox.id"
            )
            .into(),
            done: format!(
                "DELETE FROM outbox WHERE (id, generation) IN (SELECT r.id, r.generation FROM {sent}) \
                 RETURNING id"
            )
            .into(),
            again: format!(
                "UPDATE outbox SET state = 'waiting', due = r.due, why = r.why, \
                 attempts = outbox.attempts + r.attempt FROM {} \
                 WHERE outbox.id = r.id AND outbox.generation = r.generation",
                dialect.rows(
                    1,
                    &[
                        text("id"),
                        whole("generation"),
                        whole("due"),
                        text("why"),
                        whole("attempt")
                    ]
                )
            )
            .into(),
            dead: format!(
                "UPDATE outbox SET state = 'dead', due = $2, why = r.why, attempts = outbox.attempts + 1 \
                 FROM {} WHERE outbox.id = r.id AND outbox.generation = r.generation",
                dialect.rows(1, &[text("id"), whole("generation"), text("why")])
            )
            .into(),
            posted: format!(
                "UPDATE post SET message = r.message FROM {} WHERE post.key = r.key",
                dialect.rows(1, &[text("key"), text("message")])
            )
            .into(),
            forget: format!("UPDATE post SET message = NULL WHERE key IN (SELECT r.key FROM {keys})")
                .into(),
            clear: format!("DELETE FROM post WHERE key IN (SELECT r.key FROM {keys})").into(),
        }
    }
}

#[derive(Serialize)]
struct Sent<'s> {
    id: &'s str,
    generation: i64,
}

#[derive(Serialize)]
struct Again<'s> {
    id: &'s str,
    generation: i64,
    due: i64,
    why: &'s str,
    attempt: i64,
}

#[derive(Serialize)]
struct Dead<'s> {
    id: &'s str,
    generation: i64,
    why: &'s str,
}

#[derive(Serialize)]
struct Posted<'s> {
    key: &'s str,
    message: &'s str,
}

#[derive(Serialize)]
struct Key<'s> {
    key: &'s str,
}

/// What the settlements come to, sorted by what is to be written.
#[derive(Default)]
struct Sorted<'s> {
    sent: Vec<Sent<'s>>,
    done: Vec<Sent<'s>>,
    again: Vec<Again<'s>>,
    dead: Vec<Dead<'s>>,
    posted: Vec<Posted<'s>>,
    forget: Vec<Key<'s>>,
    /// A post to forget, with the effect that did it.
    clear: Vec<(&'s str, Key<'s>)>,
    /// An effect to promise, with the one that it takes the place of.
    instead: Vec<(&'s str, &'s Effect)>,
}

impl<'s> Sorted<'s> {
    fn of(settlements: &'s [Settlement]) -> Self {
        let mut sorted = Self::default();
        for settlement in settlements {
            sorted.take(settlement);
        }
        sorted
    }

    fn take(&mut self, settlement: &'s Settlement) {
        let id = settlement.effect.as_str();
        let generation = settlement.generation;
        self.sent.push(Sent { id, generation });
        match &settlement.outcome {
            Settled::Done { posted, cleared } => {
                self.done.push(Sent { id, generation });
                self.posted
                    .extend(posted.as_ref().map(|(key, message)| Posted {
                        key: key.as_str(),
                        message: message.as_str(),
                    }));
                let cleared = cleared.as_ref().map(|key| Key { key: key.as_str() });
                self.clear.extend(cleared.map(|key| (id, key)));
            }
            Settled::Again {
                at,
                why,
                attempt,
                forget_post,
            } => {
                self.again.push(Again {
                    id,
                    generation,
                    due: at.as_millis(),
                    why,
                    attempt: i64::from(*attempt),
                });
                let forget = forget_post.as_ref().map(|key| Key { key: key.as_str() });
                self.forget.extend(forget);
            }
            Settled::Dead { why } => self.dead.push(Dead {
                id,
                generation,
                why,
            }),
            Settled::Instead { effect } => {
                self.done.push(Sent { id, generation });
                self.instead.push((id, effect));
            }
        }
    }
}

async fn write<T: Serialize>(
    connection: &mut AnyConnection,
    sql: &Sql,
    rows: &[T],
) -> Result<(), StoreError> {
    if !rows.is_empty() {
        let rows = parameter(TABLE, rows)?;
        execute(query(sql).bind(rows), connection).await?;
    }
    Ok(())
}

/// Settles. An effect that got newer content while it was sent waits on with that.
pub(super) async fn settle(
    connection: &mut AnyConnection,
    statements: &Statements,
    (settlements, now): (&[Settlement], Timestamp),
) -> Result<(), StoreError> {
    if settlements.is_empty() {
        return Ok(());
    }
    let mut sorted = Sorted::of(settlements);
    let sql = &statements.outbox.settle;
    let mut removed: HashSet<String> = HashSet::new();
    if !sorted.done.is_empty() {
        let done = parameter(TABLE, &sorted.done)?;
        let rows: Vec<IdRow> = fetch(query(&sql.done).bind(done), connection).await?;
        removed.extend(rows.into_iter().map(|row| row.id));
    }
    let mut renewed: HashSet<String> = HashSet::new();
    // What is gone was not renewed: most often that is all.
    if removed.len() < sorted.sent.len() {
        let sent = parameter(TABLE, &sorted.sent)?;
        let statement = query(&sql.renewed).bind(sent).bind(now.as_millis());
        let rows: Vec<IdRow> = fetch(statement, connection).await?;
        renewed.extend(rows.into_iter().map(|row| row.id));
    }
    write(connection, &sql.again, &sorted.again).await?;
    if !sorted.dead.is_empty() {
        let dead = parameter(TABLE, &sorted.dead)?;
        let dead = query(&sql.dead).bind(dead).bind(now.as_millis());
        execute(dead, connection).await?;
    }
    write(connection, &sql.posted, &sorted.posted).await?;
    // Where newer content waits the post lives on and is posted anew.
    let (kept, cleared): (Vec<_>, Vec<_>) = sorted
        .clear
        .drain(..)
        .partition(|(id, _)| renewed.contains(*id));
    sorted.forget.extend(kept.into_iter().map(|(_, key)| key));
    write(connection, &sql.forget, &sorted.forget).await?;
    let cleared: Vec<_> = cleared.into_iter().map(|(_, key)| key).collect();
    write(connection, &sql.clear, &cleared).await?;
    let instead: Vec<_> = sorted
        .instead
        .iter()
        .filter(|(id, _)| removed.contains(*id))
        .map(|(_, effect)| *effect)
        .collect();
    outbox::promise(connection, statements, (&instead, now)).await
}
