//! Files that can't be used: each mistake is told with its line, its rule and what was expected.

use insta::assert_snapshot;

use super::super::*;
use super::table;

fn complaint(text: &str) -> String {
    match Rules::parse(text) {
        Ok(rules) => panic!("expected a complaint, found {} rules", rules.all().len()),
        Err(error) => error.to_string(),
    }
}

/// The complaint about a rule with these lines beside what every rule needs.
fn about(lines: &str) -> String {
    complaint(&table(&format!(
        "\n[[rule]]\nname = \"it\"\nbecause = \"So.\"\n{lines}\n"
    )))
}

#[test]
fn what_is_no_file_of_rules_is_told() {
    assert_snapshot!(complaint("[[rule\n"), @"line 1: unclosed array table, expected `]]`");
    assert_snapshot!(complaint("cash_cap = 30\n"), @"line 1: expected at least one [[rule]], found none; leave the setting out to use kith's own");
    assert_snapshot!(complaint(""), @"line 1: expected `cash_cap`, the pounds beyond which no neighbour handles somebody's money, found none; write `cash_cap = 30`");
    assert_snapshot!(complaint("cash_cap = 30\nrules = 3\n"), @"line 2: expected cash_cap or rule, found `rules`");
    assert_snapshot!(complaint("cash_cap = \"a lot\"\n"), @"line 1: expected a whole number of pounds from 0 to 500, found words");
    assert_snapshot!(complaint("cash_cap = 5000\n"), @"line 1: expected a whole number of pounds from 0 to 500, found 5000");
    assert_snapshot!(complaint("cash_cap = 30\n[rule]\nname = \"x\"\n"), @"line 2: expected [[rule]], with two brackets, for each rule");
    assert_snapshot!(complaint(&table("rule = [3]\n")), @"line 2: expected [[rule]], with two brackets, for each rule");
}

#[test]
fn a_mistyped_setting_or_word_is_told_with_what_could_stand_there() {
    assert_snapshot!(about("categorys = [\"food\"]"), @"line 6, rule `it`: expected name, categories, urgency, signals, on_behalf, children, child_under, access, diets, tasks, waiting, priority, route or because, found `categorys`");
    assert_snapshot!(about("categories = [\"food\",\n  \"foood\"]"), @"line 7, rule `it`: expected food, shopping, prescription, social, wellbeing, health, ppe, care, childcare, transport, energy, money, housing, household, digital, language, pets, practical, emergency, information, volunteering or other, found `foood`");
    assert_snapshot!(about("categories = \"food\""), @r#"line 6, rule `it`: expected a list such as ["food"], found words"#);
    assert_snapshot!(about("categories = [3]"), @"line 6, rule `it`: expected food, shopping, prescription, social, wellbeing, health, ppe, care, childcare, transport, energy, money, housing, household, digital, language, pets, practical, emergency, information, volunteering or other, found a number");
    assert_snapshot!(about("urgency = \"urgent\""), @"line 6, rule `it`: expected none, soon, today or now, found `urgent`");
    assert_snapshot!(about("signals = [\"danger\"]"), @"line 6, rule `it`: expected self_harm, abuse, child, neglect, medical, scam or hazard, found `danger`");
    assert_snapshot!(about("access = [\"deafness\"]"), @"line 6, rule `it`: expected wheelchair, mobility, deaf, blind, housebound, no_internet, prefers_phone, prefers_text, language, learning_disability, autism, dementia or no_car, found `deafness`");
    assert_snapshot!(about("diets = [\"keto\"]"), @"line 6, rule `it`: expected halal, kosher, vegetarian, vegan, gluten_free, dairy_free, nut_allergy, diabetic, no_cooking or soft, found `keto`");
    assert_snapshot!(about("tasks = [\"cooking\"]"), @r"line 6, rule `it`: expected personal_care, giving_medicine, childcare, cash or under_age, found `cooking`");
    assert_snapshot!(about("on_behalf = \"yes\""), @"line 6, rule `it`: expected true or false, found words");
    assert_snapshot!(about("child_under = 40"), @"line 6, rule `it`: expected a whole number of years from 1 to 18, found 40");
    assert_snapshot!(about("waiting = 0"), @"line 6, rule `it`: expected a whole number of hours from 1 to 672, found 0");
    assert_snapshot!(about("waiting = 1.5"), @"line 6, rule `it`: expected a whole number of hours from 1 to 672, found a number");
    assert_snapshot!(about("waiting = 24\npriority = \"P1\""), @"line 7, rule `it`: expected p1, p2, p3 or p4, found `P1`");
    assert_snapshot!(about("urgency = \"today\"\nroute = \"neighbours\""), @"line 7, rule `it`: expected emergency, lead, hub, neighbour or signpost, found `neighbours`");
}

#[test]
fn a_rule_that_says_nothing_or_can_never_apply_is_told() {
    assert_snapshot!(complaint(&table("[[rule]]\nbecause = \"So.\"\nwaiting = 3\npriority = \"p1\"\n")), @"line 2: expected a `name` for the rule, found none");
    assert_snapshot!(complaint(&table("[[rule]]\nname = \"it\"\nwaiting = 3\npriority = \"p1\"\n")), @"line 2, rule `it`: expected `because`, the reason that staff read, found none");
    assert_snapshot!(complaint(&table("[[rule]]\nname = \" \"\n")), @"line 3, rule ` `: expected 1 to 120 signs on one line, found 1");
    assert_snapshot!(about("priority = \"p1\""), @"line 3, rule `it`: expected at least one condition, found none: it would apply to every case; name categories, urgency, signals, on_behalf, children, child_under, access, diets, tasks or waiting");
    assert_snapshot!(about("categories = [\"food\"]"), @"line 3, rule `it`: expected a `priority`, a `route` or both, found neither: it would say nothing");
    assert_snapshot!(about("categories = []\npriority = \"p1\""), @"line 6, rule `it`: expected at least one word in the list, found none: it could never apply; leave the setting out");
    assert_snapshot!(about("urgency = \"none\"\npriority = \"p1\""), @r#"line 3, rule `it`: `urgency = "none"` holds for every case; leave it out, or name soon, today or now"#);
    assert_snapshot!(about("children = false\nchild_under = 2\npriority = \"p1\""), @"line 3, rule `it`: it can never apply: `children = false` and `child_under` can't both hold; take one out");
    assert_snapshot!(about("waiting = 24\nroute = \"hub\""), @"line 3, rule `it`: expected `priority` and no `route` beside `waiting`: waiting makes a case more urgent, and changes nothing else");
    assert_snapshot!(about("waiting = 24\npriority = \"p4\""), @"line 3, rule `it`: it can never change anything: nothing is less urgent than p4, so that waiting can't raise a case to it; name p1, p2 or p3");
}

#[test]
fn a_route_that_would_endanger_somebody_is_told() {
    assert_snapshot!(about("tasks = [\"giving_medicine\"]\nroute = \"neighbour\""), @"line 3, rule `it`: `giving_medicine` never goes to `neighbour`, whatever a file says; expected `route` to be emergency, lead or hub");
    assert_snapshot!(about("categories = [\"pets\", \"care\"]\nroute = \"signpost\""), @"line 3, rule `it`: `care` never goes to `signpost`, whatever a file says; expected `route` to be emergency, lead or hub");
    assert_snapshot!(about("signals = [\"abuse\"]\nroute = \"hub\""), @"line 3, rule `it`: `abuse` never goes to `hub`, whatever a file says; expected `route` to be emergency or lead");
    assert_snapshot!(about("signals = [\"hazard\"]\nroute = \"lead\""), @"line 3, rule `it`: `hazard` never goes to `lead`, whatever a file says; expected `route` to be emergency");
}

#[test]
fn two_rules_that_are_one_are_told() {
    let two = |first: &str, second: &str| {
        complaint(&table(&format!(
            "[[rule]]\nname = \"one\"\nbecause = \"A.\"\n{first}\n[[rule]]\nname = \"two\"\nbecause = \"B.\"\n{second}\n"
        )))
    };
    assert_snapshot!(complaint(&table("[[rule]]\nname = \"one\"\nbecause = \"A.\"\nwaiting = 2\npriority = \"p1\"\n[[rule]]\nname = \"one\"\nbecause = \"B.\"\nwaiting = 1\npriority = \"p2\"\n")), @"line 7, rule `one`: the rule on line 2 has the same name; choose another");
    assert_snapshot!(two("urgency = \"today\"\npriority = \"p1\"", "urgency = \"now\"\npriority = \"p1\""), @"line 7, rule `two`: it can never change anything: rule `one` on line 2 applies wherever it does, and says as much; take one of them out");
    // The later one may be the wider one.
    assert_snapshot!(two("categories = [\"food\"]\nchild_under = 2\npriority = \"p2\"", "categories = [\"food\", \"shopping\"]\nchildren = true\npriority = \"p2\"\nroute = \"hub\""), @"line 2, rule `one`: it can never change anything: rule `two` on line 8 applies wherever it does, and says as much; take one of them out");
}
