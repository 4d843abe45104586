//! Channels: messages, reactions and threads.

use axum::http::Method;
use serde_json::{Value, json};

use super::validate::{check_message, is_empty, list};
use super::{Answer, Call, Refusal, Reply, history, threads};
use crate::sim::discord::payload::Withheld;
use crate::sim::discord::permissions::{
    ADD_REACTIONS, EMBED_LINKS, MANAGE_MESSAGES, READ_MESSAGE_HISTORY, SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL,
};
use crate::sim::discord::session::MESSAGE_CONTENT;
use crate::sim::discord::world::{ChannelKind, Message, World};

/// How long a nonce is remembered: "the past few minutes".
const NONCE_LIFE: u64 = 5 * 60 * 1000;

pub(super) fn route(world: &mut World, call: &Call, parts: &[&str]) -> Answer {
    let Some((channel, rest)) = parts.get(1).zip(parts.get(2..)) else {
        return Err(Refusal::not_found());
    };
    let channel: u64 = channel.parse().map_err(|_| Refusal::unknown_channel())?;
    let place = world
        .channels
        .get(&channel)
        .ok_or_else(Refusal::unknown_channel)?;
    if world.bot_permissions(place) & VIEW_CHANNEL == 0 {
        return Err(Refusal::missing_access());
    }
    match (&call.method, rest) {
        (&Method::GET, []) => Ok(Reply::Json(world.channel_object(place))),
        (&Method::GET, ["messages"]) => Ok(Reply::Json(history::page(world, place, call))),
        (&Method::POST, ["messages"]) => create(world, channel, &call.body),
        (&Method::POST, ["typing"]) => Ok(Reply::Empty),
        (&Method::POST, ["threads"]) => threads::start(world, channel, None, &call.body),
        (_, ["messages", "bulk-delete"]) => bulk_delete(world, channel, &call.body),
        (method, ["messages", message, rest @ ..]) => {
            let message: u64 = message.parse().map_err(|_| Refusal::unknown_message())?;
            if !is_there(world, channel, message) {
                return Err(Refusal::unknown_message());
            }
            match (method, rest) {
                (&Method::GET, []) => read(world, channel, message),
                (&Method::PATCH, []) => edit(world, channel, message, &call.body),
                (&Method::DELETE, []) => delete(world, channel, message),
                (&Method::POST, ["threads"]) => {
                    threads::start(world, channel, Some(message), &call.body)
                }
                (method, ["reactions", emoji, "@me"]) => {
                    react(world, (channel, message), emoji, method)
                }
                _ => Err(Refusal::not_allowed()),
            }
        }
        _ => Err(Refusal::not_allowed()),
    }
}

fn is_there(world: &World, channel: u64, message: u64) -> bool {
    world
        .channels
        .get(&channel)
        .and_then(|channel| channel.messages.get(&message))
        .is_some_and(|message| !message.deleted)
}

/// What REST shows depends on what is granted, not on what a session asked for.
pub(super) fn withheld(world: &World) -> Withheld {
    if world.granted_intents & MESSAGE_CONTENT == 0 {
        Withheld::Content
    } else {
        Withheld::Nothing
    }
}

/// The message as the answer to the call that made or changed it.
fn shown(world: &World, channel: u64, message: u64) -> Answer {
    world
        .message(channel, message)
        .map(|message| Reply::Json(world.message_object(message, withheld(world))))
        .ok_or_else(Refusal::unknown_message)
}

fn may(world: &World, channel: u64, permission: u64) -> bool {
    world
        .channels
        .get(&channel)
        .is_some_and(|channel| world.bot_permissions(channel) & permission == permission)
}

pub(super) fn need(world: &World, channel: u64, permission: u64) -> Result<(), Refusal> {
    if may(world, channel, permission) {
        Ok(())
    } else {
        Err(Refusal::missing_permissions())
    }
}

fn read(world: &World, channel: u64, message: u64) -> Answer {
    need(world, channel, READ_MESSAGE_HISTORY)?;
    shown(world, channel, message)
}

fn create(world: &mut World, channel: u64, body: &Value) -> Answer {
    check_sending(world, channel, body)?;
    check_message(body)?;
    if is_empty(body) {
        return Err(Refusal::empty_message());
    }
    let nonce = match &body["nonce"] {
        Value::Null => None,
        nonce => Some(nonce.clone()),
    };
    let now = world.clock.now();
    let key = nonce.as_ref().map(|nonce| (channel, nonce.to_string()));
    if body["enforce_nonce"] == true
        && let Some((first, at)) = key.as_ref().and_then(|key| world.nonces.get(key))
        && now.saturating_sub(*at) < NONCE_LIFE
    {
        return shown(world, channel, *first);
    }
    let reply_to = reply_target(world, channel, body)?;
    let settable = Message::SUPPRESS_EMBEDS | Message::SUPPRESS_NOTIFICATIONS;
    let mut message = Message::new(world.clock.next_id(), channel, world.bot, now);
    message.kind = if reply_to.is_some() { 19 } else { 0 };
    message.flags = body["flags"].as_u64().unwrap_or(0) & settable;
    message.reply_to = reply_to;
    message.nonce = nonce;
    fill(&mut message, body);
    message.pings = world.pings(&message, &body["allowed_mentions"]);
    if let Some(key) = key {
        world.nonces.insert(key, (message.id, now));
    }
    let message = world.post(message);
    shown(world, channel, message)
}

fn check_sending(world: &World, channel: u64, body: &Value) -> Result<(), Refusal> {
    let place = world
        .channels
        .get(&channel)
        .ok_or_else(Refusal::unknown_channel)?;
    if place.kind == ChannelKind::Direct
        && let Some(person) = place.recipient
    {
        if world
            .people
            .get(&person)
            .is_none_or(|person| person.refuses_direct_messages)
        {
            return Err(Refusal::refused_by_person());
        }
        if !world.shares_guild(person) {
            return Err(Refusal::no_mutual_guild());
        }
    }
    let sending = if place.is_thread() {
        SEND_MESSAGES_IN_THREADS
    } else {
        SEND_MESSAGES
    };
    need(world, channel, sending)?;
    if !list(&body["embeds"]).is_empty() {
        need(world, channel, EMBED_LINKS)?;
    }
    Ok(())
}

fn reply_target(world: &World, channel: u64, body: &Value) -> Result<Option<u64>, Refusal> {
    let reference = &body["message_reference"];
    if reference.is_null() {
        return Ok(None);
    }
    let target = reference["message_id"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .or_else(|| reference["message_id"].as_u64())
        .ok_or_else(|| Refusal::required("message_reference.message_id"))?;
    if !may(world, channel, READ_MESSAGE_HISTORY) {
        return Err(Refusal::reply_without_history());
    }
    if is_there(world, channel, target) {
        return Ok(Some(target));
    }
    if reference["fail_if_not_exists"] == false {
        return Ok(None);
    }
    Err(Refusal::invalid(
        "message_reference",
        "REPLIES_UNKNOWN_MESSAGE",
        "Unknown message",
    ))
}

/// Puts the parts that a body names into a message; what it doesn't name stays.
pub(super) fn fill(message: &mut Message, body: &Value) {
    match &body["content"] {
        Value::String(content) => content.trim().clone_into(&mut message.content),
        Value::Null if body.get("content").is_some() => message.content.clear(),
        _ => {}
    }
    if body.get("embeds").is_some() {
        message.embeds = list(&body["embeds"])
            .iter()
            .map(|embed| {
                let mut embed = embed.clone();
                embed["type"] = json!("rich");
                embed
            })
            .collect();
    }
    if body.get("components").is_some() {
        message.components = numbered(list(&body["components"]));
    }
}

/// Components with the `id` that Discord gives to those that have none.
fn numbered(rows: &[Value]) -> Vec<Value> {
    let mut next = 0;
    rows.iter()
        .map(|row| {
            let mut row = row.clone();
            next += 1;
            row["id"] = json!(next);
            for component in row["components"].as_array_mut().into_iter().flatten() {
                next += 1;
                component["id"] = json!(next);
            }
            row
        })
        .collect()
}

fn edit(world: &mut World, channel: u64, message: u64, body: &Value) -> Answer {
    let mine = world
        .message(channel, message)
        .is_some_and(|message| message.author == world.bot);
    if !mine {
        return Err(Refusal::others_message());
    }
    change(world, (channel, message), body)?;
    shown(world, channel, message)
}

/// Edits a message of the bot and tells everybody.
pub(super) fn change(
    world: &mut World,
    (channel, message): (u64, u64),
    body: &Value,
) -> Result<(), Refusal> {
    check_message(body)?;
    let now = world.clock.now();
    let mut changed = world
        .message(channel, message)
        .filter(|message| !message.deleted)
        .cloned()
        .ok_or_else(Refusal::unknown_message)?;
    fill(&mut changed, body);
    changed.pings = world.pings(&changed, &body["allowed_mentions"]);
    if changed.content.is_empty() && changed.embeds.is_empty() && changed.components.is_empty() {
        return Err(Refusal::empty_message());
    }
    // The first content of a deferred answer isn't an edit that people see.
    if changed.flags & Message::LOADING == 0 {
        changed.edits += 1;
        changed.edited = Some(now);
    }
    changed.flags &= !Message::LOADING;
    if let Some(found) = world.message_mut(channel, message) {
        *found = changed;
    }
    world.dispatch_message("MESSAGE_UPDATE", channel, message);
    world.tell_edited(channel, message);
    Ok(())
}

fn delete(world: &mut World, channel: u64, message: u64) -> Answer {
    let mine = world
        .message(channel, message)
        .is_some_and(|message| message.author == world.bot);
    if !mine {
        need(world, channel, MANAGE_MESSAGES)?;
    }
    world.remove_message(channel, message);
    Ok(Reply::Empty)
}

fn bulk_delete(world: &mut World, channel: u64, body: &Value) -> Answer {
    need(world, channel, MANAGE_MESSAGES)?;
    let messages: Vec<u64> = list(&body["messages"])
        .iter()
        .filter_map(|message| message.as_str()?.parse().ok())
        .collect();
    if !(2..=100).contains(&messages.len()) {
        return Err(Refusal::invalid(
            "messages",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 2 and 100 in length.",
        ));
    }
    world.remove_messages(channel, &messages);
    Ok(Reply::Empty)
}

fn react(
    world: &mut World,
    (channel, message): (u64, u64),
    emoji: &str,
    method: &Method,
) -> Answer {
    need(world, channel, READ_MESSAGE_HISTORY)?;
    let bot = world.bot;
    let Some(found) = world.message(channel, message) else {
        return Err(Refusal::unknown_message());
    };
    let given = found.reactions.iter().any(|(name, _)| name == emoji);
    match *method {
        Method::PUT => {
            // Joining a reaction that is already there needs no permission.
            if !given {
                need(world, channel, ADD_REACTIONS)?;
            }
            world.add_reaction((channel, message), bot, emoji);
        }
        Method::DELETE => world.remove_reaction((channel, message), bot, emoji),
        _ => return Err(Refusal::not_allowed()),
    }
    Ok(Reply::Empty)
}
