//! Reading, from outside: scores on labelled messages, properties, and the two ways of `kith read`.

mod read {
    pub(crate) mod sound;
}

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use kith::domain::reading::{Kind, Signal, Urgency};
use kith::intake::{Counts, Labelled, Reader, Report, explain, measure, read_line, run_jsonl};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use read::sound::expect_sound;

fn labelled(text: &str) -> Vec<Labelled> {
    Labelled::from_lines(text).expect("labelled lines")
}

fn measured(reader: &Reader, rows: &[Labelled]) -> Report {
    let mut pairs = Vec::new();
    for row in rows {
        pairs.push((row, reader.read(&row.text)));
    }
    measure(&pairs, 0)
}

#[test]
fn plain_messages_are_read_as_labelled() {
    let report = measured(
        reader(),
        &labelled(include_str!("data/neighbourhood.jsonl")),
    );
    assert!(report.kind_macro_f1 > 0.9, "{report:?}");
    assert!(report.urgency > 0.8, "{report:?}");
    assert!((report.postcode - 1.0).abs() < f64::EPSILON, "{report:?}");
}

/// Floors a little under what was measured, so that noise does not fail and a step back does.
struct Floors {
    kind: f64,
    danger_recall: f64,
    language: f64,
}

/// What nobody looked at while rules and training texts were written: docs/reading.md says what was measured.
#[test]
fn held_out_messages_are_read_no_worse_than_measured() {
    let sets = [
        (
            include_str!("data/held_out/english.jsonl"),
            Floors {
                kind: 0.87,
                danger_recall: 0.85,
                language: 0.98,
            },
        ),
        (
            include_str!("data/held_out/other_languages.jsonl"),
            Floors {
                kind: 0.78,
                danger_recall: 0.8,
                language: 0.9,
            },
        ),
        (
            include_str!("data/held_out/english_read_once.jsonl"),
            Floors {
                kind: 0.9,
                danger_recall: 0.93,
                language: 0.98,
            },
        ),
        (
            include_str!("data/held_out/other_languages_read_once.jsonl"),
            Floors {
                kind: 0.86,
                danger_recall: 0.8,
                language: 0.94,
            },
        ),
    ];
    for (texts, floors) in sets {
        let report = measured(reader(), &labelled(texts));
        let danger = report.danger.as_ref().expect("dangers are labelled");
        assert!(report.kind_macro_f1 > floors.kind, "{report:?}");
        assert!(danger.recall > floors.danger_recall, "{report:?}");
        assert!(report.language > floors.language, "{report:?}");
        assert!(report.postcode > 0.98, "{report:?}");
    }
}

/// Each with the sign that must be read, or none.
const DANGER: &str = include_str!("data/chat/danger.jsonl");
/// Beside the training texts, since the labelling guide knows no hazards and the rules alone find them.
const HAZARDS: &str = include_str!("data/hazards.jsonl");

#[test]
fn danger_in_many_words_is_seen_and_harmless_talk_is_not() {
    let reader = Reader::rules_alone();
    let (mut signs, mut missed, mut alarms) = (0, Vec::new(), Vec::new());
    for row in labelled(DANGER).into_iter().chain(labelled(HAZARDS)) {
        let found = reader.read(&row.text).signals;
        let expected = row.signals.expect("signs are labelled");
        if expected.is_empty() && !found.is_empty() {
            alarms.push(row.text);
        } else if !expected.iter().all(|sign| found.contains(sign)) {
            missed.push(row.text);
        }
        signs += expected.len();
    }
    assert!(alarms.is_empty(), "{alarms:#?}");
    assert!(missed.len() * 30 <= signs, "{missed:#?}");
}

#[test]
fn a_very_long_text_is_read_to_its_end() {
    let text = format!(
        "{} I want to kill myself",
        "can anyone said \"no\" to you ".repeat(20_000)
    );
    assert_eq!(Reader::new().read(&text).signals, [Signal::SelfHarm]);
}

#[test]
fn danger_is_literal() {
    let reader = Reader::new();
    let cases: &[(&str, &[Signal])] = &[
        ("I want to kill myself", &[Signal::SelfHarm]),
        ("i wanna die, whats the point anymore", &[Signal::SelfHarm]),
        ("dying of boredom here", &[]),
        ("I could murder a pint", &[]),
        ("\"I will kill myself\" says the villain in the panto", &[]),
        ("suicide prevention training on Tuesday", &[]),
        ("nie mam już siły żyć", &[Signal::SelfHarm]),
        ("my partner threatened me with a knife", &[Signal::Abuse]),
        ("scared to go home, he's been drinking", &[Signal::Abuse]),
        ("scared of spiders", &[]),
        (
            "she can't breathe and her lips are blue",
            &[Signal::Medical],
        ),
        ("I smell gas in the hallway", &[Signal::Hazard]),
        (
            "the flat below is on fire, people still inside",
            &[Signal::Hazard],
        ),
        ("that band was on fire last night", &[]),
        (
            "water coming in through the back door and rising",
            &[Signal::Hazard],
        ),
        ("HELP", &[]),
        ("", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(reader.read(text).signals, *expected, "{text}");
    }
}

#[test]
fn danger_makes_it_urgent() {
    let reader = Reader::new();
    assert_eq!(
        reader.read("the house next door is on fire").urgency,
        Urgency::Now
    );
    assert_eq!(
        reader
            .read("could someone lend me a ladder some day?")
            .urgency,
        Urgency::None
    );
}

#[test]
fn disguised_text_is_read() {
    let reader = Reader::new();
    for text in [
        "CAN ANYONE LEND ME A LADDER",
        "can any\u{200b}one lend me a lad\u{ad}der",
        "\u{202e}can anyone lend me a ladder\u{202c}",
        "ｃａｎ ａｎｙｏｎｅ lend me a ladder",
        "can  anyone\nlend me a laaadder pleeease",
    ] {
        let reading = reader.read(text);
        assert_eq!(reading.kind, Kind::Request, "{text}");
    }
}

#[test]
fn a_line_in_is_a_line_out() {
    let reader = Reader::rules_alone();
    let line = |text: &str| read_line(text, &reader).unwrap_or_else(|error| error);
    assert_snapshot!(line(r#"{"id":"a1","text":"Could anyone fetch milk today? LE4 7PQ"}"#), @r#"{"id":"a1","kind":"request","categories":["shopping"],"urgency":"today","on_behalf":false,"safeguarding":[],"postcode":"LE4 7PQ","confidence":0.701,"because":[{"finding":"kind:request","rule":"asks_anyone","text":"Could anyone"},{"finding":"kind:request","rule":"question","text":"?"},{"finding":"urgency:today","rule":"today","text":"today"},{"finding":"category:shopping","rule":"shopping","text":"fetch milk"},{"finding":"postcode","rule":"postcode_full","text":"LE4 7PQ"}]}"#);
    assert_snapshot!(line(r#"{"id":7,"text":3}"#), @r#"{"id":7,"error":"expected {\"id\": …, \"text\": \"…\"} with a string as text, but `text` is a number"}"#);
    assert_snapshot!(line(r#"{"id":"x"}"#), @r#"{"id":"x","error":"expected {\"id\": …, \"text\": \"…\"} with a string as text, but there is no `text`"}"#);
    assert_snapshot!(line("[1]"), @r#"{"id":null,"error":"expected {\"id\": …, \"text\": \"…\"} with a string as text, but the line is a list"}"#);
    assert_snapshot!(line("{"), @r#"{"id":null,"error":"expected {\"id\": …, \"text\": \"…\"}, found no JSON: EOF while parsing an object at line 1 column 1"}"#);
}

#[test]
fn a_bad_line_does_not_stop_the_rest() {
    let reader = Reader::new();
    let mut input = b"{\"id\":1,\"text\":\"hello\"}\n\nnonsense\n".to_vec();
    input.extend_from_slice(b"\xff\xfe\n{\"id\":2,\"text\":\"hello\"}");
    let mut output = Vec::new();
    let counts = run_jsonl(&input[..], &mut output, &reader).unwrap();
    assert_eq!(counts, Counts { read: 2, failed: 2 });
    assert_eq!(String::from_utf8(output).unwrap().lines().count(), 4);
}

#[test]
fn reasons_are_underlined_for_a_person() {
    let text = "Could anyone collect a prescription for my mum by Friday? She's in ME7 1AB and can't get out of the house at all.";
    let reading = Reader::rules_alone().read(text);
    assert_snapshot!(explain(text, &reading, false), @r"
    Could anyone collect a prescription for my mum by Friday? She's in ME7 1AB
    ~~~~~~~~~~~~           ~~~~~~~~~~~~ ~~~~~~~~~~ ~~~~~~~~~~          ~~~~~~~
    and can't get out of the house at all.
        ~~~~~~~~~~~~~

    kind     request (84% sure)
    about    prescription
    urgency  soon
    for      somebody else
    where    ME7 1AB
    danger   –
    person   parent
    barriers housebound
    places   ME7 1AB
    when     Friday

    kind:request         “Could anyone”  (asks_anyone)
    kind:request         “?”  (question)
    kind:request         “can't get out”  (unable)
    urgency:soon         “by Friday”  (soon)
    on_behalf            “for my mum”  (for_other)
    access:housebound    “can't get out”  (access_housebound)
    relation:parent      “my mum”  (relation_parent)
    category:prescription “prescription”  (prescription)
    postcode             “ME7 1AB”  (postcode_full)
    ");
    let coloured = explain(text, &reading, true);
    assert!(coloured.contains("\u{1b}[") && !coloured.contains('~'));
}

#[test]
fn a_message_cannot_steer_the_terminal() {
    let text = "can anyone \u{1b}[2J\u{202e}help";
    let shown = explain(text, &Reader::new().read(text), false);
    assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
}

#[test]
fn a_broken_lexicon_names_file_and_line() {
    let error = |text: &str| {
        Reader::with_lexicon(&[("own.txt", text)])
            .unwrap_err()
            .to_string()
    };
    assert_snapshot!(error("rule a -> request 2\n  can @anyone"), @"own.txt, line 2: there is no class `anyone` above this line: add `class anyone = …`");
    assert_snapshot!(error("rule a -> reqest 2"), @"own.txt, line 1: expected a kind, `about CATEGORY`, `urgency WHEN`, `signal NAME`, `on_behalf`, `diet NAME`, `access NAME` or `relation WHO`, found `reqest`");
    assert_snapshot!(error("rule a -> request much"), @"own.txt, line 1: expected a number as the weight, found `much`");
    assert_snapshot!(error("\n  can you"), @"own.txt, line 2: a phrase stands before the first rule: begin with `rule name -> …`");
    assert_snapshot!(error("rule a\n  .. you"), @"own.txt, line 2: a phrase begins with a word that must be there");
    assert_snapshot!(error("rule a\n  you, there"), @"own.txt, line 2: `you,` is never one word of a text: split or respell it");
    assert_snapshot!(error("rule a\n  given b\n  you"), @"own.txt, line 2: there is no rule `b` above this one");
    assert_snapshot!(error("rule a\n  you\nrule a\n"), @"own.txt, line 3: a rule `a` stands above already: choose another name");
    assert_snapshot!(error("hello"), @"own.txt, line 1: expected `spell`, `class`, `rule` or an indented phrase, found `hello`");
}

#[test]
fn seeds_of_the_fuzzer_are_read_soundly() {
    let seeds = seeds();
    assert!(seeds.len() >= 60, "found {} seeds", seeds.len());
    for seed in seeds {
        read_soundly(&seed);
    }
}

/// What the fuzzer begins with; see `fuzz/fuzz_targets/read.rs`.
fn seeds() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/read");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the seeds can be listed")
        .map(|entry| entry.expect("the seeds can be listed").path())
        .collect();
    paths.sort();
    let read = |path| fs::read(path).expect("a seed can be read");
    paths.into_iter().map(read).collect()
}

/// As the fuzz target does.
fn read_soundly(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    expect_sound(&text, &reader().read(&text));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn reading_never_panics_and_points_into_the_text(text in prop_oneof![
        any::<String>(),
        "(can anyone|he said|help|kill|£|[0-9]{1,3}|ME7|1AB|\"|'|\\.|\n|\u{200b}|\u{301}|ﷺ|कि|🙏| ){0,60}",
    ]) {
        let reading = reader().read(&text);
        expect_sound(&text, &reading);
        let _ = explain(&text, &reading, false);
        let line = serde_json::json!({ "id": 1, "text": text }).to_string();
        prop_assert!(read_line(&line, reader()).is_ok());
    }

    #[test]
    fn seeds_cut_and_joined_are_read_soundly(
        head in select(seeds()),
        tail in select(seeds()),
        until in any::<Index>(),
        from in any::<Index>(),
    ) {
        let head = &head[..until.index(head.len() + 1)];
        let tail = &tail[from.index(tail.len() + 1)..];
        read_soundly(&[head, tail].concat());
    }

    #[test]
    fn any_line_is_answered(line in any::<String>()) {
        let answer = read_line(&line, reader()).unwrap_or_else(|error| error);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok());
    }
}

fn reader() -> &'static Reader {
    static READER: std::sync::OnceLock<Reader> = std::sync::OnceLock::new();
    READER.get_or_init(Reader::new)
}
