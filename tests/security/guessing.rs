//! Guessing: codes are many, a wrong one tells nothing, and whoever guesses too often has to wait.

use std::time::Duration;

use kith::domain::action::Action;
use kith::domain::code::CaseCode;
use kith::domain::decision::{Change, Decision};
use kith::domain::ids::Draw;

use super::world::Deeds::{Command, Forge, Press};
use super::world::{World, only_answer, person, words};

const WAIT: &str = "try again in an hour";
const NO_CODE: &str = "I can't find";

fn code(number: u8) -> CaseCode {
    Draw::new([number; 16]).code()
}

fn refusals(decision: &Decision) -> usize {
    let refused = |change: &&Change| matches!(change, Change::Refused(_));
    decision.changes.iter().filter(refused).count()
}

#[test]
fn after_ten_wrong_codes_a_right_one_is_not_looked_up_either() {
    let (mut world, things) = World::lived_in();
    let nick = person("nick");
    for number in 0..10 {
        let guess = Command("case", code(number).to_string());
        let said = words(&only_answer(&world.does(&nick, "hub", &guess)));
        assert!(said.contains(NO_CODE), "{number}: {said}");
    }
    let before = world.picture();
    let right = Command("case", things.code.to_string());
    let wrong = Command("case", code(99).to_string());
    let told = words(&only_answer(&world.does(&nick, "hub", &right)));
    assert!(told.contains(WAIT), "{told}");
    assert_eq!(told, words(&only_answer(&world.does(&nick, "hub", &wrong))));
    assert_eq!(world.picture(), before);

    let looked = world.does(&person("sam"), "hub", &right);
    assert!(
        words(&only_answer(&looked)).contains("Boots"),
        "others are not held up"
    );
    world.now = world.now + Duration::from_mins(61);
    let later = world.does(&nick, "hub", &right);
    assert!(
        words(&only_answer(&later)).contains("Boots"),
        "nor is he for ever"
    );
}

#[test]
fn buttons_work_while_codes_have_to_wait() {
    let (mut world, things) = World::lived_in();
    for number in 0..11 {
        let guess = Command("cancel", code(number).to_string());
        let _ = world.does(&person("rosa"), "@rosa", &guess);
    }
    let own = Command("cancel", things.code.to_string());
    let told = words(&only_answer(&world.does(&person("rosa"), "@rosa", &own)));
    assert!(told.contains(WAIT), "{told}");
    let back = Press(Action::Withdraw(things.of_case()));
    let decision = world.does(&person("rosa"), "street", &back);
    assert!(
        decision
            .changes
            .iter()
            .any(|change| matches!(change, Change::Case(_)))
    );
}

#[test]
fn a_slip_of_the_finger_is_no_guess() {
    let (mut world, things) = World::lived_in();
    let mut slipped = things.code.as_str().to_owned();
    let last = slipped.pop().unwrap();
    slipped.push(if last == '2' { '3' } else { '2' });
    for _ in 0..20 {
        let _ = world.does(&person("sam"), "hub", &Command("case", slipped.clone()));
    }
    let looked = world.does(
        &person("sam"),
        "hub",
        &Command("case", things.code.to_string()),
    );
    assert!(words(&only_answer(&looked)).contains("Boots"));
}

#[test]
fn a_resident_who_guesses_right_learns_no_more_than_one_who_guesses_wrong() {
    let (mut world, things) = World::lived_in();
    let wrong = code(7);
    for name in ["case", "claim", "release", "split", "cancel"] {
        let mut told = |code: &CaseCode| {
            let answer = world.does(&person("nosy"), "@nosy", &Command(name, code.to_string()));
            words(&only_answer(&answer)).replace(&code.to_string(), "CODE")
        };
        assert_eq!(told(&things.code), told(&wrong), "{name}");
    }
}

/// 29 signs in six places: at ten guesses an hour, day and night for a year, somebody meets one of ten thousand live codes
/// between one and two times, and is told the same as for any other.
#[test]
fn there_are_too_many_codes_to_guess() {
    let codes: f64 = 29_f64.powi(6);
    let guesses_a_year = 10.0 * 24.0 * 365.0;
    let met = guesses_a_year * 10_000.0 / codes;
    assert!(met < 2.0, "{met}");
    let mut drawn = std::collections::HashSet::new();
    for seed in 0..=255_u8 {
        let mut draw = Draw::new([seed; 16]);
        for _ in 0..40 {
            drawn.insert(draw.code());
        }
    }
    assert!(
        drawn.len() > 10_200,
        "drawn from all of them: {}",
        drawn.len()
    );
}

#[test]
fn a_thousand_forged_presses_leave_twenty_records() {
    let (mut world, _) = World::lived_in();
    let mut recorded = 0;
    let mut answered = 0;
    for number in 0..1_000 {
        let forged = Forge(format!("view_{number:016}"));
        let decision = world.does(&person("nosy"), "street", &forged);
        recorded += refusals(&decision);
        answered += decision.effects.len();
    }
    assert_eq!(recorded, 20, "the trail is not filled by one person");
    assert!(answered < 200, "nor is the chat: {answered}");
    let decision = world.does(&person("else"), "street", &Forge("view_x".to_owned()));
    assert_eq!(refusals(&decision), 1);
}
