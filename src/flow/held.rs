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
    /// Takes one in, behind those of its queue; danger before all that isn't. One that is held already, because its lease ran out
    /// while it was on its way, stays as it is.
    pub(super) fn add(&mut self, leased: Leased, since: Instant) {
        if !self.effects.insert(leased.effect.id.clone()) {
            return;
        }
        self.waiting += 1;
        let queue = self.queues.entry(leased.effect.act.queue()).or_default();
        let behind = |held: &Waiting| leased.effect.urgent && !held.leased.effect.urgent;
        let place = queue.waiting.iter().position(behind);
        let place = place.unwrap_or(queue.waiting.len());
        queue.waiting.insert(place, Waiting { leased, since });
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
        Act::Show(_) | Act::Retract { .. } | Act::Say { .. } | Act::Remove { .. } => {
            Lane::Channel(act.queue())
        }
        Act::Tell { .. } => Lane::Direct(act.queue()),
        Act::Answer(_) | Act::Forward { .. } | Act::Recall { .. } => Lane::Free,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Timestamp;
    use crate::domain::effect::{Answer, Effect};
    use crate::domain::ids::{ChannelId, ConnectorId, PersonId, Place};
    use crate::domain::people::{Language, Person};
    use crate::domain::speech::Speech;

    fn place(channel: &str) -> Place {
        Place {
            connector: ConnectorId::new("telegram"),
            channel: ChannelId::new(channel),
        }
    }

    fn say(channel: &str) -> Act {
        Act::Say {
            place: place(channel),
            reply_to: None,
            speech: Speech::Noted,
        }
    }

    fn answer(person: &str) -> Act {
        Act::Answer(Answer {
            person: Person {
                connector: ConnectorId::new("telegram"),
                id: PersonId::new(person),
                name: "Maya".into(),
                language: Language::English,
            },
            place: place("a"),
            private: false,
            message: None,
            token: None,
            speech: Speech::Noted,
        })
    }

    fn leased(id: &str, urgent: bool, promised: i64, act: Act) -> Leased {
        Leased {
            effect: Effect {
                id: EffectId::new(id),
                urgent,
                expires: None,
                act,
            },
            generation: 0,
            attempts: 0,
            promised: Timestamp::from_millis(promised),
            post: None,
        }
    }

    fn held(all: impl IntoIterator<Item = Leased>) -> Held {
        let mut held = Held::default();
        for leased in all {
            held.add(leased, Instant::now());
        }
        held
    }

    #[test]
    fn danger_goes_first_then_answers_then_the_oldest() {
        let held = held([
            leased("1", false, 10, say("old")),
            leased("2", false, 20, say("new")),
            leased("3", false, 30, answer("maya")),
            leased("4", true, 40, say("danger")),
        ]);
        assert_eq!(held.ready(), ["danger", "?maya", "old", "new"]);
    }

    #[test]
    fn danger_overtakes_its_own_queue() {
        let mut held = held([
            leased("1", false, 10, say("a")),
            leased("2", true, 20, say("a")),
            leased("3", true, 30, say("a")),
        ]);
        let order: Vec<_> = std::iter::from_fn(|| {
            let next = held.begin("a")?;
            held.land("a", &next.effect.id);
            Some(next.effect.id)
        })
        .collect();
        assert_eq!(order, ["2", "3", "1"].map(EffectId::new));
    }

    #[test]
    fn a_queue_goes_one_by_one() {
        let mut held = held([
            leased("1", false, 10, say("a")),
            leased("2", false, 20, say("a")),
            leased("3", false, 30, say("b")),
        ]);
        let first = held.begin("a").unwrap();
        assert_eq!(first.effect.id, EffectId::new("1"));
        assert_eq!(held.ready(), ["b"]);
        held.land("a", &first.effect.id);
        assert_eq!(held.ready(), ["a", "b"]);
        assert_eq!(held.waiting(), 2);
    }

    #[test]
    fn what_is_on_its_way_is_not_taken_in_again() {
        let mut held = held([leased("1", false, 10, say("a"))]);
        held.begin("a").unwrap();
        held.add(leased("1", false, 10, say("a")), Instant::now());
        assert_eq!(held.waiting(), 0);
        held.land("a", &EffectId::new("1"));
        assert!(held.ready().is_empty());
    }

    #[test]
    fn what_is_let_go_can_be_leased_again() {
        let mut held = held([
            leased("1", false, 10, say("a")),
            leased("2", false, 20, say("b")),
        ]);
        held.begin("a").unwrap();
        assert_eq!(held.let_all_go().len(), 1);
        held.add(leased("2", false, 20, say("b")), Instant::now());
        assert_eq!(held.ready(), ["b"]);
    }
}
