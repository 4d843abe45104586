//! Starting threads, from a message or from nothing.

use serde_json::Value;

use super::messages::need;
use super::{Answer, Refusal, Reply};
use crate::sim::discord::permissions::{CREATE_PRIVATE_THREADS, CREATE_PUBLIC_THREADS};
use crate::sim::discord::world::{ChannelKind, World};

pub(super) fn start(world: &mut World, channel: u64, from: Option<u64>, body: &Value) -> Answer {
    // Without a message the kind defaults to a private thread (documentation: "Start Thread
    // without Message").
    let private = from.is_none() && body["type"].as_u64().unwrap_or(12) == 12;
    let permission = if private {
        CREATE_PRIVATE_THREADS
    } else {
        CREATE_PUBLIC_THREADS
    };
    need(world, channel, permission)?;
    let name = body["name"].as_str().unwrap_or_default().trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Refusal::invalid(
            "name",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 100 in length.",
        ));
    }
    if from
        .and_then(|message| world.message(channel, message))
        .is_some_and(|message| message.thread.is_some())
    {
        return Err(Refusal::thread_exists());
    }
    let kind = if private {
        ChannelKind::PrivateThread
    } else {
        ChannelKind::PublicThread
    };
    let owner = world.bot;
    let Some(thread) = world.start_thread(channel, name, (kind, owner, from)) else {
        return Err(Refusal::invalid(
            "type",
            "BASE_TYPE_CHOICES",
            "A thread can't be started here",
        ));
    };
    let Some(thread) = world.channels.get(&thread) else {
        return Err(Refusal::unknown_channel());
    };
    let mut value = world.channel_object(thread);
    value["member"] = world.thread_member(thread);
    Ok(Reply::Created(value))
}
