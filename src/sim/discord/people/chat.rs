//! People writing: messages, replies, edits, deletions and reactions.

use serde_json::{Value, json};

use super::{Impossible, What};
use crate::sim::discord::DiscordSim;
use crate::sim::discord::payload::id;
use crate::sim::discord::permissions::{SEND_MESSAGES, SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL};
use crate::sim::discord::session::Scene;
use crate::sim::discord::world::{ChannelKind, Message, World};

impl DiscordSim {
    /// A person writes in a channel, a thread or a direct message; gives the message's id.
    pub fn say(&self, channel: u64, person: u64, text: &str) -> Result<u64, Impossible> {
        self.shared
            .with(|world| world.write(channel, person, (text, None)))
    }

    /// A person writes to the bot directly.
    pub fn say_directly(&self, person: u64, text: &str) -> Result<u64, Impossible> {
        let channel = self.dm_channel(person);
        self.say(channel, person, text)
    }

    /// Many messages by one person at once, for load.
    pub fn say_many(
        &self,
        channel: u64,
        person: u64,
        texts: impl IntoIterator<Item = String>,
    ) -> Result<Vec<u64>, Impossible> {
        self.shared.with(|world| {
            texts
                .into_iter()
                .map(|text| world.write(channel, person, (&text, None)))
                .collect()
        })
    }

    /// A person replies to a message.
    pub fn reply(
        &self,
        channel: u64,
        person: u64,
        target: u64,
        text: &str,
    ) -> Result<u64, Impossible> {
        self.shared.with(|world| {
            world.find_message(channel, target)?;
            world.write(channel, person, (text, Some(target)))
        })
    }

    /// The author edits a message.
    pub fn edit(&self, channel: u64, message: u64, text: &str) -> Result<(), Impossible> {
        self.shared.with(|world| {
            let mut changed = world.find_message(channel, message)?.clone();
            text.clone_into(&mut changed.content);
            changed.edited = Some(world.clock.now());
            changed.edits += 1;
            changed.pings = world.pings(&changed, &Value::Null);
            if let Some(found) = world.message_mut(channel, message) {
                *found = changed;
            }
            world.dispatch_message("MESSAGE_UPDATE", channel, message);
            world.tell_edited(channel, message);
            Ok(())
        })
    }

    /// The author, or a moderator, deletes a message.
    pub fn delete(&self, channel: u64, message: u64) -> Result<(), Impossible> {
        self.shared.with(|world| {
            world.find_message(channel, message)?;
            world.remove_message(channel, message);
            Ok(())
        })
    }

    /// A moderator deletes several messages at once.
    pub fn delete_bulk(&self, channel: u64, messages: &[u64]) {
        self.shared
            .with(|world| world.remove_messages(channel, messages));
    }

    /// A person puts an emoji under a message.
    pub fn react(
        &self,
        channel: u64,
        message: u64,
        (person, emoji): (u64, &str),
    ) -> Result<(), Impossible> {
        self.shared.with(|world| {
            world.find_message(channel, message)?;
            world.add_reaction((channel, message), person, emoji);
            Ok(())
        })
    }

    /// Forgets every message, to keep a long load test small. Sessions and what they buffer
    /// stay.
    pub fn forget_history(&self) {
        self.shared.with(|world| {
            for channel in world.channels.values_mut() {
                channel.messages.clear();
            }
            world.ephemerals.clear();
            world.nonces.clear();
        });
    }
}

impl World {
    /// A message that is there and not deleted.
    pub(super) fn find_message(&self, channel: u64, message: u64) -> Result<&Message, Impossible> {
        self.message(channel, message)
            .filter(|message| !message.deleted)
            .ok_or_else(|| {
                Impossible::new(
                    format!("message {message} in channel {channel}"),
                    "no such message",
                )
            })
    }

    /// Checks that a person can see a channel and write in it.
    pub(super) fn check_presence(&self, channel: u64, person: u64) -> Result<(), Impossible> {
        let Some(place) = self.channels.get(&channel) else {
            return Err(Impossible::new(
                format!("a channel {channel}"),
                "no such channel",
            ));
        };
        let sending = if place.is_thread() {
            SEND_MESSAGES_IN_THREADS
        } else {
            SEND_MESSAGES
        };
        let needed = VIEW_CHANNEL | sending;
        if self.permissions(place, person) & needed != needed {
            return Err(Impossible::new(
                format!("that {} may write in {}", self.name_of(person), place.name),
                "that they may not: are they a member?",
            ));
        }
        Ok(())
    }

    fn write(
        &mut self,
        channel: u64,
        person: u64,
        (text, reply_to): (&str, Option<u64>),
    ) -> Result<u64, Impossible> {
        self.check_presence(channel, person)?;
        // 4000 is what paying members may write; a bot has to cope with it.
        let length = text.chars().count();
        if text.trim().is_empty() || length > 4000 {
            return Err(Impossible::new(
                "a text of 1 to 4000 characters",
                format!("{length} characters"),
            ));
        }
        let (number, now) = (self.clock.next_id(), self.clock.now());
        let mut message = Message::new(number, channel, person, now);
        message.kind = if reply_to.is_some() { 19 } else { 0 };
        message.reply_to = reply_to;
        text.clone_into(&mut message.content);
        message.pings = self.pings(&message, &Value::Null);
        Ok(self.post(message))
    }

    /// Deletes a message and tells everybody.
    pub(in crate::sim::discord) fn remove_message(&mut self, channel: u64, message: u64) {
        let Some(found) = self.message_mut(channel, message) else {
            return;
        };
        found.deleted = true;
        let ephemeral = found.only_for.is_some();
        if !ephemeral {
            self.dispatch_in("MESSAGE_DELETE", channel, json!({ "id": id(message) }));
        }
        self.tell_deleted(channel, message);
    }

    /// Deletes messages at once and tells everybody in one event.
    pub(in crate::sim::discord) fn remove_messages(&mut self, channel: u64, messages: &[u64]) {
        for message in messages {
            if let Some(found) = self.message_mut(channel, *message) {
                found.deleted = true;
            }
            self.tell_deleted(channel, *message);
        }
        let ids: Vec<Value> = messages.iter().map(|message| id(*message)).collect();
        self.dispatch_in("MESSAGE_DELETE_BULK", channel, json!({ "ids": ids }));
    }

    /// Adds a person's (or the bot's) reaction.
    pub(in crate::sim::discord) fn add_reaction(
        &mut self,
        (channel, message): (u64, u64),
        person: u64,
        emoji: &str,
    ) {
        let given = (emoji.to_owned(), person);
        let Some(found) = self.message_mut(channel, message) else {
            return;
        };
        if found.reactions.contains(&given) {
            return;
        }
        found.reactions.push(given);
        let author = found.author;
        let mut data = reaction(message, person, emoji);
        data["message_author_id"] = id(author);
        data["burst"] = json!(false);
        data["type"] = json!(0);
        let guild = self.channels.get(&channel).and_then(|it| it.guild);
        let guild = guild.and_then(|guild| self.guilds.get(&guild));
        if let Some(member) = guild.and_then(|guild| self.member(guild, person)) {
            data["member"] = member;
        }
        self.dispatch_in("MESSAGE_REACTION_ADD", channel, data);
        self.tell(What::Reacted, (channel, person), emoji);
    }

    /// Takes a reaction away.
    pub(in crate::sim::discord) fn remove_reaction(
        &mut self,
        (channel, message): (u64, u64),
        person: u64,
        emoji: &str,
    ) {
        let Some(found) = self.message_mut(channel, message) else {
            return;
        };
        found
            .reactions
            .retain(|(name, giver)| name != emoji || *giver != person);
        let mut data = reaction(message, person, emoji);
        data["burst"] = json!(false);
        data["type"] = json!(0);
        self.dispatch_in("MESSAGE_REACTION_REMOVE", channel, data);
    }

    /// The kind of place an interaction event happens in.
    pub(super) fn interaction_scene(&self, channel: u64) -> Scene {
        match self.channels.get(&channel).map(|channel| channel.kind) {
            Some(ChannelKind::Direct) | None => Scene::Direct,
            Some(_) => Scene::Guild,
        }
    }
}

fn reaction(message: u64, person: u64, emoji: &str) -> Value {
    json!({
        "user_id": id(person),
        "message_id": id(message),
        "emoji": { "id": null, "name": emoji },
    })
}
