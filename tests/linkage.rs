//! The same need or another: what the weights are made from, and what they find in pairs that they have not seen.
#![expect(
    clippy::unwrap_used,
    reason = "pairs that can't be read are a failed test"
)]

#[path = "../benches/queue/texts.rs"]
mod texts;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

use kith::domain::clock::Timestamp;
use kith::domain::traces::{Hasher, Traces};
use kith::intake::Reader;
use kith::triage::linkage::{self, LabelledPair, Linkage, Measure, Verdict};
use proptest::prelude::*;

const LEARNED: [&str; 5] = [
    include_str!("data/pairs/da.jsonl"),
    include_str!("data/pairs/db.jsonl"),
    include_str!("data/pairs/dc.jsonl"),
    include_str!("data/pairs/de.jsonl"),
    include_str!("data/pairs/munro.jsonl"),
];
const HELD_OUT: &str = include_str!("data/held_out/pairs.jsonl");

fn read(files: &[&str]) -> Vec<LabelledPair> {
    let read = |file: &&str| linkage::read_pairs(file, &READER).unwrap();
    files.iter().flat_map(read).collect()
}

fn measured(pairs: &[LabelledPair]) -> Measure {
    linkage::measure(pairs, &linkage::scores(pairs, &LINKAGE))
}

#[test]
fn the_weights_are_what_the_pairs_make() {
    let weights = linkage::estimate(&read(&LEARNED));
    assert_eq!(weights, include_str!("../src/triage/linkage/weights.txt"));
}

#[test]
fn held_out_pairs_are_told_apart_no_worse_than_measured() {
    let found = measured(&read(&[HELD_OUT]));
    assert!(found.duplicate_precision >= 0.92, "{found:?}");
    assert!(found.duplicate_recall >= 0.15, "{found:?}");
    assert!(found.average_precision >= 0.72, "{found:?}");
    assert!(found.found_recall >= 0.79, "{found:?}");
    assert!(found.found_precision >= 0.58, "{found:?}");
}

#[test]
fn messages_translated_twice_are_found_by_weights_that_have_not_seen_them() {
    let pairs = read(&[LEARNED[4]]);
    let beside = read(&LEARNED[..4]);
    let found = linkage::measure(&pairs, &linkage::scores_in_folds(&pairs, &beside, 5));
    assert!(found.best_f1 >= 0.6, "{found:?}");
    assert!(found.average_precision >= 0.55, "{found:?}");
}

#[test]
fn what_is_called_a_duplicate_is_one_by_weights_that_have_not_seen_it() {
    let pairs = read(&LEARNED[..4]);
    let found = linkage::measure(&pairs, &linkage::scores_in_folds(&pairs, &[], 5));
    assert!(found.duplicate_precision >= 0.98, "{found:?}");
    assert!(found.duplicate_recall >= 0.2, "{found:?}");
    assert!(found.found_recall >= 0.88, "{found:?}");
    assert!(found.found_precision >= 0.61, "{found:?}");
}

#[test]
fn a_pair_without_a_label_is_named() {
    let line = r#"{"id": 1, "a": "milk", "b": "bread"}"#;
    let error = linkage::read_pairs(line, &Reader::rules_alone()).unwrap_err();
    assert_eq!(error, "line 1: there is no `dup`, 0 or 1");
}

static READER: LazyLock<Reader> = LazyLock::new(Reader::new);
static LINKAGE: LazyLock<Linkage> = LazyLock::new(|| Linkage::new(Hasher::new(b"test")));

fn traces(text: &str, author: &str, hour: i64) -> Traces {
    LINKAGE.traces(&linkage::Told {
        text,
        reading: &READER.read(text),
        senses: &READER.senses(text),
        author: Some(("telegram", author)),
        handle: Some(author),
        phone: None,
        postcode: None,
        at: Some(Timestamp::from_millis(hour * 3_600_000)),
    })
}

#[test]
fn the_same_words_by_two_people_are_no_duplicate() {
    let words = "can someone pick up my prescription from Boots please";
    let likeness = LINKAGE.compare(&traces(words, "alma", 10), &traces(words, "bert", 10));
    assert_ne!(likeness.verdict, Verdict::Duplicate, "{likeness:?}");
    let again = LINKAGE.compare(&traces(words, "alma", 10), &traces(words, "alma", 11));
    assert_eq!(again.verdict, Verdict::Duplicate, "{again:?}");
}

const TEXTS: [&str; 8] = [
    "can someone pick up my prescription from Boots please, ME7 1AB",
    "Doris at 14 Larkfield Road has had no heating since Friday",
    "my neighbour Doris, 84, Larkfield Rd, boiler broken. 07700 900123",
    "ring 07700 900123 about the heating for an old lady in ME7",
    "I can drive anyone to the vaccination centre on Tuesday",
    "potrzebuję pomocy, nie mam ogrzewania, ME7 1AB",
    "🙏",
    "family of four on Larkfield Road need nappies and milk",
];

proptest! {
    #[test]
    fn comparing_is_symmetric(one in 0..8_usize, other in 0..8_usize, who in "[ab]", whom in "[ab]", hours in (0..200_i64, 0..200_i64)) {
        let one = traces(TEXTS[one], &who, hours.0);
        let other = traces(TEXTS[other], &whom, hours.1);
        let (there, back) = (LINKAGE.compare(&one, &other), LINKAGE.compare(&other, &one));
        prop_assert!((there.bits - back.bits).abs() < 1e-4);
        prop_assert_eq!(there.verdict, back.verdict);
        let mut reasons = (there.reasons(), back.reasons());
        reasons.0.sort();
        reasons.1.sort();
        prop_assert_eq!(reasons.0, reasons.1);
    }

    #[test]
    fn any_text_leaves_traces_and_keys(text in ".{0,200}") {
        let traces = traces(&text, "alma", 0);
        prop_assert!(LINKAGE.keys(&traces).len() < 100);
        prop_assert!(LINKAGE.compare(&traces, &traces).bits.is_finite());
    }
}

#[test]
fn near_duplicates_in_words_have_a_key_in_common() {
    let one = "Collecting for the Okafor family after the kitchen fire in Tennyson Street: saucepans, toaster, school jumpers aged nine, curtains";
    let other = "collecting for the Okafor family after the kitchen fire in tennyson street - saucepans, toaster, kettle, school jumpers aged nine, curtains pls";
    let (one, other) = (
        LINKAGE.keys(&traces(one, "a", 0)),
        LINKAGE.keys(&traces(other, "b", 0)),
    );
    assert!(one.iter().any(|key| other.contains(key)));
    let apart = LINKAGE.keys(&traces(
        "the river is in the cellar at the chip shop, pumps?",
        "c",
        0,
    ));
    assert!(apart.iter().all(|key| !one.contains(key)));
}

/// As the store looks cases up (`store/load_sql.rs`): of the ten newest of each key, the sixteen that share most.
fn looked_up(cases: &HashMap<i64, Vec<usize>>, told: &Traces) -> Vec<usize> {
    let mut shared: HashMap<usize, u32> = HashMap::new();
    for key in LINKAGE.keys(told) {
        let newest = cases.get(&key.hash.as_i64()).into_iter().flatten().rev();
        for case in newest.take(10) {
            *shared.entry(*case).or_default() += u32::from(key.weight);
        }
    }
    let mut found: Vec<(usize, u32)> = shared.into_iter().filter(|(_, sum)| *sum >= 3).collect();
    found.sort_by_key(|(case, sum)| (Reverse(*sum), Reverse(*case)));
    found.into_iter().take(16).map(|(case, _)| case).collect()
}

#[test]
fn a_need_told_again_in_other_words_is_looked_up_by_few_keys() {
    const CASES: usize = 1000;
    let mut cases: HashMap<i64, Vec<usize>> = HashMap::new();
    let mut keys = 0;
    for case in 0..CASES {
        let told = traces(
            &texts::Need::of(case).told(),
            &format!("neighbour{case}"),
            0,
        );
        for key in LINKAGE.keys(&told) {
            keys += 1;
            cases.entry(key.hash.as_i64()).or_default().push(case);
        }
    }
    assert!(keys <= 20 * CASES, "{keys} keys");
    for case in (0..CASES).step_by(7) {
        let again = texts::Need::of(case).told_again();
        let found = looked_up(&cases, &traces(&again, "teller", 1));
        assert!(found.contains(&case), "{again}");
    }
}
