//! Phone numbers and the like in a Telegram group: told in private, taken away on request or by itself.

use kith::demo::code_in;

use super::hands::{Play, town};
use crate::kit::nothing_left;

const NEED: &str = "Could anyone do my shopping today please? ME7 1AB, ring me on 07700 900123, the key is under the mat";

/// Whether a message still stands in the street.
fn stands(play: &Play<'_>, message: i64) -> bool {
    let street = play.riverside.street;
    let seen = play.telegram().view(|view| view.message(street, message));
    seen.is_some_and(|message| !message.deleted)
}

#[tokio::test]
async fn the_writer_has_it_taken_away_and_the_need_goes_on() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let (street, rosa) = (play.riverside.street, play.riverside.rosa);
    play.telegram().set_bot_admin(street, true);
    play.befriends(rosa).await;
    let (said, _, code) = play.asks(rosa, NEED).await;
    let told = play
        .sees_words(rosa, "Your message in the group shows")
        .await;
    assert!(
        told.text.contains("a phone number and where a key is"),
        "{}",
        told.text
    );
    assert!(stands(&play, said));
    play.taps(
        rosa,
        &told,
        ("Take my message away", "I'm taking your message away"),
    )
    .await;
    play.settles().await;
    assert!(!stands(&play, said));
    assert_eq!(play.said(street, "07700") + play.said(street, "mat"), 0);
    let card = play.card(&code, "Waiting for someone").await;
    assert!(!card.text.contains("07700") && !card.text.contains("mat"));
    let details = play.case(&code).await.details;
    assert_eq!(details.reach, Some("07700 900123".into()));
    nothing_left(town).await;
}

#[tokio::test]
async fn who_cannot_be_written_to_is_led_to_the_private_chat() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let (street, omar) = (play.riverside.street, play.riverside.omar);
    play.telegram().set_bot_admin(street, true);
    let said = play.telegram().say(
        street,
        omar,
        "Locked out again lol, the key is under the mat from now on",
    );
    let line = play.sees_words(street, "There is a private message").await;
    assert!(!line.text.contains("key"), "{}", line.text);
    let label = line.labels()[0].to_owned();
    let told = play
        .follows(omar, (street, &line), (&label, "shows something private"))
        .await;
    play.taps(
        omar,
        &told,
        ("Take my message away", "I'm taking your message away"),
    )
    .await;
    play.settles().await;
    assert!(!stands(&play, said));
    nothing_left(town).await;
}

#[tokio::test]
async fn a_group_can_have_it_taken_away_at_once() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let (street, rosa) = (play.riverside.street, play.riverside.rosa);
    play.telegram().set_bot_admin(street, true);
    play.befriends(rosa).await;
    let panel = play.sets_up(street, "leaks_removed").await;
    assert!(
        panel.text.contains("I take the message away"),
        "{}",
        panel.text
    );
    let said = play.telegram().say(street, rosa, NEED);
    let ask = play.sees_words(street, "Shall I pass this on").await;
    play.press(rosa, (street, &ask), "Yes, pass it on").await;
    let done = play
        .sees(street, "a code", |m| {
            m.id == ask.id && code_in(&m.text).is_some()
        })
        .await;
    let code = code_in(&done.text).unwrap();
    let told = play.sees_words(rosa, "I have taken the message away").await;
    assert!(told.button("Take my message away").is_none());
    play.settles().await;
    assert!(!stands(&play, said));
    play.card(&code, "Waiting for someone").await;
    nothing_left(town).await;
}
