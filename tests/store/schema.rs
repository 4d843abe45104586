//! The schema goes forward only, over data that is there.

use kith::domain::decision::{Change, Wants};
use kith::store::{Store, StoreError};

use super::queue::{WITHOUT_COMPARING, WITHOUT_QUEUE};
use super::samples::{hash, open_case, say};
use super::support::{Database, batch, lease, load, names, on_both, save};

on_both!(
    opening_again_changes_nothing,
    an_older_schema_with_data_in_it_is_brought_up_to_date,
    what_was_compared_before_is_compared_still,
    a_migration_that_was_changed_is_refused,
    a_schema_of_a_newer_kith_is_refused,
    several_processes_may_open_at_once,
);

async fn opening_again_changes_nothing(database: &Database) {
    let store = database.open().await;
    let change = Change::Case(Box::new(open_case(1)));
    save(&store, &batch(vec![change], vec![say("e1", "a")]))
        .await
        .unwrap();
    store.close().await;
    let store = database.open().await;
    assert_eq!(store.queue(9).await.unwrap(), [open_case(1)]);
    assert_eq!(names(&lease(&store, (1, 2)).await), ["e1"]);
}

async fn an_older_schema_with_data_in_it_is_brought_up_to_date(database: &Database) {
    let store = database.open().await;
    let change = Change::Case(Box::new(open_case(1)));
    save(&store, &batch(vec![change], Vec::new()))
        .await
        .unwrap();
    store.close().await;
    // What the later migrations made, undone: the schema as the first one left it.
    database
        .tamper(
            "DROP TABLE outbox; DROP TABLE post; DROP TABLE lease; DROP TABLE correction; \
             DROP TABLE match_record; DROP TABLE match_key; DROP INDEX case_part; \
             DELETE FROM schema_migration WHERE version > 1",
        )
        .await;
    database.tamper(WITHOUT_COMPARING).await;
    database.tamper(WITHOUT_QUEUE).await;
    let store = database.open().await;
    assert_eq!(store.queue(9).await.unwrap(), [open_case(1)]);
    save(&store, &batch(Vec::new(), vec![say("e1", "a")]))
        .await
        .unwrap();
    assert_eq!(names(&lease(&store, (1, 2)).await), ["e1"]);
}

async fn what_was_compared_before_is_compared_still(database: &Database) {
    let store = database.open().await;
    let change = Change::Case(Box::new(open_case(1)));
    save(&store, &batch(vec![change], Vec::new()))
        .await
        .unwrap();
    store.close().await;
    database.tamper(WITHOUT_COMPARING).await;
    database
        .tamper("DELETE FROM schema_migration WHERE version > 6")
        .await;
    let store = database.open().await;
    let keys = vec![(hash("shared"), 3)];
    let wants = Wants {
        keys: vec![keys.clone()],
        ..Wants::default()
    };
    let found = load(&store, &wants).await.candidates.remove(&keys).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].compared, open_case(1).compared);
}

async fn a_migration_that_was_changed_is_refused(database: &Database) {
    database.open().await.close().await;
    database
        .tamper("UPDATE schema_migration SET checksum = 'abc' WHERE version = 1")
        .await;
    let error = Store::open(&database.url).await.unwrap_err();
    assert!(matches!(error, StoreError::Migration { version: 1, .. }));
    let text = error.to_string();
    assert!(
        text.contains("checksum abc") && text.contains("put its text back"),
        "{text}"
    );
}

async fn a_schema_of_a_newer_kith_is_refused(database: &Database) {
    database.open().await.close().await;
    database
        .tamper(
            "INSERT INTO schema_migration (version, name, checksum, applied_at) \
             VALUES (99, 'later', 'abc', 'now')",
        )
        .await;
    let error = Store::open(&database.url).await.unwrap_err();
    assert!(matches!(error, StoreError::Migration { version: 99, .. }));
    assert!(error.to_string().contains("run the newer kith"), "{error}");
}

async fn several_processes_may_open_at_once(database: &Database) {
    let (one, two, three) = tokio::join!(
        Store::open(&database.url),
        Store::open(&database.url),
        Store::open(&database.url)
    );
    for store in [one, two, three] {
        store.unwrap().counts().await.unwrap();
    }
}

#[tokio::test]
async fn addresses_that_are_none_are_refused_in_words() {
    let error = Store::open("mysql://somewhere").await.unwrap_err();
    assert!(
        error.to_string().contains("expected database.url"),
        "{error}"
    );
    let error = Store::open("sqlite:///no/such/folder/kith.db")
        .await
        .unwrap_err();
    assert!(
        error.is_retryable(),
        "the folder may be mounted yet: {error}"
    );
}

#[tokio::test]
async fn a_database_in_memory_works_for_tests() {
    let store = Store::open("sqlite::memory:").await.unwrap();
    let change = Change::Case(Box::new(open_case(1)));
    save(&store, &batch(vec![change], Vec::new()))
        .await
        .unwrap();
    assert_eq!(store.queue(9).await.unwrap(), [open_case(1)]);
    let other = Store::open("sqlite::memory:").await.unwrap();
    assert_eq!(other.queue(9).await.unwrap(), []);
}
