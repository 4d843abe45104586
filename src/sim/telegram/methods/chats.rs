//! Methods about chats, their members and their topics.

use serde_json::{Value, json};

use super::super::call::{Answer, ApiError, Params};
use super::super::view::Sender;
use super::super::world::{BOT_ID, Rank, Stored, World};
use super::{named_chat, readable_chat, writable_chat};

/// `getChat`.
pub(super) fn get_chat(world: &mut World, params: &Params) -> Answer {
    let chat = named_chat(world, params)?;
    if !chat.is_private() {
        readable_chat(world, params)?;
    }
    Ok(world.chat_full_json(chat))
}

/// `getChatMember`.
pub(super) fn get_chat_member(world: &mut World, params: &Params) -> Answer {
    let chat = readable_chat(world, params)?;
    let Some(user) = params.integer("user_id") else {
        return Err(ApiError::bad_request("invalid user_id specified"));
    };
    if user == BOT_ID {
        return Ok(world.member_json(user, chat.bot, chat.bot_muted));
    }
    if !world.people.contains_key(&user) {
        return Err(ApiError::bad_request("user not found"));
    }
    let rank = chat.members.get(&user).copied().unwrap_or(Rank::Left);
    Ok(world.member_json(user, rank, false))
}

/// `getChatAdministrators`: people only, without anonymous marks taken away.
pub(super) fn get_chat_administrators(world: &mut World, params: &Params) -> Answer {
    let chat = readable_chat(world, params)?;
    if chat.is_private() {
        return Err(ApiError::bad_request(
            "there are no administrators in the private chat",
        ));
    }
    let mut found: Vec<Value> = chat
        .members
        .iter()
        .filter(|(_, rank)| rank.is_admin())
        .map(|(&user, &rank)| world.member_json(user, rank, false))
        .collect();
    if chat.bot.is_admin() {
        found.push(world.member_json(BOT_ID, chat.bot, false));
    }
    Ok(found.into())
}

/// `getChatMemberCount`.
pub(super) fn get_chat_member_count(world: &mut World, params: &Params) -> Answer {
    let chat = readable_chat(world, params)?;
    let people = chat
        .members
        .values()
        .filter(|rank| rank.is_present())
        .count();
    Ok((people + usize::from(chat.bot.is_present())).into())
}

/// `leaveChat`.
pub(super) fn leave_chat(world: &mut World, params: &Params) -> Answer {
    let chat = readable_chat(world, params)?;
    if chat.is_private() {
        return Err(ApiError::bad_request(
            "chat member status can't be changed in private chats",
        ));
    }
    let id = chat.id;
    world.change_bot_rank(id, BOT_ID, Rank::Left);
    Ok(true.into())
}

/// `createForumTopic`.
pub(super) fn create_forum_topic(world: &mut World, params: &Params) -> Answer {
    let chat_id = topics_chat(world, params)?;
    let name = params.text("name").unwrap_or_default();
    if name.trim().is_empty() || name.chars().count() > 128 {
        return Err(ApiError::bad_request("TOPIC_TITLE_EMPTY"));
    }
    let id = world.open_topic(chat_id, Sender::Bot, &name);
    Ok(json!({ "message_thread_id": id, "name": name, "icon_color": 7_322_096 }))
}

/// `closeForumTopic`.
pub(super) fn close_forum_topic(world: &mut World, params: &Params) -> Answer {
    set_closed(world, params, true)
}

/// `reopenForumTopic`.
pub(super) fn reopen_forum_topic(world: &mut World, params: &Params) -> Answer {
    set_closed(world, params, false)
}

fn set_closed(world: &mut World, params: &Params, closed: bool) -> Answer {
    let chat_id = topics_chat(world, params)?;
    let topic = params.integer("message_thread_id").unwrap_or_default();
    if world.close_topic(chat_id, topic, Sender::Bot, closed) {
        Ok(true.into())
    } else {
        Err(ApiError::bad_request("TOPIC_NOT_MODIFIED"))
    }
}

fn topics_chat(world: &World, params: &Params) -> Result<i64, ApiError> {
    let chat_id = writable_chat(world, params)?;
    match world.chats.get(&chat_id) {
        Some(chat) if !chat.is_forum() => Err(ApiError::bad_request("the chat is not a forum")),
        Some(chat) if !chat.bot.is_admin() => {
            Err(ApiError::bad_request("not enough rights to create a topic"))
        }
        _ => Ok(chat_id),
    }
}

impl World {
    /// Opens a topic and gives its number.
    pub(in super::super) fn open_topic(&mut self, chat_id: i64, by: Sender, name: &str) -> i64 {
        let mut opening = Stored::service(
            by,
            format!("opened the topic {name}"),
            "forum_topic_created",
            json!({ "name": name, "icon_color": 7_322_096 }),
        );
        let next = self
            .chats
            .get(&chat_id)
            .map_or(0, |chat| chat.last_message + 1);
        opening.thread = Some(next);
        let id = self.post(chat_id, opening);
        if let Some(chat) = self.chats.get_mut(&chat_id) {
            let topic = super::super::world::Topic {
                name: name.to_owned(),
                closed: false,
            };
            chat.topics.insert(id, topic);
        }
        id
    }

    /// Closes or reopens a topic; gives whether that changed anything.
    pub(in super::super) fn close_topic(
        &mut self,
        chat_id: i64,
        topic: i64,
        by: Sender,
        closed: bool,
    ) -> bool {
        let chat = self.chats.get_mut(&chat_id);
        let Some(found) = chat.and_then(|chat| chat.topics.get_mut(&topic)) else {
            return false;
        };
        if found.closed == closed {
            return false;
        }
        found.closed = closed;
        let (said, field) = if closed {
            (
                format!("closed the topic {}", found.name),
                "forum_topic_closed",
            )
        } else {
            (
                format!("reopened the topic {}", found.name),
                "forum_topic_reopened",
            )
        };
        let mut message = Stored::service(by, said, field, json!({}));
        message.thread = Some(topic);
        self.post(chat_id, message);
        true
    }
}
