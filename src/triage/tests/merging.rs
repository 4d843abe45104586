//! One need told by several people: made one case, and taken apart again without loss.

use super::*;
use crate::domain::case::Case;
use crate::domain::report::Report;

const RETOLD: &str =
    "My neighbour needs her prescription collected today, can anyone help? ME7 1AB";
const OTHER: &str = "Could anyone lend me a drill this weekend please? I'm in ME4";

impl World {
    fn told_by(&self, who: &str) -> Case {
        let mut found = self
            .snapshot
            .cases
            .values()
            .filter(|case| case.resident.id.as_str() == who);
        let case = found.next().expect("a case").clone();
        assert!(found.next().is_none(), "one case of {who}");
        case
    }

    fn words_of(&self, id: &CaseId) -> Vec<&Report> {
        self.snapshot.reports_of(&Subject::Case(id.clone()))
    }

    /// Rosa told it, Sam holds it, Omar told it again.
    fn joined() -> (Self, CaseId, CaseId) {
        let mut world = Self::new();
        let first = world.claimed_case();
        world.says("omar", "street", "3", RETOLD);
        let second = world.told_by("omar").id;
        (world, first, second)
    }

    /// What stands in the rows of a case, apart from when and how often it was written.
    fn row(&self, id: &CaseId) -> (Case, Vec<Report>) {
        let case = Case {
            changed: Timestamp::default(),
            version: 0,
            ..self.snapshot.cases[id].clone()
        };
        (case, self.words_of(id).into_iter().cloned().collect())
    }
}

#[test]
fn what_somebody_else_tells_for_certain_is_part_of_what_the_hub_has() {
    let mut world = World::new();
    let first = world.claimed_case();
    let effects = world.says("omar", "street", "3", RETOLD);
    let second = world.told_by("omar");
    assert!(
        matches!(&second.state, CaseState::Merged(merged) if merged.into == first),
        "{:?}",
        second.state
    );
    assert_eq!(world.words_of(&first).len(), 2);
    let heard = said(&effects);
    assert!(heard.iter().any(|(to, speech)| to == "street"
        && matches!(speech, Speech::PartOf { code, .. } if *code == second.code)));
    let note = heard.iter().find_map(|(to, speech)| match speech {
        Speech::HubNote {
            note: HubNote::ToldByAnother { code, reasons, .. },
            ..
        } if to == "hub" => Some((code.clone(), reasons.clone())),
        _ => None,
    });
    let (code, reasons) = note.expect("the holder is told");
    assert_eq!(code, second.code);
    assert!(!reasons.is_empty());
    assert!(heard.iter().any(|(to, speech)| to == "hub"
        && matches!(speech, Speech::Card(card) if card.case == first && card.reports == 2)));

    let effects = world.presses("sam", "hub", Action::Release(first));
    assert_eq!(told(&effects, "rosa"), [News::Released]);
    assert_eq!(told(&effects, "omar"), [News::WithHub]);
}

#[test]
fn who_tells_it_again_after_it_was_joined_begins_nothing_new() {
    let (mut world, first, second) = World::joined();
    let before = world.snapshot.cases.len();
    let effects = world.says("omar", "street", "4", &format!("Anyone? {RETOLD}"));
    assert_eq!(world.snapshot.cases.len(), before);
    assert_eq!(world.words_of(&first).len(), 3);
    let own = world.case(&second).code.clone();
    assert!(said(&effects).iter().any(|(to, speech)| to == "street"
        && matches!(speech, Speech::AlreadyWithHub { code, .. } if *code == own)));
    // Both messages leave with him.
    world.presses("sam", "hub", Action::Split(second.clone()));
    assert_eq!(world.words_of(&second).len(), 2);
    assert_eq!(world.case(&second).compared.len(), 2);
    assert_eq!(world.words_of(&first).len(), 1);
}

#[test]
fn staff_take_it_apart_and_everything_stands_as_if_it_had_never_been_one() {
    let mut world = World::new();
    let first = world.claimed_case();
    let before = world.row(&first);
    world.says("omar", "street", "3", RETOLD);
    let second = world.told_by("omar").id;
    assert_ne!(world.row(&first), before);

    let effects = world.presses("nosy", "street", Action::Split(second.clone()));
    assert_eq!(answer(&effects), Speech::NotForYou { who: Needed::Staff });
    let effects = world.presses("sam", "hub", Action::Split(second.clone()));
    assert_eq!(answer(&effects), Speech::Noted);
    assert_eq!(world.row(&first), before);
    assert_eq!(world.snapshot.cases[&second].state, CaseState::Open);
    assert_eq!(world.words_of(&second).len(), 1);
    assert!(matches!(
        told(&effects, "omar").as_slice(),
        [News::Apart { .. }]
    ));
    assert!(told(&effects, "rosa").is_empty());
    let effects = world.presses("sam", "hub", Action::Split(second));
    assert!(matches!(answer(&effects), Speech::NotNow { .. }));
}

#[test]
fn whoever_told_it_says_that_it_is_something_else() {
    let (mut world, first, second) = World::joined();
    let effects = world.presses("nosy", "street", Action::Apart(second.clone()));
    assert_eq!(answer(&effects), Speech::OnlyTheWriter);
    world.presses("omar", "street", Action::Apart(second.clone()));
    assert_eq!(world.snapshot.cases[&second].state, CaseState::Open);
    assert_eq!(world.words_of(&first).len(), 1);
}

#[test]
fn each_takes_back_their_own() {
    let (mut world, first, second) = World::joined();
    world.presses(
        "omar",
        "street",
        Action::Withdraw(Subject::Case(second.clone())),
    );
    assert!(matches!(
        world.snapshot.cases[&second].state,
        CaseState::Withdrawn { .. }
    ));
    assert!(matches!(
        world.snapshot.cases[&first].state,
        CaseState::Claimed(_)
    ));
    assert_eq!(world.words_of(&first).len(), 1);

    let (mut world, first, second) = World::joined();
    let code = |world: &World, id| world.case(id).code.clone();
    let foreign = code(&world, &first);
    let effects = world.commands("omar", "@omar", "cancel", foreign.as_str());
    assert_eq!(answer(&effects), Speech::NoSuchCode { code: foreign });
    let own = code(&world, &second);
    let effects = world.commands("omar", "@omar", "cancel", own.as_str());
    assert_eq!(answer(&effects), Speech::TakenBack { code: own });
    assert!(world.snapshot.cases[&first].state.is_with_hub());
}

type Way<'w> = &'w dyn Fn(&mut World, &CaseId) -> Vec<Effect>;

#[test]
fn what_others_told_stands_by_itself_when_the_case_is_taken_back() {
    let deleted = Event::Deleted {
        messages: vec![MessageRef {
            place: place("street"),
            message: MessageId::new("1"),
        }],
    };
    let taken_back = |world: &mut World, first: &CaseId| {
        let of = Subject::Case(first.clone());
        world.presses("rosa", "street", Action::Withdraw(of))
    };
    let message_gone = |world: &mut World, _: &CaseId| world.hear(deleted.clone());
    let ways: [Way<'_>; 2] = [&taken_back, &message_gone];
    for way in ways {
        let (mut world, first, second) = World::joined();
        let effects = way(&mut world, &first);
        assert!(matches!(
            world.case(&first).state,
            CaseState::Withdrawn { .. }
        ));
        assert!(world.case(&first).compared.is_empty());
        assert_eq!(world.case(&second).state, CaseState::Open);
        assert_eq!(world.words_of(&second).len(), 1);
        assert!(told(&effects, "omar").is_empty() && told(&effects, "rosa").is_empty());
        let heard = said(&effects);
        assert!(
            heard
                .iter()
                .any(|(to, speech)| to == "street" && matches!(speech, Speech::PassedOn { .. })),
            "Omar's line says that the hub has it"
        );
        let noted = heard.iter().filter_map(|(to, speech)| match speech {
            Speech::HubNote { note, .. } if to == "hub" => Some(note.clone()),
            _ => None,
        });
        let code = world.case(&second).code.clone();
        let noted: Vec<_> = noted.collect();
        assert_eq!(noted, [HubNote::Apart { code }, HubNote::Withdrawn]);
    }
}

#[test]
fn a_joined_telling_goes_with_its_last_message() {
    let (mut world, first, second) = World::joined();
    let compared = world.case(&first).compared.len();
    world.says("omar", "street", "4", &format!("Anyone? {RETOLD}"));
    let deletes = |world: &mut World, id: &str| {
        world.hear(Event::Deleted {
            messages: vec![MessageRef {
                place: place("street"),
                message: MessageId::new(id),
            }],
        })
    };
    deletes(&mut world, "3");
    assert!(matches!(world.case(&second).state, CaseState::Merged(_)));
    assert_eq!(world.case(&second).compared.len(), 1);
    assert_eq!(world.case(&first).compared.len(), compared);
    let words = |world: &World| {
        world
            .words_of(&first)
            .iter()
            .filter(|r| r.text.is_some())
            .count()
    };
    assert_eq!(words(&world), 2);

    let effects = deletes(&mut world, "4");
    assert!(matches!(
        world.case(&second).state,
        CaseState::Withdrawn { .. }
    ));
    assert!(world.case(&second).compared.is_empty());
    assert!(matches!(world.case(&first).state, CaseState::Claimed(_)));
    assert_eq!(world.case(&first).compared.len(), compared - 1);
    assert_eq!(world.words_of(&first).len(), 1);
    assert!(said(&effects).iter().any(|(to, speech)| to == "hub"
        && matches!(
            speech,
            Speech::HubNote {
                note: HubNote::Apart { .. },
                ..
            }
        )));
}

#[test]
fn where_all_messages_are_deleted_at_once_nothing_stays() {
    let (mut world, first, second) = World::joined();
    let message = |id: &str| MessageRef {
        place: place("street"),
        message: MessageId::new(id),
    };
    let messages = vec![message("1"), message("3")];
    world.hear(Event::Deleted { messages });
    for id in [first, second] {
        let state = &world.case(&id).state;
        assert!(matches!(state, CaseState::Withdrawn { .. }), "{state:?}");
        assert_eq!(world.words_of(&id).len(), 1);
    }
}

#[test]
fn danger_is_joined_by_people_alone() {
    let mut world = World::new();
    let first = world.claimed_case();
    world.says(
        "omar",
        "street",
        "3",
        "My neighbour needs her prescription collected today, she has collapsed and isn't breathing properly, help! ME7 1AB",
    );
    assert_eq!(world.words_of(&first).len(), 1);
    assert!(
        world
            .snapshot
            .cases
            .values()
            .all(|case| !matches!(case.state, CaseState::Merged(_)))
    );
}

#[test]
fn nobody_learns_by_telling_the_same_what_was_told_in_private() {
    let mut world = World::new();
    world.says("rosa", "@rosa", "1", NEED);
    let first = world.only_case().id;
    world.presses(
        "rosa",
        "@rosa",
        Action::Confirm(Subject::Case(first.clone())),
    );
    assert!(world.case(&first).state.is_with_hub());
    let effects = world.says("omar", "street", "3", RETOLD);
    assert!(
        said(&effects)
            .iter()
            .any(|(to, speech)| to == "street" && matches!(speech, Speech::AskRequest { .. }))
    );
    assert_eq!(world.words_of(&first).len(), 1);
    let second = world.told_by("omar");
    assert_eq!(second.similar[0].case, first, "staff are asked");
}

#[test]
fn a_case_with_a_part_of_its_own_is_merged_and_both_come_back() {
    let (mut world, first, second) = World::joined();
    world.says("ivy", "street", "5", OTHER);
    let third = world.told_by("ivy").id;
    world.presses(
        "ivy",
        "street",
        Action::Confirm(Subject::Case(third.clone())),
    );
    let alone = world.row(&third);
    let pair = world.row(&first);

    world.presses("sam", "hub", Action::Same(first.clone(), third.clone()));
    assert_eq!(world.words_of(&third).len(), 3);
    assert_eq!(world.snapshot.cases[&first].state.holder(), None);
    // The file shows all who told of it.
    let effects = world.presses("sam", "hub", Action::View(third.clone()));
    let Speech::File(file) = answer(&effects) else {
        panic!("no file")
    };
    assert_eq!((file.others.len(), file.told.words().len()), (2, 3));

    world.presses("sam", "hub", Action::Split(first.clone()));
    assert_eq!(world.row(&first), pair);
    assert_eq!(world.row(&third), alone);

    // The part is taken out while its whole is part of another.
    world.presses("sam", "hub", Action::Same(first.clone(), third.clone()));
    world.presses("sam", "hub", Action::Split(second.clone()));
    assert_eq!(world.words_of(&third).len(), 2);
    assert_eq!(world.words_of(&second).len(), 1);
    world.presses("sam", "hub", Action::Split(first.clone()));
    assert_eq!(world.words_of(&first).len(), 1);
    assert_eq!(world.row(&third), alone);
}

#[test]
fn what_a_destination_has_does_not_become_part_of_something_here() {
    let (mut world, first, _) = World::joined();
    world.says("ivy", "street", "5", OTHER);
    let third = world.told_by("ivy").id;
    world.presses(
        "ivy",
        "street",
        Action::Confirm(Subject::Case(third.clone())),
    );
    world.presses("sam", "hub", Action::ForwardMenu(first.clone()));
    let effects = world.presses("sam", "hub", Action::Same(first.clone(), third.clone()));
    assert!(matches!(answer(&effects), Speech::NotNow { .. }));
    let effects = world.presses("sam", "hub", Action::Same(third, first.clone()));
    assert_eq!(answer(&effects), Speech::Noted);
    assert_eq!(world.words_of(&first).len(), 3);
}

#[test]
fn deleted_and_edited_words_are_no_longer_compared() {
    let (mut world, first, second) = World::joined();
    let keys = world.snapshot.cases[&first].keys.clone();
    world.hear(Event::Edited(message(
        "omar",
        "street",
        "3",
        "Sorted now, thanks all",
    )));
    assert_ne!(world.case(&first).keys, keys);
    let theirs = |world: &World, id| world.case(id).compared.last().map(|c| c.traces.clone());
    assert_eq!(theirs(&world, &second), theirs(&world, &first));
    world.says("rosa", "street", "5", &format!("Still looking! {NEED}"));
    world.hear(Event::Deleted {
        messages: vec![MessageRef {
            place: place("street"),
            message: MessageId::new("1"),
        }],
    });
    let case = &world.snapshot.cases[&first];
    assert!(case.state.is_with_hub());
    assert_eq!(case.compared.len(), 2);
}

/// Three needs, each told by several people who say for certain which one they mean.
const CERTAIN: [&[&str]; 3] = [
    &[
        "Doris at 14 Mill Lane ME7 1AB needs her prescription collected today, can anyone help?",
        "My neighbour Doris at 14 Mill Lane needs her prescription from the chemist, can anyone help today? ME7 1AB",
        "Can someone please collect the prescription for Doris, she is at 14 Mill Lane ME7 1AB",
    ],
    &[
        "My neighbour Ivor at 3 Orchard Row ME4 2BB needs a lift to hospital on Friday, can anyone help?",
        "Can anyone give my neighbour Ivor a lift to the hospital on Friday please? He is at 3 Orchard Row ME4 2BB",
    ],
    &[
        "My neighbour at 9 Quarry Close ME8 3CD needs food shopping this week, please can someone help her?",
        "Please can anyone do some shopping for my neighbour at 9 Quarry Close ME8 3CD?",
    ],
];

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 24, ..Default::default() })]

    #[test]
    fn whoever_comes_first_the_same_tellings_make_one_case(
        order in proptest::strategy::Strategy::prop_shuffle(proptest::strategy::Just(vec![0, 1, 2, 10, 11, 20, 21])),
    ) {
        let mut world = World::new();
        for number in &order {
            let (need, teller) = (number / 10, number % 10);
            let who = format!("teller{number}");
            world.says(&who, "street", &format!("m{number}"), CERTAIN[need][teller]);
            let case = world.told_by(&who);
            if matches!(case.state, CaseState::Draft { .. }) {
                world.presses(&who, "street", Action::Confirm(Subject::Case(case.id)));
            }
        }
        let mut told: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for report in world.snapshot.reports.values() {
            let source = report.source.as_ref().expect("a message");
            let number: usize = source.message.as_str()[1..].parse().expect("a number");
            told.entry(report.subject.id().to_owned()).or_default().push(number);
        }
        let mut groups: Vec<_> = told.into_values().collect();
        groups.iter_mut().for_each(|group| group.sort_unstable());
        groups.sort();
        proptest::prop_assert_eq!(groups, [vec![0, 1, 2], vec![10, 11], vec![20, 21]]);
    }
}
