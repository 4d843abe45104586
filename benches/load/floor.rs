//! What the disk and SQLite themselves can do, below everything else.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, params};

use crate::measure::{Fallible, rate};

const PAGE: usize = 4096;
const PAGES: usize = 256;

/// Overwrites of 4 KiB, each made durable, a second.
pub(crate) fn overwrites(folder: &Path, count: usize) -> Fallible<f64> {
    let file = File::options()
        .create(true)
        .truncate(true)
        .read(true)
        .write(true)
        .open(folder.join("overwrite"))?;
    file.write_all_at(&vec![1; PAGE * PAGES], 0)?;
    file.sync_all()?;
    let page = vec![2; PAGE];
    let begun = Instant::now();
    for number in 0..count {
        let place = u64::try_from(number % PAGES * PAGE)?;
        file.write_all_at(&page, place)?;
        file.sync_data()?;
    }
    Ok(rate(count, begun.elapsed()))
}

/// Case units (a row in each of three tables) a second by rusqlite, so many a commit; WAL, `synchronous = FULL`.
pub(crate) fn case_units(folder: &Path, count: usize, a_commit: usize) -> Fallible<f64> {
    let mut connection = Connection::open(folder.join(format!("floor-{a_commit}.sqlite")))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE report (id TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL);
         CREATE TABLE case_record (id TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL);
         CREATE TABLE outbox (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, act TEXT NOT NULL);",
    )?;
    let body = "x".repeat(400);
    let mut done = 0;
    let begun = Instant::now();
    while done < count {
        let transaction = connection.transaction()?;
        {
            let mut report =
                transaction.prepare_cached("INSERT INTO report VALUES (?1, ?2, ?3)")?;
            let mut case =
                transaction.prepare_cached("INSERT INTO case_record VALUES (?1, ?2, ?3)")?;
            let mut outbox = transaction
                .prepare_cached("INSERT INTO outbox (id, at, act) VALUES (?1, ?2, ?3)")?;
            for _ in 0..a_commit {
                let id = format!("{done:016x}");
                for statement in [&mut report, &mut case, &mut outbox] {
                    statement.execute(params![id, i64::try_from(done)?, body])?;
                }
                done += 1;
            }
        }
        transaction.commit()?;
    }
    Ok(rate(done, begun.elapsed()))
}
