//! Gateway address, users, the application, guilds and what is in them.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Call, Refusal, Reply};
use crate::sim::discord::payload::{id, role, user};
use crate::sim::discord::world::{Guild, World};

pub(super) fn route(world: &mut World, call: &Call, parts: &[&str]) -> Answer {
    match (&call.method, parts) {
        (&Method::POST, ["users", "@me", "channels"]) => open_direct_channel(world, call),
        (&Method::GET, _) => read(world, parts).map(Reply::Json),
        _ => Err(Refusal::not_allowed()),
    }
}

fn read(world: &World, parts: &[&str]) -> Result<Value, Refusal> {
    match parts {
        ["gateway"] => Ok(json!({ "url": world.gateway_url })),
        ["gateway", "bot"] => Ok(gateway_for_bot(world)),
        ["users", "@me"] => Ok(current_user(world)),
        ["users", "@me", "guilds"] => Ok(world
            .own_guilds()
            .map(|guild| partial_guild(world, guild))
            .collect()),
        ["users", person] => person
            .parse()
            .ok()
            .and_then(|person: u64| world.people.get(&person))
            .map(user)
            .ok_or_else(Refusal::unknown_user),
        ["oauth2", "applications", "@me"] | ["applications", "@me"] => {
            Ok(world.application_object())
        }
        ["guilds", guild, rest @ ..] => {
            let guild = guild
                .parse()
                .ok()
                .and_then(|guild: u64| world.guilds.get(&guild))
                .ok_or_else(Refusal::unknown_guild)?;
            read_guild(world, guild, rest)
        }
        _ => Err(Refusal::not_found()),
    }
}

fn read_guild(world: &World, guild: &Guild, parts: &[&str]) -> Result<Value, Refusal> {
    if !guild.members.contains_key(&world.bot) {
        return Err(Refusal::missing_access());
    }
    match parts {
        [] => Ok(world.guild_object(guild)),
        ["channels"] => Ok(world
            .visible_channels(guild.id, false)
            .into_iter()
            .map(|channel| world.channel_object(channel))
            .collect()),
        ["threads", "active"] => {
            let threads = world.visible_channels(guild.id, true);
            let joined = threads.iter().filter(|thread| thread.owner == world.bot);
            Ok(json!({
                "threads": threads.iter().map(|it| world.channel_object(it)).collect::<Value>(),
                "members": joined.map(|it| world.thread_member(it)).collect::<Value>(),
                "has_more": false,
            }))
        }
        ["roles"] => Ok(guild.roles.iter().map(|it| role(it, world.bot)).collect()),
        ["members", "@me"] => world
            .member(guild, world.bot)
            .ok_or_else(Refusal::unknown_member),
        ["members", person] => person
            .parse()
            .ok()
            .and_then(|person| world.member(guild, person))
            .ok_or_else(Refusal::unknown_member),
        _ => Err(Refusal::not_found()),
    }
}

fn gateway_for_bot(world: &World) -> Value {
    json!({
        "url": world.gateway_url,
        "shards": 1,
        "session_start_limit": {
            "total": 1000,
            "remaining": 1000_u64.saturating_sub(world.counters.identifies),
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        },
    })
}

fn current_user(world: &World) -> Value {
    let mut value = world.people.get(&world.bot).map_or(Value::Null, user);
    value["verified"] = json!(true);
    value["mfa_enabled"] = json!(true);
    value["email"] = Value::Null;
    value["locale"] = json!("en-GB");
    value["flags"] = json!(0);
    value["premium_type"] = json!(0);
    value
}

fn partial_guild(world: &World, guild: &Guild) -> Value {
    json!({
        "id": id(guild.id),
        "name": guild.name,
        "icon": null,
        "banner": null,
        "owner": guild.owner == world.bot,
        "permissions": world.guild_permissions(guild.id, world.bot).to_string(),
        "features": [],
    })
}

/// Opening the channel works even with somebody who refuses: it is the message that fails.
fn open_direct_channel(world: &mut World, call: &Call) -> Answer {
    let recipient = &call.body["recipient_id"];
    let person = recipient
        .as_str()
        .and_then(|text| text.parse().ok())
        .or_else(|| recipient.as_u64())
        .ok_or_else(|| Refusal::required("recipient_id"))?;
    if person == world.bot {
        return Err(Refusal::refused_by_person());
    }
    if !world.people.contains_key(&person) {
        return Err(Refusal::unknown_user());
    }
    let channel = world.direct_channel(person);
    let channel = world
        .channels
        .get(&channel)
        .ok_or_else(Refusal::unknown_channel)?;
    Ok(Reply::Json(world.channel_object(channel)))
}
