//! Streets, and houses in them, as they are compared: in capitals or not, the street word in full, the number wherever in the
//! text it stands.

use crate::domain::particulars::{PlaceKind, PlaceName};
use crate::domain::reading::Span;
use crate::intake;

/// What streets are called, each with how people shorten it.
const STREETS: &[(&str, &str)] = &[
    ("road", "rd"),
    ("street", "str"),
    ("avenue", "ave"),
    ("lane", "ln"),
    ("crescent", "cres"),
    ("terrace", "terr"),
    ("gardens", "gdns"),
    ("grove", "grv"),
    ("mews", "mews"),
    ("buildings", "bldgs"),
    ("villas", "vlls"),
];
/// The same, which are other words too: with capitals, or behind a house number.
const STREETS_OR_WORDS: &[(&str, &str)] = &[
    ("street", "st"),
    ("drive", "dr"),
    ("close", "cl"),
    ("court", "ct"),
    ("grove", "gr"),
    ("square", "sq"),
    ("rise", "rise"),
    ("parade", "pde"),
    ("row", "row"),
    ("way", "way"),
    ("walk", "wlk"),
    ("hill", "hill"),
    ("place", "pl"),
    ("view", "view"),
    ("green", "grn"),
    ("park", "pk"),
    ("wynd", "wynd"),
    ("brae", "brae"),
    ("vale", "vale"),
    ("house", "hse"),
    ("tower", "twr"),
    ("lodge", "lodge"),
    ("mansions", "mans"),
    ("heights", "hts"),
    ("flats", "flats"),
];
/// Before a street word, but no street's name.
const NO_NAMES: &[&str] = &[
    "the", "mile", "miles", "min", "mins", "minute", "minutes", "hour", "hours", "day", "days",
    "week", "weeks", "year", "years", "and", "per", "each", "more", "from", "people", "houses",
    "our", "your", "her", "his", "their", "this", "that", "main", "same", "whole", "long", "down",
    "across", "over", "off", "side", "every", "private", "busy", "local", "next", "other", "icy",
    "cross", "dead", "one", "any", "for", "with", "into", "onto", "are", "was", "dog", "safe",
    "quiet", "little", "short", "steep", "rough", "very", "too", "back", "front", "town", "can",
];
/// Before a street.
const BEFORE_STREETS: &[&str] = &[
    "on", "in", "at", "off", "near", "from", "of", "by", "to", "down", "along", "up", "round",
    "behind", "opposite", "top", "end",
];
/// Before a number that is a house's.
const BEFORE_HOUSES: &[&str] = &["number", "no", "num", "house", "door"];
/// Before a number that is a home's in a house.
const BEFORE_FLATS: &[&str] = &["flat", "room", "apartment", "apt", "unit"];
/// With more numbers of doors, nobody can tell which belongs to which street.
const MOST_DOORS: usize = 3;

/// Where a text says that it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Addresses {
    /// Doors: "14 larkfield road", "flat 3 E83GU".
    pub(super) houses: Vec<String>,
    /// Streets, buildings, landmarks and parts of the area.
    pub(super) places: Vec<String>,
}

/// Finds them. `postcode` is a full one without its space.
pub(super) fn find(text: &str, places: &[PlaceName], postcode: Option<&str>) -> Addresses {
    let words = intake::words(text);
    let mut found = Addresses::default();
    let (mut streets, mut numbered) = (Vec::new(), Vec::new());
    for at in 1..words.len() {
        if let Some((street, number)) = street_at(text, &words, at) {
            numbered.extend(number.map(|number| (number, street.clone())));
            streets.push(street);
        }
    }
    let flats = numbers_after(&words, BEFORE_FLATS);
    let flat = flats
        .first()
        .map(|flat| format!("flat {flat} "))
        .unwrap_or_default();
    for (number, street) in &numbered {
        found.houses.push(format!("{flat}{number} {street}"));
    }
    let mut doors = numbers_after(&words, BEFORE_HOUSES);
    doors.retain(|door| numbered.iter().all(|(number, _)| number != door));
    let doors: Vec<String> = if numbered.is_empty() && doors.is_empty() {
        flats.iter().map(|flat| format!("flat {flat}")).collect()
    } else {
        doors.iter().map(|door| format!("{flat}{door}")).collect()
    };
    if doors.len() <= MOST_DOORS && numbered.is_empty() {
        for place in streets.iter().map(String::as_str).chain(postcode) {
            found
                .houses
                .extend(doors.iter().map(|door| format!("{door} {place}")));
        }
    }
    if let ([(number, _)], Some(postcode)) = (numbered.as_slice(), postcode) {
        found.houses.push(format!("{flat}{number} {postcode}"));
    }
    let landmarks = places
        .iter()
        .filter(|place| matches!(place.kind, PlaceKind::Landmark | PlaceKind::Area))
        .map(|place| {
            text.get(place.span.start..place.span.end)
                .unwrap_or_default()
        });
    found.places = landmarks.map(spelled).chain(streets).collect();
    found
}

/// The street whose last word stands here, and the number of a house in it.
fn street_at(text: &str, words: &[(String, Span)], at: usize) -> Option<(String, Option<String>)> {
    let among = |list: &[(&'static str, &str)]| {
        let (word, _) = &words[at];
        let known = list
            .iter()
            .find(|(full, short)| word == full || word == short);
        known.map(|(full, _)| *full)
    };
    let plain = among(STREETS);
    let street = plain.or_else(|| among(STREETS_OR_WORDS))?;
    let name = words[at - 1].0.as_str();
    let name = name.strip_suffix("'s").unwrap_or(name);
    let named = |word: &str| {
        word.len() > 2
            && !NO_NAMES.contains(&word)
            && word.chars().all(|letter| !letter.is_ascii_digit())
    };
    if !named(name) {
        return None;
    }
    // "Flat 16 Alma Tower": a number, but not the tower's.
    let house = |at: usize| -> Option<String> {
        let of_flat = at > 0 && BEFORE_FLATS.contains(&words[at - 1].0.as_str());
        (is_number(&words[at].0) && !of_flat).then(|| words[at].0.clone())
    };
    let number = at.checked_sub(2).and_then(|before| {
        let further = || {
            named(&words[before].0)
                .then(|| before.checked_sub(1).and_then(house))
                .flatten()
        };
        house(before).or_else(further)
    });
    let capital = |at: usize| text[words[at].1.start..].starts_with(char::is_uppercase);
    let before = at.checked_sub(2).map(|before| words[before].0.as_str());
    let known = number.is_some()
        || capital(at - 1) && (capital(at) || plain.is_some())
        || plain.is_some() && before.is_some_and(|before| BEFORE_STREETS.contains(&before));
    known.then(|| (format!("{name} {street}"), number))
}

/// Numbers of doors: up to four digits, and perhaps a letter.
fn is_number(word: &str) -> bool {
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    word.len() - digits.len() <= 1
        && (1..=4).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
}

fn numbers_after(words: &[(String, Span)], before: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = words
        .windows(2)
        .filter(|pair| before.contains(&pair[0].0.as_str()) && is_number(&pair[1].0))
        .map(|pair| pair[1].0.clone())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Folded words with one space between.
pub(super) fn spelled(words: &str) -> String {
    let words = intake::words(words).into_iter().map(|(word, _)| word);
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Reader;

    fn of(text: &str) -> Addresses {
        let reading = Reader::rules_alone().read(text);
        let code = reading.postcode.map(|code| code.replace(' ', ""));
        find(text, &reading.particulars.places, code.as_deref())
    }

    #[test]
    fn a_house_is_found_however_it_is_written() {
        for (text, house) in [
            ("14 Larkfield Road needs shopping", "14 larkfield road"),
            ("shopping for 14 larkfield rd pls", "14 larkfield road"),
            ("12 Mill Row, 3 kids", "12 mill row"),
            (
                "Mrs Vaughan on Tredegar Street, number 22",
                "22 tredegar street",
            ),
            ("no. 2 top of ashgrove terr", "2 ashgrove terrace"),
            ("Flat 16 Alma Tower, Rotherham", "flat 16 alma tower"),
            ("room 212 at the Castle St hotel", "flat 212 castle street"),
            ("Flat 2, 14 Mill Lane", "flat 2 14 mill lane"),
            ("flat 3, no heat, E8 3GU", "flat 3 E83GU"),
        ] {
            assert_eq!(of(text).houses, [house], "{text}");
        }
    }

    #[test]
    fn a_walk_of_twenty_minutes_is_no_house() {
        for text in [
            "it is a 20 mins walk from here, could somebody drive me",
            "the chemist is 4 miles down the road",
            "30 at St Mary's need lunch",
            "I could drive, 2 of us can walk the long way",
            "so close to the main road, see dr Patel",
        ] {
            assert!(of(text).houses.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_street_is_the_same_with_and_without_a_house_number() {
        for text in [
            "14 Larkfield Rd",
            "on larkfield road",
            "Lower Larkfield Road please",
        ] {
            assert_eq!(of(text).places, ["larkfield road"], "{text}");
        }
    }
}
