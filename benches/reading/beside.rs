//! The same texts read one at a time by kith and by scikit-learn, in turns.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use kith::intake::Reader;

const SCRIPT: &str = include_str!("beside.py");
const HELD_OUT: &str = include_str!("../../tests/data/held_out/english.jsonl");
const ROUNDS: usize = 9;
const PYTHON: &str = "python3";

/// The texts that both read.
pub fn texts() -> Vec<String> {
    let text = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).expect("a labelled text");
        row["text"].as_str().expect("a text").to_owned()
    };
    HELD_OUT.lines().map(text).collect()
}

/// Prints how long each takes for a text, and how many times as fast kith is.
pub fn compare(reader: &Reader, texts: &[String]) {
    let mut python = match Python::start(texts) {
        Ok(python) => python,
        Err(why) => {
            println!("\nNOT COMPARED with scikit-learn: {why}");
            return;
        }
    };
    let mut kith: Vec<f64> = Vec::new();
    let mut other: Vec<Vec<f64>> = vec![Vec::new(); python.names.len()];
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for text in texts {
            std::hint::black_box(reader.read(text));
        }
        kith.push(micros(start, texts.len()));
        for (at, all) in other.iter_mut().enumerate() {
            all.push(python.round(at));
        }
    }
    let words: usize = texts
        .iter()
        .map(|text| text.split_whitespace().count())
        .sum();
    println!(
        "\n{} messages, {} words each on average, one at a time, medians of {ROUNDS} rounds in turns",
        texts.len(),
        words / texts.len()
    );
    let kith_median = median(&mut kith);
    println!(
        "{:52} {kith_median:8.1} µs",
        "kith (everything that it reads)"
    );
    for (name, all) in python.names.iter().zip(&mut other) {
        let time = median(all);
        println!(
            "{name:52} {time:8.1} µs   {:5.1} times kith's",
            time / kith_median
        );
    }
}

fn micros(start: Instant, count: usize) -> f64 {
    let count = u32::try_from(count).expect("few texts");
    start.elapsed().as_secs_f64() * 1e6 / f64::from(count)
}

fn median(all: &mut [f64]) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

struct Python {
    process: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    names: Vec<String>,
}

impl Python {
    fn start(texts: &[String]) -> Result<Self, String> {
        let mut process = Command::new(PYTHON)
            .args(["-c", SCRIPT, "tests/data/chat"])
            .env("OMP_NUM_THREADS", "1")
            .env("OPENBLAS_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("expected Python, `{PYTHON}` can't be started: {error}"))?;
        let mut ask = process.stdin.take().expect("a pipe");
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        let list = serde_json::to_string(texts).expect("texts are JSON");
        let asked = writeln!(ask, "{list}");
        let mut python = Self {
            process,
            ask,
            answers,
            names: Vec::new(),
        };
        let names = python.line();
        python.names = serde_json::from_str(&names).unwrap_or_default();
        if asked.is_err() || python.names.is_empty() {
            return Err(format!(
                "`{PYTHON}` has no scikit-learn: `pip install scikit-learn`, and put that Python first in PATH"
            ));
        }
        Ok(python)
    }

    fn round(&mut self, at: usize) -> f64 {
        writeln!(self.ask, "{at}").expect("Python reads");
        self.line().parse().expect("a time")
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("Python answers");
        line.trim().to_owned()
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
