//! A small world that decisions are made in, with a case, an offer, a match and a concern in it, and strangers at its doors.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::time::Duration;

use kith::domain::action::Action;
use kith::domain::clock::Timestamp;
use kith::domain::code::CaseCode;
use kith::domain::command::Command;
use kith::domain::decision::{Change, Decision, Snapshot};
use kith::domain::details::Field;
use kith::domain::effect::Act;
use kith::domain::ids::{
    CaseId, ChannelId, ConcernId, ConnectorId, DestinationId, Draw, GroupId, InboundKey, MatchId,
    MessageId, OfferId, PersonId, Place, RoleId, VolunteerId,
};
use kith::domain::inbound::{Event, FormSent, Inbound, Issued, Message, Press, Scene};
use kith::domain::people::{Actor, Language, Person, Presence, Standing};
use kith::domain::permission::Refused;
use kith::domain::report::Subject;
use kith::domain::settings::{Area, AskedBy, Channel, ChannelRole, Leaks, Listening, Moderators};
use kith::domain::speech::{Destination, Speech};
use kith::domain::traces::Hasher;
use kith::domain::volunteer::{Deed, Step, Tier, Volunteer};
use kith::triage::Desk;

/// What Rosa needs, in her words.
pub const NEED: &str =
    "Hi all, could anyone pick up my prescription from Boots today please? I'm stuck in, ME7 1AB";
/// What Jack offers.
pub const OFFER: &str = "I can pick up prescriptions for anyone in ME7, happy to help";
/// What Ina tells.
pub const DANGER: &str = "My husband hits me and I'm scared of him, I don't know where to go";
/// Where Rosa lives.
pub const ADDRESS: &str = "12 Invented Row";
/// How she is reached.
pub const PHONE: &str = "07700 900123";
/// What must never be in the answer to somebody who may not.
pub const SECRETS: [&str; 12] = [
    "Rosa",
    "rosa",
    "Jack",
    "jack",
    "Ina",
    "ina ",
    "Boots",
    "prescription",
    "Invented",
    "07700",
    "husband",
    "scared",
];

/// Somebody who does something.
#[derive(Clone, Debug)]
pub struct Who {
    name: &'static str,
    called: String,
    standing: Standing,
}

/// Somebody with no standing at all.
pub fn person(name: &'static str) -> Who {
    Who {
        name,
        called: name.to_owned(),
        standing: Standing::default(),
    }
}

impl Who {
    /// An administrator by the platform's word.
    pub fn admin(mut self) -> Self {
        self.standing.admin = true;
        self
    }

    /// Writes in the name of a group or a channel.
    pub fn faceless(mut self) -> Self {
        self.standing.presence = Presence::Faceless;
        self
    }

    /// Is not there any more, by the platform's word.
    pub fn outside(mut self) -> Self {
        self.standing.presence = Presence::Outside;
        self
    }

    /// Shows another name.
    pub fn called(mut self, name: &str) -> Self {
        name.clone_into(&mut self.called);
        self
    }

    /// Holds a role.
    pub fn with_role(mut self, role: &str) -> Self {
        self.standing.roles.push(RoleId::new(role));
        self
    }

    fn actor(&self) -> Actor {
        Actor {
            person: Person {
                name: self.called.as_str().into(),
                ..known(self.name)
            },
            standing: self.standing.clone(),
        }
    }
}

fn connector() -> ConnectorId {
    ConnectorId::new("telegram")
}

fn place(at: &str) -> Place {
    Place {
        connector: connector(),
        channel: ChannelId::new(at),
    }
}

fn known(name: &str) -> Person {
    Person {
        connector: connector(),
        id: PersonId::new(name),
        name: name.into(),
        language: Language::English,
    }
}

/// A channel by its name, or a private chat where the name begins with @.
fn scene(at: &str) -> Scene {
    Scene {
        place: place(at),
        parent: None,
        group: (!at.starts_with('@')).then(|| GroupId::new(at)),
    }
}

/// Something that somebody does.
#[derive(Clone, Debug)]
pub enum Deeds {
    /// Presses a button.
    Press(Action),
    /// Presses what carries this text.
    Forge(String),
    /// Types a command.
    Command(&'static str, String),
    /// Sends a form.
    Form(Action, &'static str),
}

/// What there is in the world, by its identifiers; or what there is not, by the same names.
#[derive(Clone, Debug)]
pub struct Things {
    /// Rosa's case.
    pub case: CaseId,
    /// Its code.
    pub code: CaseCode,
    /// Jack's offer.
    pub offer: OfferId,
    /// Its code.
    pub offer_code: CaseCode,
    /// Rosa and Jack.
    pub found: MatchId,
    /// What Ina told.
    pub concern: ConcernId,
}

impl Things {
    /// Identifiers and codes that nobody was given.
    pub fn made_up() -> Self {
        let mut draw = Draw::new([0xab; 16]);
        Self {
            case: CaseId::new(draw.id()),
            code: draw.code(),
            offer: OfferId::new(draw.id()),
            offer_code: draw.code(),
            found: MatchId::new(draw.id()),
            concern: ConcernId::new(draw.id()),
        }
    }

    /// The case as a subject.
    pub fn of_case(&self) -> Subject {
        Subject::Case(self.case.clone())
    }

    /// The offer as a subject.
    pub fn of_offer(&self) -> Subject {
        Subject::Offer(self.offer.clone())
    }
}

/// What decides. To make it takes longer than all else, so that it is made once.
static DESK: LazyLock<Desk> = LazyLock::new(|| Desk::embedded(Hasher::new(b"test")));

/// Runs each case, and names those that fail.
pub fn each(cases: &[(&str, &dyn Fn())]) {
    let fails = |case: &&(&str, &dyn Fn())| catch_unwind(AssertUnwindSafe(case.1)).is_err();
    let failed: Vec<_> = cases.iter().filter(fails).map(|(name, _)| *name).collect();
    assert!(
        failed.is_empty(),
        "these are not as they should be: {failed:#?}"
    );
}

/// The state of the world, which every event goes through.
pub struct World {
    /// All that is known.
    pub snapshot: Snapshot,
    /// The present moment.
    pub now: Timestamp,
    events: u8,
}

impl World {
    /// A town in ME7 and another one in CT1, with nothing told yet.
    pub fn empty() -> Self {
        let mut snapshot = Snapshot {
            destinations: vec![Destination {
                id: DestinationId::new("council"),
                title: "the council hub".to_owned(),
                fields: Vec::new(),
            }],
            ..Snapshot::default()
        };
        for (name, role, area) in [
            ("street", ChannelRole::Intake, "ME7"),
            ("hub", ChannelRole::Hub, "ME7"),
            ("leads", ChannelRole::Safeguarding, "ME7"),
            ("far_street", ChannelRole::Intake, "CT1"),
            ("far_hub", ChannelRole::Hub, "CT1"),
            ("far_leads", ChannelRole::Safeguarding, "CT1"),
            ("quiet", ChannelRole::Ignored, "ME7"),
        ] {
            let channel = Channel {
                place: place(name),
                group: GroupId::new(name),
                role,
                listening: Listening::Ask,
                asking: AskedBy::Staff,
                leaks: Leaks::Told,
                area: Area::new([area.to_owned()]),
                set_by: PersonId::new("max"),
                set_at: Timestamp::default(),
            };
            snapshot.channels.insert(channel.place.clone(), channel);
        }
        let named = Moderators {
            group: GroupId::new("street"),
            roles: vec![RoleId::new("helpers")],
            people: vec![PersonId::new("mo"), PersonId::new("-100777")],
        };
        let group = (connector(), GroupId::new("street"));
        snapshot.moderators.insert(group, named);
        Self {
            snapshot,
            now: Timestamp::from_millis(1_700_000_000_000),
            events: 0,
        }
    }

    /// The same town with Rosa's case, Jack's offer, the two matched, and Ina's concern.
    pub fn lived_in() -> (Self, Things) {
        let mut world = Self::empty();
        let _ = world.says("rosa", "street", NEED);
        let case = world.snapshot.cases.keys().next().expect("a case").clone();
        let of = Subject::Case(case.clone());
        let _ = world.does(
            &person("rosa"),
            "street",
            &Deeds::Press(Action::Confirm(of)),
        );
        let told = world.snapshot.cases.get_mut(&case).expect("a case");
        told.details.set(Field::Where, Some(ADDRESS.into()));
        told.details.set(Field::Reach, Some(PHONE.into()));
        let code = told.code.clone();
        let _ = world.says("jack", "street", OFFER);
        let offer = world
            .snapshot
            .offers
            .keys()
            .next()
            .expect("an offer")
            .clone();
        let of = Subject::Offer(offer.clone());
        let _ = world.does(
            &person("jack"),
            "street",
            &Deeds::Press(Action::Confirm(of)),
        );
        let offer_code = world.snapshot.offers[&offer].code.clone();
        world.checks_jack();
        let ask = Action::AskNeighbour(case.clone(), offer.clone());
        let _ = world.does(&person("sam"), "hub", &Deeds::Press(ask));
        let found = world
            .snapshot
            .matches
            .keys()
            .next()
            .expect("a match")
            .clone();
        let _ = world.says("ina", "street", DANGER);
        let concern = world
            .snapshot
            .concerns
            .keys()
            .next()
            .expect("a concern")
            .clone();
        let things = Things {
            case,
            code,
            offer,
            offer_code,
            found,
            concern,
        };
        (world, things)
    }

    fn checks_jack(&mut self) {
        let mut volunteer = Volunteer::new(VolunteerId::new("jack"), known("jack"));
        volunteer.note(Step {
            at: self.now,
            by: known("lea"),
            deed: Deed::Checked {
                tier: Tier::Enhanced,
                until: None,
            },
        });
        self.snapshot.volunteers.insert(volunteer.key(), volunteer);
    }

    /// Lets something happen, a second later than what happened last.
    pub fn hear(&mut self, event: Event) -> Decision {
        self.events = self.events.wrapping_add(1);
        self.now = self.now + Duration::from_secs(1);
        let inbound = Inbound {
            connector: connector(),
            key: InboundKey::new(format!("{}/{}", self.now.as_millis(), self.events)),
            at: self.now,
            event,
        };
        let heard = DESK.read(&inbound, &self.snapshot.channels);
        if DESK.ignores(&inbound, heard.as_ref(), &self.snapshot.channels) {
            return Decision::nothing();
        }
        let mut seed = [self.events; 16];
        seed[..8].copy_from_slice(&self.now.as_millis().to_le_bytes());
        let mut draw = Draw::new(seed);
        let decision = DESK.decide(
            &self.snapshot,
            &inbound,
            heard.as_ref(),
            self.now,
            &mut draw,
        );
        self.snapshot.apply(&decision);
        decision
    }

    /// Somebody writes a message.
    pub fn says(&mut self, who: &str, at: &str, text: &str) -> Decision {
        self.says_as((who, who), at, text)
    }

    /// Somebody who shows this name writes a message.
    pub fn says_as(&mut self, (who, name): (&str, &str), at: &str, text: &str) -> Decision {
        let message = Message {
            scene: scene(at),
            id: MessageId::new(format!("m{}/{}", self.now.as_millis(), self.events)),
            author: Person {
                name: name.into(),
                ..known(who)
            },
            text: text.into(),
            reply_to: None,
            answered: None,
        };
        self.hear(Event::Message(message))
    }

    /// Somebody does something.
    pub fn does(&mut self, who: &Who, at: &str, what: &Deeds) -> Decision {
        let (scene, by) = (scene(at), who.actor());
        let event = match what {
            Deeds::Press(action) => Event::Press(Press {
                scene,
                on: None,
                by,
                action: Some(action.clone()),
                answer: None,
            }),
            Deeds::Forge(text) => Event::Press(Press {
                scene,
                on: None,
                by,
                action: Action::decode(text),
                answer: None,
            }),
            Deeds::Command(name, words) => Event::Command(Issued {
                scene,
                by,
                command: Command::parse(name, words),
                message: Some(MessageId::new(format!("c{}", self.now.as_millis()))),
                about: None,
                problems: Vec::new(),
                answer: None,
            }),
            Deeds::Form(action, text) => Event::Form(FormSent {
                scene,
                by,
                action: Some(action.clone()),
                fields: vec![(Field::What, (*text).into()), (Field::Reach, PHONE.into())],
                answer: None,
            }),
        };
        self.hear(event)
    }

    /// What there is, to see that nothing of it changed.
    pub fn picture(&self) -> String {
        let Snapshot {
            cases,
            offers,
            matches,
            concerns,
            reports,
            referrals,
            dialogues,
            briefed,
            volunteers,
            moderators,
            channels,
            ..
        } = &self.snapshot;
        let mut lines = Vec::new();
        lines.extend(cases.values().map(json));
        lines.extend(offers.values().map(json));
        lines.extend(matches.values().map(json));
        lines.extend(concerns.values().map(json));
        lines.extend(reports.values().map(json));
        lines.extend(referrals.values().map(json));
        lines.extend(dialogues.values().map(json));
        lines.extend(briefed.iter().map(|one| json(&one)));
        lines.extend(volunteers.values().map(json));
        lines.extend(moderators.values().map(json));
        lines.extend(channels.values().map(json));
        lines.sort();
        lines.join("\n")
    }
}

fn json(record: &impl serde::Serialize) -> String {
    serde_json::to_string(record).expect("JSON")
}

/// The one answer that was given, and that nothing else was promised.
pub fn only_answer(decision: &Decision) -> Speech {
    let [effect] = decision.effects.as_slice() else {
        panic!(
            "expected an answer and nothing else, found {:#?}",
            decision.effects
        );
    };
    match &effect.act {
        Act::Answer(answer) => answer.speech.clone(),
        other => panic!("expected an answer, found {other:?}"),
    }
}

/// What a person reads of a speech.
pub fn words(speech: &Speech) -> String {
    kith::reply::render(speech, Language::English).plain()
}

/// The one refusal that was recorded, and that nothing else was written.
pub fn only_refusal(decision: &Decision) -> Refused {
    let rows: Vec<_> = decision
        .changes
        .iter()
        .filter(|change| !matches!(change, Change::Counted(_)))
        .collect();
    match rows.as_slice() {
        [Change::Refused(refused)] => (**refused).clone(),
        other => panic!("expected a refusal and nothing else, found {other:#?}"),
    }
}

/// Has somebody do what they may not, to what is there and to what is not: both are refused in the same words, the first is
/// recorded as it was, and nothing else happens.
pub fn is_refused(
    (who, at): (&Who, &str),
    what: impl Fn(&Things) -> Deeds,
    (right, told): (&str, &str),
) {
    let (mut world, things) = World::lived_in();
    let before = world.picture();
    let decision = world.does(who, at, &what(&things));
    let said = words(&only_answer(&decision));
    assert!(said.contains(told), "expected `{told}`, found `{said}`");
    for secret in SECRETS {
        assert!(!said.contains(secret), "`{secret}` in `{said}`");
    }
    let refused = only_refusal(&decision);
    assert_eq!(refused.what, right);
    assert_eq!(refused.by, (connector(), PersonId::new(who.name)));
    assert_eq!(refused.place, place(at));
    let kept = serde_json::to_string(&refused)
        .expect("JSON")
        .replace(who.name, "");
    for secret in SECRETS {
        assert!(!kept.contains(secret), "`{secret}` in `{kept}`");
    }
    assert_eq!(world.picture(), before, "nothing changed");

    let made_up = Things::made_up();
    let (mut world, _) = World::lived_in();
    let unknown = words(&only_answer(&world.does(who, at, &what(&made_up))));
    let without_codes = |text: &str, things: &Things| {
        text.replace(&things.code.to_string(), "CODE")
            .replace(&things.offer_code.to_string(), "CODE")
    };
    assert_eq!(
        without_codes(&said, &things),
        without_codes(&unknown, &made_up),
        "what is there is answered like what is not"
    );
}
