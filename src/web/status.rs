//! News of a referral, as a destination posts it.

use serde_json::Value;

use crate::domain::case::Outcome;
use crate::domain::clock::Timestamp;
use crate::domain::ids::{ConnectorId, DestinationId, InboundKey, ReferralId};
use crate::domain::inbound::{Event, Inbound, ReferralName, StatusNews};

/// The longest status or reference kept, in signs.
const LENGTH: usize = 200;

/// What was posted, with the three headers that sign it.
#[derive(Clone, Copy, Debug)]
pub struct Posted<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`.
    pub timestamp: &'a str,
    /// `webhook-signature`.
    pub signature: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// Why what was posted is not believed: the signature or its time is wrong, and how. Whether there is such a destination at
/// all, it doesn't say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

/// Why a body is not news.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BodyError {
    #[error("expected a JSON object, found something else")]
    NotJson,
    #[error("expected `referral` (ours) or `reference` (yours) as text or a number, found neither")]
    NoReferral,
    #[error("expected `status` as text that is not empty, found none")]
    NoStatus,
    #[error("expected `outcome` to be one of {}, found `{found}`", outcomes())]
    Outcome { found: String },
}

fn outcomes() -> String {
    Outcome::ALL.map(Outcome::as_str).join(", ")
}

/// The inbound that a believed post is. Its key carries the sender's name, since two may use the same id.
pub(super) fn inbound(
    destination: &DestinationId,
    posted: &Posted<'_>,
) -> Result<Inbound, BodyError> {
    let news = read(destination, posted.body)?;
    let seconds: i64 = posted.timestamp.parse().unwrap_or_default();
    Ok(Inbound {
        connector: ConnectorId::new("web"),
        key: InboundKey::new(format!("{destination}/{}", posted.id)),
        at: Timestamp::from_millis(seconds.saturating_mul(1_000)),
        event: Event::Status(news),
    })
}

/// Reads `{"type", "data": {…}}`, or the data alone.
fn read(destination: &DestinationId, body: &[u8]) -> Result<StatusNews, BodyError> {
    let body: Value = serde_json::from_slice(body).map_err(|_| BodyError::NotJson)?;
    let data = match body.get("data") {
        Some(data) if data.is_object() => data,
        _ => &body,
    };
    if !data.is_object() {
        return Err(BodyError::NotJson);
    }
    let about = match (word(data, "referral"), word(data, "reference")) {
        (Some(ours), _) => ReferralName::Ours(ReferralId::new(ours)),
        (None, Some(theirs)) => ReferralName::Theirs(theirs),
        (None, None) => return Err(BodyError::NoReferral),
    };
    let status = word(data, "status").ok_or(BodyError::NoStatus)?;
    let outcome = match word(data, "outcome") {
        Some(found) => Some(Outcome::from_word(&found).ok_or(BodyError::Outcome { found })?),
        None => ending(&status),
    };
    Ok(StatusNews {
        destination: destination.clone(),
        about,
        status,
        outcome,
    })
}

/// Text or a number under a name, on one line.
fn word(data: &Value, name: &str) -> Option<String> {
    let text = match data.get(name)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let text: String = text
        .chars()
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect();
    let text: String = text.trim().chars().take(LENGTH).collect();
    (!text.is_empty()).then_some(text)
}

/// How a case has ended by a status that says so in a word that case systems use
/// (Beacon's `complete` and `cancelled`, Open311's `closed`, mySociety's `no_further_action`).
fn ending(status: &str) -> Option<Outcome> {
    let word = status.to_lowercase().replace([' ', '-'], "_");
    match word.as_str() {
        "closed" | "complete" | "completed" | "done" | "resolved" | "fixed" => {
            Some(Outcome::Helped)
        }
        "cancelled" | "canceled" | "withdrawn" => Some(Outcome::NotNeeded),
        "no_further_action" | "rejected" | "declined" => Some(Outcome::CouldNotHelp),
        other => Outcome::from_word(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn council() -> DestinationId {
        DestinationId::new("medway")
    }

    fn news(body: &str) -> Result<StatusNews, BodyError> {
        read(&council(), body.as_bytes())
    }

    #[test]
    fn news_names_the_referral_by_either_name() {
        let ours = news(
            r#"{"type": "case.status", "data": {"referral": "r1", "reference": "MC-77", "status": "on the van"}}"#,
        );
        assert_eq!(
            ours,
            Ok(StatusNews {
                destination: council(),
                about: ReferralName::Ours(ReferralId::new("r1")),
                status: "on the van".to_owned(),
                outcome: None,
            })
        );
        let theirs = news(r#"{"reference": 77, "status": "on\nthe van"}"#).unwrap();
        assert_eq!(theirs.about, ReferralName::Theirs("77".to_owned()));
        assert_eq!(theirs.status, "on the van");
    }

    #[test]
    fn a_status_that_ends_the_case_is_an_outcome() {
        for (status, outcome) in [
            ("closed", Some(Outcome::Helped)),
            ("COMPLETE", Some(Outcome::Helped)),
            ("Cancelled", Some(Outcome::NotNeeded)),
            ("No further action", Some(Outcome::CouldNotHelp)),
            ("passed-on", Some(Outcome::PassedOn)),
            ("in_progress", None),
            ("closed on Mondays", None),
        ] {
            let body = serde_json::json!({"reference": "MC-77", "status": status}).to_string();
            assert_eq!(news(&body).unwrap().outcome, outcome, "{status}");
        }
        let said = news(r#"{"reference": "MC-77", "status": "closed", "outcome": "no_answer"}"#);
        assert_eq!(said.unwrap().outcome, Some(Outcome::NoAnswer));
    }

    #[test]
    fn what_is_no_news_is_told_what_was_expected() {
        let outcome = r#"{"reference": "MC-77", "status": "closed", "outcome": "eaten"}"#;
        for (body, start) in [
            ("", "expected a JSON object"),
            ("[]", "expected a JSON object"),
            ("\"closed\"", "expected a JSON object"),
            (r#"{"status": "closed"}"#, "expected `referral`"),
            (
                r#"{"reference": true, "status": "closed"}"#,
                "expected `referral`",
            ),
            (
                r#"{"reference": "MC-77", "status": " "}"#,
                "expected `status`",
            ),
            (outcome, "expected `outcome` to be one of helped, "),
        ] {
            let error = news(body).unwrap_err().to_string();
            assert!(error.starts_with(start), "{body}: {error}");
        }
    }
}
