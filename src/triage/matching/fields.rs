//! Fields of help, such as sewing or computers: what lets "photoshop" meet "help with your laptop", which share no word.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::triage::linkage::{stem, stemmer};

const TEXT: &str = include_str!("fields.txt");

/// Each stem with the fields that it belongs to.
static FIELDS: LazyLock<HashMap<String, Vec<u8>>> = LazyLock::new(|| parse(TEXT));

/// How much of a telling is of each field, from its stems and what each weighs. A word of several fields counts in all of
/// them: those that other words speak for as well come out first.
pub(super) fn of(telling: &BTreeMap<String, f32>) -> BTreeMap<u8, f32> {
    let mut fields = BTreeMap::new();
    for (word, weight) in telling {
        for field in FIELDS.get(word).into_iter().flatten() {
            *fields.entry(*field).or_default() += weight;
        }
    }
    fields
}

/// Reads lines of `field = word word …`.
fn parse(text: &str) -> HashMap<String, Vec<u8>> {
    let stemmer = stemmer(None);
    let mut numbers: HashMap<&str, u8> = HashMap::new();
    let mut fields: HashMap<String, Vec<u8>> = HashMap::new();
    for (field, words) in text.lines().filter_map(|line| line.split_once(" = ")) {
        let next = u8::try_from(numbers.len()).unwrap_or(u8::MAX);
        let field = *numbers.entry(field).or_insert(next);
        for word in words.split(' ') {
            let of = fields.entry(stem(stemmer.as_ref(), word)).or_default();
            if !of.contains(&field) {
                of.push(field);
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_is_a_field_and_every_word_is_written_as_tellings_are_folded() {
        let mut names = BTreeSet::new();
        for line in TEXT
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (name, words) = line.split_once(" = ").expect(line);
            names.insert(name);
            for word in words.split(' ') {
                let folded = crate::intake::words(word);
                assert!(
                    matches!(&folded[..], [(as_folded, _)] if as_folded == word),
                    "{line}: {word:?}"
                );
            }
        }
        assert!(names.len() < usize::from(u8::MAX), "a field is a byte");
        let fields = FIELDS.values().flatten().collect::<BTreeSet<_>>();
        assert_eq!(fields.len(), names.len());
    }

    #[test]
    fn words_of_one_field_meet_and_others_do_not() {
        let field = |word: &str| {
            let stem = stem(stemmer(None).as_ref(), word);
            of(&BTreeMap::from([(stem, 1.0)]))
                .into_keys()
                .collect::<BTreeSet<_>>()
        };
        assert!(!field("photoshop").is_disjoint(&field("laptops")));
        assert!(!field("zipper").is_disjoint(&field("sewing")));
        assert!(field("zipper").is_disjoint(&field("laptops")));
        assert!(field("nonesuch").is_empty());
    }
}
