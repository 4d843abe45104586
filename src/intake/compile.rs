//! Numbers the words of all phrases and builds the matcher.

use std::collections::HashMap;

use super::matcher::{Compiled, Matcher, Start, Step, WordId};
use super::phrase::{Element, Phrase};

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
            let next = second_set(phrase);
            for id in firsts {
                starting[*id as usize].push(Start {
                    phrase: number,
                    needs,
                    next,
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

/// The set of a phrase's second word, where that always follows the first.
fn second_set(phrase: &Compiled) -> Option<u32> {
    match phrase.steps[..] {
        [
            Step::Word {
                optional: false, ..
            },
            Step::Word {
                set,
                optional: false,
            },
            ..,
        ] => u32::try_from(set).ok(),
        _ => None,
    }
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
