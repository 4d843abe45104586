//! Brings the schema up to date. Migrations go forward only, and one that has run is never changed.

use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe};

use super::dialect::Dialect;
use super::error::StoreError;
use super::row::{Row, Sql, execute, fetch, query, row};

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Migration {
    pub(super) version: i64,
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}

/// Every step, in order.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "records",
        text: include_str!("../../migrations/0001_records.sql"),
    },
    Migration {
        version: 2,
        name: "outbox",
        text: include_str!("../../migrations/0002_outbox.sql"),
    },
    Migration {
        version: 3,
        name: "corrections",
        text: include_str!("../../migrations/0003_corrections.sql"),
    },
    Migration {
        version: 4,
        name: "keyed_hashes",
        text: include_str!("../../migrations/0004_keyed_hashes.sql"),
    },
    Migration {
        version: 5,
        name: "queue",
        text: include_str!("../../migrations/0005_queue.sql"),
    },
    Migration {
        version: 6,
        name: "matches",
        text: include_str!("../../migrations/0006_matches.sql"),
    },
    Migration {
        version: 7,
        name: "comparing",
        text: include_str!("../../migrations/0007_comparing.sql"),
    },
    Migration {
        version: 8,
        name: "parts",
        text: include_str!("../../migrations/0008_parts.sql"),
    },
    Migration {
        version: 9,
        name: "areas",
        text: include_str!("../../migrations/0009_areas.sql"),
    },
    Migration {
        version: 10,
        name: "queue_streams",
        text: include_str!("../../migrations/0010_queue_streams.sql"),
    },
    Migration {
        version: 11,
        name: "volunteers",
        text: include_str!("../../migrations/0011_volunteers.sql"),
    },
    Migration {
        version: 14,
        name: "concerns",
        text: include_str!("../../migrations/0014_concerns.sql"),
    },
    Migration {
        version: 15,
        name: "rights",
        text: include_str!("../../migrations/0015_rights.sql"),
    },
    Migration {
        version: 18,
        name: "refusals",
        text: include_str!("../../migrations/0018_refusals.sql"),
    },
];

row! {
    /// A migration that has run.
    Applied in "schema_migration" { version: i64, name: String, checksum: String }
}

const CREATE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (version BIGINT PRIMARY KEY, \
    name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)";
const APPLIED: &str = "SELECT version, name, checksum FROM schema_migration ORDER BY version";
const RECORD: &str = "INSERT INTO schema_migration (version, name, checksum, applied_at) \
    VALUES ($1, $2, $3, CAST(CURRENT_TIMESTAMP AS TEXT))";

impl Migration {
    /// The text is what counts, before the database's own words are put in.
    fn checksum(&self) -> String {
        use std::fmt::Write as _;
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(self.text) {
            // Writing to a string can't fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    fn refused(&self, why: String) -> StoreError {
        StoreError::Migration {
            version: self.version,
            name: self.name.to_owned(),
            why,
        }
    }

    async fn apply(
        &self,
        connection: &mut AnyConnection,
        dialect: Dialect,
    ) -> Result<(), StoreError> {
        let text = self
            .text
            .replace("{sequence}", dialect.sequence())
            .replace("{keyed}", dialect.keyed())
            .replace("{body}", dialect.body());
        sqlx::raw_sql(AssertSqlSafe(text))
            .execute(&mut *connection)
            .await
            .map_err(|error| {
                self.refused(format!(
                    "expected it to run, found: {error}; nothing was changed"
                ))
            })?;
        let record = query(&Sql::from(RECORD))
            .bind(self.version)
            .bind(self.name)
            .bind(self.checksum());
        execute(record, connection).await?;
        Ok(())
    }
}

/// Runs what has not run yet, all of it or nothing.
pub(super) async fn migrate(
    pool: &AnyPool,
    dialect: Dialect,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with(dialect.begin()).await?;
    if let Some(lock) = dialect.migration_lock() {
        sqlx::raw_sql(lock).execute(&mut *transaction).await?;
    }
    sqlx::raw_sql(CREATE).execute(&mut *transaction).await?;
    let applied = fetch::<Applied>(query(&Sql::from(APPLIED)), &mut transaction).await?;
    let missing = missing(&applied, migrations)?;
    for migration in missing {
        migration.apply(&mut transaction, dialect).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The migrations still to run, after those that ran were found to be the same.
fn missing<'m>(
    applied: &[Applied],
    migrations: &'m [Migration],
) -> Result<&'m [Migration], StoreError> {
    for (index, applied) in applied.iter().enumerate() {
        let Some(known) = migrations.get(index) else {
            return Err(StoreError::Migration {
                version: applied.version,
                name: applied.name.clone(),
                why: format!(
                    "expected a database of this kith or an older one, found {} that this kith does not know; \
                     run the newer kith that wrote it",
                    Applied::TABLE
                ),
            });
        };
        if known.version != applied.version || known.checksum() != applied.checksum {
            return Err(known.refused(format!(
                "expected the text that ran (checksum {}), found another ({}); \
                 a migration is never changed once it has run: put its text back and add a new one",
                applied.checksum,
                known.checksum()
            )));
        }
    }
    Ok(&migrations[applied.len().min(migrations.len())..])
}
