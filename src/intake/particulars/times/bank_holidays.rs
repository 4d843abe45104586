//! The days on which banks are closed, reckoned for any year.

use jiff::civil::{Date, Weekday};
use jiff::{Span as Length, ToSpan};

/// The next bank holiday of England and Wales (Banking and Financial Dealings Act 1971 and the
/// substitute days that are proclaimed each year), today included.
pub(super) fn next(today: Date) -> Option<Date> {
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

fn after(day: Date, length: Length) -> Option<Date> {
    day.checked_add(length).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
