//! Answers to what neighbours wrote, and to kith's own questions, in a word or two.

use kith::demo::code_in;

use super::hands::{
    LIFT, OFFER, becomes, card, case, caught_up, clicks, disappears, passes_on, spoken, town,
};
use crate::kit::{cast, nothing_left};

#[tokio::test]
async fn a_word_or_two_is_read_with_what_it_answers() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let street = place.street;
    let discord = &town.discord;

    // An offer is taken up: asked about like any request.
    let offer = passes_on(&cast, place.jack, OFFER).await;
    let taken = discord
        .reply(street, place.priya, offer.said, "yes please")
        .unwrap();
    let ask = cast.reads(street, "a question", |m| m.reply_to == Some(taken));
    let ask = ask.await.unwrap();
    // The question is answered in words, which is no request of its own.
    town.settle().await.unwrap();
    discord
        .reply(street, place.priya, ask.id, "yes please")
        .unwrap();
    let done = becomes(&cast, &ask, "the help hub has it").await;
    let code = code_in(&done.text()).unwrap();
    let shown = card(&cast, &code, "lift").await;
    assert!(!shown.text().contains("shops"), "nobody else's words");

    // Help for somebody's request is an offer, and what asks back is nothing.
    let need = passes_on(&cast, place.leah, LIFT).await;
    let back = discord
        .reply(street, place.max, need.said, "what time?")
        .unwrap();
    let coming = discord
        .reply(street, place.max, need.said, "I can do that")
        .unwrap();
    let offered = cast.reads(street, "a question", |m| m.reply_to == Some(coming));
    let offered = offered.await.unwrap();
    town.settle().await.unwrap();
    discord
        .reply(street, place.max, offered.id, "no thanks")
        .unwrap();
    disappears(&cast, &offered).await;

    // "Sorted" beneath one's own words is about these.
    let sorted = discord.reply(street, place.priya, taken, "sorted").unwrap();
    let asked = cast.reads(street, "whether it is sorted", |m| {
        m.reply_to == Some(sorted)
    });
    let asked = asked.await.unwrap();
    assert!(asked.text().contains(&code));
    clicks(&cast, place.priya, &asked, "Yes, take it off").await;
    card(&cast, &code, "Taken back").await;
    caught_up(&cast).await;
    assert_eq!(case(&town, &need.code).await.state.name(), "open");
    let answered = |said: u64| {
        spoken(&cast, street)
            .iter()
            .any(|m| m.reply_to == Some(said))
    };
    assert!(!answered(back));
    nothing_left(town).await;
}

#[tokio::test]
async fn an_answer_that_came_while_kith_was_away_is_read_with_what_it_answers() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let offer = passes_on(&cast, place.jack, OFFER).await;
    town.stop_kith().await.unwrap();
    town.discord.forget_sessions();
    let taken = town
        .discord
        .reply(place.street, place.priya, offer.said, "me please");
    let taken = taken.unwrap();
    town.start_kith().await.unwrap();
    let ask = cast.reads(place.street, "a question", |m| m.reply_to == Some(taken));
    assert!(ask.await.unwrap().button("Yes, pass it on").is_some());
    nothing_left(town).await;
}
