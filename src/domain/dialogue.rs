//! A dialogue: the details asked step by step in private, kept on disk so that a restart loses nothing.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::details::Field;
use super::ids::Place;
use super::people::Person;
use super::report::Subject;

/// How long a dialogue waits for its next answer.
pub const DIALOGUE_LASTS: std::time::Duration = std::time::Duration::from_hours(1);

/// Where one person is in a dialogue. A person has one at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialogue {
    /// With whom.
    pub person: Person,
    /// The private chat.
    pub place: Place,
    /// The case or offer that the details belong to.
    pub subject: Subject,
    /// What is asked now.
    pub asking: Asking,
    /// When it began.
    pub at: Timestamp,
}

/// What a dialogue waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "asking", content = "field", rename_all = "snake_case")]
pub enum Asking {
    /// A field of the details.
    Field(Field),
    /// Just this field, then done: an edit from the summary.
    Only(Field),
    /// The answer to a question of the hub.
    Question,
    /// What somebody worries about.
    Worry,
}
