//! Setting a group up from chat: by words, by buttons, by whom, and what is wrong there.

use kith::domain::ids::{ChannelId, ConnectorId, Place};
use kith::domain::settings::{Channel, ChannelRole, Listening};
use kith::sim::telegram::ChatId;

use super::hands::{NEED, Play, town};
use crate::kit::nothing_left;

async fn settings(play: &Play<'_>, chat: ChatId) -> Option<Channel> {
    let place = Place {
        connector: ConnectorId::new("telegram"),
        channel: ChannelId::new(chat.0.to_string()),
    };
    let store = play.town.store().await.expect("the database");
    let channels = store.channels().await.expect("channels");
    store.close().await;
    channels.into_iter().find(|channel| channel.place == place)
}

#[tokio::test]
async fn a_group_is_set_up_by_buttons() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let chat = play.telegram().add_supergroup("Hillside neighbours");
    let founder = play.telegram().founder(chat);
    let hello = play.sees_words(chat, "Hello! I'm kith").await;
    assert!(hello.text.contains("/kith setup"));
    let panel = play.sets_up(chat, "").await;
    assert!(panel.text.contains("not set up yet"), "{panel:?}");
    assert_eq!(
        panel.labels(),
        [
            "Neighbours talk here",
            "The hub team works here",
            "Safeguarding leads work here",
            "Leave this channel alone"
        ]
    );

    let nosy = play.telegram().add_person("Nosy");
    play.telegram().join(chat, nosy);
    let refused = play
        .press(nosy, (chat, &panel), "The hub team works here")
        .await;
    assert!(refused.text.contains("people who run this group"));
    assert_eq!(settings(&play, chat).await, None);

    let last = play.last(chat);
    play.press(founder, (chat, &panel), "Neighbours talk here")
        .await;
    let panel = play.sees_next(chat, last, "How I listen").await;
    assert!(
        panel.button("✓ Neighbours talk here").is_some(),
        "{panel:?}"
    );
    let last = play.last(chat);
    play.press(founder, (chat, &panel), "Pass on at once, with undo")
        .await;
    let panel = play.sees_next(chat, last, "Pass on at once").await;
    assert!(panel.button("✓ Pass on at once, with undo").is_some());
    let channel = settings(&play, chat).await.expect("settings");
    assert_eq!(
        (channel.role, channel.listening),
        (ChannelRole::Intake, Listening::Auto)
    );
    for (label, role) in [
        ("Safeguarding leads work here", ChannelRole::Safeguarding),
        ("Leave this channel alone", ChannelRole::Ignored),
        ("The hub team works here", ChannelRole::Hub),
    ] {
        let last = play.last(chat);
        play.press(founder, (chat, &panel), label).await;
        play.sees_next(chat, last, label).await;
        assert_eq!(settings(&play, chat).await.expect("settings").role, role);
    }
    nothing_left(town).await;
}

#[tokio::test]
async fn a_group_is_set_up_by_words_and_keeps_its_area() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let chat = play.telegram().add_supergroup("Hillside neighbours");
    let panel = play.sets_up(chat, "intake auto area me7, ME8").await;
    assert!(panel.text.contains("ME7, ME8"), "{panel:?}");
    let panel = play.sets_up(chat, "commands").await;
    assert!(panel.text.contains("ME7, ME8") && panel.text.contains("Commands only"));
    let panel = play.sets_up(chat, "everywhere").await;
    assert!(panel.text.contains("everywhere"));
    let wrong = play.sets_up(chat, "kitchen").await;
    assert!(
        wrong.text.contains("kitchen") && wrong.text.contains("intake, hub"),
        "{wrong:?}"
    );
    let founder = play.telegram().founder(chat);
    let said = play.telegram().say(chat, founder, "/kith");
    let panel = play.sees_answer(chat, said).await;
    assert!(panel.text.contains("Neighbours talk here"), "{panel:?}");
    let said = play.telegram().say(chat, founder, "/kith dance");
    let wrong = play.sees_answer(chat, said).await;
    assert!(wrong.text.contains("setup, status, moderator"), "{wrong:?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn a_case_goes_to_the_hub_of_its_area_alone() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let far = play.telegram().add_supergroup("Far hub");
    play.sets_up(far, "hub CT1").await;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    play.card(&code, "ME7").await;
    play.settles().await;
    assert_eq!(play.said(far, &code), 0);
    // Nor can the far hub look at it by its code.
    let dan = play.telegram().add_person("Dan");
    play.telegram().join(far, dan);
    let said = play.telegram().say(far, dan, &format!("/case {code}"));
    let answer = play.sees_answer(far, said).await;
    assert!(!answer.text.contains("Boots"), "{answer:?}");
    assert!(
        answer.text.contains("I can't find"),
        "answered like a code that does not exist: {answer:?}"
    );
    nothing_left(town).await;
}

#[tokio::test]
async fn only_those_who_run_the_group_may() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let (street, rosa, omar) = (
        play.riverside.street,
        play.riverside.rosa,
        play.riverside.omar,
    );
    let founder = play.telegram().founder(street);
    for command in ["/kith setup hub", "/kith status", "/kith moderator"] {
        let said = play.telegram().say(street, rosa, command);
        let refused = play.sees_answer(street, said).await;
        assert!(
            refused.text.contains("people who run this group"),
            "{refused:?}"
        );
    }
    play.writes(rosa, "/kith setup hub", "people who run this group")
        .await;

    let said = play.telegram().say(street, founder, "/kith moderator");
    let how = play.sees_answer(street, said).await;
    assert!(how.text.contains("message"), "{how:?}");
    let hers = play.telegram().say(street, rosa, "Good evening all");
    let said = play
        .telegram()
        .reply(street, founder, hers, "/kith moderator");
    let named = play.sees_answer(street, said).await;
    assert!(named.text.contains("They can now use"), "{named:?}");
    let said = play.telegram().say(street, rosa, "/kith setup auto");
    let panel = play.sees_answer(street, said).await;
    assert!(panel.text.contains("Pass on at once"), "{panel:?}");
    // A named moderator names no others, and Omar is still none.
    let his = play.telegram().say(street, omar, "Evening Rosa");
    let said = play.telegram().reply(street, rosa, his, "/kith moderator");
    let refused = play.sees_answer(street, said).await;
    assert!(refused.text.contains("people who run this group"));
    let said = play.telegram().say(street, omar, "/kith setup ask");
    let refused = play.sees_answer(street, said).await;
    assert!(refused.text.contains("people who run this group"));
    assert_eq!(
        settings(&play, street)
            .await
            .map(|channel| channel.listening),
        Some(Listening::Auto)
    );
    nothing_left(town).await;
}

#[tokio::test]
async fn an_administrator_who_writes_as_the_group_may() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let street = play.riverside.street;
    let mod_ = play.telegram().add_person("Mo");
    play.telegram().set_anonymous_admin(street, mod_);
    let said = play.telegram().say(street, mod_, "/kith setup commands");
    let panel = play.sees_answer(street, said).await;
    assert!(panel.text.contains("Commands only"), "{panel:?}");
    let last = play.last(street);
    play.press(mod_, (street, &panel), "Ask the writer first")
        .await;
    play.sees_next(street, last, "Ask the writer first").await;
    // Their need comes from nobody who could be told in private: it is asked about in the group all the same.
    let said = play.telegram().say(street, mod_, "/need A heater, ME8 0AA");
    let done = play.sees_answer(street, said).await;
    let code = kith::demo::code_in(&done.text).expect("a code");
    play.card(&code, "ME8").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn status_says_what_works_and_what_does_not() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let founder = play.telegram().founder(place.street);
    let said = play.telegram().say(place.street, founder, "/kith status");
    let status = play.sees_answer(place.street, said).await;
    assert!(status.text.contains("✓ 2 hub channels"), "{status:?}");
    assert!(
        status.text.contains("✓ One safeguarding channel"),
        "{status:?}"
    );
    assert!(status.text.contains("✓ I can do all"), "{status:?}");

    // Privacy mode is switched on, and holds where kith is added after that.
    play.telegram().set_privacy(true);
    let chat = play.telegram().add_supergroup("Hillside neighbours");
    let founder = play.telegram().founder(chat);
    let said = play
        .telegram()
        .say(chat, founder, "/kith@kith_sim_bot status");
    let status = play.sees_answer(chat, said).await;
    assert!(status.text.contains("✗ This channel is not set up"));
    assert!(
        status.text.contains("/setprivacy") && status.text.contains("administrator"),
        "{status:?}"
    );
    play.telegram().set_bot_admin(chat, true);
    play.sets_up(chat, "intake").await;
    let said = play.telegram().say(chat, founder, "/kith status");
    let status = play.sees_answer(chat, said).await;
    assert!(status.text.contains("✓ I can do all"), "{status:?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn a_street_without_a_hub_is_told_so() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.sets_up(place.hub, "hub CT1").await;
    let max = play.hillview.max;
    town.discord
        .slash(max, play.hillview.hub, "kith setup", &[("role", "ignored")])
        .expect("the command");
    play.reads_alone(max, "the panel", |m| {
        m.text().contains("Leave this channel alone")
    })
    .await
    .expect("the panel");
    let panel = play.sets_up(place.street, "ask").await;
    assert!(
        panel.text.contains("No hub sees these requests yet"),
        "{panel:?}"
    );
    nothing_left(town).await;
}
