//! The shape of files: a header, a sensible length, nothing left open, migrations in order.

use std::collections::BTreeSet;

use crate::lexer::{Token, tokens};
use crate::paths::test_files;
use crate::tree::{Finding, Source};

/// Files above this are worth splitting.
pub(crate) const LONG: usize = 300;
/// No file is longer than this.
const TOO_LONG: usize = 500;

/// The folders that hold Rust.
const RUST: [&str; 4] = ["src", "tests", "benches", "fuzz"];

/// Notes to oneself. Put together here, so that this file has none.
const NOTES: [&str; 2] = [concat!("FIX", "ME"), concat!("XX", "X")];

/// Files that don't begin by saying what they are for.
pub(crate) fn headers(tree: &[Source]) -> Vec<Finding> {
    rust(tree)
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| {
            source.finding(
                1,
                "expected a first line `//! …` that says what the file is for; write one",
            )
        })
        .collect()
}

fn rust(tree: &[Source]) -> impl Iterator<Item = &Source> {
    tree.iter()
        .filter(|source| source.is_rust() && RUST.iter().any(|folder| source.is_under(folder)))
}

/// The files of the program with more lines of code than this, and how many.
pub(crate) fn long(tree: &[Source], limit: usize) -> Vec<(String, usize)> {
    let tests = test_files(tree);
    rust(tree)
        .filter(|source| !source.is_under("tests") && !tests.contains(&source.path))
        .map(|source| (source.path.clone(), code_lines(&source.text)))
        .filter(|(_, lines)| *lines > limit)
        .collect()
}

/// Files that are longer than any file may be.
pub(crate) fn too_long(tree: &[Source]) -> Vec<Finding> {
    long(tree, TOO_LONG)
        .into_iter()
        .map(|(path, lines)| Finding {
            path,
            line: 1,
            what: format!("expected at most {TOO_LONG} lines of code, found {lines}; split it by what its parts are for"),
        })
        .collect()
}

/// Lines with code on them; comments, blank lines and what is for tests don't count.
fn code_lines(text: &str) -> usize {
    let lines: BTreeSet<usize> = tokens(text)
        .iter()
        .filter(|token| !token.test)
        .flat_map(|token| token.first_line..=token.last_line)
        .collect();
    lines.len()
}

/// Code that is not written yet, tests that don't run, notes to oneself.
pub(crate) fn open_ends(tree: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in rust(tree) {
        let tokens = tokens(&source.text);
        for (at, token) in tokens.iter().enumerate() {
            if let Some(what) = open_end(&tokens[at..]) {
                findings.push(source.finding(token.first_line, what));
            }
        }
    }
    for source in tree {
        for (index, line) in source.text.lines().enumerate() {
            for note in NOTES {
                if line
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|word| word == note)
                {
                    findings.push(
                        source.finding(index + 1, format!("`{note}`: do it now, or take it out")),
                    );
                }
            }
        }
    }
    findings
}

fn open_end(tokens: &[Token]) -> Option<String> {
    let (first, second) = (tokens.first()?, tokens.get(1)?);
    let name = first.word().unwrap_or_default();
    if second.is("!") && ["todo", "unimplemented", "dbg"].contains(&name) {
        return Some(format!(
            "`{name}!` is left in the code; write what belongs there"
        ));
    }
    let ignored = first.is("#") && second.is("[") && tokens.get(2)?.is("ignore");
    ignored.then(|| "a test that never runs proves nothing; make it run, or take it out".to_owned())
}

/// Migrations that are out of order, or that the store doesn't run. That none is changed once it has run is
/// checked by the store itself, against the database.
pub(crate) fn migrations(tree: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let steps = tree.iter().filter(|source| source.is_under("migrations"));
    let mut before = 0;
    for source in steps {
        let file = source.path.trim_start_matches("migrations/");
        let number = file
            .strip_suffix(".sql")
            .and_then(|name| name.split_once('_'))
            .filter(|(number, _)| number.len() == 4)
            .and_then(|(number, _)| number.parse().ok())
            .filter(|number: &u32| *number > before);
        if number.is_none() {
            findings.push(source.finding(
                1,
                format!("expected a name such as `{:04}_….sql` with a number of its own, so that migrations run one after the other; rename it", before + 1),
            ));
        }
        before = number.unwrap_or(before);
        let embedded = tree
            .iter()
            .any(|other| other.is_under("src/store") && other.text.contains(&source.path));
        if !embedded {
            findings.push(source.finding(
                1,
                "no file of src/store includes it, so that it never runs; add it there",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::one;

    #[test]
    fn a_missing_header_is_found() {
        assert_eq!(headers(&one("src/a.rs", "use x;\n//! late")).len(), 1);
        assert_eq!(headers(&one("tests/a.rs", "")).len(), 1);
        assert!(headers(&one("benches/a.rs", "//! What it measures.\n")).is_empty());
    }

    #[test]
    fn only_code_counts_towards_the_length() {
        let code = "fn f() {}\n".repeat(TOO_LONG);
        let rest = "// why\n\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n".repeat(9);
        assert_eq!(code_lines(&rest), 0);
        assert!(too_long(&one("src/a.rs", &format!("{code}{rest}"))).is_empty());
        let found = too_long(&one("src/a.rs", &format!("{code}fn h() {{}}\n{rest}")));
        assert!(found[0].what.contains("found 501"), "{}", found[0]);
        assert_eq!(
            long(&one("src/a.rs", &code), LONG),
            [("src/a.rs".to_owned(), TOO_LONG)]
        );
    }

    #[test]
    fn every_open_end_is_found() {
        for text in [
            "fn f() { todo!() }".to_owned(),
            "fn f() { unimplemented!(\"later\") }".to_owned(),
            "fn f() { dbg!(x); }".to_owned(),
            "#[ignore = \"slow\"]\n#[test]\nfn f() {}".to_owned(),
            format!("// {}: later", NOTES[0]),
            format!("// {} later", NOTES[1]),
        ] {
            assert_eq!(open_ends(&one("tests/a.rs", &text)).len(), 1, "{text}");
        }
        let fine = "// todo! in a comment\nlet x = \"dbg!(x)\"; let todo = 1; ignore(x);";
        assert!(open_ends(&one("src/a.rs", fine)).is_empty());
    }

    #[test]
    fn a_migration_out_of_order_or_unused_is_found() {
        let store = Source::new(
            "src/store/migrate.rs",
            "include_str!(\"../../migrations/0001_a.sql\")",
        );
        let first = Source::new("migrations/0001_a.sql", "");
        let same = Source::new("migrations/0001_b.sql", "");
        let unused = Source::new("migrations/0003_b.sql", "");
        let odd = Source::new("migrations/4_c.sql", "");
        assert!(migrations(&[store.clone(), first.clone()]).is_empty());
        assert_eq!(migrations(&[store.clone(), first.clone(), same]).len(), 2);
        assert_eq!(migrations(&[store.clone(), first.clone(), unused]).len(), 1);
        assert_eq!(migrations(&[store, first, odd]).len(), 2);
    }
}
