//! The state behind the simulated server: people, chats, messages and what the bot may see.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};
use tokio::sync::broadcast;

use super::limits::Limiter;
use super::queue::{UPDATE_LIFE, UpdateQueue};
use super::view::{CallCount, Choice, Happened, Happening, Sender, ShownAnswer, SimError};
use crate::sim::faults::FaultBox;

/// The id under which anonymous administrators write.
pub(super) const GROUP_ANONYMOUS_BOT: i64 = 1_087_968_824;
/// The bot's own id.
pub(super) const BOT_ID: i64 = 6_055_512_021;

#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: i64,
    pub(super) first_name: String,
    pub(super) username: Option<String>,
    pub(super) language: Option<String>,
    pub(super) started: bool,
    pub(super) blocked: bool,
}

/// What somebody is in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    Owner,
    Admin { anonymous: bool },
    Member,
    Left,
    Kicked,
}

impl Rank {
    pub(super) fn is_present(self) -> bool {
        !matches!(self, Self::Left | Self::Kicked)
    }

    pub(super) fn is_admin(self) -> bool {
        matches!(self, Self::Owner | Self::Admin { .. })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChatKind {
    Private,
    Group,
    Supergroup { forum: bool },
}

#[derive(Clone, Debug)]
pub(super) struct Topic {
    pub(super) name: String,
    pub(super) closed: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Chat {
    pub(super) id: i64,
    pub(super) kind: ChatKind,
    pub(super) title: String,
    pub(super) members: BTreeMap<i64, Rank>,
    pub(super) bot: Rank,
    pub(super) bot_muted: bool,
    /// Privacy mode as it was when the bot joined: a change shows only after it is added anew.
    pub(super) private_from_bot: bool,
    pub(super) topics: BTreeMap<i64, Topic>,
    pub(super) messages: Vec<Stored>,
    pub(super) last_message: i64,
    pub(super) migrated_to: Option<i64>,
}

impl Chat {
    pub(super) fn is_private(&self) -> bool {
        self.kind == ChatKind::Private
    }

    pub(super) fn is_forum(&self) -> bool {
        self.kind == ChatKind::Supergroup { forum: true }
    }

    /// The kind of group, as the server's errors name it.
    pub(super) fn group_word(&self) -> &'static str {
        if self.kind == ChatKind::Group {
            "group"
        } else {
            "supergroup"
        }
    }

    /// The message with this number, unless it was never kept.
    pub(super) fn message(&self, id: i64) -> Option<&Stored> {
        let at = self
            .messages
            .binary_search_by_key(&id, |stored| stored.id)
            .ok()?;
        self.messages.get(at)
    }

    pub(super) fn message_mut(&mut self, id: i64) -> Option<&mut Stored> {
        let at = self
            .messages
            .binary_search_by_key(&id, |stored| stored.id)
            .ok()?;
        self.messages.get_mut(at)
    }
}

/// A message as the server keeps it.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: i64,
    pub(super) author: Sender,
    pub(super) date: i64,
    pub(super) thread: Option<i64>,
    pub(super) text: String,
    pub(super) entities: Vec<Value>,
    pub(super) reply_to: Option<i64>,
    pub(super) markup: Option<Value>,
    pub(super) edited: Option<i64>,
    pub(super) deleted: bool,
    pub(super) inaccessible: bool,
    pub(super) reactions: Vec<String>,
    /// Fields of a service message, a photo, a contact: whatever isn't text.
    pub(super) extra: Map<String, Value>,
    /// What the chat itself says happened, when this is no message of anybody.
    pub(super) service: Option<String>,
}

impl Stored {
    pub(super) fn new(author: Sender, text: impl Into<String>) -> Self {
        Self {
            id: 0,
            author,
            date: 0,
            thread: None,
            text: text.into(),
            entities: Vec::new(),
            reply_to: None,
            markup: None,
            edited: None,
            deleted: false,
            inaccessible: false,
            reactions: Vec::new(),
            extra: Map::new(),
            service: None,
        }
    }

    /// A message by which the chat says what happened to it.
    pub(super) fn service(
        author: Sender,
        said: impl Into<String>,
        field: &str,
        value: Value,
    ) -> Self {
        let mut message = Self::new(author, "");
        message.service = Some(said.into());
        message.extra.insert(field.to_owned(), value);
        message
    }
}

#[derive(Clone, Debug)]
pub(super) struct Press {
    pub(super) person: i64,
    pub(super) chat: i64,
    pub(super) made: i64,
}

/// Everything that the server knows.
pub(super) struct World {
    pub(super) username: String,
    pub(super) now: i64,
    pub(super) people: HashMap<i64, Person>,
    pub(super) chats: HashMap<i64, Chat>,
    pub(super) queue: UpdateQueue,
    pub(super) presses: HashMap<String, Press>,
    pub(super) answers: Vec<ShownAnswer>,
    pub(super) commands: BTreeMap<(String, String), Vec<Value>>,
    pub(super) texts: BTreeMap<(&'static str, String), String>,
    pub(super) calls: BTreeMap<&'static str, CallCount>,
    pub(super) limiter: Limiter,
    pub(super) webhook: String,
    pub(super) privacy: bool,
    pub(super) forget: bool,
    pub(super) bot_messages: u64,
    pub(super) events: broadcast::Sender<Happening>,
    pub(super) last_person: i64,
    pub(super) last_group: i64,
    pub(super) last_supergroup: i64,
    /// Private chats and basic groups share one row of message numbers.
    last_box_message: i64,
    last_press: u64,
}

impl World {
    pub(super) fn new(username: &str, faults: FaultBox) -> Self {
        Self {
            username: username.to_owned(),
            now: 0,
            people: HashMap::new(),
            chats: HashMap::new(),
            queue: UpdateQueue::new(faults),
            presses: HashMap::new(),
            answers: Vec::new(),
            commands: BTreeMap::new(),
            texts: BTreeMap::new(),
            calls: BTreeMap::new(),
            limiter: Limiter::default(),
            webhook: String::new(),
            privacy: false,
            forget: false,
            bot_messages: 0,
            events: broadcast::Sender::new(4_096),
            last_person: 500_100_000,
            last_group: 4_000_100,
            last_supergroup: 1_001_900_000_000,
            last_box_message: 0,
            last_press: 0,
        }
    }

    /// The time in whole seconds, as the Bot API writes dates.
    pub(super) fn seconds(&self) -> i64 {
        self.now / 1_000
    }

    pub(super) fn name_of(&self, author: Sender, chat: &Chat) -> String {
        match author {
            Sender::Bot => format!("@{}", self.username),
            Sender::Anonymous(_) => chat.title.clone(),
            Sender::Person(person) => self
                .people
                .get(&person.0)
                .map_or_else(String::new, |person| person.first_name.clone()),
        }
    }

    /// Numbers, keeps, shows and queues a message. Gives its number.
    pub(super) fn post(&mut self, chat_id: i64, mut message: Stored) -> i64 {
        let date = self.seconds();
        let Some(chat) = self.chats.get_mut(&chat_id) else {
            return 0;
        };
        if matches!(chat.kind, ChatKind::Supergroup { .. }) {
            chat.last_message += 1;
        } else {
            self.last_box_message += 1;
            chat.last_message = self.last_box_message;
        }
        message.id = chat.last_message;
        message.date = date;
        let id = message.id;
        if message.author == Sender::Bot {
            self.bot_messages += 1;
        }
        self.show(chat_id, &message, |seen, service| match service {
            Some(said) => Happened::Service(said),
            None => Happened::Said(seen),
        });
        self.deliver("message", chat_id, &message);
        if let Some(chat) = self.chats.get_mut(&chat_id)
            && (!self.forget || message.author == Sender::Bot)
        {
            chat.messages.push(message);
        }
        id
    }

    /// Queues a message for the bot if it may see it.
    pub(super) fn deliver(&mut self, kind: &str, chat_id: i64, message: &Stored) {
        let Some(chat) = self.chats.get(&chat_id) else {
            return;
        };
        if self.queue.wants(kind) && self.bot_sees(chat, message) {
            let content = self.message_json(chat, message, true);
            self.push(kind, &content);
        }
    }

    /// Queues an update that lives as long as ordinary ones do.
    pub(super) fn push(&mut self, kind: &str, content: &Value) {
        self.queue.push(kind, content, self.now + UPDATE_LIFE);
    }

    fn bot_sees(&self, chat: &Chat, message: &Stored) -> bool {
        if message.author == Sender::Bot && message.service.is_none() {
            return false;
        }
        if chat.is_private() {
            return self
                .people
                .get(&chat.id)
                .is_some_and(|person| !person.blocked);
        }
        if !chat.bot.is_present() {
            return false;
        }
        !chat.private_from_bot
            || chat.bot.is_admin()
            || message.service.is_some()
            || self.is_command_to_bot(&message.text)
            || answers_bot(chat, message)
    }

    fn is_command_to_bot(&self, text: &str) -> bool {
        let first = text.split_whitespace().next().unwrap_or_default();
        let Some(command) = first.strip_prefix('/') else {
            return false;
        };
        match command.split_once('@') {
            Some((_, addressed)) => addressed.eq_ignore_ascii_case(&self.username),
            None => !command.is_empty(),
        }
    }

    /// Tells the transcript what happened to a message, if anybody listens.
    pub(super) fn show(
        &self,
        chat_id: i64,
        message: &Stored,
        what: impl FnOnce(super::view::SeenMessage, Option<String>) -> Happened,
    ) {
        if self.events.receiver_count() == 0 {
            return;
        }
        if let Some(chat) = self.chats.get(&chat_id) {
            let what = what(self.seen(chat, message), message.service.clone());
            self.happen(chat, message.author, what);
        }
    }

    /// Tells the transcript what somebody did, if anybody listens.
    pub(super) fn happen(&self, chat: &Chat, who: Sender, what: Happened) {
        if self.events.receiver_count() == 0 {
            return;
        }
        let happening = Happening {
            chat: super::view::ChatId(chat.id),
            title: chat.title.clone(),
            private: chat.is_private(),
            who: self.name_of(who, chat),
            by_bot: who == Sender::Bot,
            what,
        };
        // Nobody listening any more is no fault.
        let _ = self.events.send(happening);
    }

    /// Presses a button and gives the press its id.
    pub(super) fn press(
        &mut self,
        person: i64,
        chat_id: i64,
        message_id: i64,
        choice: &Choice,
    ) -> Result<String, SimError> {
        let missing = SimError::NoSuchMessage {
            chat: chat_id,
            message: message_id,
        };
        let Some(chat) = self.chats.get(&chat_id) else {
            return Err(missing);
        };
        let Some(message) = chat.message(message_id).filter(|stored| !stored.deleted) else {
            return Err(missing);
        };
        let seen = self.seen(chat, message);
        let (data, label) = match choice {
            Choice::Data(data) => (data.clone(), String::new()),
            choice => {
                let button = choose(&seen, choice)?;
                if let Some(url) = &button.url {
                    return Err(SimError::OpensLink { url: url.clone() });
                }
                (
                    button.data.clone().unwrap_or_default(),
                    button.label.clone(),
                )
            }
        };
        self.last_press += 1;
        let id = format!("{}", 4_382_000_000_000_000_000 + self.last_press);
        let update = self.callback_json(&id, person, (chat, message), &data);
        let what = Happened::Pressed {
            message: message_id,
            label,
        };
        self.happen(chat, Sender::Person(super::view::PersonId(person)), what);
        let press = Press {
            person,
            chat: chat_id,
            made: self.now,
        };
        self.presses.insert(id.clone(), press);
        self.queue.push(
            "callback_query",
            &update,
            self.now + super::queue::CALLBACK_LIFE,
        );
        Ok(id)
    }
}

fn answers_bot(chat: &Chat, message: &Stored) -> bool {
    let target = message.reply_to.and_then(|id| chat.message(id));
    target.is_some_and(|target| target.author == Sender::Bot)
}

fn choose<'a>(
    seen: &'a super::view::SeenMessage,
    choice: &Choice,
) -> Result<&'a super::view::Button, SimError> {
    let mut buttons = seen.buttons.iter().flatten();
    let found = match choice {
        Choice::Index(index) => buttons.nth(*index),
        Choice::Label(label) => seen
            .button(label)
            .or_else(|| buttons.find(|button| button.label.contains(label.as_str()))),
        Choice::Data(data) => buttons.find(|button| button.data.as_ref() == Some(data)),
    };
    found.ok_or_else(|| SimError::NoSuchButton {
        wanted: match choice {
            Choice::Index(index) => format!("at place {index}"),
            Choice::Label(label) => format!("{label:?}"),
            Choice::Data(data) => format!("with the data {data:?}"),
        },
        found: seen.labels().into_iter().map(str::to_owned).collect(),
    })
}
