//! One inbound on its way through receive: read, and decided without harm to the others of its batch.

use std::borrow::Borrow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::desk::{Channels, Desk, Question};
use crate::domain::clock::Timestamp;
use crate::domain::decision::{Change, Decision, Snapshot, Wants};
use crate::domain::heard::Heard;
use crate::domain::ids::{ConnectorId, Draw, InboundKey};
use crate::domain::inbound::{Event, Inbound};
use crate::domain::private::Private;
use crate::domain::rescue::Rescue;

/// What is kept of an inbound that is set aside, in bytes.
const KEPT: usize = 16 * 1024;
const PANICKED: &str = "a fault in kith (a panic) while reading or deciding it";

/// An inbound that something may come of.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) inbound: Inbound,
    wants: Wants,
    heard: Option<Heard>,
    rescue: Option<Rescue>,
    aside: Option<String>,
}

/// Runs what must not take everything else down with it; none where it panics.
fn unharmed<T>(judge: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(judge)).ok()
}

impl Item {
    /// Reads an inbound. Gives it back as it is where nothing can come of it.
    pub(super) fn read(
        desk: &dyn Desk,
        inbound: Inbound,
        channels: &Channels,
    ) -> Result<Self, Box<Inbound>> {
        let read = unharmed(|| desk.read(&inbound, channels));
        let mut aside = read.is_none().then(|| PANICKED.to_owned());
        let heard = match read {
            Some(heard) => heard,
            None => unharmed(|| desk.read_plainly(&inbound, channels)).flatten(),
        };
        if aside.is_some() && heard.is_some() {
            // The worst words are plain enough to go on with.
            aside = None;
        }
        // Before all else, so that nothing which fails later can keep it from them.
        let rescue = unharmed(|| desk.rescue(&inbound, heard.as_ref())).flatten();
        let mut wants = Wants::default();
        if aside.is_none() {
            match unharmed(|| {
                (!desk.ignores(&inbound, heard.as_ref(), channels))
                    .then(|| desk.wants(&inbound, heard.as_ref(), channels))
            }) {
                Some(None) => return Err(Box::new(inbound)),
                Some(Some(wanted)) => wants = wanted,
                None => aside = Some(PANICKED.to_owned()),
            }
        }
        Ok(Self {
            inbound,
            wants,
            heard,
            rescue,
            aside,
        })
    }

    /// What whoever wrote it needs at once.
    pub(super) const fn rescue(&self) -> Option<&Rescue> {
        self.rescue.as_ref()
    }

    /// What makes it the same when it is handed over again.
    pub(super) fn key(&self) -> (ConnectorId, InboundKey) {
        (self.inbound.connector.clone(), self.inbound.key.clone())
    }

    /// Sets it aside: it is kept as it came and not decided.
    pub(super) fn set_aside(&mut self, why: String) {
        self.aside = Some(why);
    }

    /// Takes it back in: it was not its fault.
    pub(super) fn take_back(&mut self) {
        self.aside = None;
    }

    /// What must be loaded to decide it; nothing where it is set aside.
    pub(super) fn wants(&self) -> Option<&Wants> {
        self.aside.is_none().then_some(&self.wants)
    }

    /// What must be loaded beside, seen from what was loaded; nothing where it is set aside. A panic sets it aside.
    pub(super) fn wants_more(
        &mut self,
        desk: &dyn Desk,
        (snapshot, now): (&Snapshot, Timestamp),
    ) -> Option<Wants> {
        if self.is_aside() {
            return None;
        }
        let question = Question {
            snapshot,
            inbound: &self.inbound,
            heard: self.heard.as_ref(),
            now,
        };
        let more = unharmed(|| desk.wants_more(question));
        if more.is_none() {
            self.set_aside(PANICKED.to_owned());
        }
        more
    }

    /// Whether it was set aside.
    pub(super) const fn is_aside(&self) -> bool {
        self.aside.is_some()
    }

    /// Why it is kept as it came: it was set aside, or its connector couldn't read it.
    pub(super) fn kept_because(&self) -> Option<&str> {
        match &self.inbound.event {
            Event::Malformed { error, .. } => Some(error),
            _ => self.aside.as_deref(),
        }
    }

    /// Decides it. A panic sets it aside.
    pub(super) fn decide(&mut self, desk: &dyn Desk, question: Asked<'_>) -> Decision {
        if self.aside.is_none() {
            let mut draw = question.draw.clone();
            let asked = Question {
                snapshot: question.snapshot,
                inbound: &self.inbound,
                heard: self.heard.as_ref(),
                now: question.now,
            };
            match unharmed(|| desk.decide(asked, &mut draw)) {
                Some(decision) => return decision,
                None => self.set_aside(PANICKED.to_owned()),
            }
        }
        let mut raw = serde_json::to_string(&self.inbound).unwrap_or_default();
        raw.truncate(raw.floor_char_boundary(KEPT));
        let mut decision = self.danger_of(desk, question);
        decision.changes.push(Change::Malformed {
            raw: Private::new(raw),
            error: self.aside.clone().unwrap_or_default(),
        });
        decision
    }

    /// Of what is set aside, danger is decided all the same.
    fn danger_of(&self, desk: &dyn Desk, question: Asked<'_>) -> Decision {
        if self.rescue.is_none() {
            return Decision::nothing();
        }
        let mut draw = question.draw;
        let question = Question {
            snapshot: question.snapshot,
            inbound: &self.inbound,
            heard: self.heard.as_ref(),
            now: question.now,
        };
        unharmed(|| desk.decide_danger(question, &mut draw)).unwrap_or_default()
    }
}

/// What a decision is made from besides the item itself.
pub(super) struct Asked<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) now: Timestamp,
    pub(super) draw: Draw,
}

/// All that several want, each once.
pub(super) fn union<W: Borrow<Wants>>(all: impl IntoIterator<Item = W>) -> Wants {
    let mut union = Wants::default();
    for wants in all {
        let wants = wants.borrow();
        union.sources.extend_from_slice(&wants.sources);
        union.subjects.extend_from_slice(&wants.subjects);
        union.codes.extend_from_slice(&wants.codes);
        union.people.extend_from_slice(&wants.people);
        union.parts_of.extend_from_slice(&wants.parts_of);
        union.matches.extend_from_slice(&wants.matches);
        union.fits.extend_from_slice(&wants.fits);
        union.volunteers.extend_from_slice(&wants.volunteers);
        union.referrals.extend_from_slice(&wants.referrals);
        union.references.extend_from_slice(&wants.references);
        union.keys.extend_from_slice(&wants.keys);
        union.groups.extend_from_slice(&wants.groups);
        union.open_concerns |= wants.open_concerns;
        for question in &wants.queues {
            if !union.queues.contains(question) {
                union.queues.push(question.clone());
            }
        }
    }
    once(&mut union.sources);
    once(&mut union.subjects);
    once(&mut union.codes);
    once(&mut union.people);
    once(&mut union.parts_of);
    once(&mut union.matches);
    once(&mut union.fits);
    once(&mut union.volunteers);
    once(&mut union.referrals);
    once(&mut union.references);
    once(&mut union.keys);
    once(&mut union.groups);
    union
}

fn once<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

/// Whether a decision changes the settings of a channel.
pub(super) fn changes_channels(decision: &Decision) -> bool {
    decision.changes.iter().any(|change| {
        matches!(
            change,
            Change::Channel(_) | Change::ChannelMoved { .. } | Change::GroupLeft { .. }
        )
    })
}
