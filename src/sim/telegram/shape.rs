//! The objects of the Bot API, written as its documentation describes them.

use serde_json::{Map, Value, json};

use super::view::{Button, PersonId, SeenMessage, Sender};
use super::world::{BOT_ID, Chat, ChatKind, GROUP_ANONYMOUS_BOT, Person, Rank, Stored, World};

impl World {
    /// `User`, for a person.
    pub(super) fn user_json(&self, person: i64) -> Value {
        if person == BOT_ID {
            return self.bot_json();
        }
        self.people.get(&person).map_or_else(
            || json!({ "id": person, "is_bot": false, "first_name": "" }),
            person_json,
        )
    }

    /// `User`, for the bot.
    pub(super) fn bot_json(&self) -> Value {
        json!({ "id": BOT_ID, "is_bot": true, "first_name": "kith", "username": self.username })
    }

    /// `User`, as `getMe` gives it.
    pub(super) fn me_json(&self) -> Value {
        let mut me = self.bot_json();
        me["can_join_groups"] = true.into();
        me["can_read_all_group_messages"] = (!self.privacy).into();
        for no in [
            "supports_inline_queries",
            "can_connect_to_business",
            "has_main_web_app",
            "has_topics_enabled",
        ] {
            me[no] = false.into();
        }
        me
    }

    /// `Chat`.
    pub(super) fn chat_json(&self, chat: &Chat) -> Value {
        match chat.kind {
            ChatKind::Private => {
                let mut private = json!({ "id": chat.id, "type": "private" });
                if let Some(person) = self.people.get(&chat.id) {
                    private["first_name"] = person.first_name.clone().into();
                    if let Some(username) = &person.username {
                        private["username"] = username.clone().into();
                    }
                }
                private
            }
            ChatKind::Group => json!({
                "id": chat.id, "type": "group", "title": chat.title,
                "all_members_are_administrators": false,
            }),
            ChatKind::Supergroup { forum: false } => {
                json!({ "id": chat.id, "type": "supergroup", "title": chat.title })
            }
            ChatKind::Supergroup { forum: true } => json!({
                "id": chat.id, "type": "supergroup", "title": chat.title, "is_forum": true,
            }),
        }
    }

    /// `ChatFullInfo`.
    pub(super) fn chat_full_json(&self, chat: &Chat) -> Value {
        let mut full = self.chat_json(chat);
        full["accent_color_id"] = 3.into();
        full["max_reaction_count"] = 11.into();
        full["accepted_gift_types"] = json!({
            "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false,
            "premium_subscription": false, "gifts_from_channels": false,
        });
        if chat.is_private() {
            full["active_usernames"] = json!([]);
        } else {
            full["permissions"] = json!({
                "can_send_messages": true, "can_send_audios": true, "can_send_documents": true,
                "can_send_photos": true, "can_send_videos": true, "can_send_video_notes": true,
                "can_send_voice_notes": true, "can_send_polls": true,
                "can_send_other_messages": true, "can_add_web_page_previews": true,
                "can_change_info": false, "can_invite_users": true, "can_pin_messages": false,
                "can_manage_topics": false,
            });
        }
        full
    }

    /// `ChatMember`, for a person or the bot.
    pub(super) fn member_json(&self, user: i64, rank: Rank, muted: bool) -> Value {
        let user = self.user_json(user);
        match rank {
            Rank::Owner => json!({ "status": "creator", "user": user, "is_anonymous": false }),
            Rank::Admin { anonymous } => json!({
                "status": "administrator", "user": user, "is_anonymous": anonymous,
                "can_be_edited": false, "can_manage_chat": true, "can_change_info": true,
                "can_delete_messages": true, "can_invite_users": true,
                "can_restrict_members": true, "can_pin_messages": true,
                "can_manage_topics": true, "can_promote_members": false,
                "can_manage_video_chats": true, "can_post_stories": false,
                "can_edit_stories": false, "can_delete_stories": false,
            }),
            Rank::Member if muted => json!({
                "status": "restricted", "user": user, "is_member": true, "until_date": 0,
                "can_send_messages": false, "can_send_audios": false, "can_send_documents": false,
                "can_send_photos": false, "can_send_videos": false, "can_send_video_notes": false,
                "can_send_voice_notes": false, "can_send_polls": false,
                "can_send_other_messages": false, "can_add_web_page_previews": false,
                "can_change_info": false, "can_invite_users": false, "can_pin_messages": false,
                "can_manage_topics": false,
            }),
            Rank::Member => json!({ "status": "member", "user": user }),
            Rank::Left => json!({ "status": "left", "user": user }),
            Rank::Kicked => json!({ "status": "kicked", "user": user, "until_date": 0 }),
        }
    }

    /// `Message`; with the message that it answers, or without.
    pub(super) fn message_json(&self, chat: &Chat, message: &Stored, with_reply: bool) -> Value {
        let mut object = Map::new();
        object.insert("message_id".to_owned(), message.id.into());
        match message.author {
            Sender::Bot => object.insert("from".to_owned(), self.bot_json()),
            Sender::Person(person) => object.insert("from".to_owned(), self.user_json(person.0)),
            Sender::Anonymous(_) => {
                object.insert("sender_chat".to_owned(), self.chat_json(chat));
                object.insert(
                    "from".to_owned(),
                    json!({
                        "id": GROUP_ANONYMOUS_BOT, "is_bot": true, "first_name": "Group",
                        "username": "GroupAnonymousBot",
                    }),
                )
            }
        };
        object.insert("chat".to_owned(), self.chat_json(chat));
        object.insert("date".to_owned(), message.date.into());
        if let Some(edited) = message.edited {
            object.insert("edit_date".to_owned(), edited.into());
        }
        if let Some(thread) = message.thread {
            object.insert("message_thread_id".to_owned(), thread.into());
            object.insert("is_topic_message".to_owned(), true.into());
        }
        // Telegram shows a message in a topic as an answer to the one that opened the topic.
        let answered = message
            .reply_to
            .or(message.thread)
            .filter(|&id| id != message.id);
        if with_reply
            && let Some(target) = answered.and_then(|id| chat.message(id))
            && !target.deleted
        {
            object.insert(
                "reply_to_message".to_owned(),
                self.message_json(chat, target, false),
            );
        }
        if !message.text.is_empty() {
            let (text, entities) = if message.extra.contains_key("photo") {
                ("caption", "caption_entities")
            } else {
                ("text", "entities")
            };
            object.insert(text.to_owned(), message.text.clone().into());
            if !message.entities.is_empty() {
                object.insert(entities.to_owned(), message.entities.clone().into());
            }
        }
        if let Some(markup) = message.markup.as_ref().filter(|markup| is_inline(markup)) {
            object.insert("reply_markup".to_owned(), markup.clone());
        }
        for (name, value) in &message.extra {
            object.insert(name.clone(), value.clone());
        }
        Value::Object(object)
    }

    /// `CallbackQuery`.
    pub(super) fn callback_json(
        &self,
        id: &str,
        person: i64,
        (chat, message): (&Chat, &Stored),
        data: &str,
    ) -> Value {
        let message = if message.inaccessible {
            json!({ "chat": self.chat_json(chat), "message_id": message.id, "date": 0 })
        } else {
            self.message_json(chat, message, true)
        };
        json!({
            "id": id, "from": self.user_json(person), "message": message,
            "chat_instance": format!("{}", chat.id.wrapping_mul(7_919)), "data": data,
        })
    }

    /// The message as people see it.
    pub(super) fn seen(&self, chat: &Chat, message: &Stored) -> SeenMessage {
        SeenMessage {
            id: message.id,
            from: message.author,
            from_name: self.name_of(message.author, chat),
            text: message.text.clone(),
            entities: message.entities.clone(),
            buttons: message.markup.as_ref().map(buttons).unwrap_or_default(),
            reply_to: message.reply_to,
            edited: message.edited.is_some(),
            deleted: message.deleted,
            thread: message.thread,
            reactions: message.reactions.clone(),
        }
    }

    /// The author under which a person writes in a chat.
    pub(super) fn author(chat: &Chat, person: PersonId) -> Sender {
        match chat.members.get(&person.0) {
            Some(Rank::Admin { anonymous: true }) => Sender::Anonymous(person),
            _ => Sender::Person(person),
        }
    }
}

fn person_json(person: &Person) -> Value {
    let mut user = json!({ "id": person.id, "is_bot": false, "first_name": person.first_name });
    if let Some(username) = &person.username {
        user["username"] = username.clone().into();
    }
    if let Some(language) = &person.language {
        user["language_code"] = language.clone().into();
    }
    user
}

fn is_inline(markup: &Value) -> bool {
    markup.get("inline_keyboard").is_some()
}

fn buttons(markup: &Value) -> Vec<Vec<Button>> {
    let text = |button: &Value, name: &str| button[name].as_str().map(str::to_owned);
    let rows = markup["inline_keyboard"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    rows.iter()
        .map(|row| {
            let row = row.as_array().map(Vec::as_slice).unwrap_or_default();
            row.iter()
                .map(|button| Button {
                    label: text(button, "text").unwrap_or_default(),
                    data: text(button, "callback_data"),
                    url: text(button, "url"),
                })
                .collect()
        })
        .collect()
}
