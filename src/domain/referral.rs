//! A referral: a case handed to a destination outside kith.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::code::CaseCode;
use super::consent::Ground;
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

/// What a destination is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralNotice {
    /// The referral.
    pub referral: ReferralId,
    /// What it is of.
    #[serde(default)]
    pub of: NoticeOf,
    /// The code of the case or the concern.
    pub code: CaseCode,
    /// What its settings name, as far as there is a ground for it.
    #[serde(flatten)]
    pub told: Disclosed,
    /// On what ground what is personal is told; none where nothing is.
    #[serde(default)]
    pub ground: Option<Ground>,
    /// Since when the concern waits; none for a case.
    #[serde(default)]
    pub raised_at: Option<Timestamp>,
}

/// Why a destination is to use no longer what it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecallReason {
    /// The resident took their yes back. The need may go on.
    ConsentWithdrawn,
    /// The resident took the need back.
    TakenBack,
    /// What was kept of it was erased.
    Erased,
}

/// What a destination that was told of a case is told later: to use it no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    /// The referral that it was told by.
    pub referral: ReferralId,
    /// The case's code.
    pub code: CaseCode,
    /// The destination's own number for it.
    pub reference: Option<String>,
    /// Why.
    pub why: RecallReason,
}

/// What is sent to a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "each is made once and goes to the outbox as it is"
)]
pub enum Notice {
    /// A case.
    Referral(ReferralNotice),
    /// To use it no longer.
    Recall(Recall),
}

impl Notice {
    /// The referral that it is about.
    pub const fn referral(&self) -> &ReferralId {
        match self {
            Self::Referral(notice) => &notice.referral,
            Self::Recall(recall) => &recall.referral,
        }
    }
}
