//! What a named time means on a clock in London.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span as Length, Timestamp as Instant, ToSpan};

use super::{MIDNIGHT, bank_holidays};
use crate::domain::clock::Timestamp;
use crate::domain::nation::Nation;
use crate::domain::particulars::{Day, Hours, When};

/// From when until when a time is, said at `said`, on the clocks of London; none where words name no
/// moment. Something that repeats gives its next time, and a bank holiday is one of `nation`.
pub fn resolve(when: &When, said: Timestamp, nation: Nation) -> Option<(Timestamp, Timestamp)> {
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
        Some(Day::BankHoliday) => bank_holidays::next(today, nation).map(|day| (day, day))?,
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
