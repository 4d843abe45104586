//! How soon a case should be looked at and who should meet the need: a suggestion with its reasons, which staff can change.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::people::Person;
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

/// What is never asked of a neighbour, whatever the rules say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HubOnly {
    /// Washing, dressing, lifting, sitting with somebody who can't be alone, nursing.
    PersonalCare,
    /// Giving medicine; fetching it is something else.
    GivingMedicine,
    /// Looking after children.
    Childcare,
    /// Money beyond the cap of the rules, or somebody's card or PIN.
    Cash,
    /// Anything for somebody who may be under 18, or that they would do.
    UnderAge,
}

spelled!(HubOnly {
    PersonalCare => "personal_care", GivingMedicine => "giving_medicine", Childcare => "childcare",
    Cash => "cash", UnderAge => "under_age",
});

/// What the rules, or a person, make of a case. A suggestion: nothing is done by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Triaged {
    /// How soon.
    pub priority: Priority,
    /// By whom.
    pub route: Route,
    /// Why, in the words of every rule that applies.
    pub reasons: Vec<String>,
    /// Why so soon, in the words of the rule that decided; none where no rule speaks of it.
    pub priority_because: Option<String>,
    /// Why by them, in the words of the rule that decided; none where no rule speaks of it.
    pub route_because: Option<String>,
    /// Why no neighbour is asked; empty where nothing in it forbids that.
    pub hub_only: Vec<HubOnly>,
    /// Who set the priority by hand; the rules leave it alone from then on.
    pub set_by: Option<Person>,
    /// Since when it has been with the hub; none before and after that.
    pub since: Option<Timestamp>,
    /// How many whole hours it had waited when nobody had it and it was last looked at.
    pub waited_hours: u32,
    /// When waiting will have made it more urgent, if nobody takes it.
    pub raise_at: Option<Timestamp>,
}

impl Triaged {
    /// Whether a neighbour may be asked: the rules leave it to neighbours, or to a service that people turn to
    /// themselves, and nothing in it is for vetted staff alone.
    pub const fn may_go_to_neighbours(&self) -> bool {
        self.hub_only.is_empty() && matches!(self.route, Route::Neighbour | Route::Signpost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_asked_only_where_a_rule_says_so_and_nothing_forbids_it() {
        let of = |route, hub_only: &[HubOnly]| Triaged {
            route,
            hub_only: hub_only.to_vec(),
            ..Triaged::default()
        };
        assert!(of(Route::Neighbour, &[]).may_go_to_neighbours());
        assert!(of(Route::Signpost, &[]).may_go_to_neighbours());
        assert!(!of(Route::Neighbour, &[HubOnly::Cash]).may_go_to_neighbours());
        for route in [Route::Emergency, Route::Lead, Route::Hub] {
            assert!(!of(route, &[]).may_go_to_neighbours());
        }
        assert!(
            !Triaged::default().may_go_to_neighbours(),
            "not yet looked at"
        );
    }

    #[test]
    fn what_was_kept_before_there_were_rules_is_read() {
        let old = r#"{"priority":"p3","route":"hub","reasons":[]}"#;
        let triaged: Triaged = serde_json::from_str(old).unwrap();
        assert_eq!(triaged, Triaged::default());
    }
}
