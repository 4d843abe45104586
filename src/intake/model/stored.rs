//! The bytes of a model: a table of feature keys, and for each a row of four-bit weights. Four bits are enough: a text
//! has hundreds of features, and what is rounded away is noise as often as not.
//!
//! ```text
//! "kithmdl3"  columns: u32  outputs: u32  rows: u32  senses: u32
//! scales: f32 × columns      what stands above (see `upper`): f32 × its size
//! keys: u32 × rows, rising   weights: two a byte, row by row    senses (see `senses`)
//! ```
//! Numbers are little-endian.

use std::borrow::Cow;

use super::features::Feature;
use super::index::Index;
use super::outputs::{DIRECT, OUTPUTS, Outputs};
use super::senses::Senses;
use super::upper::{HIDDEN, Slopes, Sums, Upper, WIDTH};

const MAGIC: &[u8; 8] = b"kithmdl3";
const HEADER: usize = 24;
/// A row's bytes. Each holds the weight of a column in its low bits, and in the high ones that of the column so many
/// further on.
const PACKED: usize = WIDTH.div_ceil(2);
const _: () = assert!(
    DIRECT >= PACKED,
    "the hidden layer's columns are all in high bits"
);
/// The largest weight in four bits.
const LARGEST: f32 = 7.0;
/// So many such weights always fit into a sixteen-bit sum.
const MOST_IN_A_SUM: usize = 4096;

/// Bytes that are no model, and why.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ModelError {
    /// They don't begin as a model does.
    #[error("expected a model written by `kith train`, found another kind of file")]
    NotAModel,
    /// It was written by another version of kith.
    #[error(
        "expected a model with {WIDTH} columns and {OUTPUTS} outputs, found one with {0} and {1}: train it again with this version of kith"
    )]
    OtherOutputs(u32, u32),
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

/// A model, ready to be asked. Its rows are read in place: in the program's own file they cost no memory until they
/// are looked at.
pub(in crate::intake) struct Model {
    index: Index,
    bytes: Cow<'static, [u8]>,
    rows_from: usize,
    senses: Senses,
    scales: Sums,
    upper: Upper,
}

/// What a model says of a text.
pub(in crate::intake) struct Said {
    pub(in crate::intake) outputs: Box<Outputs>,
    /// How much of a change the cells of the hidden layer let through.
    slopes: Slopes,
}

/// A feature that a model knows.
#[derive(Clone, Copy, Debug)]
pub(in crate::intake) struct Known {
    row: u32,
    value: f32,
    /// First and last token; none where it is a property of the whole.
    pub(in crate::intake) tokens: Option<(u32, u32)>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Model({} rows)", self.index.len())
    }
}

impl Model {
    /// Reads a model.
    pub(in crate::intake) fn parse(bytes: Cow<'static, [u8]>) -> Result<Self, ModelError> {
        if bytes.len() < HEADER || !bytes.starts_with(MAGIC) {
            return Err(ModelError::NotAModel);
        }
        let (columns, outputs) = (word(&bytes, 8), word(&bytes, 12));
        if (columns as usize, outputs as usize) != (WIDTH, OUTPUTS) {
            return Err(ModelError::OtherOutputs(columns, outputs));
        }
        let rows = word(&bytes, 16) as usize;
        let senses = word(&bytes, 20) as usize;
        let keys_from = HEADER + 4 * (WIDTH + Upper::SIZE);
        let senses_from = keys_from + rows * (4 + PACKED);
        let expected = senses_from + senses;
        if bytes.len() != expected {
            return Err(ModelError::NotWhole {
                expected,
                found: bytes.len(),
            });
        }
        let numbers = |from: usize| (0..).map(move |at| from + 4 * at);
        let number = |at: usize| f32::from_bits(word(&bytes, at));
        let mut scales = [0.0; WIDTH];
        for (scale, at) in scales.iter_mut().zip(numbers(HEADER)) {
            *scale = number(at);
        }
        let upper = numbers(HEADER + 4 * WIDTH).map(number).take(Upper::SIZE);
        let upper = Upper::from_numbers(upper);
        let rows_from = keys_from + 4 * rows;
        let keys = bytes[keys_from..rows_from].as_chunks().0;
        let keys = keys.iter().map(|key| u32::from_le_bytes(*key)).collect();
        Ok(Self {
            index: Index::new(keys).ok_or(ModelError::Disordered)?,
            senses: Senses::parse(&bytes[senses_from..]).ok_or(ModelError::Disordered)?,
            bytes,
            rows_from,
            scales,
            upper,
        })
    }

    /// The senses that it was trained with.
    pub(in crate::intake) fn senses(&self) -> &Senses {
        &self.senses
    }

    /// The bytes of a model with these rows, by rising key. Weights are rounded to four bits, each column by its
    /// own scale.
    pub(super) fn write(rows: &[(u32, Sums)], upper: &Upper, senses: &[u8]) -> Vec<u8> {
        let mut largest = [f32::MIN_POSITIVE; WIDTH];
        for (_, weights) in rows {
            for (most, weight) in largest.iter_mut().zip(weights) {
                *most = most.max(weight.abs());
            }
        }
        let scales = largest.map(|most| most / LARGEST);
        let mut bytes = MAGIC.to_vec();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes();
        for size in [WIDTH, OUTPUTS, rows.len(), senses.len()] {
            bytes.extend(count(size));
        }
        bytes.extend(scales.iter().flat_map(|scale| scale.to_le_bytes()));
        let mut upper = upper.clone();
        bytes.extend(upper.numbers_mut().flat_map(|number| number.to_le_bytes()));
        bytes.extend(rows.iter().flat_map(|(key, _)| key.to_le_bytes()));
        for (_, weights) in rows {
            let mut row = [0; 2 * PACKED];
            for ((to, weight), scale) in row.iter_mut().zip(weights).zip(&scales) {
                *to = rounded(weight / scale);
            }
            let (low, high) = row.split_at(PACKED);
            bytes.extend(low.iter().zip(high).map(|(low, high)| packed(*low, *high)));
        }
        bytes.extend(senses);
        bytes
    }

    /// The features that it knows, each once.
    pub(in crate::intake) fn known(&self, features: &[Feature]) -> Vec<Known> {
        let mut seen = vec![0_u64; self.index.len().div_ceil(64)];
        let mut known = Vec::with_capacity(features.len());
        for feature in features {
            let Some(row) = self.index.find(feature.key) else {
                continue;
            };
            let bit = 1 << (row % 64);
            if seen[row / 64] & bit == 0 {
                seen[row / 64] |= bit;
                known.push(Known {
                    row: u32::try_from(row).unwrap_or(u32::MAX),
                    value: feature.value,
                    tokens: feature.tokens,
                });
            }
        }
        known
    }

    /// What it says of a text with these features.
    pub(in crate::intake) fn hear(&self, known: &[Known]) -> Said {
        let mut sums = [0.0_f32; WIDTH];
        // Features come in groups of one value, whose weights are added up as whole numbers.
        for group in known.chunk_by(|one, other| one.value.to_bits() == other.value.to_bits()) {
            for part in group.chunks(MOST_IN_A_SUM) {
                let (mut low, mut high) = ([0_i16; PACKED], [0_i16; PACKED]);
                for feature in part {
                    let sums = low.iter_mut().zip(&mut high);
                    for ((low, high), byte) in sums.zip(self.row(feature)) {
                        let [first, second] = unpacked(*byte);
                        *low += i16::from(first);
                        *high += i16::from(second);
                    }
                }
                for (sum, whole) in sums.iter_mut().zip(low.into_iter().chain(high)) {
                    *sum += f32::from(whole) * part[0].value;
                }
            }
        }
        for (sum, scale) in sums.iter_mut().zip(&self.scales) {
            *sum *= scale;
        }
        let (cells, slopes) = self.upper.hidden(&sums);
        Said {
            outputs: Box::new(self.upper.outputs(&sums, &cells)),
            slopes,
        }
    }

    /// What each feature adds to each of some outputs of what was said: a list an output, in the order of `known`.
    pub(in crate::intake) fn adds(
        &self,
        said: &Said,
        known: &[Known],
        outputs: &[usize],
    ) -> Vec<Vec<f32>> {
        let moves: Vec<Sums> = outputs
            .iter()
            .map(|output| {
                let mut moves = self.upper.moves(*output, &said.slopes);
                for (to, scale) in moves.iter_mut().zip(&self.scales) {
                    *to *= scale;
                }
                moves
            })
            .collect();
        let mut adds = vec![Vec::with_capacity(known.len()); outputs.len()];
        for feature in known {
            let row = self.row(feature);
            let mut cells = [0.0; HIDDEN];
            for (cell, byte) in cells.iter_mut().zip(&row[DIRECT - PACKED..]) {
                *cell = f32::from(unpacked(*byte)[1]);
            }
            for ((to, moves), output) in adds.iter_mut().zip(&moves).zip(outputs) {
                let through = cells.iter().zip(&moves[DIRECT..]);
                let mut sum: f32 = through.map(|(weight, moves)| weight * moves).sum();
                if *output < DIRECT {
                    sum += f32::from(weight(row, *output)) * moves[*output];
                }
                to.push(sum * feature.value);
            }
        }
        adds
    }

    fn row(&self, feature: &Known) -> &[u8] {
        let start = self.rows_from + feature.row as usize * PACKED;
        &self.bytes[start..start + PACKED]
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let mut four = [0; 4];
    four.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(four)
}

#[expect(clippy::cast_possible_truncation, reason = "it is clamped before")]
fn rounded(value: f32) -> i8 {
    value.round().clamp(-LARGEST, LARGEST) as i8
}

/// The weight of one column.
fn weight(row: &[u8], column: usize) -> i8 {
    unpacked(row[column % PACKED])[column / PACKED]
}

fn packed(low: i8, high: i8) -> u8 {
    (low.cast_unsigned() & 0x0f) | (high.cast_unsigned() << 4)
}

fn unpacked(byte: u8) -> [i8; 2] {
    let byte = byte.cast_signed();
    [byte << 4 >> 4, byte >> 4]
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
    fn two_weights_share_a_byte() {
        for low in -7..=7 {
            for high in -7..=7 {
                assert_eq!(unpacked(packed(low, high)), [low, high]);
            }
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut first = [0.0; WIDTH];
        first[0] = 2.0;
        first[1] = -1.0;
        let mut second = [0.0; WIDTH];
        second[1] = 0.5;
        let mut upper = Upper::from_numbers(std::iter::empty());
        upper.biases[2] = 0.25;
        let bytes = Model::write(&[(7, first), (u32::MAX, second)], &upper, &[]);
        let model = Model::parse(Cow::Owned(bytes.clone())).unwrap();
        let seen = [feature(7), feature(u32::MAX), feature(8), feature(7)];
        let known = model.known(&seen);
        let said = model.hear(&known);
        let outputs = &said.outputs;
        assert!((outputs[0] - 2.0).abs() < 0.1 && (outputs[1] + 0.5).abs() < 0.1);
        assert!((outputs[2] - 0.25).abs() < 1e-6);
        let added = &model.adds(&said, &known, &[1])[0];
        assert!(added.len() == 2 && (added[0] + 1.0).abs() < 0.1 && (added[1] - 0.5).abs() < 0.1);
        for cut in 0..bytes.len() {
            assert!(Model::parse(Cow::Owned(bytes[..cut].to_vec())).is_err());
        }
        let disordered = Model::write(&[(9, first), (7, second)], &upper, &[]);
        let error = Model::parse(Cow::Owned(disordered)).unwrap_err();
        assert_eq!(error, ModelError::Disordered);
    }
}
