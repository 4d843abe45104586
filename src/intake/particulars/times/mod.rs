//! When: days, dates and hours as people write them, and what they mean on a clock in London.

mod bank_holidays;
mod days;
mod hours;
mod resolve;
mod words;

pub use resolve::resolve;

use words::{Found, Words};

use crate::domain::particulars::{Day, Hours, When};
use crate::domain::reading::Span;
use crate::intake::fold::Folded;

/// Where a day ends, in minutes since it began.
const MIDNIGHT: u16 = 24 * 60;

/// The times that a text names, in its order. A day and an hour beside each other are one time.
pub(super) fn find(folded: &Folded) -> Vec<When> {
    let words = Words { folded };
    let mut found: Vec<(usize, usize, When)> = Vec::new();
    let mut at = 0;
    while at < folded.tokens.len() {
        let Some((length, day, hours, repeats)) = words.time_at(at) else {
            at += 1;
            continue;
        };
        let last = at + length - 1;
        let deadline =
            at > 0 && matches!(words.at(at - 1), "by" | "before" | "until" | "till" | "til");
        let span = Span {
            start: folded.tokens[at].span.start,
            end: folded.tokens[last].span.end,
        };
        match found.last_mut() {
            Some((_, end, when))
                if joins(when, (day, hours)) && at - *end <= 3 && words.same_sentence(*end, at) =>
            {
                when.day = when.day.or(day);
                when.hours = when.hours.or(hours);
                when.deadline |= deadline;
                when.repeats |= repeats;
                when.span.end = span.end;
                *end = last;
            }
            _ => {
                let when = When {
                    day,
                    hours,
                    deadline,
                    repeats,
                    span,
                };
                found.push((at, last, when));
            }
        }
        at = last + 1;
    }
    found.into_iter().map(|(_, _, when)| when).collect()
}

/// Whether a time fills a gap of the one before it.
fn joins(when: &When, (day, hours): (Option<Day>, Option<Hours>)) -> bool {
    (when.day.is_none() || day.is_none()) && (when.hours.is_none() || hours.is_none())
}

impl Words<'_> {
    fn time_at(&self, at: usize) -> Option<Found> {
        self.day_at(at).or_else(|| self.date_at(at)).or_else(|| {
            self.hours_at(at)
                .map(|(length, hours)| (length, None, Some(hours), false))
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp as Instant;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::domain::clock::Timestamp;
    use crate::domain::nation::Nation;

    /// Tuesday 10 March 2026, 14:00 in London.
    const SAID: Timestamp = Timestamp::from_millis(1_773_151_200_000);

    fn told(text: &str) -> String {
        told_in(Nation::default(), text)
    }

    fn told_in(nation: Nation, text: &str) -> String {
        let zone = TimeZone::get("Europe/London").unwrap();
        let shown = |moment: Timestamp| {
            let moment = Instant::from_millisecond(moment.as_millis()).unwrap();
            moment
                .to_zoned(zone.clone())
                .strftime("%a %-d %b %H:%M")
                .to_string()
        };
        let parts = find(&Folded::new(text)).into_iter().map(|when| {
            let (from, until) = resolve(&when, SAID, nation).unwrap();
            format!(
                "{}: {} – {}{}{}",
                &text[when.span.start..when.span.end],
                shown(from),
                shown(until),
                if when.deadline { ", at the latest" } else { "" },
                if when.repeats {
                    ", again and again"
                } else {
                    ""
                }
            )
        });
        parts.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn times_are_read_as_people_mean_them() {
        let cases: &[(&str, &str)] = &[
            (
                "can anyone come tonight",
                "tonight: Tue 10 Mar 18:00 – Wed 11 Mar 00:00",
            ),
            (
                "tmrw at half 9",
                "tmrw at half 9: Wed 11 Mar 09:30 – Wed 11 Mar 10:30",
            ),
            (
                "by Friday please",
                "Friday: Fri 13 Mar 00:00 – Sat 14 Mar 00:00, at the latest",
            ),
            (
                "a week on Thursday",
                "Thursday: Thu 19 Mar 00:00 – Fri 20 Mar 00:00",
            ),
            (
                "Saturdays 10 till 2pm",
                "Saturdays 10 till 2pm: Sat 14 Mar 10:00 – Sat 14 Mar 14:00, again and again",
            ),
            (
                "before 5 if you can",
                "5: Tue 10 Mar 00:00 – Tue 10 Mar 17:00, at the latest",
            ),
            ("on the 22nd", "22nd: Sun 22 Mar 00:00 – Mon 23 Mar 00:00"),
            (
                "3rd of April at 17:15",
                "3rd of April at 17:15: Fri 3 Apr 17:15 – Fri 3 Apr 18:15",
            ),
            (
                "open bank holiday too",
                "bank holiday: Fri 3 Apr 00:00 – Sat 4 Apr 00:00",
            ),
            (
                "quarter past nine",
                "quarter past nine: Tue 10 Mar 09:15 – Tue 10 Mar 10:15",
            ),
            ("3 bags for 5 kids, he sat down at 2 tables", ""),
            (
                "the clocks go forward on 29 March at 2pm",
                "29 March at 2pm: Sun 29 Mar 14:00 – Sun 29 Mar 15:00",
            ),
            ("good morning all", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), *expected, "{text}");
        }
    }

    #[test]
    fn a_bank_holiday_is_one_of_the_nation() {
        let told = |nation| told_in(nation, "on the bank holiday");
        assert_eq!(
            told(Nation::NorthernIreland),
            "bank holiday: Tue 17 Mar 00:00 – Wed 18 Mar 00:00"
        );
        for nation in [Nation::England, Nation::Wales, Nation::Scotland] {
            assert_eq!(
                told(nation),
                "bank holiday: Fri 3 Apr 00:00 – Sat 4 Apr 00:00"
            );
        }
    }
}
