//! `[web]`: health, metrics, the queue for other tools, and what destinations post back.

use std::net::{Ipv4Addr, SocketAddr};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::environment::Environment;
use super::error::ConfigError;
use crate::domain::clock::Timestamp;
use crate::domain::command::is_outcode;

/// Where kith listens for HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Web {
    /// Address and port. The default is seen from this machine only; put a web server with TLS before it.
    pub listen: SocketAddr,
    /// Who may read the queue over HTTP.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub api_token: Vec<ApiToken>,
}

/// One who may read the queue over HTTP. The token itself is kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiToken {
    /// What it is called.
    pub name: String,
    /// The SHA-256 of the token.
    pub sha256: Sha256Sum,
    /// The outcodes whose cases it shows; all where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub area: Vec<String>,
    /// The last day on which it is taken; any day where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Expiry>,
}

/// A SHA-256, as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256Sum(pub [u8; 32]);

impl TryFrom<String> for Sha256Sum {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let expected = || {
            "expected a SHA-256 as 64 hexadecimal digits, as `kith token new NAME` prints it"
                .to_owned()
        };
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(expected());
        }
        let mut sum = [0; 32];
        for (byte, start) in sum.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&text[start..start + 2], 16).map_err(|_| expected())?;
        }
        Ok(Self(sum))
    }
}

impl From<Sha256Sum> for String {
    fn from(sum: Sha256Sum) -> Self {
        let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
        let digits = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
        sum.0.iter().flat_map(digits).collect()
    }
}

/// A day, as `2027-03-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Expiry(Date);

impl Expiry {
    /// The moment at which the day is over, by UTC.
    pub fn moment(self) -> Timestamp {
        let next = self.0.tomorrow().unwrap_or(self.0);
        let midnight = next.at(0, 0, 0, 0).to_zoned(TimeZone::UTC);
        Timestamp::from_millis(midnight.map_or(i64::MAX, |at| at.timestamp().as_millisecond()))
    }
}

impl TryFrom<String> for Expiry {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let date = text.parse().map(Self);
        date.map_err(|_| format!("expected a day such as \"2027-03-31\", found `{text}`"))
    }
}

impl From<Expiry> for String {
    fn from(expiry: Expiry) -> Self {
        expiry.0.to_string()
    }
}

impl Default for Web {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8480)),
            api_token: Vec::new(),
        }
    }
}

impl Web {
    pub(super) fn override_from(&mut self, environment: &Environment) -> Result<(), ConfigError> {
        let expected = "an address and a port such as 127.0.0.1:8480";
        if let Some(listen) = environment.parsed("KITH_WEB_LISTEN", expected)? {
            self.listen = listen;
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (index, token) in self.api_token.iter().enumerate() {
            let wrong = |setting: &str, found: &str, expected: &str, remedy: &str| {
                Err(ConfigError::Value {
                    setting: format!("{setting} of web.api_token {}", index + 1),
                    expected: expected.to_owned(),
                    found: format!("`{found}`"),
                    remedy: remedy.to_owned(),
                })
            };
            let before = &self.api_token[..index];
            if token.name.trim().is_empty() || before.iter().any(|one| one.name == token.name) {
                let expected = "a name of its own";
                return wrong("name", &token.name, expected, "call it after who uses it");
            }
            if let Some(strange) = token.area.iter().find(|code| !is_outcode(code)) {
                let remedy = "write the first halves of postcodes";
                return wrong("area", strange, "outcodes such as ME7", remedy);
            }
        }
        Ok(())
    }
}
