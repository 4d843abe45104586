//! Finds every phrase of the lexicon in a folded text.
//!
//! Words are numbered once; a phrase is a list of word sets, and phrases are tried only where their
//! first word stands. A phrase looks at a bounded stretch, so the work is linear in the text.

use std::collections::HashMap;

use super::fold::Folded;
use super::phrase::{Anchor, Element, Phrase};

/// The number of a word of the lexicon.
type WordId = u32;

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
enum Step {
    Word { set: usize, optional: bool },
    Any,
    Gap(usize),
}

#[derive(Debug)]
struct Compiled {
    owner: usize,
    anchor: Anchor,
    at_end: bool,
    steps: Vec<Step>,
}

/// A phrase that was found, by token numbers: `first..=last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// What `Builder::add` was given.
    pub(super) owner: usize,
    pub(super) first: usize,
    pub(super) last: usize,
}

/// All phrases, ready to be found.
#[derive(Debug)]
pub(super) struct Matcher {
    words: HashMap<String, WordId>,
    prefixes: HashMap<String, WordId>,
    shortest_prefix: usize,
    longest_prefix: usize,
    /// For each set of words, one bit a word.
    sets: Vec<Vec<u64>>,
    phrases: Vec<Compiled>,
    /// For each word, the sets that it is in.
    sets_of: Vec<Vec<u32>>,
    /// For each word, the phrases that can begin with it.
    starting: Vec<Vec<Start>>,
}

/// A phrase that may begin at a word, and the set that the text must hold for it to be worth a try.
#[derive(Clone, Copy, Debug)]
struct Start {
    phrase: u32,
    needs: u32,
}

/// The word that every number counts as.
pub(super) const NUMBER: &str = "<n>";

/// Collects phrases for a `Matcher`.
#[derive(Debug, Default)]
pub(super) struct Builder {
    /// Other spellings of words, as written → meant.
    spelled: HashMap<String, String>,
    words: HashMap<String, WordId>,
    sets: HashMap<Vec<WordId>, usize>,
    phrases: Vec<Compiled>,
    firsts: Vec<Vec<WordId>>,
}

impl Builder {
    /// Adds a phrase; hits name it by `owner`.
    pub(super) fn add(&mut self, owner: usize, phrase: &Phrase) {
        let mut steps = Vec::with_capacity(phrase.elements.len());
        for (at, element) in phrase.elements.iter().enumerate() {
            steps.push(match element {
                Element::Any => Step::Any,
                Element::Gap(width) => Step::Gap(*width),
                Element::Word { any_of, optional } => {
                    let ids = self.word_ids(any_of);
                    if at == 0 {
                        self.firsts.push(ids.clone());
                    }
                    let next = self.sets.len();
                    let set = *self.sets.entry(ids).or_insert(next);
                    Step::Word {
                        set,
                        optional: *optional,
                    }
                }
            });
        }
        let (anchor, at_end) = (phrase.anchor, phrase.at_end);
        self.phrases.push(Compiled {
            owner,
            anchor,
            at_end,
            steps,
        });
    }

    fn word_ids(&mut self, words: &[String]) -> Vec<WordId> {
        let mut ids = Vec::with_capacity(words.len());
        for word in words {
            ids.push(self.word_id(word));
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Makes `written` another spelling of `meant`, in phrases added later and in texts.
    pub(super) fn spell(&mut self, written: String, meant: String) {
        self.spelled.insert(written, meant);
    }

    fn word_id(&mut self, word: &str) -> WordId {
        let word = self.spelled.get(word).map_or(word, String::as_str);
        let next = WordId::try_from(self.words.len()).unwrap_or(WordId::MAX);
        *self.words.entry(word.to_owned()).or_insert(next)
    }

    /// Builds the matcher.
    pub(super) fn build(self) -> Matcher {
        let count = self.words.len();
        let mut sets = vec![vec![0_u64; count.div_ceil(64)]; self.sets.len()];
        for (ids, number) in &self.sets {
            for id in ids {
                let at = *id as usize;
                sets[*number][at / 64] |= 1 << (at % 64);
            }
        }
        let sizes = set_sizes(&self.sets);
        let mut starting = vec![Vec::new(); count];
        for ((number, firsts), phrase) in (0_u32..).zip(&self.firsts).zip(&self.phrases) {
            let needs = smallest_set(phrase, &sizes);
            for id in firsts {
                starting[*id as usize].push(Start {
                    phrase: number,
                    needs,
                });
            }
        }
        let mut sets_of = vec![Vec::new(); count];
        for (ids, number) in &self.sets {
            for id in ids {
                sets_of[*id as usize].push(u32::try_from(*number).unwrap_or(u32::MAX));
            }
        }
        let (prefixes, mut words): (HashMap<_, _>, HashMap<_, _>) = self
            .words
            .into_iter()
            .partition(|(word, _)| word.ends_with('*'));
        let prefixes: HashMap<String, WordId> = prefixes
            .into_iter()
            .map(|(word, id)| (word.trim_end_matches('*').to_owned(), id))
            .collect();
        without_apostrophes(&mut words);
        for (written, meant) in self.spelled {
            if let Some(id) = words.get(&meant).copied() {
                words.insert(written, id);
            }
        }
        Matcher {
            shortest_prefix: prefixes.keys().map(String::len).min().unwrap_or(usize::MAX),
            longest_prefix: prefixes.keys().map(String::len).max().unwrap_or(0),
            words,
            prefixes,
            sets,
            phrases: self.phrases,
            sets_of,
            starting,
        }
    }
}

fn set_sizes(sets: &HashMap<Vec<WordId>, usize>) -> Vec<usize> {
    let mut sizes = vec![0; sets.len()];
    for (ids, number) in sets {
        sizes[*number] = ids.len();
    }
    sizes
}

/// The smallest set that a phrase can't do without, as the one most often missing from a text.
fn smallest_set(phrase: &Compiled, sizes: &[usize]) -> u32 {
    let needed = phrase.steps.iter().filter_map(|step| match step {
        Step::Word {
            set,
            optional: false,
        } => Some(*set),
        _ => None,
    });
    let smallest = needed.min_by_key(|set| sizes[*set]).unwrap_or_default();
    u32::try_from(smallest).unwrap_or_default()
}

/// People write "cant" for "can't"; a word that is in the lexicon itself ("ill", "were") stays itself.
fn without_apostrophes(words: &mut HashMap<String, WordId>) {
    let bare: Vec<(String, WordId)> = words
        .iter()
        .filter(|(word, _)| word.contains('\''))
        .map(|(word, id)| (word.replace('\'', ""), *id))
        .collect();
    for (word, id) in bare {
        words.entry(word).or_insert(id);
    }
}

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
        for first in 0..words.len() {
            for id in words[first].as_slice() {
                for start in &self.starting[*id as usize] {
                    if present[start.needs as usize / 64] & (1 << (start.needs % 64)) == 0 {
                        continue;
                    }
                    let phrase = &self.phrases[start.phrase as usize];
                    if let Some(last) = search.matches(phrase, first) {
                        hits.push(Hit {
                            owner: phrase.owner,
                            first,
                            last,
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
