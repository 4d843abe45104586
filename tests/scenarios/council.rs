//! Handing cases over to the council: that it works, that the council misbehaves, and what it says later.

mod handing;
mod sharing;
mod status;
mod trouble;

use std::time::Duration;

use kith::demo::{Cast, PATIENCE, Town};
use kith::domain::case::Case;
use kith::domain::code::CaseCode;
use kith::flow::ForwardWaits;
use kith::sim::council::CouncilCase;

/// What residents ask for in these conversations.
const NEED: &str = "Could anyone pick up my prescription from Boots today please? ME7 1AB";
/// How many times a case is handed over again here before it is given up.
const TRIES: usize = 200;

/// A town whose kith tries to hand cases over again almost at once, so often.
async fn hasty_town(tries: usize) -> Town {
    let mut town = Town::prepare().await.expect("a town");
    hurry(&mut town, tries);
    town.start_kith().await.expect("kith starts");
    town
}

fn hurry(town: &mut Town, tries: usize) {
    let waits = std::iter::repeat_n(Duration::from_millis(50), tries);
    town.forward_after(waits.collect::<ForwardWaits>());
}

/// Rosa on Telegram, who talks to kith in private, says yes to passing her need on. Gives its code.
async fn rosa_asks(cast: &Cast<'_>) -> String {
    let place = &cast.riverside;
    let telegram = &cast.town.telegram;
    telegram.start_bot(place.rosa, None).unwrap();
    cast.hears(place.rosa, "a welcome", |m| m.text.contains("I'm kith"))
        .await
        .unwrap();
    let told = cast.passes_on_telegram(place.rosa, NEED).await;
    told.unwrap().1
}

/// Priya on Discord does the same.
async fn priya_asks(cast: &Cast<'_>) -> String {
    let told = cast.passes_on_discord(cast.hillview.priya, NEED).await;
    told.unwrap().1
}

/// Sam on Telegram takes a case.
async fn sam_takes(cast: &Cast<'_>, code: &str) {
    let place = &cast.riverside;
    let card = cast
        .hears(place.hub, "a card to claim", |m| {
            m.text.contains(code) && m.button("Claim").is_some()
        })
        .await
        .unwrap();
    cast.presses(place.sam, (place.hub, card.id), "Claim")
        .unwrap();
    let understood = "I understand, I'll take it";
    let rules = cast
        .hears(place.hub, "the doorstep rules", |m| {
            m.button(understood).is_some()
        })
        .await
        .unwrap();
    cast.presses(place.sam, (place.hub, rules.id), understood)
        .unwrap();
}

/// Sam presses Forward on a card that he holds.
async fn sam_forwards(cast: &Cast<'_>, code: &str) {
    let place = &cast.riverside;
    let card = cast
        .hears(place.hub, "a card to forward", |m| {
            m.text.contains(code) && m.button("Forward").is_some()
        })
        .await
        .unwrap();
    cast.presses(place.sam, (place.hub, card.id), "Forward")
        .unwrap();
}

/// Kim on Discord takes a case.
async fn kim_takes(cast: &Cast<'_>, code: &str) {
    let place = &cast.hillview;
    let card = cast
        .reads(place.hub, "a card to claim", |m| {
            m.text().contains(code) && m.button("Claim").is_some()
        })
        .await
        .unwrap();
    cast.clicks(place.kim, &card, "Claim").unwrap();
    let understood = "I understand, I'll take it";
    let rules = cast
        .reads_alone(place.kim, "the doorstep rules", |m| {
            m.button(understood).is_some()
        })
        .await
        .unwrap();
    cast.clicks(place.kim, &rules, understood).unwrap();
}

/// Kim presses Forward on a card that she holds.
async fn kim_forwards(cast: &Cast<'_>, code: &str) {
    let place = &cast.hillview;
    let card = cast
        .reads(place.hub, "a card to forward", |m| {
            m.text().contains(code) && m.button("Forward").is_some()
        })
        .await
        .unwrap();
    cast.clicks(place.kim, &card, "Forward").unwrap();
}

/// Both cards show these words.
async fn cards_show(cast: &Cast<'_>, code: &str, words: &str) {
    cast.hears(cast.riverside.hub, words, |m| {
        m.text.starts_with(code) && m.text.contains(words)
    })
    .await
    .unwrap();
    cast.reads(cast.hillview.hub, words, |m| {
        let text = m.text().replace(['`', '*'], "");
        text.starts_with(code) && text.contains(words)
    })
    .await
    .unwrap();
}

/// The one case that the council has, once it has it.
async fn the_councils_case(town: &Town) -> CouncilCase {
    town.council
        .wait_until(|cases| !cases.is_empty(), PATIENCE)
        .await
        .unwrap();
    let cases = town.council.cases();
    assert_eq!(cases.len(), 1, "{cases:#?}");
    cases[0].clone()
}

/// A case as it is stored.
async fn stored(town: &Town, code: &str) -> Case {
    let store = town.store().await.unwrap();
    let code = CaseCode::parse(code).unwrap();
    let case = store.case_by_code(&code).await.unwrap().unwrap();
    store.close().await;
    case
}

/// How many of kith's messages in the hub on Telegram, and of those to Rosa, have these words.
fn told(cast: &Cast<'_>, words: &str) -> (usize, usize) {
    let place = &cast.riverside;
    cast.town.telegram.view(|view| {
        let count = |messages: Vec<kith::sim::telegram::SeenMessage>| {
            messages.iter().filter(|m| m.text.contains(words)).count()
        };
        (
            count(view.bot_messages_in(place.hub)),
            count(view.bot_messages_in(place.rosa)),
        )
    })
}
