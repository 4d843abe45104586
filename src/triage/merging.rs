//! Cases that are one need: made part of each other by kith where that is sure, by staff where they say so, and taken
//! apart again by staff or by whoever told it. Nothing is lost either way.

use crate::domain::case::{Case, CaseState, JoinedBy, Merged, TransitionError};
use crate::domain::code::CaseCode;
use crate::domain::effect::Act;
use crate::domain::ids::CaseId;
use crate::domain::people::Person;
use crate::domain::report::{Report, Subject};
use crate::domain::speech::{HubNote, News, Speech};

use super::danger::not_now;
use super::deciding::{Asker, Deciding};
use super::duplicates;
use super::resident::passed_on;
use super::telling::Telling;
use crate::domain::heard::Left;

impl Deciding<'_> {
    /// Somebody tells of a need that the hub has from somebody else: what they tell is part of that case from now
    /// on. It keeps a case of its own, so that it can stand by itself again.
    pub fn join(
        &mut self,
        telling: &Telling<'_>,
        left: Left,
        (mut into, reasons): (Case, Vec<String>),
    ) {
        let mut case = self.blank_case(telling, CaseState::Open);
        let (of, kept) = (
            Subject::Case(case.id.clone()),
            Subject::Case(into.id.clone()),
        );
        let report = self.add_report(telling, kept.clone());
        duplicates::add(self.desk, left, (&mut case, &report));
        let next = case
            .state
            .clone()
            .merge(into.id.clone(), vec![report], JoinedBy::Kith);
        let Ok(state) = next else { return };
        let why = reasons.join("; ");
        self.record(
            of.clone(),
            None,
            "merged",
            format!("the same need as {}: {why}", into.code),
        );
        self.record(
            kept,
            None,
            "joined",
            format!("{} is the same need: {why}", case.code),
        );
        let case = self.put_case(Case { state, ..case });
        duplicates::join(self.desk, &mut into, &case);
        let into = self.put_case(into);
        let note = HubNote::ToldByAnother {
            case: case.id.clone(),
            code: case.code.clone(),
            urgency: case.urgency,
            reasons,
        };
        self.note_all(&into, note);
        if let Some(source) = &telling.source {
            let speech = Speech::PartOf {
                case: case.id,
                code: case.code,
            };
            self.show_ask(&of, source, speech);
        }
    }

    /// A person found that two cases are one need: the first becomes part of the second, which goes on.
    pub fn same(&mut self, asker: &Asker, id: &CaseId, other: &CaseId) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        let into = self
            .case(other)
            .filter(|into| into.id != case.id && self.may_see(asker, other));
        let Some(mut into) = into else {
            return self.answer(asker, Speech::ButtonGone);
        };
        if !into.state.is_with_hub() {
            let found = into.state.name().to_owned();
            let speech = Speech::NotNow {
                code: into.code,
                expected: "open, claimed or referred".to_owned(),
                found,
            };
            return self.answer(asker, speech);
        }
        if self.is_held_by_another(asker, &case) {
            return;
        }
        if let CaseState::Merged(merged) = &case.state
            && merged.into == into.id
        {
            return self.agree_that_same(asker, case.clone(), merged.clone());
        }
        let (old, kept) = (
            Subject::Case(case.id.clone()),
            Subject::Case(into.id.clone()),
        );
        let reports = self.reports(&old);
        let ids = reports.iter().map(|report| report.id.clone()).collect();
        let next = case
            .state
            .clone()
            .merge(into.id.clone(), ids, JoinedBy::Staff);
        let why = format!("the same need as {}", into.code);
        let Some(case) = self.step(asker, case, ("merged", &why), next) else {
            return;
        };
        self.tell_residents(&case, &News::Joined);
        for report in reports {
            self.put_report(Report {
                subject: kept.clone(),
                ..report
            });
        }
        self.record(
            kept,
            Some(&asker.person),
            "joined",
            format!("{} is the same need", case.code),
        );
        duplicates::join(self.desk, &mut into, &case);
        into.similar.retain(|similar| similar.case != case.id);
        let into = self.put_case(into);
        let code = case.code.clone();
        self.note(&into, HubNote::Joined { code });
        self.answer(asker, Speech::Noted);
    }

    /// Staff find what kith had found.
    fn agree_that_same(&mut self, asker: &Asker, case: Case, merged: Merged) {
        if merged.by == JoinedBy::Kith {
            let of = Subject::Case(case.id.clone());
            self.record(of, Some(&asker.person), "merged", "staff found so too");
            let by = JoinedBy::Staff;
            let state = CaseState::Merged(Merged { by, ..merged });
            let case = self.put_case(Case { state, ..case });
            self.tell_residents(&case, &News::Joined);
        }
        self.answer(asker, Speech::Noted);
    }

    /// Staff take a case out of the one that it is part of.
    pub fn split(&mut self, asker: &Asker, id: &CaseId) {
        if let Some(case) = self.hub_case(asker, id)
            && let Some(case) = self.stand_alone(asker, case, "staff found that it is another need")
        {
            let code = case.code.clone();
            self.stands_again(&case);
            self.tell_residents(&case, &News::Apart { code });
            self.answer(asker, Speech::Noted);
        }
    }

    /// Whoever told it says that it is something else than what the hub has already.
    pub fn tell_apart(&mut self, asker: &Asker, id: &CaseId) {
        let Some(case) = self.case(id) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        let why = "the writer said that it is something else";
        if let Some(case) = self.stand_alone(asker, case, why) {
            self.stands_again(&case);
            self.answer(asker, Speech::Noted);
        }
    }

    fn stand_alone(&mut self, asker: &Asker, case: Case, why: &str) -> Option<Case> {
        let code = case.code.clone();
        match self.part(case, &asker.person, why) {
            Ok(case) => Some(self.put_case(case)),
            Err(error) => {
                self.answer(asker, not_now(code, &error));
                None
            }
        }
    }

    /// Whoever told a case takes it back: what others told of it stands by itself again, and they hear nothing of why.
    pub fn let_parts_go(&mut self, case: &Case, by: &Person) {
        let parts = case.joined.iter();
        let parts: Vec<_> = parts.filter_map(|joined| self.case(&joined.case)).collect();
        for part in parts {
            if let Ok(part) = self.part(part, by, "what it was part of was taken back") {
                let part = self.put_case(part);
                self.stands_again(&part);
            }
        }
    }

    /// What the writer of a case reads beneath their message once it is no longer part of another.
    fn stands_again(&mut self, case: &Case) {
        let of = Subject::Case(case.id.clone());
        let speech = if case.state.is_with_hub() {
            passed_on(&of, case.code.clone())
        } else {
            let subject = of.clone();
            Speech::AskRequest { subject }
        };
        self.update_ask(&of, &speech);
    }

    /// Takes a case out of the one that it is part of, with its reports. The case itself is not yet written.
    pub fn part(&mut self, case: Case, by: &Person, why: &str) -> Result<Case, TransitionError> {
        let first = match &case.state {
            CaseState::Merged(merged) => Some(merged.into.clone()),
            _ => None,
        };
        let (state, reports) = case.state.clone().unmerge(self.now)?;
        let of = Subject::Case(case.id.clone());
        self.record(of.clone(), Some(by), "parted", why);
        for id in &reports {
            if let Some(report) = self.report(id) {
                self.put_report(Report {
                    subject: of.clone(),
                    ..report
                });
            }
        }
        // What it is part of may be part of another one, and so on: none of them has these reports any more.
        let mut above = first.and_then(|id| self.case(&id));
        while let Some(mut into) = above {
            let subject = Subject::Case(into.id.clone());
            let is_first = into.joined.iter().any(|joined| joined.case == case.id);
            duplicates::part(self.desk, &mut into, (&case.id, &reports));
            let next = match &mut into.state {
                CaseState::Merged(merged) => {
                    merged.reports.retain(|id| !reports.contains(id));
                    Some(merged.into.clone())
                }
                _ => None,
            };
            let into = self.put_case(into);
            if is_first {
                self.record(subject, Some(by), "parted", format!("{}: {why}", case.code));
                let code = case.code.clone();
                self.note(&into, HubNote::Apart { code });
            }
            above = next.and_then(|id| self.case(&id));
        }
        Ok(Case { state, ..case })
    }

    /// The same person tells again what is there already, by itself or as part of what another told.
    pub fn attach(&mut self, telling: &Telling<'_>, left: Left, known: Case) {
        let why = "same person, same kind of help";
        let (known, (subject, code)) = self.add_to(telling, left, (known, why));
        if known.state.is_with_hub()
            && let Some(source) = telling.source.clone()
        {
            // The post by which kith speaks with the writer stays beneath the first telling.
            self.promise(Act::Say {
                place: source.place,
                reply_to: Some(source.message),
                speech: Speech::AlreadyWithHub { subject, code },
            });
        }
    }

    /// Writes a telling with a case that its writer has already. Gives the case, and what the writer knows it as.
    pub fn add_to(
        &mut self,
        telling: &Telling<'_>,
        left: Left,
        (mut known, why): (Case, &str),
    ) -> (Case, (Subject, CaseCode)) {
        let subject = Subject::Case(known.id.clone());
        let report = self.add_report(telling, subject.clone());
        let part = self.part_of_another(&known, telling.author);
        let own = part.as_ref().unwrap_or(&known);
        let (own, code) = (Subject::Case(own.id.clone()), own.code.clone());
        let mut above = part;
        while let Some(mut part) = above {
            let CaseState::Merged(merged) = &mut part.state else {
                break;
            };
            merged.reports.push(report.clone());
            let into = merged.into.clone();
            duplicates::add(self.desk, left.clone(), (&mut part, &report));
            self.put_case(part);
            above = self.case(&into).filter(|case| case.id != known.id);
        }
        duplicates::add(self.desk, left, (&mut known, &report));
        self.record(own.clone(), Some(telling.author), "told_again", why);
        (self.put_case(known), (own, code))
    }
}
