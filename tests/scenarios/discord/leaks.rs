//! Phone numbers and the like in a Discord channel: told in private, and taken away without taking the need back.

use kith::demo::code_in;

use super::hands::{asks, card, clicks, coded, slash, town};
use crate::kit::{cast, nothing_left};

const NEED: &str =
    "I need a lift to the hospital today, can anybody help? ME9 7ZZ, ring me on 07700 900123";

#[tokio::test]
async fn the_writer_has_it_taken_away_and_the_need_goes_on() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let (said, ask) = asks(&cast, place.priya, NEED).await;
    clicks(&cast, place.priya, &ask, "Yes, pass it on").await;
    let code = code_in(&coded(&cast, &ask).await.text()).unwrap();
    let told = cast.reads_alone(place.priya, "a word in private", |message| {
        message.text().contains("shows a phone number")
    });
    let told = told.await.unwrap();
    clicks(&cast, place.priya, &told, "Take my message away").await;
    town.settle().await.unwrap();
    let seen = town.discord.message(place.street, said);
    assert!(seen.is_none_or(|message| message.deleted));
    // Discord tells of every message that is gone: this one was not taken back.
    let shown = card(&cast, &code, "Waiting for someone").await;
    assert!(!shown.text().contains("07700"), "{}", shown.text());
    nothing_left(town).await;
}

#[tokio::test]
async fn a_group_can_have_it_taken_away_at_once() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let set = [("leaks", "leaks_removed")];
    slash(&cast, (place.max, place.street), "kith setup", &set).await;
    let said = town
        .discord
        .say(place.street, place.jack, "the key is under the mat lol")
        .unwrap();
    let told = cast.reads_alone(place.jack, "a word in private", |message| {
        message.text().contains("I have taken the message away")
    });
    told.await.unwrap();
    town.settle().await.unwrap();
    let seen = town.discord.message(place.street, said);
    assert!(seen.is_none_or(|message| message.deleted));
    nothing_left(town).await;
}
