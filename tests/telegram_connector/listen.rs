//! Listening: what becomes inbound, and that none of it is lost.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use kith::chat::ListenError;
use kith::domain::action::Action;
use kith::domain::command::Command;
use kith::domain::ids::ChannelId;
use kith::domain::inbound::Event;
use kith::domain::settings::ChannelRole;
use kith::sim::faults::{Faults, Outcome};
use kith::sim::telegram::TelegramSim;
use serde_json::json;

use super::{
    Listener, WAIT, call, channel, connector, connector_with, message_id, person, place, subject,
    topic,
};

#[tokio::test]
async fn messages_in_groups_topics_and_private_chats() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let street = sim.add_supergroup("Hill Street");
    let forum = sim.add_forum("Estate");
    let lifts = sim.add_topic(forum, "Lifts");
    sim.join(street, ana);
    sim.join(forum, ana);
    let mut listener = Listener::start(&connector(&sim));

    let first = sim.say(street, ana, "hello");
    let message = listener.next_message().await;
    assert_eq!(message.text.reveal(), "hello");
    assert_eq!(message.id, message_id(first));
    assert_eq!(message.scene.place, place(street));
    assert_eq!(
        message.author,
        kith::domain::people::Person {
            name: "Ana".into(),
            ..person(ana)
        }
    );

    sim.reply(street, ana, first, "me again");
    assert_eq!(
        listener.next_message().await.reply_to,
        Some(message_id(first))
    );

    sim.say_in_topic(forum, lifts, ana, "a lift on Friday?");
    let message = listener.next_message().await;
    assert_eq!(message.scene.place, topic(forum, lifts));
    assert_eq!(message.scene.parent, Some(place(forum).channel));
    assert_eq!(
        message.reply_to, None,
        "what opened the topic is not answered"
    );
    sim.say(forum, ana, "in the general topic");
    assert_eq!(listener.next_message().await.scene.place, place(forum));

    sim.say_privately(ana, "just you");
    let message = listener.next_message().await;
    assert!(message.scene.is_private());
    assert_eq!(message.scene.place, place(ana));

    sim.say_with(street, ana, "a cot, free", json!({ "photo": [] }));
    assert_eq!(listener.next_message().await.text.reveal(), "a cot, free");

    sim.edit(street, first, "hello all").unwrap();
    match listener.next().await.event {
        Event::Edited(edited) => {
            assert_eq!(
                (edited.id, edited.text.reveal().as_str()),
                (message_id(first), "hello all")
            );
        }
        other => panic!("expected an edit, found {other:?}"),
    }
    listener.stopped().await;
}

#[tokio::test]
async fn hostile_text_comes_through_as_it_is() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("<b>Ana</b>\u{202e}");
    let street = sim.add_supergroup("Hill Street");
    sim.join(street, ana);
    let mut listener = Listener::start(&connector(&sim));
    let long = "milk ".repeat(2_000);
    for text in [
        "<b>need</b> & </code>",
        "\u{202e}klim\u{200b} deen",
        "مرحبا، أحتاج خبزا",
        "👩‍👩‍👧‍👦 \u{0}\u{7}",
        long.trim_end(),
    ] {
        sim.say(street, ana, text);
        assert_eq!(listener.next_message().await.text.reveal(), text);
    }
    listener.stopped().await;
}

#[tokio::test]
async fn what_was_not_committed_is_handed_over_again() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let telegram = connector(&sim);
    let mut listener = Listener::start(&telegram);
    sim.say_privately(ana, "one");
    sim.say_privately(ana, "two");

    // Refused once: the same again, and Telegram still keeps it.
    let refused = listener.delivery().await;
    let (keys, pending) = (keys_of(&refused.inbound), sim.pending_updates());
    assert!(!keys.is_empty() && pending >= keys.len());
    drop(refused);
    let mut again = Vec::new();
    while again.len() < 2 {
        let delivery = listener.delivery().await;
        again.extend(listener.commit(delivery));
    }
    assert!(keys_of(&again).starts_with(&keys));

    // Killed between hand-over and commit: the next process is told the same.
    sim.say_privately(ana, "three");
    let lost = listener.delivery().await;
    let (lost_keys, cursors) = (keys_of(&lost.inbound), listener.cursors.clone());
    drop(lost);
    listener.task.abort_all();
    drop(listener);
    let mut listener = Listener::go_on(&telegram, cursors);
    let delivery = listener.delivery().await;
    assert_eq!(keys_of(&delivery.inbound), lost_keys);
    listener.commit(delivery);
    sim.wait_until(|view| view.pending_updates() == 0, WAIT)
        .await
        .unwrap();
    listener.stopped().await;
}

fn keys_of(inbound: &[kith::domain::inbound::Inbound]) -> Vec<String> {
    inbound
        .iter()
        .map(|inbound| inbound.key.to_string())
        .collect()
}

#[tokio::test]
async fn a_restart_goes_on_where_it_was() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let mut listener = Listener::start(&connector(&sim));
    sim.say_privately(ana, "before");
    assert_eq!(listener.next_message().await.text.reveal(), "before");
    let cursors = listener.stopped().await;
    assert!(cursors.contains_key("offset"));

    sim.say_privately(ana, "meanwhile");
    let mut listener = Listener::go_on(&connector(&sim), cursors);
    assert_eq!(listener.next_message().await.text.reveal(), "meanwhile");
    listener.stopped().await;
}

#[tokio::test]
async fn a_thousand_messages_take_few_polls() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let texts: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
    sim.say_many(ana, ana, &texts);
    let mut listener = Listener::start(&connector(&sim));
    for text in &texts {
        assert_eq!(listener.next_message().await.text.reveal(), text);
    }
    let polls = sim.calls()["getUpdates"].ok;
    assert!(polls <= 12, "expected about 10 polls, found {polls}");
    assert!(
        !sim.calls().contains_key("getChatMember"),
        "ordinary messages cost no call"
    );
    listener.stopped().await;
}

#[tokio::test]
async fn faults_lose_nothing() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    sim.faults().set(Faults {
        seed: 11,
        error_rate: 0.1,
        limit_rate: 0.02,
        delay: Duration::from_millis(5),
        drop_rate: 0.1,
        lose_answer_rate: 0.1,
        duplicate_rate: 0.2,
        reorder_rate: 0.2,
    });
    let mut listener = Listener::start(&connector(&sim));
    let mut expected = BTreeSet::new();
    let mut found = BTreeSet::new();
    let mut keys: HashMap<_, String> = HashMap::new();
    for round in 0..10 {
        let texts: Vec<String> = (0..20).map(|number| format!("{round}/{number}")).collect();
        sim.say_many(ana, ana, &texts);
        expected.extend(texts);
        while found.len() < expected.len() {
            let inbound = listener.next().await;
            let Event::Message(message) = inbound.event else {
                panic!("expected a message, found {:?}", inbound.event);
            };
            let text = message.text.into_revealed();
            assert_eq!(
                keys.entry(inbound.key).or_insert_with(|| text.clone()),
                &text,
                "a key means one thing"
            );
            found.insert(text);
        }
    }
    assert_eq!(found, expected);
    assert_eq!(keys.len(), expected.len(), "one thing has one key");
    listener.stopped().await;
}

#[tokio::test]
async fn a_server_that_goes_away_is_waited_for() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let mut listener = Listener::start(&connector(&sim));
    sim.say_privately(ana, "before");
    assert_eq!(listener.next_message().await.text.reveal(), "before");
    sim.go_down();
    sim.say_privately(ana, "during");
    sim.come_back().await.unwrap();
    assert_eq!(listener.next_message().await.text.reveal(), "during");
    listener.stopped().await;
}

#[tokio::test]
async fn another_poller_is_waited_out() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let mut listener = Listener::start(&connector(&sim));
    sim.say_privately(ana, "before");
    assert_eq!(listener.next_message().await.text.reveal(), "before");
    // The second poller takes the turn of the first, whose poll ends with 409.
    call(&sim, "getUpdates", json!({ "timeout": 0 })).await;
    sim.fail_next("getUpdates", Outcome::Fail(409));
    sim.say_privately(ana, "after");
    assert_eq!(listener.next_message().await.text.reveal(), "after");
    listener.stopped().await;
}

#[tokio::test]
async fn a_refused_token_needs_a_person() {
    let sim = TelegramSim::start().await.unwrap();
    let stranger = Arc::new(connector_with("123456:not-the-token", &sim.url()));
    let error = Listener::start(&stranger).end().await.unwrap_err();
    let ListenError::Refused { why, remedy, .. } = &error;
    assert!(why.contains("401"), "{why}");
    assert!(remedy.contains("telegram.token"), "{remedy}");
    assert!(!error.to_string().contains("not-the-token"));
}

#[tokio::test]
async fn a_stop_ends_a_long_poll() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let mut listener = Listener::start(&connector(&sim));
    sim.say_privately(ana, "hello");
    listener.next().await;
    // The poll that confirms is the one that is held.
    sim.wait_until(|view| view.pending_updates() == 0, WAIT)
        .await
        .unwrap();
    let polls = sim.calls()["getUpdates"].ok;
    listener.stopped().await;
    assert_eq!(
        sim.calls()["getUpdates"].ok,
        polls,
        "the stop did not wait for the poll to end"
    );
}

#[tokio::test]
async fn what_nobody_can_read_is_kept_and_passed() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let telegram = connector(&sim);
    let mut listener = Listener::start(&telegram);
    for body in [
        "",
        "nonsense",
        "{\"ok\":true",
        "{\"ok\":true,\"result\":{}}",
    ] {
        sim.inject_raw_body(body);
    }
    sim.inject_raw_update(json!({ "message": { "message_id": [] } }));
    sim.inject_raw_update(json!({ "brand_new": { "kind": 7 } }));
    sim.inject_raw_update(json!({ "callback_query": "tea" }));
    sim.say_privately(ana, "still here");
    let mut kept = Vec::new();
    let after = loop {
        match listener.next().await.event {
            Event::Malformed { raw, error } => {
                assert!(!error.is_empty());
                kept.push(raw.into_revealed());
            }
            Event::Message(message) => break message,
            other => panic!("expected what can't be read, found {other:?}"),
        }
    };
    assert_eq!(after.text.reveal(), "still here");
    let shapes = kept.iter().filter(|raw| raw.contains("update_id")).count();
    assert_eq!(shapes, 2, "{kept:?}");
    assert!(kept.iter().any(|raw| raw == "nonsense"), "{kept:?}");
    sim.wait_until(|view| view.pending_updates() == 0, WAIT)
        .await
        .unwrap();
    assert_eq!(telegram.malformed(), u64::try_from(kept.len()).unwrap());
    listener.stopped().await;
}

#[tokio::test]
async fn a_group_that_moves_is_told_once() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let old = sim.add_group("Hill Street");
    sim.join(old, ana);
    let mut listener = Listener::start(&connector(&sim));
    let new = sim.migrate(old);
    sim.say(old, ana, "here now");
    let mut moves = BTreeSet::new();
    let after = loop {
        let inbound = listener.next().await;
        match inbound.event {
            Event::Moved { from, to } => {
                assert_eq!((from, to), (place(old).channel, place(new).channel));
                moves.insert(inbound.key);
            }
            Event::Message(message) => break message,
            other => panic!("expected a move, found {other:?}"),
        }
    };
    assert_eq!(moves.len(), 1, "two service messages tell of one move");
    assert_eq!(after.scene.place, place(new));
    listener.stopped().await;
}

#[tokio::test]
async fn added_and_removed() {
    let sim = TelegramSim::start().await.unwrap();
    let street = sim.add_supergroup("Hill Street");
    let founder = sim.founder(street);
    let mut listener = Listener::start(&connector(&sim));
    let delivery = listener.delivery().await;
    match &delivery.inbound[0].event {
        Event::Added {
            scene,
            by: Some(by),
        } => {
            assert_eq!(scene.place, place(street));
            assert_eq!(by.person.id, person(founder).id);
            assert!(by.standing.admin);
        }
        other => panic!("expected to be added, found {other:?}"),
    }
    listener.commit(delivery);
    sim.kick_bot(street);
    match listener.next().await.event {
        Event::Removed { group } => assert_eq!(group.as_str(), street.0.to_string()),
        other => panic!("expected to be removed, found {other:?}"),
    }
    listener.stopped().await;
}

#[tokio::test]
async fn moderators_are_known_and_problems_found() {
    let sim = TelegramSim::start().await.unwrap();
    sim.set_privacy(true);
    let street = sim.add_supergroup("Hill Street");
    let (founder, ana, mask) = (
        sim.founder(street),
        sim.add_person("Ana"),
        sim.add_person("Mask"),
    );
    sim.join(street, ana);
    sim.set_anonymous_admin(street, mask);
    let mut listener = Listener::start(&connector(&sim));

    sim.say(street, ana, "/kith setup intake");
    let issued = listener.next_command().await;
    assert!(matches!(issued.command, Ok(Command::Setup(_))));
    assert!(!issued.by.standing.admin);
    assert_eq!(issued.problems.len(), 1, "{:?}", issued.problems);
    assert!(issued.problems[0].contains("/setprivacy"));

    sim.say(street, founder, "/kith status");
    assert!(listener.next_command().await.by.standing.admin);
    sim.say(street, mask, "/kith status");
    let issued = listener.next_command().await;
    assert!(issued.by.standing.admin);
    assert_eq!(issued.by.person.id.as_str(), street.0.to_string());

    sim.set_bot_admin(street, true);
    sim.say(street, founder, "/kith status");
    assert_eq!(
        listener.next_command().await.problems,
        Vec::<String>::new(),
        "an administrator sees everything"
    );

    let said = sim.say(street, ana, "hello");
    sim.reply(street, founder, said, "/kith moderator");
    listener.next_message().await;
    let issued = listener.next_command().await;
    assert_eq!(
        issued.command,
        Ok(Command::Moderator {
            role: None,
            person: Some(person(ana).id)
        })
    );
    assert_eq!(issued.about.unwrap().id, message_id(said));
    listener.stopped().await;
}

#[tokio::test]
async fn a_lookup_that_fails_holds_nobody_up() {
    let sim = TelegramSim::start().await.unwrap();
    let street = sim.add_supergroup("Hill Street");
    let founder = sim.founder(street);
    let mut listener = Listener::start(&connector(&sim));
    sim.say(street, founder, "first");
    listener.next_message().await;
    // Added by the founder, whose standing is known for a while.
    let ana = sim.add_person("Ana");
    sim.set_admin(street, ana);
    sim.fail_next("getChatMember", Outcome::Drop);
    sim.say(street, ana, "/kith moderator");
    assert!(
        listener.next_command().await.by.standing.admin,
        "asked a second time"
    );
    let bea = sim.add_person("Bea");
    sim.set_admin(street, bea);
    for _ in 0..2 {
        sim.fail_next("getChatMember", Outcome::Fail(502));
    }
    sim.say(street, bea, "/kith moderator");
    assert!(!listener.next_command().await.by.standing.admin);
    listener.stopped().await;
}

#[tokio::test]
async fn links_lead_to_a_press_in_private() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let mut listener = Listener::start(&connector(&sim));
    let action = Action::TellPrivately(subject());
    sim.start_bot(ana, Some(&action.encode())).unwrap();
    let press = listener.next_press().await;
    assert_eq!(press.action, Some(action));
    assert!(press.scene.is_private() && press.answer.is_none());
    sim.start_bot(ana, None).unwrap();
    assert_eq!(listener.next_command().await.command, Ok(Command::Start));
    listener.stopped().await;
}

#[tokio::test]
async fn everybody_is_offered_their_commands() {
    let sim = TelegramSim::start().await.unwrap();
    let hub = sim.add_supergroup("Hub");
    let street = sim.add_supergroup("Hill Street");
    let (boss, ana) = (sim.founder(hub), sim.add_person("Ana"));
    sim.join(hub, ana);
    sim.join(street, ana);
    let names = |chat, person| -> Vec<String> {
        sim.menu(chat, person)
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    };
    // A menu that fails is set again.
    sim.fail_next("setMyCommands", Outcome::Fail(502));
    let listener = Listener::start(&connector(&sim));
    sim.wait_until(|view| view.succeeded("setMyCommands") >= 3, WAIT)
        .await
        .unwrap();
    assert!(names(street, ana).contains(&"need".to_owned()));
    assert!(!names(street, ana).contains(&"kith".to_owned()));
    assert!(names(street, sim.founder(street)).contains(&"kith".to_owned()));
    assert!(!names(hub, ana).contains(&"claim".to_owned()));

    listener
        .channels
        .send(vec![channel(hub, ChannelRole::Hub)])
        .unwrap();
    sim.wait_until(|view| view.succeeded("setMyCommands") >= 5, WAIT)
        .await
        .unwrap();
    assert!(names(hub, ana).contains(&"claim".to_owned()));
    assert!(!names(hub, ana).contains(&"kith".to_owned()));
    for name in ["claim", "need", "kith"] {
        assert!(names(hub, boss).contains(&name.to_owned()), "{name}");
    }
    assert!(!names(street, ana).contains(&"claim".to_owned()));

    listener.channels.send(Vec::new()).unwrap();
    sim.wait_until(|view| view.succeeded("deleteMyCommands") >= 2, WAIT)
        .await
        .unwrap();
    assert!(!names(hub, ana).contains(&"claim".to_owned()));
    listener.stopped().await;
}

#[tokio::test]
async fn presses_tell_where_and_on_what() {
    let sim = TelegramSim::start().await.unwrap();
    let forum = sim.add_forum("Estate");
    let lifts = sim.add_topic(forum, "Lifts");
    let ana = sim.add_person("Ana");
    sim.join(forum, ana);
    let mut listener = Listener::start(&connector(&sim));
    let posted = call(
        &sim,
        "sendMessage",
        json!({ "chat_id": forum.0, "message_thread_id": lifts, "text": "?",
            "reply_markup": { "inline_keyboard": [[
                { "text": "Claim", "callback_data": "claim_0123456789abcdef" },
                { "text": "Odd", "callback_data": "odd" }
            ]] } }),
    )
    .await;
    let card = posted["result"]["message_id"].as_i64().unwrap();
    sim.press(ana, forum, card, "Claim").unwrap();
    let press = listener.next_press().await;
    assert_eq!(press.action, Some(Action::Claim(super::case())));
    assert_eq!(press.on, Some(message_id(card)));
    assert_eq!(press.scene.place, topic(forum, lifts));
    assert_eq!(press.by.person.id, person(ana).id);
    assert!(press.answer.is_some());

    sim.press(ana, forum, card, "Odd").unwrap();
    assert_eq!(listener.next_press().await.action, None);

    // Of a message that is too old Telegram tells the chat alone.
    sim.make_inaccessible(forum, card);
    sim.press(ana, forum, card, "Claim").unwrap();
    let press = listener.next_press().await;
    assert_eq!(
        press.scene.place.channel,
        ChannelId::new(forum.0.to_string())
    );
    assert_eq!(press.on, Some(message_id(card)));
    listener.stopped().await;
}
