//! The command line: one file a command. Every error ends as one readable report here.

mod areas;
pub mod corrections;
mod dedupe;
mod doctor;
mod eval;
mod find;
mod init;
mod new_key;
mod outbox;
mod purge;
mod read;
mod run;
pub mod table;
mod token;
mod train;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Bridges neighbourhood mutual-aid chats on Discord and Telegram to the council's hub.
#[derive(Debug, Parser)]
#[command(name = "kith", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Watch two neighbourhoods, a hub and a council talk, on simulated platforms; nothing else is needed.
    Demo {
        /// Play without pauses and exit 0 only if the whole story holds.
        #[arg(long)]
        fast: bool,
    },
    /// Run the bots.
    Run(Configured),
    /// Ask a few questions and write kith.toml.
    Init(Configured),
    /// Check the database, the tokens, the channels and the destinations, and say what to do.
    Doctor(Configured),
    /// Go on with another key file, where the one that the database was filled with is lost. Stop kith first.
    NewKey(Configured),
    /// Read a text and show what kith understands from it, and why.
    Read {
        /// One {"id","text"} a line on standard input, one reading a line on standard output.
        #[arg(long)]
        jsonl: bool,
        /// The text.
        #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
        text: Vec<String>,
    },
    /// Say of pairs of tellings whether they are of the same need, and why.
    Dedupe {
        /// One {"id","a":{"text",…},"b":{"text",…}} a line on standard input, one {"id","score","verdict","because"} a line on
        /// standard output.
        #[arg(long, required = true)]
        jsonl: bool,
    },
    /// Find the offers of a pool that fit needs, and say why.
    Match {
        /// One {"id","text"} a line on standard input, one {"id","offers":[{"id","score","because"}]} a line on standard output.
        #[arg(long, required = true)]
        jsonl: bool,
        /// The offers, one {"id","text"} a line.
        #[arg(long)]
        pool: PathBuf,
    },
    /// Measure how well labelled texts are read.
    Eval(eval::Arguments),
    /// Train the model that stands beside the rules, from labelled texts.
    Train(train::Arguments),
    /// Print what people said that messages are where kith had misread them: one {"id","text","kind","language"} a line.
    Corrections(Configured),
    /// Erase now what was kept long enough, as happens every night, and say what went by which rule.
    Purge {
        #[command(flatten)]
        configured: Configured,
        /// Only say what would go.
        #[arg(long)]
        dry_run: bool,
    },
    /// Make tokens with which other tools may read the queue over HTTP.
    Token {
        #[command(subcommand)]
        action: token::Action,
    },
    /// Load where outcodes lie, so that distance is known in miles, or say how much is known.
    Areas {
        #[command(flatten)]
        configured: Configured,
        #[command(subcommand)]
        action: Option<areas::Action>,
    },
    /// Look at what is promised and not yet done, and try again what failed for good.
    Outbox {
        #[command(flatten)]
        configured: Configured,
        #[command(subcommand)]
        action: Option<outbox::Action>,
    },
}

/// Commands that need the configuration.
#[derive(Debug, clap::Args)]
pub struct Configured {
    /// The configuration file.
    #[arg(long, default_value = "kith.toml", global = true)]
    config: PathBuf,
}

/// Anything that ends a command early.
type Failure = Box<dyn Error + Send + Sync>;

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match dispatch(arguments.command) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("kith: {}", report(&*failure));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Read { jsonl, text } => read::read(jsonl, &text.join(" ")),
        Command::Dedupe { jsonl: _ } => dedupe::dedupe(),
        Command::Match { jsonl: _, pool } => find::find(&pool),
        Command::Eval(arguments) => eval::eval(&arguments),
        Command::Train(arguments) => train::train(&arguments),
        Command::Demo { fast } => runtime()?.block_on(crate::demo::demo(fast)),
        Command::Run(configured) => runtime()?.block_on(run::run(&configured.config)),
        Command::Init(configured) => runtime()?.block_on(init::init(&configured.config)),
        Command::Doctor(configured) => runtime()?.block_on(doctor::doctor(&configured.config)),
        Command::NewKey(configured) => runtime()?.block_on(new_key::new_key(&configured.config)),
        Command::Corrections(configured) => {
            runtime()?.block_on(corrections::corrections(&configured.config))
        }
        Command::Purge {
            configured,
            dry_run,
        } => runtime()?.block_on(purge::purge(&configured.config, dry_run)),
        Command::Token { action } => token::token(&action),
        Command::Areas { configured, action } => {
            runtime()?.block_on(areas::areas(&configured.config, action.unwrap_or_default()))
        }
        Command::Outbox { configured, action } => runtime()?.block_on(outbox::outbox(
            &configured.config,
            action.unwrap_or_default(),
        )),
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
}

/// The error and what caused it, in one line.
fn report(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}
