//! An offer: one standing or dated offer of help.

use serde::{Deserialize, Serialize};

use super::case::TransitionError;
use super::clock::Timestamp;
use super::code::CaseCode;
use super::details::Details;
use super::ids::{MessageRef, OfferId, Place};
use super::particulars::Particulars;
use super::people::Person;
use super::reading::Category;
use super::retention::Erased;
use super::settings::Area;
use super::traces::Traces;

/// Where an offer stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OfferState {
    /// Read from a message; the neighbour has not said yes yet.
    Draft {
        /// When it lapses without an answer.
        expires: Timestamp,
    },
    /// The hub may use it.
    Open,
    /// Taken back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// The draft was never answered.
    Expired {
        /// When.
        at: Timestamp,
    },
}

impl OfferState {
    /// The word for the state, as stored in the `state` column.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft { .. } => "draft",
            Self::Open => "open",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Expired { .. } => "expired",
        }
    }

    /// Whether it is a draft or open.
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Draft { .. } | Self::Open)
    }

    /// The neighbour says yes.
    pub fn confirm(self) -> Result<Self, TransitionError> {
        match self {
            Self::Draft { .. } => Ok(Self::Open),
            other => Err(TransitionError::WrongState {
                expected: "a draft",
                found: other.name(),
            }),
        }
    }

    /// The neighbour takes it back.
    pub fn withdraw(self, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Draft { .. } | Self::Open => Ok(Self::Withdrawn { at: now }),
            other => Err(TransitionError::WrongState {
                expected: "a draft or open",
                found: other.name(),
            }),
        }
    }

    /// A draft ran out of time.
    pub fn lapse(self, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Draft { expires } if expires <= now => Ok(Self::Expired { at: now }),
            other => Err(TransitionError::WrongState {
                expected: "a draft past its time",
                found: other.name(),
            }),
        }
    }
}

/// One offer of help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its identifier.
    pub id: OfferId,
    /// The code that people use.
    pub code: CaseCode,
    /// Where it stands.
    pub state: OfferState,
    /// What it is about, most important first.
    pub categories: Vec<Category>,
    /// The outward half of the postcode.
    pub outcode: Option<String>,
    /// Which hubs see it.
    pub area: Area,
    /// Who offers.
    pub neighbour: Person,
    /// The channel where it was told.
    pub place: Place,
    /// The message that told it; none for forms and private tellings.
    pub source: Option<MessageRef>,
    /// What the neighbour told in private.
    pub details: Details,
    /// What its telling leaves to compare needs with; nothing once it is over.
    #[serde(default)]
    pub traces: Traces,
    /// When it holds, which food and which barriers it names.
    #[serde(default)]
    pub particulars: Particulars,
    /// When waiting cases are to be looked through for it: once, after it was opened.
    #[serde(default)]
    pub seek: Option<Timestamp>,
    /// How much of it is gone, since it is over.
    #[serde(default)]
    pub erased: Erased,
    /// When it began.
    pub at: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// How often it has been written; a write expects the number before.
    pub version: i64,
}
