//! The rules of the house that a compiler doesn't know, as tests: which module may import which, how long a file
//! may be, what must not be left lying about. `docs/architecture.md` says why.

mod arrows;
mod lexer;
mod paths;
mod shape;
mod tree;
mod wording;

use tree::{Finding, Source};

/// Fails with every finding, one a line.
fn expect_none(findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(
        lines.is_empty(),
        "{} untidy:\n{}",
        lines.len(),
        lines.join("\n")
    );
}

#[test]
fn the_tree_is_read() {
    let tree = tree::read();
    for path in ["src/lib.rs", "tests/tidy/main.rs", "Cargo.toml"] {
        assert!(
            tree.iter().any(|source| source.path == path),
            "expected {path} among the files, found it missing: tree::read looks in the wrong place"
        );
    }
}

#[test]
fn modules_import_only_what_the_table_allows() {
    expect_none(&arrows::modules(&tree::read()));
}

#[test]
fn libraries_stay_in_their_rooms() {
    expect_none(&arrows::rooms(&tree::read()));
}

#[test]
fn every_file_says_what_it_is_for() {
    expect_none(&shape::headers(&tree::read()));
}

#[test]
fn no_file_is_too_long() {
    let tree = tree::read();
    for (path, lines) in shape::long(&tree, shape::LONG) {
        println!("{path}: {lines} lines of code; split it before it grows");
    }
    expect_none(&shape::too_long(&tree));
}

#[test]
fn nothing_is_left_open() {
    expect_none(&shape::open_ends(&tree::read()));
}

#[test]
fn every_migration_is_embedded_in_order() {
    expect_none(&shape::migrations(&tree::read()));
}

#[test]
fn telephone_numbers_are_invented_or_helplines() {
    expect_none(&wording::telephone_numbers(&tree::read()));
}

#[test]
fn no_file_names_a_folder_of_one_machine() {
    expect_none(&wording::machine_paths(&tree::read()));
}

/// A tree of one file, for the tests of the rules themselves.
#[cfg(test)]
fn one(path: &str, text: &str) -> Vec<Source> {
    vec![Source::new(path, text)]
}
