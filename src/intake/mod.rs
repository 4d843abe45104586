//! Text in, `Reading` out: what a neighbour's message asks or offers, how soon, for whom, where,
//! and whether somebody is in danger, each finding with the words that led to it.
//!
//! A text is folded into words (`fold`), the phrases of the lexicon files are found in one pass
//! (`matcher`), and the rules that they meet (`met`) add weights to scores (`score`). A small trained
//! model (`model`) hears the words, their senses and the rules that were met, and `learned` turns what
//! it says into a reading; without a model `decide` does so from the rules alone. `particulars` finds
//! numbers, places, times and what must be protected, `several` takes apart what asks for several
//! things, `money` finds sums, `clean` takes out what identifies somebody, `unshare` tells whether
//! somebody takes a yes back, `young` whether somebody may be under 18, `marks` finds named phrases that others bring. `learn` trains and measures. Pure,
//! total and linear in the length of the text.

mod answer;
mod clean;
mod compile;
mod decide;
mod explain;
mod fold;
mod jsonl;
mod learn;
mod learned;
mod lexicon;
mod marks;
mod matcher;
mod met;
mod model;
mod money;
mod particulars;
mod phrase;
mod postcode;
mod score;
mod several;
mod unshare;
mod young;

use std::borrow::Cow;

use crate::domain::particulars::{Particulars, Sensitive};
use crate::domain::reading::{Because, Kind, Reading, Span};

pub use clean::cleaned;
pub use explain::explain;
pub use jsonl::{Counts, read_line, run_jsonl};
pub use learn::{
    Bin, Labelled, Labels, Measured, Placed, Report, Slice, Wrong, measure, read_in_folds, train,
};
pub use lexicon::LexiconError;
pub use marks::Marks;
pub use model::compile as compile_senses;
pub use model::{ModelError, Recipe};
pub use money::largest_sum;
pub use particulars::resolve_time;
pub use unshare::stops_sharing;
pub use young::young;

use fold::Folded;
use learned::Heard;
use lexicon::Lexicon;
use met::Met;
use model::{Model, Senses};
use score::{Evidence, Finding, Scores};

/// The model that kith comes with; written by `kith train` (see `docs/reading.md`).
const MODEL: &[u8] = include_bytes!("reading.model");

/// The senses that kith comes with, by language, as name and text: what a model is trained with.
pub const SENSES: &[(&str, &str)] = &[
    ("en_doing.txt", include_str!("senses/en_doing.txt")),
    ("en_things.txt", include_str!("senses/en_things.txt")),
    ("ar.txt", include_str!("senses/ar.txt")),
    ("bg.txt", include_str!("senses/bg.txt")),
    ("bn.txt", include_str!("senses/bn.txt")),
    ("cy.txt", include_str!("senses/cy.txt")),
    ("es.txt", include_str!("senses/es.txt")),
    ("fr.txt", include_str!("senses/fr.txt")),
    ("gu.txt", include_str!("senses/gu.txt")),
    ("hi.txt", include_str!("senses/hi.txt")),
    ("it.txt", include_str!("senses/it.txt")),
    ("lt.txt", include_str!("senses/lt.txt")),
    ("pa.txt", include_str!("senses/pa.txt")),
    ("pl.txt", include_str!("senses/pl.txt")),
    ("pt.txt", include_str!("senses/pt.txt")),
    ("ro.txt", include_str!("senses/ro.txt")),
    ("ru.txt", include_str!("senses/ru.txt")),
    ("uk.txt", include_str!("senses/uk.txt")),
    ("ur.txt", include_str!("senses/ur.txt")),
];

/// The lexicon that kith comes with, as name and text.
pub const LEXICON: &[(&str, &str)] = &[
    ("words.txt", include_str!("lexicon/words.txt")),
    ("kinds.txt", include_str!("lexicon/kinds.txt")),
    ("subjects.txt", include_str!("lexicon/subjects.txt")),
    ("times.txt", include_str!("lexicon/times.txt")),
    ("dangers.txt", include_str!("lexicon/dangers.txt")),
    ("particulars.txt", include_str!("lexicon/particulars.txt")),
    ("languages.txt", include_str!("lexicon/languages.txt")),
    ("answers.txt", include_str!("lexicon/answers.txt")),
];

/// Reads texts. Built once, shared freely.
#[derive(Debug)]
pub struct Reader {
    lexicon: Lexicon,
    model: Option<Model>,
    areas: Vec<String>,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// The reader that kith comes with: rules and model.
    ///
    /// # Panics
    /// Never: a test reads the same embedded files.
    pub fn new() -> Self {
        let reader = Self::rules_alone().and_model(Cow::Borrowed(MODEL));
        reader.unwrap_or_else(|error| panic!("the embedded model can't be read: {error}"))
    }

    /// The rules that kith comes with, without its model.
    ///
    /// # Panics
    /// Never: a test reads the same embedded files.
    pub fn rules_alone() -> Self {
        Self::with_lexicon(LEXICON)
            .unwrap_or_else(|error| panic!("the embedded lexicon can't be read: {error}"))
    }

    /// A reader with other lexicon files, given as name and text, and without a model.
    ///
    /// # Errors
    /// The file and line that can't be read, and why.
    pub fn with_lexicon(files: &[(&str, &str)]) -> Result<Self, LexiconError> {
        Ok(Self {
            lexicon: Lexicon::parse(files, &[])?,
            model: None,
            areas: Vec::new(),
        })
    }

    /// The reader that kith comes with and a group's own words beside it: rules of more lexicon files,
    /// and the names of the parts of its area.
    ///
    /// # Errors
    /// The file and line that can't be read, and why.
    pub fn with_own_words(
        files: &[(&str, &str)],
        areas: Vec<String>,
    ) -> Result<Self, LexiconError> {
        Ok(Self {
            lexicon: Lexicon::parse(LEXICON, files)?,
            areas,
            ..Self::new()
        })
    }

    /// The same reader with a model beside its rules.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn and_model(self, bytes: Cow<'static, [u8]>) -> Result<Self, ModelError> {
        Ok(Self {
            model: Some(Model::parse(bytes)?),
            ..self
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
        self.finish(text, &folded, self.weigh(&folded, known, true))
    }

    /// What the rules alone say of a text: short words that lean on others are theirs, since a model learns
    /// little from a "yes".
    fn study_by_rules(&self, text: &str, known: Option<Kind>) -> Reading {
        let folded = Folded::new(text);
        self.finish(text, &folded, self.weigh_by_rules(&folded, known))
    }

    /// The reading of a text with what doesn't depend on its kind.
    fn finish(&self, text: &str, folded: &Folded, mut reading: Reading) -> Reading {
        reading.findings = several::findings(self, text, folded, &reading);
        reading.particulars = Particulars {
            diets: reading.particulars.diets,
            access: reading.particulars.access,
            relation: reading.particulars.relation,
            ..particulars::find(text, folded, &self.areas)
        };
        if let Some(found) = postcode::find(text, folded) {
            reading.because.push(Because {
                finding: "postcode".to_owned(),
                rule: found.rule.to_owned(),
                span: Some(found.span),
                verbatim: false,
            });
            reading.postcode = Some(found.code);
        }
        reading
    }

    /// A part of a text by itself: its kind, categories and urgency, without reasons and particulars.
    fn judge(&self, part: &str) -> Reading {
        self.weigh(&Folded::new(part), None, false)
    }

    fn weigh(&self, folded: &Folded, known: Option<Kind>, explain: bool) -> Reading {
        let Some(model) = &self.model else {
            return self.weigh_by_rules(folded, known);
        };
        if !folded.has_words() && known.is_none() {
            return Reading::nothing();
        }
        let hits = self.lexicon.matcher.find(folded);
        let met = Met::new(&self.lexicon.rules, folded, &hits);
        let mut evidence = met.evidence();
        let mut scores = Scores::default();
        scores.add_all(&evidence);
        let features = model::features(folded, met.rules(), model.senses());
        let recognised = model.known(&features);
        let heard = Heard {
            model,
            known: &recognised,
            said: &model.hear(&recognised),
            folded,
        };
        let own: Vec<&Evidence<'_>> = evidence.iter().filter(|piece| piece.own).collect();
        let outputs = learned::listen(&heard, &scores, &own);
        let kind = known.map_or_else(|| learned::kind(&outputs), |kind| (kind, 1.0));
        let mut reading = learned::decide(kind, &outputs, &scores, folded);
        note(&mut reading.particulars, &evidence);
        let ordinary = reading.kind == Kind::Other && reading.signals.is_empty();
        if explain && !ordinary {
            evidence.extend(met.subjects(reading.kind));
            reading.because = learned::reasons(&reading, &heard, &evidence);
        }
        reading
    }

    /// What the rules alone say.
    fn weigh_by_rules(&self, folded: &Folded, known: Option<Kind>) -> Reading {
        let hits = self.lexicon.matcher.find(folded);
        let met = Met::new(&self.lexicon.rules, folded, &hits);
        let mut evidence = met.evidence();
        let mut scores = Scores::default();
        scores.add_all(&evidence);
        let kind = known.map_or_else(|| decide::kind(&scores), |kind| (kind, 1.0));
        let about = met.subjects(kind.0);
        scores.add_all(&about);
        evidence.extend(about);
        let mut reading = decide::decide(kind, &scores, &evidence);
        note(&mut reading.particulars, &evidence);
        reading
    }

    /// The senses of a text, each once, by their numbers in [`SENSES`]: what is said, whatever the words and the language.
    /// None without a model.
    pub fn senses(&self, text: &str) -> Vec<u8> {
        let senses = |model: &Model| model::senses_of(model.senses(), &Folded::new(text));
        self.model.as_ref().map(senses).unwrap_or_default()
    }

    /// What a model sees of a text, each thing once.
    fn features(&self, text: &str, senses: &Senses) -> Vec<model::Feature> {
        let folded = Folded::new(text);
        let hits = self.lexicon.matcher.find(&folded);
        let met = Met::new(&self.lexicon.rules, &folded, &hits);
        let mut features = model::features(&folded, met.rules(), senses);
        features.sort_by_key(|feature| feature.key);
        features.dedup_by_key(|feature| feature.key);
        features
    }
}

/// The words of a text, folded as they are compared (case and accents away), each with its bytes of the original.
pub fn words(text: &str) -> Vec<(String, Span)> {
    let folded = Folded::new(text);
    let word = |token: &fold::Token| (folded.word(token).to_owned(), token.span);
    let letters = |(word, _): &(String, Span)| word.contains(char::is_alphanumeric);
    folded.tokens.iter().map(word).filter(letters).collect()
}

/// What must not be shown to others in a text: numbers and addresses, in their order, without overlaps.
pub fn sensitive(text: &str) -> Vec<Sensitive> {
    particulars::sensitive(text)
}

/// Writes down what single rules tell.
fn note(particulars: &mut Particulars, evidence: &[Evidence<'_>]) {
    for piece in evidence {
        match piece.finding {
            Finding::Diet(diet) => particulars.diets.push(diet),
            Finding::Access(access) => particulars.access.push(access),
            Finding::Relation(relation) => {
                particulars.relation.get_or_insert(relation);
            }
            _ => {}
        }
    }
}
