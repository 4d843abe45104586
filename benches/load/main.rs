//! How much kith can take, beside what the disk can do and what a plain bot does, all in one run:
//! `cargo bench --bench load`.
//!
//! Whatever is measured runs as a process of its own; the simulated platforms run in this one, on the same
//! processors. `docs/performance.md` explains the figures.

mod dispatcher;
mod floor;
mod kith;
mod load;
mod machine;
mod measure;
mod process;
mod report;
mod rounds;
mod texts;
mod town;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use measure::{Fallible, Results};
use rounds::{Bench, Sizes};

/// Measures kith under load.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    /// How many times everything is measured.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Fewer messages: to see that it works, not how fast.
    #[arg(long)]
    quick: bool,
    /// The results as JSON.
    #[arg(long)]
    json: bool,
    /// Only these parts.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
    /// Where the databases lie; the disk makes the difference.
    #[arg(long, default_value = env!("CARGO_TARGET_TMPDIR"))]
    folder: PathBuf,
    /// What `cargo bench` says to every bench.
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    role: Option<Role>,
}

/// What this process is started again as.
#[derive(Debug, Subcommand)]
enum Role {
    /// The plain bot.
    #[command(hide = true)]
    Dispatcher(dispatcher::Told),
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The disk, and rusqlite on it.
    Floor,
    /// Reading texts, without anything around it.
    Reading,
    /// The plain teloxide dispatcher.
    Dispatcher,
    /// kith with Telegram.
    Telegram,
    /// kith with Discord.
    Discord,
    /// kith with both: memory, processor time, latency.
    Both,
}

impl Part {
    const ALL: [Self; 6] = [
        Self::Floor,
        Self::Reading,
        Self::Dispatcher,
        Self::Telegram,
        Self::Discord,
        Self::Both,
    ];
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = tokio::runtime::Runtime::new()
        .map_err(Into::into)
        .and_then(|runtime| {
            runtime.block_on(async {
                match arguments.role {
                    Some(Role::Dispatcher(told)) => dispatcher::run(told).await,
                    None => measure_all(&arguments).await,
                }
            })
        });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure_all(arguments: &Arguments) -> Fallible<()> {
    let sizes = if arguments.quick {
        Sizes::quick()
    } else {
        Sizes::full()
    };
    let parts = if arguments.only.is_empty() {
        &Part::ALL[..]
    } else {
        &arguments.only
    };
    let mut bench = Bench {
        folder: arguments.folder.clone(),
        sizes,
        results: Results::default(),
    };
    for round in 1..=arguments.rounds {
        for part in parts {
            eprintln!("round {round} of {}: {part:?}", arguments.rounds);
            match part {
                Part::Floor => bench.floor()?,
                Part::Reading => bench.reading(),
                Part::Dispatcher => bench.dispatchers().await?,
                Part::Telegram => bench.telegram().await?,
                Part::Discord => bench.discord().await?,
                Part::Both => bench.both().await?,
            }
        }
    }
    let machine = machine::describe(&arguments.folder);
    if arguments.json {
        println!("{}", report::json(&bench.results, &machine));
    } else {
        println!("{}", report::table(&bench.results, &machine));
    }
    Ok(())
}
