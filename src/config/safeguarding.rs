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
    /// A file of tasks and how far neighbours must have been checked for them, in place of kith's own, beside
    /// `kith.toml` unless it says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vetting: Option<PathBuf>,
}

impl Safeguarding {
    pub(super) fn override_from(&mut self, environment: &Environment) {
        if let Some(contacts) = environment.text("KITH_SAFEGUARDING_CONTACTS") {
            self.contacts = Some(PathBuf::from(contacts));
        }
        if let Some(vetting) = environment.text("KITH_SAFEGUARDING_VETTING") {
            self.vetting = Some(PathBuf::from(vetting));
        }
    }

    pub(super) fn resolve(&mut self, folder: Option<&Path>) {
        let Some(folder) = folder else { return };
        for file in [&mut self.contacts, &mut self.vetting] {
            *file = file.take().map(|file| folder.join(file));
        }
    }
}
