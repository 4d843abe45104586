//! One JSON object a line in, one a line out. A bad line never stops the rest.

use std::io::{self, BufRead, Write};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Answers every line of `input` on `output`, and one that is not as `expected` with its `id` and an `error`. Empty lines are
/// passed over. Gives how many lines could not be read.
///
/// # Errors
/// What the system says where it can't be read or written.
pub(super) fn answer_lines<T: DeserializeOwned>(
    input: impl BufRead,
    mut output: impl Write,
    expected: &str,
    answer: impl Fn(T) -> Value,
) -> io::Result<u64> {
    let mut failed = 0;
    for line in input.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        if line.trim().is_empty() {
            continue;
        }
        let answer = serde_json::from_str(&line).map_or_else(
            |error| {
                failed += 1;
                let line = serde_json::from_str::<Value>(&line).unwrap_or_default();
                json!({ "id": line.get("id"), "error": format!("expected {expected}: {error}") })
            },
            &answer,
        );
        writeln!(output, "{answer}")?;
    }
    output.flush()?;
    Ok(failed)
}
