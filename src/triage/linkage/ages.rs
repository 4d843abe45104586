//! How old people are, where only a number says it: "Doris, 84, needs", "she's 91", "(72)".

use crate::domain::reading::Span;
use crate::intake;

/// Whoever is younger is told of as "aged 6", which the reading knows; other small numbers are seldom ages.
const YOUNGEST: u16 = 18;
const OLDEST: u16 = 109;
/// Before an age.
const BEFORE: &[&str] = &[
    "is", "she's", "he's", "shes", "hes", "aged", "age", "i'm", "im", "am", "was", "turned",
    "nearly", "almost", "be", "only", "who's", "mum's", "dad's", "nan's", "gran's",
];
/// Before an age that commas or brackets hold: people, or what they are called.
const WITHIN: [char; 3] = [',', '(', '-'];
/// After a number that is of something else.
const COUNTED: &[&str] = &[
    "mins", "min", "minutes", "hours", "hrs", "days", "weeks", "wks", "months", "miles", "mile",
    "quid", "pounds", "percent", "people", "of", "am", "pm", "years", "degrees", "odd", "metres",
    "houses", "meals", "min", "kg", "stone", "boxes", "bags", "tins",
];

/// The ages of a text beside those that the reading knows.
pub(super) fn ages(text: &str) -> Vec<u16> {
    let words = intake::words(text);
    let mut found = Vec::new();
    for (at, (word, span)) in words.iter().enumerate() {
        let Some(age) = age(word) else { continue };
        let before = at.checked_sub(1).map(|before| words[before].0.as_str());
        let after = words.get(at + 1).map(|(word, _)| word.as_str());
        if after.is_some_and(|after| COUNTED.contains(&after)) {
            continue;
        }
        if before.is_some_and(|before| BEFORE.contains(&before)) || stands_alone(text, *span) {
            found.push(age);
        }
    }
    found
}

fn age(word: &str) -> Option<u16> {
    let age = word.parse().ok()?;
    (word.len() > 1 && (YOUNGEST..=OLDEST).contains(&age)).then_some(age)
}

/// Between marks: ", 84," and "(84)".
fn stands_alone(text: &str, span: Span) -> bool {
    let before = text[..span.start].trim_end_matches(' ').chars().next_back();
    let after = text[span.end..].chars().next();
    let opened = before.is_some_and(|mark| WITHIN.contains(&mark));
    let closed = after.is_none_or(|mark| matches!(mark, ',' | ')' | '.' | ';' | '!' | '?'));
    // "28, 30, 32"
    let listed = text[span.end..]
        .trim_start_matches([',', ' '])
        .starts_with(|letter: char| letter.is_ascii_digit());
    opened && closed && !listed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_by_where_it_stands() {
        for (text, found) in [
            ("Doris, 84, needs shopping", vec![84]),
            ("my nan (91) can't get out, she's on 12 Mill Lane", vec![91]),
            ("she's 88 and alone", vec![88]),
            (
                "it is 20 mins away, size 42, route 31, 40 tins, 07700 900123",
                vec![],
            ),
            ("is 30 miles off, by 18, 20 or 22", vec![]),
        ] {
            assert_eq!(ages(text), found, "{text}");
        }
    }
}
