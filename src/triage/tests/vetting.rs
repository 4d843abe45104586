//! Conversations about who may be asked: what leads record, what that keeps from being asked, and kith asking by itself.

use std::time::Duration;

use super::matches::{ADDRESS, OFFER, PHONE, news, notes, over, words};
use super::*;
use crate::domain::case::Proposing;
use crate::domain::ids::{MatchId, OfferId};
use crate::domain::match_speech::{MatchNews, MatchNote, NeighbourList, Over};
use crate::domain::matching::{Match, MatchState};
use crate::domain::speech::VolunteerView;
use crate::domain::volunteer::{Deed, Lack, Tier};

const REASON: &str = "somebody's card was found on them";

impl World {
    fn lead(&mut self, command: &str, offer: &OfferId, words: &str) -> Vec<Effect> {
        let code = self.snapshot.offers[offer].code.clone();
        self.commands("lea", "leads", command, &format!("{code} {words}"))
    }

    /// An offer of somebody of whom nothing is known.
    fn strangers_offer(&mut self, who: &str, id: &str) -> OfferId {
        let offer = self.offers(who, id, OFFER);
        self.snapshot.volunteers.remove(&person_key(who));
        offer
    }

    fn lets_kith_ask(&mut self) {
        let effects = self.commands("admin", "street", "kith", "setup kith_asks");
        assert!(
            matches!(answer(&effects), Speech::SetupPanel { channel: Some(channel), .. } if channel.asking == AskedBy::Kith)
        );
    }

    /// The time comes at which kith looks for a neighbour.
    fn looks(&mut self, case: &CaseId) -> Vec<Effect> {
        self.hear(Event::Due(Due::Case { id: case.clone() }))
    }

    fn live(&self) -> Vec<&Match> {
        let matches = self.snapshot.matches.values();
        matches.filter(|found| found.state.is_live()).collect()
    }

    fn asked(&self, who: &str) -> MatchId {
        let live = self.live();
        let [found] = live.as_slice() else {
            panic!("expected one match, found {live:?}");
        };
        assert_eq!(found.neighbour.id.as_str(), who);
        found.id.clone()
    }
}

fn person_key(who: &str) -> (ConnectorId, PersonId) {
    let person = person(who);
    (person.connector, person.id)
}

fn known(effects: &[Effect]) -> VolunteerView {
    match answer(effects) {
        Speech::Volunteer(view) => *view,
        other => panic!("expected a volunteer, found {other:?}"),
    }
}

fn lacks(list: &NeighbourList) -> Vec<Lack> {
    list.lacking.iter().map(|one| one.lack).collect()
}

#[test]
fn below_the_tier_nobody_is_asked_until_a_lead_has_seen_what_is_needed() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    let offer = world.strangers_offer("omar", "o1");
    let list = world.list(&case);
    assert!(list.fits.is_empty());
    let needed = list.needed;
    assert!(needed > Tier::Unknown);
    assert_eq!(lacks(&list), [Lack::Check { needed }]);
    let ask = Action::AskNeighbour(case.clone(), offer.clone());
    let effects = world.presses("sam", "hub", ask);
    assert!(matches!(answer(&effects), Speech::Neighbours(list) if list.stale));
    assert!(world.snapshot.matches.is_empty());

    let view = known(&world.lead("vet", &offer, ""));
    assert_eq!((view.check, view.hold), (None, None));
    let view = known(&world.lead("vet", &offer, "enhanced until 31/12/2099"));
    assert!(matches!(
        view.check.expect("a check").deed,
        Deed::Checked {
            tier: Tier::Enhanced,
            until: Some(_)
        }
    ));
    world.asks(&case, &offer);

    // By a button for what somebody has seen, for as long as the file says.
    let mut world = World::new();
    let offer = world.strangers_offer("omar", "o1");
    let seen = Action::Vet(offer.clone(), Tier::Basic);
    let view = known(&world.presses("lea", "leads", seen.clone()));
    let Deed::Checked { until, .. } = view.check.expect("a check").deed else {
        panic!("expected a check");
    };
    let three_years = Duration::from_hours(24 * 365 * 3);
    assert!(until.expect("an end").since(world.now) > three_years);
    let effects = world.presses("sam", "hub", seen);
    assert_eq!(answer(&effects), Speech::NotForYou { who: Needed::Lead });
}

#[test]
fn leads_alone_vet_and_only_whom_their_channel_sees() {
    let mut world = World::new();
    let offer = world.strangers_offer("omar", "o1");
    let code = world.snapshot.offers[&offer].code.clone();
    for (command, rest) in [
        ("vet", "basic"),
        ("pause", "so"),
        ("bar", "so"),
        ("unpause", ""),
    ] {
        for (who, at) in [("sam", "hub"), ("omar", "@omar"), ("admin", "street")] {
            let effects = world.commands(who, at, command, &format!("{code} {rest}"));
            assert_eq!(answer(&effects), Speech::NotForYou { who: Needed::Lead });
        }
    }
    let past = world.lead("vet", &offer, "basic until 01/01/2001");
    assert!(matches!(answer(&past), Speech::CommandProblem { .. }));
    let leads = world
        .snapshot
        .channels
        .get_mut(&place("leads"))
        .expect("a channel");
    leads.area = Area::new(["CT1".to_owned()]);
    let told = world.snapshot.offers.get_mut(&offer).expect("an offer");
    told.area = Area::new(["ME7".to_owned()]);
    let effects = world.lead("vet", &offer, "basic");
    assert!(matches!(answer(&effects), Speech::NoSuchCode { .. }));
    let effects = world.presses("lea", "leads", Action::Vet(offer, Tier::Basic));
    assert_eq!(answer(&effects), Speech::ButtonGone);
    assert!(world.snapshot.volunteers.is_empty());
}

#[test]
fn whoever_is_barred_or_paused_is_asked_no_more_and_only_leads_know_why() {
    for (command, stage) in [("bar", 0), ("bar", 1), ("bar", 2), ("pause", 1)] {
        let mut world = World::new();
        let case = world.needs("rosa", "n1", NEED);
        let offer = world.offers("omar", "o1", OFFER);
        let (id, _) = world.asks(&case, &offer);
        if stage > 0 {
            world.presses("omar", "@omar", Action::Help(id.clone(), true));
        }
        if stage > 1 {
            world.presses("rosa", "@rosa", Action::Share(id.clone(), true));
        }
        let effects = world.lead(command, &offer, REASON);
        assert!(known(&effects).hold.is_some());
        assert_eq!(news(&effects, "omar"), [over(Over::Stopped)]);
        let expected = if stage > 0 {
            vec![over(Over::ByThem)]
        } else {
            Vec::new()
        };
        assert_eq!(news(&effects, "rosa"), expected);
        assert_eq!(notes(&effects), [MatchNote::NotAvailable]);
        for effect in &effects {
            let to_lead =
                matches!(&effect.act, Act::Answer(answer) if answer.person.id.as_str() == "lea");
            let one = std::slice::from_ref(effect);
            assert!(to_lead || !words(one).contains(REASON), "{effect:?}");
        }
        assert!(world.trail.iter().all(|event| !event.why.contains(REASON)));

        let list = world.list(&case);
        assert!(list.fits.is_empty());
        let effects = world.presses("omar", "@omar", Action::Matched(id.clone()));
        assert!(!words(&effects).contains(PHONE));
        let effects = world.presses("rosa", "@rosa", Action::Share(id, true));
        assert!(news(&effects, "omar").is_empty());
        // Of another need staff see that they can't be asked, not why.
        world.waits(100);
        let other = world.needs("ann", "n2", NEED);
        let list = world.list(&other);
        assert_eq!(lacks(&list), [Lack::NotAvailable]);
        let effects = world.hear(Event::Due(Due::Offer { id: offer.clone() }));
        assert!(effects.is_empty(), "no needs are looked through for them");
        let view = known(&world.lead("unpause", &offer, ""));
        assert_eq!(view.hold, None);
        assert_eq!(world.list(&other).fits.len(), 1);
    }
}

#[test]
fn what_runs_out_meanwhile_is_noticed_before_anything_is_shared() {
    for stage in [0, 1] {
        let mut world = World::new();
        let case = world.needs("rosa", "n1", NEED);
        let offer = world.strangers_offer("omar", "o1");
        world.lead("vet", &offer, "enhanced");
        let (id, _) = world.asks(&case, &offer);
        if stage > 0 {
            world.presses("omar", "@omar", Action::Help(id.clone(), true));
        }
        let runs_out = world.now;
        let volunteer = world.snapshot.volunteers.get_mut(&person_key("omar"));
        let steps = &mut volunteer.expect("a volunteer").steps;
        steps[0].deed = Deed::Checked {
            tier: Tier::Enhanced,
            until: Some(runs_out),
        };
        let effects = if stage > 0 {
            world.presses("rosa", "@rosa", Action::Share(id.clone(), true))
        } else {
            world.presses("omar", "@omar", Action::Help(id.clone(), true))
        };
        assert_eq!(news(&effects, "omar"), [over(Over::Stopped)]);
        let expected = if stage > 0 {
            vec![over(Over::ByThem)]
        } else {
            Vec::new()
        };
        assert_eq!(news(&effects, "rosa"), expected);
        assert!(!words(&effects).contains(PHONE) && !words(&effects).contains(ADDRESS));
        assert!(matches!(
            world.snapshot.matches[&id].state,
            MatchState::Ended { .. }
        ));
        let other = world.needs("ann", "n2", NEED);
        assert_eq!(lacks(&world.list(&other)), [Lack::RanOut]);
    }
}

#[test]
fn what_is_told_later_may_need_more_than_was_seen() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    let offer = world.strangers_offer("omar", "o1");
    let needed = world.list(&case).needed;
    world.lead("vet", &offer, needed.as_str());
    let (id, _) = world.asks(&case, &offer);
    let told = world.snapshot.cases.get_mut(&case).expect("a case");
    told.details.what = Some("and could they pay my gas bill with cash that I give them".into());
    assert!(needed < Tier::Basic);
    let effects = world.presses("omar", "@omar", Action::Help(id, true));
    assert_eq!(news(&effects, "omar"), [over(Over::Stopped)]);
    assert_eq!(notes(&effects), [MatchNote::NotAvailable]);
    assert!(world.list(&case).needed >= Tier::Basic);
}

#[test]
fn what_somebody_states_is_told_to_leads_once_and_counts_for_nothing() {
    let mut world = World::new();
    let case = world.needs("rosa", "n1", NEED);
    let gone = world.presses("omar", "@omar", Action::StateCheck(Tier::Enhanced));
    assert_eq!(
        answer(&gone),
        Speech::ButtonGone,
        "who offers nothing is not asked"
    );
    let offer = world.strangers_offer("omar", "o1");
    let effects = world.presses("omar", "@omar", Action::MyChecks);
    assert_eq!(answer(&effects), Speech::AskChecks);
    let states = Action::StateCheck(Tier::Enhanced);
    let effects = world.presses("omar", "@omar", states.clone());
    let tier = Tier::Enhanced;
    assert_eq!(answer(&effects), Speech::CheckStated { tier });
    let told: Vec<_> = said(&effects)
        .into_iter()
        .filter(|(_, speech)| matches!(speech, Speech::Volunteer(_)))
        .map(|(to, _)| to)
        .collect();
    assert_eq!(told, ["leads"]);
    assert_eq!(
        said(&world.presses("omar", "@omar", states)).len(),
        1,
        "once"
    );
    assert!(world.list(&case).fits.is_empty());
    assert_eq!(known(&world.lead("vet", &offer, "")).stated, Some(tier));
}

#[test]
fn kith_asks_nobody_unless_the_group_allows_it() {
    let mut world = World::new();
    world.offers("omar", "o1", OFFER);
    let case = world.needs("rosa", "n1", NEED);
    assert_eq!(world.case(&case).proposing, Proposing::Off);
    assert!(world.looks(&case).is_empty());
    let yes = Action::KithAsks(case.clone(), true);
    world.presses("sam", "hub", yes);
    assert_eq!(
        world.case(&case).proposing,
        Proposing::Off,
        "staff can't allow it"
    );
    let effects = world.presses("rosa", "street", Action::SetAsking(AskedBy::Kith));
    let moderator = Needed::Moderator;
    assert_eq!(answer(&effects), Speech::NotForYou { who: moderator });

    world.lets_kith_ask();
    // Not of what is for the hub, whatever the group allows.
    let hub_only = "Could anyone help wash my mum and get her dressed in the mornings? ME7 1AB";
    let kept = world.needs("ann", "n2", hub_only);
    assert_eq!(world.case(&kept).proposing, Proposing::Off);
}

#[test]
fn kith_asks_the_likeliest_who_may_be_asked_one_after_the_other() {
    let mut world = World::new();
    world.lets_kith_ask();
    world.strangers_offer("nosy", "o1");
    world.offers("omar", "o2", OFFER);
    world.offers(
        "jo",
        "o3",
        "I can help with anything in ME8 or so, just ask",
    );
    world.offers("ivy", "o4", OFFER);
    let case = world.needs("rosa", "n1", NEED);
    assert!(world.case(&case).due().is_some());
    let effects = world.looks(&case);
    let first = world.live()[0].neighbour.id.to_string();
    assert!(matches!(
        news(&effects, &first).as_slice(),
        [MatchNews::AskNeighbour { .. }]
    ));
    let id = world.asked(&first);
    assert_eq!(world.snapshot.matches[&id].proposed_by, None);
    assert_eq!(world.case(&case).proposing, Proposing::On { look: None });
    assert!(world.looks(&case).is_empty(), "one at a time");

    // The next one after a no, and after no answer.
    world.presses(&first, &format!("@{first}"), Action::Help(id, false));
    world.looks(&case);
    let second = if first == "omar" { "ivy" } else { "omar" };
    let id = world.asked(second);
    world.waits(4);
    world.match_is_due(&id);
    world.looks(&case);
    assert!(
        world.live().is_empty(),
        "Jo's offer is not good enough, Nosy's not checked"
    );
    let look = world.case(&case).proposing.look();
    assert!(look.is_some_and(|at| at > world.now), "kith looks again");

    // A new offer is looked at when it comes.
    let offer = world.offers("ed", "o5", OFFER);
    world.hear(Event::Due(Due::Offer { id: offer }));
    world.looks(&case);
    let id = world.asked("ed");
    world.presses("ed", "@ed", Action::Help(id.clone(), true));
    let effects = world.presses("rosa", "@rosa", Action::Share(id.clone(), true));
    assert!(matches!(
        news(&effects, "ed").as_slice(),
        [MatchNews::Shared { .. }]
    ));
    world.presses("ed", "@ed", Action::StepBack(id));
    assert!(world.case(&case).proposing.look().is_some(), "kith goes on");
}

#[test]
fn staff_stop_kith_and_let_it_go_on() {
    let mut world = World::new();
    world.lets_kith_ask();
    world.offers("omar", "o1", OFFER);
    let jos = world.offers("jo", "o2", OFFER);
    let case = world.needs("rosa", "n1", NEED);
    world.looks(&case);
    let first = world.live()[0].neighbour.id.to_string();
    let stop = Action::KithAsks(case.clone(), false);
    let effects = world.presses("rosa", "street", stop.clone());
    assert_eq!(answer(&effects), Speech::NotForYou { who: Needed::Staff });
    let effects = world.presses("sam", "hub", stop.clone());
    assert_eq!(news(&effects, &first), [over(Over::OtherHelps)]);
    assert_eq!(world.case(&case).proposing, Proposing::Stopped);
    assert!(world.looks(&case).is_empty());
    assert!(world.live().is_empty());
    // Staff still ask whom they choose, and a stop does not end what they asked.
    world.asks(&case, &jos);
    world.presses("sam", "hub", stop);
    world.asked("jo");
    world.presses("sam", "hub", Action::KithAsks(case.clone(), true));
    assert_eq!(world.case(&case).proposing, Proposing::On { look: None });

    // While somebody has it kith asks nobody.
    let mut world = World::new();
    world.lets_kith_ask();
    world.offers("omar", "o1", OFFER);
    let case = world.needs("rosa", "n1", NEED);
    world.presses("sam", "hub", Action::ClaimBriefed(case.clone()));
    assert_eq!(world.case(&case).proposing, Proposing::Off);
    assert!(world.looks(&case).is_empty());
    world.presses("sam", "hub", Action::Release(case.clone()));
    world.looks(&case);
    world.asked("omar");
}
