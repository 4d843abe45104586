//! What people do in channels, threads and private chats, as inbound.

use kith::domain::inbound::Event;

use crate::bench::{Bench, messages};

#[tokio::test]
async fn a_message_is_told_with_where_who_and_what_it_answers() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let first = bench
        .sim
        .say(bench.help, bench.asha, "Any soup left?")
        .unwrap();
    let second = bench
        .sim
        .reply(bench.help, bench.ben, first, "Yes")
        .unwrap();
    assert_eq!(bench.store.texts(2).await, ["Any soup left?", "Yes"]);
    {
        let disk = bench.store.disk();
        let found: Vec<_> = messages(&disk).collect();
        assert_eq!(found[0].id.as_str(), first.to_string());
        assert_eq!(found[0].author.name.reveal(), "Asha Rowe");
        assert_eq!(found[0].author.id.as_str(), bench.asha.to_string());
        let group = found[0].scene.group.clone().unwrap();
        assert_eq!(group.as_str(), bench.guild.to_string());
        assert_eq!(found[0].scene.parent, None);
        assert_eq!(found[0].reply_to, None);
        assert_eq!(found[1].id.as_str(), second.to_string());
        let answered = found[1].reply_to.clone().unwrap();
        assert_eq!(answered.as_str(), first.to_string());
    }
    bot.stop().await;
}

#[tokio::test]
async fn edits_and_deletions_are_told_once() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let ids: Vec<u64> = (0..4)
        .map(|n| {
            bench
                .sim
                .say(bench.help, bench.asha, &format!("Message {n}"))
                .unwrap()
        })
        .collect();
    bench
        .sim
        .edit(bench.help, ids[0], "Message 0, changed")
        .unwrap();
    bench.sim.delete(bench.help, ids[1]).unwrap();
    bench.sim.delete_bulk(bench.help, &ids[2..]);
    let edited = bench
        .store
        .event(|event| match event {
            Event::Edited(message) => Some(message.clone()),
            _ => None,
        })
        .await;
    assert_eq!(edited.text.reveal(), "Message 0, changed");
    let gone = bench
        .store
        .wait_for(|disk| {
            let gone: Vec<String> = disk
                .inbound
                .iter()
                .filter_map(|inbound| match &inbound.event {
                    Event::Deleted { messages } => Some(messages),
                    _ => None,
                })
                .flatten()
                .map(|message| message.message.to_string())
                .collect();
            (gone.len() == 3).then_some(gone)
        })
        .await;
    assert_eq!(
        gone,
        ids[1..].iter().map(u64::to_string).collect::<Vec<_>>()
    );
    bot.stop().await;
    assert_eq!(bench.store.disk().inbound.len(), 8);
}

#[tokio::test]
async fn a_thread_is_known_by_its_channel_also_after_a_restart() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let thread = bench.sim.add_thread(bench.help, "soup");
    bench.sim.say(thread, bench.asha, "One for me").unwrap();
    bench.store.texts(1).await;
    bot.stop().await;
    // A resumed session tells no channels, so that the thread has to be asked for.
    let bot = bench.start().await;
    bench.sim.say(thread, bench.ben, "One for me too").unwrap();
    bench.store.texts(2).await;
    for message in messages(&bench.store.disk()) {
        let parent = message.scene.parent.clone().unwrap();
        assert_eq!(parent.as_str(), bench.help.to_string());
        assert_eq!(message.scene.place.channel.as_str(), thread.to_string());
    }
    bot.stop().await;
    assert_eq!(bench.sim.identifies(), 1);
}

#[tokio::test]
async fn a_private_chat_has_no_group() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    bench.sim.say_directly(bench.asha, "Hello").unwrap();
    bench.store.texts(1).await;
    assert!(messages(&bench.store.disk()).all(|message| message.scene.is_private()));
    bot.stop().await;
}

#[tokio::test]
async fn joining_and_leaving_a_group_is_told_but_not_groups_known_before() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let other = bench.sim.add_guild("Hilltop");
    let group = bench
        .store
        .event(|event| match event {
            Event::Added { scene, .. } => scene.group.clone(),
            _ => None,
        })
        .await;
    assert_eq!(group.as_str(), other.to_string());
    bench.sim.leave(other, bench.sim.bot_id());
    let left = bench
        .store
        .event(|event| match event {
            Event::Removed { group } => Some(group.clone()),
            _ => None,
        })
        .await;
    assert_eq!(left.as_str(), other.to_string());
    bot.stop().await;
    assert_eq!(bench.store.disk().inbound.len(), 2);
}

#[tokio::test]
async fn bots_and_webhooks_are_not_heard() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let message = |id: u64, extra: serde_json::Value| {
        let mut message = serde_json::json!({
            "id": (bench.help + id).to_string(), "channel_id": bench.help.to_string(),
            "guild_id": bench.guild.to_string(), "content": "not a person", "type": 0,
            "author": {"id": bench.asha.to_string(), "username": "a"},
        });
        for (key, value) in extra.as_object().unwrap() {
            message[key] = value.clone();
        }
        message
    };
    let robot = serde_json::json!({"author": {"id": "7", "username": "r", "bot": true}});
    let hook = serde_json::json!({"webhook_id": "8"});
    let joined = serde_json::json!({"type": 7});
    for (number, extra) in [robot, hook, joined].into_iter().enumerate() {
        let id = u64::try_from(number).unwrap() + 1;
        bench
            .sim
            .inject_raw_dispatch("MESSAGE_CREATE", &message(id, extra));
    }
    bench.sim.say(bench.help, bench.asha, "a person").unwrap();
    assert_eq!(bench.store.texts(1).await, ["a person"]);
    bot.stop().await;
    assert_eq!(bench.store.disk().inbound.len(), 1);
}
