//! `kith demo`: two neighbourhoods, a hub and a council on simulated platforms, and a story that
//! the real connectors play through. The town is also where the scenario tests take place.

mod cast;
mod prompt;
mod story;
mod town;
mod transcript;

use std::error::Error;
use std::process::ExitCode;

pub use cast::{Cast, Hillview, Riverside, Unexpected, code_in};
pub use town::{PATIENCE, Town, TownError};
use transcript::Printer;

/// Plays the story. Fast: without pauses, and done when it holds; else the chats stay open for typing.
///
/// # Errors
/// The simulators can't start, or the story does not hold.
pub async fn demo(fast: bool) -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let mut town = Town::prepare().await?;
    town.speak_freely();
    town.start_kith().await?;
    let printer = Printer::start(&town, !fast);
    let told = story::play(&town, &printer).await;
    let code = match &told {
        Ok(cast) => {
            printer.narrate("The queue at the end of the evening").await;
            let queue = town.queue().await?;
            if fast {
                printer.finish(&queue).await;
            } else {
                printer.show(&queue);
                prompt::stay_open(cast).await?;
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            printer
                .finish(&format!("The story does not hold: {error}"))
                .await;
            ExitCode::FAILURE
        }
    };
    town.close().await?;
    Ok(code)
}
