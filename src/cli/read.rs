//! `kith read`: what kith understands from a text, for a person or for a program.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use crate::intake::{self, Reader};

use super::Failure;

/// Reads one text for a person, or lines of JSON for a program.
pub fn read(jsonl: bool, text: &str) -> Result<ExitCode, Failure> {
    let reader = Reader::new();
    let mut output = std::io::stdout().lock();
    if jsonl {
        let counts = intake::run_jsonl(std::io::stdin().lock(), &mut output, &reader)?;
        output.flush()?;
        if counts.failed > 0 {
            eprintln!(
                "kith: {} of {} lines could not be read",
                counts.failed,
                counts.read + counts.failed
            );
            return Ok(ExitCode::FAILURE);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let colour = output.is_terminal();
    write!(
        output,
        "{}",
        intake::explain(text, &reader.read(text), colour)
    )?;
    Ok(ExitCode::SUCCESS)
}
