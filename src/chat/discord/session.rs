//! What has to be on disk to go on after a restart: the gateway session, and how far each channel was read.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serenity::model::id::{ChannelId, UserId};
use twilight_gateway::Session;
use url::Url;

/// The cursor that holds the session.
pub(super) const SESSION: &str = "session";
/// What the cursors of channels begin with.
const AFTER: &str = "after/";

/// A session that can be resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredSession {
    /// Discord's identifier of it.
    pub(super) session_id: String,
    /// Where to resume it.
    pub(super) resume_gateway_url: String,
    /// The last event of it that is on disk.
    pub(super) sequence: u64,
    /// Whether it was opened with the intent for the content of messages.
    pub(super) content: bool,
    /// The account that kith writes by, which is told when a session begins and not when it is resumed.
    #[serde(default)]
    pub(super) me: Option<UserId>,
}

impl StoredSession {
    /// The session among the cursors; none where there is none that can be resumed. One that was
    /// opened without content is not: it might be granted by now.
    pub(super) fn from_cursors(cursors: &HashMap<String, String>, content: bool) -> Option<Self> {
        let session: Self = serde_json::from_str(cursors.get(SESSION)?).ok()?;
        let address = Url::parse(&session.resume_gateway_url).ok()?;
        let usable = matches!(address.scheme(), "ws" | "wss")
            && address.host_str().is_some()
            && address.query().is_none()
            && !session.session_id.is_empty();
        (usable && session.content == content).then_some(session)
    }

    /// The session as the gateway library takes it.
    pub(super) fn to_gateway(&self) -> Session {
        Session::new(self.sequence, self.session_id.clone())
    }

    /// The cursor that holds it.
    pub(super) fn to_cursor(&self) -> (String, String) {
        // A struct of text and numbers always serialises.
        let text = serde_json::to_string(self).unwrap_or_default();
        (SESSION.to_owned(), text)
    }
}

/// The name of a channel's cursor.
pub(super) fn cursor_name(channel: ChannelId) -> String {
    format!("{AFTER}{channel}")
}

/// How far a channel was read; none where it never was.
pub(super) fn position(cursors: &HashMap<String, String>, channel: ChannelId) -> Option<u64> {
    cursors.get(&cursor_name(channel))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(url: &str) -> HashMap<String, String> {
        let session = StoredSession {
            session_id: "abc".to_owned(),
            resume_gateway_url: url.to_owned(),
            sequence: 7,
            content: true,
            me: Some(UserId::new(9)),
        };
        HashMap::from([session.to_cursor()])
    }

    #[test]
    fn a_session_reads_back() {
        let cursors = stored("wss://gateway-us-east1-b.discord.gg");
        let session = StoredSession::from_cursors(&cursors, true).unwrap();
        assert_eq!((session.sequence, session.session_id.as_str()), (7, "abc"));
        assert_eq!(session.me, Some(UserId::new(9)));
        assert_eq!(StoredSession::from_cursors(&cursors, false), None);
    }

    #[test]
    fn a_session_that_was_kept_before_kith_noted_who_it_is_is_resumed() {
        let (name, text) = stored("wss://gateway.discord.gg")
            .into_iter()
            .next()
            .unwrap();
        let text = text.replace(",\"me\":\"9\"", "");
        assert!(!text.contains("me\":\"9"), "{text}");
        let session = StoredSession::from_cursors(&HashMap::from([(name, text)]), true);
        assert_eq!(session.unwrap().me, None);
    }

    #[test]
    fn an_address_that_could_not_be_called_is_no_session() {
        for url in [
            "",
            "gateway.discord.gg",
            "http://x",
            "wss://",
            "wss://x/?v=9",
        ] {
            assert_eq!(
                StoredSession::from_cursors(&stored(url), true),
                None,
                "{url}"
            );
        }
    }
}
