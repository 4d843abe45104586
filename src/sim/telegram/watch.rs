//! Looking at the chats, and waiting until they look as expected.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::broadcast;

use super::TelegramSim;
use super::membership::name_and_description;
use super::view::{ChatId, Happening, PersonId, SeenMessage, ShownAnswer, TimedOut};
use super::world::{Stored, World};

/// How many messages of each chat a failed wait shows.
const SHOWN_ON_TIMEOUT: usize = 8;

/// The chats at one moment.
pub struct View<'a> {
    world: &'a World,
}

impl View<'_> {
    /// The messages of a chat, service messages left out, deleted ones included.
    pub fn messages(&self, chat: impl Into<ChatId>) -> Vec<SeenMessage> {
        self.stored(chat.into(), |message| message.service.is_none())
    }

    fn stored(&self, chat: ChatId, wanted: impl Fn(&Stored) -> bool) -> Vec<SeenMessage> {
        let Some(chat) = self.world.chats.get(&chat.0) else {
            return Vec::new();
        };
        let wanted = chat.messages.iter().filter(|message| wanted(message));
        wanted
            .map(|message| self.world.seen(chat, message))
            .collect()
    }

    /// The messages of a private chat.
    pub fn private_messages(&self, person: PersonId) -> Vec<SeenMessage> {
        self.messages(person)
    }

    /// What the bot has written in a chat and not deleted.
    pub fn bot_messages_in(&self, chat: impl Into<ChatId>) -> Vec<SeenMessage> {
        self.stored(chat.into(), |message| {
            message.author == super::Sender::Bot && message.service.is_none() && !message.deleted
        })
    }

    /// One message.
    pub fn message(&self, chat: impl Into<ChatId>, id: i64) -> Option<SeenMessage> {
        let chat = self.world.chats.get(&chat.into().0)?;
        Some(self.world.seen(chat, chat.message(id)?))
    }

    /// The last message of a chat that isn't deleted, without looking at the others.
    pub fn last_message(&self, chat: impl Into<ChatId>) -> Option<SeenMessage> {
        let chat = self.world.chats.get(&chat.into().0)?;
        let mut backwards = chat.messages.iter().rev();
        let last = backwards.find(|message| message.service.is_none() && !message.deleted)?;
        Some(self.world.seen(chat, last))
    }

    /// What a chat said happened to it, in words.
    pub fn service_messages(&self, chat: impl Into<ChatId>) -> Vec<String> {
        let Some(chat) = self.world.chats.get(&chat.into().0) else {
            return Vec::new();
        };
        chat.messages
            .iter()
            .filter_map(|message| message.service.clone())
            .collect()
    }

    /// What a person saw after pressing buttons.
    pub fn answers(&self, person: PersonId) -> Vec<ShownAnswer> {
        let answers = self.world.answers.iter();
        answers
            .filter(|answer| answer.person == person)
            .cloned()
            .collect()
    }

    /// The answer to one press.
    pub fn answer(&self, press: &str) -> Option<ShownAnswer> {
        self.world
            .answers
            .iter()
            .find(|answer| answer.press == press)
            .cloned()
    }

    /// How many updates the bot has not confirmed yet.
    pub fn pending_updates(&self) -> usize {
        self.world.queue.pending()
    }

    /// How many messages the bot has sent, in all chats.
    pub fn bot_messages(&self) -> u64 {
        self.world.bot_messages
    }

    /// How many polls have begun, those included that still wait.
    pub fn polls_begun(&self) -> u64 {
        self.world.queue.polls()
    }

    /// How often a method was answered with a result.
    pub fn succeeded(&self, method: &str) -> u64 {
        let mut calls = self.world.calls.iter();
        calls
            .find(|(name, _)| name.eq_ignore_ascii_case(method))
            .map_or(0, |(_, count)| count.ok)
    }
}

impl TelegramSim {
    /// Looks at the chats as they are now.
    pub fn view<T>(&self, look: impl FnOnce(&View<'_>) -> T) -> T {
        self.shared.look(|world| look(&View { world }))
    }

    /// The messages of a chat, service messages left out, deleted ones included.
    pub fn messages(&self, chat: impl Into<ChatId>) -> Vec<SeenMessage> {
        self.view(|view| view.messages(chat))
    }

    /// The messages of a private chat.
    pub fn private_messages(&self, person: PersonId) -> Vec<SeenMessage> {
        self.view(|view| view.private_messages(person))
    }

    /// What a person saw after pressing buttons.
    pub fn answers(&self, person: PersonId) -> Vec<ShownAnswer> {
        self.view(|view| view.answers(person))
    }

    /// Waits until the chats look as expected; looks again after every change.
    pub async fn wait_until(
        &self,
        mut expected: impl FnMut(&View<'_>) -> bool,
        timeout: Duration,
    ) -> Result<(), TimedOut> {
        self.wait_for("the expected state", timeout, |view| {
            expected(view).then_some(())
        })
        .await
    }

    /// Waits until something can be found in the chats, and gives it.
    pub async fn wait_for<T>(
        &self,
        what: &str,
        timeout: Duration,
        mut find: impl FnMut(&View<'_>) -> Option<T>,
    ) -> Result<T, TimedOut> {
        let mut changes = self.shared.version.subscribe();
        let search = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = self.view(&mut find) {
                    return found;
                }
                // The sender lives as long as this simulator: a change is all that can come.
                let _ = changes.changed().await;
            }
        };
        tokio::time::timeout(timeout, search)
            .await
            .map_err(|_| TimedOut {
                what: what.to_owned(),
                seconds: timeout.as_secs_f64(),
                transcript: self.transcript(),
            })
    }

    /// The last messages of each chat, for a person to read.
    pub fn transcript(&self) -> String {
        self.shared.look(|world| {
            let mut chats: Vec<_> = world.chats.values().collect();
            chats.sort_by_key(|chat| chat.id);
            let mut lines = Vec::new();
            for chat in chats.into_iter().filter(|chat| !chat.messages.is_empty()) {
                lines.push(format!("── {} ({})", chat.title, chat.id));
                let skipped = chat.messages.len().saturating_sub(SHOWN_ON_TIMEOUT);
                for message in chat.messages.iter().skip(skipped) {
                    let name = world.name_of(message.author, chat);
                    let seen = world.seen(chat, message);
                    let text = message.service.as_ref().unwrap_or(&message.text);
                    let deleted = if message.deleted { " (deleted)" } else { "" };
                    lines.push(format!(
                        "  #{} {name}: {text}{deleted} {:?}",
                        seen.id,
                        seen.labels()
                    ));
                }
            }
            lines.push(format!(
                "── {} updates not confirmed",
                world.queue.pending()
            ));
            lines.join("\n")
        })
    }

    /// Everything that happens from now on, for a transcript. A listener that falls more than
    /// 4096 steps behind misses the oldest.
    pub fn on_change(&self) -> broadcast::Receiver<Happening> {
        self.shared.look(|world| world.events.subscribe())
    }

    /// The commands set for exactly this scope (`default`, `all_group_chats`, `chat:-100…`,
    /// `chat_member:CHAT:USER`) and language, as names and descriptions.
    pub fn commands(&self, scope: &str, language: &str) -> Vec<(String, String)> {
        self.shared.look(|world| {
            let key = (scope.to_owned(), language.to_owned());
            let commands = world
                .commands
                .get(&key)
                .map(Vec::as_slice)
                .unwrap_or_default();
            commands.iter().map(name_and_description).collect()
        })
    }

    /// The commands that a person is offered in a chat.
    pub fn menu(&self, chat: impl Into<ChatId>, person: PersonId) -> Vec<(String, String)> {
        self.shared.look(|world| {
            let chat = world.chats.get(&chat.into().0);
            chat.map(|chat| world.menu(chat, person.0))
                .unwrap_or_default()
        })
    }

    /// What the Bot API would say of a message, for tests of what goes over the wire.
    pub fn message_json(&self, chat: impl Into<ChatId>, id: i64) -> Option<Value> {
        self.shared.look(|world| {
            let chat = world.chats.get(&chat.into().0)?;
            Some(world.message_json(chat, chat.message(id)?, true))
        })
    }
}
