//! Danger: whatever doesn't work, whoever wrote it is told once, and what was to be decided is decided when it works.

use std::time::Duration;

use kith::chat::{Done, Failure, Task};

use crate::kit::{Kith, OpenTask, Stage, soon};
use crate::{posted, retry};

/// The next thing that the platform is to do is to tell somebody the numbers.
async fn numbers(stage: &mut Stage) -> OpenTask {
    let task = stage.task().await;
    assert!(task.says("numbers"), "{:?}", task.task);
    assert!(matches!(task.task, Task::Direct { .. }), "{:?}", task.task);
    task
}

/// Nothing else is said to anybody, now or later; so many were told past the outbox.
async fn nothing_more(mut stage: Stage, kith: &Kith, rescued: u64) {
    soon(async {
        while kith.store.waiting().await.unwrap() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    // Longer than the lifeline waits for anything.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(stage.task_if_any().is_none());
    assert_eq!(stage.counters.rescued.get(), rescued);
    stage.stop().await;
    assert_eq!(kith.store.counts().await.unwrap().dead, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_being_well_the_ordinary_way_is_the_only_one() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    stage.hand_over(&[stage.message("a", "danger fell")]).await;
    numbers(&mut stage).await.answer(Ok(Done::Done));
    assert_eq!(kith.notes().await, ["fell"]);
    nothing_more(stage, &kith, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_database_keeps_the_numbers_from_nobody() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    let lock = kith.lock();
    // Receive waits for the first while the second comes.
    let first = stage.offer(&[stage.message("a", "note hello")]).await;
    let second = stage.offer(&[stage.message("b", "danger fell")]).await;
    numbers(&mut stage).await.answer(Ok(Done::Done));
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(lock);
    soon(first).await.unwrap();
    soon(second).await.unwrap();
    assert_eq!(kith.notes().await, ["hello", "fell, told before"]);
    nothing_more(stage, &kith, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_database_keeps_the_numbers_from_nobody() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    kith.break_database();
    let told = stage.offer(&[stage.message("a", "danger fell")]).await;
    numbers(&mut stage).await.answer(Ok(Done::Done));
    tokio::time::sleep(Duration::from_millis(200)).await;
    kith.mend_database();
    soon(told).await.unwrap();
    assert_eq!(kith.notes().await, ["fell, told before"]);
    nothing_more(stage, &kith, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stuck_outbox_keeps_the_numbers_from_nobody() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    kith.break_leasing();
    stage.hand_over(&[stage.message("a", "danger fell")]).await;
    assert_eq!(kith.notes().await, ["fell"]);
    numbers(&mut stage).await.answer(Ok(Done::Done));
    // The answer is heard before the outbox is back.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(kith.store.waiting().await.unwrap(), 1);
    kith.mend_leasing();
    nothing_more(stage, &kith, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_is_tried_until_it_works_and_holds_up_nobody() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    let lock = kith.lock();
    let one = stage
        .offer(&[stage.message_of("ina", "a", "danger fell")])
        .await;
    let first = numbers(&mut stage).await;
    // While the platform doesn't answer for one, another is told.
    let two = stage
        .offer(&[stage.message_of("omar", "b", "danger burns")])
        .await;
    numbers(&mut stage).await.answer(Err(retry()));
    numbers(&mut stage).await.answer(Ok(Done::Done));
    first.answer(Ok(Done::Done));
    // The answer is heard before the database is back.
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(lock);
    soon(one).await.unwrap();
    soon(two).await.unwrap();
    assert_eq!(
        kith.notes().await,
        ["fell, told before", "burns, told before"]
    );
    nothing_more(stage, &kith, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_be_reached_in_private_finds_a_neutral_line_once() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    let lock = kith.lock();
    let told = stage
        .offer(&[
            stage.message("a", "danger fell"),
            stage.message("b", "danger burns"),
        ])
        .await;
    let unreachable = Failure::Unreachable {
        why: "never wrote to the bot".to_owned(),
    };
    numbers(&mut stage).await.answer(Err(unreachable));
    let line = stage.task().await;
    assert!(line.says("line") && matches!(line.task, Task::Post { .. }));
    line.answer(Ok(posted("m1")));
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    drop(lock);
    soon(told).await.unwrap();
    assert_eq!(
        kith.notes().await,
        ["fell, has a line", "burns, has a line"]
    );
    nothing_more(stage, &kith, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_while_deciding_keeps_neither_the_numbers_nor_the_leads_from_it() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    stage.hand_over(&[stage.message("a", "danger panic")]).await;
    numbers(&mut stage).await.answer(Ok(Done::Done));
    assert_eq!(kith.notes().await, ["in the leads' eyes"]);
    assert_eq!(kith.store.counts().await.unwrap().malformed, 1);
    nothing_more(stage, &kith, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_while_reading_leaves_the_worst_words() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    let words = "panic while reading of danger";
    stage.hand_over(&[stage.message("a", words)]).await;
    numbers(&mut stage).await.answer(Ok(Done::Done));
    assert_eq!(kith.notes().await, ["in the leads' eyes"]);
    nothing_more(stage, &kith, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_handed_over_again_tells_nobody_again() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    stage.hand_over(&[stage.message("a", "danger fell")]).await;
    numbers(&mut stage).await.answer(Ok(Done::Done));
    stage.settled().await;
    stage.hand_over(&[stage.message("a", "danger fell")]).await;
    assert_eq!(stage.counters.repeated.get(), 1);
    nothing_more(stage, &kith, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_middle_of_it_loses_neither() {
    let kith = Kith::new().await;
    let mut stage = kith.start().await;
    let lock = kith.lock();
    let _told = stage.offer(&[stage.message("a", "danger fell")]).await;
    let unanswered = numbers(&mut stage).await;
    stage.kill().await;
    drop((unanswered, lock));
    // The platform hands over again what was never acknowledged.
    let mut stage = kith.start().await;
    stage.hand_over(&[stage.message("a", "danger fell")]).await;
    numbers(&mut stage).await.answer(Ok(Done::Done));
    assert_eq!(kith.notes().await, ["fell"]);
    nothing_more(stage, &kith, 0).await;
}
