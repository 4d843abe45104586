//! Opening the database: connections, their settings, and proof that these are in force.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::{AnyPool, ConnectOptions as _, Executor as _, Row as _};

use super::dialect::Dialect;
use super::error::StoreError;
use super::types::Options;

/// Older ones have a fault by which a WAL checkpoint can damage the file: <https://sqlite.org/wal.html#walresetbug>
const OLDEST_SQLITE: &str = "3.51.3";
/// So long somebody waits for a connection before the database counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(30);

/// The connections of a store.
pub(super) struct Pools {
    pub(super) dialect: Dialect,
    pub(super) writer: AnyPool,
    pub(super) reader: AnyPool,
}

/// Connects, and sees that nothing could be lost.
pub(super) async fn connect(url: &str, options: Options) -> Result<Pools, StoreError> {
    install_default_drivers();
    let dialect = Dialect::of(url)?;
    let in_memory =
        dialect == Dialect::Sqlite && (url.contains(":memory:") || url.contains("mode=memory"));
    let url = address(url, dialect);
    let writers = match dialect {
        Dialect::Sqlite => 1,
        Dialect::Postgres => options.writers.max(1),
    };
    let writer = pool(&url, (dialect, true, writers)).await?;
    if dialect == Dialect::Sqlite {
        check_version(&writer).await?;
        check_settings(&writer, in_memory).await?;
    }
    // Every connection to a database in memory would have one of its own.
    let reader = if in_memory {
        writer.clone()
    } else {
        pool(&url, (dialect, false, options.readers.max(1))).await?
    };
    Ok(Pools {
        dialect,
        writer,
        reader,
    })
}

/// A file that is not there yet is made, which sqlx does only where it is asked to.
fn address(url: &str, dialect: Dialect) -> String {
    let plain = dialect == Dialect::Postgres || url.contains(":memory:") || url.contains("mode=");
    match (plain, url.contains('?')) {
        (true, _) => url.to_owned(),
        (false, true) => format!("{url}&mode=rwc"),
        (false, false) => format!("{url}?mode=rwc"),
    }
}

async fn pool(
    url: &str,
    (dialect, writes, connections): (Dialect, bool, u32),
) -> Result<AnyPool, StoreError> {
    let options = AnyConnectOptions::from_str(url)?.disable_statement_logging();
    let pool = AnyPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        // A file does not go away; a server may, and then a connection must be made anew.
        .test_before_acquire(dialect == Dialect::Postgres)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection
                    .execute(sqlx::raw_sql(dialect.greeting(writes)))
                    .await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}

async fn check_version(pool: &AnyPool) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT sqlite_version()")
        .fetch_one(pool)
        .await?;
    let found: String = row.try_get(0)?;
    if is_recent(&found) {
        Ok(())
    } else {
        Err(StoreError::Version {
            expected: OLDEST_SQLITE,
            found,
        })
    }
}

fn is_recent(version: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        text.split('.')
            .map(|part| part.parse().unwrap_or(0))
            .collect()
    };
    numbers(version) >= numbers(OLDEST_SQLITE)
}

async fn check_settings(pool: &AnyPool, in_memory: bool) -> Result<(), StoreError> {
    let row = sqlx::query("PRAGMA journal_mode").fetch_one(pool).await?;
    let found: String = row.try_get(0)?;
    if !in_memory && found != "wal" {
        return Err(StoreError::Setting {
            setting: "SQLite's journal_mode",
            expected: "wal",
            found,
        });
    }
    let row = sqlx::query("PRAGMA synchronous").fetch_one(pool).await?;
    let found: i64 = row.try_get(0)?;
    if found < 2 {
        return Err(StoreError::Setting {
            setting: "SQLite's synchronous",
            expected: "2 (FULL)",
            found: found.to_string(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(is_recent(OLDEST_SQLITE));
        assert!(is_recent("3.100.0"));
        assert!(is_recent("4.0.0"));
        assert!(!is_recent("3.51.2"));
        assert!(!is_recent("3.9.9"));
        assert!(!is_recent("unknown"));
    }

    async fn setting(pool: &AnyPool, pragma: &'static str) -> String {
        let row = sqlx::query(pragma).fetch_one(pool).await.unwrap();
        row.try_get::<String, _>(0)
            .or_else(|_| row.try_get::<i64, _>(0).map(|number| number.to_string()))
            .unwrap()
    }

    #[tokio::test]
    async fn what_is_written_outlives_a_power_cut() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("kith.db").display());
        let pools = connect(&url, Options::default()).await.unwrap();
        assert_eq!(setting(&pools.writer, "PRAGMA journal_mode").await, "wal");
        assert_eq!(setting(&pools.writer, "PRAGMA synchronous").await, "2");
        assert_eq!(setting(&pools.writer, "PRAGMA foreign_keys").await, "1");
        assert_eq!(setting(&pools.reader, "PRAGMA query_only").await, "1");
        assert!(is_recent(
            &setting(&pools.writer, "SELECT sqlite_version()").await
        ));
    }

    #[test]
    fn a_missing_file_is_made_unless_the_address_says_otherwise() {
        let sqlite = |url| address(url, Dialect::Sqlite);
        assert_eq!(sqlite("sqlite://kith.db"), "sqlite://kith.db?mode=rwc");
        assert_eq!(
            sqlite("sqlite://a.db?vfs=x"),
            "sqlite://a.db?vfs=x&mode=rwc"
        );
        assert_eq!(sqlite("sqlite://a.db?mode=rw"), "sqlite://a.db?mode=rw");
        assert_eq!(sqlite("sqlite::memory:"), "sqlite::memory:");
        let server = "postgres://kith@localhost/kith";
        assert_eq!(address(server, Dialect::Postgres), server);
    }
}
