//! Conversations with somebody who may be under 18: the numbers, the leads, and nothing for a neighbour.

use super::matches::{OFFER, words};
use super::*;
use crate::domain::inbound::FormSent;
use crate::domain::priority::HubOnly;
use crate::domain::young::Young;

const YOUNG: &str =
    "I'm 15 and stuck in, could anyone pick up my prescription from Boots today please? ME7 1AB";

fn numbers(effects: &[Effect], to: &str) -> Vec<String> {
    said(effects)
        .into_iter()
        .filter(|(place, _)| place == to)
        .filter_map(|(_, speech)| match speech {
            Speech::Numbers(numbers) => Some(numbers.numbers),
            _ => None,
        })
        .flatten()
        .map(|number| number.contact)
        .collect()
}

fn concerns(effects: &[Effect]) -> usize {
    let card =
        |(to, speech): &(String, Speech)| to == "leads" && matches!(speech, Speech::ConcernCard(_));
    said(effects).iter().filter(|said| card(said)).count()
}

fn is_for_leads(effects: &[Effect]) -> bool {
    matches!(answer(effects), Speech::ForLeads { .. })
}

impl World {
    /// A request by somebody of 15 that they had passed on.
    fn young_case(&mut self) -> CaseId {
        self.says("rosa", "street", "1", YOUNG);
        let id = self.only_case().id;
        let yes = Action::Confirm(Subject::Case(id.clone()));
        self.presses("rosa", "@rosa", yes);
        id
    }
}

#[test]
fn they_get_the_numbers_in_private_and_the_leads_a_concern() {
    let mut world = World::new();
    let effects = world.says("rosa", "street", "1", YOUNG);
    let given = numbers(&effects, "@rosa");
    assert!(
        given.contains(&"0800 1111".to_owned()),
        "Childline: {given:?}"
    );
    assert!(
        given.contains(&"0808 800 5000".to_owned()),
        "the NSPCC: {given:?}"
    );
    assert_eq!(concerns(&effects), 1);
    assert!(
        said(&effects)
            .iter()
            .all(|(to, _)| to != "street" && to != "hub")
    );
    let case = world.only_case();
    assert_eq!(case.young, Young::Writer);
    assert!(matches!(case.state, CaseState::Draft { .. }));
}

#[test]
fn no_neighbour_is_asked_and_the_hub_sees_why() {
    let mut world = World::new();
    let id = world.young_case();
    world.offers("omar", "o1", OFFER);
    let case = world.case(&id);
    assert_eq!(case.state, CaseState::Open);
    assert!(case.triaged.hub_only.contains(&HubOnly::UnderAge));
    assert!(!case.triaged.may_go_to_neighbours());
    let list = world.list(&id);
    assert!(!list.allowed && list.fits.is_empty());
}

#[test]
fn nothing_more_is_asked_of_them_in_private() {
    let mut world = World::new();
    let id = world.young_case();
    let of = Subject::Case(id.clone());
    for action in [
        Action::Details(of.clone()),
        Action::TellPrivately(of.clone()),
        Action::EditField(of.clone(), Field::Where),
    ] {
        let effects = world.presses("rosa", "@rosa", action);
        assert!(!numbers(&effects, "?rosa").is_empty(), "{effects:?}");
        assert!(world.snapshot.dialogues.is_empty());
    }
    let effects = world.hear(Event::Form(FormSent {
        scene: scene("street"),
        by: actor("rosa"),
        action: Some(Action::Details(of)),
        fields: vec![(Field::Reach, "07700 900123".into())],
        answer: None,
    }));
    assert!(!numbers(&effects, "?rosa").is_empty());
    assert_eq!(world.case(&id).details.reach, None);

    let code = world.case(&id).code.clone();
    let effects = world.commands("sam", "hub", "ask", &format!("{code} Where do you live?"));
    assert!(is_for_leads(&effects));
    let ask = Action::AskSharing(id, DestinationId::new("council"));
    assert!(is_for_leads(&world.presses("sam", "hub", ask)));
}

#[test]
fn an_age_told_in_private_ends_the_conversation() {
    let mut world = World::new();
    let id = world.open_case();
    let of = Subject::Case(id.clone());
    world.presses("rosa", "@rosa", Action::Details(of));
    let effects = world.says("rosa", "@rosa", "p1", "I'm 14 and I need my inhaler");
    assert_eq!(world.case(&id).young, Young::Writer);
    assert!(!numbers(&effects, "@rosa").is_empty(), "{effects:?}");
    assert_eq!(concerns(&effects), 1);
    assert!(world.snapshot.dialogues.is_empty());
    assert!(!world.case(&id).triaged.may_go_to_neighbours());
}

#[test]
fn a_match_that_there_was_shows_nothing_any_more() {
    let mut world = World::new();
    let id = world.needs("rosa", "n1", NEED);
    let offer = world.offers("omar", "o1", OFFER);
    let (found, _) = world.asks(&id, &offer);
    world.presses("omar", "@omar", Action::Help(found.clone(), true));
    world.presses("rosa", "@rosa", Action::Share(found.clone(), true));
    let edited = format!("{NEED} I'm 15.");
    world.hear(Event::Edited(message("rosa", "street", "n1", &edited)));
    assert_eq!(world.case(&id).young, Young::Writer);
    let effects = world.presses("omar", "@omar", Action::Matched(found));
    assert!(!words(&effects).contains("07700"), "{effects:?}");
}

#[test]
fn their_offers_are_not_taken_and_those_before_are_taken_off() {
    let mut world = World::new();
    let effects = world.says("omar", "street", "o1", &format!("I'm 16 and {OFFER}"));
    assert!(world.snapshot.offers.is_empty());
    assert_eq!(concerns(&effects), 1);
    let effects = world.commands("omar", "street", "offer", "I'm 16, I can walk dogs");
    assert!(world.snapshot.offers.is_empty(), "{effects:?}");

    let offer = world.offers("rosa", "o2", OFFER);
    world.says("rosa", "street", "1", YOUNG);
    let state = &world.snapshot.offers[&offer].state;
    assert_eq!(state.name(), "withdrawn");
}

#[test]
fn what_they_tell_later_counts_too_until_a_lead_has_found_otherwise() {
    let mut world = World::new();
    let id = world.young_case();
    let again = "Could anyone walk my dog tomorrow please? ME7 1AB";
    let effects = world.says("rosa", "street", "2", again);
    assert_eq!(concerns(&effects), 1);
    assert!(
        world
            .snapshot
            .cases
            .values()
            .all(|case| case.young == Young::Writer)
    );

    let code = world.case(&id).code.clone();
    let effects = world.commands("sam", "hub", "adult", code.as_str());
    assert!(matches!(answer(&effects), Speech::NotForYou { .. }));
    world.commands("lea", "leads", "adult", code.as_str());
    assert_eq!(world.case(&id).young, Young::FoundAdult);
    assert!(world.case(&id).triaged.may_go_to_neighbours());
    let third = "Could anyone lend me a drill tomorrow please? ME7 1AB";
    let effects = world.says("rosa", "street", "3", third);
    assert_eq!(concerns(&effects), 0, "{effects:?}");
    assert!(world.trail.iter().any(|event| event.what == "found_adult"));
}

#[test]
fn a_child_with_nobody_grown_up_is_for_the_leads_too() {
    let mut world = World::new();
    let text =
        "Could anyone bring some dinner? There's a boy of about 9 home alone next door, ME7 1AB";
    let effects = world.says("rosa", "street", "1", text);
    assert_eq!(concerns(&effects), 1);
    let case = world.only_case();
    assert_eq!(case.young, Young::Child);
    assert!(!case.triaged.may_go_to_neighbours());
}

#[test]
fn a_parent_who_asks_for_a_child_is_asked_as_ever() {
    for text in [
        "My 15 year old needs her prescription from Boots today, could anyone pick it up please? ME7 1AB",
        "Could anyone pick up my prescription from Boots today please? I'm 15 minutes away. ME7 1AB",
        "Could anyone pick up my son's prescription from Boots today please, he is in year 9. ME7 1AB",
    ] {
        let mut world = World::new();
        let effects = world.says("rosa", "street", "1", text);
        assert!(
            matches!(&said(&effects)[..], [(to, Speech::AskRequest { .. })] if to == "street"),
            "{text}: {effects:?}"
        );
        assert_eq!(world.only_case().young, Young::No, "{text}");
    }
}
