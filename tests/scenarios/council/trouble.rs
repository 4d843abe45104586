//! The council misbehaves: kith tries again, and gives up only with a word to whoever sent the case.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use kith::demo::{Cast, PATIENCE, Town};
use kith::domain::case::CaseState;
use kith::domain::clock::Clock;
use kith::flow::SystemClock;
use kith::sim::council::Behaviour;
use kith::store::{DeadEffect, Promised};

use super::super::kit;
use super::{
    TRIES, cards_show, hasty_town, hurry, kim_forwards, kim_takes, priya_asks, rosa_asks,
    sam_forwards, sam_takes, stored, the_councils_case, told,
};

/// Every request carried the same id, and each was signed.
fn assert_one_id(town: &Town) {
    let requests = town.council.requests();
    let ids: HashSet<_> = requests.iter().map(|one| &one.request.id).collect();
    assert_eq!(ids.len(), 1, "{requests:#?}");
    assert!(requests.iter().all(|one| one.genuine));
}

/// Waits until the outbox is as expected.
async fn outbox(town: &Town, expected: impl Fn(&[Promised]) -> bool) -> Vec<Promised> {
    let store = town.store().await.unwrap();
    let since = Instant::now();
    let rows = loop {
        let rows = store.list_outbox(50).await.unwrap();
        if expected(&rows) {
            break rows;
        }
        assert!(since.elapsed() < PATIENCE, "{rows:#?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    store.close().await;
    rows
}

/// The one effect that was given up.
async fn the_dead(town: &Town) -> DeadEffect {
    let store = town.store().await.unwrap();
    let since = Instant::now();
    let dead = loop {
        let mut dead = store.dead(10).await.unwrap();
        if let Some(one) = dead.pop() {
            assert!(dead.is_empty(), "{dead:#?}");
            break one;
        }
        assert!(since.elapsed() < PATIENCE, "nothing was given up");
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    store.close().await;
    dead
}

async fn revive(town: &Town) {
    let store = town.store().await.unwrap();
    let revived = store.revive(None, SystemClock.now()).await.unwrap();
    store.close().await;
    assert_eq!(revived, 1);
}

/// Rosa's case is with Sam, who forwards it.
async fn rosas_case_is_sent(cast: &Cast<'_>) -> String {
    let code = rosa_asks(cast).await;
    sam_takes(cast, &code).await;
    sam_forwards(cast, &code).await;
    code
}

/// The council has it, and both cards and Rosa are told its number, once.
async fn arrives(cast: &Cast<'_>, code: &str) {
    let case = the_councils_case(cast.town).await;
    cards_show(cast, code, &format!("Their number: {}", case.reference)).await;
    cast.hears(cast.riverside.rosa, "the number for Rosa", |m| {
        m.text.contains(&case.reference)
    })
    .await
    .unwrap();
    cast.town.settle().await.unwrap();
    assert_eq!(told(cast, &case.reference), (1, 1), "each is told once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_council_that_was_down_gets_it_when_it_is_back() {
    let town = hasty_town(TRIES).await;
    let cast = kit::cast(&town).await;
    town.council.go_down();
    let code = rosas_case_is_sent(&cast).await;
    cards_show(&cast, &code, "No number from them yet").await;
    let rows = outbox(&town, |rows| rows.iter().any(|row| row.attempts >= 3)).await;
    let why = rows.iter().find_map(|row| row.why.clone()).unwrap();
    assert_eq!(why, "the council can't be reached");
    // What is promised outlives kith.
    town.stop_kith().await.unwrap();
    town.start_kith().await.unwrap();
    town.council.come_back().await.unwrap();
    arrives(&cast, &code).await;
    assert_one_id(&town);
    assert_eq!(town.council.cases()[0].deliveries, 1);
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_and_broken_connections_are_tried_again_under_one_id() {
    let town = hasty_town(TRIES).await;
    let cast = kit::cast(&town).await;
    town.council.behave(Behaviour::Status(500));
    let code = rosas_case_is_sent(&cast).await;
    town.council.wait_for_requests(2, PATIENCE).await.unwrap();
    town.council.behave(Behaviour::Down);
    outbox(&town, |rows| {
        rows.iter().any(|row| {
            row.why.as_deref() == Some("the council broke off the connection")
                || row.why.as_deref() == Some("the council can't be reached")
        })
    })
    .await;
    let before = town.council.requests().len();
    town.council.behave(Behaviour::Status(503));
    town.council
        .wait_for_requests(before + 1, PATIENCE)
        .await
        .unwrap();
    assert!(town.council.cases().is_empty());
    town.council.behave(Behaviour::Up);
    arrives(&cast, &code).await;
    assert_one_id(&town);
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_beyond_the_time_limit_is_asked_for_again() {
    let mut town = Town::prepare().await.unwrap();
    hurry(&mut town, TRIES);
    town.config_mut().hub.destination[0].timeout = Duration::from_millis(300);
    town.start_kith().await.unwrap();
    let cast = kit::cast(&town).await;
    town.council.behave(Behaviour::Slow(PATIENCE));
    let code = rosas_case_is_sent(&cast).await;
    town.council.wait_for_requests(2, PATIENCE).await.unwrap();
    assert!(town.council.cases().is_empty());
    town.council.behave(Behaviour::Up);
    arrives(&cast, &code).await;
    assert_one_id(&town);
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_makes_one_case_at_the_council() {
    let mut town = Town::prepare().await.unwrap();
    hurry(&mut town, TRIES);
    town.config_mut().hub.destination[0].timeout = Duration::from_millis(500);
    town.start_kith().await.unwrap();
    let cast = kit::cast(&town).await;
    town.council.behave(Behaviour::AcceptThenTimeout);
    let code = rosas_case_is_sent(&cast).await;
    town.council
        .wait_until(|cases| !cases.is_empty(), PATIENCE)
        .await
        .unwrap();
    assert_eq!(told(&cast, "C-1001"), (0, 0), "nobody knows the number yet");
    town.council.behave(Behaviour::Up);
    arrives(&cast, &code).await;
    assert_one_id(&town);
    let cases = town.council.cases();
    assert_eq!(cases.len(), 1);
    assert!(cases[0].deliveries >= 2, "{cases:#?}");
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acceptance_without_a_number_is_an_acceptance() {
    for behaviour in [Behaviour::Garbage, Behaviour::NoReference] {
        let town = hasty_town(TRIES).await;
        let cast = kit::cast(&town).await;
        town.council.behave(behaviour);
        let code = rosas_case_is_sent(&cast).await;
        cast.hears(cast.riverside.rosa, "word for Rosa", |m| {
            m.text.contains("has been passed on to the council") && !m.text.contains("number")
        })
        .await
        .unwrap();
        cards_show(&cast, &code, "No number from them yet").await;
        town.settle().await.unwrap();
        assert_eq!(town.council.requests().len(), 1, "{behaviour:?}");
        // The council can still say how it goes, by kith's own name for the referral.
        let case = the_councils_case(&town).await;
        let url = town.status_address("council").await.unwrap();
        let update = serde_json::json!({
            "referral": case.body["data"]["referral"], "status": "a driver is booked",
        });
        let secret = town.council.secret();
        let answer = town.council.post_status(&url, secret, &update).await;
        assert_eq!(answer.unwrap(), 202);
        cards_show(&cast, &code, "a driver is booked").await;
        kit::nothing_left(town).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gone_for_good_goes_back_to_the_sender_until_staff_try_again() {
    let town = hasty_town(TRIES).await;
    let cast = kit::cast(&town).await;
    let code = priya_asks(&cast).await;
    kim_takes(&cast, &code).await;
    town.council.behave(Behaviour::Status(410));
    kim_forwards(&cast, &code).await;
    let hub = cast.hillview.hub;
    cast.reads(hub, "word for Kim that it came back", |m| {
        m.text().contains(&code)
            && m.text().contains("Kim")
            && m.text().contains("can't take it")
            && m.text().contains("back with you")
    })
    .await
    .unwrap();
    cards_show(&cast, &code, "has it since").await;
    let dead = the_dead(&town).await;
    assert!(dead.why.contains("410"), "{}", dead.why);
    assert!(
        dead.why.contains("choose another destination"),
        "{}",
        dead.why
    );
    assert_eq!(town.council.requests().len(), 1, "410 is not tried again");
    assert!(matches!(
        stored(&town, &code).await.state,
        CaseState::Claimed(_)
    ));
    let told_of_it = |m: &kith::sim::discord::SeenMessage| m.text().contains("passed on");
    let alone = town.discord.dms(cast.hillview.priya);
    assert!(!alone.iter().any(told_of_it), "nothing was passed on yet");

    town.council.behave(Behaviour::Up);
    revive(&town).await;
    let case = the_councils_case(&town).await;
    cards_show(&cast, &code, &format!("Their number: {}", case.reference)).await;
    cast.reads(hub, "word for Kim that they have it now", |m| {
        m.text().contains("has it now") && m.text().contains(&case.reference)
    })
    .await
    .unwrap();
    cast.reads_alone(cast.hillview.priya, "the number for Priya", |m| {
        m.text().contains(&case.reference)
    })
    .await
    .unwrap();
    assert_one_id(&town);
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_last_try_it_goes_back_to_the_sender() {
    let town = hasty_town(2).await;
    let cast = kit::cast(&town).await;
    town.council.behave(Behaviour::Status(500));
    let code = rosas_case_is_sent(&cast).await;
    cast.hears(cast.riverside.hub, "word for Sam that it came back", |m| {
        m.text.contains(&code)
            && m.text.contains("Sam")
            && m.text.contains("can't take it")
            && m.text.contains("back with you")
    })
    .await
    .unwrap();
    let dead = the_dead(&town).await;
    assert!(
        dead.why.starts_with("gave up after 3 tries: "),
        "{}",
        dead.why
    );
    assert_eq!(town.council.requests().len(), 3);
    assert_one_id(&town);

    // Sam gives it free meanwhile; the council takes it after all, and the hub learns that it has it.
    let card = cast
        .hears(cast.riverside.hub, "the card to release", |m| {
            m.text.starts_with(&code) && m.button("Release").is_some()
        })
        .await
        .unwrap();
    let place = &cast.riverside;
    cast.presses(place.sam, (place.hub, card.id), "Release")
        .unwrap();
    cards_show(&cast, &code, "Waiting for someone to take it").await;
    town.council.behave(Behaviour::Up);
    revive(&town).await;
    let case = the_councils_case(&town).await;
    // Nobody holds it, so that the word stands beneath one of its cards.
    cast.reads(cast.hillview.hub, "word that they have it now", |m| {
        m.text().contains(&code)
            && m.text().contains("has it now")
            && m.text().contains(&case.reference)
    })
    .await
    .unwrap();
    assert_eq!(stored(&town, &code).await.state, CaseState::Open);
    kit::nothing_left(town).await;
}
