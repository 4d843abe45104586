//! `kith outbox`: what is promised and not yet done, and what was given up and why.

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;

use crate::config::Config;
use crate::domain::clock::Clock;
use crate::domain::effect::Act;
use crate::domain::ids::EffectId;
use crate::flow::SystemClock;
use crate::store::{Promised, Standing, Store};

use super::Failure;
use super::table::{local_time, table};

/// How many rows are shown.
const SHOWN: u32 = 200;

/// What to do with the outbox.
#[derive(Debug, Default, Subcommand)]
pub enum Action {
    /// Show what waits, what is being sent and what was given up (this is what happens without a word too).
    #[default]
    List,
    /// Try again what was given up.
    Retry {
        /// Which one, by the first column of the list.
        #[arg(required_unless_present = "all")]
        effect: Option<String>,
        /// All of it.
        #[arg(long, conflicts_with = "effect")]
        all: bool,
    },
}

/// Shows the outbox or revives what is dead in it.
pub async fn outbox(config: &Path, action: Action) -> Result<ExitCode, Failure> {
    let config = Config::load(config)?;
    let store = Store::open(config.database.url.reveal()).await?;
    let done = match action {
        Action::List => list(&store).await,
        Action::Retry { effect, .. } => retry(&store, effect.map(EffectId::new)).await,
    };
    store.close().await;
    done
}

async fn list(store: &Store) -> Result<ExitCode, Failure> {
    let rows = store.list_outbox(SHOWN).await?;
    if rows.is_empty() {
        println!("The outbox is empty: everything that was promised is done.");
        return Ok(ExitCode::SUCCESS);
    }
    let lines = rows.iter().map(|row| {
        vec![
            row.effect.id.to_string(),
            standing(row),
            describe(&row.effect.act),
            local_time(row.promised),
            row.attempts.to_string(),
            row.why.clone().unwrap_or_default(),
        ]
    });
    println!(
        "{}",
        table(
            &["effect", "state", "what", "promised", "tries", "last error"],
            lines
        )
    );
    if rows
        .iter()
        .any(|row| matches!(row.standing, Standing::Dead))
    {
        println!("To try a dead one again: kith outbox retry EFFECT, or kith outbox retry --all");
    }
    Ok(ExitCode::SUCCESS)
}

fn standing(row: &Promised) -> String {
    match row.standing {
        Standing::Waiting if row.attempts > 0 => format!("again at {}", local_time(row.due)),
        Standing::Waiting => "waiting".to_owned(),
        Standing::Leased => "being sent".to_owned(),
        Standing::Dead => "dead".to_owned(),
    }
}

/// What an effect is, without a word of what it says.
fn describe(act: &Act) -> String {
    match act {
        Act::Show(show) => format!("show {} in {}", show.subject.sort(), show.place),
        Act::Retract { place, .. } => format!("take a message away in {place}"),
        Act::Say { place, .. } => format!("say in {place}"),
        Act::Remove { message } => format!("take somebody's message away in {}", message.place),
        Act::Tell { person, .. } => format!("tell a person on {}", person.connector),
        Act::Answer(answer) => format!("answer a person in {}", answer.place),
        Act::Forward {
            destination,
            notice,
        } => format!("forward {} to {destination}", notice.code),
        Act::Recall {
            destination,
            recall,
        } => format!("tell {destination} to use {} no longer", recall.code),
    }
}

async fn retry(store: &Store, effect: Option<EffectId>) -> Result<ExitCode, Failure> {
    let revived = store.revive(effect.as_ref(), SystemClock.now()).await?;
    match (revived, effect) {
        (0, Some(effect)) => {
            eprintln!("kith: no dead effect has the name {effect}; `kith outbox` lists them");
            Ok(ExitCode::FAILURE)
        }
        (revived, _) => {
            println!("{revived} will be tried again.");
            Ok(ExitCode::SUCCESS)
        }
    }
}
