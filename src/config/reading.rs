//! `[reading]`: how kith reads, and what it may learn from.

use serde::{Deserialize, Serialize};

use super::environment::Environment;
use super::error::ConfigError;

/// How kith reads, and what it may learn from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// Whether the words of a message that kith misread are kept once a person has said what it is.
    pub keep_corrections: bool,
}

impl Reading {
    pub(super) fn override_from(&mut self, environment: &Environment) -> Result<(), ConfigError> {
        if let Some(keep) = environment.parsed("KITH_READING_KEEP_CORRECTIONS", "true or false")? {
            self.keep_corrections = keep;
        }
        Ok(())
    }
}
