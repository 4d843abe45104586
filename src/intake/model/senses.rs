//! Senses: classes of words and short phrases that mean the same kind of thing, in any language, so
//! that a word never met in training is still understood by its kin.
//!
//! Written as `name = word other_word two_words stem*`, one or more lines a sense. Compiled to a
//! table of hashes: `senses: u32`, `rows: u32`, keys (`u32`, rising), then
//! for each row four sense numbers (`u8`, 255 for none).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::fold::{Folded, letters};
use super::features::{BEGIN, hash, hash_of, step};
use super::index::Index;

/// The most words of a phrase.
pub(super) const LONGEST_PHRASE: usize = 4;
/// Stems are at least so long, in letters.
const SHORTEST_STEM: usize = 3;
const LONGEST_STEM: usize = 20;
/// The most senses of one entry.
const MOST: usize = 4;
const NO_SENSE: u8 = u8::MAX;

/// The compiled senses of some files; see the module.
pub fn compile(files: &[(&str, &str)]) -> Result<Vec<u8>, String> {
    let mut names: HashMap<String, u8> = HashMap::new();
    let mut rows: BTreeMap<u32, BTreeSet<u8>> = BTreeMap::new();
    for (file, text) in files {
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let problem = |problem: &str| format!("{file}, line {number}: {problem}");
            let (name, entries) = line
                .split_once(" = ")
                .ok_or_else(|| problem("expected `name = words`"))?;
            let next = u8::try_from(names.len()).ok().filter(|id| *id < NO_SENSE);
            let id = match names.get(name) {
                Some(id) => *id,
                None => next.ok_or_else(|| problem("there are too many senses"))?,
            };
            names.insert(name.to_owned(), id);
            for entry in entries.split_whitespace() {
                let key = key_of(entry).ok_or_else(|| {
                    problem(&format!("`{entry}` has too many words, or too few letters"))
                })?;
                rows.entry(key).or_default().insert(id);
            }
        }
    }
    let mut bytes = Vec::with_capacity(8 + rows.len() * (4 + MOST));
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes();
    bytes.extend(count(names.len()));
    bytes.extend(count(rows.len()));
    bytes.extend(rows.keys().flat_map(|key| key.to_le_bytes()));
    for ids in rows.values() {
        let padded = ids.iter().copied().chain([NO_SENSE; MOST]);
        bytes.extend(padded.take(MOST));
    }
    Ok(bytes)
}

/// Phrases are split as texts are, so that `can't_get_out` is met however its apostrophe is typed.
fn key_of(entry: &str) -> Option<u32> {
    let entry = letters(entry);
    if let Some(stem) = entry.strip_suffix('*') {
        let long = (SHORTEST_STEM..=LONGEST_STEM).contains(&stem.chars().count());
        return long.then(|| hash(b'p', [hash_of(stem.as_bytes())]));
    }
    let spaced = entry.replace('_', " ");
    let folded = Folded::new(&spaced);
    let words = folded.tokens.iter().map(|token| plain(folded.word(token)));
    let fits = (1..=LONGEST_PHRASE).contains(&folded.tokens.len());
    fits.then(|| hash(b'q', [words.fold(BEGIN, step)]))
}

/// A word without its apostrophes, hashed: people leave them out as often as not.
fn plain(word: &str) -> u64 {
    let bytes = word.bytes().filter(|byte| *byte != b'\'');
    bytes.fold(BEGIN, |state, byte| step(state, byte.into()))
}

/// A sense that stands in a text, from token to token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sensed {
    pub(super) sense: u8,
    pub(super) first: usize,
    pub(super) last: usize,
}

/// The senses of a text, in the order of their numbers, each once.
pub(in crate::intake) fn senses_of(senses: &Senses, folded: &Folded) -> Vec<u8> {
    let found = senses.find(folded, folded.tokens.len());
    let numbers: BTreeSet<u8> = found.iter().map(|sensed| sensed.sense).collect();
    numbers.into_iter().collect()
}

/// A compiled table, ready to be looked up.
pub(in crate::intake) struct Senses {
    index: Index,
    /// For each key, its senses.
    named: Vec<[u8; MOST]>,
}

impl Senses {
    /// Reads a table that `compile` made; none where it is something else.
    pub(in crate::intake) fn parse(table: &[u8]) -> Option<Self> {
        // No table is a table without entries.
        let table = if table.is_empty() { &[0; 8] } else { table };
        let rows = word(table, 4)? as usize;
        let (keys, named) = table.get(8..)?.split_at_checked(4 * rows)?;
        if named.len() != MOST * rows {
            return None;
        }
        let key = |four: &[u8; 4]| u32::from_le_bytes(*four);
        let keys = keys.as_chunks().0.iter().map(key).collect();
        Some(Self {
            index: Index::new(keys)?,
            named: named.as_chunks().0.to_vec(),
        })
    }

    /// Finds every sense of the first `count` tokens of a text, in the order of its words.
    pub(super) fn find(&self, folded: &Folded, count: usize) -> Vec<Sensed> {
        let tokens = &folded.tokens[..count];
        let words: Vec<u64> = tokens
            .iter()
            .map(|token| plain(folded.word(token)))
            .collect();
        let mut found: Vec<Sensed> = Vec::new();
        let mut covered = 0;
        for (first, token) in tokens.iter().enumerate() {
            let mut longest = None;
            let mut phrase = BEGIN;
            for (last, word) in words.iter().enumerate().skip(first).take(LONGEST_PHRASE) {
                if tokens[last].sentence != token.sentence {
                    break;
                }
                phrase = step(phrase, *word);
                if let Some(senses) = self.of(hash(b'q', [phrase])) {
                    longest = Some((last, senses));
                }
            }
            let stem = || Some((first, self.of_stem(folded.word(token))?));
            let Some((last, senses)) = longest.or_else(stem) else {
                continue;
            };
            // Inside a longer phrase a word means what the phrase means.
            if last < covered {
                continue;
            }
            covered = last + 1;
            let named = senses.iter().filter(|sense| **sense != NO_SENSE);
            found.extend(named.map(|sense| Sensed {
                sense: *sense,
                first,
                last,
            }));
        }
        found
    }

    /// The senses of the longest stem that a word begins with.
    fn of_stem(&self, word: &str) -> Option<&[u8; MOST]> {
        let mut longest = None;
        let mut state = BEGIN;
        for (length, letter) in
            (1..=LONGEST_STEM).zip(word.chars().filter(|letter| *letter != '\''))
        {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                state = step(state, byte.into());
            }
            if length >= SHORTEST_STEM {
                longest = self.of(hash(b'p', [state])).or(longest);
            }
        }
        longest
    }

    fn of(&self, key: u32) -> Option<&[u8; MOST]> {
        self.index.find(key).map(|row| &self.named[row])
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_le_bytes(four))
}
