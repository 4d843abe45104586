//! What must not be shown to others: numbers and addresses, found in order to be protected. Rather
//! one too many than one too few, but a number counts as a card or an NHS number only where its
//! check digit is right.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::particulars::{Secret, Sensitive};
use crate::domain::reading::Span;

/// What each looks like. Where the pattern has a group `it`, only that is what must be protected.
static PATTERNS: LazyLock<Vec<(Secret, Regex)>> = LazyLock::new(|| {
    // Telephone numbers: Ofcom's plan, nine or ten digits after 0 or +44, spaced in any way.
    const PHONE: &str = r"(?:\+|\b00)44[\s().-]*(?:0[\s().-]*)?[1-9](?:[\s().-]{0,2}\d){8,9}\b|(?:\(|\b)0[\s()]?[1-9](?:[\s().-]{0,2}\d){8,9}\b";
    const EMAIL: &str = r"\b[\w.+%-]+@[\w-]+(?:\.[\w-]+)+\b";
    const STREET: &str = r"(?i)\b(?:(?:flat|apt|unit|room|no\.?)\s*\d+[a-z]?[,\s]+)?\d{1,4}[a-z]?,?\s+(?:[\p{L}'’.-]+\s+){1,3}?(?:street|st|road|rd|avenue|ave|lane|ln|close|cl|drive|dr|way|crescent|cres|terrace|gardens|gdns|court|ct|place|grove|walk|mews|hill|row|rise|square|sq|parade|green|gate|wynd|brae|loan|vale|view|heol|ffordd|stryd)\b";
    const FLAT: &str = r"(?i)\b(?:flat|apartment|apt)\s+\d+[a-z]?\b";
    const CARD: &str = r"\b\d(?:[ -]?\d){12,18}\b";
    const NHS: &str = r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b";
    // HMRC's NIM39110: two letters, six digits, one of A to D.
    const INSURANCE: &str =
        r"(?i)\b[abceghj-prstw-z][abceghj-nprstw-z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[a-d]\b";
    const ACCOUNT: &str = r"\b\d{2}[ -]\d{2}[ -]\d{2}\b\D{0,24}\b\d{8}\b|(?i)\b(?:acc(?:oun)?t?|a/c)\D{0,16}(?P<it>\d{8})\b|(?i)\bsort\s*code\D{0,8}(?P<code>\d{2}[ -]?\d{2}[ -]?\d{2})\b";
    const PIN: &str = r"(?i)\b(?:pin|passcode|password|passwrd|otp)\b(?:\s+(?:number|no|code))?\s*(?:is|=|:|'s)?\s*(?P<it>\d{3,8}|[\w!@#$%^&*]*\d[\w!@#$%^&*]*)";
    const KEY: &str = r"(?i)\bkeys?\b[^.!?\n]{0,24}\b(?:under|underneath|behind|beneath|inside)\b[^.!?,\n]{0,30}|\b(?:key\s?safe|keysafe|lock\s?box|door)\b[^.!?\n]{0,12}\bcode\b[^\d\n]{0,8}\d{3,6}\b";
    const BORN: &str = r"(?i)\b(?:d\.?o\.?b\.?|date of birth|born(?:\s+on)?)\b\W{0,4}(?P<it>\d{1,2}[/. -](?:\d{1,2}|[a-z]{3,9})[/. -]\d{2,4})";
    [
        (Secret::Email, EMAIL),
        (Secret::NationalInsurance, INSURANCE),
        (Secret::Account, ACCOUNT),
        (Secret::Card, CARD),
        (Secret::Phone, PHONE),
        (Secret::NhsNumber, NHS),
        (Secret::Pin, PIN),
        (Secret::Key, KEY),
        (Secret::BirthDate, BORN),
        (Secret::Address, STREET),
        (Secret::Address, FLAT),
    ]
    .into_iter()
    .filter_map(|(secret, pattern)| Some((secret, Regex::new(pattern).ok()?)))
    .collect()
});

/// Everything of the kind in a text, in its order, without overlaps.
pub(super) fn find(text: &str) -> Vec<Sensitive> {
    let mut found: Vec<Sensitive> = Vec::new();
    let digits = text.chars().filter(|letter| letter.is_numeric()).count();
    let has = |word: &str| {
        let windows = text.as_bytes().windows(word.len());
        windows
            .into_iter()
            .any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
    };
    for (secret, pattern) in PATTERNS.iter() {
        // A cheap look first: few texts have any of these.
        let may_be = match secret {
            Secret::Email => text.contains('@'),
            Secret::Key => has("key") || has("lock") || has("door"),
            Secret::Pin | Secret::Address => digits > 0,
            Secret::BirthDate => digits >= 3,
            Secret::NationalInsurance | Secret::Account => digits >= 6,
            Secret::Phone | Secret::NhsNumber | Secret::Card => digits >= 9,
        };
        if !may_be {
            continue;
        }
        for captures in pattern.captures_iter(text) {
            let whole = captures.get(0);
            let Some(part) = captures.name("it").or(captures.name("code")).or(whole) else {
                continue;
            };
            let range = part.range();
            let free =
                |other: &Sensitive| range.end <= other.span.start || other.span.end <= range.start;
            if is_right(*secret, &text[range.clone()]) && found.iter().all(free) {
                found.push(Sensitive {
                    secret: *secret,
                    span: span(range),
                });
            }
        }
    }
    found.sort_by_key(|sensitive| sensitive.span.start);
    found
}

fn span(range: Range<usize>) -> Span {
    Span {
        start: range.start,
        end: range.end,
    }
}

fn is_right(secret: Secret, text: &str) -> bool {
    let digits: Vec<u32> = text
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .collect();
    match secret {
        Secret::Card => luhn(&digits),
        Secret::NhsNumber => nhs(&digits),
        _ => true,
    }
}

/// ISO/IEC 7812-1, annex B.
fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match (at % 2, digit * 2) {
            (0, _) => *digit,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| *digit > 0)
}

/// The NHS data dictionary: weights 10 to 2, eleven less the remainder; 11 stands for 0, 10 is none.
fn nhs(digits: &[u32]) -> bool {
    let [first @ .., check] = digits else {
        return false;
    };
    let sum: u32 = first
        .iter()
        .zip((2..=10).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    match 11 - sum % 11 {
        11 => *check == 0,
        10 => false,
        expected => *check == expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Secret, &str)> {
        find(text)
            .iter()
            .map(|sensitive| {
                (
                    sensitive.secret,
                    &text[sensitive.span.start..sensitive.span.end],
                )
            })
            .collect()
    }

    #[test]
    fn patterns_are_all_there() {
        assert_eq!(PATTERNS.len(), 11);
    }

    #[test]
    fn numbers_and_addresses_are_found() {
        let cases: &[(&str, &[(Secret, &str)])] = &[
            (
                "ring me 07700 900123 ta",
                &[(Secret::Phone, "07700 900123")],
            ),
            (
                "+44 7700 900 123 or (020) 7946 0000",
                &[
                    (Secret::Phone, "+44 7700 900 123"),
                    (Secret::Phone, "(020) 7946 0000"),
                ],
            ),
            (
                "mail jo.b@example.org",
                &[(Secret::Email, "jo.b@example.org")],
            ),
            (
                "NHS no 943 476 5919",
                &[(Secret::NhsNumber, "943 476 5919")],
            ),
            ("order 943 476 5910", &[]),
            (
                "card 4111 1111 1111 1111",
                &[(Secret::Card, "4111 1111 1111 1111")],
            ),
            ("my pin is 4821", &[(Secret::Pin, "4821")]),
            (
                "NI AB 12 34 56 C",
                &[(Secret::NationalInsurance, "AB 12 34 56 C")],
            ),
            (
                "sort code 20-00-00 acc 55779911",
                &[(Secret::Account, "20-00-00"), (Secret::Account, "55779911")],
            ),
            (
                "come to 12 Mill Street after six",
                &[(Secret::Address, "12 Mill Street")],
            ),
            ("flat 4b, 3rd floor", &[(Secret::Address, "flat 4b")]),
            (
                "the key is under the blue pot",
                &[(Secret::Key, "key is under the blue pot")],
            ),
            ("born on 3/4/1950", &[(Secret::BirthDate, "3/4/1950")]),
            ("20 minutes at 5, 3 bags, M25", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), *expected, "{text}");
        }
    }
}
