//! Many hands on one queue, in any order, with restarts between: what people told and who holds what, as the database
//! has it, beside a model of a few lines.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::time::Duration;

use kith::domain::action::Action;
use kith::domain::case::{Case, CaseState, Outcome};
use kith::domain::clock::Timestamp;
use kith::domain::decision::{Snapshot, Wants};
use kith::domain::ids::{
    CaseId, ChannelId, ConnectorId, Draw, GroupId, InboundKey, MessageId, MessageRef, PersonId,
    Place,
};
use kith::domain::inbound::{Event, Inbound, Message, Press, Scene};
use kith::domain::people::{Actor, Language, Person, Standing};
use kith::domain::report::Subject;
use kith::domain::settings::{Area, AskedBy, Channel, ChannelRole, Leaks, Listening};
use kith::domain::traces::Hasher;
use kith::store::{Batch, Store};
use kith::triage::Desk;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::support::Database;

static DESK: LazyLock<Desk> = LazyLock::new(|| Desk::embedded(Hasher::new(b"machine")));

/// Own needs, needs of one old lady told by several, and the same need in other words.
const TEXTS: [&str; 6] = [
    "Could anyone pick up my prescription from Boots today please? I'm stuck in, ME7 1AB",
    "My neighbour Doris at 14 Mill Lane needs her prescription collected today, can anyone help? ME7 1AB",
    "Doris at 14 Mill Lane ME7 1AB has no one to fetch her tablets from the chemist today, please can someone help her",
    "Can somebody lend me a drill this weekend please? ME4",
    "Anyone able to drive my mum to her hospital appointment on Friday please? She's at 3 Orchard Row ME4 2BB",
    "Please could someone take my mum to hospital on Friday, 3 Orchard Row ME4 2BB, she can't manage the bus",
];

/// One thing that somebody does; cases are meant by their number, in the order in which they came.
#[derive(Clone, Debug)]
enum Step {
    Tell { who: u8, text: usize },
    Confirm(usize),
    Claim { who: u8, case: usize },
    Release { who: u8, case: usize },
    Same { who: u8, case: usize, into: usize },
    Split(usize),
    Apart(usize),
    Withdraw(usize),
    Done { who: u8, case: usize },
    Reopen(usize),
    Later(u8),
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let case = || 0..6_usize;
    let who = || 0..2_u8;
    let step = prop_oneof![
        6 => (0..4_u8, 0..TEXTS.len()).prop_map(|(who, text)| Step::Tell { who, text }),
        4 => case().prop_map(Step::Confirm),
        4 => (who(), case()).prop_map(|(who, case)| Step::Claim { who, case }),
        2 => (who(), case()).prop_map(|(who, case)| Step::Release { who, case }),
        5 => (who(), case(), case()).prop_map(|(who, case, into)| Step::Same { who, case, into }),
        4 => case().prop_map(Step::Split),
        1 => case().prop_map(Step::Apart),
        1 => case().prop_map(Step::Withdraw),
        1 => (who(), case()).prop_map(|(who, case)| Step::Done { who, case }),
        1 => case().prop_map(Step::Reopen),
        1 => (1..60_u8).prop_map(Step::Later),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..28)
}

/// Where a case stands, by the model.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stands {
    Draft,
    Open,
    Held {
        by: u8,
        until: Timestamp,
    },
    Closed,
    Withdrawn,
    Merged {
        into: usize,
        before: Box<Stands>,
        told: BTreeSet<String>,
    },
}

/// A case by the model.
#[derive(Clone, Debug)]
struct Known {
    id: CaseId,
    resident: u8,
    stands: Stands,
    /// The messages that tell of it now.
    told: BTreeSet<String>,
}

struct Play<'d> {
    database: &'d Database,
    store: Store,
    channels: Vec<Channel>,
    now: Timestamp,
    events: u64,
    known: Vec<Known>,
    /// Every message that was ever told.
    messages: BTreeMap<String, u8>,
}

fn place(channel: &str) -> Place {
    Place {
        connector: ConnectorId::new("telegram"),
        channel: ChannelId::new(channel),
    }
}

fn scene(channel: &str) -> Scene {
    Scene {
        place: place(channel),
        parent: None,
        group: Some(GroupId::new(channel)),
    }
}

fn person(name: &str) -> Person {
    Person {
        connector: ConnectorId::new("telegram"),
        id: PersonId::new(name),
        name: name.into(),
        language: Language::English,
    }
}

fn neighbour(who: u8) -> String {
    format!("neighbour{who}")
}

fn staff(who: u8) -> String {
    format!("staff{who}")
}

impl<'d> Play<'d> {
    async fn new(database: &'d Database) -> Self {
        let channel = |name: &str, role| Channel {
            place: place(name),
            group: GroupId::new(name),
            role,
            listening: Listening::Ask,
            asking: AskedBy::default(),
            leaks: Leaks::default(),
            area: Area::default(),
            set_by: PersonId::new("admin"),
            set_at: Timestamp::default(),
        };
        Self {
            database,
            store: database.open().await,
            channels: vec![
                channel("street", ChannelRole::Intake),
                channel("hub", ChannelRole::Hub),
            ],
            now: Timestamp::from_millis(1_700_000_000_000),
            events: 0,
            known: Vec::new(),
            messages: BTreeMap::new(),
        }
    }

    /// One event on its way through the database, as receive takes it.
    async fn hear(&mut self, event: Event) {
        self.events += 1;
        self.now = self.now + Duration::from_mins(1);
        let inbound = Inbound {
            connector: ConnectorId::new("telegram"),
            key: InboundKey::new(self.events.to_string()),
            at: self.now,
            event,
        };
        let channels = self.channels.iter().map(|c| (c.place.clone(), c.clone()));
        let channels: std::collections::HashMap<_, _> = channels.collect();
        let heard = DESK.read(&inbound, &channels);
        if DESK.ignores(&inbound, heard.as_ref(), &channels) {
            return;
        }
        let mut transaction = self.store.begin().await.unwrap();
        let wants = DESK.wants(&inbound, heard.as_ref(), &channels);
        let mut snapshot = transaction.load(&wants).await.unwrap();
        snapshot.channels = channels;
        let more = DESK.wants_more(&snapshot, &inbound, heard.as_ref(), self.now);
        if more != Wants::default() {
            snapshot.add(transaction.load(&more).await.unwrap());
        }
        let mut draw = [0; 16];
        draw[..8].copy_from_slice(&self.events.to_be_bytes());
        let mut draw = Draw::new(draw);
        let decision = DESK.decide(&snapshot, &inbound, heard.as_ref(), self.now, &mut draw);
        let batch = Batch {
            now: self.now,
            receipts: vec![(inbound.connector, inbound.key)],
            decisions: vec![decision],
            cursors: Vec::new(),
        };
        transaction.save(&batch).await.unwrap();
        transaction.commit().await.unwrap();
    }

    async fn presses(&mut self, who: &str, channel: &str, action: Action) {
        self.hear(Event::Press(Press {
            scene: scene(channel),
            on: None,
            by: Actor {
                person: person(who),
                standing: Standing {
                    admin: false,
                    ..Standing::default()
                },
            },
            action: Some(action),
            answer: None,
        }))
        .await;
    }

    /// All that the database has of what was told.
    async fn everything(&self) -> Snapshot {
        let sources = self.messages.keys().map(|id| MessageRef {
            place: place("street"),
            message: MessageId::new(id.clone()),
        });
        let wants = Wants {
            sources: sources.collect(),
            subjects: self
                .known
                .iter()
                .map(|k| Subject::Case(k.id.clone()))
                .collect(),
            ..Wants::default()
        };
        self.store
            .begin()
            .await
            .unwrap()
            .load(&wants)
            .await
            .unwrap()
    }

    async fn step(&mut self, step: &Step) {
        let id = |play: &Self, case: usize| play.known.get(case).map(|known| known.id.clone());
        match *step {
            Step::Tell { who, text } => self.tell(who, text).await,
            Step::Confirm(case) => {
                let Some(id) = id(self, case) else { return };
                let who = neighbour(self.known[case].resident);
                self.presses(&who, "street", Action::Confirm(Subject::Case(id)))
                    .await;
                if self.known[case].stands == Stands::Draft {
                    self.known[case].stands = Stands::Open;
                }
            }
            Step::Claim { who, case } => {
                let Some(id) = id(self, case) else { return };
                self.presses(&staff(who), "hub", Action::ClaimBriefed(id))
                    .await;
                let until = self.now + kith::domain::case::CLAIM_LASTS;
                match &mut self.known[case].stands {
                    stands @ Stands::Open => *stands = Stands::Held { by: who, until },
                    Stands::Held { by, until: lease } if *by == who => *lease = until,
                    _ => {}
                }
            }
            Step::Release { who, case } => {
                let Some(id) = id(self, case) else { return };
                self.presses(&staff(who), "hub", Action::Release(id)).await;
                if matches!(self.known[case].stands, Stands::Held { by, .. } if by == who) {
                    self.known[case].stands = Stands::Open;
                }
            }
            Step::Same { who, case, into } => {
                let (Some(id), Some(other)) = (id(self, case), id(self, into)) else {
                    return;
                };
                self.presses(&staff(who), "hub", Action::Same(id, other))
                    .await;
                self.merge(case, into, who);
            }
            Step::Split(case) => {
                let Some(id) = id(self, case) else { return };
                self.presses(&staff(0), "hub", Action::Split(id)).await;
                self.part(case);
            }
            Step::Apart(case) => {
                let Some(id) = id(self, case) else { return };
                let who = neighbour(self.known[case].resident);
                self.presses(&who, "street", Action::Apart(id)).await;
                self.part(case);
            }
            Step::Withdraw(case) => {
                let Some(id) = id(self, case) else { return };
                let who = neighbour(self.known[case].resident);
                self.presses(&who, "street", Action::Withdraw(Subject::Case(id)))
                    .await;
                let goes = !matches!(self.known[case].stands, Stands::Closed | Stands::Withdrawn);
                let part = |known: &Known| matches!(known.stands, Stands::Merged { into, .. } if into == case);
                for number in 0..self.known.len() {
                    if goes && part(&self.known[number]) {
                        self.part(number);
                    }
                }
                self.part(case);
                let stands = &mut self.known[case].stands;
                if matches!(stands, Stands::Draft | Stands::Open | Stands::Held { .. }) {
                    *stands = Stands::Withdrawn;
                }
            }
            Step::Done { who, case } => {
                let Some(id) = id(self, case) else { return };
                self.presses(&staff(who), "hub", Action::Done(id, Outcome::Helped))
                    .await;
                match self.known[case].stands {
                    Stands::Held { by, .. } if by != who => {}
                    Stands::Open | Stands::Held { .. } => self.known[case].stands = Stands::Closed,
                    _ => {}
                }
            }
            Step::Reopen(case) => {
                let Some(id) = id(self, case) else { return };
                self.presses(&staff(0), "hub", Action::Reopen(id)).await;
                if self.known[case].stands == Stands::Closed {
                    self.known[case].stands = Stands::Open;
                }
            }
            Step::Later(hours) => self.now = self.now + Duration::from_hours(hours.into()),
            Step::Restart => self.store = self.database.open().await,
        }
    }

    /// Where a telling goes is kith's to say; that it goes to one live place, and stays, is checked.
    async fn tell(&mut self, who: u8, text: usize) {
        let message = format!("m{}", self.messages.len());
        self.messages.insert(message.clone(), who);
        self.hear(Event::Message(Message {
            scene: scene("street"),
            id: MessageId::new(message.clone()),
            author: person(&neighbour(who)),
            text: TEXTS[text].into(),
            reply_to: None,
            answered: None,
        }))
        .await;
        let snapshot = self.everything().await;
        let source = MessageRef {
            place: place("street"),
            message: MessageId::new(message.clone()),
        };
        let report = snapshot.report_of(&source).expect("what was told is there");
        let Subject::Case(of) = &report.subject else {
            panic!("told of {:?}", report.subject)
        };
        let of = &snapshot.cases[of];
        assert!(of.state.is_live(), "told of what is over: {:?}", of.state);
        // A case of its own, there before or not, and perhaps part of another.
        let mut all: Vec<&Case> = snapshot.cases.values().collect();
        all.sort_by_key(|case| case.at);
        for case in all {
            if self.known.iter().all(|known| known.id != case.id) {
                let into = match &case.state {
                    CaseState::Merged(merged) => Some(merged.into.clone()),
                    _ => None,
                };
                let into = into.map(|into| self.number(&into));
                let told: BTreeSet<_> = [message.clone()].into();
                let stands = into.map_or(Stands::Draft, |into| Stands::Merged {
                    into,
                    before: Box::new(Stands::Open),
                    told: told.clone(),
                });
                let own = matches!(stands, Stands::Draft);
                self.known.push(Known {
                    id: case.id.clone(),
                    resident: who,
                    stands,
                    told: if own { told } else { BTreeSet::new() },
                });
            }
        }
        // What somebody told that is part of another case has it too, and so has all between.
        let whole = self.number(&of.id);
        let mut is_own = self.known[whole].resident == who;
        for known in &mut self.known {
            let case = &snapshot.cases[&known.id];
            if let (CaseState::Merged(merged), Stands::Merged { told, .. }) =
                (&case.state, &mut known.stands)
                && merged.reports.contains(&report.id)
            {
                told.insert(message.clone());
                is_own |= known.resident == who;
            }
        }
        assert!(is_own, "told of what is another's alone");
        self.known[whole].told.insert(message);
    }

    fn number(&self, id: &CaseId) -> usize {
        self.known
            .iter()
            .position(|known| known.id == *id)
            .expect("a known case")
    }

    fn merge(&mut self, case: usize, into: usize, who: u8) {
        let with_hub = matches!(self.known[into].stands, Stands::Open | Stands::Held { .. });
        let free = match self.known[case].stands {
            Stands::Draft | Stands::Open => true,
            Stands::Held { by, .. } => by == who,
            _ => false,
        };
        if case == into || !with_hub || !free {
            return;
        }
        let told = std::mem::take(&mut self.known[case].told);
        self.known[into].told.extend(told.iter().cloned());
        let before = Box::new(self.known[case].stands.clone());
        self.known[case].stands = Stands::Merged { into, before, told };
    }

    fn part(&mut self, case: usize) {
        let Stands::Merged { into, before, told } = self.known[case].stands.clone() else {
            return;
        };
        let mut above = Some(into);
        while let Some(number) = above {
            let whole = &mut self.known[number];
            whole.told.retain(|message| !told.contains(message));
            above = match &mut whole.stands {
                Stands::Merged {
                    into, told: theirs, ..
                } => {
                    theirs.retain(|message| !told.contains(message));
                    Some(*into)
                }
                _ => None,
            };
        }
        let lapsed = matches!(*before, Stands::Held { until, .. } if until <= self.now);
        self.known[case].stands = if lapsed { Stands::Open } else { *before };
        self.known[case].told.extend(told);
    }

    async fn check(&self) -> Result<(), TestCaseError> {
        let snapshot = self.everything().await;
        prop_assert_eq!(
            snapshot.reports.len(),
            self.messages.len(),
            "every telling is there"
        );
        for (number, known) in self.known.iter().enumerate() {
            let case = &snapshot.cases[&known.id];
            let reports = snapshot.reports_of(&Subject::Case(known.id.clone()));
            let told: BTreeSet<String> = reports
                .iter()
                .filter_map(|report| Some(report.source.as_ref()?.message.to_string()))
                .collect();
            prop_assert_eq!(&told, &known.told, "what tells of case {}", number);
            prop_assert_eq!(&stands(self, case), &flat(&known.stands), "case {}", number);
            let holder = case.state.holder().map(|person| person.id.to_string());
            let held = match known.stands {
                Stands::Held { by, .. } => Some(staff(by)),
                _ => None,
            };
            prop_assert_eq!(holder, held, "who holds case {}", number);
            for joined in &case.joined {
                let part = &self.known[self.number(&joined.case)];
                prop_assert!(
                    matches!(part.stands, Stands::Merged { into, .. } if into == number),
                    "case {} has a part that is none",
                    number
                );
            }
            for compared in &case.compared {
                prop_assert!(
                    !case.state.is_live()
                        || reports.iter().any(|report| report.id == compared.report),
                    "case {} is compared by what no longer tells of it",
                    number
                );
            }
        }
        Ok(())
    }
}

/// The word for where a case stands, and what it is part of.
type Word = (&'static str, Option<usize>);

fn stands(play: &Play<'_>, case: &Case) -> Word {
    match &case.state {
        CaseState::Merged(merged) => ("merged", Some(play.number(&merged.into))),
        state => (state.name(), None),
    }
}

fn flat(stands: &Stands) -> Word {
    match stands {
        Stands::Draft => ("draft", None),
        Stands::Open => ("open", None),
        Stands::Held { .. } => ("claimed", None),
        Stands::Closed => ("closed", None),
        Stands::Withdrawn => ("withdrawn", None),
        Stands::Merged { into, .. } => ("merged", Some(*into)),
    }
}

async fn play(database: &Database, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut play = Play::new(database).await;
    for step in steps {
        play.step(step).await;
        play.check().await?;
    }
    Ok(())
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn sqlite_keeps_what_the_model_keeps() {
    let runtime = runtime();
    let played = runner(32).run(&steps(), |steps| {
        runtime.block_on(async {
            let database = Database::sqlite();
            play(&database, &steps).await
        })
    });
    played.unwrap();
}

#[test]
fn postgres_keeps_what_the_model_keeps() {
    let runtime = runtime();
    let played = runner(12).run(&steps(), |steps| {
        runtime.block_on(async {
            let Some(database) = Database::postgres().await else {
                return Ok(());
            };
            let played = play(&database, &steps).await;
            database.remove().await;
            played
        })
    });
    played.unwrap();
}
