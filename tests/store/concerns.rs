//! Concerns are found by whoever wrote them lately, by their code, when they are due, and as long as they are open.

use std::time::Duration;

use kith::domain::concern::{Concern, ConcernState, SAME_WITHIN};
use kith::domain::decision::{Change, Wants};
use kith::domain::ids::ConcernId;
use kith::domain::inbound::Due;
use kith::store::Store;

use super::samples::{concern, person};
use super::support::{Database, at, batch, load, on_both, save};

on_both!(
    what_somebody_told_lately_is_found_by_them,
    leads_find_what_is_open_and_anything_by_its_code,
    what_nobody_took_is_due,
);

async fn write(store: &Store, concerns: &[&Concern]) {
    let changes = concerns
        .iter()
        .map(|concern| Change::Concern(Box::new((*concern).clone())))
        .collect();
    save(store, &batch(changes, Vec::new())).await.unwrap();
}

fn closed() -> ConcernState {
    ConcernState::Closed {
        by: person("lead"),
        at: at(2),
        outcome: None,
    }
}

async fn found(store: &Store, wants: Wants) -> Vec<ConcernId> {
    let mut found: Vec<_> = load(store, &wants).await.concerns.into_keys().collect();
    found.sort();
    found
}

async fn what_somebody_told_lately_is_found_by_them(database: &Database) {
    let store = database.open().await;
    let (mut hers, his) = (concern(1, ConcernState::Raised), concern(2, closed()));
    hers.person = person("ina");
    write(&store, &[&hers, &his]).await;
    let of = |name: &str, later: Duration| {
        let person = person(name);
        Wants {
            people: vec![(person.connector, person.id)],
            as_of: hers.told() + later,
            ..Wants::default()
        }
    };
    let soon = Duration::from_hours(1);
    assert_eq!(found(&store, of("ina", soon)).await, [hers.id.clone()]);
    // One that is closed counts too: its numbers were given.
    let resident = his.person.id.as_str().to_owned();
    assert_eq!(
        found(&store, of(&resident, soon)).await,
        std::slice::from_ref(&his.id)
    );
    assert_eq!(found(&store, of("nobody", soon)).await, []);
    let late = SAME_WITHIN + Duration::from_millis(1);
    assert_eq!(found(&store, of("ina", late)).await, []);
}

async fn leads_find_what_is_open_and_anything_by_its_code(database: &Database) {
    let store = database.open().await;
    let (open, over) = (concern(1, ConcernState::Raised), concern(2, closed()));
    write(&store, &[&open, &over]).await;
    let listed = Wants {
        open_concerns: true,
        ..Wants::default()
    };
    assert_eq!(found(&store, listed).await, std::slice::from_ref(&open.id));
    let named = Wants {
        codes: vec![over.code.clone()],
        ..Wants::default()
    };
    let snapshot = load(&store, &named).await;
    assert_eq!(snapshot.concern_by_code(&over.code), Some(&over));
    // Whoever asks for a case or an offer is shown none.
    assert_eq!(snapshot.by_code(&over.code), None);
}

async fn what_nobody_took_is_due(database: &Database) {
    let store = database.open().await;
    let mut waiting = concern(1, ConcernState::Raised);
    waiting.ringing.at = Some(at(100));
    let taken = ConcernState::Acknowledged {
        by: person("lead"),
        at: at(2),
    };
    let mut taken = concern(2, taken);
    taken.line_until = Some(at(200));
    write(&store, &[&waiting, &taken]).await;
    let due = |concern: &Concern| Due::Concern {
        id: concern.id.clone(),
    };
    assert_eq!(store.due(at(99), 10).await.unwrap(), []);
    assert_eq!(store.due(at(100), 10).await.unwrap(), [due(&waiting)]);
    assert_eq!(
        store.due(at(200), 10).await.unwrap(),
        [due(&waiting), due(&taken)]
    );
}
