//! The statements that look into the database from outside a batch: due times, queue, trail, counts, cleaning.

use sqlx::AnyConnection;

use super::dialect::Dialect;
use super::error::StoreError;
use super::records::{CaseRow, EventRow};
use super::row::{Row, Sql, fetch, names, names_of, query, row};
use super::settings::ChannelRow;
use super::types::Counts;
use crate::domain::clock::Timestamp;
use crate::domain::dialogue::DIALOGUE_LASTS;
use crate::domain::ids::{CaseId, ConcernId, ConnectorId, MatchId, OfferId, PersonId};
use crate::domain::inbound::Due;

/// The statements of this file.
#[derive(Debug)]
pub(super) struct QuerySql {
    pub(super) seen: Sql,
    pub(super) channels: Sql,
    pub(super) counter: Sql,
    pub(super) cursors: Sql,
    due: Sql,
    pub(super) queue: Sql,
    pub(super) case_by_code: Sql,
    pub(super) events: Sql,
    counts: Sql,
    pub(super) take_lease: Sql,
}

row! {
    /// A number that a statement counts.
    NumberRow in "counter" { number: Option<i64> }
}

row! {
    CountRow in "counter" { name: String, number: i64 }
}

row! {
    /// A time that came: of what, and whose.
    DueRow in "case_record" { sort: String, at: i64, id: String, connector: String }
}

impl QuerySql {
    pub(super) fn new(dialect: Dialect) -> Self {
        use super::row::text;
        let receipts = dialect.rows(1, &[text("connector"), text("key")]);
        let case = names_of("t", CaseRow::COLUMNS);
        Self {
            seen: format!(
                "SELECT t.connector, t.key, t.at FROM {receipts} CROSS JOIN receipt AS t \
                 WHERE t.connector = r.connector AND t.key = r.key"
            )
            .into(),
            channels: format!(
                "SELECT {} FROM channel ORDER BY connector, channel",
                names(ChannelRow::COLUMNS)
            )
            .into(),
            counter: "SELECT value AS number FROM counter WHERE name = $1".into(),
            cursors: "SELECT connector, name, value FROM cursor WHERE connector = $1".into(),
            due: "SELECT 'case' AS sort, due AS at, id, '' AS connector FROM case_record WHERE due <= $1 \
                 UNION ALL SELECT 'offer', due, id, '' FROM offer WHERE due <= $1 \
                 UNION ALL SELECT 'match', due, id, '' FROM match_record WHERE due <= $1 \
                 UNION ALL SELECT 'concern', due, id, '' FROM concern WHERE due <= $1 \
                 UNION ALL SELECT 'dialogue', touched, person, connector FROM dialogue WHERE touched <= $2 \
                 ORDER BY at, id LIMIT $3"
                .into(),
            queue: format!(
                "SELECT {case} FROM case_record AS t WHERE t.with_hub = 1 \
                 ORDER BY t.rank, t.at, t.id LIMIT $1"
            )
            .into(),
            case_by_code: format!("SELECT {case} FROM case_record AS t WHERE t.code = $1").into(),
            events: format!(
                "SELECT {} FROM case_event WHERE subject = $1 AND sort = $2 ORDER BY seq",
                names(EventRow::COLUMNS)
            )
            .into(),
            counts: "SELECT 'report' AS name, COUNT(*) AS number FROM report \
                 UNION ALL SELECT 'offer', COUNT(*) FROM offer \
                 UNION ALL SELECT 'concern', COUNT(*) FROM concern \
                 UNION ALL SELECT 'dialogue', COUNT(*) FROM dialogue \
                 UNION ALL SELECT 'malformed', COUNT(*) FROM malformed \
                 UNION ALL SELECT 'receipt', COUNT(*) FROM receipt \
                 UNION ALL SELECT 'dead', COUNT(*) FROM outbox WHERE state = 'dead' \
                 UNION ALL SELECT 'waiting', COUNT(*) FROM outbox WHERE state <> 'dead' \
                 UNION ALL SELECT 'case ' || state, COUNT(*) FROM case_record GROUP BY state"
                .into(),
            take_lease: "INSERT INTO lease (name, owner, until) VALUES ($1, $2, $3) \
                 ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until \
                 WHERE lease.owner = excluded.owner OR lease.until <= $4"
                .into(),
        }
    }

    /// What is due, oldest first.
    pub(super) async fn due(
        &self,
        connection: &mut AnyConnection,
        (now, limit): (Timestamp, u32),
    ) -> Result<Vec<Due>, StoreError> {
        let due = query(&self.due)
            .bind(now.as_millis())
            .bind((now - DIALOGUE_LASTS).as_millis())
            .bind(i64::from(limit));
        let rows: Vec<DueRow> = fetch(due, connection).await?;
        rows.into_iter()
            .map(|row| match row.sort.as_str() {
                "case" => Ok(Due::Case {
                    id: CaseId::new(row.id),
                }),
                "offer" => Ok(Due::Offer {
                    id: OfferId::new(row.id),
                }),
                "match" => Ok(Due::Match {
                    id: MatchId::new(row.id),
                }),
                "concern" => Ok(Due::Concern {
                    id: ConcernId::new(row.id),
                }),
                "dialogue" => Ok(Due::Dialogue {
                    connector: ConnectorId::new(row.connector),
                    person: PersonId::new(row.id),
                }),
                _ => Err(StoreError::BadRow {
                    table: DueRow::TABLE,
                    column: "sort",
                    why: format!(
                        "expected case, offer, match, concern or dialogue, found `{}`",
                        row.sort
                    ),
                    row: row.id,
                }),
            })
            .collect()
    }

    pub(super) async fn counts(
        &self,
        connection: &mut AnyConnection,
    ) -> Result<Counts, StoreError> {
        let rows: Vec<CountRow> = fetch(query(&self.counts), connection).await?;
        let mut counts = Counts::default();
        for CountRow { name, number } in rows {
            match name.as_str() {
                "report" => counts.reports = number,
                "offer" => counts.offers = number,
                "concern" => counts.concerns = number,
                "dialogue" => counts.dialogues = number,
                "malformed" => counts.malformed = number,
                "receipt" => counts.receipts = number,
                "dead" => counts.dead = number,
                "waiting" => counts.waiting = number,
                other => {
                    let state = other.strip_prefix("case ").unwrap_or(other);
                    counts.cases.insert(state.to_owned(), number);
                }
            }
        }
        Ok(counts)
    }
}
