//! What differs between SQLite and PostgreSQL. All other SQL is one text for both.

use super::error::StoreError;
use super::row::{Column, Kind};

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    pub(super) fn of(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Ok(Self::Sqlite),
            Some("postgres" | "postgresql") => Ok(Self::Postgres),
            other => Err(StoreError::Address {
                why: format!("the scheme `{}`", other.unwrap_or_default()),
            }),
        }
    }

    /// How a transaction that writes begins. SQLite takes its one write lock at once, since a
    /// lock that is taken later can't be waited for; PostgreSQL must see what it waited for.
    pub(super) const fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        }
    }

    /// What every new connection is told.
    pub(super) const fn greeting(self, writes: bool) -> &'static str {
        match (self, writes) {
            (Self::Sqlite, true) => {
                // A batch of a hundred touches some thousand pages: they stay in memory until the
                // commit, and are copied back every few commits, not at each.
                "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; \
                 PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 67108864"
            }
            (Self::Sqlite, false) => {
                "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; \
                 PRAGMA query_only = ON"
            }
            (Self::Postgres, true) => "SET lock_timeout = '20s'",
            (Self::Postgres, false) => "SET default_transaction_read_only = on",
        }
    }

    /// Keeps two processes from migrating at once. SQLite's transaction does so by itself.
    pub(super) const fn migration_lock(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT pg_advisory_xact_lock(7452361)"),
        }
    }

    /// The type of a column that numbers its rows in the order in which they came.
    pub(super) const fn sequence(self) -> &'static str {
        match self {
            Self::Sqlite => "INTEGER PRIMARY KEY AUTOINCREMENT",
            Self::Postgres => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        }
    }

    /// The end of a table of short rows that are found by their whole key: SQLite then keeps them once.
    pub(super) const fn keyed(self) -> &'static str {
        match self {
            Self::Sqlite => "WITHOUT ROWID",
            Self::Postgres => "",
        }
    }

    /// The column `body` as JSON, for `->` and `->>`. PostgreSQL keeps an escaped U+0000 in JSON and can't read it.
    pub(super) const fn body(self) -> &'static str {
        match self {
            Self::Sqlite => "body",
            Self::Postgres => r"REPLACE(body, '\u0000', '\ufffd')::json",
        }
    }

    /// Keeps the rows of `t` from others until the commit, so that they queue in place of colliding.
    pub(super) const fn lock(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "FOR UPDATE OF t",
        }
    }

    /// As [`Dialect::lock`], leaving out the rows that another has.
    pub(super) const fn lock_free(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "FOR UPDATE OF t SKIP LOCKED",
        }
    }

    /// A source of rows named `r`: the JSON objects in the array that the parameter holds.
    pub(super) fn rows(self, parameter: u8, columns: &[Column]) -> String {
        let list =
            |write: fn(&Column) -> String| columns.iter().map(write).collect::<Vec<_>>().join(", ");
        match self {
            // `json_each` would write each row out as text, which every column then parses again.
            Self::Sqlite => format!(
                "(SELECT {} FROM jsonb_each(${parameter})) AS r",
                list(|column| format!("value ->> '$.{0}' AS {0}", column.name))
            ),
            Self::Postgres => format!(
                "jsonb_to_recordset(${parameter}::text::jsonb) AS r({})",
                list(|column| {
                    let kind = match column.kind {
                        Kind::Text => "text",
                        Kind::Whole => "bigint",
                    };
                    format!("{} {kind}", column.name)
                })
            ),
        }
    }
}
