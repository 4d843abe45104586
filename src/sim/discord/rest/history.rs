//! Pages of a channel's history.

use serde_json::{Value, json};

use super::Call;
use super::messages::withheld;
use crate::sim::discord::permissions::READ_MESSAGE_HISTORY;
use crate::sim::discord::world::{Channel, Message, World};

/// A page of history, newest first. Without `READ_MESSAGE_HISTORY` it is empty, not refused.
pub(super) fn page(world: &World, channel: &Channel, call: &Call) -> Value {
    if world.bot_permissions(channel) & READ_MESSAGE_HISTORY == 0 {
        return json!([]);
    }
    let limit = call.number("limit").unwrap_or(50).clamp(1, 100);
    let limit = usize::try_from(limit).unwrap_or(50);
    let there = |message: &&Message| !message.deleted;
    let messages = &channel.messages;
    let mut found: Vec<&Message> = if let Some(after) = call.number("after") {
        // The oldest of what follows: that is how one pages forward.
        messages
            .range(after + 1..)
            .map(|(_, message)| message)
            .filter(there)
            .take(limit)
            .collect()
    } else if let Some(around) = call.number("around") {
        let half = limit / 2;
        let older = messages.range(..around).rev().map(|(_, message)| message);
        let newer = messages.range(around..).map(|(_, message)| message);
        older
            .filter(there)
            .take(half)
            .chain(newer.filter(there).take(limit - half))
            .collect()
    } else {
        let before = call.number("before").unwrap_or(u64::MAX);
        messages
            .range(..before)
            .rev()
            .map(|(_, message)| message)
            .filter(there)
            .take(limit)
            .collect()
    };
    found.sort_by_key(|message| std::cmp::Reverse(message.id));
    found
        .into_iter()
        .map(|message| world.message_object(message, withheld(world)))
        .collect()
}
