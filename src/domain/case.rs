//! A case: one need in the queue. Its states carry their data; transitions consume the old
//! state and give the new one, or an error that says what was expected and what was found.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::code::CaseCode;
use super::consent::Sharing;
use super::details::Details;
use super::ids::{
    CaseId, ConnectorId, DestinationId, MessageRef, PersonId, Place, ReferralId, ReportId,
};
use super::people::Person;
use super::priority::Triaged;
use super::reading::{Category, Urgency};
use super::retention::Erased;
use super::settings::Area;
use super::traces::{Hash, Traces};
use super::young::Young;

/// How long a draft waits for the resident's yes.
pub const DRAFT_LASTS: Duration = Duration::from_hours(24);
/// How long a claim holds without a sign of life before it is released.
pub const CLAIM_LASTS: Duration = Duration::from_hours(48);

/// Where a case stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CaseState {
    /// Read from a message; the resident has not said yes yet.
    Draft {
        /// When it lapses without an answer.
        expires: Timestamp,
    },
    /// With the hub, held by nobody.
    Open,
    /// Held by one member of staff.
    Claimed(Claim),
    /// Handed to a destination outside kith.
    Referred(Referred),
    /// Ended by staff or by the destination.
    Closed {
        /// How it ended.
        outcome: Outcome,
        /// When.
        at: Timestamp,
    },
    /// Taken back by the resident.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// The draft was never answered.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// The same need as another case, which goes on.
    Merged(Merged),
}

/// One member of hub staff holding a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Who holds it.
    pub by: Person,
    /// Since when.
    pub since: Timestamp,
    /// Until when, unless something happens.
    pub lease: Timestamp,
}

/// A case at a destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referred {
    /// The referral.
    pub referral: ReferralId,
    /// Where it went.
    pub destination: DestinationId,
    /// The reference that the destination gave; none until it answers.
    pub reference: Option<String>,
    /// Who sent it, and holds it here.
    pub by: Person,
    /// When.
    pub at: Timestamp,
}

/// A case that is part of another one: what it takes to bring it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The case that goes on.
    pub into: CaseId,
    /// Where it stood before.
    pub before: Box<CaseState>,
    /// Its reports, which tell of the other case meanwhile.
    pub reports: Vec<ReportId>,
    /// Who found that it is the same need, which decides what its resident hears.
    #[serde(default)]
    pub by: JoinedBy,
}

/// Who found that two cases are one need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinedBy {
    /// kith by itself: no person has said that the two who told it may hear of each other's need.
    #[default]
    Kith,
    /// Staff.
    Staff,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The need was met.
    Helped,
    /// Another service took it on.
    PassedOn,
    /// The resident no longer needs it.
    NotNeeded,
    /// Nobody could reach the resident.
    NoAnswer,
    /// The hub could not help.
    CouldNotHelp,
}

impl Outcome {
    /// Every outcome, in the order to offer them.
    pub const ALL: [Self; 5] = [
        Self::Helped,
        Self::PassedOn,
        Self::NotNeeded,
        Self::NoAnswer,
        Self::CouldNotHelp,
    ];

    /// The word used in commands and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Helped => "helped",
            Self::PassedOn => "passed_on",
            Self::NotNeeded => "not_needed",
            Self::NoAnswer => "no_answer",
            Self::CouldNotHelp => "could_not_help",
        }
    }

    /// The outcome that a word names; hyphens count as underscores.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.to_lowercase().replace('-', "_");
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}

/// Why a transition was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// Somebody holds the case already.
    #[error("expected a case that nobody holds, found one held since {}", .0.since.as_millis())]
    Held(Box<Claim>),
    /// The case is not in a state that allows it.
    #[error("expected a case that is {expected}, found one that is {found}")]
    WrongState {
        /// The states that would allow it.
        expected: &'static str,
        /// The state it is in.
        found: &'static str,
    },
    /// Only the holder may do it.
    #[error("expected the person who holds the case, found another")]
    NotHolder(Box<Claim>),
}

impl CaseState {
    /// The word for the state, as stored in the `state` column.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft { .. } => "draft",
            Self::Open => "open",
            Self::Claimed(_) => "claimed",
            Self::Referred(_) => "referred",
            Self::Closed { .. } => "closed",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Expired { .. } => "expired",
            Self::Merged(_) => "merged",
        }
    }

    /// Whether the hub has or will have work with it: open, claimed or referred.
    pub const fn is_with_hub(&self) -> bool {
        matches!(self, Self::Open | Self::Claimed(_) | Self::Referred(_))
    }

    /// Whether anything can still happen to it by itself: a draft, or with the hub.
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Draft { .. }) || self.is_with_hub()
    }

    const fn wrong(&self, expected: &'static str) -> TransitionError {
        TransitionError::WrongState {
            expected,
            found: self.name(),
        }
    }

    /// The resident says yes.
    pub fn confirm(self) -> Result<Self, TransitionError> {
        match self {
            Self::Draft { .. } => Ok(Self::Open),
            other => Err(other.wrong("a draft")),
        }
    }

    /// A member of staff takes the case. Taking one's own again renews the lease.
    pub fn claim(self, by: Person, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Open => Ok(Self::Claimed(Claim {
                by,
                since: now,
                lease: now + CLAIM_LASTS,
            })),
            Self::Claimed(claim) if claim.by.id == by.id && claim.by.connector == by.connector => {
                Ok(Self::Claimed(Claim {
                    lease: now + CLAIM_LASTS,
                    ..claim
                }))
            }
            Self::Claimed(claim) => Err(TransitionError::Held(Box::new(claim))),
            other => Err(other.wrong("open")),
        }
    }

    /// The holder gives the case back.
    pub fn release(self, by: &Person) -> Result<Self, TransitionError> {
        match self {
            Self::Claimed(claim) if claim.by.id == by.id && claim.by.connector == by.connector => {
                Ok(Self::Open)
            }
            Self::Claimed(claim) => Err(TransitionError::NotHolder(Box::new(claim))),
            other => Err(other.wrong("claimed")),
        }
    }

    /// The lease of a claim ran out.
    pub fn lapse(self, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Claimed(claim) if claim.lease <= now => Ok(Self::Open),
            Self::Draft { expires } if expires <= now => Ok(Self::Expired { at: now }),
            other => Err(other.wrong("a draft or a claim past its time")),
        }
    }

    /// The holder hands the case to a destination.
    pub fn refer(
        self,
        referral: ReferralId,
        destination: DestinationId,
        now: Timestamp,
    ) -> Result<Self, TransitionError> {
        match self {
            Self::Claimed(claim) => Ok(Self::Referred(Referred {
                referral,
                destination,
                reference: None,
                by: claim.by,
                at: now,
            })),
            other => Err(other.wrong("claimed")),
        }
    }

    /// The destination gave its reference.
    pub fn acknowledge(self, reference: String) -> Result<Self, TransitionError> {
        match self {
            Self::Referred(referred) => Ok(Self::Referred(Referred {
                reference: Some(reference),
                ..referred
            })),
            other => Err(other.wrong("referred")),
        }
    }

    /// The destination will not take it: the sender holds it again.
    pub fn bounce(self, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Referred(referred) => Ok(Self::Claimed(Claim {
                by: referred.by,
                since: referred.at,
                lease: now + CLAIM_LASTS,
            })),
            other => Err(other.wrong("referred")),
        }
    }

    /// Staff or the destination end the case.
    pub fn close(self, outcome: Outcome, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            Self::Open | Self::Claimed(_) | Self::Referred(_) => {
                Ok(Self::Closed { outcome, at: now })
            }
            other => Err(other.wrong("open, claimed or referred")),
        }
    }

    /// The resident takes the need back.
    pub fn withdraw(self, now: Timestamp) -> Result<Self, TransitionError> {
        match self {
            state if state.is_live() => Ok(Self::Withdrawn { at: now }),
            other => Err(other.wrong("a draft, open, claimed or referred")),
        }
    }

    /// It is the same need as another case, of which its reports tell from now on. What a destination has
    /// can't become part of something else here: the other case can become part of it.
    pub fn merge(
        self,
        into: CaseId,
        reports: Vec<ReportId>,
        by: JoinedBy,
    ) -> Result<Self, TransitionError> {
        match self {
            Self::Draft { .. } | Self::Open | Self::Claimed(_) => Ok(Self::Merged(Merged {
                into,
                before: Box::new(self),
                reports,
                by,
            })),
            other => Err(other.wrong("a draft, open or claimed")),
        }
    }

    /// It is a need of its own after all, and stands where it stood; a claim that ran out meanwhile is over.
    /// Gives its reports too, which come back with it.
    pub fn unmerge(self, now: Timestamp) -> Result<(Self, Vec<ReportId>), TransitionError> {
        let Self::Merged(merged) = self else {
            return Err(self.wrong("merged"));
        };
        let state = match *merged.before {
            Self::Claimed(claim) if claim.lease <= now => Self::Open,
            before => before,
        };
        Ok((state, merged.reports))
    }

    /// A closed case comes back.
    pub fn reopen(self) -> Result<Self, TransitionError> {
        match self {
            Self::Closed { .. } => Ok(Self::Open),
            other => Err(other.wrong("closed")),
        }
    }

    /// Who holds it here: the claimer, or whoever referred it.
    pub const fn holder(&self) -> Option<&Person> {
        match self {
            Self::Claimed(claim) => Some(&claim.by),
            Self::Referred(referred) => Some(&referred.by),
            _ => None,
        }
    }
}

/// What one telling of a case left to compare others with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The telling.
    pub report: ReportId,
    /// What it left.
    pub traces: Traces,
    /// Whether there is danger in it, so that only a person says that it is one need with another.
    #[serde(default)]
    pub guarded: bool,
}

/// A live case as far as tellings are compared with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its identifier.
    pub id: CaseId,
    /// Its code.
    pub code: CaseCode,
    /// When it began.
    pub at: Timestamp,
    /// Whether the hub has it.
    pub with_hub: bool,
    /// Who told it.
    pub resident: (ConnectorId, PersonId),
    /// What its tellings left.
    pub compared: Vec<Compared>,
}

/// A case that is part of another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// Which one.
    pub case: CaseId,
    /// Its code.
    pub code: CaseCode,
}

/// Another case that may be the same need, with the reasons to think so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Similar {
    /// The other case.
    pub case: CaseId,
    /// Its code.
    pub code: CaseCode,
    /// Why, in words.
    pub reasons: Vec<String>,
}

/// Whether kith asks neighbours about a case by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "proposing", rename_all = "snake_case")]
pub enum Proposing {
    /// It doesn't: the group has not allowed it, it is not for neighbours, or somebody has it.
    #[default]
    Off,
    /// It does.
    On {
        /// When it looks for somebody to ask; none while somebody is asked or helps.
        look: Option<Timestamp>,
    },
    /// Staff have stopped it.
    Stopped,
}

impl Proposing {
    /// When kith looks for somebody to ask.
    pub const fn look(self) -> Option<Timestamp> {
        match self {
            Self::On { look } => look,
            Self::Off | Self::Stopped => None,
        }
    }
}

/// One need in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its identifier.
    pub id: CaseId,
    /// The code that people use.
    pub code: CaseCode,
    /// Where it stands.
    pub state: CaseState,
    /// What it is about, most important first.
    pub categories: Vec<Category>,
    /// How soon.
    pub urgency: Urgency,
    /// How soon it should be looked at, and by whom, as the rules have it.
    #[serde(default)]
    pub triaged: Triaged,
    /// Whether the resident asks for somebody else.
    pub on_behalf: bool,
    /// The outward half of the postcode, which is all that a card shows of the place.
    pub outcode: Option<String>,
    /// Which hubs see it.
    pub area: Area,
    /// Who told it and hears what happens.
    pub resident: Person,
    /// The channel where it was told; news that can't be told in private is announced there.
    pub place: Place,
    /// The message that told it; none for forms and private tellings.
    pub source: Option<MessageRef>,
    /// What the resident told in private.
    pub details: Details,
    /// On what ground it may leave the hub, and which destinations were told.
    #[serde(default)]
    pub sharing: Sharing,
    /// Whether whoever told it, or whom it is for, may be under 18.
    #[serde(default)]
    pub young: Young,
    /// Why kith took it for this, in words for the card.
    pub reasons: Vec<String>,
    /// Cases that may be the same need.
    pub similar: Vec<Similar>,
    /// A question of the hub that the resident has not answered.
    pub question: Option<String>,
    /// What the destination said last, in its own words.
    pub status: Option<String>,
    /// What a duplicate would have in common with it, as keyed hashes; indexed while the case is live.
    pub keys: Vec<Hash>,
    /// What its tellings left to compare others with, those that came with a case that is part of it included. Stored beside
    /// the rest, so that comparing reads no more than this.
    #[serde(default, skip_serializing)]
    pub compared: Vec<Compared>,
    /// The cases that are part of it.
    #[serde(default)]
    pub joined: Vec<Joined>,
    /// Whether kith asks neighbours about it by itself.
    #[serde(default)]
    pub proposing: Proposing,
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

impl Case {
    /// When time will change it by itself: a draft or a claim runs out, waiting makes it more urgent, or kith looks for a
    /// neighbour.
    pub fn due(&self) -> Option<Timestamp> {
        let lapses = match &self.state {
            CaseState::Draft { expires } => Some(*expires),
            CaseState::Claimed(claim) => Some(claim.lease),
            _ => None,
        };
        let raised = self.triaged.raise_at;
        let times = lapses.into_iter().chain(raised);
        times.chain(self.proposing.look()).min()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ids::{ConnectorId, PersonId};
    use crate::domain::people::Language;

    fn person(number: u8) -> Person {
        Person {
            connector: ConnectorId::new("telegram"),
            id: PersonId::new(format!("p{number}")),
            name: "Invented".into(),
            language: Language::English,
        }
    }

    #[test]
    fn a_second_claimer_learns_who_holds_it() {
        let held = CaseState::Open
            .claim(person(1), Timestamp::from_millis(5))
            .unwrap();
        let Err(TransitionError::Held(claim)) = held.claim(person(2), Timestamp::from_millis(6))
        else {
            panic!()
        };
        assert_eq!(claim.by, person(1));
    }

    #[test]
    fn errors_say_expected_and_found() {
        let error = CaseState::Withdrawn {
            at: Timestamp::default(),
        }
        .confirm()
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected a case that is a draft, found one that is withdrawn"
        );
    }

    #[test]
    fn what_was_merged_stands_where_it_stood() {
        let at = Timestamp::from_millis;
        let claimed = CaseState::Open.claim(person(1), at(5)).unwrap();
        let reports = vec![ReportId::new("r")];
        let merged = claimed
            .clone()
            .merge(CaseId::new("c"), reports.clone(), JoinedBy::Staff)
            .unwrap();
        assert_eq!(merged.holder(), None);
        assert_eq!(
            merged.clone().unmerge(at(6)),
            Ok((claimed, reports.clone()))
        );
        let later = at(5) + CLAIM_LASTS;
        assert_eq!(merged.unmerge(later), Ok((CaseState::Open, reports)));
        let closed = CaseState::Open.close(Outcome::Helped, at(5)).unwrap();
        let refused = closed.merge(CaseId::new("c"), Vec::new(), JoinedBy::Staff);
        assert!(refused.is_err());
    }

    proptest! {
        #[test]
        fn no_order_of_steps_gives_a_case_two_holders(steps in proptest::collection::vec((0..6_u8, 0..3_u8), 0..40)) {
            let mut state = CaseState::Open;
            let mut holder: Option<u8> = None;
            for (time, (step, who)) in steps.into_iter().enumerate() {
                let now = Timestamp::from_millis(i64::try_from(time).unwrap());
                let before = state.clone();
                let after = match step {
                    0 => state.claim(person(who), now),
                    1 => state.release(&person(who)),
                    2 => state.refer(ReferralId::new("r"), DestinationId::new("d"), now),
                    3 => state.bounce(now),
                    4 => state.close(Outcome::Helped, now),
                    _ => state.reopen(),
                };
                state = after.unwrap_or(before);
                let held = state.holder().map(|p| p.id.as_str()[1..].parse::<u8>().unwrap());
                if let (Some(old), Some(new)) = (holder, held) {
                    prop_assert_eq!(old, new, "a holder was replaced without a release");
                }
                holder = held;
            }
        }
    }
}
