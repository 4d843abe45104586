//! `kith match`: which offers of a pool fit a need, and why.

use std::path::Path;
use std::process::ExitCode;

use crate::domain::traces::Hasher;
use crate::intake::Reader;
use crate::triage::linkage::Linkage;
use crate::triage::matching::{self, Pool};

use super::Failure;

/// Finds offers for needs, one need a line on standard input.
pub fn find(pool: &Path) -> Result<ExitCode, Failure> {
    let name = pool.display();
    let (reader, linkage) = (Reader::new(), Linkage::new(Hasher::new(b"match")));
    let with = (&reader, &linkage);
    let text = std::fs::read_to_string(pool).map_err(|error| format!("{name}: {error}"))?;
    let pool = Pool::read(&text, with).map_err(|error| format!("{name}: {error}"))?;
    let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let failed = matching::run_jsonl(input, output, &pool, with)?;
    if failed > 0 {
        eprintln!("kith: {failed} lines could not be read");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
