//! How long to wait before the next try: twice as long each time, never the same for all.

use std::time::Duration;

/// Asking Telegram for the same updates within half a second gives one at a time.
const FIRST: Duration = Duration::from_millis(500);
/// The longest wait.
const MOST: Duration = Duration::from_secs(30);

/// The waits since something last went well.
#[derive(Debug, Default)]
pub(super) struct Waits {
    tries: u32,
}

impl Waits {
    /// All is well again.
    pub(super) const fn reset(&mut self) {
        self.tries = 0;
    }

    /// The next wait, at least as long as the platform asks.
    pub(super) fn next(&mut self, asked: Option<Duration>) -> Duration {
        let base = FIRST.saturating_mul(1 << self.tries.min(10)).min(MOST);
        self.tries = self.tries.saturating_add(1);
        // Many that lost the same server must not all come back at once. Without randomness they do, and that is all.
        let share = getrandom::u32().unwrap_or_default() % 1000;
        let wait = base + base.mul_f64(f64::from(share) / 2000.0);
        asked.map_or(wait, |asked| wait.max(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_limit_and_begin_again() {
        let mut waits = Waits::default();
        let mut last = Duration::ZERO;
        for _ in 0..7 {
            let wait = waits.next(None);
            assert!(wait > last && wait >= FIRST, "{wait:?} after {last:?}");
            last = wait;
        }
        for _ in 0..50 {
            last = waits.next(None);
        }
        assert!((MOST..=MOST * 3 / 2).contains(&last), "{last:?}");
        waits.reset();
        assert!(waits.next(None) < FIRST * 2);
        let asked = Duration::from_secs(90);
        assert_eq!(waits.next(Some(asked)), asked);
    }
}
