//! The results as a table for people, or as JSON, with what was aimed for.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

use crate::measure::{Results, Row, Unit};

/// What the ratios are to.
pub(crate) const DISPATCHER: &str = "dispatcher: messages committed, sqlx";
pub(crate) const LOADED: &str = "kith: resident memory under load, the most";
pub(crate) const READY: &str = "kith, both: from start to ready";
pub(crate) const IDLE: &str = "kith, both: resident memory, idle";
pub(crate) const PROCESSOR: &str = "kith, both: processor time per message of chat";

/// Something that is aimed for.
struct Aim {
    row: &'static str,
    wanted: Wanted,
}

enum Wanted {
    /// So many times the dispatcher's rate, or more.
    Times(f64),
    /// Less than so much, in the middle of the rounds.
    Below(f64),
    /// Never as much.
    Never(f64),
}

const AIMS: &[Aim] = &[
    Aim {
        row: "kith, Telegram: ordinary chat committed",
        wanted: Wanted::Times(5.0),
    },
    Aim {
        row: "kith, Discord: ordinary chat committed",
        wanted: Wanted::Times(5.0),
    },
    Aim {
        row: "kith, Telegram: requests committed",
        wanted: Wanted::Times(1.0),
    },
    Aim {
        row: "kith, Discord: requests committed",
        wanted: Wanted::Times(1.0),
    },
    Aim {
        row: IDLE,
        wanted: Wanted::Never(25.0),
    },
    Aim {
        row: LOADED,
        wanted: Wanted::Never(100.0),
    },
    Aim {
        row: READY,
        wanted: Wanted::Below(100.0),
    },
    Aim {
        row: "kith, both: from start to ready, new database",
        wanted: Wanted::Below(100.0),
    },
    Aim {
        row: PROCESSOR,
        wanted: Wanted::Below(50.0),
    },
];

/// How a row's median stands against the dispatcher's, for rates.
fn ratio(results: &Results, row: &Row) -> Option<f64> {
    let base = results.find(DISPATCHER)?.median();
    (row.unit == Unit::ASecond).then(|| row.median() / base)
}

fn is_met(results: &Results, aim: &Aim) -> Option<(String, bool)> {
    let row = results.find(aim.row)?;
    match aim.wanted {
        Wanted::Times(times) => {
            let found = ratio(results, row)?;
            Some((
                format!("{times:.0} × the dispatcher or more: {found:.1} ×"),
                found >= times,
            ))
        }
        Wanted::Below(most) => Some(below(row, row.median(), most)),
        Wanted::Never(most) => Some(below(row, extremes(row).1, most)),
    }
}

fn below(row: &Row, found: f64, most: f64) -> (String, bool) {
    let unit = row.unit.word();
    (
        format!("below {most:.0} {unit}: {found:.1} {unit}"),
        found < most,
    )
}

fn extremes(row: &Row) -> (f64, f64) {
    let least = row.values.iter().copied().fold(f64::INFINITY, f64::min);
    (
        least,
        row.values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    )
}

fn figure(value: f64) -> String {
    if value < 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

/// For people; it is Markdown too.
pub(crate) fn table(results: &Results, machine: &[(&str, String)]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_header([
        "measured",
        "least",
        "median",
        "most",
        "unit",
        "× dispatcher",
    ]);
    for row in &results.rows {
        let (least, most) = extremes(row);
        let ratio = ratio(results, row).map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        let figures = [least, row.median(), most].map(figure);
        let [least, median, most] = figures;
        table.add_row([
            row.name.to_owned(),
            least,
            median,
            most,
            row.unit.word().to_owned(),
            ratio,
        ]);
    }
    for column in [1, 2, 3, 5] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = table.to_string();
    text.push_str("\n\n");
    for aim in AIMS {
        if let Some((found, met)) = is_met(results, aim) {
            let _ = writeln!(
                text,
                "{} {}: {found}",
                if met { "met   " } else { "MISSED" },
                aim.row
            );
        }
    }
    text.push('\n');
    for (name, value) in machine {
        let _ = writeln!(text, "{name}: {value}");
    }
    text
}

/// For programs.
pub(crate) fn json(results: &Results, machine: &[(&str, String)]) -> Value {
    let rows: Vec<Value> = results
        .rows
        .iter()
        .map(|row| {
            let (least, most) = extremes(row);
            json!({
                "name": row.name, "unit": row.unit.word(), "values": row.values,
                "min": least, "median": row.median(), "max": most, "of_dispatcher": ratio(results, row),
            })
        })
        .collect();
    let aims: Vec<Value> = AIMS
        .iter()
        .filter_map(|aim| {
            let (found, met) = is_met(results, aim)?;
            Some(json!({ "name": aim.row, "met": met, "found": found }))
        })
        .collect();
    let machine: serde_json::Map<String, Value> = machine
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    json!({ "machine": machine, "rows": rows, "aims": aims })
}
