//! Pages of the queue, against a model that sorts and filters in memory.

use kith::domain::case::{Case, CaseState};
use kith::domain::clock::Timestamp;
use kith::domain::decision::{Change, Wants};
use kith::domain::ids::{ConnectorId, PersonId};
use kith::domain::priority::Priority;
use kith::domain::queue::{
    COUNTED, HubState, QueueFilter, QueueFrom, QueueKey, QueueOrder, QueuePage, QueueQuestion,
    QueueView,
};
use kith::domain::reading::{Category, Urgency};
use kith::domain::report::Subject;
use kith::domain::settings::Area;
use kith::store::Store;

use super::samples::{case, case_states, person, report};
use super::support::{Database, at, batch, load, on_both, save};

on_both!(
    a_walk_gives_every_case_once_under_every_filter,
    a_walk_goes_on_where_it_was_while_the_queue_changes,
    cases_of_an_older_schema_are_found_as_well,
    no_more_is_counted_than_makes_a_difference,
);

/// What the migration of comparing made, undone: keys are the digits of their numbers, and all of a case is in its body.
pub(super) const WITHOUT_COMPARING: &str = "ALTER TABLE case_key RENAME TO new_case_key; \
    CREATE TABLE case_key (key TEXT NOT NULL, at BIGINT NOT NULL, case_id TEXT NOT NULL, PRIMARY KEY (key, at, case_id)); \
    CREATE INDEX case_key_case ON case_key (case_id); \
    INSERT INTO case_key (key, at, case_id) SELECT CAST(k.key AS TEXT), t.at, k.case_id \
    FROM new_case_key AS k JOIN case_record AS t ON t.id = k.case_id; DROP TABLE new_case_key; \
    UPDATE case_record SET body = REPLACE(body, '\"joined\":', '\"compared\":' || compared || ',\"joined\":'); \
    ALTER TABLE case_record DROP COLUMN compared";
/// What the migration of the queue made, undone.
pub(super) const WITHOUT_QUEUE: &str = "DROP INDEX case_queue; DROP INDEX case_age; DROP INDEX case_holder; \
    ALTER TABLE case_record DROP COLUMN rank; ALTER TABLE case_record DROP COLUMN changed; \
    ALTER TABLE case_record DROP COLUMN categories; ALTER TABLE case_record DROP COLUMN outcode; \
    ALTER TABLE case_record DROP COLUMN area; ALTER TABLE case_record DROP COLUMN holder_connector; \
    ALTER TABLE case_record DROP COLUMN holder; \
    CREATE INDEX case_queue ON case_record (urgency DESC, at, id) WHERE with_hub = 1";

const HOUR: i64 = 3_600_000;
const NOW: Timestamp = at(30 * 24 * HOUR);
const OUTCODES: [&str; 4] = ["ME4", "ME7", "M1", "SW1A"];

/// Numbers in no order that repeat for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    fn outcodes(&mut self) -> Vec<String> {
        let all = OUTCODES.iter().filter(|_| self.below(3) == 0);
        all.map(|code| (*code).to_owned()).collect()
    }

    fn case(&mut self, number: u16) -> Case {
        let mut state = self.one_of(&case_states());
        if let CaseState::Claimed(claim) = &mut state {
            claim.by = person(self.one_of(&["staff", "other"]));
        }
        let mut case = case(number, state);
        case.categories = self.one_of(&[
            vec![],
            vec![Category::Food],
            vec![Category::Shopping, Category::Food, Category::Care],
            vec![Category::Childcare],
        ]);
        case.triaged.priority = self.one_of(Priority::ALL);
        case.urgency = self.one_of(Urgency::ALL);
        case.outcode = (self.below(3) > 0).then(|| self.one_of(&OUTCODES).to_owned());
        case.area = Area::new(self.outcodes());
        // Few moments, so that many are the same.
        case.at = at(i64::try_from(self.below(20)).unwrap());
        let hours = i64::try_from(self.below(400)).unwrap();
        case.changed = at(NOW.as_millis() - hours * HOUR);
        case
    }
}

async fn filled(database: &Database, count: u16) -> (Store, Vec<Case>) {
    let store = database.open().await;
    let mut dice = Dice(7);
    let cases: Vec<_> = (1..=count).map(|number| dice.case(number)).collect();
    let changes = cases.iter().cloned().map(Box::new).map(Change::Case);
    save(&store, &batch(changes.collect(), Vec::new()))
        .await
        .unwrap();
    (store, cases)
}

fn questions() -> Vec<QueueQuestion> {
    let mut filters = vec![QueueFilter::default()];
    let with = |change: fn(&mut QueueFilter)| {
        let mut filter = QueueFilter::default();
        change(&mut filter);
        filter
    };
    filters.extend(HubState::ALL.iter().map(|state| QueueFilter {
        state: Some(*state),
        ..QueueFilter::default()
    }));
    filters.extend(Priority::ALL.iter().map(|priority| QueueFilter {
        priority: Some(*priority),
        ..QueueFilter::default()
    }));
    filters.extend([
        with(|filter| filter.mine = true),
        with(|filter| filter.stale = true),
        with(|filter| filter.category = Some(Category::Food)),
        with(|filter| filter.category = Some(Category::Care)),
        with(|filter| filter.category = Some(Category::Pets)),
        with(|filter| filter.outcode = Some("ME7".to_owned())),
        with(|filter| filter.outcode = Some("M1".to_owned())),
        with(|filter| (filter.mine, filter.stale) = (true, true)),
        with(|filter| {
            filter.state = Some(HubState::Open);
            filter.priority = Some(Priority::P2);
            filter.category = Some(Category::Food);
            filter.outcode = Some("ME4".to_owned());
            filter.stale = true;
        }),
    ]);
    let mut questions = Vec::new();
    let areas: [&[&str]; 4] = [&[], &["ME7"], &["M1", "SW1A"], &["ZE2"]];
    for (number, filter) in filters.into_iter().enumerate() {
        for order in QueueOrder::ALL {
            for area in areas {
                let area = area.iter().map(|code| (*code).to_owned());
                questions.push(QueueQuestion {
                    view: QueueView {
                        filter: filter.clone(),
                        order: *order,
                        from: QueueFrom::Start,
                    },
                    asker: Some((ConnectorId::new("telegram"), PersonId::new("staff"))),
                    area: Area::new(area),
                    size: [40, 7, 23][number % 3],
                });
            }
        }
    }
    questions
}

/// What a question means.
fn model(cases: &[Case], question: &QueueQuestion) -> Vec<QueueKey> {
    let view = &question.view;
    let mut keys: Vec<_> = cases
        .iter()
        .filter(|case| {
            view.filter.admits(case, question.asker.as_ref(), NOW)
                && question.area.meets(&case.area)
        })
        .map(QueueKey::of)
        .collect();
    keys.sort_by(|a, b| view.order.compare(a, b));
    keys
}

fn from(question: &QueueQuestion, from: QueueFrom) -> QueueQuestion {
    QueueQuestion {
        view: question.view.at(from),
        ..question.clone()
    }
}

async fn page(store: &Store, question: &QueueQuestion) -> QueuePage {
    let wants = Wants {
        queues: vec![question.clone()],
        as_of: NOW,
        ..Wants::default()
    };
    let snapshot = load(store, &wants).await;
    let (asked, page) = &snapshot.queues[0];
    assert_eq!(asked, question);
    let loaded = page
        .keys
        .iter()
        .all(|key| snapshot.cases.contains_key(&key.id));
    assert!(loaded, "every case of a page is loaded with it");
    page.clone()
}

/// Goes through the queue by its pages, forwards and back again.
async fn walk(store: &Store, question: &QueueQuestion) -> Vec<QueueKey> {
    let mut walked = Vec::new();
    let mut ask = question.clone();
    let last = loop {
        let page = page(store, &ask).await;
        walked.extend(page.keys.iter().cloned());
        if page.before.is_none() {
            break page;
        }
        assert_eq!(page.keys.len(), question.size);
        let last = page.keys.last().unwrap().clone();
        ask = from(question, QueueFrom::After(last));
    };
    let mut back = last.keys.clone();
    let mut first = last.keys.first().cloned();
    while let Some(key) = first {
        let page = page(store, &from(question, QueueFrom::Before(key))).await;
        back.splice(0..0, page.keys.iter().cloned());
        first = page.after.map(|_| page.keys.first().unwrap().clone());
    }
    assert_eq!(back, walked, "back again: {question:?}");
    walked
}

async fn a_walk_gives_every_case_once_under_every_filter(database: &Database) {
    let (store, cases) = filled(database, 300).await;
    for question in questions() {
        let expected = model(&cases, &question);
        assert_eq!(walk(&store, &question).await, expected, "{question:?}");
        let second = page(&store, &from(&question, QueueFrom::Page(2))).await;
        let rest = expected.get(question.size..).unwrap_or_default();
        assert!(rest.starts_with(&second.keys), "page 2 of {question:?}");
        assert_eq!(second.keys.len(), rest.len().min(question.size));
        assert_eq!(second.total, expected.len());
    }
    store.close().await;
}

async fn a_walk_goes_on_where_it_was_while_the_queue_changes(database: &Database) {
    let (store, mut cases) = filled(database, 120).await;
    let question = QueueQuestion {
        size: 10,
        ..QueueQuestion::default()
    };
    let before = model(&cases, &question);
    let mut dice = Dice(9);
    let mut seen: Vec<QueueKey> = Vec::new();
    let mut ask = question.clone();
    for number in 1_000.. {
        let listed = store.list(&ask, NOW).await.unwrap();
        let keys: Vec<_> = listed.iter().map(|one| QueueKey::of(&one.case)).collect();
        let more = keys.len() > question.size;
        seen.extend(keys.into_iter().take(question.size));
        if !more {
            break;
        }
        ask = from(&question, QueueFrom::After(seen.last().unwrap().clone()));
        // One comes in, and one that was seen already leaves.
        let mut fresh = dice.case(number);
        fresh.state = CaseState::Open;
        let gone = cases.iter_mut().find(|case| case.id == seen[0].id).unwrap();
        gone.state = CaseState::Withdrawn { at: NOW };
        gone.version += 1;
        let changes = [fresh, gone.clone()].map(Box::new).map(Change::Case);
        save(&store, &batch(changes.to_vec(), Vec::new()))
            .await
            .unwrap();
    }
    let of_before: Vec<_> = seen.iter().filter(|key| before.contains(key)).collect();
    assert_eq!(of_before, before.iter().collect::<Vec<_>>());
    let mut once = seen.clone();
    once.sort_by(|a, b| question.view.order.compare(a, b));
    assert_eq!(once, seen, "in order, and so none twice");
    store.close().await;
}

async fn cases_of_an_older_schema_are_found_as_well(database: &Database) {
    let (store, cases) = filled(database, 120).await;
    let told = (0..3).map(|number| report(number, Subject::Case(cases[4].id.clone())));
    let changes = told.map(Box::new).map(Change::Report).collect();
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    store.close().await;
    database.tamper(WITHOUT_COMPARING).await;
    database.tamper(WITHOUT_QUEUE).await;
    database
        .tamper("DROP TABLE match_record; DROP TABLE match_key; DROP INDEX case_part; DELETE FROM schema_migration WHERE version > 4")
        .await;
    let store = database.open().await;
    for question in questions() {
        assert_eq!(
            walk(&store, &question).await,
            model(&cases, &question),
            "{question:?}"
        );
    }
    let all = QueueQuestion {
        size: 200,
        ..QueueQuestion::default()
    };
    for listed in store.list(&all, NOW).await.unwrap() {
        let expected = if listed.case.id == cases[4].id { 3 } else { 0 };
        assert_eq!(listed.reports, expected);
        assert!(cases.contains(&listed.case));
    }
    store.close().await;
}

async fn no_more_is_counted_than_makes_a_difference(database: &Database) {
    let store = database.open().await;
    let changes = (1..=u16::try_from(COUNTED).unwrap() + 20)
        .map(|number| Change::Case(Box::new(case(number, CaseState::Open))));
    save(&store, &batch(changes.collect(), Vec::new()))
        .await
        .unwrap();
    let question = QueueQuestion {
        size: 10,
        ..QueueQuestion::default()
    };
    assert_eq!(page(&store, &question).await.total, COUNTED + 1);
    store.close().await;
}
