//! What a deliverer holds: leased effects in their queues, each queue one at a time and in order.

use std::collections::{HashMap, HashSet, VecDeque};

use tokio::time::Instant;

use super::pace::Lane;
use crate::domain::effect::Act;
use crate::domain::ids::EffectId;
use crate::store::Leased;

/// An effect that waits for its turn.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) leased: Leased,
    pub(super) since: Instant,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    busy: bool,
}

/// Leased effects by queue.
#[derive(Debug, Default)]
pub(super) struct Held {
    queues: HashMap<String, Queue>,
    effects: HashSet<EffectId>,
    waiting: usize,
}

impl Held {
    /// Takes one in, behind those of its queue. One that is held already, because its lease ran out
    /// while it was on its way, stays as it is.
    pub(super) fn add(&mut self, leased: Leased, since: Instant) {
        if !self.effects.insert(leased.effect.id.clone()) {
            return;
        }
        self.waiting += 1;
        let queue = self.queues.entry(leased.effect.act.queue()).or_default();
        queue.waiting.push_back(Waiting { leased, since });
    }

    /// How many wait for their turn.
    pub(super) const fn waiting(&self) -> usize {
        self.waiting
    }

    /// The queues whose first may go, in the order in which they should: danger, then answers, then the oldest.
    pub(super) fn ready(&self) -> Vec<String> {
        let mut ready: Vec<_> = self
            .queues
            .iter()
            .filter(|(_, queue)| !queue.busy)
            .filter_map(|(name, queue)| queue.waiting.front().map(|first| (rank(first), name)))
            .collect();
        ready.sort();
        ready.into_iter().map(|(_, name)| name.clone()).collect()
    }

    /// The first of a queue.
    pub(super) fn first(&self, queue: &str) -> Option<&Waiting> {
        self.queues.get(queue)?.waiting.front()
    }

    /// The first of a queue begins; the others wait until it has landed.
    pub(super) fn begin(&mut self, name: &str) -> Option<Leased> {
        let queue = self.queues.get_mut(name)?;
        let first = queue.waiting.pop_front()?;
        queue.busy = true;
        self.waiting -= 1;
        Some(first.leased)
    }

    /// What had begun in a queue has landed.
    pub(super) fn land(&mut self, name: &str, effect: &EffectId) {
        self.effects.remove(effect);
        if let Some(queue) = self.queues.get_mut(name) {
            queue.busy = false;
            if queue.waiting.is_empty() {
                self.queues.remove(name);
            }
        }
    }

    /// Lets go of all that waits in a queue.
    pub(super) fn let_go(&mut self, name: &str) -> Vec<Leased> {
        let Some(queue) = self.queues.get_mut(name) else {
            return Vec::new();
        };
        let gone: Vec<Leased> = queue.waiting.drain(..).map(|held| held.leased).collect();
        if !queue.busy {
            self.queues.remove(name);
        }
        self.waiting -= gone.len();
        for leased in &gone {
            self.effects.remove(&leased.effect.id);
        }
        gone
    }

    /// Lets go of everything that waits.
    pub(super) fn let_all_go(&mut self) -> Vec<Leased> {
        let names: Vec<String> = self.queues.keys().cloned().collect();
        names.iter().flat_map(|name| self.let_go(name)).collect()
    }
}

fn rank(waiting: &Waiting) -> (bool, bool, i64) {
    let leased = &waiting.leased;
    (
        !leased.effect.urgent,
        !matches!(leased.effect.act, Act::Answer(_)),
        leased.promised.as_millis(),
    )
}

/// The limits that an effect is under.
pub(super) fn lane(act: &Act) -> Lane {
    match act {
        Act::Show(_) | Act::Retract { .. } | Act::Say { .. } => Lane::Channel(act.queue()),
        Act::Tell { .. } => Lane::Direct(act.queue()),
        Act::Answer(_) | Act::Forward { .. } => Lane::Free,
    }
}
