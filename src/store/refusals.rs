//! What people were not let do: the rows, and the statement that gives them out.

use super::Store;
use super::error::StoreError;
use super::row::{Row, Sql, fetch, json, names, parse, query, row};
use crate::domain::clock::Timestamp;
use crate::domain::permission::Refused;

row! {
    RefusalRow in "refusal" { at: i64, connector: String, person: String, body: String }
}

impl RefusalRow {
    pub(super) fn of(refused: &Refused) -> Result<Self, StoreError> {
        let (connector, person) = &refused.by;
        Ok(Self {
            at: refused.at.as_millis(),
            connector: connector.to_string(),
            person: person.to_string(),
            body: json(Self::TABLE, refused)?,
        })
    }
}

impl TryFrom<RefusalRow> for Refused {
    type Error = StoreError;

    fn try_from(row: RefusalRow) -> Result<Self, StoreError> {
        parse((RefusalRow::TABLE, "body", &row.person), &row.body)
    }
}

/// The statement of this file.
pub(super) fn since() -> Sql {
    let columns = names(RefusalRow::COLUMNS);
    format!("SELECT {columns} FROM refusal WHERE at >= $1 ORDER BY at, seq LIMIT $2").into()
}

impl Store {
    /// The first so many refusals from a moment on, oldest first.
    pub async fn refusals(&self, since: Timestamp, limit: u32) -> Result<Vec<Refused>, StoreError> {
        let page = query(&self.statements.refusals)
            .bind(since.as_millis())
            .bind(i64::from(limit));
        let rows: Vec<RefusalRow> = fetch(page, &mut *self.reading().await?).await?;
        rows.into_iter().map(Refused::try_from).collect()
    }
}
