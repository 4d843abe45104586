//! Danger while the database, the outbox or the platforms fail: the numbers come once, the leads hear of it afterwards.

use std::time::Duration;

use kith::demo::Town;
use kith::sim::faults::{Faults, Outcome};
use rusqlite::Connection;

use crate::kit::nothing_left;
use crate::telegram::hands::{DANGER, NEED, Play, quiet_town};

/// Longer than the lifeline waits for anything that is well again.
const A_WHILE: Duration = Duration::from_secs(4);

async fn town() -> Town {
    let mut town = quiet_town().await;
    town.speak_freely();
    town.start_kith().await.unwrap();
    town
}

fn database(town: &Town) -> Connection {
    let database = Connection::open(town.folder().join("kith.db")).unwrap();
    database.busy_timeout(Duration::from_secs(30)).unwrap();
    database
}

/// Somebody else writes and doesn't stop, until what is given is dropped.
fn lock(town: &Town) -> Connection {
    let database = database(town);
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    database
}

/// Nothing that is promised can be taken out of the outbox.
fn break_outbox(town: &Town) {
    database(town)
        .execute_batch(
            "CREATE TRIGGER stuck BEFORE UPDATE ON outbox WHEN new.state = 'leased' \
             BEGIN SELECT RAISE(ABORT, 'stuck'); END",
        )
        .unwrap();
}

fn mend_outbox(town: &Town) {
    database(town).execute_batch("DROP TRIGGER stuck").unwrap();
}

/// Priya writes it on Discord, where kith listens.
fn priya_is_in_danger(play: &Play<'_>) {
    let place = &play.hillview;
    play.town
        .discord
        .say(place.street, place.priya, DANGER)
        .unwrap();
}

/// How often Priya was told in private.
fn told_on_discord(play: &Play<'_>) -> usize {
    let told = play.town.discord.dms(play.hillview.priya);
    let numbers = told.iter().filter(|m| m.text().contains("116 123"));
    numbers.count()
}

async fn priya_is_told(play: &Play<'_>) {
    let numbers = play.reads_alone(play.hillview.priya, "the numbers", |m| {
        m.text().contains("116 123")
    });
    numbers.await.unwrap();
}

/// The leads have a card of what this person wrote, in their channel on Discord.
async fn leads_hear_of(play: &Play<'_>, name: &str) {
    let card = play.reads(play.hillview.leads, "a concern", |m| {
        let text = m.text();
        text.contains("Please look at this now") && text.contains(name) && text.contains(DANGER)
    });
    card.await.unwrap();
}

/// All is well again: the leads have heard of both, and nobody was told a second time.
async fn all_ends_well(play: &Play<'_>, told_before: usize) {
    leads_hear_of(play, "Ina").await;
    leads_hear_of(play, "Priya").await;
    play.settles().await;
    tokio::time::sleep(A_WHILE).await;
    play.settles().await;
    let ina = play.riverside.ina;
    assert_eq!(play.said(ina, "116 123"), 1, "Ina is told once");
    assert_eq!(told_on_discord(play), 1, "Priya is told once");
    let street = play.riverside.street;
    assert_eq!(play.said(street, ""), told_before, "not a word in public");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_database() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.befriends(place.ina).await;
    play.settles().await;
    let before = play.said(place.street, "");
    let last = play.last(place.ina);
    let lock = lock(&town);
    // An ordinary need is stuck before it: Telegram isn't told that it was taken, and danger is read all the same.
    play.telegram().say(place.street, place.rosa, NEED);
    tokio::time::sleep(Duration::from_millis(500)).await;
    play.telegram().say(place.street, place.ina, DANGER);
    priya_is_in_danger(&play);
    play.sees_next(place.ina, last, "116 123").await;
    priya_is_told(&play).await;
    drop(lock);
    play.sees_words(place.street, "Shall I pass this on").await;
    all_ends_well(&play, before + 1).await;
    nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_outbox() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.befriends(place.ina).await;
    play.settles().await;
    let before = play.said(place.street, "");
    let last = play.last(place.ina);
    break_outbox(&town);
    play.telegram().say(place.street, place.ina, DANGER);
    priya_is_in_danger(&play);
    play.sees_next(place.ina, last, "116 123").await;
    priya_is_told(&play).await;
    mend_outbox(&town);
    all_ends_well(&play, before).await;
    nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_platforms_fail_one_after_the_other_while_the_database_is_locked() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.befriends(place.ina).await;
    play.settles().await;
    let before = play.said(place.street, "");
    let last = play.last(place.ina);
    let lock = lock(&town);
    for outcome in [Outcome::Fail(500), Outcome::Drop, Outcome::Fail(502)] {
        play.telegram().fail_next("SendMessage", outcome);
    }
    play.telegram().say(place.street, place.ina, DANGER);
    play.sees_next(place.ina, last, "116 123").await;
    town.discord.faults().set(Faults {
        error_rate: 1.0,
        ..Faults::default()
    });
    priya_is_in_danger(&play);
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(told_on_discord(&play), 0);
    town.discord.faults().clear();
    priya_is_told(&play).await;
    drop(lock);
    all_ends_well(&play, before).await;
    nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_can_not_be_reached_finds_a_line_whose_button_works_before_the_database_does() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.settles().await;
    let lock = lock(&town);
    let said = play.telegram().say(place.street, place.ina, DANGER);
    let line = play.sees_answer(place.street, said).await;
    assert_eq!(line.text, "There is a private message for you.");
    play.follows(place.ina, (place.street, &line), ("Open it", "116 123"))
        .await;
    drop(lock);
    leads_hear_of(&play, "Ina").await;
    play.settles().await;
    tokio::time::sleep(A_WHILE).await;
    play.settles().await;
    assert_eq!(
        play.said(place.street, "private message"),
        0,
        "the line is taken away once they have come"
    );
    assert_eq!(play.said(place.ina, "116 123"), 1);
    nothing_left(town).await;
}
