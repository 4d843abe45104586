//! The bytes of a model: a table of feature keys, and for each a row of eight-bit weights.
//!
//! ```text
//! "kithmdl1"  outputs: u32  rows: u32  senses: u32  scales: f32 × outputs  biases: f32 × outputs
//! keys: u32 × rows, rising     weights: i8 × outputs × rows, row by row     senses (see `senses`)
//! ```
//! Numbers are little-endian. Nothing is copied on loading but scales and biases, so that a model
//! in the program's own file costs no memory until its rows are looked at.

use std::borrow::Cow;

use super::features::Feature;
use super::outputs::{OUTPUTS, Outputs};

const MAGIC: &[u8; 8] = b"kithmdl1";
const HEADER: usize = 20;
/// Keys are found by their highest bits first.
const BUCKET_BITS: u32 = 16;
/// So many eight-bit weights always fit into a sixteen-bit sum.
const MOST_IN_A_SUM: usize = 256;

/// Bytes that are no model, and why.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ModelError {
    /// They don't begin as a model does.
    #[error("expected a model written by `kith train`, found another kind of file")]
    NotAModel,
    /// It was written by another version of kith.
    #[error(
        "expected a model with {OUTPUTS} outputs, found one with {0}: train it again with this version of kith"
    )]
    OtherOutputs(u32),
    /// It ends too early, or goes on too long.
    #[error(
        "expected {expected} bytes, found {found}: the file is not whole, copy or train it again"
    )]
    NotWhole {
        /// The length that its header speaks of.
        expected: usize,
        /// Its real length.
        found: usize,
    },
    /// Its keys are not in order.
    #[error("expected rising keys, found others: the file is damaged, copy or train it again")]
    Disordered,
}

/// A model, read in place.
pub(in crate::intake) struct Model {
    bytes: Cow<'static, [u8]>,
    rows: usize,
    senses_from: usize,
    scales: Box<Outputs>,
    biases: Box<Outputs>,
    /// For the highest bits of a key, the first row that may hold it.
    buckets: Vec<u32>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Model({} rows)", self.rows)
    }
}

impl Model {
    /// Reads a model.
    pub(in crate::intake) fn parse(bytes: Cow<'static, [u8]>) -> Result<Self, ModelError> {
        if bytes.len() < HEADER || !bytes.starts_with(MAGIC) {
            return Err(ModelError::NotAModel);
        }
        let outputs = word(&bytes, 8);
        if outputs as usize != OUTPUTS {
            return Err(ModelError::OtherOutputs(outputs));
        }
        let rows = word(&bytes, 12) as usize;
        let senses = word(&bytes, 16) as usize;
        let senses_from = HEADER + 8 * OUTPUTS + rows * (4 + OUTPUTS);
        let expected = senses_from + senses;
        if bytes.len() != expected {
            return Err(ModelError::NotWhole {
                expected,
                found: bytes.len(),
            });
        }
        let numbers = |from: usize| {
            let mut all = Box::new([0.0; OUTPUTS]);
            for (at, number) in all.iter_mut().enumerate() {
                *number = f32::from_bits(word(&bytes, from + 4 * at));
            }
            all
        };
        let (scales, biases) = (numbers(HEADER), numbers(HEADER + 4 * OUTPUTS));
        let mut buckets = vec![0; (1 << BUCKET_BITS) + 1];
        let mut last = None;
        for row in 0..rows {
            let key = word(&bytes, HEADER + 8 * OUTPUTS + 4 * row);
            if last.is_some_and(|last| last >= key) {
                return Err(ModelError::Disordered);
            }
            last = Some(key);
            buckets[(key >> (32 - BUCKET_BITS)) as usize + 1] += 1;
        }
        for at in 1..buckets.len() {
            buckets[at] += buckets[at - 1];
        }
        Ok(Self {
            bytes,
            rows,
            senses_from,
            scales,
            biases,
            buckets,
        })
    }

    /// The senses that it was trained with.
    pub(in crate::intake) fn senses(&self) -> &[u8] {
        &self.bytes[self.senses_from..]
    }

    /// The bytes of a model with these rows, by rising key. Weights are rounded to eight bits, each
    /// output by its own scale.
    pub(in crate::intake) fn write(
        rows: &[(u32, Outputs)],
        biases: &Outputs,
        senses: &[u8],
    ) -> Vec<u8> {
        let mut largest = [f32::MIN_POSITIVE; OUTPUTS];
        for (_, weights) in rows {
            for (most, weight) in largest.iter_mut().zip(weights) {
                *most = most.max(weight.abs());
            }
        }
        let scales = largest.map(|most| most / 127.0);
        let mut bytes = MAGIC.to_vec();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes();
        bytes.extend(count(OUTPUTS));
        bytes.extend(count(rows.len()));
        bytes.extend(count(senses.len()));
        bytes.extend(scales.iter().flat_map(|scale| scale.to_le_bytes()));
        bytes.extend(biases.iter().flat_map(|bias| bias.to_le_bytes()));
        bytes.extend(rows.iter().flat_map(|(key, _)| key.to_le_bytes()));
        for (_, weights) in rows {
            for (weight, scale) in weights.iter().zip(&scales) {
                bytes.push(rounded(weight / scale).cast_unsigned());
            }
        }
        bytes.extend(senses);
        bytes
    }

    /// Adds up what a model says of features.
    pub(in crate::intake) fn score(&self, features: &[Feature]) -> Outputs {
        let mut sums = [0.0_f32; OUTPUTS];
        // Features come in groups of one value, whose weights are added up as whole numbers.
        for group in features.chunk_by(|one, other| one.value.to_bits() == other.value.to_bits()) {
            for part in group.chunks(MOST_IN_A_SUM) {
                let mut whole = [0_i16; OUTPUTS];
                for weights in part.iter().filter_map(|feature| self.weights(feature.key)) {
                    for (sum, weight) in whole.iter_mut().zip(weights) {
                        *sum += i16::from(weight.cast_signed());
                    }
                }
                for (sum, whole) in sums.iter_mut().zip(whole) {
                    *sum += f32::from(whole) * part[0].value;
                }
            }
        }
        for ((sum, scale), bias) in sums.iter_mut().zip(&*self.scales).zip(&*self.biases) {
            *sum = *sum * scale + bias;
        }
        sums
    }

    /// What one feature adds to one output.
    pub(in crate::intake) fn adds(&self, feature: &Feature, output: usize) -> f32 {
        self.weights(feature.key).map_or(0.0, |weights| {
            f32::from(weights[output].cast_signed()) * self.scales[output] * feature.value
        })
    }

    fn weights(&self, key: u32) -> Option<&[u8]> {
        let bucket = (key >> (32 - BUCKET_BITS)) as usize;
        let (mut low, mut high) = (self.buckets[bucket], self.buckets[bucket + 1]);
        while low < high {
            let middle = low.midpoint(high);
            if self.key(middle as usize) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let row = low as usize;
        if low == self.buckets[bucket + 1] || self.key(row) != key {
            return None;
        }
        let start = HEADER + 8 * OUTPUTS + 4 * self.rows + row * OUTPUTS;
        self.bytes.get(start..start + OUTPUTS)
    }

    fn key(&self, row: usize) -> u32 {
        word(&self.bytes, HEADER + 8 * OUTPUTS + 4 * row)
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let mut four = [0; 4];
    four.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(four)
}

#[expect(clippy::cast_possible_truncation, reason = "it is clamped before")]
fn rounded(value: f32) -> i8 {
    value.round().clamp(-127.0, 127.0) as i8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(key: u32) -> Feature {
        Feature {
            key,
            value: 1.0,
            tokens: None,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut first = [0.0; OUTPUTS];
        first[0] = 2.0;
        first[1] = -1.0;
        let mut second = [0.0; OUTPUTS];
        second[1] = 0.5;
        let mut biases = [0.0; OUTPUTS];
        biases[2] = 0.25;
        let bytes = Model::write(&[(7, first), (u32::MAX, second)], &biases, &[]);
        let model = Model::parse(Cow::Owned(bytes.clone())).unwrap();
        let sums = model.score(&[feature(7), feature(u32::MAX), feature(8)]);
        assert!((sums[0] - 2.0).abs() < 0.02 && (sums[1] + 0.5).abs() < 0.02);
        assert!((sums[2] - 0.25).abs() < 1e-6);
        for cut in 0..bytes.len() {
            assert!(Model::parse(Cow::Owned(bytes[..cut].to_vec())).is_err());
        }
        assert_eq!(
            Model::parse(Cow::Owned(Model::write(
                &[(9, first), (7, second)],
                &biases,
                &[]
            )))
            .unwrap_err(),
            ModelError::Disordered
        );
    }
}
