//! What can go wrong in the store, and what to do about it.

use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteError;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else wrote first, or a fresh code was taken already.
    #[error(
        "expected {expected}, found that somebody else wrote first; load again and decide again"
    )]
    Conflict {
        /// What the write counted on.
        expected: &'static str,
    },
    /// The database can't be reached or is too busy.
    #[error(
        "expected the database to answer, found: {found}; it is tried again, see that it runs and that nothing else holds it"
    )]
    Unavailable {
        /// What it said.
        found: String,
    },
    /// There is no room or the disk does not work.
    #[error(
        "expected to write to the database, found: {found}; make room on its disk, or mend it, and kith goes on"
    )]
    Full {
        /// What it said.
        found: String,
    },
    /// A row holds what it can't hold.
    #[error(
        "table {table}, row {row}: expected column {column} to be readable, found: {why}; restore the row from a backup or delete it"
    )]
    BadRow {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row, by its first column.
        row: String,
        /// What is wrong with it.
        why: String,
    },
    /// The schema is not one that this kith can use.
    #[error("migration {version} ({name}): {why}")]
    Migration {
        /// Which migration.
        version: i64,
        /// Its name.
        name: String,
        /// What was expected, what was found and what to do.
        why: String,
    },
    /// SQLite is too old.
    #[error(
        "expected SQLite {expected} or newer, found {found}; build kith with the SQLite that comes with it"
    )]
    Version {
        /// The oldest that will do.
        expected: &'static str,
        /// The one that is there.
        found: String,
    },
    /// The address of the database is not one.
    #[error(
        "expected database.url to be like sqlite://kith.db or postgres://user@host/name, found: {why}"
    )]
    Address {
        /// What is wrong with it.
        why: String,
    },
    /// A setting of the database is not as it must be.
    #[error(
        "expected {setting} to be {expected}, found {found}; nothing would be safe from a power cut, so kith does not start"
    )]
    Setting {
        /// Which setting.
        setting: &'static str,
        /// As it must be.
        expected: &'static str,
        /// As it is.
        found: String,
    },
    /// What was to be written can't be put into a row.
    #[error(
        "table {table}: expected a row that can be written as JSON, found: {why}; this is a fault of kith, please report it"
    )]
    Unwritable {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// Anything else the database said.
    #[error("the database refused: {0}")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether the same work may succeed when it is done again from the start.
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Conflict { .. } | Self::Unavailable { .. } | Self::Full { .. }
        )
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error::{
            Configuration, Database, InvalidSavePointStatement, Io, PoolClosed, PoolTimedOut, Tls,
            WorkerCrashed,
        };
        match error {
            Database(refusal) => Self::from_refusal(refusal),
            Io(_)
            | Tls(_)
            | PoolTimedOut
            | PoolClosed
            | WorkerCrashed
            | InvalidSavePointStatement => Self::Unavailable {
                found: error.to_string(),
            },
            Configuration(why) => Self::Address {
                why: why.to_string(),
            },
            other => Self::Database(other),
        }
    }
}

impl StoreError {
    fn from_refusal(refusal: Box<dyn DatabaseError>) -> Self {
        if refusal.is_unique_violation() {
            return Self::Conflict {
                expected: "a row that is not there yet",
            };
        }
        let sqlite = refusal.try_downcast_ref::<SqliteError>().is_some();
        let code = refusal.code().unwrap_or_default().into_owned();
        let found = refusal.to_string();
        let trouble = if sqlite {
            // The low byte is the primary result code: https://sqlite.org/rescode.html
            match code.parse::<i32>().map(|code| code & 0xff) {
                Ok(5 | 6 | 14) => Trouble::Unavailable,
                Ok(10 | 13) => Trouble::Full,
                _ => Trouble::Other,
            }
        } else {
            // https://www.postgresql.org/docs/current/errcodes-appendix.html
            match (code.as_str(), code.get(..2)) {
                ("40001" | "40P01", _) => Trouble::Conflict,
                ("53100" | "58030", _) => Trouble::Full,
                ("55P03" | "57014" | "25006", _) | (_, Some("08" | "53" | "57")) => {
                    Trouble::Unavailable
                }
                _ => Trouble::Other,
            }
        };
        match trouble {
            Trouble::Conflict => Self::Conflict {
                expected: "rows that nobody else wants at the same time",
            },
            Trouble::Unavailable => Self::Unavailable { found },
            Trouble::Full => Self::Full { found },
            Trouble::Other => Self::Database(sqlx::Error::Database(refusal)),
        }
    }
}

/// What sort of trouble a refusal is.
enum Trouble {
    Conflict,
    Unavailable,
    Full,
    Other,
}
