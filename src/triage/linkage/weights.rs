//! What each piece of evidence is worth, in bits.

use std::fmt::Write as _;

use super::evidence::{Evidence, Feature};

/// A piece of evidence of fewer bits is not worth a reason.
const LEAST_BITS: f32 = 0.05;

/// A line of a file of weights or words that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct WeightsError {
    line: usize,
    problem: String,
}

impl WeightsError {
    pub(super) const fn new(line: usize, problem: String) -> Self {
        Self { line, problem }
    }
}

/// Bits a feature, in the order of [`Feature::ALL`]; none where it was not named.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weights([Option<f32>; Feature::ALL.len()]);

impl Weights {
    /// Reads lines of `feature bits`; features that are not named weigh nothing.
    pub(super) fn parse(text: &str) -> Result<Self, WeightsError> {
        let mut weights = [None; Feature::ALL.len()];
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = |problem| WeightsError::new(number + 1, problem);
            let Some((name, bits)) = line.split_once(' ') else {
                return Err(bad(format!("expected `feature bits`, found `{line}`")));
            };
            let feature = Feature::ALL
                .into_iter()
                .find(|known| known.as_str() == name);
            let feature = feature.ok_or_else(|| bad(format!("there is no feature `{name}`")))?;
            let bits: f32 = bits
                .trim()
                .parse()
                .ok()
                .filter(|bits: &f32| bits.is_finite())
                .ok_or_else(|| {
                    bad(format!(
                        "expected a number of bits after `{name}`, found `{bits}`"
                    ))
                })?;
            weights[feature as usize] = Some(bits);
        }
        Ok(Self(weights))
    }

    pub(super) fn new(bits: impl IntoIterator<Item = (Feature, f32)>) -> Self {
        let mut weights = [None; Feature::ALL.len()];
        for (feature, bits) in bits {
            weights[feature as usize] = Some(bits);
        }
        Self(weights)
    }

    /// The text of `weights.txt`.
    pub(super) fn to_text(&self) -> String {
        let mut out = String::from(
            "# What each piece of evidence says for (+) or against (-) the same need, in bits.\n\
             # Written by `kith train --pairs` (docs/duplicates.md).\n",
        );
        for feature in Feature::ALL {
            if let Some(bits) = self.0[feature as usize] {
                let written = writeln!(out, "{} {bits:.2}", feature.as_str());
                debug_assert!(written.is_ok(), "a string takes whatever is written");
            }
        }
        out
    }

    fn of(&self, feature: Feature) -> f32 {
        self.0[feature as usize].unwrap_or(0.0)
    }

    /// The sum of the evidence.
    pub(super) fn sum(&self, evidence: &Evidence) -> f32 {
        let pieces = evidence.pieces.iter();
        pieces
            .map(|(feature, value)| self.of(*feature) * value)
            .sum()
    }

    /// The pieces of the evidence as people read them, with their bits, weightiest first.
    pub(super) fn reasons(&self, evidence: &Evidence) -> Vec<(String, f32)> {
        let mut words = 0.0;
        let mut because = Vec::new();
        for (feature, value) in &evidence.pieces {
            let bits = self.of(*feature) * value;
            if feature.is_about_words() {
                words += bits;
            } else if *feature != Feature::Prior {
                because.push((feature.meaning().to_owned(), bits));
            }
        }
        if let Some((shared, all)) = evidence.words {
            because.push((format!("{shared} of {all} words in common"), words));
        }
        because.retain(|(_, bits)| bits.abs() >= LEAST_BITS);
        because.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
        because
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_is_named_with_what_is_wrong() {
        for (text, problem) in [
            (
                "prior -3\nshoe_size 1\n",
                "line 2: there is no feature `shoe_size`",
            ),
            ("prior\n", "line 1: expected `feature bits`, found `prior`"),
            (
                "prior much\n",
                "line 1: expected a number of bits after `prior`, found `much`",
            ),
            (
                "prior NaN\n",
                "line 1: expected a number of bits after `prior`, found `NaN`",
            ),
        ] {
            assert_eq!(Weights::parse(text).unwrap_err().to_string(), problem);
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let weights = Weights::parse(super::super::WEIGHTS).unwrap();
        assert_eq!(Weights::parse(&weights.to_text()), Ok(weights));
    }
}
