//! What a model says: one number for each kind, category, signal, urgency and language.

use crate::domain::reading::{Category, Kind, Signal, Urgency};

/// The languages that a model tells apart, by ISO 639-1.
pub(in crate::intake) const LANGUAGES: &[&str] = &[
    "en", "pl", "ro", "pa", "ur", "bn", "ar", "pt", "lt", "cy", "uk", "ru", "es", "it", "fr", "bg",
    "gu", "hi",
];

/// A group of outputs that are learned and decided together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::intake) enum Head {
    Kind,
    Categories,
    Signals,
    /// Whether there is any sign of danger.
    Danger,
    Urgency,
    OnBehalf,
    Language,
}

impl Head {
    pub(in crate::intake) const ALL: [Self; 7] = [
        Self::Kind,
        Self::Categories,
        Self::Signals,
        Self::Danger,
        Self::Urgency,
        Self::OnBehalf,
        Self::Language,
    ];

    /// How many outputs it has.
    pub(in crate::intake) const fn size(self) -> usize {
        match self {
            Self::Kind => Kind::ALL.len(),
            Self::Categories => Category::ALL.len(),
            Self::Signals => Signal::ALL.len(),
            Self::Danger | Self::OnBehalf => 1,
            Self::Urgency => Urgency::ALL.len(),
            Self::Language => LANGUAGES.len(),
        }
    }

    /// Where its outputs stand among all.
    pub(in crate::intake) const fn range(self) -> std::ops::Range<usize> {
        let mut start = 0;
        let mut at = 0;
        while at < self as usize {
            start += Self::ALL[at].size();
            at += 1;
        }
        start..start + self.size()
    }

    /// Whether exactly one of its outputs is right.
    pub(in crate::intake) const fn is_choice(self) -> bool {
        matches!(self, Self::Kind | Self::Urgency | Self::Language)
    }
}

/// How many outputs there are.
pub(in crate::intake) const OUTPUTS: usize = Head::Language.range().end;
/// So many of them, the first, have weights of their own in every row; the others speak by the hidden layer alone.
pub(in crate::intake) const DIRECT: usize = Head::Language.range().start;

/// One number an output.
pub(in crate::intake) type Outputs = [f32; OUTPUTS];

/// Turns the numbers of a choice into probabilities.
pub(in crate::intake) fn softmax(scores: &mut [f32]) {
    let highest = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut total = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - highest).exp();
        total += *score;
    }
    for score in scores {
        *score /= total;
    }
}

/// Turns one number into a probability.
pub(in crate::intake) fn sigmoid(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_stand_side_by_side() {
        let mut next = 0;
        for head in Head::ALL {
            assert_eq!(head.range().start, next);
            assert_eq!(head.range().len(), head.size());
            next = head.range().end;
        }
        assert_eq!(next, OUTPUTS);
    }
}
