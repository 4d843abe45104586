//! What a page of the queue costs at size, beside what it cost when every filter was tried on one case after the other.

use std::path::Path;
use std::time::{Duration, Instant};

use kith::domain::case::Case;
use kith::domain::clock::Timestamp;
use kith::domain::decision::{Change, Decision, Wants};
use kith::domain::ids::CaseId;
use kith::domain::priority::Priority;
use kith::domain::queue::{PAGE, QueueFrom, QueueKey, QueueQuestion, QueueView};
use kith::domain::reading::{Category, Urgency};
use kith::domain::settings::Area;
use kith::store::{Batch, Store, Transaction};

use super::measure::{Fallible, milliseconds, quantile};
use super::{FILL, Town, code};

/// The parts of town where cases are told, each as often as the others.
const AREAS: [&[&str]; 4] = [&["ME4"], &["ME7"], &["ME7", "ME8"], &["ME14"]];
/// What they are about, each as often.
const KINDS: [&[Category]; 3] = [
    &[Category::Food],
    &[Category::Shopping, Category::Food],
    &[Category::Transport],
];
/// What is asked, for a hub of which area. The last ones find nothing.
const VIEWS: [(&str, &[&str]); 9] = [
    ("", &[]),
    ("oldest page 40", &[]),
    ("", &["ME7"]),
    ("p1 food unclaimed", &["ME7", "ME8"]),
    ("stale oldest", &["ME4"]),
    ("ME7", &[]),
    ("", &["ZE2"]),
    ("pets", &[]),
    ("mine", &["ME7"]),
];
/// So often each is asked.
const TIMES: usize = 50;
/// So often where every case is looked at.
const TIMES_BEFORE: usize = 5;

/// The indexes and the statements as they were before the queue lay in streams, for a hub whose area has no case.
const INDEX_BEFORE: &str = "CREATE INDEX before_queue ON case_record \
    (rank, at, id, with_hub, state, changed, outcode, categories) WHERE with_hub = 1";
const MEETS: &str = "with_hub = 1 AND (t.area = '' OR EXISTS (SELECT 1 FROM \
    (SELECT value ->> '$.code' AS code FROM json_each('[{\"code\":\"ZE2\"}]')) AS r WHERE t.area LIKE '% ' || r.code || ' %'))";

/// Fills a database with so many cases and measures its views.
///
/// # Errors
/// The database can't be used.
pub(super) async fn measure(town: &Town, size: usize, database: Option<&Path>) -> Fallible<()> {
    fill(town, size).await?;
    println!("\n| /queue, {size} open cases | hub | p50, ms | p99, ms |\n|---|---|--:|--:|");
    for (words, area) in VIEWS {
        let question = QueueQuestion {
            view: QueueView::parse(words)?,
            area: Area::new(area.iter().map(|code| (*code).to_owned())),
            size: PAGE,
            ..QueueQuestion::default()
        };
        let times = ask(&town.store, &question, town.now).await?;
        println!(
            "| `{words}` | {} | {:.2} | {:.2} |",
            area.join(" "),
            quantile(&times, 0.5),
            quantile(&times, 0.99)
        );
    }
    if let Some(database) = database {
        let times = before(database)?;
        println!(
            "| as it was before | ZE2 | {:.2} | |",
            quantile(&times, 0.5)
        );
    }
    Ok(())
}

/// Open cases, told one a second until now. None is told in ZE2, about pets, or held by anybody.
async fn fill(town: &Town, size: usize) -> Fallible<()> {
    let like = town.case(0, size);
    let second = Duration::from_secs(1);
    for from in (0..size).step_by(FILL) {
        let to = (from + FILL).min(size);
        let changes = (from..to).map(|at| {
            let area = AREAS[at % AREAS.len()];
            let of = at / AREAS.len();
            let told = like.at + second * u32::try_from(at).unwrap_or(u32::MAX);
            let mut case = Case {
                id: CaseId::new(format!("{at:016x}")),
                code: code(at),
                categories: KINDS[of % KINDS.len()].to_vec(),
                urgency: Urgency::ALL[of % Urgency::ALL.len()],
                outcode: area.first().map(|code| (*code).to_owned()),
                area: Area::new(area.iter().map(|code| (*code).to_owned())),
                keys: Vec::new(),
                at: told,
                changed: told,
                ..like.clone()
            };
            case.triaged.priority = Priority::ALL[of % Priority::ALL.len()];
            Change::Case(Box::new(case))
        });
        let batch = Batch {
            now: town.now,
            decisions: vec![Decision {
                changes: changes.collect(),
                effects: Vec::new(),
            }],
            ..Batch::default()
        };
        let mut transaction = town.store.begin().await?;
        transaction.save(&batch).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// The page, and then the one after it, as staff turn them. Gives milliseconds a page.
async fn ask(store: &Store, question: &QueueQuestion, now: Timestamp) -> Fallible<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let mut transaction = store.begin().await?;
        let begun = Instant::now();
        let first = load(&mut transaction, question, now).await?;
        if let Some(last) = first {
            let view = question.view.at(QueueFrom::After(last));
            let next = QueueQuestion {
                view,
                ..question.clone()
            };
            load(&mut transaction, &next, now).await?;
            times.push(milliseconds(begun.elapsed()) / 2.0);
        } else {
            times.push(milliseconds(begun.elapsed()));
        }
    }
    Ok(times)
}

async fn load(
    transaction: &mut Transaction,
    question: &QueueQuestion,
    now: Timestamp,
) -> Fallible<Option<QueueKey>> {
    let wants = Wants {
        queues: vec![question.clone()],
        as_of: now,
        ..Wants::default()
    };
    let snapshot = transaction.load(&wants).await?;
    Ok(snapshot
        .queues
        .first()
        .and_then(|(_, page)| page.keys.last().cloned()))
}

/// A page and its count for a hub whose area has no case, as they were asked for before.
fn before(database: &Path) -> Fallible<Vec<f64>> {
    let database = rusqlite::Connection::open(database)?;
    database.execute_batch(INDEX_BEFORE)?;
    let page = format!(
        "SELECT t.rank, t.at, t.id FROM case_record AS t INDEXED BY before_queue WHERE {MEETS} ORDER BY t.rank, t.at, t.id LIMIT 11"
    );
    let count = format!(
        "SELECT COUNT(*), 0, 0 FROM (SELECT 1 FROM case_record AS t INDEXED BY before_queue WHERE {MEETS} LIMIT 501)"
    );
    let mut times = Vec::new();
    for _ in 0..TIMES_BEFORE {
        let begun = Instant::now();
        for sql in [&page, &count] {
            let mut statement = database.prepare(sql)?;
            let mut rows = statement.query(())?;
            while rows.next()?.is_some() {}
        }
        times.push(milliseconds(begun.elapsed()));
    }
    Ok(times)
}
