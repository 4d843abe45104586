//! The files of the package and what is found in them.

use std::fmt;
use std::fs;
use std::path::Path;

/// What of the package is looked at; everything else at its root is built or fetched.
const ROOTS: [&str; 13] = [
    ".ci",
    ".config",
    "benches",
    "docker",
    "docs",
    "examples",
    "fuzz/Cargo.toml",
    "fuzz/fuzz_targets",
    "migrations",
    "src",
    "tests",
    "README.md",
    "Cargo.toml",
];

/// Files that are no text.
const NOT_TEXT: [&str; 5] = ["png", "model", "jpg", "ico", "woff2"];

/// One text file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its path in the package, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.extension() == Some("rs")
    }

    pub(crate) fn is_under(&self, folder: &str) -> bool {
        self.path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    }

    fn extension(&self) -> Option<&str> {
        Path::new(&self.path).extension()?.to_str()
    }

    /// A finding in this file.
    pub(crate) fn finding(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding {
            path: self.path.clone(),
            line,
            what: what.into(),
        }
    }
}

/// Something untidy: where it is, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// Every text file of the package, in order.
pub(crate) fn read() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for name in ROOTS {
        gather(root, name, &mut sources);
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn gather(root: &Path, path: &str, sources: &mut Vec<Source>) {
    let full = root.join(path);
    if full.is_dir() {
        for entry in fs::read_dir(&full).expect("a folder of the package can be listed") {
            let entry = entry.expect("a folder of the package can be listed");
            let name = entry
                .file_name()
                .into_string()
                .expect("files of the package have names in UTF-8");
            gather(root, &format!("{path}/{name}"), sources);
        }
        return;
    }
    let source = Source::new(path, "");
    let text = source
        .extension()
        .is_none_or(|extension| !NOT_TEXT.contains(&extension));
    // A root that the package doesn't have is no fault.
    if text && full.is_file() {
        let text = fs::read_to_string(&full)
            .unwrap_or_else(|error| panic!("expected {path} to be text in UTF-8, found: {error}"));
        sources.push(Source::new(path, text));
    }
}
