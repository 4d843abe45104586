//! Simulated time: it runs with the real clock and can be pushed ahead; and the ids that
//! Discord derives from time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The first millisecond of 2015, where Discord's ids begin (reference: "Snowflakes").
const DISCORD_EPOCH: u64 = 1_420_070_400_000;

/// A clock that runs by itself and can be pushed ahead.
#[derive(Debug)]
pub(super) struct Clock {
    started: Instant,
    base: u64,
    ahead: Duration,
    last_id: u64,
}

impl Clock {
    /// A clock that shows the real time.
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            base: real_milliseconds(),
            ahead: Duration::ZERO,
            last_id: 0,
        }
    }

    /// Milliseconds since 1970.
    pub(super) fn now(&self) -> u64 {
        let passed = self.started.elapsed() + self.ahead;
        self.base + u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
    }

    /// Pushes the clock ahead.
    pub(super) fn advance(&mut self, by: Duration) {
        self.ahead += by;
    }

    /// The next id: greater than every id before it.
    pub(super) fn next_id(&mut self) -> u64 {
        let from_time = self.now().saturating_sub(DISCORD_EPOCH) << 22;
        self.last_id = from_time.max(self.last_id + 1);
        self.last_id
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the simulated platform has a clock of its own, as the real one does"
)]
fn real_milliseconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}

/// A time as Discord writes it: ISO 8601 with microseconds and an offset.
pub(super) fn timestamp(milliseconds: u64) -> String {
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
    let (year, month, day) = civil_date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{rest:03}000+00:00")
}

/// Year, month and day of a day counted from 1970, in the Gregorian calendar. Years are taken
/// to begin in March, so that the leap day comes last.
fn civil_date(days: u64) -> (u64, u64, u64) {
    let since_year_zero = days + 719_468;
    let era = since_year_zero / 146_097;
    let day_of_era = since_year_zero % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{Clock, timestamp};

    #[test]
    fn writes_times_as_discord_does() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00.000000+00:00");
        assert_eq!(
            timestamp(951_782_400_123),
            "2000-02-29T00:00:00.123000+00:00"
        );
        assert_eq!(
            timestamp(1_735_689_599_999),
            "2024-12-31T23:59:59.999000+00:00"
        );
    }

    #[test]
    fn ids_only_grow() {
        let mut clock = Clock::new();
        let ids: Vec<u64> = (0..1000).map(|_| clock.next_id()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
