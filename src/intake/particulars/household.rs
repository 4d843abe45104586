//! How many people, how many children, how old; and so many of anything else.

use super::number;
use crate::domain::particulars::{Household, Quantity};
use crate::domain::reading::Span;
use crate::intake::fold::{Folded, Token};

const CHILDREN: &[&str] = &[
    "kids",
    "kid",
    "children",
    "child",
    "bairns",
    "weans",
    "boys",
    "girls",
    "lads",
    "daughters",
    "sons",
    "babies",
    "toddlers",
    "grandkids",
    "grandchildren",
    "little",
    "littlies",
    "teenagers",
    "teens",
    "twins",
    "triplets",
    "tots",
    "wains",
    "childer",
];
const ADULTS: &[&str] = &["adults", "grown", "grownups", "people", "persons", "mouths"];
/// What follows a number but is no thing.
const NO_THING: &[&str] = &[
    "am",
    "pm",
    "of",
    "to",
    "till",
    "til",
    "until",
    "or",
    "and",
    "in",
    "on",
    "at",
    "if",
    "for",
    "the",
    "a",
    "is",
    "was",
    "are",
    "who",
    "that",
    "times",
    "more",
    "o'clock",
    "th",
    "st",
    "rd",
    "nd",
    "year",
    "years",
    "yr",
    "yrs",
    "yo",
    "month",
    "months",
    "mths",
    "week",
    "weeks",
    "wks",
    "day",
    "days",
    "hour",
    "hours",
    "hrs",
    "hr",
    "minute",
    "minutes",
    "mins",
    "min",
    "half",
    "metres",
    "miles",
    "mile",
    "quid",
    "pounds",
    "pound",
    "degrees",
    "percent",
    "any",
    "my",
    "x",
    "xx",
    "xxx",
    "we",
    "i",
    "he",
    "she",
    "they",
    "it",
    "with",
    "by",
    "as",
    "from",
    "but",
    "please",
    "pls",
    "ta",
    "thanks",
    "me",
    "you",
    "so",
    "not",
    "no",
    "near",
    "this",
    "next",
    "last",
    "every",
    "max",
    "left",
    "each",
    "yesterday",
    "today",
    "tomorrow",
    "tonight",
];

/// The people that a text speaks of, and its other numbers of things.
pub(super) fn find(folded: &Folded) -> (Option<Household>, Vec<Quantity>) {
    let tokens = &folded.tokens;
    let word = |at: usize| tokens.get(at).map_or("", |token| folded.word(token));
    let mut household = Household::default();
    let mut quantities = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let next = at + 1;
        if let Some(age) = age_at(&word, at) {
            if !household.ages.contains(&age) && household.ages.len() < 12 {
                household.ages.push(age);
            }
            at += 2;
            continue;
        }
        let Some(count) = number(word(at)) else {
            at = next;
            continue;
        };
        let before = (
            at.checked_sub(2).map_or("", word),
            at.checked_sub(1).map_or("", word),
        );
        let small = u16::try_from(count)
            .ok()
            .filter(|count| (1..=30).contains(count));
        if CHILDREN.contains(&word(next))
            || (word(next) == "small" && CHILDREN.contains(&word(at + 2)))
        {
            household.children = household.children.max(small);
        } else if matches!(
            before,
            (
                "family" | "household" | "group" | "mum" | "mother" | "mam" | "dad",
                "of"
            )
        ) {
            if matches!(before.0, "mum" | "mother" | "mam" | "dad") {
                household.children = household.children.max(small);
            } else {
                household.people = household.people.max(small);
            }
        } else if (word(next), word(at + 2)) == ("of", "us") || ADULTS.contains(&word(next)) {
            household.people = household.people.max(small);
        } else if let Some(quantity) = quantity(tokens, &word, at, count) {
            quantities.push(quantity);
        }
        at = next;
    }
    let told = household != Household::default();
    (told.then_some(household), quantities)
}

/// "84 year old", "aged 5", "3yo", "4 month old baby", "(72)" after a name is left alone.
fn age_at<'a>(word: &impl Fn(usize) -> &'a str, at: usize) -> Option<u16> {
    let here = word(at);
    if here == "aged" || here == "age" {
        return age(number(word(at + 1))?);
    }
    if let Some(years) = here.strip_suffix("yo").or_else(|| here.strip_suffix("yr")) {
        return age(years.parse().ok()?);
    }
    let count = number(here)?;
    let old = |at: usize| matches!(word(at), "old" | "olds");
    match word(at + 1) {
        "yo" | "yearold" | "y/o" => age(count),
        "year" | "years" | "yr" | "yrs" if old(at + 2) => age(count),
        "month" | "months" | "mth" | "week" | "weeks" | "wk" | "day" | "days" if old(at + 2) => {
            let months = matches!(word(at + 1), "month" | "months" | "mth");
            age(if months { count / 12 } else { 0 })
        }
        _ => None,
    }
}

fn age(years: u32) -> Option<u16> {
    u16::try_from(years).ok().filter(|years| *years <= 115)
}

fn quantity<'a>(
    tokens: &[Token],
    word: &impl Fn(usize) -> &'a str,
    at: usize,
    count: u32,
) -> Option<Quantity> {
    let (here, thing) = (&tokens[at], tokens.get(at + 1)?);
    let names = word(at + 1).starts_with(char::is_alphabetic) && !NO_THING.contains(&word(at + 1));
    let is_price = at > 0 && matches!(word(at - 1), "£" | "€" | "$" | "no" | "number" | "flat");
    let is_code = here.span.end == thing.span.start;
    (names && !is_price && !is_code && here.sentence == thing.sentence && count > 0).then_some(
        Quantity {
            count,
            span: Span {
                start: here.span.start,
                end: thing.span.end,
            },
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Option<Household>, Vec<String>) {
        let (household, quantities) = find(&Folded::new(text));
        let words = quantities
            .iter()
            .map(|quantity| text[quantity.span.start..quantity.span.end].to_owned());
        (household, words.collect())
    }

    #[test]
    fn people_are_counted() {
        type Told<'a> = (Option<u16>, Option<u16>, &'a [u16]);
        let cases: &[(&str, Told<'_>)] = &[
            ("family of five in a bedsit", (Some(5), None, &[])),
            ("me and two kids, one in nappies", (None, Some(2), &[])),
            ("there's 4 of us and 3 kids", (Some(4), Some(3), &[])),
            (
                "single mum of 3, aged 2, 5yo and a 4 month old",
                (None, Some(3), &[2, 5, 0]),
            ),
            ("84 year old lady", (None, None, &[84])),
            ("bus at 3 of course", (None, None, &[])),
        ];
        for (text, (people, children, ages)) in cases {
            let expected = Household {
                people: *people,
                children: *children,
                ages: ages.to_vec(),
            };
            let expected = (expected != Household::default()).then_some(expected);
            assert_eq!(found(text).0, expected, "{text}");
        }
    }

    #[test]
    fn things_are_counted_but_not_times_and_prices() {
        assert_eq!(
            found("2 bags of nappies and three duvets").1,
            ["2 bags", "three duvets"]
        );
        assert_eq!(
            found("at 5 pm for 20 minutes, £5 each, flat 3 please").1,
            [""; 0]
        );
    }
}
