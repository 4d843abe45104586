//! How soon, and by whom: a table of rules that a council can replace, each with the reason that staff read.
//!
//! The order of the rules doesn't matter. Of the priorities of all that apply the most urgent stands, of their routes
//! the most careful. A case of which no rule speaks is P3, for the hub. What is never asked of a neighbour, and where
//! signs of danger lead at least, is not in the table but enforced after it, so that no file can undo it.
//! docs/triage.md explains the table to those who write one.

mod facts;
mod file;
mod table;
#[cfg(test)]
mod tests;
pub(super) mod values;

use crate::domain::case::Case;
use crate::domain::priority::{HubOnly, Priority, Route};
use crate::domain::report::Report;
use crate::intake::{Marks, Reader};

pub use facts::Facts;
pub use file::RuleError;
pub use table::{Conditions, Rule};

use facts::Lens;
use table::{care, least_route};

/// The rules that kith comes with.
const EMBEDDED: &str = include_str!("rules.toml");
/// What is looked for in words beside the reading.
const MARKS: (&str, &str) = ("marks.txt", include_str!("marks.txt"));

/// The table, checked.
#[derive(Debug)]
pub struct Rules {
    table: Vec<Rule>,
    /// In whole pounds.
    cash_cap: u32,
    marks: Marks,
}

/// What the rules say of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How soon.
    pub priority: Priority,
    /// Why so soon; none where no rule speaks of it.
    pub priority_because: Option<String>,
    /// By whom.
    pub route: Route,
    /// Why by them; none where no rule speaks of it.
    pub route_because: Option<String>,
    /// Why no neighbour is asked.
    pub hub_only: Vec<HubOnly>,
    /// The reasons of every rule that applies, in the order of the file.
    pub reasons: Vec<String>,
}

impl Rules {
    /// The rules that kith comes with.
    ///
    /// # Panics
    /// Never: a test reads the same embedded files.
    pub fn embedded() -> Self {
        Self::parse(EMBEDDED)
            .unwrap_or_else(|error| panic!("the embedded rules can't be read: {error}"))
    }

    /// Reads a council's own rules.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and its rule.
    ///
    /// # Panics
    /// Never: a test reads the same embedded marks.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let written = file::read(text)?;
        let marks = Marks::parse(MARKS)
            .unwrap_or_else(|error| panic!("the embedded marks can't be read: {error}"));
        Ok(Self {
            table: written.rules,
            cash_cap: written.cash_cap,
            marks,
        })
    }

    /// Every rule, in the order of the file.
    pub fn all(&self) -> &[Rule] {
        &self.table
    }

    /// What the rules look at in a case with these tellings.
    pub fn facts(&self, case: &Case, reports: &[Report], reader: &Reader) -> Facts {
        Facts::of(case, reports, reader, &self.lens())
    }

    /// What one text says, as its reading has it.
    #[cfg(test)]
    pub(super) fn facts_of_text(
        &self,
        text: &str,
        reading: &crate::domain::reading::Reading,
    ) -> Facts {
        Facts::of_text(text, reading, &self.lens())
    }

    fn lens(&self) -> Lens<'_> {
        Lens {
            marks: &self.marks,
            cash_cap: self.cash_cap,
        }
    }

    /// What the rules say of a case that has waited so many hours.
    pub fn judge(&self, facts: &Facts, waited: u32) -> Verdict {
        let applying: Vec<&Rule> = self
            .table
            .iter()
            .filter(|rule| rule.applies(facts, waited))
            .collect();
        let told_at_once = applying.iter().filter(|rule| rule.when.waiting.is_none());
        // Where no rule speaks of it but those of waiting, P3 is what waiting raises.
        let usual = match told_at_once.filter_map(|rule| rule.priority).min() {
            Some(_) => None,
            None => Some(Priority::default()),
        };
        let soonest = applying
            .iter()
            .filter(|rule| rule.priority.is_some())
            .min_by_key(|rule| rule.priority)
            .filter(|rule| usual.is_none_or(|usual| rule.priority < Some(usual)));
        let most_careful = applying
            .iter()
            .filter_map(|rule| rule.route.map(|route| (care(route), rule)))
            // The first of several that are as careful, as with priorities.
            .fold(None::<(u8, &&Rule)>, |best, next| match best {
                Some(best) if best.0 >= next.0 => Some(best),
                _ => Some(next),
            })
            .map(|(_, rule)| rule);
        let verdict = Verdict {
            priority: soonest.and_then(|rule| rule.priority).unwrap_or_default(),
            priority_because: soonest.map(|rule| rule.because.clone()),
            route: most_careful.and_then(|rule| rule.route).unwrap_or_default(),
            route_because: most_careful.map(|rule| rule.because.clone()),
            hub_only: facts.tasks.clone(),
            reasons: applying.iter().map(|rule| rule.because.clone()).collect(),
        };
        with_care(verdict, facts)
    }

    /// After how many hours of waiting a case becomes more urgent than it is after `waited`; none if it never does.
    pub fn next_raise(&self, facts: &Facts, waited: u32) -> Option<u32> {
        let now = self.judge(facts, waited).priority;
        let mut moments: Vec<u32> = self
            .table
            .iter()
            .filter_map(|rule| rule.when.waiting)
            .filter(|hours| *hours > waited)
            .collect();
        moments.sort_unstable();
        moments
            .into_iter()
            .find(|hours| self.judge(facts, *hours).priority < now)
    }
}

/// What no file can undo: danger is for the emergency services or the lead, at once, and what is never asked of a
/// neighbour is for the hub at least.
fn with_care(verdict: Verdict, facts: &Facts) -> Verdict {
    let danger = facts
        .signals
        .iter()
        .filter_map(|signal| least_route(*signal));
    let task = facts.tasks.first().map(|_| Route::Hub);
    let least = danger.clone().chain(task).max_by_key(|route| care(*route));
    let endangered = danger.count() > 0;
    let (route, route_because) = match least {
        Some(least) if care(least) > care(verdict.route) => (least, None),
        _ => (verdict.route, verdict.route_because),
    };
    let (priority, priority_because) = if endangered && verdict.priority > Priority::P1 {
        (Priority::P1, None)
    } else {
        (verdict.priority, verdict.priority_because)
    };
    Verdict {
        priority,
        priority_because,
        route,
        route_because,
        ..verdict
    }
}
