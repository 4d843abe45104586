//! Waits: how long until something is tried again, growing and never in step with others.

use std::sync::Arc;
use std::time::Duration;

/// Seconds before each further try of something said in a chat. The last one repeats.
const CHAT: [u64; 9] = [1, 2, 5, 15, 60, 300, 900, 1_800, 3_600];
/// So many tries fail before staff must look: with the waits above, half a day.
const CHAT_TRIES: i64 = 20;
/// Seconds before each further try of what cannot wait. The last one repeats.
const URGENT: [u64; 5] = [1, 2, 5, 10, 15];
/// So many tries fail before staff must look: as long as with anything else said in a chat.
const URGENT_TRIES: i64 = 2_900;
/// Seconds before each further try of handing a case over: the waits that Standard Webhooks 1.0 suggests.
const FORWARD: [u64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Milliseconds before the database is asked again. The last one repeats.
const STORE: [u64; 7] = [50, 100, 250, 500, 1_000, 2_000, 5_000];
/// Seconds before a connector is begun again. The last one repeats.
const RESTART: [u64; 6] = [1, 5, 15, 60, 180, 600];

/// How long to wait after so many failed tries; none where it is time to give up.
pub(super) fn chat(failed: i64) -> Option<Duration> {
    (failed < CHAT_TRIES).then(|| Duration::from_secs(step(&CHAT, failed)))
}

/// The same for what cannot wait: danger is tried again soon, however often it failed.
pub(super) fn urgent(failed: i64) -> Option<Duration> {
    (failed < URGENT_TRIES).then(|| Duration::from_secs(step(&URGENT, failed)))
}

/// How long to wait before each further try of handing a case over; after the last, staff must look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardWaits(Arc<[Duration]>);

impl Default for ForwardWaits {
    /// The waits that Standard Webhooks 1.0 suggests: about three days in all.
    fn default() -> Self {
        FORWARD.map(Duration::from_secs).into_iter().collect()
    }
}

impl FromIterator<Duration> for ForwardWaits {
    fn from_iter<I: IntoIterator<Item = Duration>>(waits: I) -> Self {
        Self(waits.into_iter().collect())
    }
}

impl ForwardWaits {
    /// The wait after so many failed tries; none where it is time to give up.
    pub(super) fn after(&self, failed: i64) -> Option<Duration> {
        self.0.get(usize::try_from(failed).ok()?).copied()
    }
}

fn step(steps: &[u64], failed: i64) -> u64 {
    let index = usize::try_from(failed).unwrap_or(0).min(steps.len() - 1);
    steps[index]
}

/// The wait and up to a quarter more, so that many who failed together don't come back together.
pub(super) fn jittered(wait: Duration) -> Duration {
    // Without randomness the wait is merely in step with others.
    let share = getrandom::u32().unwrap_or(0);
    wait + wait.mul_f64(f64::from(share) / f64::from(u32::MAX) / 4.0)
}

/// The growing waits of something that is tried until it works.
#[derive(Debug)]
pub(super) struct Waits {
    unit: fn(u64) -> Duration,
    steps: &'static [u64],
    failed: i64,
}

impl Waits {
    /// For the database.
    pub(super) const fn for_store() -> Self {
        Self {
            unit: Duration::from_millis,
            steps: &STORE,
            failed: 0,
        }
    }

    /// For connectors and tasks.
    pub(super) const fn for_restart() -> Self {
        Self {
            unit: Duration::from_secs,
            steps: &RESTART,
            failed: 0,
        }
    }

    /// The next wait.
    pub(super) fn next(&mut self) -> Duration {
        let wait = (self.unit)(step(self.steps, self.failed));
        self.failed = self.failed.saturating_add(1);
        jittered(wait)
    }

    /// It worked: the next wait is a short one.
    pub(super) const fn reset(&mut self) {
        self.failed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chat_is_tried_for_half_a_day_and_forwarding_for_three() {
        let chats: Duration = (0..).map_while(chat).sum();
        assert!(chats >= Duration::from_hours(12), "{chats:?}");
        assert!(chats <= Duration::from_hours(14), "{chats:?}");
        let urgent: Duration = (0..).map_while(super::urgent).sum();
        assert!(urgent >= Duration::from_hours(12), "{urgent:?}");
        assert!(urgent <= Duration::from_hours(14), "{urgent:?}");
        assert!(
            (0..)
                .map_while(super::urgent)
                .all(|wait| wait <= Duration::from_secs(15))
        );
        let waits = ForwardWaits::default();
        let forwards: Duration = (0..).map_while(|failed| waits.after(failed)).sum();
        assert!(forwards >= Duration::from_hours(72), "{forwards:?}");
        assert!(forwards <= Duration::from_hours(96), "{forwards:?}");
    }

    #[test]
    fn jitter_only_adds() {
        for _ in 0..100 {
            let wait = jittered(Duration::from_secs(8));
            assert!(wait >= Duration::from_secs(8) && wait <= Duration::from_secs(10));
        }
    }

    #[test]
    fn waits_grow_and_begin_anew() {
        let mut waits = Waits::for_store();
        let first = waits.next();
        let tenth = (0..9).map(|_| waits.next()).last().unwrap();
        assert!(tenth > first * 10);
        waits.reset();
        assert!(waits.next() < Duration::from_millis(100));
    }
}
