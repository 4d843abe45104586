//! The store's conformance suite: the same tests on SQLite always, and on PostgreSQL where
//! `KITH_TEST_POSTGRES_URL` names a server, each test in a schema of its own.

#![expect(clippy::unwrap_used, reason = "what fails in a test fails the test")]

mod store {
    mod areas;
    mod batches;
    mod concerns;
    mod corrections;
    mod machine;
    mod matches;
    mod moves;
    mod older;
    mod outbox;
    mod queue;
    mod records;
    mod samples;
    mod schema;
    mod street;
    mod support;
    mod time;
    mod volunteers;
    mod year;
}
