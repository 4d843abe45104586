//! Where a match stands. A state carries its data; transitions consume the old state and give the new one, or say what was
//! expected and what was found.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::case::TransitionError;
use crate::domain::clock::Timestamp;
use crate::domain::reading::Urgency;

/// So many cases may wait for one neighbour's answer, or for a resident's about them, at a time.
pub const ASKED_AT_ONCE: usize = 1;
/// So many agreed matches a neighbour may have before they are asked no more.
pub const AGREED_AT_ONCE: usize = 3;
/// How long a resident's answer is waited for.
pub const RESIDENT_ANSWERS_WITHIN: Duration = Duration::from_hours(24);
/// How long after the agreement both are asked how it went.
pub const ASKED_AFTER: Duration = Duration::from_hours(24);
/// How long an answer to that is waited for.
pub const TOLD_WITHIN: Duration = Duration::from_hours(7 * 24);
/// How long a neighbour's answer is waited for: a need that is urgent goes on to the next sooner.
pub const fn neighbour_answers_within(urgency: Urgency) -> Duration {
    match urgency {
        Urgency::Now => Duration::from_hours(1),
        Urgency::Today => Duration::from_hours(4),
        Urgency::Soon | Urgency::None => Duration::from_hours(12),
    }
}

/// One of the two who are matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The one who offers.
    Neighbour,
    /// The one who asked for help.
    Resident,
}

impl Side {
    /// The word for the audit trail.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Neighbour => "neighbour",
            Self::Resident => "resident",
        }
    }
}

/// How it went, in the eyes of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Went {
    /// It went well.
    Well,
    /// It didn't happen.
    NotAtAll,
    /// Something is wrong: for the leads.
    Wrong,
}

impl Went {
    /// Every answer, in the order to offer them.
    pub const ALL: [Self; 3] = [Self::Well, Self::NotAtAll, Self::Wrong];

    /// The word used in buttons and in the audit trail.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::NotAtAll => "not",
            Self::Wrong => "wrong",
        }
    }

    /// The answer that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|went| went.as_str() == word)
    }
}

/// Where a match stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MatchState {
    /// The neighbour was asked.
    Asked {
        /// When it lapses without an answer.
        expires: Timestamp,
    },
    /// The neighbour said yes, and the resident was asked.
    Accepted {
        /// When it lapses without an answer.
        expires: Timestamp,
    },
    /// The resident said yes too: what they told was shared.
    Agreed {
        /// Since when.
        at: Timestamp,
        /// When both are asked how it went; once they were, when that is no longer waited for.
        due: Timestamp,
        /// Whether they were asked.
        asked: bool,
    },
    /// It is over, as far as is known in a good way.
    Finished {
        /// When.
        at: Timestamp,
    },
    /// One of them said no, before anything was shared.
    Declined {
        /// Who.
        by: Side,
        /// When.
        at: Timestamp,
    },
    /// One of them changed their mind.
    SteppedBack {
        /// Who.
        by: Side,
        /// When.
        at: Timestamp,
    },
    /// No answer came.
    Lapsed {
        /// Whose answer.
        waiting_for: Side,
        /// When.
        at: Timestamp,
    },
    /// The case or the offer was over, or another neighbour was sooner.
    Ended {
        /// When.
        at: Timestamp,
    },
}

impl MatchState {
    /// The word for the state, as stored in the `state` column.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Asked { .. } => "asked",
            Self::Accepted { .. } => "accepted",
            Self::Agreed { .. } => "agreed",
            Self::Finished { .. } => "finished",
            Self::Declined { .. } => "declined",
            Self::SteppedBack { .. } => "stepped_back",
            Self::Lapsed { .. } => "lapsed",
            Self::Ended { .. } => "ended",
        }
    }

    /// Whether an answer is waited for.
    pub const fn is_asking(&self) -> bool {
        matches!(self, Self::Asked { .. } | Self::Accepted { .. })
    }

    /// Whether it goes on: asked, accepted or agreed.
    pub const fn is_live(&self) -> bool {
        self.is_asking() || matches!(self, Self::Agreed { .. })
    }

    /// When time does something to it.
    pub const fn due(&self) -> Option<Timestamp> {
        match self {
            Self::Asked { expires } | Self::Accepted { expires } => Some(*expires),
            Self::Agreed { due, .. } => Some(*due),
            _ => None,
        }
    }

    const fn wrong(&self, expected: &'static str) -> TransitionError {
        TransitionError::WrongState {
            expected,
            found: self.name(),
        }
    }

    /// The neighbour says yes.
    pub fn accept(self, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Asked { .. } => Ok(Self::Accepted {
                expires: now + RESIDENT_ANSWERS_WITHIN,
            }),
            other => Err(other.wrong("asked")),
        }
    }

    /// The resident says yes too.
    pub fn agree(self, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Accepted { .. } => Ok(Self::Agreed {
                at: now,
                due: now + ASKED_AFTER,
                asked: false,
            }),
            other => Err(other.wrong("accepted by the neighbour")),
        }
    }

    /// The one who was asked says no.
    pub fn decline(self, by: Side, now: Timestamp) -> Result<Self, TransitionError> {
        match (self, by) {
            (Self::Asked { .. }, Side::Neighbour) | (Self::Accepted { .. }, Side::Resident) => {
                Ok(Self::Declined { by, at: now })
            }
            (other, _) => Err(other.wrong("waiting for their answer")),
        }
    }

    /// One who had said yes changes their mind.
    pub fn step_back(self, by: Side, now: Timestamp) -> Result<Self, TransitionError> {
        match (self, by) {
            (Self::Accepted { .. }, Side::Neighbour) | (Self::Agreed { .. }, _) => {
                Ok(Self::SteppedBack { by, at: now })
            }
            (other, _) => Err(other.wrong("accepted or agreed")),
        }
    }

    /// Its time came: a question lapses, both are asked how it went, or that is waited for no longer.
    pub fn time_came(self, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Asked { expires } if expires <= now => Ok(Self::Lapsed {
                waiting_for: Side::Neighbour,
                at: now,
            }),
            Self::Accepted { expires } if expires <= now => Ok(Self::Lapsed {
                waiting_for: Side::Resident,
                at: now,
            }),
            Self::Agreed {
                at,
                due,
                asked: false,
            } if due <= now => Ok(Self::Agreed {
                at,
                due: now + TOLD_WITHIN,
                asked: true,
            }),
            Self::Agreed {
                due, asked: true, ..
            } if due <= now => Ok(Self::Finished { at: now }),
            other => Err(other.wrong("past its time")),
        }
    }

    /// Both have said how it went, or the case was closed.
    pub fn finish(self, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Agreed { .. } => Ok(Self::Finished { at: now }),
            other => Err(other.wrong("agreed")),
        }
    }

    /// The case or the offer is over, or another neighbour was sooner.
    pub fn end(self, now: Timestamp) -> Result<Self, TransitionError> {
        if self.is_live() {
            Ok(Self::Ended { at: now })
        } else {
            Err(self.wrong("asked, accepted or agreed"))
        }
    }
}

/// What both said of how it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Feedback {
    /// The neighbour.
    pub neighbour: Option<Went>,
    /// The resident.
    pub resident: Option<Went>,
}

impl Feedback {
    /// What one side said.
    pub const fn of(&self, side: Side) -> Option<Went> {
        match side {
            Side::Neighbour => self.neighbour,
            Side::Resident => self.resident,
        }
    }

    /// The same with what one side says now.
    #[must_use]
    pub const fn with(self, side: Side, went: Went) -> Self {
        match side {
            Side::Neighbour => Self {
                neighbour: Some(went),
                ..self
            },
            Side::Resident => Self {
                resident: Some(went),
                ..self
            },
        }
    }

    /// Whether somebody said that something is wrong.
    pub fn is_wrong(&self) -> bool {
        [self.neighbour, self.resident].contains(&Some(Went::Wrong))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_agrees_for_another_and_time_alone_shares_nothing() {
        let now = Timestamp::from_millis(5);
        let asked = MatchState::Asked { expires: now };
        assert!(asked.clone().agree(now).is_err());
        assert!(asked.clone().decline(Side::Resident, now).is_err());
        assert!(asked.clone().step_back(Side::Neighbour, now).is_err());
        assert_eq!(
            asked.clone().time_came(now).map(|state| state.name()),
            Ok("lapsed")
        );
        let agreed = asked
            .accept(now)
            .and_then(|state| state.agree(now))
            .unwrap();
        assert!(agreed.clone().time_came(now).is_err());
        let later = now + ASKED_AFTER;
        let asked_how = agreed.time_came(later).unwrap();
        assert!(matches!(asked_how, MatchState::Agreed { asked: true, .. }));
        assert_eq!(
            asked_how
                .time_came(later + TOLD_WITHIN)
                .map(|state| state.name()),
            Ok("finished")
        );
    }
}
