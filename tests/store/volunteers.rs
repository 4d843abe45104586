//! What is known of volunteers comes back as it was, with those who may be asked, and a person has one record.

use kith::domain::decision::{Change, Wants};
use kith::domain::ids::VolunteerId;
use kith::domain::matching::MatchState;
use kith::domain::offer::OfferState;
use kith::domain::report::Subject;
use kith::domain::volunteer::{Deed, Step, Tier, Volunteer};
use kith::store::{Store, StoreError};

use super::samples::{AWKWARD, matched, offer, open_case, person};
use super::support::{Database, at, batch, load, on_both, save};

on_both!(
    a_record_comes_back_as_it_was,
    whoever_may_be_asked_comes_with_what_is_known_of_them,
    nobody_has_two_records_and_nothing_is_overwritten,
);

fn volunteer(number: u16, name: &str) -> Volunteer {
    let id = VolunteerId::new(format!("v{number}"));
    let mut volunteer = Volunteer::new(id, person(name));
    let until = Some(at(i64::from(number)));
    let deeds = [
        Deed::Stated {
            tier: Tier::Enhanced,
        },
        Deed::Checked {
            tier: Tier::Basic,
            until,
        },
        Deed::Paused {
            reason: AWKWARD.into(),
        },
        Deed::Available,
        Deed::Barred {
            reason: AWKWARD.into(),
        },
    ];
    for deed in deeds {
        volunteer.note(Step {
            at: at(7),
            by: person("lead"),
            deed,
        });
    }
    volunteer.version = 1;
    volunteer
}

fn put(volunteer: &Volunteer) -> Change {
    Change::Volunteer(Box::new(volunteer.clone()))
}

async fn written(store: &Store, changes: Vec<Change>) -> Result<(), StoreError> {
    save(store, &batch(changes, Vec::new())).await
}

async fn a_record_comes_back_as_it_was(database: &Database) {
    let store = database.open().await;
    let (omar, rosa) = (volunteer(1, "omar"), volunteer(2, "rosa"));
    written(&store, vec![put(&omar), put(&rosa)]).await.unwrap();
    let wants = Wants {
        volunteers: vec![omar.key(), volunteer(3, "nobody").key()],
        ..Wants::default()
    };
    let found = load(&store, &wants).await.volunteers;
    assert_eq!(found.len(), 1);
    assert_eq!(found[&omar.key()], omar);
    assert!(load(&store, &Wants::default()).await.volunteers.is_empty());
}

async fn whoever_may_be_asked_comes_with_what_is_known_of_them(database: &Database) {
    let store = database.open().await;
    let (case, offer) = (open_case(1), offer(1, OfferState::Open));
    let known = Volunteer {
        person: offer.neighbour.clone(),
        ..volunteer(1, "somebody")
    };
    let asked = matched(1, MatchState::Asked { expires: at(100) });
    let helper = Volunteer {
        person: asked.neighbour.clone(),
        ..volunteer(2, "somebody else")
    };
    let mut changes = vec![
        Change::Case(Box::new(case.clone())),
        Change::Offer(Box::new(offer)),
        Change::Match(Box::new(asked.clone())),
        put(&known),
    ];
    if helper.key() != known.key() {
        changes.push(put(&helper));
    }
    written(&store, changes).await.unwrap();
    let subject = Subject::Case(case.id);
    let fits = Wants {
        subjects: vec![subject.clone()],
        fits: vec![subject],
        ..Wants::default()
    };
    assert!(
        load(&store, &fits)
            .await
            .volunteers
            .contains_key(&known.key())
    );
    let pressed = Wants {
        matches: vec![asked.id],
        ..Wants::default()
    };
    let found = load(&store, &pressed).await.volunteers;
    assert!(found.contains_key(&helper.key()));
}

async fn nobody_has_two_records_and_nothing_is_overwritten(database: &Database) {
    let store = database.open().await;
    let first = volunteer(1, "omar");
    written(&store, vec![put(&first)]).await.unwrap();
    // Another lead, in another process, began one at the same time.
    let second = written(&store, vec![put(&volunteer(2, "omar"))]).await;
    assert!(matches!(second, Err(StoreError::Conflict { .. })));
    let mut later = Volunteer {
        version: 2,
        ..first.clone()
    };
    later.note(Step {
        at: at(9),
        by: person("lead"),
        deed: Deed::Available,
    });
    written(&store, vec![put(&later)]).await.unwrap();
    let stale = written(&store, vec![put(&later)]).await;
    assert!(matches!(stale, Err(StoreError::Conflict { .. })));
    let wants = Wants {
        volunteers: vec![first.key()],
        ..Wants::default()
    };
    assert_eq!(load(&store, &wants).await.volunteers[&first.key()], later);
}
