//! The documents hold the table that kith goes by.

use crate::reply::english::disclosure::table;

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
