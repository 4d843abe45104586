//! Which offers fit a need: against labelled needs, and lines that are none.
#![expect(clippy::unwrap_used, reason = "what can't be read is a failed test")]

use std::collections::HashMap;

use kith::domain::traces::Hasher;
use kith::intake::Reader;
use kith::triage::linkage::Linkage;
use kith::triage::matching::{Pool, run_jsonl};
use serde_json::Value;

const NEEDS: &str = include_str!("data/matches/needs.jsonl");
const OFFERS: &str = include_str!("data/matches/offers.jsonl");

fn answers(pool: &str, needs: &str) -> (Vec<Value>, u64) {
    let (reader, linkage) = (Reader::new(), Linkage::new(Hasher::new(b"test")));
    let with = (&reader, &linkage);
    let pool = Pool::read(pool, with).unwrap();
    let mut out = Vec::new();
    let failed = run_jsonl(needs.as_bytes(), &mut out, &pool, with).unwrap();
    let lines = String::from_utf8(out).unwrap();
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    (lines.collect(), failed)
}

#[test]
fn the_first_offer_fits_no_more_seldom_than_measured() {
    let gold: HashMap<Value, Value> = NEEDS
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .map(|need: Value| (need["id"].clone(), need["gold"].clone()))
        .collect();
    let (lines, failed) = answers(OFFERS, NEEDS);
    assert_eq!(failed, 0);
    let fits = |answer: &&Value| {
        let gold = gold[&answer["id"]].as_array().unwrap();
        gold.contains(&answer["offers"][0]["id"])
    };
    let right = lines.iter().filter(fits).count();
    assert!(
        right * 100 >= lines.len() * 35,
        "{right} of {}",
        lines.len()
    );
}

#[test]
fn an_offer_says_why_it_fits_and_those_of_other_groups_are_left_out() {
    let pool = r#"
{"id": "a", "text": "gardening, hedges and mowing", "group": "one"}
{"id": "b", "text": "hedge trimming", "group": "two"}
{"id": "c", "text": "Reiki"}
"#;
    let needs = r#"{"id": 1, "text": "someone to trim a hedge", "group": "one"}
{"id": 2, "text": "someone to trim a hedge"}
"#;
    let (lines, _) = answers(pool, needs);
    assert_eq!(lines[0]["offers"][0]["id"], "a");
    assert_eq!(lines[1]["offers"][0]["id"], "b");
    let because = lines[1]["offers"][0]["because"].to_string();
    assert!(because.contains("both say hedg"), "{because}");
    let scores: Vec<f64> = lines[1]["offers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|offer| offer["score"].as_f64().unwrap())
        .collect();
    assert!(scores.is_sorted_by(|one, other| one >= other), "{scores:?}");
}

#[test]
fn a_bad_need_does_not_stop_the_rest_and_a_bad_offer_is_named() {
    let (lines, failed) = answers(OFFERS, "nonsense\n\n{\"id\": 2, \"text\": \"a lift\"}\n");
    assert_eq!((lines.len(), failed), (2, 1));
    assert!(lines[0]["error"].as_str().unwrap().starts_with("expected"));
    let (reader, linkage) = (Reader::rules_alone(), Linkage::new(Hasher::new(b"test")));
    let error = Pool::read("{\"text\": \"a\"}\n{}\n", (&reader, &linkage)).unwrap_err();
    assert!(
        error.to_string().starts_with("line 2 of the pool"),
        "{error}"
    );
}
