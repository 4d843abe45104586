//! Danger on Telegram: numbers for the one alone, a concern for the leads alone, nothing in the street or the hub.

use kith::sim::telegram::{ChatId, PersonId};

use super::hands::{DANGER, Play, town};
use crate::kit::nothing_left;

/// A safeguarding channel on Telegram, and its lead.
async fn leads(play: &Play<'_>) -> (ChatId, PersonId) {
    let leads = play.telegram().add_supergroup("Riverside leads");
    let lena = play.telegram().add_person("Lena");
    play.telegram().join(leads, lena);
    play.sets_up(leads, "safeguarding").await;
    (leads, lena)
}

fn assert_secret(play: &Play<'_>) {
    let place = &play.riverside;
    for chat in [place.street, place.hub] {
        for words in [
            "end my life",
            "suicide",
            "116 123",
            "999",
            "Please look at this now",
        ] {
            assert_eq!(play.said(chat, words), 0, "{words}");
        }
    }
    let hub = play.town.discord.messages(play.hillview.hub);
    assert!(hub.iter().all(|m| !m.text().contains("end my life")));
}

#[tokio::test]
async fn who_can_be_reached_gets_the_numbers_and_the_street_hears_nothing() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (leads, lena) = leads(&play).await;
    play.befriends(place.ina).await;
    let before = play.said(place.street, "");
    let last = play.last(place.ina);
    play.telegram().say(place.street, place.ina, DANGER);
    let numbers = play.sees_next(place.ina, last, "116 123").await;
    assert!(
        numbers
            .text
            .starts_with("If anyone is in danger right now, call 999.")
    );

    let card = play.sees_words(leads, "Please look at this now").await;
    assert!(card.text.contains("Ina") && card.text.contains(DANGER));
    play.press(lena, (leads, &card), "I have this").await;
    let card = play
        .sees(leads, "Lena on the concern", |m| {
            m.id == card.id && m.text.contains("Lena")
        })
        .await;
    play.reads(play.hillview.leads, "Lena on Discord too", |m| {
        m.text().contains("Lena")
    })
    .await
    .expect("the same on both platforms");
    play.press(lena, (leads, &card), "Dealt with").await;
    let ends = play.sees_words(leads, "How did").await;
    play.press(lena, (leads, &ends), "Passed to adult services")
        .await;
    let card = play.sees_words(leads, "Dealt with by").await;
    assert!(card.buttons.is_empty());
    play.settles().await;
    assert_eq!(play.said(place.street, ""), before, "not a word in public");
    assert_secret(&play);
    nothing_left(town).await;
}

#[tokio::test]
async fn who_can_not_be_reached_gets_a_neutral_line() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (leads, _) = leads(&play).await;
    let said = play.telegram().say(place.street, place.ina, DANGER);
    let line = play.sees_answer(place.street, said).await;
    assert_eq!(line.text, "There is a private message for you.");
    play.sees_words(leads, "Please look at this now").await;
    // Somebody else who opens it learns nothing.
    let nosy = play
        .telegram()
        .follow(place.rosa, place.street, line.id, "Open it")
        .expect("a link");
    play.sees_next(place.rosa, nosy, "Only the person who wrote")
        .await;
    play.follows(place.ina, (place.street, &line), ("Open it", "116 123"))
        .await;
    play.settles().await;
    assert_secret(&play);
    nothing_left(town).await;
}

#[tokio::test]
async fn danger_in_private_and_in_the_middle_of_a_dialogue() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (leads, _) = leads(&play).await;
    play.writes(place.ina, DANGER, "116 123").await;
    play.sees_words(leads, "Please look at this now").await;

    play.writes(place.rosa, "/need", "What do you need?").await;
    let said = play.telegram().say_privately(place.rosa, DANGER);
    play.sees_next(place.rosa, said, "116 123").await;
    // The dialogue goes on: what she needs is still to be said.
    play.sees_next(place.rosa, said, "Where is it?").await;
    play.sees(leads, "a second concern", |m| m.text.contains("Rosa"))
        .await;
    play.writes(place.rosa, "/cancel", "nothing").await;
    play.settles().await;
    assert_secret(&play);
    nothing_left(town).await;
}

#[tokio::test]
async fn a_need_with_danger_in_it_can_still_be_passed_on() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (leads, _) = leads(&play).await;
    play.befriends(place.ina).await;
    let last = play.last(place.ina);
    let words =
        "Can someone bring me some food please? I can't go on, I want to end my life. ME7 1AB";
    play.telegram().say(place.street, place.ina, words);
    let numbers = play.sees_next(place.ina, last, "116 123").await;
    play.sees_words(leads, "Please look at this now").await;
    assert_eq!(numbers.labels(), ["Yes, pass it on"]);
    play.press(place.ina, (place.ina.into(), &numbers), "Yes, pass it on")
        .await;
    let card = play
        .sees(place.hub, "a card for the need", |m| {
            m.text.contains("ME7") && m.button("Claim").is_some()
        })
        .await;
    assert!(
        !card.text.contains("life") && !card.text.contains("go on"),
        "{card:?}"
    );
    play.settles().await;
    assert_eq!(play.said(place.street, "private message"), 0);
    nothing_left(town).await;
}

#[tokio::test]
async fn only_leads_take_a_concern() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (leads, lena) = leads(&play).await;
    play.befriends(place.ina).await;
    play.telegram().say(place.street, place.ina, DANGER);
    let card = play.sees_words(leads, "Please look at this now").await;
    play.press(lena, (leads, &card), "I have this").await;
    play.sees_words(leads, "Lena").await;
    // A hub command finds neither the concern nor its code.
    let code = kith::demo::code_in(&card.text).expect("a code");
    let answer = play.commands(place.sam, &format!("/case {code}")).await;
    assert!(answer.text.contains("I can't find"), "{answer:?}");
    nothing_left(town).await;
}
