//! What time does: due drafts, claims and dialogues, and leases between processes.

use kith::domain::case::{Case, CaseState, Claim};
use kith::domain::decision::Change;
use kith::domain::dialogue::DIALOGUE_LASTS;
use kith::domain::ids::{CaseId, ConnectorId, OfferId, PersonId};
use kith::domain::inbound::Due;
use kith::domain::offer::OfferState;
use kith::domain::report::Subject;

use super::samples::{case, dialogue, offer, open_case, person, rewritten};
use super::support::{Database, at, batch, batch_at, on_both, save};

on_both!(
    what_is_past_its_time_is_due,
    what_waits_is_due_when_waiting_makes_it_urgent,
    a_lease_has_one_owner,
);

async fn what_is_past_its_time_is_due(database: &Database) {
    let store = database.open().await;
    let draft = case(1, CaseState::Draft { expires: at(100) });
    let claim = Claim {
        by: person("staff"),
        since: at(1),
        lease: at(300),
    };
    let claimed = case(2, CaseState::Claimed(claim));
    let changes = vec![
        Change::Case(Box::new(draft.clone())),
        Change::Case(Box::new(claimed)),
        Change::Case(Box::new(open_case(3))),
        Change::Offer(Box::new(offer(1, OfferState::Draft { expires: at(200) }))),
        Change::Offer(Box::new(offer(2, OfferState::Open))),
        Change::Dialogue(Box::new(dialogue("idle", Subject::Case(draft.id.clone())))),
    ];
    save(&store, &batch_at(50, changes, Vec::new()))
        .await
        .unwrap();
    assert_eq!(store.due(at(99), 10).await.unwrap(), []);
    let of_case = |id: &str| Due::Case {
        id: CaseId::new(id),
    };
    let of_offer = Due::Offer {
        id: OfferId::new("o1"),
    };
    assert_eq!(store.due(at(100), 10).await.unwrap(), [of_case("c1")]);
    assert_eq!(
        store.due(at(300), 10).await.unwrap(),
        [of_case("c1"), of_offer.clone(), of_case("c2")]
    );
    assert_eq!(
        store.due(at(300), 2).await.unwrap(),
        [of_case("c1"), of_offer]
    );
    let confirmed = rewritten(&draft, CaseState::Open);
    let change = Change::Case(Box::new(confirmed));
    save(&store, &batch(vec![change], Vec::new()))
        .await
        .unwrap();
    assert_eq!(store.due(at(100), 10).await.unwrap(), []);

    let of_dialogue = Due::Dialogue {
        connector: ConnectorId::new("telegram"),
        person: PersonId::new("idle"),
    };
    let long = DIALOGUE_LASTS;
    assert!(
        !store
            .due(at(49) + long, 10)
            .await
            .unwrap()
            .contains(&of_dialogue)
    );
    assert!(
        store
            .due(at(50) + long, 10)
            .await
            .unwrap()
            .contains(&of_dialogue)
    );
    let answered = Change::Dialogue(Box::new(dialogue("idle", Subject::Case(draft.id))));
    save(&store, &batch_at(60, vec![answered], Vec::new()))
        .await
        .unwrap();
    assert!(
        !store
            .due(at(50) + long, 10)
            .await
            .unwrap()
            .contains(&of_dialogue)
    );
}

async fn what_waits_is_due_when_waiting_makes_it_urgent(database: &Database) {
    let store = database.open().await;
    let mut waiting = open_case(1);
    waiting.triaged.raise_at = Some(at(200));
    let claim = Claim {
        by: person("staff"),
        since: at(1),
        lease: at(300),
    };
    let change = |case: &Case| vec![Change::Case(Box::new(case.clone()))];
    save(&store, &batch(change(&waiting), Vec::new()))
        .await
        .unwrap();
    assert_eq!(store.due(at(199), 10).await.unwrap(), []);
    let due = Due::Case {
        id: waiting.id.clone(),
    };
    assert_eq!(
        store.due(at(200), 10).await.unwrap(),
        std::slice::from_ref(&due)
    );

    let mut claimed = rewritten(&waiting, CaseState::Claimed(claim));
    claimed.triaged.raise_at = None;
    save(&store, &batch(change(&claimed), Vec::new()))
        .await
        .unwrap();
    assert_eq!(store.due(at(299), 10).await.unwrap(), []);
    assert_eq!(store.due(at(300), 10).await.unwrap(), [due]);
}

async fn a_lease_has_one_owner(database: &Database) {
    let store = database.open().await;
    let take =
        |owner: &'static str, now, until| store.take_lease("telegram", owner, at(now), at(until));
    assert!(take("one", 1, 10).await.unwrap());
    assert!(!take("two", 9, 20).await.unwrap());
    assert!(take("one", 9, 20).await.unwrap(), "its owner renews it");
    assert!(!take("two", 10, 20).await.unwrap());
    assert!(take("two", 20, 30).await.unwrap(), "it ran out");
    assert!(!take("one", 21, 40).await.unwrap());
    assert!(
        store
            .take_lease("discord", "one", at(21), at(40))
            .await
            .unwrap()
    );
}
