//! Text in, `Reading` out: what a neighbour's message asks or offers, how soon, for whom, where,
//! and whether somebody is in danger, each finding with the words that led to it.
//!
//! A text is folded into words (`fold`), the phrases of the lexicon files are found in one pass
//! (`matcher`), rules add weights to scores (`score`), and `decide` turns scores into a reading.
//! Pure, total and linear in the length of the text.

mod decide;
mod explain;
mod fold;
mod jsonl;
mod lexicon;
mod matcher;
mod phrase;
mod postcode;
mod score;

use std::collections::HashSet;

use crate::domain::reading::{Because, Reading, Span};

pub use explain::explain;
pub use jsonl::{Counts, read_line, run_jsonl};
pub use lexicon::LexiconError;

use fold::Folded;
use lexicon::{Lexicon, Owner};
use matcher::Hit;
use score::{Evidence, Scores};

/// The lexicon that kith comes with, as name and text.
pub const LEXICON: &[(&str, &str)] = &[
    ("words.txt", include_str!("lexicon/words.txt")),
    ("kinds.txt", include_str!("lexicon/kinds.txt")),
    ("subjects.txt", include_str!("lexicon/subjects.txt")),
    ("times.txt", include_str!("lexicon/times.txt")),
    ("dangers.txt", include_str!("lexicon/dangers.txt")),
    ("languages.txt", include_str!("lexicon/languages.txt")),
];

/// Reads texts. Built once, shared freely.
#[derive(Debug)]
pub struct Reader {
    lexicon: Lexicon,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// A reader with the lexicon that kith comes with.
    ///
    /// # Panics
    /// Never: a test reads the same embedded files.
    pub fn new() -> Self {
        Self::with_lexicon(LEXICON)
            .unwrap_or_else(|error| panic!("the embedded lexicon can't be read: {error}"))
    }

    /// A reader with other lexicon files, given as name and text.
    pub fn with_lexicon(files: &[(&str, &str)]) -> Result<Self, LexiconError> {
        Ok(Self {
            lexicon: Lexicon::parse(files)?,
        })
    }

    /// What a text says. Spans are byte ranges of `text`, on character boundaries.
    pub fn read(&self, text: &str) -> Reading {
        let folded = Folded::new(text);
        let hits = self.lexicon.matcher.find(&folded);
        let mut scores = Scores::default();
        let evidence = self.evidence(&folded, &hits, &mut scores);
        let mut reading = decide::decide(&scores, &evidence);
        if let Some(found) = postcode::find(text, &folded) {
            reading.because.push(Because {
                finding: "postcode".to_owned(),
                rule: found.rule.to_owned(),
                span: Some(found.span),
            });
            reading.postcode = Some(found.code);
        }
        reading
    }

    fn evidence(&self, folded: &Folded, hits: &[Hit], scores: &mut Scores) -> Vec<Evidence<'_>> {
        let rules = &self.lexicon.rules;
        let tokens = &folded.tokens;
        let excepted: HashSet<(usize, u32)> = hits
            .iter()
            .filter_map(|hit| match Owner::from_number(hit.owner) {
                Owner::Exception(rule) => Some((rule, tokens[hit.first].sentence)),
                Owner::Rule(_) => None,
            })
            .collect();
        let mut first_hits: Vec<Option<Span>> = vec![None; rules.len()];
        for hit in hits {
            if let Owner::Rule(number) = Owner::from_number(hit.owner)
                && first_hits[number].is_none()
                && !excepted.contains(&(number, tokens[hit.first].sentence))
                && !(rules[number].unquoted && tokens[hit.first].quoted && tokens[hit.last].quoted)
            {
                let (start, end) = (tokens[hit.first].span.start, tokens[hit.last].span.end);
                first_hits[number] = Some(Span { start, end });
            }
        }
        let mut evidence = Vec::new();
        for (number, rule) in rules.iter().enumerate() {
            let met = |other: &usize| first_hits[*other].is_some();
            let holds =
                rule.when.iter().all(|any| any.iter().any(met)) && !rule.unless.iter().any(met);
            if !holds {
                first_hits[number] = None;
            }
            let Some(span) = first_hits[number] else {
                continue;
            };
            for (finding, weight) in &rule.speaks_for {
                scores.add(*finding, *weight);
                let (finding, weight) = (*finding, *weight);
                evidence.push(Evidence {
                    finding,
                    rule: &rule.name,
                    span: Some(span),
                    weight,
                });
            }
        }
        evidence
    }
}
