//! Methods that write, change, delete and answer messages.

use serde_json::{Value, json};

use super::super::call::{Answer, ApiError, Params, flag, integer};
use super::super::queue::CALLBACK_LIFE;
use super::super::view::{Happened, PersonId, Sender, ShownAnswer};
use super::super::world::{Stored, World};
use super::markup::keyboard;
use super::texts::formatted;
use super::{admit, checked_thread, writable_chat};

/// How long an ordinary bot can delete what it or others wrote.
const DELETABLE: i64 = 48 * 60 * 60;

/// The emoji that the documentation of `ReactionTypeEmoji` allows.
const REACTIONS: &str = "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 \
    ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 \
    🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡";

/// `sendMessage`.
pub(super) fn send_message(world: &mut World, params: &Params) -> Answer {
    let chat_id = writable_chat(world, params)?;
    let (text, entities) = formatted(params, "message is too long")?;
    let markup = keyboard(params)?;
    let thread = checked_thread(world, chat_id, params)?;
    let reply_to = reply_target(world, chat_id, params)?;
    admit(world, chat_id)?;
    let mut message = Stored::new(Sender::Bot, text);
    message.entities = entities;
    message.markup = markup;
    message.reply_to = reply_to;
    message.thread = thread.or_else(|| {
        let chat = world.chats.get(&chat_id)?;
        chat.message(reply_to?)?.thread
    });
    let id = world.post(chat_id, message);
    sent(world, chat_id, id)
}

fn sent(world: &World, chat_id: i64, id: i64) -> Answer {
    let chat = world.chats.get(&chat_id);
    chat.and_then(|chat| Some(world.message_json(chat, chat.message(id)?, true)))
        .ok_or_else(|| ApiError::bad_request("message not found"))
}

/// The message that is answered, from `reply_parameters` or the older parameters.
fn reply_target(world: &World, chat_id: i64, params: &Params) -> Result<Option<i64>, ApiError> {
    let (target, lenient) = match params.json("reply_parameters")? {
        Some(reply) => {
            let elsewhere = reply
                .get("chat_id")
                .and_then(integer)
                .is_some_and(|id| id != chat_id);
            if elsewhere {
                return Ok(None);
            }
            let target = reply.get("message_id").and_then(integer);
            (target, flag(reply.get("allow_sending_without_reply")))
        }
        None => (
            params.integer("reply_to_message_id").filter(|&id| id != 0),
            params.flag("allow_sending_without_reply"),
        ),
    };
    let Some(target) = target else {
        return Ok(None);
    };
    let Some(chat) = world.chats.get(&chat_id) else {
        return Ok(None);
    };
    let found = match chat.message(target) {
        Some(message) => !message.deleted,
        None => world.forget && (1..=chat.last_message).contains(&target),
    };
    match (found, lenient) {
        (true, _) => Ok(Some(target)),
        (false, true) => Ok(None),
        (false, false) => Err(ApiError::bad_request("message to be replied not found")),
    }
}

/// `editMessageText`.
pub(super) fn edit_message_text(world: &mut World, params: &Params) -> Answer {
    let (chat_id, id) = own_message(world, params)?;
    let (text, entities) = formatted(params, "MESSAGE_TOO_LONG")?;
    let markup = keyboard(params)?;
    change(world, (chat_id, id), |message| {
        let same = message.text == text && message.entities == entities && message.markup == markup;
        message.text.clone_from(&text);
        message.entities.clone_from(&entities);
        message.markup.clone_from(&markup);
        !same
    })
}

/// `editMessageReplyMarkup`.
pub(super) fn edit_message_reply_markup(world: &mut World, params: &Params) -> Answer {
    let (chat_id, id) = own_message(world, params)?;
    let markup = keyboard(params)?;
    change(world, (chat_id, id), |message| {
        let same = message.markup == markup;
        message.markup.clone_from(&markup);
        !same
    })
}

fn own_message(world: &World, params: &Params) -> Result<(i64, i64), ApiError> {
    let chat_id = writable_chat(world, params)?;
    let id = params
        .integer("message_id")
        .ok_or_else(|| ApiError::bad_request("message identifier is not specified"))?;
    let chat = world.chats.get(&chat_id);
    match chat
        .and_then(|chat| chat.message(id))
        .filter(|message| !message.deleted)
    {
        None => Err(ApiError::bad_request("message to edit not found")),
        Some(message) if message.author != Sender::Bot || message.service.is_some() => {
            Err(ApiError::bad_request("message can't be edited"))
        }
        Some(_) => Ok((chat_id, id)),
    }
}

/// Changes a message of the bot; `apply` says whether anything is different.
fn change(
    world: &mut World,
    (chat_id, id): (i64, i64),
    apply: impl Fn(&mut Stored) -> bool,
) -> Answer {
    let now = world.seconds();
    let mut changed = world
        .chats
        .get(&chat_id)
        .and_then(|chat| chat.message(id))
        .cloned()
        .ok_or_else(|| ApiError::bad_request("message to edit not found"))?;
    if !apply(&mut changed) {
        return Err(ApiError::bad_request(
            "message is not modified: specified new message content and reply markup are \
             exactly the same as a current content and reply markup of the message",
        ));
    }
    admit(world, chat_id)?;
    changed.edited = Some(now);
    world.show(chat_id, &changed, |seen, _| Happened::Edited(seen));
    if let Some(kept) = world
        .chats
        .get_mut(&chat_id)
        .and_then(|chat| chat.message_mut(id))
    {
        *kept = changed;
    }
    sent(world, chat_id, id)
}

/// `deleteMessage`.
pub(super) fn delete_message(world: &mut World, params: &Params) -> Answer {
    let chat_id = writable_chat(world, params)?;
    let id = params
        .integer("message_id")
        .ok_or_else(|| ApiError::bad_request("message identifier is not specified"))?;
    delete(world, chat_id, id)?;
    Ok(true.into())
}

/// `deleteMessages`; what can't be found is skipped.
pub(super) fn delete_messages(world: &mut World, params: &Params) -> Answer {
    let chat_id = writable_chat(world, params)?;
    let Some(Value::Array(ids)) = params.json("message_ids")? else {
        return Err(ApiError::bad_request(
            "message identifiers are not specified",
        ));
    };
    for id in ids.iter().filter_map(integer) {
        // The documentation: "If some of the specified messages can't be found, they are skipped."
        let _ = delete(world, chat_id, id);
    }
    Ok(true.into())
}

fn delete(world: &mut World, chat_id: i64, id: i64) -> Result<(), ApiError> {
    let now = world.seconds();
    let chat = world.chats.get(&chat_id);
    let found = chat.and_then(|chat| Some((chat, chat.message(id)?)));
    let Some((chat, message)) = found.filter(|(_, message)| !message.deleted) else {
        return Err(ApiError::bad_request("message to delete not found"));
    };
    let own = message.author == Sender::Bot;
    let may = if chat.is_private() || own {
        now - message.date <= DELETABLE || (chat.bot.is_admin() && !chat.is_private())
    } else {
        chat.bot.is_admin()
    };
    if !may {
        return Err(ApiError::bad_request("message can't be deleted"));
    }
    world.show(chat_id, message, |seen, _| Happened::Deleted(seen));
    if let Some(message) = world
        .chats
        .get_mut(&chat_id)
        .and_then(|chat| chat.message_mut(id))
    {
        message.deleted = true;
    }
    Ok(())
}

/// `answerCallbackQuery`.
pub(super) fn answer_callback_query(world: &mut World, params: &Params) -> Answer {
    let id = params.text("callback_query_id").unwrap_or_default();
    let text = params.text("text").unwrap_or_default();
    let Some(press) = world
        .presses
        .get(&id)
        .filter(|press| world.now - press.made <= CALLBACK_LIFE)
        .cloned()
    else {
        return Err(ApiError::bad_request(
            "query is too old and response timeout expired or query ID is invalid",
        ));
    };
    if text.chars().count() > 200 {
        return Err(ApiError::bad_request("MESSAGE_TOO_LONG"));
    }
    let url = params.text("url").filter(|url| !url.is_empty());
    if let Some(url) = &url
        && !url
            .to_lowercase()
            .contains(&format!("t.me/{}?start=", world.username.to_lowercase()))
    {
        return Err(ApiError::bad_request("URL_INVALID"));
    }
    let shown = ShownAnswer {
        press: id,
        person: PersonId(press.person),
        text: text.clone(),
        alert: params.flag("show_alert"),
        url,
    };
    if let Some(chat) = world.chats.get(&press.chat)
        && !text.is_empty()
    {
        let person = world.name_of(Sender::Person(shown.person), chat);
        world.happen(
            chat,
            Sender::Bot,
            Happened::Answered {
                person,
                text,
                alert: shown.alert,
            },
        );
    }
    world.answers.push(shown);
    Ok(true.into())
}

/// `setMessageReaction`.
pub(super) fn set_message_reaction(world: &mut World, params: &Params) -> Answer {
    let chat_id = writable_chat(world, params)?;
    let id = params.integer("message_id").unwrap_or_default();
    let chosen = match params.json("reaction")? {
        Some(Value::Array(chosen)) => chosen,
        _ => Vec::new(),
    };
    let mut emoji = Vec::new();
    for reaction in &chosen {
        match reaction["emoji"].as_str() {
            Some(known) if REACTIONS.split_whitespace().any(|allowed| allowed == known) => {
                emoji.push(known.to_owned());
            }
            _ => return Err(ApiError::bad_request("REACTION_INVALID")),
        }
    }
    if emoji.len() > 1 {
        return Err(ApiError::bad_request("REACTIONS_TOO_MANY"));
    }
    let forgotten = world.forget;
    let Some(chat) = world.chats.get_mut(&chat_id) else {
        return Err(ApiError::bad_request("chat not found"));
    };
    match chat.message_mut(id).filter(|message| !message.deleted) {
        Some(message) => message.reactions.clone_from(&emoji),
        None if forgotten => {}
        None => return Err(ApiError::bad_request("message to react not found")),
    }
    if let Some(chat) = world.chats.get(&chat_id) {
        world.happen(chat, Sender::Bot, Happened::Reacted { message: id, emoji });
    }
    Ok(true.into())
}

/// `sendChatAction`.
pub(super) fn send_chat_action(world: &mut World, params: &Params) -> Answer {
    writable_chat(world, params)?;
    match params.text("action").as_deref() {
        Some(
            "typing" | "upload_photo" | "record_video" | "upload_video" | "record_voice"
            | "upload_voice" | "upload_document" | "choose_sticker" | "find_location"
            | "record_video_note" | "upload_video_note",
        ) => Ok(true.into()),
        _ => Err(ApiError::bad_request("wrong parameter action in request")),
    }
}

/// `pinChatMessage` and `unpinChatMessage`.
pub(super) fn pin_chat_message(world: &mut World, params: &Params) -> Answer {
    let chat_id = writable_chat(world, params)?;
    let id = params.integer("message_id").unwrap_or_default();
    let Some(chat) = world.chats.get(&chat_id) else {
        return Err(ApiError::bad_request("chat not found"));
    };
    if !chat.is_private() && !chat.bot.is_admin() {
        return Err(ApiError::bad_request(
            "not enough rights to manage pinned messages in the chat",
        ));
    }
    match chat.message(id).filter(|message| !message.deleted) {
        Some(_) => Ok(json!(true)),
        None => Err(ApiError::bad_request("message to pin not found")),
    }
}
