//! The configuration, one file a section: `kith.toml`, then `KITH_…` variables over it. It is read here
//! and nowhere else, and passed on as plain values.

mod database;
mod discord;
mod environment;
mod error;
mod hub;
mod log;
mod pace;
mod reading;
mod retention;
mod safeguarding;
mod telegram;
#[cfg(test)]
mod tests;
mod triage;
mod web;
mod write;

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use database::Database;
pub use discord::Discord;
use environment::Environment;
pub use error::ConfigError;
pub use hub::{Destination, Hub, Kind};
pub use log::{Format, Log};
pub use pace::Pace;
pub use reading::Reading;
pub use retention::Retention;
pub use safeguarding::Safeguarding;
pub use telegram::Telegram;
pub use triage::Triage;
pub use web::{ApiToken, Expiry, Sha256Sum, Web};

/// All settings. What the file leaves out has a default that works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where kith keeps its data.
    pub database: Database,
    /// The Telegram bot.
    pub telegram: Telegram,
    /// The Discord bot.
    pub discord: Discord,
    /// Health, metrics, and what destinations post back.
    pub web: Web,
    /// What is logged, and how.
    pub log: Log,
    /// How kith reads, and what it may learn from.
    pub reading: Reading,
    /// How long it is kept.
    pub retention: Retention,
    /// How soon cases are looked at, and by whom.
    pub triage: Triage,
    /// Where cases can go.
    pub hub: Hub,
    /// Numbers and rules that keep people safe.
    pub safeguarding: Safeguarding,
}

impl Config {
    /// Reads the file, then the environment over it.
    ///
    /// # Errors
    /// A [`ConfigError`] that names the file, the line or the setting, and what to do. A file that holds
    /// secrets and can be read by everybody on the machine is refused.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|error| ConfigError::reading(path, &error))?;
        let mut config = Self::parse(&text, path)?;
        if config.holds_secrets() && is_open_to_all(path) {
            return Err(ConfigError::Exposed {
                path: path.to_owned(),
            });
        }
        config.triage.resolve(path.parent());
        config.safeguarding.resolve(path.parent());
        config.finish(&Environment::of_process())
    }

    /// The defaults and the environment, where there is no file.
    ///
    /// # Errors
    /// A [`ConfigError`] that names the variable and what to do.
    pub fn from_environment() -> Result<Self, ConfigError> {
        Self::default().finish(&Environment::of_process())
    }

    fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| ConfigError::parsing(path, text, &error))
    }

    fn finish(mut self, environment: &Environment) -> Result<Self, ConfigError> {
        self.database.override_from(environment);
        self.telegram.override_from(environment)?;
        self.discord.override_from(environment)?;
        self.web.override_from(environment)?;
        self.log.override_from(environment)?;
        self.reading.override_from(environment)?;
        self.triage.override_from(environment);
        self.safeguarding.override_from(environment);
        self.database.check()?;
        self.telegram.check()?;
        self.discord.check()?;
        self.web.check()?;
        self.log.check()?;
        self.hub.check()?;
        self.retention.check()?;
        self.safeguarding.check(&self.hub)?;
        Ok(self)
    }

    fn holds_secrets(&self) -> bool {
        self.telegram.token.is_some()
            || self.discord.token.is_some()
            || self.database.holds_password()
            || !self.hub.destination.is_empty()
    }
}

#[cfg(unix)]
fn is_open_to_all(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    /// The read permission of those who are neither the owner nor of the group.
    const OTHERS_READ: u32 = 0o004;
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & OTHERS_READ != 0)
}

#[cfg(not(unix))]
fn is_open_to_all(_path: &Path) -> bool {
    false
}
