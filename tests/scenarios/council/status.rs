//! What the council says later: it reaches card and resident once, and nothing else that is posted does anything.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kith::demo::{Cast, Town};
use kith::domain::case::{CaseState, Outcome};
use kith::sim::council::{CouncilCase, SignedRequest, sign};
use serde_json::{Value, json};

use super::super::kit;
use super::{
    cards_show, kim_forwards, kim_takes, priya_asks, rosa_asks, sam_forwards, sam_takes, stored,
    the_councils_case, told,
};

/// Rosa's case is at the council. Gives its code and what the council has.
async fn rosas_case_at_the_council(cast: &Cast<'_>) -> (String, CouncilCase) {
    let code = rosa_asks(cast).await;
    sam_takes(cast, &code).await;
    sam_forwards(cast, &code).await;
    let case = the_councils_case(cast.town).await;
    cards_show(cast, &code, &case.reference).await;
    (code, case)
}

async fn post(town: &Town, update: &Value) -> u16 {
    let url = town.status_address("council").await.unwrap();
    let secret = town.council.secret();
    town.council
        .post_status(&url, secret, update)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_reaches_card_and_resident_and_an_ending_closes() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let (code, case) = rosas_case_at_the_council(&cast).await;
    let booked = json!({ "reference": case.reference, "status": "a driver is booked" });
    assert_eq!(post(&town, &booked).await, 202);
    cards_show(&cast, &code, "The service says: a driver is booked").await;
    let place = &cast.riverside;
    cast.hears(place.rosa, "the status for Rosa", |m| {
        m.text.contains("the council says about") && m.text.contains("a driver is booked")
    })
    .await
    .unwrap();
    assert!(matches!(
        stored(&town, &code).await.state,
        CaseState::Referred(_)
    ));

    let closed = json!({ "reference": case.reference, "status": "closed" });
    assert_eq!(post(&town, &closed).await, 202);
    cards_show(&cast, &code, "Closed").await;
    cast.hears(place.rosa, "that it is done", |m| {
        m.text.contains(&code) && m.text.contains("is done")
    })
    .await
    .unwrap();
    let state = stored(&town, &code).await.state;
    assert!(
        matches!(
            state,
            CaseState::Closed {
                outcome: Outcome::Helped,
                ..
            }
        ),
        "{state:?}"
    );
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_reaches_a_resident_on_discord() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let code = priya_asks(&cast).await;
    kim_takes(&cast, &code).await;
    kim_forwards(&cast, &code).await;
    let case = the_councils_case(&town).await;
    cards_show(&cast, &code, &case.reference).await;
    let update = json!({ "type": "case.status", "data": {
        "reference": case.reference, "status": "no further action",
    }});
    assert_eq!(post(&town, &update).await, 202);
    cards_show(&cast, &code, "Closed").await;
    cast.reads_alone(cast.hillview.priya, "how it ended", |m| {
        m.text().contains("found nobody who could help")
    })
    .await
    .unwrap();
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_request_again_changes_nothing() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let (code, case) = rosas_case_at_the_council(&cast).await;
    let url = town.status_address("council").await.unwrap();
    let update = json!({ "reference": case.reference, "status": "a driver is booked" });
    let secret = town.council.secret();
    let request = town.council.signed_status(secret, &update).unwrap();
    for _ in 0..3 {
        assert_eq!(town.council.post(&url, &request).await.unwrap(), 202);
    }
    cards_show(&cast, &code, "a driver is booked").await;
    town.settle().await.unwrap();
    // In the hub: the card and one note to Sam.
    assert_eq!(told(&cast, "a driver is booked"), (2, 1));
    let version = stored(&town, &code).await.version;
    assert_eq!(town.council.post(&url, &request).await.unwrap(), 202);
    town.settle().await.unwrap();
    assert_eq!(stored(&town, &code).await.version, version);
    assert_eq!(told(&cast, "a driver is booked"), (2, 1));
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_the_councils_is_refused_and_changes_nothing() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let (code, case) = rosas_case_at_the_council(&cast).await;
    town.settle().await.unwrap();
    let before = stored(&town, &code).await;
    let url = town.status_address("council").await.unwrap();
    let council = &town.council;
    let update = json!({ "reference": case.reference, "status": "closed" });
    let good = council.signed_status(council.secret(), &update).unwrap();
    let now: i64 = good.timestamp.parse().unwrap();
    let at = |now: i64, id: &str| sign(council.secret(), id, now, &update.to_string()).unwrap();
    let other = format!("whsec_{}", STANDARD.encode(b"somebody else's secret"));
    let changed = SignedRequest {
        body: good.body.replace("closed", "cancelled"),
        ..good.clone()
    };
    let unsigned = SignedRequest {
        signature: String::new(),
        ..good.clone()
    };
    for (what, request) in [
        (
            "another secret",
            council.signed_status(&other, &update).unwrap(),
        ),
        ("a changed body", changed),
        ("no signature", unsigned),
        ("a stale timestamp", at(now - 3_600, "old")),
        ("a timestamp to come", at(now + 3_600, "new")),
    ] {
        assert_eq!(council.post(&url, &request).await.unwrap(), 401, "{what}");
    }
    let nowhere = town.status_address("nowhere").await.unwrap();
    assert_eq!(council.post(&nowhere, &good).await.unwrap(), 401);
    let huge = json!({ "reference": case.reference, "status": "x".repeat(100_000) });
    assert_eq!(post(&town, &huge).await, 413);
    for (update, status) in [
        (json!({ "reference": "C-9999", "status": "closed" }), 202),
        (json!({ "referral": "unknown", "status": "closed" }), 202),
        (json!({ "reference": case.reference }), 400),
        (json!(["closed"]), 400),
    ] {
        assert_eq!(post(&town, &update).await, status, "{update}");
    }
    council.advance(Duration::from_mins(6));
    assert_eq!(post(&town, &update).await, 401, "a clock that is wrong");
    town.settle().await.unwrap();
    assert_eq!(stored(&town, &code).await, before);
    // What was refused is not spent: the good one still counts.
    assert_eq!(council.post(&url, &good).await.unwrap(), 202);
    cards_show(&cast, &code, "Closed").await;
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_for_a_case_closed_meanwhile_is_only_recorded() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let (code, case) = rosas_case_at_the_council(&cast).await;
    let place = &cast.riverside;
    let card = cast
        .hears(place.hub, "the card", |m| {
            m.text.starts_with(&code) && m.button("Done").is_some()
        })
        .await
        .unwrap();
    cast.presses(place.sam, (place.hub, card.id), "Done")
        .unwrap();
    let ask = cast
        .hears(place.hub, "how it ended", |m| m.button("Helped").is_some())
        .await
        .unwrap();
    cast.presses(place.sam, (place.hub, ask.id), "Helped")
        .unwrap();
    cards_show(&cast, &code, "Closed").await;
    town.settle().await.unwrap();
    let before = stored(&town, &code).await;
    let messages = town.telegram.bot_messages();
    for status in ["a driver is booked", "cancelled"] {
        let update = json!({ "reference": case.reference, "status": status });
        assert_eq!(post(&town, &update).await, 202);
    }
    town.settle().await.unwrap();
    assert_eq!(stored(&town, &code).await, before);
    assert_eq!(town.telegram.bot_messages(), messages, "nobody is told");
    let store = town.store().await.unwrap();
    let events = store
        .events(&kith::domain::report::Subject::Case(before.id))
        .await
        .unwrap();
    store.close().await;
    let recorded: Vec<_> = events
        .iter()
        .filter(|event| event.what == "status")
        .map(|event| event.why.as_str())
        .collect();
    assert_eq!(recorded, ["a driver is booked", "cancelled"]);
    kit::nothing_left(town).await;
}
