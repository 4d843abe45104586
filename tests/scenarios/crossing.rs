//! What happens on one platform shows on the other.

#![expect(clippy::unwrap_used, reason = "a test stops at what it didn't expect")]

use kith::demo::{Cast, PATIENCE, code_in};
use kith::domain::case::CaseState;
use kith::sim::telegram::{ChatId, PersonId, SeenMessage};

use crate::discord::hands::{
    LIFT, SHOPPING, UNDERSTOOD, answer, asks, becomes, card, card_in, case, claims, clicks,
    is_card, news, note, passes_on, slash, spoken, town,
};
use crate::kit::{cast, nothing_left};

/// The card of a case in the hub on Telegram, once it says this.
async fn telegram_card(cast: &Cast<'_>, code: &str, words: &str) -> SeenMessage {
    let shown = cast.hears(cast.riverside.hub, words, |message| {
        message.text.contains(code)
            && message.text.contains("Told:")
            && message.text.contains(words)
    });
    shown.await.unwrap()
}

/// A need told on Telegram and passed on; gives the message and the code.
async fn told_on_telegram(cast: &Cast<'_>, person: PersonId, text: &str) -> (i64, String) {
    let street = cast.riverside.street;
    let said = cast.town.telegram.say(street, person, text);
    let ask = cast.hears(street, "a question", |message| {
        message.reply_to == Some(said)
    });
    let ask = ask.await.unwrap();
    cast.presses(person, (street, ask.id), "Yes, pass it on")
        .unwrap();
    let done = cast.hears(street, "a code", |message| {
        message.id == ask.id && code_in(&message.text).is_some()
    });
    (said, code_in(&done.await.unwrap().text).unwrap())
}

/// Staff on Telegram claim from the card, reading the doorstep rules where they are shown.
async fn claims_on_telegram(cast: &Cast<'_>, person: PersonId, code: &str) {
    let hub = cast.riverside.hub;
    let shown = telegram_card(cast, code, "Waiting for someone").await;
    cast.presses(person, (hub, shown.id), "Claim").unwrap();
    let rules = cast.hears(hub, "the rules, or the case", |message| {
        message.id > shown.id && message.button(UNDERSTOOD).is_some()
    });
    let rules = rules.await.unwrap();
    cast.presses(person, (hub, rules.id), UNDERSTOOD).unwrap();
    telegram_card(cast, code, "Sam").await;
}

/// Presses a button of a card on Telegram and gives what was shown for it.
async fn pressed_on_telegram(
    cast: &Cast<'_>,
    (person, hub): (PersonId, ChatId),
    card: i64,
    label: &str,
) -> String {
    let telegram = &cast.town.telegram;
    let press = telegram.press(person, hub, card, label).unwrap();
    let shown = telegram.wait_for("an answer", PATIENCE, |view| view.answer(&press));
    shown.await.unwrap().text
}

#[tokio::test]
async fn every_step_on_one_platform_shows_on_the_other() {
    let town = town().await;
    let cast = cast(&town).await;
    let (tg, dc) = (&cast.riverside, &cast.hillview);
    let told = passes_on(&cast, dc.priya, SHOPPING).await;
    let code = told.code.as_str();
    claims_on_telegram(&cast, tg.sam, code).await;
    let held = card(&cast, code, "Sam").await;
    let refused = clicks(&cast, dc.kim, &held, "Release").await;
    assert!(refused.text().contains("Sam"), "{refused:?}");
    let refused = slash(&cast, (dc.kim, dc.hub), "claim", &[("code", code)]).await;
    assert!(refused.text().contains("Sam"), "{refused:?}");
    let shown = telegram_card(&cast, code, "Sam").await;
    cast.presses(tg.sam, (tg.hub, shown.id), "Release").unwrap();
    card(&cast, code, "Waiting for someone").await;

    claims(&cast, dc.kim, code).await;
    let shown = telegram_card(&cast, code, "Kim").await;
    let refused = pressed_on_telegram(&cast, (tg.sam, tg.hub), shown.id, "Release").await;
    assert!(refused.contains("Kim"), "{refused}");
    let edited = SHOPPING.replace("ME7 1AB", "ME9 7ZZ now");
    town.discord.edit(dc.street, told.said, &edited).unwrap();
    telegram_card(&cast, code, "ME9").await;
    note(&cast, code, "changed the message").await;
    let forward = [("code", code)];
    slash(&cast, (dc.kim, dc.hub), "forward", &forward).await;
    telegram_card(&cast, code, "Their number").await;
    let done = [("code", code), ("outcome", "Helped")];
    slash(&cast, (dc.kim, dc.hub), "done", &done).await;
    let closed = telegram_card(&cast, code, "Helped").await;
    cast.presses(tg.sam, (tg.hub, closed.id), "Open it again")
        .unwrap();
    card(&cast, code, "Waiting for someone").await;
    news(&cast, dc.priya, "back with the help hub").await;

    let (said, code) = told_on_telegram(&cast, tg.omar, LIFT).await;
    card(&cast, &code, "ME8").await;
    let edited = LIFT.replace("ME8 0AA", "ME9 7ZZ now, sorry");
    town.telegram.edit(tg.street, said, &edited).unwrap();
    card(&cast, &code, "ME9").await;
    claims(&cast, dc.kim, &code).await;
    telegram_card(&cast, &code, "Kim").await;
    let taken = cast.hears(tg.street, "a neutral line for Omar", |message| {
        message.button("Open it").is_some()
    });
    taken.await.unwrap();
    nothing_left(town).await;
}

#[tokio::test]
async fn when_both_platforms_press_claim_at_once_one_holds_it_and_the_other_learns_who() {
    const CASES: usize = 24;
    let town = town().await;
    let cast = cast(&town).await;
    let (tg, dc) = (&cast.riverside, &cast.hillview);
    // Both have read the rules.
    let first = passes_on(&cast, dc.priya, SHOPPING).await.code;
    claims_on_telegram(&cast, tg.sam, &first).await;
    let second = passes_on(&cast, dc.priya, LIFT).await.code;
    claims(&cast, dc.kim, &second).await;

    let mut cards = Vec::new();
    for number in 0..CASES {
        let text = format!("Could somebody walk dog number {number} please?");
        let told = slash(&cast, (dc.jack, dc.street), "need", &[("text", &text)]).await;
        let code = code_in(&told.text()).unwrap();
        let on_discord = card(&cast, &code, "Waiting for someone").await;
        let on_telegram = telegram_card(&cast, &code, "Waiting for someone").await;
        cards.push((code, on_discord, on_telegram));
    }
    // Some one after the other, the rest all at the same moment; each side goes first in turn.
    let (single, together) = cards.split_at(CASES / 2);
    let mut presses = Vec::new();
    for (number, (code, on_discord, on_telegram)) in single.iter().enumerate() {
        let pressed = press_both(&cast, number % 2 == 0, (on_discord, on_telegram));
        check_race(&cast, code, &pressed).await;
    }
    for (number, (code, on_discord, on_telegram)) in together.iter().enumerate() {
        let pressed = press_both(&cast, number % 2 == 0, (on_discord, on_telegram));
        presses.push((code, pressed));
    }
    for (code, pressed) in &presses {
        check_race(&cast, code, pressed).await;
    }
    nothing_left(town).await;
}

/// Both press Claim; gives the press on Discord and the one on Telegram.
fn press_both(
    cast: &Cast<'_>,
    discord_first: bool,
    (on_discord, on_telegram): (&kith::sim::discord::SeenMessage, &SeenMessage),
) -> (u64, String) {
    let (tg, dc) = (&cast.riverside, &cast.hillview);
    let telegram = || {
        let pressed = cast
            .town
            .telegram
            .press(tg.sam, tg.hub, on_telegram.id, "Claim");
        pressed.unwrap()
    };
    let discord = || cast.clicks(dc.kim, on_discord, "Claim").unwrap();
    if discord_first {
        let pressed = discord();
        (pressed, telegram())
    } else {
        let pressed = telegram();
        (discord(), pressed)
    }
}

async fn check_race(cast: &Cast<'_>, code: &str, (discord, telegram): &(u64, String)) {
    let on_discord = answer(cast, *discord).await.text();
    let shown = cast
        .town
        .telegram
        .wait_for("an answer", PATIENCE, |view| view.answer(telegram));
    let on_telegram = shown.await.unwrap().text;
    let CaseState::Claimed(claim) = case(cast.town, code).await.state else {
        panic!("expected {code} to be claimed");
    };
    match claim.by.name.reveal().as_str() {
        "Kim" => {
            assert!(on_discord.contains("You now have"), "{on_discord}");
            assert!(on_telegram.contains("Kim has"), "{on_telegram}");
        }
        "Sam" => {
            assert!(
                on_discord.replace("**", "").contains("Sam has"),
                "{on_discord}"
            );
            assert!(!on_telegram.contains("Kim"), "{on_telegram}");
        }
        other => panic!("expected Kim or Sam to hold {code}, found {other}"),
    }
    let holder = claim.by.name.reveal();
    card(cast, code, holder).await;
    telegram_card(cast, code, holder).await;
}

#[tokio::test]
async fn the_same_need_told_on_both_is_joined_and_both_hear() {
    let town = town().await;
    let cast = cast(&town).await;
    let (tg, dc) = (&cast.riverside, &cast.hillview);
    town.telegram.start_bot(tg.rosa, None).unwrap();
    let (_, first) = told_on_telegram(&cast, tg.rosa, SHOPPING).await;
    let words = "My neighbour Rosa needs shopping today, can anyone help? She is at ME7 1AB";
    let (_, shown) = asks(&cast, dc.priya, words).await;
    let second = code_in(&shown.text()).unwrap();
    assert_ne!(second, first, "nobody learns another's code");
    assert!(
        shown.text().contains("The help hub has this already"),
        "{shown:?}"
    );
    let whole = card(&cast, &first, "Part of it").await;
    assert!(whole.text().contains("2 times"), "{whole:?}");
    let noted = note(&cast, &first, "told of the same need").await;
    assert!(
        noted.text().contains("one household told of by two"),
        "{noted:?}"
    );

    // Staff take it apart by a button and put it together again by a command.
    clicks(&cast, dc.kim, &noted, "It is another need").await;
    let alone = becomes(&cast, &shown, "Done, the help hub has it").await;
    assert_eq!(code_in(&alone.text()).unwrap(), second);
    news(&cast, dc.priya, "stands by itself").await;
    card(&cast, &second, "Waiting for someone").await;
    let both = [("code", second.as_str()), ("into", first.as_str())];
    slash(&cast, (dc.kim, dc.hub), "merge", &both).await;
    telegram_card(&cast, &second, "Joined with another").await;
    card(&cast, &first, "Part of it").await;
    news(&cast, dc.priya, "put").await;
    claims(&cast, dc.kim, &first).await;
    news(&cast, dc.priya, "looking after").await;
    let heard = cast.hears(tg.rosa, "word for Rosa", |message| {
        message.text.contains("looking after") && message.text.contains(&first)
    });
    heard.await.unwrap();
    let file = slash(&cast, (dc.kim, dc.hub), "case", &[("code", &first)]).await;
    let text = file.text();
    assert!(text.contains("My neighbour Rosa") && text.contains("Could anyone get me"));
    let done = [("code", first.as_str()), ("outcome", "Helped")];
    slash(&cast, (dc.kim, dc.hub), "done", &done).await;
    news(&cast, dc.priya, "is done").await;
    let heard = cast.hears(tg.rosa, "the end for Rosa", |message| {
        message.text.contains("is done") && message.text.contains(&first)
    });
    heard.await.unwrap();
    nothing_left(town).await;
}

#[tokio::test]
async fn each_hub_sees_the_needs_of_its_own_area() {
    let town = town().await;
    let cast = cast(&town).await;
    let (tg, dc) = (&cast.riverside, &cast.hillview);
    slash(&cast, (dc.max, dc.hub), "kith setup", &[("area", "ME8")]).await;
    let telegram = &town.telegram;
    let founder = telegram.founder(tg.hub);
    let setup = format!("/kith@{} setup area ME7", telegram.bot_username());
    let said = telegram.say(tg.hub, founder, &setup);
    let panel = cast.hears(tg.hub, "the panel", |message| {
        message.id > said && message.text.contains("ME7")
    });
    panel.await.unwrap();

    // ME7 belongs to the hub on Telegram, ME8 to the one on Discord, wherever it was told.
    let seven = passes_on(&cast, dc.priya, SHOPPING).await;
    telegram_card(&cast, &seven.code, "ME7").await;
    let (_, eight) = told_on_telegram(&cast, tg.omar, LIFT).await;
    card(&cast, &eight, "ME8").await;
    town.settle().await.unwrap();
    let on_discord = spoken(&cast, dc.hub);
    assert!(
        on_discord
            .iter()
            .all(|message| !is_card(message, &seven.code))
    );
    let on_telegram = telegram.messages(tg.hub);
    assert!(
        on_telegram
            .iter()
            .all(|message| !message.text.contains(&eight))
    );
    let queue = slash(&cast, (dc.kim, dc.hub), "queue", &[]).await.text();
    assert!(queue.contains(&eight) && !queue.contains(&seven.code));
    let code = [("code", seven.code.as_str())];
    let foreign = slash(&cast, (dc.kim, dc.hub), "claim", &code).await;
    assert!(
        !foreign.text().contains("keeps everyone safe"),
        "{foreign:?}"
    );
    assert_eq!(case(&town, &seven.code).await.state.name(), "open");

    // The writer corrects the place: the hub there sees it from then on.
    let moved = "Could anyone get me some shopping today please? I'm at 3 Made-up Lane, ME8 0AA";
    town.discord.edit(dc.street, seven.said, moved).unwrap();
    let arrived = card_in(&cast, dc.hub, &seven.code, |card| {
        card.button("Claim").is_some()
    });
    arrived.await;
    claims(&cast, dc.kim, &seven.code).await;
    telegram_card(&cast, &seven.code, "Kim").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn a_burst_of_edits_becomes_few_and_the_newest_wins() {
    const EDITS: usize = 60;
    let town = crate::kit::town().await;
    let cast = cast(&town).await;
    let (tg, dc) = (&cast.riverside, &cast.hillview);
    let told = passes_on(&cast, dc.priya, LIFT).await;
    card(&cast, &told.code, "ME8").await;
    telegram_card(&cast, &told.code, "ME8").await;
    for number in 1..=EDITS {
        let place = if number == EDITS {
            "ME9 7ZZ"
        } else {
            "ME7 1AB"
        };
        let text = format!("I need a lift to the hospital tomorrow, version {number}, {place}");
        town.discord.edit(dc.street, told.said, &text).unwrap();
    }
    let shown = card(&cast, &told.code, "ME9").await;
    let on_telegram = telegram_card(&cast, &told.code, "ME9").await;
    town.settle().await.unwrap();
    let shown = town.discord.message(dc.hub, shown.id).unwrap();
    assert!(shown.text().contains("ME9"), "the newest wins: {shown:?}");
    assert!(
        (1..=15).contains(&shown.edits),
        "{EDITS} edits became {} on Discord",
        shown.edits
    );
    let edits = town.telegram.view(|view| view.succeeded("editMessageText"));
    assert!((1..=15).contains(&edits), "{edits} on Telegram");
    let still = town.telegram.messages(tg.hub);
    let last = still.iter().find(|message| message.id == on_telegram.id);
    assert!(last.unwrap().text.contains("ME9"));
    nothing_left(town).await;
}
