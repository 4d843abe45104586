//! Gateway events that need no answer, as inbound.

use serenity::model::id::{ChannelId, GuildId, UserId};

use super::ids;
use super::known::Known;
use super::wire::{self, Deletion, Guild};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{ChannelId as OurChannel, GroupId, InboundKey, MessageId, PersonId};
use crate::domain::inbound::{Answered, Event, Inbound, Message, Scene};
use crate::domain::people::Language;
use crate::domain::private::Private;

/// How much is kept of what nobody could read, in bytes.
const RAW_LENGTH: usize = 16 * 1024;

/// The kinds of gateway event that kith reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Ready,
    Resumed,
    GuildCreate,
    GuildDelete,
    Channel,
    ChannelGone,
    Threads,
    MessageCreate,
    MessageUpdate,
    MessageDelete,
    Interaction,
}

impl Kind {
    /// The kind by Discord's name; none for those that kith doesn't read.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "READY" => Self::Ready,
            "RESUMED" => Self::Resumed,
            "GUILD_CREATE" => Self::GuildCreate,
            "GUILD_DELETE" => Self::GuildDelete,
            "CHANNEL_CREATE" | "CHANNEL_UPDATE" | "THREAD_CREATE" | "THREAD_UPDATE" => {
                Self::Channel
            }
            "CHANNEL_DELETE" | "THREAD_DELETE" => Self::ChannelGone,
            "THREAD_LIST_SYNC" => Self::Threads,
            "MESSAGE_CREATE" => Self::MessageCreate,
            "MESSAGE_UPDATE" => Self::MessageUpdate,
            "MESSAGE_DELETE" | "MESSAGE_DELETE_BULK" => Self::MessageDelete,
            "INTERACTION_CREATE" => Self::Interaction,
            _ => return None,
        })
    }
}

/// A scene on Discord.
pub(super) fn scene(
    channel: ChannelId,
    parent: Option<ChannelId>,
    guild: Option<GuildId>,
) -> Scene {
    Scene {
        place: ids::place(channel),
        parent: parent.map(|parent| OurChannel::new(parent.to_string())),
        group: guild.map(|guild| GroupId::new(guild.to_string())),
    }
}

/// An inbound of this connector.
pub(super) fn inbound(key: String, at: Timestamp, event: Event) -> Inbound {
    Inbound {
        connector: ids::connector(),
        key: InboundKey::new(key),
        at,
        event,
    }
}

/// A message of Discord's as the domain knows it. `me` is the account that kith writes by.
pub(super) fn message(message: &wire::Message, scene: Scene, me: Option<UserId>) -> Message {
    let nick = message
        .member
        .as_ref()
        .and_then(|member| member.nick.as_deref());
    let reply_to = message
        .answers
        .as_ref()
        .and_then(|reference| reference.message_id);
    Message {
        scene,
        id: MessageId::new(message.id.to_string()),
        author: message.author.person(nick, Language::default()),
        text: Private::new(message.content.clone()),
        reply_to: reply_to.map(|id| MessageId::new(id.to_string())),
        answered: message
            .answered
            .as_ref()
            .map(|answered| self::answered(answered, me)),
    }
}

fn answered(answered: &wire::Answered, me: Option<UserId>) -> Answered {
    // The number of a webhook is nobody's.
    let author = Some(answered.author.id).filter(|_| answered.webhook_id.is_none());
    let ours = me == Some(answered.author.id);
    let author = author.map(|id| PersonId::new(id.to_string()));
    Answered::new(author, ours, &answered.content)
}

/// A message that was written.
pub(super) fn written(wire: &wire::Message, scene: Scene, me: Option<UserId>) -> Inbound {
    inbound(
        format!("m{}", wire.id),
        ids::moment(wire.id.get()),
        Event::Message(message(wire, scene, me)),
    )
}

/// A message that its writer changed. Discord also reports changes of its own (a link's
/// preview, a pin): those have no time of editing, or repeat an old one, which the key tells.
pub(super) fn edited(wire: &wire::Message, scene: Scene, me: Option<UserId>) -> Option<Inbound> {
    let at = wire::moment(wire.edited_timestamp?);
    // Two edits may bear the same moment: the words tell them apart.
    let words = ids::digest(&wire.content);
    let key = format!("e{}:{}:{words}", wire.id, at.as_millis());
    Some(inbound(key, at, Event::Edited(message(wire, scene, me))))
}

/// Messages that are gone: one inbound each, so that the same deletion told alone and in bulk is one.
pub(super) fn deleted(deletion: &Deletion, known: &mut Known) -> Vec<Inbound> {
    let gone = deletion.id.iter().chain(&deletion.ids);
    gone.map(|id| {
        let at = known.passes(ids::moment(id.get()));
        let messages = vec![ids::message_ref(deletion.channel_id, *id)];
        inbound(format!("d{id}"), at, Event::Deleted { messages })
    })
    .collect()
}

/// kith was added to a guild. The key holds when, so that joining again is new.
pub(super) fn added(guild: &Guild, known: &mut Known) -> Inbound {
    let first_text = || {
        let text = |channel: &&wire::Channel| channel.kind == wire::Channel::TEXT;
        guild.channels.iter().find(text).map(|channel| channel.id)
    };
    // A guild without a channel that kith can see has its own number as a place: nothing can
    // be said there, but that kith was added is told.
    let nowhere = ChannelId::new(guild.id.get());
    let channel = guild
        .system_channel_id
        .or_else(first_text)
        .unwrap_or(nowhere);
    let at = guild.joined_at.map(wire::moment).unwrap_or_default();
    let key = format!("g{}:{}", guild.id, at.as_millis());
    let scene = scene(channel, None, Some(guild.id));
    inbound(key, known.passes(at), Event::Added { scene, by: None })
}

/// kith was removed from a guild. There is no time in it: the event's own stamp tells it from others.
pub(super) fn removed(guild: GuildId, stamp: &str, known: &mut Known) -> Inbound {
    let event = Event::Removed {
        group: GroupId::new(guild.to_string()),
    };
    let key = format!("r{guild}:{stamp}");
    inbound(key, known.passes(Timestamp::default()), event)
}

/// What nobody could read, cut to a sensible length.
pub(super) fn malformed(key: String, raw: &str, error: String, at: Timestamp) -> Inbound {
    let mut end = raw.len().min(RAW_LENGTH);
    while !raw.is_char_boundary(end) {
        end -= 1;
    }
    let raw = Private::new(raw[..end].to_owned());
    inbound(key, at, Event::Malformed { raw, error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_malformed_is_cut_between_signs() {
        let raw = "é".repeat(RAW_LENGTH);
        let inbound = malformed(
            "x".to_owned(),
            &raw[..],
            "why".to_owned(),
            Timestamp::default(),
        );
        let Event::Malformed { raw, .. } = inbound.event else {
            panic!("expected malformed");
        };
        assert_eq!(raw.reveal().len(), RAW_LENGTH);
        let odd = format!("x{}", "é".repeat(RAW_LENGTH));
        let inbound = malformed("x".to_owned(), &odd, "why".to_owned(), Timestamp::default());
        let Event::Malformed { raw, .. } = inbound.event else {
            panic!("expected malformed");
        };
        assert_eq!(raw.reveal().len(), RAW_LENGTH - 1);
    }
}
