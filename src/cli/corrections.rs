//! `kith corrections`: what people said that texts are, to learn from: one JSON object a line, in the format of
//! labelled texts.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use crate::config::Config;
use crate::domain::correction::Correction;
use crate::store::Store;

use super::Failure;

/// How many are read at a time.
const PAGE: u32 = 500;

/// A labelled text.
#[derive(Serialize)]
struct Line<'c> {
    id: &'c str,
    text: &'c str,
    kind: &'c str,
    language: Option<&'c str>,
}

impl<'c> Line<'c> {
    fn of(correction: &'c Correction) -> Self {
        Self {
            id: correction.id.as_str(),
            text: correction.text.reveal(),
            kind: correction.is.as_str(),
            language: correction.language.as_deref(),
        }
    }
}

/// Prints every correction.
pub async fn corrections(config: &Path) -> Result<ExitCode, Failure> {
    let config = Config::load(config)?;
    let store = Store::open(config.database.url.reveal()).await?;
    let written = corrections_as_lines(&store, &mut std::io::stdout().lock()).await;
    store.close().await;
    if written? == 0 && !config.reading.keep_corrections {
        eprintln!(
            "kith: none are kept; `keep_corrections = true` below [reading] in kith.toml keeps them from then on"
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes every correction as a line of JSON, oldest first: `id`, `text`, `kind` and `language`, as in labelled
/// texts. Tells how many there were.
///
/// # Errors
/// The store can't be read, or the output can't be written.
pub async fn corrections_as_lines(store: &Store, output: &mut impl Write) -> Result<u64, Failure> {
    let mut written = 0;
    let mut last: Option<Correction> = None;
    loop {
        let page = store.corrections(last.as_ref(), PAGE).await?;
        for correction in &page {
            serde_json::to_writer(&mut *output, &Line::of(correction))?;
            output.write_all(b"\n")?;
            written += 1;
        }
        match page.into_iter().next_back() {
            Some(correction) => last = Some(correction),
            None => break,
        }
    }
    output.flush()?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Timestamp;
    use crate::domain::decision::{Change, Decision};
    use crate::domain::ids::{ConnectorId, PersonId, ReportId};
    use crate::domain::private::Private;
    use crate::domain::reading::Kind;
    use crate::store::Batch;

    fn correction(number: u32) -> Correction {
        Correction {
            id: ReportId::new(format!("r{number:04}")),
            text: Private::new(format!("line {number}\nof \"several\"")),
            read: Kind::Other,
            is: if number == 0 {
                Kind::Offer
            } else {
                Kind::Request
            },
            language: (number == 1).then(|| "pl".to_owned()),
            connector: ConnectorId::new("telegram"),
            group: None,
            author: PersonId::new("rosa"),
            by: PersonId::new("rosa"),
            at: Timestamp::from_millis(i64::from(number / 700)),
        }
    }

    #[tokio::test]
    async fn every_correction_is_a_line_in_order() {
        let store = Store::open("sqlite::memory:").await.unwrap();
        let count = 2 * PAGE + 1;
        let changes = (0..count)
            .rev()
            .map(|number| Change::Correction(Box::new(correction(number))))
            .collect();
        let batch = Batch {
            decisions: vec![Decision {
                changes,
                effects: Vec::new(),
            }],
            ..Batch::default()
        };
        let mut transaction = store.begin().await.unwrap();
        transaction.save(&batch).await.unwrap();
        transaction.commit().await.unwrap();

        let mut output = Vec::new();
        let written = corrections_as_lines(&store, &mut output).await.unwrap();
        let output = String::from_utf8(output).unwrap();
        let lines: Vec<&str> = output.lines().collect();
        assert_eq!((written, lines.len()), (u64::from(count), count as usize));
        assert_eq!(
            lines[..2],
            [
                r#"{"id":"r0000","text":"line 0\nof \"several\"","kind":"offer","language":null}"#,
                r#"{"id":"r0001","text":"line 1\nof \"several\"","kind":"request","language":"pl"}"#,
            ]
        );
        assert!(lines.is_sorted(), "each once, oldest first");
    }
}
