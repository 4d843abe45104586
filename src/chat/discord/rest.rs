//! Calls to Discord's REST interface: serenity's routes and models over one HTTP client.
//!
//! serenity's own client loses `retry_after` of a 429 when its limiter is off, and with the
//! limiter on it ignores another base address; so the calls are made here.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Client, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serenity::http::Route;
use tokio::time::Instant;
use url::Url;

use super::chance;
use crate::domain::private::Private;

/// Where Discord is (reference: "Base URL"); serenity's routes begin with it.
const DISCORD: &str = "https://discord.com";
/// How an app names itself (reference: "User Agent").
const AGENT: &str = concat!("DiscordBot (kith, ", env!("CARGO_PKG_VERSION"), ")");
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(15);

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RestError {
    /// Nothing came back, so that it may or may not have been done.
    #[error("Discord can't be reached: {why}")]
    Network { why: String },
    /// Too many calls; it was not done.
    #[error("Discord asks to wait {} ms", after.as_millis())]
    Limited { after: Duration },
    /// Discord said no.
    #[error("Discord answered {status} with code {code}: {message}{details}")]
    Refused {
        status: u16,
        code: u64,
        message: String,
        details: String,
    },
    /// The answer was not what the documentation says.
    #[error("Discord's answer can't be read: {why}")]
    Unreadable { why: String },
}

impl RestError {
    /// Discord's number for what is wrong (reference: "JSON Error Codes"); none where it gave none.
    pub(super) const fn code(&self) -> Option<u64> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Whether the same call may well succeed later.
    pub(super) const fn is_passing(&self) -> bool {
        match self {
            Self::Network { .. } | Self::Limited { .. } => true,
            Self::Refused { status, .. } => *status >= 500,
            Self::Unreadable { .. } => false,
        }
    }
}

/// One call.
pub(super) struct Call<'a> {
    method: Method,
    route: Route<'a>,
    query: String,
    body: Option<Vec<u8>>,
    timeout: Option<Duration>,
    exempt: bool,
}

impl<'a> Call<'a> {
    pub(super) const fn new(method: Method, route: Route<'a>) -> Self {
        Self {
            method,
            route,
            query: String::new(),
            body: None,
            timeout: None,
            exempt: false,
        }
    }

    pub(super) const fn get(route: Route<'a>) -> Self {
        Self::new(Method::GET, route)
    }

    pub(super) fn query(mut self, query: String) -> Self {
        self.query = query;
        self
    }

    pub(super) fn body(mut self, body: Vec<u8>) -> Self {
        self.body = Some(body);
        self
    }

    /// For answers to interactions: they have a deadline and count towards no global limit.
    pub(super) const fn within(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self.exempt = true;
        self
    }
}

/// Discord's REST interface for one bot.
#[derive(Debug)]
pub(super) struct Rest {
    client: Client,
    authorization: HeaderValue,
    base: Option<String>,
    hold_until: Mutex<Option<Instant>>,
}

/// Why there is no connector.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The token is not one.
    #[error(
        "discord.token: expected a bot token, found signs that no token has; copy it again from the Bot page of the Developer Portal"
    )]
    Token,
    /// An address is of the wrong kind.
    #[error("{key}: expected an address that begins with {expected}, found `{found}`")]
    Address {
        /// Which setting.
        key: &'static str,
        /// What it should begin with.
        expected: &'static str,
        /// What it begins with.
        found: String,
    },
    /// The machine has no working network library.
    #[error("no HTTP client could be made: {0}")]
    Client(#[source] reqwest::Error),
}

impl Rest {
    pub(super) fn new(token: &Private<String>, base: Option<&Url>) -> Result<Self, SettingsError> {
        let token = token.reveal().trim();
        let text = format!("Bot {}", token.strip_prefix("Bot ").unwrap_or(token));
        let mut authorization = HeaderValue::from_str(&text).map_err(|_| SettingsError::Token)?;
        authorization.set_sensitive(true);
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .build()
            .map_err(SettingsError::Client)?;
        Ok(Self {
            client,
            authorization,
            base: base.map(|url| url.as_str().trim_end_matches('/').to_owned()),
            hold_until: Mutex::new(None),
        })
    }

    /// Makes a call and reads its answer.
    pub(super) async fn call<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, RestError> {
        let bytes = self.send(call).await?;
        serde_json::from_slice(&bytes).map_err(|error| RestError::Unreadable {
            why: error.to_string(),
        })
    }

    /// Makes a call whose answer tells nothing.
    pub(super) async fn tell(&self, call: Call<'_>) -> Result<(), RestError> {
        self.send(call).await.map(drop)
    }

    async fn send(&self, call: Call<'_>) -> Result<Vec<u8>, RestError> {
        if !call.exempt
            && let Some(after) = self.held()
        {
            return Err(RestError::Limited { after });
        }
        let mut path = call.route.path().into_owned();
        if let Some(base) = &self.base {
            path = path.replacen(DISCORD, base, 1);
        }
        if !call.query.is_empty() {
            path.push('?');
            path.push_str(&call.query);
        }
        let mut request = self
            .client
            .request(call.method, path)
            .header(AUTHORIZATION, self.authorization.clone())
            .header(USER_AGENT, AGENT);
        if let Some(body) = call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        if let Some(timeout) = call.timeout {
            request = request.timeout(timeout);
        }
        let response = request.send().await.map_err(network)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.map_err(network)?.to_vec();
        if status.is_success() {
            return Ok(bytes);
        }
        Err(self.refusal(status, &headers, &bytes))
    }

    fn refusal(&self, status: StatusCode, headers: &HeaderMap, bytes: &[u8]) -> RestError {
        let body: Refusal = serde_json::from_slice(bytes).unwrap_or_default();
        if status != StatusCode::TOO_MANY_REQUESTS {
            let mut details = String::new();
            explain(&body.errors, &mut String::new(), &mut details);
            return RestError::Refused {
                status: status.as_u16(),
                code: body.code,
                message: body.message,
                details,
            };
        }
        let header = headers
            .get("retry-after")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.parse().ok());
        let after = body
            .retry_after
            .or(header)
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .unwrap_or_else(|| chance::between(Duration::from_secs(1), Duration::from_secs(5)));
        if body.global || headers.contains_key("x-ratelimit-global") {
            *self
                .hold_until
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + after);
        }
        RestError::Limited { after }
    }

    /// How long no call is to be made, after a limit that holds for all of them.
    fn held(&self) -> Option<Duration> {
        let mut hold = self
            .hold_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let left = hold.and_then(|until| until.checked_duration_since(Instant::now()));
        if left.is_none_or(|left| left.is_zero()) {
            *hold = None;
            return None;
        }
        left
    }
}

/// The address of a call may hold the token of an interaction, so that it is left out.
fn network(error: reqwest::Error) -> RestError {
    use std::error::Error as _;
    let error = error.without_url();
    let cause = error.source().map(|cause| format!(" ({cause})"));
    RestError::Network {
        why: format!("{error}{}", cause.unwrap_or_default()),
    }
}

/// What Discord sends with every status that is not a success.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: u64,
    message: String,
    errors: Value,
    retry_after: Option<f64>,
    global: bool,
}

/// Puts Discord's tree of errors into one line, as ` (content: Must be 2000 or fewer in length.)`.
fn explain(errors: &Value, path: &mut String, out: &mut String) {
    let Some(fields) = errors.as_object() else {
        return;
    };
    for (name, value) in fields {
        if name == "_errors" {
            for message in value.as_array().into_iter().flatten() {
                let text = message["message"].as_str().unwrap_or_default();
                for part in [" (", path.trim_start_matches('.'), ": ", text, ")"] {
                    out.push_str(part);
                }
            }
            continue;
        }
        let length = path.len();
        // Deeper than any request of ours; a hostile answer must not exhaust the stack.
        if length < 200 {
            path.push('.');
            path.push_str(name);
            explain(value, path, out);
            path.truncate(length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_explained_with_their_path() {
        let errors = serde_json::json!({
            "content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Too long."}]},
            "components": {"0": {"_errors": [{"code": "X", "message": "Too many."}]}},
        });
        let mut out = String::new();
        explain(&errors, &mut String::new(), &mut out);
        assert!(out.contains("(content: Too long.)"), "{out}");
        assert!(out.contains("(components.0: Too many.)"), "{out}");
    }

    #[test]
    fn a_limit_without_a_body_is_read_from_the_header() {
        let rest = Rest::new(&"token".into(), None).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static("7"));
        let error = rest.refusal(StatusCode::TOO_MANY_REQUESTS, &headers, b"<html>");
        assert_eq!(
            error,
            RestError::Limited {
                after: Duration::from_secs(7)
            }
        );
        assert_eq!(rest.held(), None, "only a global limit holds every call");
        let body = br#"{"message":"x","retry_after":0.5,"global":true}"#;
        let error = rest.refusal(StatusCode::TOO_MANY_REQUESTS, &headers, body);
        assert_eq!(
            error,
            RestError::Limited {
                after: Duration::from_millis(500)
            }
        );
        assert!(rest.held().is_some());
    }
}
