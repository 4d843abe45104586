//! What kith says: messages, edits, deletions and private messages, and what Discord refuses.

use std::time::Duration;

use kith::chat::{Connector, Done, Failure, Level, Task};
use kith::domain::ids::{
    CaseId, ChannelId, ConnectorId, EffectId, MessageId, MessageRef, PersonId, Place,
};
use kith::domain::people::{Language, Person};
use kith::domain::private::Private;
use kith::domain::report::Subject;
use kith::domain::speech::{News, Speech};
use kith::sim::faults::Faults;

use crate::bench::Bench;

fn place(channel: u64) -> Place {
    Place {
        connector: ConnectorId::new("discord"),
        channel: ChannelId::new(channel.to_string()),
    }
}

fn person(id: u64) -> Person {
    Person {
        connector: ConnectorId::new("discord"),
        id: PersonId::new(id.to_string()),
        name: "Asha".into(),
        language: Language::English,
    }
}

fn ask() -> Speech {
    let id = CaseId::new("0123456789abcdef");
    Speech::AskRequest {
        subject: Subject::Case(id),
    }
}

fn post(bench: &Bench, key: &str, reply_to: Option<u64>) -> Task {
    Task::Post {
        key: EffectId::new(key),
        place: place(bench.help),
        reply_to: reply_to.map(|id| MessageId::new(id.to_string())),
        speech: ask(),
    }
}

fn direct(person_id: u64) -> Task {
    Task::Direct {
        key: EffectId::new("direct"),
        person: person(person_id),
        speech: Speech::Welcome,
    }
}

#[tokio::test]
async fn a_message_is_posted_once_edited_and_deleted() {
    let bench = Bench::new().await;
    let discord = bench.discord();
    let request = bench.sim.say(bench.help, bench.asha, "Soup?").unwrap();
    let posted = discord
        .perform(post(&bench, "effect-1", Some(request)))
        .await
        .unwrap();
    let again = discord
        .perform(post(&bench, "effect-1", Some(request)))
        .await
        .unwrap();
    assert_eq!(posted, again);
    let other = discord
        .perform(post(&bench, "a key that is longer than a nonce", None))
        .await;
    assert_ne!(other.as_ref(), Ok(&posted));
    let seen = bench.sim.messages(bench.help);
    assert_eq!(seen.len(), 3);
    assert_eq!(seen[1].reply_to, Some(request));
    assert!(!seen[1].content.is_empty());
    assert_eq!(seen[1].buttons.iter().flatten().count(), 3);
    assert_eq!(seen[1].pings, Vec::<String>::new());
    let Done::Posted(id) = posted else {
        panic!("expected a message");
    };
    let message = MessageRef {
        place: place(bench.help),
        message: id,
    };
    let edit = Task::Edit {
        message: message.clone(),
        speech: Speech::Noted,
    };
    assert_eq!(discord.perform(edit.clone()).await, Ok(Done::Done));
    let seen = bench.sim.messages(bench.help);
    assert!(
        seen[1].is_edited() && seen[1].buttons.is_empty(),
        "{:?}",
        seen[1]
    );
    let delete = Task::Delete { message };
    assert_eq!(discord.perform(delete.clone()).await, Ok(Done::Done));
    assert!(bench.sim.messages(bench.help)[1].deleted);
    assert_eq!(
        discord.perform(delete).await,
        Ok(Done::Done),
        "gone already is done"
    );
    assert!(matches!(
        discord.perform(edit).await,
        Err(Failure::Gone { .. })
    ));
}

#[tokio::test]
async fn the_message_to_answer_may_be_gone() {
    let bench = Bench::new().await;
    let discord = bench.discord();
    let request = bench.sim.say(bench.help, bench.asha, "Soup?").unwrap();
    bench.sim.delete(bench.help, request).unwrap();
    let posted = discord.perform(post(&bench, "effect", Some(request))).await;
    assert!(matches!(posted, Ok(Done::Posted(_))), "{posted:?}");
}

#[tokio::test]
async fn hostile_words_call_nobody() {
    let bench = Bench::new().await;
    let discord = bench.discord();
    let hostile = format!("@everyone <@{}> @here ", bench.asha).repeat(200);
    let question = Speech::News {
        case: CaseId::new("0123456789abcdef"),
        code: kith::domain::ids::Draw::new([1; 16]).code(),
        news: News::Question {
            text: Private::new(hostile),
        },
    };
    let task = Task::Post {
        key: EffectId::new("hostile"),
        place: place(bench.help),
        reply_to: None,
        speech: question,
    };
    discord.perform(task).await.unwrap();
    let seen = bench.sim.messages(bench.help);
    assert_eq!(seen[0].pings, Vec::<String>::new());
    assert!(seen[0].content.encode_utf16().count() <= 2_000);
}

#[tokio::test]
async fn a_person_is_told_in_private_unless_they_refuse() {
    let bench = Bench::new().await;
    let discord = bench.discord();
    assert_eq!(discord.perform(direct(bench.asha)).await, Ok(Done::Done));
    assert_eq!(bench.sim.dms(bench.asha).len(), 1);
    bench.sim.refuse_dms(bench.ben, true);
    let refused = discord.perform(direct(bench.ben)).await;
    assert!(
        matches!(refused, Err(Failure::Unreachable { .. })),
        "{refused:?}"
    );
    let nobody = discord.perform(direct(4_242)).await;
    assert!(
        matches!(nobody, Err(Failure::Unreachable { .. })),
        "{nobody:?}"
    );
}

#[tokio::test]
async fn refusals_say_whether_to_try_again() {
    let bench = Bench::new().await;
    let discord = bench.discord();
    bench.sim.faults().set(Faults {
        limit_rate: 1.0,
        ..Faults::default()
    });
    let limited = discord.perform(post(&bench, "one", None)).await;
    let Err(Failure::Retry {
        after: Some(after), ..
    }) = limited
    else {
        panic!("expected a time to wait, found {limited:?}");
    };
    assert!(after >= Duration::from_millis(900), "{after:?}");
    bench.sim.faults().set(Faults {
        error_rate: 1.0,
        ..Faults::default()
    });
    let failed = discord.perform(post(&bench, "one", None)).await;
    assert!(matches!(failed, Err(Failure::Retry { .. })), "{failed:?}");
    bench.sim.faults().clear();
    bench.sim.go_offline();
    let unreached = discord.perform(post(&bench, "one", None)).await;
    assert!(
        matches!(unreached, Err(Failure::Retry { .. })),
        "{unreached:?}"
    );
    bench.sim.come_online().await.unwrap();
    // View Channel alone, then nothing.
    bench.sim.set_bot_permissions(bench.help, 1 << 10);
    let Err(Failure::Dead { why }) = discord.perform(post(&bench, "one", None)).await else {
        panic!("expected it to be dead");
    };
    assert!(why.contains("Send Messages"), "{why}");
    bench.sim.set_bot_permissions(bench.help, 0);
    let Err(Failure::Dead { why }) = discord.perform(post(&bench, "one", None)).await else {
        panic!("expected it to be dead");
    };
    assert!(why.contains("View Channel"), "{why}");
    bench.sim.delete_channel(bench.help);
    let gone = discord.perform(post(&bench, "one", None)).await;
    assert!(matches!(gone, Err(Failure::Gone { .. })), "{gone:?}");
}

#[tokio::test]
async fn a_lost_answer_does_not_say_it_twice() {
    let bench = Bench::new().await;
    let discord = bench.discord();
    bench.sim.faults().set(Faults {
        lose_answer_rate: 1.0,
        ..Faults::default()
    });
    let lost = discord.perform(post(&bench, "once", None)).await;
    assert!(matches!(lost, Err(Failure::Retry { .. })), "{lost:?}");
    bench.sim.faults().clear();
    discord.perform(post(&bench, "once", None)).await.unwrap();
    assert_eq!(bench.sim.messages(bench.help).len(), 1);
}

#[tokio::test]
async fn an_examination_finds_what_is_wrong_and_says_what_to_do() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    bench.commands().await;
    let channels = bench.channels.borrow().clone();
    let findings = bot.discord.examine(&channels).await;
    assert!(
        findings.iter().all(|it| it.level == Level::Fine),
        "{findings:#?}"
    );
    assert!(
        findings
            .iter()
            .any(|it| it.what.contains("#help of Fernhill")),
        "{findings:#?}"
    );
    assert!(
        findings
            .iter()
            .any(|it| it.what.contains("permissions=309237738496"))
    );
    bench.sim.set_bot_permissions(bench.help, 1 << 10);
    let findings = bot.discord.examine(&channels).await;
    let about = findings
        .iter()
        .find(|it| it.level == Level::Problem)
        .unwrap();
    assert!(
        about.what.contains("“Send Messages” is missing"),
        "{about:?}"
    );
    bench.sim.set_bot_permissions(bench.help, 0);
    let findings = bot.discord.examine(&channels).await;
    assert!(
        findings.iter().any(|it| it.what.contains("can't see it")),
        "{findings:#?}"
    );
    bot.stop().await;
}
