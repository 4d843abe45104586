//! The same need told again: by the same person, by somebody else for certain, or by somebody else perhaps, which a
//! card suggests with the reasons to think so. What makes two tellings one need is [`super::linkage`].

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Desk;
use super::linkage::{Told, Verdict};
use crate::domain::case::{Candidate, Case, Compared, Joined, Similar};
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::decision::{LEAST_IN_COMMON, LIKELIEST, Snapshot};
use crate::domain::heard::{Heard, Left};
use crate::domain::ids::{CaseId, ConnectorId, PersonId, ReportId};
use crate::domain::inbound::Message;
use crate::domain::people::Person;
use crate::domain::private::Private;
use crate::domain::reading::{Kind, Reading};

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

/// What a message leaves that reads as a request.
pub fn left_by_message(desk: &Desk, message: &Message, heard: &Heard) -> Left {
    if heard.reading.kind != Kind::Request {
        return Left::default();
    }
    let told = (&message.author, &message.text, &heard.reading);
    heard
        .left(|| left(desk, told, Timestamp::default()))
        .clone()
}

/// What these words of this person leave, told at this moment.
pub fn left(
    desk: &Desk,
    (author, text, reading): (&Person, &Private<String>, &Reading),
    at: Timestamp,
) -> Left {
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
    Left {
        traces,
        keys: keys.iter().map(|key| (key.hash, key.weight)).collect(),
        guarded: !reading.signals.is_empty(),
    }
}

/// Makes what a telling left what a report left of a case, in place of what the report left before.
pub fn add(desk: &Desk, left: Left, (case, report): (&mut Case, &ReportId)) {
    case.compared.retain(|compared| compared.report != *report);
    if case.compared.len() < TELLINGS {
        case.compared.push(Compared {
            report: report.clone(),
            traces: left.traces,
            guarded: left.guarded,
        });
    }
    if case.compared.len() > 1 {
        return index(desk, case);
    }
    case.keys = left.keys.into_iter().map(|(key, _)| key).collect();
    case.keys.sort_unstable();
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
        .map(|key| key.hash)
        .collect();
    case.keys = keys.into_iter().collect();
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
    let (told, found) = certain((desk, snapshot), left)?;
    // Not loaded whole, it was found only because this batch changed another one: the card asks a person.
    let case = snapshot.cases.get(found.id)?;
    if told.traces.author == left.traces.author {
        // They told it when it was part of this already.
        return Some(Known::Own(case.clone()));
    }
    let guarded = left.guarded || case.compared.iter().any(|compared| compared.guarded);
    // That somebody told of it in private is not for others to learn by telling the same.
    let told_openly = case.source.is_some();
    (told_openly && !guarded).then(|| Known::Anothers(case.clone(), why(desk, told, left)))
}

/// The case that a telling may turn out to be part of, where all of it has still to be loaded.
pub fn to_load<'s>(found: (&Desk, &'s Snapshot), left: &'s Left) -> Option<&'s CaseId> {
    let (_, likeliest) = certain(found, left)?;
    let loaded = found.1.cases.contains_key(likeliest.id);
    (!loaded).then_some(likeliest.id)
}

/// The likeliest case with the hub that it is for certain, whosever it is, and the telling that says so.
fn certain<'s>(
    (desk, snapshot): (&Desk, &'s Snapshot),
    left: &'s Left,
) -> Option<(&'s Compared, Found<'s>)> {
    candidates(snapshot, left)
        .filter(|found| found.with_hub)
        .filter_map(|found| {
            let (bits, verdict, told) = likest(desk, found.compared, left)?;
            (verdict == Verdict::Duplicate).then_some((bits, told, found))
        })
        .max_by(|(one, _, a), (other, _, b)| {
            let likelier = one.total_cmp(other);
            likelier.then_with(|| (b.at, b.id).cmp(&(a.at, a.id)))
        })
        .map(|(_, told, found)| (told, found))
}

/// The live case that the same person told before, if any.
pub fn told_before<'s>(
    (desk, snapshot): (&Desk, &'s Snapshot),
    left: &Left,
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
            || likest(desk, &case.compared, left)
                .is_some_and(|(_, verdict, _)| verdict == Verdict::Duplicate)
    };
    own.filter(same).min_by_key(|case| (case.at, &case.id))
}

/// Cases of other people that may be the same need, with the reasons.
pub fn similar((desk, snapshot): (&Desk, &Snapshot), left: &Left, author: &Person) -> Vec<Similar> {
    let mut all: Vec<(f32, &Compared, Found<'_>)> = candidates(snapshot, left)
        .filter(|found| found.with_hub)
        .filter(|found| found.resident != (&author.connector, &author.id))
        .filter_map(|found| {
            let (bits, _, told) = likest(desk, found.compared, left)?;
            (bits >= SUGGEST_FROM).then_some((bits, told, found))
        })
        .collect();
    all.sort_by(|(one, _, a), (other, _, b)| {
        let likelier = other.total_cmp(one);
        likelier.then_with(|| (a.at, a.id).cmp(&(b.at, b.id)))
    });
    all.into_iter()
        .take(SHOWN)
        .map(|(_, told, found)| Similar {
            case: found.id.clone(),
            code: found.code.clone(),
            reasons: why(desk, told, left),
        })
        .collect()
}

/// The likest telling of a case, how many bits speak for one need, and what follows.
fn likest<'c>(
    desk: &Desk,
    compared: &'c [Compared],
    left: &Left,
) -> Option<(f32, Verdict, &'c Compared)> {
    compared
        .iter()
        .map(|told| {
            let (bits, verdict) = desk.linkage.weigh(&told.traces, &left.traces);
            (bits, verdict, told)
        })
        .max_by(|(one, ..), (other, ..)| one.total_cmp(other))
}

/// Why a telling is likely to be of one need with another, as people read it.
fn why(desk: &Desk, told: &Compared, left: &Left) -> Vec<String> {
    let reasons = desk.linkage.compare(&told.traces, &left.traces).reasons();
    reasons.into_iter().take(REASONS).collect()
}

/// A live case that a telling is compared with.
#[derive(Clone, Copy)]
struct Found<'s> {
    id: &'s CaseId,
    code: &'s CaseCode,
    at: Timestamp,
    with_hub: bool,
    resident: (&'s ConnectorId, &'s PersonId),
    compared: &'s [Compared],
}

impl<'s> From<&'s Candidate> for Found<'s> {
    fn from(stored: &'s Candidate) -> Self {
        Self {
            id: &stored.id,
            code: &stored.code,
            at: stored.at,
            with_hub: stored.with_hub,
            resident: (&stored.resident.0, &stored.resident.1),
            compared: &stored.compared,
        }
    }
}

impl<'s> From<&'s Case> for Found<'s> {
    fn from(case: &'s Case) -> Self {
        Self {
            id: &case.id,
            code: &case.code,
            at: case.at,
            with_hub: case.state.is_with_hub(),
            resident: (&case.resident.connector, &case.resident.id),
            compared: &case.compared,
        }
    }
}

/// The live cases that have most in common: those that are loaded, as they are now, and those that are only compared.
fn candidates<'s>(snapshot: &'s Snapshot, left: &'s Left) -> impl Iterator<Item = Found<'s>> {
    let mut shared: BTreeMap<&CaseId, u32> = BTreeMap::new();
    for (key, weight) in &left.keys {
        for id in snapshot.keys.get(key).into_iter().flatten() {
            *shared.entry(id).or_default() += u32::from(*weight);
        }
    }
    let mut loaded: Vec<(u32, &Case)> = shared
        .into_iter()
        .filter(|(_, weight)| *weight >= LEAST_IN_COMMON.into())
        .filter_map(|(id, weight)| Some((weight, snapshot.cases.get(id)?)))
        .filter(|(_, case)| case.state.is_live())
        .collect();
    loaded.sort_by(|(one, a), (other, b)| (other, b.at, &a.id).cmp(&(one, a.at, &b.id)));
    let loaded = loaded.into_iter().take(LIKELIEST).map(|(_, case)| case);
    let stored = snapshot.candidates.get(&left.keys).into_iter().flatten();
    let stored = stored.filter(|stored| !snapshot.cases.contains_key(&stored.id));
    loaded.map(Found::from).chain(stored.map(Found::from))
}
