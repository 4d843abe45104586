//! What people do and see: the side of the simulated Discord that tests and the demo play.

mod chat;
mod members;
mod press;
mod seen;
mod slash;
mod town;
mod transcript;
mod waiting;

pub use press::InteractionHandle;
pub use seen::{SeenAnswer, SeenButton, SeenField, SeenMessage, SeenModal};
pub use transcript::{Happening, What};
pub use waiting::TimedOut;

/// Somebody tried something that Discord's own window would not let them do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}; found {found}")]
pub struct Impossible {
    /// What has to be there for it to work.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Impossible {
    fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            found: found.into(),
        }
    }
}
