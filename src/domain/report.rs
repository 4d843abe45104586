//! A report: one person's telling of one need or offer, with its revisions; and the audit trail.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::ids::{CaseId, ConcernId, MessageRef, OfferId, ReportId};
use super::people::Person;
use super::private::Private;
use super::reading::Reading;

/// What a record belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "of", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// A case.
    Case(CaseId),
    /// An offer.
    Offer(OfferId),
    /// A concern.
    Concern(ConcernId),
}

impl Subject {
    /// The word for the sort of record, as stored.
    pub const fn sort(&self) -> &'static str {
        match self {
            Self::Case(_) => "case",
            Self::Offer(_) => "offer",
            Self::Concern(_) => "concern",
        }
    }

    /// The identifier's text.
    pub fn id(&self) -> &str {
        match self {
            Self::Case(id) => id.as_str(),
            Self::Offer(id) => id.as_str(),
            Self::Concern(id) => id.as_str(),
        }
    }

    /// The subject that `sort` and `id` spell.
    pub fn from_words(sort: &str, id: &str) -> Option<Self> {
        match sort {
            "case" => Some(Self::Case(CaseId::new(id))),
            "offer" => Some(Self::Offer(OfferId::new(id))),
            "concern" => Some(Self::Concern(ConcernId::new(id))),
            _ => None,
        }
    }
}

/// One person's telling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Its identifier.
    pub id: ReportId,
    /// The case, offer or concern that it tells of.
    pub subject: Subject,
    /// Who told it.
    pub author: Person,
    /// The message, where there is one; a message has one report at most.
    pub source: Option<MessageRef>,
    /// The words, as last edited. None once they are erased.
    pub text: Option<Private<String>>,
    /// What intake understood.
    pub reading: Reading,
    /// How often the words were edited.
    pub revision: i64,
    /// When it was told.
    pub at: Timestamp,
}

/// One row of the audit trail: who, when, what and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEvent {
    /// What it happened to.
    pub subject: Subject,
    /// When.
    pub at: Timestamp,
    /// Who did it; none where time or a destination did.
    pub by: Option<Person>,
    /// What happened, one word, such as `confirmed`.
    pub what: String,
    /// Why, or with what: a rule, a code, an outcome; never personal details.
    pub why: String,
}
