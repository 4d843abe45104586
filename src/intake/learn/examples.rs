//! From labelled texts to what a model learns from.

use super::Labelled;
use crate::domain::reading::{Category, Kind, Reading, Signal, Urgency};
use crate::intake::model::{self, Example, Head, LANGUAGES, OUTPUTS, Recipe, Senses, Targets};
use crate::intake::{ModelError, Reader};

/// The bytes of a model that has learned these texts, each counting as much as `weigh` says,
/// beside the rules of `reader`.
///
/// # Errors
/// The senses are not what `compile_senses` gives.
pub fn train(
    reader: &Reader,
    texts: &[Labelled],
    (recipe, senses): (Recipe, &[u8]),
    weigh: impl Fn(&Labelled) -> f32,
) -> Result<Vec<u8>, ModelError> {
    let mut examples = examples(reader, texts, senses)?;
    for (example, text) in examples.iter_mut().zip(texts) {
        example.weight = weigh(text);
    }
    let examples: Vec<&Example> = examples.iter().collect();
    Ok(model::train(&examples, recipe, senses))
}

fn examples(
    reader: &Reader,
    texts: &[Labelled],
    senses: &[u8],
) -> Result<Vec<Example>, ModelError> {
    let senses = Senses::parse(senses).ok_or(ModelError::Disordered)?;
    let example = |text: &Labelled| Example {
        features: reader.features(&text.text, &senses),
        targets: Box::new(targets(text)),
        weight: 1.0,
    };
    Ok(texts.iter().map(example).collect())
}

/// Cross-validation: every text of `texts` read by a model that has learned the other folds and all
/// of `beside`. Which fold a text is in depends on its name alone.
///
/// # Errors
/// The senses are not what `compile_senses` gives.
pub fn read_in_folds<'a>(
    texts: &'a [Labelled],
    beside: &[Labelled],
    (recipe, senses): (Recipe, &[u8]),
    folds: u64,
) -> Result<Vec<(&'a Labelled, Reading)>, ModelError> {
    let rules = Reader::rules_alone();
    let own = examples(&rules, texts, senses)?;
    let more = examples(&rules, beside, senses)?;
    let mut read = Vec::with_capacity(texts.len());
    for fold in 0..folds {
        let others = texts.iter().zip(&own);
        let others = others.filter(|(text, _)| fold_of(text, folds) != fold);
        let learned: Vec<&Example> = others.map(|(_, example)| example).chain(&more).collect();
        let bytes = model::train(&learned, recipe, senses);
        let reader = Reader::rules_alone().and_model(bytes.into())?;
        let held_out = texts.iter().filter(|text| fold_of(text, folds) == fold);
        read.extend(held_out.map(|text| (text, reader.read(&text.text))));
    }
    Ok(read)
}

/// FNV-1a of the name.
fn fold_of(text: &Labelled, folds: u64) -> u64 {
    let hash = text
        .id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    (hash >> 20) % folds.max(1)
}

fn targets(text: &Labelled) -> Targets {
    let mut targets = [None; OUTPUTS];
    let mut set = |head: Head, at: usize, right: bool| {
        targets[head.range().start + at] = Some(right);
    };
    match text.kind() {
        Some(kind) => set(Head::Kind, kind as usize, true),
        None => {
            for kind in Kind::ALL {
                if !text.kinds.contains(kind) {
                    set(Head::Kind, *kind as usize, false);
                }
            }
        }
    }
    if let Some(language) = &text.language
        && let Some(at) = LANGUAGES.iter().position(|known| known == language)
    {
        set(Head::Language, at, true);
    }
    if let Some(signals) = &text.signals {
        for signal in Signal::ALL {
            // The guide knows no hazards; the rules alone find them.
            if *signal != Signal::Hazard {
                set(Head::Signals, *signal as usize, signals.contains(signal));
            }
        }
        set(Head::Danger, 0, !signals.is_empty());
    }
    let Some(labels) = &text.more else {
        return targets;
    };
    if matches!(text.kind(), Some(Kind::Request | Kind::Offer)) {
        for category in Category::ALL {
            set(
                Head::Categories,
                *category as usize,
                labels.categories.contains(category),
            );
        }
    }
    if text.kind() == Some(Kind::Request) {
        set(Head::OnBehalf, 0, labels.on_behalf);
    }
    debug_assert_eq!(Urgency::ALL.len(), Head::Urgency.size());
    set(Head::Urgency, labels.urgency as usize, true);
    targets
}
