//! Text in, `Reading` out: what a neighbour's message asks or offers, how soon, for whom, where,
//! and whether somebody is in danger, each finding with the words that led to it.
//!
//! A text is folded into words (`fold`), the phrases of the lexicon files are found in one pass
//! (`matcher`), the rules that they meet (`met`) add weights to scores (`score`), and `decide` turns
//! scores into a reading. Anything else that judges texts can add to the same scores.
//! Pure, total and linear in the length of the text.

mod answer;
mod compile;
mod decide;
mod explain;
mod fold;
mod jsonl;
mod lexicon;
mod matcher;
mod met;
mod phrase;
mod postcode;
mod score;

use crate::domain::reading::{Because, Kind, Reading};

pub use explain::explain;
pub use jsonl::{Counts, read_line, run_jsonl};
pub use lexicon::LexiconError;

use fold::Folded;
use lexicon::Lexicon;
use met::Met;
use score::Scores;

/// The lexicon that kith comes with, as name and text.
pub const LEXICON: &[(&str, &str)] = &[
    ("words.txt", include_str!("lexicon/words.txt")),
    ("kinds.txt", include_str!("lexicon/kinds.txt")),
    ("subjects.txt", include_str!("lexicon/subjects.txt")),
    ("times.txt", include_str!("lexicon/times.txt")),
    ("dangers.txt", include_str!("lexicon/dangers.txt")),
    ("languages.txt", include_str!("lexicon/languages.txt")),
    ("answers.txt", include_str!("lexicon/answers.txt")),
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
        self.study(text, None)
    }

    /// What a text says that is known to be of this kind, as the words of a command or a form are:
    /// "milk and bread" is enough there.
    pub fn read_as(&self, text: &str, kind: Kind) -> Reading {
        self.study(text, Some(kind))
    }

    fn study(&self, text: &str, known: Option<Kind>) -> Reading {
        let folded = Folded::new(text);
        let hits = self.lexicon.matcher.find(&folded);
        let met = Met::new(&self.lexicon.rules, &folded, &hits);
        let mut evidence = met.evidence();
        let mut scores = Scores::default();
        scores.add_all(&evidence);
        let kind = known.map_or_else(|| decide::kind(&scores), |kind| (kind, 1.0));
        let about = met.subjects(kind.0);
        scores.add_all(&about);
        evidence.extend(about);
        let mut reading = decide::decide(kind, &scores, &evidence);
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
}
