//! Training: adaptive gradient descent (`AdaGrad`) on the logistic losses of all heads at once. The same examples and the same
//! recipe give the same bytes.

use std::collections::HashMap;

use super::features::Feature;
use super::outputs::{Head, OUTPUTS, Outputs, sigmoid, softmax};
use super::stored::Model;

/// What is known of one text: for each output, whether it is right; none where nobody knows.
pub(in crate::intake) type Targets = [Option<bool>; OUTPUTS];

/// One text to learn from.
#[derive(Debug)]
pub(in crate::intake) struct Example {
    /// What a model sees of it.
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
    /// The step at the beginning.
    pub rate: f32,
    /// How strongly weights are kept small.
    pub keep_small: f32,
    /// What is seen in fewer examples is left out.
    pub least_seen: u32,
    /// Decides the order of the examples.
    pub seed: u64,
    /// The most features that are kept, those with the heaviest weights first.
    pub most_rows: usize,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            rounds: 16,
            rate: 0.1,
            keep_small: 1e-5,
            least_seen: 2,
            seed: 1,
            most_rows: 50_000,
        }
    }
}

/// The bytes of a model.
pub(in crate::intake) fn train(examples: &[&Example], recipe: Recipe, senses: &[u8]) -> Vec<u8> {
    let keys = keys(examples, recipe.least_seen);
    let mut learner = Learner {
        recipe,
        weights: vec![[0.0; OUTPUTS]; keys.len() + 1],
        gradients: vec![[1e-3; OUTPUTS]; keys.len() + 1],
    };
    let mut order: Vec<(usize, Vec<(usize, f32)>)> = examples
        .iter()
        .enumerate()
        .map(|(at, example)| {
            let known = |feature: &Feature| Some((*keys.get(&feature.key)?, feature.value));
            let mut row: Vec<_> = example.features.iter().filter_map(known).collect();
            row.push((keys.len(), 1.0));
            (at, row)
        })
        .collect();
    let mut draw = recipe.seed.max(1);
    for _ in 0..recipe.rounds {
        shuffle(&mut order, &mut draw);
        for (at, row) in &order {
            learner.learn(row, examples[*at]);
        }
    }
    learner.finish(&keys, senses)
}

struct Learner {
    recipe: Recipe,
    weights: Vec<Outputs>,
    /// Sums of squared gradients, by which each step is made smaller.
    gradients: Vec<Outputs>,
}

impl Learner {
    fn learn(&mut self, row: &[(usize, f32)], example: &Example) {
        let mut scores = [0.0; OUTPUTS];
        for (at, value) in row {
            for (score, weight) in scores.iter_mut().zip(&self.weights[*at]) {
                *score += weight * value;
            }
        }
        let errors = errors(&scores, &example.targets);
        let last = self.weights.len() - 1;
        for head in Head::ALL {
            let range = head.range();
            if errors[range.clone()].iter().all(|error| *error == 0.0) {
                continue;
            }
            for (at, value) in row {
                // The bias is free.
                let keep = if *at == last {
                    0.0
                } else {
                    self.recipe.keep_small
                };
                let weights = &mut self.weights[*at][range.clone()];
                let gradients = &mut self.gradients[*at][range.clone()];
                for ((weight, seen), error) in weights
                    .iter_mut()
                    .zip(gradients)
                    .zip(&errors[range.clone()])
                {
                    let gradient = error * value * example.weight + keep * *weight;
                    *seen += gradient * gradient;
                    *weight -= self.recipe.rate * gradient / seen.sqrt();
                }
            }
        }
    }

    fn finish(self, keys: &HashMap<u32, usize>, senses: &[u8]) -> Vec<u8> {
        let Self {
            recipe,
            mut weights,
            ..
        } = self;
        let biases = weights.pop().unwrap_or([0.0; OUTPUTS]);
        let mut rows: Vec<(u32, Outputs)> =
            keys.iter().map(|(key, at)| (*key, weights[*at])).collect();
        let heaviness =
            |weights: &Outputs| weights.iter().map(|weight| weight * weight).sum::<f32>();
        rows.sort_by(|one, other| {
            heaviness(&other.1)
                .total_cmp(&heaviness(&one.1))
                .then(one.0.cmp(&other.0))
        });
        rows.truncate(recipe.most_rows);
        rows.sort_by_key(|(key, _)| *key);
        Model::write(&rows, &biases, senses)
    }
}

/// How far each output is from what it should be.
fn errors(scores: &Outputs, targets: &Targets) -> Outputs {
    let mut errors = [0.0; OUTPUTS];
    for head in Head::ALL {
        let range = head.range();
        if head.is_choice() {
            choice(
                &scores[range.clone()],
                &targets[range.clone()],
                &mut errors[range],
            );
        } else {
            for at in range {
                if let Some(right) = targets[at] {
                    errors[at] = sigmoid(scores[at]) - f32::from(u8::from(right));
                }
            }
        }
    }
    errors
}

/// The errors of a choice of which some are ruled out: what is left shares the rest.
fn choice(scores: &[f32], targets: &[Option<bool>], errors: &mut [f32]) {
    if targets.iter().all(Option::is_none) {
        return;
    }
    errors.copy_from_slice(scores);
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
    for (error, target) in errors.iter_mut().zip(targets) {
        if allowed(target) {
            *error -= *error / total.max(1e-6);
        }
    }
}

/// What was seen often enough, numbered in the order of first sight.
fn keys(examples: &[&Example], least: u32) -> HashMap<u32, usize> {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for feature in examples.iter().flat_map(|example| &example.features) {
        *counts.entry(feature.key).or_default() += 1;
    }
    let mut kept: Vec<u32> = counts
        .into_iter()
        .filter(|(_, count)| *count >= least)
        .map(|(key, _)| key)
        .collect();
    kept.sort_unstable();
    kept.into_iter().zip(0..).collect()
}

/// Fisher and Yates' shuffle by xorshift.
fn shuffle<T>(all: &mut [T], draw: &mut u64) {
    for at in (1..all.len()).rev() {
        *draw ^= *draw << 13;
        *draw ^= *draw >> 7;
        *draw ^= *draw << 17;
        let other = usize::try_from(*draw % (at as u64 + 1)).unwrap_or_default();
        all.swap(at, other);
    }
}
