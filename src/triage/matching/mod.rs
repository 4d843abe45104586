//! Which offers fit a need, and why: the words that both say, what those words mean, the field and the kind of help, and the
//! area. A suggestion for people; nobody is asked by this alone. Pure.

mod fields;
pub(in crate::triage) mod fit;
mod jsonl;

use std::collections::{BTreeMap, BTreeSet};

pub use jsonl::{Pool, PoolError, run_jsonl};

use super::linkage::{Linkage, Vocabulary};
use crate::domain::reading::{Category, Kind};
use crate::intake::Reader;

/// What each agreement is worth; set by hand.
const WORDS: f32 = 1.0;
const PIECES: f32 = 0.8;
const SENSES: f32 = 1.0;
const FIELDS: f32 = 0.8;
const SAME_CATEGORY: f32 = 0.25;
const SHARED_CATEGORY: f32 = 0.1;
const SAME_AREA: f32 = 0.15;
const OTHER_AREA: f32 = -0.3;
/// Less than this is no fit.
const LEAST: f32 = 0.12;
/// Words that are said more often than this (a rarity, see [`Vocabulary`]) say nothing of what is needed.
const SAYS_SOMETHING: u8 = 5;
/// Letters of a piece of a word.
const PIECE: usize = 3;

/// A need or an offer, ready to be compared.
#[derive(Clone, Debug)]
pub struct Wanted {
    words: BTreeMap<String, f32>,
    pieces: BTreeMap<String, f32>,
    senses: BTreeMap<u8, f32>,
    fields: BTreeMap<u8, f32>,
    categories: Vec<Category>,
    outcode: Option<String>,
}

/// How well an offer fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// 0 is not at all; among fits of one need, more is better.
    pub score: f32,
    /// Why, in words, the weightiest first.
    pub because: Vec<String>,
}

impl Wanted {
    /// A text, read as what it is known to be.
    pub fn new((reader, linkage): (&Reader, &Linkage), text: &str, kind: Kind) -> Self {
        let reading = reader.read_as(text, kind);
        let Vocabulary { words, senses } = linkage.vocabulary(text, &reading, reader);
        let telling: BTreeMap<String, f32> = words
            .into_iter()
            .filter(|(_, rarity)| *rarity >= SAYS_SOMETHING)
            .map(|(word, rarity)| (word, f32::from(rarity)))
            .collect();
        let mut pieces = BTreeMap::new();
        for (word, weight) in &telling {
            for piece in pieces_of(word) {
                *pieces.entry(piece).or_default() += weight;
            }
        }
        Self {
            fields: fields::of(&telling),
            words: telling,
            pieces,
            senses: senses
                .into_iter()
                .filter(|(_, rarity)| *rarity >= SAYS_SOMETHING)
                .map(|(sense, rarity)| (sense, f32::from(rarity)))
                .collect(),
            outcode: reading.outcode().map(str::to_owned),
            categories: reading.categories,
        }
    }

    /// How well an offer fits this need; none where it doesn't.
    pub fn fit(&self, offer: &Self) -> Option<Fit> {
        let mut pieces: Vec<(f32, String)> = Vec::new();
        let shared: BTreeSet<&str> = self
            .words
            .keys()
            .filter(|word| offer.words.contains_key(*word))
            .map(String::as_str)
            .collect();
        let words = WORDS * cosine(&self.words, &offer.words)
            + PIECES * cosine(&self.pieces, &offer.pieces);
        let said = match shared.len() {
            0 => "words alike".to_owned(),
            _ => format!(
                "both say {}",
                shared.into_iter().collect::<Vec<_>>().join(", ")
            ),
        };
        pieces.push((words, said));
        pieces.push((
            SENSES * cosine(&self.senses, &offer.senses),
            "much the same meant".to_owned(),
        ));
        pieces.push((
            FIELDS * cosine(&self.fields, &offer.fields),
            "of the same field".to_owned(),
        ));
        match (self.categories.first(), offer.categories.first()) {
            (Some(one), Some(other)) if one == other => {
                pieces.push((SAME_CATEGORY, format!("both about {one}")));
            }
            _ => {
                let both = self
                    .categories
                    .iter()
                    .find(|about| offer.categories.contains(about));
                pieces.extend(both.map(|about| (SHARED_CATEGORY, format!("both about {about}"))));
            }
        }
        match (&self.outcode, &offer.outcode) {
            (Some(one), Some(other)) if one == other => {
                pieces.push((SAME_AREA, format!("both in {one}")));
            }
            (Some(_), Some(other)) => pieces.push((OTHER_AREA, format!("elsewhere, in {other}"))),
            _ => {}
        }
        let score: f32 = pieces.iter().map(|(score, _)| score).sum();
        if score < LEAST {
            return None;
        }
        pieces.retain(|(score, _)| score.abs() >= 0.03);
        pieces.sort_by(|one, other| other.0.abs().total_cmp(&one.0.abs()));
        let because = pieces
            .into_iter()
            .map(|(score, what)| format!("{what} {score:+.2}"))
            .collect();
        Some(Fit { score, because })
    }
}

fn pieces_of(word: &str) -> Vec<String> {
    let letters: Vec<char> = format!("_{word}_").chars().collect();
    letters
        .windows(PIECE)
        .map(|piece| piece.iter().collect())
        .collect()
}

fn cosine<K: Ord>(one: &BTreeMap<K, f32>, other: &BTreeMap<K, f32>) -> f32 {
    let both: f32 = one
        .iter()
        .filter_map(|(key, weight)| Some(weight * other.get(key)?))
        .sum();
    let length = |of: &BTreeMap<K, f32>| of.values().map(|w| w * w).sum::<f32>().sqrt();
    both / (length(one) * length(other)).max(f32::MIN_POSITIVE)
}
