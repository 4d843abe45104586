//! What an update means to kith: from Telegram's JSON to an [`Inbound`], without asking anybody.

use sha2::{Digest, Sha256};

use super::ids::{self, Spot};
use super::wire::{CallbackQuery, Chat, ChatKind, Me, MembershipChange, Message, Numbered};
use super::wire::{Update, User};
use crate::chat::unreadable;
use crate::domain::action::Action;
use crate::domain::clock::Timestamp;
use crate::domain::ids::{ConnectorId, GroupId, InboundKey, Place};
use crate::domain::inbound::{Event, Inbound, Press, Scene};
use crate::domain::people::{Actor, Language, Person, Standing};
use crate::domain::permission::{Right, Role};
use crate::domain::private::Private;

/// The longest piece of what can't be read that is kept, in bytes.
const MOST_RAW: usize = 16 * 1024;

/// What reading an update needs to know.
pub(super) struct Reader<'a> {
    pub(super) connector: &'a ConnectorId,
    pub(super) me: &'a Me,
    /// For what Telegram gives no time: presses, and what can't be read.
    pub(super) now: Timestamp,
}

/// An update that was read.
#[derive(Debug)]
pub(super) struct Seen {
    /// Its place in the queue, where that can be told.
    pub(super) number: Option<i64>,
    /// What happened; nothing where it is of no use to kith.
    pub(super) inbound: Option<Inbound>,
    /// What is to be asked before it is handed over.
    pub(super) ask: Option<Ask>,
}

/// What only Telegram knows at that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ask {
    /// The group.
    pub(super) chat: i64,
    /// How this person stands there.
    pub(super) person: Option<i64>,
    /// Whether they came by a link from there, which leads nowhere as long as nobody knows that they are members.
    pub(super) passage: bool,
    /// Whether anything hinders kith there.
    pub(super) problems: bool,
}

/// What an update comes to: its key, its time, what happened and what to ask.
pub(super) struct Found {
    pub(super) key: String,
    pub(super) at: Timestamp,
    pub(super) event: Event,
    pub(super) ask: Option<Ask>,
}

/// Who wrote or did something.
pub(super) struct Author {
    pub(super) person: Person,
    /// An administrator who writes as the group itself.
    pub(super) as_group: bool,
    /// Somebody who writes in the name of a chat, this one or another.
    pub(super) faceless: bool,
}

impl Reader<'_> {
    /// Reads one update as it came.
    pub(super) fn read(&self, raw: &str) -> Seen {
        match serde_json::from_str::<Update>(raw) {
            Ok(update) => {
                let number = update.update_id;
                let found = self.meaning(update);
                Seen {
                    number: Some(number),
                    ask: found.as_ref().and_then(|found| found.ask),
                    inbound: found.map(|found| self.inbound(found.key, found.at, found.event)),
                }
            }
            Err(error) => self.malformed(raw, unreadable(&error)),
        }
    }

    /// Keeps what can't be read as it came.
    pub(super) fn malformed(&self, raw: &str, error: String) -> Seen {
        let number = serde_json::from_str::<Numbered>(raw)
            .ok()
            .map(|numbered| numbered.update_id);
        // Numbers may begin again after a quiet week, so that the number alone does not make it the same.
        let hash = Sha256::digest(raw.as_bytes());
        let hash = hash
            .iter()
            .take(8)
            .fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
        let key = match number {
            Some(number) => format!("u{number}/{hash:016x}"),
            None => format!("x/{hash:016x}"),
        };
        let event = Event::Malformed {
            raw: Private::new(raw[..raw.floor_char_boundary(MOST_RAW)].to_owned()),
            error,
        };
        Seen {
            number,
            inbound: Some(self.inbound(key, self.now, event)),
            ask: None,
        }
    }

    fn inbound(&self, key: String, at: Timestamp, event: Event) -> Inbound {
        Inbound {
            connector: self.connector.clone(),
            key: InboundKey::new(key),
            at,
            event,
        }
    }

    fn meaning(&self, update: Update) -> Option<Found> {
        let number = update.update_id;
        if let Some(message) = update.message {
            self.message(&message)
        } else if let Some(message) = update.edited_message {
            self.edited(number, &message)
        } else if let Some(query) = update.callback_query {
            self.press(query)
        } else {
            self.membership(number, &update.my_chat_member?)
        }
    }

    fn press(&self, query: CallbackQuery) -> Option<Found> {
        let scene = match &query.message {
            Some(message) => self.scene(message)?,
            // Only a message sent through another chat's search box has none; it is answered in private.
            None => self.scene_of(Spot::whole(query.from.id)),
        };
        let action = query.data.as_deref().and_then(Action::decode);
        let takes = action
            .as_ref()
            .map(|action| Right::of_action(action).takes());
        let by_standing = takes.is_some_and(Role::is_by_standing);
        let on = query.message.as_ref().map(|message| message.message_id);
        let token = super::answer::Token {
            query: query.id.clone(),
            message: on,
            data: query.data,
        };
        let ask = query
            .message
            .as_ref()
            .filter(|_| by_standing && !scene.is_private())
            .map(|message| Ask {
                chat: message.chat.id,
                person: Some(query.from.id),
                passage: false,
                problems: false,
            });
        let event = Event::Press(Press {
            scene,
            on: on.map(ids::message),
            by: ordinary(self.user(&query.from)),
            action,
            answer: Some(token.seal()),
        });
        Some(Found {
            key: format!("c{}", query.id),
            at: self.now,
            event,
            ask,
        })
    }

    fn membership(&self, number: i64, change: &MembershipChange) -> Option<Found> {
        if !matches!(change.chat.kind, ChatKind::Group | ChatKind::Supergroup) {
            return None;
        }
        let (before, after) = (
            change.old_chat_member.is_present(),
            change.new_chat_member.is_present(),
        );
        let chat = change.chat.id;
        let (event, ask) = match (before, after) {
            (false, true) => {
                let by = (!change.from.is_bot).then(|| ordinary(self.user(&change.from)));
                let ask = by.as_ref().map(|_| Ask {
                    chat,
                    person: Some(change.from.id),
                    passage: false,
                    problems: false,
                });
                let scene = self.scene_of(Spot::whole(chat));
                (Event::Added { scene, by }, ask)
            }
            (true, false) => {
                let group = GroupId::new(chat.to_string());
                (Event::Removed { group }, None)
            }
            _ => return None,
        };
        Some(Found {
            key: format!("b{chat}/{}/{number}", change.date),
            at: seconds(change.date),
            event,
            ask,
        })
    }

    pub(super) fn scene(&self, message: &Message) -> Option<Scene> {
        let topic = match message.chat.kind {
            ChatKind::Other => return None,
            // Other supergroups number their threads of replies too, but those are no channels.
            ChatKind::Supergroup if message.is_topic_message => message.message_thread_id,
            _ => None,
        };
        Some(self.scene_of(Spot {
            chat: message.chat.id,
            topic,
        }))
    }

    pub(super) fn scene_of(&self, spot: Spot) -> Scene {
        Scene {
            place: Place {
                connector: self.connector.clone(),
                channel: spot.channel(),
            },
            parent: spot.parent(),
            group: spot.group(),
        }
    }

    /// Who wrote a message; nobody where it was a bot.
    pub(super) fn author(&self, message: &Message) -> Option<Author> {
        // Whoever writes in the name of a chat is shown as a bot of Telegram's, the same for all.
        if let Some(chat) = &message.sender_chat {
            return Some(Author {
                person: self.chat(chat),
                as_group: chat.id == message.chat.id,
                faceless: true,
            });
        }
        let user = message.from.as_ref().filter(|user| !user.is_bot)?;
        Some(Author {
            person: self.user(user),
            as_group: false,
            faceless: false,
        })
    }

    pub(super) fn user(&self, user: &User) -> Person {
        let mut name = user.first_name.clone();
        if let Some(last) = &user.last_name {
            name.push(' ');
            name.push_str(last);
        }
        let language = user.language_code.as_deref().map(Language::from_tag);
        Person {
            connector: self.connector.clone(),
            id: ids::person(user.id),
            name: Private::new(name),
            language: language.unwrap_or_default(),
        }
    }

    fn chat(&self, chat: &Chat) -> Person {
        Person {
            connector: self.connector.clone(),
            id: ids::person(chat.id),
            name: Private::new(chat.title.clone().unwrap_or_default()),
            language: Language::default(),
        }
    }
}

pub(super) fn ordinary(person: Person) -> Actor {
    Actor {
        person,
        standing: Standing::default(),
    }
}

pub(super) fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1000))
}
