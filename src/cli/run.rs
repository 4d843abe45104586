//! `kith run`: the bots, until Ctrl-C or SIGTERM.

use std::path::Path;
use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

use crate::boot::Kith;
use crate::config::{Config, Format, Log};
use crate::flow::supervise;

use super::Failure;

/// Runs the bots.
pub async fn run(config: &Path) -> Result<ExitCode, Failure> {
    let config = Config::load(config)?;
    log_to_stderr(&config.log)?;
    hide_what_panics_say();
    let stop = supervise::signals()?;
    let kith = Kith::build(&config).await?;
    kith.run(stop).await?;
    Ok(ExitCode::SUCCESS)
}

fn log_to_stderr(log: &Log) -> Result<(), Failure> {
    let builder = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::try_new(&log.level)?);
    match log.format {
        Format::Text => builder.try_init(),
        Format::Json => builder.json().try_init(),
    }
}

/// A panic's text may quote a message; where it happened is enough to find it.
fn hide_what_panics_say() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(panic.place = %place, "a fault in kith; what it was doing is set aside or tried again");
    }));
}
