//! The table against texts that the reader reads, and files that can't be used.

mod languages;
mod mistakes;
mod texts;

use super::*;
use crate::domain::reading::{Category, Signal, Urgency};

/// A file of these rules.
fn table(rules: &str) -> String {
    format!("cash_cap = 30\n{rules}")
}

fn parsed(rules: &str) -> Rules {
    Rules::parse(&table(rules)).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_case_of_which_no_rule_speaks_is_p3_for_the_hub() {
    let rules = Rules::embedded();
    let verdict = rules.judge(&Facts::default(), 0);
    assert_eq!(
        (verdict.priority, verdict.route),
        (Priority::P3, Route::Hub)
    );
    assert!(verdict.reasons.is_empty() && verdict.priority_because.is_none());
}

#[test]
fn of_all_that_applies_the_most_urgent_and_the_most_careful_stand() {
    let rules = parsed(
        r#"
        [[rule]]
        name = "odd jobs"
        categories = ["practical"]
        priority = "p4"
        route = "signpost"
        because = "It can wait."
        [[rule]]
        name = "for others"
        on_behalf = true
        route = "neighbour"
        because = "Somebody asks for them."
        [[rule]]
        name = "soon"
        urgency = "soon"
        priority = "p2"
        because = "It is soon."
        "#,
    );
    let facts = Facts {
        categories: vec![Category::Practical],
        urgency: Urgency::Today,
        on_behalf: true,
        ..Facts::default()
    };
    let verdict = rules.judge(&facts, 0);
    assert_eq!(verdict.priority, Priority::P2);
    assert_eq!(verdict.priority_because.as_deref(), Some("It is soon."));
    assert_eq!(verdict.route, Route::Neighbour);
    assert_eq!(
        verdict.route_because.as_deref(),
        Some("Somebody asks for them.")
    );
    assert_eq!(
        verdict.reasons,
        ["It can wait.", "Somebody asks for them.", "It is soon."]
    );
}

#[test]
fn no_file_sends_danger_or_hands_on_tasks_to_neighbours() {
    let rules = parsed(
        r#"
        [[rule]]
        name = "all to neighbours"
        urgency = "soon"
        priority = "p4"
        route = "neighbour"
        because = "We trust everybody."
        "#,
    );
    let plain = Facts {
        urgency: Urgency::Soon,
        ..Facts::default()
    };
    let verdict = rules.judge(&plain, 0);
    assert_eq!(
        (verdict.priority, verdict.route),
        (Priority::P4, Route::Neighbour)
    );
    for task in HubOnly::ALL {
        let facts = Facts {
            tasks: vec![*task],
            ..plain.clone()
        };
        let verdict = rules.judge(&facts, 0);
        assert_eq!(verdict.route, Route::Hub, "{task}");
        assert_eq!(verdict.hub_only, [*task]);
        assert_eq!(verdict.route_because, None, "no rule of the file says so");
    }
    for (signal, route) in [
        (Signal::Medical, Route::Emergency),
        (Signal::Hazard, Route::Emergency),
        (Signal::Abuse, Route::Lead),
        (Signal::Child, Route::Lead),
        (Signal::Neglect, Route::Lead),
        (Signal::SelfHarm, Route::Lead),
    ] {
        let facts = Facts {
            signals: vec![signal],
            ..plain.clone()
        };
        let verdict = rules.judge(&facts, 0);
        assert_eq!(
            (verdict.priority, verdict.route),
            (Priority::P1, route),
            "{signal}"
        );
    }
    let both = Facts {
        signals: vec![Signal::Neglect, Signal::Medical],
        tasks: vec![HubOnly::PersonalCare],
        ..plain
    };
    assert_eq!(rules.judge(&both, 0).route, Route::Emergency);
}

#[test]
fn waiting_raises_step_by_step_and_never_lowers() {
    let rules = parsed(
        r#"
        [[rule]]
        name = "jobs"
        categories = ["practical"]
        priority = "p4"
        route = "neighbour"
        because = "It can wait."
        [[rule]]
        name = "a day"
        waiting = 24
        priority = "p3"
        because = "A day."
        [[rule]]
        name = "two days"
        waiting = 48
        priority = "p2"
        because = "Two days."
        "#,
    );
    let job = Facts {
        categories: vec![Category::Practical],
        ..Facts::default()
    };
    let soon = |facts: &Facts, waited| rules.judge(facts, waited).priority;
    assert_eq!(
        [0, 23, 24, 47, 48, 999].map(|waited| soon(&job, waited)),
        [
            Priority::P4,
            Priority::P4,
            Priority::P3,
            Priority::P3,
            Priority::P2,
            Priority::P2
        ]
    );
    assert_eq!(
        [0, 24, 30, 48].map(|waited| rules.next_raise(&job, waited)),
        [Some(24), Some(48), Some(48), None]
    );
    // What no rule speaks of is p3 already: a day changes nothing.
    let unknown = Facts::default();
    assert_eq!(rules.next_raise(&unknown, 0), Some(48));
    assert_eq!(soon(&unknown, 24), Priority::P3);
    assert!(rules.judge(&unknown, 24).priority_because.is_none());
}

#[test]
fn the_rules_that_kith_comes_with_speak_of_every_category() {
    let rules = Rules::embedded();
    for category in Category::ALL {
        let facts = Facts {
            categories: vec![*category],
            ..Facts::default()
        };
        let verdict = rules.judge(&facts, 0);
        assert!(verdict.priority_because.is_some(), "{category}");
    }
}
