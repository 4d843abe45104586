//! `kith purge`: what the retention table takes, or would take, by rule.

use std::path::Path;
use std::process::ExitCode;

use crate::config::Config;
use crate::domain::clock::Clock;
use crate::domain::retention::LINES;
use crate::flow::{self, SystemClock};
use crate::store::{Purging, Store};

use super::Failure;
use super::table::table;

/// Erases what was kept long enough, or only says what that is.
pub async fn purge(config: &Path, dry_run: bool) -> Result<ExitCode, Failure> {
    let config = Config::load(config)?;
    let store = Store::open(config.database.url.reveal()).await?;
    let terms = &config.retention.0;
    let purging = Purging {
        terms,
        now: SystemClock.now(),
        really: !dry_run,
    };
    let purged = flow::purge(&store, purging).await;
    store.close().await;
    let purged = purged?;
    let rows = LINES.iter().filter_map(|line| {
        let of_rule = purged.get(&line.rule)?;
        Some(vec![
            line.name.to_owned(),
            terms.days(line.rule).to_string(),
            of_rule.gone.to_string(),
            of_rule.held.to_string(),
        ])
    });
    let gone = if dry_run { "would go" } else { "went" };
    println!("{}", table(&["rule", "days", gone, "held"], rows));
    if dry_run {
        println!(
            "Nothing was changed. What one rule takes only after another is not counted in advance."
        );
    }
    Ok(ExitCode::SUCCESS)
}
