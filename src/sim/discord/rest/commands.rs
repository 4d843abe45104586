//! Application commands: registered for all guilds or for one.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Answer, Call, Refusal, Reply};
use crate::sim::discord::payload::id;
use crate::sim::discord::world::World;

pub(super) fn route(world: &mut World, call: &Call, parts: &[&str]) -> Answer {
    let (application, scope, rest) = match parts {
        [
            "applications",
            application,
            "guilds",
            guild,
            "commands",
            rest @ ..,
        ] => {
            let guild: u64 = guild.parse().map_err(|_| Refusal::unknown_guild())?;
            if !world.guilds.contains_key(&guild) {
                return Err(Refusal::missing_access());
            }
            (application, Some(guild), rest)
        }
        ["applications", application, "commands", rest @ ..] => (application, None, rest),
        _ => return Err(Refusal::not_found()),
    };
    if **application != world.application.to_string() {
        return Err(Refusal::missing_access());
    }
    match (&call.method, rest) {
        (&Method::GET, []) => Ok(Reply::Json(json!(list(world, scope)))),
        (&Method::PUT, []) => overwrite(world, scope, &call.body),
        (&Method::POST, []) => upsert(world, scope, &call.body),
        (&Method::GET, [command]) => list(world, scope)
            .iter()
            .find(|known| known["id"].as_str() == Some(command))
            .map(|known| Reply::Json(known.clone()))
            .ok_or_else(Refusal::unknown_command),
        (&Method::DELETE, [command]) => {
            let commands = world.commands.entry(scope).or_default();
            let before = commands.len();
            commands.retain(|known| known["id"].as_str() != Some(command));
            if commands.len() == before {
                return Err(Refusal::unknown_command());
            }
            Ok(Reply::Empty)
        }
        _ => Err(Refusal::not_allowed()),
    }
}

fn list(world: &World, scope: Option<u64>) -> &[Value] {
    world.commands.get(&scope).map_or(&[], Vec::as_slice)
}

fn overwrite(world: &mut World, scope: Option<u64>, body: &Value) -> Answer {
    let asked = body
        .as_array()
        .ok_or_else(|| Refusal::required("commands"))?;
    let mut registered: Vec<Value> = Vec::new();
    for (index, command) in asked.iter().enumerate() {
        let command = register(world, scope, command, &index.to_string())?;
        if registered.iter().any(|other| is_same(other, &command)) {
            return Err(Refusal::invalid(
                &format!("{index}.name"),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            ));
        }
        registered.push(command);
    }
    world.commands.insert(scope, registered.clone());
    Ok(Reply::Json(json!(registered)))
}

fn upsert(world: &mut World, scope: Option<u64>, body: &Value) -> Answer {
    let command = register(world, scope, body, "command")?;
    let commands = world.commands.entry(scope).or_default();
    let before = commands.len();
    commands.retain(|other| !is_same(other, &command));
    let replaced = commands.len() < before;
    commands.push(command.clone());
    Ok(if replaced {
        Reply::Json(command)
    } else {
        Reply::Created(command)
    })
}

fn is_same(one: &Value, other: &Value) -> bool {
    one["name"] == other["name"] && one["type"] == other["type"]
}

/// A command as Discord stores it. One of the same name and type keeps its id.
fn register(
    world: &mut World,
    scope: Option<u64>,
    asked: &Value,
    path: &str,
) -> Result<Value, Refusal> {
    let kind = asked["type"].as_u64().unwrap_or(1);
    let name = asked["name"].as_str().unwrap_or_default();
    check_name(name, kind, path)?;
    let description = asked["description"].as_str().unwrap_or_default();
    let length = description.chars().count();
    if kind == 1 && !(1..=100).contains(&length) {
        return Err(length_error(path, "description", 100));
    }
    if kind != 1 && length > 0 {
        return Err(Refusal::invalid(
            &format!("{path}.description"),
            "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_MUST_BE_EMPTY",
            "Context menu commands cannot have description",
        ));
    }
    let options = asked["options"].as_array().cloned().unwrap_or_default();
    check_options(&options, path, 0)?;
    let known = list(world, scope)
        .iter()
        .find(|known| known["name"] == name && known["type"] == kind)
        .map(|known| known["id"].clone());
    let mut command = json!({
        "id": known.unwrap_or_else(|| id(world.clock.next_id())),
        "application_id": id(world.application),
        "version": id(world.clock.next_id()),
        "type": kind,
        "name": name,
        "name_localizations": asked["name_localizations"],
        "description": description,
        "description_localizations": asked["description_localizations"],
        "default_member_permissions": asked["default_member_permissions"],
        "nsfw": asked["nsfw"].as_bool().unwrap_or(false),
    });
    if kind == 1 {
        command["options"] = options.into_iter().map(stored_option).collect();
    }
    if let Some(guild) = scope {
        command["guild_id"] = id(guild);
    } else {
        let contexts = &asked["contexts"];
        let direct = asked["dm_permission"].as_bool().unwrap_or(true);
        command["dm_permission"] = json!(direct);
        command["contexts"] = contexts.clone();
        command["integration_types"] = match &asked["integration_types"] {
            Value::Null => json!([0]),
            given => given.clone(),
        };
    }
    Ok(command)
}

/// Only what was asked for, without nulls, as Discord gives options back.
fn stored_option(option: Value) -> Value {
    let Value::Object(fields) = option else {
        return option;
    };
    let kept: Map<String, Value> = fields
        .into_iter()
        .filter(|(name, value)| !(value.is_null() || name == "required" && *value == json!(false)))
        .map(|(name, value)| match value {
            Value::Array(inner) if name == "options" => {
                (name, inner.into_iter().map(stored_option).collect())
            }
            value => (name, value),
        })
        .collect();
    Value::Object(kept)
}

fn check_name(name: &str, kind: u64, path: &str) -> Result<(), Refusal> {
    if !(1..=32).contains(&name.chars().count()) {
        return Err(length_error(path, "name", 32));
    }
    // Documentation: "Application Command Naming". Menu commands may have spaces and capitals.
    let allowed =
        |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '\'');
    let lower = name.chars().all(|character| !character.is_uppercase());
    if kind == 1 && !(name.chars().all(allowed) && lower) {
        return Err(Refusal::invalid(
            &format!("{path}.name"),
            "APPLICATION_COMMAND_INVALID_NAME",
            "Command name is invalid",
        ));
    }
    Ok(())
}

fn check_options(options: &[Value], path: &str, depth: u8) -> Result<(), Refusal> {
    let at = |index: usize| format!("{path}.options.{index}");
    if options.len() > 25 {
        return Err(length_error(path, "options", 25));
    }
    let mut optional_before = false;
    for (index, option) in options.iter().enumerate() {
        let name = option["name"].as_str().unwrap_or_default();
        check_name(name, 1, &at(index))?;
        if options[..index].iter().any(|other| other["name"] == name) {
            return Err(Refusal::invalid(
                &format!("{}.name", at(index)),
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            ));
        }
        let description = option["description"].as_str().unwrap_or_default();
        if !(1..=100).contains(&description.chars().count()) {
            return Err(length_error(&at(index), "description", 100));
        }
        let kind = option["type"].as_u64().unwrap_or_default();
        let deepest = if kind == 2 { depth > 0 } else { depth > 1 };
        if !(1..=11).contains(&kind) || (kind <= 2 && deepest) {
            return Err(Refusal::invalid(
                &format!("{}.type", at(index)),
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                "Sub-command option type is invalid",
            ));
        }
        if kind > 2 {
            let required = option["required"].as_bool().unwrap_or(false);
            if required && optional_before {
                return Err(Refusal::invalid(
                    &at(index),
                    "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                    "Required options must be placed before non-required options",
                ));
            }
            optional_before |= !required;
        }
        if option["choices"].as_array().is_some_and(|it| it.len() > 25) {
            return Err(length_error(&at(index), "choices", 25));
        }
        let inner = option["options"].as_array().map_or(&[][..], Vec::as_slice);
        check_options(inner, &at(index), depth + 1)?;
    }
    Ok(())
}

fn length_error(path: &str, field: &str, most: usize) -> Refusal {
    Refusal::invalid(
        &format!("{path}.{field}"),
        "BASE_TYPE_BAD_LENGTH",
        &format!("Must be between 1 and {most} in length."),
    )
}
