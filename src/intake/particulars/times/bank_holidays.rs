//! The days on which banks are closed, reckoned for any year (Banking and Financial Dealings Act 1971,
//! and <https://www.gov.uk/bank-holidays>). Days that are proclaimed for one year alone, as for a
//! coronation, are not known.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::domain::nation::Nation;

/// The next bank holiday of a nation, today included.
pub(super) fn next(today: Date, nation: Nation) -> Option<Date> {
    [today.year(), today.year().checked_add(1)?]
        .into_iter()
        .flat_map(|year| of_year(year, nation))
        .filter(|day| *day >= today)
        .min()
}

/// The bank holidays of a year, in their order.
fn of_year(year: i16, nation: Nation) -> Vec<Date> {
    let fixed = |month, day| Date::new(year, month, day).ok();
    let monday = |month, nth| {
        let first = Date::new(year, month, 1).ok()?;
        first.nth_weekday_of_month(nth, Weekday::Monday).ok()
    };
    let easter = easter(year);
    let mut days = vec![
        easter.and_then(|sunday| sunday.checked_sub(2.days()).ok()),
        monday(5, 1),
        monday(5, -1),
    ];
    // Days of the calendar, which move where they fall on a weekend.
    let mut dated = vec![fixed(1, 1), fixed(12, 25), fixed(12, 26)];
    let easter_monday = easter.and_then(|sunday| sunday.tomorrow().ok());
    match nation {
        Nation::England | Nation::Wales => days.extend([easter_monday, monday(8, -1)]),
        Nation::Scotland => {
            days.push(monday(8, 1));
            dated.extend([fixed(1, 2), fixed(11, 30)]);
        }
        Nation::NorthernIreland => {
            days.extend([easter_monday, monday(8, -1)]);
            dated.extend([fixed(3, 17), fixed(7, 12)]);
        }
    }
    let mut days: Vec<Date> = days.into_iter().flatten().collect();
    let (moving, staying): (Vec<Date>, Vec<Date>) = dated
        .into_iter()
        .flatten()
        .partition(|day| is_of_weekend(*day));
    days.extend(staying);
    for day in moving {
        days.extend(substitute(day, &days));
    }
    days.sort_unstable();
    days
}

/// The next day of the week that is no holiday already.
fn substitute(day: Date, taken: &[Date]) -> Option<Date> {
    day.series(1.day())
        .find(|day| !is_of_weekend(*day) && !taken.contains(day))
}

fn is_of_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
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

    fn days(year: i16, nation: Nation) -> String {
        let days = of_year(year, nation);
        let days: Vec<String> = days
            .iter()
            .map(|day| day.strftime("%-d %b").to_string())
            .collect();
        days.join(", ")
    }

    #[test]
    fn bank_holidays_are_those_of_the_gazette() {
        let cases = [
            (
                Nation::England,
                2026,
                "1 Jan, 3 Apr, 6 Apr, 4 May, 25 May, 31 Aug, 25 Dec, 28 Dec",
            ),
            (
                Nation::England,
                2027,
                "1 Jan, 26 Mar, 29 Mar, 3 May, 31 May, 30 Aug, 27 Dec, 28 Dec",
            ),
            (
                Nation::Scotland,
                2026,
                "1 Jan, 2 Jan, 3 Apr, 4 May, 25 May, 3 Aug, 30 Nov, 25 Dec, 28 Dec",
            ),
            (
                Nation::NorthernIreland,
                2026,
                "1 Jan, 17 Mar, 3 Apr, 6 Apr, 4 May, 25 May, 13 Jul, 31 Aug, 25 Dec, 28 Dec",
            ),
        ];
        for (nation, year, expected) in cases {
            assert_eq!(days(year, nation), expected, "{nation:?} {year}");
        }
        assert_eq!(days(2026, Nation::Wales), days(2026, Nation::England));
    }

    #[test]
    fn a_holiday_on_a_weekend_moves_to_the_next_free_day() {
        let cases = [
            // The 1st is a Saturday, the 2nd a Sunday.
            (Nation::Scotland, 2022, "3 Jan, 4 Jan"),
            // The 1st is a Sunday, and the 2nd a holiday of its own.
            (Nation::Scotland, 2023, "2 Jan, 3 Jan"),
            // The 2nd is a Saturday.
            (Nation::Scotland, 2021, "1 Jan, 4 Jan"),
            // St Patrick's Day is a Sunday.
            (Nation::NorthernIreland, 2024, "1 Jan, 18 Mar"),
        ];
        for (nation, year, expected) in cases {
            assert!(
                days(year, nation).starts_with(&format!("{expected}, ")),
                "{nation:?} {year}: {}",
                days(year, nation)
            );
        }
        // St Andrew's Day of 2025 is a Sunday.
        assert!(days(2025, Nation::Scotland).ends_with(", 1 Dec, 25 Dec, 26 Dec"));
        // Christmas Day of 2022 is a Sunday, and the Monday after it is Boxing Day.
        assert!(days(2022, Nation::England).ends_with("26 Dec, 27 Dec"));
    }

    #[test]
    fn the_next_one_may_be_of_next_year() {
        let day = |year, month, day| Date::new(year, month, day).unwrap();
        let eve = day(2026, 12, 29);
        assert_eq!(next(eve, Nation::Scotland), Some(day(2027, 1, 1)));
        let second = day(2026, 1, 2);
        assert_eq!(next(second, Nation::Scotland), Some(second));
        assert_eq!(next(second, Nation::England), Some(day(2026, 4, 3)));
    }
}
