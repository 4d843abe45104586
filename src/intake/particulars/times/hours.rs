//! Hours and clock phrases, as people say them.

use super::MIDNIGHT;
use super::words::Words;
use crate::domain::particulars::Hours;
use crate::intake::particulars::number;

/// Words before a bare number that make it an hour.
const SAYS_AN_HOUR: &[&str] = &["at", "by", "before", "until", "till", "til", "after"];
/// Words after a bare number that leave it an hour.
const AFTER_AN_HOUR: &[&str] = &[
    "on", "please", "pls", "today", "tomorrow", "tonight", "or", "and", "if", "at", "so", "as",
    "in", "when", "because", "for",
];
const NOON: u16 = 12 * 60;

impl Words<'_> {
    /// "5pm", "half 5", "10 till 3", "17:30", "quarter past nine", "from 9 to 12".
    pub(super) fn hours_at(&self, at: usize) -> Option<(usize, Hours)> {
        let before = at.checked_sub(1).map_or("", |before| self.at(before));
        let (length, from, sure) = self.clock_at(at)?;
        let second = matches!(
            self.at(at + length),
            "to" | "till" | "til" | "until" | "-" | "and"
        )
        .then(|| self.clock_at(at + length + 1))
        .flatten();
        if let Some((more, until, sure_too)) = second
            && (sure || sure_too || before == "from" || before == "between")
        {
            let until = if until <= from { until + NOON } else { until };
            return (until <= MIDNIGHT).then_some((length + 1 + more, Hours { from, until }));
        }
        // A bare number is an hour only after a word that says so, and before no thing.
        let said = SAYS_AN_HOUR.contains(&before);
        let next = self.at(at + length);
        let thing = next.starts_with(char::is_alphabetic) && !AFTER_AN_HOUR.contains(&next);
        if !sure && (!said || thing) {
            return None;
        }
        let hours = match before {
            "by" | "before" | "until" | "till" | "til" => Hours {
                from: 0,
                until: from,
            },
            "after" | "from" => Hours {
                from,
                until: MIDNIGHT,
            },
            _ => Hours {
                from,
                until: (from + 60).min(MIDNIGHT),
            },
        };
        Some((length, hours))
    }

    /// A time of day: how many words, the minute, and whether it can be nothing else.
    fn clock_at(&self, at: usize) -> Option<(usize, u16, bool)> {
        let here = self.at(at);
        let next = self.at(at + 1);
        match here {
            "noon" | "midday" => return Some((1, NOON, true)),
            "midnight" => return Some((1, MIDNIGHT, true)),
            "half" => {
                let past = usize::from(next == "past");
                let hour = hour(self.at(at + 1 + past))?;
                return Some((2 + past, day_time(hour, 30), past == 1 || hour > 0));
            }
            "quarter" => {
                let hour = hour(self.at(at + 2))?;
                return match next {
                    "past" => Some((3, day_time(hour, 15), true)),
                    "to" => Some((3, day_time(hour, 0).checked_sub(15)?, true)),
                    _ => None,
                };
            }
            _ => {}
        }
        for (ending, afternoon) in [("am", false), ("pm", true)] {
            if let Some(time) = here.strip_suffix(ending).and_then(split) {
                return Some((1, half_of_day(time, afternoon)?, true));
            }
            if next == ending {
                return Some((2, half_of_day(split(here)?, afternoon)?, true));
            }
        }
        if next == "o'clock" || next == "oclock" {
            return Some((2, day_time(hour(here)?, 0), true));
        }
        let (hours, minutes) = split(here)?;
        let colon = here.contains([':', '.']);
        if colon && (here.contains(':') || minutes % 5 == 0) && here.len() >= 4 {
            let exact = hours * 60 + minutes;
            let minute = if here.starts_with('0') || hours > 12 {
                exact
            } else {
                day_time(hours, minutes)
            };
            return (minute <= MIDNIGHT).then_some((1, minute, here.contains(':')));
        }
        let hour = hour(here)?;
        Some((1, day_time(hour, 0), false))
    }
}

fn hour(word: &str) -> Option<u16> {
    let hour = number(word).filter(|hour| (1..=12).contains(hour))?;
    u16::try_from(hour).ok()
}

/// "5", "5:30", "5.30" as hours and minutes.
fn split(word: &str) -> Option<(u16, u16)> {
    let (hours, minutes) = word.split_once([':', '.']).unwrap_or((word, "0"));
    let hours: u16 = hours.parse().ok().or_else(|| hour(hours))?;
    let minutes: u16 = minutes.parse().ok()?;
    (hours <= 24 && minutes < 60).then_some((hours, minutes))
}

fn half_of_day((hours, minutes): (u16, u16), afternoon: bool) -> Option<u16> {
    let hours = match (hours, afternoon) {
        (12, false) => 0,
        (12, true) => 12,
        (1..=11, true) => hours + 12,
        (13..=23, true) | (0..=11, false) => hours,
        _ => return None,
    };
    Some(hours * 60 + minutes)
}

/// Which half of the day people mean: from seven in the morning to half past six in the evening.
fn day_time(hours: u16, minutes: u16) -> u16 {
    let afternoon = (1..=6).contains(&hours);
    (hours + if afternoon { 12 } else { 0 }) * 60 + minutes
}
