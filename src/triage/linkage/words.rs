//! Words as linkage hears them: their stems, and how rare each is among messages.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use rust_stemmers::{Algorithm, Stemmer};

use super::weights::WeightsError;
use crate::domain::reading::Lang;
use crate::domain::traces::WordTrace;
use crate::intake::{self, Reader};

/// Words said in fewer messages than this are not written down: they are rare.
const LEAST: u32 = 12;

/// How rare stems are: the negative log₂ of the share of messages that say them.
#[derive(Clone, Debug)]
pub(super) struct Rarity(HashMap<String, u8>);

impl Rarity {
    /// Reads lines of a stem and its rarity.
    pub(super) fn parse(text: &str) -> Result<Self, WeightsError> {
        let mut stems = HashMap::new();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let parsed = line
                .split_once(' ')
                .and_then(|(stem, rarity)| Some((stem.to_owned(), rarity.parse().ok()?)));
            let Some((stem, rarity)) = parsed else {
                return Err(WeightsError::new(
                    number + 1,
                    format!("expected `stem rarity`, found `{line}`"),
                ));
            };
            stems.insert(stem, rarity);
        }
        Ok(Self(stems))
    }

    /// How rare a sense is, 0 to 15.
    pub(super) fn of_sense(&self, number: u8) -> u8 {
        self.of(&sense_name(number))
    }

    /// 0 to 15.
    pub(super) fn of(&self, stem: &str) -> u8 {
        self.0.get(stem).copied().unwrap_or(WordTrace::RAREST)
    }
}

/// Senses are written beside stems; no stem begins so.
fn sense_name(number: u8) -> String {
    format!("={number}")
}

/// A stemmer for a language; words of languages that have none stay as they are.
pub(in crate::triage) fn stemmer(language: Option<Lang>) -> Option<Stemmer> {
    let algorithm = match language.as_ref().map_or("en", Lang::code) {
        "en" => Algorithm::English,
        "ar" => Algorithm::Arabic,
        "es" => Algorithm::Spanish,
        "fr" => Algorithm::French,
        "it" => Algorithm::Italian,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        _ => return None,
    };
    Some(Stemmer::create(algorithm))
}

/// The stem of a folded word.
pub(in crate::triage) fn stem(stemmer: Option<&Stemmer>, word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    stemmer.map_or_else(
        || word.to_owned(),
        |stemmer| stemmer.stem(word).into_owned(),
    )
}

/// What a text says: stems and senses, each with how rare it is among messages, 0 to 15.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Stems of its words.
    pub words: Vec<(String, u8)>,
    /// Senses, by their numbers.
    pub senses: Vec<(u8, u8)>,
}

/// The vocabulary of a text in a language.
pub(super) fn vocabulary(
    rarity: &Rarity,
    text: &str,
    language: Option<Lang>,
    reader: &Reader,
) -> Vocabulary {
    let stemmer = stemmer(language);
    let words = intake::words(text).into_iter().map(|(word, _)| {
        let stem = stem(stemmer.as_ref(), &word);
        let rarity = rarity.of(&stem);
        (stem, rarity)
    });
    let senses = reader.senses(text).into_iter();
    Vocabulary {
        words: words.collect(),
        senses: senses
            .map(|number| (number, rarity.of_sense(number)))
            .collect(),
    }
}

/// The text of `words.txt` from messages with their languages.
pub fn count_words<'t>(
    reader: &Reader,
    texts: impl Iterator<Item = (&'t str, Option<Lang>)>,
) -> String {
    let mut said: BTreeMap<String, u32> = BTreeMap::new();
    let mut messages = 0_u32;
    for (text, language) in texts {
        messages += 1;
        let stemmer = stemmer(language);
        let stems: BTreeSet<String> = intake::words(text)
            .iter()
            .map(|(word, _)| stem(stemmer.as_ref(), word))
            .collect();
        let senses = reader.senses(text).into_iter().map(sense_name);
        for stem in stems.into_iter().chain(senses) {
            *said.entry(stem).or_default() += 1;
        }
    }
    let mut out = String::from(
        "# How rare words are: a stem (or = and the number of a sense), and the negative log2 of the share of\n\
         # messages that say it.\n\
         # Written by `kith train --words`; what is not here is rarer.\n",
    );
    for (stem, count) in said.into_iter().filter(|(_, count)| *count >= LEAST) {
        let rarity = (f64::from(messages) / f64::from(count)).log2().round();
        let written = writeln!(out, "{stem} {}", rarity.clamp(0.0, 15.0));
        debug_assert!(written.is_ok(), "a string takes whatever is written");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_says_is_not_rare() {
        let rarity = Rarity::parse(super::super::WORDS).unwrap();
        assert!(rarity.of("the") <= 2, "{}", rarity.of("the"));
        assert!(rarity.of("prescript") > rarity.of("help"));
        assert_eq!(rarity.of("larkfield"), WordTrace::RAREST);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let error = Rarity::parse("the 1\nhelp\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2: expected `stem rarity`, found `help`"
        );
    }

    #[test]
    fn messages_are_counted_once_a_stem() {
        let texts = ["Help, help! Helping"; LEAST as usize];
        let texts = texts.iter().map(|text| (*text, None));
        let counted = count_words(&Reader::rules_alone(), texts);
        assert!(counted.ends_with("\nhelp 0\n"), "{counted}");
    }
}
