//! A match: one case paired with one offer, from the first question to how it went.

mod keys;
mod state;
mod visit;

use serde::{Deserialize, Serialize};

pub use keys::{
    IN_THE_PLACE, OF_THE_SAME_LETTERS, SoughtKeys, case_keys, keys_for_case, keys_for_offer,
    offer_keys, places,
};
pub use state::{
    AGREED_AT_ONCE, ASKED_AFTER, ASKED_AT_ONCE, Feedback, MatchState, RESIDENT_ANSWERS_WITHIN,
    Side, TOLD_WITHIN, Went, neighbour_answers_within,
};
pub use visit::{ALARM_AFTER, Going, VISIT_LASTS, Visit};

use super::clock::Timestamp;
use super::code::CaseCode;
use super::ids::{CaseId, ConcernId, MatchId, OfferId};
use super::people::Person;
use super::reading::{Category, Lang};

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
    /// In an outcode of the same postcode area, of which kith does not know how far away it is.
    NearBy,
    /// In an outcode so many metres away.
    Away(u32),
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
    /// The neighbour's visit, where they told of one.
    #[serde(default)]
    pub visit: Option<Visit>,
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

impl Match {
    /// When time does something to it, or to its visit: that goes on where the match is over.
    pub fn due(&self) -> Option<Timestamp> {
        let visit = self.visit.as_ref().and_then(Visit::due);
        [self.state.due(), visit].into_iter().flatten().min()
    }
}
