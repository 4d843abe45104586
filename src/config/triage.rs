//! `[triage]`: how soon cases are looked at, and by whom.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::environment::Environment;

/// How soon cases are looked at, and by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Triage {
    /// A file of rules in place of kith's own, beside `kith.toml` unless it says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<PathBuf>,
}

impl Triage {
    pub(super) fn override_from(&mut self, environment: &Environment) {
        if let Some(rules) = environment.text("KITH_TRIAGE_RULES") {
            self.rules = Some(PathBuf::from(rules));
        }
    }

    pub(super) fn resolve(&mut self, folder: Option<&Path>) {
        if let (Some(rules), Some(folder)) = (&self.rules, folder) {
            self.rules = Some(folder.join(rules));
        }
    }
}
