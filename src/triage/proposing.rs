//! kith asks neighbours by itself, where the group allows it: the likeliest, one after the other, until staff stop it or
//! take the case.

use std::time::Duration;

use crate::domain::case::{Case, CaseState, Proposing};
use crate::domain::ids::CaseId;
use crate::domain::match_speech::Over;
use crate::domain::matching::MatchState;
use crate::domain::report::Subject;
use crate::domain::settings::{AskedBy, ChannelRole};
use crate::domain::speech::Speech;

use super::deciding::{Asker, Deciding};
use super::matching::fit::Need;

/// Less than this is left to staff: the very kind of help, near by, is worth as much.
const GOOD_ENOUGH: f32 = 4.0;
/// When nobody fits, how long until kith looks again; a new offer that fits is looked at anyway.
const LOOK_AGAIN: Duration = Duration::from_hours(4);

impl Deciding<'_> {
    /// Whether the group where a case was told lets kith ask neighbours by itself.
    fn group_allows(&self, case: &Case) -> bool {
        self.snapshot
            .channels
            .get(&case.place)
            .is_some_and(|channel| {
                channel.role == ChannelRole::Intake && channel.asking == AskedBy::Kith
            })
    }

    /// Whether kith asks neighbours about a case as it is by now, and when it looks next.
    pub fn plan_proposal(&self, case: &Case) -> Proposing {
        let may = matches!(case.state, CaseState::Open)
            && case.triaged.may_go_to_neighbours()
            && self.group_allows(case);
        let asked = || self.stage(case).is_some();
        match case.proposing {
            Proposing::Stopped if case.state.is_with_hub() => Proposing::Stopped,
            _ if !may => Proposing::Off,
            Proposing::On { look: Some(at) } if !asked() => Proposing::On { look: Some(at) },
            _ => Proposing::On {
                look: (!asked()).then_some(self.now),
            },
        }
    }

    /// A match of a case is over: its cards are shown anew, and the next neighbour may be asked.
    pub fn match_is_over(&mut self, id: &CaseId) {
        let mut next = self.case(id);
        while let Some(case) = next {
            // What goes on with a part counts for the whole.
            let whole = match &case.state {
                CaseState::Merged(merged) => Some(merged.into.clone()),
                _ => None,
            };
            if self.plan_proposal(&case) == case.proposing {
                self.show_cards(&case);
            } else {
                self.put_case(case);
            }
            next = whole.and_then(|id| self.case(&id));
        }
    }

    /// The time came to look for a neighbour, unless things have changed since.
    pub fn look_for_neighbour(&mut self, case: Case) {
        if self.plan_proposal(&case) == case.proposing {
            self.propose(&case);
        } else {
            self.put_case(case);
        }
    }

    /// Asks the likeliest neighbour who may be asked, or looks again later.
    fn propose(&mut self, case: &Case) {
        let reports = self.reports(&Subject::Case(case.id.clone()));
        let needed = self.needed(case);
        let matches = self.matches();
        let known = (&matches[..], &self.snapshot.areas);
        let need = Need::new((case, &reports), known, self.now);
        let best = self
            .fits(&need, &case.area)
            .into_iter()
            .filter(|(fit, _)| fit.score >= GOOD_ENOUGH)
            .find(|(_, offer)| self.lacks(&offer.neighbour, needed.tier).is_none());
        let Some(fit) = best else {
            let look = Some(self.now + LOOK_AGAIN);
            let proposing = Proposing::On { look };
            return self.write_case(Case {
                proposing,
                ..case.clone()
            });
        };
        self.ask_about(case, fit, None);
        self.match_is_over(&case.id);
    }

    /// A new offer fits a case: kith looks now, where it looks at all.
    pub fn look_now(&mut self, case: &Case) {
        if matches!(case.proposing, Proposing::On { look: Some(at) } if at > self.now) {
            let look = Some(self.now);
            let proposing = Proposing::On { look };
            self.write_case(Case {
                proposing,
                ..case.clone()
            });
        }
    }

    /// Staff stop kith, or let it go on. Whoever was asked by kith and has not answered hears that it is over.
    pub fn kith_asks(&mut self, asker: &Asker, id: &CaseId, yes: bool) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        let proposing = if yes {
            Proposing::Off
        } else {
            Proposing::Stopped
        };
        let what = if yes {
            "asking_allowed"
        } else {
            "asking_stopped"
        };
        let subject = Subject::Case(id.clone());
        self.record(subject, Some(&asker.person), what, "");
        self.put_case(Case { proposing, ..case });
        if !yes {
            for found in self.matches() {
                let asked = matches!(found.state, MatchState::Asked { .. });
                if found.case == *id && asked && found.proposed_by.is_none() {
                    self.stop_match(&found, Over::OtherHelps);
                }
            }
        }
        self.answer(asker, Speech::Noted);
    }
}
