//! What the two who are matched do: say yes or no, change their mind, tell how it went; and how a match ends without them.

use crate::domain::action::Action;
use crate::domain::case::{Case, CaseState};
use crate::domain::consent::wording;
use crate::domain::decision::Change;
use crate::domain::disclosure::Audience;
use crate::domain::effect::{Act, Otherwise};
use crate::domain::ids::{ConcernId, MatchId};
use crate::domain::match_speech::{MatchNews, MatchNote, MatchSpeech, Over};
use crate::domain::matching::{Match, MatchState, Side, Went};
use crate::domain::offer::{Offer, OfferState};
use crate::domain::report::Subject;
use crate::domain::speech::{HubNote, Speech};

use super::deciding::{Asker, Deciding, same_person, waiting};
use super::views;

impl Deciding<'_> {
    /// The match of a press, and which of the two pressed. To anybody else it is a button that is gone.
    pub fn own_match(&mut self, asker: &Asker, id: &MatchId) -> Option<(Match, Side)> {
        let found = self.found(id).and_then(|found| {
            let side = if same_person(&found.neighbour, &asker.person) {
                Side::Neighbour
            } else if same_person(&found.resident, &asker.person) {
                Side::Resident
            } else {
                return None;
            };
            Some((found, side))
        });
        if found.is_none() {
            self.answer(asker, Speech::ButtonGone);
        }
        found
    }

    /// The case of a match, as long as it is with the hub, still the need of the resident who was matched, and nothing was
    /// told since that is not for neighbours.
    pub fn case_of(&self, found: &Match) -> Option<Case> {
        self.case(&found.case).filter(|case| {
            self.is_worked_on(case)
                && same_person(&case.resident, &found.resident)
                && case.triaged.may_go_to_neighbours()
        })
    }

    /// The neighbour says yes, or not this time.
    pub fn help_with(&mut self, asker: &Asker, id: &MatchId, yes: bool) {
        let Some((found, side)) = self.own_match(asker, id) else {
            return;
        };
        let case = self.case_of(&found);
        let next = if yes {
            found.state.clone().accept(self.now)
        } else {
            found.state.clone().decline(Side::Neighbour, self.now)
        };
        let (Some(case), Ok(state), Side::Neighbour) = (case, next, side) else {
            return self.show_match(asker, &found, side);
        };
        if yes && self.is_stopped(&found, &case) {
            return self.answer(asker, Speech::ButtonGone);
        }
        let what = if yes {
            "neighbour_accepted"
        } else {
            "neighbour_declined"
        };
        self.record_match(&found, Some(&asker.person), what, "");
        let found = self.put_match(Match { state, ..found });
        if yes {
            // The question stood beneath the rules.
            self.decision.changes.push(Change::Briefed {
                person: (asker.person.connector.clone(), asker.person.id.clone()),
                version: self.desk.briefing_version(),
                at: self.now,
            });
            self.let_others_go(&found);
            let question = ask_resident(&found, &case);
            self.tell_side(&found, Side::Resident, question);
            self.note_match(&found, MatchNote::SaidYes);
        } else {
            self.note_match(&found, MatchNote::SaidNo);
        }
        self.match_is_over(&case.id);
        self.show_match(asker, &found, side);
    }

    /// Ends a match whose neighbour may not be asked about the case any longer; both hear it. Says whether it did.
    fn is_stopped(&mut self, found: &Match, case: &Case) -> bool {
        let needed = self.needed(case).tier;
        let stopped = self.lacks(&found.neighbour, needed).is_some();
        if stopped {
            self.stop_match(found, Over::Stopped);
        }
        stopped
    }

    /// Neighbours who were asked about the same need hear that another was sooner. They may be asked again.
    fn let_others_go(&mut self, taken: &Match) {
        for other in self.matches() {
            let same_need = other.case == taken.case && other.id != taken.id;
            if !same_need || !other.state.is_asking() {
                continue;
            }
            let Ok(state) = other.state.clone().end(self.now) else {
                continue;
            };
            self.record_match(&other, None, "match_ended", "another neighbour was sooner");
            let other = self.put_match(Match { state, ..other });
            let why = Over::OtherHelps;
            self.tell_side(&other, Side::Neighbour, MatchNews::Over { why });
        }
    }

    /// The resident says yes or no to sharing what they told with the neighbour.
    pub fn share(&mut self, asker: &Asker, id: &MatchId, yes: bool) {
        let Some((found, side)) = self.own_match(asker, id) else {
            return;
        };
        let case = self.case_of(&found);
        let next = if yes {
            found.state.clone().agree(self.now)
        } else {
            found.state.clone().decline(Side::Resident, self.now)
        };
        let (Some(case), Ok(state), Side::Resident) = (case, next, side) else {
            return self.show_match(asker, &found, side);
        };
        if yes && self.is_stopped(&found, &case) {
            return self.answer(asker, Speech::ButtonGone);
        }
        let (what, why) = if yes {
            let version = wording::neighbour(case.on_behalf);
            let language = asker.person.language;
            ("details_shared", format!("yes to {version} in {language}"))
        } else {
            ("resident_declined", String::new())
        };
        self.record_match(&found, Some(&asker.person), what, &why);
        let found = self.put_match(Match { state, ..found });
        if yes {
            let shared = self.shared(&case);
            self.tell_side(&found, Side::Neighbour, shared);
            self.note_match(&found, MatchNote::Agreed);
        } else {
            let why = Over::ByThem;
            self.tell_side(&found, Side::Neighbour, MatchNews::Over { why });
            self.note_match(&found, MatchNote::ResidentSaidNo);
        }
        self.match_is_over(&case.id);
        self.show_match(asker, &found, side);
    }

    /// What the neighbour is told once both have said yes.
    fn shared(&self, case: &Case) -> MatchNews {
        MatchNews::Shared {
            told: views::agreed(case),
            rules: self.desk.briefing(),
        }
    }

    /// Either changes their mind.
    pub fn step_back(&mut self, asker: &Asker, id: &MatchId) {
        let Some((found, side)) = self.own_match(asker, id) else {
            return;
        };
        let Ok(state) = found.state.clone().step_back(side, self.now) else {
            return self.show_match(asker, &found, side);
        };
        self.record_match(&found, Some(&asker.person), "stepped_back", side.as_str());
        let found = self.put_match(Match { state, ..found });
        let why = Over::ByThem;
        self.tell_side(&found, other(side), MatchNews::Over { why });
        self.note_match(&found, MatchNote::SteppedBack { by: side });
        self.match_is_over(&found.case);
        self.show_match(asker, &found, side);
    }

    /// Shows one of the two where their match stands.
    pub fn matched(&mut self, asker: &Asker, id: &MatchId) {
        if let Some((found, side)) = self.own_match(asker, id) {
            self.show_match(asker, &found, side);
        }
    }

    pub fn show_match(&mut self, asker: &Asker, found: &Match, side: Side) {
        match self.standing(found, side) {
            Some(told) => self.answer(asker, said(found, side, told)),
            None => self.answer(asker, Speech::ButtonGone),
        }
    }

    /// Where a match stands in the eyes of one side; none where there is nothing that they should know of.
    fn standing(&self, found: &Match, side: Side) -> Option<MatchNews> {
        let over = |why| Some(MatchNews::Over { why });
        let case = self.case_of(found);
        match (&found.state, side) {
            // Nobody has said yes to the resident yet, or nobody does any longer.
            (
                MatchState::Asked { .. }
                | MatchState::Declined {
                    by: Side::Neighbour,
                    ..
                }
                | MatchState::Lapsed { .. }
                | MatchState::Ended { .. },
                Side::Resident,
            ) => None,
            (MatchState::Asked { .. }, Side::Neighbour) => match case {
                Some(case) => Some(self.ask_of(&case)),
                None => over(Over::NotNeeded),
            },
            (MatchState::Accepted { .. }, Side::Neighbour) => match case {
                Some(case) => Some(wait_for_resident(&case)),
                None => over(Over::NotNeeded),
            },
            (MatchState::Accepted { .. }, Side::Resident) => {
                case.map(|case| ask_resident(found, &case))
            }
            (MatchState::Agreed { .. }, Side::Neighbour) => match case {
                Some(case) => Some(self.shared(&case)),
                None => over(Over::NotNeeded),
            },
            (MatchState::Agreed { .. }, Side::Resident) => Some(MatchNews::NeighbourComes {
                name: views::helper(&found.neighbour, Audience::Resident),
            }),
            (MatchState::Finished { .. }, side) => Some(match found.feedback.of(side) {
                None => MatchNews::HowWasIt,
                Some(Went::Wrong) => MatchNews::PassedToLeads,
                Some(_) => MatchNews::Thanks,
            }),
            (MatchState::Declined { by, .. } | MatchState::SteppedBack { by, .. }, side) => {
                over(if *by == side {
                    Over::ByYou
                } else {
                    Over::ByThem
                })
            }
            (MatchState::Lapsed { .. }, Side::Neighbour) => over(Over::NoAnswer),
            (MatchState::Ended { .. }, Side::Neighbour) => over(Over::NotNeeded),
        }
    }

    /// One of the two tells how it went. That something is wrong goes to the leads, and is never argued with.
    pub fn how_it_went(&mut self, asker: &Asker, id: &MatchId, went: Went) {
        let Some((found, side)) = self.own_match(asker, id) else {
            return;
        };
        let was_shared = match found.state {
            MatchState::Agreed { .. } | MatchState::Finished { .. } => true,
            MatchState::SteppedBack { .. } => went == Went::Wrong,
            _ => false,
        };
        if !was_shared {
            return self.show_match(asker, &found, side);
        }
        if found.feedback.of(side) == Some(Went::Wrong) {
            return self.answer(asker, said(&found, side, MatchNews::PassedToLeads));
        }
        let mut found = Match {
            feedback: found.feedback.with(side, went),
            ..found
        };
        // Staff see the trail of the case, so that it doesn't say what is for the leads.
        let what = if went == Went::Wrong {
            ""
        } else {
            went.as_str()
        };
        self.record_match(&found, Some(&asker.person), "told_how_it_went", what);
        if went == Went::Wrong {
            found.concern = Some(self.raise_about(asker, &found));
        }
        let all_said = found.feedback.neighbour.is_some() && found.feedback.resident.is_some();
        let mut over = false;
        if (all_said || went == Went::Wrong)
            && let Ok(state) = found.state.clone().finish(self.now)
        {
            found.state = state;
            over = true;
        }
        let found = self.put_match(found);
        match went {
            Went::NotAtAll => self.note_match(&found, MatchNote::DidNotHappen { by: side }),
            Went::Well if over && !found.feedback.is_wrong() => {
                self.note_match(&found, MatchNote::WentWell);
            }
            Went::Well | Went::Wrong => {}
        }
        if over && let Some(case) = self.case(&found.case) {
            self.show_cards(&case);
        }
        if side == Side::Neighbour {
            self.care_for(&found);
        }
        let told = match went {
            Went::Wrong => MatchNews::PassedToLeads,
            Went::Well | Went::NotAtAll => MatchNews::Thanks,
        };
        self.answer(asker, said(&found, side, told));
    }

    /// A concern about a match, for the leads alone.
    fn raise_about(&mut self, asker: &Asker, found: &Match) -> ConcernId {
        let id = ConcernId::new(self.draw.id());
        let case = self.case(&found.case);
        let place = case.as_ref().map(|case| case.place.clone());
        let place = place.unwrap_or_else(|| asker.scene.place.clone());
        let area = case.map(|case| case.area).unwrap_or_default();
        let mut concern = self.new_concern(id.clone(), (&asker.person, &place, area));
        concern.about = Some(found.case_code.clone());
        self.start_clock(&mut concern);
        let why = format!(
            "something is wrong with {} and {}",
            found.case_code, found.offer_code
        );
        self.record(
            Subject::Concern(id.clone()),
            Some(&asker.person),
            "raised",
            why,
        );
        self.put_concern(concern);
        id
    }

    /// A lead has dealt with a concern: what it kept from being matched may be matched again.
    pub fn concern_settled(&mut self, id: &ConcernId) {
        for found in self.matches() {
            if found.concern.as_ref() == Some(id) {
                self.put_match(Match {
                    concern: None,
                    ..found
                });
            }
        }
    }

    /// A match is past its time.
    pub fn match_due(&mut self, id: &MatchId) {
        let Some(found) = self.found(id) else { return };
        let found = self.visit_due(found);
        let Ok(state) = found.state.clone().time_came(self.now) else {
            return;
        };
        let found = self.put_match(Match { state, ..found });
        match found.state {
            MatchState::Lapsed { waiting_for, .. } => {
                self.record_match(&found, None, "match_lapsed", waiting_for.as_str());
                if waiting_for == Side::Resident {
                    let why = Over::NoAnswer;
                    self.tell_side(&found, Side::Neighbour, MatchNews::Over { why });
                }
                self.note_match(&found, MatchNote::NoAnswer { from: waiting_for });
            }
            MatchState::Agreed { .. } => self.ask_how_it_was(&found),
            _ => self.record_match(&found, None, "match_finished", ""),
        }
        self.match_is_over(&found.case);
    }

    fn ask_how_it_was(&mut self, found: &Match) {
        for side in [Side::Neighbour, Side::Resident] {
            if found.feedback.of(side).is_none() {
                self.tell_side(found, side, MatchNews::HowWasIt);
            }
        }
    }

    /// A case is over: its matches are too. Merged with another, it goes on there.
    pub fn end_matches_of_case(&mut self, case: &Case) {
        if case.state.is_live() || matches!(case.state, CaseState::Merged { .. }) {
            return;
        }
        let closed = matches!(case.state, CaseState::Closed { .. });
        let all = self.with_parts(case);
        for found in self.matches() {
            if !all.contains(&found.case) || !found.state.is_live() {
                continue;
            }
            let was_asked = matches!(found.state, MatchState::Agreed { asked: true, .. });
            if closed && let Ok(state) = found.state.clone().finish(self.now) {
                self.record_match(&found, None, "match_finished", "the case was closed");
                let found = self.put_match(Match { state, ..found });
                if !was_asked {
                    self.ask_how_it_was(&found);
                }
            } else if let Ok(state) = found.state.clone().end(self.now) {
                self.record_match(&found, None, "match_ended", "the case is over");
                let found = self.put_match(Match { state, ..found });
                let why = Over::NotNeeded;
                self.tell_side(&found, Side::Neighbour, MatchNews::Over { why });
            }
        }
    }

    /// An offer is over: so are its matches, and the residents who knew of one hear it.
    pub fn end_matches_of_offer(&mut self, offer: &Offer) {
        if matches!(offer.state, OfferState::Draft { .. } | OfferState::Open) {
            return;
        }
        for found in self.matches() {
            if found.offer != offer.id || !found.state.is_live() {
                continue;
            }
            let resident_knows = !matches!(found.state, MatchState::Asked { .. });
            let Ok(state) = found.state.clone().end(self.now) else {
                continue;
            };
            self.record_match(&found, None, "match_ended", "the offer is over");
            let found = self.put_match(Match { state, ..found });
            if resident_knows {
                let why = Over::ByThem;
                self.tell_side(&found, Side::Resident, MatchNews::Over { why });
            }
            self.note_match(&found, MatchNote::OfferGone);
            self.match_is_over(&found.case);
        }
    }

    /// Tells one of the two in private; where they can't be reached, by a neutral line where they told it, or the hub.
    pub fn tell_side(&mut self, found: &Match, side: Side, told: MatchNews) {
        let (person, source) = match side {
            Side::Neighbour => {
                let source = self.offer(&found.offer).and_then(|offer| offer.source);
                (found.neighbour.clone(), source)
            }
            Side::Resident => {
                let source = self.case(&found.case).and_then(|case| case.source);
                (found.resident.clone(), source)
            }
        };
        let otherwise = source
            .map(|source| waiting(source, Action::Matched(found.id.clone())))
            .or_else(|| self.say_unreachable(found, side));
        self.promise(Act::Tell {
            person,
            speech: said(found, side, told),
            otherwise,
        });
    }

    fn say_unreachable(&self, found: &Match, side: Side) -> Option<Otherwise> {
        let case = self.case(&found.case)?;
        if side == Side::Resident {
            return self.tell_hub_instead(&case);
        }
        let note = HubNote::Match {
            name: views::helper(&found.neighbour, Audience::Hub),
            what: MatchNote::Unreachable,
        };
        self.hub_note_instead(&case, note)
    }

    /// Tells staff what happened to a match of a case.
    pub fn note_match(&mut self, found: &Match, what: MatchNote) {
        if let Some(case) = self.case(&found.case) {
            let name = views::helper(&found.neighbour, Audience::Hub);
            let holder = case.state.holder().cloned();
            self.note_to(&case, holder, HubNote::Match { name, what });
        }
    }
}

/// A match in the words of one side, under the code that they know.
pub fn said(found: &Match, side: Side, told: MatchNews) -> Speech {
    let code = match side {
        Side::Neighbour => found.offer_code.clone(),
        Side::Resident => found.case_code.clone(),
    };
    Speech::Match(Box::new(MatchSpeech {
        of: found.id.clone(),
        code,
        told,
    }))
}

fn ask_resident(found: &Match, case: &Case) -> MatchNews {
    MatchNews::AskResident {
        name: views::helper(&found.neighbour, Audience::Resident),
        case: case.id.clone(),
        told: views::agreed(case),
        on_behalf: case.on_behalf,
    }
}

fn wait_for_resident(case: &Case) -> MatchNews {
    MatchNews::WaitForResident {
        told: views::willing(case),
    }
}

const fn other(side: Side) -> Side {
    match side {
        Side::Neighbour => Side::Resident,
        Side::Resident => Side::Neighbour,
    }
}
