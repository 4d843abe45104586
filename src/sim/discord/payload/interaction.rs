//! The payload of `INTERACTION_CREATE`.

use serde_json::{Value, json};

use super::{Withheld, id, user};
use crate::sim::discord::clock::timestamp;
use crate::sim::discord::world::{Channel, Interaction, World};

/// What a file may weigh where nobody pays for more: 10 MiB.
const ATTACHMENT_LIMIT: u64 = 10 * 1024 * 1024;

impl World {
    /// An interaction object around its `data`.
    pub(in crate::sim::discord) fn interaction_object(
        &self,
        interaction: &Interaction,
        data: &Value,
    ) -> Value {
        let channel = self.channels.get(&interaction.channel);
        let guild = channel.and_then(|channel| channel.guild);
        let mut value = json!({
            "id": id(interaction.id),
            "application_id": id(self.application),
            "type": interaction.kind(),
            "data": data,
            "token": interaction.token,
            "version": 1,
            "channel_id": id(interaction.channel),
            "locale": "en-GB",
            "entitlements": [],
            "authorizing_integration_owners": { "0": id(guild.unwrap_or(0)) },
            "context": u8::from(guild.is_none()),
            "attachment_size_limit": ATTACHMENT_LIMIT,
        });
        if let Some(channel) = channel {
            value["channel"] = self.partial_channel(channel, interaction.person);
            value["app_permissions"] = json!(self.bot_permissions(channel).to_string());
            if let Some(guild) = guild {
                value["guild_id"] = id(guild);
                value["guild_locale"] = json!("en-GB");
                value["guild"] = json!({ "id": id(guild), "locale": "en-GB", "features": [] });
                value["member"] = self
                    .member_in(channel, interaction.person)
                    .unwrap_or(Value::Null);
            } else {
                value["user"] = self
                    .people
                    .get(&interaction.person)
                    .map_or(Value::Null, user);
            }
        }
        let source = interaction
            .source()
            .and_then(|message| self.message(interaction.channel, message));
        if let Some(message) = source {
            value["message"] = self.message_object(message, Withheld::Nothing);
        }
        value
    }

    /// The part of a channel that interactions carry (documentation: "Resolved data").
    pub(in crate::sim::discord) fn partial_channel(&self, channel: &Channel, person: u64) -> Value {
        let mut value = self.channel_object(channel);
        if let Some(fields) = value.as_object_mut() {
            fields.remove("permission_overwrites");
            fields.remove("recipients");
        }
        value["permissions"] = json!(self.permissions(channel, person).to_string());
        if let (Some(person), None) = (channel.recipient, channel.guild) {
            value["recipients"] = self.people.get(&person).map(user).into_iter().collect();
        }
        value
    }

    /// The `resolved` part of a command's data for one user: the user, and the member without
    /// `user`, `deaf` and `mute`.
    pub(in crate::sim::discord) fn resolved_user(&self, channel: &Channel, person: u64) -> Value {
        let mut resolved = json!({ "users": {} });
        if let Some(account) = self.people.get(&person) {
            resolved["users"][person.to_string()] = user(account);
        }
        if let Some(mut member) = self.member_in(channel, person)
            && let Some(fields) = member.as_object_mut()
        {
            for left_out in ["user", "deaf", "mute"] {
                fields.remove(left_out);
            }
            resolved["members"] = json!({ person.to_string(): member });
        }
        resolved
    }

    /// The `interaction` part of the answer to a callback asked for `with_response`.
    pub(in crate::sim::discord) fn callback_object(&self, interaction: &Interaction) -> Value {
        let message = interaction
            .original
            .and_then(|message| self.message(interaction.channel, message));
        let mut value = json!({
            "id": id(interaction.id),
            "type": interaction.kind(),
        });
        if let Some(message) = message {
            use crate::sim::discord::world::Message;
            value["response_message_id"] = id(message.id);
            value["response_message_loading"] = json!(message.flags & Message::LOADING != 0);
            value["response_message_ephemeral"] = json!(message.flags & Message::EPHEMERAL != 0);
        }
        value
    }

    /// The extra time fields of a thread member for the bot.
    pub(in crate::sim::discord) fn thread_member(&self, thread: &Channel) -> Value {
        json!({
            "id": id(thread.id),
            "user_id": id(self.bot),
            "join_timestamp": timestamp(thread.created),
            "flags": 0,
        })
    }
}
