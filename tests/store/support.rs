//! A database for one test, on whichever of the two.

use std::io::Write as _;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use kith::domain::clock::Timestamp;
use kith::domain::decision::{Change, Decision, Snapshot, Wants};
use kith::domain::effect::Effect;
use kith::domain::ids::ConnectorId;
use kith::store::{Batch, Lease, Leased, Settled, Settlement, Store, StoreError};
use sqlx::any::{AnyRow, install_default_drivers};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};
use tempfile::TempDir;

pub(super) struct Database {
    pub(super) url: String,
    place: Place,
}

enum Place {
    /// The folder of the file; it goes when this does.
    Folder(#[expect(dead_code, reason = "kept for its drop")] TempDir),
    Schema {
        server: String,
        name: String,
    },
}

static SAID: Once = Once::new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Database {
    pub(super) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("kith.db").display());
        Self {
            url,
            place: Place::Folder(folder),
        }
    }

    pub(super) async fn postgres() -> Option<Self> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the suite is told by its environment alone where a server is"
        )]
        let Ok(server) = std::env::var("KITH_TEST_POSTGRES_URL") else {
            SAID.call_once(|| {
                // Past the harness, which would keep it to itself.
                let _ = std::io::stderr()
                    .write_all(b"\n*** PostgreSQL suite skipped: set KITH_TEST_POSTGRES_URL ***\n");
            });
            return None;
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("kith_test_{}_{number}", std::process::id());
        run(&server, &format!("CREATE SCHEMA {name}"))
            .await
            .unwrap();
        let sign = if server.contains('?') { '&' } else { '?' };
        Some(Self {
            url: format!("{server}{sign}options=-c%20search_path%3D{name}"),
            place: Place::Schema { server, name },
        })
    }

    pub(super) async fn open(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }

    /// Does something to the database behind the store's back.
    pub(super) async fn tamper(&self, sql: &str) {
        run(&self.url, sql).await.unwrap();
    }

    /// Every column of every table.
    pub(super) async fn columns(&self) -> Vec<(String, String)> {
        let listed = match self.place {
            Place::Folder(_) => {
                "SELECT m.name, p.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
            }
            Place::Schema { .. } => {
                "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns \
                 WHERE table_schema = current_schema()"
            }
        };
        install_default_drivers();
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        let rows = rows(&mut connection, listed.to_owned()).await;
        connection.close().await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// Every value of every column, as text: table, column, value.
    pub(super) async fn dump(&self) -> Vec<(String, String, String)> {
        let columns = self.columns().await;
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        let mut all = Vec::new();
        for (table, column) in columns {
            let values =
                format!("SELECT CAST({column} AS TEXT) FROM {table} WHERE {column} IS NOT NULL");
            for row in rows(&mut connection, values).await {
                all.push((table.clone(), column.clone(), row.get(0)));
            }
        }
        connection.close().await.unwrap();
        all
    }

    pub(super) async fn remove(self) {
        if let Place::Schema { server, name } = self.place {
            run(&server, &format!("DROP SCHEMA {name} CASCADE"))
                .await
                .unwrap();
        }
    }
}

async fn rows(connection: &mut AnyConnection, sql: String) -> Vec<AnyRow> {
    let query = sqlx::query(AssertSqlSafe(sql));
    query.fetch_all(connection).await.unwrap()
}

async fn run(url: &str, sql: &str) -> Result<(), sqlx::Error> {
    install_default_drivers();
    let mut connection = AnyConnection::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await?;
    connection.close().await
}

/// Makes each of these functions two tests, one a database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let database = $crate::store::support::Database::sqlite();
                super::$name(&database).await;
                database.remove().await;
            }
        )+}

        mod postgres {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(database) = $crate::store::support::Database::postgres().await {
                    super::$name(&database).await;
                    database.remove().await;
                }
            }
        )+}
    };
}

pub(super) use on_both;

pub(super) const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(super) fn batch(changes: Vec<Change>, effects: Vec<Effect>) -> Batch {
    batch_at(0, changes, effects)
}

pub(super) fn batch_at(now: i64, changes: Vec<Change>, effects: Vec<Effect>) -> Batch {
    Batch {
        now: at(now),
        decisions: vec![Decision { changes, effects }],
        ..Batch::default()
    }
}

pub(super) async fn save(store: &Store, batch: &Batch) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    transaction.save(batch).await?;
    transaction.commit().await
}

pub(super) async fn load(store: &Store, wants: &Wants) -> Snapshot {
    store.begin().await.unwrap().load(wants).await.unwrap()
}

pub(super) async fn lease(store: &Store, (now, until): (i64, i64)) -> Vec<Leased> {
    let lease = Lease {
        connector: ConnectorId::new("telegram"),
        now: at(now),
        until: at(until),
        limit: 50,
    };
    store.lease(&lease).await.unwrap()
}

pub(super) fn names(leased: &[Leased]) -> Vec<&str> {
    leased.iter().map(|one| one.effect.id.as_str()).collect()
}

pub(super) async fn settle(store: &Store, leased: &Leased, (now, outcome): (i64, Settled)) {
    let settlement = Settlement {
        effect: leased.effect.id.clone(),
        generation: leased.generation,
        outcome,
    };
    store.settle(&[settlement], at(now)).await.unwrap();
}

pub(super) const fn done() -> Settled {
    Settled::Done {
        posted: None,
        cleared: None,
    }
}
