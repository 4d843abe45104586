//! Methods about how the bot presents itself: its commands, name and descriptions.

use serde_json::{Value, json};

use super::super::call::{Answer, ApiError, Params, integer};
use super::super::world::World;

/// The most commands in one list.
const MOST_COMMANDS: usize = 100;

/// `setMyCommands`.
pub(super) fn set_my_commands(world: &mut World, params: &Params) -> Answer {
    let key = key(world, params)?;
    let Some(Value::Array(commands)) = params.json("commands")? else {
        return Err(ApiError::bad_request("can't parse commands JSON object"));
    };
    if commands.len() > MOST_COMMANDS {
        return Err(ApiError::bad_request("BOT_COMMANDS_TOO_MUCH"));
    }
    let mut kept = Vec::with_capacity(commands.len());
    for command in &commands {
        let name = command["command"]
            .as_str()
            .unwrap_or_default()
            .trim_start_matches('/');
        let allowed =
            |next: char| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_';
        if !(1..=32).contains(&name.len()) || !name.chars().all(allowed) {
            return Err(ApiError::bad_request("BOT_COMMAND_INVALID"));
        }
        let description = command["description"].as_str().unwrap_or_default();
        if !(1..=256).contains(&description.chars().count()) {
            return Err(ApiError::bad_request("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
        kept.push(json!({ "command": name, "description": description }));
    }
    if kept.is_empty() {
        world.commands.remove(&key);
    } else {
        world.commands.insert(key, kept);
    }
    Ok(true.into())
}

/// `getMyCommands`: the list of exactly this scope and language, or an empty one.
pub(super) fn get_my_commands(world: &mut World, params: &Params) -> Answer {
    let key = key(world, params)?;
    Ok(world.commands.get(&key).cloned().unwrap_or_default().into())
}

/// `deleteMyCommands`.
pub(super) fn delete_my_commands(world: &mut World, params: &Params) -> Answer {
    let key = key(world, params)?;
    world.commands.remove(&key);
    Ok(true.into())
}

fn key(world: &World, params: &Params) -> Result<(String, String), ApiError> {
    let language = params.text("language_code").unwrap_or_default();
    if !language.is_empty() && language.len() != 2 {
        return Err(ApiError::bad_request("BOT_COMMAND_LANGUAGE_INVALID"));
    }
    let Some(scope) = params.json("scope")? else {
        return Ok(("default".to_owned(), language));
    };
    let unreadable =
        |reason: &str| ApiError::bad_request(format!("can't parse BotCommandScope: {reason}"));
    let chat = || {
        let id = scope.get("chat_id").and_then(integer);
        let id = id.ok_or_else(|| unreadable("Empty chat_id specified"))?;
        match world.chats.get(&id) {
            Some(chat) if chat.is_private() || chat.bot.is_present() => Ok(id),
            _ => Err(ApiError::bad_request("chat not found")),
        }
    };
    let scope = match scope["type"].as_str().unwrap_or_default() {
        known @ ("default"
        | "all_private_chats"
        | "all_group_chats"
        | "all_chat_administrators") => known.to_owned(),
        known @ ("chat" | "chat_administrators") => format!("{known}:{}", chat()?),
        "chat_member" => {
            let user = scope.get("user_id").and_then(integer);
            let user = user.ok_or_else(|| unreadable("Invalid user_id specified"))?;
            format!("chat_member:{}:{user}", chat()?)
        }
        _ => return Err(unreadable("Unsupported type specified")),
    };
    Ok((scope, language))
}

macro_rules! own_text {
    ($set:ident, $get:ident, $name:literal, $longest:literal) => {
        /// Sets one of the bot's texts in one language.
        pub(super) fn $set(world: &mut World, params: &Params) -> Answer {
            let text = params.text($name).unwrap_or_default();
            if text.chars().count() > $longest {
                return Err(ApiError::bad_request(concat!($name, " is too long")));
            }
            let language = params.text("language_code").unwrap_or_default();
            world.texts.insert(($name, language), text);
            Ok(true.into())
        }

        /// Gives one of the bot's texts, in the language or else in the default one.
        pub(super) fn $get(world: &mut World, params: &Params) -> Answer {
            let language = params.text("language_code").unwrap_or_default();
            let text = world
                .texts
                .get(&($name, language))
                .or_else(|| world.texts.get(&($name, String::new())));
            Ok(json!({ $name: text.cloned().unwrap_or_default() }))
        }
    };
}

own_text!(set_my_name, get_my_name, "name", 64);
own_text!(set_my_description, get_my_description, "description", 512);
own_text!(
    set_my_short_description,
    get_my_short_description,
    "short_description",
    120
);
