//! Told in private: one question at a time, each of which may be skipped, gone back to, stopped at or changed.

use kith::demo::code_in;

use super::hands::{NEED, Play, town};
use crate::kit::nothing_left;

#[tokio::test]
async fn everything_is_asked_and_staff_can_read_it() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (street, rosa) = (place.street, place.rosa);
    let said = play.telegram().say(street, rosa, NEED);
    let ask = play.sees_answer(street, said).await;
    let what = play
        .follows(
            rosa,
            (street, &ask),
            ("Tell you privately", "What do you need?"),
        )
        .await;
    assert_eq!(what.labels(), ["Skip", "Stop"]);
    let done = play.sees_words(street, "the help hub has it").await;
    let code = code_in(&done.text).expect("a code");
    play.card(&code, "no private details yet").await;

    play.writes(rosa, "My tablets from Boots", "Where is it?")
        .await;
    play.writes(rosa, "12 Invented Row, ME7 1AB", "When do you need it?")
        .await;
    play.writes(rosa, "before six", "Who is it for").await;
    play.writes(rosa, "me", "How can we reach you?").await;
    let consent = play
        .writes(rosa, "07700 900123", "May the hub share this")
        .await;
    assert_eq!(
        consent.labels(),
        [
            "Yes, you may",
            "No, keep it in the hub",
            "Skip",
            "Back",
            "Stop"
        ]
    );
    let summary = play
        .taps(rosa, &consent, ("Yes, you may", "This is what I have"))
        .await;
    for told in [
        "My tablets from Boots",
        "12 Invented Row",
        "before six",
        "07700 900123",
        "You said yes",
        &code,
    ] {
        assert!(summary.text.contains(told), "{told} in {}", summary.text);
    }
    play.card(&code, "which may be shared to help").await;
    play.befriends(place.sam).await;
    let card = play.claims(place.sam, &code).await;
    play.press(place.sam, (place.hub, &card), "Details").await;
    play.sees_words(place.sam, "12 Invented Row").await;
    play.sees_words(place.sam, "They said yes to sharing").await;
    for place in [street, place.hub] {
        assert_eq!(play.said(place, "Invented Row"), 0);
        assert_eq!(play.said(place, "900123"), 0);
    }
    nothing_left(town).await;
}

#[tokio::test]
async fn skip_back_and_stop_keep_what_was_told() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let rosa = place.rosa;
    let (_, done, code) = play.asks(rosa, NEED).await;
    let what = play
        .follows(
            rosa,
            (place.street, &done),
            ("Add details in private", "What do you need?"),
        )
        .await;
    let r#where = play.taps(rosa, &what, ("Skip", "Where is it?")).await;
    assert_eq!(r#where.labels(), ["Skip", "Back", "Stop"]);
    let what = play
        .taps(rosa, &r#where, ("Back", "What do you need?"))
        .await;
    assert_eq!(what.labels(), ["Skip", "Stop"]);
    play.writes(rosa, "tablets", "Where is it?").await;
    let when = play
        .writes(rosa, "12 Invented Row", "When do you need it?")
        .await;
    let r#where = play.taps(rosa, &when, ("Back", "12 Invented Row")).await;
    assert!(
        r#where.text.contains("You told me:") && r#where.text.contains("Where is it?"),
        "{where:?}"
    );
    // The words do the same as the buttons.
    play.writes(rosa, "Skip", "When do you need it?").await;
    play.writes(rosa, "back", "Where is it?").await;
    play.writes(rosa, "14 Invented Row", "When do you need it?")
        .await;
    let summary = play.writes(rosa, "stop", "This is what I have").await;
    assert!(summary.text.contains("14 Invented Row") && summary.text.contains("tablets"));
    assert!(summary.button("Yes, you may").is_some(), "{summary:?}");
    play.card(&code, "sharing not agreed").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn the_summary_changes_one_field_and_consent() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let rosa = place.rosa;
    let (_, done, code) = play.asks(rosa, NEED).await;
    let what = play
        .follows(
            rosa,
            (place.street, &done),
            ("Add details in private", "What do you need?"),
        )
        .await;
    let summary = play
        .taps(rosa, &what, ("Stop", "This is what I have"))
        .await;
    let summary = play
        .taps(rosa, &summary, ("No, keep it in the hub", "You said no"))
        .await;
    let only = play
        .taps(rosa, &summary, ("Change: where", "Where is it?"))
        .await;
    assert_eq!(only.labels(), ["Leave it as it is"]);
    let summary = play
        .writes(rosa, "12 Invented Row", "12 Invented Row")
        .await;
    let only = play
        .taps(rosa, &summary, ("Change: where", "You told me:"))
        .await;
    let summary = play
        .taps(rosa, &only, ("Leave it as it is", "12 Invented Row"))
        .await;
    let share = play
        .taps(rosa, &summary, ("Change: sharing", "May the hub share"))
        .await;
    let summary = play.writes(rosa, "yes please", "You said yes").await;
    assert!(share.button("Yes, you may").is_some());
    play.card(&code, "which may be shared to help").await;

    let back = play
        .taps(rosa, &summary, ("Take it all back", "is off the list"))
        .await;
    assert!(back.text.contains(&code));
    play.card(&code, "Taken back by the writer").await;
    play.sees_words(place.street, "is off the list").await;
    // What was taken back can't be changed any more: the old buttons say so.
    for label in ["Change: where", "Yes, you may"] {
        if summary.button(label).is_some() {
            play.taps(rosa, &summary, (label, "stopped working")).await;
        }
    }
    play.settles().await;
    play.card(&code, "Taken back by the writer").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn taken_back_in_the_middle_the_dialogue_is_over() {
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
    play.press(rosa, (place.street, &done), "Take it back")
        .await;
    play.card(&code, "Taken back by the writer").await;
    let answer = play.writes(rosa, "hello there", "I'm not sure").await;
    assert!(answer.button("Ask for help").is_some());
    nothing_left(town).await;
}

#[tokio::test]
async fn cancel_in_the_middle_stops_and_keeps_an_open_request() {
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
    play.writes(rosa, "/cancel", "I kept what you told me")
        .await;
    assert_eq!(play.case(&code).await.state.name(), "open");
    // With nothing going on it shows what there is to take back.
    let mine = play
        .writes(rosa, "/cancel", "Your requests and offers")
        .await;
    assert!(mine.button(&format!("Take back {code}")).is_some());
    nothing_left(town).await;
}

#[tokio::test]
async fn a_dialogue_that_begins_in_private_passes_on_at_its_end() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let rosa = place.rosa;
    play.writes(rosa, "/need", "What do you need?").await;
    let dropped = play.writes(rosa, "/cancel", "passed nothing on").await;
    assert!(dropped.buttons.is_empty());
    let what = play.writes(rosa, "/need", "What do you need?").await;
    play.taps(rosa, &what, ("Stop", "we'll stop here")).await;
    play.settles().await;
    assert_eq!(play.said(place.hub, "Where:"), 0, "nothing was told");

    play.writes(rosa, "/need", "What do you need?").await;
    let r#where = play
        .writes(rosa, "Someone to walk my dog tomorrow", "Where is it?")
        .await;
    assert_eq!(play.said(place.hub, "Where:"), 0, "it is not said yet");
    let when = play.writes(rosa, "ME7 1AB", "When do you need it?").await;
    assert!(r#where.id < when.id);
    let summary = play
        .taps(rosa, &when, ("Stop", "This is what I have"))
        .await;
    let code = code_in(&summary.text).expect("a code");
    play.card(&code, "ME7").await;
    nothing_left(town).await;
}
