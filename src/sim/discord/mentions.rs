//! Whom a message notifies (documentation: "Message Formatting", "Allowed Mentions Object").

use serde_json::Value;

use super::permissions::MENTION_EVERYONE;
use super::world::{Message, Ping, World};

impl World {
    /// Everybody whom a message notifies, as far as `allowed` lets it: the field
    /// `allowed_mentions` of the call, or null when it wasn't given.
    pub(super) fn pings(&self, message: &Message, allowed: &Value) -> Vec<Ping> {
        let replied_to = message
            .reply_to
            .and_then(|target| self.message(message.channel, target))
            .map(|target| target.author)
            .filter(|author| *author != message.author)
            .filter(|_| allowed.is_null() || allowed["replied_user"] == true);
        let named = named(&message.content)
            .into_iter()
            .filter(|ping| self.exists(message, *ping) && is_allowed(*ping, allowed));
        let mut pings: Vec<Ping> = Vec::new();
        for ping in named.chain(replied_to.map(Ping::Person)) {
            if !pings.contains(&ping) {
                pings.push(ping);
            }
        }
        pings
    }

    fn exists(&self, message: &Message, ping: Ping) -> bool {
        let channel = self.channels.get(&message.channel);
        match ping {
            Ping::Person(person) => self.people.contains_key(&person),
            Ping::Role(role) => channel
                .and_then(|channel| self.guilds.get(&channel.guild?))
                .is_some_and(|guild| guild.roles.iter().any(|known| known.id == role)),
            Ping::Everyone => channel.is_some_and(|channel| {
                self.permissions(channel, message.author) & MENTION_EVERYONE != 0
            }),
        }
    }
}

/// What a text names: `<@person>`, `<@&role>`, `@everyone` and `@here`.
fn named(content: &str) -> Vec<Ping> {
    let mut found: Vec<Ping> = content
        .split("<@")
        .skip(1)
        .filter_map(|piece| {
            let (inside, _) = piece.split_once('>')?;
            match inside.strip_prefix('&') {
                Some(role) => role.parse().ok().map(Ping::Role),
                None => inside
                    .trim_start_matches('!')
                    .parse()
                    .ok()
                    .map(Ping::Person),
            }
        })
        .collect();
    if content.contains("@everyone") || content.contains("@here") {
        found.push(Ping::Everyone);
    }
    found
}

fn is_allowed(ping: Ping, allowed: &Value) -> bool {
    if allowed.is_null() {
        return true;
    }
    let holds = |list: &Value, wanted: &str| {
        let items = list.as_array().into_iter().flatten();
        items.into_iter().any(|item| item.as_str() == Some(wanted))
    };
    let (kind, named) = match ping {
        Ping::Person(id) => ("users", Some(id)),
        Ping::Role(id) => ("roles", Some(id)),
        Ping::Everyone => ("everyone", None),
    };
    holds(&allowed["parse"], kind) || named.is_some_and(|id| holds(&allowed[kind], &id.to_string()))
}
