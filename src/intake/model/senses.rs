//! Senses: classes of words and short phrases that mean the same kind of thing, in any language, so
//! that a word never met in training is still understood by its kin.
//!
//! Written as `name = word other_word two_words stem*`, one or more lines a sense. Compiled to a
//! table of hashes that is read in place: `senses: u32`, `rows: u32`, keys (`u32`, rising), then
//! for each row four sense numbers (`u8`, 255 for none).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::fold::{Folded, letters};
use super::features::hash;

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
        return long.then(|| hash(b'p', [stem.as_bytes()]));
    }
    let spaced = entry.replace('_', " ");
    let folded = Folded::new(&spaced);
    let words: Vec<String> = folded
        .tokens
        .iter()
        .map(|token| plain(folded.word(token)))
        .collect();
    let fits = (1..=LONGEST_PHRASE).contains(&words.len());
    fits.then(|| hash(b'q', [words.join(" ").as_bytes()]))
}

/// A word without its apostrophes: people leave them out as often as not.
fn plain(word: &str) -> String {
    word.replace('\'', "")
}

/// A sense that stands in a text, from token to token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sensed {
    pub(super) sense: u8,
    pub(super) first: usize,
    pub(super) last: usize,
}

/// Finds every sense of a text, in the order of its words.
pub(super) fn find(table: &[u8], folded: &Folded, count: usize) -> Vec<Sensed> {
    let words: Vec<String> = folded.tokens[..count]
        .iter()
        .map(|token| plain(folded.word(token)))
        .collect();
    let mut found: Vec<Sensed> = Vec::new();
    let mut joined = String::new();
    let mut covered = 0;
    for first in 0..count {
        joined.clear();
        let mut longest = None;
        for (last, word) in words.iter().enumerate().skip(first).take(LONGEST_PHRASE) {
            if folded.tokens[last].sentence != folded.tokens[first].sentence {
                break;
            }
            if last > first {
                joined.push(' ');
            }
            joined.push_str(word);
            if let Some(senses) = look_up(table, hash(b'q', [joined.as_bytes()])) {
                longest = Some((last, senses));
            }
        }
        let stem = || {
            let word = &words[first];
            let ends = word.char_indices().map(|(at, _)| at).chain([word.len()]);
            let stems: Vec<&str> = ends
                .skip(SHORTEST_STEM)
                .take(LONGEST_STEM)
                .map(|end| &word[..end])
                .collect();
            let mut longest_first = stems.iter().rev();
            longest_first.find_map(|stem| look_up(table, hash(b'p', [stem.as_bytes()])))
        };
        let Some((last, senses)) = longest.or_else(|| Some((first, stem()?))) else {
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

fn look_up(table: &[u8], key: u32) -> Option<&[u8]> {
    let rows = word(table, 4)? as usize;
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = low.midpoint(high);
        if word(table, 8 + 4 * middle)? < key {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if low == rows || word(table, 8 + 4 * low)? != key {
        return None;
    }
    let start = 8 + 4 * rows + MOST * low;
    table.get(start..start + MOST)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_le_bytes(four))
}
