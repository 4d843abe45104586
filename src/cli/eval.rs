//! `kith eval`: how well labelled texts are read, or the same need found in labelled pairs, for a person or as JSON.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::domain::reading::{Kind, Reading};
use crate::domain::traces::Hasher;
use crate::intake::{
    Labelled, Measured, Reader, Recipe, Report, SENSES, compile_senses, measure, read_in_folds,
};
use crate::triage::linkage::{self, LabelledPair, Linkage};

use super::Failure;
use super::train::{labelled, pairs};

/// What `kith eval` is given.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Labelled texts, one JSON object a line (docs/reading.md).
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The files hold labelled pairs of tellings (docs/duplicates.md): measure how well the same need is found.
    #[arg(long)]
    pairs: bool,
    /// The numbers as JSON.
    #[arg(long)]
    json: bool,
    /// Cross-validation: train on all but one of so many parts of these texts, read that part, for each.
    #[arg(long)]
    folds: Option<u64>,
    /// With --folds: more labelled texts, learned in every fold.
    #[arg(long, requires = "folds", num_args = 1..)]
    beside: Vec<PathBuf>,
    /// The rules alone, without the model.
    #[arg(long, conflicts_with = "folds")]
    rules: bool,
    /// How many of the worst errors to show.
    #[arg(long, default_value_t = 10)]
    worst: usize,
}

/// Reads, measures and prints.
pub fn eval(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if arguments.pairs {
        return eval_pairs(arguments);
    }
    let mut texts = Vec::new();
    for file in &arguments.files {
        texts.append(&mut labelled(file)?);
    }
    let mut beside = Vec::new();
    for file in &arguments.beside {
        beside.append(&mut labelled(file)?);
    }
    let pairs: Vec<(&Labelled, Reading)> = match arguments.folds {
        Some(folds) if folds < 2 => return Err("--folds needs at least 2".into()),
        Some(folds) => {
            let senses = compile_senses(SENSES)?;
            read_in_folds(&texts, &beside, (Recipe::default(), &senses), folds)?
        }
        None => {
            let reader = if arguments.rules {
                Reader::rules_alone()
            } else {
                Reader::new()
            };
            let mut read = Vec::with_capacity(texts.len());
            for text in &texts {
                read.push((text, reader.read(&text.text)));
            }
            read
        }
    };
    let report = measure(&pairs, arguments.worst);
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", shown(&report)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn eval_pairs(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let labelled = pairs(&arguments.files)?;
    let scores = match arguments.folds {
        Some(folds) if folds < 2 => return Err("--folds needs at least 2".into()),
        Some(folds) => {
            let beside = pairs(&arguments.beside)?;
            linkage::scores_in_folds(&labelled, &beside, usize::try_from(folds)?)
        }
        None => linkage::scores(&labelled, &Linkage::new(Hasher::new(b"pairs"))),
    };
    let found = linkage::measure(&labelled, &scores);
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&found)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{} pairs, {} of them the same need\n\n  best F1            {:.3}\n  average precision  {:.3}\n  \
         duplicate          precision {:.3}  recall {:.3}\n  found at all       precision {:.3}  recall {:.3}",
        found.pairs,
        found.same,
        found.best_f1,
        found.average_precision,
        found.duplicate_precision,
        found.duplicate_recall,
        found.found_precision,
        found.found_recall
    );
    let mut wrong: Vec<_> = labelled.iter().zip(&scores).collect();
    wrong.sort_by(|one, other| surprise(*other).total_cmp(&surprise(*one)));
    println!("\nworst");
    for (pair, bits) in wrong.into_iter().take(arguments.worst) {
        println!(
            "  {:<12} {} {bits:+.1}",
            pair.id,
            if pair.same { "same" } else { "other" }
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// How many bits a score is on the wrong side.
fn surprise((pair, bits): (&LabelledPair, &f32)) -> f32 {
    if pair.same { -bits } else { *bits }
}

fn shown(report: &Report) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    writeln!(out, "{} texts\n", report.texts)?;
    let line = |out: &mut String, name: &str, measured: Option<&Measured>| match measured {
        Some(found) => writeln!(
            out,
            "  {name:<16} precision {:.3}  recall {:.3}  F1 {:.3}  ({} labelled)",
            found.precision, found.recall, found.f1, found.labelled
        ),
        None => Ok(()),
    };
    if !report.kinds.is_empty() {
        writeln!(out, "kind, macro-F1 {:.3}", report.kind_macro_f1)?;
        for (kind, measured) in &report.kinds {
            line(&mut out, kind, Some(measured))?;
        }
        writeln!(
            out,
            "\n  is \\ read as {}",
            Kind::ALL.iter().fold(String::new(), |line, kind| line
                + &format!("{:>9}", kind.as_str()))
        )?;
        for kind in Kind::ALL {
            let row = report.confusion[*kind as usize];
            writeln!(
                out,
                "  {:<13}{}",
                kind.as_str(),
                row.map(|count| format!("{count:>9}")).concat()
            )?;
        }
        writeln!(out, "\ncategories")?;
        line(&mut out, "all", report.categories.as_ref())?;
        for (category, measured) in &report.each_category {
            line(&mut out, category, Some(measured))?;
        }
    }
    writeln!(out, "\ndanger")?;
    line(&mut out, "any", report.danger.as_ref())?;
    for (signal, measured) in &report.signals {
        line(&mut out, signal, Some(measured))?;
    }
    if !report.kinds.is_empty() {
        writeln!(
            out,
            "\nurgency {:.3}, postcode {:.3}, language {:.3}",
            report.urgency, report.postcode, report.language
        )?;
        line(&mut out, "for another", report.on_behalf.as_ref())?;
        writeln!(out, "\nhow sure, and how often right")?;
        for bin in report.calibration.iter().filter(|bin| bin.texts > 0) {
            writeln!(
                out,
                "  {:.2}  {:.2}  ({} texts)",
                bin.sure, bin.right, bin.texts
            )?;
        }
    }
    for (slice, found) in &report.slices {
        writeln!(out, "\n{slice}")?;
        line(&mut out, "request", found.request.as_ref())?;
        line(&mut out, "offer", found.offer.as_ref())?;
        if let Some(flagged) = found.flagged {
            writeln!(
                out,
                "  neither, but read as one of them: {:.1} %",
                flagged * 100.0
            )?;
        }
    }
    if !report.worst.is_empty() {
        writeln!(out, "\nthe surest errors")?;
        for wrong in &report.worst {
            let text: String = wrong
                .text
                .chars()
                .take(160)
                .filter(|letter| !letter.is_control())
                .collect();
            writeln!(
                out,
                "  {:.2}  {} read as {}  {}  {text}",
                wrong.confidence, wrong.expected, wrong.found, wrong.id
            )?;
        }
    }
    Ok(out)
}
