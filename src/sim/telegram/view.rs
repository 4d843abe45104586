//! What tests and the demo see of the simulated chats: messages as people see them on their
//! screens, the answers to their presses, and a stream of what happens.

use serde_json::Value;
use thiserror::Error;

/// A chat, by the number that the Bot API uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChatId(pub i64);

/// A person, by the number that the Bot API uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub i64);

impl PersonId {
    /// The private chat between this person and the bot, which has the person's number.
    pub fn private_chat(self) -> ChatId {
        ChatId(self.0)
    }
}

impl From<PersonId> for ChatId {
    fn from(person: PersonId) -> Self {
        person.private_chat()
    }
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The bot under test.
    Bot,
    /// A person under their own name.
    Person(PersonId),
    /// An administrator who writes as the group.
    Anonymous(PersonId),
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What the bot gets when it is pressed.
    pub data: Option<String>,
    /// What it opens when it is pressed.
    pub url: Option<String>,
}

/// A message as it stands on people's screens.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenMessage {
    /// Its number in the chat.
    pub id: i64,
    /// Who wrote it.
    pub from: Sender,
    /// The name shown above it.
    pub from_name: String,
    /// Its text, without formatting.
    pub text: String,
    /// Its formatting, as the Bot API lists it.
    pub entities: Vec<Value>,
    /// Its buttons, row by row.
    pub buttons: Vec<Vec<Button>>,
    /// The message that it answers.
    pub reply_to: Option<i64>,
    /// Whether it was changed after it was sent.
    pub edited: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// The topic it stands in.
    pub thread: Option<i64>,
    /// The emoji that the bot has put on it.
    pub reactions: Vec<String>,
}

impl SeenMessage {
    /// The button with this label, wherever it stands.
    pub fn button(&self, label: &str) -> Option<&Button> {
        self.buttons
            .iter()
            .flatten()
            .find(|button| button.label == label)
    }

    /// Every label, in reading order.
    pub fn labels(&self) -> Vec<&str> {
        self.buttons
            .iter()
            .flatten()
            .map(|button| button.label.as_str())
            .collect()
    }
}

/// What a person saw after pressing a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownAnswer {
    /// Which press it answers.
    pub press: String,
    /// Who pressed.
    pub person: PersonId,
    /// What was shown; empty when only the waiting sign went away.
    pub text: String,
    /// Whether it had to be closed by hand.
    pub alert: bool,
    /// What was opened.
    pub url: Option<String>,
}

/// Which button to press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The first button with this label or, failing that, the first whose label holds it.
    Label(String),
    /// The button at this place in reading order, from 0.
    Index(usize),
    /// No button at all: an app of somebody's own making sends this data.
    Data(String),
}

impl From<&str> for Choice {
    fn from(label: &str) -> Self {
        Self::Label(label.to_owned())
    }
}

impl From<String> for Choice {
    fn from(label: String) -> Self {
        Self::Label(label)
    }
}

impl From<usize> for Choice {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// What a person can't do in the simulated chats.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SimError {
    /// There is no such message to act on.
    #[error("expected message {message} in chat {chat}, found none that isn't deleted")]
    NoSuchMessage {
        /// The chat that was searched.
        chat: i64,
        /// The number that was not found.
        message: i64,
    },
    /// There is no such button.
    #[error("expected a button {wanted}, found {found:?}; choose one of these")]
    NoSuchButton {
        /// What was looked for.
        wanted: String,
        /// The labels that are there.
        found: Vec<String>,
    },
    /// The button opens an address and sends the bot nothing.
    #[error("the button opens {url} and sends nothing; use open_link")]
    OpensLink {
        /// The address.
        url: String,
    },
    /// The address leads elsewhere.
    #[error("expected https://t.me/{username}?start=PAYLOAD, found {found}")]
    ForeignLink {
        /// The bot's name.
        username: String,
        /// The address that was opened.
        found: String,
    },
    /// The payload of a deep link is not allowed.
    #[error(
        "expected a start payload of 1 to 64 characters A-Z, a-z, 0-9, _ or -, found {found:?}"
    )]
    BadPayload {
        /// The payload.
        found: String,
    },
    /// The message holds what the person wrote already, or isn't theirs.
    #[error("expected a text message of a person to edit, found something else in {message}")]
    NotEditable {
        /// The message.
        message: i64,
    },
}

/// What was waited for did not come.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("waited {seconds} s for {what}, which did not come; last seen:\n{transcript}")]
pub struct TimedOut {
    /// What was waited for.
    pub what: String,
    /// How long.
    pub seconds: f64,
    /// The last messages of each chat, to see what happened instead.
    pub transcript: String,
}

/// How often a method was called, and how it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCount {
    /// Answered with a result (or acted on, when the answer was lost on purpose).
    pub ok: u64,
    /// Answered with an error of the Bot API.
    pub failed: u64,
    /// Made to fail by a fault, without being acted on.
    pub faulted: u64,
}

/// One step of what happens in the chats, for a transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// Where.
    pub chat: ChatId,
    /// The name of the chat, or of the person in a private one.
    pub title: String,
    /// Whether it is a private chat with the bot.
    pub private: bool,
    /// Who did it, by name.
    pub who: String,
    /// Whether the bot did it.
    pub by_bot: bool,
    /// What was done.
    pub what: Happened,
}

/// What was done in a chat.
#[derive(Clone, Debug, PartialEq)]
pub enum Happened {
    /// A message was written.
    Said(SeenMessage),
    /// A message was changed to this.
    Edited(SeenMessage),
    /// A message was deleted; this is what it said.
    Deleted(SeenMessage),
    /// A button was pressed.
    Pressed {
        /// The message it stands under.
        message: i64,
        /// What it says.
        label: String,
    },
    /// A press was answered.
    Answered {
        /// Who had pressed.
        person: String,
        /// What was shown.
        text: String,
        /// Whether it had to be closed by hand.
        alert: bool,
    },
    /// The bot put an emoji on a message.
    Reacted {
        /// The message.
        message: i64,
        /// The emoji that stand there now.
        emoji: Vec<String>,
    },
    /// The chat itself changed: somebody joined, a topic was made, the group moved.
    Service(String),
}

/// How many messages a bot may send; Telegram's published limits by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// In one chat, a second.
    pub chat_a_second: usize,
    /// In one group, a minute.
    pub group_a_minute: usize,
    /// In all chats, a second.
    pub overall_a_second: usize,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            chat_a_second: 1,
            group_a_minute: 20,
            overall_a_second: 30,
        }
    }
}
