//! Rows as the database knows them: one definition gives the struct, the list of columns and the reading.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Decode, Row as _, Type};

use super::error::StoreError;

/// The text of one statement, made once when the store is opened.
pub(super) type Sql = Arc<str>;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
}

/// A column of a table or of a source of rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// A column of text.
pub(super) const fn text(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Text,
    }
}

/// A column of whole numbers.
pub(super) const fn whole(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Whole,
    }
}

/// A type that a column can have here.
pub(super) trait Cell: for<'r> Decode<'r, Any> + Type<Any> {
    const KIND: Kind;
}

impl Cell for String {
    const KIND: Kind = Kind::Text;
}

impl Cell for Option<String> {
    const KIND: Kind = Kind::Text;
}

impl Cell for i64 {
    const KIND: Kind = Kind::Whole;
}

impl Cell for Option<i64> {
    const KIND: Kind = Kind::Whole;
}

/// A row of a table, or of what a statement makes of it.
pub(super) trait Row: Sized {
    const TABLE: &'static str;
    const COLUMNS: &'static [Column];

    fn read(row: &AnyRow) -> Result<Self, StoreError>;
}

/// Defines a row.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident in $table:literal { $($column:ident: $kind:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Serialize)]
        pub(super) struct $name {
            $(pub(super) $column: $kind),+
        }

        impl $crate::store::row::Row for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [$crate::store::row::Column] = &[$(
                $crate::store::row::Column {
                    name: stringify!($column),
                    kind: <$kind as $crate::store::row::Cell>::KIND,
                }
            ),+];

            fn read(row: &sqlx::any::AnyRow) -> Result<Self, $crate::store::StoreError> {
                let mut cells = $crate::store::row::Cells::new($table, row);
                Ok(Self { $($column: cells.next(stringify!($column))?),+ })
            }
        }
    };
}

pub(super) use row;

/// Reads a row from left to right.
pub(super) struct Cells<'r> {
    table: &'static str,
    row: &'r AnyRow,
    index: usize,
}

impl<'r> Cells<'r> {
    pub(super) const fn new(table: &'static str, row: &'r AnyRow) -> Self {
        Self {
            table,
            row,
            index: 0,
        }
    }

    pub(super) fn next<T: Cell>(&mut self, column: &'static str) -> Result<T, StoreError> {
        let index = self.index;
        self.index += 1;
        self.row.try_get(index).map_err(|error| {
            let row = self.row.try_get::<String, _>(0).ok();
            let row = row.or_else(|| self.row.try_get::<i64, _>(0).ok().map(|n| n.to_string()));
            StoreError::BadRow {
                table: self.table,
                column,
                row: row.unwrap_or_default(),
                why: error.to_string(),
            }
        })
    }
}

/// Names of columns, as in `a, b, c`.
pub(super) fn names(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.name).collect();
    names.join(", ")
}

/// Names of columns of one table, as in `t.a, t.b`.
pub(super) fn names_of(table: &str, columns: &[Column]) -> String {
    let names: Vec<_> = columns
        .iter()
        .map(|column| format!("{table}.{}", column.name))
        .collect();
    names.join(", ")
}

/// Assignments from another row, as in `a = r.a, b = r.b`.
pub(super) fn assignments(from: &str, columns: &[Column]) -> String {
    let all: Vec<_> = columns
        .iter()
        .map(|column| format!("{0} = {from}.{0}", column.name))
        .collect();
    all.join(", ")
}

/// A statement that is prepared once a connection and kept there.
pub(super) fn query(sql: &Sql) -> Query<'static, Any, AnyArguments> {
    sqlx::query(AssertSqlSafe(Arc::clone(sql)))
}

/// Runs a statement and reads its rows.
pub(super) async fn fetch<R: Row>(
    query: Query<'static, Any, AnyArguments>,
    connection: &mut AnyConnection,
) -> Result<Vec<R>, StoreError> {
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(R::read).collect()
}

/// Runs a statement and tells how many rows it touched.
pub(super) async fn execute(
    query: Query<'static, Any, AnyArguments>,
    connection: &mut AnyConnection,
) -> Result<u64, StoreError> {
    Ok(query.execute(connection).await?.rows_affected())
}

/// Rows as the JSON parameter of a statement.
pub(super) fn parameter<T: Serialize>(
    table: &'static str,
    rows: &[T],
) -> Result<String, StoreError> {
    Ok(without_nul(json(table, rows)?))
}

/// A value as a column of JSON.
pub(super) fn json<T: Serialize + ?Sized>(
    table: &'static str,
    value: &T,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unwritable {
        table,
        why: error.to_string(),
    })
}

/// A value from a column of JSON.
pub(super) fn parse<T: DeserializeOwned>(
    (table, column, row): (&'static str, &'static str, &str),
    json: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::BadRow {
        table,
        column,
        row: row.to_owned(),
        why: error.to_string(),
    })
}

/// PostgreSQL has no text with U+0000 in it, so a parameter carries U+FFFD in its place.
///
/// JSON within a column of JSON is not touched: there the escape is itself escaped.
fn without_nul(json: String) -> String {
    const ESCAPE: &str = "\\u0000";
    if !json.contains(ESCAPE) {
        return json;
    }
    let mut clean = String::with_capacity(json.len());
    let mut rest = json.as_str();
    while let Some(at) = rest.find('\\') {
        clean.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = if rest.starts_with(ESCAPE) {
            clean.push('\u{fffd}');
            ESCAPE.len()
        } else {
            // An escape has at least two signs, and both are ASCII.
            clean.push_str(&rest[..2]);
            2
        };
        rest = &rest[length..];
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nul_is_replaced_outside_of_nested_json_only() {
        let nested = serde_json::to_string("a\0b").unwrap();
        let rows = [("x\0y\\u0000", nested.as_str())];
        let clean = parameter("t", &rows).unwrap();
        let back: Vec<(String, String)> = serde_json::from_str(&clean).unwrap();
        assert_eq!(back[0].0, "x\u{fffd}y\\u0000");
        assert_eq!(back[0].1, nested);
    }

    proptest! {
        #[test]
        fn a_parameter_is_json_of_the_same_texts(texts in proptest::collection::vec("[\\x00-\\x7f\\u{80}-\\u{10ffff}]{0,20}", 0..5)) {
            let back: Vec<String> = serde_json::from_str(&parameter("t", &texts).unwrap()).unwrap();
            let expected: Vec<_> = texts.iter().map(|text| text.replace('\0', "\u{fffd}")).collect();
            prop_assert_eq!(back, expected);
        }
    }
}
