//! What a text tells beside its kind. Diets, barriers and relations are rules of the lexicon;
//! numbers, times, places and what must be protected are read here.

mod household;
mod places;
mod sensitive;
mod times;

pub use times::resolve as resolve_time;

use super::fold::Folded;
use crate::domain::particulars::{Particulars, Sensitive};

/// Everything that can be read without the lexicon. `areas` are names that the group uses.
pub(super) fn find(text: &str, folded: &Folded, areas: &[String]) -> Particulars {
    let (household, quantities) = household::find(folded);
    Particulars {
        household,
        quantities,
        places: places::find(text, folded, areas),
        times: times::find(folded),
        sensitive: sensitive::find(text),
        ..Particulars::default()
    }
}

/// What must be protected in a text, in its order, without overlaps.
pub(super) fn sensitive(text: &str) -> Vec<Sensitive> {
    sensitive::find(text)
}

/// A number, in digits or as a word up to twelve.
fn number(word: &str) -> Option<u32> {
    const WORDS: &[&str] = &[
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    if let Some(at) = WORDS.iter().position(|known| *known == word) {
        return u32::try_from(at + 1).ok();
    }
    match word {
        "both" | "couple" | "twins" => Some(2),
        "triplets" => Some(3),
        _ if word.len() <= 6 => word.parse().ok(),
        _ => None,
    }
}
