//! People using commands: the window checks what was typed against the registered command and
//! gives it the shape that the bot receives.

use serde_json::{Value, json};

use super::{Impossible, InteractionHandle, What};
use crate::sim::discord::DiscordSim;
use crate::sim::discord::payload::{Withheld, role};
use crate::sim::discord::permissions::{ADMINISTRATOR, ALL, USE_APPLICATION_COMMANDS};
use crate::sim::discord::world::{Channel, ChannelKind, Deed, World};

impl DiscordSim {
    /// A person uses a slash command: `"kith setup"` with `[("role", "intake")]`. Channels,
    /// roles and people go by id or name; choices by name or value.
    pub fn slash(
        &self,
        person: u64,
        channel: u64,
        command: &str,
        options: &[(&str, &str)],
    ) -> Result<InteractionHandle, Impossible> {
        self.shared.with(|world| {
            let mut words = command.trim_start_matches('/').split(' ');
            let name = words.next().unwrap_or_default();
            let registered = world.find_command((name, 1), person, channel)?;
            let path: Vec<&str> = words.collect();
            let mut data = command_data(&registered);
            let mut resolved = json!({});
            let mut shaper = Shaper {
                world,
                channel: world.place(channel)?,
                resolved: &mut resolved,
            };
            let chosen = shaper.shape(&registered["options"], &path, options)?;
            if !chosen.is_empty() {
                data["options"] = json!(chosen);
            }
            if resolved.as_object().is_some_and(|it| !it.is_empty()) {
                data["resolved"] = resolved;
            }
            let arguments: Vec<String> = options
                .iter()
                .map(|(name, value)| format!(" {name}:{value}"))
                .collect();
            let typed = format!("/{}{}", command.trim_start_matches('/'), arguments.concat());
            world.tell(What::Commanded, (channel, person), &typed);
            let deed = Deed::Command {
                name: command.trim_start_matches('/').to_owned(),
                menu: false,
            };
            Ok(world.interact(person, channel, (deed, data)))
        })
    }

    /// A person uses a command from the menu of a message, such as "Log as a request".
    pub fn message_command(
        &self,
        person: u64,
        channel: u64,
        message: u64,
        name: &str,
    ) -> Result<InteractionHandle, Impossible> {
        self.shared.with(|world| {
            let registered = world.find_command((name, 3), person, channel)?;
            let target = world.find_message(channel, message)?;
            // The app gets the content here even without the content intent.
            let target = world.message_object(target, Withheld::Nothing);
            let mut data = command_data(&registered);
            data["target_id"] = json!(message.to_string());
            data["resolved"] = json!({ "messages": { message.to_string(): target } });
            world.tell(What::Commanded, (channel, person), name);
            let deed = Deed::Command {
                name: name.to_owned(),
                menu: true,
            };
            Ok(world.interact(person, channel, (deed, data)))
        })
    }

    /// The names of the commands that are registered, menu commands included.
    pub fn command_names(&self) -> Vec<String> {
        self.shared.peek(|world| {
            let all = world.commands.values().flatten();
            all.filter_map(|command| command["name"].as_str().map(str::to_owned))
                .collect()
        })
    }
}

fn command_data(registered: &Value) -> Value {
    let mut data = json!({
        "id": registered["id"],
        "name": registered["name"],
        "type": registered["type"],
    });
    if let Some(guild) = registered.get("guild_id") {
        data["guild_id"] = guild.clone();
    }
    data
}

impl World {
    fn place(&self, channel: u64) -> Result<&Channel, Impossible> {
        self.channels
            .get(&channel)
            .ok_or_else(|| Impossible::new(format!("a channel {channel}"), "no such channel"))
    }

    /// A registered command that this person may use in this channel.
    fn find_command(
        &self,
        (name, kind): (&str, u64),
        person: u64,
        channel: u64,
    ) -> Result<Value, Impossible> {
        let place = self.place(channel)?;
        let scopes = [place.guild, None];
        let found = scopes
            .iter()
            .filter_map(|scope| self.commands.get(scope))
            .flatten()
            .find(|command| command["name"] == name && command["type"] == kind);
        let Some(command) = found else {
            let known: Vec<&str> = self
                .commands
                .values()
                .flatten()
                .filter_map(|command| command["name"].as_str())
                .collect();
            return Err(Impossible::new(
                format!("a registered command {name:?}"),
                format!("{known:?}"),
            ));
        };
        let context = u64::from(place.kind == ChannelKind::Direct);
        let offered = match command["contexts"].as_array() {
            Some(contexts) => contexts.iter().any(|it| it.as_u64() == Some(context)),
            None => context == 0 || command["dm_permission"] != false,
        };
        let permissions = self.permissions(place, person);
        let wanted = match &command["default_member_permissions"] {
            Value::String(bits) => bits.parse().unwrap_or(0),
            _ => 0,
        };
        let only_administrators = command["default_member_permissions"] == "0";
        let allowed = context == 1
            || permissions == ALL
            || permissions & ADMINISTRATOR != 0
            || (!only_administrators
                && permissions & USE_APPLICATION_COMMANDS != 0
                && permissions & wanted == wanted);
        if !offered || !allowed {
            return Err(Impossible::new(
                format!("that {} may use {name:?} here", self.name_of(person)),
                "that the command isn't offered to them here",
            ));
        }
        Ok(command.clone())
    }
}

/// Gives typed options the shape that the bot receives, and collects what they refer to.
struct Shaper<'a> {
    world: &'a World,
    channel: &'a Channel,
    resolved: &'a mut Value,
}

impl Shaper<'_> {
    fn shape(
        &mut self,
        known: &Value,
        path: &[&str],
        given: &[(&str, &str)],
    ) -> Result<Vec<Value>, Impossible> {
        let known = known.as_array().map_or(&[][..], Vec::as_slice);
        if let Some((word, rest)) = path.split_first() {
            let inner = known
                .iter()
                .find(|option| option["name"] == *word && is_group(option));
            let inner = inner.ok_or_else(|| missing("subcommand", word, known))?;
            let options = self.shape(&inner["options"], rest, given)?;
            return Ok(vec![json!({
                "name": inner["name"],
                "type": inner["type"],
                "options": options,
            })]);
        }
        if known.iter().any(is_group) {
            return Err(missing("subcommand", "", known));
        }
        if let Some((name, _)) = given
            .iter()
            .find(|(name, _)| !known.iter().any(|option| option["name"] == *name))
        {
            return Err(missing("option", name, known));
        }
        let mut shaped = Vec::new();
        for option in known {
            let name = option["name"].as_str().unwrap_or_default();
            match given.iter().find(|(given, _)| *given == name) {
                Some((_, typed)) => shaped.push(json!({
                    "name": name,
                    "type": option["type"],
                    "value": self.value(option, typed)?,
                })),
                None if option["required"] == true => {
                    return Err(Impossible::new(
                        format!("the required option {name:?}"),
                        "that it is missing",
                    ));
                }
                None => {}
            }
        }
        Ok(shaped)
    }

    fn value(&mut self, option: &Value, typed: &str) -> Result<Value, Impossible> {
        let wrong =
            |expected: &str| Impossible::new(format!("{expected} for {}", option["name"]), typed);
        if let Some(choices) = option["choices"].as_array().filter(|it| !it.is_empty()) {
            let choice = choices.iter().find(|choice| {
                choice["name"] == typed
                    || choice["value"] == typed
                    || choice["value"]
                        .as_i64()
                        .is_some_and(|it| typed.parse() == Ok(it))
            });
            return choice
                .map(|choice| choice["value"].clone())
                .ok_or_else(|| wrong(&format!("one of {}", Value::from(choices.clone()))));
        }
        match option["type"].as_u64() {
            Some(3) => {
                let length = u64::try_from(typed.chars().count()).unwrap_or(u64::MAX);
                let least = option["min_length"].as_u64().unwrap_or(0);
                let most = option["max_length"].as_u64().unwrap_or(6000);
                if !(least..=most).contains(&length) {
                    return Err(wrong(&format!("{least} to {most} characters")));
                }
                Ok(json!(typed))
            }
            Some(4) => {
                let number: i64 = typed.parse().map_err(|_| wrong("a whole number"))?;
                let least = option["min_value"].as_i64().unwrap_or(i64::MIN);
                let most = option["max_value"].as_i64().unwrap_or(i64::MAX);
                if !(least..=most).contains(&number) {
                    return Err(wrong(&format!("{least} to {most}")));
                }
                Ok(json!(number))
            }
            Some(5) => typed
                .parse::<bool>()
                .map(|truth| json!(truth))
                .map_err(|_| wrong("true or false")),
            Some(6) => self.person(typed).ok_or_else(|| wrong("a person")),
            Some(7) => self.channel(typed).ok_or_else(|| wrong("a channel")),
            Some(8) => self.role(typed).ok_or_else(|| wrong("a role")),
            Some(9) => self
                .person(typed)
                .or_else(|| self.role(typed))
                .ok_or_else(|| wrong("a person or a role")),
            Some(10) => typed
                .parse::<f64>()
                .map(|number| json!(number))
                .map_err(|_| wrong("a number")),
            _ => Err(wrong("an option kind that can be simulated")),
        }
    }

    fn person(&mut self, typed: &str) -> Option<Value> {
        let wanted = typed.trim_start_matches('@');
        let person = self.world.people.values().find(|person| {
            person.id.to_string() == wanted
                || person.display_name == wanted
                || person.username == wanted
        })?;
        let resolved = self.world.resolved_user(self.channel, person.id);
        for kind in ["users", "members"] {
            for (key, value) in resolved[kind].as_object().into_iter().flatten() {
                self.resolved[kind][key.as_str()] = value.clone();
            }
        }
        Some(json!(person.id.to_string()))
    }

    fn channel(&mut self, typed: &str) -> Option<Value> {
        let wanted = typed.trim_start_matches('#');
        let channel = self.world.channels.values().find(|channel| {
            channel.guild == self.channel.guild
                && (channel.id.to_string() == wanted || channel.name == wanted)
        })?;
        let id = channel.id.to_string();
        self.resolved["channels"][id.as_str()] = self.world.partial_channel(channel, 0);
        Some(json!(id))
    }

    fn role(&mut self, typed: &str) -> Option<Value> {
        let wanted = typed.trim_start_matches('@');
        let guild = self.world.guilds.get(&self.channel.guild?)?;
        let found = guild
            .roles
            .iter()
            .find(|role| role.id.to_string() == wanted || role.name == wanted)?;
        let id = found.id.to_string();
        self.resolved["roles"][id.as_str()] = role(found, self.world.bot);
        Some(json!(id))
    }
}

fn is_group(option: &Value) -> bool {
    matches!(option["type"].as_u64(), Some(1 | 2))
}

fn missing(what: &str, name: &str, known: &[Value]) -> Impossible {
    let names: Vec<&str> = known
        .iter()
        .filter_map(|option| option["name"].as_str())
        .collect();
    Impossible::new(
        format!("a known {what}, not {name:?}"),
        format!("{names:?}"),
    )
}
