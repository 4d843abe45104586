//! A case reaches the council: thin, signed, with its reference on the card.

use std::collections::BTreeSet;

use kith::config::{Destination, Kind};
use kith::demo::{Cast, PATIENCE, Town};
use kith::domain::disclosure::LEAST_FIELDS;
use kith::domain::ids::DestinationId;
use kith::domain::private::Private;
use kith::sim::council::CouncilSim;
use serde_json::Value;

use super::super::kit;
use super::{
    cards_show, kim_forwards, kim_takes, priya_asks, rosa_asks, sam_forwards, sam_takes,
    the_councils_case,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forwarded_on_telegram_shows_the_reference_everywhere() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let code = rosa_asks(&cast).await;
    tell_details(&cast).await;
    sam_takes(&cast, &code).await;
    sam_forwards(&cast, &code).await;
    let case = the_councils_case(&town).await;
    cards_show(&cast, &code, &format!("Their number: {}", case.reference)).await;
    let place = &cast.riverside;
    cast.hears(place.rosa, "the number for Rosa", |m| {
        m.text.contains("has been passed on to the council") && m.text.contains(&case.reference)
    })
    .await
    .unwrap();
    assert_thin(&case.body, &code);
    assert_eq!(case.body["data"]["consent"], true);
    let requests = town.council.requests();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].genuine, "signed as Standard Webhooks says");
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forwarded_on_discord_shows_the_reference_everywhere() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let code = priya_asks(&cast).await;
    kim_takes(&cast, &code).await;
    let place = &cast.hillview;
    town.discord
        .slash(place.kim, place.hub, "forward", &[("code", &code)])
        .unwrap();
    cast.reads_alone(place.kim, "that it is on its way", |m| {
        m.text().contains("on its way to the council")
    })
    .await
    .unwrap();
    let case = the_councils_case(&town).await;
    cards_show(&cast, &code, &case.reference).await;
    cast.reads_alone(place.priya, "the number for Priya", |m| {
        m.text().contains("has been passed on to the council") && m.text().contains(&case.reference)
    })
    .await
    .unwrap();
    assert_thin(&case.body, &code);
    assert_eq!(case.body["data"]["consent"], false);
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_choose_between_two_destinations() {
    let mut town = Town::prepare().await.unwrap();
    let housing = CouncilSim::start().await.unwrap();
    town.config_mut().hub.destination.push(Destination {
        id: DestinationId::new("housing"),
        title: "the housing team".to_owned(),
        kind: Kind::Webhook,
        url: housing.url().parse().unwrap(),
        secret: Private::new(housing.secret().to_owned()),
        previous_secrets: Vec::new(),
        allow_private: true,
        timeout: PATIENCE,
        fields: LEAST_FIELDS.to_vec(),
    });
    town.start_kith().await.unwrap();
    let cast = kit::cast(&town).await;
    let rosas = rosa_asks(&cast).await;
    sam_takes(&cast, &rosas).await;
    sam_forwards(&cast, &rosas).await;
    let place = &cast.riverside;
    let ask = cast
        .hears(place.hub, "where it should go", |m| {
            m.text.contains("Where should") && m.button("the housing team").is_some()
        })
        .await
        .unwrap();
    assert_eq!(ask.labels(), ["the council", "the housing team"]);
    cast.presses(place.sam, (place.hub, ask.id), "the housing team")
        .unwrap();
    housing
        .wait_until(|cases| cases.len() == 1, PATIENCE)
        .await
        .unwrap();
    cards_show(&cast, &rosas, "Passed on to housing").await;
    assert!(town.council.cases().is_empty(), "only where staff chose");

    let hillview = &cast.hillview;
    town.discord
        .slash(
            hillview.jack,
            hillview.street,
            "need",
            &[(
                "text",
                "Our boiler is broken, can anyone lend a heater? ME8 0AA",
            )],
        )
        .unwrap();
    let told = cast
        .reads_alone(hillview.jack, "a code for Jack", |m| {
            m.text().contains("Your code is")
        })
        .await
        .unwrap();
    let jacks = kith::demo::code_in(&told.text()).unwrap();
    kim_takes(&cast, &jacks).await;
    kim_forwards(&cast, &jacks).await;
    let ask = cast
        .reads_alone(hillview.kim, "where it should go", |m| {
            m.text().contains("Where should") && m.button("the council").is_some()
        })
        .await
        .unwrap();
    cast.clicks(hillview.kim, &ask, "the council").unwrap();
    let case = the_councils_case(&town).await;
    assert_eq!(case.body["data"]["code"], jacks.as_str());
    cards_show(&cast, &jacks, &case.reference).await;
    assert_eq!(housing.cases().len(), 1);
    kit::nothing_left(town).await;
}

/// Rosa tells where, when and how to reach her in private, and agrees to sharing.
pub(super) async fn tell_details(cast: &Cast<'_>) {
    let place = &cast.riverside;
    let telegram = &cast.town.telegram;
    let ask = cast
        .hears(place.street, "the button for details", |m| {
            m.button("Add details in private").is_some()
        })
        .await
        .unwrap();
    telegram
        .follow(place.rosa, place.street, ask.id, "Add details in private")
        .unwrap();
    let mut asked = cast
        .hears(place.rosa, "the first question", |m| {
            m.button("Skip").is_some()
        })
        .await
        .unwrap();
    for answer in [
        "my planted tablets",
        "12 Invented Row, ME7 1AB",
        "before six",
        "me",
        "07700 900123",
    ] {
        telegram.say_privately(place.rosa, answer);
        let last = asked.id;
        asked = cast
            .hears(place.rosa, "the next question", |m| {
                m.id > last && !m.buttons.is_empty()
            })
            .await
            .unwrap();
    }
    cast.presses(place.rosa, (place.rosa.into(), asked.id), "Yes, you may")
        .unwrap();
    cast.hears(cast.riverside.hub, "that sharing is agreed", |m| {
        m.text.contains("may be shared to help")
    })
    .await
    .unwrap();
}

/// Only what a council needs in order to take the case: nothing that names or quotes anybody.
fn assert_thin(body: &Value, code: &str) {
    let keys: BTreeSet<&str> = body["data"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let expected = BTreeSet::from([
        "categories",
        "code",
        "consent",
        "ground",
        "outcode",
        "referral",
        "urgency",
    ]);
    assert_eq!(keys, expected);
    assert_eq!(body["data"]["code"], code);
    assert_eq!(body["data"]["outcode"], "ME7");
    let text = body.to_string();
    for told in [
        "Rosa", "Priya", "Sam", "Kim", "Invented", "1AB", "planted", "07700", "Boots", "anyone",
        "six",
    ] {
        assert!(!text.contains(told), "{told} in {text}");
    }
}
