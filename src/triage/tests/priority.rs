//! How soon, and by whom: as a case is told, as more of it is told, as it waits, and as a person says.

use std::time::Duration;

use super::*;
use crate::domain::priority::{HubOnly, Priority, Route};

const HOUR: Duration = Duration::from_hours(1);

/// The priority and the route that the cards in the hub were given, the last of one decision.
fn on_card(effects: &[Effect]) -> Option<(Priority, Route)> {
    said(effects)
        .into_iter()
        .rev()
        .find_map(|(to, speech)| match speech {
            Speech::Card(view) if to == "hub" => {
                let triaged = view.told.triaged()?;
                Some((triaged.priority, triaged.route))
            }
            _ => None,
        })
}

impl World {
    fn due(&mut self, case: &CaseId) -> Vec<Effect> {
        self.hear(Event::Due(Due::Case { id: case.clone() }))
    }

    fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
    }

    fn priority(&self, id: &CaseId) -> Priority {
        self.case(id).triaged.priority
    }

    /// What the timeline tells of how soon and by whom, as who, what and why.
    fn weighings(&self) -> Vec<String> {
        let weighings = ["raised", "lowered", "routed", "priority_set"];
        self.trail
            .iter()
            .filter(|event| weighings.contains(&event.what.as_str()))
            .map(|event| {
                let by = event
                    .by
                    .as_ref()
                    .map_or("time", |person| person.id.as_str());
                format!("{by} {} {}", event.what, event.why)
            })
            .collect()
    }

    /// One field of the private details.
    fn tells(&mut self, who: &str, of: &CaseId, field: Field, words: &str) -> Vec<Effect> {
        let of = Subject::Case(of.clone());
        let private = format!("@{who}");
        self.presses(who, &private, Action::EditField(of, field));
        self.says(who, &private, &format!("private {}", self.events), words)
    }
}

#[test]
fn a_card_shows_how_soon_and_by_whom() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    let id = world.only_case().id;
    assert_eq!(
        world.case(&id).triaged.since,
        None,
        "a draft waits for nobody"
    );
    let of = Subject::Case(id.clone());
    let effects = world.presses("rosa", "street", Action::Confirm(of));
    assert_eq!(on_card(&effects), Some((Priority::P2, Route::Neighbour)));
    assert!(world.case(&id).triaged.may_go_to_neighbours());
    assert!(
        world.weighings().is_empty(),
        "nothing changed since it opened"
    );
}

#[test]
fn what_is_told_later_is_weighed_too() {
    let mut world = World::new();
    let id = world.open_case();
    let effects = world.tells(
        "rosa",
        &id,
        Field::What,
        "and could you give my gran her tablets at bedtime",
    );
    assert_eq!(on_card(&effects), Some((Priority::P2, Route::Hub)));
    let triaged = &world.case(&id).triaged;
    assert_eq!(triaged.hub_only, [HubOnly::GivingMedicine]);
    assert!(!triaged.may_go_to_neighbours());
    assert_eq!(
        world.weighings(),
        ["time routed to hub: It needs somebody who was checked for this."]
    );

    // It was a slip: what is corrected no longer counts.
    let effects = world.tells("rosa", &id, Field::What, "just the tablets from Boots");
    assert_eq!(on_card(&effects), Some((Priority::P2, Route::Neighbour)));

    let edited = format!("{NEED} It's for my dad, he has dementia.");
    let effects = world.hear(Event::Edited(message("rosa", "street", "1", &edited)));
    assert_eq!(on_card(&effects), Some((Priority::P2, Route::Hub)));
}

#[test]
fn danger_in_a_request_that_is_passed_on_is_for_the_lead() {
    let mut world = World::new();
    let text = "My husband hits me. Could somebody bring some food for the kids today?";
    world.says("rosa", "street", "1", text);
    let case = world.only_case();
    let effects = world.presses("rosa", "@rosa", Action::Confirm(Subject::Case(case.id)));
    assert_eq!(on_card(&effects), Some((Priority::P1, Route::Lead)));
    for (to, speech) in said(&effects) {
        if let (true, Speech::Card(view)) = (to == "hub", speech) {
            let reasons = view
                .told
                .triaged()
                .expect("its weight")
                .reasons
                .join(" ")
                .to_lowercase();
            for sign in ["abuse", "husband", "violence", "danger", "child"] {
                assert!(!reasons.contains(sign), "{reasons}");
            }
        }
    }
}

#[test]
fn waiting_raises_once_and_then_leaves_the_case_alone() {
    let mut world = World::new();
    let id = world.open_case();
    let opened = world.case(&id).triaged.since.unwrap();
    assert_eq!(world.case(&id).due(), Some(opened + HOUR * 4));
    assert!(world.due(&id).is_empty(), "not yet");

    world.pass(HOUR * 4);
    let effects = world.due(&id);
    assert_eq!(on_card(&effects), Some((Priority::P1, Route::Neighbour)));
    assert_eq!(
        world.weighings(),
        ["time raised to p1: It was needed today, and nobody took it for 4 hours."]
    );
    assert_eq!(
        world.case(&id).due(),
        None,
        "nothing is more urgent than p1"
    );
    assert!(world.due(&id).is_empty());
    assert!(!world.trail.iter().any(|event| event.what == "lapsed"));
}

#[test]
fn each_step_of_waiting_has_its_own_time() {
    let mut world = World::new();
    world.says(
        "rosa",
        "street",
        "1",
        "can anybody cut the grass for my neighbour, she is 84",
    );
    let id = world.only_case().id;
    world.presses("rosa", "street", Action::Confirm(Subject::Case(id.clone())));
    let opened = world.case(&id).triaged.since.unwrap();
    let mut steps = Vec::new();
    while let Some(at) = world.case(&id).due() {
        assert!(steps.len() < 10, "it is due again and again");
        world.now = at;
        assert!(on_card(&world.due(&id)).is_some());
        let hours = at.since(opened).as_secs() / HOUR.as_secs();
        steps.push((hours, world.priority(&id)));
    }
    assert_eq!(steps, [(48, Priority::P3), (168, Priority::P2)]);
}

#[test]
fn what_somebody_has_is_not_raised_until_it_is_free_again() {
    let mut world = World::new();
    let id = world.claimed_case();
    assert_eq!(world.case(&id).triaged.raise_at, None);
    world.pass(HOUR * 5);
    assert!(world.due(&id).is_empty());
    world.tells("rosa", &id, Field::When, "by six");
    assert_eq!(world.priority(&id), Priority::P2);

    let effects = world.presses("sam", "hub", Action::Release(id.clone()));
    assert_eq!(on_card(&effects), Some((Priority::P1, Route::Neighbour)));
    world.presses("sam", "hub", Action::Claim(id.clone()));
    assert_eq!(
        world.priority(&id),
        Priority::P1,
        "taking it makes it no less urgent"
    );

    // Opened again, it waits anew.
    world.presses("sam", "hub", Action::Done(id.clone(), Outcome::Helped));
    assert_eq!(world.case(&id).due(), None);
    world.pass(HOUR * 100);
    world.presses("sam", "hub", Action::Reopen(id.clone()));
    assert_eq!(world.priority(&id), Priority::P2);
    let since = world.case(&id).triaged.since.unwrap();
    assert_eq!(world.case(&id).due(), Some(since + HOUR * 4));
}

#[test]
fn what_a_person_set_stays_until_a_person_says_otherwise() {
    let mut world = World::new();
    let id = world.open_case();
    let code = world.case(&id).code.clone();
    let words = |word: &str| format!("{code} {word}");
    let effects = world.commands("rosa", "street", "priority", &words("p1"));
    assert_eq!(answer(&effects), Speech::NotForYou { who: Needed::Staff });

    let effects = world.commands("sam", "hub", "priority", &words("P4"));
    assert_eq!(on_card(&effects), Some((Priority::P4, Route::Neighbour)));
    assert_eq!(
        answer(&effects),
        Speech::PrioritySet {
            code: code.clone(),
            priority: Priority::P4,
            by_hand: true
        }
    );
    assert_eq!(
        world.case(&id).due(),
        None,
        "waiting changes nothing any more"
    );
    world.pass(HOUR * 200);
    assert!(world.due(&id).is_empty());
    let edited = format!("{NEED} It is very urgent, right now!");
    world.hear(Event::Edited(message("rosa", "street", "1", &edited)));
    assert_eq!(world.priority(&id), Priority::P4);

    let effects = world.commands("kim", "hub", "priority", &words("rules"));
    assert!(matches!(
        answer(&effects),
        Speech::PrioritySet {
            priority: Priority::P1,
            by_hand: false,
            ..
        }
    ));
    let timeline = world.weighings();
    assert_eq!(
        timeline[..2],
        ["sam priority_set p4", "kim priority_set by the rules"]
    );
    assert!(timeline[2].starts_with("time raised to p1"), "{timeline:?}");

    world.presses("sam", "hub", Action::Done(id, Outcome::Helped));
    let effects = world.commands("sam", "hub", "priority", &words("p1"));
    assert!(matches!(answer(&effects), Speech::NotNow { .. }));
    let effects = world.commands("sam", "hub", "priority", &words("soon"));
    let Speech::CommandProblem { problem } = answer(&effects) else {
        panic!("expected a problem");
    };
    assert_eq!(problem, "`soon` is not one of: p1, p2, p3, p4, rules");
}
