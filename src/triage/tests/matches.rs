//! Conversations about matches: who is asked, who learns what and when, and how it ends.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;
use crate::domain::areas::{Areas, Grid, Point};
use crate::domain::concern::ConcernOutcome;
use crate::domain::ids::{ConcernId, MatchId, OfferId, VolunteerId};
use crate::domain::match_speech::{MatchNews, MatchNote, NeighbourList, Over, Stage};
use crate::domain::matching::{Match, MatchState, Reason, Side, Went};
use crate::domain::offer::OfferState;
use crate::domain::priority::{HubOnly, Route, Triaged};
use crate::domain::reading::Category;
use crate::domain::volunteer::{Deed, Step, Tier, Volunteer};

pub(super) const OFFER: &str = "I can pick up prescriptions for anyone in ME7, happy to help";
pub(super) const ADDRESS: &str = "12 Invented Row, ME7 1AB";
pub(super) const PHONE: &str = "07700 900123";

impl World {
    pub(super) fn offers(&mut self, who: &str, id: &str, text: &str) -> OfferId {
        let before: HashSet<OfferId> = self.snapshot.offers.keys().cloned().collect();
        self.says(who, "street", id, text);
        let fresh = self.snapshot.offers.keys();
        let mut fresh = fresh.filter(|id| !before.contains(*id)).cloned();
        let offer = fresh.next().expect("an offer");
        let of = Subject::Offer(offer.clone());
        self.presses(who, "street", Action::Confirm(of));
        self.is_checked(who);
        offer
    }

    /// A lead has seen all of somebody's checks.
    fn is_checked(&mut self, who: &str) {
        let mut volunteer = Volunteer::new(VolunteerId::new(who), person(who));
        volunteer.note(Step {
            at: self.now,
            by: person("lea"),
            deed: Deed::Checked {
                tier: Tier::Enhanced,
                until: None,
            },
        });
        let key = volunteer.key();
        self.snapshot.volunteers.insert(key, volunteer);
    }

    pub(super) fn needs(&mut self, who: &str, id: &str, text: &str) -> CaseId {
        let before: HashSet<CaseId> = self.snapshot.cases.keys().cloned().collect();
        self.says(who, "street", id, text);
        let fresh = self.snapshot.cases.keys();
        let mut fresh = fresh.filter(|id| !before.contains(*id)).cloned();
        let case = fresh.next().expect("a case");
        let of = Subject::Case(case.clone());
        self.presses(who, "street", Action::Confirm(of));
        let told = self.snapshot.cases.get_mut(&case).expect("a case");
        told.details.r#where = Some(ADDRESS.into());
        told.details.reach = Some(PHONE.into());
        case
    }

    pub(super) fn list(&mut self, id: &CaseId) -> NeighbourList {
        match answer(&self.presses("sam", "hub", Action::Neighbours(id.clone()))) {
            Speech::Neighbours(list) => *list,
            other => panic!("expected a list, found {other:?}"),
        }
    }

    pub(super) fn asks(&mut self, case: &CaseId, offer: &OfferId) -> (MatchId, Vec<Effect>) {
        let before: HashSet<MatchId> = self.snapshot.matches.keys().cloned().collect();
        let ask = Action::AskNeighbour(case.clone(), offer.clone());
        let effects = self.presses("sam", "hub", ask);
        let mut fresh = self.snapshot.matches.keys();
        let fresh = fresh.find(|id| !before.contains(*id)).cloned();
        (fresh.expect("a match"), effects)
    }

    fn found(&self, id: &MatchId) -> &Match {
        &self.snapshot.matches[id]
    }

    pub(super) fn match_is_due(&mut self, id: &MatchId) -> Vec<Effect> {
        self.hear(Event::Due(Due::Match { id: id.clone() }))
    }

    pub(super) fn waits(&mut self, hours: u64) {
        self.now = self.now + Duration::from_hours(hours);
    }

    /// A need and an offer of Omar's that both have agreed on.
    pub(super) fn agreed(&mut self) -> (CaseId, OfferId, MatchId) {
        let case = self.needs("rosa", "n1", NEED);
        let offer = self.offers("omar", "o1", OFFER);
        let (id, _) = self.asks(&case, &offer);
        self.presses("omar", "@omar", Action::Help(id.clone(), true));
        self.presses("rosa", "@rosa", Action::Share(id.clone(), true));
        (case, offer, id)
    }
}

/// What somebody is told of a match, in private or as an answer.
pub(super) fn news(effects: &[Effect], who: &str) -> Vec<MatchNews> {
    said(effects)
        .into_iter()
        .filter(|(to, _)| *to == format!("@{who}") || *to == format!("?{who}"))
        .filter_map(|(_, speech)| match speech {
            Speech::Match(speech) => Some(speech.told),
            _ => None,
        })
        .collect()
}

pub(super) fn notes(effects: &[Effect]) -> Vec<MatchNote> {
    said(effects)
        .into_iter()
        .filter_map(|(_, speech)| match speech {
            Speech::HubNote {
                note: HubNote::Match { what, .. },
                ..
            } => Some(what),
            _ => None,
        })
        .collect()
}

fn stages(effects: &[Effect]) -> Vec<Option<Stage>> {
    said(effects)
        .into_iter()
        .filter_map(|(_, speech)| match speech {
            Speech::Card(view) => Some(view.neighbour),
            _ => None,
        })
        .collect()
}

pub(super) fn over(why: Over) -> MatchNews {
    MatchNews::Over { why }
}

/// All that effects say, as the outbox keeps it.
pub(super) fn words(effects: &[Effect]) -> String {
    serde_json::to_string(effects).expect("effects are JSON")
}

#[test]
fn from_asking_to_how_it_went() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    let offer = world.offers("omar", "o1", OFFER);
    let list = world.list(&case);
    assert!(list.allowed && !list.stale);
    assert_eq!(list.fits.len(), 1);
    let reasons = &list.fits[0].reasons;
    assert!(
        reasons.contains(&Reason::SameHelp(Category::Prescription)),
        "{reasons:?}"
    );
    assert!(reasons.contains(&Reason::SamePlace), "{reasons:?}");

    let (id, effects) = world.asks(&case, &offer);
    assert!(
        matches!(answer(&effects), Speech::NeighbourAsked { name, .. } if name.reveal() == "omar")
    );
    assert!(matches!(
        news(&effects, "omar").as_slice(),
        [MatchNews::AskNeighbour { told, rules }] if told.outcode() == Some("ME7") && !rules.is_empty()
    ));
    let to_omar: Vec<_> = effects
        .iter()
        .filter(|effect| matches!(&effect.act, Act::Tell { .. }))
        .cloned()
        .collect();
    for word in ["rosa", "stuck", "Boots", ADDRESS, PHONE, "1AB"] {
        assert!(!words(&to_omar).contains(word), "{word}: {to_omar:?}");
    }
    assert_eq!(stages(&effects), [Some(Stage::Asked)]);

    let effects = world.presses("omar", "@omar", Action::Help(id.clone(), true));
    assert!(matches!(
        news(&effects, "omar").as_slice(),
        [MatchNews::WaitForResident { .. }]
    ));
    assert!(matches!(
        news(&effects, "rosa").as_slice(),
        [MatchNews::AskResident { name, .. }] if name.reveal() == "omar"
    ));
    assert_eq!(notes(&effects), [MatchNote::SaidYes]);
    assert_eq!(stages(&effects), [Some(Stage::Accepted)]);

    let effects = world.presses("rosa", "@rosa", Action::Share(id.clone(), true));
    assert!(matches!(
        news(&effects, "omar").as_slice(),
        [MatchNews::Shared { told, .. }]
            if told.name().is_some_and(|name| name.reveal() == "rosa")
                && told.details().reach.as_ref().is_some_and(|reach| reach.reveal() == PHONE)
    ));
    assert!(matches!(
        news(&effects, "rosa").as_slice(),
        [MatchNews::NeighbourComes { .. }]
    ));
    assert_eq!(notes(&effects), [MatchNote::Agreed]);
    assert_eq!(stages(&effects), [Some(Stage::Agreed)]);
    assert_eq!(
        world.case(&case).state,
        CaseState::Open,
        "a claim is another thing"
    );

    assert!(world.match_is_due(&id).is_empty(), "a day has not passed");
    world.waits(24);
    let effects = world.match_is_due(&id);
    assert_eq!(news(&effects, "omar"), [MatchNews::HowWasIt]);
    assert_eq!(news(&effects, "rosa"), [MatchNews::HowWasIt]);
    assert!(world.match_is_due(&id).is_empty(), "asked once");
    let went = Action::HowItWent(id.clone(), Went::Well);
    let effects = world.presses("rosa", "@rosa", went.clone());
    assert_eq!(news(&effects, "rosa"), [MatchNews::Thanks]);
    let effects = world.presses("omar", "@omar", went);
    assert_eq!(notes(&effects), [MatchNote::WentWell]);
    assert!(matches!(
        world.found(&id).state,
        MatchState::Finished { .. }
    ));
    assert_eq!(stages(&effects), [None]);

    let again = "Could anyone collect another prescription for me tomorrow please? ME7 1AB";
    world.presses("sam", "hub", Action::Done(case, Outcome::Helped));
    world.waits(100);
    let next = world.needs("rosa", "n2", again);
    let fits = world.list(&next).fits;
    assert!(fits[0].reasons.contains(&Reason::HelpedBefore), "{fits:?}");
}

#[test]
fn who_said_no_is_not_asked_about_it_again_but_about_another_need() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    let offer = world.offers("omar", "o1", OFFER);
    let (id, _) = world.asks(&case, &offer);
    let effects = world.presses("omar", "@omar", Action::Help(id.clone(), false));
    assert_eq!(news(&effects, "omar"), [over(Over::ByYou)]);
    assert_eq!(notes(&effects), [MatchNote::SaidNo]);
    assert!(
        news(&effects, "rosa").is_empty(),
        "the resident need not know"
    );
    assert!(world.list(&case).fits.is_empty());
    // By another offer of the same neighbour neither.
    world.offers(
        "omar",
        "o2",
        "I've got a car and can give anyone a lift or fetch medicine in ME7",
    );
    assert!(world.list(&case).fits.is_empty());
    let ask = Action::AskNeighbour(case, offer);
    let effects = world.presses("sam", "hub", ask);
    assert!(matches!(answer(&effects), Speech::Neighbours(list) if list.stale));
    // Too late for a yes.
    let effects = world.presses("omar", "@omar", Action::Help(id, true));
    assert_eq!(news(&effects, "omar"), [over(Over::ByYou)]);
    assert!(news(&effects, "rosa").is_empty());
    let other = world.needs("ann", "n2", NEED);
    assert_eq!(world.list(&other).fits.len(), 1);
}

#[test]
fn nobody_is_asked_about_two_needs_at_once_and_the_first_yes_counts() {
    let mut world = World::new();
    let (first, second) = (
        world.needs("rosa", "n1", NEED),
        world.needs("ann", "n2", NEED),
    );
    let omars = world.offers("omar", "o1", OFFER);
    let jos = world.offers("jo", "o2", OFFER);
    let (omar, _) = world.asks(&first, &omars);
    assert_eq!(world.list(&second).fits.len(), 1, "only Jo is free");
    let ask = Action::AskNeighbour(second.clone(), omars.clone());
    let effects = world.presses("sam", "hub", ask);
    assert!(matches!(answer(&effects), Speech::Neighbours(list) if list.stale));

    let (jo, _) = world.asks(&first, &jos);
    let effects = world.presses("jo", "@jo", Action::Help(jo, true));
    assert_eq!(news(&effects, "omar"), [over(Over::OtherHelps)]);
    let effects = world.presses("omar", "@omar", Action::Help(omar, true));
    assert_eq!(news(&effects, "omar"), [over(Over::NotNeeded)]);
    assert!(news(&effects, "rosa").is_empty());
    assert_eq!(world.list(&second).fits.len(), 1, "Omar is free again");
    assert!(world.list(&first).fits.is_empty(), "somebody has said yes");
}

#[test]
fn a_button_in_strange_hands_does_nothing() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    let offer = world.offers("omar", "o1", OFFER);
    for (who, at) in [("rosa", "street"), ("omar", "@omar"), ("nosy", "leads")] {
        for action in [
            Action::Neighbours(case.clone()),
            Action::AskNeighbour(case.clone(), offer.clone()),
        ] {
            let effects = world.presses(who, at, action);
            assert_eq!(answer(&effects), Speech::NotForYou { who: Needed::Staff });
        }
    }
    let (id, _) = world.asks(&case, &offer);
    let before = world.snapshot.matches.clone();
    let all = |id: &MatchId| {
        let mut all = vec![
            Action::Help(id.clone(), true),
            Action::Help(id.clone(), false),
            Action::Share(id.clone(), true),
            Action::Share(id.clone(), false),
            Action::StepBack(id.clone()),
            Action::Matched(id.clone()),
        ];
        all.extend(Went::ALL.map(|went| Action::HowItWent(id.clone(), went)));
        all
    };
    for action in all(&id) {
        for who in ["nosy", "sam", "rosa"] {
            let effects = world.presses(who, &format!("@{who}"), action.clone());
            assert_eq!(answer(&effects), Speech::ButtonGone, "{who}: {action:?}");
        }
    }
    assert_eq!(world.snapshot.matches, before);
    for action in all(&MatchId::new("made up")) {
        let effects = world.presses("omar", "@omar", action);
        assert_eq!(answer(&effects), Speech::ButtonGone);
    }
    // The neighbour does not answer for the resident.
    world.presses("omar", "@omar", Action::Help(id.clone(), true));
    let effects = world.presses("omar", "@omar", Action::Share(id.clone(), true));
    assert!(matches!(
        news(&effects, "omar").as_slice(),
        [MatchNews::WaitForResident { .. }]
    ));
    assert_eq!(world.found(&id).state.name(), "accepted");
}

#[test]
fn either_side_may_step_back_and_the_other_hears_it() {
    for (who, other, side) in [
        ("omar", "rosa", Side::Neighbour),
        ("rosa", "omar", Side::Resident),
    ] {
        let mut world = World::new();
        let (case, _, id) = world.agreed();
        let effects = world.presses(who, &format!("@{who}"), Action::StepBack(id.clone()));
        assert_eq!(news(&effects, who), [over(Over::ByYou)]);
        assert_eq!(news(&effects, other), [over(Over::ByThem)]);
        assert_eq!(notes(&effects), [MatchNote::SteppedBack { by: side }]);
        assert_eq!(stages(&effects), [None]);
        // What was shared is not shown again, and the two are not matched again for this.
        let effects = world.presses("omar", "@omar", Action::Matched(id));
        assert!(!words(&effects).contains(PHONE));
        assert!(world.list(&case).fits.is_empty());
    }
}

#[test]
fn what_is_taken_back_or_closed_ends_its_matches() {
    let mut world = World::new();
    let (case, _, id) = world.agreed();
    let effects = world.presses("rosa", "@rosa", Action::Withdraw(Subject::Case(case)));
    assert_eq!(news(&effects, "omar"), [over(Over::NotNeeded)]);
    assert_eq!(world.found(&id).state.name(), "ended");

    let mut world = World::new();
    let (_, offer, id) = world.agreed();
    let effects = world.presses("omar", "@omar", Action::Withdraw(Subject::Offer(offer)));
    assert_eq!(news(&effects, "rosa"), [over(Over::ByThem)]);
    assert_eq!(notes(&effects), [MatchNote::OfferGone]);
    assert_eq!(stages(&effects), [None]);
    assert_eq!(world.found(&id).state.name(), "ended");

    let mut world = World::new();
    let (case, _, id) = world.agreed();
    let effects = world.presses("sam", "hub", Action::Done(case, Outcome::Helped));
    assert_eq!(news(&effects, "omar"), [MatchNews::HowWasIt]);
    assert_eq!(news(&effects, "rosa"), [MatchNews::HowWasIt]);
    assert_eq!(world.found(&id).state.name(), "finished");

    // Merged with another case it goes on, wherever the merger takes it.
    let mut world = World::new();
    let (case, _, id) = world.agreed();
    let other = world.needs("ann", "n2", NEED);
    world.presses("sam", "hub", Action::Same(case, other));
    assert_eq!(world.found(&id).state.name(), "agreed");
}

#[test]
fn a_question_without_an_answer_lapses() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    let offer = world.offers("omar", "o1", OFFER);
    let (id, _) = world.asks(&case, &offer);
    assert!(world.match_is_due(&id).is_empty(), "its time has not come");
    world.waits(12);
    let effects = world.match_is_due(&id);
    let from = Side::Neighbour;
    assert_eq!(notes(&effects), [MatchNote::NoAnswer { from }]);
    assert!(news(&effects, "rosa").is_empty());
    let effects = world.presses("omar", "@omar", Action::Help(id, true));
    assert_eq!(news(&effects, "omar"), [over(Over::NoAnswer)]);

    let jos = world.offers("jo", "o2", OFFER);
    let (id, _) = world.asks(&case, &jos);
    world.presses("jo", "@jo", Action::Help(id.clone(), true));
    world.waits(24);
    let effects = world.match_is_due(&id);
    assert_eq!(news(&effects, "jo"), [over(Over::NoAnswer)]);
    let from = Side::Resident;
    assert_eq!(notes(&effects), [MatchNote::NoAnswer { from }]);
    let effects = world.presses("rosa", "@rosa", Action::Share(id, true));
    assert_eq!(answer(&effects), Speech::ButtonGone);
}

#[test]
fn something_wrong_goes_to_the_leads_alone_and_pauses_the_neighbour() {
    let mut world = World::new();
    let (first, _, id) = world.agreed();
    let other = world.needs("ann", "n2", NEED);
    assert_eq!(world.list(&other).fits.len(), 1);
    let wrong = Action::HowItWent(id.clone(), Went::Wrong);
    let effects = world.presses("rosa", "@rosa", wrong.clone());
    assert_eq!(news(&effects, "rosa"), [MatchNews::PassedToLeads]);
    assert!(news(&effects, "omar").is_empty());
    assert!(notes(&effects).is_empty(), "staff hear nothing of it");
    let concerns: Vec<ConcernId> = world.snapshot.concerns.keys().cloned().collect();
    assert_eq!(concerns.len(), 1);
    let cards = said(&effects);
    let (at, _) = cards
        .iter()
        .find(|(_, speech)| matches!(speech, Speech::ConcernCard(_)))
        .expect("a card for the leads");
    assert_eq!(at, "leads");
    // Said twice, it is one concern; and it can't be unsaid by another press.
    world.presses("rosa", "@rosa", wrong);
    let effects = world.presses("rosa", "@rosa", Action::HowItWent(id, Went::Well));
    assert_eq!(news(&effects, "rosa"), [MatchNews::PassedToLeads]);
    assert_eq!(world.snapshot.concerns.len(), 1);

    assert!(
        world.list(&other).fits.is_empty(),
        "until a lead has looked"
    );
    world.presses("leah", "leads", Action::Acknowledge(concerns[0].clone()));
    world.presses(
        "leah",
        "leads",
        Action::EndConcern(concerns[0].clone(), ConcernOutcome::AdviceGiven),
    );
    assert_eq!(world.list(&other).fits.len(), 1);
    world.presses("sam", "hub", Action::Done(first, Outcome::Helped));
    world.waits(100);
    let again = world.needs("rosa", "n3", NEED);
    assert!(world.list(&again).fits.is_empty(), "never these two again");
}

#[test]
fn some_needs_are_never_for_neighbours() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    let offer = world.offers("omar", "o1", OFFER);
    let usual = world.case(&case).triaged.clone();
    let kept = HubOnly::ALL.iter().map(|task| Triaged {
        hub_only: vec![*task],
        ..usual.clone()
    });
    let routed = [Route::Emergency, Route::Lead, Route::Hub].map(|route| Triaged {
        route,
        ..usual.clone()
    });
    for triaged in kept.chain(routed) {
        world.snapshot.cases.get_mut(&case).expect("a case").triaged = triaged.clone();
        let list = world.list(&case);
        assert!(!list.allowed && list.fits.is_empty(), "{triaged:?}");
        let ask = Action::AskNeighbour(case.clone(), offer.clone());
        world.presses("sam", "hub", ask);
        assert!(world.snapshot.matches.is_empty());
    }
    world.snapshot.cases.get_mut(&case).expect("a case").triaged = usual;
    assert!(world.list(&case).allowed);
    // What turns out dangerous later is not shared any more.
    let (id, _) = world.asks(&case, &offer);
    world.presses("omar", "@omar", Action::Help(id.clone(), true));
    world.hear(Event::Edited(message(
        "rosa",
        "street",
        "n1",
        "Could anyone pick up my prescription from Boots today please? My husband hits me if I go out, ME7 1AB",
    )));
    let effects = world.presses("rosa", "@rosa", Action::Share(id, true));
    assert!(news(&effects, "omar").is_empty());
    assert!(!world.list(&case).allowed);
}

#[test]
fn a_new_offer_is_noted_on_the_needs_that_it_fits_and_asks_nobody() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    let far = "Could anyone pick up my prescription from Boots today please? I'm stuck in, CT1 1AB";
    world.needs("ann", "n2", far);
    let offer = world.offers("omar", "o1", OFFER);
    let effects = world.hear(Event::Due(Due::Offer { id: offer.clone() }));
    let fits: Vec<_> = said(&effects)
        .into_iter()
        .filter_map(|(at, speech)| match speech {
            Speech::HubNote {
                code,
                note: HubNote::OfferFits { offer, .. },
                ..
            } => Some((at, code, offer)),
            _ => None,
        })
        .collect();
    let of = world.snapshot.offers[&offer].code.clone();
    assert_eq!(
        fits,
        [("hub".to_owned(), world.case(&case).code.clone(), of)]
    );
    assert!(world.snapshot.matches.is_empty());
    assert_eq!(world.snapshot.offers[&offer].state, OfferState::Open);
    let again = world.hear(Event::Due(Due::Offer { id: offer }));
    assert!(again.is_empty(), "once");
}

#[test]
fn nobody_is_offered_to_themselves_nor_what_has_passed() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    world.offers("rosa", "o1", OFFER);
    assert!(world.list(&case).fits.is_empty());
    world.offers(
        "omar",
        "o2",
        "I can pick up prescriptions in ME7 tomorrow morning, happy to help",
    );
    assert_eq!(world.list(&case).fits.len(), 1);
    world.waits(72);
    assert!(world.list(&case).fits.is_empty());
}

/// Who may press in the property below, and where each does.
const CROWD: [(&str, &str); 6] = [
    ("rosa", "@rosa"),
    ("ann", "@ann"),
    ("omar", "@omar"),
    ("jo", "@jo"),
    ("nosy", "@nosy"),
    ("sam", "hub"),
];

#[test]
fn nothing_is_shared_before_both_agreed_and_nobody_is_asked_twice() {
    let mut world = World::new();
    let cases = [
        world.needs("rosa", "n1", NEED),
        world.needs("ann", "n2", NEED),
    ];
    let offers = [
        world.offers("omar", "o1", OFFER),
        world.offers("jo", "o2", OFFER),
    ];
    // Building a desk takes far longer than pressing, so that all share one.
    let (start, events, now) = (world.snapshot.clone(), world.events, world.now);
    let world = RefCell::new(world);
    let shared = Cell::new(0);
    let strategy =
        proptest::collection::vec((0..12_usize, 0..10_u8, 0..2_usize, 0..4_usize), 0..60);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(200));
    let outcome = runner.run(&strategy, |presses| {
        let mut world = world.borrow_mut();
        (world.snapshot, world.events, world.now) = (start.clone(), events, now);
        for (who, what, pick, nth) in presses {
            let mut ids: Vec<MatchId> = world.snapshot.matches.keys().cloned().collect();
            ids.sort();
            let id = ids.get(nth % ids.len().max(1)).cloned();
            let id = id.unwrap_or_else(|| MatchId::new("none"));
            // Half of the presses are by those whose button it is, or hardly anything would ever be agreed.
            let found = world.snapshot.matches.get(&id);
            let named = found.map(|found| match what {
                1..=3 => found.neighbour.id.to_string(),
                _ => found.resident.id.to_string(),
            });
            let rightly = named.and_then(|name| CROWD.iter().find(|(known, _)| *known == name));
            let (name, at) = match (CROWD.get(who), what, rightly) {
                (Some(anybody), ..) => *anybody,
                (None, 1..=6, Some(rightly)) => *rightly,
                (None, 0, _) => ("sam", "hub"),
                (None, ..) => CROWD[who - CROWD.len()],
            };
            let effects = match what {
                0 => world.presses(
                    name,
                    at,
                    Action::AskNeighbour(cases[pick].clone(), offers[nth % 2].clone()),
                ),
                1 | 2 => world.presses(name, at, Action::Help(id, true)),
                3 => world.presses(name, at, Action::Help(id, false)),
                4 | 5 => world.presses(name, at, Action::Share(id, true)),
                6 => world.presses(name, at, Action::Share(id, pick == 0)),
                7 => world.presses(name, at, Action::StepBack(id)),
                8 => world.presses(name, at, Action::Matched(id)),
                _ => {
                    world.waits(if pick == 0 { 1 } else { 13 });
                    world.match_is_due(&id)
                }
            };
            for effect in &effects {
                let to = match &effect.act {
                    Act::Tell { person, .. } => person.id.clone(),
                    Act::Answer(answer) => answer.person.id.clone(),
                    other => {
                        prop_assert!(
                            !words(std::slice::from_ref(effect)).contains(PHONE),
                            "{other:?}"
                        );
                        continue;
                    }
                };
                if !words(std::slice::from_ref(effect)).contains(PHONE)
                    || to.as_str() == "rosa"
                    || to.as_str() == "ann"
                {
                    continue;
                }
                let both = world.snapshot.matches.values().any(|found| {
                    found.neighbour.id == to && matches!(found.state, MatchState::Agreed { .. })
                });
                prop_assert!(both, "{to} was told before both agreed");
                shared.set(shared.get() + 1);
            }
            for neighbour in ["omar", "jo"] {
                let asked = world.snapshot.matches.values().filter(|found| {
                    found.neighbour.id.as_str() == neighbour && found.state.is_asking()
                });
                prop_assert!(asked.count() <= 1, "{neighbour} is asked twice");
            }
        }
        Ok(())
    });
    outcome.expect("nothing shared too soon");
    assert!(shared.get() > 20, "shared {} times", shared.get());
}

#[test]
fn what_was_matched_before_its_case_became_part_of_another_goes_on() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    let offer = world.offers("omar", "o1", OFFER);
    let (id, _) = world.asks(&case, &offer);
    world.presses("omar", "@omar", Action::Help(id.clone(), true));
    let whole = world.needs(
        "ivy",
        "n2",
        "Could anyone lend me a drill this weekend please? ME4",
    );
    let effects = world.presses("sam", "hub", Action::Same(case.clone(), whole.clone()));
    let card = said(&effects)
        .into_iter()
        .find_map(|(_, speech)| match speech {
            Speech::Card(card) if card.case == whole => Some(card),
            _ => None,
        });
    assert_eq!(card.expect("a card").neighbour, Some(Stage::Accepted));

    let effects = world.presses("rosa", "@rosa", Action::Share(id.clone(), true));
    assert!(
        news(&effects, "omar")
            .iter()
            .any(|news| matches!(news, MatchNews::Shared { .. })),
        "what Rosa told is shared, as she says"
    );
    world.presses("sam", "hub", Action::Done(whole, Outcome::Helped));
    assert!(matches!(
        world.found(&id).state,
        MatchState::Finished { .. }
    ));
}

#[test]
fn a_neighbour_across_the_letters_is_found_where_it_is_known_how_far_away_they_are() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    let elsewhere = OFFER.replace("ME7", "CT1");
    let offer = world.offers("omar", "o1", &elsewhere);
    assert!(
        world.list(&case).fits.is_empty(),
        "by their letters they are far apart"
    );

    let known = |north: i32| -> Areas {
        [("ME7", 168_000), ("CT1", north)]
            .map(|(outcode, north)| {
                let (grid, east) = (Grid::Britain, 577_000);
                (outcode.to_owned(), Point { grid, east, north })
            })
            .into_iter()
            .collect()
    };
    world.snapshot.areas = known(171_200);
    let list = world.list(&case);
    let reasons = &list.fits[0].reasons;
    assert!(reasons.contains(&Reason::Away(3200)), "{reasons:?}");
    let (id, _) = world.asks(&case, &offer);
    assert!(world.found(&id).reasons.contains(&Reason::Away(3200)));

    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    world.offers("omar", "o1", &elsewhere);
    world.offers("lee", "o2", &elsewhere.replace("CT1", "ME8"));
    world.snapshot.areas = known(185_000);
    let list = world.list(&case);
    let [only] = &list.fits[..] else {
        panic!("{list:?}")
    };
    assert!(
        only.name.reveal() == "lee" && only.reasons.contains(&Reason::NearBy),
        "{only:?}"
    );
}
