//! What residents hear: claimed, given back, asked, forwarded, closed, opened again, also where kith can't write to them.

use kith::demo::code_in;

use super::hands::{LIFT, NEED, Play, town};
use crate::kit::nothing_left;

#[tokio::test]
async fn a_resident_hears_of_every_step() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (rosa, sam, hub) = (place.rosa, place.sam, place.hub);
    play.befriends(rosa).await;
    let (_, _, code) = play.asks(rosa, NEED).await;
    let card = play.claims(sam, &code).await;
    play.sees_words(rosa, "now looking after").await;
    play.press(sam, (hub, &card), "Release").await;
    play.sees_words(rosa, "waiting for the next free person")
        .await;
    play.card(&code, "Waiting for someone").await;

    let card = play.sees_words(hub, &code).await;
    play.commands(sam, &format!("/claim {code}")).await;
    play.commands(sam, &format!("/forward {code} council"))
        .await;
    let told = play.sees_words(rosa, "has been passed on to").await;
    assert!(told.text.contains("give them this number"), "{told:?}");
    let card_now = play.card(&code, "Their number:").await;
    assert!(card_now.id <= card.id);
    play.commands(sam, &format!("/done {code} helped")).await;
    let closed = play.sees_words(rosa, "is done").await;
    assert_eq!(closed.labels(), ["Ask for help"]);

    let card = play.card(&code, "Closed").await;
    play.press(sam, (hub, &card), "Open it again").await;
    play.sees_words(rosa, "back with the help hub").await;
    play.card(&code, "Waiting for someone").await;
    let what = play
        .taps(rosa, &closed, ("Ask for help", "What do you need?"))
        .await;
    play.taps(rosa, &what, ("Stop", "we'll stop here")).await;
    nothing_left(town).await;
}

#[tokio::test]
async fn a_question_is_answered_by_button_or_by_typing() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (rosa, sam) = (place.rosa, place.sam);
    play.befriends(rosa).await;
    play.befriends(sam).await;
    let (_, _, code) = play.asks(rosa, NEED).await;
    play.claims(sam, &code).await;

    let sent = play
        .commands(sam, &format!("/ask {code} Which chemist is it?"))
        .await;
    assert!(sent.text.contains("on its way"), "{sent:?}");
    let question = play.sees_words(rosa, "Which chemist is it?").await;
    let asked = play
        .taps(rosa, &question, ("Answer", "Which chemist is it?"))
        .await;
    assert!(
        asked.button("Answer").is_none(),
        "the words come next: {asked:?}"
    );
    play.writes(rosa, "The one by the bridge", "has your answer")
        .await;
    let note = play.sees_words(place.hub, "has an answer").await;
    assert!(note.text.contains("Sam") && !note.text.contains("bridge"));
    play.taps(rosa, &question, ("Answer", "stopped working"))
        .await;

    play.commands(sam, &format!("/ask {code} When do they close?"))
        .await;
    play.sees_words(rosa, "When do they close?").await;
    play.writes(rosa, "At six", "has your answer").await;
    let last = play.last(sam);
    play.commands_quietly(sam, &format!("/case {code}")).await;
    let file = play.sees_next(sam, last, "The one by the bridge").await;
    assert!(file.text.contains("At six"), "{file:?}");
    assert_eq!(play.said(place.hub, "bridge"), 0);
    nothing_left(town).await;
}

#[tokio::test]
async fn a_question_can_be_left_unanswered() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let rosa = place.rosa;
    play.befriends(rosa).await;
    let (_, _, code) = play.asks(rosa, NEED).await;
    play.card(&code, "Waiting").await;
    play.commands(place.sam, &format!("/ask {code} Which chemist is it?"))
        .await;
    let question = play.sees_words(rosa, "Which chemist is it?").await;
    let asked = play
        .taps(rosa, &question, ("Answer", "Which chemist is it?"))
        .await;
    play.taps(rosa, &asked, ("Not now", "stop here")).await;
    let mine = play.writes(rosa, "/my", &code).await;
    assert!(mine.text.contains("waiting"));
    // The question is still there.
    play.taps(rosa, &question, ("Answer", "Which chemist is it?"))
        .await;
    play.writes(rosa, "The one by the bridge", "has your answer")
        .await;
    nothing_left(town).await;
}

#[tokio::test]
async fn who_never_opened_the_private_chat_gets_a_neutral_line() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (street, omar, sam) = (place.street, place.omar, place.sam);
    let (said, _, code) = play.asks(omar, LIFT).await;
    play.claims(sam, &code).await;
    let line = play
        .sees(street, "a neutral line", |m| m.button("Open it").is_some())
        .await;
    assert_eq!(line.reply_to, Some(said));
    assert_eq!(line.text, "There is a private message for you.");
    let mine = play
        .follows(omar, (street, &line), ("Open it", &code))
        .await;
    assert!(mine.text.contains("someone has it"), "{mine:?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn a_question_waits_behind_the_neutral_line() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (street, omar) = (place.street, place.omar);
    let (_, _, code) = play.asks(omar, LIFT).await;
    play.card(&code, "Waiting").await;
    play.commands(place.sam, &format!("/ask {code} Do you need a wheelchair?"))
        .await;
    let line = play
        .sees(street, "a neutral line", |m| m.button("Open it").is_some())
        .await;
    play.follows(
        omar,
        (street, &line),
        ("Open it", "Do you need a wheelchair?"),
    )
    .await;
    play.writes(omar, "No, but it folds", "has your answer")
        .await;
    assert_eq!(play.said(street, "wheelchair"), 0);
    nothing_left(town).await;
}

#[tokio::test]
async fn who_blocks_kith_is_found_where_they_asked_or_not_at_all() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (omar, rosa, sam) = (place.omar, place.rosa, place.sam);
    play.befriends(omar).await;
    let (_, _, code) = play.asks(omar, LIFT).await;
    play.telegram().block_bot(omar);
    play.claims(sam, &code).await;
    play.sees(place.street, "a neutral line", |m| {
        m.button("Open it").is_some()
    })
    .await;

    // Told in private alone, there is no place for a line: the hub learns that they can't be reached.
    let told = play
        .writes(rosa, "/need Someone to walk my dog, ME7", "Your code is")
        .await;
    let code = code_in(&told.text).expect("a code");
    play.card(&code, "ME7").await;
    play.telegram().block_bot(rosa);
    play.commands(sam, &format!("/claim {code}")).await;
    let note = play
        .sees_words(place.hub, "can't write to this person")
        .await;
    assert!(note.text.contains(&code), "{note:?}");
    nothing_left(town).await;
}
