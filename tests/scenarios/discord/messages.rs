//! What happens to the messages themselves: edits, deletions, threads, and presses that come late.

use std::time::Duration;

use kith::demo::code_in;

use super::hands::{
    LIFT, OFFER, SHOPPING, UNDERSTOOD, asks, asks_in, card, case, caught_up, claims, clicks,
    disappears, news, note, opens, passes_on, spoken, town,
};
use crate::kit::{cast, nothing_left};

#[tokio::test]
async fn an_edit_updates_the_card_and_tells_the_holder() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, LIFT).await;
    let edited = "I need a lift to the hospital today, can anybody help? ME9 7ZZ now";
    town.discord.edit(place.street, told.said, edited).unwrap();
    card(&cast, &told.code, "ME9").await;
    caught_up(&cast).await;
    assert_eq!(spoken(&cast, place.hub).len(), 1, "nobody holds it yet");
    claims(&cast, place.kim, &told.code).await;
    let edited = "I need a lift to the hospital right now, urgent! ME9 7ZZ, my leg is worse";
    town.discord.edit(place.street, told.said, edited).unwrap();
    let noted = note(&cast, &told.code, "changed the message").await;
    assert!(noted.text().contains("Kim"));
    let shown = card(&cast, &told.code, "right now").await;
    assert_eq!(noted.reply_to, Some(shown.id));
    let details = clicks(&cast, place.kim, &shown, "Details").await;
    assert!(details.text().contains("my leg is worse"));
    nothing_left(town).await;
}

#[tokio::test]
async fn an_edit_of_ordinary_chat_into_a_request_is_asked_about_and_back_again() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let street = place.street;
    let said = town.discord.say(street, place.priya, "Morning!").unwrap();
    town.discord.edit(street, said, SHOPPING).unwrap();
    let ask = cast.reads(street, "a question", |m| m.reply_to == Some(said));
    let ask = ask.await.unwrap();
    town.discord.edit(street, said, "Morning again!").unwrap();
    disappears(&cast, &ask).await;
    town.settle().await.unwrap();
    assert!(spoken(&cast, place.hub).is_empty());
    nothing_left(town).await;
}

#[tokio::test]
async fn deleting_the_message_takes_it_back() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let (said, ask) = asks(&cast, place.priya, SHOPPING).await;
    town.discord.delete(place.street, said).unwrap();
    disappears(&cast, &ask).await;
    assert!(spoken(&cast, place.hub).is_empty());
    let told = passes_on(&cast, place.priya, LIFT).await;
    claims(&cast, place.kim, &told.code).await;
    town.discord.delete(place.street, told.said).unwrap();
    card(&cast, &told.code, "Taken back").await;
    let noted = note(&cast, &told.code, "took it back").await;
    assert!(noted.text().contains("Kim"));
    nothing_left(town).await;
}

#[tokio::test]
async fn a_bulk_deletion_takes_all_of_them_back() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let request = passes_on(&cast, place.priya, LIFT).await;
    let offer = passes_on(&cast, place.jack, OFFER).await;
    let (draft, ask) = asks(&cast, place.leah, SHOPPING).await;
    let chat = town.discord.say(place.street, place.kim, "Nice day");
    let all = [request.said, chat.unwrap(), offer.said, draft];
    town.discord.delete_bulk(place.street, &all);
    card(&cast, &request.code, "Taken back").await;
    card(&cast, &offer.code, "Taken back").await;
    disappears(&cast, &ask).await;
    nothing_left(town).await;
}

#[tokio::test]
async fn threads_share_the_settings_of_their_channel() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let thread = town.discord.add_thread(place.street, "Lifts on Friday");
    let (said, ask) = asks_in(&cast, thread, place.priya, LIFT).await;
    clicks(&cast, place.priya, &ask, "Yes, pass it on").await;
    let done = cast.reads(thread, "a code", |message| {
        message.id == ask.id && code_in(&message.text()).is_some()
    });
    let code = code_in(&done.await.unwrap().text()).unwrap();
    card(&cast, &code, "ME8").await;
    town.discord
        .edit(thread, said, &LIFT.replace("ME8 0AA", "ME9 7ZZ"))
        .unwrap();
    card(&cast, &code, "ME9").await;
    // A thread under the hub is the hub, too.
    let desk = town.discord.add_thread(place.hub, "Friday's lifts");
    let queue = super::hands::slash(&cast, (place.kim, desk), "queue", &[]).await;
    assert!(queue.text().contains(&code));
    town.discord.delete(thread, said).unwrap();
    card(&cast, &code, "Taken back").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn a_press_that_is_answered_too_late_still_counts() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let late = Duration::from_secs(5);
    let (_, ask) = asks(&cast, place.priya, SHOPPING).await;
    let pressed = cast.clicks(place.priya, &ask, "Yes, pass it on").unwrap();
    town.discord.advance(late);
    let done = super::hands::coded(&cast, &ask).await;
    assert!(town.discord.has_failed(pressed), "Discord took no answer");
    let code = code_in(&done.text()).unwrap();
    let shown = card(&cast, &code, "Waiting for someone").await;
    let rules = clicks(&cast, place.kim, &shown, "Claim").await;
    cast.clicks(place.kim, &rules, UNDERSTOOD).unwrap();
    town.discord.advance(late);
    card(&cast, &code, "Kim").await;
    // What Kim has to know goes by direct message then.
    let file = news(&cast, place.kim, "You now have").await;
    assert!(file.text().contains("shopping"));
    // A form that can't be opened any more: nothing is lost, it can be pressed again.
    cast.clicks(place.priya, &done, "Add details in private")
        .unwrap();
    town.discord.advance(late);
    caught_up(&cast).await;
    opens(&cast, place.priya, &done, "Add details in private").await;
    assert_eq!(case(&town, &code).await.state.name(), "claimed");
    nothing_left(town).await;
}

#[tokio::test]
async fn bots_and_other_channels_are_left_alone() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let other = town.discord.add_channel(place.guild, "other");
    let ignored = town.discord.add_channel(place.guild, "quiet");
    let role = [("role", "Leave this channel alone")];
    super::hands::slash(&cast, (place.max, ignored), "kith setup", &role).await;
    for channel in [other, ignored, place.hub, place.leads] {
        town.discord.say(channel, place.priya, SHOPPING).unwrap();
    }
    town.discord
        .say(place.street, place.priya, "Lovely evening, isn't it")
        .unwrap();
    caught_up(&cast).await;
    for channel in [other, ignored, place.hub, place.leads, place.street] {
        assert!(spoken(&cast, channel).is_empty());
    }
    nothing_left(town).await;
}
