//! Where things are: topics, groups that move, hubs that come late, kith thrown out.

use kith::demo::code_in;

use super::hands::{LIFT, NEED, Play, town};
use crate::kit::nothing_left;

#[tokio::test]
async fn in_a_topic_everything_stays_in_the_topic() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let telegram = play.telegram();
    let forum = telegram.add_forum("Hillside");
    let founder = telegram.founder(forum);
    let (help, chat) = (
        telegram.add_topic(forum, "Help wanted"),
        telegram.add_topic(forum, "Chat"),
    );
    let nia = telegram.add_person("Nia");
    telegram.join(forum, nia);
    let said = telegram.say_in_topic(forum, help, founder, "/kith setup intake ME7");
    let panel = play.sees_answer(forum, said).await;
    assert_eq!(panel.thread, Some(help));

    let elsewhere = telegram.say_in_topic(forum, chat, nia, LIFT);
    let said = telegram.say_in_topic(forum, help, nia, NEED);
    let ask = play.sees_answer(forum, said).await;
    assert_eq!(ask.thread, Some(help));
    play.press(nia, (forum, &ask), "Yes, pass it on").await;
    let done = play.sees_words(forum, "the help hub has it").await;
    let code = code_in(&done.text).expect("a code");
    play.claims(play.riverside.sam, &code).await;
    let line = play
        .sees(forum, "a neutral line", |m| m.button("Open it").is_some())
        .await;
    assert_eq!((line.thread, line.reply_to), (Some(help), Some(said)));
    play.settles().await;
    let answered = telegram.view(|view| view.bot_messages_in(forum));
    assert!(
        answered.iter().all(|m| m.reply_to != Some(elsewhere)),
        "the other topic is not set up: {answered:#?}"
    );
    nothing_left(town).await;
}

#[tokio::test]
async fn a_whole_forum_is_set_up_at_once() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let telegram = play.telegram();
    let forum = telegram.add_forum("Hillside");
    let topic = telegram.add_topic(forum, "Chat");
    let nia = telegram.add_person("Nia");
    telegram.join(forum, nia);
    play.sets_up(forum, "intake ME7").await;
    let said = telegram.say_in_topic(forum, topic, nia, NEED);
    let ask = play.sees_answer(forum, said).await;
    assert_eq!(ask.thread, Some(topic));
    nothing_left(town).await;
}

#[tokio::test]
async fn a_street_that_becomes_a_supergroup_goes_on() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let telegram = play.telegram();
    let old = telegram.add_group("Hillside neighbours");
    let nia = telegram.add_person("Nia");
    telegram.join(old, nia);
    play.sets_up(old, "intake ME7").await;
    let said = telegram.say(old, nia, NEED);
    let ask = play.sees_answer(old, said).await;
    play.press(nia, (old, &ask), "Yes, pass it on").await;
    let done = play.sees_words(old, "the help hub has it").await;
    let code = code_in(&done.text).expect("a code");
    play.card(&code, "Waiting").await;

    let new = telegram.migrate(old);
    play.settles().await;
    play.claims(play.riverside.sam, &code).await;
    let line = play
        .sees(new, "a neutral line in the new group", |m| {
            m.button("Open it").is_some()
        })
        .await;
    play.follows(nia, (new, &line), ("Open it", &code)).await;
    // The settings came along: kith still listens, and the old answer still takes it back.
    let said = telegram.say(new, nia, LIFT);
    let ask = play.sees_answer(new, said).await;
    play.press(nia, (new, &ask), "Yes, pass it on").await;
    let done = play.sees_words(new, "the help hub has it").await;
    let other = code_in(&done.text).expect("a code");
    play.card(&other, "Waiting").await;
    play.writes(nia, &format!("/cancel {code}"), "is off the list")
        .await;
    play.card(&code, "Taken back by the writer").await;
    let founder = telegram.founder(new);
    let said = telegram.say(new, founder, "/kith setup");
    let panel = play.sees_answer(new, said).await;
    assert!(panel.text.contains("ME7"), "{panel:?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn a_hub_that_becomes_a_supergroup_gets_its_cards_anew() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let telegram = play.telegram();
    let old = telegram.add_group("Second hub");
    let ava = telegram.add_person("Ava");
    telegram.join(old, ava);
    play.sets_up(old, "hub ME7").await;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    play.sees_words(old, &code).await;

    let new = telegram.migrate(old);
    play.settles().await;
    // What happens next shows in the new chat, on one card that goes on being edited.
    play.claims(place.sam, &code).await;
    let card = play
        .sees(new, "the card in the new chat", |m| {
            m.text.starts_with(&code) && m.text.contains("Sam")
        })
        .await;
    play.commands(place.sam, &format!("/release {code}")).await;
    play.sees(new, "the card free again", |m| {
        m.id == card.id && m.text.contains("Waiting for someone")
    })
    .await;
    let shown = play.press(ava, (new, &card), "Claim").await;
    assert!(shown.text.is_empty() || !shown.text.contains("stopped"));
    let (_, _, other) = play
        .asks(
            place.omar,
            "I need a lift to the hospital tomorrow please, ME7 1AB",
        )
        .await;
    play.sees_words(new, &other).await;
    play.settles().await;
    assert_eq!(play.said(new, "Told:"), 2, "one card each");
    nothing_left(town).await;
}

#[tokio::test]
async fn a_group_that_moves_while_kith_is_away() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let telegram = play.telegram();
    let old = telegram.add_group("Second hub");
    play.sets_up(old, "hub ME7").await;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    play.sees_words(old, &code).await;
    play.settles().await;
    town.stop_kith().await.expect("kith stops");
    let new = telegram.migrate(old);
    town.start_kith().await.expect("kith starts");
    play.claims(place.sam, &code).await;
    play.sees(new, "the card in the new chat", |m| {
        m.text.starts_with(&code) && m.text.contains("Sam")
    })
    .await;
    nothing_left(town).await;
}

#[tokio::test]
async fn a_hub_that_comes_late_gets_the_cards_that_wait() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (_, _, open) = play.asks(place.rosa, NEED).await;
    let (_, _, claimed) = play.asks(place.omar, LIFT).await;
    play.claims(place.sam, &claimed).await;
    let (_, done, gone) = play
        .asks(place.ina, "Could someone walk my dog tomorrow please? ME7")
        .await;
    play.press(place.ina, (place.street, &done), "Take it back")
        .await;
    play.card(&gone, "Taken back").await;

    let late = play.telegram().add_supergroup("Late hub");
    play.sets_up(late, "hub").await;
    play.sees(late, "the open card", |m| {
        m.text.starts_with(&open) && m.button("Claim").is_some()
    })
    .await;
    let card = play
        .sees(late, "the claimed card", |m| {
            m.text.starts_with(&claimed) && m.text.contains("Sam")
        })
        .await;
    play.settles().await;
    assert_eq!(play.said(late, &gone), 0);
    // They are its own cards: what happens next shows on them.
    play.commands(place.sam, &format!("/release {claimed}"))
        .await;
    play.sees(late, "the card free again", |m| {
        m.id == card.id && m.text.contains("Waiting for someone")
    })
    .await;
    nothing_left(town).await;
}

#[tokio::test]
async fn a_deleted_card_is_posted_anew_and_a_deleted_answer_is_not() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (_, done, code) = play.asks(place.rosa, NEED).await;
    let card = play.card(&code, "Waiting").await;
    play.telegram()
        .delete(place.hub, card.id)
        .expect("a deletion");
    play.telegram()
        .delete(place.street, done.id)
        .expect("a deletion");
    play.commands(place.sam, "/queue").await;
    let rules = play.commands(place.sam, &format!("/claim {code}")).await;
    play.press(place.sam, (place.hub, &rules), super::hands::UNDERSTOOD)
        .await;
    let anew = play.card(&code, "Sam").await;
    assert!(anew.id > card.id);
    play.writes(place.rosa, &format!("/cancel {code}"), "is off the list")
        .await;
    play.card(&code, "Taken back by the writer").await;
    play.settles().await;
    assert_eq!(play.said(place.street, &code), 0);
    nothing_left(town).await;
}
