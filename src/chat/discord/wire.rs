//! The parts of Discord's objects that kith reads, in serenity's types.
//!
//! serenity's whole models refuse an object for one component or type that they don't know;
//! these ask for no more than is used, so that what Discord adds later can't hide a request.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serenity::model::Timestamp;
use serenity::model::id::{
    ApplicationId, ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId, WebhookId,
};
use serenity::model::permissions::Permissions;

use super::ids;
use crate::domain::clock;
use crate::domain::ids::PersonId;
use crate::domain::people::{Language, Person};
use crate::domain::private::Private;

/// The outside of a gateway message.
#[derive(Deserialize)]
pub(super) struct Frame<'a> {
    pub(super) op: u8,
    #[serde(default)]
    pub(super) t: Option<String>,
    #[serde(default)]
    pub(super) s: Option<u64>,
    /// Missing in the answer to a heartbeat.
    #[serde(borrow, default)]
    pub(super) d: Option<&'a RawValue>,
}

/// READY.
#[derive(Deserialize)]
pub(super) struct Ready {
    pub(super) session_id: String,
    pub(super) resume_gateway_url: String,
    pub(super) guilds: Vec<UnavailableGuild>,
}

/// As much of READY as says who kith is.
#[derive(Deserialize)]
pub(super) struct Greeting {
    pub(super) user: Identity,
}

#[derive(Deserialize)]
pub(super) struct UnavailableGuild {
    pub(super) id: GuildId,
    #[serde(default)]
    pub(super) unavailable: bool,
}

/// `GUILD_CREATE`.
#[derive(Deserialize)]
pub(super) struct Guild {
    pub(super) id: GuildId,
    #[serde(default)]
    pub(super) unavailable: bool,
    #[serde(default)]
    pub(super) joined_at: Option<Timestamp>,
    #[serde(default)]
    pub(super) system_channel_id: Option<ChannelId>,
    #[serde(default)]
    pub(super) channels: Vec<Channel>,
    #[serde(default)]
    pub(super) threads: Vec<Channel>,
}

/// A channel or a thread.
#[derive(Deserialize)]
pub(super) struct Channel {
    pub(super) id: ChannelId,
    #[serde(rename = "type")]
    pub(super) kind: u8,
    #[serde(default)]
    pub(super) guild_id: Option<GuildId>,
    #[serde(default)]
    pub(super) parent_id: Option<ChannelId>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) permission_overwrites: Vec<Overwrite>,
}

impl Channel {
    pub(super) const TEXT: u8 = 0;

    /// Whether it hangs under another channel whose settings it shares (a category is not one).
    pub(super) const fn is_thread(&self) -> bool {
        matches!(self.kind, 10..=12)
    }

    /// The channel that a thread hangs under.
    pub(super) fn parent(&self) -> Option<ChannelId> {
        self.parent_id.filter(|_| self.is_thread())
    }
}

/// What a role or a member may do otherwise in one channel; a member's number stands in `id` as well.
#[derive(Deserialize)]
pub(super) struct Overwrite {
    pub(super) id: RoleId,
    pub(super) allow: Permissions,
    pub(super) deny: Permissions,
}

/// The answer to a question for active threads.
#[derive(Deserialize)]
pub(super) struct Threads {
    pub(super) threads: Vec<Channel>,
}

/// `THREAD_LIST_SYNC`.
#[derive(Deserialize)]
pub(super) struct ThreadList {
    pub(super) guild_id: GuildId,
    pub(super) threads: Vec<Channel>,
}

/// An account.
#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: UserId,
    #[serde(default)]
    pub(super) username: String,
    #[serde(default)]
    pub(super) global_name: Option<String>,
    #[serde(default)]
    pub(super) bot: bool,
    #[serde(default)]
    pub(super) system: bool,
}

/// An account in a guild.
#[derive(Deserialize)]
pub(super) struct Member {
    #[serde(default)]
    pub(super) user: Option<User>,
    #[serde(default)]
    pub(super) nick: Option<String>,
    #[serde(default)]
    pub(super) roles: Vec<RoleId>,
    #[serde(default)]
    pub(super) permissions: Option<Permissions>,
}

impl User {
    /// The person, under the name that is shown in the guild.
    pub(super) fn person(&self, nick: Option<&str>, language: Language) -> Person {
        let name = nick
            .or(self.global_name.as_deref())
            .filter(|name| !name.trim().is_empty())
            .unwrap_or(&self.username);
        Person {
            connector: ids::connector(),
            id: PersonId::new(self.id.to_string()),
            name: Private::new(name.to_owned()),
            language,
        }
    }
}

/// A message, from an event or from history.
#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) id: MessageId,
    pub(super) channel_id: ChannelId,
    #[serde(default)]
    pub(super) guild_id: Option<GuildId>,
    pub(super) author: User,
    #[serde(default)]
    pub(super) member: Option<Member>,
    #[serde(default)]
    pub(super) webhook_id: Option<WebhookId>,
    #[serde(default)]
    pub(super) content: String,
    #[serde(default, rename = "type")]
    pub(super) kind: u8,
    #[serde(default)]
    pub(super) edited_timestamp: Option<Timestamp>,
    #[serde(default, rename = "message_reference")]
    pub(super) answers: Option<Reference>,
    /// Null where it was deleted, missing where Discord didn't look it up. Where it can't be read it is
    /// as good as missing: the message itself must not be lost for it.
    #[serde(
        default,
        rename = "referenced_message",
        deserialize_with = "where_readable"
    )]
    pub(super) answered: Option<Answered>,
}

/// As much of an answered message as is read with its answer.
#[derive(Deserialize)]
pub(super) struct Answered {
    pub(super) author: Identity,
    #[serde(default)]
    pub(super) webhook_id: Option<WebhookId>,
    #[serde(default)]
    pub(super) content: String,
}

/// As much of an account as tells it from others.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Identity {
    pub(super) id: UserId,
}

fn where_readable<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Answered>, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    Ok(serde_json::from_value(value).ok())
}

impl Message {
    const ORDINARY: u8 = 0;
    const REPLY: u8 = 19;

    /// Whether a person wrote it, and not an app, a webhook or Discord itself.
    pub(super) const fn is_from_person(&self) -> bool {
        !self.author.bot
            && !self.author.system
            && self.webhook_id.is_none()
            && matches!(self.kind, Self::ORDINARY | Self::REPLY)
    }
}

/// As much of `MESSAGE_UPDATE` as tells whether a person changed the message.
#[derive(Deserialize)]
pub(super) struct Change {
    #[serde(default)]
    pub(super) edited_timestamp: Option<Timestamp>,
}

/// The message that another one answers.
#[derive(Deserialize)]
pub(super) struct Reference {
    #[serde(default)]
    pub(super) message_id: Option<MessageId>,
}

/// `MESSAGE_DELETE` and `MESSAGE_DELETE_BULK`.
#[derive(Deserialize)]
pub(super) struct Deletion {
    #[serde(default)]
    pub(super) id: Option<MessageId>,
    #[serde(default)]
    pub(super) ids: Vec<MessageId>,
    pub(super) channel_id: ChannelId,
}

/// As much of anything as has an identifier.
#[derive(Deserialize)]
pub(super) struct Identified {
    pub(super) id: MessageId,
}

/// `INTERACTION_CREATE`.
#[derive(Deserialize)]
pub(super) struct Interaction {
    pub(super) id: InteractionId,
    pub(super) application_id: ApplicationId,
    #[serde(rename = "type")]
    pub(super) kind: u8,
    pub(super) token: String,
    #[serde(default)]
    pub(super) data: InteractionData,
    #[serde(default)]
    pub(super) guild_id: Option<GuildId>,
    #[serde(default)]
    pub(super) channel_id: Option<ChannelId>,
    #[serde(default)]
    pub(super) channel: Option<Channel>,
    #[serde(default)]
    pub(super) member: Option<Member>,
    #[serde(default)]
    pub(super) user: Option<User>,
    #[serde(default)]
    pub(super) locale: Option<String>,
    #[serde(default)]
    pub(super) app_permissions: Option<Permissions>,
    #[serde(default)]
    pub(super) message: Option<Identified>,
}

impl Interaction {
    pub(super) const COMMAND: u8 = 2;
    pub(super) const COMPONENT: u8 = 3;
    pub(super) const FORM: u8 = 5;
}

/// What was pressed, chosen or filled in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct InteractionData {
    pub(super) custom_id: String,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: u8,
    pub(super) options: Vec<Choice>,
    pub(super) resolved: Resolved,
    pub(super) target_id: Option<MessageId>,
    pub(super) components: Vec<Input>,
}

impl InteractionData {
    pub(super) const MESSAGE_COMMAND: u8 = 3;
}

/// An option of a command as it was given.
#[derive(Deserialize)]
pub(super) struct Choice {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: u8,
    #[serde(default)]
    pub(super) value: serde_json::Value,
    #[serde(default)]
    pub(super) options: Vec<Choice>,
}

impl Choice {
    pub(super) const SUBCOMMAND: u8 = 1;
    pub(super) const SUBCOMMAND_GROUP: u8 = 2;
    pub(super) const USER: u8 = 6;
    pub(super) const ROLE: u8 = 8;
    pub(super) const MENTIONABLE: u8 = 9;
}

/// What a command's options and target stand for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Resolved {
    pub(super) messages: HashMap<MessageId, Message>,
    /// Looked into for the keys only.
    pub(super) roles: HashMap<String, serde_json::Value>,
}

/// An input of a form, or something that holds inputs.
#[derive(Deserialize)]
pub(super) struct Input {
    #[serde(default)]
    pub(super) custom_id: Option<String>,
    #[serde(default)]
    pub(super) value: Option<serde_json::Value>,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) components: Vec<Input>,
    #[serde(default)]
    pub(super) component: Option<Box<Input>>,
}

/// The application behind the bot.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Application {
    pub(super) id: ApplicationId,
    #[serde(default)]
    pub(super) bot: Option<Identity>,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) flags: u64,
}

impl Application {
    /// Application flags `GATEWAY_MESSAGE_CONTENT` and `GATEWAY_MESSAGE_CONTENT_LIMITED`.
    const CONTENT: u64 = 1 << 18 | 1 << 19;

    /// Whether the bot may ask for the content of messages.
    pub(super) const fn may_read_content(&self) -> bool {
        self.flags & Self::CONTENT != 0
    }
}

/// A moment as Discord writes it, in ours.
pub(super) fn moment(timestamp: Timestamp) -> clock::Timestamp {
    let millis = timestamp.unix_timestamp_nanos() / 1_000_000;
    clock::Timestamp::from_millis(i64::try_from(millis).unwrap_or_default())
}
