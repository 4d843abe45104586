//! The few fields of Telegram's objects that kith reads (<https://core.telegram.org/bots/api>).

#![expect(
    clippy::struct_field_names,
    reason = "the fields are named as Telegram names them"
)]

// Sending uses teloxide's types; reading doesn't. Its `Message` is an untagged enum: a message with one entity kind,
// media kind or button that is newer than the library reads as an empty one, and its words are lost without a word.
// A send that was accepted but whose answer has something new would count as failed and be sent twice. Reading only
// what is needed can't be surprised by the rest, and costs a fraction of the time on a hundred updates.

use serde::{Deserialize, Deserializer};

#[derive(Debug, Deserialize)]
pub(super) struct Update {
    pub(super) update_id: i64,
    pub(super) message: Option<Message>,
    pub(super) edited_message: Option<Message>,
    pub(super) callback_query: Option<CallbackQuery>,
    pub(super) my_chat_member: Option<MembershipChange>,
}

/// Of an update that can't be read: at least its place in the queue.
#[derive(Debug, Deserialize)]
pub(super) struct Numbered {
    pub(super) update_id: i64,
}

/// A message; also one that is inaccessible, which has nothing but its chat, its number and the date 0.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) message_id: i32,
    pub(super) message_thread_id: Option<i32>,
    #[serde(default)]
    pub(super) is_topic_message: bool,
    pub(super) from: Option<User>,
    pub(super) sender_chat: Option<Chat>,
    pub(super) date: i64,
    pub(super) edit_date: Option<i64>,
    pub(super) chat: Chat,
    pub(super) text: Option<String>,
    pub(super) caption: Option<String>,
    pub(super) reply_to_message: Option<Box<Message>>,
    /// What is of use where it can be read, and no reason to lose the message where it can't.
    #[serde(default, deserialize_with = "where_readable")]
    pub(super) quote: Option<Quote>,
    pub(super) migrate_to_chat_id: Option<i64>,
    pub(super) migrate_from_chat_id: Option<i64>,
}

/// The part of the answered message that the answer points to (`TextQuote`).
#[derive(Debug, Deserialize)]
pub(super) struct Quote {
    pub(super) text: String,
}

fn where_readable<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Quote>, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    Ok(serde_json::from_value(value).ok())
}

#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) is_bot: bool,
    #[serde(default)]
    pub(super) first_name: String,
    pub(super) last_name: Option<String>,
    pub(super) language_code: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Chat {
    pub(super) id: i64,
    #[serde(rename = "type")]
    pub(super) kind: ChatKind,
    pub(super) title: Option<String>,
    /// What ordinary members may do; in the answer of `getChat` only.
    pub(super) permissions: Option<Permissions>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChatKind {
    Private,
    Group,
    Supergroup,
    /// Channels, and whatever comes later: kith doesn't listen there.
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
pub(super) struct Permissions {
    pub(super) can_send_messages: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CallbackQuery {
    pub(super) id: String,
    pub(super) from: User,
    pub(super) message: Option<Message>,
    pub(super) data: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct MembershipChange {
    pub(super) chat: Chat,
    pub(super) from: User,
    pub(super) date: i64,
    pub(super) old_chat_member: Member,
    pub(super) new_chat_member: Member,
}

#[derive(Debug, Deserialize)]
pub(super) struct Member {
    pub(super) status: String,
    pub(super) is_member: Option<bool>,
    pub(super) can_send_messages: Option<bool>,
}

impl Member {
    pub(super) fn is_admin(&self) -> bool {
        matches!(self.status.as_str(), "creator" | "administrator")
    }

    pub(super) fn is_present(&self) -> bool {
        match self.status.as_str() {
            "left" | "kicked" => false,
            "restricted" => self.is_member.unwrap_or(true),
            _ => true,
        }
    }
}

/// The bot itself.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Me {
    pub(super) id: i64,
    pub(super) username: String,
    #[serde(default)]
    pub(super) can_read_all_group_messages: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct WebhookInfo {
    #[serde(default)]
    pub(super) url: String,
}

/// The message that was posted.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    pub(super) message_id: i32,
}
