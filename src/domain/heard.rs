//! What an inbound says, and what it leaves to compare others with.

use std::sync::OnceLock;

use super::decision::Keys;
use super::reading::Reading;
use super::traces::Traces;

/// What a telling leaves to compare others with, and the keys that it is looked up by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// What is compared.
    pub traces: Traces,
    /// Where it is found.
    pub keys: Keys,
    /// Whether there is danger in it.
    pub guarded: bool,
}

/// What the words of an inbound say. What they leave is worked out once, when it is first asked for.
#[derive(Clone, Debug)]
pub struct Heard {
    /// What was understood of them.
    pub reading: Reading,
    left: OnceLock<Left>,
}

impl Heard {
    /// Words that were understood so.
    pub const fn new(reading: Reading) -> Self {
        Self {
            reading,
            left: OnceLock::new(),
        }
    }

    /// What they leave, made by `make` the first time.
    pub fn left(&self, make: impl FnOnce() -> Left) -> &Left {
        self.left.get_or_init(make)
    }
}
