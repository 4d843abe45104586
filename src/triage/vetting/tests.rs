//! The matrix that kith comes with on texts of our own, and files that can't be used.

use insta::assert_snapshot;

use super::*;
use crate::domain::traces::Hasher;
use crate::triage::Desk;

fn needed(desk: &Desk, text: &str) -> Tier {
    use crate::domain::reading::Kind;
    let reading = desk.reader.read_as(text, Kind::Request);
    let facts = desk.rules.facts_of_text(text, &reading);
    desk.vetting.judge(&facts, [text].into_iter()).tier
}

#[test]
fn the_matrix_that_kith_comes_with_is_careful() {
    let desk = Desk::embedded(Hasher::new(b"test"));
    let mut wrong = Vec::new();
    for (tier, text) in [
        (
            Tier::Introduced,
            "Could anyone walk my dog on Saturday please?",
        ),
        (
            // A lift and a delivery are one kind of help.
            Tier::References,
            "Could anyone pick up a parcel for me today please?",
        ),
        (
            Tier::Introduced,
            "Could anyone pick up my prescription from Boots today please?",
        ),
        (
            Tier::Introduced,
            "Could anyone get me some shopping today please?",
        ),
        (
            Tier::Enhanced,
            "I'm housebound, could anyone do my shopping please?",
        ),
        (
            Tier::Enhanced,
            "I use a wheelchair and need a lift to hospital on Friday",
        ),
        (
            Tier::References,
            "Could anyone give me a lift to the station on Friday?",
        ),
        (
            Tier::References,
            "I'm lonely and would love some company, would anyone like a chat over coffee?",
        ),
        (
            Tier::Basic,
            "Could anyone top up my electric key at the shop?",
        ),
        (Tier::Basic, "Can somebody fix my kitchen tap please?"),
        (
            Tier::Basic,
            "Could someone help me set up my new laptop please?",
        ),
        (
            Tier::Basic,
            "Has anyone got nappies, my 2 children and I are short this week?",
        ),
    ] {
        let found = needed(&desk, text);
        if found != tier {
            wrong.push((text, tier, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_was_seen_counts_for_the_months_of_the_file() {
    let vetting = Vetting::embedded();
    let seen = Timestamp::from_millis(1_700_000_000_000);
    assert_eq!(vetting.counts_until(Tier::Unknown, seen), None);
    let days = |tier| {
        let until = vetting.counts_until(tier, seen).expect("an end");
        until.since(seen).as_secs() / 86_400
    };
    assert_eq!(days(Tier::Introduced), 731);
    assert_eq!(days(Tier::Enhanced), 1_096);
}

fn complaint(text: &str) -> String {
    Vetting::parse(text)
        .expect_err("a file that can't be used")
        .to_string()
}

/// The complaint about a task with these lines beside what every task needs.
fn about(lines: &str) -> String {
    let months = "least = \"introduced\"\nmonths = { introduced = 1, references = 1, basic = 1, enhanced = 1 }";
    complaint(&format!(
        "{months}\n[[task]]\nname = \"it\"\nbecause = \"So.\"\n{lines}\n"
    ))
}

#[test]
fn what_is_wrong_in_a_file_is_told_with_its_line_and_key() {
    assert_snapshot!(complaint("least = 3\n"), @"line 1: expected unknown, introduced, references, basic or enhanced, found a number");
    assert_snapshot!(complaint("[months]\nbasic = 3\n"), @"line 1: expected months for `introduced`, found none");
    assert_snapshot!(complaint("least = \"basic\"\n"), @"line 1: expected [months], how long each tier counts, found none; name introduced, references, basic and enhanced");
    assert_snapshot!(complaint("least = \"basic\"\n[months]\nbasic = 0\n"), @"line 3: expected a whole number of months from 1 to 120, found 0");
    assert_snapshot!(complaint("least = \"basic\"\n[months]\ndbs = 3\n"), @"line 3: expected introduced, references, basic or enhanced, found `dbs`");
    assert_snapshot!(complaint("lest = \"basic\"\n"), @"line 1: expected least, months or task, found `lest`");
    assert_snapshot!(about("tier = \"dbs\""), @"line 6, rule `it`: expected unknown, introduced, references, basic or enhanced, found `dbs`");
    assert_snapshot!(about("doing = [\"care\"]\ntier = \"basic\""), @"line 6, rule `it`: expected going_in, money, to_care or regularly, found `care`");
    assert_snapshot!(about("tasks = [\"cash\"]\ntier = \"basic\""), @"line 6, rule `it`: expected name, categories, on_behalf, children, access, doing, tier or because, found `tasks`");
    assert_snapshot!(about("tier = \"basic\""), @"line 3, rule `it`: expected at least one condition, found none: what is needed always is `least`; name categories, on_behalf, children, access or doing");
    assert_snapshot!(about("children = true"), @"line 3, rule `it`: expected a `tier`, found none");
    assert_snapshot!(about("children = true\ntier = \"introduced\""), @"line 3, rule `it`: it can never change anything: `least` is `introduced` already; name a higher tier, or take it out");
    assert_snapshot!(about("children = true\ntier = \"basic\"\n[[task]]\nname = \"it\"\nbecause = \"So.\"\nchildren = true\ntier = \"basic\""), @"line 8, rule `it`: another task has the same name; choose another");
}
