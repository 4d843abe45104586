//! Who is in which chat: joining, leaving, ranks, blocking, and a group that becomes a
//! supergroup.

use serde_json::{Value, json};

use super::queue::UPDATE_LIFE;
use super::view::{Happened, PersonId, Sender};
use super::world::{BOT_ID, Chat, ChatKind, Rank, Stored, World};

impl World {
    /// Makes a group with an owner and, already in it, the bot.
    pub(super) fn make_group(&mut self, kind: ChatKind, title: &str) -> i64 {
        let id = if kind == ChatKind::Group {
            self.last_group += 1;
            -self.last_group
        } else {
            self.last_supergroup += 1;
            -self.last_supergroup
        };
        let owner = self.make_person("Founder");
        let mut chat = empty_chat(id, kind, title);
        chat.members.insert(owner, Rank::Owner);
        self.chats.insert(id, chat);
        self.change_bot_rank(id, owner, Rank::Member);
        id
    }

    /// Makes a person and the private chat that they could open.
    pub(super) fn make_person(&mut self, first_name: &str) -> i64 {
        self.last_person += 1;
        let id = self.last_person;
        let person = super::world::Person {
            id,
            first_name: first_name.to_owned(),
            username: None,
            language: None,
            started: false,
            blocked: false,
        };
        self.people.insert(id, person);
        self.chats
            .insert(id, empty_chat(id, ChatKind::Private, first_name));
        id
    }

    /// Who owns the chat, or whoever is first in it.
    pub(super) fn owner_of(&self, chat_id: i64) -> i64 {
        let members = self.chats.get(&chat_id).map(|chat| &chat.members);
        members
            .and_then(|members| {
                let owner = members.iter().find(|(_, rank)| **rank == Rank::Owner);
                owner.or_else(|| members.iter().next()).map(|(&id, _)| id)
            })
            .unwrap_or(chat_id)
    }

    /// Changes what the bot is in a chat, and tells it.
    pub(super) fn change_bot_rank(&mut self, chat_id: i64, by: i64, rank: Rank) {
        let privacy = self.privacy;
        let Some(chat) = self.chats.get_mut(&chat_id) else {
            return;
        };
        let before = chat.bot;
        if before == rank {
            return;
        }
        chat.bot = rank;
        let (joined, left) = (
            !before.is_present() && rank.is_present(),
            before.is_present() && !rank.is_present(),
        );
        if joined {
            chat.private_from_bot = privacy;
        }
        self.member_update("my_chat_member", (chat_id, BOT_ID), by, (before, rank));
        let by = if by == BOT_ID {
            Sender::Bot
        } else {
            Sender::Person(PersonId(by))
        };
        let bot = self.bot_json();
        let name = format!("@{}", self.username);
        if joined {
            let joining = Stored::service(
                by,
                format!("added {name}"),
                "new_chat_members",
                json!([bot]),
            );
            self.post(chat_id, joining);
        } else if left {
            self.service_shown(chat_id, by, format!("removed {name}"));
        }
    }

    /// Changes what a person is in a chat, and tells the bot what it may know.
    pub(super) fn change_rank(&mut self, chat_id: i64, person: i64, by: i64, rank: Rank) {
        let Some(chat) = self.chats.get_mut(&chat_id) else {
            return;
        };
        let before = chat.members.insert(person, rank).unwrap_or(Rank::Left);
        if before == rank {
            return;
        }
        if self
            .chats
            .get(&chat_id)
            .is_some_and(|chat| chat.bot.is_admin())
        {
            self.member_update("chat_member", (chat_id, person), by, (before, rank));
        }
        let user = self.user_json(person);
        let actor = Sender::Person(PersonId(by));
        if !before.is_present() && rank.is_present() {
            let joining = Stored::service(actor, "joined", "new_chat_members", json!([user]));
            self.post(chat_id, joining);
        } else if before.is_present() && !rank.is_present() {
            let leaving = Stored::service(actor, "left", "left_chat_member", user);
            self.post(chat_id, leaving);
        }
    }

    /// Blocks or unblocks the bot in a private chat.
    pub(super) fn set_blocked(&mut self, person: i64, blocked: bool) {
        let Some(found) = self.people.get_mut(&person) else {
            return;
        };
        if found.blocked == blocked {
            return;
        }
        found.blocked = blocked;
        let (before, after) = if blocked {
            (Rank::Member, Rank::Kicked)
        } else {
            (Rank::Kicked, Rank::Member)
        };
        self.member_update("my_chat_member", (person, BOT_ID), person, (before, after));
    }

    fn member_update(
        &mut self,
        kind: &str,
        (chat_id, user): (i64, i64),
        by: i64,
        (before, after): (Rank, Rank),
    ) {
        let Some(chat) = self.chats.get(&chat_id) else {
            return;
        };
        let update = json!({
            "chat": self.chat_json(chat), "from": self.user_json(by), "date": self.seconds(),
            "old_chat_member": self.member_json(user, before, false),
            "new_chat_member": self.member_json(user, after, false),
        });
        self.queue.push(kind, &update, self.now + UPDATE_LIFE);
    }

    fn service_shown(&self, chat_id: i64, by: Sender, said: String) {
        if let Some(chat) = self.chats.get(&chat_id) {
            self.happen(chat, by, Happened::Service(said));
        }
    }

    /// Turns a basic group into a supergroup. Gives the new chat's id.
    pub(super) fn migrate(&mut self, old_id: i64) -> i64 {
        let Some(old) = self.chats.get(&old_id).cloned() else {
            return old_id;
        };
        if let Some(new_id) = old.migrated_to {
            return new_id;
        }
        self.last_supergroup += 1;
        let new_id = -self.last_supergroup;
        let kind = ChatKind::Supergroup { forum: false };
        let new = Chat {
            members: old.members,
            bot: old.bot,
            bot_muted: old.bot_muted,
            private_from_bot: old.private_from_bot,
            ..empty_chat(new_id, kind, &old.title)
        };
        self.chats.insert(new_id, new);
        let owner = Sender::Person(PersonId(self.owner_of(old_id)));
        let said = "became a supergroup";
        self.post(
            old_id,
            Stored::service(owner, said, "migrate_to_chat_id", new_id.into()),
        );
        self.post(
            new_id,
            Stored::service(owner, said, "migrate_from_chat_id", old_id.into()),
        );
        if let Some(old) = self.chats.get_mut(&old_id) {
            old.migrated_to = Some(new_id);
        }
        new_id
    }

    /// The command list that a person is offered in a chat: the nearest scope, first in their
    /// language, as the documentation of `BotCommandScope` orders them.
    pub(super) fn menu(&self, chat: &Chat, person: i64) -> Vec<(String, String)> {
        let language = self
            .people
            .get(&person)
            .and_then(|person| person.language.clone());
        let id = chat.id;
        let is_admin = chat
            .members
            .get(&person)
            .is_some_and(|rank| rank.is_admin());
        let mut scopes = Vec::new();
        if chat.is_private() {
            scopes.extend([format!("chat:{id}"), "all_private_chats".to_owned()]);
        } else {
            scopes.push(format!("chat_member:{id}:{person}"));
            scopes.extend(is_admin.then(|| format!("chat_administrators:{id}")));
            scopes.push(format!("chat:{id}"));
            scopes.extend(is_admin.then(|| "all_chat_administrators".to_owned()));
            scopes.push("all_group_chats".to_owned());
        }
        scopes.push("default".to_owned());
        let languages = [language.unwrap_or_default(), String::new()];
        scopes
            .iter()
            .flat_map(|scope| {
                languages
                    .iter()
                    .map(move |tongue| (scope.clone(), tongue.clone()))
            })
            .find_map(|key| self.commands.get(&key))
            .map(|commands| commands.iter().map(name_and_description).collect())
            .unwrap_or_default()
    }
}

/// A command as name and description.
pub(super) fn name_and_description(command: &Value) -> (String, String) {
    let text = |name: &str| command[name].as_str().unwrap_or_default().to_owned();
    (text("command"), text("description"))
}

fn empty_chat(id: i64, kind: ChatKind, title: &str) -> Chat {
    Chat {
        id,
        kind,
        title: title.to_owned(),
        members: std::collections::BTreeMap::new(),
        bot: Rank::Left,
        bot_muted: false,
        private_from_bot: false,
        topics: std::collections::BTreeMap::new(),
        messages: Vec::new(),
        last_message: 0,
        migrated_to: None,
    }
}
