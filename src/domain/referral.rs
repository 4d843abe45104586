//! A referral: a case handed to a destination outside kith.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::code::CaseCode;
use super::ids::{CaseId, DestinationId, ReferralId};
use super::reading::{Category, Urgency};

/// One handing-over, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Its identifier, sent along so that a repeated request makes no second case.
    pub id: ReferralId,
    /// The case.
    pub case: CaseId,
    /// The destination.
    pub destination: DestinationId,
    /// The reference that the destination gave.
    pub reference: Option<String>,
    /// What the destination said last.
    pub status: Option<String>,
    /// When it was handed over.
    pub at: Timestamp,
}

/// What a destination is told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeOf {
    /// A case is handed over.
    #[default]
    Case,
    /// A concern waits that no lead has taken.
    Concern,
}

/// What a destination is told: thin, with nothing personal in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralNotice {
    /// The referral.
    pub referral: ReferralId,
    /// What it is of.
    #[serde(default)]
    pub of: NoticeOf,
    /// The code of the case or the concern.
    pub code: CaseCode,
    /// What it is about.
    pub categories: Vec<Category>,
    /// How soon.
    pub urgency: Urgency,
    /// Whether it is for somebody other than the writer.
    pub on_behalf: bool,
    /// The outward half of the postcode.
    pub outcode: Option<String>,
    /// Whether the resident agreed that details may be shared.
    pub consent: bool,
    /// When the case began.
    pub opened_at: Timestamp,
}
