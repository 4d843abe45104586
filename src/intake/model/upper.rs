//! What stands above the weights of features: their sums go to the outputs directly and, through a small hidden
//! layer, together ("wide and deep", Cheng and others 2016): the one remembers, the other generalises.

use super::outputs::{DIRECT, OUTPUTS, Outputs};

/// The cells of the hidden layer.
pub(super) const HIDDEN: usize = 24;
/// What every feature adds to: outputs, then hidden cells.
pub(super) const WIDTH: usize = DIRECT + HIDDEN;
/// What a cell below zero lets through.
const LEAK: f32 = 0.1;

/// The sums of the weights of a text's features.
pub(super) type Sums = [f32; WIDTH];
/// How much of a change each cell lets through.
pub(in crate::intake) type Slopes = [f32; HIDDEN];

/// The parameters above the rows.
#[derive(Clone, Debug)]
pub(super) struct Upper {
    pub(super) biases: Outputs,
    pub(super) hidden_biases: [f32; HIDDEN],
    /// For each output, what it takes from each cell.
    pub(super) takes: Box<[[f32; HIDDEN]; OUTPUTS]>,
}

impl Upper {
    /// How many numbers it has.
    pub(super) const SIZE: usize = OUTPUTS + HIDDEN + OUTPUTS * HIDDEN;

    /// From its numbers, `SIZE` of them.
    pub(super) fn from_numbers(mut numbers: impl Iterator<Item = f32>) -> Self {
        let mut upper = Self {
            biases: [0.0; OUTPUTS],
            hidden_biases: [0.0; HIDDEN],
            takes: Box::new([[0.0; HIDDEN]; OUTPUTS]),
        };
        for to in upper.numbers_mut() {
            *to = numbers.next().unwrap_or_default();
        }
        upper
    }

    /// All its numbers, in a fixed order.
    pub(super) fn numbers_mut(&mut self) -> impl Iterator<Item = &mut f32> {
        let below = self.biases.iter_mut().chain(&mut self.hidden_biases);
        below.chain(self.takes.iter_mut().flatten())
    }

    /// The cells of the hidden layer, and how much of a change each lets through.
    pub(super) fn hidden(&self, sums: &Sums) -> ([f32; HIDDEN], Slopes) {
        let mut cells = self.hidden_biases;
        let mut slopes = [1.0; HIDDEN];
        for ((cell, slope), sum) in cells.iter_mut().zip(&mut slopes).zip(&sums[DIRECT..]) {
            *cell += sum;
            if *cell < 0.0 {
                *cell *= LEAK;
                *slope = LEAK;
            }
        }
        (cells, slopes)
    }

    /// What sums and cells say.
    pub(super) fn outputs(&self, sums: &Sums, cells: &[f32; HIDDEN]) -> Outputs {
        let mut outputs = self.biases;
        for (output, sum) in outputs.iter_mut().zip(&sums[..DIRECT]) {
            *output += sum;
        }
        for (output, takes) in outputs.iter_mut().zip(&*self.takes) {
            *output += dot(takes, cells);
        }
        outputs
    }

    /// How far a weight of each column moves one output, near sums with these slopes.
    pub(super) fn moves(&self, output: usize, slopes: &Slopes) -> Sums {
        let mut moves = [0.0; WIDTH];
        if output < DIRECT {
            moves[output] = 1.0;
        }
        let hidden = self.takes[output].iter().zip(slopes);
        for (to, (takes, slope)) in moves[DIRECT..].iter_mut().zip(hidden) {
            *to = takes * slope;
        }
        moves
    }
}

fn dot(one: &[f32; HIDDEN], other: &[f32; HIDDEN]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Some numbers around zero.
    fn numbers() -> impl Iterator<Item = f32> {
        (0_u8..13)
            .cycle()
            .map(|at| f32::from(at * 7 % 13) / 10.0 - 0.6)
    }

    #[test]
    fn what_a_weight_moves_is_what_the_output_gains() {
        let upper = Upper::from_numbers(numbers());
        let mut sums = [0.0; WIDTH];
        for (sum, number) in sums.iter_mut().zip(numbers()) {
            *sum = number + 0.05;
        }
        let (cells, slopes) = upper.hidden(&sums);
        let before = upper.outputs(&sums, &cells);
        for output in [0, DIRECT - 1, OUTPUTS - 1] {
            let moves = upper.moves(output, &slopes);
            for column in 0..WIDTH {
                let mut more = sums;
                more[column] += 0.001;
                let (cells, _) = upper.hidden(&more);
                let gain = upper.outputs(&more, &cells)[output] - before[output];
                assert!((gain - moves[column] * 0.001).abs() < 1e-5);
            }
        }
    }
}
