//! Under which hashes a telling is looked up: who tells it, how to reach whom it is about, pairs of what says little alone
//! (a name with a street, an age with a street, a house with the kind of help), and bands of a `MinHash` signature of its words (Broder 1997), which two tellings in much the same words share.

use std::cmp::Reverse;

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
/// Two things of which few people share both.
const NARROW: u8 = 6;
/// Two things that a few hundred people in a town share.
const MIDDLING: u8 = 3;
/// What many have.
const WIDE: u8 = 2;
/// A band: rarer words in common.
const BAND: u8 = 3;
/// More numbers and houses than this are of a list too.
const MOST_SURE: usize = 8;
/// More names, streets or ages than this are of a list, not of a household.
const MOST: usize = 3;
/// Whoever is younger is a child, of whose age there are many.
const GROWN_UP: u16 = 18;

/// The keys of a telling, each once.
pub(super) fn keys(hasher: &Hasher, traces: &Traces) -> Vec<Key> {
    let mut keys = Keys {
        hasher,
        found: Vec::new(),
    };
    for (sort, hashes) in [
        ("author key", traces.author.as_slice()),
        ("postcode key", traces.postcode.as_slice()),
        ("contact key", &traces.contacts),
        ("address key", &traces.addresses),
    ] {
        for hash in hashes.iter().take(MOST_SURE) {
            keys.add(sort, SURE, &[hash.as_i64()]);
        }
    }
    keys.add_pairs(traces);
    let Keys { mut found, .. } = keys;
    let bands = bands(hasher, &traces.words).into_iter();
    found.extend(bands.map(|hash| Key { hash, weight: BAND }));
    found.sort_unstable_by_key(|key| (key.hash, Reverse(key.weight)));
    found.dedup_by_key(|key| key.hash);
    found
}

/// Keys as they are found.
struct Keys<'h> {
    hasher: &'h Hasher,
    found: Vec<Key>,
}

impl Keys<'_> {
    fn add(&mut self, sort: &str, weight: u8, parts: &[i64]) {
        let parts: Vec<String> = parts.iter().map(i64::to_string).collect();
        let hash = self.hasher.hash(sort, &parts.join("\n"));
        self.found.push(Key { hash, weight });
    }

    /// What says little alone and much together: names, streets, the area, ages and the kind of help.
    fn add_pairs(&mut self, traces: &Traces) {
        let first = |hashes: &[Hash]| -> Vec<i64> {
            hashes.iter().take(MOST).map(|hash| hash.as_i64()).collect()
        };
        let (names, places) = (first(&traces.names), first(&traces.places));
        let area = traces.outcode.map(Hash::as_i64);
        let about = traces.categories.first();
        let about = about.map(|about| self.hasher.hash("help", about.as_str()).as_i64());
        let grown = |age: &&u16| **age >= GROWN_UP;
        let ages: Vec<i64> = traces
            .ages
            .iter()
            .filter(grown)
            .take(MOST)
            .copied()
            .map(i64::from)
            .collect();
        for (at, name) in names.iter().enumerate() {
            self.add("name key", WIDE, &[*name]);
            for other in &names[at + 1..] {
                self.add("two names key", NARROW, &[*name, *other]);
            }
            for age in &ages {
                self.add("name and age key", NARROW, &[*name, *age]);
            }
            if let Some(about) = about {
                self.add("name and help key", MIDDLING, &[*name, about]);
            }
            if let Some(area) = area {
                self.add("area and name key", NARROW, &[area, *name]);
            }
        }
        for place in &places {
            for name in &names {
                self.add("place and name key", NARROW, &[*place, *name]);
                if let Some(area) = area {
                    self.add("place, area and name key", SURE, &[*place, area, *name]);
                }
            }
            for age in &ages {
                self.add("place and age key", NARROW, &[*place, *age]);
            }
        }
        let Some(about) = about else { return };
        for place in places.iter().copied().chain(area) {
            self.add("place and help key", WIDE, &[place, about]);
        }
        for house in first(&traces.addresses) {
            self.add("address and help key", SURE, &[house, about]);
        }
        if let Some(area) = area {
            for age in &ages {
                self.add("area, age and help key", NARROW, &[area, *age, about]);
            }
        }
    }
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
