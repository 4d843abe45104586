//! kith is stopped and started again in the middle of things; nobody notices.

use kith::demo::code_in;

use super::hands::{LIFT, NEED, Play, town};
use crate::kit::nothing_left;

#[tokio::test]
async fn between_the_question_and_the_yes() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let said = play.telegram().say(place.street, place.rosa, NEED);
    let ask = play.sees_answer(place.street, said).await;
    town.stop_kith().await.expect("kith stops");
    // Pressed while nobody is there.
    let press = play
        .telegram()
        .press(place.rosa, place.street, ask.id, "Yes, pass it on")
        .expect("the button");
    town.start_kith().await.expect("kith starts");
    let shown = play
        .telegram()
        .wait_for("the answer", kith::demo::PATIENCE, |view| {
            view.answer(&press)
        })
        .await
        .expect("an answer");
    assert_eq!(shown.text, "Done, thank you.");
    let done = play.sees_words(place.street, "the help hub has it").await;
    assert_eq!(done.id, ask.id);
    let code = code_in(&done.text).expect("a code");
    play.card(&code, "Waiting").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn in_the_middle_of_a_dialogue() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let rosa = place.rosa;
    let (_, done, code) = play.asks(rosa, NEED).await;
    play.follows(
        rosa,
        (place.street, &done),
        ("Add details in private", "What do you need?"),
    )
    .await;
    play.writes(rosa, "tablets", "Where is it?").await;
    town.stop_kith().await.expect("kith stops");
    let said = play.telegram().say_privately(rosa, "12 Invented Row");
    town.start_kith().await.expect("kith starts");
    let when = play.sees_next(rosa, said, "When do you need it?").await;
    town.stop_kith().await.expect("kith stops");
    town.start_kith().await.expect("kith starts");
    let summary = play
        .taps(rosa, &when, ("Stop", "This is what I have"))
        .await;
    assert!(summary.text.contains("tablets") && summary.text.contains("12 Invented Row"));
    play.card(&code, "private details").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn what_was_said_while_kith_was_away_is_answered_in_order() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    town.stop_kith().await.expect("kith stops");
    let first = play.telegram().say(place.street, place.rosa, NEED);
    play.telegram()
        .edit(place.street, first, &format!("{NEED}. Or ME9 7ZZ"))
        .expect("an edit");
    let second = play.telegram().say(place.street, place.omar, LIFT);
    town.start_kith().await.expect("kith starts");
    let ask = play.sees_answer(place.street, first).await;
    let other = play.sees_answer(place.street, second).await;
    assert!(ask.id < other.id);
    play.settles().await;
    assert_eq!(play.said(place.street, "Shall I pass this on"), 2);
    nothing_left(town).await;
}

#[tokio::test]
async fn a_claim_and_its_rules_outlive_a_restart() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let (_, _, other) = play.asks(place.omar, LIFT).await;
    play.claims(place.sam, &code).await;
    town.stop_kith().await.expect("kith stops");
    town.start_kith().await.expect("kith starts");
    let card = play.card(&code, "Sam").await;
    play.press(place.sam, (place.hub, &card), "Release").await;
    play.card(&code, "Waiting for someone").await;
    let card = play.card(&other, "Waiting for someone").await;
    play.press(place.sam, (place.hub, &card), "Claim").await;
    play.card(&other, "Sam").await;
    play.settles().await;
    assert_eq!(play.said(place.hub, "please read this"), 1);
    nothing_left(town).await;
}
