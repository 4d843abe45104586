//! A message that reads as a request: yes, not a request, taken back, changed, sorted.

use kith::demo::code_in;

use super::hands::{LIFT, NEED, Play, town};
use crate::kit::nothing_left;

#[tokio::test]
async fn yes_makes_a_case_that_tells_the_hub_nothing_personal() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let (street, rosa, omar) = (
        play.riverside.street,
        play.riverside.rosa,
        play.riverside.omar,
    );

    let said = play.telegram().say(street, rosa, NEED);
    let ask = play.sees_answer(street, said).await;
    assert_eq!(
        ask.labels(),
        ["Yes, pass it on", "Not a request", "Tell you privately"]
    );
    assert!(
        !ask.text.to_lowercase().contains("prescription"),
        "{}",
        ask.text
    );

    for label in ["Yes, pass it on", "Not a request"] {
        let shown = play.press(omar, (street, &ask), label).await;
        assert!(
            shown.text.contains("Only the person who wrote"),
            "{shown:?}"
        );
    }
    assert_eq!(play.said(play.riverside.hub, "Where:"), 0);

    let shown = play.press(rosa, (street, &ask), "Yes, pass it on").await;
    assert_eq!(shown.text, "Done, thank you.");
    let done = play.sees_words(street, "the help hub has it").await;
    assert_eq!(done.id, ask.id, "the question itself becomes the answer");
    let code = code_in(&done.text).expect("a code");

    let card = play.card(&code, "medicine from the chemist").await;
    assert!(card.text.contains("ME7") && !card.text.contains("1AB"));
    assert!(!card.text.contains("Rosa") && !card.text.contains("Boots"));
    assert_eq!(
        card.labels(),
        ["Claim", "Details", "Done", "Neighbours", "Worried?"]
    );
    play.reads(play.hillview.hub, "the card on Discord", |m| {
        m.text().contains(&code)
    })
    .await
    .expect("a card in both hubs");
    assert!(town.queue().await.expect("the queue").contains(&code));
    nothing_left(town).await;
}

#[tokio::test]
async fn pressed_twice_at_once_it_is_one_case() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let (street, rosa) = (play.riverside.street, play.riverside.rosa);
    let said = play.telegram().say(street, rosa, NEED);
    let ask = play.sees_answer(street, said).await;
    let presses: Vec<_> = (0..5)
        .map(|_| {
            let press = play
                .telegram()
                .press(rosa, street, ask.id, "Yes, pass it on");
            press.expect("the button")
        })
        .collect();
    for press in presses {
        let shown = play
            .telegram()
            .wait_for("an answer to every press", kith::demo::PATIENCE, |view| {
                view.answer(&press)
            })
            .await
            .expect("an answer");
        assert_eq!(shown.text, "Done, thank you.");
    }
    play.settles().await;
    assert_eq!(play.said(play.riverside.hub, "Where:"), 1);
    nothing_left(town).await;
}

#[tokio::test]
async fn not_a_request_leaves_nothing_behind() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let (street, rosa) = (play.riverside.street, play.riverside.rosa);
    let said = play.telegram().say(street, rosa, NEED);
    let ask = play.sees_answer(street, said).await;
    let shown = play.press(rosa, (street, &ask), "Not a request").await;
    assert!(shown.text.contains("passed nothing on"), "{shown:?}");
    play.telegram()
        .wait_until(
            |view| view.bot_messages_in(street).iter().all(|m| m.id != ask.id),
            kith::demo::PATIENCE,
        )
        .await
        .expect("the question goes away");
    play.settles().await;
    assert_eq!(play.said(play.riverside.hub, "Where:"), 0);
    let store = town.store().await.expect("the database");
    let counts = store.counts().await.expect("counts");
    store.close().await;
    assert_eq!(counts.cases.get("withdrawn"), Some(&1), "{counts:#?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn taken_back_by_button_it_is_off_the_card_and_the_holder_knows() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (_, done, code) = play.asks(place.rosa, NEED).await;
    play.claims(place.sam, &code).await;

    let stranger = play
        .press(place.omar, (place.street, &done), "Take it back")
        .await;
    assert!(stranger.text.contains("Only the person who wrote"));
    let shown = play
        .press(place.rosa, (place.street, &done), "Take it back")
        .await;
    assert!(shown.text.contains("off the list"), "{shown:?}");
    let over = play.sees_words(place.street, "is off the list").await;
    assert_eq!(over.id, done.id);
    assert!(over.buttons.is_empty(), "{over:?}");
    let card = play.card(&code, "Taken back by the writer").await;
    assert!(card.buttons.is_empty(), "{card:?}");
    let note = play.sees_words(place.hub, "the writer took it back").await;
    assert!(note.text.contains("Sam"), "{note:?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn an_edit_reaches_the_card_and_the_holder() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (said, _, code) = play.asks(place.omar, LIFT).await;
    play.card(&code, "ME8").await;
    play.claims(place.sam, &code).await;
    let edited = format!("{LIFT}. It is in ME9 now, at my sister's, ME9 7ZZ");
    play.telegram()
        .edit(place.street, said, &edited)
        .expect("an edit");
    let card = play.card(&code, "ME9").await;
    assert!(card.text.contains("Sam"), "the claim stays: {card:?}");
    let note = play
        .sees_words(place.hub, "the writer changed the message")
        .await;
    assert!(note.text.contains("Sam") && note.text.contains(&code));
    nothing_left(town).await;
}

#[tokio::test]
async fn an_edit_that_is_no_request_takes_the_question_away() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let said = play.telegram().say(place.street, place.rosa, NEED);
    let ask = play.sees_answer(place.street, said).await;
    play.telegram()
        .edit(place.street, said, "Lovely evening by the river")
        .expect("an edit");
    play.telegram()
        .wait_until(
            |view| {
                view.bot_messages_in(place.street)
                    .iter()
                    .all(|m| m.id != ask.id)
            },
            kith::demo::PATIENCE,
        )
        .await
        .expect("the question goes away");
    nothing_left(town).await;
}

#[tokio::test]
async fn sorted_is_asked_first() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let thanks = "All sorted now, thank you everyone!";

    let said = play.telegram().say(place.street, place.rosa, thanks);
    let ask = play.sees_answer(place.street, said).await;
    assert!(ask.text.contains(&code), "{ask:?}");
    assert_eq!(ask.labels(), ["Yes, take it off", "No, keep it"]);
    play.press(place.rosa, (place.street, &ask), "No, keep it")
        .await;
    play.settles().await;
    assert_eq!(
        play.said(place.street, "sorted?"),
        0,
        "the question is gone"
    );
    assert_eq!(play.case(&code).await.state.name(), "open");

    let said = play.telegram().say(place.street, place.rosa, thanks);
    let ask = play.sees_answer(place.street, said).await;
    play.press(place.rosa, (place.street, &ask), "Yes, take it off")
        .await;
    play.card(&code, "Taken back by the writer").await;
    play.settles().await;
    assert_eq!(play.said(place.street, "sorted?"), 0);
    assert_eq!(play.said(place.street, "is off the list"), 1);
    nothing_left(town).await;
}

#[tokio::test]
async fn told_again_by_the_same_person_it_is_the_same_case() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let again = "Still need someone to pick up my prescription from the chemist please, ME7 1AB";
    let said = play.telegram().say(place.street, place.rosa, again);
    let known = play.sees_answer(place.street, said).await;
    assert!(
        known.text.contains("has this already") && known.text.contains(&code),
        "{known:?}"
    );
    play.card(&code, "2 times").await;
    nothing_left(town).await;
}
