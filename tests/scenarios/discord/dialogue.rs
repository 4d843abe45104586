//! Details in private, by form: added again, one field changed, sharing changed, all taken back.

use kith::demo::code_in;

use super::hands::{
    SHOPPING, asks, becomes, card, case, caught_up, claims, clicks, news, note, opens, passes_on,
    sends, slash, town,
};
use crate::kit::{cast, nothing_left};

#[tokio::test]
async fn details_can_be_added_bit_by_bit() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    let first = opens(&cast, place.priya, &told.ask, "Add details in private").await;
    let reach = [("How can we reach you?", "07700 900222")];
    let saved = sends(&cast, place.priya, &first, &reach).await;
    clicks(&cast, place.priya, &saved, "No, keep it in the hub").await;
    claims(&cast, place.kim, &told.code).await;
    let second = opens(&cast, place.priya, &told.ask, "Add details in private").await;
    let when = [("When do you need it?", "before noon")];
    let saved = sends(&cast, place.priya, &second, &when).await;
    let text = saved.text();
    assert!(
        text.contains("before noon") && text.contains("07700 900222"),
        "what was left empty stays: {text}"
    );
    assert!(text.contains("You said no"), "sharing isn't asked again");
    note(&cast, &told.code, "new details").await;
    let other = opens(&cast, place.jack, &told.ask, "Add details in private").await;
    let refused = sends(&cast, place.jack, &other, &when).await;
    assert!(refused.text().contains("Only the person who wrote"));
    nothing_left(town).await;
}

#[tokio::test]
async fn one_field_is_changed_by_a_form_of_one_field() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    let modal = opens(&cast, place.priya, &told.ask, "Add details in private").await;
    let fields = [
        ("Where is it?", "12 Invented Row, ME7 1AB"),
        ("Who is it for?", "my mother"),
    ];
    let saved = sends(&cast, place.priya, &modal, &fields).await;
    let saved = clicks(&cast, place.priya, &saved, "Yes, you may").await;
    card(&cast, &told.code, "which may be shared").await;

    let modal = opens(&cast, place.priya, &saved, "Change: where").await;
    assert_eq!(modal.fields.len(), 1, "{modal:?}");
    let changed = sends(
        &cast,
        place.priya,
        &modal,
        &[("Where is it?", "3 Made-up Lane, ME8 0AA")],
    )
    .await;
    let text = changed.text();
    assert!(text.contains("3 Made-up Lane") && text.contains("my mother"));
    assert!(!text.contains("Invented"), "{text}");
    card(&cast, &told.code, "ME8").await;

    let modal = opens(&cast, place.priya, &changed, "Change: for whom").await;
    town.discord.dismiss_modal(modal.interaction);
    caught_up(&cast).await;
    let stored = case(&town, &told.code).await;
    let for_whom = stored.details.for_whom.unwrap();
    assert_eq!(for_whom.reveal(), "my mother");

    let asked = clicks(&cast, place.priya, &changed, "Change: sharing").await;
    let kept = clicks(&cast, place.priya, &asked, "Leave it as it is").await;
    assert!(kept.text().contains("You said yes"));
    let asked = clicks(&cast, place.priya, &kept, "Change: sharing").await;
    let private = clicks(&cast, place.priya, &asked, "No, keep it in the hub").await;
    assert!(private.text().contains("You said no"));
    card(&cast, &told.code, "sharing not agreed").await;

    let back = clicks(&cast, place.priya, &private, "Take it all back").await;
    assert!(back.text().contains("off the list"));
    becomes(&cast, &told.ask, "off the list").await;
    card(&cast, &told.code, "Taken back").await;
    // The buttons of an old summary: what is done is done, and what is over takes no more words.
    let twice = clicks(&cast, place.priya, &private, "Take it all back").await;
    assert!(twice.text().contains("off the list"));
    let late = clicks(&cast, place.priya, &private, "Change: sharing").await;
    assert!(late.text().contains("stopped working"));
    nothing_left(town).await;
}

#[tokio::test]
async fn all_of_it_works_in_direct_messages_too() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let said = town.discord.say_directly(place.priya, SHOPPING).unwrap();
    let ask = cast.reads_alone(place.priya, "a question in private", |message| {
        message.reply_to == Some(said)
    });
    let ask = ask.await.unwrap();
    let interaction = cast.clicks(place.priya, &ask, "Yes, pass it on").unwrap();
    super::hands::answer(&cast, interaction).await;
    let done = news(&cast, place.priya, "Your code is").await;
    assert_eq!(done.id, ask.id);
    let code = code_in(&done.text()).unwrap();
    card(&cast, &code, "ME7").await;
    town.discord.say_directly(place.priya, "hello?").unwrap();
    let hint = news(&cast, place.priya, "not sure what you would like").await;
    let modal = opens(&cast, place.priya, &hint, "Offer help").await;
    let offered = sends(
        &cast,
        place.priya,
        &modal,
        &[("What can you do?", "I can walk dogs in ME7")],
    )
    .await;
    let offer = code_in(&offered.text()).unwrap();
    card(&cast, &offer, "pets").await;
    let direct = town.discord.dm_channel(place.priya);
    let mine = slash(&cast, (place.priya, direct), "my", &[]).await;
    assert!(mine.text().contains(&code) && mine.text().contains(&offer));
    nothing_left(town).await;
}

#[tokio::test]
async fn a_form_filled_in_after_the_case_is_over_is_answered() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let (_, ask) = asks(&cast, place.priya, SHOPPING).await;
    let modal = opens(&cast, place.priya, &ask, "Tell you privately").await;
    let dropped = clicks(&cast, place.priya, &ask, "Not a request").await;
    assert!(dropped.text().contains("passed nothing on"));
    let late = sends(
        &cast,
        place.priya,
        &modal,
        &[("When do you need it?", "today")],
    )
    .await;
    assert!(
        late.text().contains("stopped working"),
        "a request that is gone takes no details: {late:?}"
    );
    nothing_left(town).await;
}
