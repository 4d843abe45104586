//! Through the real connectors: who has left, was demoted, has no face or can't see the channel is refused at that moment.

use std::time::{Duration, Instant};

use kith::demo::{Cast, PATIENCE, Town, code_in};
use kith::domain::case::Case;
use kith::domain::clock::Timestamp;
use kith::domain::code::CaseCode;
use kith::domain::permission::Refused;
use kith::sim::telegram::{ChatId, Choice, PersonId};
use serde_json::{Value, json};

const NEED: &str = "Could anyone pick up my prescription from Boots today please? ME7 1AB";
/// What Telegram names those who write in the name of a channel.
const CHANNEL_BOT: i64 = 136_817_688;

async fn town() -> Town {
    let mut town = Town::prepare().await.expect("a town");
    town.speak_freely();
    town.start_kith().await.expect("kith starts");
    town
}

async fn refusals(town: &Town) -> Vec<Refused> {
    let store = town.store().await.expect("the database");
    let refusals = store
        .refusals(Timestamp::default(), 100)
        .await
        .expect("refusals");
    store.close().await;
    refusals
}

/// Waits for a refusal of this, and looks that it names this person and holds nothing else of theirs.
async fn is_recorded(town: &Town, what: &str, by: &str) {
    let began = Instant::now();
    loop {
        let found = refusals(town).await;
        let fits = |refused: &&Refused| refused.what == what && refused.by.1.as_str() == by;
        if let Some(refused) = found.iter().find(fits) {
            let kept = serde_json::to_string(refused).expect("JSON");
            for secret in ["Rosa", "Boots", "Sam", "Evil"] {
                assert!(!kept.contains(secret), "{kept}");
            }
            return;
        }
        assert!(
            began.elapsed() < PATIENCE,
            "no refusal of {what} by {by}: {found:#?}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn stored(town: &Town, code: &str) -> Case {
    let store = town.store().await.expect("the database");
    let code = CaseCode::parse(code).expect("a code");
    let case = store.case_by_code(&code).await.expect("a readable case");
    store.close().await;
    case.expect("a case")
}

/// Rosa's need is with the hub. Gives its code and the number of its card on Telegram.
async fn rosas_case(cast: &Cast<'_>) -> (String, i64) {
    let place = &cast.riverside;
    let (_, code) = cast
        .passes_on_telegram(place.rosa, NEED)
        .await
        .expect("a code");
    let card = cast.hears(place.hub, "the card", |m| {
        m.text.contains(&code) && m.button("Claim").is_some()
    });
    (code.clone(), card.await.expect("a card").id)
}

/// What a forged press is answered with.
async fn pressed(
    town: &Town,
    person: PersonId,
    (chat, message): (ChatId, i64),
    data: &str,
) -> String {
    let choice = Choice::Data(data.to_owned());
    let press = town
        .telegram
        .press(person, chat, message, choice)
        .expect("a press");
    let answer = town
        .telegram
        .wait_for(data, PATIENCE, |view| view.answer(&press))
        .await;
    answer.expect("an answer").text
}

/// Waits for words of kith's in a chat.
async fn hears(cast: &Cast<'_>, chat: ChatId, words: &str) {
    cast.hears(chat, words, |m| m.text.contains(words))
        .await
        .expect("words of kith's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_who_left_the_hub_on_telegram_reach_nothing_from_its_cards() {
    let town = town().await;
    let cast = Cast::move_in(&town).await.expect("everybody");
    let (code, card) = rosas_case(&cast).await;
    let (hub, sam) = (cast.riverside.hub, cast.riverside.sam);
    let case = stored(&town, &code).await;
    town.telegram.leave(hub, sam);
    for (word, right) in [
        ("view", "view"),
        ("claim", "claim"),
        ("briefed", "claim"),
        ("forwards", "forward"),
    ] {
        let told = pressed(&town, sam, (hub, card), &format!("{word}_{}", case.id)).await;
        assert!(told.contains("for the hub team"), "{word}: {told}");
        is_recorded(&town, right, &sam.0.to_string()).await;
    }
    assert_eq!(stored(&town, &code).await, case);
    town.telegram.join(hub, sam);
    let told = pressed(&town, sam, (hub, card), &format!("claim_{}", case.id)).await;
    assert!(!told.contains("for the hub team"), "back again: {told}");
    town.close().await.expect("kith stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demoted_administrator_is_none_a_moment_later() {
    let town = town().await;
    let cast = Cast::move_in(&town).await.expect("everybody");
    let street = cast.riverside.street;
    let mo = town.telegram.add_person("Mo");
    town.telegram.set_admin(street, mo);
    let said = town.telegram.say(street, mo, "/kith setup");
    let panel = cast
        .hears(street, "the panel", |m| m.reply_to == Some(said))
        .await
        .expect("a panel");
    let told = pressed(&town, mo, (street, panel.id), "listen_commands").await;
    assert!(!told.contains("people who run this group"), "{told}");
    town.telegram.unset_admin(street, mo);
    let told = pressed(&town, mo, (street, panel.id), "role_hub").await;
    assert!(told.contains("people who run this group"), "{told}");
    is_recorded(&town, "set_up", &mo.0.to_string()).await;
    town.telegram.say(street, mo, "/kith setup hub");
    hears(&cast, street, "people who run this group").await;
    town.close().await.expect("kith stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_named_moderator_who_left_is_none() {
    let town = town().await;
    let cast = Cast::move_in(&town).await.expect("everybody");
    let (street, rosa) = (cast.riverside.street, cast.riverside.rosa);
    let founder = town.telegram.founder(street);
    let hers = town.telegram.say(street, rosa, "Good evening all");
    town.telegram
        .reply(street, founder, hers, "/kith moderator");
    hears(&cast, street, "They can now use").await;
    let said = town.telegram.say(street, rosa, "/kith setup");
    let panel = cast
        .hears(street, "the panel", |m| m.reply_to == Some(said))
        .await
        .expect("a panel");
    town.telegram.leave(street, rosa);
    let told = pressed(&town, rosa, (street, panel.id), "role_hub").await;
    assert!(told.contains("people who run this group"), "{told}");
    is_recorded(&town, "set_up", &rosa.0.to_string()).await;
    town.close().await.expect("kith stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_anonymous_administrator_of_the_hub_takes_no_case() {
    let town = town().await;
    let cast = Cast::move_in(&town).await.expect("everybody");
    let (code, _) = rosas_case(&cast).await;
    let hub = cast.riverside.hub;
    let mask = town.telegram.add_person("Mask");
    town.telegram.set_anonymous_admin(hub, mask);
    let before = stored(&town, &code).await;
    for (command, right) in [("case", "view"), ("claim", "claim")] {
        let said = town.telegram.say(hub, mask, &format!("/{command} {code}"));
        let answer = cast
            .hears(hub, command, |m| m.reply_to == Some(said))
            .await
            .expect("an answer");
        assert!(
            answer.text.contains("I can't see who you are"),
            "{answer:?}"
        );
        is_recorded(&town, right, &hub.0.to_string()).await;
    }
    assert_eq!(stored(&town, &code).await, before);
    town.close().await.expect("kith stops");
}

/// A message as Telegram tells of it that a channel posts as itself.
fn by_a_channel(chat: ChatId, number: i64, text: &str) -> Value {
    json!({
        "message_id": number, "date": 1_790_000_000,
        "chat": { "id": chat.0, "type": "supergroup", "title": "Riverside" },
        "from": { "id": CHANNEL_BOT, "is_bot": true, "first_name": "Channel" },
        "sender_chat": { "id": -100_555_000_001_i64, "type": "channel", "title": "Evil" },
        "text": text,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_posts_as_itself_does_nothing_and_is_made_nothing() {
    let town = town().await;
    let cast = Cast::move_in(&town).await.expect("everybody");
    let (hub, street) = (cast.riverside.hub, cast.riverside.street);
    let evil = "-100555000001";
    town.telegram
        .inject_raw_update(json!({ "message": by_a_channel(hub, 900_001, "/queue") }));
    is_recorded(&town, "queue", evil).await;
    town.telegram
        .inject_raw_update(json!({ "message": by_a_channel(street, 900_002, "/kith setup hub") }));
    is_recorded(&town, "set_up", evil).await;
    let founder = town.telegram.founder(street);
    town.telegram.inject_raw_update(json!({ "message": {
        "message_id": 900_004, "date": 1_790_000_000,
        "chat": { "id": street.0, "type": "supergroup", "title": "Riverside" },
        "from": { "id": founder.0, "is_bot": false, "first_name": "Founder" },
        "text": "/kith moderator",
        "reply_to_message": by_a_channel(street, 900_003, "hello"),
    }}));
    hears(&cast, street, "needs a role, or a message of the person").await;
    town.close().await.expect("kith stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_is_not_listened_to() {
    let town = town().await;
    let cast = Cast::move_in(&town).await.expect("everybody");
    let street = cast.riverside.street;
    for (number, text) in [
        (900_001, NEED),
        (900_002, "/kith setup hub"),
        (900_003, "/need a heater"),
    ] {
        town.telegram.inject_raw_update(json!({ "message": {
            "message_id": number, "date": 1_790_000_000,
            "chat": { "id": street.0, "type": "supergroup", "title": "Riverside" },
            "from": { "id": 5_000, "is_bot": true, "first_name": "Evil" }, "text": text,
        }}));
    }
    let said = town.telegram.say(street, cast.riverside.omar, NEED);
    cast.hears(street, "a question for Omar", |m| m.reply_to == Some(said))
        .await
        .expect("a question");
    let answered = town.telegram.view(|view| view.bot_messages_in(street));
    assert!(
        answered
            .iter()
            .all(|m| m.reply_to.is_none_or(|to| to < 900_000)),
        "{answered:#?}"
    );
    town.close().await.expect("kith stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_press_that_is_told_twice_is_one_press() {
    let town = town().await;
    let cast = Cast::move_in(&town).await.expect("everybody");
    let (code, card) = rosas_case(&cast).await;
    let case = stored(&town, &code).await;
    let (hub, nosy) = (cast.riverside.hub, town.telegram.add_person("Nosy"));
    let press = json!({ "callback_query": {
        "id": "777", "chat_instance": "1", "data": format!("view_{}", case.id),
        "from": { "id": nosy.0, "is_bot": false, "first_name": "Nosy" },
        "message": { "message_id": card, "date": 1_790_000_000,
            "chat": { "id": hub.0, "type": "supergroup", "title": "Riverside hub" } },
    }});
    for _ in 0..3 {
        town.telegram.inject_raw_update(press.clone());
    }
    is_recorded(&town, "view", &nosy.0.to_string()).await;
    let said = town
        .telegram
        .say(cast.riverside.street, cast.riverside.omar, NEED);
    cast.hears(cast.riverside.street, "what came later", |m| {
        m.reply_to == Some(said)
    })
    .await
    .expect("what came later");
    assert_eq!(
        refusals(&town).await.len(),
        1,
        "who is not in the hub, once"
    );
    town.close().await.expect("kith stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_button_copied_out_of_a_hub_shows_nothing_in_a_street_of_discord() {
    let town = town().await;
    let cast = Cast::move_in(&town).await.expect("everybody");
    let (code, _) = rosas_case(&cast).await;
    let case = stored(&town, &code).await;
    let place = &cast.hillview;
    let said = town
        .discord
        .say(place.street, place.priya, NEED)
        .expect("words");
    let ask = cast
        .reads(place.street, "a question", |m| m.reply_to == Some(said))
        .await
        .expect("a question");
    for (word, right) in [
        ("view", "view"),
        ("claim", "claim"),
        ("briefed", "claim"),
        ("neighbours", "neighbours"),
    ] {
        let custom_id = format!("{word}_{}", case.id);
        let press = town
            .discord
            .press_forged(place.jack, (place.street, ask.id), &custom_id);
        cast.on_discord(word, || town.discord.answer_to(press.id).map(|_| ()))
            .await
            .expect("an answer");
        is_recorded(&town, right, &place.jack.to_string()).await;
    }
    let told = cast.reads_alone(place.jack, "a refusal", |m| {
        m.text().contains("for the hub team")
    });
    told.await.expect("a refusal");
    let seen = town.discord.messages(place.street);
    assert!(
        seen.iter()
            .all(|m| code_in(&m.text()).as_deref() != Some(&code)),
        "{seen:#?}"
    );
    assert_eq!(stored(&town, &code).await, case);
    town.close().await.expect("kith stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_not_see_a_channel_of_discord_does_nothing_there() {
    let town = town().await;
    let cast = Cast::move_in(&town).await.expect("everybody");
    let (code, _) = rosas_case(&cast).await;
    let case = stored(&town, &code).await;
    let place = &cast.hillview;
    town.discord.inject_raw_dispatch("INTERACTION_CREATE", &json!({
        "id": "1400000000000000001", "application_id": town.discord.bot_id().to_string(), "type": 3,
        "token": "made-up", "version": 1, "channel_id": place.hub.to_string(), "guild_id": place.guild.to_string(),
        "member": { "user": { "id": place.jack.to_string(), "username": "jack" }, "roles": [], "permissions": "0" },
        "message": { "id": "1400000000000000000", "channel_id": place.hub.to_string() },
        "data": { "custom_id": format!("view_{}", case.id), "component_type": 2 },
    }));
    is_recorded(&town, "view", &place.jack.to_string()).await;
    assert_eq!(stored(&town, &code).await, case);
    town.close().await.expect("kith stops");
}
