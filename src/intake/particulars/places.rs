//! Where: postcodes, streets, landmarks that people go by, and the names of the group's own area.

use crate::domain::particulars::{PlaceKind, PlaceName};
use crate::domain::reading::Span;
use crate::intake::fold::Folded;
use crate::intake::postcode;

const STREETS: &[&str] = &[
    "street", "road", "rd", "avenue", "ave", "lane", "close", "drive", "way", "crescent", "cres",
    "terrace", "gardens", "gdns", "court", "grove", "walk", "mews", "hill", "square", "parade",
    "wynd", "brae", "loan", "vale", "rise", "row", "estate",
];
/// Street words that are names only after a name: "my way" and "a long drive" are none.
const LANDMARKS: &[&str] = &[
    "church",
    "chapel",
    "mosque",
    "masjid",
    "gurdwara",
    "temple",
    "synagogue",
    "school",
    "library",
    "pub",
    "station",
    "park",
    "surgery",
    "hospital",
    "tesco",
    "asda",
    "aldi",
    "lidl",
    "spar",
    "co-op",
    "coop",
    "sainsburys",
    "sainsbury's",
    "morrisons",
    "chippy",
    "garage",
    "hall",
    "bridge",
    "bakery",
    "chemist",
    "nursery",
    "flats",
    "tower",
    "roundabout",
    "mill",
    "pond",
    "green",
    "harbour",
    "market",
];
/// Landmarks of two words; a hall of any kind is among those of one.
const LANDMARKS_OF_TWO: &[(&str, &str)] = &[
    ("post", "office"),
    ("bus", "stop"),
    ("leisure", "centre"),
    ("community", "centre"),
];
const BEFORE_LANDMARK: &[&str] = &[
    "near", "by", "behind", "opposite", "beside", "outside", "next", "past", "at", "above",
    "round", "from", "towards", "off",
];
/// How far before a landmark its preposition may stand: "next to the old Methodist church".
const REACH: usize = 5;

/// The places of a text, in their order. `areas` are names that the group uses.
pub(super) fn find(text: &str, folded: &Folded, areas: &[String]) -> Vec<PlaceName> {
    let mut found: Vec<PlaceName> = postcode::find_all(text, folded)
        .into_iter()
        .map(|found| PlaceName {
            kind: if found.code.contains(' ') {
                PlaceKind::Postcode
            } else {
                PlaceKind::Outcode
            },
            span: found.span,
        })
        .collect();
    let tokens = &folded.tokens;
    for at in 1..tokens.len() {
        let word = folded.word(&tokens[at]);
        if STREETS.contains(&word)
            && let Some(first) = named_from(text, folded, at)
        {
            push(
                &mut found,
                PlaceKind::Street,
                (tokens[first].span.start, tokens[at].span.end),
            );
        } else if let Some(landmark) = landmark_at(folded, at)
            && let Some(first) = landmark_from(folded, landmark)
        {
            push(
                &mut found,
                PlaceKind::Landmark,
                (tokens[first].span.start, tokens[at].span.end),
            );
        }
    }
    for area in areas {
        let name = Folded::new(area);
        let words: Vec<&str> = name.tokens.iter().map(|token| name.word(token)).collect();
        let stands = |at: &usize| {
            let here = &tokens[*at..*at + words.len()];
            here.iter()
                .zip(&words)
                .all(|(token, word)| folded.word(token) == *word)
        };
        if words.is_empty() || words.len() > tokens.len() {
            continue;
        }
        if let Some(at) = (0..=tokens.len() - words.len()).find(stands) {
            let end = tokens[at + words.len() - 1].span.end;
            push(&mut found, PlaceKind::Area, (tokens[at].span.start, end));
        }
    }
    found.sort_by_key(|place| place.span.start);
    found
}

fn push(found: &mut Vec<PlaceName>, kind: PlaceKind, (start, end): (usize, usize)) {
    let free = |other: &PlaceName| end <= other.span.start || other.span.end <= start;
    if found.iter().all(free) {
        found.push(PlaceName {
            kind,
            span: Span { start, end },
        });
    }
}

/// The first word of the name before a street word: up to three capitalised words, and a house
/// number before them.
fn named_from(text: &str, folded: &Folded, street: usize) -> Option<usize> {
    let tokens = &folded.tokens;
    let capital = |at: usize| {
        let span = tokens[at].span;
        text[span.start..span.end].starts_with(char::is_uppercase)
            && tokens[at].sentence == tokens[street].sentence
            && !matches!(folded.word(&tokens[at]), "i" | "the" | "my" | "a" | "no")
    };
    let mut first = street;
    while first > 0 && street - first < 3 && capital(first - 1) {
        first -= 1;
    }
    if first == street {
        return None;
    }
    let number = first.checked_sub(1)?;
    let is_number = folded
        .word(&tokens[number])
        .starts_with(|digit: char| digit.is_ascii_digit());
    Some(
        if is_number && tokens[number].sentence == tokens[street].sentence {
            number
        } else {
            first
        },
    )
    .filter(|_| street > 0)
}

/// The first word of the landmark whose last word this is.
fn landmark_at(folded: &Folded, last: usize) -> Option<usize> {
    let tokens = &folded.tokens;
    let word = folded.word(&tokens[last]);
    if LANDMARKS.contains(&word) {
        return Some(last);
    }
    let first = last.checked_sub(1)?;
    let words = (folded.word(&tokens[first]), word);
    let same = tokens[first].sentence == tokens[last].sentence;
    (same && LANDMARKS_OF_TWO.contains(&words)).then_some(first)
}

/// The article before a landmark, where a word before it says that it is a place.
fn landmark_from(folded: &Folded, landmark: usize) -> Option<usize> {
    let tokens = &folded.tokens;
    let from = landmark.saturating_sub(REACH);
    let article = (from..landmark)
        .rev()
        .find(|at| folded.word(&tokens[*at]) == "the")?;
    let before = folded.word(tokens.get(article.checked_sub(1)?)?);
    let same = tokens[article].sentence == tokens[landmark].sentence;
    let to = before == "to"
        && article >= 2
        && matches!(folded.word(&tokens[article - 2]), "next" | "close");
    (same && (BEFORE_LANDMARK.contains(&before) || to)).then_some(article)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named() {
        let cases: &[(&str, &[(PlaceKind, &str)])] = &[
            (
                "top of Mill Street, ME7 1AB, by the old chapel",
                &[
                    (PlaceKind::Street, "Mill Street"),
                    (PlaceKind::Postcode, "ME7 1AB"),
                    (PlaceKind::Landmark, "the old chapel"),
                ],
            ),
            ("on my way down the road", &[]),
            (
                "12 Castle Hill is flooding",
                &[(PlaceKind::Street, "12 Castle Hill")],
            ),
            (
                "outside the post office, or next to the old community centre",
                &[
                    (PlaceKind::Landmark, "the post office"),
                    (PlaceKind::Landmark, "the old community centre"),
                ],
            ),
            (
                "the bins are by the town hall",
                &[(PlaceKind::Landmark, "the town hall")],
            ),
            ("past the post. Office hours are nine to five", &[]),
            (
                "anyone on the Dumbles free",
                &[(PlaceKind::Area, "the Dumbles")],
            ),
        ];
        for (text, expected) in cases {
            let areas = ["The Dumbles".to_owned()];
            let found = find(text, &Folded::new(text), &areas);
            let found: Vec<(PlaceKind, &str)> = found
                .iter()
                .map(|place| (place.kind, &text[place.span.start..place.span.end]))
                .collect();
            assert_eq!(found, *expected, "{text}");
        }
    }
}
