//! A message that reads as an offer, and the offers that people take back.

use kith::demo::code_in;

use super::hands::{NEED, OFFER, Play, town};
use crate::kit::nothing_left;

#[tokio::test]
async fn yes_shows_it_to_the_hub_and_the_writer_takes_it_back() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let said = play.telegram().say(place.street, place.omar, OFFER);
    let ask = play.sees_answer(place.street, said).await;
    assert_eq!(
        ask.labels(),
        ["Yes, tell them", "Not an offer", "Tell you privately"]
    );
    let shown = play
        .press(place.rosa, (place.street, &ask), "Yes, tell them")
        .await;
    assert!(shown.text.contains("Only the person who wrote"));
    play.press(place.omar, (place.street, &ask), "Yes, tell them")
        .await;
    let done = play.sees_words(place.street, "The help hub knows").await;
    let code = code_in(&done.text).expect("a code");
    let card = play.card(&code, "An offer that you can use").await;
    assert!(!card.text.contains("Omar"), "{card:?}");

    play.press(place.omar, (place.street, &done), "Take it back")
        .await;
    play.card(&code, "Taken back").await;
    play.sees_words(place.street, "is off the list").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn not_an_offer_leaves_nothing_behind() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let said = play.telegram().say(place.street, place.omar, OFFER);
    let ask = play.sees_answer(place.street, said).await;
    let shown = play
        .press(place.omar, (place.street, &ask), "Not an offer")
        .await;
    assert!(shown.text.contains("passed nothing on"));
    play.settles().await;
    assert_eq!(play.said(place.hub, "An offer"), 0);
    assert_eq!(play.said(place.street, "Shall I tell"), 0);
    nothing_left(town).await;
}

#[tokio::test]
async fn what_was_taken_for_a_request_is_the_offer_that_its_writer_says() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let said = play.telegram().say(place.street, place.rosa, NEED);
    let ask = play.sees_answer(place.street, said).await;
    assert!(ask.labels().contains(&"Not a request"));
    let before = play.last(place.street);
    play.telegram()
        .reply(place.street, place.rosa, said, "/offer");
    let noted = play
        .sees_next(place.street, before, "The help hub knows")
        .await;
    let code = code_in(&noted.text).expect("a code");
    play.card(&code, "An offer that you can use").await;
    play.settles().await;
    assert_eq!(play.said(place.street, "Shall I pass this on"), 0);

    // It is the same message still: what is changed in it reaches the card of the offer.
    let edited = "I can collect prescriptions for anyone, ME9 7ZZ";
    play.telegram()
        .edit(place.street, said, edited)
        .expect("an edit");
    play.card(&code, "ME9").await;

    // And said to be a request after all, the offer goes.
    play.telegram()
        .reply(place.street, place.rosa, said, "/need");
    play.card(&code, "Taken back").await;
    let done = play.sees_words(place.street, "the help hub has it").await;
    let code = code_in(&done.text).expect("a code");
    play.card(&code, "ME9").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn told_in_private_it_asks_about_the_offer() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let omar = place.omar;
    let said = play.telegram().say(place.street, omar, OFFER);
    let ask = play.sees_answer(place.street, said).await;
    let what = play
        .follows(
            omar,
            (place.street, &ask),
            ("Tell you privately", "What can you do for others?"),
        )
        .await;
    play.taps(omar, &what, ("Skip", "Where can you help?"))
        .await;
    play.writes(omar, "all of ME7", "When can you help?").await;
    play.writes(omar, "mornings", "Who can you help").await;
    play.writes(omar, "anyone", "How can we reach you?").await;
    let consent = play.writes(omar, "here is best", "May the hub share").await;
    let summary = play
        .taps(omar, &consent, ("No, keep it in the hub", "You said no"))
        .await;
    let code = code_in(&summary.text).expect("a code");
    play.card(&code, "private details").await;
    play.taps(omar, &summary, ("Take it all back", "is off the list"))
        .await;
    play.card(&code, "Taken back").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn an_edit_reaches_the_card() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (said, _, code) = play.asks(place.omar, OFFER).await;
    let edited = format!("{OFFER}, anywhere in ME8");
    play.telegram()
        .edit(place.street, said, &edited)
        .expect("an edit");
    play.card(&code, "ME8").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn the_command_does_it_without_asking() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let words = format!("/offer {OFFER}");
    let said = play.telegram().say(place.street, place.omar, &words);
    let done = play.sees_answer(place.street, said).await;
    let code = code_in(&done.text).expect("a code");
    play.card(&code, "a lift or a delivery").await;
    play.press(place.omar, (place.street, &done), "Take it back")
        .await;
    play.card(&code, "Taken back").await;
    let over = play.sees_words(place.street, "is off the list").await;
    assert_eq!(
        over.id, done.id,
        "the answer itself says so, without buttons"
    );

    let what = play
        .writes(place.omar, "/offer", "What can you do for others?")
        .await;
    play.taps(place.omar, &what, ("Stop", "we'll stop here"))
        .await;
    play.writes(place.omar, "/offer", "What can you do for others?")
        .await;
    let last = play
        .writes(place.omar, "I can cook dinners", "Where can you help?")
        .await;
    let summary = play
        .taps(place.omar, &last, ("Stop", "This is what I have"))
        .await;
    let code = code_in(&summary.text).expect("a code");
    play.card(&code, "food").await;
    nothing_left(town).await;
}
