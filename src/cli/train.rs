//! `kith train`: labelled texts in, the bytes of a model out. The same texts and the same seed give
//! the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::intake::{Labelled, Reader, Recipe, SENSES, compile_senses, train as learn};

use super::Failure;

/// What `kith train` is given.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Labelled texts, one JSON object a line (docs/reading.md).
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Corrections by people, as `kith corrections` prints them; they count twice.
    #[arg(long)]
    corrections: Option<PathBuf>,
    /// Where to write the model.
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
    let mut texts = Vec::new();
    for file in &arguments.files {
        texts.append(&mut labelled(file)?);
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
    let out = arguments.out.display();
    if arguments.check {
        if fs::read(&arguments.out)? == bytes {
            println!("{out} is what {} texts make", texts.len());
            return Ok(ExitCode::SUCCESS);
        }
        eprintln!("kith: {out} is not what these texts make: train it again, without --check");
        return Ok(ExitCode::FAILURE);
    }
    fs::write(&arguments.out, &bytes)?;
    println!("{out}: {} bytes from {} texts", bytes.len(), texts.len());
    Ok(ExitCode::SUCCESS)
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
