//! The key of the hashes, which is not in the database: only by what one of its hashes came out as is it known again.

use super::Store;
use super::error::StoreError;
use super::queries::NumberRow;
use super::records::{CaseRow, ConcernRow, MatchRow, OfferRow, VolunteerRow};
use super::row::{Row, Sql, execute, fetch, names_of, query};
use super::types::Batch;
use crate::domain::case::Case;
use crate::domain::decision::{Change, Decision};
use crate::domain::offer::Offer;
use crate::domain::traces::{Hash, Traces};

/// So many records are written at once.
const TOGETHER: usize = 500;

const KNOWN: &str = "SELECT hash AS number FROM key_check WHERE sort = 'hashes'";
const KEEP: &str =
    "INSERT INTO key_check (sort, hash) VALUES ('hashes', $1) ON CONFLICT (sort) DO NOTHING";
const CHANGE: &str = "INSERT INTO key_check (sort, hash) VALUES ('hashes', $1) \
    ON CONFLICT (sort) DO UPDATE SET hash = excluded.hash";

impl Store {
    /// What a constant came out as with the key that this database is filled with; none before the first start.
    pub async fn key_check(&self) -> Result<Option<i64>, StoreError> {
        let rows: Vec<NumberRow> = fetch(query(&KNOWN.into()), &mut *self.reading().await?).await?;
        Ok(super::number(&rows))
    }

    /// Whether a constant came out as it does with the key that this database is filled with. The first one asked about is that.
    pub async fn knows_key(&self, check: Hash) -> Result<bool, StoreError> {
        let keep = query(&KEEP.into()).bind(check.as_i64());
        execute(keep, &mut *self.writing().await?).await?;
        Ok(self.key_check().await? == Some(check.as_i64()))
    }

    /// Begins with another key: what was left to compare others with is forgotten, since nothing comes out as it did. Tells of how
    /// many cases and offers. Nobody else may use the database meanwhile; where it ends early it can be called again.
    pub async fn change_key(&self, check: Hash) -> Result<usize, StoreError> {
        let cases = self.rewrite(|row: CaseRow| {
            let case = Case::try_from(row)?;
            let is_left = !(case.keys.is_empty() && case.compared.is_empty());
            let version = case.version + 1;
            Ok(is_left.then(|| {
                Change::Case(Box::new(Case {
                    keys: Vec::new(),
                    compared: Vec::new(),
                    version,
                    ..case
                }))
            }))
        });
        let cases = cases.await?;
        let offers = self.rewrite(|row: OfferRow| {
            let offer = Offer::try_from(row)?;
            let is_left = offer.traces != Traces::default();
            let version = offer.version + 1;
            Ok(is_left.then(|| {
                Change::Offer(Box::new(Offer {
                    traces: Traces::default(),
                    version,
                    ..offer
                }))
            }))
        });
        let offers = offers.await?;
        let change = query(&CHANGE.into()).bind(check.as_i64());
        execute(change, &mut *self.writing().await?).await?;
        Ok(cases + offers)
    }

    /// Reads every row of a table, in parts, and writes what is changed in it. Tells how many rows that were.
    async fn rewrite<R: Row + Named>(
        &self,
        change: impl Fn(R) -> Result<Option<Change>, StoreError>,
    ) -> Result<usize, StoreError> {
        self.rewrite_where("1 = 1", change).await
    }

    /// As [`Store::rewrite`], of the rows that fit; they are named `t`.
    pub(super) async fn rewrite_where<R: Row + Named>(
        &self,
        condition: &str,
        change: impl Fn(R) -> Result<Option<Change>, StoreError>,
    ) -> Result<usize, StoreError> {
        let sql: Sql = format!(
            "SELECT {} FROM {} AS t WHERE t.id > $1 AND {condition} ORDER BY t.id LIMIT {TOGETHER}",
            names_of("t", R::COLUMNS),
            R::TABLE
        )
        .into();
        let (mut last, mut count) = (String::new(), 0);
        loop {
            let mut transaction = self.begin().await?;
            let rows: Vec<R> = fetch(query(&sql).bind(last), &mut transaction.inner).await?;
            let Some(row) = rows.last() else {
                return Ok(count);
            };
            last = row.id().to_owned();
            let changes = rows.into_iter().filter_map(|row| change(row).transpose());
            let changes: Vec<_> = changes.collect::<Result<_, _>>()?;
            count += changes.len();
            let batch = Batch {
                decisions: vec![Decision {
                    changes,
                    effects: Vec::new(),
                }],
                ..Batch::default()
            };
            transaction.save(&batch).await?;
            transaction.commit().await?;
        }
    }
}

/// A row that has an identifier.
pub(super) trait Named {
    fn id(&self) -> &str;
}

macro_rules! named {
    ($($row:ty),+) => {$(
        impl Named for $row {
            fn id(&self) -> &str {
                &self.id
            }
        }
    )+};
}

named!(CaseRow, OfferRow, MatchRow, ConcernRow, VolunteerRow);
