//! Labelled texts, one JSON object a line, in the format of the labelling guide (`docs/reading.md`).

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::domain::reading::{Category, Kind, Signal, Urgency};

/// A text with what a person says that it means. What nobody said is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// Its name in its file.
    pub id: String,
    /// The part of a collection that it belongs to; empty where there are none.
    pub slice: String,
    /// The text.
    pub text: String,
    /// What it is; where that isn't known for certain, what it may be.
    pub kinds: Vec<Kind>,
    /// The signs of danger, where somebody looked for them.
    pub signals: Option<BTreeSet<Signal>>,
    /// What else is known of it.
    pub more: Option<Labels>,
    /// The ISO 639-1 code of its language.
    pub language: Option<String>,
}

/// The labels beside the kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    /// What it is about.
    pub categories: BTreeSet<Category>,
    /// How soon.
    pub urgency: Urgency,
    /// Whether it is for somebody else.
    pub on_behalf: bool,
    /// Full postcode or outcode.
    pub postcode: Placed,
}

/// What somebody who looked for a postcode found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Option<String>")]
pub enum Placed {
    /// Nobody looked.
    #[default]
    Unlabelled,
    /// This, or none.
    Labelled(Option<String>),
}

impl From<Option<String>> for Placed {
    fn from(found: Option<String>) -> Self {
        Self::Labelled(found)
    }
}

impl Labelled {
    /// The kind, where it is certain.
    pub fn kind(&self) -> Option<Kind> {
        match self.kinds[..] {
            [kind] => Some(kind),
            _ => None,
        }
    }

    /// Reads one line: with all labels, or with `kind` or `safeguarding` alone, or with `label`, which is `request`, `offer` or
    /// `neither` (what is neither may be settled or other; an offer too where `label_origin` says
    /// that offers are not labelled).
    ///
    /// # Errors
    /// What was expected and found.
    pub fn from_line(line: &str) -> Result<Self, String> {
        let row: Row = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let id = match row.id {
            Value::String(id) => id,
            other => other.to_string(),
        };
        let named = |name: &str| {
            Kind::from_word(name).ok_or_else(|| {
                format!("expected a kind (request, offer, resolved, other), found `{name}`")
            })
        };
        let (kinds, more) = match (row.kind, row.label.as_deref()) {
            (Some(kind), _) => {
                let labels = match (&row.categories, &row.urgency) {
                    (None, _) | (_, None) => None,
                    (Some(categories), Some(urgency)) => Some(Labels {
                        categories: words(categories, "category", Category::from_word)?,
                        urgency: Urgency::from_word(urgency).ok_or_else(|| {
                            format!(
                                "expected an urgency (none, soon, today, now), found `{urgency}`"
                            )
                        })?,
                        on_behalf: row.on_behalf,
                        postcode: row.postcode,
                    }),
                };
                (vec![named(&kind)?], labels)
            }
            (None, Some("neither")) if row.label_origin.contains("offer NOT labelled") => {
                (vec![Kind::Offer, Kind::Resolved, Kind::Other], None)
            }
            (None, Some("neither")) => (vec![Kind::Resolved, Kind::Other], None),
            (None, Some(label)) => (vec![named(label)?], None),
            (None, None) if row.safeguarding.is_some() => (Kind::ALL.to_vec(), None),
            (None, None) => {
                return Err("expected `kind`, `label` or `safeguarding`, found none".to_owned());
            }
        };
        let signals = row
            .safeguarding
            .map(|found| words(&found, "sign of danger", Signal::from_word))
            .transpose()?;
        Ok(Self {
            id,
            slice: row.slice,
            text: row.text,
            kinds,
            signals,
            more,
            language: row.language,
        })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// The first line that can't be read, and why.
    pub fn from_lines(lines: &str) -> Result<Vec<Self>, String> {
        (1..)
            .zip(lines.lines())
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(number, line)| {
                Self::from_line(line).map_err(|problem| format!("line {number}: {problem}"))
            })
            .collect()
    }
}

#[derive(Deserialize)]
struct Row {
    id: Value,
    text: String,
    #[serde(default)]
    slice: String,
    kind: Option<String>,
    label: Option<String>,
    #[serde(default)]
    label_origin: String,
    categories: Option<Vec<String>>,
    urgency: Option<String>,
    #[serde(default)]
    on_behalf: bool,
    #[serde(default)]
    safeguarding: Option<Vec<String>>,
    #[serde(default)]
    postcode: Placed,
    #[serde(default)]
    language: Option<String>,
}

fn words<T: Ord>(
    found: &[String],
    what: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<BTreeSet<T>, String> {
    found
        .iter()
        .map(|name| read(name).ok_or_else(|| format!("expected a {what}, found `{name}`")))
        .collect()
}
