//! When: days, dates and hours as people write them, and what they mean on a clock in London.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span as Length, Timestamp as Instant, ToSpan};

use super::number;
use crate::domain::clock::Timestamp;
use crate::domain::particulars::{Day, Hours, When};
use crate::domain::reading::Span;
use crate::intake::fold::Folded;

/// Words before a bare number that make it an hour.
const SAYS_AN_HOUR: &[&str] = &["at", "by", "before", "until", "till", "til", "after"];
/// Words after a bare number that leave it an hour.
const AFTER_AN_HOUR: &[&str] = &[
    "on", "please", "pls", "today", "tomorrow", "tonight", "or", "and", "if", "at", "so", "as",
    "in", "when", "because", "for",
];
const NOON: u16 = 12 * 60;
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

struct Words<'a> {
    folded: &'a Folded,
}

type Found = (usize, Option<Day>, Option<Hours>, bool);

impl Words<'_> {
    fn at(&self, at: usize) -> &str {
        let token = self.folded.tokens.get(at);
        token.map_or("", |token| self.folded.word(token))
    }

    fn same_sentence(&self, one: usize, other: usize) -> bool {
        self.folded.tokens[one].sentence == self.folded.tokens[other].sentence
    }

    fn time_at(&self, at: usize) -> Option<Found> {
        self.day_at(at).or_else(|| self.date_at(at)).or_else(|| {
            self.hours_at(at)
                .map(|(length, hours)| (length, None, Some(hours), false))
        })
    }

    fn day_at(&self, at: usize) -> Option<Found> {
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
    fn date_at(&self, at: usize) -> Option<Found> {
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

    /// "5pm", "half 5", "10 till 3", "17:30", "quarter past nine", "from 9 to 12".
    fn hours_at(&self, at: usize) -> Option<(usize, Hours)> {
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

/// From when until when a time is, said at `said`, on the clocks of London; none where words name no
/// moment. Something that repeats gives its next time.
pub fn resolve(when: &When, said: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let zone = TimeZone::get("Europe/London").ok()?;
    let now = Instant::from_millisecond(said.as_millis())
        .ok()?
        .to_zoned(zone.clone());
    let today = now.date();
    let (first, last) = match when.day {
        None | Some(Day::Today) => (today, today),
        Some(Day::Tomorrow) => after(today, 1.day()).map(|day| (day, day))?,
        Some(Day::Weekday { number, next }) => {
            let wanted = Weekday::from_monday_one_offset(i8::try_from(number).ok()?).ok()?;
            let first = today
                .nth_weekday(1, wanted)
                .ok()
                .filter(|_| today.weekday() != wanted)
                .unwrap_or(today);
            let day = if next { after(first, 7.days())? } else { first };
            (day, day)
        }
        Some(Day::Weekend) => {
            let saturday =
                if today.weekday() == Weekday::Sunday || today.weekday() == Weekday::Saturday {
                    today
                } else {
                    today.nth_weekday(1, Weekday::Saturday).ok()?
                };
            let sunday = if saturday.weekday() == Weekday::Sunday {
                saturday
            } else {
                after(saturday, 1.day())?
            };
            (saturday, sunday)
        }
        Some(Day::ThisWeek) => (today, week_end(today)?),
        Some(Day::NextWeek) => {
            let monday = after(week_end(today)?, 1.day())?;
            (monday, after(monday, 6.days())?)
        }
        Some(Day::Date { day, month }) => date(today, day, month).map(|day| (day, day))?,
        Some(Day::BankHoliday) => next_bank_holiday(today).map(|day| (day, day))?,
    };
    let hours = when.hours.unwrap_or(Hours {
        from: 0,
        until: MIDNIGHT,
    });
    let moment = |day: Date, minutes: u16| {
        let midnight = zone.to_zoned(day.at(0, 0, 0, 0)).ok()?;
        let clock = midnight
            .datetime()
            .checked_add(Length::new().minutes(i64::from(minutes)))
            .ok()?;
        zone.to_zoned(clock)
            .ok()
            .map(|moment| Timestamp::from_millis(moment.timestamp().as_millisecond()))
    };
    Some((moment(first, hours.from)?, moment(last, hours.until)?))
}

fn after(day: Date, length: Length) -> Option<Date> {
    day.checked_add(length).ok()
}

fn week_end(today: Date) -> Option<Date> {
    let left = 7 - today.weekday().to_monday_one_offset();
    after(today, i64::from(left).days())
}

/// The next such date, today included.
fn date(today: Date, day: u8, month: Option<u8>) -> Option<Date> {
    let day = i8::try_from(day).ok()?;
    let first = today.first_of_month();
    (0..24_i64).find_map(|months| {
        let candidate = after(first, months.months())?;
        let right_month =
            month.is_none_or(|month| i8::try_from(month).ok() == Some(candidate.month()));
        let found = Date::new(candidate.year(), candidate.month(), day).ok()?;
        (right_month && found >= today).then_some(found)
    })
}

/// The next bank holiday of England and Wales (Banking and Financial Dealings Act 1971 and the
/// substitute days that are proclaimed each year), today included.
fn next_bank_holiday(today: Date) -> Option<Date> {
    [today.year(), today.year().checked_add(1)?]
        .into_iter()
        .flat_map(bank_holidays)
        .filter(|day| *day >= today)
        .min()
}

fn bank_holidays(year: i16) -> Vec<Date> {
    let nth = |month, nth| {
        let first = Date::new(year, month, 1).ok()?;
        first.nth_weekday_of_month(nth, Weekday::Monday).ok()
    };
    let fixed = |month, day| Date::new(year, month, day).ok();
    let mut days: Vec<Option<Date>> = vec![
        fixed(1, 1).and_then(weekday_on_or_after),
        easter(year).and_then(|sunday| after(sunday, (-2).days())),
        easter(year).and_then(|sunday| after(sunday, 1.day())),
        nth(5, 1),
        nth(5, -1),
        nth(8, -1),
    ];
    let christmas = fixed(12, 25).and_then(weekday_on_or_after);
    let boxing = christmas.and_then(|day| {
        let next = after(day, 1.day())?;
        // Where Christmas moved to Monday, Boxing Day of Sunday comes after it.
        weekday_on_or_after(next)
    });
    days.extend([christmas, boxing]);
    days.into_iter().flatten().collect()
}

fn weekday_on_or_after(day: Date) -> Option<Date> {
    match day.weekday() {
        Weekday::Saturday => after(day, 2.days()),
        Weekday::Sunday => after(day, 1.day()),
        _ => Some(day),
    }
}

/// Easter Sunday by the anonymous Gregorian computus (Nature, 1876).
fn easter(year: i16) -> Option<Date> {
    let number = i32::from(year);
    let (golden, century, rest) = (number % 19, number / 100, number % 100);
    let moon_shift = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - moon_shift + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let correction = (golden + 11 * epact + 22 * weekday) / 451;
    let sum = epact + weekday - 7 * correction + 114;
    Date::new(
        year,
        i8::try_from(sum / 31).ok()?,
        i8::try_from(sum % 31 + 1).ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tuesday 10 March 2026, 14:00 in London.
    const SAID: Timestamp = Timestamp::from_millis(1_773_151_200_000);

    fn told(text: &str) -> String {
        let zone = TimeZone::get("Europe/London").unwrap();
        let shown = |moment: Timestamp| {
            let moment = Instant::from_millisecond(moment.as_millis()).unwrap();
            moment
                .to_zoned(zone.clone())
                .strftime("%a %-d %b %H:%M")
                .to_string()
        };
        let parts = find(&Folded::new(text)).into_iter().map(|when| {
            let (from, until) = resolve(&when, SAID).unwrap();
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
    fn bank_holidays_are_those_of_the_gazette() {
        let days = |year| {
            let mut days: Vec<String> = bank_holidays(year).iter().map(Date::to_string).collect();
            days.sort();
            days
        };
        assert_eq!(
            days(2026),
            [
                "2026-01-01",
                "2026-04-03",
                "2026-04-06",
                "2026-05-04",
                "2026-05-25",
                "2026-08-31",
                "2026-12-25",
                "2026-12-28"
            ]
        );
        assert_eq!(
            days(2027),
            [
                "2027-01-01",
                "2027-03-26",
                "2027-03-29",
                "2027-05-03",
                "2027-05-31",
                "2027-08-30",
                "2027-12-27",
                "2027-12-28"
            ]
        );
    }
}
