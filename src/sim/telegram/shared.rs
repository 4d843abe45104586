//! What the HTTP side and the people's side share: the state behind one lock, and the count
//! of its changes, so that waiting needs no clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::world::World;
use crate::sim::clock::SimClock;
use crate::sim::faults::{FaultBox, Outcome};

pub(super) struct Shared {
    pub(super) token: String,
    pub(super) username: String,
    pub(super) faults: FaultBox,
    pub(super) clock: SimClock,
    pub(super) version: watch::Sender<u64>,
    world: Mutex<World>,
    planned: Mutex<Vec<(String, Outcome)>>,
    last_poll: Mutex<Option<(i64, Instant)>>,
}

impl Shared {
    pub(super) fn new(token: &str, username: &str) -> Self {
        let faults = FaultBox::new();
        Self {
            token: token.to_owned(),
            username: username.to_owned(),
            clock: SimClock::new(),
            version: watch::Sender::new(0),
            world: Mutex::new(World::new(username, faults.clone())),
            planned: Mutex::default(),
            last_poll: Mutex::default(),
            faults,
        }
    }

    /// Does something to the state and wakes whoever waits for a change.
    pub(super) fn act<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let done = self.look(act);
        self.version.send_modify(|version| *version += 1);
        done
    }

    /// Looks at the state, with the time brought up to date, and wakes nobody.
    pub(super) fn look<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        let mut world = lock(&self.world);
        world.now = self.clock.milliseconds();
        let now = world.now;
        world.queue.expire(now);
        look(&mut world)
    }

    /// What is to happen to one call: what was planned for its method, or the luck of the draw.
    pub(super) fn outcome(&self, method: &str) -> Outcome {
        let mut planned = lock(&self.planned);
        match planned
            .iter()
            .position(|(name, _)| name.eq_ignore_ascii_case(method))
        {
            Some(at) => planned.remove(at).1,
            None => self.faults.decide(),
        }
    }

    /// Plans what is to happen to the next call of a method that nothing is planned for.
    pub(super) fn plan(&self, method: &str, outcome: Outcome) {
        lock(&self.planned).push((method.to_owned(), outcome));
    }

    /// Remembers a poll and says whether the same offset was asked for just before.
    pub(super) fn polled_hastily(&self, offset: i64, at: Instant, haste: Duration) -> bool {
        let before = lock(&self.last_poll).replace((offset, at));
        before.is_some_and(|(last, then)| last == offset && at.duration_since(then) < haste)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
