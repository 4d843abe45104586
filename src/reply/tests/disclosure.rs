//! The documents hold the table that kith goes by, and every wording that somebody agreed to can be read again.

use insta::assert_snapshot;

use crate::domain::consent::wording;
use crate::reply::english::disclosure::table;
use crate::reply::english::sharing::WORDINGS;

#[test]
fn the_documents_hold_the_table_of_what_is_shown_to_whom() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs");
    let documents = std::fs::read_dir(folder).unwrap();
    let mut texts = documents.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let table = table();
    assert!(
        texts.any(|text| text.contains(&table)),
        "put this into docs/privacy.md in place of its table of what is shown to whom:\n\n{table}"
    );
}

/// People have said yes to these words. Words that change get a version of their own, and the old ones stay.
#[test]
fn every_wording_stays_as_it_was_under_its_version() {
    for asked in [wording::details, wording::neighbour, wording::destination] {
        for version in [asked(false), asked(true)] {
            assert!(
                WORDINGS.iter().any(|(known, _)| *known == version),
                "{version}"
            );
        }
    }
    let all: Vec<_> = WORDINGS
        .map(|(version, words)| format!("{version}: {words}"))
        .into();
    assert_snapshot!(all.join("\n"), @r"
    2026-11-1: May the hub share this with the people who help you? They see it only to help.
    2026-11-2: May the hub share this with those who help you: a neighbour you say yes to, or a service such as the council? They see it only to help.
    2026-11-2-other: May the hub share this with those who help? Please say yes only if the person it is for knows that you asked, and agrees.
    2026-11-match-1: May they have your first name and what you told me? That is:
    2026-11-match-1-other: May they have your first name and what you told me? Please say yes only if the person it is for knows and agrees. That is:
    2026-11-destination-1: May the hub pass this on to {}, so that they can help? They would get this and nothing else:
    2026-11-destination-1-other: May the hub pass this on to {}, so that they can help? Please say yes only if the person it is for knows and agrees. They would get this and nothing else:
    ");
}
