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

/// What a telling is looked up by, and how much it says that another one has it too: of many that share something, those
/// that share most are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// What is looked up.
    pub hash: Hash,
    /// What it is worth, of 10.
    pub weight: u8,
}

/// A person, or a household.
const SURE: u8 = 10;
/// A name or a street, where a part of town is known too.
const NARROW: u8 = 5;
/// What many have.
const WIDE: u8 = 2;
/// A band: rarer words in common.
const BAND: u8 = 3;

/// The keys of a telling, each once.
pub(super) fn keys(hasher: &Hasher, traces: &Traces) -> Vec<Key> {
    let numbered = |sort: &str, hash: Hash| hasher.hash(sort, &hash.as_i64().to_string());
    let mut keys = Vec::new();
    let mut add = |hash: Hash, weight: u8| keys.push(Key { hash, weight });
    for (sort, weight, hashes) in [
        ("author key", SURE, traces.author.as_slice()),
        ("postcode key", SURE, traces.postcode.as_slice()),
        ("contact key", SURE, &traces.contacts),
        ("address key", SURE, &traces.addresses),
        ("name key", WIDE, &traces.names),
    ] {
        for hash in hashes {
            add(numbered(sort, *hash), weight);
        }
    }
    let places = || traces.outcode.iter().chain(&traces.places);
    for place in places() {
        for name in &traces.names {
            let both = format!("{}\n{}", place.as_i64(), name.as_i64());
            add(hasher.hash("place and name key", &both), NARROW);
        }
        if let Some(about) = traces.categories.first() {
            let both = format!("{}\n{about}", place.as_i64());
            add(hasher.hash("place and help key", &both), WIDE);
        }
    }
    for hash in bands(hasher, &traces.words) {
        add(hash, BAND);
    }
    keys.sort_unstable();
    keys.dedup_by_key(|key| key.hash);
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
