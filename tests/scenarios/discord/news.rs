//! News by direct message, and what is said where those are refused.

use super::hands::{
    LIFT, card, claims, clicks, news, opens, passes_on, sends, slash, spoken, town,
};
use crate::kit::{cast, nothing_left};

#[tokio::test]
async fn where_direct_messages_are_refused_a_neutral_line_leads_to_the_news() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    town.discord.refuse_dms(place.priya, true);
    let told = passes_on(&cast, place.priya, LIFT).await;
    claims(&cast, place.kim, &told.code).await;
    let line = cast.reads(place.street, "a neutral line", |message| {
        message.reply_to == Some(told.said) && message.text().contains("private message for you")
    });
    let line = line.await.unwrap();
    for secret in ["lift", "Kim", &told.code] {
        assert!(!line.text().contains(secret), "{line:?}");
    }
    let opened = clicks(&cast, place.priya, &line, "Open it").await;
    assert!(opened.text().contains(&told.code) && opened.text().contains("someone has it"));
    let others = clicks(&cast, place.jack, &line, "Open it").await;
    assert!(!others.text().contains(&told.code), "{others:?}");

    let ask = [("code", told.code.as_str()), ("question", "Which floor?")];
    slash(&cast, (place.kim, place.hub), "ask", &ask).await;
    let line = cast.reads(place.street, "a second line", |message| {
        message.id > line.id && message.button("Open it").is_some()
    });
    let line = line.await.unwrap();
    assert!(!line.text().contains("floor"));
    let modal = opens(&cast, place.priya, &line, "Open it").await;
    let asked = modal.fields[0].label.clone() + &modal.title;
    assert!(asked.contains("nswer"), "{modal:?}");
    let fields = [("Your answer", "Third floor")];
    let thanks = sends(&cast, place.priya, &modal, &fields).await;
    assert!(thanks.text().contains("has your answer"));
    super::hands::note(&cast, &told.code, "has an answer").await;
    assert!(town.discord.dms(place.priya).is_empty());
    nothing_left(town).await;
}

#[tokio::test]
async fn every_step_is_told_in_private_and_nothing_of_it_in_public() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, LIFT).await;
    claims(&cast, place.kim, &told.code).await;
    news(&cast, place.priya, "looking after").await;
    let held = card(&cast, &told.code, "Kim").await;
    clicks(&cast, place.kim, &held, "Forward").await;
    news(&cast, place.priya, "passed on to the council").await;
    let referred = card(&cast, &told.code, "Their number").await;
    let ask = clicks(&cast, place.kim, &referred, "Done").await;
    clicks(&cast, place.kim, &ask, "Helped").await;
    let end = news(&cast, place.priya, "is done").await;
    let modal = opens(&cast, place.priya, &end, "Ask for help").await;
    town.discord.dismiss_modal(modal.interaction);
    town.settle().await.unwrap();
    let public = spoken(&cast, place.street);
    assert_eq!(public.len(), 1, "{public:?}");
    assert_eq!(public[0].id, told.ask.id);
    assert_eq!(town.discord.dms(place.priya).len(), 3);
    nothing_left(town).await;
}

#[tokio::test]
async fn in_danger_the_numbers_come_in_private_even_where_direct_messages_are_refused() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    town.discord.refuse_dms(place.priya, true);
    let words = "I can't do this any more. I want to end my life";
    let said = town.discord.say(place.street, place.priya, words).unwrap();
    let line = cast.reads(place.street, "a neutral line", |message| {
        message.reply_to == Some(said)
    });
    let line = line.await.unwrap();
    assert!(!line.text().contains("999") && !line.text().contains("life"));
    let others = clicks(&cast, place.jack, &line, "Open it").await;
    assert!(!others.text().contains("116 123"), "{others:?}");
    let numbers = clicks(&cast, place.priya, &line, "Open it").await;
    assert!(numbers.text().contains("116 123"));
    let concern = cast.reads(place.leads, "the concern", |message| {
        message.button("I have this").is_some()
    });
    let concern = concern.await.unwrap();
    clicks(&cast, place.leah, &concern, "I have this").await;
    let taken = cast.reads(place.leads, "Leah on it", |message| {
        message.id == concern.id && message.text().contains("Leah")
    });
    let ends = clicks(&cast, place.leah, &taken.await.unwrap(), "Dealt with").await;
    clicks(&cast, place.leah, &ends, "Advice was given").await;
    let done = cast.reads(place.leads, "that it is dealt with", |message| {
        message.id == concern.id && message.text().contains("Dealt with by")
    });
    assert!(done.await.unwrap().buttons.is_empty());
    nothing_left(town).await;
}
