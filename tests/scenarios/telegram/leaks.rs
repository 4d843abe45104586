//! Phone numbers and the like in a Telegram group: told in private, taken away on request or by itself.

use super::hands::{Play, town};
use crate::kit::nothing_left;

const NEED: &str =
    "Could anyone do my shopping today please? ME7 1AB, ring me on 07700 900123, my pin is 4821";

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
        told.text.contains("a PIN or a password and a phone number"),
        "{}",
        told.text
    );
    assert!(told.text.contains("Call 159"), "{}", told.text);
    assert!(stands(&play, said));
    play.taps(
        rosa,
        &told,
        ("Take my message away", "I'm taking your message away"),
    )
    .await;
    play.settles().await;
    assert!(!stands(&play, said));
    assert_eq!(play.said(street, "07700") + play.said(street, "4821"), 0);
    let card = play.card(&code, "Claim").await;
    assert!(!card.text.contains("07700") && !card.text.contains("4821"));
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
    let said = play
        .telegram()
        .say(street, omar, "ha, my pin is 4821, don't tell");
    let line = play.sees_answer(street, said).await;
    assert!(
        !line.text.contains("PIN") && !line.text.contains("4821"),
        "{}",
        line.text
    );
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
    let (said, _, code) = play.asks(rosa, NEED).await;
    let told = play.sees_words(rosa, "I have taken the message away").await;
    assert!(told.button("Take my message away").is_none());
    play.settles().await;
    assert!(!stands(&play, said));
    play.card(&code, "Claim").await;
    nothing_left(town).await;
}
