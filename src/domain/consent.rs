//! On what ground what is known of a person may leave the hub: their yes, or a reason that a person of the staff typed; and
//! which destinations were told what.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::disclosure::Item;
use super::ids::{DestinationId, ReferralId};
use super::people::{Language, Person};
use super::private::Private;
use super::reading::spelled;

/// The versions of the words by which people are asked. Change one with its words in `reply`, where every version is kept.
pub mod wording {
    /// "May the hub share this?", asked with the details.
    const DETAILS: &str = "2026-11-2";
    const DETAILS_OF_ANOTHER: &str = "2026-11-2-other";
    /// "May this neighbour have it?"
    const NEIGHBOUR: &str = "2026-11-match-1";
    const NEIGHBOUR_OF_ANOTHER: &str = "2026-11-match-1-other";
    /// "May this destination have it?"
    const DESTINATION: &str = "2026-11-destination-1";
    const DESTINATION_OF_ANOTHER: &str = "2026-11-destination-1-other";

    /// With the details; `on_behalf`: it is for somebody else.
    pub const fn details(on_behalf: bool) -> &'static str {
        if on_behalf {
            DETAILS_OF_ANOTHER
        } else {
            DETAILS
        }
    }

    /// About one neighbour.
    pub const fn neighbour(on_behalf: bool) -> &'static str {
        if on_behalf {
            NEIGHBOUR_OF_ANOTHER
        } else {
            NEIGHBOUR
        }
    }

    /// About one destination.
    pub const fn destination(on_behalf: bool) -> &'static str {
        if on_behalf {
            DESTINATION_OF_ANOTHER
        } else {
            DESTINATION
        }
    }
}

/// The ground on which something leaves the hub. The second and the third are recognised legitimate interests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The person said yes.
    Consent,
    /// A life is at risk.
    Emergency,
    /// Somebody has to be protected.
    Safeguarding,
}

/// What somebody answered who was asked whether something may be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Yes; where it is for somebody else, also that they know and agree.
    Yes,
    /// No.
    No,
    /// It is for somebody else, who does not know of it yet.
    Unasked,
}

spelled!(Ground { Consent => "consent", Emergency => "emergency", Safeguarding => "safeguarding" });
spelled!(Said { Yes => "yes", No => "no", Unasked => "unasked" });

/// An answer to a question about sharing: who gave it, when, and to which words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Yes or no.
    pub given: bool,
    /// When they said so.
    pub at: Timestamp,
    /// The version of the words that they were shown, which are kept for ever in `reply`.
    pub wording: String,
    /// The language of those words.
    #[serde(default)]
    pub language: Language,
    /// Who said so; none in what was kept before this was noted: the resident.
    #[serde(default)]
    pub by: Option<Person>,
    /// Where it is for somebody else: whether they know and agree, as the writer says.
    #[serde(default)]
    pub knows: Option<bool>,
    /// Since when it is taken back.
    #[serde(default)]
    pub withdrawn: Option<Timestamp>,
}

impl Consent {
    /// What somebody answered to these words. `on_behalf`: it is for somebody else.
    pub fn said(
        said: Said,
        (by, on_behalf): (&Person, bool),
        wording: &str,
        at: Timestamp,
    ) -> Self {
        let given = said == Said::Yes;
        Self {
            given,
            at,
            wording: wording.to_owned(),
            language: by.language,
            by: Some(by.clone()),
            knows: match said {
                Said::Yes => on_behalf.then_some(true),
                Said::No => None,
                Said::Unasked => Some(false),
            },
            withdrawn: None,
        }
    }

    /// Whether it is a yes that was not taken back.
    pub const fn holds(&self) -> bool {
        self.given && self.withdrawn.is_none()
    }
}

/// A reason to share without consent, in the words of the person who decided it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Emergency or safeguarding.
    pub ground: Ground,
    /// Their words.
    pub why: Private<String>,
    /// Who decided it.
    pub by: Person,
    /// When.
    pub at: Timestamp,
}

/// A question to the resident whether one destination may be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Which destination.
    pub destination: DestinationId,
    /// What of the case it would be told.
    pub items: Vec<Item>,
    /// The answer; none until there is one.
    pub answer: Option<Consent>,
}

/// A destination that was told of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Which one.
    pub destination: DestinationId,
    /// The referral.
    pub referral: ReferralId,
    /// What it was told.
    pub items: Vec<Item>,
    /// On what ground it was told what is personal; none where nothing was.
    pub ground: Option<Ground>,
    /// Whether it has said that it took the case.
    pub taken: bool,
    /// Its own number for it.
    pub reference: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// All of that for one case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sharing {
    /// What the resident was asked about single destinations: the last question about each.
    pub asked: Vec<Asked>,
    /// The reason that a person typed last.
    pub reason: Option<Reason>,
    /// Which destinations were told, in order.
    pub told: Vec<Told>,
}

impl Sharing {
    /// What the resident was asked about a destination.
    pub fn about(&self, destination: &DestinationId) -> Option<&Asked> {
        self.asked
            .iter()
            .find(|asked| asked.destination == *destination)
    }

    /// Notes a question, in place of an earlier one about the same destination.
    pub fn ask(&mut self, question: Asked) {
        self.asked
            .retain(|asked| asked.destination != question.destination);
        self.asked.push(question);
    }

    /// The ground on which a destination may be told these, given what the resident said to sharing in general.
    pub fn ground(
        &self,
        general: Option<&Consent>,
        (to, items): (&DestinationId, &[Item]),
    ) -> Option<Ground> {
        let about = self.about(to);
        let answer = about.and_then(|asked| asked.answer.as_ref());
        let covers = |asked: &Asked| {
            let mut personal = items.iter().filter(|item| item.is_personal());
            personal.all(|item| asked.items.contains(item))
        };
        let yes = match (answer, about) {
            (Some(answer), Some(asked)) if answer.holds() => covers(asked),
            // A no to one destination outweighs a yes to those who help.
            (Some(_), _) => false,
            (None, _) => general.is_some_and(Consent::holds),
        };
        if yes {
            Some(Ground::Consent)
        } else {
            self.reason.as_ref().map(|reason| reason.ground)
        }
    }

    /// The resident takes back every yes. What was asked and not answered is asked no longer.
    pub fn withdraw(&mut self, at: Timestamp) {
        self.asked.retain(|asked| asked.answer.is_some());
        let answers = self
            .asked
            .iter_mut()
            .filter_map(|asked| asked.answer.as_mut());
        for answer in answers.filter(|answer| answer.holds()) {
            answer.withdrawn = Some(at);
        }
    }

    /// Whether a yes about some destination holds.
    pub fn holds(&self) -> bool {
        let mut answers = self.asked.iter().filter_map(|asked| asked.answer.as_ref());
        answers.any(Consent::holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples;

    const AT: Timestamp = Timestamp::from_millis(5);

    fn said(said: Said) -> Consent {
        let resident = samples::case().resident;
        Consent::said(said, (&resident, false), "words-1", AT)
    }

    fn council() -> DestinationId {
        DestinationId::new("council")
    }

    fn reason() -> Reason {
        Reason {
            ground: Ground::Emergency,
            why: "no heating, newborn".into(),
            by: samples::case().resident,
            at: AT,
        }
    }

    #[test]
    fn the_ground_by_what_was_said_and_what_is_asked_for() {
        let personal = [Item::Need, Item::Contact];
        let about = |answer, items: &[Item]| Asked {
            destination: council(),
            items: items.to_vec(),
            answer,
        };
        let (yes, no) = (said(Said::Yes), said(Said::No));
        let unasked = said(Said::Unasked);
        let back = Consent {
            withdrawn: Some(AT),
            ..said(Said::Yes)
        };
        for (general, asked, typed, expected) in [
            (None, None, false, None),
            (Some(&yes), None, false, Some(Ground::Consent)),
            (Some(&no), None, false, None),
            (Some(&unasked), None, false, None),
            (Some(&back), None, false, None),
            (None, None, true, Some(Ground::Emergency)),
            (Some(&no), None, true, Some(Ground::Emergency)),
            (None, Some(about(None, &personal)), false, None),
            (
                Some(&yes),
                Some(about(None, &personal)),
                false,
                Some(Ground::Consent),
            ),
            (
                None,
                Some(about(Some(yes.clone()), &personal)),
                false,
                Some(Ground::Consent),
            ),
            (
                None,
                Some(about(Some(yes.clone()), &[Item::FirstName])),
                false,
                None,
            ),
            (
                Some(&yes),
                Some(about(Some(no.clone()), &personal)),
                false,
                None,
            ),
            (
                None,
                Some(about(Some(back.clone()), &personal)),
                false,
                None,
            ),
        ] {
            let sharing = Sharing {
                asked: asked.into_iter().collect(),
                reason: typed.then(reason),
                told: Vec::new(),
            };
            let found = sharing.ground(general, (&council(), &personal));
            assert_eq!(found, expected, "{general:?} {sharing:?}");
        }
        // A yes about one destination is none about another.
        let sharing = Sharing {
            asked: vec![about(Some(yes), &personal)],
            ..Sharing::default()
        };
        let other = DestinationId::new("another");
        assert_eq!(sharing.ground(None, (&other, &personal)), None);
    }

    #[test]
    fn every_yes_is_taken_back_and_a_typed_reason_stays() {
        let asked = |name: &str, answer| Asked {
            destination: DestinationId::new(name),
            items: vec![Item::Contact],
            answer,
        };
        let mut sharing = Sharing {
            asked: vec![
                asked("a", Some(said(Said::Yes))),
                asked("b", None),
                asked("c", Some(said(Said::No))),
            ],
            reason: Some(reason()),
            told: Vec::new(),
        };
        assert!(sharing.holds());
        sharing.withdraw(AT);
        assert!(!sharing.holds());
        assert_eq!(sharing.asked.len(), 2, "what was not answered is over");
        assert!(sharing.reason.is_some());
        let ground = sharing.ground(None, (&DestinationId::new("a"), &[Item::Contact]));
        assert_eq!(ground, Some(Ground::Emergency));
    }

    #[test]
    fn who_asks_for_another_says_whether_they_know() {
        let writer = samples::case().resident;
        let knows = |said| Consent::said(said, (&writer, true), "w", AT);
        assert_eq!(knows(Said::Yes).knows, Some(true));
        assert_eq!(knows(Said::Unasked).knows, Some(false));
        assert!(!knows(Said::Unasked).holds());
        assert_eq!(said(Said::Yes).knows, None);
    }

    #[test]
    fn what_was_kept_before_is_read() {
        let old = r#"{"given":true,"at":5,"wording":"2026-11-1"}"#;
        let consent: Consent = serde_json::from_str(old).unwrap();
        assert!(consent.holds() && consent.by.is_none());
    }
}
