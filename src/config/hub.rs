//! `[[hub.destination]]`: where cases can go.

use std::collections::HashSet;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::Url;

use super::error::{ConfigError, check_web_address};
use crate::domain::disclosure::{Item, LEAST_FIELDS};
use crate::domain::ids::DestinationId;
use crate::domain::private::Private;

/// The longest identifier, so that a button can carry it.
const ID_LENGTH: usize = 32;
/// The length of a key in bytes that Standard Webhooks 1.0 asks for.
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 24..=64;
/// How long a destination may be given to answer.
const TIMEOUT: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_mins(1);

/// Where cases can go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hub {
    /// The destinations, in the order in which staff see them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub destination: Vec<Destination>,
}

/// One destination outside kith.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// Its name in commands and addresses: `a` to `z`, digits and hyphens, 32 at most.
    pub id: DestinationId,
    /// What people call it.
    pub title: String,
    /// How it is spoken to.
    pub kind: Kind,
    /// Where it listens.
    pub url: Url,
    /// The key that signs, as `whsec_` and base64.
    pub secret: Private<String>,
    /// Keys that it may still use for what it posts back, while they are being changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous_secrets: Vec<Private<String>>,
    /// Whether it may be in this network, which is refused otherwise.
    #[serde(default)]
    pub allow_private: bool,
    /// How long it may take to answer, such as `10s`.
    #[serde(
        default = "default_timeout",
        deserialize_with = "read_timeout",
        serialize_with = "write_timeout"
    )]
    pub timeout: Duration,
    /// What it is told of a case, beside kith's code and its number for the referral.
    #[serde(default = "default_fields", deserialize_with = "read_fields")]
    pub fields: Vec<Item>,
}

/// How a destination is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Standard Webhooks 1.0.
    Webhook,
}

const fn default_timeout() -> Duration {
    Duration::from_secs(10)
}

fn read_timeout<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    text.parse::<SignedDuration>()
        .ok()
        .and_then(|time| Duration::try_from(time).ok())
        .ok_or_else(|| de::Error::custom(format!("expected a time such as `10s`, found `{text}`")))
}

fn default_fields() -> Vec<Item> {
    LEAST_FIELDS.to_vec()
}

fn read_fields<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Item>, D::Error> {
    let known = |word: String| {
        let found = Item::nameable().find(|item| item.as_str() == word);
        found.ok_or_else(|| {
            let all: Vec<_> = Item::nameable().map(Item::as_str).collect();
            let all = all.join(", ");
            de::Error::custom(format!("expected fields out of {all}, found `{word}`"))
        })
    };
    Vec::<String>::deserialize(from)?
        .into_iter()
        .map(known)
        .collect()
}

fn write_timeout<S: Serializer>(timeout: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("{}ms", timeout.as_millis()))
}

impl Hub {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let mut seen = HashSet::new();
        for (number, destination) in (1..).zip(&self.destination) {
            let setting = |name: &str| format!("{name} of destination {number}");
            destination.check(&setting)?;
            if !seen.insert(&destination.id) {
                return Err(ConfigError::Value {
                    setting: setting("id"),
                    expected: "a name of its own".to_owned(),
                    found: format!("`{}` a second time", destination.id),
                    remedy: "rename one of the two".to_owned(),
                });
            }
        }
        Ok(())
    }
}

impl Destination {
    fn check(&self, setting: &dyn Fn(&str) -> String) -> Result<(), ConfigError> {
        let wrong = |name: &str, expected: &str, found: String, remedy: &str| {
            Err(ConfigError::Value {
                setting: setting(name),
                expected: expected.to_owned(),
                found,
                remedy: remedy.to_owned(),
            })
        };
        if !is_id(self.id.as_str()) {
            return wrong(
                "id",
                "1 to 32 of a to z, 0 to 9 and hyphens",
                format!("`{}`", self.id),
                "choose a short name such as `medway-council`",
            );
        }
        if self.title.trim().is_empty() {
            return wrong(
                "title",
                "what people call it",
                "nothing".to_owned(),
                "write its name as staff know it",
            );
        }
        for secret in std::iter::once(&self.secret).chain(&self.previous_secrets) {
            if let Err(found) = check_secret(secret) {
                return wrong(
                    "secret",
                    "`whsec_` and 24 to 64 bytes in base64",
                    found,
                    "copy it again, or make one: echo whsec_$(openssl rand -base64 32)",
                );
            }
        }
        if !TIMEOUT.contains(&self.timeout) {
            return wrong(
                "timeout",
                "1s to 60s",
                format!("{}s", self.timeout.as_secs_f32()),
                "leave it out for 10s",
            );
        }
        check_web_address(&setting("url"), Some(&self.url))
    }
}

fn is_id(text: &str) -> bool {
    (1..=ID_LENGTH).contains(&text.len())
        && text
            .bytes()
            .all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-')
}

/// What was found instead of a key, without showing it.
fn check_secret(secret: &Private<String>) -> Result<(), String> {
    let text = secret.reveal().as_str();
    let key = STANDARD
        .decode(text.strip_prefix("whsec_").unwrap_or(text))
        .map_err(|_| "something that is not base64".to_owned())?;
    if KEY_LENGTH.contains(&key.len()) {
        Ok(())
    } else {
        Err(format!("{} bytes", key.len()))
    }
}
