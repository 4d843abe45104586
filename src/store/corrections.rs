//! What people said that a text is: the rows, and the statements that give them out and forget them.

use super::error::StoreError;
use super::row::{Row, Sql, fetch, json, names, parse, query, row};
use super::{Store, row::execute};
use crate::domain::correction::Correction;
use crate::domain::decision::PersonKey;
use crate::domain::ids::GroupId;

row! {
    CorrectionRow in "correction" {
        id: String,
        connector: String,
        community: Option<String>,
        author: String,
        corrector: String,
        at: i64,
        body: String,
    }
}

impl CorrectionRow {
    pub(super) fn of(correction: &Correction) -> Result<Self, StoreError> {
        Ok(Self {
            id: correction.id.to_string(),
            connector: correction.connector.to_string(),
            community: correction.group.as_ref().map(ToString::to_string),
            author: correction.author.to_string(),
            corrector: correction.by.to_string(),
            at: correction.at.as_millis(),
            body: json(Self::TABLE, correction)?,
        })
    }
}

impl TryFrom<CorrectionRow> for Correction {
    type Error = StoreError;

    fn try_from(row: CorrectionRow) -> Result<Self, StoreError> {
        let correction: Self = parse((CorrectionRow::TABLE, "body", &row.id), &row.body)?;
        Ok(Self {
            group: row.community.map(GroupId::new),
            ..correction
        })
    }
}

/// The statements of this file.
#[derive(Debug)]
pub(super) struct CorrectionSql {
    page: Sql,
    forget: Sql,
}

impl CorrectionSql {
    pub(super) fn new() -> Self {
        Self {
            page: format!(
                "SELECT {} FROM correction WHERE (at, id) > ($1, $2) ORDER BY at, id LIMIT $3",
                names(CorrectionRow::COLUMNS)
            )
            .into(),
            forget:
                "DELETE FROM correction WHERE connector = $1 AND (author = $2 OR corrector = $2)"
                    .into(),
        }
    }
}

impl Store {
    /// The next so many corrections after one of them, or the first ones: oldest first.
    pub async fn corrections(
        &self,
        after: Option<&Correction>,
        limit: u32,
    ) -> Result<Vec<Correction>, StoreError> {
        let (at, id) = after.map_or((i64::MIN, ""), |last| {
            (last.at.as_millis(), last.id.as_str())
        });
        let page = query(&self.statements.corrections.page)
            .bind(at)
            .bind(id.to_owned())
            .bind(i64::from(limit));
        let rows: Vec<CorrectionRow> = fetch(page, &mut *self.reading().await?).await?;
        rows.into_iter().map(Correction::try_from).collect()
    }

    /// Forgets the corrections of what a person wrote, and those that they made. Tells how many there were.
    pub async fn forget_corrections(
        &self,
        (connector, person): &PersonKey,
    ) -> Result<u64, StoreError> {
        let forget = query(&self.statements.corrections.forget)
            .bind(connector.to_string())
            .bind(person.to_string());
        execute(forget, &mut *self.writing().await?).await
    }
}
