//! `[safeguarding]`: numbers and rules that keep people safe.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::environment::Environment;

/// Numbers and rules that keep people safe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Safeguarding {
    /// A file of numbers in place of kith's own, beside `kith.toml` unless it says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts: Option<PathBuf>,
}

impl Safeguarding {
    pub(super) fn override_from(&mut self, environment: &Environment) {
        if let Some(contacts) = environment.text("KITH_SAFEGUARDING_CONTACTS") {
            self.contacts = Some(PathBuf::from(contacts));
        }
    }

    pub(super) fn resolve(&mut self, folder: Option<&Path>) {
        if let (Some(contacts), Some(folder)) = (&self.contacts, folder) {
            self.contacts = Some(folder.join(contacts));
        }
    }
}
