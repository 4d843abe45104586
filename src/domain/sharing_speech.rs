//! What is said of sharing: to residents in private, and to staff in the hub.

use serde::{Deserialize, Serialize};

use super::code::CaseCode;
use super::consent::{Ground, Said};
use super::disclosure::Disclosed;
use super::ids::CaseId;
use super::speech::Destination;

/// What a resident is told of sharing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "sharing", rename_all = "snake_case")]
pub enum SharingSpeech {
    /// May this destination have this? Buttons: yes, no; where it is for somebody else, that they don't know yet.
    Ask {
        /// The case.
        case: CaseId,
        /// Its code.
        code: CaseCode,
        /// Who would be told.
        destination: Destination,
        /// All that it would be told.
        told: Box<Disclosed>,
        /// Whether it is for somebody else.
        on_behalf: bool,
    },
    /// Thank you for your answer.
    Answered {
        /// What the destination is called.
        title: String,
        /// The answer.
        said: Said,
    },
    /// Nothing more is shared. Button: change your mind.
    Stopped {
        /// The case.
        case: CaseId,
        /// Its code.
        code: CaseCode,
        /// What the destinations are called that are told so.
        destinations: Vec<String>,
    },
    /// There is nothing that was agreed to be shared.
    NothingToStop,
}

/// What one of the staff is told of the ground for sharing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ground", rename_all = "snake_case")]
pub enum GroundSpeech {
    /// There is none for what a destination is to be told. Buttons: ask, send without; and how to type a reason.
    Missing {
        /// The case.
        case: CaseId,
        /// Its code.
        code: CaseCode,
        /// Where it was to go.
        destination: Destination,
    },
    /// The resident is asked in private.
    Asking {
        /// The code of the case.
        code: CaseCode,
        /// What the destination is called.
        title: String,
    },
    /// The reason that they typed is kept.
    Kept {
        /// The code of the case.
        code: CaseCode,
        /// Emergency or safeguarding.
        reason: Ground,
    },
}
