//! `[database]`: where kith keeps its data.

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
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: "sqlite://kith.db".into(),
        }
    }
}

impl Database {
    pub(super) fn override_from(&mut self, environment: &Environment) {
        if let Some(url) = environment.text("KITH_DATABASE_URL") {
            self.url = Private::new(url);
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

    pub(super) fn holds_password(&self) -> bool {
        Url::parse(self.url.reveal()).is_ok_and(|url| url.password().is_some())
    }
}
