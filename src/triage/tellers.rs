//! Who hears what becomes of a case that several people told of, and what each of them sees as their own. Its resident
//! hears all of it. Whoever else told of it hears of it under their own code, and nothing of the resident.

use std::cmp::Reverse;

use crate::domain::action::Action;
use crate::domain::case::{Case, CaseState, JoinedBy, Outcome};
use crate::domain::effect::Act;
use crate::domain::people::Person;
use crate::domain::report::{Report, Subject};
use crate::domain::speech::{News, Speech};

use super::deciding::{Deciding, same_person, waiting};

impl Deciding<'_> {
    /// Tells everybody who told of a case what happened to it, each what is for them: in private, else by a neutral
    /// line where they told it.
    pub fn tell_residents(&mut self, case: &Case, news: &News) {
        self.tell(case, news.clone());
        let mut told = vec![case.resident.clone()];
        let mut others = self.told_too(case);
        // Who told it twice hears it once, as the one that staff know of.
        others.sort_by_key(|(_, by)| Reverse(*by));
        for (part, by) in others {
            if told
                .iter()
                .any(|person| same_person(person, &part.resident))
            {
                continue;
            }
            if let Some(news) = for_teller(news, by) {
                self.tell(&part, news);
            }
            told.push(part.resident);
        }
    }

    fn tell(&mut self, case: &Case, news: News) {
        let link = match news {
            News::Question { .. } => Action::AnswerQuestion(case.id.clone()),
            _ => Action::Mine,
        };
        let otherwise = case
            .source
            .clone()
            .map(|source| waiting(source, link))
            .or_else(|| self.tell_hub_instead(case));
        self.promise(Act::Tell {
            person: case.resident.clone(),
            speech: Speech::News {
                case: case.id.clone(),
                code: case.code.clone(),
                news,
            },
            otherwise,
        });
    }

    /// What others told that is part of a case, and whose finding that was: kith's, where any step to it was.
    fn told_too(&self, case: &Case) -> Vec<(Case, JoinedBy)> {
        let mut all = Vec::new();
        for joined in &case.joined {
            let Some(part) = self.case(&joined.case) else {
                continue;
            };
            let CaseState::Merged(merged) = &part.state else {
                continue;
            };
            let by = merged.by;
            let theirs = self.told_too(&part).into_iter();
            let theirs = theirs.map(|(part, further)| (part, further.min(by)));
            let theirs: Vec<_> = theirs.collect();
            all.push((part, by));
            all.extend(theirs);
        }
        all
    }

    /// The case that goes on where one is part of another, and itself where it is not.
    pub fn whole(&self, case: &Case) -> Case {
        self.whole_by(case).0
    }

    /// The same, and whose finding that was: kith's, where any step to it was.
    pub fn whole_by(&self, case: &Case) -> (Case, JoinedBy) {
        let (mut whole, mut by) = (case.clone(), JoinedBy::Staff);
        while let CaseState::Merged(merged) = &whole.state {
            let Some(into) = self.case(&merged.into) else {
                break;
            };
            by = by.min(merged.by);
            whole = into;
        }
        (whole, by)
    }

    /// The word for where what somebody told stands, as they see it; none where it is over.
    pub fn stands_for_teller(&self, case: &Case) -> Option<&'static str> {
        if !matches!(case.state, CaseState::Merged(_)) {
            return case.state.is_live().then(|| case.state.name());
        }
        let (whole, by) = self.whole_by(case);
        match (&whole.state, by) {
            // Where another's need went is not for them.
            (CaseState::Referred(_), JoinedBy::Kith) => Some("claimed"),
            (state, _) => state.is_with_hub().then(|| state.name()),
        }
    }

    /// The cases that a report tells of: the one that goes on first, what its author told last.
    pub fn told_by(&self, report: &Report) -> Vec<Case> {
        let Subject::Case(id) = &report.subject else {
            return Vec::new();
        };
        let Some(whole) = self.case(id) else {
            return Vec::new();
        };
        let brought = |part: &Case| matches!(&part.state, CaseState::Merged(merged) if merged.reports.contains(&report.id));
        let parts = self.parts(&whole).into_iter().filter(brought);
        std::iter::once(whole.clone()).chain(parts).collect()
    }

    /// What its author told by a report, by the name that is theirs, whatever it is part of. None where a case is
    /// another's.
    pub fn own_of(&self, report: &Report) -> Option<Subject> {
        if !matches!(report.subject, Subject::Case(_)) {
            return Some(report.subject.clone());
        }
        let own = self.told_by(report).pop()?;
        same_person(&own.resident, &report.author).then_some(Subject::Case(own.id))
    }

    /// The reports of what somebody told, whatever it is part of, without those of what is part of it.
    pub fn own_reports(&self, of: &Subject) -> Vec<Report> {
        let case = match of {
            Subject::Case(id) => self.case(id),
            _ => None,
        };
        let Some(case) = case else {
            return self.reports(of);
        };
        let mut reports = self.reports_with_parts(&case);
        for part in self.parts(&case) {
            if let CaseState::Merged(merged) = &part.state {
                reports.retain(|report| !merged.reports.contains(&report.id));
            }
        }
        reports
    }

    /// The reports of a case and of all that is part of it, also while it is part of another.
    pub fn reports_with_parts(&self, case: &Case) -> Vec<Report> {
        match &case.state {
            CaseState::Merged(merged) => {
                let reports = merged.reports.iter();
                reports.filter_map(|id| self.report(id)).collect()
            }
            _ => self.reports(&Subject::Case(case.id.clone())),
        }
    }

    /// What somebody else than its resident told that is part of a case.
    pub fn part_of_another(&self, case: &Case, person: &Person) -> Option<Case> {
        if same_person(&case.resident, person) {
            return None;
        }
        let mut parts = self.parts(case).into_iter();
        parts.find(|part| same_person(&part.resident, person))
    }
}

/// What somebody hears of news of another's case that they told of too.
fn for_teller(news: &News, by: JoinedBy) -> Option<News> {
    match (news, by) {
        // What is asked or told in words is for the resident, and so is what happened to another telling.
        (News::Question { .. } | News::Status { .. } | News::Joined | News::Apart { .. }, _) => {
            None
        }
        (News::Claimed, JoinedBy::Kith) => Some(News::LookedAt),
        (News::Released | News::Reopened, JoinedBy::Kith) => Some(News::WithHub),
        (News::Forwarded { .. }, JoinedBy::Kith) => None,
        // By its number the destination would tell more of it.
        (News::Forwarded { destination, .. }, JoinedBy::Staff) => Some(News::Forwarded {
            destination: destination.clone(),
            reference: None,
        }),
        // It was the resident who could not be reached.
        (News::Closed { .. }, JoinedBy::Kith)
        | (
            News::Closed {
                outcome: Outcome::NoAnswer,
            },
            JoinedBy::Staff,
        ) => Some(News::Over),
        (
            News::Claimed | News::Released | News::Reopened | News::Closed { .. },
            JoinedBy::Staff,
        )
        | (News::LookedAt | News::WithHub | News::Over, _) => Some(news.clone()),
    }
}
