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
        /// How it ended; none where it was closed before there was a choice.
        #[serde(default)]
        outcome: Option<ConcernOutcome>,
    },
}

macro_rules! words {
    ($name:ident { $($variant:ident => $text:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in the order to offer them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in commands, buttons and records.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value that a word names.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

/// How a concern ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the outcomes are their names")]
pub enum ConcernOutcome {
    AdultServices,
    ChildrensServices,
    EmergencyServices,
    AdviceGiven,
    NoConcern,
    Other,
}

words!(ConcernOutcome {
    AdultServices => "adults",
    ChildrensServices => "children",
    EmergencyServices => "emergency",
    AdviceGiven => "advice",
    NoConcern => "none",
    Other => "other",
});

/// A service of the council that a concern is passed to, outside kith.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the services are their names")]
pub enum Service {
    Adults,
    Children,
}

words!(Service {
    Adults => "adults",
    Children => "children",
});

/// What a lead writes down of a concern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Entry {
    /// A note, in the lead's words.
    Note {
        /// The words.
        words: Private<String>,
    },
    /// It was passed to a service, which gave this reference.
    Passed {
        /// Which.
        to: Service,
        /// What the service calls it.
        reference: Private<String>,
    },
}

/// One entry of the log of a concern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// The lead.
    pub by: Person,
    /// When.
    pub at: Timestamp,
    /// What.
    pub entry: Entry,
}

/// The same person tells more of the same within a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldAgain {
    /// When.
    pub at: Timestamp,
    /// Their own words; none once they are erased.
    pub words: Option<Private<String>>,
    /// The message.
    pub source: Option<MessageRef>,
}

/// How far the call for somebody to take a concern has gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ringing {
    /// When it is called for next; none where nobody needs to be.
    pub at: Option<Timestamp>,
    /// How often it was.
    pub times: u32,
}

/// Within this time the same person's words are of the same matter, and bring the same numbers once.
pub const SAME_WITHIN: std::time::Duration = std::time::Duration::from_hours(24);

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
    pub fn close(
        self,
        by: Person,
        at: Timestamp,
        outcome: ConcernOutcome,
    ) -> Result<Self, TransitionError> {
        match self {
            Self::Acknowledged { .. } => Ok(Self::Closed {
                by,
                at,
                outcome: Some(outcome),
            }),
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
    /// What the same person told of it later.
    #[serde(default)]
    pub again: Vec<ToldAgain>,
    /// For which signs its writer was given the numbers, and when last.
    #[serde(default)]
    pub given: Vec<(Signal, Timestamp)>,
    /// What leads wrote down.
    #[serde(default)]
    pub log: Vec<Logged>,
    /// Who is called to take it.
    #[serde(default)]
    pub ringing: Ringing,
    /// When the neutral line where its writer wrote is taken away, where there may be one.
    #[serde(default)]
    pub line_until: Option<Timestamp>,
    /// How often it has been written; a write expects the number before.
    pub version: i64,
}

impl Concern {
    /// When its writer last told of it.
    pub fn told(&self) -> Timestamp {
        self.again.last().map_or(self.at, |again| again.at)
    }

    /// Whether it is still to be dealt with.
    pub const fn is_open(&self) -> bool {
        !matches!(self.state, ConcernState::Closed { .. })
    }

    /// When somebody is called next, as long as nobody has taken it, or its line is taken away.
    pub fn due(&self) -> Option<Timestamp> {
        let rings = match self.state {
            ConcernState::Raised => self.ringing.at,
            _ => None,
        };
        [rings, self.line_until].into_iter().flatten().min()
    }

    /// Whether its writer was given the numbers for a sign lately.
    pub fn gave(&self, signal: Signal, now: Timestamp) -> bool {
        self.given
            .iter()
            .any(|(given, at)| *given == signal && now < *at + SAME_WITHIN)
    }

    /// Whether life may be at risk: the signs say so.
    pub fn is_urgent(&self) -> bool {
        self.signals.iter().any(|signal| {
            matches!(
                signal,
                Signal::SelfHarm | Signal::Abuse | Signal::Child | Signal::Medical | Signal::Hazard
            )
        })
    }
}
