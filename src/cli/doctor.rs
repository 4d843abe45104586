//! `kith doctor`: everything that can be wrong, a line each: ok, warning or problem, and what to do.

use std::fmt::Write;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use crate::boot;
use crate::chat::{Finding, Level};
use crate::config::Config;

use super::Failure;

/// Looks at everything and fails where there is a problem.
pub async fn doctor(config: &Path) -> Result<ExitCode, Failure> {
    let config = Config::load(config)?;
    let findings = boot::examine(&config).await;
    print!("{}", lines(&findings));
    let problems = findings
        .iter()
        .filter(|finding| finding.level == Level::Problem)
        .count();
    let warnings = findings
        .iter()
        .filter(|finding| finding.level == Level::Warning)
        .count();
    println!(
        "\n{} looked at, {warnings} warnings, {problems} problems",
        findings.len()
    );
    Ok(if problems == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The findings as lines, in colour where that helps.
pub fn lines(findings: &[Finding]) -> String {
    let colour = std::io::stdout().is_terminal();
    let mut text = String::new();
    for finding in findings {
        let (word, paint) = match finding.level {
            Level::Fine => ("ok     ", AnsiColor::Green),
            Level::Warning => ("warning", AnsiColor::Yellow),
            Level::Problem => ("problem", AnsiColor::Red),
        };
        let style = if colour {
            paint.on_default()
        } else {
            Style::new()
        };
        // Writing to a string can't fail.
        let _ = writeln!(text, "{style}{word}{style:#}  {}", finding.what);
        if !finding.remedy.is_empty() {
            let _ = writeln!(text, "         → {}", finding.remedy);
        }
    }
    text
}
