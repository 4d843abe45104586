//! A visit: a neighbour goes to somebody's door alone, says so, and says when they are back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::case::TransitionError;
use crate::domain::clock::Timestamp;

/// How long a visit may last before its neighbour is asked whether they are back.
pub const VISIT_LASTS: Duration = Duration::from_hours(1);
/// How long after that the hub is told.
pub const ALARM_AFTER: Duration = Duration::from_mins(15);

/// What a neighbour says of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Going {
    /// They set off.
    Out,
    /// They are back.
    Back,
}

impl Going {
    /// Either, in order.
    pub const ALL: [Self; 2] = [Self::Out, Self::Back];

    /// The word used in buttons.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::Back => "back",
        }
    }

    /// What a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|going| going.as_str() == word)
    }
}

/// Where a visit stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "visit", rename_all = "snake_case")]
pub enum Visit {
    /// The neighbour is out.
    Out {
        /// Since when.
        since: Timestamp,
        /// When they are asked whether they are back; once they were, when the hub is told.
        due: Timestamp,
        /// Whether they were asked.
        asked: bool,
    },
    /// They did not say that they are back, and the hub was told.
    Overdue {
        /// When they set off.
        since: Timestamp,
    },
    /// They are back.
    Back {
        /// Since when.
        at: Timestamp,
    },
}

impl Visit {
    /// A visit that begins now.
    pub fn begin(now: Timestamp) -> Self {
        Self::Out {
            since: now,
            due: now + VISIT_LASTS,
            asked: false,
        }
    }

    /// Whether the neighbour may still be out.
    pub const fn is_out(&self) -> bool {
        !matches!(self, Self::Back { .. })
    }

    /// When time does something to it.
    pub const fn due(&self) -> Option<Timestamp> {
        match self {
            Self::Out { due, .. } => Some(*due),
            Self::Overdue { .. } | Self::Back { .. } => None,
        }
    }

    /// The neighbour is back.
    ///
    /// # Errors
    /// They were before.
    pub fn back(self, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Out { .. } | Self::Overdue { .. } => Ok(Self::Back { at: now }),
            Self::Back { .. } => Err(TransitionError::WrongState {
                expected: "out",
                found: "back",
            }),
        }
    }

    /// Its time came: the neighbour is asked whether they are back, or the hub is told that they may not be.
    ///
    /// # Errors
    /// It is not past its time.
    pub fn time_came(self, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Out {
                since,
                due,
                asked: false,
            } if due <= now => Ok(Self::Out {
                since,
                due: now + ALARM_AFTER,
                asked: true,
            }),
            Self::Out {
                since,
                due,
                asked: true,
            } if due <= now => Ok(Self::Overdue { since }),
            _ => Err(TransitionError::WrongState {
                expected: "past its time",
                found: "not yet",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_come_back_is_asked_once_and_then_looked_for() {
        let now = Timestamp::from_millis(5);
        let out = Visit::begin(now);
        assert!(out.clone().time_came(now).is_err());
        let asked = out.time_came(now + VISIT_LASTS).unwrap();
        assert!(matches!(asked, Visit::Out { asked: true, .. }));
        assert!(asked.clone().time_came(now + VISIT_LASTS).is_err());
        let overdue = asked.time_came(now + VISIT_LASTS + ALARM_AFTER).unwrap();
        assert_eq!(overdue, Visit::Overdue { since: now });
        assert_eq!(overdue.due(), None);
        let back = overdue.back(now).unwrap();
        assert!(!back.is_out() && back.back(now).is_err());
    }
}
