//! A concern: a safeguarding matter, seen only by leads.

use serde::{Deserialize, Serialize};

use super::case::TransitionError;
use super::clock::Timestamp;
use super::code::CaseCode;
use super::ids::{ConcernId, MessageRef, Place};
use super::people::Person;
use super::private::Private;
use super::reading::Signal;
use super::settings::Area;

/// Where a concern stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConcernState {
    /// Nobody has taken it yet.
    Raised,
    /// A lead has taken it.
    Acknowledged {
        /// The lead.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// A lead has dealt with it.
    Closed {
        /// The lead.
        by: Person,
        /// When.
        at: Timestamp,
    },
}

impl ConcernState {
    /// The word for the state, as stored in the `state` column.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Closed { .. } => "closed",
        }
    }

    /// A lead takes it.
    pub fn acknowledge(self, by: Person, at: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Raised => Ok(Self::Acknowledged { by, at }),
            other => Err(TransitionError::WrongState {
                expected: "raised",
                found: other.name(),
            }),
        }
    }

    /// A lead ends it; it must have been taken first.
    pub fn close(self, by: Person, at: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Acknowledged { .. } => Ok(Self::Closed { by, at }),
            other => Err(TransitionError::WrongState {
                expected: "acknowledged",
                found: other.name(),
            }),
        }
    }
}

/// One safeguarding matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    /// Its identifier.
    pub id: ConcernId,
    /// The code that leads use.
    pub code: CaseCode,
    /// Where it stands.
    pub state: ConcernState,
    /// What was recognised.
    pub signals: Vec<Signal>,
    /// The person's own words.
    pub words: Option<Private<String>>,
    /// The case whose match somebody says something is wrong with.
    #[serde(default)]
    pub about: Option<CaseCode>,
    /// Who wrote them.
    pub person: Person,
    /// Where.
    pub place: Place,
    /// The message.
    pub source: Option<MessageRef>,
    /// Which safeguarding channels see it.
    pub area: Area,
    /// When.
    pub at: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// How often it has been written; a write expects the number before.
    pub version: i64,
}
