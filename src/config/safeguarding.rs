//! `[safeguarding]`: numbers and rules that keep people safe.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::environment::Environment;
use super::error::ConfigError;
use super::hub::Hub;
use crate::domain::ids::DestinationId;
use crate::domain::nation::Nation;

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
    /// Which nation's numbers are given.
    #[serde(skip_serializing_if = "is_england")]
    pub nation: Nation,
    /// How many minutes a lead has to take a concern where life may be at risk; a quarter of an hour where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub danger_within_minutes: Option<u32>,
    /// How many hours a lead has to take any other concern; one working day where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others_within_hours: Option<u32>,
    /// The channels that are called after the leads, as `discord/123`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deputy_channels: Vec<String>,
    /// The people who are, as `telegram/123`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deputy_people: Vec<String>,
    /// The destination that is told after that, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<DestinationId>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_england(nation: &Nation) -> bool {
    *nation == Nation::England
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

    pub(super) fn check(&self, hub: &Hub) -> Result<(), ConfigError> {
        let wrong = |setting: &str, expected: &str, found: &str| ConfigError::Value {
            setting: format!("safeguarding.{setting}"),
            expected: expected.to_owned(),
            found: found.to_owned(),
            remedy: "correct it, or leave it out".to_owned(),
        };
        let names = [
            ("deputy_channels", &self.deputy_channels),
            ("deputy_people", &self.deputy_people),
        ];
        for (setting, named) in names {
            if let Some(found) = named.iter().find(|name| split(name).is_none()) {
                return Err(wrong(
                    setting,
                    "a platform and an id, as discord/123",
                    found,
                ));
            }
        }
        for (setting, time) in [
            ("danger_within_minutes", self.danger_within_minutes),
            ("others_within_hours", self.others_within_hours),
        ] {
            if time == Some(0) {
                return Err(wrong(setting, "at least 1", "0"));
            }
        }
        match &self.destination {
            Some(id) if hub.destination.iter().all(|known| known.id != *id) => Err(wrong(
                "destination",
                "the id of a [[hub.destination]]",
                id.as_str(),
            )),
            _ => Ok(()),
        }
    }

    /// The deputies: a platform and what it calls the channel or the person.
    pub fn deputies(named: &[String]) -> impl Iterator<Item = (&str, &str)> {
        named.iter().filter_map(|name| split(name))
    }

    pub(super) fn resolve(&mut self, folder: Option<&Path>) {
        let Some(folder) = folder else { return };
        for file in [&mut self.contacts, &mut self.vetting] {
            *file = file.take().map(|file| folder.join(file));
        }
    }
}

fn split(name: &str) -> Option<(&str, &str)> {
    let (platform, id) = name.split_once('/')?;
    (!platform.is_empty() && !id.is_empty()).then_some((platform, id))
}
