//! Broken, random and unknown JSON from both platforms.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::super::kit;
use super::{all_is_well, discord_still_works, kept, telegram_still_works, until_kept};

/// How many random updates, and random events, are sent.
const RANDOM: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn telegram_updates_of_wrong_shape_are_kept_and_counted() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let chat = json!({ "id": cast.riverside.street.0, "type": "supergroup" });
    let rosa = json!({ "id": cast.riverside.rosa.0, "is_bot": false, "first_name": "Rosa" });
    let wrong = [
        json!({ "message": { "message_id": "five", "date": 1, "chat": chat } }),
        json!({ "message": { "message_id": 5, "date": "today", "chat": chat } }),
        json!({ "message": { "message_id": 5, "date": 1 } }),
        json!({ "message": { "message_id": 5, "date": 1, "chat": chat, "text": ["a", "b"] } }),
        json!({ "message": 17 }),
        json!({ "edited_message": [] }),
        json!({ "callback_query": { "id": "1", "data": "mine" } }),
        json!({ "callback_query": { "id": 1, "from": rosa, "data": 5 } }),
        json!({ "my_chat_member": { "chat": chat, "from": rosa, "date": 1 } }),
        json!({ "my_chat_member": "left" }),
        json!({ "update_id": "nine", "message": {} }),
        json!([1, 2, 3]),
        json!("update"),
        Value::Null,
    ];
    for update in &wrong {
        town.telegram.inject_raw_update(update.clone());
    }
    // Kinds and fields that kith has never heard of are nobody's mistake.
    town.telegram
        .inject_raw_update(json!({ "brand_new": { "chat": chat } }));
    town.telegram
        .inject_raw_update(json!({ "poll": { "id": "1" } }));
    town.telegram.inject_raw_update(json!({ "message": {
        "message_id": 900_001, "date": 1_790_000_000, "chat": chat, "from": rosa,
        "text": "Lovely light over the river", "brand_new": [{ "deep": [null] }],
        "entities": [{ "type": "brand_new", "offset": -5, "length": 99 }],
    }}));
    telegram_still_works(&cast).await;
    until_kept(&town, i64::try_from(wrong.len()).unwrap()).await;
    all_is_well(&town).await;
    town.settle().await.unwrap();
    town.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn telegram_answers_that_are_torn_are_kept_and_asked_for_again() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let place = &cast.riverside;
    for (number, body) in [
        r#"{"ok":true,"result":[{"update_id":1,"message":{"mess"#,
        "]]]]",
        "",
        r#"{"ok":true}"#,
        r#"{"ok":true,"result":{"update_id":1}}"#,
        "<!doctype html><p>Sign in to the café's wifi</p>",
        "\u{0}\u{1}\u{fffd}",
    ]
    .into_iter()
    .enumerate()
    {
        town.telegram.inject_raw_body(body);
        // What was said meanwhile comes with the next answer.
        let said = town.telegram.say(
            place.street,
            place.omar,
            &format!("Could anyone lend me chair number {number} please? ME7 1AB"),
        );
        cast.hears(place.street, "a question all the same", |m| {
            m.reply_to == Some(said)
        })
        .await
        .unwrap();
        until_kept(&town, i64::try_from(number).unwrap() + 1).await;
    }
    all_is_well(&town).await;
    town.settle().await.unwrap();
    assert_eq!(town.telegram.pending_updates(), 0);
    town.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discord_events_of_wrong_shape_are_kept_and_counted() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let place = &cast.hillview;
    let author = json!({ "id": place.priya.to_string(), "username": "priya" });
    let wrong = [
        (
            "MESSAGE_CREATE",
            json!({ "id": "no number", "content": "x" }),
        ),
        (
            "MESSAGE_CREATE",
            json!({ "id": "1000000000000000001", "channel_id": [], "author": author, "content": "x" }),
        ),
        (
            "MESSAGE_CREATE",
            json!({
                "id": "1000000000000000002", "channel_id": place.street.to_string(),
                "author": author, "content": { "not": "text" },
            }),
        ),
        ("MESSAGE_DELETE", Value::Null),
        ("MESSAGE_DELETE_BULK", json!({ "ids": "all" })),
        ("MESSAGE_UPDATE", json!(17)),
        ("INTERACTION_CREATE", json!([1, 2, 3])),
        ("INTERACTION_CREATE", json!({ "id": "1", "type": "press" })),
        ("GUILD_DELETE", json!({ "id": -1 })),
    ];
    for (event, data) in &wrong {
        town.discord.inject_raw_dispatch(event, data);
    }
    let torn = [
        r#"{"op":0,"s":99,"t":"MESSAGE_CREATE","d":{"id":"#,
        "]]]]",
        r#"{"op":"zero"}"#,
    ];
    for text in torn {
        town.discord.inject_raw_text(text);
    }
    town.discord
        .inject_raw_dispatch("SOMETHING_NEW", &json!({ "id": 1 }));
    town.discord
        .inject_raw_text(r#"{"op":99,"d":{"brand":"new"}}"#);
    discord_still_works(&cast).await;
    until_kept(&town, i64::try_from(wrong.len() + torn.len()).unwrap()).await;
    all_is_well(&town).await;
    town.settle().await.unwrap();
    assert_eq!(town.discord.identifies(), 1, "the session goes on");
    town.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_json_stops_nobody() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let mut runner = TestRunner::deterministic();
    let mut draw = || any_json().new_tree(&mut runner).unwrap().current();
    let (updates, events) = (
        [
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
        ],
        [
            "MESSAGE_CREATE",
            "MESSAGE_UPDATE",
            "MESSAGE_DELETE",
            "INTERACTION_CREATE",
            "THREAD_DELETE",
        ],
    );
    for number in 0..RANDOM {
        let update = json!({ updates[number % updates.len()]: draw() });
        town.telegram.inject_raw_update(update);
        town.discord
            .inject_raw_dispatch(events[number % events.len()], &draw());
    }
    telegram_still_works(&cast).await;
    discord_still_works(&cast).await;
    town.settle().await.unwrap();
    assert!(kept(&town).await > 0);
    all_is_well(&town).await;
    town.close().await.unwrap();
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[0-9]{0,22}".prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "id",
        "message_id",
        "channel_id",
        "chat",
        "from",
        "author",
        "member",
        "user",
        "date",
        "text",
        "content",
        "type",
        "data",
        "token",
        "custom_id",
        "components",
        "options",
        "brand_new",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..7)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
