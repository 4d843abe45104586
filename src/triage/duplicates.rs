//! The same need told again: by the same person, by somebody else for certain, or by somebody else perhaps, which a
//! card suggests with the reasons to think so. What makes two tellings one need is [`super::linkage`].

use std::collections::BTreeSet;
use std::time::Duration;

use super::Desk;
use super::linkage::{Key, Likeness, Told, Verdict};
use super::telling::Telling;
use crate::domain::case::{Case, Compared, Joined, Similar};
use crate::domain::clock::Timestamp;
use crate::domain::decision::{Keys, Snapshot};
use crate::domain::ids::{CaseId, ReportId};
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
/// How many tellings of one case are compared with others, those of cases that are part of it aside.
const TELLINGS: usize = 8;

/// What a telling leaves to compare others with, and the keys that it is looked up by.
#[derive(Clone, Debug, Default)]
pub struct Left {
    /// What is compared.
    pub traces: Traces,
    /// Where it is found.
    pub keys: Keys,
    /// Whether there is danger in it.
    pub guarded: bool,
}

impl Left {
    /// What a telling leaves.
    pub fn by(desk: &Desk, telling: &Telling<'_>, now: Timestamp) -> Self {
        Self::new(desk, (telling.author, telling.text, telling.reading), now)
    }

    /// What a message leaves that reads as a request.
    pub fn by_message(
        desk: &Desk,
        (message, at): (&Message, Timestamp),
        reading: &Reading,
    ) -> Self {
        if reading.kind != Kind::Request {
            return Self::default();
        }
        Self::new(desk, (&message.author, &message.text, reading), at)
    }

    /// What words leave that are told in private, to compare them with.
    pub fn of(desk: &Desk, told: (&Person, &Private<String>, &Reading)) -> Traces {
        Self::new(desk, told, Timestamp::default()).traces
    }

    /// What these words of this person leave.
    pub fn new(
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
            keys: keys.iter().map(|key| (spelled(key), key.weight)).collect(),
            guarded: !reading.signals.is_empty(),
        }
    }

    /// Makes it what a report left of a case, in place of what the report left before.
    pub fn add_to(self, desk: &Desk, case: &mut Case, report: &ReportId) {
        case.compared.retain(|compared| compared.report != *report);
        if case.compared.len() < TELLINGS {
            case.compared.push(Compared {
                report: report.clone(),
                traces: self.traces,
                guarded: self.guarded,
            });
        }
        if case.compared.len() > 1 {
            return index(desk, case);
        }
        case.keys = self.keys.into_iter().map(|(key, _)| key).collect();
        case.keys.sort_unstable();
    }
}

/// Nothing is compared any more with what a report left.
pub fn forget(desk: &Desk, case: &mut Case, report: &ReportId) {
    case.compared.retain(|compared| compared.report != *report);
    index(desk, case);
}

/// A case becomes part of another one.
pub fn join(desk: &Desk, into: &mut Case, case: &Case) {
    into.compared.extend(case.compared.iter().cloned());
    into.joined.push(Joined {
        case: case.id.clone(),
        code: case.code.clone(),
    });
    index(desk, into);
}

/// A case is no longer part of another one, which has these reports no more.
pub fn part(desk: &Desk, into: &mut Case, (case, reports): (&CaseId, &[ReportId])) {
    into.compared
        .retain(|compared| !reports.contains(&compared.report));
    into.joined.retain(|joined| joined.case != *case);
    index(desk, into);
}

/// A case is found by what each of its tellings is found by.
fn index(desk: &Desk, case: &mut Case) {
    let keys: BTreeSet<_> = case
        .compared
        .iter()
        .flat_map(|compared| desk.linkage.keys(&compared.traces))
        .map(|key| spelled(&key))
        .collect();
    case.keys = keys.into_iter().collect();
}

/// A key as it is stored.
fn spelled(key: &Key) -> String {
    key.hash.as_i64().to_string()
}

/// What is known already of what somebody tells.
pub enum Known {
    /// They told it before.
    Own(Case),
    /// Somebody else told it; with the reasons.
    Anothers(Case, Vec<String>),
}

/// What is known already, for certain, of what somebody tells.
pub fn known(
    (desk, snapshot): (&Desk, &Snapshot),
    left: &Left,
    author: &Person,
    now: Timestamp,
) -> Option<Known> {
    if let Some(case) = told_before((desk, snapshot), left, author, now) {
        return Some(Known::Own(case.clone()));
    }
    let certain = candidates(snapshot, left)
        .filter(|case| case.state.is_with_hub())
        .filter_map(|case| Some((likest(desk, case, left)?, case)))
        .filter(|((likeness, _), _)| likeness.verdict == Verdict::Duplicate);
    let ((likeness, telling), case) = certain.max_by(|((one, _), a), ((other, _), b)| {
        let likelier = one.bits.total_cmp(&other.bits);
        likelier.then_with(|| (b.at, &b.id).cmp(&(a.at, &a.id)))
    })?;
    if telling.traces.author == left.traces.author {
        // They told it when it was part of this already.
        return Some(Known::Own(case.clone()));
    }
    let guarded = left.guarded || case.compared.iter().any(|compared| compared.guarded);
    // That somebody told of it in private is not for others to learn by telling the same.
    let told_openly = case.source.is_some();
    (told_openly && !guarded).then(|| Known::Anothers(case.clone(), said(&likeness)))
}

fn said(likeness: &Likeness) -> Vec<String> {
    likeness.reasons().into_iter().take(REASONS).collect()
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
            || likest(desk, case, left)
                .is_some_and(|(likeness, _)| likeness.verdict == Verdict::Duplicate)
    };
    own.filter(same).min_by_key(|case| (case.at, &case.id))
}

/// Cases of other people that may be the same need, with the reasons.
pub fn similar((desk, snapshot): (&Desk, &Snapshot), left: &Left, author: &Person) -> Vec<Similar> {
    let mut found: Vec<(Likeness, &Case)> = candidates(snapshot, left)
        .filter(|case| case.state.is_with_hub())
        .filter(|case| case.resident.connector != author.connector || case.resident.id != author.id)
        .filter_map(|case| Some((likest(desk, case, left)?.0, case)))
        .filter(|(likeness, _)| likeness.bits >= SUGGEST_FROM)
        .collect();
    found.sort_by(|(one, a), (other, b)| {
        let likelier = other.bits.total_cmp(&one.bits);
        likelier.then_with(|| (a.at, &a.id).cmp(&(b.at, &b.id)))
    });
    found
        .into_iter()
        .take(SHOWN)
        .map(|(likeness, case)| Similar {
            case: case.id.clone(),
            code: case.code.clone(),
            reasons: said(&likeness),
        })
        .collect()
}

/// The likest telling of a case, and how alike it is.
fn likest<'c>(desk: &Desk, case: &'c Case, left: &Left) -> Option<(Likeness, &'c Compared)> {
    case.compared
        .iter()
        .map(|told| (desk.linkage.compare(&told.traces, &left.traces), told))
        .max_by(|(one, _), (other, _)| one.bits.total_cmp(&other.bits))
}

/// Every live case that has a key in common, once.
fn candidates<'s>(snapshot: &'s Snapshot, left: &Left) -> impl Iterator<Item = &'s Case> {
    let found: BTreeSet<&CaseId> = left
        .keys
        .iter()
        .filter_map(|(key, _)| snapshot.keys.get(key))
        .flatten()
        .collect();
    found
        .into_iter()
        .filter_map(|id| snapshot.cases.get(id))
        .filter(|case| case.state.is_live())
}
