//! What a model sees of a text: its words, pairs of words, pieces of words, the rules that it met
//! and its shape, each as a hash with the words that it came from.

use super::super::fold::Folded;
use super::senses::{self, Sensed};

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
/// What a property of the whole text counts.
const SHAPE: f32 = 0.3;

/// Everything seen of a text. `rules` are the names of the rules it met, with their tokens;
/// `senses` is a compiled table.
pub(in crate::intake) fn features<'a>(
    folded: &Folded,
    rules: impl Iterator<Item = (&'a str, (usize, usize))>,
    senses: &[u8],
) -> Vec<Feature> {
    let mut seen = Seen::default();
    let count = folded.tokens.len().min(LONGEST_TEXT);
    for at in 0..count {
        seen.words_at(folded, at);
        seen.pieces_of(folded, at);
    }
    let found = senses::find(senses, folded, count);
    let mut all = finished(seen.words, WORDS);
    all.append(&mut finished(seen.pieces, PIECES_OF_WORDS));
    all.append(&mut finished(alone(&found, folded.tokens.len()), SENSES));
    all.append(&mut finished(together(&found, folded), PAIRS));
    for (name, (first, last)) in rules {
        all.push(Feature {
            key: hash(b'r', [name.as_bytes()]),
            value: RULE,
            tokens: Some((number(first), number(last))),
        });
    }
    shape(folded, &mut all);
    all
}

/// Senses by themselves, and at the edges of a text of so many words.
fn alone(found: &[Sensed], words: usize) -> Vec<Feature> {
    let mut all = Vec::with_capacity(found.len());
    for sensed in found {
        let mut push = |class| {
            all.push(Feature {
                key: hash(class, [&[sensed.sense]]),
                value: 1.0,
                tokens: Some((number(sensed.first), number(sensed.last))),
            });
        };
        push(b't');
        if sensed.first < EDGE {
            push(b'y');
        }
        if sensed.last + EDGE >= words {
            push(b'z');
        }
    }
    all
}

/// Senses with the senses and words around them.
fn together(found: &[Sensed], folded: &Folded) -> Vec<Feature> {
    let mut all = Vec::new();
    for (at, sensed) in found.iter().enumerate() {
        let sentence = folded.tokens[sensed.first].sentence;
        let mut push = |key, first, last| {
            all.push(Feature {
                key,
                value: 1.0,
                tokens: Some((number(first), number(last))),
            });
        };
        for other in found[at + 1..].iter().take(NEAR_SENSES) {
            if folded.tokens[other.first].sentence != sentence {
                break;
            }
            let key = hash(b'u', [&[sensed.sense], &[other.sense]]);
            push(key, sensed.first, other.last);
            let distance = other.first.saturating_sub(sensed.last);
            let near = u8::from(distance > 2) + u8::from(distance > 5);
            let key = hash(b'd', [&[sensed.sense], &[other.sense], &[near]]);
            push(key, sensed.first, other.last);
        }
        let beside = |at: usize| {
            let token = folded.tokens.get(at)?;
            (token.sentence == sentence).then(|| shown(folded.word(token)))
        };
        if let Some(word) = sensed.first.checked_sub(1).and_then(beside) {
            push(
                hash(b'v', [word, &[sensed.sense]]),
                sensed.first - 1,
                sensed.last,
            );
        }
        if let Some(word) = beside(sensed.last + 1) {
            push(
                hash(b'x', [&[sensed.sense], word]),
                sensed.first,
                sensed.last + 1,
            );
        }
    }
    all
}

#[derive(Default)]
struct Seen {
    words: Vec<Feature>,
    pieces: Vec<Feature>,
    ends: Vec<usize>,
    bounded: String,
}

impl Seen {
    fn words_at(&mut self, folded: &Folded, at: usize) {
        let here = &folded.tokens[at];
        let word = shown(folded.word(here));
        let mut push = |key, last| {
            self.words.push(Feature {
                key,
                value: 1.0,
                tokens: Some((number(at), number(last))),
            });
        };
        push(hash(b'w', [word]), at);
        if at < EDGE {
            push(hash(b'<', [word]), at);
        }
        if at + EDGE >= folded.tokens.len() {
            push(hash(b'>', [word]), at);
        }
        let starts = at == 0 || folded.tokens[at - 1].sentence != here.sentence;
        if starts {
            push(hash(b'^', [word]), at);
        }
        for step in 1..=3 {
            let Some(next) = folded.tokens.get(at + step) else {
                return;
            };
            if next.sentence != here.sentence {
                return;
            }
            let other = shown(folded.word(next));
            match step {
                1 => push(hash(b'b', [word, other]), at + 1),
                _ => push(hash(b's', [word, other]), at + step),
            }
        }
    }

    fn pieces_of(&mut self, folded: &Folded, at: usize) {
        let word = folded.word(&folded.tokens[at]);
        self.bounded.clear();
        self.bounded.push('_');
        self.bounded.extend(word.chars().take(LONGEST_WORD));
        self.bounded.push('_');
        self.ends.clear();
        self.ends
            .extend(self.bounded.char_indices().map(|(start, _)| start));
        self.ends.push(self.bounded.len());
        let length = self.ends.len() - 1;
        for size in PIECES {
            for start in 0..(length + 1).saturating_sub(size) {
                let piece = &self.bounded[self.ends[start]..self.ends[start + size]];
                self.pieces.push(Feature {
                    key: hash(b'c', [piece.as_bytes()]),
                    value: 1.0,
                    tokens: Some((number(at), number(at))),
                });
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

/// Each thing once, all of them together as long as `together`, however long the text.
fn finished(mut features: Vec<Feature>, together: f32) -> Vec<Feature> {
    features.sort_by_key(|feature| feature.key);
    features.dedup_by_key(|feature| feature.key);
    let value = together / size(features.len()).max(1.0).sqrt();
    for feature in &mut features {
        feature.value = value;
    }
    features
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
            key: hash(b'#', [name.as_bytes()]),
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

/// FNV-1a with a final mix, so that the high bits are as good as the low ones.
pub(super) fn hash<const PARTS: usize>(class: u8, parts: [&[u8]; PARTS]) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut take = |byte: u8| {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(0x0100_0000_01b3);
    };
    take(class);
    for part in parts {
        part.iter().for_each(|byte| take(*byte));
        take(0xff);
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    u32::try_from(hash >> 32).unwrap_or_default()
}
