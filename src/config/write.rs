//! A new `kith.toml`, which only its owner can read.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use toml::{Table, Value};

use super::{Config, ConfigError};

impl Config {
    /// Writes a new file that only its owner can read. A file that is there stays untouched.
    ///
    /// # Errors
    /// [`ConfigError::Exists`], or [`ConfigError::Unwritable`] with what the system said.
    pub fn write_new(&self, path: &Path) -> Result<(), ConfigError> {
        let unwritable = |why: String| ConfigError::Unwritable {
            path: path.to_owned(),
            why,
        };
        let text = self
            .to_text()
            .map_err(|error| unwritable(error.to_string()))?;
        let write = |mut file: File| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        match create(path).and_then(write) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(ConfigError::Exists {
                    path: path.to_owned(),
                })
            }
            Err(error) => Err(unwritable(error.to_string())),
        }
    }

    pub(super) fn to_text(&self) -> Result<String, toml::ser::Error> {
        let sections = [
            section(
                "database",
                &self.database,
                "Where kith keeps its data: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME.",
            )?,
            section(
                "telegram",
                &self.telegram,
                "The bot's token from @BotFather. Take the line out to do without Telegram.",
            )?,
            section(
                "discord",
                &self.discord,
                "The bot's token from the developer portal. Take the line out to do without Discord.",
            )?,
            section(
                "web",
                &self.web,
                "Health, metrics, and what destinations post back.",
            )?,
            section(
                "log",
                &self.log,
                "format: text or json. level: error, warn, info, debug or trace.",
            )?,
            section(
                "reading",
                &self.reading,
                "keep_corrections: whether the words of a message that kith misread are kept to learn from, once a person has said what it is.",
            )?,
            section(
                "retention",
                &self.retention,
                "How many days kith keeps what; docs/privacy.md has the table.",
            )?,
            section(
                "triage",
                &self.triage,
                "rules: a file of rules in place of kith's own, for how soon cases are looked at and by whom.",
            )?,
            section(
                "hub",
                &self.hub,
                "Where cases can go. Each [[hub.destination]] has id, title, kind = \"webhook\", url and secret.",
            )?,
            section(
                "safeguarding",
                &self.safeguarding,
                "contacts: a file of numbers in place of kith's own.",
            )?,
        ];
        let header = "# The settings of kith. They hold secrets: keep this file to yourself.\n";
        Ok(format!("{header}\n{}", sections.join("\n")))
    }
}

fn section(name: &str, value: &impl Serialize, about: &str) -> Result<String, toml::ser::Error> {
    let table = Table::from_iter([(name.to_owned(), Value::try_from(value)?)]);
    Ok(format!("# {about}\n{}", toml::to_string(&table)?))
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}
