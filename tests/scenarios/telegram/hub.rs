//! The hub's way, by button and by command.

use kith::demo::{PATIENCE, code_in};
use kith::sim::telegram::PersonId;

use super::hands::{LIFT, NEED, Play, UNDERSTOOD, town};
use crate::kit::nothing_left;

/// A second member of staff.
fn ava(play: &Play<'_>) -> PersonId {
    let ava = play.telegram().add_person("Ava");
    play.telegram().join(play.riverside.hub, ava);
    ava
}

#[tokio::test]
async fn the_rules_are_read_once_and_a_second_claimer_learns_who_has_it() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (hub, sam, ava) = (place.hub, place.sam, ava(&play));
    play.befriends(sam).await;
    let (_, _, first) = play.asks(place.rosa, NEED).await;
    let (_, _, second) = play.asks(place.omar, LIFT).await;

    let card = play.claims(sam, &first).await;
    assert_eq!(
        card.labels(),
        [
            "Release",
            "Details",
            "Forward",
            "Done",
            "Neighbours",
            "Worried?"
        ]
    );
    let file = play.sees_words(sam, &format!("You now have {first}")).await;
    assert!(file.text.contains("Rosa") && file.text.contains("Boots"));
    assert!(file.text.contains("Before you go"));

    let card = play.card(&second, "Waiting for someone").await;
    play.press(sam, (hub, &card), "Claim").await;
    play.card(&second, "has it since").await;
    play.settles().await;
    assert_eq!(play.said(hub, "please read this"), 1, "the rules once only");

    let late = play.commands(ava, &format!("/claim {first}")).await;
    assert!(
        late.text.contains("Sam") && late.text.contains("has"),
        "{late:?}"
    );
    // A card that was on the screen before it was claimed.
    let stale = play.press(ava, (hub, &card), "Release").await;
    assert!(stale.text.contains("Sam"), "{stale:?}");
    assert_eq!(
        play.case(&first)
            .await
            .state
            .holder()
            .map(|by| by.name.reveal().clone()),
        Some("Sam".to_owned())
    );
    nothing_left(town).await;
}

#[tokio::test]
async fn two_claim_at_the_same_moment_and_one_has_it() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (hub, sam, ava) = (place.hub, place.sam, ava(&play));
    let (_, _, first) = play.asks(place.rosa, NEED).await;
    play.claims(sam, &first).await;
    let (_, _, other) = play
        .asks(place.rosa, "Could someone walk my dog tomorrow please? ME7")
        .await;
    play.claims(ava, &other).await;

    let (_, _, code) = play.asks(place.omar, LIFT).await;
    let card = play.card(&code, "Waiting for someone").await;
    for person in [sam, ava] {
        play.telegram()
            .press(person, hub, card.id, "Claim")
            .expect("the button");
    }
    let card = play.card(&code, "has it since").await;
    let (winner, loser) = if card.text.contains("Sam") {
        ("Sam", ava)
    } else {
        ("Ava", sam)
    };
    let told = play
        .telegram()
        .wait_for("who has it", PATIENCE, |view| {
            let answers = view.answers(loser);
            answers
                .into_iter()
                .find(|answer| answer.text.contains(&code))
        })
        .await
        .expect("the other learns who has it");
    assert!(told.text.contains(winner), "{told:?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn only_the_holder_releases_and_closes() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (hub, sam, ava) = (place.hub, place.sam, ava(&play));
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let card = play.claims(sam, &code).await;
    let refused = play.press(ava, (hub, &card), "Release").await;
    assert!(refused.text.contains("Sam"), "{refused:?}");
    let refused = play.press(ava, (hub, &card), "Done").await;
    assert!(
        refused.text.contains("Only the person who has this case"),
        "{refused:?}"
    );
    let refused = play.press(ava, (hub, &card), "Forward").await;
    assert!(refused.text.contains("Sam"), "{refused:?}");
    let shown = play.press(sam, (hub, &card), "Release").await;
    assert!(shown.text.contains("free for someone else"), "{shown:?}");
    let card = play.card(&code, "Waiting for someone").await;
    assert_eq!(
        card.labels(),
        ["Claim", "Details", "Done", "Neighbours", "Worried?"]
    );
    nothing_left(town).await;
}

#[tokio::test]
async fn details_are_shown_in_private_and_written_down() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (hub, sam) = (place.hub, place.sam);
    play.befriends(sam).await;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let card = play.card(&code, "Waiting").await;
    let shown = play.press(sam, (hub, &card), "Details").await;
    assert!(shown.text.contains("private message"), "{shown:?}");
    let file = play.sees_words(sam, "Wrote:").await;
    assert!(file.text.contains("Rosa") && file.text.contains("Boots"));
    assert!(
        !file.text.contains("1AB"),
        "Sam has not claimed it: {}",
        file.text
    );
    assert_eq!(play.said(hub, "Boots"), 0, "nothing of it in the hub");
    let history = play.history(&code).await;
    assert!(
        history.contains(&("viewed".to_owned(), "Sam".to_owned())),
        "{history:?}"
    );
    nothing_left(town).await;
}

#[tokio::test]
async fn staff_who_never_opened_the_private_chat_get_there_by_the_press() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (hub, sam) = (place.hub, place.sam);
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let card = play.card(&code, "Waiting").await;
    let shown = play.press(sam, (hub, &card), "Details").await;
    play.opens(sam, &shown, "Wrote:").await;
    let history = play.history(&code).await;
    assert!(
        history.contains(&("viewed".to_owned(), "Sam".to_owned())),
        "{history:?}"
    );

    // The same link does nothing for a neighbour who is not in the hub, nor for staff who have left.
    let link = shown.url.clone().expect("a link");
    let said = play
        .telegram()
        .open_link(place.omar, &link)
        .expect("a private chat");
    play.sees_next(place.omar, said, "for the hub team").await;
    play.telegram().leave(hub, sam);
    let said = play
        .telegram()
        .open_link(sam, &link)
        .expect("a private chat");
    play.sees_next(sam, said, "for the hub team").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn a_claim_by_staff_who_never_opened_the_private_chat() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (hub, sam) = (place.hub, place.sam);
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let card = play.card(&code, "Waiting").await;
    play.press(sam, (hub, &card), "Claim").await;
    let rules = play
        .sees(hub, "the rules", |m| m.button(UNDERSTOOD).is_some())
        .await;
    let shown = play.press(sam, (hub, &rules), UNDERSTOOD).await;
    play.card(&code, "Sam").await;
    let file = play.opens(sam, &shown, "From:").await;
    assert!(file.text.contains("Rosa"), "{file:?}");
    // By command the link is in the answer.
    let (_, _, other) = play.asks(place.omar, LIFT).await;
    play.telegram().block_bot(sam);
    let line = play.commands(sam, &format!("/case {other}")).await;
    assert!(!line.text.contains("Omar"), "{line:?}");
    play.follows(sam, (hub, &line), ("Open it", "Omar")).await;
    nothing_left(town).await;
}

#[tokio::test]
async fn forward_hands_it_to_the_council() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (hub, sam) = (place.hub, place.sam);
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let card = play.claims(sam, &code).await;
    let shown = play.press(sam, (hub, &card), "Forward").await;
    assert!(
        shown.text.contains("on its way to the council"),
        "{shown:?}"
    );
    let card = play.card(&code, "Their number:").await;
    assert_eq!(card.labels(), ["Details", "Done", "Worried?"]);
    let reference = town.council.cases()[0].reference.clone();
    assert!(card.text.contains(&reference));
    let again = play
        .commands(sam, &format!("/forward {code} council"))
        .await;
    assert!(again.text.contains("it was passed on"), "{again:?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn done_with_each_outcome_tells_the_resident_which() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (hub, sam, rosa) = (place.hub, place.sam, place.rosa);
    play.befriends(rosa).await;
    let (_, _, code) = play.asks(rosa, NEED).await;
    play.claims(sam, &code).await;
    for (label, told) in [
        ("Helped", "is done"),
        ("Another service has it", "with another service"),
        ("No longer needed", "no longer needed"),
        ("Could not reach them", "could not reach you"),
        ("Could not help", "found nobody who could help"),
    ] {
        let card = play
            .sees(hub, "a card to close", |m| {
                m.text.starts_with(&code) && m.button("Done").is_some()
            })
            .await;
        let last = play.last(hub);
        play.press(sam, (hub, &card), "Done").await;
        let ask = play.sees_next(hub, last, "How did").await;
        assert_eq!(ask.labels().len(), 5);
        let last = play.last(rosa);
        let shown = play.press(sam, (hub, &ask), label).await;
        assert!(shown.text.contains(label), "{shown:?}");
        let card = play.card(&code, &format!("Closed: {label}")).await;
        play.sees_next(rosa, last, told).await;
        assert_eq!(card.labels(), ["Open it again", "Worried?"]);
        let late = play.press(sam, (hub, &ask), label).await;
        assert!(late.text.contains("it is closed"), "{late:?}");
        play.press(sam, (hub, &card), "Open it again").await;
        play.card(&code, "Waiting for someone").await;
    }
    nothing_left(town).await;
}

#[tokio::test]
async fn the_same_need_of_two_people_is_joined_or_kept_apart() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (hub, sam, omar) = (place.hub, place.sam, place.omar);
    play.befriends(omar).await;
    let (_, _, first) = play.asks(place.rosa, NEED).await;
    let need = "Is there anybody who can go to Boots for my neighbour, she needs her tablets today. ME7 1AB";
    let (said, _, second) = play.asks(omar, need).await;
    let card = play
        .card(&second, &format!("May be the same as {first}"))
        .await;
    play.press(sam, (hub, &card), &format!("Not {first}")).await;
    let card = play
        .sees(hub, "the card without the other", |m| {
            m.text.starts_with(&second) && !m.text.contains(&first)
        })
        .await;
    assert_eq!(
        card.labels(),
        ["Claim", "Details", "Done", "Neighbours", "Worried?"]
    );

    // Told by a third person it is joined.
    let ina = place.ina;
    play.befriends(ina).await;
    let need = "My gran has a prescription waiting at the chemist, could someone fetch it for her? ME7 1AB";
    let (_, _, third) = play.asks(ina, need).await;
    let card = play
        .card(&third, &format!("May be the same as {first}"))
        .await;
    play.press(sam, (hub, &card), &format!("Same as {first}"))
        .await;
    let joined = play.card(&third, "Joined with another case").await;
    assert_eq!(joined.labels(), ["Worried?", "It is another need"]);
    play.card(&first, "2 times").await;
    play.sees_words(ina, "together with what someone else")
        .await;
    // What the third person's case becomes is told to both.
    play.claims(sam, &first).await;
    play.sees_words(ina, "now looking after").await;
    assert!(said > 0);
    nothing_left(town).await;
}

#[tokio::test]
async fn every_command_of_the_hub_and_its_errors() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let sam = place.sam;
    play.befriends(sam).await;
    let empty = play.commands(sam, "/queue").await;
    assert!(empty.text.contains("Nothing is waiting"), "{empty:?}");
    let (_, _, later) = play.asks(place.omar, LIFT).await;
    let (_, _, today) = play.asks(place.rosa, NEED).await;
    play.card(&later, "Waiting").await;
    play.card(&today, "Waiting").await;
    let queue = play.commands(sam, "/queue").await;
    let (urgent, other) = (queue.text.find(&today), queue.text.find(&later));
    assert!(urgent < other && urgent.is_some(), "{queue:?}");

    for (command, words) in [
        ("/case", "needs a case code"),
        ("/claim ABC", "Sorry"),
        ("/release", "needs a case code"),
        ("/done", "needs a case code"),
        ("/forward", "needs a case code"),
        ("/ask", "needs a case code"),
        ("/priority", "needs a case code"),
    ] {
        let answer = play.commands(sam, command).await;
        assert!(answer.text.contains(words), "{command}: {answer:?}");
    }
    let answer = play.commands(sam, &format!("/ask {today}")).await;
    assert!(answer.text.contains("needs a question"), "{answer:?}");
    let answer = play.commands(sam, &format!("/done {today} maybe")).await;
    assert!(answer.text.contains("helped"), "{answer:?}");
    let answer = play.commands(sam, &format!("/release {today}")).await;
    assert!(answer.text.contains("it is open"), "{answer:?}");
    let unknown = unknown_code(&[&today, &later]);
    let answer = play.commands(sam, &format!("/claim {unknown}")).await;
    assert!(answer.text.contains("I can't find"), "{answer:?}");

    let last = play.last(sam);
    play.commands_quietly(sam, &format!("/case {today}")).await;
    play.sees_next(sam, last, "Boots").await;
    let rules = play.commands(sam, &format!("/claim {today}")).await;
    play.press(sam, (place.hub, &rules), UNDERSTOOD).await;
    play.card(&today, "Sam").await;
    let answer = play.commands(sam, &format!("/release {today}")).await;
    assert!(answer.text.contains("free for someone else"), "{answer:?}");
    let answer = play.commands(sam, &format!("/forward {today} mars")).await;
    assert!(answer.text.contains("Where should"), "{answer:?}");
    let answer = play
        .commands(sam, &format!("/done {today} no longer needed"))
        .await;
    assert!(
        answer.text.contains("not_needed"),
        "what it may be: {answer:?}"
    );
    let ask = play.commands(sam, &format!("/done {today}")).await;
    play.press(sam, (place.hub, &ask), "Helped").await;
    play.card(&today, "Closed").await;
    let answer = play
        .commands(sam, &format!("/done {later} not_needed"))
        .await;
    assert!(answer.text.contains("is closed"), "{answer:?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn a_card_shows_how_soon_and_by_whom_and_staff_can_set_it() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    play.befriends(place.sam).await;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let card = play.card(&code, "Priority: P2, today").await;
    assert!(card.text.contains("It is needed today."), "{card:?}");
    assert!(
        card.text.contains("Best helped by: a neighbour."),
        "{card:?}"
    );

    let medicine =
        "Could someone give my gran her tablets at bedtime please? I'm away till Sunday, ME7";
    let (_, _, care) = play.asks(place.omar, medicine).await;
    play.card(&care, "hub only: giving medicine").await;

    let words = format!("/priority {code} p1");
    let answer = play.commands(place.sam, &words).await;
    assert!(answer.text.contains("is P1, at once"), "{answer:?}");
    let card = play.card(&code, "Priority: P1, at once").await;
    assert!(card.text.contains("Set by Sam."), "{card:?}");
    let last = play.last(place.sam);
    play.commands_quietly(place.sam, &format!("/case {code}"))
        .await;
    let file = play.sees_next(place.sam, last, "What the rules say").await;
    assert!(file.text.contains("A neighbour can do this."), "{file:?}");
    let set = ("priority_set".to_owned(), "Sam".to_owned());
    assert!(play.history(&code).await.contains(&set));

    let answer = play
        .commands(place.sam, &format!("/priority {code} soon"))
        .await;
    assert!(answer.text.contains("p1, p2, p3, p4"), "{answer:?}");
    let answer = play
        .commands(place.sam, &format!("/priority {code} rules"))
        .await;
    assert!(
        answer.text.contains("follows the rules again: P2"),
        "{answer:?}"
    );
    play.card(&code, "Priority: P2, today").await;
    nothing_left(town).await;
}

/// A good code that belongs to nothing.
fn unknown_code(known: &[&String]) -> String {
    let mut draw = kith::domain::ids::Draw::new([7; 16]);
    loop {
        let code = draw.code().to_string();
        if known.iter().all(|known| **known != code) {
            assert_eq!(code_in(&code).as_ref(), Some(&code));
            return code;
        }
    }
}

#[tokio::test]
async fn outside_the_hub_staff_commands_and_buttons_do_nothing() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    play.card(&code, "Waiting").await;
    for command in [
        "/queue".to_owned(),
        format!("/case {code}"),
        format!("/claim {code}"),
        format!("/release {code}"),
        format!("/done {code}"),
        format!("/forward {code}"),
        format!("/ask {code} Where do you live?"),
        format!("/priority {code} p1"),
    ] {
        let said = play.telegram().say(place.street, place.omar, &command);
        let refused = play.sees_answer(place.street, said).await;
        assert!(refused.text.contains("for the hub team"), "{refused:?}");
        play.writes(place.omar, &command, "for the hub team").await;
    }
    assert_eq!(play.case(&code).await.state.name(), "open");
    nothing_left(town).await;
}
