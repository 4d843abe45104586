//! How soon, and by whom, of one case: by the rules whenever it is written, by hand where a person says so, and sooner
//! as time passes and nobody takes it.

use std::time::Duration;

use crate::domain::case::{Case, CaseState};
use crate::domain::ids::CaseId;
use crate::domain::priority::{HubOnly, Priority, Triaged};
use crate::domain::report::{Report, Subject};
use crate::domain::speech::Speech;

use super::deciding::{Asker, Deciding};
use super::rules::Verdict;
use super::young;

const HOUR: Duration = Duration::from_hours(1);

impl Deciding<'_> {
    /// Weighs a live case by the rules, with what is known of it by now; notes in its timeline what that changed.
    pub fn weigh(&mut self, case: &mut Case, reports: &[Report]) {
        if matches!(case.state, CaseState::Merged(_)) {
            // What it is part of is weighed; it may stand by itself again.
            return;
        }
        if !case.state.is_live() {
            // Reopened, it waits anew.
            case.triaged.since = None;
            case.triaged.waited_hours = 0;
            case.triaged.raise_at = None;
            return;
        }
        let before = case.triaged.clone();
        let mut facts = self.desk.rules.facts(case, reports, &self.desk.reader);
        case.young = young::of_case(case, reports);
        if case.young.is_suspected() {
            facts.tasks.push(HubOnly::UnderAge);
        }
        let since = case
            .state
            .is_with_hub()
            .then(|| before.since.unwrap_or(self.now));
        let is_open = matches!(case.state, CaseState::Open);
        let waited_hours = match since {
            Some(since) if is_open => hours(self.now.since(since)),
            // What somebody holds grows no more urgent, nor less.
            _ => before.waited_hours,
        };
        let verdict = self.desk.rules.judge(&facts, waited_hours);
        let by_hand = before.set_by.is_some();
        let next = self
            .desk
            .rules
            .next_raise(&facts, waited_hours)
            .filter(|_| is_open && !by_hand);
        case.triaged = Triaged {
            priority: if by_hand {
                before.priority
            } else {
                verdict.priority
            },
            priority_because: verdict.priority_because.clone().filter(|_| !by_hand),
            route: verdict.route,
            route_because: verdict.route_because.clone(),
            reasons: verdict.reasons.clone(),
            hub_only: verdict.hub_only.clone(),
            set_by: before.set_by.clone(),
            since,
            waited_hours,
            raise_at: since.zip(next).map(|(since, hours)| since + HOUR * hours),
        };
        if before.since.is_some() {
            self.note_weighed(case, &before, verdict);
        }
    }

    /// Notes in the timeline how the rules changed what they said before.
    fn note_weighed(&mut self, case: &Case, before: &Triaged, verdict: Verdict) {
        let now = &case.triaged;
        let subject = || Subject::Case(case.id.clone());
        if now.priority != before.priority {
            let what = if now.priority < before.priority {
                "raised"
            } else {
                "lowered"
            };
            let why = told("to", now.priority.as_str(), verdict.priority_because);
            self.record(subject(), None, what, why);
        }
        if now.route != before.route {
            let why = told("to", now.route.as_str(), verdict.route_because);
            self.record(subject(), None, "routed", why);
        }
    }

    /// `/priority CODE P2`: a person says how soon, or leaves it to the rules again.
    pub fn set_priority(&mut self, asker: &Asker, id: &CaseId, priority: Option<Priority>) {
        let Some(mut case) = self.hub_case(asker, id) else {
            return;
        };
        if !case.state.is_with_hub() {
            let speech = Speech::NotNow {
                code: case.code,
                expected: "open, claimed or referred".to_owned(),
                found: case.state.name().to_owned(),
            };
            return self.answer(asker, speech);
        }
        if let Some(priority) = priority {
            case.triaged.priority = priority;
        }
        case.triaged.set_by = priority.map(|_| asker.person.clone());
        let set = priority.map_or("by the rules", Priority::as_str);
        let subject = Subject::Case(case.id.clone());
        self.record(subject, Some(&asker.person), "priority_set", set);
        let case = self.put_case(case);
        let speech = Speech::PrioritySet {
            code: case.code,
            priority: case.triaged.priority,
            by_hand: priority.is_some(),
        };
        self.answer(asker, speech);
    }
}

fn told(how: &str, word: &str, because: Option<String>) -> String {
    match because {
        Some(because) => format!("{how} {word}: {because}"),
        None => format!("{how} {word}"),
    }
}

/// Whole hours.
fn hours(time: Duration) -> u32 {
    u32::try_from(time.as_secs() / HOUR.as_secs()).unwrap_or(u32::MAX)
}
