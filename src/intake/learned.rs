//! From what a model says to a reading, with the words that moved it.

use super::decide::{ENOUGH, MOST_CATEGORIES, because};
use super::fold::Folded;
use super::model::{Head, Known, LANGUAGES, Model, Outputs, Said, sigmoid, softmax};
use super::score::{Evidence, Finding, Scores};
use crate::domain::reading::{Because, Category, Kind, Lang, Reading, Signal, Span, Urgency};

/// A category is named from this share on; where none has it, the likeliest is.
const CATEGORY: f32 = 0.25;
/// Somebody may be in danger from this share on: rather one alarm too many, in private, than one too few.
const DANGER: f32 = 0.25;
/// The same in other languages, of which the model has heard less, so that it is less sure of what is so.
const DANGER_ABROAD: f32 = 0.2;
/// A text of so few different words says little of itself, and the texts that the model learned from tell of danger
/// far more often than neighbours do. Fire and flood sound alarming as they are. In both, this share is needed.
const FEW_WORDS: usize = 6;
const CLEAR_DANGER: f32 = 0.35;
/// Where a literal rule saw danger, this share is enough: the model may know the words as a joke, a film or sport.
const DANGER_IN_WORDS: f32 = 0.02;
/// A sign beside the likeliest one is named from this share on.
const SIGNAL: f32 = 0.5;
/// It is for somebody else from this share on.
const ON_BEHALF: f32 = 0.5;
/// A language is named from this share on.
const LANGUAGE: f32 = 0.5;
/// What a point of the rules for a kind counts in a model's measure: the model learned from texts that
/// rarely say things plainly, the rules know what is said plainly.
const RULES: f32 = 0.4;
/// Points beyond this add nothing.
const MOST_BY_RULES: f32 = 5.0;
/// What a point of a group's own rules counts in a model's measure.
const OWN_RULE: f32 = 1.5;

/// What a model knows of a text, and where it came from.
pub(super) struct Heard<'a> {
    pub(super) model: &'a Model,
    pub(super) known: &'a [Known],
    pub(super) said: &'a Said,
    pub(super) folded: &'a Folded,
}

/// A model's numbers for a text, with what the rules say of its kind and the weight of the rules that
/// the model has never seen.
pub(super) fn listen(heard: &Heard<'_>, scores: &Scores, own: &[&Evidence<'_>]) -> Box<Outputs> {
    let mut outputs = heard.said.outputs.clone();
    for kind in Kind::ALL {
        outputs[Head::Kind.range().start + *kind as usize] +=
            RULES * scores.of(Finding::Kind(*kind)).clamp(0.0, MOST_BY_RULES);
    }
    for piece in own {
        if let Some(output) = output_of(piece.finding) {
            outputs[output] += piece.weight * OWN_RULE;
        }
    }
    outputs
}

/// The likeliest kind, and how sure that is.
pub(super) fn kind(outputs: &Outputs) -> (Kind, f32) {
    let mut shares = [0.0; Kind::ALL.len()];
    shares.copy_from_slice(&outputs[Head::Kind.range()]);
    softmax(&mut shares);
    let mut best = Kind::Other;
    for kind in Kind::ALL {
        if shares[*kind as usize] > shares[best as usize] {
            best = *kind;
        }
    }
    (best, shares[best as usize])
}

/// Decides on a reading of this kind. `scores` are the rules'.
pub(super) fn decide(
    (kind, confidence): (Kind, f32),
    outputs: &Outputs,
    scores: &Scores,
    folded: &Folded,
) -> Reading {
    let signals = signals(outputs, scores, folded.different_words());
    let needs_help = matches!(kind, Kind::Request | Kind::Offer);
    Reading {
        kind,
        confidence,
        categories: if needs_help {
            categories(outputs)
        } else {
            Vec::new()
        },
        urgency: urgency(outputs, kind, &signals),
        on_behalf: matches!(kind, Kind::Request | Kind::Resolved)
            && share(outputs, Head::OnBehalf, 0) >= ON_BEHALF,
        signals,
        language: language(outputs),
        ..Reading::nothing()
    }
}

fn share(outputs: &Outputs, head: Head, at: usize) -> f32 {
    sigmoid(outputs[head.range().start + at])
}

fn categories(outputs: &Outputs) -> Vec<Category> {
    let mut found: Vec<(Category, f32)> = Category::ALL
        .iter()
        .map(|category| {
            (
                *category,
                share(outputs, Head::Categories, *category as usize),
            )
        })
        .collect();
    found.sort_by(|one, other| other.1.total_cmp(&one.1));
    let likely = found.iter().filter(|(_, share)| *share >= CATEGORY).count();
    found.truncate(likely.clamp(1, MOST_CATEGORIES));
    found.into_iter().map(|(category, _)| category).collect()
}

/// Whether there is danger is asked first; which signs follow from it.
fn signals(outputs: &Outputs, scores: &Scores, words: usize) -> Vec<Signal> {
    let in_words = |signal: Signal| scores.of(Finding::Signal(signal)) >= ENOUGH;
    let likely = |signal: Signal| share(outputs, Head::Signals, signal as usize);
    let learned = || {
        Signal::ALL
            .iter()
            .copied()
            .filter(|signal| *signal != Signal::Hazard)
    };
    // Asked as a whole and sign by sign, each view corrects the other.
    let none: f32 = learned().map(|signal| 1.0 - likely(signal)).product();
    let danger = (share(outputs, Head::Danger, 0) + 1.0 - none) / 2.0;
    let mut found: Vec<Signal> = Vec::new();
    // What a literal rule saw is believed unless the model is all but certain of the contrary.
    let enough = if words <= FEW_WORDS || in_words(Signal::Hazard) {
        CLEAR_DANGER
    } else if language(outputs).is_none_or(|found| found == Lang::ENGLISH) {
        DANGER
    } else {
        DANGER_ABROAD
    };
    if danger >= enough || (danger >= DANGER_IN_WORDS && learned().any(in_words)) {
        found = learned()
            .filter(|signal| likely(*signal) >= SIGNAL || in_words(*signal))
            .collect();
        if found.is_empty() {
            found.extend(learned().max_by(|one, other| likely(*one).total_cmp(&likely(*other))));
        }
    }
    // No labels speak of fire, flood and gas: the rules find them.
    if in_words(Signal::Hazard) {
        found.push(Signal::Hazard);
    }
    found
}

fn urgency(outputs: &Outputs, kind: Kind, signals: &[Signal]) -> Urgency {
    let life =
        |signal: &Signal| matches!(signal, Signal::SelfHarm | Signal::Medical | Signal::Hazard);
    if kind != Kind::Resolved && signals.iter().any(life) {
        return Urgency::Now;
    }
    let start = Head::Urgency.range().start;
    let score = |urgency: Urgency| outputs[start + urgency as usize];
    let mut best = Urgency::None;
    for urgency in Urgency::ALL {
        if score(*urgency) > score(best) {
            best = *urgency;
        }
    }
    best
}

fn language(outputs: &Outputs) -> Option<Lang> {
    let mut shares = [0.0; LANGUAGES.len()];
    shares.copy_from_slice(&outputs[Head::Language.range()]);
    softmax(&mut shares);
    let (best, share) = shares
        .iter()
        .enumerate()
        .max_by(|one, other| one.1.total_cmp(other.1))?;
    (*share >= LANGUAGE).then(|| Lang::from_code(LANGUAGES[best]))?
}

fn output_of(finding: Finding) -> Option<usize> {
    let at = |head: Head, at: usize| Some(head.range().start + at);
    match finding {
        Finding::Kind(kind) => at(Head::Kind, kind as usize),
        Finding::About(category) => at(Head::Categories, category as usize),
        Finding::Urgency(urgency) => at(Head::Urgency, urgency as usize),
        Finding::Signal(signal) => at(Head::Signals, signal as usize),
        Finding::OnBehalf => at(Head::OnBehalf, 0),
        Finding::Diet(_) | Finding::Access(_) | Finding::Relation(_) => None,
    }
}

/// The words that moved a word's share of a finding, at least so much of the strongest.
const NEAR_THE_STRONGEST: f32 = 0.4;
/// What moves a finding less than this is no reason.
const LEAST: f32 = 0.12;
/// The most stretches of words that are shown for one finding.
const MOST_STRETCHES: usize = 3;

/// Why: the rules that agree, then the words that moved the model, with how far they moved it.
pub(super) fn reasons(
    reading: &Reading,
    heard: &Heard<'_>,
    evidence: &[Evidence<'_>],
) -> Vec<Because> {
    let mut reasons = because(reading, evidence);
    let mut found = vec![Finding::Kind(reading.kind)];
    found.extend(reading.categories.iter().copied().map(Finding::About));
    if reading.urgency != Urgency::None {
        found.push(Finding::Urgency(reading.urgency));
    }
    found.extend(reading.signals.iter().copied().map(Finding::Signal));
    if reading.on_behalf {
        found.push(Finding::OnBehalf);
    }
    found.retain(|finding| output_of(*finding).is_some());
    let outputs: Vec<usize> = found.iter().copied().filter_map(output_of).collect();
    let adds = heard.model.adds(heard.said, heard.known, &outputs);
    for (finding, adds) in found.into_iter().zip(&adds) {
        reasons.extend(words_behind(finding, heard, adds));
    }
    reasons
}

/// The words that moved a finding, by what each of the known features added.
fn words_behind(finding: Finding, heard: &Heard<'_>, adds: &[f32]) -> Vec<Because> {
    let tokens = &heard.folded.tokens;
    let mut moved = vec![0.0_f32; tokens.len()];
    for (feature, adds) in heard.known.iter().zip(adds) {
        let Some((first, last)) = feature.tokens else {
            continue;
        };
        let (first, last) = (first as usize, last as usize);
        // Words that were met together share what they moved.
        let ends = if first == last { 1.0 } else { 2.0 };
        for at in [first, last]
            .into_iter()
            .take(if first == last { 1 } else { 2 })
        {
            moved[at] += adds / ends;
        }
    }
    let strongest = moved.iter().copied().fold(0.0, f32::max);
    let counts = |at: usize| moved[at] >= LEAST.max(strongest * NEAR_THE_STRONGEST);
    let mut stretches: Vec<(f32, Span)> = Vec::new();
    let mut before = None;
    for at in (0..tokens.len()).filter(|at| counts(*at)) {
        let span = tokens[at].span;
        match stretches.last_mut() {
            Some((sum, stretch)) if before == at.checked_sub(1) => {
                *sum += moved[at];
                stretch.end = span.end;
            }
            _ => stretches.push((moved[at], span)),
        }
        before = Some(at);
    }
    stretches.sort_by(|one, other| other.0.total_cmp(&one.0));
    stretches.truncate(MOST_STRETCHES);
    stretches
        .into_iter()
        .map(|(sum, span)| Because {
            finding: finding.describe(),
            rule: format!("learned {sum:+.1}"),
            span: Some(span),
            verbatim: false,
        })
        .collect()
}
