//! `[log]`: what is logged, and how.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use super::environment::Environment;
use super::error::ConfigError;

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// The shape of a line.
    pub format: Format,
    /// `error`, `warn`, `info`, `debug` or `trace`, also by module, as `info,kith::flow=debug`.
    pub level: String,
}

/// The shape of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl FromStr for Format {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: Format::Text,
            level: "info".to_owned(),
        }
    }
}

impl Log {
    pub(super) fn override_from(&mut self, environment: &Environment) -> Result<(), ConfigError> {
        if let Some(format) = environment.parsed("KITH_LOG_FORMAT", "`text` or `json`")? {
            self.format = format;
        }
        if let Some(level) = environment.text("KITH_LOG_LEVEL") {
            self.level = level;
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        match EnvFilter::try_new(&self.level) {
            Ok(_) => Ok(()),
            Err(_) => Err(ConfigError::Value {
                setting: "log.level".to_owned(),
                expected: "error, warn, info, debug or trace".to_owned(),
                found: format!("`{}`", self.level),
                remedy: "use `info`, or `info,kith::flow=debug` for more from one part".to_owned(),
            }),
        }
    }
}
