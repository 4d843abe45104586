//! Weights from labelled pairs: a logistic regression over the pieces of evidence, which gives what Fellegi and Sunter's
//! ratios give where pieces are independent, and less than both where one says what the other says too.

use super::evidence::{Evidence, Feature, Points};
use super::jsonl::Pair;
use super::weights::Weights;
use super::{Linkage, Verdict};
use crate::domain::traces::{Hasher, Traces};
use crate::intake::Reader;

/// How much a weight is drawn to zero: as much as so many pairs that say nothing of it.
const DOUBT: f64 = 1.0;
/// Weights no longer change long before.
const ROUNDS: usize = 200;

/// Two tellings, compared and labelled.
#[derive(Clone, Debug)]
pub struct LabelledPair {
    /// Its name in its file.
    pub id: String,
    /// Whether a person says that it is the same need.
    pub same: bool,
    one: Traces,
    other: Traces,
}

/// Reads labelled pairs, one JSON object a line: what `kith dedupe --jsonl` takes, and `dup`.
///
/// # Errors
/// The line that can't be read, and why.
pub fn read_pairs(text: &str, reader: &Reader) -> Result<Vec<LabelledPair>, String> {
    // What the evidence is worth is not asked here, and may be of an older kith.
    let linkage = Linkage::with_weights(Hasher::new(b"pairs"), "");
    let linkage = linkage.map_err(|error| error.to_string())?;
    let mut pairs = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let pair: Pair =
            serde_json::from_str(line).map_err(|error| format!("line {}: {error}", number + 1))?;
        let Some(label) = pair.dup.filter(|label| *label <= 1) else {
            return Err(format!("line {}: there is no `dup`, 0 or 1", number + 1));
        };
        pairs.push(LabelledPair {
            id: pair
                .id
                .as_str()
                .map_or_else(|| pair.id.to_string(), str::to_owned),
            same: label == 1,
            one: pair.a.traces(&linkage, reader),
            other: pair.b.traces(&linkage, reader),
        });
    }
    Ok(pairs)
}

/// The text of `weights.txt` that these pairs make. The same pairs make the same text.
pub fn estimate(pairs: &[LabelledPair]) -> String {
    let pairs: Vec<&LabelledPair> = pairs.iter().collect();
    fit(&pairs).to_text()
}

/// Cross-validation: what each pair scores by weights that have seen the pairs of all folds but its own, in bits.
pub fn scores_in_folds(pairs: &[LabelledPair], beside: &[LabelledPair], folds: usize) -> Vec<f32> {
    let mut scores = vec![0.0; pairs.len()];
    for fold in 0..folds {
        let others = pairs
            .iter()
            .enumerate()
            .filter(|(at, _)| at % folds != fold);
        let learned: Vec<&LabelledPair> = others.map(|(_, pair)| pair).chain(beside).collect();
        let weights = fit(&learned);
        for (at, pair) in pairs
            .iter()
            .enumerate()
            .filter(|(at, _)| at % folds == fold)
        {
            scores[at] = weights.sum(&Evidence::between(&pair.one, &pair.other));
        }
    }
    scores
}

type Row = [f64; Feature::ALL.len()];

fn row(pair: &LabelledPair) -> Row {
    let mut row = [0.0; Feature::ALL.len()];
    for (feature, value) in Evidence::between(&pair.one, &pair.other).pieces {
        row[feature as usize] += f64::from(value);
    }
    row
}

/// Climbs the penalised likelihood, one weight after the other, each within the way that it may point.
fn fit(pairs: &[&LabelledPair]) -> Weights {
    let mut labels: Vec<f64> = Vec::with_capacity(pairs.len());
    // Of each feature, the pairs that have it: most pairs lack most of them.
    let mut columns: Vec<Vec<(usize, f64)>> = vec![Vec::new(); Feature::ALL.len()];
    for (number, pair) in pairs.iter().enumerate() {
        labels.push(f64::from(u8::from(pair.same)));
        for (column, value) in columns.iter_mut().zip(row(pair)) {
            column.extend((value != 0.0).then_some((number, value)));
        }
    }
    let mut weights: Row = [0.0; Feature::ALL.len()];
    let mut sums = vec![0.0; pairs.len()];
    for _ in 0..ROUNDS {
        for ((feature, column), weight) in Feature::ALL.into_iter().zip(&columns).zip(&mut weights)
        {
            let (mut slope, mut bend) = (-DOUBT * *weight, DOUBT);
            for (pair, value) in column {
                let likely = 1.0 / (1.0 + f64::exp(-sums[*pair]));
                slope += (labels[*pair] - likely) * value;
                bend += likely * (1.0 - likely) * value * value;
            }
            let free = *weight + slope / bend;
            let next = match feature.points() {
                Points::For => free.max(0.0),
                Points::Against => free.min(0.0),
                Points::Either => free,
                Points::Nowhere => 0.0,
            };
            for (pair, value) in column {
                sums[*pair] += (next - *weight) * value;
            }
            *weight = next;
        }
    }
    let bits = weights.map(|weight| weight / std::f64::consts::LN_2);
    #[expect(clippy::cast_possible_truncation, reason = "a weight has few digits")]
    let named = Feature::ALL.into_iter().zip(bits.map(|bits| bits as f32));
    Weights::new(named)
}

/// How well scores tell the same need from another.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Measure {
    /// The best F1 that any threshold gives.
    pub best_f1: f64,
    /// The mean precision over all recalls.
    pub average_precision: f64,
    /// Of the pairs that are called duplicate, the share that are.
    pub duplicate_precision: f64,
    /// Of the pairs that are the same need, the share that is called duplicate.
    pub duplicate_recall: f64,
    /// Of the pairs that are the same need, the share that is called duplicate or possible.
    pub found_recall: f64,
    /// Of the pairs that are called duplicate or possible, the share that are the same need.
    pub found_precision: f64,
    /// How many pairs there are.
    pub pairs: usize,
    /// How many of them are the same need.
    pub same: usize,
}

/// Measures scores, one a pair, in bits.
pub fn measure(pairs: &[LabelledPair], scores: &[f32]) -> Measure {
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by(|one, other| scores[*other].total_cmp(&scores[*one]));
    let share = |part: usize, of: usize| {
        #[expect(
            clippy::cast_precision_loss,
            reason = "there are fewer pairs than 2^52"
        )]
        let share = part as f64 / of.max(1) as f64;
        share
    };
    let same = pairs.iter().filter(|pair| pair.same).count();
    let (mut found, mut best_f1, mut precisions) = (0, 0.0_f64, 0.0);
    for (rank, at) in order.iter().enumerate() {
        found += usize::from(pairs[*at].same);
        if pairs[*at].same {
            precisions += share(found, rank + 1);
        }
        // Pairs with one score stand or fall together.
        let last_of_score = order
            .get(rank + 1)
            .is_none_or(|next| scores[*next] < scores[*at]);
        if last_of_score {
            best_f1 = best_f1.max(2.0 * share(found, rank + 1 + same));
        }
    }
    let verdicts: Vec<(bool, Verdict)> = pairs
        .iter()
        .zip(scores)
        .map(|(pair, bits)| {
            let evidence = Evidence::between(&pair.one, &pair.other);
            (pair.same, super::verdict(*bits, &evidence))
        })
        .collect();
    let count = |hit: &dyn Fn(&(bool, Verdict)) -> bool| verdicts.iter().filter(|v| hit(v)).count();
    let sure = count(&|(_, verdict)| *verdict == Verdict::Duplicate);
    let surely_same = count(&|(same, verdict)| *same && *verdict == Verdict::Duplicate);
    let shown = count(&|(_, verdict)| *verdict != Verdict::Different);
    let shown_same = count(&|(same, verdict)| *same && *verdict != Verdict::Different);
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer pairs than 2^52"
    )]
    let average_precision = precisions / same.max(1) as f64;
    Measure {
        best_f1,
        average_precision,
        duplicate_precision: share(surely_same, sure),
        duplicate_recall: share(surely_same, same),
        found_recall: share(shown_same, same),
        found_precision: share(shown_same, shown),
        pairs: pairs.len(),
        same,
    }
}

/// What each pair scores by the weights of `linkage`, in bits.
pub fn scores(pairs: &[LabelledPair], linkage: &Linkage) -> Vec<f32> {
    let score = |pair: &LabelledPair| linkage.compare(&pair.one, &pair.other).bits;
    pairs.iter().map(score).collect()
}
