//! Pacing: never more than so many in any stretch of so long.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::chat::{Limit, Pace};

/// The limits that an effect is under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// None: an answer that somebody waits for, or a destination.
    Free,
    /// Those of a channel.
    Channel(String),
    /// Those of one person in private.
    Direct(String),
}

/// The moments of the last sends, as many as a limit allows.
#[derive(Debug)]
struct Window {
    limit: Limit,
    sent: VecDeque<Instant>,
}

impl Window {
    fn new(limit: Limit) -> Self {
        let limit = Limit {
            count: limit.count.max(1),
            ..limit
        };
        Self {
            limit,
            sent: VecDeque::new(),
        }
    }

    fn count(&self) -> usize {
        usize::try_from(self.limit.count).unwrap_or(usize::MAX)
    }

    /// When there is room for one more after `ahead` others that go first.
    fn free_at(&self, ahead: usize, now: Instant) -> Instant {
        let mut later = Duration::ZERO;
        let mut ahead = ahead;
        loop {
            // The send that has to be `per` old before this one may go.
            let Some(blocker) = (self.sent.len() + ahead).checked_sub(self.count()) else {
                return now + later;
            };
            if let Some(sent) = self.sent.get(blocker) {
                return (*sent + self.limit.per).max(now) + later;
            }
            // It is itself one of those ahead.
            later += self.limit.per;
            ahead = blocker - self.sent.len();
        }
    }

    fn take(&mut self, now: Instant) {
        if self.sent.len() >= self.count() {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
    }

    fn is_idle(&self, now: Instant) -> bool {
        self.sent
            .back()
            .is_none_or(|last| *last + self.limit.per <= now)
    }
}

/// What a connector has said lately.
#[derive(Debug)]
pub(super) struct Paces {
    pace: Option<Pace>,
    overall: Option<Window>,
    lanes: HashMap<String, Window>,
    /// Until when a platform wants to hear no more in a lane.
    hushed: HashMap<String, Instant>,
}

impl Paces {
    /// With a connector's limits; without any for what has none.
    pub(super) fn new(pace: Option<Pace>) -> Self {
        Self {
            pace,
            overall: pace.map(|pace| Window::new(pace.overall)),
            lanes: HashMap::new(),
            hushed: HashMap::new(),
        }
    }

    /// The platform asked for quiet in a lane.
    pub(super) fn hush(&mut self, lane: &Lane, now: Instant, quiet: Duration) {
        if let Some((name, _)) = self.limit(lane) {
            let name = name.to_owned();
            self.hushed.retain(|_, until| *until > now);
            self.hushed.insert(name, now + quiet);
        }
    }

    /// When an effect may go, after `ahead` others of its lane.
    pub(super) fn free_at(&self, lane: &Lane, ahead: usize, now: Instant) -> Instant {
        let Some((name, limit)) = self.limit(lane) else {
            return now;
        };
        let lane = self.lanes.get(name).map_or_else(
            || Window::new(limit).free_at(ahead, now),
            |window| window.free_at(ahead, now),
        );
        let overall = self
            .overall
            .as_ref()
            .map_or(now, |window| window.free_at(0, now));
        lane.max(overall).max(self.hushed_until(name, now))
    }

    /// When what cannot wait may go: kith's own pace doesn't hold it back, only what the platform asked for.
    pub(super) fn urgent_at(&self, lane: &Lane, now: Instant) -> Instant {
        self.limit(lane)
            .map_or(now, |(name, _)| self.hushed_until(name, now))
    }

    fn hushed_until(&self, name: &str, now: Instant) -> Instant {
        self.hushed.get(name).copied().unwrap_or(now).max(now)
    }

    /// One goes.
    pub(super) fn take(&mut self, lane: &Lane, now: Instant) {
        let Some((name, limit)) = self.limit(lane) else {
            return;
        };
        if !self.lanes.contains_key(name) {
            // Whoever was quiet for a whole stretch is under no limit any more.
            self.lanes.retain(|_, window| !window.is_idle(now));
            self.lanes.insert(name.to_owned(), Window::new(limit));
        }
        if let Some(window) = self.lanes.get_mut(name) {
            window.take(now);
        }
        if let Some(overall) = &mut self.overall {
            overall.take(now);
        }
    }

    fn limit<'lane>(&self, lane: &'lane Lane) -> Option<(&'lane str, Limit)> {
        let pace = self.pace?;
        match lane {
            Lane::Free => None,
            Lane::Channel(name) => Some((name, pace.channel)),
            Lane::Direct(name) => Some((name, pace.direct)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn limit(count: u32, per: u64) -> Limit {
        Limit {
            count,
            per: Duration::from_secs(per),
        }
    }

    fn paces() -> Paces {
        Paces::new(Some(Pace {
            overall: limit(5, 1),
            channel: limit(2, 10),
            direct: limit(1, 1),
        }))
    }

    fn channel(name: &str) -> Lane {
        Lane::Channel(name.to_owned())
    }

    #[test]
    fn a_channel_takes_its_share_and_then_waits() {
        let (mut paces, start) = (paces(), Instant::now());
        assert_eq!(paces.free_at(&channel("a"), 0, start), start);
        paces.take(&channel("a"), start);
        paces.take(&channel("a"), start + SECOND);
        let now = start + 2 * SECOND;
        assert_eq!(paces.free_at(&channel("a"), 0, now), start + 10 * SECOND);
        assert_eq!(paces.free_at(&channel("a"), 1, now), start + 11 * SECOND);
        assert_eq!(paces.free_at(&channel("a"), 2, now), start + 20 * SECOND);
        assert_eq!(paces.free_at(&channel("b"), 0, now), now);
    }

    #[test]
    fn danger_waits_for_the_platform_alone() {
        let (mut paces, start) = (paces(), Instant::now());
        let direct = Lane::Direct("person".to_owned());
        paces.take(&direct, start);
        assert_eq!(paces.free_at(&direct, 0, start), start + SECOND);
        assert_eq!(paces.urgent_at(&direct, start), start);
        paces.hush(&direct, start, 3 * SECOND);
        assert_eq!(paces.urgent_at(&direct, start), start + 3 * SECOND);
        let later = start + 4 * SECOND;
        assert_eq!(paces.urgent_at(&direct, later), later);
    }

    #[test]
    fn all_together_wait_for_the_whole_but_answers_do_not() {
        let (mut paces, start) = (paces(), Instant::now());
        for name in ["a", "b", "c", "d", "e"] {
            paces.take(&channel(name), start);
        }
        let direct = Lane::Direct("person".to_owned());
        assert_eq!(paces.free_at(&direct, 0, start), start + SECOND);
        assert_eq!(paces.free_at(&Lane::Free, 0, start), start);
    }

    #[test]
    fn a_platform_that_asks_for_quiet_gets_it() {
        let (mut paces, start) = (paces(), Instant::now());
        paces.hush(&channel("a"), start, 7 * SECOND);
        assert_eq!(paces.free_at(&channel("a"), 0, start), start + 7 * SECOND);
        assert_eq!(paces.free_at(&channel("b"), 0, start), start);
        assert_eq!(
            paces.free_at(&channel("a"), 0, start + 8 * SECOND),
            start + 8 * SECOND
        );
    }

    #[test]
    fn those_ahead_count_in_an_empty_window() {
        let (paces, start) = (paces(), Instant::now());
        assert_eq!(paces.free_at(&channel("a"), 1, start), start);
        assert_eq!(paces.free_at(&channel("a"), 2, start), start + 10 * SECOND);
        assert_eq!(paces.free_at(&channel("a"), 5, start), start + 20 * SECOND);
    }

    proptest! {
        /// Whoever goes when told to never has more than the limit in any stretch.
        #[test]
        fn no_stretch_holds_more_than_the_limit(count in 1..5_u32, gaps in proptest::collection::vec(0..3_000_u64, 1..40)) {
            let limit = limit(count, 2);
            let mut window = Window::new(limit);
            let mut now = Instant::now();
            let mut sent = Vec::new();
            for gap in gaps {
                now = window.free_at(0, now + Duration::from_millis(gap));
                window.take(now);
                sent.push(now);
            }
            for group in sent.windows(count as usize + 1) {
                prop_assert!(group[count as usize] - group[0] >= limit.per);
            }
        }
    }
}
