//! A match: one case paired with one offer, from the first question to how it went. Its states carry their data;
//! transitions consume the old state and give the new one, or say what was expected and what was found.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::case::{Case, TransitionError};
use super::clock::Timestamp;
use super::code::CaseCode;
use super::ids::{CaseId, ConcernId, MatchId, OfferId};
use super::offer::{Offer, OfferState};
use super::people::Person;
use super::reading::{Category, Lang, Urgency};
use super::settings::Area;

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
/// So many outcodes of an area are looked through where a telling names none.
const PLACES: usize = 8;

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

/// Why an offer fits a case, as people read it; the weightiest come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", content = "what", rename_all = "snake_case")]
pub enum Reason {
    /// These two helped each other before, and it went well.
    HelpedBefore,
    /// The offer is of just this help.
    SameHelp(Category),
    /// The offer is of time, for whatever is needed.
    OffersTime,
    /// Both tellings are in much the same words.
    AlikeWords,
    /// In the same outcode.
    SamePlace,
    /// In an outcode of the same postcode area.
    NearBy,
    /// Both named a time, and they meet.
    SameTime,
    /// Both named a time, and they don't meet.
    OtherTime,
    /// Both write in this language, which is not English.
    SameLanguage(Lang),
    /// The offer names what the food must be.
    SameDiet,
    /// The offer names what stands in the way.
    SameAccess,
    /// The neighbour has agreed to help with so many others already.
    HelpsAlready(u8),
}

/// One case paired with one offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Its identifier.
    pub id: MatchId,
    /// The need.
    pub case: CaseId,
    /// The code of the need when they were matched, for the trail.
    pub case_code: CaseCode,
    /// The help.
    pub offer: OfferId,
    /// The code of the help.
    pub offer_code: CaseCode,
    /// Where it stands.
    pub state: MatchState,
    /// How well the two fitted when it was proposed: more is better.
    pub score: f32,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Who offered the help.
    pub neighbour: Person,
    /// Whose need it was when they were matched. What is told of them goes nowhere once the case is another's.
    pub resident: Person,
    /// Who of the staff proposed it; none where kith did by itself.
    #[serde(default)]
    pub proposed_by: Option<Person>,
    /// What both said of how it went.
    #[serde(default)]
    pub feedback: Feedback,
    /// A concern about it that no lead has dealt with yet.
    #[serde(default)]
    pub concern: Option<ConcernId>,
    /// When it began.
    pub at: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// How often it has been written; a write expects the number before.
    pub version: i64,
}

/// How far apart two outcodes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distance {
    /// The same outcode.
    Same,
    /// Close enough to help each other.
    Near,
    /// Too far.
    Far,
}

/// How far apart two outcodes are, as far as their letters tell: `ME7` and `ME8` are near, `ME7` and `CT1` are far.
pub fn distance(one: &str, other: &str) -> Distance {
    if one == other {
        Distance::Same
    } else if wider(one) == wider(other) {
        Distance::Near
    } else {
        Distance::Far
    }
}

/// The letters of the postcode area that an outcode lies in.
fn wider(outcode: &str) -> &str {
    let end = outcode.find(|sign: char| !sign.is_ascii_alphabetic());
    &outcode[..end.unwrap_or(outcode.len())]
}

/// Where something is: its own outcode, else those of its area; none where it may be anywhere.
pub fn places<'p>(outcode: Option<&'p String>, area: &'p Area) -> Vec<&'p str> {
    match outcode {
        Some(outcode) => vec![outcode.as_str()],
        None => area
            .outcodes()
            .iter()
            .take(PLACES)
            .map(String::as_str)
            .collect(),
    }
}

/// Under which keys a case is found by new offers: while it is with the hub.
pub fn case_keys(case: &Case) -> Vec<String> {
    if case.state.is_with_hub() {
        filed(&case.categories, &places(case.outcode.as_ref(), &case.area))
    } else {
        Vec::new()
    }
}

/// Under which keys an offer is found by cases: while it is open.
pub fn offer_keys(offer: &Offer) -> Vec<String> {
    if offer.state == OfferState::Open {
        let places = places(offer.outcode.as_ref(), &offer.area);
        filed(&offer.categories, &places)
    } else {
        Vec::new()
    }
}

/// Under which keys the offers are that may fit a case: of its kinds of help, and of time for anything.
pub fn keys_for_case(case: &Case) -> Vec<String> {
    let mut wanted = case.categories.clone();
    wanted.push(Category::Volunteering);
    sought(&wanted, &places(case.outcode.as_ref(), &case.area))
}

/// Under which keys the cases are that an offer may fit. An offer of time alone is found by cases, not the other way.
pub fn keys_for_offer(offer: &Offer) -> Vec<String> {
    let places = places(offer.outcode.as_ref(), &offer.area);
    sought(&offer.categories, &places)
}

/// Where something of these kinds in these places is filed: each kind under each place, under the wider area of each,
/// and under "anywhere" for those who don't know where they are; where it has no place, under that alone.
fn filed(about: &[Category], places: &[&str]) -> Vec<String> {
    let mut keys = Vec::new();
    for about in about {
        keys.push(format!("{about}@*"));
        if places.is_empty() {
            keys.push(format!("{about}@?"));
        }
        for place in places {
            keys.push(format!("{about}@{place}"));
            keys.push(format!("{about}@{}", wider(place)));
        }
    }
    each_once(keys)
}

/// Where to look for something of these kinds near these places.
fn sought(about: &[Category], places: &[&str]) -> Vec<String> {
    let mut keys = Vec::new();
    for about in about {
        if places.is_empty() {
            keys.push(format!("{about}@*"));
            continue;
        }
        keys.push(format!("{about}@?"));
        for place in places {
            keys.push(format!("{about}@{place}"));
            keys.push(format!("{about}@{}", wider(place)));
        }
    }
    each_once(keys)
}

fn each_once(mut keys: Vec<String>) -> Vec<String> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcodes_of_one_area_are_near() {
        assert_eq!(distance("ME7", "ME7"), Distance::Same);
        assert_eq!(distance("ME7", "ME17"), Distance::Near);
        assert_eq!(distance("ME7", "M7"), Distance::Far);
        assert_eq!(distance("E1W", "EC1A"), Distance::Far);
    }

    #[test]
    fn what_is_filed_is_found_from_near_and_from_nowhere() {
        let meets = |filed_at: &[&str], from: &[&str]| {
            let filed = filed(&[Category::Food], filed_at);
            let sought = sought(&[Category::Food], from);
            sought.iter().any(|key| filed.contains(key))
        };
        assert!(meets(&["ME7"], &["ME7"]));
        assert!(meets(&["ME7"], &["ME8", "CT1"]));
        assert!(!meets(&["ME7"], &["CT1"]));
        assert!(meets(&[], &["CT1"]));
        assert!(meets(&["ME7"], &[]));
        assert!(meets(&[], &[]));
        let other = sought(&[Category::Pets], &["ME7"]);
        assert!(
            !filed(&[Category::Food], &["ME7"])
                .iter()
                .any(|key| other.contains(key))
        );
    }

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
