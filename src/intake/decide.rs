//! From the rules' scores to a reading: which kind wins, what passes its threshold, and why. Where a
//! model stands beside the rules, `learned` decides.

use super::score::{Evidence, Finding, Scores};
use crate::domain::reading::{Because, Category, Kind, Reading, Signal, Urgency};

/// What any finding but a kind needs to be believed.
pub(super) const ENOUGH: f32 = 1.0;

/// What a subject needs to be named where nothing clearer is.
const A_HINT: f32 = 0.6;

/// What a text must outweigh to be more than chat.
const CHAT: f32 = 1.0;

/// How fast confidence rises with the distance between kinds; fitted so that a lead of one point
/// means about two in three.
const STEEPNESS: f32 = 0.7;

/// More than this many subjects is a text that rambles, and the weaker ones are noise.
pub(super) const MOST_CATEGORIES: usize = 3;

/// A subject so many times weaker than the strongest is a word in passing.
const NEAR_THE_STRONGEST: f32 = 1.8;

/// Decides on a reading of this kind, without its postcode.
pub(super) fn decide(
    (kind, confidence): (Kind, f32),
    scores: &Scores,
    evidence: &[Evidence<'_>],
) -> Reading {
    let signals = signals(scores);
    let needs_help = matches!(kind, Kind::Request | Kind::Offer);
    let mut reading = Reading {
        kind,
        confidence,
        categories: if needs_help {
            categories(scores, kind, &signals)
        } else {
            Vec::new()
        },
        urgency: urgency(scores, kind, &signals),
        on_behalf: matches!(kind, Kind::Request | Kind::Resolved)
            && scores.of(Finding::OnBehalf) >= ENOUGH,
        signals,
        because: Vec::new(),
        ..Reading::nothing()
    };
    reading.because = because(&reading, evidence);
    reading
}

/// The kind that wins, and how surely.
pub(super) fn kind(scores: &Scores) -> (Kind, f32) {
    let score = |kind: Kind| {
        let sum = scores.of(Finding::Kind(kind));
        if kind == Kind::Other { sum + CHAT } else { sum }
    };
    let mut best = Kind::Other;
    for kind in [Kind::Resolved, Kind::Request, Kind::Offer] {
        if score(kind) > score(best) {
            best = kind;
        }
    }
    let share = |kind: Kind| ((score(kind) - score(best)) * STEEPNESS).exp();
    let total: f32 = Kind::ALL.iter().map(|kind| share(*kind)).sum();
    (best, 1.0 / total)
}

fn signals(scores: &Scores) -> Vec<Signal> {
    let enough = |signal: &&Signal| scores.of(Finding::Signal(**signal)) >= ENOUGH;
    Signal::ALL.iter().filter(enough).copied().collect()
}

fn categories(scores: &Scores, kind: Kind, signals: &[Signal]) -> Vec<Category> {
    let score = |category: Category| {
        let implied = if kind == Kind::Request {
            implied_by(category, signals)
        } else {
            0.0
        };
        scores.of(Finding::About(category)) + implied
    };
    let mut found: Vec<(Category, f32)> = Category::ALL
        .iter()
        .map(|category| (*category, score(*category)))
        .filter(|(_, score)| *score >= A_HINT)
        .collect();
    found.sort_by(|one, other| other.1.total_cmp(&one.1));
    let strongest = found.first().map_or(0.0, |(_, score)| *score);
    // Where nothing is clear, one hint is better than "other".
    let least = ENOUGH.min(strongest).max(strongest / NEAR_THE_STRONGEST);
    found.retain(|(_, score)| *score >= least);
    found.truncate(MOST_CATEGORIES);
    if found.is_empty() {
        return vec![Category::Other];
    }
    found.into_iter().map(|(category, _)| category).collect()
}

/// A danger is also a subject.
fn implied_by(category: Category, signals: &[Signal]) -> f32 {
    let signal = match category {
        Category::Wellbeing => Signal::SelfHarm,
        Category::Health => Signal::Medical,
        Category::Care => Signal::Neglect,
        Category::Emergency => Signal::Hazard,
        _ => return 0.0,
    };
    if signals.contains(&signal) { 1.5 } else { 0.0 }
}

fn urgency(scores: &Scores, kind: Kind, signals: &[Signal]) -> Urgency {
    let danger = signals.iter().any(|signal| {
        matches!(signal, Signal::SelfHarm | Signal::Medical | Signal::Hazard)
            || (kind == Kind::Request && matches!(signal, Signal::Child | Signal::Neglect))
    });
    if danger {
        return Urgency::Now;
    }
    if !matches!(kind, Kind::Request | Kind::Offer) {
        return Urgency::None;
    }
    [Urgency::Now, Urgency::Today, Urgency::Soon]
        .into_iter()
        .find(|urgency| scores.of(Finding::Urgency(*urgency)) >= ENOUGH)
        .unwrap_or_default()
}

/// The evidence for what was found; what spoke for anything else is left out.
pub(super) fn because(reading: &Reading, evidence: &[Evidence<'_>]) -> Vec<Because> {
    let found = |finding: Finding| match finding {
        Finding::Kind(kind) => kind == reading.kind,
        Finding::About(category) => reading.categories.contains(&category),
        Finding::Urgency(urgency) => urgency == reading.urgency,
        Finding::Signal(signal) => reading.signals.contains(&signal),
        Finding::OnBehalf => reading.on_behalf,
        Finding::Diet(_) | Finding::Access(_) | Finding::Relation(_) => true,
    };
    evidence
        .iter()
        .filter(|evidence| evidence.weight > 0.0 && found(evidence.finding))
        .map(|evidence| Because {
            finding: evidence.finding.describe(),
            rule: evidence.rule.to_owned(),
            span: evidence.span,
            verbatim: evidence.verbatim,
        })
        .collect()
}
