//! The hub's commands, and what they say where they can't be used.

use super::hands::{
    LIFT, SHOPPING, UNDERSTOOD, card, case, clicks, news, note, opens, passes_on, sends, slash,
    town,
};
use crate::kit::{cast, nothing_left};

const NOBODYS_CODE: &str = "222-2222";

#[tokio::test]
async fn the_whole_way_of_a_case_by_commands() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let kim = (place.kim, place.hub);
    let empty = slash(&cast, kim, "queue", &[]).await;
    assert!(empty.text().contains("Nothing is waiting"));
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    let later = passes_on(&cast, place.jack, LIFT).await;
    let code = [("code", told.code.as_str())];

    let queue = slash(&cast, kim, "queue", &[]).await.text();
    let (urgent, other) = (queue.find(&told.code), queue.find(&later.code));
    assert!(urgent.unwrap() < other.unwrap(), "today before tomorrow");
    let file = slash(&cast, kim, "case", &code).await;
    assert!(!file.text().contains("12 Invented Row"), "{file:?}");
    let rules = slash(&cast, kim, "claim", &code).await;
    let file = clicks(&cast, place.kim, &rules, UNDERSTOOD).await;
    assert!(file.text().contains("12 Invented Row"), "{file:?}");
    card(&cast, &told.code, "Kim").await;
    let queue = slash(&cast, kim, "queue", &[]).await;
    assert!(queue.text().contains("someone has it (Kim)"), "{queue:?}");
    let freed = slash(&cast, kim, "release", &code).await;
    assert!(freed.text().contains("free for someone else"));
    let twice = slash(&cast, kim, "release", &code).await;
    assert!(twice.text().contains("it is open"), "{twice:?}");
    let unheld = slash(&cast, kim, "forward", &code).await;
    assert!(unheld.text().contains("it is open"), "{unheld:?}");
    slash(&cast, kim, "claim", &code).await;
    let sent = slash(&cast, kim, "forward", &code).await;
    assert!(sent.text().contains("on its way to the council"));
    card(&cast, &told.code, "Their number").await;
    let which = slash(&cast, kim, "done", &code).await;
    assert!(which.button("Could not help").is_some());
    let chosen = [
        ("code", told.code.as_str()),
        ("outcome", "Another service has it"),
    ];
    slash(&cast, kim, "done", &chosen).await;
    card(&cast, &told.code, "Another service has it").await;

    let named = [("destination", "Council"), ("code", later.code.as_str())];
    slash(&cast, kim, "claim", &named[1..]).await;
    let sent = slash(&cast, kim, "forward", &named).await;
    assert!(sent.text().contains("on its way"), "{sent:?}");
    card(&cast, &later.code, "Their number").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn the_commands_are_for_the_hub_and_codes_are_checked() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    let code = ("code", told.code.as_str());
    let question = ("question", "When?");
    for command in [
        "queue", "case", "claim", "release", "done", "forward", "ask", "priority",
    ] {
        let options: &[_] = match command {
            "queue" => &[],
            "ask" => &[code, question],
            "priority" => &[code, ("priority", "p1")],
            _ => &[code],
        };
        let refused = slash(&cast, (place.priya, place.street), command, options).await;
        assert!(
            refused.text().contains("That is for the hub team"),
            "{command}: {refused:?}"
        );
        if command == "queue" {
            continue;
        }
        let mut options = options.to_vec();
        for (wrong, why) in [
            (NOBODYS_CODE, "can't find"),
            ("K7M-4QX", "7 letters and digits"),
            ("K7M-4QXA", "typing mistake"),
            ("K7M-4Q!P", "codes use"),
        ] {
            options[0].1 = wrong;
            let refused = slash(&cast, (place.kim, place.hub), command, &options).await;
            assert!(
                refused.text().contains(why),
                "{command} {wrong}: {refused:?}"
            );
        }
    }
    assert_eq!(case(&town, &told.code).await.state.name(), "open");
    // A code is read as people write it.
    let loose = told.code.to_lowercase().replace('-', " ");
    let file = slash(&cast, (place.kim, place.hub), "case", &[("code", &loose)]).await;
    assert!(file.text().contains(&told.code));
    nothing_left(town).await;
}

#[tokio::test]
async fn a_question_goes_to_the_writer_and_its_answer_to_the_holder() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    super::hands::claims(&cast, place.kim, &told.code).await;
    let ask = [
        ("question", "Is there a lift in the house?"),
        ("code", told.code.as_str()),
    ];
    let sent = slash(&cast, (place.kim, place.hub), "ask", &ask).await;
    assert!(sent.text().contains("on its way"));
    let question = news(&cast, place.priya, "Is there a lift").await;
    let modal = opens(&cast, place.priya, &question, "Answer").await;
    town.discord.dismiss_modal(modal.interaction);
    let modal = opens(&cast, place.priya, &question, "Answer").await;
    assert_eq!(modal.fields.len(), 1);
    let fields = [("Your answer", "No, third floor")];
    let thanks = sends(&cast, place.priya, &modal, &fields).await;
    assert!(thanks.text().contains("has your answer"));
    let noted = note(&cast, &told.code, "has an answer").await;
    assert!(noted.text().contains("Kim") && !noted.text().contains("floor"));
    let file = slash(&cast, (place.kim, place.hub), "case", &ask[1..]).await;
    assert!(file.text().contains("third floor"));
    // A second question, answered by simply writing back.
    slash(&cast, (place.kim, place.hub), "ask", &ask).await;
    caught_question(&cast, &told.code).await;
    let plain = "The bell says Rowan";
    town.discord.say_directly(place.priya, plain).unwrap();
    news(&cast, place.priya, "has your answer").await;
    let file = slash(&cast, (place.kim, place.hub), "case", &ask[1..]).await;
    assert!(file.text().contains("Rowan"), "{file:?}");
    nothing_left(town).await;
}

async fn caught_question(cast: &kith::demo::Cast<'_>, code: &str) {
    super::hands::caught_up(cast).await;
    assert!(case(cast.town, code).await.question.is_some());
}
