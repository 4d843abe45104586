//! The keys under which cases and offers find each other: kind of help with a place, and where to look for them.

use std::collections::BTreeMap;

use crate::domain::areas::{Areas, letters};
use crate::domain::case::Case;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::reading::Category;
use crate::domain::settings::Area;

/// So many outcodes of an area are looked through where a telling names none.
const PLACES: usize = 8;

/// How much a key says for what is found under it: what has the most is weighed first. Time for anything counts half.
pub const IN_THE_PLACE: u8 = 8;
const CLOSE_BY: u8 = 6;
/// As [`IN_THE_PLACE`]; it is also what the place itself says for time for anything.
pub const OF_THE_SAME_LETTERS: u8 = 4;
const WHEREVER: u8 = 2;

/// Where to look, each key with how much it says.
pub type SoughtKeys = BTreeMap<String, u8>;

/// Where something is: its own outcode, else those of its area; none where it may be anywhere.
pub fn places<'p>(outcode: Option<&'p String>, area: &'p Area) -> Vec<&'p str> {
    match outcode {
        Some(outcode) => vec![outcode.as_str()],
        None => area
            .outcodes()
            .iter()
            .take(PLACES)
            .map(String::as_str)
            .collect(),
    }
}

/// Under which keys a case is found by new offers: while it is with the hub.
pub fn case_keys(case: &Case) -> Vec<String> {
    if case.state.is_with_hub() {
        filed(&case.categories, &places(case.outcode.as_ref(), &case.area))
    } else {
        Vec::new()
    }
}

/// Under which keys an offer is found by cases: while it is open.
pub fn offer_keys(offer: &Offer) -> Vec<String> {
    if offer.state == OfferState::Open {
        let places = places(offer.outcode.as_ref(), &offer.area);
        filed(&offer.categories, &places)
    } else {
        Vec::new()
    }
}

/// Under which keys the offers are that may fit a case: of its kinds of help, and of time for anything.
pub fn keys_for_case(case: &Case, areas: &Areas) -> SoughtKeys {
    let places = places(case.outcode.as_ref(), &case.area);
    let mut keys = sought(&[Category::Volunteering], &places, areas);
    for weight in keys.values_mut() {
        *weight /= 2;
    }
    keys.extend(sought(&case.categories, &places, areas));
    keys
}

/// Under which keys the cases are that an offer may fit. An offer of time alone is found by cases, not the other way.
pub fn keys_for_offer(offer: &Offer, areas: &Areas) -> SoughtKeys {
    let places = places(offer.outcode.as_ref(), &offer.area);
    sought(&offer.categories, &places, areas)
}

/// Where something of these kinds in these places is filed: each kind under each place, under the letters of each, and
/// under "anywhere" for those who don't know where they are; where it has no place, under that alone.
fn filed(about: &[Category], places: &[&str]) -> Vec<String> {
    let mut keys = Vec::new();
    for about in about {
        keys.push(format!("{about}@*"));
        if places.is_empty() {
            keys.push(format!("{about}@?"));
        }
        for place in places {
            keys.push(format!("{about}@{place}"));
            keys.push(format!("{about}@{}", letters(place)));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Where to look for something of these kinds near these places.
fn sought(about: &[Category], places: &[&str], areas: &Areas) -> SoughtKeys {
    let mut keys = SoughtKeys::new();
    for about in about {
        let mut add = |place: &str, weight: u8| {
            let known = keys.entry(format!("{about}@{place}")).or_default();
            *known = weight.max(*known);
        };
        if places.is_empty() {
            add("*", IN_THE_PLACE);
            continue;
        }
        add("?", WHEREVER);
        for place in places {
            add(place, IN_THE_PLACE);
            add(letters(place), OF_THE_SAME_LETTERS);
            for other in areas.around(place) {
                add(other, CLOSE_BY);
            }
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::areas::{Grid, Point};

    fn meets(areas: &Areas, filed_at: &[&str], from: &[&str]) -> Option<u8> {
        let filed = filed(&[Category::Food], filed_at);
        let sought = sought(&[Category::Food], from, areas);
        filed
            .iter()
            .filter_map(|key| sought.get(key))
            .copied()
            .max()
    }

    #[test]
    fn what_is_filed_is_found_from_near_and_from_nowhere() {
        let nowhere = Areas::default();
        let meets = |filed_at: &[&str], from: &[&str]| meets(&nowhere, filed_at, from);
        assert_eq!(meets(&["ME7"], &["ME7"]), Some(IN_THE_PLACE));
        assert_eq!(meets(&["ME7"], &["ME8", "CT1"]), Some(OF_THE_SAME_LETTERS));
        assert_eq!(meets(&["ME7"], &["CT1"]), None);
        assert_eq!(meets(&[], &["CT1"]), Some(WHEREVER));
        assert!(meets(&["ME7"], &[]).is_some());
        assert!(meets(&[], &[]).is_some());
        let other = sought(&[Category::Pets], &["ME7"], &nowhere);
        assert!(
            !filed(&[Category::Food], &["ME7"])
                .iter()
                .any(|key| other.contains_key(key))
        );
    }

    #[test]
    fn what_is_close_by_is_found_across_letters_once_it_is_known_where_it_is() {
        let (grid, east) = (Grid::Britain, 532_000);
        let point = |north| Point { grid, east, north };
        let known: Areas = [("SE1", 179_500), ("EC1A", 181_500)]
            .map(|(outcode, north)| (outcode.to_owned(), point(north)))
            .into_iter()
            .collect();
        assert_eq!(meets(&Areas::default(), &["EC1A"], &["SE1"]), None);
        assert_eq!(meets(&known, &["EC1A"], &["SE1"]), Some(CLOSE_BY));
        assert_eq!(meets(&known, &["SE1"], &["EC1A"]), Some(CLOSE_BY));
        assert_eq!(meets(&known, &["SE2"], &["SE1"]), Some(OF_THE_SAME_LETTERS));
    }
}
