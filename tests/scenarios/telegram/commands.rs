//! What residents do by command, where kith need not listen.

use kith::demo::code_in;
use kith::domain::code::CaseCode;

use super::hands::{NEED, OFFER, Play, town};
use crate::kit::nothing_left;

#[tokio::test]
async fn need_with_words_is_passed_on_at_once() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let words = "/need A heater, our boiler is broken, ME8 0AA";
    let said = play.telegram().say(place.street, place.rosa, words);
    let done = play.sees_answer(place.street, said).await;
    let code = code_in(&done.text).expect("a code");
    assert!(!done.text.contains("boiler"), "{done:?}");
    play.card(&code, "ME8").await;
    // The words of the command are a message like any other.
    play.telegram()
        .edit(
            place.street,
            said,
            "/need A heater, our boiler is broken, ME9 7ZZ",
        )
        .expect("an edit");
    play.card(&code, "ME9").await;
    play.press(place.rosa, (place.street, &done), "Take it back")
        .await;
    play.card(&code, "Taken back by the writer").await;
    let over = play.sees_words(place.street, "is off the list").await;
    assert_eq!(
        over.id, done.id,
        "the answer itself says so, without buttons"
    );
    assert!(over.buttons.is_empty());

    let private = play
        .writes(
            place.rosa,
            "/need Someone to walk my dog, ME7",
            "Your code is",
        )
        .await;
    let code = code_in(&private.text).expect("a code");
    play.card(&code, "ME7").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn need_without_words_leads_into_the_private_chat() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    for (command, question) in [
        ("/need", "What do you need?"),
        ("/offer", "What can you do for others?"),
    ] {
        let said = play.telegram().say(place.street, place.rosa, command);
        let line = play.sees_answer(place.street, said).await;
        let what = play
            .follows(place.rosa, (place.street, &line), ("Open it", question))
            .await;
        play.taps(place.rosa, &what, ("Stop", "we'll stop here"))
            .await;
    }
    nothing_left(town).await;
}

#[tokio::test]
async fn need_as_an_answer_to_a_neighbours_message_asks_that_neighbour() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let said = play
        .telegram()
        .say(place.street, place.rosa, "My tablets have run out again");
    play.telegram()
        .reply(place.street, place.omar, said, "/need");
    let ask = play.sees_answer(place.street, said).await;
    let shown = play
        .press(place.omar, (place.street, &ask), "Yes, pass it on")
        .await;
    assert!(shown.text.contains("Only the person who wrote"));
    play.press(place.rosa, (place.street, &ask), "Yes, pass it on")
        .await;
    let done = play.sees_words(place.street, "the help hub has it").await;
    let code = code_in(&done.text).expect("a code");
    play.card(&code, "Where:").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn my_lists_ones_own_and_takes_back() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let rosa = place.rosa;
    let empty = play.writes(rosa, "/my", "no requests or offers").await;
    assert_eq!(empty.labels(), ["Ask for help", "Offer help"]);
    let (_, _, need) = play.asks(rosa, NEED).await;
    let (_, _, offer) = play.asks(rosa, OFFER).await;
    let (_, _, stranger) = play.asks(place.omar, OFFER).await;

    let mine = play.writes(rosa, "/my", "Your requests and offers").await;
    assert!(mine.text.contains(&need) && mine.text.contains(&offer));
    assert!(!mine.text.contains(&stranger));
    play.taps(
        rosa,
        &mine,
        (&format!("Take back {need}"), "is off the list"),
    )
    .await;
    play.card(&need, "Taken back by the writer").await;
    play.taps(
        rosa,
        &mine,
        (&format!("Take back {need}"), "is off the list"),
    )
    .await;

    // In the street it is answered in private, with nothing said there.
    let before = play.last(place.street);
    let last = play.last(rosa);
    play.telegram().say(place.street, rosa, "/my");
    let mine = play.sees_next(rosa, last, "Your requests and offers").await;
    assert!(!mine.text.contains(&need) && mine.text.contains(&offer));
    play.settles().await;
    assert_eq!(play.last(place.street), before + 1, "only her own command");
    nothing_left(town).await;
}

#[tokio::test]
async fn my_from_somebody_who_never_opened_the_private_chat() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let said = play.telegram().say(place.street, place.rosa, "/my");
    let line = play.sees_answer(place.street, said).await;
    assert!(!line.text.contains(&code), "{line:?}");
    play.follows(place.rosa, (place.street, &line), ("Open it", &code))
        .await;
    nothing_left(town).await;
}

#[tokio::test]
async fn cancel_takes_ones_own_code_and_no_other() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (_, _, code) = play.asks(place.rosa, NEED).await;
    let (_, _, offer) = play.asks(place.rosa, OFFER).await;

    let words = format!("/cancel {code}");
    play.writes(place.omar, &words, "I can't find").await;
    let mistyped = mistyped(&code);
    let problem = play
        .writes(place.rosa, &format!("/cancel {mistyped}"), "/help")
        .await;
    assert!(problem.text.contains("Sorry"), "{problem:?}");
    play.writes(place.rosa, "/cancel please", "Sorry").await;
    assert_eq!(play.case(&code).await.state.name(), "open");

    // Small letters and a space in the middle are as good.
    let spoken = code.to_lowercase().replace('-', " ");
    play.writes(place.rosa, &format!("/cancel {spoken}"), "is off the list")
        .await;
    play.card(&code, "Taken back by the writer").await;
    let said = play
        .telegram()
        .say(place.street, place.rosa, &format!("/cancel {offer}"));
    let done = play.sees_answer(place.street, said).await;
    assert!(done.text.contains("is off the list"), "{done:?}");
    play.card(&offer, "Taken back").await;
    nothing_left(town).await;
}

/// The code with two of its signs changed places, so that its check character is wrong.
fn mistyped(code: &str) -> String {
    let signs: Vec<char> = code.chars().collect();
    let wrong = |a: usize, b: usize| {
        let mut signs = signs.clone();
        signs.swap(a, b);
        signs.into_iter().collect::<String>()
    };
    [(0, 1), (1, 2), (4, 5), (5, 6)]
        .into_iter()
        .map(|(a, b)| wrong(a, b))
        .find(|wrong| CaseCode::parse(wrong).is_err())
        .expect("a slip that the check character finds")
}

#[tokio::test]
async fn help_and_start_say_what_can_be_done_where() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let hello = play.writes(place.rosa, "/start", "Hello! I'm kith").await;
    assert!(hello.text.contains("999"));
    let what = play
        .taps(place.rosa, &hello, ("Offer help", "What can you do"))
        .await;
    play.taps(place.rosa, &what, ("Stop", "we'll stop here"))
        .await;
    let what = play
        .taps(place.rosa, &hello, ("Ask for help", "What do you need?"))
        .await;
    play.taps(place.rosa, &what, ("Stop", "we'll stop here"))
        .await;

    let help = play.writes(place.rosa, "/help", "/need").await;
    assert!(!help.text.contains("/claim") && !help.text.contains("/kith"));
    let said = play.telegram().say(place.street, place.omar, "/help");
    let help = play.sees_answer(place.street, said).await;
    assert!(help.text.contains("/cancel") && !help.text.contains("/claim"));
    let help = play.commands(place.sam, "/help").await;
    assert!(help.text.contains("/claim") && !help.text.contains("/kith"));
    let founder = play.telegram().founder(place.hub);
    let help = play.commands(founder, "/help").await;
    assert!(help.text.contains("/claim") && help.text.contains("/kith setup"));

    // The menus say the same.
    let names = |chat, person| -> Vec<String> {
        let menu = play.telegram().menu(chat, person);
        menu.into_iter().map(|(name, _)| name).collect()
    };
    assert!(!names(place.street, place.rosa).contains(&"claim".to_owned()));
    assert!(names(place.hub, place.sam).contains(&"claim".to_owned()));
    assert!(names(place.hub, founder).contains(&"kith".to_owned()));
    nothing_left(town).await;
}

#[tokio::test]
async fn a_request_written_in_private_is_asked_about_there() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let rosa = play.riverside.rosa;
    play.writes(rosa, "good evening", "I'm not sure").await;
    let ask = play.writes(rosa, NEED, "Shall I pass this on").await;
    play.press(rosa, (rosa.into(), &ask), "Yes, pass it on")
        .await;
    let done = play.sees_words(rosa, "the help hub has it").await;
    let code = code_in(&done.text).expect("a code");
    play.card(&code, "medicine from the chemist").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn what_is_not_a_command_of_kiths_is_left_alone_in_groups() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    for text in ["/weather", "/need@another_bot milk", "/claim@another_bot"] {
        play.telegram().say(place.street, place.rosa, text);
    }
    let before = play.said(place.street, "");
    let staff = play
        .telegram()
        .say(place.street, place.rosa, "/queue@kith_sim_bot");
    let refused = play.sees_answer(place.street, staff).await;
    assert!(refused.text.contains("for the hub team"), "{refused:?}");
    play.settles().await;
    assert_eq!(play.said(place.street, ""), before + 1);
    play.writes(place.rosa, "/weather", "no command /weather")
        .await;
    nothing_left(town).await;
}
