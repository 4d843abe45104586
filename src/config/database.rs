//! `[database]`: where kith keeps its data.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::environment::Environment;
use super::error::ConfigError;
use crate::domain::private::Private;

/// Where kith keeps its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/NAME`; private, since it may hold a password.
    pub url: Private<String>,
    /// The file with the secret key of the hashes by which duplicates are found. It is made where it is not there yet; where
    /// several processes share the database they need the same one. Beside a SQLite file where left out, else `kith.key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// What this process is called among those that share the database; the machine's name where left out.
    /// Two processes on one machine need two names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: "sqlite://kith.db".into(),
            key_file: None,
            owner: None,
        }
    }
}

impl Database {
    pub(super) fn override_from(&mut self, environment: &Environment) {
        if let Some(url) = environment.text("KITH_DATABASE_URL") {
            self.url = Private::new(url);
        }
        if let Some(file) = environment.text("KITH_DATABASE_KEY_FILE") {
            self.key_file = Some(file.into());
        }
        if let Some(owner) = environment.text("KITH_DATABASE_OWNER") {
            self.owner = Some(owner);
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let (scheme, _) = self.url.reveal().split_once(':').unwrap_or_default();
        if matches!(scheme, "sqlite" | "postgres" | "postgresql") {
            return Ok(());
        }
        Err(ConfigError::Value {
            setting: "database.url".to_owned(),
            expected: "an address that begins with sqlite: or postgres:".to_owned(),
            found: format!("one that begins with `{scheme}`"),
            remedy: "use sqlite://kith.db for a file beside kith".to_owned(),
        })
    }

    /// Where the key of the hashes is; none for a database in memory, which needs none after it ended.
    pub fn key_file(&self) -> Option<PathBuf> {
        if let Some(file) = &self.key_file {
            return Some(file.clone());
        }
        let url = self.url.reveal();
        let Some(rest) = url.strip_prefix("sqlite:") else {
            return Some(PathBuf::from("kith.key"));
        };
        let file = rest
            .trim_start_matches("//")
            .split('?')
            .next()
            .unwrap_or_default();
        (file != ":memory:" && !file.is_empty()).then(|| PathBuf::from(file).with_extension("key"))
    }

    pub(super) fn holds_password(&self) -> bool {
        Url::parse(self.url.reveal()).is_ok_and(|url| url.password().is_some())
    }
}
