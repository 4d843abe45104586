//! What a batch comes to: several writes of one row folded into the last one.

use std::collections::{BTreeMap, HashMap};

use super::types::Batch;
use crate::domain::case::Case;
use crate::domain::clock::Timestamp;
use crate::domain::concern::Concern;
use crate::domain::correction::Correction;
use crate::domain::decision::{Change, Post};
use crate::domain::dialogue::Dialogue;
use crate::domain::effect::{Act, Effect};
use crate::domain::ids::{ChannelId, ConnectorId, GroupId, Place, PostKey};
use crate::domain::matching::Match;
use crate::domain::offer::Offer;
use crate::domain::permission::Refused;
use crate::domain::referral::Referral;
use crate::domain::report::{CaseEvent, Report};
use crate::domain::settings::{Channel, Moderators};
use crate::domain::volunteer::Volunteer;

/// A row and the version that its write expects; none is expected of a new row.
pub(super) type Versioned<'b, T> = BTreeMap<&'b str, (i64, &'b T)>;

/// Two texts that name a row together.
pub(super) type Pair<'b> = (&'b str, &'b str);

/// The last write of every row of a batch.
///
/// The maps are in order, so that every process takes PostgreSQL's locks in the same one.
#[derive(Debug, Default)]
pub(super) struct Plan<'b> {
    pub(super) cases: Versioned<'b, Case>,
    pub(super) offers: Versioned<'b, Offer>,
    pub(super) matches: Versioned<'b, Match>,
    pub(super) volunteers: Versioned<'b, Volunteer>,
    pub(super) concerns: Versioned<'b, Concern>,
    pub(super) reports: BTreeMap<&'b str, &'b Report>,
    pub(super) referrals: BTreeMap<&'b str, &'b Referral>,
    /// None where the dialogue is over.
    pub(super) dialogues: BTreeMap<Pair<'b>, Option<&'b Dialogue>>,
    pub(super) channels: BTreeMap<Pair<'b>, &'b Channel>,
    pub(super) left: Vec<(&'b ConnectorId, &'b GroupId)>,
    pub(super) moved: Vec<Moved<'b>>,
    pub(super) moderators: BTreeMap<Pair<'b>, (&'b ConnectorId, &'b Moderators)>,
    pub(super) briefed: BTreeMap<Pair<'b>, (i64, Timestamp)>,
    pub(super) events: Vec<&'b CaseEvent>,
    pub(super) refused: Vec<&'b Refused>,
    pub(super) malformed: Vec<(&'b str, &'b str)>,
    /// None where it is dropped.
    pub(super) corrections: BTreeMap<&'b str, Option<&'b Correction>>,
    pub(super) effects: Vec<&'b Effect>,
}

/// A channel that lives on under another identifier.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moved<'b> {
    pub(super) connector: &'b ConnectorId,
    pub(super) from: &'b ChannelId,
    pub(super) to: &'b ChannelId,
}

impl Moved<'_> {
    /// Changes a place that is the old one. Tells whether it was.
    pub(super) fn correct(&self, place: &mut Place) -> bool {
        let old = place.connector == *self.connector && place.channel == *self.from;
        if old {
            place.channel = self.to.clone();
        }
        old
    }
}

/// Keeps the last write, and the version that the first one expects.
fn fold<'b, T>(into: &mut Versioned<'b, T>, id: &'b str, version: i64, row: &'b T) {
    into.entry(id)
        .and_modify(|(_, last)| *last = row)
        .or_insert((version - 1, row));
}

impl<'b> Plan<'b> {
    pub(super) fn of(batch: &'b Batch) -> Self {
        let mut plan = Self::default();
        for decision in &batch.decisions {
            for change in &decision.changes {
                plan.take(change);
            }
            plan.effects.extend(&decision.effects);
        }
        plan
    }

    fn take(&mut self, change: &'b Change) {
        match change {
            Change::Case(case) => fold(&mut self.cases, case.id.as_str(), case.version, case),
            Change::Offer(offer) => fold(&mut self.offers, offer.id.as_str(), offer.version, offer),
            Change::Match(found) => {
                fold(&mut self.matches, found.id.as_str(), found.version, found)
            }
            Change::Volunteer(volunteer) => {
                let id = volunteer.id.as_str();
                fold(&mut self.volunteers, id, volunteer.version, volunteer);
            }
            Change::Concern(concern) => {
                let id = concern.id.as_str();
                fold(&mut self.concerns, id, concern.version, concern);
            }
            Change::Report(report) => {
                self.reports.insert(report.id.as_str(), report);
            }
            Change::Referral(referral) => {
                self.referrals.insert(referral.id.as_str(), referral);
            }
            Change::Dialogue(dialogue) => {
                let person = &dialogue.person;
                self.dialogues.insert(
                    (person.connector.as_str(), person.id.as_str()),
                    Some(dialogue),
                );
            }
            Change::DialogueEnded((connector, person)) => {
                self.dialogues
                    .insert((connector.as_str(), person.as_str()), None);
            }
            Change::Briefed {
                person: (connector, person),
                version,
                at,
            } => {
                self.briefed
                    .insert((connector.as_str(), person.as_str()), (*version, *at));
            }
            Change::Correction(correction) => {
                self.corrections
                    .insert(correction.id.as_str(), Some(correction));
            }
            Change::CorrectionDropped(id) => {
                self.corrections.insert(id.as_str(), None);
            }
            Change::Event(event) => self.events.push(event),
            Change::Refused(refused) => self.refused.push(refused),
            Change::Counted(_) => {}
            Change::Malformed { raw, error } => self.malformed.push((raw.reveal(), error)),
            Change::Channel(_)
            | Change::ChannelMoved { .. }
            | Change::GroupLeft { .. }
            | Change::Moderators { .. } => self.take_setting(change),
        }
    }

    fn take_setting(&mut self, change: &'b Change) {
        match change {
            Change::Channel(channel) => {
                let Place {
                    connector,
                    channel: id,
                } = &channel.place;
                self.channels
                    .insert((connector.as_str(), id.as_str()), channel);
            }
            Change::ChannelMoved {
                connector,
                from,
                to,
            } => self.moved.push(Moved {
                connector,
                from,
                to,
            }),
            Change::GroupLeft { connector, group } => {
                self.channels.retain(|_, channel| {
                    channel.place.connector != *connector || channel.group != *group
                });
                self.left.push((connector, group));
            }
            Change::Moderators {
                connector,
                moderators,
            } => {
                self.moderators.insert(
                    (connector.as_str(), moderators.group.as_str()),
                    (connector, moderators),
                );
            }
            _ => {}
        }
    }
}

/// The effects to write and the posts that they begin; of several of one post the newest counts, in the first one's place.
pub(super) fn promises<'e>(effects: &[&'e Effect]) -> (Vec<(&'e Effect, bool)>, Vec<Post>) {
    let mut promises: Vec<(&Effect, bool)> = Vec::with_capacity(effects.len());
    let mut posts: BTreeMap<&PostKey, Post> = BTreeMap::new();
    let mut known: HashMap<PostKey, usize> = HashMap::new();
    for effect in effects {
        if let Act::Show(show) = &effect.act {
            posts.entry(&show.post).or_insert_with(|| Post {
                key: show.post.clone(),
                subject: show.subject.clone(),
                place: show.place.clone(),
                message: None,
            });
        }
        let earlier = effect.act.coalesces().map(|post| known.entry(post));
        match earlier {
            Some(std::collections::hash_map::Entry::Occupied(index)) => {
                let (slot, urgent) = &mut promises[*index.get()];
                *slot = effect;
                *urgent |= effect.urgent;
            }
            Some(std::collections::hash_map::Entry::Vacant(slot)) => {
                slot.insert(promises.len());
                promises.push((effect, effect.urgent));
            }
            None => promises.push((effect, effect.urgent)),
        }
    }
    (promises, posts.into_values().collect())
}
