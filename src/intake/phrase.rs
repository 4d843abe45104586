//! The small language that lexicon lines are written in, parsed into elements.
//!
//! | written | meaning |
//! |---|---|
//! | `milk` | the word |
//! | `can\|could` | either word; `any_one` inside an alternative is two words |
//! | `@anyone` | any word or words of a class |
//! | `[please]` | the same, but it may be missing |
//! | `prescri*` | any word that begins so |
//! | `..` and `...` | up to three, up to eight other words of the same sentence |
//! | `_` | exactly one word, whatever it is |
//! | `<n>` | a number |
//! | `^` first | only at the beginning of a sentence; `^^` only at the beginning of the text |
//! | `$` last | only at the end of a sentence |

use std::collections::HashMap;

use super::fold::Folded;
use super::matcher::NUMBER;

/// One step of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// One word out of a sorted set.
    Word { any_of: Vec<String>, optional: bool },
    /// Any one word.
    Any,
    /// Up to so many words that don't matter.
    Gap(usize),
}

/// Where a phrase may begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Anchor {
    #[default]
    Anywhere,
    Sentence,
    Text,
}

/// A line of the lexicon, ready to be compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Phrase {
    pub(super) anchor: Anchor,
    pub(super) at_end: bool,
    pub(super) elements: Vec<Element>,
}

/// Named sets of words, each entry of one or more words.
pub(super) type Classes = HashMap<String, Vec<Vec<String>>>;

/// So many gaps bound the work of one phrase at one place.
const MOST_GAPS: usize = 2;
const MOST_VARIANTS: usize = 400;

/// Parses a line. Alternatives of several words multiply it into several phrases.
pub(super) fn parse(line: &str, classes: &Classes) -> Result<Vec<Phrase>, String> {
    let mut phrases = vec![Phrase::default()];
    for written in line.split_whitespace() {
        match written {
            "^" | "^^" => {
                let anchor = if written == "^" {
                    Anchor::Sentence
                } else {
                    Anchor::Text
                };
                for phrase in &mut phrases {
                    phrase.anchor = anchor;
                }
            }
            "$" => {
                for phrase in &mut phrases {
                    phrase.at_end = true;
                }
            }
            ".." => append(&mut phrases, &Element::Gap(3)),
            "..." => append(&mut phrases, &Element::Gap(8)),
            "_" => append(&mut phrases, &Element::Any),
            _ => phrases = with_words(&phrases, written, classes)?,
        }
    }
    phrases.iter().try_for_each(check)?;
    Ok(phrases)
}

fn append(phrases: &mut [Phrase], element: &Element) {
    for phrase in phrases {
        phrase.elements.push(element.clone());
    }
}

fn with_words(phrases: &[Phrase], written: &str, classes: &Classes) -> Result<Vec<Phrase>, String> {
    let (inner, optional) = match written
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(inner) => (inner, true),
        None => (written, false),
    };
    let mut single = Vec::new();
    let mut several = Vec::new();
    for alternative in inner.split('|') {
        for words in entries(alternative, classes)? {
            match <[String; 1]>::try_from(words) {
                Ok([word]) => single.push(word),
                Err(words) => several.push(words),
            }
        }
    }
    let mut grown = Vec::new();
    if !single.is_empty() {
        single.sort_unstable();
        single.dedup();
        let mut with = phrases.to_vec();
        append(
            &mut with,
            &Element::Word {
                any_of: single,
                optional,
            },
        );
        grown.append(&mut with);
    } else if optional {
        grown.extend_from_slice(phrases);
    }
    for words in several {
        let mut with = phrases.to_vec();
        for word in words {
            append(
                &mut with,
                &Element::Word {
                    any_of: vec![word],
                    optional: false,
                },
            );
        }
        grown.append(&mut with);
    }
    if grown.len() > MOST_VARIANTS {
        return Err(format!(
            "`{written}` makes more than {MOST_VARIANTS} variants of this line: split the line"
        ));
    }
    Ok(grown)
}

fn entries(alternative: &str, classes: &Classes) -> Result<Vec<Vec<String>>, String> {
    if let Some(name) = alternative.strip_prefix('@') {
        return classes.get(name).cloned().ok_or_else(|| {
            format!("there is no class `{name}` above this line: add `class {name} = …`")
        });
    }
    if alternative.is_empty() {
        return Err("an alternative is empty: write `a|b` without spaces".to_owned());
    }
    alternative
        .split('_')
        .map(word)
        .collect::<Result<_, _>>()
        .map(|words| vec![words])
}

/// A word as it stands in a folded text; anything else could never be met.
pub(super) fn word(written: &str) -> Result<String, String> {
    let bare = written.strip_suffix('*').unwrap_or(written);
    let folded = Folded::new(bare);
    let meets = matches!(&folded.tokens[..], [token] if folded.word(token) == bare);
    if meets || written == NUMBER {
        return Ok(written.to_owned());
    }
    Err(format!(
        "`{written}` is never one word of a text: split or respell it"
    ))
}

fn check(phrase: &Phrase) -> Result<(), String> {
    let gaps = phrase
        .elements
        .iter()
        .filter(|element| matches!(element, Element::Gap(_)))
        .count();
    if gaps > MOST_GAPS {
        return Err(format!(
            "{gaps} gaps, where at most {MOST_GAPS} are possible"
        ));
    }
    let solid = |element: Option<&Element>| {
        matches!(
            element,
            Some(Element::Word {
                optional: false,
                ..
            })
        )
    };
    if !solid(phrase.elements.first()) {
        return Err("a phrase begins with a word that must be there".to_owned());
    }
    if !solid(phrase.elements.last()) && !matches!(phrase.elements.last(), Some(Element::Any)) {
        return Err("a phrase ends with a word that must be there".to_owned());
    }
    Ok(())
}
