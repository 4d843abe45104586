//! What the council is told, on what ground, and that it hears when a yes is taken back.

use kith::demo::{Cast, PATIENCE, Town};
use kith::domain::disclosure::Item;

use crate::discord::hands::{
    SHOPPING, card, claims, clicks, events, news, note, opens, passes_on, quiet_town, sends, slash,
};
use crate::kit::{self, cast, nothing_left};

use super::handing::tell_details;
use super::{cards_show, rosa_asks, sam_forwards, sam_takes};

const PHONE: &str = "07700 900321";
const ADDRESS: &str = "12 Invented Row";

/// A town whose council is told who it is and how to reach them.
async fn town() -> Town {
    let mut town = quiet_town().await;
    let council = &mut town.config_mut().hub.destination[0];
    council.fields = vec![Item::Need, Item::FirstName, Item::Contact];
    town.start_kith().await.unwrap();
    town
}

/// Priya's need with an address and a number that she told in private; Kim has it. Gives its code.
async fn kim_has_it(cast: &Cast<'_>) -> String {
    let place = &cast.hillview;
    let told = passes_on(cast, place.priya, SHOPPING).await;
    let form = opens(cast, place.priya, &told.ask, "Add details in private").await;
    let filled = [
        ("Where is it?", "12 Invented Row, ME7 1AB"),
        ("How can we reach you?", PHONE),
    ];
    sends(cast, place.priya, &form, &filled).await;
    claims(cast, place.kim, &told.code).await;
    told.code
}

/// All that was ever sent to the council, headers and bodies.
fn sent(town: &Town) -> String {
    format!("{:?}", town.council.requests())
}

#[tokio::test]
async fn nothing_personal_leaves_without_a_ground_and_staff_can_send_the_rest() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let code = kim_has_it(&cast).await;
    let forward = [("code", code.as_str())];
    let why_not = slash(&cast, (place.kim, place.hub), "forward", &forward).await;
    assert!(why_not.text().contains("has not said yes"), "{why_not:?}");
    assert!(town.council.requests().is_empty());
    clicks(&cast, place.kim, &why_not, "Send without personal details").await;
    town.council
        .wait_until(|cases| cases.len() == 1, PATIENCE)
        .await
        .unwrap();
    for secret in ["Priya", PHONE, "07700", ADDRESS, "1AB", "Invented"] {
        assert!(!sent(&town).contains(secret), "{secret} in {}", sent(&town));
    }
    assert!(sent(&town).contains("shopping"));
    nothing_left(town).await;
}

#[tokio::test]
async fn the_resident_says_yes_to_what_she_sees_and_takes_it_back() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let code = kim_has_it(&cast).await;
    let forward = [("code", code.as_str())];
    let why_not = slash(&cast, (place.kim, place.hub), "forward", &forward).await;
    clicks(&cast, place.kim, &why_not, "Ask the writer").await;
    let question = news(
        &cast,
        place.priya,
        "May the hub pass this on to the council",
    )
    .await;
    let asked = question.text();
    assert!(asked.contains("Priya") && asked.contains(PHONE), "{asked}");
    assert!(
        !asked.contains(ADDRESS),
        "the council is not told that: {asked}"
    );
    let thanks = clicks(&cast, place.priya, &question, "Yes, pass it on").await;
    assert!(thanks.text().contains("may tell the council"), "{thanks:?}");
    note(&cast, &code, "says yes").await;

    slash(&cast, (place.kim, place.hub), "forward", &forward).await;
    town.council
        .wait_until(|cases| cases.len() == 1, PATIENCE)
        .await
        .unwrap();
    let body = town.council.cases()[0].body.clone();
    assert_eq!(body["data"]["name"], "Priya");
    assert_eq!(body["data"]["contact"], PHONE);
    assert_eq!(body["data"]["ground"], "consent");
    assert!(!sent(&town).contains(ADDRESS) && !sent(&town).contains("1AB"));
    let reference = town.council.cases()[0].reference.clone();
    card(&cast, &code, &reference).await;

    let mine = slash(&cast, (place.priya, place.street), "my", &[]).await;
    let stopped = clicks(&cast, place.priya, &mine, &format!("Stop sharing {code}")).await;
    assert!(
        stopped.text().contains("I'm telling the council"),
        "{stopped:?}"
    );
    note(&cast, &code, "took back their yes").await;
    town.council.wait_for_requests(2, PATIENCE).await.unwrap();
    let told = town.council.requests()[1].clone();
    assert!(told.genuine && told.request.body.contains("consent.withdrawn"));
    assert!(told.request.body.contains(&reference) && !told.request.body.contains(PHONE));
    town.settle().await.unwrap();
    let trail = events(&town, &code).await;
    let trail: Vec<_> = trail.iter().map(|event| event.what.as_str()).collect();
    for what in [
        "asked_to_share",
        "sharing_agreed",
        "told",
        "consent_withdrawn",
        "recalled",
        "recall_taken",
    ] {
        assert!(trail.contains(&what), "{what} in {trail:?}");
    }
    nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_telegram_plain_words_take_a_yes_back() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.riverside;
    let code = rosa_asks(&cast).await;
    tell_details(&cast).await;
    sam_takes(&cast, &code).await;
    sam_forwards(&cast, &code).await;
    town.council
        .wait_until(|cases| cases.len() == 1, PATIENCE)
        .await
        .unwrap();
    let body = town.council.cases()[0].body.to_string();
    assert!(
        body.contains("Rosa") && body.contains("07700 900123"),
        "{body}"
    );
    for secret in ["Invented", "1AB", "planted", "Boots", "six"] {
        assert!(!sent(&town).contains(secret), "{secret} in {}", sent(&town));
    }
    cards_show(&cast, &code, &town.council.cases()[0].reference).await;
    town.telegram
        .say_privately(place.rosa, "Please don't share my details any more");
    cast.hears(place.rosa, "that it is stopped", |m| {
        m.text.contains("I share nothing more") && m.text.contains("telling the council")
    })
    .await
    .unwrap();
    town.council.wait_for_requests(2, PATIENCE).await.unwrap();
    let told = &town.council.requests()[1].request.body;
    assert!(
        told.contains("consent.withdrawn") && !told.contains("Rosa"),
        "{told}"
    );
    cards_show(&cast, &code, "sharing was taken back").await;
    kit::nothing_left(town).await;
}
