//! Matches come back as they were, find their case and offer, and are found by kind of help and place.

use std::collections::BTreeSet;

use kith::domain::case::{CaseState, Outcome};
use kith::domain::clock::Timestamp;
use kith::domain::concern::ConcernState;
use kith::domain::decision::{Change, Snapshot, Wants};
use kith::domain::ids::{ConcernId, MatchId, OfferId};
use kith::domain::inbound::Due;
use kith::domain::matching::{Match, MatchState, Side};
use kith::domain::offer::{Offer, OfferState};
use kith::domain::reading::Category;
use kith::domain::report::Subject;
use kith::domain::settings::Area;
use kith::store::{Store, StoreError};

use super::samples::{concern, matched, offer, open_case, person, rewritten};
use super::support::{Database, at, batch, load, on_both, save};

on_both!(
    every_state_comes_back_with_its_case_and_offer,
    what_goes_on_is_found_by_its_case_or_offer,
    no_neighbour_is_asked_about_two_cases_at_once,
    a_match_is_due_when_its_state_says,
    offers_are_found_by_kind_and_place_and_cases_by_offers,
    the_newest_of_a_common_key_are_weighed,
    an_open_concern_is_found_by_the_neighbour,
);

fn states() -> Vec<MatchState> {
    let (by, now) = (Side::Resident, at(7));
    vec![
        MatchState::Asked { expires: at(100) },
        MatchState::Accepted { expires: at(200) },
        MatchState::Agreed {
            at: now,
            due: at(300),
            asked: true,
        },
        MatchState::Finished { at: now },
        MatchState::Declined { by, at: now },
        MatchState::SteppedBack { by, at: now },
        MatchState::Lapsed {
            waiting_for: by,
            at: now,
        },
        MatchState::Ended { at: now },
    ]
}

fn put(found: &Match) -> Change {
    Change::Match(Box::new(found.clone()))
}

async fn written(store: &Store, changes: Vec<Change>) {
    save(store, &batch(changes, Vec::new())).await.unwrap();
}

/// As many cases, offers and matches as there are states, each paired with its own.
async fn all_states(store: &Store) -> Vec<Match> {
    let matches: Vec<_> = (1..)
        .zip(states())
        .map(|(n, state)| matched(n, state))
        .collect();
    let mut changes: Vec<_> = matches.iter().map(put).collect();
    for number in (1..).take(matches.len()) {
        changes.push(Change::Case(Box::new(open_case(number))));
        changes.push(Change::Offer(Box::new(offer(number, OfferState::Open))));
    }
    written(store, changes).await;
    matches
}

fn ids(snapshot: &Snapshot) -> BTreeSet<&str> {
    snapshot.matches.keys().map(MatchId::as_str).collect()
}

async fn every_state_comes_back_with_its_case_and_offer(database: &Database) {
    let store = database.open().await;
    let matches = all_states(&store).await;
    let wants = Wants {
        matches: matches.iter().map(|found| found.id.clone()).collect(),
        ..Wants::default()
    };
    let snapshot = load(&store, &wants).await;
    for found in &matches {
        assert_eq!(snapshot.matches[&found.id], *found);
        let goes_on = found.state.is_live();
        assert_eq!(snapshot.cases.contains_key(&found.case), goes_on);
        assert_eq!(snapshot.offers.contains_key(&found.offer), goes_on);
    }
}

async fn what_goes_on_is_found_by_its_case_or_offer(database: &Database) {
    let store = database.open().await;
    let matches = all_states(&store).await;
    for found in &matches {
        let of = |subject| Wants {
            subjects: vec![subject],
            ..Wants::default()
        };
        let by_case = load(&store, &of(Subject::Case(found.case.clone()))).await;
        assert_eq!(ids(&by_case), BTreeSet::from([found.id.as_str()]));
        let by_offer = load(&store, &of(Subject::Offer(found.offer.clone()))).await;
        assert_eq!(ids(&by_offer).len(), usize::from(found.state.is_live()));
        assert_eq!(
            by_offer.cases.contains_key(&found.case),
            found.state.is_live(),
            "the other side can be told"
        );
    }
}

async fn no_neighbour_is_asked_about_two_cases_at_once(database: &Database) {
    let store = database.open().await;
    let expires = at(100);
    let first = matched(1, MatchState::Asked { expires });
    let second = Match {
        neighbour: first.neighbour.clone(),
        ..matched(2, MatchState::Asked { expires })
    };
    written(&store, vec![put(&first)]).await;
    let refused = save(&store, &batch(vec![put(&second)], Vec::new())).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict { .. })),
        "{refused:?}"
    );
    // Once the first is over they may be asked, in the same batch too.
    let over = Match {
        state: MatchState::Ended { at: at(9) },
        version: 2,
        ..first
    };
    written(&store, vec![put(&second), put(&over)]).await;
    let stale = save(&store, &batch(vec![put(&over)], Vec::new())).await;
    assert!(
        matches!(stale, Err(StoreError::Conflict { .. })),
        "{stale:?}"
    );
}

async fn a_match_is_due_when_its_state_says(database: &Database) {
    let store = database.open().await;
    let matches = all_states(&store).await;
    let due = async |now: Timestamp| store.due(now, 10).await.unwrap();
    let of = |found: &Match| Due::Match {
        id: found.id.clone(),
    };
    assert_eq!(due(at(99)).await, []);
    assert_eq!(due(at(100)).await, [of(&matches[0])]);
    let all = due(at(1_000_000)).await;
    assert_eq!(all, matches[..3].iter().map(of).collect::<Vec<_>>());
}

pub(super) fn told(number: u16, about: Category, outcode: Option<&str>) -> Offer {
    Offer {
        categories: vec![about],
        outcode: outcode.map(str::to_owned),
        area: Area::default(),
        neighbour: person(&format!("neighbour {number}")),
        ..offer(number, OfferState::Open)
    }
}

pub(super) async fn fitting(store: &Store, subject: &Subject) -> Snapshot {
    let wants = Wants {
        subjects: vec![subject.clone()],
        fits: vec![subject.clone()],
        ..Wants::default()
    };
    load(store, &wants).await
}

async fn offers_are_found_by_kind_and_place_and_cases_by_offers(database: &Database) {
    let store = database.open().await;
    // A case in ME7 that needs shopping and a prescription.
    let case = open_case(1);
    let offers = [
        told(1, Category::Shopping, Some("ME7")),
        told(2, Category::Prescription, Some("ME14")),
        told(3, Category::Shopping, None),
        told(4, Category::Volunteering, Some("ME8")),
        told(5, Category::Shopping, Some("CT1")),
        told(6, Category::Pets, Some("ME7")),
        Offer {
            state: OfferState::Draft { expires: at(1) },
            ..told(7, Category::Shopping, Some("ME7"))
        },
    ];
    let mut changes: Vec<_> = offers
        .iter()
        .map(|offer| Change::Offer(Box::new(offer.clone())))
        .collect();
    changes.push(Change::Case(Box::new(case.clone())));
    let asked = Match {
        case: open_case(9).id,
        neighbour: offers[0].neighbour.clone(),
        resident: person("another"),
        ..matched(1, MatchState::Asked { expires: at(5) })
    };
    changes.push(put(&asked));
    written(&store, changes).await;

    let of_case = Subject::Case(case.id.clone());
    let snapshot = fitting(&store, &of_case).await;
    let found: BTreeSet<_> = snapshot.offers.keys().map(OfferId::as_str).collect();
    assert_eq!(found, BTreeSet::from(["o1", "o2", "o3", "o4"]));
    assert!(
        snapshot.matches.contains_key(&asked.id),
        "who is asked already is known"
    );
    assert!(snapshot.reports.is_empty());

    // The other way: what the offer is of, near it; never by time for anything alone.
    for (offer, expected) in offers.iter().zip([true, true, true, false, false, false]) {
        let snapshot = fitting(&store, &Subject::Offer(offer.id.clone())).await;
        assert_eq!(
            snapshot.cases.contains_key(&case.id),
            expected,
            "{}",
            offer.id
        );
    }

    // What is over is found no more, and what was learnt of a place counts.
    let gone = Offer {
        state: OfferState::Withdrawn { at: at(3) },
        version: 2,
        ..offers[0].clone()
    };
    let moved = Offer {
        outcode: Some("CT2".to_owned()),
        version: 2,
        ..offers[2].clone()
    };
    let changes = [gone, moved].map(|offer| Change::Offer(Box::new(offer)));
    written(&store, changes.into()).await;
    let snapshot = fitting(&store, &of_case).await;
    let found: BTreeSet<_> = snapshot.offers.keys().map(OfferId::as_str).collect();
    assert_eq!(found, BTreeSet::from(["o2", "o4"]));
    let outcome = Outcome::Helped;
    let closed = rewritten(&case, CaseState::Closed { outcome, at: at(4) });
    written(&store, vec![Change::Case(Box::new(closed))]).await;
    let snapshot = fitting(&store, &Subject::Offer(offers[1].id.clone())).await;
    assert!(snapshot.cases.is_empty());
}

async fn the_newest_of_a_common_key_are_weighed(database: &Database) {
    let store = database.open().await;
    let offers: Vec<_> = (1..=150)
        .map(|number| Offer {
            at: at(i64::from(number)),
            ..told(number, Category::Shopping, Some("ME7"))
        })
        .collect();
    let mut changes: Vec<_> = offers
        .iter()
        .map(|offer| Change::Offer(Box::new(offer.clone())))
        .collect();
    let case = open_case(1);
    changes.push(Change::Case(Box::new(case.clone())));
    written(&store, changes).await;
    let snapshot = fitting(&store, &Subject::Case(case.id)).await;
    assert_eq!(snapshot.offers.len(), 100);
    assert!(snapshot.offers.contains_key(&offers[149].id));
    assert!(!snapshot.offers.contains_key(&offers[49].id));
}

async fn an_open_concern_is_found_by_the_neighbour(database: &Database) {
    let store = database.open().await;
    let raised = concern(1, ConcernState::Raised);
    let wrong = Match {
        concern: Some(raised.id.clone()),
        case: open_case(9).id,
        resident: person("another"),
        ..matched(1, MatchState::Finished { at: at(3) })
    };
    let case = open_case(1);
    let changes = vec![
        put(&wrong),
        Change::Concern(Box::new(raised.clone())),
        Change::Case(Box::new(case.clone())),
        Change::Offer(Box::new(told(1, Category::Shopping, Some("ME7")))),
    ];
    written(&store, changes).await;
    let of_case = Subject::Case(case.id);
    assert_eq!(
        ids(&fitting(&store, &of_case).await),
        BTreeSet::from(["m1"])
    );
    let by_concern = Wants {
        subjects: vec![Subject::Concern(ConcernId::new("s1"))],
        ..Wants::default()
    };
    assert_eq!(
        ids(&load(&store, &by_concern).await),
        BTreeSet::from(["m1"])
    );
    let settled = Match {
        concern: None,
        version: 2,
        ..wrong
    };
    written(&store, vec![put(&settled)]).await;
    assert!(fitting(&store, &of_case).await.matches.is_empty());
}
