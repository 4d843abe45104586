//! Where outcodes lie: the rows, how they are written, and which of them a match needs.

use std::collections::BTreeSet;

use serde::Serialize;

use super::dialect::Dialect;
use super::error::StoreError;
use super::load::Load;
use super::row::{Row, Sql, execute, fetch, parameter, query, row, text};
use super::save_sql::upsert;
use super::{Store, types::KnownAreas};
use crate::domain::areas::{AreaPoint, Areas, FARTHEST, Grid, Point, letters};
use crate::domain::clock::Timestamp;

row! {
    AreaRow in "area_point" {
        outcode: String,
        letters: String,
        grid: String,
        east: i64,
        north: i64,
        postcodes: i64,
        at: i64,
    }
}

row! {
    PointRow in "area_point" { outcode: String, grid: String, east: i64, north: i64 }
}

row! {
    KnownRow in "area_point" { outcodes: i64, postcodes: Option<i64>, oldest: Option<i64>, newest: Option<i64> }
}

impl AreaRow {
    fn of(area: &AreaPoint, now: Timestamp) -> Self {
        Self {
            outcode: area.outcode.clone(),
            letters: letters(&area.outcode).to_owned(),
            grid: area.point.grid.as_str().to_owned(),
            east: area.point.east.into(),
            north: area.point.north.into(),
            postcodes: area.postcodes.into(),
            at: now.as_millis(),
        }
    }
}

impl TryFrom<PointRow> for (String, Point) {
    type Error = StoreError;

    fn try_from(row: PointRow) -> Result<Self, StoreError> {
        let grid = Grid::of(&row.outcode);
        let bad = |column, why: String| StoreError::BadRow {
            table: PointRow::TABLE,
            column,
            row: row.outcode.clone(),
            why,
        };
        if row.grid != grid.as_str() {
            let why = format!("expected {}, found `{}`", grid.as_str(), row.grid);
            return Err(bad("grid", why));
        }
        let metres = |column, value: i64| {
            i32::try_from(value).map_err(|error| bad(column, error.to_string()))
        };
        let (east, north) = (metres("east", row.east)?, metres("north", row.north)?);
        Ok((row.outcode, Point { grid, east, north }))
    }
}

/// The statements of this file.
#[derive(Debug)]
pub(super) struct AreaSql {
    put: Sql,
    around: Sql,
    known: Sql,
}

impl AreaSql {
    pub(super) fn new(dialect: Dialect) -> Self {
        // The cross joins keep SQLite from beginning with all the points there are.
        let around = |which: &str| {
            format!(
                "SELECT p.outcode, p.grid, p.east, p.north FROM {} CROSS JOIN area_point AS c \
                 CROSS JOIN area_point AS p WHERE c.outcode = r.outcode AND {which}",
                dialect.rows(1, &[text("outcode")])
            )
        };
        let close = format!(
            "p.grid = c.grid AND p.north BETWEEN c.north - {FARTHEST} AND c.north + {FARTHEST} \
             AND p.east BETWEEN c.east - {FARTHEST} AND c.east + {FARTHEST}"
        );
        Self {
            put: upsert::<AreaRow>(dialect, &["outcode"]).into(),
            around: format!(
                "{} UNION {}",
                around(&close),
                around("p.letters = c.letters")
            )
            .into(),
            known: "SELECT COUNT(*) AS outcodes, CAST(SUM(postcodes) AS BIGINT) AS postcodes, \
                 MIN(at) AS oldest, MAX(at) AS newest FROM area_point"
                .into(),
        }
    }
}

#[derive(Serialize)]
struct Outcode<'o> {
    outcode: &'o str,
}

impl Load<'_> {
    /// Where these outcodes lie, what is around them, and what has their letters; nothing of one that is not known.
    pub(super) async fn areas(&mut self, places: &BTreeSet<String>) -> Result<(), StoreError> {
        let places: Vec<_> = places.iter().map(|outcode| Outcode { outcode }).collect();
        let rows: Vec<PointRow> = self.rows(&self.statements.areas.around, &places).await?;
        let points = rows.into_iter().map(TryInto::try_into);
        self.snapshot
            .areas
            .extend(points.collect::<Result<Areas, _>>()?);
        Ok(())
    }
}

impl Store {
    /// Writes where outcodes lie, all of it or nothing. What is known of other outcodes stays.
    pub async fn put_areas(&self, areas: &[AreaPoint], now: Timestamp) -> Result<(), StoreError> {
        let rows: Vec<_> = areas.iter().map(|area| AreaRow::of(area, now)).collect();
        let put = query(&self.statements.areas.put).bind(parameter(AreaRow::TABLE, &rows)?);
        execute(put, &mut *self.writing().await?).await?;
        Ok(())
    }

    /// How much is known of where outcodes lie.
    pub async fn known_areas(&self) -> Result<KnownAreas, StoreError> {
        let known = query(&self.statements.areas.known);
        let rows: Vec<KnownRow> = fetch(known, &mut *self.reading().await?).await?;
        let Some(row) = rows.into_iter().next() else {
            return Ok(KnownAreas::default());
        };
        Ok(KnownAreas {
            outcodes: row.outcodes,
            postcodes: row.postcodes.unwrap_or(0),
            oldest: row.oldest.map(Timestamp::from_millis),
            newest: row.newest.map(Timestamp::from_millis),
        })
    }
}
