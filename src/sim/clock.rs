//! The simulators' clock: the real time plus what a test has advanced it by.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A clock that runs with the real one and can be moved forward, so that rules about hours
/// and days can be shown without waiting.
#[derive(Debug, Default)]
pub struct SimClock {
    ahead: AtomicI64,
}

impl SimClock {
    /// A clock that shows the real time.
    pub fn new() -> Self {
        Self::default()
    }

    /// Milliseconds since the Unix epoch.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the simulators read time"
    )]
    pub fn milliseconds(&self) -> i64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        whole_milliseconds(since).saturating_add(self.ahead.load(Ordering::Relaxed))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.ahead
            .fetch_add(whole_milliseconds(by), Ordering::Relaxed);
    }
}

fn whole_milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advancing_moves_the_clock() {
        let clock = SimClock::new();
        let before = clock.milliseconds();
        clock.advance(Duration::from_hours(24));
        assert!(clock.milliseconds() - before >= 86_400_000);
    }
}
