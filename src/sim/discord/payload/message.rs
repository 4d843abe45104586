//! Message objects, with what an app may not read left out.

use serde_json::{Value, json};

use super::{id, partial_member, user};
use crate::sim::discord::clock::timestamp;
use crate::sim::discord::world::{Deed, Interaction, Message, Ping, World};

/// Whether message content is withheld from an app that has no content intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sim::discord) enum Withheld {
    /// Everything is shown.
    Nothing,
    /// Content is empty, except where the documentation says that it is not.
    Content,
}

impl World {
    /// A message object as REST gives it.
    pub(in crate::sim::discord) fn message_object(
        &self,
        message: &Message,
        withheld: Withheld,
    ) -> Value {
        let mut value = self.bare_message(message, withheld);
        if let Some(target) = message.reply_to {
            value["message_reference"] = self.reference(message, target);
            // Missing when it was not looked up, null when it is gone.
            value["referenced_message"] = self
                .message(message.channel, target)
                .filter(|target| !target.deleted)
                .map_or(Value::Null, |target| self.bare_message(target, withheld));
        }
        if let Some(thread) = message.thread.and_then(|thread| self.channels.get(&thread)) {
            value["thread"] = self.channel_object(thread);
        }
        if let Some(interaction) = message
            .interaction
            .and_then(|interaction| self.interactions.get(&interaction))
        {
            value["application_id"] = id(self.application);
            value["webhook_id"] = id(self.application);
            value["interaction_metadata"] = self.interaction_metadata(interaction);
            if let Deed::Command { name, .. } = &interaction.deed {
                value["interaction"] = json!({
                    "id": id(interaction.id),
                    "type": 2,
                    "name": name,
                    "user": self.people.get(&interaction.person).map(user),
                });
            }
        }
        value
    }

    /// A message object with the fields that only events have. Ephemeral messages have
    /// neither `guild_id` nor `member`.
    pub(in crate::sim::discord) fn message_event(
        &self,
        message: &Message,
        withheld: Withheld,
    ) -> Value {
        let mut value = self.message_object(message, withheld);
        let Some(channel) = self.channels.get(&message.channel) else {
            return value;
        };
        value["channel_type"] = json!(channel.kind as u64);
        let guild = channel.guild.and_then(|guild| self.guilds.get(&guild));
        if let (Some(guild), None) = (guild, message.only_for) {
            value["guild_id"] = id(guild.id);
            if let Some(member) = guild.members.get(&message.author) {
                value["member"] = partial_member(member);
            }
            if let Some(mentions) = value["mentions"].as_array_mut() {
                for mention in mentions {
                    let member = mention["id"]
                        .as_str()
                        .and_then(|text| text.parse().ok())
                        .and_then(|person: u64| guild.members.get(&person));
                    mention["member"] = member.map_or(Value::Null, partial_member);
                }
            }
        }
        value
    }

    fn is_withheld(&self, message: &Message, withheld: Withheld) -> bool {
        let direct = self
            .channels
            .get(&message.channel)
            .is_none_or(|channel| channel.guild.is_none());
        withheld == Withheld::Content
            && message.author != self.bot
            && !direct
            && !message.pings.contains(&Ping::Person(self.bot))
    }

    fn bare_message(&self, message: &Message, withheld: Withheld) -> Value {
        let hidden = self.is_withheld(message, withheld);
        let author = self.people.get(&message.author).map(user);
        let mentions = message.pings.iter().filter_map(|ping| match ping {
            Ping::Person(person) => self.people.get(person).map(user),
            Ping::Role(_) | Ping::Everyone => None,
        });
        let roles = message.pings.iter().filter_map(|ping| match ping {
            Ping::Role(role) => Some(id(*role)),
            Ping::Person(_) | Ping::Everyone => None,
        });
        let mut value = json!({
            "id": id(message.id),
            "channel_id": id(message.channel),
            "type": message.kind,
            "author": author,
            "content": if hidden { "" } else { &message.content },
            "embeds": if hidden { &[][..] } else { &message.embeds },
            "components": if hidden { &[][..] } else { &message.components },
            "attachments": [],
            "timestamp": timestamp(message.created),
            "edited_timestamp": message.edited.map(timestamp),
            "tts": false,
            "mention_everyone": message.pings.contains(&Ping::Everyone),
            "mentions": mentions.collect::<Value>(),
            "mention_roles": roles.collect::<Value>(),
            "pinned": false,
            "flags": message.flags,
        });
        if let Some(nonce) = &message.nonce {
            value["nonce"] = nonce.clone();
        }
        if !message.reactions.is_empty() {
            value["reactions"] = self.reactions(message);
        }
        value
    }

    fn reactions(&self, message: &Message) -> Value {
        let mut names: Vec<&String> = message.reactions.iter().map(|(name, _)| name).collect();
        names.dedup();
        names
            .into_iter()
            .map(|name| {
                let givers = message.reactions.iter().filter(|(it, _)| it == name);
                let count = givers.clone().count();
                let mine = givers.clone().any(|(_, person)| *person == self.bot);
                json!({
                    "count": count,
                    "count_details": { "burst": 0, "normal": count },
                    "me": mine,
                    "me_burst": false,
                    "emoji": { "id": null, "name": name },
                    "burst_colors": [],
                })
            })
            .collect()
    }

    fn reference(&self, message: &Message, target: u64) -> Value {
        let mut reference = json!({
            "type": 0,
            "message_id": id(target),
            "channel_id": id(message.channel),
        });
        let guild = self
            .channels
            .get(&message.channel)
            .and_then(|channel| channel.guild);
        if let Some(guild) = guild {
            reference["guild_id"] = id(guild);
        }
        reference
    }

    fn interaction_metadata(&self, interaction: &Interaction) -> Value {
        let guild = self
            .channels
            .get(&interaction.channel)
            .and_then(|channel| channel.guild);
        let mut value = json!({
            "id": id(interaction.id),
            "type": interaction.kind(),
            "user": self.people.get(&interaction.person).map(user),
            "authorizing_integration_owners": { "0": id(guild.unwrap_or(0)) },
        });
        match &interaction.deed {
            Deed::Command { name, menu } => {
                value["name"] = json!(name);
                value["command_type"] = json!(if *menu { 3 } else { 1 });
            }
            Deed::Component { message } => value["interacted_message_id"] = id(*message),
            Deed::Modal { .. } => {
                let trigger = interaction
                    .triggered_by
                    .and_then(|trigger| self.interactions.get(&trigger));
                if let Some(trigger) = trigger {
                    value["triggering_interaction_metadata"] = self.interaction_metadata(trigger);
                }
            }
        }
        value
    }
}
