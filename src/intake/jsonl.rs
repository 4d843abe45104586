//! `kith read --jsonl`: one object a line in, one object a line out.
//!
//! In: `{"id": …, "text": "…"}`. Out: the fields of the labelling guide, `confidence` and `because`;
//! or `{"id": …, "error": "…"}` for a line that isn't such an object. A bad line never stops the rest.

use std::io::{self, BufRead, Write};

use serde::Serialize;
use serde_json::Value;

use super::Reader;
use crate::domain::reading::{Reading, Signal};

/// How many lines were read, and how many of them could not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines that held a text.
    pub read: u64,
    /// Lines that were answered with an error.
    pub failed: u64,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    kind: &'a str,
    categories: Vec<&'a str>,
    urgency: &'a str,
    on_behalf: bool,
    safeguarding: Vec<&'a str>,
    postcode: Option<&'a str>,
    confidence: f32,
    because: Vec<Reason<'a>>,
}

#[derive(Serialize)]
struct Reason<'a> {
    finding: &'a str,
    rule: &'a str,
    text: Option<&'a str>,
}

#[derive(Serialize)]
struct Refusal<'a> {
    id: &'a Value,
    error: &'a str,
}

/// Answers every line of `input` on `output`. Empty lines are passed over.
pub fn run_jsonl(
    mut input: impl BufRead,
    mut output: impl Write,
    reader: &Reader,
) -> io::Result<Counts> {
    let mut counts = Counts::default();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if !text.is_empty() {
            match read_line(text, reader) {
                Ok(answer) => {
                    counts.read += 1;
                    writeln!(output, "{answer}")?;
                }
                Err(refusal) => {
                    counts.failed += 1;
                    writeln!(output, "{refusal}")?;
                }
            }
        }
        line.clear();
    }
    output.flush()?;
    Ok(counts)
}

/// Answers one line; the error is a line to print as well.
pub fn read_line(line: &str, reader: &Reader) -> Result<String, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| {
        refusal(
            &Value::Null,
            &format!(r#"expected {{"id": …, "text": "…"}}, found no JSON: {error}"#),
        )
    })?;
    let id = value.get("id").unwrap_or(&Value::Null);
    let text = match value.get("text") {
        Some(Value::String(text)) => text,
        found => {
            let found = match found {
                Some(other) => format!("`text` is {}", name_of(other)),
                None if value.is_object() => "there is no `text`".to_owned(),
                None => format!("the line is {}", name_of(&value)),
            };
            let problem =
                format!(r#"expected {{"id": …, "text": "…"}} with a string as text, but {found}"#);
            return Err(refusal(id, &problem));
        }
    };
    let reading = reader.read(text);
    to_line(&answer(id, text, &reading)).map_err(|error| refusal(id, &error.to_string()))
}

fn answer<'a>(id: &'a Value, text: &'a str, reading: &'a Reading) -> Answer<'a> {
    Answer {
        id,
        kind: reading.kind.as_str(),
        categories: reading
            .categories
            .iter()
            .map(|category| category.as_str())
            .collect(),
        urgency: reading.urgency.as_str(),
        on_behalf: reading.on_behalf,
        safeguarding: reading
            .signals
            .iter()
            // The contract's six; a hazard shows as urgency `now` and category `emergency`.
            .filter(|signal| **signal != Signal::Hazard)
            .map(|signal| signal.as_str())
            .collect(),
        postcode: reading.postcode.as_deref(),
        confidence: (reading.confidence * 1000.0).round() / 1000.0,
        because: reading
            .because
            .iter()
            .map(|reason| Reason {
                finding: &reason.finding,
                rule: &reason.rule,
                text: reason.span.and_then(|span| text.get(span.start..span.end)),
            })
            .collect(),
    }
}

fn refusal(id: &Value, error: &str) -> String {
    to_line(&Refusal { id, error })
        .unwrap_or_else(|_| r#"{"id":null,"error":"unreadable"}"#.to_owned())
}

fn to_line(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(value)
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
