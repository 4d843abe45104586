//! What a destination's answer means.

use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use serde_json::Value;

use super::ForwardFailure;
use crate::domain::clock::Timestamp;

/// The longest wait that a destination may ask for; beyond it, the outbox's own waits serve better.
const LONGEST_WAIT: Duration = Duration::from_hours(24);
/// The longest reference kept, in signs.
const REFERENCE_LENGTH: usize = 100;

/// What a status other than success means.
pub(super) fn failure(
    title: &str,
    status: StatusCode,
    headers: &HeaderMap,
    now: Timestamp,
) -> ForwardFailure {
    let dead = |what: &str| ForwardFailure::Dead {
        why: format!("{title} {what}"),
    };
    match status.as_u16() {
        408 | 425 | 429 | 500..=599 => ForwardFailure::Retry {
            after: retry_after(headers, now),
            why: format!("{title} answered {status}"),
        },
        300..=399 => dead(&format!(
            "has moved to {}; check that with them and change its url in the settings",
            headers
                .get(LOCATION)
                .and_then(|to| to.to_str().ok())
                .unwrap_or("another address")
        )),
        401 | 403 => dead(&format!(
            "did not accept the signature ({status}); check its secret in the settings"
        )),
        404 | 405 => dead(&format!(
            "takes no cases at this address ({status}); check its url in the settings"
        )),
        410 => dead("is gone and takes no more cases (410); choose another destination"),
        413 | 414 | 431 => dead(&format!(
            "finds the case too long ({status}); tell them by hand"
        )),
        _ => dead(&format!(
            "will not take the case ({status}); ask them why, or tell them by hand"
        )),
    }
}

/// `Retry-After`, in seconds or as a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = text.parse() {
        Duration::from_secs(seconds)
    } else {
        let at = rfc2822::parse(text).ok()?.timestamp().as_millisecond();
        Timestamp::from_millis(at).since(now)
    };
    Some(wait.min(LONGEST_WAIT))
}

/// The reference in an answer's body: `reference`, or `data.reference`, as text or as a number.
pub(super) fn reference(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let found = body
        .get("reference")
        .or_else(|| body.get("data")?.get("reference"))?;
    let text = match found {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let text: String = text.chars().filter(|sign| !sign.is_control()).collect();
    let text: String = text.trim().chars().take(REFERENCE_LENGTH).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn a_reference_is_text_or_a_number() {
        for (body, expected) in [
            (r#"{"reference": " MC-77\n"}"#, Some("MC-77")),
            (r#"{"reference": 77}"#, Some("77")),
            (r#"{"data": {"reference": "MC-78"}}"#, Some("MC-78")),
            (r#"{"reference": ""}"#, None),
            (r#"{"reference": null}"#, None),
            (r#"["MC-77"]"#, None),
            ("thank you", None),
            ("", None),
        ] {
            assert_eq!(reference(body.as_bytes()).as_deref(), expected, "{body}");
        }
        let long = format!(r#"{{"reference": "{}"}}"#, "x".repeat(500));
        assert_eq!(reference(long.as_bytes()).map(|text| text.len()), Some(100));
    }

    #[test]
    fn a_wait_is_seconds_or_a_date_and_at_most_a_day() {
        let now = Timestamp::from_millis(1_445_412_480_000);
        for (text, seconds) in [
            ("7", Some(7)),
            ("Wed, 21 Oct 2015 07:30:00 GMT", Some(120)),
            ("Wed, 21 Oct 2015 07:00:00 GMT", Some(0)),
            ("9999999999", Some(86_400)),
            ("soon", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            assert_eq!(
                retry_after(&headers, now),
                seconds.map(Duration::from_secs),
                "{text}"
            );
        }
    }
}
