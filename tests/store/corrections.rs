//! What people said that texts are: kept in order, replaced, dropped, forgotten.

use kith::domain::case::CaseState;
use kith::domain::correction::Correction;
use kith::domain::decision::Change;
use kith::domain::ids::{ChannelId, ConnectorId, GroupId, PersonId, ReportId};
use kith::domain::private::Private;
use kith::domain::reading::Kind;
use kith::store::{Store, StoreError};

use super::samples::{AWKWARD, open_case, rewritten};
use super::support::{Database, at, batch, on_both, save};

on_both!(
    corrections_come_back_as_they_were_oldest_first,
    the_pages_of_corrections_are_all_of_them_once,
    the_last_word_on_a_report_counts,
    a_correction_is_written_with_its_decision_or_not_at_all,
    a_person_is_forgotten_in_what_they_wrote_and_what_they_said,
    corrections_follow_a_group_that_moves,
);

fn correction(id: &str, millis: i64) -> Correction {
    Correction {
        id: ReportId::new(id),
        text: Private::new(format!("{id} {AWKWARD}")),
        read: Kind::Resolved,
        is: Kind::Offer,
        language: Some("pl".to_owned()),
        connector: ConnectorId::new("telegram"),
        group: Some(GroupId::new("street")),
        author: PersonId::new("resident"),
        by: PersonId::new("neighbour"),
        at: at(millis),
    }
}

fn kept(correction: &Correction) -> Change {
    Change::Correction(Box::new(correction.clone()))
}

async fn all(store: &Store) -> Vec<Correction> {
    store.corrections(None, 1000).await.unwrap()
}

async fn keep(store: &Store, corrections: &[&Correction]) {
    let changes = corrections.iter().map(|one| kept(one)).collect();
    save(store, &batch(changes, Vec::new())).await.unwrap();
}

async fn corrections_come_back_as_they_were_oldest_first(database: &Database) {
    let store = database.open().await;
    assert_eq!(all(&store).await, []);
    let (new, old) = (correction("a", 7), correction("b", -5));
    let mut private = correction("c", 7);
    private.group = None;
    private.language = None;
    keep(&store, &[&new, &old, &private]).await;
    assert_eq!(all(&store).await, [old, new, private]);
}

async fn the_pages_of_corrections_are_all_of_them_once(database: &Database) {
    let store = database.open().await;
    let expected: Vec<_> = (0..40)
        .map(|number| correction(&format!("r{number:02}"), number / 9))
        .collect();
    let shuffled: Vec<_> = expected.iter().rev().collect();
    keep(&store, &shuffled).await;
    let mut found: Vec<Correction> = Vec::new();
    loop {
        let page = store.corrections(found.last(), 7).await.unwrap();
        assert!(page.len() <= 7);
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    assert_eq!(found, expected);
}

async fn the_last_word_on_a_report_counts(database: &Database) {
    let store = database.open().await;
    let first = correction("a", 1);
    let mut last = correction("a", 2);
    last.is = Kind::Request;
    last.by = PersonId::new("resident");
    let dropped = |id| Change::CorrectionDropped(ReportId::new(id));
    // Within a batch, and from one to the next.
    let changes = vec![dropped("a"), kept(&last), dropped("a"), kept(&first)];
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    assert_eq!(all(&store).await, [first]);
    keep(&store, &[&last]).await;
    assert_eq!(all(&store).await, [last.clone()]);
    let other = correction("b", 1);
    let changes = vec![dropped("nothing"), kept(&other), kept(&last), dropped("a")];
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    assert_eq!(all(&store).await, [other]);
}

async fn a_correction_is_written_with_its_decision_or_not_at_all(database: &Database) {
    let store = database.open().await;
    let case = open_case(1);
    let stale = rewritten(&case, CaseState::Open);
    let changes = vec![kept(&correction("a", 1)), Change::Case(Box::new(stale))];
    let error = save(&store, &batch(changes, Vec::new())).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{error}");
    assert_eq!(all(&store).await, []);
    let changes = vec![kept(&correction("a", 1)), Change::Case(Box::new(case))];
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    assert_eq!(all(&store).await, [correction("a", 1)]);
}

async fn a_person_is_forgotten_in_what_they_wrote_and_what_they_said(database: &Database) {
    let store = database.open().await;
    let wrote = correction("wrote", 1);
    let mut said = correction("said", 2);
    said.author = PersonId::new("somebody");
    said.by = PersonId::new("resident");
    let mut both = correction("both", 3);
    both.by = PersonId::new("resident");
    let mut others = correction("others", 4);
    others.author = PersonId::new("somebody");
    let mut elsewhere = correction("elsewhere", 5);
    elsewhere.connector = ConnectorId::new("discord");
    keep(&store, &[&wrote, &said, &both, &others, &elsewhere]).await;
    let resident = (ConnectorId::new("telegram"), PersonId::new("resident"));
    assert_eq!(store.forget_corrections(&resident).await.unwrap(), 3);
    assert_eq!(all(&store).await, [others, elsewhere]);
    assert_eq!(store.forget_corrections(&resident).await.unwrap(), 0);
}

async fn corrections_follow_a_group_that_moves(database: &Database) {
    let store = database.open().await;
    let here = correction("a", 1);
    let mut there = correction("b", 2);
    there.group = Some(GroupId::new("other"));
    keep(&store, &[&here, &there]).await;
    let moved = Change::ChannelMoved {
        connector: ConnectorId::new("telegram"),
        from: ChannelId::new("street"),
        to: ChannelId::new("avenue"),
    };
    save(&store, &batch(vec![moved], Vec::new())).await.unwrap();
    let groups: Vec<_> = all(&store).await.into_iter().map(|one| one.group).collect();
    assert_eq!(
        groups,
        [Some(GroupId::new("avenue")), Some(GroupId::new("other"))]
    );
}
