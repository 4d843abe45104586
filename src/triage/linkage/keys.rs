//! Under which hashes a telling is looked up: who tells it, whom it names and how to reach them, where it is with what it
//! is about, and bands of a `MinHash` signature of its words (Broder 1997), which two tellings in much the same words share.

use crate::domain::traces::{Hash, Hasher, Traces, WordTrace};

/// So many bands of `ROWS` smallest hashes each: tellings that share four fifths of their words have a band in common
/// with a probability of 0.998, those that share half with 0.82.
const BANDS: u64 = 6;
const ROWS: u64 = 2;
/// Words rarer than this make the signature: what everybody says brings everybody together.
const RARE_FROM: u8 = 4;
/// With fewer such words, two tellings look alike by chance.
const LEAST_WORDS: usize = 4;

/// The keys of a telling, each once.
pub(super) fn keys(hasher: &Hasher, traces: &Traces) -> Vec<Hash> {
    let numbered = |sort: &str, hash: Hash| hasher.hash(sort, &hash.as_i64().to_string());
    let mut keys = Vec::new();
    keys.extend(traces.author.map(|author| numbered("author key", author)));
    keys.extend(
        traces
            .postcode
            .map(|postcode| numbered("postcode key", postcode)),
    );
    for (sort, hashes) in [
        ("contact key", &traces.contacts),
        ("address key", &traces.addresses),
        ("name key", &traces.names),
    ] {
        keys.extend(hashes.iter().map(|hash| numbered(sort, *hash)));
    }
    // Where and what: the outcode or the places named, with the most important category.
    if let Some(about) = traces.categories.first() {
        let places = traces.outcode.iter().chain(&traces.places);
        keys.extend(places.map(|place| {
            hasher.hash(
                "place and help key",
                &format!("{}\n{about}", place.as_i64()),
            )
        }));
    }
    keys.extend(bands(hasher, &traces.words));
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn bands(hasher: &Hasher, words: &[WordTrace]) -> Vec<Hash> {
    let rare: Vec<u64> = words
        .iter()
        .filter(|word| word.rarity() >= RARE_FROM)
        .map(|word| u64::from(word.as_u32()))
        .collect();
    if rare.len() < LEAST_WORDS {
        return Vec::new();
    }
    let band = |band: u64| {
        let smallest = |row: u64| {
            let seed = band * ROWS + row + 1;
            rare.iter()
                .map(|word| mixed(word ^ seed.wrapping_mul(GOLDEN)))
                .min()
        };
        let signature: Vec<String> = (0..ROWS)
            .filter_map(smallest)
            .map(|hash| hash.to_string())
            .collect();
        hasher.hash("band", &format!("{band}\n{}", signature.join("\n")))
    };
    (0..BANDS).map(band).collect()
}

/// 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finalizer of `SplitMix64` (Steele, Lea, Flood 2014): one number to another, all bits mixed.
const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(GOLDEN);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}
