//! The hub's way: claim, release, look, ask, forward, close, merge. Every step is checked against the state and recorded.

use crate::domain::case::{Case, CaseState, JoinedBy, Outcome, TransitionError};
use crate::domain::decision::Change;
use crate::domain::effect::Act;
use crate::domain::ids::{CaseId, DestinationId, ReferralId};
use crate::domain::private::Private;
use crate::domain::referral::Referral;
use crate::domain::report::{Report, Subject};
use crate::domain::settings::Area;
use crate::domain::speech::{News, Speech};

use super::danger::not_now;
use super::deciding::{Asker, Deciding, same_person};
use super::{route, views};

impl Deciding<'_> {
    /// Finds the case of a press. Another area's case is answered like one that does not exist.
    pub fn hub_case(&mut self, asker: &Asker, id: &CaseId) -> Option<Case> {
        let found = self.case(id).filter(|_| self.may_see(asker, id));
        if found.is_none() {
            self.answer(asker, Speech::ButtonGone);
        }
        found
    }

    /// Whether a case belongs to the area of the hub channel that somebody asks from, or has a card there.
    pub fn may_see(&self, asker: &Asker, id: &CaseId) -> bool {
        let case = self.case(id);
        let of_the_area = case.as_ref().is_some_and(|case| {
            self.hub_area(asker)
                .is_some_and(|area| area.meets(&case.area))
        });
        // What is part of a case may be told of another place, and is on its card all the same.
        let whole = case.and_then(|case| match case.state {
            CaseState::Merged(merged) => Some(merged.into),
            _ => None,
        });
        of_the_area
            || whole.is_some_and(|whole| self.may_see(asker, &whole))
            || self.has_post(asker, &Subject::Case(id.clone()))
    }

    pub fn hub_area(&self, asker: &Asker) -> Option<Area> {
        route::channel_of(&self.snapshot.channels, &asker.scene).map(|channel| channel.area.clone())
    }

    /// Writes the next state, or says why it is not possible now.
    pub fn step(
        &mut self,
        asker: &Asker,
        case: Case,
        (what, why): (&str, &str),
        next: Result<CaseState, TransitionError>,
    ) -> Option<Case> {
        match next {
            Ok(state) => {
                self.record(
                    Subject::Case(case.id.clone()),
                    Some(&asker.person),
                    what,
                    why,
                );
                Some(self.put_case(Case { state, ..case }))
            }
            Err(error) => {
                self.answer(asker, not_now(case.code, &error));
                None
            }
        }
    }

    /// Whether somebody else holds a case, which is said.
    pub fn is_held_by_another(&mut self, asker: &Asker, case: &Case) -> bool {
        let holder = case.state.holder();
        if holder.is_none_or(|holder| same_person(holder, &asker.person)) {
            return false;
        }
        let error = case.state.clone().release(&asker.person).err();
        let code = case.code.clone();
        let speech = error.map_or(Speech::ButtonGone, |error| not_now(code, &error));
        self.answer(asker, speech);
        true
    }

    /// Whether a case is with the hub, by itself or as part of one that is.
    pub fn is_worked_on(&self, case: &Case) -> bool {
        self.whole(case).state.is_with_hub()
    }

    /// Takes a case, after the doorstep and money rules were read once.
    pub fn claim(&mut self, asker: &Asker, id: &CaseId) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        if let Err(error) = case.state.clone().claim(asker.person.clone(), self.now) {
            return self.answer(asker, not_now(case.code, &error));
        }
        let key = (asker.person.connector.clone(), asker.person.id.clone());
        let version = self.desk.briefing_version();
        if self
            .snapshot
            .briefed
            .get(&key)
            .is_some_and(|read| *read >= version)
        {
            return self.take(asker, case);
        }
        let lines = self.desk.briefing();
        self.answer(
            asker,
            Speech::Briefing {
                case: case.id,
                code: case.code,
                lines,
            },
        );
    }

    /// "Understood": remembers it and takes the case.
    pub fn claim_briefed(&mut self, asker: &Asker, id: &CaseId) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        self.decision.changes.push(Change::Briefed {
            person: (asker.person.connector.clone(), asker.person.id.clone()),
            version: self.desk.briefing_version(),
            at: self.now,
        });
        self.take(asker, case);
    }

    fn take(&mut self, asker: &Asker, case: Case) {
        let anew = case.state.holder().is_none();
        let next = case.state.clone().claim(asker.person.clone(), self.now);
        let Some(case) = self.step(asker, case, ("claimed", ""), next) else {
            return;
        };
        if anew {
            self.tell_residents(&case, &News::Claimed);
        }
        let file = self.file_of(asker, &case);
        self.answer(asker, Speech::YouHaveIt(Box::new(file)));
    }

    /// The tellings of a case, those included that it took along into the one that it is part of.
    pub fn tellings(&self, case: &Case) -> Vec<Report> {
        match &case.state {
            CaseState::Merged(merged) => merged
                .reports
                .iter()
                .filter_map(|id| self.report(id))
                .collect(),
            _ => self.reports(&Subject::Case(case.id.clone())),
        }
    }

    /// All of a case for whoever holds it, or what it is part of; less for others of the staff.
    fn file_of(&self, asker: &Asker, case: &Case) -> crate::domain::speech::CaseFile {
        let whole = self.whole(case);
        let holder = whole.state.holder();
        let is_theirs = holder.is_some_and(|holder| same_person(holder, &asker.person));
        let (reports, parts) = (self.reports_with_parts(case), self.parts(case));
        views::file((case, &parts), &reports, is_theirs, self.desk.briefing())
    }

    /// A case with all that is part of it.
    pub fn with_parts(&self, case: &Case) -> Vec<CaseId> {
        let parts = self.parts(case).into_iter().map(|part| part.id);
        parts.chain([case.id.clone()]).collect()
    }

    /// The cases that are part of one, and what is part of these.
    pub fn parts(&self, case: &Case) -> Vec<Case> {
        let joined = case
            .joined
            .iter()
            .filter_map(|joined| self.case(&joined.case));
        let with_theirs = |part: Case| {
            let theirs = self.parts(&part);
            std::iter::once(part).chain(theirs)
        };
        joined.flat_map(with_theirs).collect()
    }

    /// Gives a case back.
    pub fn release(&mut self, asker: &Asker, id: &CaseId) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        let next = case.state.clone().release(&asker.person);
        let Some(case) = self.step(asker, case, ("released", ""), next) else {
            return;
        };
        self.tell_residents(&case, &News::Released);
        self.answer(asker, Speech::YouReleasedIt { code: case.code });
    }

    /// Looks at the details. Who saw them is recorded.
    pub fn view(&mut self, asker: &Asker, id: &CaseId) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        self.record(
            Subject::Case(case.id.clone()),
            Some(&asker.person),
            "viewed",
            "",
        );
        let file = self.file_of(asker, &case);
        self.answer(asker, Speech::File(Box::new(file)));
    }

    /// Hands a case to a destination; asks which where there are several.
    /// `thin`: without what is personal, whatever its settings name.
    pub fn forward(
        &mut self,
        asker: &Asker,
        id: &CaseId,
        (to, thin): (Option<&DestinationId>, bool),
    ) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        let destinations = self.snapshot.destinations.clone();
        let chosen = match (to, destinations.as_slice()) {
            (_, []) => return self.answer(asker, Speech::NoDestination),
            (Some(id), all) => all.iter().find(|destination| destination.id == *id),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let Some(chosen) = chosen else {
            let speech = Speech::AskDestination {
                case: case.id,
                code: case.code,
                destinations,
            };
            return self.answer(asker, speech);
        };
        if self.is_held_by_another(asker, &case) {
            return;
        }
        let referral = Referral {
            id: ReferralId::new(self.draw.id()),
            case: case.id.clone(),
            destination: chosen.id.clone(),
            reference: None,
            status: None,
            at: self.now,
        };
        let next = case
            .state
            .clone()
            .refer(referral.id.clone(), chosen.id.clone(), self.now);
        if let Err(error) = &next {
            return self.answer(asker, not_now(case.code, error));
        }
        if !thin && self.lacks_ground(asker, &case, chosen) {
            return;
        }
        let mut told = case.clone();
        let notice = self.notice(&mut told, (&referral, chosen), thin);
        let Some(case) = self.step(asker, told, ("forwarded", chosen.id.as_str()), next) else {
            return;
        };
        self.promise(Act::Forward {
            destination: chosen.id.clone(),
            notice,
        });
        self.decision
            .changes
            .push(Change::Referral(Box::new(referral)));
        self.answer(
            asker,
            Speech::Forwarding {
                code: case.code,
                destination: chosen.title.clone(),
            },
        );
    }

    /// Closes a case; asks how it ended where that is not said.
    pub fn done(&mut self, asker: &Asker, id: &CaseId, outcome: Option<Outcome>) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        if case
            .state
            .holder()
            .is_some_and(|holder| !same_person(holder, &asker.person))
        {
            let who = crate::domain::speech::Needed::Holder;
            return self.answer(asker, Speech::NotForYou { who });
        }
        let Some(outcome) = outcome else {
            return match case.state.clone().close(Outcome::Helped, self.now) {
                Ok(_) => self.answer(
                    asker,
                    Speech::AskOutcome {
                        case: case.id,
                        code: case.code,
                    },
                ),
                Err(error) => self.answer(asker, not_now(case.code, &error)),
            };
        };
        let next = case.state.clone().close(outcome, self.now);
        let Some(case) = self.step(asker, case, ("closed", outcome.as_str()), next) else {
            return;
        };
        self.tell_residents(&case, &News::Closed { outcome });
        self.answer(
            asker,
            Speech::YouClosedIt {
                code: case.code,
                outcome,
            },
        );
    }

    /// Brings a closed case back.
    pub fn reopen(&mut self, asker: &Asker, id: &CaseId) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        let next = case.state.clone().reopen();
        let Some(case) = self.step(asker, case, ("reopened", ""), next) else {
            return;
        };
        self.tell_residents(&case, &News::Reopened);
        self.answer(asker, Speech::Noted);
    }

    /// `/ask CODE QUESTION`: who told this one is asked in private, and nobody else. Whoever told it as part of another case
    /// can be asked where staff have said that it is one need.
    pub fn ask_resident(&mut self, asker: &Asker, id: &CaseId, question: &Private<String>) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        let (whole, by) = self.whole_by(&case);
        if !whole.state.is_with_hub() || by == JoinedBy::Kith {
            let speech = Speech::NotNow {
                code: case.code,
                expected: "open, claimed or referred".to_owned(),
                found: case.state.name().to_owned(),
            };
            return self.answer(asker, speech);
        }
        if self.is_for_leads(asker, &case) {
            return;
        }
        self.record(
            Subject::Case(case.id.clone()),
            Some(&asker.person),
            "asked",
            "",
        );
        let case = self.put_case(Case {
            question: Some(question.reveal().clone()),
            ..case
        });
        self.tell_residents(
            &case,
            &News::Question {
                text: question.clone(),
            },
        );
        self.answer(asker, Speech::QuestionSent { code: case.code });
    }

    /// A person found that two cases are different needs.
    pub fn different(&mut self, asker: &Asker, id: &CaseId, other: &CaseId) {
        let Some(mut case) = self.hub_case(asker, id) else {
            return;
        };
        case.similar.retain(|similar| similar.case != *other);
        self.record(
            Subject::Case(case.id.clone()),
            Some(&asker.person),
            "kept_apart",
            other.as_str(),
        );
        self.put_case(case);
        self.answer(asker, Speech::Noted);
    }
}
