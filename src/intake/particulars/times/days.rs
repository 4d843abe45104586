//! Days and dates, as people name them.

use super::words::{Found, Words};
use crate::domain::particulars::{Day, Hours};

impl Words<'_> {
    /// "tomorrow", "every tuesday", "this evening", "next week".
    pub(super) fn day_at(&self, at: usize) -> Option<Found> {
        let before = at.checked_sub(1).map_or("", |before| self.at(before));
        let day = |day, length| Some((length, Some(day), None, false));
        let part = |from: u16, until: u16| {
            Some(Hours {
                from: from * 60,
                until: until * 60,
            })
        };
        match self.at(at) {
            "today" | "2day" | "tday" => day(Day::Today, 1),
            "tonight" | "tonite" | "2nite" => Some((1, Some(Day::Today), part(18, 24), false)),
            "tomorrow" | "tmrw" | "tmr" | "tomoz" | "2moro" | "tommorow" | "tomorrows" => {
                day(Day::Tomorrow, 1)
            }
            "morra" | "morn" if before == "the" => day(Day::Tomorrow, 1),
            "weekend" | "wknd" => day(Day::Weekend, 1),
            "week" if before == "this" => day(Day::ThisWeek, 1),
            "week" if before == "next" => day(Day::NextWeek, 1),
            "bank" if self.at(at + 1) == "holiday" => day(Day::BankHoliday, 2),
            "this" => match self.at(at + 1) {
                "morning" | "morn" => Some((2, Some(Day::Today), part(6, 12), false)),
                "afternoon" | "aft" | "arvo" => Some((2, Some(Day::Today), part(12, 18), false)),
                "evening" | "eve" => Some((2, Some(Day::Today), part(17, 24), false)),
                _ => None,
            },
            "morning" | "mornings" if Self::is_of_day(before) => {
                Some((1, None, part(6, 12), false))
            }
            "afternoon" | "afternoons" if Self::is_of_day(before) => {
                Some((1, None, part(12, 18), false))
            }
            "evening" | "evenings" if Self::is_of_day(before) => {
                Some((1, None, part(17, 24), false))
            }
            word => {
                let (number, several) = weekday(word)?;
                let next = before == "next"
                    || (self.at(at.wrapping_sub(2)), before) == ("week", "on")
                    || self.at(at + 1) == "week";
                let repeats = several || before == "every" || before == "each";
                Some((1, Some(Day::Weekday { number, next }), None, repeats))
            }
        }
    }

    /// A part of the day means a time beside a day or "in the", not in "good morning".
    fn is_of_day(before: &str) -> bool {
        matches!(before, "the" | "any" | "every" | "in" | "most")
            || weekday(before).is_some()
            || matches!(before, "tomorrow" | "tmrw")
    }

    /// "3 may", "may 3rd", "3/5", "the 22nd".
    pub(super) fn date_at(&self, at: usize) -> Option<Found> {
        let date = |length, day, month| Some((length, Some(Day::Date { day, month }), None, false));
        let here = self.at(at);
        if let Some((day, month)) = here.split_once(['/', '.'])
            && here.contains('/')
            && let (Some(day), Some(month)) = (
                of_month(day),
                month.parse().ok().filter(|month| (1..=12).contains(month)),
            )
        {
            return date(1, day, Some(month));
        }
        if let Some(month) = month(here)
            && let Some(day) = of_month(self.at(at + 1))
        {
            return date(2, day, Some(month));
        }
        let day = of_month(here)?;
        let of = usize::from(self.at(at + 1) == "of");
        if let Some(month) = month(self.at(at + 1 + of)) {
            return date(2 + of, day, Some(month));
        }
        let ordinal = !here.bytes().all(|byte| byte.is_ascii_digit());
        let before = at.checked_sub(1).map_or("", |before| self.at(before));
        (ordinal && matches!(before, "the" | "on")).then_some((
            1,
            Some(Day::Date { day, month: None }),
            None,
            false,
        ))
    }
}

fn weekday(word: &str) -> Option<(u8, bool)> {
    const DAYS: [&[&str]; 7] = [
        &["monday", "mon"],
        &["tuesday", "tues", "tue"],
        &["wednesday", "weds", "wed", "wensday"],
        &["thursday", "thurs", "thur", "thu"],
        &["friday", "fri"],
        &["saturday", "sat", "setterday"],
        &["sunday", "sun", "sunda"],
    ];
    let bare = word.strip_suffix("'s").unwrap_or(word);
    (1..).zip(DAYS).find_map(|(number, names)| {
        // "sat" and "sun" alone are words of their own.
        if names.contains(&bare) && !matches!(bare, "sat" | "sun") {
            return Some((number, false));
        }
        if matches!(bare, "sat" | "sun") && names.contains(&bare) && word == bare {
            return None;
        }
        let plural = bare.strip_suffix('s').unwrap_or("");
        (plural == names[0]).then_some((number, true))
    })
}

fn month(word: &str) -> Option<u8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    (1..).zip(MONTHS).find_map(|(number, name)| {
        let short =
            word.len() >= 3 && name.starts_with(word) && (word.len() == 3 || word == "sept");
        (name == word || short).then_some(number)
    })
}

fn of_month(word: &str) -> Option<u8> {
    let bare = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|end| word.strip_suffix(end))
        .unwrap_or(word);
    bare.parse().ok().filter(|day| (1..=31).contains(day))
}
