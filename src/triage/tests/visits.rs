//! Conversations about visits: who sets off, who comes back, who doesn't, and who is asked how they are.

use std::time::Duration;

use super::matches::{news, notes};
use super::*;
use crate::domain::ids::MatchId;
use crate::domain::match_speech::{MatchNews, MatchNote};
use crate::domain::matching::{ALARM_AFTER, Going, VISIT_LASTS, Went};
use crate::domain::priority::Priority;

impl World {
    /// Omar is about to help Rosa: both have said yes.
    fn about_to_visit() -> (Self, MatchId) {
        let mut world = Self::new();
        let (case, _, id) = world.agreed();
        world.presses("sam", "hub", Action::ClaimBriefed(case));
        (world, id)
    }

    fn visit_is_due(&mut self, id: &MatchId, after: Duration) -> Vec<Effect> {
        self.now = self.now + after;
        self.hear(Event::Due(Due::Match { id: id.clone() }))
    }
}

#[test]
fn who_sets_off_reads_the_rules_and_the_hub_knows() {
    let (mut world, id) = World::about_to_visit();
    let out = Action::Visit(id.clone(), Going::Out);
    let effects = world.presses("omar", "@omar", out.clone());
    assert!(
        matches!(&news(&effects, "omar")[..], [MatchNews::OnYourWay { rules }] if rules.iter().any(|rule| rule.contains("Don't go in")))
    );
    assert_eq!(notes(&effects), [MatchNote::SetOff]);
    // A second press changes nothing.
    let effects = world.presses("omar", "@omar", out);
    assert!(notes(&effects).is_empty());
    let effects = world.presses("omar", "@omar", Action::Visit(id.clone(), Going::Back));
    assert!(
        matches!(&news(&effects, "omar")[..], [MatchNews::WelcomeBack { worries }] if !worries.is_empty())
    );
    assert!(notes(&effects).is_empty());
    let effects = world.visit_is_due(&id, VISIT_LASTS * 2);
    assert!(notes(&effects).is_empty(), "who is back is not looked for");
}

#[test]
fn who_does_not_come_back_is_asked_and_then_the_hub_is_told() {
    let (mut world, id) = World::about_to_visit();
    world.presses("omar", "@omar", Action::Visit(id.clone(), Going::Out));
    assert!(world.visit_is_due(&id, VISIT_LASTS / 2).is_empty());
    let effects = world.visit_is_due(&id, VISIT_LASTS);
    assert_eq!(news(&effects, "omar"), [MatchNews::AreYouBack]);
    assert!(notes(&effects).is_empty());
    let effects = world.visit_is_due(&id, ALARM_AFTER);
    assert_eq!(notes(&effects), [MatchNote::NotBack]);
    assert!(
        world
            .trail
            .iter()
            .any(|event| event.what == "visit_overdue")
    );
    let effects = world.presses("omar", "@omar", Action::Visit(id, Going::Back));
    assert_eq!(notes(&effects), [MatchNote::BackSafe]);
}

#[test]
fn a_case_that_is_closed_meanwhile_does_not_end_the_watch() {
    let (mut world, id) = World::about_to_visit();
    world.presses("omar", "@omar", Action::Visit(id.clone(), Going::Out));
    let case = world.snapshot.matches[&id].case.clone();
    world.presses("sam", "hub", Action::Done(case, Outcome::ALL[0]));
    assert!(world.snapshot.matches[&id].due().is_some());
    let effects = world.visit_is_due(&id, VISIT_LASTS);
    assert_eq!(news(&effects, "omar"), [MatchNews::AreYouBack]);
}

#[test]
fn nobody_else_can_say_it_for_them() {
    let (mut world, id) = World::about_to_visit();
    for who in ["rosa", "sam", "nosy"] {
        let effects = world.presses(
            who,
            &format!("@{who}"),
            Action::Visit(id.clone(), Going::Out),
        );
        assert!(notes(&effects).is_empty());
    }
    assert!(world.snapshot.matches[&id].visit.is_none());
}

#[test]
fn after_help_that_was_hard_the_neighbour_is_asked_how_they_are() {
    for (priority, expected) in [(Priority::P1, 1), (Priority::P4, 0)] {
        let (mut world, id) = World::about_to_visit();
        let case = world.snapshot.matches[&id].case.clone();
        world
            .snapshot
            .cases
            .get_mut(&case)
            .expect("a case")
            .triaged
            .priority = priority;
        let effects = world.presses("omar", "@omar", Action::HowItWent(id, Went::Well));
        let asked = news(&effects, "omar").into_iter().filter(|told| {
            matches!(told, MatchNews::HowAreYou { support } if support.iter().any(|number| number.contact == "116 123"))
        });
        assert_eq!(asked.count(), expected);
    }
}
