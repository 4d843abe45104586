//! One call to the Bot API: a request of teloxide's, sent by a client of our own.

// Not teloxide's `Bot`: it sleeps ten seconds on every server error before it says so, throws the error code away,
// and gives a long poll the time limit of a short call.

use std::borrow::Cow;
use std::time::Duration;

use reqwest::{Client, StatusCode, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use teloxide::requests::Payload;
use tokio_util::bytes::Bytes;
use url::Url;

use crate::chat::unreadable;
use crate::domain::private::Private;

/// Telegram's own server.
const OFFICIAL: &str = "https://api.telegram.org";
/// The longest that a call may take, besides the time that it asks the server to wait.
const CALL_TIME: Duration = Duration::from_secs(15);
/// The longest that connecting may take.
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// How much of a platform's words is passed on.
const MOST_WORDS: usize = 300;

/// Why a call gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CallError {
    /// Telegram understood the call and refused it.
    #[error("Telegram answered {code}: {description}")]
    Refused {
        /// As HTTP status codes are.
        code: u16,
        /// In Telegram's words.
        description: String,
        /// When to try again.
        wait: Option<Duration>,
        /// The chat lives on under this number.
        moved_to: Option<i64>,
    },
    /// The server is in trouble, or what answered is not a Bot API server.
    #[error("Telegram's server is in trouble: {0}")]
    Trouble(String),
    /// No answer; the call may have been carried out.
    #[error("Telegram could not be reached: {0}")]
    Unreached(String),
}

impl CallError {
    /// Whether Telegram's words have this in them, in any case.
    pub(super) fn says(&self, words: &str) -> bool {
        let Self::Refused { description, .. } = self else {
            return false;
        };
        description
            .to_ascii_lowercase()
            .contains(&words.to_ascii_lowercase())
    }

    pub(super) const fn code(&self) -> Option<u16> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Whether the token is not one that the server knows. A token of the wrong shape is answered with 404.
    pub(super) const fn is_of_token(&self) -> bool {
        matches!(self.code(), Some(401 | 404))
    }
}

/// The door to the Bot API.
pub(super) struct Api {
    client: Client,
    base: String,
}

impl Api {
    pub(super) fn new(
        token: &Private<String>,
        api_url: Option<&Url>,
    ) -> Result<Self, reqwest::Error> {
        let client = Client::builder().connect_timeout(CONNECT_TIME).build()?;
        let root = api_url.map_or(OFFICIAL, Url::as_str).trim_end_matches('/');
        let base = format!("{root}/bot{}", token.reveal());
        Ok(Self { client, base })
    }

    /// Calls and reads the result.
    pub(super) async fn call<P, T>(&self, payload: &P) -> Result<T, CallError>
    where
        P: Payload + Serialize + Sync,
        T: DeserializeOwned,
    {
        let answer = self.fetch(payload).await?;
        serde_json::from_str(answer.result()?.get()).map_err(|error| {
            CallError::Trouble(format!(
                "the answer to {} is not as documented: {}",
                P::NAME,
                unreadable(&error)
            ))
        })
    }

    /// Calls and gives the answer as it came.
    pub(super) async fn fetch<P>(&self, payload: &P) -> Result<Answer, CallError>
    where
        P: Payload + Serialize + Sync,
    {
        let body = serde_json::to_vec(payload)
            .map_err(|error| CallError::Trouble(format!("the call can't be written: {error}")))?;
        let response = self
            .client
            .post(format!("{}/{}", self.base, P::NAME))
            .header(header::CONTENT_TYPE, "application/json")
            .timeout(CALL_TIME + payload.timeout_hint().unwrap_or_default())
            .body(body)
            .send()
            .await
            .map_err(unreached)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unreached)?;
        Ok(Answer { status, body })
    }
}

/// An answer as it came.
pub(super) struct Answer {
    status: StatusCode,
    body: Bytes,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    ok: bool,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

impl Answer {
    /// What came instead of an answer although all went well: cut off on the way, or not of Telegram at all.
    pub(super) fn torn(&self) -> Option<Cow<'_, str>> {
        let is_answer = serde_json::from_slice::<Envelope<'_>>(&self.body)
            .is_ok_and(|envelope| !envelope.ok || envelope.result.is_some());
        (self.status.is_success() && !is_answer).then(|| String::from_utf8_lossy(&self.body))
    }

    /// The result, or what Telegram says against it.
    pub(super) fn result(&self) -> Result<&RawValue, CallError> {
        let status = self.status;
        let envelope: Envelope<'_> = serde_json::from_slice(&self.body).map_err(|error| {
            CallError::Trouble(format!(
                "status {status} with a body that is no answer ({})",
                unreadable(&error)
            ))
        })?;
        if let (true, Some(result)) = (envelope.ok, envelope.result) {
            return Ok(result);
        }
        let code = envelope.error_code.unwrap_or(status.as_u16());
        let description: String = envelope
            .description
            .unwrap_or_default()
            .chars()
            .take(MOST_WORDS)
            .collect();
        if envelope.ok || code >= 500 {
            return Err(CallError::Trouble(format!("{code} {description}")));
        }
        let parameters = envelope.parameters.unwrap_or_default();
        Err(CallError::Refused {
            code,
            description,
            wait: parameters.retry_after.map(Duration::from_secs),
            moved_to: parameters.migrate_to_chat_id,
        })
    }
}

/// The reason without the address, which holds the token.
fn unreached(error: reqwest::Error) -> CallError {
    let error = error.without_url();
    let mut why = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        why.push_str(": ");
        why.push_str(&inner.to_string());
        cause = inner.source();
    }
    CallError::Unreached(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &'static str) -> Result<String, CallError> {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            body: Bytes::from_static(body.as_bytes()),
        };
        answer.result().map(|result| result.get().to_owned())
    }

    #[test]
    fn answers_are_told_apart() {
        assert_eq!(
            read(200, r#"{"ok":true,"result":[1,{"a":2}],"new":3}"#),
            Ok(r#"[1,{"a":2}]"#.to_owned())
        );
        assert_eq!(
            read(
                429,
                r#"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7,"x":1}}"#
            ),
            Err(CallError::Refused {
                code: 429,
                description: "Too Many Requests".to_owned(),
                wait: Some(Duration::from_secs(7)),
                moved_to: None
            })
        );
        for (status, body) in [
            (200, ""),
            (200, "[]"),
            (200, "null"),
            (200, r#"{"ok":true}"#),
            (200, r#"{"ok":true,"result":[1"#),
            (502, "<html>502 Bad Gateway</html>"),
            (
                500,
                r#"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#,
            ),
        ] {
            assert!(
                matches!(read(status, body), Err(CallError::Trouble(_))),
                "{body}"
            );
        }
    }

    #[tokio::test]
    async fn no_error_shows_the_token() {
        let nowhere = Url::parse("http://127.0.0.1:9/").unwrap();
        let api = Api::new(&Private::from("123:secret"), Some(&nowhere)).unwrap();
        let error = api
            .call::<_, bool>(&teloxide::payloads::GetMe::new())
            .await
            .unwrap_err();
        assert!(matches!(error, CallError::Unreached(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}
