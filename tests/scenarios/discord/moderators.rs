//! Moderators: setting up by options and by the panel, who may, and what `/kith status` finds wrong.

use super::hands::{
    LIFT, SHOPPING, asks, card_in, clicks, passes_on, quiet_town, slash, spoken, town,
};
use crate::kit::{cast, nothing_left};

/// Discord's permission bits.
const VIEW_CHANNEL: u64 = 1 << 10;
const READ_MESSAGE_HISTORY: u64 = 1 << 16;

#[tokio::test]
async fn a_channel_is_set_up_by_options_and_by_buttons() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let other = town.discord.add_channel(place.guild, "other");
    let max = (place.max, other);
    let panel = slash(&cast, max, "kith setup", &[]).await;
    assert!(panel.text().contains("not set up yet"));
    let panel = clicks(&cast, place.max, &panel, "Neighbours talk here").await;
    assert!(
        panel.button("✓ Neighbours talk here").is_some(),
        "{panel:?}"
    );
    assert!(panel.button("✓ Ask the writer first").is_some());
    let panel = clicks(&cast, place.max, &panel, "Pass on at once, with undo").await;
    assert!(panel.button("✓ Pass on at once, with undo").is_some());
    let options = [("area", "sw1a, me7")];
    let panel = slash(&cast, max, "kith setup", &options).await;
    assert!(panel.text().contains("ME7, SW1A"), "{panel:?}");
    assert!(panel.text().contains("Pass on at once"), "the rest stays");
    let options = [
        ("listening", "Commands only"),
        ("area", "ME8"),
        ("role", "The hub team works here"),
    ];
    let panel = slash(&cast, max, "kith setup", &options).await;
    assert!(panel.text().contains("The hub team works here") && panel.text().contains("ME8"));
    let wrong = slash(&cast, max, "kith setup", &[("area", "Narnia")]).await;
    assert!(wrong.text().contains("Sorry"), "{wrong:?}");
    let panel = clicks(&cast, place.max, &panel, "Leave this channel alone").await;
    assert!(panel.button("✓ Leave this channel alone").is_some());
    nothing_left(town).await;
}

#[tokio::test]
async fn setting_up_is_for_administrators_and_those_they_name() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let role = [("role", "Leave this channel alone")];
    let may = |answer: &kith::sim::discord::SeenMessage| {
        let refused = answer.text().contains("for the people who run this group");
        assert_eq!(refused, answer.buttons.is_empty(), "{answer:?}");
        !refused
    };
    let jack = (place.jack, place.street);
    assert!(!may(&slash(&cast, jack, "kith setup", &role).await));
    assert!(!may(&slash(&cast, jack, "kith status", &[]).await));
    let naming = slash(&cast, jack, "kith moderator", &[("who", "Jack")]).await;
    assert!(!may(&naming), "nobody names themselves");
    let max = (place.max, place.street);
    let panel = slash(&cast, max, "kith setup", &[]).await;
    assert!(may(&panel));

    let helpers = town.discord.add_role(place.guild, "Helpers");
    town.discord.give_role(place.guild, place.priya, helpers);
    let priya = (place.priya, place.street);
    assert!(!may(&slash(&cast, priya, "kith setup", &[]).await));
    let named = slash(&cast, max, "kith moderator", &[("who", "Helpers")]).await;
    assert!(named.text().contains("They can now use"));
    assert!(may(&slash(&cast, priya, "kith setup", &[]).await));
    let naming = slash(&cast, priya, "kith moderator", &[("who", "Jack")]).await;
    assert!(
        naming.text().contains("for the people who run"),
        "{naming:?}"
    );
    assert!(!may(&slash(&cast, jack, "kith setup", &[]).await));
    let named = slash(&cast, max, "kith moderator", &[("who", "Jack")]).await;
    assert!(named.text().contains("They can now use"));
    let panel = slash(&cast, jack, "kith setup", &[]).await;
    assert!(may(&panel));
    let panel = clicks(&cast, place.jack, &panel, "Commands only").await;
    assert!(panel.button("✓ Commands only").is_some());
    town.discord.take_role(place.guild, place.priya, helpers);
    assert!(!may(&slash(&cast, priya, "kith setup", &[]).await));
    town.discord.set_administrator(place.guild, place.leah);
    let leah = (place.leah, place.street);
    assert!(may(&slash(&cast, leah, "kith setup", &[]).await));
    let nobody = slash(&cast, max, "kith moderator", &[]).await;
    assert!(nobody.text().contains("Sorry"), "{nobody:?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn status_tells_what_works_and_names_what_is_missing() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let max = (place.max, place.street);
    let well = slash(&cast, max, "kith status", &[]).await.text();
    assert!(well.contains("✓ I can do all"), "{well}");
    assert!(well.contains("✓ 2 hub channels") && well.contains("One safeguarding"));
    assert!(well.contains("(everywhere): 0"), "{well}");
    passes_on(&cast, place.priya, SHOPPING).await;
    town.discord
        .set_bot_permissions(place.street, VIEW_CHANNEL | READ_MESSAGE_HISTORY);
    let ill = slash(&cast, max, "kith status", &[]).await.text();
    assert!(ill.contains("“Send Messages” is missing"), "{ill}");
    assert!(!ill.contains("“View Channel”") && !ill.contains("I can do all"));
    assert!(ill.contains("(everywhere): 1"), "{ill}");
    let other = town.discord.add_channel(place.guild, "other");
    let unset = slash(&cast, (place.max, other), "kith status", &[]).await;
    assert!(unset.text().contains("not set up"));
    nothing_left(town).await;
}

#[tokio::test]
async fn a_new_hub_sees_what_waits_and_an_intake_without_one_says_so() {
    let town = quiet_town().await;
    town.start_kith().await.unwrap();
    let discord = &town.discord;
    let guild = discord.add_guild("Newtown");
    let (mia, ned) = (discord.add_person("Mia"), discord.add_person("Ned"));
    discord.set_owner(guild, mia);
    discord.join(guild, ned);
    let street = discord.add_channel(guild, "street");
    let hub = discord.add_channel(guild, "hub");
    let cast = cast(&town).await;
    let role = [("role", "Neighbours talk here"), ("area", "ZE1")];
    let panel = slash(&cast, (mia, street), "kith setup", &role).await;
    // The hubs of the others are for everywhere, and so for here.
    assert!(!panel.text().contains("No hub sees"), "{panel:?}");
    for there in [cast.hillview.hub] {
        let area = [("area", "ME7 ME8")];
        slash(&cast, (cast.hillview.max, there), "kith setup", &area).await;
    }
    let telegram = &town.telegram;
    let founder = telegram.founder(cast.riverside.hub);
    let setup = format!("/kith@{} setup area ME7", telegram.bot_username());
    let said = telegram.say(cast.riverside.hub, founder, &setup);
    let panel = cast.hears(cast.riverside.hub, "the panel", |message| {
        message.id > said && message.text.contains("ME7")
    });
    panel.await.unwrap();
    let panel = slash(&cast, (mia, street), "kith setup", &[]).await;
    assert!(panel.text().contains("No hub sees"), "{panel:?}");

    let text = [("text", "Could somebody walk my dog today please?")];
    let told = slash(&cast, (ned, street), "need", &text).await;
    let code = kith::demo::code_in(&told.text()).unwrap();
    town.settle().await.unwrap();
    assert!(spoken(&cast, cast.hillview.hub).is_empty(), "not theirs");
    let role = [("role", "The hub team works here"), ("area", "ZE1")];
    slash(&cast, (mia, hub), "kith setup", &role).await;
    card_in(&cast, hub, &code, |card| card.button("Claim").is_some()).await;
    nothing_left(town).await;
}

#[tokio::test]
async fn where_kith_may_not_speak_staff_can_see_it_and_nothing_else_stops() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let (_, ask) = asks(&cast, place.priya, LIFT).await;
    town.discord.leave(place.guild, town.discord.bot_id());
    let store = town.store().await.unwrap();
    let stays = |known: &[kith::domain::settings::Channel]| {
        known
            .iter()
            .any(|channel| channel.place.connector.as_str() == "discord")
    };
    let mut known = store.channels().await.unwrap();
    while stays(&known) {
        tokio::task::yield_now().await;
        known = store.channels().await.unwrap();
    }
    store.close().await;
    assert!(!known.is_empty(), "Telegram's channels stay");
    drop(ask);
    nothing_left(town).await;
}
