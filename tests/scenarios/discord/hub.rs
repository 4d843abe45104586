//! The hub's way by buttons: claim, release, details, forward, done, open again, same, different.

use kith::sim::discord::SeenMessage;

use super::hands::{
    LIFT, SHOPPING, UNDERSTOOD, card, card_in, case, claims, clicks, events, news, passes_on,
    slash, spoken, town,
};
use crate::kit::{cast, nothing_left};

fn labels(message: &SeenMessage) -> Vec<String> {
    let buttons = message.buttons.concat();
    buttons.into_iter().map(|button| button.label).collect()
}

#[tokio::test]
async fn the_doorstep_rules_are_shown_once_and_a_second_clicker_is_told_who_has_it() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    let shown = card(&cast, &told.code, "Waiting for someone").await;
    assert_eq!(
        labels(&shown),
        ["Claim", "Details", "Done", "Neighbours", "Worried?"]
    );
    let rules = clicks(&cast, place.kim, &shown, "Claim").await;
    assert!(rules.text().contains("keeps everyone safe"));
    let unchanged = card(&cast, &told.code, "Waiting for someone").await;
    assert_eq!(unchanged, shown, "reading the rules takes nothing");

    let file = clicks(&cast, place.kim, &rules, UNDERSTOOD).await;
    let text = file.text();
    assert!(text.contains("You now have") && text.contains("12 Invented Row"));
    assert!(text.contains("Priya") && text.contains("not agreed to sharing"));
    let held = card(&cast, &told.code, "Kim").await;
    assert_eq!(
        labels(&held),
        [
            "Release",
            "Details",
            "Forward",
            "Done",
            "Neighbours",
            "Worried?"
        ]
    );
    for label in ["Release", "Forward", "Done"] {
        let refused = clicks(&cast, place.leah, &held, label).await;
        let text = refused.text();
        assert!(
            text.contains("Kim") || text.contains("Only the person who has this case"),
            "{label}: {text}"
        );
    }
    let code = [("code", told.code.as_str())];
    let late = slash(&cast, (place.leah, place.hub), "claim", &code).await;
    let late = late.text();
    assert!(late.contains("Kim") && late.contains("has"), "{late}");
    let again = clicks(&cast, place.kim, &rules, UNDERSTOOD).await;
    assert!(again.text().contains("You now have"), "{again:?}");

    let next = passes_on(&cast, place.jack, LIFT).await;
    let shown = card(&cast, &next.code, "Waiting for someone").await;
    let file = clicks(&cast, place.kim, &shown, "Claim").await;
    assert!(file.text().contains("You now have"), "the rules only once");
    nothing_left(town).await;
}

#[tokio::test]
async fn a_released_case_is_free_again_and_its_writer_hears_of_it() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    claims(&cast, place.kim, &told.code).await;
    news(&cast, place.priya, "looking after").await;
    let held = card(&cast, &told.code, "Kim").await;
    let freed = clicks(&cast, place.kim, &held, "Release").await;
    assert!(freed.text().contains("free for someone else"));
    card(&cast, &told.code, "Waiting for someone").await;
    news(&cast, place.priya, "next free person").await;
    claims(&cast, place.leah, &told.code).await;
    card(&cast, &told.code, "Leah").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn details_are_for_staff_alone_and_who_saw_them_is_recorded() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    let shown = card(&cast, &told.code, "Waiting for someone").await;
    let details = clicks(&cast, place.kim, &shown, "Details").await;
    let text = details.text();
    assert!(
        text.contains("shopping today") && text.contains("Priya"),
        "{text}"
    );
    assert!(
        !text.contains("12 Invented Row") && !text.contains("1AB"),
        "{text}"
    );
    let seen: Vec<_> = events(&town, &told.code)
        .await
        .into_iter()
        .filter(|event| event.what == "viewed")
        .collect();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].by.as_ref().unwrap().name.reveal(), "Kim");
    // What Kim was shown can be used from there as well.
    let rules = clicks(&cast, place.kim, &details, "Claim").await;
    let file = clicks(&cast, place.kim, &rules, UNDERSTOOD).await;
    assert!(file.text().contains("12 Invented Row"), "{file:?}");
    card(&cast, &told.code, "Kim").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn every_outcome_ends_a_case_in_its_own_words_and_it_can_be_opened_again() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    let outcomes = [
        ("Helped", "glad we could help"),
        ("Another service has it", "with another service"),
        ("No longer needed", "no longer needed"),
        ("Could not reach them", "could not reach you"),
        ("Could not help", "found nobody"),
    ];
    for (outcome, words) in outcomes {
        claims(&cast, place.kim, &told.code).await;
        let held = card(&cast, &told.code, "Kim").await;
        let ask = clicks(&cast, place.kim, &held, "Done").await;
        assert_eq!(labels(&ask), outcomes.map(|(label, _)| label));
        let done = clicks(&cast, place.kim, &ask, outcome).await;
        assert!(done.text().contains("is closed"));
        news(&cast, place.priya, words).await;
        let closed = card(&cast, &told.code, outcome).await;
        assert_eq!(labels(&closed), ["Open it again", "Worried?"]);
        let twice = clicks(&cast, place.kim, &ask, outcome).await;
        assert!(twice.text().contains("it is closed"), "{twice:?}");
        let again = clicks(&cast, place.leah, &closed, "Open it again").await;
        assert_eq!(again.text(), "Done, thank you.");
        news(&cast, place.priya, "back with the help hub").await;
        card(&cast, &told.code, "Waiting for someone").await;
    }
    // What nobody holds can be ended by anybody of the hub.
    let open = card(&cast, &told.code, "Waiting for someone").await;
    let ask = clicks(&cast, place.leah, &open, "Done").await;
    clicks(&cast, place.leah, &ask, "No longer needed").await;
    card(&cast, &told.code, "No longer needed").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn a_forwarded_case_shows_the_councils_number_and_what_it_says() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, LIFT).await;
    claims(&cast, place.kim, &told.code).await;
    let held = card(&cast, &told.code, "Kim").await;
    let sent = clicks(&cast, place.kim, &held, "Forward").await;
    assert!(sent.text().contains("on its way to the council"));
    let referred = card(&cast, &told.code, "Their number").await;
    assert_eq!(labels(&referred), ["Details", "Done", "Worried?"]);
    let reference = town.council.cases()[0].reference.clone();
    assert!(referred.text().contains(&reference));
    let told_on = news(&cast, place.priya, "passed on to the council").await;
    assert!(told_on.text().contains(&reference));
    let url = town.status_address("council").await.unwrap();
    let body = serde_json::json!({ "reference": reference, "status": "A driver is booked" });
    let secret = town.council.secret().to_owned();
    let posted = town.council.post_status(&url, &secret, &body).await;
    assert_eq!(posted.unwrap(), 202);
    card(&cast, &told.code, "A driver is booked").await;
    super::hands::note(&cast, &told.code, "A driver is booked").await;
    news(&cast, place.priya, "A driver is booked").await;
    let ask = clicks(&cast, place.kim, &referred, "Done").await;
    clicks(&cast, place.kim, &ask, "Another service has it").await;
    card(&cast, &told.code, "Another service has it").await;
    nothing_left(town).await;
}

/// Two people tell what may be one need; gives both codes and the card that names both.
async fn told_twice(cast: &kith::demo::Cast<'_>) -> (String, String, SeenMessage) {
    let place = &cast.hillview;
    let first = passes_on(cast, place.priya, SHOPPING).await;
    let words = "Could somebody go to the shop for my neighbour, she has no food left, ME7 1AB";
    let second = passes_on(cast, place.jack, words).await;
    let shown = card_in(cast, place.hub, &second.code, |card| {
        card.text().contains("May be the same")
    });
    let shown = shown.await;
    assert!(shown.text().contains(&first.code));
    (first.code, second.code, shown)
}

#[tokio::test]
async fn the_same_need_is_joined_by_a_person_and_both_hear_from_then_on() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let (first, second, shown) = told_twice(&cast).await;
    claims(&cast, place.kim, &first).await;
    clicks(&cast, place.kim, &shown, &format!("Same as {first}")).await;
    let joined = news(&cast, place.jack, "together with what someone else").await;
    assert!(joined.text().contains(&second) && !joined.text().contains(&first));
    card(&cast, &second, "Joined with another").await;
    card(&cast, &first, "2 times").await;
    super::hands::note(&cast, &first, "was the same need").await;

    let ask = [("code", first.as_str()), ("question", "Which flat is it?")];
    slash(&cast, (place.kim, place.hub), "ask", &ask).await;
    news(&cast, place.priya, "Which flat").await;
    let ask = [
        ("code", second.as_str()),
        ("question", "Which door is yours?"),
    ];
    slash(&cast, (place.kim, place.hub), "ask", &ask).await;
    let question = news(&cast, place.jack, "Which door").await;
    let modal = super::hands::opens(&cast, place.jack, &question, "Answer").await;
    let fields = [("Your answer", "The one with the blue door")];
    let thanks = super::hands::sends(&cast, place.jack, &modal, &fields).await;
    assert!(
        thanks.text().contains("has your answer"),
        "whoever is asked can answer: {thanks:?}"
    );
    super::hands::note(&cast, &first, "has an answer").await;
    let held = card(&cast, &first, "Kim").await;
    let details = clicks(&cast, place.kim, &held, "Details").await;
    assert!(details.text().contains("blue door"));
    let done = [("code", first.as_str()), ("outcome", "Helped")];
    slash(&cast, (place.kim, place.hub), "done", &done).await;
    news(&cast, place.priya, "is done").await;
    news(&cast, place.jack, "is done").await;
    let heard = |person| {
        let dms = cast.town.discord.dms(person);
        dms.iter()
            .map(kith::sim::discord::SeenMessage::text)
            .collect::<String>()
    };
    assert!(!heard(place.priya).contains("Which door"));
    assert!(!heard(place.jack).contains("Which flat"));
    nothing_left(town).await;
}

#[tokio::test]
async fn different_needs_stay_apart() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let (first, second, shown) = told_twice(&cast).await;
    clicks(&cast, place.kim, &shown, &format!("Not {first}")).await;
    let apart = card_in(&cast, place.hub, &second, |card| {
        !card.text().contains("May be the same")
    });
    assert_eq!(
        labels(&apart.await),
        ["Claim", "Details", "Done", "Neighbours", "Worried?"]
    );
    assert_eq!(case(&town, &first).await.state.name(), "open");
    assert_eq!(case(&town, &second).await.state.name(), "open");
    assert_eq!(spoken(&cast, place.hub).len(), 2);
    nothing_left(town).await;
}
