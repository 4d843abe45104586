//! Conversations about consent: what may leave the hub, on what ground, and what follows when a yes is taken back.

use super::matches::{ADDRESS, OFFER, PHONE, news, over, words};
use super::*;
use crate::domain::consent::{Ground, Said};
use crate::domain::disclosure::Item;
use crate::domain::match_speech::{MatchNews, Over};
use crate::domain::matching::MatchState;
use crate::domain::referral::{Recall, RecallReason, ReferralNotice};
use crate::domain::sharing_speech::{GroundSpeech, SharingSpeech};

const PERSONAL: [Item; 5] = [
    Item::Need,
    Item::Outcode,
    Item::FirstName,
    Item::Address,
    Item::Contact,
];

fn council() -> DestinationId {
    DestinationId::new("council")
}

impl World {
    /// A council that is told who it is, and Sam who holds Rosa's need with an address and a telephone number in it.
    fn waits_to_be_passed_on(&mut self) -> CaseId {
        self.snapshot.destinations[0].fields = PERSONAL.to_vec();
        let id = self.needs("rosa", "n1", NEED);
        self.presses("sam", "hub", Action::ClaimBriefed(id.clone()));
        id
    }

    fn forwards(&mut self, id: &CaseId) -> Vec<Effect> {
        self.presses("sam", "hub", Action::ForwardMenu(id.clone()))
    }

    fn agrees(&mut self, id: &CaseId, said: Said) -> Vec<Effect> {
        let agree = Action::Agree(id.clone(), council(), said);
        self.presses("rosa", "@rosa", agree)
    }

    fn whats(&self) -> Vec<&str> {
        self.trail.iter().map(|event| event.what.as_str()).collect()
    }
}

fn notice(effects: &[Effect]) -> Option<ReferralNotice> {
    effects.iter().find_map(|effect| match &effect.act {
        Act::Forward { notice, .. } => Some(notice.clone()),
        _ => None,
    })
}

fn recalls(effects: &[Effect]) -> Vec<Recall> {
    let recall = |effect: &Effect| match &effect.act {
        Act::Recall { recall, .. } => Some(recall.clone()),
        _ => None,
    };
    effects.iter().filter_map(recall).collect()
}

fn is_missing(effects: &[Effect]) -> bool {
    matches!(answer(effects), Speech::Ground(speech) if matches!(*speech, GroundSpeech::Missing { .. }))
}

#[test]
fn without_a_ground_nothing_personal_leaves_and_staff_hear_what_they_can_do() {
    let mut world = World::new();
    let id = world.waits_to_be_passed_on();
    let effects = world.forwards(&id);
    assert!(is_missing(&effects) && notice(&effects).is_none());
    assert!(matches!(world.case(&id).state, CaseState::Claimed(_)));

    let thin = Action::ForwardThin(id.clone(), council());
    let effects = world.presses("sam", "hub", thin);
    let notice = notice(&effects).expect("an anonymous referral");
    assert_eq!(notice.ground, None);
    assert!(!notice.told.categories().is_empty() && notice.told.outcode() == Some("ME7"));
    for secret in ["rosa", ADDRESS, PHONE, "12 Invented"] {
        let sent = serde_json::to_string(&notice).expect("JSON");
        assert!(!sent.contains(secret), "{secret} in {sent}");
    }
}

#[test]
fn the_resident_sees_all_that_would_be_shared_and_says_yes() {
    let mut world = World::new();
    let id = world.waits_to_be_passed_on();
    let ask = Action::AskSharing(id.clone(), council());
    let effects = world.presses("sam", "hub", ask);
    let asked = said(&effects)
        .into_iter()
        .find_map(|(to, speech)| match speech {
            Speech::Sharing(speech) if to == "@rosa" => Some(*speech),
            _ => None,
        });
    let Some(SharingSpeech::Ask {
        told, destination, ..
    }) = asked
    else {
        panic!("{effects:?}")
    };
    assert_eq!(destination.fields, PERSONAL);
    assert_eq!(
        told.details().reach.as_ref().expect("a number").reveal(),
        PHONE
    );
    assert!(is_missing(&world.forwards(&id)), "she has not answered");

    let nosy = Action::Agree(id.clone(), council(), Said::Yes);
    let effects = world.presses("nosy", "@nosy", nosy);
    assert_eq!(answer(&effects), Speech::OnlyTheWriter);

    let effects = world.agrees(&id, Said::Yes);
    let hub: Vec<_> = said(&effects)
        .into_iter()
        .filter(|(to, _)| to == "hub")
        .collect();
    assert!(hub.iter().any(|(_, speech)| matches!(
        speech,
        Speech::HubNote {
            note: HubNote::SharingAnswered {
                said: Said::Yes,
                ..
            },
            ..
        }
    )));
    let answer = world.case(&id).sharing.asked[0]
        .answer
        .clone()
        .expect("an answer");
    assert!(answer.holds() && answer.by.expect("who").id.as_str() == "rosa");
    assert_eq!(answer.wording, "2026-11-destination-1");

    let effects = world.forwards(&id);
    let notice = notice(&effects).expect("a referral");
    assert_eq!(notice.ground, Some(Ground::Consent));
    assert_eq!(
        notice
            .told
            .details()
            .reach
            .as_ref()
            .expect("a number")
            .reveal(),
        PHONE
    );
    assert!(notice.told.details().what.is_none(), "not configured");
    let told = &world.case(&id).sharing.told[0];
    assert_eq!(
        (&told.items[..], told.ground),
        (&PERSONAL[..], Some(Ground::Consent))
    );
    for what in ["asked_to_share", "sharing_agreed", "told", "forwarded"] {
        assert!(
            world.whats().contains(&what),
            "{what} in {:?}",
            world.whats()
        );
    }
}

#[test]
fn a_no_to_one_destination_outweighs_a_yes_to_those_who_help() {
    let mut world = World::new();
    let id = world.waits_to_be_passed_on();
    let details = Action::EditField(Subject::Case(id.clone()), Field::Consent);
    world.presses("rosa", "@rosa", details);
    world.presses("rosa", "@rosa", Action::Consent(true));
    let ask = Action::AskSharing(id.clone(), council());
    world.presses("sam", "hub", ask);
    world.agrees(&id, Said::No);
    assert!(is_missing(&world.forwards(&id)));
    world.agrees(&id, Said::Yes);
    assert!(notice(&world.forwards(&id)).is_some());
}

#[test]
fn a_person_types_why_a_life_is_at_risk() {
    let mut world = World::new();
    let id = world.waits_to_be_passed_on();
    let code = world.case(&id).code.clone();
    for words in ["", "emergency", "emergency no", "consent she said so to me"] {
        let effects = world.commands("sam", "hub", "reason", &format!("{code} {words}"));
        assert!(
            matches!(answer(&effects), Speech::CommandProblem { .. }),
            "{words}"
        );
    }
    let why = format!("{code} emergency newborn and no heating tonight");
    let effects = world.commands("rosa", "street", "reason", &why);
    assert!(matches!(answer(&effects), Speech::NotForYou { .. }));
    let effects = world.commands("kim", "hub", "reason", &why);
    assert!(matches!(answer(&effects), Speech::HeldBy { .. }));
    assert!(is_missing(&world.forwards(&id)));

    let effects = world.commands("sam", "hub", "reason", &why);
    assert!(
        matches!(answer(&effects), Speech::Ground(speech) if matches!(*speech, GroundSpeech::Kept { reason: Ground::Emergency, .. }))
    );
    let reason = world.case(&id).sharing.reason.clone().expect("a reason");
    assert_eq!(reason.by.id.as_str(), "sam");
    assert_eq!(reason.why.reveal(), "newborn and no heating tonight");
    let trail = serde_json::to_string(&world.trail).expect("JSON");
    assert!(
        !trail.contains("newborn"),
        "their words are in the case alone"
    );
    let notice = notice(&world.forwards(&id)).expect("a referral");
    assert_eq!(notice.ground, Some(Ground::Emergency));
    assert!(notice.told.details().r#where.is_some());
}

#[test]
fn who_asks_for_somebody_who_does_not_know_gives_no_consent() {
    let mut world = World::new();
    world.snapshot.destinations[0].fields = PERSONAL.to_vec();
    let id = world.needs("rosa", "n1", NEED);
    world.snapshot.cases.get_mut(&id).expect("a case").on_behalf = true;
    world.presses("sam", "hub", Action::ClaimBriefed(id.clone()));
    let of = Subject::Case(id.clone());
    let effects = world.presses(
        "rosa",
        "@rosa",
        Action::EditField(of.clone(), Field::Consent),
    );
    assert!(matches!(answer(&effects), Speech::AskField(ask) if ask.on_behalf));
    world.presses("rosa", "@rosa", Action::TheyDontKnow);
    let consent = world.case(&id).details.consent.clone().expect("an answer");
    assert!(!consent.holds() && consent.knows == Some(false));
    assert_eq!(consent.wording, "2026-11-2-other");
    assert!(is_missing(&world.forwards(&id)));

    world.presses("rosa", "@rosa", Action::EditField(of, Field::Consent));
    world.presses("rosa", "@rosa", Action::Consent(true));
    let consent = world.case(&id).details.consent.clone().expect("an answer");
    assert!(consent.holds() && consent.knows == Some(true));
    assert!(notice(&world.forwards(&id)).is_some());
}

#[test]
fn a_yes_that_is_taken_back_ends_sharing_everywhere() {
    let mut world = World::new();
    let id = world.waits_to_be_passed_on();
    let of = Subject::Case(id.clone());
    world.presses("rosa", "@rosa", Action::EditField(of, Field::Consent));
    world.presses("rosa", "@rosa", Action::Consent(true));
    let offer = world.offers("omar", "o1", OFFER);
    let (found, _) = world.asks(&id, &offer);
    world.presses("omar", "@omar", Action::Help(found.clone(), true));
    world.presses("rosa", "@rosa", Action::Share(found.clone(), true));
    let effects = world.forwards(&id);
    let referral = notice(&effects).expect("a referral").referral;
    let effect = effects
        .iter()
        .find(|effect| matches!(effect.act, Act::Forward { .. }))
        .expect("a referral");
    let handed = |recall, answer| {
        Event::Handed(Handed {
            referral: referral.clone(),
            effect: effect.id.clone(),
            recall,
            answer,
        })
    };
    world.hear(handed(false, Ok(Some("MC-77".to_owned()))));

    let stop = Action::StopSharing(id.clone());
    let effects = world.presses("nosy", "@nosy", stop.clone());
    assert_eq!(answer(&effects), Speech::OnlyTheWriter);
    let effects = world.presses("rosa", "@rosa", stop.clone());
    let told = recalls(&effects);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].reference.as_deref(), Some("MC-77"));
    assert_eq!(told[0].why, RecallReason::ConsentWithdrawn);
    assert_eq!(news(&effects, "omar"), [over(Over::SharingStopped)]);
    assert!(
        !words(&effects).contains(PHONE),
        "it is told to nobody once more"
    );
    assert!(said(&effects).iter().any(|(to, speech)| to == "hub"
        && matches!(
            speech,
            Speech::HubNote {
                note: HubNote::SharingStopped,
                ..
            }
        )));
    assert!(said(&effects).iter().any(|(to, speech)| to == "hub"
        && matches!(speech, Speech::Card(view) if view.withdrawn && !view.consent)));
    assert!(matches!(
        world.snapshot.matches[&found].state,
        MatchState::SteppedBack { .. }
    ));
    let effects = world.presses("omar", "@omar", Action::Matched(found));
    assert!(matches!(
        news(&effects, "omar")[..],
        [MatchNews::Over { .. }]
    ));
    assert!(world.whats().contains(&"consent_withdrawn"));

    // The council can't be told: staff hear so, since somebody has to tell them.
    let effects = world.hear(handed(true, Err("gone".to_owned())));
    assert!(said(&effects).iter().any(|(to, speech)| to == "hub"
        && matches!(
            speech,
            Speech::HubNote {
                note: HubNote::NotRecalled { .. },
                ..
            }
        )));
}

#[test]
fn what_still_waits_to_be_sent_is_not_sent() {
    let mut world = World::new();
    let id = world.waits_to_be_passed_on();
    let code = world.case(&id).code.clone();
    let why = format!("{code} safeguarding she can't keep herself safe");
    world.commands("sam", "hub", "reason", &why);
    let sent = world.forwards(&id);
    let waiting = sent
        .iter()
        .find(|effect| matches!(effect.act, Act::Forward { .. }))
        .expect("a referral");
    let effects = world.presses("rosa", "@rosa", Action::StopSharing(id.clone()));
    let instead = effects
        .iter()
        .find(|effect| matches!(effect.act, Act::Recall { .. }))
        .expect("a recall");
    assert_eq!(waiting.act.coalesces(), instead.act.coalesces());
    assert!(waiting.act.coalesces().is_some());
    assert!(
        matches!(world.case(&id).state, CaseState::Claimed(_)),
        "it is with whoever sent it"
    );
}

#[test]
fn who_shared_nothing_has_nothing_to_stop() {
    let mut world = World::new();
    let id = world.open_case();
    let effects = world.presses("rosa", "@rosa", Action::StopSharing(id));
    assert!(
        matches!(answer(&effects), Speech::Sharing(speech) if *speech == SharingSpeech::NothingToStop)
    );
    assert!(recalls(&effects).is_empty());
}

#[test]
fn words_are_enough_to_stop_sharing() {
    let mut world = World::new();
    let id = world.waits_to_be_passed_on();
    let of = Subject::Case(id.clone());
    world.presses("rosa", "@rosa", Action::EditField(of, Field::Consent));
    world.presses("rosa", "@rosa", Action::Consent(true));
    let effects = world.says(
        "rosa",
        "@rosa",
        "w1",
        "Please don't share my details any more",
    );
    assert!(!world.case(&id).details.shareable(), "{effects:?}");
    assert!(said(&effects).iter().any(|(_, speech)| matches!(speech, Speech::Sharing(speech) if matches!(**speech, SharingSpeech::Stopped { .. }))));
}

#[test]
fn a_need_that_is_taken_back_is_taken_back_everywhere() {
    let mut world = World::new();
    let id = world.waits_to_be_passed_on();
    world.presses("sam", "hub", Action::ForwardThin(id.clone(), council()));
    let effects = world.presses("rosa", "@rosa", Action::Withdraw(Subject::Case(id)));
    let told = recalls(&effects);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].why, RecallReason::TakenBack);
}
