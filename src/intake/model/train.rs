//! Training: gradient descent (Adam, by Kingma and Ba 2015) on the losses of all heads at once, a few texts a step. The
//! same examples and the same recipe give the same bytes.

use std::collections::HashMap;

use super::features::Feature;
use super::outputs::{DIRECT, Head, OUTPUTS, Outputs, sigmoid, softmax};
use super::stored::Model;
use super::upper::{HIDDEN, Sums, Upper, WIDTH};

/// What is known of one text: for each output, whether it is right; none where nobody knows.
pub(in crate::intake) type Targets = [Option<bool>; OUTPUTS];

/// One text to learn from.
#[derive(Debug)]
pub(in crate::intake) struct Example {
    /// What a model sees of it, each thing once.
    pub(in crate::intake) features: Vec<Feature>,
    /// What it should say. In a choice, `Some(false)` for one and `None` for the others reads as
    /// "any of the others".
    pub(in crate::intake) targets: Box<Targets>,
    /// How much it counts.
    pub(in crate::intake) weight: f32,
}

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// How often each example is seen.
    pub rounds: u32,
    /// The step of the weights of features at the beginning; it falls to nothing.
    pub rate: f32,
    /// The step of what stands above them.
    pub upper_rate: f32,
    /// What is seen in fewer examples is left out.
    pub least_seen: u32,
    /// The most features that are kept, those seen most often.
    pub most_rows: usize,
    /// The share of a text's features that is hidden at each sight of it, so that none is relied on alone.
    pub hide: f32,
    /// The same for the cells of the hidden layer.
    pub hide_cells: f32,
    /// Decides the order of the examples, the first weights and what is hidden.
    pub seed: u64,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            rounds: 4,
            rate: 0.01,
            upper_rate: 0.002,
            least_seen: 4,
            most_rows: 120_000,
            hide: 0.15,
            hide_cells: 0.1,
            seed: 1,
        }
    }
}

/// How many texts make a step.
const BATCH: usize = 64;
/// Labels are believed less than wholly: people differ.
const DOUBT: f32 = 0.05;
/// From this share of the steps on, what was learned is averaged, once every so many steps: single steps follow single
/// texts (Izmailov and others 2018).
const AVERAGED_FROM: f32 = 0.5;
const AVERAGED_EVERY: usize = 32;
/// How small first weights are.
const SMALL: f32 = 0.02;

/// What an error of each head counts.
const fn importance(head: Head) -> f32 {
    match head {
        Head::Kind | Head::Danger => 1.5,
        Head::Urgency | Head::Language => 1.0,
        Head::Categories | Head::Signals | Head::OnBehalf => 0.5,
    }
}

/// The bytes of a model.
pub(in crate::intake) fn train(examples: &[&Example], recipe: Recipe, senses: &[u8]) -> Vec<u8> {
    let keys = keys(examples, recipe);
    let place: HashMap<u32, u32> = keys.iter().copied().zip(0..).collect();
    let known = |feature: &Feature| Some((*place.get(&feature.key)?, feature.value));
    let mut order: Vec<(&Example, Vec<(u32, f32)>)> = examples
        .iter()
        .map(|example| {
            (
                *example,
                example.features.iter().filter_map(known).collect(),
            )
        })
        .collect();
    let mut learner = Learner::new(keys.len(), recipe);
    let mut averages = Averages::new(keys.len());
    let steps = order.len().div_ceil(BATCH) * recipe.rounds as usize;
    let mut step = 0;
    for _ in 0..recipe.rounds {
        learner.draw.shuffle(&mut order);
        for batch in order.chunks(BATCH) {
            learner.learn(batch, 1.0 - share(step, steps));
            step += 1;
            if share(step, steps) >= AVERAGED_FROM && step % AVERAGED_EVERY == 0 {
                averages.add(&mut learner);
            }
        }
    }
    averages.settle(&mut learner);
    let rows: Vec<(u32, Sums)> = keys.into_iter().zip(learner.rows.numbers).collect();
    Model::write(&rows, &learner.upper, senses)
}

#[expect(clippy::cast_precision_loss, reason = "steps are few")]
fn share(step: usize, steps: usize) -> f32 {
    step as f32 / steps as f32
}

struct Learner {
    recipe: Recipe,
    rows: Rows,
    upper: Upper,
    upper_moments: Vec<Moment>,
    draw: Draw,
    steps: i32,
}

/// What Adam remembers of a number's gradients: their mean and that of their squares.
#[derive(Clone, Copy, Default)]
struct Moment {
    mean: f32,
    square: f32,
}

/// The weights of features and what Adam remembers of them.
struct Rows {
    numbers: Vec<Sums>,
    means: Vec<Sums>,
    squares: Vec<Sums>,
    gradients: Vec<Sums>,
    /// The rows that the texts of this step have.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
}

/// Adam's factors at a step.
#[derive(Clone, Copy)]
struct Pace {
    rate: f32,
    mean: f32,
    square: f32,
}

const KEEP_MEAN: f32 = 0.9;
const KEEP_SQUARE: f32 = 0.999;

impl Pace {
    fn new(rate: f32, steps: i32) -> Self {
        Self {
            rate,
            mean: 1.0 / (1.0 - KEEP_MEAN.powi(steps)),
            square: 1.0 / (1.0 - KEEP_SQUARE.powi(steps)),
        }
    }

    fn step(self, number: &mut f32, mean: &mut f32, square: &mut f32, gradient: f32) {
        *mean = KEEP_MEAN * *mean + (1.0 - KEEP_MEAN) * gradient;
        *square = KEEP_SQUARE * *square + (1.0 - KEEP_SQUARE) * gradient * gradient;
        *number -= self.rate * *mean * self.mean / ((*square * self.square).sqrt() + 1e-8);
    }
}

impl Learner {
    fn new(rows: usize, recipe: Recipe) -> Self {
        let mut draw = Draw(recipe.seed.max(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut numbers = vec![[0.0; WIDTH]; rows];
        for row in &mut numbers {
            row[DIRECT..].fill_with(|| draw.about_zero(SMALL));
        }
        let mut upper = Upper::from_numbers(std::iter::empty());
        for output in 0..OUTPUTS {
            // Categories are many and have words of their own; through the few cells they crowd out the rest.
            if !Head::Categories.range().contains(&output) {
                upper.takes[output].fill_with(|| draw.about_zero(0.2));
            }
        }
        Self {
            recipe,
            rows: Rows {
                means: vec![[0.0; WIDTH]; rows],
                squares: vec![[0.0; WIDTH]; rows],
                gradients: vec![[0.0; WIDTH]; rows],
                touched: Vec::new(),
                is_touched: vec![false; rows],
                numbers,
            },
            upper,
            upper_moments: vec![Moment::default(); Upper::SIZE],
            draw,
            steps: 0,
        }
    }

    /// One step, by what these texts say; `left` is how much of the first rate is left.
    fn learn(&mut self, batch: &[(&Example, Vec<(u32, f32)>)], left: f32) {
        let mut above = Upper::from_numbers(std::iter::empty());
        for (example, features) in batch {
            self.see(example, features, &mut above);
        }
        self.steps += 1;
        let pace = Pace::new(self.recipe.rate * left, self.steps);
        self.rows.step(pace);
        let pace = Pace::new(self.recipe.upper_rate * left, self.steps);
        let numbers = self.upper.numbers_mut().zip(&mut self.upper_moments);
        for ((number, moment), gradient) in numbers.zip(above.numbers_mut()) {
            pace.step(number, &mut moment.mean, &mut moment.square, *gradient);
        }
    }

    /// Adds the gradients of one text.
    fn see(&mut self, example: &Example, features: &[(u32, f32)], above: &mut Upper) {
        let kept = 1.0 - self.recipe.hide;
        let seen: Vec<(u32, f32)> = features
            .iter()
            .filter(|_| self.draw.share() < kept)
            .map(|(row, value)| (*row, value / kept))
            .collect();
        let mut sums = [0.0; WIDTH];
        for (row, value) in &seen {
            for (sum, weight) in sums.iter_mut().zip(&self.rows.numbers[*row as usize]) {
                *sum += weight * value;
            }
        }
        let (mut cells, mut slopes) = self.upper.hidden(&sums);
        let kept_cells = 1.0 - self.recipe.hide_cells;
        for (cell, slope) in cells.iter_mut().zip(&mut slopes) {
            let scale = if self.draw.share() < kept_cells {
                1.0 / kept_cells
            } else {
                0.0
            };
            *cell *= scale;
            *slope *= scale;
        }
        let outputs = self.upper.outputs(&sums, &cells);
        let mut errors = errors(&outputs, &example.targets);
        errors.iter_mut().for_each(|error| *error *= example.weight);
        let mut gradient = [0.0; WIDTH];
        gradient[..DIRECT].copy_from_slice(&errors[..DIRECT]);
        for (output, error) in errors.iter().enumerate() {
            above.biases[output] += error;
            if Head::Categories.range().contains(&output) {
                continue;
            }
            for cell in 0..HIDDEN {
                gradient[DIRECT + cell] += error * self.upper.takes[output][cell] * slopes[cell];
                above.takes[output][cell] += error * cells[cell];
            }
        }
        for (bias, gradient) in above.hidden_biases.iter_mut().zip(&gradient[DIRECT..]) {
            *bias += gradient;
        }
        self.rows.add(&seen, &gradient);
    }
}

/// Sums of all numbers at several steps.
struct Averages {
    rows: Vec<Sums>,
    upper: Upper,
    count: u16,
}

impl Averages {
    fn new(rows: usize) -> Self {
        Self {
            rows: vec![[0.0; WIDTH]; rows],
            upper: Upper::from_numbers(std::iter::empty()),
            count: 0,
        }
    }

    fn add(&mut self, learner: &mut Learner) {
        self.count += 1;
        let rows = self.rows.iter_mut().flatten();
        for (sum, number) in rows.zip(learner.rows.numbers.iter().flatten()) {
            *sum += number;
        }
        for (sum, number) in self.upper.numbers_mut().zip(learner.upper.numbers_mut()) {
            *sum += *number;
        }
    }

    /// Puts the averages in place of the last numbers, where there are any.
    fn settle(mut self, learner: &mut Learner) {
        if self.count == 0 {
            return;
        }
        let count = f32::from(self.count);
        let rows = learner.rows.numbers.iter_mut().flatten();
        for (number, sum) in rows.zip(self.rows.iter().flatten()) {
            *number = sum / count;
        }
        for (number, sum) in learner.upper.numbers_mut().zip(self.upper.numbers_mut()) {
            *number = *sum / count;
        }
    }
}

impl Rows {
    fn add(&mut self, seen: &[(u32, f32)], gradient: &Sums) {
        for (row, value) in seen {
            let at = *row as usize;
            if !self.is_touched[at] {
                self.is_touched[at] = true;
                self.touched.push(*row);
            }
            for (sum, part) in self.gradients[at].iter_mut().zip(gradient) {
                *sum += part * value;
            }
        }
    }

    fn step(&mut self, pace: Pace) {
        for row in self.touched.drain(..) {
            let at = row as usize;
            self.is_touched[at] = false;
            let numbers = self.numbers[at].iter_mut().zip(&mut self.gradients[at]);
            let moments = self.means[at].iter_mut().zip(&mut self.squares[at]);
            for ((number, gradient), (mean, square)) in numbers.zip(moments) {
                pace.step(number, mean, square, *gradient);
                *gradient = 0.0;
            }
        }
    }
}

/// How far each output is from what it should be.
fn errors(outputs: &Outputs, targets: &Targets) -> Outputs {
    let mut errors = [0.0; OUTPUTS];
    for head in Head::ALL {
        let range = head.range();
        if head.is_choice() {
            choice(
                &outputs[range.clone()],
                &targets[range.clone()],
                &mut errors[range.clone()],
            );
        } else {
            for at in range.clone() {
                if let Some(right) = targets[at] {
                    errors[at] = sigmoid(outputs[at]) - f32::from(u8::from(right));
                }
            }
        }
        for error in &mut errors[range] {
            *error *= importance(head);
        }
    }
    errors
}

/// The errors of a choice of which some are ruled out: what is left shares the rest.
fn choice(outputs: &[f32], targets: &[Option<bool>], errors: &mut [f32]) {
    if targets.iter().all(Option::is_none) {
        return;
    }
    errors.copy_from_slice(outputs);
    softmax(errors);
    let certain = targets.contains(&Some(true));
    let allowed = |target: &Option<bool>| match target {
        Some(right) => *right,
        None => !certain,
    };
    let total: f32 = errors
        .iter()
        .zip(targets)
        .filter(|(_, target)| allowed(target))
        .map(|(share, _)| *share)
        .sum();
    let spread = DOUBT / size(targets.len());
    for (error, target) in errors.iter_mut().zip(targets) {
        let wanted = if allowed(target) {
            *error / total.max(1e-6)
        } else {
            0.0
        };
        *error -= (1.0 - DOUBT) * wanted + spread;
    }
}

#[expect(clippy::cast_precision_loss, reason = "choices are few")]
fn size(count: usize) -> f32 {
    count as f32
}

/// What was seen often enough, by rising key.
fn keys(examples: &[&Example], recipe: Recipe) -> Vec<u32> {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for feature in examples.iter().flat_map(|example| &example.features) {
        *counts.entry(feature.key).or_default() += 1;
    }
    let mut kept: Vec<(u32, u32)> = counts
        .into_iter()
        .filter(|(_, count)| *count >= recipe.least_seen)
        .collect();
    kept.sort_unstable_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
    kept.truncate(recipe.most_rows);
    let mut keys: Vec<u32> = kept.into_iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys
}

/// Chance that is the same each time: xorshift.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From zero to one.
    fn share(&mut self) -> f32 {
        let bits = u16::try_from(self.next() >> 48).unwrap_or_default();
        f32::from(bits) / 65536.0
    }

    /// From less than zero to more, evenly, with about this deviation.
    fn about_zero(&mut self, deviation: f32) -> f32 {
        (self.share() - 0.5) * deviation * 12.0_f32.sqrt()
    }

    /// Fisher and Yates' shuffle.
    fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            let other = usize::try_from(self.next() % (at as u64 + 1)).unwrap_or_default();
            all.swap(at, other);
        }
    }
}
