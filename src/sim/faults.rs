//! Faults that a simulated server can be told to inject.
//!
//! Every draw comes from a small seeded generator, so that a run which found a fault can be
//! repeated with the same seed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What a simulated server is to do wrong. All probabilities are 0.0..=1.0; the default does
/// nothing wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// Where the random draws start.
    pub seed: u64,
    /// How often a call is answered with 500 or 502 without being acted on.
    pub error_rate: f64,
    /// How often a call is answered with 429 and a time to wait, without being acted on.
    pub limit_rate: f64,
    /// The longest random delay before a call is handled.
    pub delay: Duration,
    /// How often the connection is closed before the call is acted on.
    pub drop_rate: f64,
    /// How often the call is acted on and the connection closed before the answer.
    pub lose_answer_rate: f64,
    /// How often an event is delivered twice.
    pub duplicate_rate: f64,
    /// How often two neighbouring events change places.
    pub reorder_rate: f64,
}

/// What is to happen to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Act and answer.
    Proceed,
    /// Answer this HTTP status without acting.
    Fail(u16),
    /// Answer 429 with this many seconds to wait, without acting.
    Limit(u32),
    /// Close the connection without acting.
    Drop,
    /// Act, then close the connection without an answer.
    LoseAnswer,
}

/// A switchboard that servers and tests share: faults can be set while a server runs.
#[derive(Clone, Debug, Default)]
pub struct FaultBox {
    inner: Arc<Mutex<Switchboard>>,
}

#[derive(Debug, Default)]
struct Switchboard {
    faults: Faults,
    random: SplitMix,
}

impl FaultBox {
    /// A switchboard with every fault off.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces the faults and starts the draws again from their seed.
    pub fn set(&self, faults: Faults) {
        self.with(|board| {
            board.random = SplitMix::new(faults.seed);
            board.faults = faults;
        });
    }

    /// Switches every fault off.
    pub fn clear(&self) {
        self.set(Faults::default());
    }

    /// The faults that are set now.
    pub fn current(&self) -> Faults {
        self.with(|board| board.faults.clone())
    }

    /// Draws what is to happen to one call.
    pub fn decide(&self) -> Outcome {
        self.with(|board| {
            let drop = board.hits(board.faults.drop_rate);
            let error = board.hits(board.faults.error_rate);
            let limit = board.hits(board.faults.limit_rate);
            let lose = board.hits(board.faults.lose_answer_rate);
            if drop {
                Outcome::Drop
            } else if error {
                Outcome::Fail(if board.random.next().is_multiple_of(2) {
                    500
                } else {
                    502
                })
            } else if limit {
                Outcome::Limit(if board.random.next().is_multiple_of(2) {
                    1
                } else {
                    2
                })
            } else if lose {
                Outcome::LoseAnswer
            } else {
                Outcome::Proceed
            }
        })
    }

    /// Draws how long one call is to wait before it is handled; zero when no delay is set.
    pub fn delay(&self) -> Duration {
        self.with(|board| {
            let most = board.faults.delay;
            if most.is_zero() {
                most
            } else {
                most.mul_f64(board.random.fraction())
            }
        })
    }

    /// Draws whether an event is to be delivered a second time.
    pub fn duplicate(&self) -> bool {
        self.with(|board| board.hits(board.faults.duplicate_rate))
    }

    /// Draws whether an event is to change places with the one before it.
    pub fn reorder(&self) -> bool {
        self.with(|board| board.hits(board.faults.reorder_rate))
    }

    /// Swaps neighbours in `events` as often as the faults say.
    pub fn disorder<T>(&self, events: &mut [T]) {
        for second in 1..events.len() {
            if self.reorder() {
                events.swap(second - 1, second);
            }
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Switchboard) -> T) -> T {
        act(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Switchboard {
    fn hits(&mut self, rate: f64) -> bool {
        rate > 0.0 && self.random.fraction() < rate
    }
}

/// The splitmix64 generator (Steele, Lea and Flood, 2014): one word of state, good enough to
/// choose which call fails.
#[derive(Clone, Debug, Default)]
pub struct SplitMix {
    state: u64,
}

impl SplitMix {
    /// A generator that gives the same draws for the same seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    #[expect(
        clippy::should_implement_trait,
        reason = "an endless draw isn't an iteration"
    )]
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// A number that is at least 0 and less than 1.
    pub fn fraction(&mut self) -> f64 {
        let bits = u32::try_from(self.next() >> 32).unwrap_or(u32::MAX);
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix_gives_the_published_first_words() {
        let mut random = SplitMix::new(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn no_faults_by_default() {
        let faults = FaultBox::new();
        for _ in 0..1_000 {
            assert_eq!(faults.decide(), Outcome::Proceed);
            assert!(!faults.duplicate());
            assert!(!faults.reorder());
            assert!(faults.delay().is_zero());
        }
    }

    #[test]
    fn rates_are_kept_and_seeds_repeat() {
        let draw = || {
            let faults = FaultBox::new();
            faults.set(Faults {
                seed: 7,
                error_rate: 0.25,
                ..Faults::default()
            });
            (0..4_000).map(|_| faults.decide()).collect::<Vec<_>>()
        };
        let first = draw();
        let failed = first
            .iter()
            .filter(|outcome| matches!(outcome, Outcome::Fail(_)))
            .count();
        assert!(
            (800..1_200).contains(&failed),
            "expected about 1000 failures, found {failed}"
        );
        assert_eq!(first, draw());
    }

    #[test]
    fn delay_stays_below_its_limit() {
        let faults = FaultBox::new();
        faults.set(Faults {
            delay: Duration::from_millis(10),
            ..Faults::default()
        });
        assert!((0..500).all(|_| faults.delay() < Duration::from_millis(10)));
    }

    #[test]
    fn disorder_keeps_every_event() {
        let faults = FaultBox::new();
        faults.set(Faults {
            seed: 3,
            reorder_rate: 0.5,
            ..Faults::default()
        });
        let mut events: Vec<u32> = (0..100).collect();
        faults.disorder(&mut events);
        assert_ne!(events, (0..100).collect::<Vec<_>>());
        events.sort_unstable();
        assert_eq!(events, (0..100).collect::<Vec<_>>());
    }
}
