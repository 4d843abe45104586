//! How kith listens: at once with undo, and to commands alone.

use kith::demo::code_in;

use super::hands::{DANGER, NEED, OFFER, Play, town};
use crate::kit::nothing_left;

#[tokio::test]
async fn auto_passes_on_at_once_and_undo_takes_it_back() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.sets_up(place.street, "auto").await;
    for (person, words) in [(place.rosa, NEED), (place.omar, OFFER)] {
        let said = play.telegram().say(place.street, person, words);
        let logged = play.sees_answer(place.street, said).await;
        assert_eq!(logged.labels(), ["Undo", "Add details in private"]);
        let code = code_in(&logged.text).expect("a code");
        play.card(&code, "Told:").await;
        let stranger = play.press(place.ina, (place.street, &logged), "Undo").await;
        assert!(stranger.text.contains("Only the person who wrote"));
        let shown = play.press(person, (place.street, &logged), "Undo").await;
        assert!(shown.text.contains("off the list"), "{shown:?}");
        play.card(&code, "Taken back").await;
        let over = play
            .sees(place.street, "the end of it", |m| {
                m.id == logged.id && m.text.contains("is off the list")
            })
            .await;
        assert!(over.buttons.is_empty());
    }
    nothing_left(town).await;
}

#[tokio::test]
async fn auto_takes_details_in_private() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.sets_up(place.street, "auto").await;
    let said = play.telegram().say(place.street, place.rosa, NEED);
    let logged = play.sees_answer(place.street, said).await;
    let code = code_in(&logged.text).expect("a code");
    play.follows(
        place.rosa,
        (place.street, &logged),
        ("Add details in private", "What do you need?"),
    )
    .await;
    let next = play.writes(place.rosa, "tablets", "Where is it?").await;
    play.taps(place.rosa, &next, ("Stop", "This is what I have"))
        .await;
    play.card(&code, "private details").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn commands_only_reads_no_chat_but_answers_danger() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.sets_up(place.street, "commands").await;
    play.befriends(place.ina).await;
    let said = play.telegram().say(place.street, place.rosa, NEED);
    let last = play.last(place.ina);
    play.telegram().say(place.street, place.ina, DANGER);
    play.sees_next(place.ina, last, "116 123").await;
    play.settles().await;
    let answers = play
        .telegram()
        .view(|view| view.bot_messages_in(place.street));
    assert!(
        answers.iter().all(|m| m.reply_to != Some(said)),
        "{answers:#?}"
    );

    let said = play
        .telegram()
        .say(place.street, place.rosa, "/need A heater, ME8 0AA");
    let done = play.sees_answer(place.street, said).await;
    let code = code_in(&done.text).expect("a code");
    play.card(&code, "ME8").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn an_ignored_channel_is_left_alone() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.sets_up(place.street, "ignored").await;
    play.telegram().say(place.street, place.rosa, NEED);
    let said = play.telegram().say(place.street, place.rosa, "/help");
    play.sees_answer(place.street, said).await;
    play.settles().await;
    assert_eq!(play.said(place.street, "Shall I"), 0);
    nothing_left(town).await;
}
