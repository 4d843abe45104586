//! What Discord never should send, and what people do send.

use kith::domain::inbound::Event;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::bench::{Bench, Disk};

#[tokio::test]
async fn what_can_not_be_read_is_kept_and_counted() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let long = "x".repeat(40_000);
    bench.sim.inject_raw_dispatch(
        "MESSAGE_CREATE",
        &json!({"id": "no number", "content": long}),
    );
    bench
        .sim
        .inject_raw_dispatch("INTERACTION_CREATE", &json!([1, 2, 3]));
    bench
        .sim
        .inject_raw_dispatch("MESSAGE_DELETE", &Value::Null);
    bench
        .sim
        .inject_raw_dispatch("SOMETHING_NEW", &json!({"id": 1}));
    bench.sim.inject_raw_text("{\"op\":0,\"d\":{\"id\":");
    bench.sim.say(bench.help, bench.asha, "Still here").unwrap();
    bench.store.texts(1).await;
    let kept = bench
        .store
        .wait_for(|disk| {
            let found: Vec<_> = malformed(disk).collect();
            (found.len() == 4).then_some(found)
        })
        .await;
    assert_eq!(bot.discord.malformed(), 4);
    assert!(
        kept.iter()
            .all(|(raw, error)| raw.len() <= 16 * 1024 && !error.is_empty())
    );
    assert!(
        kept.iter().all(|(_, error)| !error.contains("xxx")),
        "errors quote nothing"
    );
    bot.stop().await;
}

#[tokio::test]
async fn whatever_people_write_arrives_as_it_is() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let texts = [
        "\u{202e}txet tfel-ot-thgir\u{202c}".to_owned(),
        "zero\u{200b}width\u{feff}".to_owned(),
        "@everyone <@1> <#2> [link](http://example.org) `code` ||spoiler||".to_owned(),
        "\"quoted\" \\ and \u{1} and 👩‍👩‍👧‍👦".to_owned(),
        "é".repeat(2_000),
    ];
    for text in &texts {
        bench.sim.say(bench.help, bench.asha, text).unwrap();
    }
    assert_eq!(bench.store.texts(texts.len()).await, texts);
    bot.stop().await;
}

fn malformed(disk: &Disk) -> impl Iterator<Item = (String, String)> {
    disk.inbound
        .iter()
        .filter_map(|inbound| match &inbound.event {
            Event::Malformed { raw, error } => Some((raw.reveal().clone(), error.clone())),
            _ => None,
        })
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[0-9]{0,22}".prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        prop::sample::select(vec![
            "id",
            "channel_id",
            "guild_id",
            "author",
            "member",
            "user",
            "content",
            "type",
            "data",
            "custom_id",
            "options",
            "name",
            "value",
            "components",
            "component",
            "resolved",
            "messages",
            "target_id",
            "token",
            "application_id",
            "ids",
            "threads",
            "channels",
            "joined_at",
            "edited_timestamp",
            "permissions",
            "channel",
            "session_id",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,5}",
    ];
    leaf.prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

#[tokio::test]
async fn no_json_stops_the_connector() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let mut runner = TestRunner::deterministic();
    let kinds = [
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "MESSAGE_DELETE_BULK",
        "INTERACTION_CREATE",
        "GUILD_DELETE",
        "CHANNEL_UPDATE",
        "THREAD_LIST_SYNC",
        "THREAD_DELETE",
    ];
    for number in 0..900 {
        let value = any_json().new_tree(&mut runner).unwrap().current();
        bench
            .sim
            .inject_raw_dispatch(kinds[number % kinds.len()], &value);
    }
    bench.sim.say(bench.help, bench.asha, "Still here").unwrap();
    // History may bring the message before the events that came first.
    bench
        .store
        .wait_for(|disk| (malformed(disk).count() > 400).then_some(()))
        .await;
    let texts = bench.store.texts(1).await;
    assert!(texts.contains(&"Still here".to_owned()), "{texts:?}");
    bot.stop().await;
    assert_eq!(bench.sim.identifies(), 1);
}
