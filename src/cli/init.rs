//! `kith init`: a few questions, the tokens checked, and a kith.toml that only its owner can read.

use std::io::{BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::boot;
use crate::chat::Level;
use crate::config::Config;
use crate::domain::private::Private;

use super::Failure;

/// Asks, checks and writes.
pub async fn init(path: &Path) -> Result<ExitCode, Failure> {
    if path.exists() {
        return Err(format!(
            "{} is there already; move it away or choose another with --config, since nothing is overwritten",
            path.display()
        )
        .into());
    }
    println!(
        "This writes {}. Press Enter to take what stands in [brackets].\n",
        path.display()
    );
    let mut config = Config::from_environment()?;
    let database = ask("Database", config.database.url.reveal())?;
    config.database.url = Private::new(database);
    config.telegram.token = ask_token(
        "Telegram bot token, from @BotFather",
        config.telegram.token.take(),
    )?;
    config.discord.token = ask_token(
        "Discord bot token, from the developer portal, page Bot",
        config.discord.token.take(),
    )?;
    if config.telegram.token.is_none() && config.discord.token.is_none() {
        return Err("expected a Telegram or a Discord token, found neither; kith needs one to listen anywhere".into());
    }

    let findings = boot::examine_tokens(&config).await;
    print!("{}", super::doctor::lines(&findings));
    if findings
        .iter()
        .any(|finding| finding.level == Level::Problem)
        && !is_yes(&ask(
            "There are problems. Write the file all the same? yes or no",
            "no",
        )?)
    {
        println!("Nothing was written.");
        return Ok(ExitCode::FAILURE);
    }
    config.write_new(path)?;
    println!("\nWrote {}, readable by you alone. Next:", path.display());
    println!("  kith doctor --config {}", path.display());
    println!("  kith run --config {}", path.display());
    println!("Then, in a channel of your group, as its administrator: /kith setup");
    Ok(ExitCode::SUCCESS)
}

fn ask(question: &str, default: &str) -> Result<String, Failure> {
    print!("{question} [{default}]: ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let answer = line.trim();
    Ok(if answer.is_empty() {
        default.to_owned()
    } else {
        answer.to_owned()
    })
}

fn ask_token(
    question: &str,
    known: Option<Private<String>>,
) -> Result<Option<Private<String>>, Failure> {
    let default = if known.is_some() {
        "as set in the environment"
    } else {
        "none"
    };
    let answer = ask(question, default)?;
    Ok(if answer == default {
        known
    } else {
        Some(Private::new(answer))
    })
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.to_lowercase().as_str(), "y" | "yes")
}
