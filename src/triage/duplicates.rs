//! The same need told again. The same person telling the same thing attaches; another person's telling is only ever
//! suggested, with the reasons to think so. What makes two tellings one need is [`super::linkage`].

use std::time::Duration;

use super::Desk;
use super::linkage::{Likeness, Told, Verdict};
use super::telling::Telling;
use crate::domain::case::{Case, Similar};
use crate::domain::clock::Timestamp;
use crate::domain::decision::Snapshot;
use crate::domain::inbound::Message;
use crate::domain::people::Person;
use crate::domain::private::Private;
use crate::domain::reading::{Kind, Reading};
use crate::domain::traces::Traces;

/// How long after the first telling a second one by the same person, of the same kind of help, counts as the same.
const SAME_WITHIN: Duration = Duration::from_hours(48);
/// From so many bits on a card says that two cases may be one need: less would be on every second card.
const SUGGEST_FROM: f32 = 1.0;
/// How many similar cases a card shows.
const SHOWN: usize = 2;
/// How many reasons it gives for each.
const REASONS: usize = 4;
/// How many tellings of one case are compared with others.
const TELLINGS: usize = 8;

/// What a telling leaves to compare others with, and the keys that it is looked up by.
#[derive(Clone, Debug, Default)]
pub struct Left {
    /// What is compared.
    pub traces: Traces,
    /// Where it is found.
    pub keys: Vec<String>,
}

impl Left {
    /// What a telling leaves.
    pub fn by(desk: &Desk, telling: &Telling<'_>, now: Timestamp) -> Self {
        Self::new(desk, (telling.author, telling.text, telling.reading), now)
    }

    /// What a message leaves that reads as a request.
    pub fn by_message(desk: &Desk, message: &Message, reading: &Reading) -> Self {
        if reading.kind != Kind::Request {
            return Self::default();
        }
        let told = (&message.author, &message.text, reading);
        Self::new(desk, told, Timestamp::default())
    }

    /// What words leave that are told in private, to compare them with.
    pub fn of(desk: &Desk, told: (&Person, &Private<String>, &Reading)) -> Traces {
        Self::new(desk, told, Timestamp::default()).traces
    }

    fn new(
        desk: &Desk,
        (author, text, reading): (&Person, &Private<String>, &Reading),
        at: Timestamp,
    ) -> Self {
        let traces = desk.linkage.traces(&Told {
            text: text.reveal(),
            reading,
            senses: &desk.reader.senses(text.reveal()),
            author: Some((author.connector.as_str(), author.id.as_str())),
            handle: Some(author.name.reveal()),
            phone: None,
            postcode: None,
            at: Some(at),
        });
        let keys = desk.linkage.keys(&traces);
        Self {
            traces,
            keys: keys.iter().map(|key| key.as_i64().to_string()).collect(),
        }
    }

    /// Adds it to what a case is found by.
    pub fn add_to(self, case: &mut Case) {
        case.traces.push(self.traces);
        if case.traces.len() > TELLINGS {
            case.traces.remove(1);
        }
        case.keys.extend(self.keys);
        case.keys.sort_unstable();
        case.keys.dedup();
    }
}

/// The live case that the same person told before, if any.
pub fn told_before<'s>(
    (desk, snapshot): (&Desk, &'s Snapshot),
    left: &'s Left,
    author: &Person,
    now: Timestamp,
) -> Option<&'s Case> {
    let about = left.traces.categories.first();
    // All that a person has open is loaded whatever it has in common with this.
    let own = snapshot.cases.values().filter(|case| {
        let live = case.state.is_live();
        live && case.resident.connector == author.connector && case.resident.id == author.id
    });
    let same = |case: &&Case| {
        let soon = now.since(case.at) <= SAME_WITHIN;
        (soon && about.is_some() && case.categories.first() == about)
            || likeness(desk, case, left).is_some_and(|found| found.verdict == Verdict::Duplicate)
    };
    own.filter(same).min_by_key(|case| (case.at, &case.id))
}

/// Cases of other people that may be the same need, with the reasons.
pub fn similar((desk, snapshot): (&Desk, &Snapshot), left: &Left, author: &Person) -> Vec<Similar> {
    let mut found: Vec<(Likeness, &Case)> = candidates(snapshot, left)
        .filter(|case| case.state.is_with_hub())
        .filter(|case| case.resident.connector != author.connector || case.resident.id != author.id)
        .filter_map(|case| Some((likeness(desk, case, left)?, case)))
        .filter(|(likeness, _)| likeness.bits >= SUGGEST_FROM)
        .collect();
    found.sort_by(|(one, a), (other, b)| {
        let likelier = other.bits.total_cmp(&one.bits);
        likelier.then_with(|| (a.at, &a.id).cmp(&(b.at, &b.id)))
    });
    found.dedup_by_key(|(_, case)| case.id.clone());
    found
        .into_iter()
        .take(SHOWN)
        .map(|(likeness, case)| Similar {
            case: case.id.clone(),
            code: case.code.clone(),
            reasons: likeness.reasons().into_iter().take(REASONS).collect(),
        })
        .collect()
}

/// How alike the likest telling of a case is.
fn likeness(desk: &Desk, case: &Case, left: &Left) -> Option<Likeness> {
    case.traces
        .iter()
        .map(|traces| desk.linkage.compare(traces, &left.traces))
        .max_by(|one, other| one.bits.total_cmp(&other.bits))
}

/// Every live case that has a key in common.
fn candidates<'s>(snapshot: &'s Snapshot, left: &'s Left) -> impl Iterator<Item = &'s Case> {
    left.keys
        .iter()
        .filter_map(|key| snapshot.keys.get(key))
        .flatten()
        .filter_map(|id| snapshot.cases.get(id))
        .filter(|case| case.state.is_live())
}
