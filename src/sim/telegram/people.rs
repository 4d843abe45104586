//! The hands of the people: what they can do in the simulated chats.
//!
//! A chat or person that this simulator never made is a mistake of the test, which stops with
//! a message that says so. What people can fail at in earnest gives a [`SimError`].

use serde_json::{Map, Value, json};
use url::Url;

use super::TelegramSim;
use super::entities::detect;
use super::view::{ChatId, Choice, Happened, PersonId, Sender, SimError};
use super::world::{Chat, ChatKind, Person, Rank, Stored, World};

impl TelegramSim {
    /// A new person, who has never written to the bot.
    pub fn add_person(&self, first_name: &str) -> PersonId {
        PersonId(self.shared.act(|world| world.make_person(first_name)))
    }

    /// Gives a person a name starting with @ (without it) and a language such as `cy`.
    pub fn describe_person(
        &self,
        person: PersonId,
        username: Option<&str>,
        language: Option<&str>,
    ) {
        self.shared.act(|world| {
            let person = known_person(world, person);
            person.username = username.map(str::to_owned);
            person.language = language.map(str::to_owned);
        });
    }

    /// A basic group with a founder and the bot in it.
    pub fn add_group(&self, title: &str) -> ChatId {
        self.add_chat(ChatKind::Group, title)
    }

    /// A supergroup with a founder and the bot in it.
    pub fn add_supergroup(&self, title: &str) -> ChatId {
        self.add_chat(ChatKind::Supergroup { forum: false }, title)
    }

    /// A supergroup with topics, a founder and the bot in it.
    pub fn add_forum(&self, title: &str) -> ChatId {
        self.add_chat(ChatKind::Supergroup { forum: true }, title)
    }

    fn add_chat(&self, kind: ChatKind, title: &str) -> ChatId {
        ChatId(self.shared.act(|world| world.make_group(kind, title)))
    }

    /// The person who made a group and owns it.
    pub fn founder(&self, chat: ChatId) -> PersonId {
        PersonId(self.shared.look(|world| world.owner_of(chat.0)))
    }

    /// Opens a topic in a forum; gives its thread number.
    pub fn add_topic(&self, chat: ChatId, name: &str) -> i64 {
        self.shared.act(|world| {
            let owner = Sender::Person(PersonId(world.owner_of(chat.0)));
            world.open_topic(chat.0, owner, name)
        })
    }

    /// Closes a topic: only administrators can write in it then.
    pub fn close_topic(&self, chat: ChatId, topic: i64) {
        self.shared.act(|world| {
            let owner = Sender::Person(PersonId(world.owner_of(chat.0)));
            world.close_topic(chat.0, topic, owner, true)
        });
    }

    /// Lets a person join a group.
    pub fn join(&self, chat: ChatId, person: PersonId) {
        self.set_rank(chat, person, Rank::Member);
    }

    /// Lets a person leave a group.
    pub fn leave(&self, chat: ChatId, person: PersonId) {
        self.set_rank(chat, person, Rank::Left);
    }

    /// Makes a person an administrator, joining first if need be.
    pub fn set_admin(&self, chat: ChatId, person: PersonId) {
        self.promote(chat, person, Rank::Admin { anonymous: false });
    }

    /// Makes a person an administrator who writes as the group.
    pub fn set_anonymous_admin(&self, chat: ChatId, person: PersonId) {
        self.promote(chat, person, Rank::Admin { anonymous: true });
    }

    /// Makes an administrator an ordinary member again.
    pub fn unset_admin(&self, chat: ChatId, person: PersonId) {
        self.promote(chat, person, Rank::Member);
    }

    fn set_rank(&self, chat: ChatId, person: PersonId, rank: Rank) {
        self.shared.act(|world| {
            known_person(world, person);
            let chat = current_chat(world, chat);
            world.change_rank(chat, person.0, person.0, rank);
        });
    }

    fn promote(&self, chat: ChatId, person: PersonId, rank: Rank) {
        self.shared.act(|world| {
            known_person(world, person);
            let chat = current_chat(world, chat);
            let owner = world.owner_of(chat);
            let present = world
                .chats
                .get(&chat)
                .and_then(|chat| chat.members.get(&person.0));
            if !present.is_some_and(|rank| rank.is_present()) {
                world.change_rank(chat, person.0, person.0, Rank::Member);
            }
            world.change_rank(chat, person.0, owner, rank);
        });
    }

    /// Makes the bot an administrator of a group, or an ordinary member again.
    pub fn set_bot_admin(&self, chat: ChatId, admin: bool) {
        let rank = if admin {
            Rank::Admin { anonymous: false }
        } else {
            Rank::Member
        };
        self.set_bot_rank(chat, rank);
    }

    /// Adds the bot to a group that it isn't in; it comes with the privacy mode of now.
    pub fn add_bot(&self, chat: ChatId) {
        self.set_bot_rank(chat, Rank::Member);
    }

    /// Removes the bot from a group, as an administrator who doesn't want it there.
    pub fn kick_bot(&self, chat: ChatId) {
        self.set_bot_rank(chat, Rank::Kicked);
    }

    fn set_bot_rank(&self, chat: ChatId, rank: Rank) {
        self.shared.act(|world| {
            let chat = current_chat(world, chat);
            let owner = world.owner_of(chat);
            world.change_bot_rank(chat, owner, rank);
        });
    }

    /// Takes the right to write from the bot while it stays in the group, or gives it back.
    pub fn mute_bot(&self, chat: ChatId, muted: bool) {
        self.shared.act(|world| {
            let chat = current_chat(world, chat);
            if let Some(chat) = world.chats.get_mut(&chat) {
                chat.bot_muted = muted;
            }
        });
    }

    /// Turns a basic group into a supergroup and gives its new id. People go on in the new
    /// chat; what is sent to the old id fails and says where it went.
    pub fn migrate(&self, chat: ChatId) -> ChatId {
        ChatId(self.shared.act(|world| world.migrate(chat.0)))
    }

    /// Writes a message; gives its number.
    pub fn say(&self, chat: impl Into<ChatId>, person: PersonId, text: &str) -> i64 {
        let chat = chat.into();
        self.shared
            .act(|world| write(world, chat, person, written(text)))
    }

    /// Writes many messages at once; gives their numbers.
    pub fn say_many<T: AsRef<str>>(
        &self,
        chat: impl Into<ChatId>,
        person: PersonId,
        texts: impl IntoIterator<Item = T>,
    ) -> Vec<i64> {
        let chat = chat.into();
        self.shared.act(|world| {
            let texts = texts.into_iter();
            texts
                .map(|text| write(world, chat, person, written(text.as_ref())))
                .collect()
        })
    }

    /// Writes a message in a topic of a forum.
    pub fn say_in_topic(&self, chat: ChatId, topic: i64, person: PersonId, text: &str) -> i64 {
        let message = Stored {
            thread: Some(topic),
            ..written(text)
        };
        self.shared.act(|world| write(world, chat, person, message))
    }

    /// Writes a message with other fields of the Bot API's `Message` in it, such as `photo` (the
    /// text is then its caption), `contact` or `location`.
    pub fn say_with(
        &self,
        chat: impl Into<ChatId>,
        person: PersonId,
        text: &str,
        fields: Value,
    ) -> i64 {
        let chat = chat.into();
        let extra = match fields {
            Value::Object(extra) => extra,
            _ => Map::new(),
        };
        self.shared.act(|world| {
            write(
                world,
                chat,
                person,
                Stored {
                    extra,
                    ..written(text)
                },
            )
        })
    }

    /// Answers a message.
    pub fn reply(&self, chat: impl Into<ChatId>, person: PersonId, to: i64, text: &str) -> i64 {
        self.answer_with(chat.into(), person, (to, Map::new()), text)
    }

    /// Answers a part of a message that the person has marked.
    pub fn reply_quoting(
        &self,
        chat: impl Into<ChatId>,
        person: PersonId,
        (to, part): (i64, &str),
        text: &str,
    ) -> i64 {
        let chat = chat.into();
        let position = self.view(|view| {
            let message = view.message(chat, to)?;
            let before = message.text.split_once(part)?.0;
            Some(before.encode_utf16().count())
        });
        let quote =
            json!({ "text": part, "position": position.unwrap_or_default(), "is_manual": true });
        let extra = Map::from_iter([("quote".to_owned(), quote)]);
        self.answer_with(chat, person, (to, extra), text)
    }

    fn answer_with(
        &self,
        chat: ChatId,
        person: PersonId,
        (to, extra): (i64, Map<String, Value>),
        text: &str,
    ) -> i64 {
        self.shared.act(|world| {
            let thread = world
                .chats
                .get(&current_chat(world, chat))
                .and_then(|chat| chat.message(to))
                .and_then(|message| message.thread);
            write(
                world,
                chat,
                person,
                Stored {
                    reply_to: Some(to),
                    thread,
                    extra,
                    ..written(text)
                },
            )
        })
    }

    /// Changes what a person wrote.
    pub fn edit(&self, chat: impl Into<ChatId>, message: i64, text: &str) -> Result<(), SimError> {
        let chat = chat.into();
        self.shared.act(|world| {
            let chat_id = current_chat(world, chat);
            let now = world.seconds();
            let found = world
                .chats
                .get_mut(&chat_id)
                .and_then(|chat| chat.message_mut(message));
            let Some(found) = found.filter(|found| !found.deleted) else {
                return Err(SimError::NoSuchMessage {
                    chat: chat_id,
                    message,
                });
            };
            if found.author == Sender::Bot || found.service.is_some() || found.text == text {
                return Err(SimError::NotEditable { message });
            }
            text.clone_into(&mut found.text);
            found.entities = detect(text);
            found.edited = Some(now);
            let changed = found.clone();
            world.show(chat_id, &changed, |seen, _| Happened::Edited(seen));
            world.deliver("edited_message", chat_id, &changed);
            Ok(())
        })
    }

    /// Deletes a message, as its writer or an administrator. The bot is not told.
    pub fn delete(&self, chat: impl Into<ChatId>, message: i64) -> Result<(), SimError> {
        let chat = chat.into();
        self.shared.act(|world| {
            let chat_id = current_chat(world, chat);
            let found = world
                .chats
                .get_mut(&chat_id)
                .and_then(|chat| chat.message_mut(message));
            let Some(found) = found.filter(|found| !found.deleted) else {
                return Err(SimError::NoSuchMessage {
                    chat: chat_id,
                    message,
                });
            };
            found.deleted = true;
            let deleted = found.clone();
            world.show(chat_id, &deleted, |seen, _| Happened::Deleted(seen));
            Ok(())
        })
    }

    /// Makes a message too old for the bot: a press under it then carries only its number.
    pub fn make_inaccessible(&self, chat: impl Into<ChatId>, message: i64) {
        let chat = chat.into();
        self.shared.act(|world| {
            let chat = current_chat(world, chat);
            let found = world
                .chats
                .get_mut(&chat)
                .and_then(|chat| chat.message_mut(message));
            if let Some(found) = found {
                found.inaccessible = true;
            }
        });
    }

    /// Writes to the bot in private; who does so has started it and no longer blocks it.
    pub fn say_privately(&self, person: PersonId, text: &str) -> i64 {
        self.say(person, person, text)
    }

    /// Presses Start, with the payload of a deep link or without.
    pub fn start_bot(&self, person: PersonId, payload: Option<&str>) -> Result<i64, SimError> {
        let Some(payload) = payload else {
            return Ok(self.say_privately(person, "/start"));
        };
        let allowed = |next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '-');
        if !(1..=64).contains(&payload.len()) || !payload.chars().all(allowed) {
            return Err(SimError::BadPayload {
                found: payload.to_owned(),
            });
        }
        Ok(self.say_privately(person, &format!("/start {payload}")))
    }

    /// Follows a link `https://t.me/BOT?start=PAYLOAD` (or `tg://resolve?domain=BOT&start=…`)
    /// and presses Start there.
    pub fn open_link(&self, person: PersonId, link: &str) -> Result<i64, SimError> {
        let foreign = || SimError::ForeignLink {
            username: self.shared.username.clone(),
            found: link.to_owned(),
        };
        let url = Url::parse(link).map_err(|_| foreign())?;
        let value = |wanted: &str| {
            let mut pairs = url.query_pairs();
            pairs
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.into_owned())
        };
        let bot = match (url.scheme(), url.host_str()) {
            ("https" | "http", Some("t.me" | "telegram.me")) => {
                url.path().trim_start_matches('/').to_owned()
            }
            ("tg", Some("resolve")) => value("domain").unwrap_or_default(),
            _ => return Err(foreign()),
        };
        if !bot.eq_ignore_ascii_case(&self.shared.username) {
            return Err(foreign());
        }
        self.start_bot(person, value("start").as_deref())
    }

    /// Presses a button, chosen by label or place; gives the press's id. A button that opens
    /// an address sends nothing and gives [`SimError::OpensLink`].
    pub fn press(
        &self,
        person: PersonId,
        chat: impl Into<ChatId>,
        message: i64,
        button: impl Into<Choice>,
    ) -> Result<String, SimError> {
        let (chat, button) = (chat.into(), button.into());
        self.shared.act(|world| {
            known_person(world, person);
            let chat = world.chats.get(&chat.0).map_or(chat.0, |chat| chat.id);
            world.press(person.0, chat, message, &button)
        })
    }

    /// Presses a button that opens the private chat with the bot, and presses Start there.
    pub fn follow(
        &self,
        person: PersonId,
        chat: impl Into<ChatId>,
        message: i64,
        button: impl Into<Choice>,
    ) -> Result<i64, SimError> {
        let (chat, button) = (chat.into(), button.into());
        match self.press(person, chat, message, button.clone()) {
            Err(SimError::OpensLink { url }) => self.open_link(person, &url),
            Err(other) => Err(other),
            Ok(_) => Err(SimError::NoSuchButton {
                wanted: format!("that opens a link, at {button:?}"),
                found: Vec::new(),
            }),
        }
    }

    /// Blocks the bot: it can't write to this person any more.
    pub fn block_bot(&self, person: PersonId) {
        self.shared.act(|world| world.set_blocked(person.0, true));
    }

    /// Unblocks the bot.
    pub fn unblock_bot(&self, person: PersonId) {
        self.shared.act(|world| world.set_blocked(person.0, false));
    }
}

fn written(text: &str) -> Stored {
    // The author is set when the chat is known: some write as the group.
    let mut message = Stored::new(Sender::Person(PersonId(0)), text);
    message.entities = detect(text);
    message
}

#[track_caller]
fn write(world: &mut World, chat: ChatId, person: PersonId, mut message: Stored) -> i64 {
    let chat_id = current_chat(world, chat);
    if chat_id == person.0 {
        world.set_blocked(person.0, false);
        known_person(world, person).started = true;
    }
    let Some(chat) = world.chats.get(&chat_id) else {
        return 0;
    };
    let present = chat
        .members
        .get(&person.0)
        .is_some_and(|rank| rank.is_present());
    if !present && chat_id != person.0 {
        misuse(format_args!(
            "person {} isn't in chat {chat_id}: call join first",
            person.0
        ));
    }
    if message
        .thread
        .is_some_and(|topic| !chat.topics.contains_key(&topic))
    {
        misuse(format_args!(
            "chat {chat_id} has no topic {:?}: call add_topic first",
            message.thread
        ));
    }
    message.author = World::author(chat, person);
    world.post(chat_id, message)
}

/// The chat in which people now are: the supergroup, where a group has become one.
#[track_caller]
fn current_chat(world: &World, chat: ChatId) -> i64 {
    match world.chats.get(&chat.0) {
        Some(Chat {
            migrated_to: Some(new),
            ..
        }) => *new,
        Some(chat) => chat.id,
        None => misuse(format_args!("there is no chat {}", chat.0)),
    }
}

#[track_caller]
fn known_person(world: &mut World, person: PersonId) -> &mut Person {
    match world.people.get_mut(&person.0) {
        Some(known) => known,
        None => misuse(format_args!("there is no person {}", person.0)),
    }
}

#[track_caller]
fn misuse(what: std::fmt::Arguments<'_>) -> ! {
    panic!("the simulated Telegram was asked for what can't be: {what}");
}
