//! A referral: a case handed to a destination outside kith.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::code::CaseCode;
use super::disclosure::Disclosed;
use super::ids::{CaseId, DestinationId, ReferralId};

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

/// What a destination is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralNotice {
    /// The referral.
    pub referral: ReferralId,
    /// The case's code.
    pub code: CaseCode,
    /// What its settings name, as far as there is a ground for it.
    #[serde(flatten)]
    pub told: Disclosed,
    /// Whether the resident agreed that details may be shared.
    pub consent: bool,
}
