//! How well texts are read: counts of right, wrong and missed, and what is made of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Labelled, Placed};
use crate::domain::reading::{Category, Kind, Lang, Reading, Signal};

/// Right, wrong and missed findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Tally {
    fn count(&mut self, expected: bool, found: bool) {
        match (expected, found) {
            (true, true) => self.right += 1,
            (false, true) => self.wrong += 1,
            (true, false) => self.missed += 1,
            (false, false) => {}
        }
    }

    /// What was measured of it; none where there was nothing to find and nothing was found.
    fn measured(self) -> Option<Measured> {
        let ratio = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
        (self.right + self.wrong + self.missed > 0).then(|| Measured {
            precision: ratio(self.right, self.right + self.wrong),
            recall: ratio(self.right, self.right + self.missed),
            f1: ratio(2 * self.right, 2 * self.right + self.wrong + self.missed),
            labelled: self.right + self.missed,
        })
    }
}

/// Precision, recall and F1, and how many there were to find.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Of what was found, the share that is right.
    pub precision: f64,
    /// Of what there was to find, the share that was found.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// How many there were to find.
    pub labelled: u32,
}

/// One bin of confidence: how sure the reader was, and how often it was right.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Bin {
    /// How many texts.
    pub texts: u32,
    /// How sure, on average.
    pub sure: f64,
    /// How often right.
    pub right: f64,
}

/// A text that was read wrongly, with how sure the reader was.
#[derive(Clone, Debug, Serialize)]
pub struct Wrong {
    /// The text's name.
    pub id: String,
    /// How sure.
    pub confidence: f32,
    /// What it is.
    pub expected: &'static str,
    /// What was read.
    pub found: &'static str,
    /// The text.
    pub text: String,
}

/// Everything that was measured.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// How many texts.
    pub texts: u32,
    /// Each kind, where kinds are labelled in full.
    pub kinds: BTreeMap<&'static str, Measured>,
    /// The mean of the kinds' F1.
    pub kind_macro_f1: f64,
    /// All categories together.
    pub categories: Option<Measured>,
    /// Each category.
    pub each_category: BTreeMap<&'static str, Measured>,
    /// Any sign of danger at all.
    pub danger: Option<Measured>,
    /// Each sign.
    pub signals: BTreeMap<&'static str, Measured>,
    /// The share of texts whose urgency is right.
    pub urgency: f64,
    /// The share of texts whose postcode is right, none included.
    pub postcode: f64,
    /// On behalf of somebody else, among requests.
    pub on_behalf: Option<Measured>,
    /// The share of texts whose language is right, where it is labelled.
    pub language: f64,
    /// What is (rows) against what was read (columns), in the order request, offer, resolved, other.
    pub confusion: [[u32; 4]; 4],
    /// Ten bins of confidence in the kind.
    pub calibration: [Bin; 10],
    /// Of collections labelled request, offer or neither: for each slice the F1 of requests and
    /// offers, and the share of "neither" read as either.
    pub slices: BTreeMap<String, Slice>,
    /// The surest errors of kind, and danger missed or imagined.
    pub worst: Vec<Wrong>,
}

/// What was measured of one slice.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Slice {
    /// Requests.
    pub request: Option<Measured>,
    /// Offers.
    pub offer: Option<Measured>,
    /// The share of texts that are neither and were read as one of them.
    pub flagged: Option<f64>,
}

/// Measures readings of labelled texts. `worst` is how many errors to keep.
pub fn measure(pairs: &[(&Labelled, Reading)], worst: usize) -> Report {
    let mut report = Report {
        texts: u32::try_from(pairs.len()).unwrap_or(u32::MAX),
        ..Report::default()
    };
    kinds(&mut report, pairs);
    contents(&mut report, pairs);
    report.slices = slices(pairs);
    report.worst = errors(pairs, worst);
    report
}

fn full<'a>(
    pairs: &'a [(&'a Labelled, Reading)],
) -> impl Iterator<Item = (&'a Labelled, Kind, &'a Reading)> {
    let whole = pairs.iter().filter(|(text, _)| text.more.is_some());
    whole.filter_map(|(text, reading)| Some((*text, text.kind()?, reading)))
}

fn kinds(report: &mut Report, pairs: &[(&Labelled, Reading)]) {
    let mut tallies = [Tally::default(); Kind::ALL.len()];
    let mut bins = [(0_u32, 0.0_f64, 0_u32); 10];
    for (_, kind, reading) in full(pairs) {
        report.confusion[kind as usize][reading.kind as usize] += 1;
        for other in Kind::ALL {
            tallies[*other as usize].count(kind == *other, reading.kind == *other);
        }
        let bin = (0..10)
            .rev()
            .find(|bin| f64::from(reading.confidence) * 10.0 >= f64::from(*bin))
            .unwrap_or(0);
        let (texts, sure, right) = &mut bins[usize::try_from(bin).unwrap_or(0)];
        *texts += 1;
        *sure += f64::from(reading.confidence);
        *right += u32::from(kind == reading.kind);
    }
    for kind in Kind::ALL {
        if let Some(measured) = tallies[*kind as usize].measured() {
            report.kinds.insert(kind.as_str(), measured);
        }
    }
    let count = f64::from(u32::try_from(report.kinds.len().max(1)).unwrap_or(1));
    report.kind_macro_f1 = report.kinds.values().map(|kind| kind.f1).sum::<f64>() / count;
    report.calibration = bins.map(|(texts, sure, right)| Bin {
        texts,
        sure: sure / f64::from(texts.max(1)),
        right: f64::from(right) / f64::from(texts.max(1)),
    });
}

fn contents(report: &mut Report, pairs: &[(&Labelled, Reading)]) {
    let mut all = Tally::default();
    let mut categories = [Tally::default(); Category::ALL.len()];
    let mut on_behalf = Tally::default();
    let (mut urgent, mut texts) = (0_u32, 0_u32);
    let (mut placed, mut places) = (0_u32, 0_u32);
    for (text, kind, reading) in full(pairs) {
        let Some(labels) = &text.more else { continue };
        texts += 1;
        urgent += u32::from(labels.urgency == reading.urgency);
        if let Placed::Labelled(postcode) = &labels.postcode {
            places += 1;
            placed += u32::from(*postcode == reading.postcode);
        }
        if kind == Kind::Request {
            on_behalf.count(labels.on_behalf, reading.on_behalf);
        }
        for category in Category::ALL {
            let expected = labels.categories.contains(category);
            let found = reading.categories.contains(category);
            all.count(expected, found);
            categories[*category as usize].count(expected, found);
        }
    }
    let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
    report.urgency = share(urgent, texts);
    report.postcode = share(placed, places);
    report.categories = all.measured();
    report.on_behalf = on_behalf.measured();
    for category in Category::ALL {
        if let Some(measured) = categories[*category as usize].measured() {
            report.each_category.insert(category.as_str(), measured);
        }
    }
    let mut any = Tally::default();
    let mut signals = [Tally::default(); Signal::ALL.len()];
    let (mut spoken, mut heard) = (0, 0);
    for (text, reading) in pairs {
        if let Some(expected) = &text.signals {
            let found = shown(reading);
            any.count(!expected.is_empty(), !found.is_empty());
            for signal in Signal::ALL {
                signals[*signal as usize].count(expected.contains(signal), found.contains(signal));
            }
        }
        if let Some(language) = &text.language {
            spoken += 1;
            let found = reading.language.as_ref().map(Lang::code);
            heard += u32::from(found == Some(language.as_str()));
        }
    }
    report.danger = any.measured();
    report.language = share(heard, spoken);
    for signal in Signal::ALL {
        if let Some(measured) = signals[*signal as usize].measured() {
            report.signals.insert(signal.as_str(), measured);
        }
    }
}

/// The signs that the labelling guide knows; it has no hazards.
fn shown(reading: &Reading) -> BTreeSet<Signal> {
    let known = reading.signals.iter().copied();
    known.filter(|signal| *signal != Signal::Hazard).collect()
}

fn slices(pairs: &[(&Labelled, Reading)]) -> BTreeMap<String, Slice> {
    let mut tallies: BTreeMap<&str, ([Tally; 2], u32, u32)> = BTreeMap::new();
    for (text, reading) in pairs.iter().filter(|(text, _)| !text.slice.is_empty()) {
        let (kinds, neither, flagged) = tallies.entry(&text.slice).or_default();
        for (tally, kind) in kinds.iter_mut().zip([Kind::Request, Kind::Offer]) {
            tally.count(text.kind() == Some(kind), reading.kind == kind);
        }
        if !text.kinds.contains(&Kind::Request) && text.kind() != Some(Kind::Offer) {
            *neither += 1;
            *flagged += u32::from(matches!(reading.kind, Kind::Request | Kind::Offer));
        }
    }
    tallies
        .into_iter()
        .map(|(slice, ([request, offer], neither, flagged))| {
            let measured = Slice {
                request: request.measured(),
                offer: offer.measured(),
                flagged: (neither > 0).then(|| f64::from(flagged) / f64::from(neither)),
            };
            (slice.to_owned(), measured)
        })
        .collect()
}

fn errors(pairs: &[(&Labelled, Reading)], most: usize) -> Vec<Wrong> {
    let mut wrong: Vec<Wrong> = Vec::new();
    for (text, reading) in pairs {
        let error = |expected, found| Wrong {
            id: text.id.clone(),
            confidence: reading.confidence,
            expected,
            found,
            text: text.text.clone(),
        };
        if let Some(kind) = text.kind()
            && kind != reading.kind
        {
            wrong.push(error(kind.as_str(), reading.kind.as_str()));
        }
        if let Some(expected) = &text.signals {
            match (expected.first(), shown(reading).first()) {
                (Some(missed), None) => wrong.push(error(missed.as_str(), "no danger")),
                (None, Some(imagined)) => wrong.push(error("no danger", imagined.as_str())),
                _ => {}
            }
        }
    }
    wrong.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    wrong.truncate(most);
    wrong
}
