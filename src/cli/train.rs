//! `kith train`: labelled texts in, the bytes of a model out; or, from labelled pairs of tellings, what evidence for
//! the same need is worth. The same texts and the same seed give the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::domain::reading::Lang;
use crate::intake::{Labelled, Reader, Recipe, SENSES, compile_senses, train as learn};
use crate::triage::linkage::{self, LabelledPair};

use super::Failure;

/// What `kith train` is given.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Labelled texts, one JSON object a line (docs/reading.md).
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The files hold labelled pairs of tellings (docs/duplicates.md): write what each piece of evidence is worth.
    #[arg(long)]
    pairs: bool,
    /// Write how rare words are in the texts, which linkage goes by (docs/duplicates.md).
    #[arg(long, conflicts_with = "pairs")]
    words: bool,
    /// Corrections by people, as `kith corrections` prints them; they count twice.
    #[arg(long)]
    corrections: Option<PathBuf>,
    /// Where to write what was learned.
    #[arg(long, default_value = "reading.model")]
    out: PathBuf,
    /// Only compare with what is there: exits 1 where other bytes come out.
    #[arg(long)]
    check: bool,
    /// Decides the order in which texts are learned.
    #[arg(long, default_value_t = Recipe::default().seed)]
    seed: u64,
}

/// Trains and writes, or compares.
pub fn train(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (bytes, made_from) = learned(arguments)?;
    let out = arguments.out.display();
    if arguments.check {
        if fs::read(&arguments.out)? == bytes {
            println!("{out} is what {made_from} make");
            return Ok(ExitCode::SUCCESS);
        }
        eprintln!("kith: {out} is not what these texts make: train it again, without --check");
        return Ok(ExitCode::FAILURE);
    }
    fs::write(&arguments.out, &bytes)?;
    println!("{out}: {} bytes from {made_from}", bytes.len());
    Ok(ExitCode::SUCCESS)
}

/// The bytes that the files make, and what the files hold.
fn learned(arguments: &Arguments) -> Result<(Vec<u8>, String), Failure> {
    if arguments.pairs {
        let pairs = pairs(&arguments.files)?;
        let made_from = format!("{} pairs", pairs.len());
        return Ok((linkage::estimate(&pairs).into_bytes(), made_from));
    }
    let mut texts = Vec::new();
    for file in &arguments.files {
        texts.append(&mut labelled(file)?);
    }
    if arguments.words {
        let spoken = texts.iter().map(|text| {
            let language = text.language.as_deref().and_then(Lang::from_code);
            (text.text.as_str(), language)
        });
        let counted = linkage::count_words(&Reader::new(), spoken);
        return Ok((counted.into_bytes(), format!("{} texts", texts.len())));
    }
    let before = texts.len();
    if let Some(file) = &arguments.corrections {
        texts.append(&mut labelled(file)?);
    }
    let recipe = Recipe {
        seed: arguments.seed,
        ..Recipe::default()
    };
    let corrected: std::collections::HashSet<String> =
        texts[before..].iter().map(|text| text.id.clone()).collect();
    let senses = compile_senses(SENSES)?;
    let weigh = |text: &Labelled| {
        if corrected.contains(&text.id) {
            2.0
        } else {
            1.0
        }
    };
    let bytes = learn(&Reader::rules_alone(), &texts, (recipe, &senses), weigh)?;
    Ok((bytes, format!("{} texts", texts.len())))
}

/// Reads files of labelled pairs.
///
/// # Errors
/// Which file and line can't be read, and why.
pub(super) fn pairs(files: &[PathBuf]) -> Result<Vec<LabelledPair>, Failure> {
    let reader = Reader::new();
    let mut pairs = Vec::new();
    for file in files {
        let name = file.display();
        let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        let read = linkage::read_pairs(&text, &reader);
        pairs.append(&mut read.map_err(|problem| format!("{name}, {problem}"))?);
    }
    Ok(pairs)
}

/// Reads a file of labelled texts.
///
/// # Errors
/// Which file and line can't be read, and why.
pub(super) fn labelled(file: &Path) -> Result<Vec<Labelled>, Failure> {
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    Ok(Labelled::from_lines(&text).map_err(|problem| format!("{name}, {problem}"))?)
}
