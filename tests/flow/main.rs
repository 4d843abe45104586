//! Receive, deliver and sweep over a real database, with a platform and a destination that the tests play.

#![expect(clippy::unwrap_used, reason = "what a test can't do without fails it")]

mod desk;
mod kit;
mod lifeline;
mod waiting;

use std::collections::HashSet;
use std::time::Duration;

use kit::{Kith, soon, text_of};
use kith::chat::{Done, Failure, Limit, Pace, Task};
use kith::domain::clock::Clock;
use kith::domain::ids::{ChannelId, MessageId};
use kith::store::Standing;

pub(crate) fn retry() -> Failure {
    Failure::Retry {
        after: None,
        why: "the platform is away".to_owned(),
    }
}

fn posted(id: &str) -> Done {
    Done::Posted(MessageId::new(id))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_acknowledged_before_it_is_on_disk() {
    let kith = Kith::new().await;
    let stage = kith.start().await;
    kith.break_database();
    let mut told = stage.offer(&[stage.message("a", "note hello")]).await;
    stage.until_ready(false).await;
    assert!(told.try_recv().is_err(), "told of a commit that can't be");

    // kith is killed; the platform hands the same over to the next one, twice.
    drop(stage);
    assert!(soon(told).await.is_err());
    kith.mend_database();
    let stage = kith.start().await;
    let again = stage.message("a", "note hello");
    stage.hand_over(&[again.clone(), again.clone()]).await;
    stage.hand_over(&[again]).await;
    assert_eq!(kith.notes().await, ["hello"]);
    assert_eq!(stage.counters.repeated.get(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_waits_for_the_database_and_is_then_committed() {
    let kith = Kith::new().await;
    let stage = kith.start().await;
    kith.break_database();
    let told = stage.offer(&[stage.message("a", "note one")]).await;
    stage.until_ready(false).await;
    kith.mend_database();
    soon(told).await.unwrap();
    stage.until_ready(true).await;
    assert_eq!(kith.notes().await, ["one"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ordinary_chat_costs_no_more_than_its_cursor() {
    let kith = Kith::new().await;
    let stage = kith.start().await;
    let chat = [stage.message("a", "chat"), stage.message("b", "chat")];
    stage.hand_over_with(&chat, &[("offset", "7")]).await;
    assert_eq!(stage.counters.ordinary.get(), 2);
    assert_eq!(stage.counters.commits.get(), 0);
    stage.stop().await;

    let stage = kith.start().await;
    assert_eq!(stage.cursors().get("offset").map(String::as_str), Some("7"));
    let mixed = [stage.message("c", "chat"), stage.message("d", "note d")];
    stage.hand_over_with(&mixed, &[("offset", "9")]).await;
    drop(stage);
    let stage = kith.start().await;
    assert_eq!(stage.cursors().get("offset").map(String::as_str), Some("9"));
    assert_eq!(kith.store.counts().await.unwrap().receipts, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_panics_is_set_aside_and_the_rest_goes_on() {
    let kith = Kith::new().await;
    let stage = kith.start().await;
    let words = ["note one", "panic", "panic while reading", "note two"];
    let batch: Vec<_> = words.map(|words| stage.message(words, words)).into();
    stage.hand_over(&batch).await;
    stage.hand_over(&batch).await;
    assert_eq!(kith.notes().await, ["one", "two"]);
    assert_eq!(kith.store.counts().await.unwrap().malformed, 2);
    assert_eq!(stage.counters.set_aside.get(), 2);
    assert_eq!(stage.counters.repeated.get(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_stored_is_set_aside_and_the_rest_goes_on() {
    let kith = Kith::new().await;
    let stage = kith.start().await;
    stage.hand_over(&[stage.message("a", "dialogue")]).await;
    kith.spoil_dialogues();
    let batch = [
        stage.message("b", "note one"),
        stage.message("c", "about the dialogue"),
        stage.message("d", "note two"),
    ];
    stage.hand_over_with(&batch, &[("offset", "3")]).await;
    assert_eq!(kith.notes().await, ["one", "two"]);
    assert_eq!(kith.store.counts().await.unwrap().malformed, 1);
    stage.stop().await;
    let stage = kith.start().await;
    assert_eq!(stage.cursors().get("offset").map(String::as_str), Some("3"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_keeps_its_order_while_others_go_on() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    let batch = [
        stage.message("1", "say a one"),
        stage.message("2", "say a two"),
        stage.message("3", "say a three"),
        stage.message("4", "say b other"),
    ];
    stage.hand_over(&batch).await;
    let (first, second) = (stage.task().await, stage.task().await);
    let (one, other) = if first.says("one") {
        (first, second)
    } else {
        (second, first)
    };
    assert!(one.says("one") && other.says("other"));
    one.answer(Err(retry()));
    other.answer(Ok(posted("m4")));
    stage.settled().await;
    // Nothing else of the first chat went ahead meanwhile: the next is the same again.
    kith.clock.pass(Duration::from_secs(5));
    for words in ["one", "two", "three"] {
        let task = stage.task().await;
        assert!(task.says(words), "{:?}", task.task);
        task.answer(Ok(posted(words)));
    }
    stage.stop().await;
    assert_eq!(kith.store.waiting().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_that_would_show_repeats_is_told_one_thing_at_a_time() {
    let kith = Kith::that_can_repeat().await;
    let mut stage = kith.start().await;
    let batch = [
        stage.message("1", "say a one"),
        stage.message("2", "say b two"),
    ];
    stage.hand_over(&batch).await;
    let first = stage.task().await;
    assert!(stage.task_if_any().is_none());
    let first_key = first.key();
    first.answer(Ok(posted("m1")));
    let second = stage.task().await;
    // A kill at this moment would repeat only the second.
    let waiting = kith.store.list_outbox(10).await.unwrap();
    assert!(
        waiting
            .iter()
            .all(|promised| promised.effect.id != first_key)
    );
    second.answer(Ok(posted("m2")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_settled_holds_up_nobody_else() {
    let kith = Kith::that_can_repeat().await;
    let mut stage = kith.start().await;
    kith.break_settling("a");
    stage.hand_over(&[stage.message("1", "say a one")]).await;
    stage.task().await.answer(Ok(posted("m1")));
    stage.hand_over(&[stage.message("2", "say b two")]).await;
    let second = stage.task().await;
    assert!(second.says("two"));
    let key = second.key();
    second.answer(Ok(posted("m2")));
    stage.until_done(&[key]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_words_of_one_card_only_the_newest_are_sent() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    stage
        .hand_over(&[stage.message("1", "show a card one")])
        .await;
    let first = stage.task().await;
    assert!(matches!(first.task, Task::Post { .. }) && first.says("one"));
    for (key, words) in [("2", "show a card two"), ("3", "show a card three")] {
        stage.hand_over(&[stage.message(key, words)]).await;
    }
    first.answer(Ok(posted("m1")));
    let second = stage.task().await;
    let Task::Edit { message, .. } = &second.task else {
        panic!("expected an edit, found {:?}", second.task);
    };
    assert_eq!(message.message, MessageId::new("m1"));
    assert!(second.says("three"));
    second.answer(Ok(Done::Done));

    // Taken back: the message goes, and nothing is left of it.
    stage
        .hand_over(&[stage.message("4", "retract a card")])
        .await;
    let third = stage.task().await;
    assert!(
        matches!(&third.task, Task::Delete { message } if message.message == MessageId::new("m1"))
    );
    third.answer(Ok(Done::Done));
    stage.stop().await;
    assert_eq!(kith.store.waiting().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lasting_card_that_somebody_deleted_is_posted_anew() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    for (key, card) in [("1", "lasting a card"), ("2", "show b line")] {
        stage
            .hand_over(&[stage.message(key, &format!("{card} one"))])
            .await;
        stage.task().await.answer(Ok(posted(key)));
    }
    let gone = || Failure::Gone {
        why: "unknown message".to_owned(),
    };
    stage.settled().await;
    stage
        .hand_over(&[stage.message("3", "show b line two")])
        .await;
    stage.task().await.answer(Err(gone()));
    stage.settled().await;
    stage
        .hand_over(&[stage.message("4", "lasting a card two")])
        .await;
    let edit = stage.task().await;
    assert!(matches!(edit.task, Task::Edit { .. }));
    edit.answer(Err(gone()));
    let post = stage.task().await;
    assert!(matches!(post.task, Task::Post { .. }) && post.says("two"));
    post.answer(Ok(posted("m4")));
    stage.stop().await;
    assert_eq!(kith.store.waiting().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_be_reached_in_private_is_told_otherwise_or_staff_see_it() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    let unreachable = || Failure::Unreachable {
        why: "never wrote to the bot".to_owned(),
    };
    stage
        .hand_over(&[stage.message("1", "tell-or-say a hello")])
        .await;
    let direct = stage.task().await;
    assert!(matches!(direct.task, Task::Direct { .. }));
    direct.answer(Err(unreachable()));
    let instead = stage.task().await;
    assert!(matches!(instead.task, Task::Post { .. }) && instead.says("instead"));
    instead.answer(Ok(posted("m1")));

    stage.hand_over(&[stage.message("2", "tell hello")]).await;
    stage.task().await.answer(Err(unreachable()));
    stage.settled().await;
    let dead = kith.store.dead(10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert!(dead[0].why.contains("can't be reached"), "{}", dead[0].why);
    assert_eq!(stage.counters.unreachable.get(), 2);

    // Staff have it tried again.
    assert_eq!(kith.store.revive(None, kith.clock.now()).await.unwrap(), 1);
    let again = stage.task().await;
    assert!(matches!(again.task, Task::Direct { .. }));
    again.answer(Ok(Done::Done));
    stage.stop().await;
    let counts = kith.store.counts().await.unwrap();
    assert_eq!((counts.waiting, counts.dead), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_follows_a_channel_that_moved() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    let batch = [
        stage.message("1", "say a one"),
        stage.message("2", "say a two"),
    ];
    stage.hand_over(&batch).await;
    let to = ChannelId::new("super-a");
    stage
        .task()
        .await
        .answer(Err(Failure::Moved { to: to.clone() }));
    for words in ["one", "two"] {
        let task = stage.task().await;
        assert!(task.says(words));
        assert!(matches!(&task.task, Task::Post { place, .. } if place.channel == to));
        task.answer(Ok(posted(words)));
    }
    assert_eq!(kith.notes().await, ["moved a to super-a"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_finishes_what_is_under_way_and_loses_nothing() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    let batch = [
        stage.message("1", "say a answered"),
        stage.message("2", "say b unanswered"),
        stage.message("3", "say b behind it"),
    ];
    stage.hand_over(&batch).await;
    let (first, second) = (stage.task().await, stage.task().await);
    let (answered, unanswered) = if first.says("unanswered") {
        (second, first)
    } else {
        (first, second)
    };
    stage.stop.cancel();
    answered.answer(Ok(posted("m1")));
    // It ends although the platform never answers the other.
    stage.stop().await;
    drop(unanswered);

    let mut stage = kith.start().await;
    for words in ["unanswered", "behind it"] {
        let task = stage.task().await;
        assert!(task.says(words), "{:?}", task.task);
        task.answer(Ok(posted(words)));
    }
    stage.stop().await;
    assert_eq!(kith.store.waiting().await.unwrap(), 0);
}

/// What to tell the desk, so that it both notes and says a name, in one of three channels.
fn both(name: &str) -> String {
    let channel = name.bytes().last().unwrap_or_default() % 3;
    format!("both c{channel} {name}")
}

/// Killed again and again at whatever it is doing, with everything that was not acknowledged handed
/// over again: every inbound is written once, everything promised is said, and a kill repeats at most
/// what was on its way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn being_killed_loses_nothing_and_repeats_only_what_was_on_its_way() {
    const ROUNDS: usize = 12;
    const EACH: usize = 6;
    let kith = Kith::new().await;
    let mut unacknowledged: Vec<String> = Vec::new();
    let mut said: Vec<String> = Vec::new();
    let mut at_risk = 0;
    // A platform that never answers.
    let mut open = Vec::new();
    for round in 0..ROUNDS {
        let mut stage = kith.start().await;
        let fresh = (0..EACH).map(|index| format!("{round}-{index}"));
        unacknowledged.extend(fresh);
        let mut told = Vec::new();
        for name in &unacknowledged {
            let words = both(name);
            told.push((
                name.clone(),
                stage.offer(&[stage.message(name, &words)]).await,
            ));
        }
        // So many tasks into it, the plug is pulled.
        let unanswered = open.len();
        let mut answered = Vec::new();
        for count in 0..round % 5 {
            let task = stage.task().await;
            said.push(text_of(&task.task).to_owned());
            if count % 2 == 0 {
                answered.push(task.key());
                task.answer(Ok(posted(&format!("{round}-{count}"))));
            } else {
                open.push(task);
            }
        }
        // What is answered and settled can't be said again; what is not, may.
        at_risk += if round % 2 == 0 {
            stage.until_done(&answered).await;
            open.len() - unanswered
        } else {
            round % 5
        };
        stage.kill().await;
        unacknowledged.clear();
        for (name, mut told) in told {
            if told.try_recv().is_err() {
                unacknowledged.push(name);
            }
        }
    }
    let mut stage = kith.start().await;
    for name in unacknowledged {
        let words = both(&name);
        stage.hand_over(&[stage.message(&name, &words)]).await;
    }
    while kith.store.waiting().await.unwrap() > 0 {
        let Some(task) = stage.task_if_any() else {
            tokio::task::yield_now().await;
            continue;
        };
        said.push(text_of(&task.task).to_owned());
        task.answer(Ok(posted("last")));
    }
    let notes = kith.notes().await;
    let distinct: HashSet<_> = notes.iter().collect();
    assert_eq!(notes.len(), ROUNDS * EACH, "each inbound is written");
    assert_eq!(distinct.len(), notes.len(), "and written once");
    let heard: HashSet<_> = said.iter().collect();
    assert_eq!(heard.len(), ROUNDS * EACH, "everything is said");
    assert!(said.len() - heard.len() <= at_risk);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_that_panics_is_asked_again_and_listened_to_again() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    stage.hand_over(&[stage.message("1", "say a boom")]).await;
    stage.task().await.panic();
    stage.settled().await;
    kith.clock.pass(Duration::from_secs(5));
    let again = stage.task().await;
    assert!(again.says("boom"));
    again.answer(Ok(posted("m1")));
    stage.break_listening().await;
    assert_eq!(stage.counters.restarts.get(), 1);
    stage.hand_over(&[stage.message("2", "note heard")]).await;
    assert_eq!(kith.notes().await, ["heard"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_is_paced_and_an_answer_is_not() {
    let hour = Duration::from_hours(1);
    let limit = |count| Limit { count, per: hour };
    let kith = Kith::with_pace(Pace {
        overall: limit(100),
        channel: limit(2),
        direct: limit(100),
    })
    .await;
    let mut stage = kith.start().await;
    for words in ["one", "two", "three", "four"] {
        stage
            .hand_over(&[stage.message(words, &format!("say a {words}"))])
            .await;
    }
    for words in ["one", "two"] {
        let task = stage.task().await;
        assert!(task.says(words));
        task.answer(Ok(posted(words)));
    }
    stage.hand_over(&[stage.message("5", "answer a now")]).await;
    let answer = stage.task().await;
    assert!(matches!(answer.task, Task::Answer { .. }) && answer.says("now"));
    answer.answer(Ok(Done::Done));
    stage.stop().await;
    let held_back = kith.store.list_outbox(10).await.unwrap();
    assert_eq!(held_back.len(), 2);
    for promised in &held_back {
        assert_eq!(promised.standing, Standing::Waiting);
        assert_eq!(promised.attempts, 0, "to keep the pace is no failure");
    }
    let wait = held_back[0].due.since(kith.clock.now());
    assert!(wait > hour / 2 && wait <= hour, "{wait:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_handed_over_and_the_answer_is_on_disk_before_it_is_done() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    stage.hand_over(&[stage.message("1", "forward")]).await;
    let first = stage.handing().await;
    let key = first.handing.key.clone();
    first.answer(Err(retry()));
    stage.settled().await;
    kith.clock.pass(Duration::from_secs(10));
    let second = stage.handing().await;
    assert_eq!(
        second.handing.key, key,
        "the idempotency key stays the same"
    );
    // The database goes while the destination answers, and kith is killed.
    kith.break_database();
    second.answer(Ok(Some("R-1".to_owned())));
    stage.until_ready(false).await;
    drop(stage);
    kith.mend_database();
    let mut stage = kith.start().await;
    let third = stage.handing().await;
    assert_eq!(third.handing.key, key);
    third.answer(Ok(Some("R-1".to_owned())));
    stage.settled().await;
    assert_eq!(kith.notes().await, ["taken R-1"]);
    assert_eq!(kith.store.counts().await.unwrap().dead, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_case_is_told_and_stays_visible() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    stage.hand_over(&[stage.message("1", "forward")]).await;
    stage.handing().await.answer(Err(Failure::Dead {
        why: "410 Gone".to_owned(),
    }));
    stage.settled().await;
    assert_eq!(kith.notes().await, ["refused 410 Gone"]);
    assert_eq!(kith.store.dead(10).await.unwrap()[0].why, "410 Gone");
    // Revived and taken after all.
    kith.store.revive(None, kith.clock.now()).await.unwrap();
    stage.handing().await.answer(Ok(None));
    stage.settled().await;
    assert_eq!(kith.notes().await, ["refused 410 Gone", "taken without"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_that_come_are_handed_over_once() {
    let kith = Kith::new().await;
    let stage = kith.start().await;
    stage.hand_over(&[stage.message("1", "dialogue")]).await;
    stage.stop().await;
    kith.clock.pass(Duration::from_hours(25));
    let mut stage = kith.start().await;
    // Deciding that it is over says so in the chat.
    let task = stage.task().await;
    assert!(task.says("over"));
    task.answer(Ok(posted("m1")));
    stage.stop().await;
    assert_eq!(kith.notes().await, ["over"]);
    assert_eq!(kith.store.counts().await.unwrap().dialogues, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_reach_the_connectors_wherever_they_were_changed() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    stage.hand_over(&[stage.message("1", "setup a")]).await;
    stage.until_channels(1).await;
    // Another process on the same database.
    let other = kith.start_as("other", "elsewhere").await;
    other.hand_over(&[other.message("2", "setup b")]).await;
    stage.until_channels(2).await;
    // What is ignored depends on the settings, which reached the reading too.
    stage.hand_over(&[stage.message("3", "where")]).await;
    assert_eq!(kith.notes().await, ["2 channels"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_processes_one_owns_a_connector_and_the_other_takes_over() {
    let kith = Kith::new().await;
    let mut first = kith.start_as("one", "platform").await;
    first.hand_over(&[first.message("1", "say a one")]).await;
    let unanswered = first.task().await;
    let mut second = kith.begin_as("two", "platform");
    second.until_waiting().await;
    first.stop().await;
    drop(unanswered);
    second.until_listening().await;
    let again = second.task().await;
    assert!(again.says("one"));
    again.answer(Ok(posted("m1")));
    second.settled().await;
    assert_eq!(kith.store.waiting().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_kith_stops_others_are_told_that_nothing_is_taken() {
    let kith = Kith::new().await;
    let stage = kith.start().await;
    let inlet = stage.inlet();
    let late = stage.message("1", "note late");
    stage.stop().await;
    assert!(soon(inlet.hand_over(vec![late], Vec::new())).await.is_err());
    assert_eq!(kith.notes().await, Vec::<String>::new());
}
