//! How soon a case should be looked at and who should meet the need: a suggestion with its reasons, which staff can change.

use serde::{Deserialize, Serialize};

use super::reading::spelled;

/// How soon a case should be looked at. The smaller number is the more urgent, and sorts first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// At once.
    P1,
    /// Today.
    P2,
    /// Within a few days.
    #[default]
    P3,
    /// When there is time.
    P4,
}

/// Who should meet a need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The emergency services: nobody here should be waited for.
    Emergency,
    /// The safeguarding lead.
    Lead,
    /// Vetted staff of the hub only, never a neighbour.
    #[default]
    Hub,
    /// A neighbour may meet it.
    Neighbour,
    /// A service that people turn to themselves.
    Signpost,
}

spelled!(Priority { P1 => "p1", P2 => "p2", P3 => "p3", P4 => "p4" });
spelled!(Route {
    Emergency => "emergency", Lead => "lead", Hub => "hub", Neighbour => "neighbour",
    Signpost => "signpost",
});

/// What the rules make of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triaged {
    /// How soon.
    pub priority: Priority,
    /// By whom.
    pub route: Route,
    /// Why, in the words of the rules that decided.
    pub reasons: Vec<String>,
}
