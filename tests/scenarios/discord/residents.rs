//! A message that reads as a request or an offer: yes, no, in private, sorted, and taken back.

use kith::demo::code_in;

use super::hands::{
    LIFT, OFFER, SHOPPING, asks, becomes, card, case, caught_up, clicks, disappears, is_card,
    opens, passes_on, sends, slash, spoken, town,
};
use crate::kit::{cast, nothing_left};

#[tokio::test]
async fn a_request_is_passed_on_by_its_writers_yes_alone() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let (_, ask) = asks(&cast, place.priya, SHOPPING).await;
    assert!(ask.pings.is_empty(), "nobody is called");
    assert!(!ask.text().to_lowercase().contains("shopping"), "{ask:?}");
    let refused = clicks(&cast, place.jack, &ask, "Yes, pass it on").await;
    assert!(refused.text().contains("Only the person who wrote"));
    caught_up(&cast).await;
    assert!(spoken(&cast, place.hub).is_empty(), "nothing without a yes");

    let yes = clicks(&cast, place.priya, &ask, "Yes, pass it on").await;
    assert_eq!(yes.text(), "Done, thank you.");
    let done = becomes(&cast, &ask, "the help hub has it").await;
    let code = code_in(&done.text()).unwrap();
    let labels: Vec<_> = done.buttons.concat().into_iter().map(|b| b.label).collect();
    assert_eq!(labels, ["Add details in private", "Take it back"]);
    let shown = card(&cast, &code, "ME7").await;
    for secret in ["Priya", "Invented", "1AB", "please"] {
        assert!(!shown.text().contains(secret), "the card tells {secret}");
    }
    assert!(shown.text().contains("shopping") && shown.text().contains("today"));
    let card_elsewhere = cast.hears(cast.riverside.hub, "the card on Telegram", |message| {
        message.text.contains(&code)
    });
    card_elsewhere.await.unwrap();

    let back = clicks(&cast, place.priya, &done, "Take it back").await;
    assert!(back.text().contains("off the list"));
    let line = becomes(&cast, &ask, "off the list").await;
    assert!(line.buttons.is_empty());
    let gone = card(&cast, &code, "Taken back by the writer").await;
    assert!(gone.buttons.is_empty(), "nothing to do: {gone:?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn not_a_request_leaves_nothing_behind() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let (_, ask) = asks(&cast, place.priya, SHOPPING).await;
    let answered = clicks(&cast, place.priya, &ask, "Not a request").await;
    assert!(answered.text().contains("passed nothing on"));
    disappears(&cast, &ask).await;
    let (_, offered) = asks(&cast, place.jack, OFFER).await;
    let answered = clicks(&cast, place.jack, &offered, "Not an offer").await;
    assert!(answered.text().contains("passed nothing on"));
    disappears(&cast, &offered).await;
    let mine = slash(&cast, (place.priya, place.street), "my", &[]).await;
    assert!(mine.text().contains("no requests or offers"));
    town.settle().await.unwrap();
    assert!(spoken(&cast, place.hub).is_empty());
    // Said again, it is asked again: a no is about one message.
    asks(&cast, place.priya, SHOPPING).await;
    nothing_left(town).await;
}

#[tokio::test]
async fn telling_privately_takes_a_form_and_then_a_yes_to_sharing() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let (_, ask) = asks(&cast, place.priya, SHOPPING).await;
    let label = "Tell you privately";
    let closed = opens(&cast, place.priya, &ask, label).await;
    assert_eq!(closed.fields.len(), 5);
    town.discord.dismiss_modal(closed.interaction);
    caught_up(&cast).await;
    let unchanged = town.discord.message(ask.channel, ask.id).unwrap();
    assert_eq!(unchanged, ask, "a closed form changes nothing");
    assert!(spoken(&cast, place.hub).is_empty());

    let modal = opens(&cast, place.priya, &ask, label).await;
    let told = [
        ("Where is it?", "12 Invented Row, ME8 0AA"),
        ("How can we reach you?", "07700 900321"),
    ];
    let saved = sends(&cast, place.priya, &modal, &told).await;
    assert!(saved.text().contains("12 Invented Row") && saved.text().contains("07700 900321"));
    let done = becomes(&cast, &ask, "Your code is").await;
    let code = code_in(&done.text()).unwrap();
    card(&cast, &code, "sharing not agreed").await;
    let agreed = clicks(&cast, place.priya, &saved, "Yes, you may").await;
    assert!(agreed.text().contains("You said yes"));
    let shown = card(&cast, &code, "which may be shared").await;
    assert!(shown.text().contains("ME8"), "the place that was told last");
    let public = spoken(&cast, place.street).into_iter();
    for message in public.chain(spoken(&cast, place.hub)) {
        for secret in ["Invented", "900321", "0AA"] {
            assert!(!message.text().contains(secret), "{message:?}");
        }
    }
    let stored = case(&town, &code).await;
    assert!(stored.details.shareable());
    nothing_left(town).await;
}

#[tokio::test]
async fn an_offer_is_noted_shown_and_taken_back() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.jack, OFFER).await;
    assert!(told.ask.text().contains("Thank you!"));
    let shown = card(&cast, &told.code, "An offer that you can use").await;
    assert!(!shown.text().contains("Jack"));
    let modal = opens(&cast, place.jack, &told.ask, "Add details in private").await;
    let saved = sends(
        &cast,
        place.jack,
        &modal,
        &[("When can you help?", "Saturdays")],
    )
    .await;
    assert!(saved.text().contains("Saturdays"));
    clicks(&cast, place.jack, &saved, "No, keep it in the hub").await;
    card(&cast, &told.code, "private details").await;
    let back = clicks(&cast, place.jack, &told.ask, "Take it back").await;
    assert!(back.text().contains(&told.code));
    card(&cast, &told.code, "Taken back").await;
    let (_, again) = asks(&cast, place.jack, OFFER).await;
    let modal = opens(&cast, place.jack, &again, "Tell you privately").await;
    let saved = sends(&cast, place.jack, &modal, &[]).await;
    let code = code_in(&saved.text()).unwrap();
    card(&cast, &code, "An offer that you can use").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn sorted_takes_it_off_the_list_only_when_the_writer_says_so() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    let sorted = "All sorted now, thank you everyone!";
    let (_, ask) = asks(&cast, place.priya, sorted).await;
    assert!(ask.text().contains(&told.code));
    let other = clicks(&cast, place.jack, &ask, "Yes, take it off").await;
    assert!(other.text().contains("Only the person who wrote"));
    let kept = clicks(&cast, place.priya, &ask, "No, keep it").await;
    assert_eq!(kept.text(), "Done, thank you.");
    disappears(&cast, &ask).await;
    let (_, ask) = asks(&cast, place.priya, sorted).await;
    let off = clicks(&cast, place.priya, &ask, "Yes, take it off").await;
    assert!(off.text().contains("off the list"));
    disappears(&cast, &ask).await;
    becomes(&cast, &told.ask, "off the list").await;
    card(&cast, &told.code, "Taken back").await;
    // A draft needs no question: it is simply dropped.
    let (_, draft) = asks(&cast, place.priya, LIFT).await;
    town.discord.say(place.street, place.priya, sorted).unwrap();
    disappears(&cast, &draft).await;
    nothing_left(town).await;
}

#[tokio::test]
async fn the_same_person_telling_it_again_has_one_case() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    let said = town
        .discord
        .say(place.street, place.priya, SHOPPING)
        .unwrap();
    let line = cast.reads(place.street, "that the hub has it already", |message| {
        message.text().contains("has this already")
    });
    assert!(line.await.unwrap().text().contains(&told.code));
    card(&cast, &told.code, "2 times").await;
    let cards = spoken(&cast, place.hub);
    assert_eq!(cards.len(), 1, "{cards:?}");
    assert!(is_card(&cards[0], &told.code));
    // One telling is deleted: the other still stands.
    town.discord.delete(place.street, said).unwrap();
    caught_up(&cast).await;
    card(&cast, &told.code, "Waiting for someone").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn where_a_group_wants_it_requests_go_at_once_and_can_be_undone() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    cast.listen_automatically().await.unwrap();
    let (_, line) = asks(&cast, place.priya, SHOPPING).await;
    let code = code_in(&line.text()).unwrap();
    card(&cast, &code, "Waiting for someone").await;
    let other = clicks(&cast, place.jack, &line, "Undo").await;
    assert!(other.text().contains("Only the person who wrote"));
    clicks(&cast, place.priya, &line, "Undo").await;
    becomes(&cast, &line, "off the list").await;
    card(&cast, &code, "Taken back").await;
    let (_, line) = asks(&cast, place.jack, OFFER).await;
    let code = code_in(&line.text()).unwrap();
    card(&cast, &code, "An offer that you can use").await;
    let modal = opens(&cast, place.jack, &line, "Add details in private").await;
    town.discord.dismiss_modal(modal.interaction);
    nothing_left(town).await;
}

#[tokio::test]
async fn where_a_group_wants_commands_only_messages_are_left_alone() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let options = [("listening", "Commands only")];
    slash(&cast, (place.max, place.street), "kith setup", &options).await;
    town.discord
        .say(place.street, place.priya, SHOPPING)
        .unwrap();
    caught_up(&cast).await;
    assert!(spoken(&cast, place.street).is_empty());
    let options = [("text", SHOPPING)];
    let told = slash(&cast, (place.priya, place.street), "need", &options).await;
    card(&cast, &code_in(&told.text()).unwrap(), "shopping").await;
    // Danger is answered all the same.
    let words = "I can't do this any more. I want to end my life";
    town.discord.say(place.street, place.jack, words).unwrap();
    let alone = cast.reads_alone(place.jack, "the numbers", |message| {
        message.text().contains("116 123")
    });
    alone.await.unwrap();
    nothing_left(town).await;
}
