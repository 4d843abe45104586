//! Telegram says too many, or fails, or answers late: slower, and nothing lost or said twice.

use std::collections::BTreeSet;

use kith::demo::PATIENCE;
use kith::sim::faults::Outcome;
use kith::sim::telegram::RateLimits;

use super::hands::{NEED, Play, town};
use crate::kit::nothing_left;

#[tokio::test]
async fn too_many_at_once_slows_down_and_loses_nothing() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.telegram().set_rate_limits(Some(RateLimits {
        chat_a_second: 4,
        group_a_minute: 1_000,
        overall_a_second: 30,
    }));
    let said: BTreeSet<i64> = (0..12)
        .map(|number| {
            let person = play.telegram().add_person(&format!("Neighbour {number}"));
            play.telegram().join(place.street, person);
            play.telegram().say(place.street, person, NEED)
        })
        .collect();
    play.telegram()
        .wait_until(
            |view| {
                let asked = view.bot_messages_in(place.street);
                said.iter()
                    .all(|said| asked.iter().any(|ask| ask.reply_to == Some(*said)))
            },
            PATIENCE,
        )
        .await
        .expect("everybody is asked");
    assert!(play.telegram().refused_by_limits() > 0);
    play.settles().await;
    assert_eq!(play.said(place.street, "Shall I pass this on"), said.len());
    nothing_left(town).await;
}

#[tokio::test]
async fn a_refusal_with_a_time_to_wait_is_kept_to() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.telegram().fail_next("SendMessage", Outcome::Limit(1));
    let said = play.telegram().say(place.street, place.rosa, NEED);
    let ask = play.sees_answer(place.street, said).await;
    play.telegram()
        .fail_next("AnswerCallbackQuery", Outcome::Limit(1));
    play.telegram()
        .fail_next("EditMessageText", Outcome::Limit(1));
    play.press(place.rosa, (place.street, &ask), "Yes, pass it on")
        .await;
    play.sees_words(place.street, "the help hub has it").await;
    play.settles().await;
    assert_eq!(play.said(place.hub, "Where:"), 1);
    nothing_left(town).await;
}

#[tokio::test]
async fn telegram_away_for_a_while() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let card = play.card(&code, "Waiting").await;
    play.settles().await;
    play.telegram().go_down();
    let press = play
        .telegram()
        .press(place.sam, place.hub, card.id, "Details")
        .expect("the button");
    let kim = play.hillview.kim;
    town.discord
        .slash(kim, play.hillview.hub, "claim", &[("code", &code)])
        .expect("the command");
    let rules = play
        .reads_alone(kim, "the rules", |m| {
            m.button(super::hands::UNDERSTOOD).is_some()
        })
        .await
        .expect("the rules");
    play.clicks(kim, &rules, super::hands::UNDERSTOOD)
        .expect("the button");
    play.reads(play.hillview.hub, "Kim on the card", |m| {
        m.text().contains(&code) && m.text().contains("Kim")
    })
    .await
    .expect("Discord goes on");
    play.telegram().come_back().await.expect("the same port");
    play.card(&code, "Kim").await;
    play.telegram()
        .wait_for("the press answered", PATIENCE, |view| view.answer(&press))
        .await
        .expect("an answer");
    nothing_left(town).await;
}

#[tokio::test]
async fn server_errors_and_dropped_connections_are_tried_again() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    for (method, outcome) in [
        ("SendMessage", Outcome::Fail(500)),
        ("SendMessage", Outcome::Drop),
        ("GetUpdates", Outcome::Fail(502)),
        ("GetUpdates", Outcome::Drop),
        ("EditMessageText", Outcome::Drop),
    ] {
        play.telegram().fail_next(method, outcome);
    }
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    play.card(&code, "Waiting").await;
    play.claims(place.sam, &code).await;
    play.settles().await;
    assert_eq!(play.said(place.street, &code), 1);
    nothing_left(town).await;
}
