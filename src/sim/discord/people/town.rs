//! Building the place: people, guilds, channels and roles.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::sim::discord::DiscordSim;
use crate::sim::discord::payload::{id, role};
use crate::sim::discord::permissions::{self, VIEW_CHANNEL};
use crate::sim::discord::world::{
    Channel, ChannelKind, Guild, Member, Overwrite, Person, Role, World,
};

impl DiscordSim {
    /// Adds a person with an account. The name is shown to others.
    pub fn add_person(&self, name: &str) -> u64 {
        self.shared.with(|world| {
            let id = world.clock.next_id();
            let username = name.to_lowercase().replace(' ', ".");
            let person = Person {
                id,
                username,
                display_name: name.to_owned(),
                bot: false,
                refuses_direct_messages: false,
            };
            world.people.insert(id, person);
            id
        })
    }

    /// Adds a guild with the bot in it. Somebody unseen owns it until [`Self::set_owner`].
    pub fn add_guild(&self, name: &str) -> u64 {
        let owner = self.add_person(&format!("Owner of {name}"));
        self.shared.with(|world| {
            let id = world.clock.next_id();
            let new_role = |id, name: &str, permissions, position, of_bot| Role {
                id,
                name: name.to_owned(),
                permissions,
                position,
                of_bot,
            };
            let everyone = new_role(id, "@everyone", permissions::EVERYONE, 0, false);
            let of_bot = new_role(world.clock.next_id(), "kith", permissions::BOT, 1, true);
            let joined = world.clock.now();
            let member = |roles| Member { roles, joined };
            let members = BTreeMap::from([
                (owner, member(Vec::new())),
                (world.bot, member(vec![of_bot.id])),
            ]);
            let guild = Guild {
                id,
                name: name.to_owned(),
                owner,
                members,
                roles: vec![everyone, of_bot],
            };
            world.guilds.insert(id, guild);
            world.dispatch_guild("GUILD_CREATE", |world| {
                world
                    .guilds
                    .get(&id)
                    .map_or(Value::Null, |guild| world.guild_create(guild))
            });
            id
        })
    }

    /// Adds a text channel that everybody in the guild can read and write.
    pub fn add_channel(&self, guild: u64, name: &str) -> u64 {
        self.shared
            .with(|world| world.add_channel(guild, name, Vec::new()))
    }

    /// Adds a text channel that only a role, and the bot, can see.
    pub fn add_private_channel(&self, guild: u64, name: &str, role: u64) -> u64 {
        self.shared.with(|world| {
            let overwrite = |holder, for_member, allow, deny| Overwrite {
                holder,
                for_member,
                allow,
                deny,
            };
            let overwrites = vec![
                overwrite(guild, false, 0, VIEW_CHANNEL),
                overwrite(role, false, VIEW_CHANNEL, 0),
                overwrite(world.bot, true, VIEW_CHANNEL, 0),
            ];
            world.add_channel(guild, name, overwrites)
        })
    }

    /// Deletes a channel, its threads and what is in them.
    pub fn delete_channel(&self, channel: u64) {
        self.shared.with(|world| {
            world.dispatch_channel("CHANNEL_DELETE", channel);
            world
                .channels
                .retain(|id, it| *id != channel && it.parent != Some(channel));
        });
    }

    /// Gives a channel another name.
    pub fn rename_channel(&self, channel: u64, name: &str) {
        self.shared.with(|world| {
            let Some(found) = world.channels.get_mut(&channel) else {
                return;
            };
            name.clone_into(&mut found.name);
            let event = if found.is_thread() {
                "THREAD_UPDATE"
            } else {
                "CHANNEL_UPDATE"
            };
            world.dispatch_channel(event, channel);
        });
    }

    /// Starts a public thread in a channel, by the guild's owner.
    ///
    /// # Panics
    /// If there is no such text channel: the script is wrong.
    pub fn add_thread(&self, channel: u64, name: &str) -> u64 {
        let thread = self.shared.with(|world| {
            let guild = world.channels.get(&channel)?.guild?;
            let owner = world.guilds.get(&guild)?.owner;
            world.start_thread(channel, name, (ChannelKind::PublicThread, owner, None))
        });
        match thread {
            Some(thread) => thread,
            None => {
                panic!("expected a text channel of a guild to start a thread in, got {channel}")
            }
        }
    }

    /// Sets what the bot may do in a channel, by an overwrite for it alone.
    pub fn set_bot_permissions(&self, channel: u64, bits: u64) {
        self.shared.with(|world| {
            let bot = world.bot;
            let Some(found) = world.channels.get_mut(&channel) else {
                return;
            };
            found.overwrites.retain(|overwrite| overwrite.holder != bot);
            found.overwrites.push(Overwrite {
                holder: bot,
                for_member: true,
                allow: bits & permissions::ALL,
                deny: !bits & permissions::ALL,
            });
            world.dispatch_channel("CHANNEL_UPDATE", channel);
        });
    }

    /// Sets what the bot may do in the whole guild, by its own role.
    pub fn set_bot_guild_permissions(&self, guild: u64, bits: u64) {
        self.shared.with(|world| {
            let bot = world.bot;
            let found = world.guilds.get_mut(&guild).and_then(|guild| {
                let mut roles = guild.roles.iter_mut();
                roles.find(|role| role.of_bot)
            });
            let Some(found) = found else { return };
            found.permissions = bits;
            let data = json!({ "guild_id": id(guild), "role": role(found, bot) });
            world.dispatch_guild("GUILD_ROLE_UPDATE", |_| data.clone());
        });
    }

    /// Makes a person refuse direct messages (or accept them again): the bot gets 50007.
    pub fn refuse_dms(&self, person: u64, refuses: bool) {
        self.shared.with(|world| {
            if let Some(found) = world.people.get_mut(&person) {
                found.refuses_direct_messages = refuses;
            }
        });
    }

    /// The direct-message channel between the bot and a person, opened when there is none.
    pub fn dm_channel(&self, person: u64) -> u64 {
        self.shared.with(|world| world.direct_channel(person))
    }
}

impl World {
    fn add_channel(&mut self, guild: u64, name: &str, overwrites: Vec<Overwrite>) -> u64 {
        let number = self.clock.next_id();
        let siblings = self
            .channels
            .values()
            .filter(|channel| channel.guild == Some(guild))
            .count();
        let channel = Channel {
            id: number,
            kind: ChannelKind::Text,
            guild: Some(guild),
            parent: None,
            recipient: None,
            owner: self.guilds.get(&guild).map_or(0, |guild| guild.owner),
            name: name.to_owned(),
            position: u64::try_from(siblings).unwrap_or(0),
            overwrites,
            created: self.clock.now(),
            messages: BTreeMap::new(),
        };
        self.channels.insert(number, channel);
        self.dispatch_channel("CHANNEL_CREATE", number);
        number
    }

    /// Starts a thread, of a kind, by somebody, perhaps from a message, whose id it then has.
    pub(in crate::sim::discord) fn start_thread(
        &mut self,
        channel: u64,
        name: &str,
        (kind, owner, from): (ChannelKind, u64, Option<u64>),
    ) -> Option<u64> {
        let parent = self.channels.get(&channel)?;
        if parent.kind != ChannelKind::Text {
            return None;
        }
        let guild = parent.guild;
        let number = from.unwrap_or_else(|| self.clock.next_id());
        let thread = Channel {
            id: number,
            kind,
            guild,
            parent: Some(channel),
            recipient: None,
            owner,
            name: name.to_owned(),
            position: 0,
            overwrites: Vec::new(),
            created: self.clock.now(),
            messages: BTreeMap::new(),
        };
        self.channels.insert(number, thread);
        self.dispatch_channel("THREAD_CREATE", number);
        if let Some(message) = from {
            if let Some(found) = self.message_mut(channel, message) {
                found.thread = Some(number);
                found.flags |= crate::sim::discord::world::Message::HAS_THREAD;
            }
            self.dispatch_message("MESSAGE_UPDATE", channel, message);
        }
        Some(number)
    }

    /// Delivers an event whose payload is a channel that the bot can see. The bot hears of
    /// channels that it can't see as well, but of no thread in them.
    fn dispatch_channel(&mut self, event: &str, channel: u64) {
        let Some(found) = self.channels.get(&channel) else {
            return;
        };
        let visible = self.bot_permissions(found) & VIEW_CHANNEL != 0;
        if found.is_thread() && !visible {
            return;
        }
        let mut data = self.channel_object(found);
        if event == "THREAD_CREATE" {
            data["newly_created"] = json!(true);
        }
        self.dispatch_guild(event, |_| data.clone());
    }
}
