//! Flooding by one person or one group: limited, without silencing danger and without losing a word.

use std::time::Duration;

use kith::domain::action::Action;
use kith::domain::case::CaseState;
use kith::domain::decision::{Change, Decision};
use kith::domain::effect::Act;
use kith::domain::report::Subject;
use kith::domain::speech::{Slow, Speech};

use super::world::Deeds::{Command, Form, Press};
use super::world::{DANGER, World, only_answer, person, words};

/// Needs of different kinds, so that none is the same as another by itself.
const NEEDS: [&str; 6] = [
    "Could anyone walk my dog this week please? I hurt my back, ME7 4AA",
    "Please can anybody help me with the gas bill, I have no money left this week, ME7 4AB",
    "Does anyone have a car? I need a lift to the hospital tomorrow, ME7 0AA",
    "Could anyone pick up my prescription from Boots today please? ME7 1AB",
    "Can somebody help me fill in a form for the council please? I live in ME7 1AA",
    "I need somebody to look after my little boy on Thursday please, can anyone help? ME7",
];

fn speeches(decision: &Decision) -> Vec<&Speech> {
    let said = decision
        .effects
        .iter()
        .filter_map(|effect| match &effect.act {
            Act::Show(show) => Some(&show.speech),
            Act::Say { speech, .. } | Act::Tell { speech, .. } => Some(speech),
            Act::Answer(answer) => Some(&answer.speech),
            Act::Retract { .. } | Act::Remove { .. } | Act::Forward { .. } | Act::Recall { .. } => {
                None
            }
        });
    said.collect()
}

fn asks(decision: &Decision) -> bool {
    let asked = |speech: &&Speech| matches!(speech, Speech::AskRequest { .. });
    speeches(decision).iter().any(asked)
}

fn put_with(decision: &Decision) -> bool {
    let slow = |speech: &&Speech| {
        matches!(
            speech,
            Speech::Slow {
                why: Slow::Tellings { .. }
            }
        )
    };
    speeches(decision).iter().any(slow)
}

/// Who tells so much by command that nothing more is begun for them. Gives how many cases there are.
fn has_told_much(world: &mut World, name: &'static str) -> usize {
    for number in 0..15 {
        let need = format!("{} ({number})", NEEDS[number % NEEDS.len()]);
        let _ = world.does(&person(name), "street", &Command("need", need));
    }
    world.snapshot.cases.len()
}

#[test]
fn one_person_begins_fifteen_things_an_hour_and_the_rest_goes_with_them() {
    let mut world = World::empty();
    let begun = has_told_much(&mut world, "flo");
    assert_eq!(begun, 15);
    let decision = world.says(
        "flo",
        "street",
        "I need a heater please, can anyone lend me one? ME7 9ZZ",
    );
    assert_eq!(world.snapshot.cases.len(), begun, "no case of its own");
    assert!(put_with(&decision), "{:#?}", speeches(&decision));
    let kept = world.snapshot.reports.values().find(|report| {
        let words = report
            .text
            .as_ref()
            .map(|text| text.reveal().contains("9ZZ"));
        words == Some(true)
    });
    let kept = kept.expect("its words are kept");
    let Subject::Case(id) = &kept.subject else {
        panic!("{:?}", kept.subject)
    };
    assert_eq!(
        world.snapshot.cases[id].state,
        CaseState::Open,
        "the hub sees them"
    );
    let claimed = world.does(
        &person("sam"),
        "hub",
        &Press(Action::ClaimBriefed(id.clone())),
    );
    let file: Vec<_> = speeches(&claimed).into_iter().map(words).collect();
    let file = file.concat();
    assert!(file.contains("a heater please"), "{file}");

    let decision = world.says(
        "flo",
        "street",
        "Could anyone lend me a ladder please? ME7 9ZY",
    );
    assert!(
        decision
            .effects
            .iter()
            .all(|effect| !matches!(effect.act, Act::Say { .. })),
        "said once"
    );
    let others = world.says("rosa", "street", NEEDS[0]);
    assert!(asks(&others), "others are asked as ever");
    world.now = world.now + Duration::from_mins(61);
    let later = world.says(
        "flo",
        "street",
        "Does anyone have a cot to lend please? ME7 9ZX",
    );
    assert!(asks(&later), "and so is she an hour later");
}

#[test]
fn a_command_too_many_is_answered_with_where_it_went() {
    let mut world = World::empty();
    let begun = has_told_much(&mut world, "flo");
    for number in 0..3 {
        let need = Command("need", format!("A heater, ME7 {number}AA"));
        let decision = world.does(&person("flo"), "street", &need);
        assert!(put_with(&decision), "{number}");
    }
    assert_eq!(world.snapshot.cases.len(), begun);
    let told = world.snapshot.reports.values().filter(|report| {
        let text = report.text.as_ref();
        text.is_some_and(|text| text.reveal().starts_with("A heater"))
    });
    assert_eq!(told.count(), 3, "nothing is lost");
}

#[test]
fn a_form_too_many_loses_none_of_its_fields() {
    let mut world = World::empty();
    let begun = has_told_much(&mut world, "flo");
    let form = Form(Action::NewRequest, "A heater please");
    let decision = world.does(&person("flo"), "street", &form);
    assert!(put_with(&decision));
    assert_eq!(world.snapshot.cases.len(), begun);
    let kept = world
        .snapshot
        .reports
        .values()
        .filter_map(|report| report.text.as_ref());
    let all = |text: &String| text.contains("A heater") && text.contains("07700 900123");
    assert!(kept.map(kith::domain::private::Private::reveal).any(all));
}

#[test]
fn offers_too_many_go_with_the_newest() {
    let mut world = World::empty();
    for number in 0..15 {
        let offer = Command("offer", format!("I can walk dogs in ME7 {number}AA"));
        let _ = world.does(&person("flo"), "street", &offer);
    }
    let begun = world.snapshot.offers.len();
    let offer = Command("offer", "I have a spare heater".to_owned());
    let decision = world.does(&person("flo"), "street", &offer);
    assert!(put_with(&decision), "{:#?}", speeches(&decision));
    assert_eq!(world.snapshot.offers.len(), begun);
    let decision = world.does(&person("flo"), "@flo", &Press(Action::NewOffer));
    assert!(matches!(
        only_answer(&decision),
        Speech::Slow {
            why: Slow::Beginnings { .. }
        }
    ));
}

#[test]
fn a_button_pressed_fifty_times_begins_one_thing() {
    for (press, cases, offers) in [(Action::NewRequest, 1, 0), (Action::NewOffer, 0, 1)] {
        let mut world = World::empty();
        for _ in 0..50 {
            let _ = world.does(&person("flo"), "@flo", &Press(press.clone()));
        }
        let begun = (world.snapshot.cases.len(), world.snapshot.offers.len());
        assert_eq!(begun, (cases, offers));
    }
}

#[test]
fn danger_is_heard_from_whoever_flooded() {
    let mut world = World::empty();
    has_told_much(&mut world, "flo");
    for _ in 0..80 {
        let _ = world.does(&person("flo"), "street", &Command("my", String::new()));
    }
    let decision = world.says("flo", "street", DANGER);
    let told = speeches(&decision);
    let numbers = told
        .iter()
        .any(|speech| matches!(speech, Speech::Numbers(_)));
    let card = told
        .iter()
        .any(|speech| matches!(speech, Speech::ConcernCard(_)));
    assert!(numbers && card, "{told:#?}");
    let concern = world
        .snapshot
        .concerns
        .keys()
        .next()
        .expect("a concern")
        .clone();
    let again = world.does(&person("flo"), "@flo", &Press(Action::Numbers(concern)));
    assert!(
        matches!(only_answer(&again), Speech::Numbers(_)),
        "asked for, they are told"
    );
}

#[test]
fn danger_is_heard_in_a_group_that_is_flooded() {
    let mut world = World::empty();
    flood(&mut world);
    let decision = world.says("ina", "street", DANGER);
    let told = speeches(&decision);
    assert!(
        told.iter()
            .any(|speech| matches!(speech, Speech::Numbers(_))),
        "{told:#?}"
    );
    let urgent = decision.effects.iter().any(|effect| effect.urgent);
    assert!(urgent, "before all that waits");
}

/// Thirty neighbours ask within a minute.
fn flood(world: &mut World) {
    const NAMES: [&str; 30] = [
        "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10", "n11", "n12", "n13",
        "n14", "n15", "n16", "n17", "n18", "n19", "n20", "n21", "n22", "n23", "n24", "n25", "n26",
        "n27", "n28", "n29",
    ];
    for name in NAMES {
        let decision = world.says(name, "street", &format!("I am {name}. {}", NEEDS[0]));
        assert!(asks(&decision), "{name} is asked");
    }
}

#[test]
fn in_a_flood_each_neighbour_is_asked_once() {
    let mut world = World::empty();
    flood(&mut world);
    let first = world.says("rosa", "street", NEEDS[3]);
    assert!(asks(&first), "a raid silences nobody");
    let begun = world.snapshot.cases.len();
    let second = world.says("rosa", "street", NEEDS[1]);
    assert!(
        put_with(&second) && !asks(&second),
        "{:#?}",
        speeches(&second)
    );
    assert_eq!(world.snapshot.cases.len(), begun);
    assert!(
        asks(&world.says("omar", "far_street", NEEDS[0])),
        "elsewhere all is as ever"
    );
    assert!(asks(&world.says("omar", "far_street", NEEDS[1])));
}

/// How many of so many commands are answered, and whether the last answer says that there will be no more.
fn answered(world: &mut World, at: &str, commands: usize) -> (usize, bool) {
    let mut answers = Vec::new();
    for _ in 0..commands {
        let decision = world.does(&person("rosa"), at, &Command("my", String::new()));
        answers.extend(speeches(&decision).into_iter().cloned());
    }
    let why = Slow::Answers;
    (answers.len(), answers.last() == Some(&Speech::Slow { why }))
}

#[test]
fn answers_stop_and_deeds_do_not() {
    let (mut world, things) = World::lived_in();
    assert_eq!(
        answered(&mut world, "street", 30),
        (21, true),
        "a group is not filled"
    );
    assert!(answered(&mut world, "@rosa", 80).1);
    assert_eq!(answered(&mut world, "@rosa", 5), (0, false));
    let back = Press(Action::Withdraw(things.of_case()));
    let decision = world.does(&person("rosa"), "street", &back);
    let changed = decision
        .changes
        .iter()
        .any(|change| matches!(change, Change::Case(_)));
    assert!(changed, "it is taken back");
    let others = world.does(&person("omar"), "street", &Command("my", String::new()));
    only_answer(&others);
    world.now = world.now + Duration::from_mins(11);
    assert_eq!(answered(&mut world, "street", 5), (5, false));
}

#[test]
fn whoever_works_in_a_hub_is_never_held_up() {
    let (mut world, things) = World::lived_in();
    for _ in 0..200 {
        let decision = world.does(
            &person("sam"),
            "hub",
            &Press(Action::View(things.case.clone())),
        );
        assert!(matches!(only_answer(&decision), Speech::File(_)));
    }
}
