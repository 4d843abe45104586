//! `kith dedupe --jsonl`: one pair a line in, one verdict a line out.
//!
//! In: `{"id": …, "a": {"text": "…"}, "b": {"text": "…"}}`; each side may also have `author`, `platform`, `phone`,
//! `postcode` and `at` (RFC 3339, or seconds or milliseconds since 1970), and may be its text alone. Out: `{"id", "score", "verdict",
//! "because"}`, the score being the probability of the same need; or `{"id", "error"}` for a line that is no such pair. A bad
//! line never stops the rest.

use std::io::{self, BufRead, Write};

use serde::Deserialize;
use serde_json::{Value, json};

use super::traces::Told;
use super::{Likeness, Linkage};
use crate::domain::clock::Timestamp;
use crate::domain::traces::Traces;
use crate::intake::Reader;
use crate::triage::jsonl::answer_lines;

/// Two tellings.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Pair {
    /// Its name in its file.
    #[serde(default)]
    pub(super) id: Value,
    pub(super) a: Side,
    pub(super) b: Side,
    /// What a person says of it: 1 for the same need, 0 for another.
    pub(super) dup: Option<u8>,
}

/// One of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Given")]
pub(super) struct Side {
    text: String,
    author: Option<String>,
    platform: Option<String>,
    phone: Option<String>,
    postcode: Option<String>,
    at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    Text(String),
    Told {
        text: String,
        author: Option<Name>,
        platform: Option<Name>,
        phone: Option<Name>,
        postcode: Option<String>,
        at: Option<Moment>,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Number(i64),
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        match name {
            Name::Text(text) => text,
            Name::Number(number) => number.to_string(),
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "Name")]
struct Moment(Timestamp);

impl TryFrom<Name> for Moment {
    type Error = String;

    fn try_from(name: Name) -> Result<Self, String> {
        let text = match name {
            // Seconds since 1970 are fewer until the year 5138.
            Name::Number(seconds) if seconds.abs() < 100_000_000_000 => {
                return Ok(Self(Timestamp::from_millis(seconds * 1000)));
            }
            Name::Number(millis) => return Ok(Self(Timestamp::from_millis(millis))),
            Name::Text(text) => text,
        };
        let zoned = text.parse::<jiff::Timestamp>().or_else(|_| {
            let local: jiff::civil::DateTime = text.parse()?;
            Ok::<_, jiff::Error>(local.in_tz("Europe/London")?.timestamp())
        });
        match zoned {
            Ok(moment) => Ok(Self(Timestamp::from_millis(moment.as_millisecond()))),
            Err(error) => Err(format!("`at` is no moment: {error}")),
        }
    }
}

impl From<Given> for Side {
    fn from(given: Given) -> Self {
        match given {
            Given::Text(text) => Self {
                text,
                author: None,
                platform: None,
                phone: None,
                postcode: None,
                at: None,
            },
            Given::Told {
                text,
                author,
                platform,
                phone,
                postcode,
                at,
            } => Self {
                text,
                author: author.map(String::from),
                platform: platform.map(String::from),
                phone: phone.map(String::from),
                postcode,
                at: at.map(|moment| moment.0),
            },
        }
    }
}

impl Side {
    pub(super) fn traces(&self, linkage: &Linkage, reader: &Reader) -> Traces {
        let author = self
            .author
            .as_deref()
            .filter(|author| !author.trim().is_empty());
        let platform = self.platform.as_deref().unwrap_or_default();
        linkage.traces(&Told {
            text: &self.text,
            reading: &reader.read(&self.text),
            senses: &reader.senses(&self.text),
            author: author.map(|author| (platform, author)),
            handle: author,
            phone: self.phone.as_deref(),
            postcode: self.postcode.as_deref(),
            at: self.at,
        })
    }
}

/// Answers every line of `input` on `output`. Empty lines are passed over. Gives how many lines could not be read.
pub fn run_jsonl(
    input: impl BufRead,
    output: impl Write,
    (linkage, reader): (&Linkage, &Reader),
) -> io::Result<u64> {
    let expected = r#"{"id": …, "a": {"text": "…"}, "b": {"text": "…"}}"#;
    answer_lines(input, output, expected, |pair: Pair| {
        let traces = |side: &Side| side.traces(linkage, reader);
        answer(
            &pair.id,
            &linkage.compare(&traces(&pair.a), &traces(&pair.b)),
        )
    })
}

fn answer(id: &Value, likeness: &Likeness) -> Value {
    json!({
        "id": id,
        "score": (f64::from(likeness.probability()) * 1e6).round() / 1e6,
        "verdict": likeness.verdict.as_str(),
        "because": likeness.reasons(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::traces::Hasher;

    fn answers(lines: &str) -> (Vec<Value>, u64) {
        let linkage = Linkage::new(Hasher::new(b"test"));
        let mut out = Vec::new();
        let failed = run_jsonl(lines.as_bytes(), &mut out, (&linkage, &Reader::new())).unwrap();
        let lines = String::from_utf8(out).unwrap();
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        (lines.collect(), failed)
    }

    #[test]
    fn a_pair_is_answered_with_its_reasons() {
        let (lines, failed) = answers(
            r#"{"id":7,"a":{"text":"Doris in ME7 1AB has no heating","phone":"07700 900123","author":"a","platform":"telegram","at":"2026-01-05T10:00:00Z"},"b":{"text":"my neighbour Doris, boiler broken since last night, ME7 1AB","phone":"+447700900123","author":12,"platform":"discord","at":1767610800000}}"#,
        );
        assert_eq!(failed, 0);
        assert_eq!(lines[0]["id"], 7);
        assert_eq!(lines[0]["verdict"], "duplicate", "{}", lines[0]);
        let because = lines[0]["because"].to_string();
        assert!(because.contains("same phone or e-mail +"), "{because}");
    }

    #[test]
    fn a_bad_line_does_not_stop_the_rest() {
        let (lines, failed) = answers(
            "{\"id\":1,\"a\":\"milk\",\"b\":\"milk\"}\n\nnonsense\n{\"id\":\"x\",\"a\":{\"text\":\"a\",\"at\":\"soon\"},\"b\":\"b\"}\n",
        );
        assert_eq!((lines.len(), failed), (3, 2));
        assert!(lines[1]["error"].as_str().unwrap().starts_with("expected"));
        assert_eq!(lines[2]["id"], "x");
    }
}
