//! Who belongs to a guild, and with which roles.

use serde_json::{Value, json};

use crate::sim::discord::DiscordSim;
use crate::sim::discord::payload::{id, role, user};
use crate::sim::discord::permissions::ADMINISTRATOR;
use crate::sim::discord::world::{Member, Role, World};

impl DiscordSim {
    /// Makes a person a member of a guild.
    pub fn join(&self, guild: u64, person: u64) {
        self.shared.with(|world| {
            let joined = world.clock.now();
            let Some(found) = world.guilds.get_mut(&guild) else {
                return;
            };
            let roles = Vec::new();
            found.members.insert(person, Member { roles, joined });
            world.dispatch_member("GUILD_MEMBER_ADD", guild, person);
        });
    }

    /// Takes a person out of a guild; the bot too, which then hears `GUILD_DELETE`.
    pub fn leave(&self, guild: u64, person: u64) {
        self.shared.with(|world| {
            let Some(found) = world.guilds.get_mut(&guild) else {
                return;
            };
            found.members.remove(&person);
            if person == world.bot {
                let data = json!({ "id": id(guild) });
                world.dispatch_guild("GUILD_DELETE", |_| data.clone());
                return;
            }
            let account = world.people.get(&person).map(user);
            let data = json!({ "guild_id": id(guild), "user": account });
            world.dispatch_guild("GUILD_MEMBER_REMOVE", |_| data.clone());
        });
    }

    /// Adds a role that allows nothing beyond what everyone may do.
    pub fn add_role(&self, guild: u64, name: &str) -> u64 {
        self.shared.with(|world| world.add_role(guild, name, 0))
    }

    /// Gives a person a role.
    pub fn give_role(&self, guild: u64, person: u64, role: u64) {
        self.shared.with(|world| {
            let member = world
                .guilds
                .get_mut(&guild)
                .and_then(|guild| guild.members.get_mut(&person));
            if let Some(member) = member
                && !member.roles.contains(&role)
            {
                member.roles.push(role);
                world.dispatch_member("GUILD_MEMBER_UPDATE", guild, person);
            }
        });
    }

    /// Takes a role from a person.
    pub fn take_role(&self, guild: u64, person: u64, role: u64) {
        self.shared.with(|world| {
            let member = world
                .guilds
                .get_mut(&guild)
                .and_then(|guild| guild.members.get_mut(&person));
            if let Some(member) = member {
                member.roles.retain(|held| *held != role);
                world.dispatch_member("GUILD_MEMBER_UPDATE", guild, person);
            }
        });
    }

    /// Makes a person the owner of a guild, and a member if they aren't one.
    pub fn set_owner(&self, guild: u64, person: u64) {
        let is_member = self.shared.peek(|world| {
            let found = world.guilds.get(&guild);
            found.is_some_and(|guild| guild.members.contains_key(&person))
        });
        if !is_member {
            self.join(guild, person);
        }
        self.shared.with(|world| {
            if let Some(found) = world.guilds.get_mut(&guild) {
                found.owner = person;
            }
            world.dispatch_guild("GUILD_UPDATE", |world| {
                world
                    .guilds
                    .get(&guild)
                    .map_or(Value::Null, |guild| world.guild_object(guild))
            });
        });
    }

    /// Gives a person a role with the administrator permission.
    pub fn set_administrator(&self, guild: u64, person: u64) {
        let role = self.shared.with(|world| {
            let known = world.guilds.get(&guild).and_then(|guild| {
                let mut roles = guild.roles.iter();
                roles.find(|role| role.permissions & ADMINISTRATOR != 0)
            });
            match known.map(|role| role.id) {
                Some(role) => role,
                None => world.add_role(guild, "Admins", ADMINISTRATOR),
            }
        });
        self.give_role(guild, person, role);
    }
}

impl World {
    fn add_role(&mut self, guild: u64, name: &str, permissions: u64) -> u64 {
        let (number, bot) = (self.clock.next_id(), self.bot);
        let Some(found) = self.guilds.get_mut(&guild) else {
            return number;
        };
        let added = Role {
            id: number,
            name: name.to_owned(),
            permissions,
            position: u64::try_from(found.roles.len()).unwrap_or(0),
            of_bot: false,
        };
        let data = json!({ "guild_id": id(guild), "role": role(&added, bot) });
        found.roles.push(added);
        self.dispatch_guild("GUILD_ROLE_CREATE", |_| data.clone());
        number
    }

    fn dispatch_member(&mut self, event: &str, guild: u64, person: u64) {
        self.dispatch_guild(event, |world| {
            world
                .guilds
                .get(&guild)
                .and_then(|guild| world.member_of(guild, person))
                .unwrap_or(Value::Null)
        });
    }
}
