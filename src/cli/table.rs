//! Tables and times as the terminal shows them.

use comfy_table::{ContentArrangement, Table, presets};
use jiff::tz::TimeZone;

use crate::domain::clock::Timestamp;

/// A plain table that fits the terminal.
pub fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(head.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    table.to_string()
}

/// A moment as the clock on a UK wall showed it.
pub fn local_time(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map(|at| at.to_zoned(zone).strftime("%d %b %H:%M:%S").to_string())
        .unwrap_or_default()
}

/// A day as a UK calendar shows it.
pub fn local_day(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map(|at| at.to_zoned(zone).strftime("%-d %b %Y").to_string())
        .unwrap_or_default()
}
