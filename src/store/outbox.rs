//! The outbox: what is promised, and who is carrying it out.

use std::collections::HashMap;

use sqlx::AnyConnection;

use super::dialect::Dialect;
use super::error::StoreError;
use super::names::{Id, positioned};
use super::plan::promises;
use super::records::PostRow;
use super::row::{
    Row, Sql, execute, fetch, json, names, names_of, parameter, parse, query, row, text, whole,
};
use super::settle::SettleSql;
use super::statements::Statements;
use super::types::{DeadEffect, Lease, Leased, Promised, Standing};
use crate::domain::clock::Timestamp;
use crate::domain::decision::Post;
use crate::domain::effect::{Act, Effect};
use crate::domain::ids::EffectId;

row! {
    /// An effect that is promised.
    OutboxRow in "outbox" {
        id: String,
        connector: String,
        queue: String,
        turn: i64,
        post: Option<String>,
        state: String,
        due: i64,
        expires: Option<i64>,
        generation: i64,
        attempts: i64,
        promised: i64,
        why: Option<String>,
        act: String,
    }
}

row! {
    /// A leased effect with its number, since what an update returns has no order.
    LeasedRow in "outbox" {
        seq: i64,
        id: String,
        turn: i64,
        post: Option<String>,
        expires: Option<i64>,
        generation: i64,
        attempts: i64,
        promised: i64,
        act: String,
    }
}

/// The statements of the outbox.
#[derive(Debug)]
pub(super) struct OutboxSql {
    promise: Sql,
    posts: Sql,
    lease: Sql,
    expire: Sql,
    posts_by_key: Sql,
    pub(super) settle: SettleSql,
    pub(super) waiting: Sql,
    pub(super) next_due: Sql,
    pub(super) dead: Sql,
    pub(super) list: Sql,
    pub(super) release: Sql,
    pub(super) revive: Sql,
    pub(super) revive_all: Sql,
}

/// Nothing of an earlier place in the queue of `{0}` has still to wait for its time.
const FIRST_IN_ITS_QUEUE: &str = "NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.connector = t.connector \
     AND e.queue = t.queue AND e.state <> 'dead' AND (e.turn, e.seq) < (t.turn, t.seq)";

/// What waits for its turn at a connector; what is dead doesn't.
const IN_ORDER: &str = "connector = $1 AND state <> 'dead'";

impl OutboxSql {
    pub(super) fn new(dialect: Dialect) -> Self {
        let ids = dialect.rows(1, &[text("id")]);
        let columns = names(OutboxRow::COLUMNS);
        Self {
            promise: promise_text(dialect).into(),
            posts: format!(
                "INSERT INTO post ({posts}) SELECT {posts} FROM {} WHERE true ON CONFLICT (key) DO NOTHING",
                dialect.rows(1, PostRow::COLUMNS),
                posts = names(PostRow::COLUMNS)
            )
            .into(),
            lease: lease_text(dialect).into(),
            expire: format!(
                "DELETE FROM outbox WHERE state = 'leased' AND due = $2 AND id IN (SELECT r.id FROM {ids})"
            )
            .into(),
            posts_by_key: format!(
                "SELECT {} FROM post AS t WHERE t.key IN (SELECT r.id FROM {ids})",
                names_of("t", PostRow::COLUMNS)
            )
            .into(),
            settle: SettleSql::new(dialect),
            waiting: "SELECT COUNT(*) AS number FROM outbox WHERE state <> 'dead'".into(),
            // A queue is as far from its turn as the first of its rows. Only these are looked at, each found
            // through the index: behind one there may be thousands.
            next_due: format!(
                "WITH RECURSIVE queues (queue) AS (SELECT MIN(queue) FROM outbox WHERE {IN_ORDER} UNION ALL \
                 SELECT (SELECT MIN(t.queue) FROM outbox AS t WHERE {IN_ORDER} AND t.queue > queues.queue) \
                 FROM queues WHERE queues.queue IS NOT NULL) \
                 SELECT MIN((SELECT t.due FROM outbox AS t WHERE {IN_ORDER} AND t.queue = queues.queue \
                 ORDER BY t.turn, t.seq LIMIT 1)) AS number FROM queues WHERE queues.queue IS NOT NULL"
            )
            .into(),
            dead: format!(
                "SELECT {columns} FROM outbox WHERE state = 'dead' ORDER BY due DESC, seq DESC LIMIT $1"
            )
            .into(),
            list: format!("SELECT {columns} FROM outbox ORDER BY seq LIMIT $1").into(),
            release: "UPDATE outbox SET state = 'waiting', due = $2 WHERE connector = $1 AND state = 'leased'"
                .into(),
            revive: format!("{REVIVE} AND id = $2").into(),
            revive_all: REVIVE.into(),
        }
    }
}

const REVIVE: &str =
    "UPDATE outbox SET state = 'waiting', due = $1, attempts = 0, why = NULL WHERE state = 'dead'";

/// Newer content of a post takes the place of what waits, and its number. While the older is being
/// sent the row stays leased, and the settlement finds another generation than it sent.
fn promise_text(dialect: Dialect) -> String {
    let columns = [OutboxRow::COLUMNS, &[whole("position")]].concat();
    format!(
        "INSERT INTO outbox ({names}) SELECT {names} FROM {} WHERE true ORDER BY position \
         ON CONFLICT (post) DO UPDATE SET act = excluded.act, connector = excluded.connector, \
         queue = excluded.queue, expires = excluded.expires, attempts = 0, why = NULL, \
         generation = outbox.generation + 1, \
         turn = CASE WHEN outbox.turn < excluded.turn THEN outbox.turn ELSE excluded.turn END, \
         due = CASE outbox.state WHEN 'leased' THEN outbox.due ELSE excluded.due END, \
         promised = CASE outbox.state WHEN 'dead' THEN excluded.promised ELSE outbox.promised END, \
         state = CASE outbox.state WHEN 'leased' THEN 'leased' ELSE 'waiting' END",
        dialect.rows(1, &columns),
        names = names(OutboxRow::COLUMNS),
    )
}

/// Chooses in order, takes what nobody else is holding, and drops whatever then follows on
/// something that another process holds: within a queue nothing overtakes.
fn lease_text(dialect: Dialect) -> String {
    format!(
        "WITH chosen AS MATERIALIZED (SELECT t.seq, t.queue, t.turn FROM outbox AS t \
         WHERE t.connector = $1 AND t.state <> 'dead' AND t.due <= $2 AND {FIRST_IN_ITS_QUEUE} AND e.due > $2) \
         ORDER BY t.turn, t.seq LIMIT $4), \
         free AS MATERIALIZED (SELECT t.seq FROM outbox AS t WHERE t.seq IN (SELECT seq FROM chosen) \
         AND t.state <> 'dead' AND t.due <= $2 {lock}) \
         UPDATE outbox SET state = 'leased', due = $3 WHERE seq IN (SELECT c.seq FROM chosen AS c \
         WHERE c.seq IN (SELECT seq FROM free) AND NOT EXISTS (SELECT 1 FROM chosen AS e \
         WHERE e.queue = c.queue AND (e.turn, e.seq) < (c.turn, c.seq) AND e.seq NOT IN (SELECT seq FROM free))) \
         RETURNING {columns}",
        lock = dialect.lock_free(),
        columns = names(LeasedRow::COLUMNS),
    )
}

/// Writes effects and the posts that they begin.
pub(super) async fn promise(
    connection: &mut AnyConnection,
    statements: &Statements,
    (effects, now): (&[&Effect], Timestamp),
) -> Result<(), StoreError> {
    if effects.is_empty() {
        return Ok(());
    }
    let (promises, posts) = promises(effects);
    let rows: Vec<_> = promises
        .into_iter()
        .map(|(effect, urgent)| {
            Ok(OutboxRow {
                id: effect.id.to_string(),
                connector: effect.act.connector().to_string(),
                queue: effect.act.queue(),
                turn: i64::from(!urgent),
                post: effect.act.coalesces().map(|post| post.to_string()),
                state: "waiting".to_owned(),
                due: now.as_millis(),
                expires: effect.expires.map(Timestamp::as_millis),
                generation: 0,
                attempts: 0,
                promised: now.as_millis(),
                why: None,
                act: json(OutboxRow::TABLE, &effect.act)?,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    let sql = &statements.outbox;
    let rows = parameter(OutboxRow::TABLE, &positioned(rows))?;
    execute(query(&sql.promise).bind(rows), connection).await?;
    if !posts.is_empty() {
        let posts: Vec<_> = posts.iter().map(PostRow::of).collect();
        let posts = parameter(PostRow::TABLE, &posts)?;
        execute(query(&sql.posts).bind(posts), connection).await?;
    }
    Ok(())
}

/// Takes effects to carry out. Those that are no longer worth doing are deleted.
pub(super) async fn lease(
    connection: &mut AnyConnection,
    statements: &Statements,
    lease: &Lease,
) -> Result<Vec<Leased>, StoreError> {
    let sql = &statements.outbox;
    loop {
        let take = query(&sql.lease)
            .bind(lease.connector.as_str())
            .bind(lease.now.as_millis())
            .bind(lease.until.as_millis())
            .bind(i64::from(lease.limit));
        let mut rows: Vec<LeasedRow> = fetch(take, connection).await?;
        rows.sort_by_key(|row| (row.turn, row.seq));
        let (expired, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| {
            row.expires
                .is_some_and(|expires| expires <= lease.now.as_millis())
        });
        if !expired.is_empty() {
            let ids: Vec<_> = expired.iter().map(|row| Id { id: &row.id }).collect();
            let ids = parameter(OutboxRow::TABLE, &ids)?;
            let expire = query(&sql.expire).bind(ids).bind(lease.until.as_millis());
            execute(expire, connection).await?;
        }
        if !rows.is_empty() || expired.is_empty() {
            let posts = posts(connection, sql, &rows).await?;
            return rows.into_iter().map(|row| leased(row, &posts)).collect();
        }
    }
}

async fn posts(
    connection: &mut AnyConnection,
    sql: &OutboxSql,
    rows: &[LeasedRow],
) -> Result<HashMap<String, Post>, StoreError> {
    let keys: Vec<_> = rows
        .iter()
        .filter_map(|row| row.post.as_deref())
        .map(|id| Id { id })
        .collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let keys = parameter(PostRow::TABLE, &keys)?;
    let rows: Vec<PostRow> = fetch(query(&sql.posts_by_key).bind(keys), connection).await?;
    rows.into_iter()
        .map(|row| Ok((row.key.clone(), Post::try_from(row)?)))
        .collect()
}

fn leased(row: LeasedRow, posts: &HashMap<String, Post>) -> Result<Leased, StoreError> {
    Ok(Leased {
        post: row.post.as_ref().and_then(|key| posts.get(key)).cloned(),
        effect: Effect {
            act: act(&row.id, &row.act)?,
            id: EffectId::new(row.id),
            urgent: row.turn == 0,
            expires: row.expires.map(Timestamp::from_millis),
        },
        generation: row.generation,
        attempts: row.attempts,
        promised: Timestamp::from_millis(row.promised),
    })
}

fn act(id: &str, act: &str) -> Result<Act, StoreError> {
    parse((OutboxRow::TABLE, "act", id), act)
}

impl TryFrom<OutboxRow> for Promised {
    type Error = StoreError;

    fn try_from(row: OutboxRow) -> Result<Self, StoreError> {
        let standing = match row.state.as_str() {
            "waiting" => Standing::Waiting,
            "leased" => Standing::Leased,
            "dead" => Standing::Dead,
            other => {
                return Err(StoreError::BadRow {
                    table: OutboxRow::TABLE,
                    column: "state",
                    why: format!("expected waiting, leased or dead, found `{other}`"),
                    row: row.id,
                });
            }
        };
        Ok(Self {
            effect: Effect {
                act: act(&row.id, &row.act)?,
                id: EffectId::new(row.id),
                urgent: row.turn == 0,
                expires: row.expires.map(Timestamp::from_millis),
            },
            standing,
            due: Timestamp::from_millis(row.due),
            attempts: row.attempts,
            promised: Timestamp::from_millis(row.promised),
            why: row.why,
        })
    }
}

impl TryFrom<OutboxRow> for DeadEffect {
    type Error = StoreError;

    fn try_from(row: OutboxRow) -> Result<Self, StoreError> {
        let promised = Promised::try_from(row)?;
        Ok(Self {
            effect: promised.effect,
            why: promised.why.unwrap_or_default(),
            attempts: promised.attempts,
            promised: promised.promised,
            died: promised.due,
        })
    }
}
