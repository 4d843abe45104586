//! The methods of the Bot API that the simulator answers, and the checks they share.

mod chats;
mod commands;
mod markup;
mod messages;
mod texts;

use serde_json::{Value, json};

use super::call::{Answer, ApiError, Params};
use super::world::{Chat, ChatKind, Rank, World};

/// A method that answers at once.
pub(super) type Method = fn(&mut World, &Params) -> Answer;

/// Finds a method by its name in any case; gives its documented name too.
pub(super) fn find(name: &str) -> Option<(&'static str, Method)> {
    let found = METHODS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.copied()
}

const METHODS: &[(&str, Method)] = &[
    ("answerCallbackQuery", messages::answer_callback_query),
    ("closeForumTopic", chats::close_forum_topic),
    ("createForumTopic", chats::create_forum_topic),
    ("deleteMessage", messages::delete_message),
    ("deleteMessages", messages::delete_messages),
    ("deleteMyCommands", commands::delete_my_commands),
    ("deleteWebhook", delete_webhook),
    (
        "editMessageReplyMarkup",
        messages::edit_message_reply_markup,
    ),
    ("editMessageText", messages::edit_message_text),
    ("getChat", chats::get_chat),
    ("getChatAdministrators", chats::get_chat_administrators),
    ("getChatMember", chats::get_chat_member),
    ("getChatMemberCount", chats::get_chat_member_count),
    ("getMe", get_me),
    ("getMyCommands", commands::get_my_commands),
    ("getMyDescription", commands::get_my_description),
    ("getMyName", commands::get_my_name),
    ("getMyShortDescription", commands::get_my_short_description),
    ("getWebhookInfo", get_webhook_info),
    ("leaveChat", chats::leave_chat),
    ("pinChatMessage", messages::pin_chat_message),
    ("reopenForumTopic", chats::reopen_forum_topic),
    ("sendChatAction", messages::send_chat_action),
    ("sendMessage", messages::send_message),
    ("setMessageReaction", messages::set_message_reaction),
    ("setMyCommands", commands::set_my_commands),
    ("setMyDescription", commands::set_my_description),
    ("setMyName", commands::set_my_name),
    ("setMyShortDescription", commands::set_my_short_description),
    ("setWebhook", set_webhook),
    ("unpinChatMessage", messages::pin_chat_message),
];

#[expect(clippy::unnecessary_wraps, reason = "every method has the same shape")]
fn get_me(world: &mut World, _: &Params) -> Answer {
    Ok(world.me_json())
}

fn set_webhook(world: &mut World, params: &Params) -> Answer {
    let url = params.text("url").unwrap_or_default();
    if !url.is_empty() && !url.starts_with("https://") {
        return Err(ApiError::bad_request(
            "bad webhook: An HTTPS URL must be provided for webhook",
        ));
    }
    if let Some(Value::Array(kinds)) = params.json("allowed_updates")? {
        world.queue.allow(&kinds);
    }
    world.webhook = url;
    Ok(true.into())
}

#[expect(clippy::unnecessary_wraps, reason = "every method has the same shape")]
fn delete_webhook(world: &mut World, params: &Params) -> Answer {
    world.webhook.clear();
    if params.flag("drop_pending_updates") {
        world.queue.clear();
    }
    Ok(true.into())
}

#[expect(clippy::unnecessary_wraps, reason = "every method has the same shape")]
fn get_webhook_info(world: &mut World, _: &Params) -> Answer {
    Ok(json!({
        "url": world.webhook, "has_custom_certificate": false,
        "pending_update_count": world.queue.pending(),
    }))
}

/// The chat that a call names, whether or not the bot may write there.
fn named_chat<'a>(world: &'a World, params: &Params) -> Result<&'a Chat, ApiError> {
    let Some(name) = params.text("chat_id") else {
        return Err(ApiError::bad_request("chat_id is empty"));
    };
    let id: Option<i64> = name.trim().parse().ok();
    id.and_then(|id| world.chats.get(&id))
        .ok_or_else(|| ApiError::bad_request("chat not found"))
}

/// The chat that a call names, if the bot is in it.
fn readable_chat<'a>(world: &'a World, params: &Params) -> Result<&'a Chat, ApiError> {
    let chat = named_chat(world, params)?;
    check_presence(world, chat)?;
    Ok(chat)
}

/// The chat that a call names, if the bot may write there.
fn writable_chat(world: &World, params: &Params) -> Result<i64, ApiError> {
    let chat = named_chat(world, params)?;
    if let Some(new) = chat.migrated_to {
        return Err(ApiError::migrated(new));
    }
    check_presence(world, chat)?;
    if chat.bot_muted && !chat.bot.is_admin() {
        return Err(ApiError::bad_request(
            "not enough rights to send text messages to the chat",
        ));
    }
    Ok(chat.id)
}

fn check_presence(world: &World, chat: &Chat) -> Result<(), ApiError> {
    if chat.is_private() {
        return match world.people.get(&chat.id) {
            None => Err(ApiError::bad_request("chat not found")),
            Some(person) if person.blocked => {
                Err(ApiError::forbidden("bot was blocked by the user"))
            }
            Some(person) if !person.started => Err(ApiError::forbidden(
                "bot can't initiate conversation with a user",
            )),
            Some(_) => Ok(()),
        };
    }
    let group = chat.group_word();
    match chat.bot {
        Rank::Kicked => Err(ApiError::forbidden(format!(
            "bot was kicked from the {group} chat"
        ))),
        Rank::Left => Err(ApiError::forbidden(format!(
            "bot is not a member of the {group} chat"
        ))),
        _ => Ok(()),
    }
}

/// The topic that a call names, if the bot may write in it.
fn checked_thread(world: &World, chat_id: i64, params: &Params) -> Result<Option<i64>, ApiError> {
    let Some(thread) = params
        .integer("message_thread_id")
        .filter(|&thread| thread != 0)
    else {
        return Ok(None);
    };
    let chat = world.chats.get(&chat_id).filter(|chat| chat.is_forum());
    match chat.and_then(|chat| Some((chat, chat.topics.get(&thread)?))) {
        None => Err(ApiError::bad_request("message thread not found")),
        Some((chat, topic)) if topic.closed && !chat.bot.is_admin() => {
            Err(ApiError::bad_request("TOPIC_CLOSED"))
        }
        Some(_) => Ok(Some(thread)),
    }
}

/// Counts a message against the limits that are set.
fn admit(world: &mut World, chat_id: i64) -> Result<(), ApiError> {
    let is_group = world
        .chats
        .get(&chat_id)
        .is_some_and(|chat| chat.kind != ChatKind::Private);
    world.limiter.admit(chat_id, is_group, world.now)
}
