//! What a model sees of a text: its words, pairs of words, pieces of words, the rules that it met
//! and its shape, each as a hash with the words that it came from.

use std::collections::HashSet;

use super::super::fold::Folded;
use super::senses::{Sensed, Senses};

/// One thing seen, and the tokens that it was seen in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::intake) struct Feature {
    /// Its name, hashed.
    pub(in crate::intake) key: u32,
    /// How much of it there is.
    pub(in crate::intake) value: f32,
    /// First and last token; none where it is a property of the whole.
    pub(in crate::intake) tokens: Option<(u32, u32)>,
}

/// Longer words are looked at up to here, in characters.
const LONGEST_WORD: usize = 24;
/// Longer texts are looked at up to here, in tokens; rules read them to their end.
const LONGEST_TEXT: usize = 600;
/// Pieces of words, in characters, a word boundary counting as one.
const PIECES: std::ops::RangeInclusive<usize> = 3..=5;
/// What all words, pieces, senses and pairs of senses of a text count together, and a rule.
const WORDS: f32 = 1.0;
const PIECES_OF_WORDS: f32 = 1.0;
const SENSES: f32 = 1.0;
const PAIRS: f32 = 1.0;
const RULE: f32 = 0.5;
/// The words and senses so near the beginning or the end of a text count apart as well.
const EDGE: usize = 3;
/// How many senses further on a sense is paired with.
const NEAR_SENSES: usize = 4;
/// A word is paired with so many that follow it.
const WORDS_ON: usize = 3;
/// How many features a word makes, about.
const FEATURES_OF_A_WORD: usize = 24;
/// What a property of the whole text counts.
const SHAPE: f32 = 0.3;

/// Everything seen of a text, some of it twice. `rules` are the names of the rules it met, with their tokens.
pub(in crate::intake) fn features<'a>(
    folded: &Folded,
    rules: impl Iterator<Item = (&'a str, (usize, usize))>,
    senses: &Senses,
) -> Vec<Feature> {
    let count = folded.tokens.len().min(LONGEST_TEXT);
    let words: Vec<u64> = folded.tokens[..count]
        .iter()
        .map(|token| hash_of(shown(folded.word(token))))
        .collect();
    let distinct = words.iter().collect::<HashSet<_>>().len();
    let repeats = distinct * 2 < count;
    let found = senses.find(folded, count);
    let mut all = Vec::with_capacity(count * FEATURES_OF_A_WORD);
    let mut start = 0;
    let mut weigh = |all: &mut Vec<Feature>, together: f32| {
        // What is said again and again counts once.
        if repeats {
            let mut group = all.split_off(start);
            group.sort_by_key(|one| one.key);
            group.dedup_by_key(|one| one.key);
            all.append(&mut group);
        }
        let value = together / size(all.len() - start).max(1.0).sqrt();
        all[start..].iter_mut().for_each(|one| one.value = value);
        start = all.len();
    };
    for at in 0..count {
        words_at(folded, &words, at, &mut all);
    }
    weigh(&mut all, WORDS);
    let mut letters = Vec::with_capacity(LONGEST_WORD + 2);
    for (at, token) in folded.tokens[..count].iter().enumerate() {
        pieces_of(folded.word(token), at, &mut letters, &mut all);
    }
    weigh(&mut all, PIECES_OF_WORDS);
    alone(&found, folded.tokens.len(), &mut all);
    weigh(&mut all, SENSES);
    together(&found, folded, &words, &mut all);
    weigh(&mut all, PAIRS);
    for (name, (first, last)) in rules {
        all.push(Feature {
            key: hash(b'r', [hash_of(name.as_bytes())]),
            value: RULE,
            tokens: Some((number(first), number(last))),
        });
    }
    shape(folded, &mut all);
    all
}

/// One that is weighed with its group later.
fn seen(key: u32, first: usize, last: usize) -> Feature {
    Feature {
        key,
        value: 0.0,
        tokens: Some((number(first), number(last))),
    }
}

/// Senses by themselves, and at the edges of a text of so many words.
fn alone(found: &[Sensed], words: usize, all: &mut Vec<Feature>) {
    for sensed in found {
        let mut push = |class| {
            let key = hash(class, [sensed.sense.into()]);
            all.push(seen(key, sensed.first, sensed.last));
        };
        push(b't');
        if sensed.first < EDGE {
            push(b'y');
        }
        if sensed.last + EDGE >= words {
            push(b'z');
        }
    }
}

/// Senses with the senses and words around them.
fn together(found: &[Sensed], folded: &Folded, words: &[u64], all: &mut Vec<Feature>) {
    for (at, sensed) in found.iter().enumerate() {
        let sense = u64::from(sensed.sense);
        let sentence = folded.tokens[sensed.first].sentence;
        for other in found[at + 1..].iter().take(NEAR_SENSES) {
            if folded.tokens[other.first].sentence != sentence {
                break;
            }
            let key = hash(b'u', [sense, other.sense.into()]);
            all.push(seen(key, sensed.first, other.last));
            let distance = other.first.saturating_sub(sensed.last);
            let near = u64::from(distance > 2) + u64::from(distance > 5);
            let key = hash(b'd', [sense, other.sense.into(), near]);
            all.push(seen(key, sensed.first, other.last));
        }
        let beside = |at: usize| {
            let word = words.get(at)?;
            (folded.tokens[at].sentence == sentence).then_some(*word)
        };
        if let Some(word) = sensed.first.checked_sub(1).and_then(beside) {
            let key = hash(b'v', [word, sense]);
            all.push(seen(key, sensed.first - 1, sensed.last));
        }
        if let Some(word) = beside(sensed.last + 1) {
            let key = hash(b'x', [sense, word]);
            all.push(seen(key, sensed.first, sensed.last + 1));
        }
    }
}

/// A word by itself, at an edge, and with those that follow it.
fn words_at(folded: &Folded, words: &[u64], at: usize, all: &mut Vec<Feature>) {
    let tokens = &folded.tokens;
    let (word, sentence) = (words[at], tokens[at].sentence);
    all.push(seen(hash(b'w', [word]), at, at));
    if at < EDGE {
        all.push(seen(hash(b'<', [word]), at, at));
    }
    if at + EDGE >= tokens.len() {
        all.push(seen(hash(b'>', [word]), at, at));
    }
    if at == 0 || tokens[at - 1].sentence != sentence {
        all.push(seen(hash(b'^', [word]), at, at));
    }
    for (next, other) in words.iter().enumerate().skip(at + 1).take(WORDS_ON) {
        if tokens[next].sentence != sentence {
            return;
        }
        let class = if next == at + 1 { b'b' } else { b's' };
        all.push(seen(hash(class, [word, *other]), at, next));
    }
}

fn pieces_of(word: &str, at: usize, letters: &mut Vec<u64>, all: &mut Vec<Feature>) {
    letters.clear();
    letters.push('_'.into());
    letters.extend(word.chars().take(LONGEST_WORD).map(u64::from));
    letters.push('_'.into());
    for start in 0..letters.len() {
        let mut state = BEGIN;
        for (size, letter) in (1..=*PIECES.end()).zip(&letters[start..]) {
            state = step(state, *letter);
            if PIECES.contains(&size) {
                all.push(seen(hash(b'c', [state]), at, at));
            }
        }
    }
}

/// Numbers count as their length: which number it is tells little.
fn shown(word: &str) -> &[u8] {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    match (digits == word.len(), digits) {
        (true, 1) => b"<1>",
        (true, 2) => b"<2>",
        (true, _) => b"<n>",
        _ => word.as_bytes(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of words are small")]
fn size(count: usize) -> f32 {
    count as f32
}

fn shape(folded: &Folded, all: &mut Vec<Feature>) {
    let words = folded.tokens.len();
    let length = match words {
        0..=3 => "1",
        4..=7 => "2",
        8..=15 => "3",
        16..=30 => "4",
        31..=60 => "5",
        _ => "6",
    };
    let mut push = |name: &str| {
        all.push(Feature {
            key: hash(b'#', [hash_of(name.as_bytes())]),
            value: SHAPE,
            tokens: None,
        });
    };
    push(length);
    if let Some(last) = folded.tokens.last() {
        match folded.word(last) {
            "?" => push("asks"),
            "!" => push("calls"),
            _ => {}
        }
        if last.sentence == 0 {
            push("one sentence");
        }
    }
    if folded.tokens.iter().any(|token| token.quoted) {
        push("quotes");
    }
}

fn number(token: usize) -> u32 {
    u32::try_from(token).unwrap_or(u32::MAX)
}

/// Where a hash begins.
pub(super) const BEGIN: u64 = 0xcbf2_9ce4_8422_2325;

/// One step of a hash, as FNV-1a takes it.
pub(super) fn step(state: u64, part: u64) -> u64 {
    (state ^ part).wrapping_mul(0x0100_0000_01b3)
}

pub(super) fn hash_of(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(BEGIN, |state, byte| step(state, u64::from(*byte)))
}

/// The key of a class of features and the hashes of its parts, whose high bits are as good as the low ones.
pub(super) fn hash<const PARTS: usize>(class: u8, parts: [u64; PARTS]) -> u32 {
    let mut state = step(BEGIN, u64::from(class));
    for part in parts {
        state = step(state ^ (state >> 29), part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    state ^= state >> 32;
    u32::try_from(state.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32).unwrap_or_default()
}
