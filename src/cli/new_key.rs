//! `kith new-key`: to go on where the key of the hashes is lost.

use std::path::Path;
use std::process::ExitCode;

use crate::boot;
use crate::config::Config;

use super::Failure;

/// Takes the key file that is there, or a new one, for the right one from now on.
pub async fn new_key(config: &Path) -> Result<ExitCode, Failure> {
    let config = Config::load(config)?;
    let forgotten = boot::begin_with_new_key(&config).await?;
    if let Some(file) = config.database.key_file() {
        println!("From now on the key in {} counts.", file.display());
    }
    println!(
        "{forgotten} requests and offers from before stay as they are, but are no longer compared with new ones."
    );
    Ok(ExitCode::SUCCESS)
}
