//! Discord's objects as JSON, written field by field from its published documentation.

mod interaction;
mod message;

pub(super) use message::Withheld;
use serde_json::{Value, json};

use super::clock::timestamp;
use super::permissions::in_guild;
use super::world::{Channel, Guild, Member, Person, Role, World};

/// An id: Discord writes them as text.
pub(super) fn id(id: u64) -> Value {
    Value::String(id.to_string())
}

/// A user object.
pub(super) fn user(person: &Person) -> Value {
    let mut user = json!({
        "id": id(person.id),
        "username": person.username,
        "discriminator": "0",
        "global_name": if person.bot { Value::Null } else { json!(person.display_name) },
        "avatar": null,
        "avatar_decoration_data": null,
        "banner": null,
        "accent_color": null,
        "public_flags": 0,
    });
    if person.bot {
        user["bot"] = json!(true);
    }
    user
}

/// A guild member without the user and without permissions, as messages carry it.
fn partial_member(member: &Member) -> Value {
    json!({
        "roles": member.roles.iter().map(|role| id(*role)).collect::<Vec<_>>(),
        "nick": null,
        "avatar": null,
        "banner": null,
        "joined_at": timestamp(member.joined),
        "premium_since": null,
        "pending": false,
        "communication_disabled_until": null,
        "flags": 0,
        "deaf": false,
        "mute": false,
    })
}

/// A role object.
pub(super) fn role(role: &Role, bot: u64) -> Value {
    let mut value = json!({
        "id": id(role.id),
        "name": role.name,
        "description": null,
        "color": 0,
        "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
        "hoist": false,
        "icon": null,
        "unicode_emoji": null,
        "position": role.position,
        "permissions": role.permissions.to_string(),
        "managed": role.of_bot,
        "mentionable": !role.of_bot,
        "flags": 0,
    });
    if role.of_bot {
        value["tags"] = json!({ "bot_id": id(bot) });
    }
    value
}

impl World {
    /// A guild member object with its user.
    pub(super) fn member(&self, guild: &Guild, person: u64) -> Option<Value> {
        let mut value = partial_member(guild.members.get(&person)?);
        value["user"] = user(self.people.get(&person)?);
        Some(value)
    }

    /// A guild member object with a `guild_id`, as member events carry it.
    pub(super) fn member_of(&self, guild: &Guild, person: u64) -> Option<Value> {
        let mut value = self.member(guild, person)?;
        value["guild_id"] = id(guild.id);
        Some(value)
    }

    /// A channel object: text channel, thread or direct message.
    pub(super) fn channel_object(&self, channel: &Channel) -> Value {
        let last = channel.messages.keys().next_back().copied().map(id);
        let Some(guild) = channel.guild else {
            let recipient = channel
                .recipient
                .and_then(|person| self.people.get(&person));
            return json!({
                "id": id(channel.id),
                "type": 1,
                "flags": 0,
                "last_message_id": last,
                "recipients": recipient.map(user).into_iter().collect::<Vec<_>>(),
            });
        };
        let mut value = json!({
            "id": id(channel.id),
            "type": channel.kind as u64,
            "guild_id": id(guild),
            "name": channel.name,
            "parent_id": channel.parent.map(id),
            "last_message_id": last,
            "rate_limit_per_user": 0,
            "flags": 0,
        });
        if channel.is_thread() {
            let sent = channel.messages.len();
            value["owner_id"] = id(channel.owner);
            value["thread_metadata"] = json!({
                "archived": false,
                "auto_archive_duration": 1440,
                "archive_timestamp": timestamp(channel.created),
                "create_timestamp": timestamp(channel.created),
                "locked": false,
            });
            value["message_count"] = json!(sent);
            value["total_message_sent"] = json!(sent);
            value["member_count"] = json!(1);
        } else {
            value["position"] = json!(channel.position);
            value["topic"] = Value::Null;
            value["nsfw"] = json!(false);
            value["last_pin_timestamp"] = Value::Null;
            value["permission_overwrites"] = channel
                .overwrites
                .iter()
                .map(|overwrite| {
                    json!({
                        "id": id(overwrite.holder),
                        "type": u8::from(overwrite.for_member),
                        "allow": overwrite.allow.to_string(),
                        "deny": overwrite.deny.to_string(),
                    })
                })
                .collect();
        }
        value
    }

    /// The channels of a guild that the bot may see: text channels, or threads.
    pub(super) fn visible_channels(&self, guild: u64, threads: bool) -> Vec<&Channel> {
        self.channels
            .values()
            .filter(|channel| channel.guild == Some(guild) && channel.is_thread() == threads)
            .filter(|channel| {
                !threads || self.bot_permissions(channel) & super::permissions::VIEW_CHANNEL != 0
            })
            .collect()
    }

    /// A guild object as REST gives it.
    pub(super) fn guild_object(&self, guild: &Guild) -> Value {
        let roles: Vec<Value> = guild.roles.iter().map(|it| role(it, self.bot)).collect();
        json!({
            "id": id(guild.id),
            "name": guild.name,
            "icon": null,
            "splash": null,
            "discovery_splash": null,
            "owner_id": id(guild.owner),
            "region": null,
            "afk_channel_id": null,
            "afk_timeout": 300,
            "widget_enabled": false,
            "widget_channel_id": null,
            "verification_level": 1,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "roles": roles,
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "application_id": null,
            "system_channel_id": null,
            "system_channel_flags": 0,
            "rules_channel_id": null,
            "max_presences": null,
            "max_members": 500_000,
            "vanity_url_code": null,
            "description": null,
            "banner": null,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": "en-GB",
            "public_updates_channel_id": null,
            "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50,
            "nsfw_level": 0,
            "premium_progress_bar_enabled": false,
            "safety_alerts_channel_id": null,
            "incidents_data": null,
        })
    }

    /// The payload of `GUILD_CREATE`. Without the presences intent only the bot is among the
    /// members (documentation: "Guild Create").
    pub(super) fn guild_create(&self, guild: &Guild) -> Value {
        let channels = |threads| -> Vec<Value> {
            self.visible_channels(guild.id, threads)
                .into_iter()
                .map(|channel| self.channel_object(channel))
                .collect()
        };
        let joined = guild
            .members
            .get(&self.bot)
            .map_or(0, |member| member.joined);
        let mut value = self.guild_object(guild);
        value["joined_at"] = json!(timestamp(joined));
        value["large"] = json!(false);
        value["unavailable"] = json!(false);
        value["member_count"] = json!(guild.members.len());
        value["members"] = self.member(guild, self.bot).into_iter().collect();
        value["channels"] = json!(channels(false));
        value["threads"] = json!(channels(true));
        for empty in [
            "voice_states",
            "presences",
            "stage_instances",
            "guild_scheduled_events",
            "soundboard_sounds",
        ] {
            value[empty] = json!([]);
        }
        value
    }

    /// The application object of the bot itself. The flag says whether the message content
    /// intent is granted (documentation: "Application flags", limited under the threshold).
    pub(super) fn application_object(&self) -> Value {
        let bot = self.people.get(&self.bot).map(user);
        json!({
            "id": id(self.application),
            "name": "kith",
            "icon": null,
            "description": "",
            "bot_public": false,
            "bot_require_code_grant": false,
            "verify_key": "00",
            "owner": bot,
            "bot": bot,
            "team": null,
            "flags": self.application_flags(),
            "approximate_guild_count": self.guilds.len(),
        })
    }

    pub(super) fn application_flags(&self) -> u64 {
        let granted = |intent: u64| self.granted_intents & intent != 0;
        u64::from(granted(super::session::MESSAGE_CONTENT)) << 19
            | u64::from(granted(super::session::GUILD_MEMBERS)) << 15
    }

    /// A member with the permissions that they have in a channel, as interactions carry it.
    fn member_in(&self, channel: &Channel, person: u64) -> Option<Value> {
        let guild = self.guilds.get(&channel.guild?)?;
        let mut value = self.member(guild, person)?;
        value["permissions"] = json!(self.permissions(channel, person).to_string());
        Some(value)
    }

    /// The permissions of a person in the whole guild.
    pub(super) fn guild_permissions(&self, guild: u64, person: u64) -> u64 {
        self.guilds
            .get(&guild)
            .map_or(0, |guild| in_guild(guild, person))
    }
}
