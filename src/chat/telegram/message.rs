//! What a message means to kith: words, an edit, a command, a link that was followed, a group that moved.

use super::ids::{self, Spot};
use super::passage;
use super::typed::{self, Typed};
use super::update::{Ask, Author, Found, Reader, ordinary, seconds};
use super::wire::{Message, Quote};
use crate::domain::action::Action;
use crate::domain::clock::Timestamp;
use crate::domain::command::{Command, CommandError};
use crate::domain::inbound::{self, Answered, Event, Issued, Press, Scene};
use crate::domain::people::{Actor, Presence, Standing};
use crate::domain::permission::Right;
use crate::domain::private::Private;

impl Reader<'_> {
    pub(super) fn message(&self, message: &Message) -> Option<Found> {
        let at = seconds(message.date);
        if let Some(moved) = moved(message) {
            return Some(Found { at, ..moved });
        }
        let key = format!("m{}/{}", message.chat.id, message.message_id);
        let scene = self.scene(message)?;
        let author = self.author(message)?;
        let text = words(message);
        let (event, ask) = match typed::read(&text, &self.me.username) {
            Typed::Elsewhere if !scene.is_private() => return None,
            Typed::Command {
                name,
                addressed,
                words,
            } => match self.command(&scene, &author, message, (&name, addressed, words)) {
                Meant::Event(event, ask) => (event, ask),
                Meant::Words => (self.said(scene, author, message, text.clone())?, None),
                Meant::Nothing => return None,
            },
            _ => (self.said(scene, author, message, text.clone())?, None),
        };
        Some(Found {
            key,
            at,
            event,
            ask,
        })
    }

    pub(super) fn edited(&self, number: i64, message: &Message) -> Option<Found> {
        let scene = self.scene(message)?;
        let author = self.author(message)?;
        let text = match typed::read(&words(message), &self.me.username) {
            Typed::Words => words(message),
            // The words of these two are a report; editing another command does nothing on Telegram.
            Typed::Command { name, words, .. } if name == "need" || name == "offer" => {
                words.to_owned()
            }
            Typed::Command { name, .. } if is_unknown(&Command::parse(&name, "")) => words(message),
            _ => return None,
        };
        let edited = message.edit_date.unwrap_or(message.date);
        // Two edits within a second differ by their update alone.
        let key = format!(
            "e{}/{}/{edited}/{number}",
            message.chat.id, message.message_id
        );
        let event = Event::Edited(self.as_message(scene, author, message, text));
        Some(Found {
            key,
            at: seconds(edited),
            event,
            ask: None,
        })
    }

    fn command(
        &self,
        scene: &Scene,
        author: &Author,
        message: &Message,
        (name, addressed, words): (&str, bool, &str),
    ) -> Meant {
        let mut parsed = Command::parse(name, words);
        if parsed == Ok(Command::Start) && scene.is_private() {
            if let Some(action) = Action::decode(words) {
                return Meant::Event(followed(scene, author, action), None);
            }
            if let Some((hub, action)) = passage::read(words) {
                // As if it were pressed in the hub, once Telegram has said that they are in it.
                let event = followed(&self.scene_of(hub), author, action);
                let ask = Ask {
                    chat: hub.chat,
                    person: Some(message.chat.id),
                    passage: true,
                    problems: false,
                };
                return Meant::Event(event, Some(ask));
            }
            // The links of kith's own that name a command: see `answer`.
            if matches!(words, "my" | "help") {
                parsed = Command::parse(words, "");
            }
        }
        if is_unknown(&parsed) && !addressed && !scene.is_private() {
            // Another bot's. Words behind it are read like any others: somebody may be in danger.
            return if words.is_empty() {
                Meant::Nothing
            } else {
                Meant::Words
            };
        }
        let about = answered(message).and_then(|answered| self.about(scene, answered));
        if let (Ok(Command::Moderator { role, person }), Some(about)) = (&mut parsed, &about) {
            // Telegram has no roles: a word behind the command is a name, and the answered message says whose.
            *role = None;
            // A chat is nobody: whoever writes in its name next year would be a moderator.
            let faceless = answered(message).is_some_and(|answered| answered.sender_chat.is_some());
            *person = Some(about.author.id.clone()).filter(|_| !faceless);
        }
        let ask = ask(scene, author, message.chat.id, &parsed);
        let issued = Issued {
            scene: scene.clone(),
            by: Actor {
                person: author.person.clone(),
                standing: Standing {
                    admin: author.as_group,
                    roles: Vec::new(),
                    presence: if author.faceless {
                        Presence::Faceless
                    } else {
                        Presence::Present
                    },
                },
            },
            command: parsed,
            message: Some(ids::message(message.message_id)),
            about: about.map(Box::new),
            problems: Vec::new(),
            answer: None,
        };
        Meant::Event(Event::Command(issued), ask)
    }

    /// The message that a command answers. One of a bot's is nobody's telling.
    fn about(&self, scene: &Scene, answered: &Message) -> Option<inbound::Message> {
        let author = self.author(answered)?;
        Some(self.as_message(scene.clone(), author, answered, words(answered)))
    }

    /// An ordinary message. In a group one without words is nothing to kith; in private it may want an answer.
    fn said(&self, scene: Scene, author: Author, message: &Message, text: String) -> Option<Event> {
        let useful = scene.is_private() || !text.is_empty();
        useful.then(|| Event::Message(self.as_message(scene, author, message, text)))
    }

    fn as_message(
        &self,
        scene: Scene,
        author: Author,
        message: &Message,
        text: String,
    ) -> inbound::Message {
        let answered = answered(message);
        inbound::Message {
            scene,
            id: ids::message(message.message_id),
            author: author.person,
            text: Private::new(text),
            reply_to: answered.map(|answered| ids::message(answered.message_id)),
            answered: answered.map(|answered| self.answered(answered, message.quote.as_ref())),
        }
    }

    /// What a message answers. Where it is long, the part that its writer points to is what matters.
    fn answered(&self, answered: &Message, quote: Option<&Quote>) -> Answered {
        let whole = words(answered);
        let long = whole.is_empty() || whole.chars().nth(Answered::LONGEST).is_some();
        let text = quote.filter(|_| long).map_or(&whole, |quote| &quote.text);
        let user = answered.from.as_ref().map(|user| user.id);
        let chat = answered.sender_chat.as_ref().map(|chat| chat.id);
        let ours = chat.is_none() && user == Some(self.me.id);
        Answered::new(chat.or(user).map(ids::person), ours, text)
    }
}

/// What a typed command comes to.
#[expect(
    clippy::large_enum_variant,
    reason = "it is taken apart as soon as it is returned"
)]
enum Meant {
    Event(Event, Option<Ask>),
    /// Not kith's; read as an ordinary message.
    Words,
    Nothing,
}

const fn is_unknown(command: &Result<Command, CommandError>) -> bool {
    matches!(command, Err(CommandError::Unknown { .. }))
}

/// Both the old group and the new one tell of the move; it is the same.
fn moved(message: &Message) -> Option<Found> {
    let (from, to) = match (message.migrate_to_chat_id, message.migrate_from_chat_id) {
        (Some(to), _) => (message.chat.id, to),
        (None, Some(from)) => (from, message.chat.id),
        (None, None) => return None,
    };
    Some(Found {
        key: format!("v{from}/{to}"),
        at: Timestamp::default(),
        event: Event::Moved {
            from: Spot::whole(from).channel(),
            to: Spot::whole(to).channel(),
        },
        ask: None,
    })
}

fn words(message: &Message) -> String {
    let text = message.text.as_ref().or(message.caption.as_ref());
    text.cloned().unwrap_or_default()
}

/// The message that this one answers. In a topic every message seems to answer the one that opened it.
fn answered(message: &Message) -> Option<&Message> {
    let answered = message.reply_to_message.as_deref()?;
    let opened_it =
        message.is_topic_message && message.message_thread_id == Some(answered.message_id);
    (!opened_it).then_some(answered)
}

/// A link into the private chat is a button that was pressed elsewhere.
fn followed(scene: &Scene, author: &Author, action: Action) -> Event {
    Event::Press(Press {
        scene: scene.clone(),
        on: None,
        by: ordinary(author.person.clone()),
        action: Some(action),
        answer: None,
    })
}

fn ask(
    scene: &Scene,
    author: &Author,
    chat: i64,
    command: &Result<Command, CommandError>,
) -> Option<Ask> {
    if scene.is_private() {
        return None;
    }
    let problems = matches!(command, Ok(Command::Setup(_) | Command::Status));
    let by_standing = command.as_ref().is_ok_and(|command| {
        matches!(command, Command::Help) || Right::of_command(command).takes().is_by_standing()
    });
    let person = author.person.id.as_str().parse().ok();
    by_standing.then_some(Ask {
        chat,
        person: person.filter(|_| !author.faceless),
        passage: false,
        problems,
    })
}
