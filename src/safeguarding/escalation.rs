//! Who is called when no lead takes a concern in time, and when that is.

use std::time::Duration;

use jiff::ToSpan;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use crate::domain::clock::Timestamp;
use crate::domain::ids::{DestinationId, Place};
use crate::domain::people::Person;

/// How soon somebody must take a concern where life may be at risk.
const DANGER_WITHIN: Duration = Duration::from_mins(15);
/// Where a working day is reckoned.
const ZONE: &str = "Europe/London";

/// Who is called after the leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deputy {
    /// A channel.
    Channel(Place),
    /// A person, in private.
    Person(Person),
}

/// Whom to call, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// How soon a lead must have taken a concern where life may be at risk.
    pub danger_within: Duration,
    /// How soon any other; one working day where left out.
    pub others_within: Option<Duration>,
    /// Who is called after the leads.
    pub deputies: Vec<Deputy>,
    /// Which destination is told after that.
    pub destination: Option<DestinationId>,
}

impl Default for Escalation {
    /// A quarter of an hour where life may be at risk, else one working day; nobody after the leads.
    fn default() -> Self {
        Self {
            danger_within: DANGER_WITHIN,
            others_within: None,
            deputies: Vec::new(),
            destination: None,
        }
    }
}

impl Escalation {
    /// When a lead must have taken what was raised at `now`.
    pub fn within(&self, danger: bool, now: Timestamp) -> Timestamp {
        if danger {
            return now + self.danger_within;
        }
        match self.others_within {
            Some(within) => now + within,
            None => next_working_day(now).unwrap_or(now + Duration::from_hours(24)),
        }
    }
}

/// The same time on the next day that is none of a weekend. Bank holidays count as working days: sooner is safer.
fn next_working_day(now: Timestamp) -> Option<Timestamp> {
    let zone = TimeZone::get(ZONE).ok()?;
    let now = jiff::Timestamp::from_millisecond(now.as_millis()).ok()?;
    let mut day = now.to_zoned(zone).checked_add(1.day()).ok()?;
    while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
        day = day.checked_add(1.day()).ok()?;
    }
    Some(Timestamp::from_millis(day.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let at: jiff::Timestamp = text.parse().unwrap();
        Timestamp::from_millis(at.as_millisecond())
    }

    #[test]
    fn danger_waits_a_quarter_of_an_hour_and_all_else_a_working_day() {
        let escalation = Escalation::default();
        let friday = at("2026-11-20T16:00:00Z");
        assert_eq!(escalation.within(true, friday), at("2026-11-20T16:15:00Z"));
        assert_eq!(escalation.within(false, friday), at("2026-11-23T16:00:00Z"));
        let sunday = at("2026-11-22T09:00:00Z");
        assert_eq!(escalation.within(false, sunday), at("2026-11-23T09:00:00Z"));
        // Clocks go forward in the night to Sunday.
        let friday = at("2026-03-27T10:00:00Z");
        assert_eq!(escalation.within(false, friday), at("2026-03-30T09:00:00Z"));
    }

    #[test]
    fn a_council_may_choose_other_times() {
        let escalation = Escalation {
            danger_within: Duration::from_mins(5),
            others_within: Some(Duration::from_hours(4)),
            ..Escalation::default()
        };
        let now = at("2026-11-20T16:00:00Z");
        assert_eq!(escalation.within(true, now), at("2026-11-20T16:05:00Z"));
        assert_eq!(escalation.within(false, now), at("2026-11-20T20:00:00Z"));
    }
}
