//! Counts what the bot sends and says when it is too much.

use std::collections::{HashMap, VecDeque};

use super::call::ApiError;
use super::view::RateLimits;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// The times of recent sends, overall and by chat.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    limits: Option<RateLimits>,
    overall: VecDeque<i64>,
    chats: HashMap<i64, VecDeque<i64>>,
    refused: u64,
}

impl Limiter {
    /// Sets the limits, or lifts them.
    pub(super) fn set(&mut self, limits: Option<RateLimits>) {
        *self = Self {
            limits,
            refused: self.refused,
            ..Self::default()
        };
    }

    /// How many sends were refused.
    pub(super) fn refused(&self) -> u64 {
        self.refused
    }

    /// Counts a send to `chat`, or refuses it with the seconds to wait.
    pub(super) fn admit(&mut self, chat: i64, is_group: bool, now: i64) -> Result<(), ApiError> {
        let Some(limits) = self.limits else {
            return Ok(());
        };
        let recent = self.chats.entry(chat).or_default();
        let waits = [
            wait(&mut self.overall, limits.overall_a_second, SECOND, now),
            is_group
                .then(|| wait(recent, limits.group_a_minute, MINUTE, now))
                .flatten(),
            wait_in(recent, limits.chat_a_second, SECOND, now),
        ];
        if let Some(longest) = waits.into_iter().flatten().max() {
            self.refused += 1;
            return Err(ApiError::too_many((longest + SECOND - 1) / SECOND));
        }
        self.overall.push_back(now);
        recent.push_back(now);
        if !is_group && recent.len() > limits.chat_a_second.max(1) {
            recent.pop_front();
        }
        Ok(())
    }
}

/// Forgets what is older than `window`, then says how long to wait, if at all.
fn wait(sends: &mut VecDeque<i64>, most: usize, window: i64, now: i64) -> Option<i64> {
    while sends.front().is_some_and(|&at| at + window <= now) {
        sends.pop_front();
    }
    wait_in(sends, most, window, now)
}

fn wait_in(sends: &VecDeque<i64>, most: usize, window: i64, now: i64) -> Option<i64> {
    let recent = sends
        .iter()
        .rev()
        .take_while(|&&at| at + window > now)
        .count();
    let oldest_that_counts = sends.len().checked_sub(most)?;
    (recent >= most)
        .then(|| (sends.get(oldest_that_counts).copied().unwrap_or(now) + window - now).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry(result: Result<(), ApiError>) -> Option<i64> {
        result.err().map(|error| {
            let parameters = error.parameters.expect("parameters");
            parameters["retry_after"].as_i64().expect("seconds")
        })
    }

    fn limiter() -> Limiter {
        let mut limiter = Limiter::default();
        limiter.set(Some(RateLimits::default()));
        limiter
    }

    #[test]
    fn without_limits_everything_passes() {
        let mut limiter = Limiter::default();
        assert!((0..1_000).all(|_| limiter.admit(1, true, 0).is_ok()));
    }

    #[test]
    fn one_a_second_in_a_chat() {
        let mut limiter = limiter();
        assert_eq!(retry(limiter.admit(5, false, 0)), None);
        assert_eq!(retry(limiter.admit(5, false, 400)), Some(1));
        assert_eq!(retry(limiter.admit(5, false, 1_000)), None);
        assert_eq!(limiter.refused(), 1);
    }

    #[test]
    fn twenty_a_minute_in_a_group() {
        let mut limiter = limiter();
        for second in 0..20 {
            assert_eq!(retry(limiter.admit(-5, true, second * 1_000)), None);
        }
        assert_eq!(retry(limiter.admit(-5, true, 20_000)), Some(40));
        assert_eq!(
            retry(limiter.admit(-6, true, 20_000)),
            None,
            "another group is free"
        );
        assert_eq!(retry(limiter.admit(-5, true, 60_000)), None);
    }

    #[test]
    fn thirty_a_second_overall() {
        let mut limiter = limiter();
        for chat in 1..=30 {
            assert_eq!(retry(limiter.admit(chat, false, 0)), None);
        }
        assert_eq!(retry(limiter.admit(31, false, 999)), Some(1));
        assert_eq!(retry(limiter.admit(31, false, 1_000)), None);
    }
}
