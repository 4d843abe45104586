//! Updates as the Bot API documents them, each with the inbound that it becomes.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::update::{Ask, Reader, Seen};
use super::wire::Me;
use crate::domain::clock::Timestamp;
use crate::domain::ids::ConnectorId;
use crate::domain::inbound::{Event, Inbound, Message, Scene};
use crate::domain::people::Actor;

const GROUP: i64 = -1_001_234_567_890;

fn read(raw: &str) -> Seen {
    let me = Me {
        id: 777,
        username: "kith_bot".to_owned(),
        can_read_all_group_messages: true,
    };
    let connector = ConnectorId::new("telegram");
    let reader = Reader {
        connector: &connector,
        me: &me,
        now: Timestamp::from_millis(9_000),
    };
    reader.read(raw)
}

fn seen(update: &Value) -> Seen {
    read(&update.to_string())
}

/// One line for an inbound: key, time, what happened where, by whom, with what.
fn line(update: &Value) -> String {
    match seen(update).inbound {
        Some(inbound) => told(&inbound),
        None => "nothing".to_owned(),
    }
}

fn told(inbound: &Inbound) -> String {
    let what = match &inbound.event {
        Event::Message(message) => format!("message {}", written(message)),
        Event::Edited(message) => format!("edited {}", written(message)),
        Event::Press(press) => format!(
            "press {:?} {} on {:?} by {}{}",
            press.action,
            place(&press.scene),
            press.on.as_ref().map(ToString::to_string),
            actor(&press.by),
            if press.answer.is_some() {
                ", to be answered"
            } else {
                ""
            }
        ),
        Event::Command(issued) => format!(
            "command {:?} {} by {}{}",
            issued.command,
            place(&issued.scene),
            actor(&issued.by),
            match &issued.about {
                Some(about) => format!(", about {}", written(about)),
                None => String::new(),
            }
        ),
        Event::Added { scene, by } => {
            format!("added {} by {:?}", place(scene), by.as_ref().map(actor))
        }
        other => format!("{other:?}"),
    };
    format!("{} {}: {what}", inbound.key, inbound.at.as_millis())
}

fn written(message: &Message) -> String {
    let reply_to = message.reply_to.as_ref();
    format!(
        "{} {} by {} {}: {}{}",
        message.id,
        place(&message.scene),
        message.author.id,
        message.author.name.reveal(),
        message.text.reveal(),
        reply_to.map_or_else(String::new, |to| format!(" (answers {to})"))
    )
}

fn place(scene: &Scene) -> String {
    let parent = scene.parent.as_ref();
    let group = scene.group.as_ref();
    format!(
        "in {}{}{}",
        scene.place.channel,
        parent.map_or_else(String::new, |parent| format!(" under {parent}")),
        group.map_or_else(|| " in private".to_owned(), |group| format!(" of {group}"))
    )
}

fn actor(actor: &Actor) -> String {
    let admin = if actor.standing.admin { " (admin)" } else { "" };
    format!("{}{admin}", actor.person.id)
}

fn ana() -> Value {
    json!({ "id": 42, "is_bot": false, "first_name": "Ana", "last_name": "Bell", "language_code": "en-GB" })
}

fn group() -> Value {
    json!({ "id": GROUP, "type": "supergroup", "title": "Hill Street" })
}

fn message(more: Value) -> Value {
    let mut message =
        json!({ "message_id": 5, "from": ana(), "chat": group(), "date": 1_700_000_000 });
    let Value::Object(more) = more else {
        panic!("expected an object");
    };
    message.as_object_mut().unwrap().extend(more);
    message
}

fn update(kind: &str, what: impl Into<Value>) -> Value {
    json!({ "update_id": 900, kind: what.into() })
}

fn said(more: Value) -> String {
    line(&update("message", message(more)))
}

#[test]
fn messages() {
    let private = json!({ "id": 42, "type": "private", "first_name": "Ana" });
    let table = [
        (
            json!({ "text": "hello", "entities": [{ "type": "glow", "offset": 0, "length": 5, "new": {} }] }),
            "m-1001234567890/5 1700000000000: message 5 in -1001234567890 of -1001234567890 by 42 Ana Bell: hello",
        ),
        (
            json!({ "photo": [], "caption": "a cot, free", "from_the_future": [1, { "a": null }] }),
            "m-1001234567890/5 1700000000000: message 5 in -1001234567890 of -1001234567890 by 42 Ana Bell: a cot, free",
        ),
        (
            json!({ "text": "mine too", "reply_to_message": message(json!({ "message_id": 3, "text": "?" })) }),
            "m-1001234567890/5 1700000000000: message 5 in -1001234567890 of -1001234567890 by 42 Ana Bell: mine too (answers 3)",
        ),
        // A quotation that can't be read hides nothing.
        (
            json!({ "text": "mine too", "quote": [7], "reply_to_message": message(json!({ "message_id": 3, "text": "?" })) }),
            "m-1001234567890/5 1700000000000: message 5 in -1001234567890 of -1001234567890 by 42 Ana Bell: mine too (answers 3)",
        ),
        // In a topic; what opened it is not answered.
        (
            json!({ "text": "hi", "message_thread_id": 2, "is_topic_message": true,
                "reply_to_message": message(json!({ "message_id": 2, "forum_topic_created": {} })) }),
            "m-1001234567890/5 1700000000000: message 5 in -1001234567890/2 under -1001234567890 of -1001234567890 by 42 Ana Bell: hi",
        ),
        // A thread of replies in a group without topics is no channel.
        (
            json!({ "text": "hi", "message_thread_id": 2 }),
            "m-1001234567890/5 1700000000000: message 5 in -1001234567890 of -1001234567890 by 42 Ana Bell: hi",
        ),
        (
            json!({ "text": "hi", "chat": private }),
            "m42/5 1700000000000: message 5 in 42 in private by 42 Ana Bell: hi",
        ),
        // Without words: in private it may want an answer, in a group it is nothing to kith.
        (
            json!({ "voice": {}, "chat": private }),
            "m42/5 1700000000000: message 5 in 42 in private by 42 Ana Bell: ",
        ),
        (json!({ "voice": {} }), "nothing"),
        (json!({ "new_chat_members": [ana()] }), "nothing"),
        (
            json!({ "text": "hi", "from": { "id": 9, "is_bot": true, "first_name": "Other" } }),
            "nothing",
        ),
        (
            json!({ "text": "hi", "chat": { "id": -1, "type": "channel" } }),
            "nothing",
        ),
        (
            json!({ "text": "hi", "chat": { "id": -1, "type": "salon" } }),
            "nothing",
        ),
        // In the name of the group, and of another chat.
        (
            json!({ "text": "hi", "sender_chat": group(),
                "from": { "id": 1_087_968_824, "is_bot": true, "first_name": "Group" } }),
            "m-1001234567890/5 1700000000000: message 5 in -1001234567890 of -1001234567890 by -1001234567890 Hill Street: hi",
        ),
        (
            json!({ "text": "news", "is_automatic_forward": true,
                "sender_chat": { "id": -100_555, "type": "channel", "title": "News" },
                "from": { "id": 777_000, "is_bot": false, "first_name": "Telegram" } }),
            "m-1001234567890/5 1700000000000: message 5 in -1001234567890 of -1001234567890 by -100555 News: news",
        ),
    ];
    for (more, expected) in table {
        assert_eq!(said(more.clone()), expected, "{more}");
    }
}

#[test]
fn commands() {
    let private = json!({ "id": 42, "type": "private", "first_name": "Ana" });
    let start = "m-1001234567890/5 1700000000000: command ";
    let end = " in -1001234567890 of -1001234567890 by 42";
    let table = [
        (json!({ "text": "/my@kith_bot" }), "Ok(My)", ""),
        (
            json!({ "text": "/need milk", "reply_to_message": message(json!({ "message_id": 3, "text": "we're out" })) }),
            "Ok(Need { text: Some(Private(…)) })",
            ", about 3 in -1001234567890 of -1001234567890 by 42 Ana Bell: we're out",
        ),
        (
            json!({ "text": "/kith moderator @ana", "reply_to_message": message(json!({ "message_id": 3, "text": "hi" })) }),
            r#"Ok(Moderator { role: None, person: Some(PersonId("42")) })"#,
            ", about 3 in -1001234567890 of -1001234567890 by 42 Ana Bell: hi",
        ),
        (
            json!({ "text": "/dance@KITH_BOT" }),
            r#"Err(Unknown { name: "dance" })"#,
            "",
        ),
    ];
    for (more, command, about) in table {
        assert_eq!(
            said(more.clone()),
            format!("{start}{command}{end}{about}"),
            "{more}"
        );
    }
    assert_eq!(
        said(json!({ "text": "/dance", "chat": private })),
        r#"m42/5 1700000000000: command Err(Unknown { name: "dance" }) in 42 in private by 42"#
    );
    // Another bot's; but words behind a strange command are read, since somebody may be in danger.
    assert_eq!(said(json!({ "text": "/dance" })), "nothing");
    assert_eq!(said(json!({ "text": "/need@other_bot milk" })), "nothing");
    assert!(
        said(json!({ "text": "/sos he isn't breathing" })).ends_with(": /sos he isn't breathing")
    );
}

#[test]
fn only_what_takes_a_standing_is_asked_about() {
    let ask = |person, problems| {
        Some(Ask {
            chat: GROUP,
            person,
            passage: false,
            problems,
        })
    };
    let as_group = json!({ "text": "/kith setup hub", "sender_chat": group(),
        "from": { "id": 1_087_968_824, "is_bot": true, "first_name": "Group" } });
    let table = [
        (json!({ "text": "we need milk" }), None),
        (json!({ "text": "/need milk" }), None),
        (json!({ "text": "/cancel 2346789" }), None),
        (json!({ "text": "/queue" }), ask(Some(42), false)),
        (json!({ "text": "/kith status" }), ask(Some(42), true)),
        (json!({ "text": "/kith moderator" }), ask(Some(42), false)),
        (as_group.clone(), ask(None, true)),
    ];
    for (more, expected) in table {
        assert_eq!(
            seen(&update("message", message(more.clone()))).ask,
            expected,
            "{more}"
        );
    }
    assert!(said(as_group).ends_with("by -1001234567890 (admin)"));
    let press = |data: &str| {
        let what = json!({ "id": "7", "from": ana(), "data": data, "message": message(json!({ "text": "?" })) });
        seen(&update("callback_query", what)).ask
    };
    assert_eq!(press("role_hub"), ask(Some(42), false));
    assert_eq!(press("claim_0123456789abcdef"), ask(Some(42), false));
    assert_eq!(press("yes_case_0123456789abcdef"), None);
}

#[test]
fn links_into_the_private_chat() {
    let follow = |payload: &str| {
        said(
            json!({ "text": format!("/start {payload}"), "chat": { "id": 42, "type": "private" } }),
        )
    };
    assert_eq!(
        follow("tell_case_0123456789abcdef"),
        r#"m42/5 1700000000000: press Some(TellPrivately(Case(CaseId("0123456789abcdef")))) in 42 in private on None by 42"#
    );
    assert_eq!(
        follow("my"),
        "m42/5 1700000000000: command Ok(My) in 42 in private by 42"
    );
    for other in ["", "hello", "queue", "tell_case"] {
        assert_eq!(
            follow(other),
            "m42/5 1700000000000: command Ok(Start) in 42 in private by 42",
            "{other}"
        );
    }
}

#[test]
fn edits() {
    let edited = |more: Value| line(&update("edited_message", message(more)));
    let start = "e-1001234567890/5/1700000060/900 1700000060000: edited 5 in -1001234567890 of -1001234567890 by 42 Ana Bell: ";
    for (text, words) in [
        ("milk and bread", "milk and bread"),
        ("/need bread", "bread"),
        ("/sos help", "/sos help"),
    ] {
        assert_eq!(
            edited(json!({ "text": text, "edit_date": 1_700_000_060 })),
            format!("{start}{words}")
        );
    }
    assert_eq!(
        edited(json!({ "text": "/queue", "edit_date": 1_700_000_060 })),
        "nothing"
    );
}

#[test]
fn presses() {
    let press = |more: Value| {
        let mut query = json!({ "id": "4382", "from": ana(), "chat_instance": "1", "data": "claim_0123456789abcdef" });
        let Value::Object(more) = more else {
            panic!("expected an object");
        };
        query.as_object_mut().unwrap().extend(more);
        line(&update("callback_query", query))
    };
    let card = json!({ "message_id": 8, "from": { "id": 777, "is_bot": true, "first_name": "kith" },
        "chat": group(), "date": 1_700_000_000, "text": "a card", "message_thread_id": 2, "is_topic_message": true });
    let claim = r#"c4382 9000: press Some(Claim(CaseId("0123456789abcdef")))"#;
    assert_eq!(
        press(json!({ "message": card })),
        format!(
            r#"{claim} in -1001234567890/2 under -1001234567890 of -1001234567890 on Some("8") by 42, to be answered"#
        )
    );
    assert_eq!(
        press(json!({ "message": { "chat": group(), "message_id": 8, "date": 0 } })),
        format!(
            r#"{claim} in -1001234567890 of -1001234567890 on Some("8") by 42, to be answered"#
        )
    );
    assert_eq!(
        press(json!({ "inline_message_id": "x" })),
        format!("{claim} in 42 in private on None by 42, to be answered")
    );
    assert_eq!(
        press(json!({ "data": "someone else's", "message": card })),
        r#"c4382 9000: press None in -1001234567890/2 under -1001234567890 of -1001234567890 on Some("8") by 42, to be answered"#
    );
}

#[test]
fn membership_and_moves() {
    let change = |old: Value, new: Value| {
        line(&update(
            "my_chat_member",
            json!({ "chat": group(), "from": ana(), "date": 1_700_000_000,
                "old_chat_member": old, "new_chat_member": new }),
        ))
    };
    let status = |status: &str| json!({ "status": status, "user": { "id": 777 } });
    assert_eq!(
        change(status("left"), status("member")),
        r#"b-1001234567890/1700000000/900 1700000000000: added in -1001234567890 of -1001234567890 by Some("42")"#
    );
    assert!(
        change(status("administrator"), status("kicked"))
            .ends_with("Removed { group: GroupId(\"-1001234567890\") }")
    );
    assert_eq!(change(status("member"), status("administrator")), "nothing");
    let muted = json!({ "status": "restricted", "is_member": true });
    assert_eq!(change(status("member"), muted), "nothing");

    let moved = r#"v-5/-1001234567890 1700000000000: Moved { from: ChannelId("-5"), to: ChannelId("-1001234567890") }"#;
    assert_eq!(
        said(json!({ "chat": { "id": -5, "type": "group" }, "migrate_to_chat_id": GROUP })),
        moved
    );
    assert_eq!(said(json!({ "migrate_from_chat_id": -5 })), moved);
}

#[test]
fn what_nobody_can_read_is_kept_and_counted_on() {
    for (raw, number, key) in [
        (
            r#"{"update_id":900,"message":{"message_id":"five"}}"#,
            Some(900),
            "u900/",
        ),
        (r#"{"update_id":900,"message":17}"#, Some(900), "u900/"),
        (r#"{"message":{}}"#, None, "x/"),
        ("17", None, "x/"),
        (r#"{"update_id":"900"}"#, None, "x/"),
    ] {
        let seen = read(raw);
        let inbound = seen.inbound.unwrap();
        assert_eq!(seen.number, number, "{raw}");
        assert!(inbound.key.as_str().starts_with(key), "{}", inbound.key);
        let Event::Malformed { raw: kept, error } = inbound.event else {
            panic!("{raw}");
        };
        assert_eq!(kept.reveal(), raw);
        assert!(!error.is_empty());
        assert_eq!(
            read(raw).inbound.unwrap().key,
            inbound.key,
            "the same again is the same"
        );
    }
    let long = format!(r#"{{"update_id":1,"message":"{}"}}"#, "é".repeat(20_000));
    let Some(Event::Malformed { raw, .. }) = read(&long).inbound.map(|inbound| inbound.event)
    else {
        panic!("expected what can't be read");
    };
    assert!((16_000..=16 * 1024).contains(&raw.reveal().len()));
    // What kith doesn't ask for is passed over.
    let poll = read(r#"{"update_id":901,"poll":{"id":"1"},"brand_new":[]}"#);
    assert_eq!((poll.number, poll.inbound.is_none()), (Some(901), true));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "/[a-z@_]{0,8} ?\\PC{0,12}".prop_map(Value::from),
        Just(json!("private")),
        Just(group()),
        Just(ana()),
        Just(message(json!({ "text": "/kith setup" }))),
    ];
    let names = prop::sample::select(vec![
        "update_id",
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "chat",
        "from",
        "text",
        "id",
        "type",
        "date",
        "message_id",
        "data",
        "reply_to_message",
        "quote",
        "sender_chat",
        "migrate_to_chat_id",
        "new_chat_member",
        "old_chat_member",
        "status",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(names.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn reading_any_json_never_panics(kind in "message|edited_message|callback_query|my_chat_member", what in any_json()) {
        let _ = seen(&what);
        let _ = seen(&update(&kind, what.clone()));
        let _ = seen(&update(&kind, message(json!({ "chat": what.clone(), "text": what.clone(), "reply_to_message": what }))));
    }

    #[test]
    fn reading_a_torn_update_never_panics(text in "\\PC{0,40}", at in 0.0..1.0_f64) {
        let whole = update("message", message(json!({ "text": text }))).to_string();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a short text")]
        let end = whole.floor_char_boundary((whole.len() as f64 * at) as usize);
        let torn = read(&whole[..end]);
        let is_malformed = matches!(torn.inbound, Some(Inbound { event: Event::Malformed { .. }, .. }));
        prop_assert!(is_malformed);
    }

    #[test]
    fn words_come_through_as_they_are(text in "[^/]\\PC{0,60}") {
        let inbound = seen(&update("message", message(json!({ "text": text })))).inbound.unwrap();
        let Event::Message(message) = inbound.event else { panic!("expected a message") };
        prop_assert_eq!(message.text.reveal(), &text);
    }
}
