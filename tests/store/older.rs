//! The schema as older versions of kith left it, with the data in it.

use super::support::Database;

/// What undoes each migration, the newest first.
const UNDONE: &[(i64, &str)] = &[
    (18, "DROP TABLE refusal"),
    (
        15,
        "DROP TABLE legal_hold; DROP TABLE case_count; DROP INDEX case_ended; DROP INDEX offer_ended; DROP INDEX match_ended; \
         DROP INDEX concern_ended; DROP INDEX volunteer_touched; DROP INDEX case_event_at; \
         DROP INDEX referral_case; DROP INDEX briefing_at; DROP INDEX malformed_at; DROP INDEX case_teller; \
         DROP INDEX offer_teller; ALTER TABLE case_record DROP COLUMN ended; ALTER TABLE case_record DROP COLUMN erased; \
         ALTER TABLE offer DROP COLUMN ended; ALTER TABLE offer DROP COLUMN erased; \
         ALTER TABLE match_record DROP COLUMN ended; ALTER TABLE match_record DROP COLUMN erased; \
         ALTER TABLE concern DROP COLUMN ended; ALTER TABLE concern DROP COLUMN erased; \
         ALTER TABLE volunteer DROP COLUMN touched; ALTER TABLE volunteer DROP COLUMN barred; \
         ALTER TABLE case_event DROP COLUMN blanked",
    ),
    (
        14,
        "DROP INDEX concern_person; DROP INDEX concern_due; DROP INDEX concern_open; \
         ALTER TABLE concern DROP COLUMN person_connector; ALTER TABLE concern DROP COLUMN person; \
         ALTER TABLE concern DROP COLUMN told; ALTER TABLE concern DROP COLUMN due",
    ),
    (11, "DROP TABLE volunteer"),
    (
        10,
        "DROP TABLE case_category; DROP TABLE key_check; DROP INDEX case_area; DROP INDEX case_outcode; \
         DROP INDEX case_queue; DROP INDEX case_holder; UPDATE case_record SET outcode = NULL WHERE outcode = ''; \
         CREATE INDEX case_queue ON case_record (rank, at, id, with_hub, state, changed, outcode, categories) WHERE with_hub = 1; \
         CREATE INDEX case_age ON case_record (at, id, with_hub, rank, state, changed, outcode, categories) WHERE with_hub = 1; \
         CREATE INDEX case_holder ON case_record (holder_connector, holder) WHERE holder IS NOT NULL",
    ),
    (9, "DROP TABLE area_point"),
    (8, "DROP INDEX case_part"),
    // Keys were the digits of their numbers, and all of a case was in its body.
    (
        7,
        "ALTER TABLE case_key RENAME TO new_case_key; \
         CREATE TABLE case_key (key TEXT NOT NULL, at BIGINT NOT NULL, case_id TEXT NOT NULL, PRIMARY KEY (key, at, case_id)); \
         CREATE INDEX case_key_case ON case_key (case_id); \
         INSERT INTO case_key (key, at, case_id) SELECT CAST(k.key AS TEXT), t.at, k.case_id \
         FROM new_case_key AS k JOIN case_record AS t ON t.id = k.case_id; DROP TABLE new_case_key; \
         UPDATE case_record SET body = REPLACE(body, '\"joined\":', '\"compared\":' || compared || ',\"joined\":'); \
         ALTER TABLE case_record DROP COLUMN compared",
    ),
    (6, "DROP TABLE match_record; DROP TABLE match_key"),
    (
        5,
        "DROP INDEX case_queue; DROP INDEX case_age; DROP INDEX case_holder; \
         ALTER TABLE case_record DROP COLUMN rank; ALTER TABLE case_record DROP COLUMN changed; \
         ALTER TABLE case_record DROP COLUMN categories; ALTER TABLE case_record DROP COLUMN outcode; \
         ALTER TABLE case_record DROP COLUMN area; ALTER TABLE case_record DROP COLUMN holder_connector; \
         ALTER TABLE case_record DROP COLUMN holder; \
         CREATE INDEX case_queue ON case_record (urgency DESC, at, id) WHERE with_hub = 1",
    ),
    (3, "DROP TABLE correction"),
    (2, "DROP TABLE outbox; DROP TABLE post; DROP TABLE lease"),
];

/// Takes the schema back to what migration `version` left, so that opening it runs all that came after.
pub(super) async fn take_back(database: &Database, version: i64) {
    for (_, sql) in UNDONE.iter().filter(|(undone, _)| *undone > version) {
        database.tamper(sql).await;
    }
    let forget = format!("DELETE FROM schema_migration WHERE version > {version}");
    database.tamper(&forget).await;
}
