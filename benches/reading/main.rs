//! How fast kith reads: `cargo bench --bench reading`.
//!
//! Criterion measures a typical message, an ordinary line of chat, texts of growing length (the time for each character
//! should stay the same) and the longest and most hostile ones. Then, where `python3` has scikit-learn, both read the
//! same texts one at a time in turns, and the ratios are printed.

mod beside;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use kith::intake::Reader;

/// About as long as the median of the labelled messages.
const TYPICAL: &str = "Hiya, my nan's on her own in Sneinton and can't get out with her hip, would anybody be able to \
    fetch her tablets from the chemist on the hill before it shuts today?";
const CHAT: &str = "haha brilliant, see you at the quiz then";

fn main() {
    let texts = beside::texts();
    let reader = Reader::new();
    let mut criterion = Criterion::default().configure_from_args();
    speed(&mut criterion, &reader);
    criterion.final_summary();
    beside::compare(&reader, &texts);
}

fn speed(criterion: &mut Criterion, reader: &Reader) {
    let mut group = criterion.benchmark_group("read");
    group.bench_function("a typical message", |run| {
        run.iter(|| reader.read(black_box(TYPICAL)));
    });
    group.bench_function("a line of chat", |run| {
        run.iter(|| reader.read(black_box(CHAT)))
    });
    group.finish();

    let mut group = criterion.benchmark_group("by length");
    for times in [1, 4, 16, 60] {
        let text = format!("{TYPICAL} ").repeat(times);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(
            BenchmarkId::from_parameter(text.len()),
            &text,
            |run, text| run.iter(|| reader.read(black_box(text))),
        );
    }
    group.finish();

    let mut group = criterion.benchmark_group("10,000 characters");
    for (name, piece) in [
        ("of one word", "a"),
        ("of please", "please "),
        ("of numbers", "07700 900123 "),
        ("of marks", "?! \" "),
        ("of Arabic", "محتاجين مساعدة "),
    ] {
        let text: String = piece.chars().cycle().take(10_000).collect();
        group.bench_function(name, |run| run.iter(|| reader.read(black_box(&text))));
    }
    group.finish();
}
