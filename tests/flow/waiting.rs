//! What waits grows more urgent: the sweep finds the time, the rules decide, the card says so.

use std::sync::Arc;
use std::time::Duration;

use kith::chat::Task;
use kith::domain::case::CaseState;
use kith::domain::clock::Clock;
use kith::domain::command::Command;
use kith::domain::ids::{ChannelId, ConnectorId, GroupId, InboundKey, MessageId, PersonId, Place};
use kith::domain::inbound::{Event, Inbound, Issued, Scene};
use kith::domain::people::{Actor, Language, Person, Standing};
use kith::domain::priority::{Priority, Triaged};
use kith::domain::report::Subject;
use kith::domain::speech::Speech;
use kith::domain::traces::Hasher;
use kith::triage::Desk;

use crate::kit::{Kith, Stage};
use crate::posted;

/// Somebody types a command in a channel.
fn typed(kith: &Kith, channel: &str, words: &str) -> Inbound {
    let connector = ConnectorId::new("platform");
    let (name, rest) = words.split_once(' ').unwrap();
    let scene = Scene {
        place: Place {
            connector: connector.clone(),
            channel: ChannelId::new(channel),
        },
        parent: None,
        group: Some(GroupId::new(channel)),
    };
    let person = Person {
        connector: connector.clone(),
        id: PersonId::new("maya"),
        name: "Maya".into(),
        language: Language::English,
    };
    Inbound {
        connector,
        key: InboundKey::new(words),
        at: kith.clock.now(),
        event: Event::Command(Issued {
            scene,
            by: Actor {
                person,
                standing: Standing {
                    admin: true,
                    ..Standing::default()
                },
            },
            command: Command::parse(name, rest),
            message: Some(MessageId::new(words)),
            about: None,
            problems: Vec::new(),
            answer: None,
        }),
    }
}

/// Answers the platform's tasks until a card shows this priority.
async fn until_card(stage: &mut Stage, wanted: Priority) -> Triaged {
    loop {
        let task = stage.task().await;
        let shown = match &task.task {
            Task::Post { speech, .. } | Task::Edit { speech, .. } => match speech {
                Speech::Card(view) => view.told.triaged().cloned(),
                _ => None,
            },
            _ => None,
        };
        task.answer(Ok(posted("m")));
        if let Some(triaged) = shown.filter(|triaged| triaged.priority == wanted) {
            return triaged;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_takes_is_raised_once_and_its_card_says_why() {
    let kith = Kith::new().await;
    let desk = || Arc::new(Desk::embedded(Hasher::new(b"test")));
    let mut stage = kith.start_with(desk()).await;
    stage
        .hand_over(&[
            typed(&kith, "street", "kith setup intake"),
            typed(&kith, "hub", "kith setup hub"),
        ])
        .await;
    stage.until_channels(2).await;
    stage
        .hand_over(&[typed(
            &kith,
            "street",
            "need could anyone walk my dog today please",
        )])
        .await;
    until_card(&mut stage, Priority::P2).await;
    stage.kill().await;

    // It waits while kith is away.
    kith.clock.pass(Duration::from_hours(4));
    let mut stage = kith.start_with(desk()).await;
    let triaged = until_card(&mut stage, Priority::P1).await;
    let because = "It was needed today, and nobody took it for 4 hours.";
    assert_eq!(triaged.priority_because.as_deref(), Some(because));
    assert_eq!(stage.counters.due.get(), 1);

    let queue = kith.store.queue(10).await.unwrap();
    let [case] = queue.as_slice() else {
        panic!("expected one case, found {queue:?}");
    };
    assert_eq!(case.state, CaseState::Open);
    assert_eq!(case.due(), None);
    let events = kith
        .store
        .events(&Subject::Case(case.id.clone()))
        .await
        .unwrap();
    let raised: Vec<_> = events
        .iter()
        .filter(|event| event.what == "raised")
        .collect();
    assert_eq!(raised.len(), 1);
    assert_eq!(raised[0].why, format!("to p1: {because}"));
    assert!(raised[0].by.is_none());

    // Nothing is left to look at, however much time passes.
    kith.clock.pass(Duration::from_hours(1_000));
    let due = kith.store.due(kith.clock.now(), 10).await.unwrap();
    assert_eq!(due, []);
}
