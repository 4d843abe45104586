//! Volunteers: what a lead has checked of somebody who offers help, and whether they may be asked. Only outcomes are
//! kept, never a certificate or its number.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::decision::PersonKey;
use super::ids::VolunteerId;
use super::people::Person;
use super::private::Private;
use super::reading::spelled;

/// How far somebody has been checked; each includes those before it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Nobody has looked.
    #[default]
    Unknown,
    /// A lead has met them, and knows who they are.
    Introduced,
    /// Others have vouched for them.
    References,
    /// A basic DBS check, or what is like it in Scotland and Northern Ireland.
    Basic,
    /// An enhanced DBS check, or what is like it there.
    Enhanced,
}

spelled!(Tier {
    Unknown => "unknown", Introduced => "introduced", References => "references", Basic => "basic",
    Enhanced => "enhanced",
});

/// Something that was said or done about a volunteer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// They say so themselves, which counts for nothing until a lead has looked.
    Stated {
        /// What they say.
        tier: Tier,
    },
    /// A lead has seen it.
    Checked {
        /// What was seen.
        tier: Tier,
        /// From when on it counts no longer; none where it stays.
        until: Option<Timestamp>,
    },
    /// Not to be asked for a while.
    Paused {
        /// Why; for leads alone.
        reason: Private<String>,
    },
    /// Not to be asked.
    Barred {
        /// Why; for leads alone.
        reason: Private<String>,
    },
    /// May be asked again.
    Available,
}

/// A deed, with who and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// A lead, or the volunteer.
    pub by: Person,
    /// What.
    pub deed: Deed,
}

/// What is known of somebody who offers help. Leads alone see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volunteer {
    /// Its identifier.
    pub id: VolunteerId,
    /// Who.
    pub person: Person,
    /// All that leads did, and what the volunteer stated last; oldest first.
    pub steps: Vec<Step>,
    /// How often it has been written; a write expects the number before.
    pub version: i64,
}

/// Why a neighbour can't be asked about a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "lack", rename_all = "snake_case")]
pub enum Lack {
    /// They have not been checked as far as the need wants it.
    Check {
        /// What it wants.
        needed: Tier,
    },
    /// What was checked counts no longer.
    RanOut,
    /// They are paused or barred: which of them, and why, is for the leads.
    NotAvailable,
}

impl Volunteer {
    /// A record in which nothing is said yet.
    pub const fn new(id: VolunteerId, person: Person) -> Self {
        Self {
            id,
            person,
            steps: Vec::new(),
            version: 0,
        }
    }

    /// Whose record it is.
    pub fn key(&self) -> PersonKey {
        (self.person.connector.clone(), self.person.id.clone())
    }

    /// Adds what was said or done. Of what volunteers state of themselves the last counts, and the rest goes.
    pub fn note(&mut self, step: Step) {
        if matches!(step.deed, Deed::Stated { .. }) {
            let is_stated = |step: &Step| matches!(step.deed, Deed::Stated { .. });
            self.steps.retain(|before| !is_stated(before));
        }
        self.steps.push(step);
    }

    /// The last check by a lead, with what was seen and until when it counts.
    pub fn check(&self) -> Option<(&Step, Tier, Option<Timestamp>)> {
        self.steps.iter().rev().find_map(|step| match step.deed {
            Deed::Checked { tier, until } => Some((step, tier, until)),
            _ => None,
        })
    }

    /// Since when, by whom and why they are paused or barred; none where they may be asked.
    pub fn hold(&self) -> Option<&Step> {
        let mut deeds = self.steps.iter().rev();
        let last = deeds.find(|step| {
            matches!(
                step.deed,
                Deed::Paused { .. } | Deed::Barred { .. } | Deed::Available
            )
        });
        last.filter(|step| step.deed != Deed::Available)
    }

    /// Whether they are barred.
    pub fn is_barred(&self) -> bool {
        self.hold()
            .is_some_and(|step| matches!(step.deed, Deed::Barred { .. }))
    }

    /// What they state themselves.
    pub fn stated(&self) -> Option<Tier> {
        self.steps.iter().rev().find_map(|step| match step.deed {
            Deed::Stated { tier } => Some(tier),
            _ => None,
        })
    }
}

/// What somebody with this record lacks for a need; none where they may be asked about it.
pub fn lack(volunteer: Option<&Volunteer>, needed: Tier, now: Timestamp) -> Option<Lack> {
    if volunteer.and_then(Volunteer::hold).is_some() {
        return Some(Lack::NotAvailable);
    }
    let (tier, until) = match volunteer.and_then(Volunteer::check) {
        Some((_, tier, until)) => (tier, until),
        None => (Tier::Unknown, None),
    };
    if until.is_some_and(|until| until <= now) {
        Some(Lack::RanOut)
    } else {
        (tier < needed).then_some(Lack::Check { needed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ConnectorId, PersonId};
    use crate::domain::people::Language;

    fn volunteer(deeds: impl IntoIterator<Item = Deed>) -> Volunteer {
        let person = Person {
            connector: ConnectorId::new("telegram"),
            id: PersonId::new("omar"),
            name: "Omar".into(),
            language: Language::English,
        };
        let mut volunteer = Volunteer::new(VolunteerId::new("v1"), person.clone());
        for deed in deeds {
            volunteer.note(Step {
                at: Timestamp::default(),
                by: person.clone(),
                deed,
            });
        }
        volunteer
    }

    #[test]
    fn what_a_lead_has_seen_counts_until_its_day_and_what_is_stated_does_not() {
        let at = Timestamp::from_millis;
        let checked = |tier, until| Deed::Checked { tier, until };
        let needs = |needed| Some(Lack::Check { needed });
        let reason = || "seen with somebody's card".into();
        for (deeds, needed, expected) in [
            (vec![], Tier::Unknown, None),
            (vec![], Tier::Introduced, needs(Tier::Introduced)),
            (
                vec![Deed::Stated {
                    tier: Tier::Enhanced,
                }],
                Tier::Basic,
                needs(Tier::Basic),
            ),
            (vec![checked(Tier::Enhanced, None)], Tier::Basic, None),
            (
                vec![checked(Tier::Basic, None)],
                Tier::Enhanced,
                needs(Tier::Enhanced),
            ),
            (vec![checked(Tier::Basic, Some(at(11)))], Tier::Basic, None),
            (
                vec![checked(Tier::Basic, Some(at(10)))],
                Tier::Unknown,
                Some(Lack::RanOut),
            ),
            (
                vec![
                    checked(Tier::Basic, Some(at(10))),
                    checked(Tier::Unknown, None),
                ],
                Tier::Unknown,
                None,
            ),
            (
                vec![
                    checked(Tier::Enhanced, None),
                    Deed::Barred { reason: reason() },
                ],
                Tier::Unknown,
                Some(Lack::NotAvailable),
            ),
            (
                vec![Deed::Paused { reason: reason() }],
                Tier::Enhanced,
                Some(Lack::NotAvailable),
            ),
            (
                vec![Deed::Paused { reason: reason() }, Deed::Available],
                Tier::Unknown,
                None,
            ),
        ] {
            let record = volunteer(deeds);
            assert_eq!(lack(Some(&record), needed, at(10)), expected, "{record:?}");
        }
        assert_eq!(lack(None, Tier::Unknown, at(10)), None);
    }

    #[test]
    fn only_the_last_statement_is_kept() {
        let stated = |tier| Deed::Stated { tier };
        let record = volunteer([
            stated(Tier::Basic),
            Deed::Available,
            stated(Tier::References),
        ]);
        assert_eq!(record.steps.len(), 2);
        assert_eq!(record.stated(), Some(Tier::References));
    }
}
