//! `kith match --jsonl --pool OFFERS.jsonl`: one need a line in, the offers of the pool that fit it out.
//!
//! In: `{"id": …, "text": "…"}`, and the same a line of the pool; where both sides have a `group`, only offers of that group
//! are looked at. Out: `{"id", "offers": [{"id", "score", "because"}]}`, best first; or `{"id", "error"}` for a line that is no
//! such object. A bad line never stops the rest; a bad line of the pool is an error.

use std::io::{self, BufRead, Write};

use serde::Deserialize;
use serde_json::{Value, json};

use super::Wanted;
use crate::domain::reading::Kind;
use crate::intake::Reader;
use crate::triage::jsonl::answer_lines;
use crate::triage::linkage::Linkage;

/// So many offers are shown at most.
const SHOWN: usize = 10;

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Value,
    text: String,
    group: Option<String>,
}

/// A line of the pool that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the pool: expected {{\"id\": …, \"text\": \"…\"}}: {problem}")]
pub struct PoolError {
    line: usize,
    problem: String,
}

/// The offers to choose from.
#[derive(Clone, Debug)]
pub struct Pool(Vec<(Value, Option<String>, Wanted)>);

impl Pool {
    /// Reads offers, one JSON object a line.
    ///
    /// # Errors
    /// The line that can't be read, and why.
    pub fn read(text: &str, (reader, linkage): (&Reader, &Linkage)) -> Result<Self, PoolError> {
        let mut offers = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let offer: Line = serde_json::from_str(line).map_err(|error| PoolError {
                line: number + 1,
                problem: error.to_string(),
            })?;
            let wanted = Wanted::new((reader, linkage), &offer.text, Kind::Offer);
            offers.push((offer.id, offer.group, wanted));
        }
        Ok(Self(offers))
    }

    fn answer(&self, need: &Line, with: (&Reader, &Linkage)) -> Value {
        let wanted = Wanted::new(with, &need.text, Kind::Request);
        let mut fits: Vec<_> = self
            .0
            .iter()
            .filter(|(_, group, _)| need.group.is_none() || group.is_none() || *group == need.group)
            .filter_map(|(id, _, offer)| Some((wanted.fit(offer)?, id)))
            .collect();
        // Of offers that fit as well, the one that came first.
        fits.sort_by(|(one, _), (other, _)| other.score.total_cmp(&one.score));
        let offers: Vec<Value> = fits
            .into_iter()
            .take(SHOWN)
            .map(|(fit, id)| {
                let score = (f64::from(fit.score) * 1e4).round() / 1e4;
                json!({ "id": id, "score": score, "because": fit.because })
            })
            .collect();
        json!({ "id": need.id, "offers": offers })
    }
}

/// Answers every line of `input` on `output`. Empty lines are passed over. Gives how many lines could not be read.
pub fn run_jsonl(
    input: impl BufRead,
    output: impl Write,
    pool: &Pool,
    with: (&Reader, &Linkage),
) -> io::Result<u64> {
    let expected = r#"{"id": …, "text": "…"}"#;
    answer_lines(input, output, expected, |need: Line| {
        pool.answer(&need, with)
    })
}
