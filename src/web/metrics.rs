//! The text format that Prometheus reads.

use std::collections::BTreeMap;
use std::fmt::Write;

/// How a value behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleKind {
    /// It only grows, from nothing at the start.
    Counter,
    /// It goes up and down.
    Gauge,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its name without `kith_`, in small letters and underscores; a counter gets `_total` by itself.
    pub name: String,
    /// What it is, in one line.
    pub help: String,
    /// How it behaves.
    pub kind: SampleKind,
    /// What it is about, by label.
    pub labels: Vec<(String, String)>,
    /// How much.
    pub value: u64,
}

impl Sample {
    /// A value that only grows.
    pub fn counter(name: &str, help: &str, value: u64) -> Self {
        Self {
            name: name.to_owned(),
            help: help.to_owned(),
            kind: SampleKind::Counter,
            labels: Vec::new(),
            value,
        }
    }

    /// A value that goes up and down.
    pub fn gauge(name: &str, help: &str, value: u64) -> Self {
        Self {
            kind: SampleKind::Gauge,
            ..Self::counter(name, help, value)
        }
    }

    /// The same, about something.
    #[must_use]
    pub fn about(mut self, label: &str, value: &str) -> Self {
        self.labels.push((label.to_owned(), value.to_owned()));
        self
    }

    fn full_name(&self) -> String {
        match self.kind {
            SampleKind::Counter => format!("kith_{}_total", self.name),
            SampleKind::Gauge => format!("kith_{}", self.name),
        }
    }
}

/// All samples, those of one name together, as the format wants it.
pub(super) fn exposition(samples: &[Sample]) -> String {
    let mut families: BTreeMap<String, Vec<&Sample>> = BTreeMap::new();
    for sample in samples {
        families.entry(sample.full_name()).or_default().push(sample);
    }
    let mut out = String::new();
    for (name, family) in families {
        let Some(first) = family.first() else {
            continue;
        };
        let kind = match first.kind {
            SampleKind::Counter => "counter",
            SampleKind::Gauge => "gauge",
        };
        let help = first.help.replace('\\', "\\\\").replace('\n', " ");
        // Writing to a string can't fail.
        let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
        for sample in family {
            let _ = writeln!(out, "{name}{} {}", labels(sample), sample.value);
        }
    }
    out
}

fn labels(sample: &Sample) -> String {
    if sample.labels.is_empty() {
        return String::new();
    }
    let escape = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    };
    let pairs: Vec<_> = sample
        .labels
        .iter()
        .map(|(label, value)| format!("{label}=\"{}\"", escape(value)))
        .collect();
    format!("{{{}}}", pairs.join(","))
}
