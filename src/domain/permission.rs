//! Who may do what: one table, by which every press, command and form is checked, and which docs/security.md prints.
//! Its matches have no wildcard, so that nothing new can be done before somebody has said by whom.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::action::Action;
use super::clock::Timestamp;
use super::command::Command;
use super::decision::PersonKey;
use super::ids::Place;
use super::report::Subject;

/// What somebody is to what they do, as it stands at the moment of the act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Whoever can write to kith. They see and change only what is their own.
    Anyone,
    /// Whoever wrote what it is about: the resident of a case, the neighbour of an offer.
    Writer,
    /// One of the two who are matched.
    Matched,
    /// A member of a hub channel, who acts there. They reach the cases of its area.
    Staff,
    /// A member of a safeguarding channel, who acts there. They reach the concerns and offers of its area.
    Lead,
    /// An administrator of the group by the platform's word, or a member whom one of them named.
    Moderator,
    /// An administrator of the group by the platform's word.
    Owner,
}

impl Role {
    /// Every role, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Anyone,
        Self::Writer,
        Self::Matched,
        Self::Staff,
        Self::Lead,
        Self::Moderator,
        Self::Owner,
    ];

    /// The word for it in the table and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Writer => "its writer",
            Self::Matched => "matched",
            Self::Staff => "staff",
            Self::Lead => "lead",
            Self::Moderator => "moderator",
            Self::Owner => "owner",
        }
    }

    /// Whether somebody in this role may do what takes that one.
    pub const fn may(self, takes: Self) -> bool {
        match takes {
            Self::Anyone => true,
            Self::Writer => matches!(self, Self::Writer),
            Self::Matched => matches!(self, Self::Matched),
            Self::Staff => matches!(self, Self::Staff),
            Self::Lead => matches!(self, Self::Lead),
            Self::Moderator => matches!(self, Self::Moderator | Self::Owner),
            Self::Owner => matches!(self, Self::Owner),
        }
    }

    /// Whether the platform has to say at that moment how somebody stands in the group.
    pub const fn is_by_standing(self) -> bool {
        match self {
            Self::Staff | Self::Lead | Self::Moderator | Self::Owner => true,
            Self::Anyone | Self::Writer | Self::Matched => false,
        }
    }
}

macro_rules! rights {
    ($($(#[doc = $doc:literal])+ $name:ident: $word:literal, $who:ident;)+) => {
        /// Something that can be done, by a button, a command or a form.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Right {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Right {
            /// Every right, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word for it in the log.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// Who has it.
            pub const fn takes(self) -> Role {
                match self { $(Self::$name => Role::$who),+ }
            }

            /// What it is, as the table says it.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+)),+ }
            }
        }
    };
}

rights! {
    /// Read the welcome and the help
    Greet: "greet", Anyone;
    /// See all numbers to call
    NumbersToCall: "numbers_to_call", Anyone;
    /// Tell the leads what worries one
    Worry: "worry", Anyone;
    /// Tell a need of one's own, or suggest that a message is one
    Need: "need", Anyone;
    /// Make an offer of one's own
    Offer: "offer", Anyone;
    /// Go on with, or end, one's own private conversation with kith
    Converse: "converse", Anyone;
    /// See the list of one's own requests and offers
    Mine: "mine", Anyone;
    /// Say which checks one has, with an offer of one's own
    StateCheck: "state_check", Anyone;
    /// Have a message of one's own taken out of a group
    RemoveMine: "remove_mine", Anyone;
    /// Pass on what kith asked about
    Confirm: "confirm", Writer;
    /// Say that it was no request or offer
    Dismiss: "dismiss", Writer;
    /// Tell it in private instead
    TellPrivately: "tell_privately", Writer;
    /// Add, change or see the details
    Details: "details", Writer;
    /// Take it back
    Withdraw: "withdraw", Writer;
    /// Undo what was passed on without asking
    Undo: "undo", Writer;
    /// Say that it is something else than what the hub has
    Apart: "apart", Writer;
    /// Answer the hub's question
    AnswerQuestion: "answer_question", Writer;
    /// Say whether a destination may be told
    Agree: "agree", Writer;
    /// Take back every yes to sharing
    StopSharing: "stop_sharing", Writer;
    /// See the numbers to call again
    Numbers: "numbers", Writer;
    /// Say yes or no to helping
    Help: "help", Matched;
    /// Say yes or no to sharing the details with the neighbour
    Share: "share", Matched;
    /// See where the match stands
    Matched: "matched", Matched;
    /// Step back from the match
    StepBack: "step_back", Matched;
    /// Tell the leads what worries one about the match
    WorryOfMatch: "worry_of_match", Matched;
    /// Say that one sets off to the other's door, or is back
    Visit: "visit", Matched;
    /// Say how it went
    HowItWent: "how_it_went", Matched;
    /// See the queue
    Queue: "queue", Staff;
    /// See the details of a case
    View: "view", Staff;
    /// Take a case
    Claim: "claim", Staff;
    /// Give a case back
    Release: "release", Staff;
    /// Pass a case to a destination
    Forward: "forward", Staff;
    /// Have the resident asked whether a destination may be told
    AskSharing: "ask_sharing", Staff;
    /// Type why a case may be shared without consent
    GiveReason: "give_reason", Staff;
    /// Close a case
    Close: "close", Staff;
    /// Bring a closed case back
    Reopen: "reopen", Staff;
    /// Ask the resident a question
    Ask: "ask", Staff;
    /// Set how soon by hand
    Prioritise: "prioritise", Staff;
    /// Say that two cases are one need
    Join: "join", Staff;
    /// Say that two cases are different needs
    KeepApart: "keep_apart", Staff;
    /// Take a case out of another
    Split: "split", Staff;
    /// See which neighbours could help
    Neighbours: "neighbours", Staff;
    /// Ask a neighbour to help
    AskNeighbour: "ask_neighbour", Staff;
    /// Stop kith from asking neighbours by itself
    KithAsks: "kith_asks", Staff;
    /// Record or see what was checked of a neighbour
    Vet: "vet", Lead;
    /// Pause or bar a neighbour, or let them be asked again
    Hold: "hold", Lead;
    /// Say that whoever told a case is not under 18
    FindAdult: "find_adult", Lead;
    /// Take a concern
    Acknowledge: "acknowledge", Lead;
    /// See a concern, the list of open ones, and write down what is done about one
    Concerns: "concerns", Lead;
    /// End a concern
    CloseConcern: "close_concern", Lead;
    /// Set what a channel is for and how kith listens there
    SetUp: "set_up", Moderator;
    /// See what works in a channel
    Status: "status", Moderator;
    /// Name moderators
    NameModerator: "name_moderator", Owner;
}

impl Right {
    /// The right that a button takes.
    pub const fn of_action(action: &Action) -> Self {
        match action {
            Action::Confirm(_) => Self::Confirm,
            Action::Dismiss(_) => Self::Dismiss,
            Action::TellPrivately(_) => Self::TellPrivately,
            Action::Details(_) | Action::EditField(..) => Self::Details,
            Action::Withdraw(_) => Self::Withdraw,
            Action::Undo(_) => Self::Undo,
            Action::Skip
            | Action::Back
            | Action::Stop
            | Action::Consent(_)
            | Action::TheyDontKnow => Self::Converse,
            Action::Sharing(_) | Action::Agree(..) => Self::Agree,
            Action::StopSharing(_) => Self::StopSharing,
            Action::NewRequest => Self::Need,
            Action::NewOffer => Self::Offer,
            Action::AnswerQuestion(_) => Self::AnswerQuestion,
            Action::Mine => Self::Mine,
            Action::Numbers(_) => Self::Numbers,
            Action::NumbersToCall => Self::NumbersToCall,
            Action::Claim(_) | Action::ClaimBriefed(_) => Self::Claim,
            Action::Release(_) => Self::Release,
            Action::View(_) => Self::View,
            Action::ForwardMenu(_) | Action::Forward(..) | Action::ForwardThin(..) => Self::Forward,
            Action::AskSharing(..) => Self::AskSharing,
            Action::DoneMenu(_) | Action::Done(..) => Self::Close,
            Action::Reopen(_) => Self::Reopen,
            Action::Same(..) => Self::Join,
            Action::Different(..) => Self::KeepApart,
            Action::Split(_) => Self::Split,
            Action::Apart(_) => Self::Apart,
            Action::Queue(_) => Self::Queue,
            Action::Neighbours(_) => Self::Neighbours,
            Action::AskNeighbour(..) => Self::AskNeighbour,
            Action::KithAsks(..) => Self::KithAsks,
            Action::MyChecks | Action::StateCheck(_) => Self::StateCheck,
            Action::Vet(..) => Self::Vet,
            Action::Help(..) => Self::Help,
            Action::Share(..) => Self::Share,
            Action::StepBack(_) => Self::StepBack,
            Action::Matched(_) => Self::Matched,
            Action::HowItWent(..) => Self::HowItWent,
            Action::Acknowledge(_) => Self::Acknowledge,
            Action::CloseConcern(_) | Action::EndConcern(..) => Self::CloseConcern,
            Action::Worried(_) => Self::Worry,
            Action::WorriedMatch(_) => Self::WorryOfMatch,
            Action::Visit(..) => Self::Visit,
            Action::Leaked(_) | Action::RemoveMine(_) => Self::RemoveMine,
            Action::SetRole(_)
            | Action::SetListening(_)
            | Action::SetAsking(_)
            | Action::SetLeaks(_) => Self::SetUp,
        }
    }

    /// The right that a command takes.
    pub const fn of_command(command: &Command) -> Self {
        match command {
            Command::Start | Command::Help => Self::Greet,
            Command::Need { .. } => Self::Need,
            Command::Offer { .. } => Self::Offer,
            Command::Concern { .. } => Self::Worry,
            Command::Concerns => Self::Concerns,
            Command::Numbers => Self::NumbersToCall,
            Command::My => Self::Mine,
            Command::Cancel { code: None } => Self::Converse,
            Command::Cancel { code: Some(_) } => Self::Withdraw,
            Command::Queue(_) => Self::Queue,
            Command::Case { .. } => Self::View,
            Command::Claim { .. } => Self::Claim,
            Command::Release { .. } => Self::Release,
            Command::Done { .. } => Self::Close,
            Command::Forward { .. } => Self::Forward,
            Command::Reason { .. } => Self::GiveReason,
            Command::Ask { .. } => Self::Ask,
            Command::Merge { .. } => Self::Join,
            Command::Split { .. } => Self::Split,
            Command::Priority { .. } => Self::Prioritise,
            Command::Vet { .. } => Self::Vet,
            Command::Pause { .. } | Command::Bar { .. } | Command::Unpause { .. } => Self::Hold,
            Command::Adult { .. } => Self::FindAdult,
            Command::Setup(_) => Self::SetUp,
            Command::Moderator { .. } => Self::NameModerator,
            Command::Status => Self::Status,
        }
    }
}

/// The table as docs/security.md holds it.
pub fn table() -> String {
    let mut table = String::from("| what |");
    for role in Role::ALL {
        // Writing to a string can't fail.
        let _ = write!(table, " {} |", role.as_str());
    }
    table.push_str("\n|---|");
    table.push_str(&":-:|".repeat(Role::ALL.len()));
    for right in Right::ALL {
        let _ = write!(table, "\n| {} |", right.meaning().trim());
        for role in Role::ALL {
            let may = role.may(right.takes());
            table.push_str(if may { " yes |" } else { " – |" });
        }
    }
    table.push('\n');
    table
}

/// Something that somebody was not let do, for the audit. It holds identifiers and no words of theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: PersonKey,
    /// Where.
    pub place: Place,
    /// What they wanted: the word of a right, or [`FORGED`].
    pub what: String,
    /// Whom it is for: the word of a role; none where it is for nobody.
    pub takes: Option<String>,
    /// What it would have been done to, where there is such a thing.
    pub about: Option<Subject>,
}

/// What somebody wanted who pressed what is none of kith's buttons, or sent what is none of its forms.
pub const FORGED: &str = "unknown_button";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_hold_the_table_that_the_code_uses() {
        let folder = env!("CARGO_MANIFEST_DIR");
        let document = std::fs::read_to_string(format!("{folder}/docs/security.md")).unwrap();
        let table = table();
        assert!(
            document.contains(&table),
            "put this into docs/security.md in place of its table of rights:\n\n{table}"
        );
    }

    #[test]
    fn every_right_has_a_word_of_its_own() {
        let mut words: Vec<_> = Right::ALL.iter().map(|right| right.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Right::ALL.len());
    }
}
