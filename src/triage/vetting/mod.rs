//! How far a neighbour must have been checked for a need: a matrix of tasks and tiers that a council can replace, each
//! with the reason that staff read. Of all tasks that apply the one with the highest tier stands.
//!
//! What never goes to a neighbour at all is not here but in `rules`. docs/vetting.md explains the file.

mod file;
#[cfg(test)]
mod tests;

use crate::domain::case::Case;
use crate::domain::clock::Timestamp;
use crate::domain::report::Report;
use crate::domain::volunteer::Tier;
use crate::intake::{Marks, Reader};

use super::rules::{Conditions, Facts, RuleError, Rules};

/// The matrix that kith comes with.
const EMBEDDED: &str = include_str!("vetting.toml");
/// What is looked for in words beside the reading.
const MARKS: (&str, &str) = ("vetting/marks.txt", include_str!("marks.txt"));

/// The matrix, checked.
#[derive(Debug)]
pub struct Vetting {
    least: Tier,
    tasks: Vec<Task>,
    months: Months,
    marks: Marks,
}

/// One line of the matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Task {
    name: String,
    when: Conditions,
    /// One of these is in the words; empty where that doesn't matter.
    doing: Vec<Doing>,
    tier: Tier,
    because: String,
}

/// What a neighbour would do, as far as words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    GoingIn,
    Money,
    ToCare,
    Regularly,
}

impl Doing {
    const ALL: [Self; 4] = [Self::GoingIn, Self::Money, Self::ToCare, Self::Regularly];

    const fn as_str(self) -> &'static str {
        match self {
            Self::GoingIn => "going_in",
            Self::Money => "money",
            Self::ToCare => "to_care",
            Self::Regularly => "regularly",
        }
    }
}

/// For how many months each tier counts once it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Months {
    introduced: u16,
    references: u16,
    basic: u16,
    enhanced: u16,
}

/// How far a neighbour must have been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// So far at least.
    pub tier: Tier,
    /// Why, in the words of the task that decided; none where no task speaks of it.
    pub because: Option<String>,
}

impl Vetting {
    /// The matrix that kith comes with.
    ///
    /// # Panics
    /// Never: a test reads the same embedded files.
    pub fn embedded() -> Self {
        Self::parse(EMBEDDED)
            .unwrap_or_else(|error| panic!("the embedded matrix can't be read: {error}"))
    }

    /// Reads a council's own matrix.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line, its task or key, and what was expected.
    ///
    /// # Panics
    /// Never: a test reads the same embedded marks.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let written = file::read(text)?;
        let marks = Marks::parse(MARKS)
            .unwrap_or_else(|error| panic!("the embedded marks can't be read: {error}"));
        Ok(Self {
            least: written.least,
            tasks: written.tasks,
            months: written.months,
            marks,
        })
    }

    /// How many tasks it has.
    pub fn tasks(&self) -> usize {
        self.tasks.len()
    }

    /// How far a neighbour must have been checked for a case with these tellings.
    pub fn needed(
        &self,
        (case, reports): (&Case, &[Report]),
        (rules, reader): (&Rules, &Reader),
    ) -> Needed {
        let facts = rules.facts(case, reports, reader);
        let details = &case.details;
        let told = [&details.what, &details.r#where, &details.when];
        let texts = reports
            .iter()
            .filter_map(|report| report.text.as_ref())
            .chain(told.into_iter().flatten())
            .chain(&details.answers);
        self.judge(&facts, texts.map(|text| text.reveal().as_str()))
    }

    fn judge<'t>(&self, facts: &Facts, texts: impl Iterator<Item = &'t str>) -> Needed {
        let marks: Vec<&str> = texts.flat_map(|text| self.marks.of(text)).collect();
        let applies = |task: &&Task| {
            let done = |doing: &Doing| marks.contains(&doing.as_str());
            task.when.hold(facts, 0) && (task.doing.is_empty() || task.doing.iter().any(done))
        };
        let applying = self.tasks.iter().filter(applies);
        let highest = applying
            .filter(|task| task.tier >= self.least)
            // The first of several of one tier, as with the rules of triage.
            .fold(None::<&Task>, |best, task| match best {
                Some(best) if best.tier >= task.tier => Some(best),
                _ => Some(task),
            });
        Needed {
            tier: highest.map_or(self.least, |task| task.tier),
            because: highest.map(|task| task.because.clone()),
        }
    }

    /// Until when a tier counts that is seen now; none where it stays.
    pub fn counts_until(&self, tier: Tier, now: Timestamp) -> Option<Timestamp> {
        let months = match tier {
            Tier::Unknown => return None,
            Tier::Introduced => self.months.introduced,
            Tier::References => self.months.references,
            Tier::Basic => self.months.basic,
            Tier::Enhanced => self.months.enhanced,
        };
        let day = jiff::Timestamp::from_millisecond(now.as_millis()).ok()?;
        let until = day
            .to_zoned(jiff::tz::TimeZone::UTC)
            .checked_add(jiff::Span::new().months(months));
        Some(Timestamp::from_millis(
            until.ok()?.timestamp().as_millisecond(),
        ))
    }
}
