//! Decisions as conversations: inbound in, effects out, the snapshot carried on, without any I/O.

mod corrections;
mod priority;

use std::collections::{BTreeMap, HashSet};

use crate::domain::action::Action;
use crate::domain::case::{CaseState, Outcome};
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::command::Command;
use crate::domain::correction::Correction;
use crate::domain::decision::{Change, Decision, Snapshot};
use crate::domain::details::Field;
use crate::domain::disclosure::LEAST_FIELDS;
use crate::domain::effect::{Act, Effect};
use crate::domain::ids::{
    CaseId, ChannelId, ConnectorId, DestinationId, Draw, GroupId, InboundKey, MessageId,
    MessageRef, PersonId, Place, ReportId,
};
use crate::domain::inbound::{
    Due, Event, Handed, Inbound, Issued, Message, Press, ReferralName, Scene, StatusNews,
};
use crate::domain::people::{Actor, Language, Person, Standing};
use crate::domain::report::{CaseEvent, Subject};
use crate::domain::settings::{Area, AskedBy, Channel, ChannelRole, Leaks, Listening};
use crate::domain::speech::{Destination, HubNote, Needed, News, Speech};
use crate::domain::traces::Hasher;

mod concerns;
mod consent;
mod disclosure;
mod leaks;
mod matches;
mod merging;
mod replies;
mod tellers;
mod vetting;
mod visits;
mod young;

use super::Desk;

const NEED: &str =
    "Hi all, could anyone pick up my prescription from Boots today please? I'm stuck in, ME7 1AB";

/// A desk and the state of the world, which every event goes through.
struct World {
    desk: Desk,
    snapshot: Snapshot,
    /// As the store keeps them.
    corrections: BTreeMap<ReportId, Correction>,
    trail: Vec<CaseEvent>,
    now: Timestamp,
    events: u8,
}

fn connector(name: &str) -> ConnectorId {
    ConnectorId::new(name)
}

fn place(name: &str) -> Place {
    Place {
        connector: connector("telegram"),
        channel: ChannelId::new(name),
    }
}

fn scene(name: &str) -> Scene {
    let private = name.starts_with('@');
    Scene {
        place: place(name),
        parent: None,
        group: (!private).then(|| GroupId::new(name)),
    }
}

fn person(name: &str) -> Person {
    Person {
        connector: connector("telegram"),
        id: PersonId::new(name),
        name: name.into(),
        language: Language::English,
    }
}

fn actor(name: &str) -> Actor {
    Actor {
        person: person(name),
        standing: Standing {
            admin: name == "admin",
            ..Standing::default()
        },
    }
}

impl World {
    fn new() -> Self {
        let mut snapshot = Snapshot {
            destinations: vec![Destination {
                id: DestinationId::new("council"),
                title: "the council hub".to_owned(),
                fields: LEAST_FIELDS.to_vec(),
            }],
            ..Snapshot::default()
        };
        for (name, role) in [
            ("street", ChannelRole::Intake),
            ("hub", ChannelRole::Hub),
            ("leads", ChannelRole::Safeguarding),
        ] {
            let channel = Channel {
                place: place(name),
                group: GroupId::new(name),
                role,
                listening: Listening::Ask,
                asking: AskedBy::Staff,
                leaks: Leaks::Told,
                area: Area::default(),
                set_by: PersonId::new("admin"),
                set_at: Timestamp::default(),
            };
            snapshot.channels.insert(channel.place.clone(), channel);
        }
        let desk = Desk::embedded(Hasher::new(b"test"));
        Self {
            desk,
            snapshot,
            corrections: BTreeMap::new(),
            trail: Vec::new(),
            now: Timestamp::from_millis(1_700_000_000_000),
            events: 0,
        }
    }

    fn hear(&mut self, event: Event) -> Vec<Effect> {
        self.events += 1;
        let inbound = Inbound {
            connector: connector("telegram"),
            key: InboundKey::new(self.events.to_string()),
            at: self.now,
            event,
        };
        self.now = self.now + std::time::Duration::from_mins(1);
        let heard = self.desk.read(&inbound, &self.snapshot.channels);
        if self
            .desk
            .ignores(&inbound, heard.as_ref(), &self.snapshot.channels)
        {
            return Vec::new();
        }
        let mut draw = Draw::new([self.events; 16]);
        let decision: Decision = self.desk.decide(
            &self.snapshot,
            &inbound,
            heard.as_ref(),
            self.now,
            &mut draw,
        );
        self.snapshot.apply(&decision);
        for change in &decision.changes {
            match change {
                Change::Case(case) => assert!(case.version > 0, "a written case has a version"),
                Change::Correction(correction) => {
                    let id = correction.id.clone();
                    self.corrections.insert(id, (**correction).clone());
                }
                Change::CorrectionDropped(id) => {
                    self.corrections.remove(id);
                }
                Change::Event(event) => self.trail.push((**event).clone()),
                _ => {}
            }
        }
        let mut sources = HashSet::new();
        for report in self.snapshot.reports.values() {
            if let Some(source) = &report.source {
                assert!(sources.insert(source), "a message has one report at most");
            }
        }
        decision.effects
    }

    fn says(&mut self, who: &str, at: &str, id: &str, text: &str) -> Vec<Effect> {
        self.hear(Event::Message(message(who, at, id, text)))
    }

    fn presses(&mut self, who: &str, at: &str, action: Action) -> Vec<Effect> {
        self.hear(Event::Press(Press {
            scene: scene(at),
            on: None,
            by: actor(who),
            action: Some(action),
            answer: None,
        }))
    }

    fn commands(&mut self, who: &str, at: &str, name: &str, words: &str) -> Vec<Effect> {
        self.hear(Event::Command(Issued {
            scene: scene(at),
            by: actor(who),
            command: Command::parse(name, words),
            message: Some(MessageId::new(format!("c{}", self.events))),
            about: None,
            problems: Vec::new(),
            answer: None,
        }))
    }

    fn case(&self, id: &CaseId) -> &crate::domain::case::Case {
        &self.snapshot.cases[id]
    }

    fn only_case(&self) -> crate::domain::case::Case {
        let mut cases = self.snapshot.cases.values();
        let case = cases.next().expect("a case").clone();
        assert!(cases.next().is_none(), "only one case");
        case
    }

    /// A need that its writer confirmed.
    fn open_case(&mut self) -> CaseId {
        self.says("rosa", "street", "1", NEED);
        let id = self.only_case().id;
        self.presses("rosa", "street", Action::Confirm(Subject::Case(id.clone())));
        id
    }

    fn claimed_case(&mut self) -> CaseId {
        let id = self.open_case();
        self.presses("sam", "hub", Action::ClaimBriefed(id.clone()));
        id
    }
}

fn message(who: &str, at: &str, id: &str, text: &str) -> Message {
    Message {
        scene: scene(at),
        id: MessageId::new(id),
        author: person(who),
        text: text.into(),
        reply_to: None,
        answered: None,
    }
}

/// What was said, and where: `street: …`, `@rosa: …`, `?sam: …` for an answer.
fn said(effects: &[Effect]) -> Vec<(String, Speech)> {
    effects
        .iter()
        .filter_map(|effect| match &effect.act {
            Act::Show(show) => Some((show.place.channel.to_string(), show.speech.clone())),
            Act::Say { place, speech, .. } => Some((place.channel.to_string(), speech.clone())),
            Act::Tell { person, speech, .. } => Some((format!("@{}", person.id), speech.clone())),
            Act::Answer(answer) => Some((format!("?{}", answer.person.id), answer.speech.clone())),
            Act::Retract { .. } | Act::Remove { .. } | Act::Forward { .. } | Act::Recall { .. } => {
                None
            }
        })
        .collect()
}

fn answer(effects: &[Effect]) -> Speech {
    let mut answers = said(effects)
        .into_iter()
        .filter(|(to, _)| to.starts_with('?'));
    let answer = answers.next().expect("an answer").1;
    assert!(answers.next().is_none(), "one answer only");
    answer
}

fn told(effects: &[Effect], who: &str) -> Vec<News> {
    said(effects)
        .into_iter()
        .filter_map(|(to, speech)| match speech {
            Speech::News { news, .. } if to == format!("@{who}") => Some(news),
            _ => None,
        })
        .collect()
}

#[test]
fn ordinary_chat_needs_no_database() {
    let mut world = World::new();
    assert!(
        world
            .says("rosa", "street", "1", "Lovely sunset tonight!")
            .is_empty()
    );
    assert!(
        world.says("rosa", "hub", "2", NEED).is_empty(),
        "kith does not read the hub"
    );
    assert!(
        world.says("rosa", "elsewhere", "3", NEED).is_empty(),
        "nor channels that nobody set up"
    );
}

#[test]
fn a_need_is_asked_about_and_passed_on_by_its_writer_alone() {
    let mut world = World::new();
    let effects = world.says("rosa", "street", "1", NEED);
    let case = world.only_case();
    let of = Subject::Case(case.id.clone());
    assert_eq!(
        said(&effects),
        [(
            "street".to_owned(),
            Speech::AskRequest {
                subject: of.clone()
            }
        )]
    );
    assert!(matches!(case.state, CaseState::Draft { .. }));

    let effects = world.presses("nosy", "street", Action::Confirm(of.clone()));
    assert_eq!(answer(&effects), Speech::OnlyTheWriter);

    let effects = world.presses("rosa", "street", Action::Confirm(of.clone()));
    let places: Vec<_> = said(&effects).into_iter().map(|(to, _)| to).collect();
    assert_eq!(places, ["hub", "street", "?rosa"]);
    assert_eq!(world.only_case().state, CaseState::Open);
    assert_eq!(world.only_case().outcode.as_deref(), Some("ME7"));

    // Pressed again: nothing more happens.
    let effects = world.presses("rosa", "street", Action::Confirm(of));
    assert_eq!(said(&effects).len(), 1);
}

#[test]
fn a_card_gives_no_words_that_may_name_somebody() {
    let mut world = World::new();
    let need = "Please could anyone drive mum Ann Hill to Leeds today?";
    world.says("rosa", "street", "1", need);
    let case = world.only_case();
    let report = world.snapshot.reports.values().next().expect("a report");
    let shown = report.reading.because.iter().filter_map(|because| {
        let span = because.span?;
        need.get(span.start..span.end)
    });
    let shown: Vec<&str> = shown.collect();
    assert!(
        shown.iter().any(|words| words.contains("Ann Hill")),
        "the name has to be among the reasons for this to prove anything: {shown:?}"
    );
    assert!(!case.reasons.is_empty());
    for name in ["ann", "hill"] {
        assert!(
            !case
                .reasons
                .iter()
                .any(|words| words.split(' ').any(|word| word == name))
        );
    }
}

#[test]
fn not_a_request_leaves_no_words_behind() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    let of = Subject::Case(world.only_case().id);
    let effects = world.presses("rosa", "street", Action::Dismiss(of));
    assert_eq!(answer(&effects), Speech::Dropped);
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect.act, Act::Retract { .. }))
    );
    assert!(
        world
            .snapshot
            .reports
            .values()
            .all(|report| report.text.is_none())
    );
}

#[test]
fn a_claim_shows_the_rules_once_and_is_told() {
    let mut world = World::new();
    let id = world.open_case();
    let effects = world.presses("sam", "hub", Action::Claim(id.clone()));
    assert!(matches!(answer(&effects), Speech::Briefing { lines, .. } if !lines.is_empty()));
    assert_eq!(world.only_case().state, CaseState::Open);

    let effects = world.presses("sam", "hub", Action::ClaimBriefed(id.clone()));
    assert!(matches!(answer(&effects), Speech::YouHaveIt(file) if file.told.words().len() == 1));
    assert_eq!(told(&effects, "rosa"), [News::Claimed]);

    let effects = world.presses("kim", "hub", Action::Claim(id.clone()));
    assert!(matches!(answer(&effects), Speech::HeldBy { name, .. } if name.reveal() == "sam"));
    let effects = world.presses("kim", "hub", Action::Release(id.clone()));
    assert!(matches!(answer(&effects), Speech::HeldBy { .. }));
    let effects = world.presses("rosa", "street", Action::Claim(id.clone()));
    assert_eq!(answer(&effects), Speech::NotForYou { who: Needed::Staff });

    let effects = world.presses("sam", "hub", Action::Release(id.clone()));
    assert_eq!(told(&effects, "rosa"), [News::Released]);
    // The rules were read: no second briefing.
    let effects = world.presses("sam", "hub", Action::Claim(id.clone()));
    assert!(matches!(answer(&effects), Speech::YouHaveIt(_)));

    let effects = world.presses("sam", "hub", Action::DoneMenu(id.clone()));
    assert!(matches!(answer(&effects), Speech::AskOutcome { .. }));
    let effects = world.presses("sam", "hub", Action::Done(id, Outcome::Helped));
    assert_eq!(
        told(&effects, "rosa"),
        [News::Closed {
            outcome: Outcome::Helped
        }]
    );
}

#[test]
fn the_private_dialogue_can_skip_go_back_and_stop() {
    let mut world = World::new();
    let id = world.open_case();
    let of = Subject::Case(id.clone());
    let asks = |effects: &[Effect]| match answer(effects) {
        Speech::AskField(ask) => ask.field,
        other => panic!("expected a question, found {other:?}"),
    };
    assert_eq!(
        asks(&world.presses("rosa", "@rosa", Action::Details(of.clone()))),
        Field::What
    );
    assert_eq!(
        asks(&world.presses("rosa", "@rosa", Action::Skip)),
        Field::Where
    );
    assert_eq!(
        asks(&world.says("rosa", "@rosa", "p1", "12 Invented Row, ME8 0BB")),
        Field::When
    );
    assert_eq!(
        asks(&world.presses("rosa", "@rosa", Action::Back)),
        Field::Where
    );
    assert_eq!(
        asks(&world.presses("rosa", "@rosa", Action::Skip)),
        Field::When
    );
    assert_eq!(
        asks(&world.says("rosa", "@rosa", "p2", "before six")),
        Field::ForWhom
    );
    assert_eq!(
        asks(&world.presses("rosa", "@rosa", Action::Skip)),
        Field::Reach
    );
    assert_eq!(
        asks(&world.says("rosa", "@rosa", "p3", "07700 900123")),
        Field::Consent
    );
    let effects = world.presses("rosa", "@rosa", Action::Consent(true));
    assert!(
        matches!(answer(&effects), Speech::DetailsSaved { details, .. } if details.shareable())
    );
    let case = world.only_case();
    assert_eq!(
        case.details.r#where.unwrap().reveal(),
        "12 Invented Row, ME8 0BB"
    );
    assert_eq!(case.outcode.as_deref(), Some("ME8"));
    assert_eq!(
        answer(&world.presses("rosa", "@rosa", Action::Skip)),
        Speech::ButtonGone
    );

    assert_eq!(
        asks(&world.presses("rosa", "@rosa", Action::EditField(of, Field::When))),
        Field::When
    );
    let effects = world.says("rosa", "@rosa", "p4", "after eight");
    assert!(matches!(answer(&effects), Speech::DetailsSaved { .. }));
    assert_eq!(
        world.only_case().details.when.unwrap().reveal(),
        "after eight"
    );
}

#[test]
fn a_need_told_only_in_private_opens_at_the_end_and_is_dropped_when_cancelled() {
    let mut world = World::new();
    world.presses("rosa", "@rosa", Action::NewRequest);
    assert!(matches!(world.only_case().state, CaseState::Draft { .. }));
    world.commands("rosa", "@rosa", "cancel", "");
    assert!(matches!(
        world.only_case().state,
        CaseState::Withdrawn { .. }
    ));

    let mut world = World::new();
    world.commands("rosa", "@rosa", "need", "");
    world.says("rosa", "@rosa", "p1", "I have run out of baby formula");
    let effects = world.presses("rosa", "@rosa", Action::Stop);
    assert!(matches!(answer(&effects), Speech::DetailsSaved { .. }));
    assert_eq!(world.only_case().state, CaseState::Open);
    assert!(said(&effects).iter().any(|(to, _)| to == "hub"));
}

#[test]
fn an_edit_reaches_the_holder_and_a_deletion_withdraws() {
    let mut world = World::new();
    let id = world.claimed_case();
    let edited = message(
        "rosa",
        "street",
        "1",
        "Could anyone collect my prescription and some milk today? ME9 7ZZ",
    );
    let effects = world.hear(Event::Edited(edited.clone()));
    let note = |effects: &[Effect]| {
        said(effects)
            .into_iter()
            .find_map(|(to, speech)| match speech {
                Speech::HubNote { note, .. } => Some((to, note)),
                _ => None,
            })
    };
    assert_eq!(note(&effects), Some(("hub".to_owned(), HubNote::Edited)));
    assert_eq!(world.only_case().outcode.as_deref(), Some("ME9"));
    assert!(
        said(&world.hear(Event::Edited(edited))).is_empty(),
        "the same edit again changes nothing"
    );

    let gone = MessageRef {
        place: place("street"),
        message: MessageId::new("1"),
    };
    let effects = world.hear(Event::Deleted {
        messages: vec![gone],
    });
    assert_eq!(note(&effects), Some(("hub".to_owned(), HubNote::Withdrawn)));
    assert!(matches!(
        world.snapshot.cases[&id].state,
        CaseState::Withdrawn { .. }
    ));
}

#[test]
fn the_same_person_again_attaches_and_what_may_be_the_same_is_suggested() {
    let mut world = World::new();
    let id = world.open_case();
    let effects = world.says(
        "rosa",
        "street",
        "2",
        "Sorry to ask again, could anyone collect my prescription today please? ME7 1AB",
    );
    assert!(
        said(&effects)
            .iter()
            .any(|(_, speech)| matches!(speech, Speech::AlreadyWithHub { .. }))
    );
    assert_eq!(world.snapshot.cases.len(), 1);

    world.says(
        "omar",
        "street",
        "3",
        "Is there anybody who can go to Boots for my neighbour, she needs her tablets today. ME7 1AB",
    );
    let other = world
        .snapshot
        .cases
        .values()
        .find(|case| case.id != id)
        .unwrap()
        .clone();
    assert_eq!(other.similar.len(), 1);
    world.presses(
        "omar",
        "street",
        Action::Confirm(Subject::Case(other.id.clone())),
    );
    let effects = world.presses("sam", "hub", Action::Same(other.id.clone(), id.clone()));
    assert!(matches!(told(&effects, "omar").as_slice(), [News::Joined]));
    assert!(matches!(
        world.snapshot.cases[&other.id].state,
        CaseState::Merged { .. }
    ));

    let effects = world.presses("sam", "hub", Action::ClaimBriefed(id));
    assert_eq!(told(&effects, "rosa"), [News::Claimed]);
    assert_eq!(
        told(&effects, "omar"),
        [News::Claimed],
        "both go on hearing about their need"
    );
}

#[test]
fn a_forwarded_case_hears_back() {
    let mut world = World::new();
    let id = world.claimed_case();
    let effects = world.presses("sam", "hub", Action::ForwardMenu(id.clone()));
    assert!(matches!(answer(&effects), Speech::Forwarding { .. }));
    let Some(Act::Forward { notice, .. }) = effects
        .iter()
        .map(|effect| &effect.act)
        .find(|act| matches!(act, Act::Forward { .. }))
    else {
        panic!("nothing was forwarded")
    };
    assert_eq!(notice.ground, None);
    let handed = Handed {
        referral: notice.referral.clone(),
        recall: false,
        effect: effects[0].id.clone(),
        answer: Ok(Some("C-17".to_owned())),
    };
    let effects = world.hear(Event::Handed(handed));
    assert!(
        matches!(told(&effects, "rosa").as_slice(), [News::Forwarded { reference: Some(r), .. }] if r == "C-17")
    );

    let status = |about, status: &str, outcome| {
        let (destination, status) = (DestinationId::new("council"), status.to_owned());
        Event::Status(StatusNews {
            destination,
            about,
            status,
            outcome,
        })
    };
    let theirs = || ReferralName::Theirs("C-17".to_owned());
    let effects = world.hear(status(theirs(), "visit booked", None));
    assert!(matches!(
        told(&effects, "rosa").as_slice(),
        [News::Status { .. }]
    ));
    let effects = world.hear(status(theirs(), "done", Some(Outcome::Helped)));
    assert_eq!(
        told(&effects, "rosa"),
        [News::Closed {
            outcome: Outcome::Helped
        }]
    );
    assert!(matches!(
        world.snapshot.cases[&id].state,
        CaseState::Closed { .. }
    ));
}

#[test]
fn a_refused_referral_comes_back_to_its_sender() {
    let mut world = World::new();
    let id = world.claimed_case();
    world.presses("sam", "hub", Action::ForwardMenu(id.clone()));
    let referral = world.snapshot.referrals.keys().next().unwrap().clone();
    let effect = crate::domain::ids::EffectId::new("e");
    let effects = world.hear(Event::Handed(Handed {
        referral,
        effect,
        recall: false,
        answer: Err("410 Gone".to_owned()),
    }));
    assert!(said(&effects).iter().any(|(to, speech)| {
        to == "hub"
            && matches!(
                speech,
                Speech::HubNote {
                    note: HubNote::Refused { .. },
                    ..
                }
            )
    }));
    assert!(
        matches!(&world.snapshot.cases[&id].state, CaseState::Claimed(claim) if claim.by == person("sam"))
    );
}

#[test]
fn danger_gets_numbers_in_private_and_a_concern_for_leads_alone() {
    let mut world = World::new();
    let effects = world.says(
        "ina",
        "street",
        "1",
        "I can't go on any more, I want to end my life tonight",
    );
    let said = said(&effects);
    assert!(said.iter().any(|(to, speech)| to == "@ina"
        && matches!(speech, Speech::Numbers(numbers) if !numbers.numbers.is_empty())));
    assert!(
        said.iter()
            .any(|(to, speech)| to == "leads" && matches!(speech, Speech::ConcernCard(_)))
    );
    assert!(
        said.iter().all(|(to, _)| to != "street" && to != "hub"),
        "nothing in public: {said:?}"
    );
    assert!(
        effects.iter().all(|effect| effect.urgent),
        "before all that waits"
    );
    let id = world.snapshot.concerns.keys().next().unwrap().clone();
    let effects = world.presses("sam", "hub", Action::Acknowledge(id.clone()));
    assert_eq!(answer(&effects), Speech::NotForYou { who: Needed::Lead });
    let effects = world.presses("lea", "leads", Action::Acknowledge(id));
    assert_eq!(answer(&effects), Speech::Noted);
}

#[test]
fn a_request_that_is_edited_into_danger_stays_one_and_the_leads_hear_of_it() {
    let mut world = World::new();
    let id = world.open_case();
    let danger = "I can't go on any more, I want to end my life tonight";
    let effects = world.hear(Event::Edited(message("rosa", "street", "1", danger)));
    let said = said(&effects);
    assert!(said.iter().any(|(to, _)| to == "leads"), "{said:?}");
    assert!(said.iter().any(|(to, _)| to == "@rosa"), "{said:?}");
    assert_eq!(world.only_case().state, CaseState::Open);
    assert_eq!(world.snapshot.reports_of(&Subject::Case(id)).len(), 1);
}

#[test]
fn only_moderators_set_up_and_a_new_hub_sees_what_waits() {
    let mut world = World::new();
    world.snapshot.channels.remove(&place("hub"));
    world.open_case();
    let effects = world.commands("rosa", "hub", "kith", "setup hub ME7");
    assert_eq!(
        answer(&effects),
        Speech::NotForYou {
            who: Needed::Moderator
        }
    );
    let effects = world.commands("admin", "hub", "kith", "setup hub ME7");
    assert!(matches!(
        answer(&effects),
        Speech::SetupPanel {
            channel: Some(_),
            ..
        }
    ));
    assert!(
        said(&effects)
            .iter()
            .any(|(to, speech)| to == "hub" && matches!(speech, Speech::Card(_)))
    );
}

#[test]
fn a_code_tells_a_stranger_nothing() {
    let mut world = World::new();
    world.open_case();
    let code = world.only_case().code;
    let effects = world.commands("nosy", "@nosy", "cancel", &code.to_string());
    assert_eq!(answer(&effects), Speech::NoSuchCode { code: code.clone() });
    let unknown: CaseCode = Draw::new([9; 16]).code();
    let effects = world.commands("nosy", "@nosy", "cancel", &unknown.to_string());
    assert_eq!(answer(&effects), Speech::NoSuchCode { code: unknown });
    let effects = world.commands("rosa", "@rosa", "cancel", &code.to_string());
    assert_eq!(answer(&effects), Speech::TakenBack { code });
}

#[test]
fn sorted_asks_whether_to_close() {
    let mut world = World::new();
    world.open_case();
    let effects = world.says("rosa", "street", "2", "All sorted now, thanks everyone!");
    assert!(
        matches!(said(&effects).as_slice(), [(to, Speech::AskResolved { .. })] if to == "street")
    );
}

#[test]
fn a_question_is_answered_in_private() {
    let mut world = World::new();
    let id = world.claimed_case();
    let code = world.only_case().code;
    let effects = world.commands("sam", "hub", "ask", &format!("{code} which chemist is it?"));
    assert!(matches!(
        told(&effects, "rosa").as_slice(),
        [News::Question { .. }]
    ));
    let effects = world.says("rosa", "@rosa", "p1", "the one by the station");
    assert!(matches!(answer(&effects), Speech::AnswerPassedOn { .. }));
    let case = &world.snapshot.cases[&id];
    assert_eq!(case.details.answers.len(), 1);
    assert!(case.question.is_none());
}

#[test]
fn time_lapses_drafts_and_claims() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    let id = world.only_case().id;
    assert!(
        world
            .hear(Event::Due(Due::Case { id: id.clone() }))
            .is_empty(),
        "not yet"
    );
    world.now = world.now + crate::domain::case::DRAFT_LASTS;
    let effects = world.hear(Event::Due(Due::Case { id }));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect.act, Act::Retract { .. }))
    );
    assert!(matches!(world.only_case().state, CaseState::Expired { .. }));

    let mut world = World::new();
    let id = world.claimed_case();
    world.now = world.now + crate::domain::case::CLAIM_LASTS;
    let effects = world.hear(Event::Due(Due::Case { id }));
    assert_eq!(world.only_case().state, CaseState::Open);
    assert_eq!(told(&effects, "rosa"), [News::Released]);
}

#[test]
fn logging_anothers_message_asks_its_writer() {
    let mut world = World::new();
    let about = message(
        "rosa",
        "street",
        "1",
        "no milk no bread and the baby has a cough so I can't go out",
    );
    let effects = world.hear(Event::Command(Issued {
        scene: scene("street"),
        by: actor("omar"),
        command: Ok(Command::Need {
            text: Some(about.text.clone()),
        }),
        message: None,
        about: Some(Box::new(about)),
        problems: Vec::new(),
        answer: None,
    }));
    assert_eq!(world.only_case().resident, person("rosa"));
    assert!(matches!(world.only_case().state, CaseState::Draft { .. }));
    assert_eq!(said(&effects).len(), 2);
}
