//! What is said of matches: to neighbours and residents in private, to staff in the hub.

use serde::{Deserialize, Serialize};

use super::code::CaseCode;
use super::disclosure::Disclosed;
use super::ids::{CaseId, MatchId, OfferId};
use super::matching::{Reason, Side};
use super::private::Private;
use super::speech::Number;
use super::volunteer::{Lack, Tier};

/// What one of the two is told in private.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchSpeech {
    /// Which match.
    pub of: MatchId,
    /// The code that the reader knows: that of their own offer or need.
    pub code: CaseCode,
    /// What is told.
    pub told: MatchNews,
}

/// What is told of a match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "match", rename_all = "snake_case")]
pub enum MatchNews {
    /// To the neighbour: can you do this? The kind of help, roughly where, how soon, and the doorstep and money rules;
    /// nothing of who needs it. Buttons: yes, not this time.
    AskNeighbour {
        /// What somebody who is asked may see of the need.
        #[serde(flatten)]
        told: Box<Disclosed>,
        /// The rules, a line at a time.
        rules: Vec<String>,
    },
    /// To the neighbour: thank you, the one who needs it is asked now. Button: step back.
    WaitForResident {
        /// What somebody who said yes may see of the need.
        #[serde(flatten)]
        told: Box<Disclosed>,
    },
    /// To the resident: may this neighbour have what you told? Buttons: yes, no, add details.
    AskResident {
        /// The neighbour's first name.
        name: Private<String>,
        /// The need, to add details to it.
        case: CaseId,
        /// What the neighbour would see.
        #[serde(default)]
        told: Box<Disclosed>,
        /// Whether it is for somebody other than the resident.
        #[serde(default)]
        on_behalf: bool,
    },
    /// To the neighbour: both said yes; this is what you need to know. Buttons: look again, step back.
    Shared {
        /// What somebody with whom the resident agreed may see.
        #[serde(flatten)]
        told: Box<Disclosed>,
        /// The rules, a line at a time.
        rules: Vec<String>,
    },
    /// To the resident: this neighbour knows now what you told. Button: step back.
    NeighbourComes {
        /// The neighbour's first name.
        name: Private<String>,
    },
    /// To the neighbour: the rules for the door, before they go. Button: I'm back.
    OnYourWay {
        /// The rules, a line at a time.
        rules: Vec<String>,
    },
    /// To the neighbour: are you back and safe? Button: I'm back.
    AreYouBack,
    /// To the neighbour: good that you are back; what to do where something worries you. Buttons: how did it go.
    WelcomeBack {
        /// What to do with a worry, a line at a time.
        worries: Vec<String>,
    },
    /// To the neighbour, after help that was hard: how are you? Who listens.
    HowAreYou {
        /// Whom to ring.
        support: Vec<Number>,
    },
    /// To either: it is over, and why.
    Over {
        /// Why.
        why: Over,
    },
    /// To either: how did it go? Buttons: well, not at all, wrong.
    HowWasIt,
    /// To either: thank you for telling.
    Thanks,
    /// To either: it was passed on to the safeguarding leads.
    PassedToLeads,
}

/// Why a match is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// You said no, or stepped back.
    ByYou,
    /// The other side would rather not, or changed their mind.
    ByThem,
    /// It is no longer needed.
    NotNeeded,
    /// Another neighbour was sooner.
    OtherHelps,
    /// No answer came in time.
    NoAnswer,
    /// The hub has stopped it: the neighbour can't be asked any longer.
    Stopped,
    /// The resident no longer wants what they told to be shared.
    SharingStopped,
}

/// The neighbours who could be asked about a case, for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeighbourList {
    /// Which case.
    pub case: CaseId,
    /// Its code.
    pub code: CaseCode,
    /// Whether this need may be met by neighbours at all.
    pub allowed: bool,
    /// Whether the one who was chosen can't be asked now.
    pub stale: bool,
    /// Who was asked already and has not said no.
    pub running: Vec<Running>,
    /// Who could be asked, best first.
    pub fits: Vec<FitView>,
    /// Who would fit too, but can't be asked.
    pub lacking: Vec<Lacking>,
    /// How far a neighbour must have been checked for it.
    pub needed: Tier,
    /// Why, in the words of the council's file.
    pub because: Option<String>,
}

/// Somebody who would fit and can't be asked, for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lacking {
    /// The neighbour's name.
    pub name: Private<String>,
    /// The code of their offer.
    pub offer: CaseCode,
    /// Why not.
    pub lack: Lack,
}

/// A match that goes on, for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// The neighbour's name.
    pub name: Private<String>,
    /// The code of their offer.
    pub offer: CaseCode,
    /// How far it has come.
    pub stage: Stage,
}

/// How far a match has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// A neighbour was asked.
    Asked,
    /// A neighbour said yes, and the resident was asked.
    Accepted,
    /// Both said yes.
    Agreed,
}

/// An offer that fits, for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitView {
    /// Which offer.
    pub offer: OfferId,
    /// Its code.
    pub code: CaseCode,
    /// The neighbour's name.
    pub name: Private<String>,
    /// Why it fits, the weightiest first.
    pub reasons: Vec<Reason>,
}

/// What staff see happen to a match of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "match", rename_all = "snake_case")]
pub enum MatchNote {
    /// The neighbour said yes, and the resident is asked.
    SaidYes,
    /// The neighbour said no.
    SaidNo,
    /// Both said yes, and details were shared.
    Agreed,
    /// The resident said no.
    ResidentSaidNo,
    /// One stepped back.
    SteppedBack {
        /// Who.
        by: Side,
    },
    /// No answer came in time.
    NoAnswer {
        /// Whose.
        from: Side,
    },
    /// The neighbour took the offer back.
    OfferGone,
    /// The neighbour can't be asked any longer; why is for the leads.
    NotAvailable,
    /// Somebody can't be reached in private.
    Unreachable,
    /// The neighbour has set off to the resident.
    SetOff,
    /// The neighbour set off and did not say that they are back.
    NotBack,
    /// The neighbour who was missed is back.
    BackSafe,
    /// It went well, as both say, or as the one says who answered.
    WentWell,
    /// It didn't happen.
    DidNotHappen {
        /// Who says so.
        by: Side,
    },
}
