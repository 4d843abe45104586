//! Finds every phrase of the lexicon in a folded text.
//!
//! Words are numbered once; a phrase is a list of word sets, and phrases are tried only where their
//! first word stands. A phrase looks at a bounded stretch, so the work is linear in the text.

use std::collections::HashMap;

use super::fold::Folded;
use super::phrase::Anchor;

/// The number of a word of the lexicon.
pub(super) type WordId = u32;

/// The numbers of the words that one token counts as.
#[derive(Clone, Copy, Debug, Default)]
struct Words {
    ids: [WordId; 4],
    count: usize,
}

impl Words {
    fn push(&mut self, id: WordId) {
        if self.count < self.ids.len() {
            self.ids[self.count] = id;
            self.count += 1;
        }
    }

    fn as_slice(&self) -> &[WordId] {
        &self.ids[..self.count]
    }
}

#[derive(Debug)]
pub(super) enum Step {
    Word { set: usize, optional: bool },
    Any,
    Gap(usize),
}

#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) owner: usize,
    pub(super) anchor: Anchor,
    pub(super) at_end: bool,
    pub(super) steps: Vec<Step>,
}

impl Compiled {
    fn names_each_word(&self) -> bool {
        self.steps
            .iter()
            .all(|step| matches!(step, Step::Word { .. }))
    }
}

/// A phrase that was found, by token numbers: `first..=last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// What `Builder::add` was given.
    pub(super) owner: usize,
    pub(super) first: usize,
    pub(super) last: usize,
    /// Whether the phrase names each of its words, with no gap that anything may stand in.
    pub(super) verbatim: bool,
}

/// All phrases, ready to be found.
#[derive(Debug)]
pub(super) struct Matcher {
    pub(super) words: HashMap<String, WordId>,
    pub(super) prefixes: HashMap<String, WordId>,
    pub(super) shortest_prefix: usize,
    pub(super) longest_prefix: usize,
    /// For each set of words, one bit a word.
    pub(super) sets: Vec<Vec<u64>>,
    pub(super) phrases: Vec<Compiled>,
    /// For each word, the sets that it is in.
    pub(super) sets_of: Vec<Vec<u32>>,
    /// For each word, the phrases that can begin with it.
    pub(super) starting: Vec<Vec<Start>>,
}

/// A phrase that may begin at a word, and the set that the text must hold for it to be worth a try.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub(super) phrase: u32,
    pub(super) needs: u32,
    /// The set that the very next word must be of, where the phrase says so.
    pub(super) next: Option<u32>,
}

/// The word that every number counts as.
pub(super) const NUMBER: &str = "<n>";

impl Matcher {
    /// Every hit, in the order of their first words.
    pub(super) fn find(&self, folded: &Folded) -> Vec<Hit> {
        let words: Vec<Words> = folded
            .tokens
            .iter()
            .map(|token| self.words_of(folded.word(token)))
            .collect();
        let mut present = vec![0_u64; self.sets.len().div_ceil(64)];
        for id in words.iter().flat_map(Words::as_slice) {
            for set in &self.sets_of[*id as usize] {
                present[*set as usize / 64] |= 1 << (set % 64);
            }
        }
        let search = Search {
            matcher: self,
            folded,
            words: &words,
        };
        let mut hits = Vec::new();
        for (first, word) in words.iter().enumerate() {
            for id in word.as_slice() {
                for start in &self.starting[*id as usize] {
                    if present[start.needs as usize / 64] & (1 << (start.needs % 64)) == 0 {
                        continue;
                    }
                    let follows = |set: u32| {
                        words.len() > first + 1 && search.stands(set as usize, first + 1)
                    };
                    if !start.next.is_none_or(follows) {
                        continue;
                    }
                    let phrase = &self.phrases[start.phrase as usize];
                    if let Some(last) = search.matches(phrase, first) {
                        hits.push(Hit {
                            owner: phrase.owner,
                            first,
                            last,
                            verbatim: phrase.names_each_word(),
                        });
                    }
                }
            }
        }
        hits
    }

    fn words_of(&self, written: &str) -> Words {
        let mut found = Words::default();
        if let Some(id) = self.known(written) {
            found.push(id);
        }
        if written.starts_with(|first: char| first.is_ascii_digit())
            && let Some(number) = self.words.get(NUMBER)
        {
            found.push(*number);
        }
        for length in self.shortest_prefix..=self.longest_prefix.min(written.len()) {
            if let Some(id) = written
                .get(..length)
                .and_then(|start| self.prefixes.get(start))
            {
                found.push(*id);
            }
        }
        found
    }

    fn known(&self, written: &str) -> Option<WordId> {
        let exact = self.words.get(written).copied();
        exact
            .or_else(|| self.without_possessive(written))
            .or_else(|| self.unstretched(written))
    }

    fn without_possessive(&self, written: &str) -> Option<WordId> {
        if !written.contains('\'') {
            return None;
        }
        if let Some(owner) = written.strip_suffix("'s") {
            return self.words.get(owner).copied();
        }
        // "she'd" is not "shed", nor "we'll" "well".
        let contracted = ["'d", "'ll", "'re", "'ve", "'m"]
            .iter()
            .any(|end| written.ends_with(end));
        if contracted {
            None
        } else {
            self.words.get(&written.replace('\'', "")).copied()
        }
    }

    /// "pleeease" is "please".
    fn unstretched(&self, written: &str) -> Option<WordId> {
        let bytes = written.as_bytes();
        let stretched = |three: &[u8]| {
            three[0].is_ascii_alphabetic() && three[0] == three[1] && three[1] == three[2]
        };
        if !bytes.windows(3).any(stretched) {
            return None;
        }
        [1, 2]
            .iter()
            .find_map(|keep| self.words.get(&squeezed(written, *keep)).copied())
    }
}

fn squeezed(written: &str, keep: usize) -> String {
    let mut squeezed = String::with_capacity(written.len());
    let mut run = 0;
    let mut last = None;
    let mut letters = written.chars().peekable();
    while let Some(letter) = letters.next() {
        run = if last == Some(letter) { run + 1 } else { 1 };
        last = Some(letter);
        let ends = letters.peek() != Some(&letter);
        if ends {
            let length = if run >= 3 { keep } else { run };
            squeezed.extend(std::iter::repeat_n(letter, length));
        }
    }
    squeezed
}

struct Search<'a> {
    matcher: &'a Matcher,
    folded: &'a Folded,
    words: &'a [Words],
}

impl Search<'_> {
    /// The last token of the phrase, if it stands at `first`.
    fn matches(&self, phrase: &Compiled, first: usize) -> Option<usize> {
        let starts_sentence = || first == 0 || !self.same_sentence(first - 1, first);
        let may_begin = match phrase.anchor {
            Anchor::Anywhere => true,
            Anchor::Sentence => starts_sentence(),
            Anchor::Text => first == 0,
        };
        if !may_begin {
            return None;
        }
        let end = self.walk(&phrase.steps, first, first)?;
        if phrase.at_end && end < self.words.len() && self.same_sentence(end - 1, end) {
            return None;
        }
        Some(end - 1)
    }

    /// One past the last token, if the steps lead on from `at`.
    fn walk(&self, steps: &[Step], first: usize, at: usize) -> Option<usize> {
        let Some((step, rest)) = steps.split_first() else {
            return Some(at);
        };
        let inside = at < self.words.len() && self.same_sentence(first, at);
        match step {
            Step::Word { set, optional } => {
                let here = inside && self.stands(*set, at);
                let taken = if here {
                    self.walk(rest, first, at + 1)
                } else {
                    None
                };
                if *optional {
                    taken.or_else(|| self.walk(rest, first, at))
                } else {
                    taken
                }
            }
            Step::Any => {
                if inside {
                    self.walk(rest, first, at + 1)
                } else {
                    None
                }
            }
            Step::Gap(width) => (0..=*width).find_map(|skip| self.walk(rest, first, at + skip)),
        }
    }

    fn stands(&self, set: usize, at: usize) -> bool {
        let bits = &self.matcher.sets[set];
        self.words[at].as_slice().iter().any(|id| {
            let at = *id as usize;
            bits[at / 64] & (1 << (at % 64)) != 0
        })
    }

    fn same_sentence(&self, one: usize, other: usize) -> bool {
        self.folded.tokens[one].sentence == self.folded.tokens[other].sentence
    }
}
