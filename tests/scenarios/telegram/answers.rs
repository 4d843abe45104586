//! Answers to what neighbours wrote, and to kith's own questions, in a word or two.

use kith::demo::code_in;

use super::hands::{LIFT, NEED, OFFER, Play, town};
use crate::kit::nothing_left;

#[tokio::test]
async fn a_word_or_two_is_read_with_what_it_answers() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (street, rosa, omar) = (place.street, place.rosa, place.omar);
    let telegram = play.telegram();

    // An offer is taken up: asked about like any request, and passed on with what was offered.
    let offer = telegram.say(street, omar, OFFER);
    play.sees_answer(street, offer).await;
    let taken = telegram.reply(street, rosa, offer, "me please, for my mum too");
    let ask = play.sees_answer(street, taken).await;
    assert_eq!(ask.labels()[0], "Yes, pass it on");
    // The question is answered in words, which is no request of its own.
    play.settles().await;
    telegram.reply(street, rosa, ask.id, "Yes please!");
    let done = play.sees_words(street, "the help hub has it").await;
    assert_eq!(done.id, ask.id, "the question itself becomes the answer");
    let code = code_in(&done.text).unwrap();
    let card = play.card(&code, "lift").await;
    assert!(!card.text.contains("Omar") && !card.text.contains("shops"));

    // "Sorted" beneath one's own words is about these and nothing else.
    let (need, _, other) = play.asks(omar, NEED).await;
    let sorted = telegram.reply(street, rosa, taken, "all done thanks");
    let asked = play.sees_answer(street, sorted).await;
    assert!(asked.text.contains(&code), "{asked:?}");
    play.settles().await;
    telegram.reply(street, rosa, asked.id, "yes");
    play.card(&code, "Taken back by the writer").await;
    let thanks = telegram.reply(street, rosa, need, "lol +1");
    play.settles().await;
    assert_eq!(play.case(&other).await.state.name(), "open");
    assert_eq!(play.case(&code).await.state.name(), "withdrawn");
    let answers = telegram.view(|view| view.bot_messages_in(street));
    assert!(
        answers
            .iter()
            .all(|message| message.reply_to != Some(thanks))
    );
    nothing_left(town).await;
}

#[tokio::test]
async fn help_for_a_part_of_a_long_message_is_an_offer() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let street = place.street;
    let story = "It has been a long week by the river and the kids are off again. ".repeat(20);
    let long = format!("{story}{LIFT}");
    let said = play.telegram().say(street, place.rosa, &long);
    let part = (said, LIFT);
    let coming = play
        .telegram()
        .reply_quoting(street, place.omar, part, "I can, pm me");
    let ask = play.sees_answer(street, coming).await;
    let shown = play
        .press(place.omar, (street, &ask), ask.labels()[0])
        .await;
    assert_eq!(shown.text, "Done, thank you.");
    play.settles().await;
    let store = town.store().await.unwrap();
    let counts = store.counts().await.unwrap();
    store.close().await;
    assert_eq!(counts.offers, 1, "{counts:#?}");
    nothing_left(town).await;
}
