//! Whether two tellings are of the same need: probabilistic record linkage in the manner of Fellegi and Sunter
//! ("A Theory for Record Linkage", 1969; Splink builds on the same). Each thing that two tellings share or differ
//! in adds or takes evidence, in bits (log₂ of the odds); the sum is the answer and explains itself.
//!
//! A telling is made into [`Traces`] (`traces`), which hold keyed hashes instead of words. `keys` says under which
//! hashes it is looked up, `evidence` compares two, and `weights.txt` says what each piece of evidence is worth.
//! `learn` estimates those weights from labelled pairs (`kith train --pairs`), `jsonl` is `kith dedupe`.
//! Pure and symmetric: `compare(a, b)` is `compare(b, a)`.

mod addresses;
mod ages;
mod around;
mod evidence;
mod jsonl;
mod keys;
mod learn;
mod names;
mod traces;
mod weights;
mod words;

pub use jsonl::run_jsonl;
pub use keys::Key;
pub use learn::{LabelledPair, Measure, estimate, measure, read_pairs, scores, scores_in_folds};
pub use traces::Told;
pub use weights::WeightsError;
pub use words::{Vocabulary, count_words};
pub(in crate::triage) use words::{stem, stemmer};

use crate::domain::reading::Reading;
use crate::domain::traces::{Hasher, Traces};
use crate::intake::Reader;
use evidence::Evidence;
use names::GivenNames;
use weights::Weights;
use words::Rarity;

/// What each piece of evidence is worth; written by `kith train --pairs`.
const WEIGHTS: &str = include_str!("weights.txt");
/// How rare words are; written by `kith train --words`.
const WORDS: &str = include_str!("words.txt");
/// Given names that people here have.
const NAMES: &str = include_str!("names.txt");
/// Which words stand beside names.
const AROUND: &str = include_str!("around.txt");

/// From so many bits on it is the same need, where something beside the words says so too.
const DUPLICATE: f32 = 2.5;
/// What it is worth that one person says the same again.
const REPEAT: f32 = 6.0;
/// From so many bits on a person is asked. Set by pairs of a file that no weight was learned from (docs/duplicates.md).
const POSSIBLE: f32 = -1.25;

/// What is made of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same need, for certain enough to say so to its teller.
    Duplicate,
    /// A person should look.
    Possible,
    /// Another need.
    Different,
}

impl Verdict {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Possible => "possible",
            Self::Different => "different",
        }
    }
}

/// How alike two tellings are, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// The sum of the evidence in bits: 0 is even odds, 3 is eight to one.
    pub bits: f32,
    /// What follows.
    pub verdict: Verdict,
    /// The pieces of evidence with their bits, weightiest first.
    pub because: Vec<(String, f32)>,
}

impl Likeness {
    /// The probability that the two are of the same need, 0 to 1.
    pub fn probability(&self) -> f32 {
        1.0 / (1.0 + (-self.bits).exp2())
    }

    /// The reasons as people read them: "same postcode +4.1".
    pub fn reasons(&self) -> Vec<String> {
        self.because
            .iter()
            .map(|(what, bits)| format!("{what} {bits:+.1}"))
            .collect()
    }
}

/// Makes and compares traces. Built once, shared freely.
#[derive(Clone, Debug)]
pub struct Linkage {
    hasher: Hasher,
    rarity: Rarity,
    given_names: GivenNames,
    weights: Weights,
}

impl Linkage {
    /// With the weights that kith comes with, and a key for its hashes.
    ///
    /// # Panics
    /// Never: a test reads the same embedded files.
    pub fn new(hasher: Hasher) -> Self {
        Self::with_weights(hasher, WEIGHTS)
            .unwrap_or_else(|error| panic!("the embedded weights can't be read: {error}"))
    }

    /// What makes its hashes.
    pub const fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    /// With other weights, as `kith train --pairs` writes them.
    ///
    /// # Errors
    /// The line that can't be read, and why.
    pub fn with_weights(hasher: Hasher, weights: &str) -> Result<Self, WeightsError> {
        Ok(Self {
            hasher,
            rarity: Rarity::parse(WORDS)?,
            given_names: GivenNames::parse(NAMES, AROUND)?,
            weights: Weights::parse(weights)?,
        })
    }

    /// What a telling leaves to compare others with.
    pub fn traces(&self, told: &Told<'_>) -> Traces {
        traces::traces(self, told)
    }

    /// The stems and senses of a text with their rarities, in clear: for comparing what is not kept.
    pub fn vocabulary(&self, text: &str, reading: &Reading, reader: &Reader) -> Vocabulary {
        words::vocabulary(&self.rarity, text, reading.language, reader)
    }

    /// The hashes under which a telling is looked up: what shares none of them with it is not compared.
    pub fn keys(&self, traces: &Traces) -> Vec<Key> {
        keys::keys(&self.hasher, traces)
    }

    /// How many bits speak for one need, and what follows: as [`Self::compare`], without the reasons.
    pub fn weigh(&self, one: &Traces, other: &Traces) -> (f32, Verdict) {
        self.sum(&Evidence::between(one, other))
    }

    fn sum(&self, evidence: &Evidence) -> (f32, Verdict) {
        // People who write pairs seldom write this one, which is the plainest of all.
        let repeat = if evidence.is_repeat() { REPEAT } else { 0.0 };
        let bits = self.weights.sum(evidence) + repeat;
        (bits, verdict(bits, evidence))
    }

    /// How alike two tellings are, and why.
    pub fn compare(&self, one: &Traces, other: &Traces) -> Likeness {
        let evidence = Evidence::between(one, other);
        let (bits, verdict) = self.sum(&evidence);
        let mut because = self.weights.reasons(&evidence);
        if evidence.is_repeat() {
            because.insert(
                0,
                ("the same person says the same again".to_owned(), REPEAT),
            );
        }
        Likeness {
            bits,
            verdict,
            because,
        }
    }
}

fn verdict(bits: f32, evidence: &Evidence) -> Verdict {
    let shown = evidence.is_anchored() || evidence.is_repeat();
    if bits >= DUPLICATE && shown && !evidence.is_of_two() {
        Verdict::Duplicate
    } else if bits >= POSSIBLE {
        Verdict::Possible
    } else {
        Verdict::Different
    }
}
