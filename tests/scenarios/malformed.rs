//! What no platform should send, and what people do send: nothing panics, nothing is lost, and what
//! nobody could read is counted.

mod presses;
mod unreadable;
mod words;

use std::time::Instant;

use kith::demo::{Cast, PATIENCE, Town};
use kith::domain::case::Case;
use kith::domain::code::CaseCode;

/// An ordinary need, which kith asks about.
const NEED: &str = "Could anyone pick up my prescription from Boots today please? ME7 1AB";

/// A counter of kith's, as its web server shows it.
async fn counter(town: &Town, name: &str) -> u64 {
    let address = town.web_address().await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client
        .get(format!("http://{address}/metrics"))
        .send()
        .await
        .unwrap();
    let text = answer.text().await.unwrap();
    let wanted = format!("kith_{name}_total ");
    let line = text.lines().find_map(|line| line.strip_prefix(&wanted));
    line.unwrap_or_else(|| panic!("no {name} in {text}"))
        .parse()
        .unwrap()
}

/// How many unreadable things are kept.
async fn kept(town: &Town) -> i64 {
    let store = town.store().await.unwrap();
    let counts = store.counts().await.unwrap();
    store.close().await;
    counts.malformed
}

/// Waits until so many unreadable things are kept, and looks that they are counted too.
async fn until_kept(town: &Town, count: i64) {
    let since = Instant::now();
    while kept(town).await != count {
        assert!(
            since.elapsed() < PATIENCE,
            "expected {count} kept, found {}",
            kept(town).await
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let counted = counter(town, "set_aside").await;
    assert_eq!(i64::try_from(counted).unwrap(), count);
}

/// Nothing panicked and nothing had to begin again.
async fn all_is_well(town: &Town) {
    assert_eq!(counter(town, "panics").await, 0);
    assert_eq!(counter(town, "restarts").await, 0);
}

/// Omar on Telegram asks for something, and kith asks back. Gives the message with the question.
async fn telegram_still_works(cast: &Cast<'_>) -> i64 {
    let place = &cast.riverside;
    let said = cast.town.telegram.say(place.street, place.omar, NEED);
    let ask = cast.hears(place.street, "a question for Omar", |m| {
        m.reply_to == Some(said)
    });
    ask.await.unwrap().id
}

/// Jack on Discord asks for something, and kith asks back.
async fn discord_still_works(cast: &Cast<'_>) {
    let place = &cast.hillview;
    let said = cast
        .town
        .discord
        .say(place.street, place.jack, NEED)
        .unwrap();
    cast.reads(place.street, "a question for Jack", |m| {
        m.reply_to == Some(said)
    })
    .await
    .unwrap();
}

/// Rosa on Telegram says yes to passing her need on. Gives its code.
async fn rosas_case(cast: &Cast<'_>) -> String {
    let place = &cast.riverside;
    let (_, code) = cast.passes_on_telegram(place.rosa, NEED).await.unwrap();
    cast.hears(place.hub, "the card", |m| {
        m.text.contains(&code) && m.button("Claim").is_some()
    })
    .await
    .unwrap();
    cast.reads(cast.hillview.hub, "the card on Discord", |m| {
        m.text().contains(&code)
    })
    .await
    .unwrap();
    code
}

/// A case as it is stored.
async fn stored(town: &Town, code: &str) -> Case {
    let store = town.store().await.unwrap();
    let code = CaseCode::parse(code).unwrap();
    let case = store.case_by_code(&code).await.unwrap().unwrap();
    store.close().await;
    case
}
