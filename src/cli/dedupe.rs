//! `kith dedupe`: whether pairs of tellings are of the same need, and why.

use std::process::ExitCode;

use crate::domain::traces::Hasher;
use crate::intake::Reader;
use crate::triage::linkage::{self, Linkage};

use super::Failure;

/// Compares pairs, one a line on standard input.
pub fn dedupe() -> Result<ExitCode, Failure> {
    // Nothing is kept, so that any key will do.
    let linkage = Linkage::new(Hasher::new(b"pairs"));
    let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let failed = linkage::run_jsonl(input, output, (&linkage, &Reader::new()))?;
    if failed > 0 {
        eprintln!("kith: {failed} lines could not be read");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
