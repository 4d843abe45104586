//! A channel that lives on under another identifier: all that is said there from now on goes to the new one.

use sqlx::AnyConnection;

use super::error::StoreError;
use super::plan::Moved;
use super::row::{Sql, execute, fetch, json, parse, query, row};
use super::statements::Statements;
use crate::domain::effect::{Act, Show};

row! {
    /// What of a promised effect depends on its channel.
    ActRow in "outbox" { id: String, queue: String, act: String }
}

/// The statements that follow a channel.
#[derive(Debug)]
pub(super) struct MoveSql {
    follow: Vec<Sql>,
    moderators: Sql,
    acts: Sql,
    rewrite: Sql,
}

impl MoveSql {
    pub(super) fn new() -> Self {
        let tables = ["case_record", "offer", "concern", "post", "dialogue"];
        let mut follow: Vec<Sql> = tables
            .iter()
            .map(|table| {
                format!("UPDATE {table} SET channel = $3 WHERE connector = $1 AND channel = $2")
                    .into()
            })
            .collect();
        follow.push(
            "UPDATE correction SET community = $3 WHERE connector = $1 AND community = $2".into(),
        );
        // A channel that was set up under the new identifier already keeps its settings.
        follow.push(
            "INSERT INTO channel (connector, channel, community, body) \
             SELECT connector, $3, $3, body FROM channel WHERE connector = $1 AND channel = $2 \
             ON CONFLICT (connector, channel) DO NOTHING"
                .into(),
        );
        Self {
            follow,
            moderators: "INSERT INTO moderator (connector, community, body) \
                 SELECT connector, $3, body FROM moderator WHERE connector = $1 AND community = $2 \
                 ON CONFLICT (connector, community) DO NOTHING"
                .into(),
            acts: "SELECT id, queue, act FROM outbox WHERE connector = $1 ORDER BY seq".into(),
            rewrite: "UPDATE outbox SET queue = $2, act = $3 WHERE id = $1".into(),
        }
    }
}

const LEAVE_OLD: &str = "DELETE FROM channel WHERE connector = $1 AND channel = $2";

/// Lets settings, records, posts and what waits in the outbox follow a channel.
pub(super) async fn channel(
    connection: &mut AnyConnection,
    statements: &Statements,
    moved: Moved<'_>,
) -> Result<(), StoreError> {
    let sql = &statements.moves;
    for follow in sql.follow.iter().chain([&sql.moderators]) {
        let follow = query(follow)
            .bind(moved.connector.as_str())
            .bind(moved.from.as_str())
            .bind(moved.to.as_str());
        execute(follow, connection).await?;
    }
    let leave = query(&Sql::from(LEAVE_OLD))
        .bind(moved.connector.as_str())
        .bind(moved.from.as_str());
    execute(leave, connection).await?;
    acts(connection, sql, moved).await
}

async fn acts(
    connection: &mut AnyConnection,
    sql: &MoveSql,
    moved: Moved<'_>,
) -> Result<(), StoreError> {
    let all = query(&sql.acts).bind(moved.connector.as_str());
    let rows: Vec<ActRow> = fetch(all, connection).await?;
    for row in rows {
        let mut act: Act = parse(("outbox", "act", &row.id), &row.act)?;
        if correct(&mut act, moved) {
            let rewrite = query(&sql.rewrite)
                .bind(row.id)
                .bind(act.queue())
                .bind(json("outbox", &act)?);
            execute(rewrite, connection).await?;
        }
    }
    Ok(())
}

/// Changes every place of an effect that is the old one. Tells whether there was one.
fn correct(act: &mut Act, moved: Moved<'_>) -> bool {
    match act {
        Act::Show(Show { place, .. }) | Act::Retract { place, .. } | Act::Say { place, .. } => {
            moved.correct(place)
        }
        Act::Remove { message } => moved.correct(&mut message.place),
        Act::Tell { otherwise, .. } => otherwise
            .as_mut()
            .is_some_and(|otherwise| moved.correct(&mut otherwise.place)),
        Act::Answer(answer) => moved.correct(&mut answer.place),
        Act::Forward { .. } | Act::Recall { .. } => false,
    }
}
