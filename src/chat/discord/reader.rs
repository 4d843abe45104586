//! Reads gateway events, one after the other: what each means in the light of what came before.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serenity::http::Route;
use serenity::model::id::{ChannelId, GuildId};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::event::{self, Kind};
use super::known::{Home, Known};
use super::rest::{Call, RestError};
use super::wire::{self, Identified};
use super::{CONNECTOR, Discord, chance};
use crate::chat::unreadable;
use crate::domain::clock::Timestamp;
use crate::domain::inbound::Inbound;
use crate::domain::settings::{Channel, ChannelRole};

/// The most messages of one channel that are remembered as handed over. What is forgotten is
/// handed over again, which changes nothing.
const REMEMBERED: usize = 20_000;

/// Why an event was not read.
pub(super) enum Unread {
    /// Something is wrong with it, in words.
    Broken(String),
    /// kith stops in the middle of it, so that it has to come again.
    Stopped,
}

/// A message of a channel's history.
pub(super) struct Past {
    /// Its number.
    pub(super) id: u64,
    /// What it becomes; none where only its change matters.
    pub(super) written: Option<Inbound>,
    /// What its last change becomes.
    pub(super) edited: Option<Inbound>,
}

/// The reader of one round.
pub(super) struct Reader<'a> {
    discord: &'a Discord,
    channels: watch::Receiver<Vec<Channel>>,
    round: &'a CancellationToken,
    known: Known,
    seen: HashMap<ChannelId, HashSet<u64>>,
    inbound: Vec<Inbound>,
}

impl<'a> Reader<'a> {
    /// A reader that knows nothing yet.
    pub(super) fn new(
        discord: &'a Discord,
        channels: watch::Receiver<Vec<Channel>>,
        round: &'a CancellationToken,
    ) -> Self {
        Self {
            discord,
            channels,
            round,
            known: Known::default(),
            seen: HashMap::new(),
            inbound: Vec::new(),
        }
    }

    /// Reads one event. `stamp` stands for its number in its session.
    ///
    /// # Errors
    /// What is wrong with it, or that kith stops.
    pub(super) async fn event(
        &mut self,
        kind: Kind,
        data: &str,
        stamp: &str,
    ) -> Result<(), Unread> {
        match kind {
            Kind::GuildCreate => self.guild(&parse(data)?),
            Kind::GuildDelete => {
                let guild: wire::UnavailableGuild = parse(data)?;
                // A guild that is only out of reach for a while comes back.
                if !guild.unavailable {
                    self.removed(guild.id, stamp);
                }
            }
            Kind::Channel => self.channels_of(&[parse(data)?], None),
            Kind::Threads => {
                let list: wire::ThreadList = parse(data)?;
                self.channels_of(&list.threads, Some(list.guild_id));
            }
            Kind::ChannelGone => {
                let channel: wire::Channel = parse(data)?;
                self.known.forget_channel(channel.id);
            }
            Kind::MessageCreate => self.message(&parse(data)?).await?,
            Kind::MessageUpdate => {
                // Discord's own changes may come without author and content; they are no news.
                if parse::<wire::Change>(data)?.edited_timestamp.is_some() {
                    self.edited(&parse(data)?).await?;
                }
            }
            Kind::MessageDelete => {
                let deleted = event::deleted(&parse(data)?, &mut self.known);
                self.inbound.extend(deleted);
            }
            Kind::Ready | Kind::Resumed | Kind::Interaction => {}
        }
        Ok(())
    }

    /// Takes in READY.
    pub(super) fn ready(&mut self, ready: &wire::Ready) {
        self.known.ready(ready);
    }

    /// Takes in what was read elsewhere.
    pub(super) fn push(&mut self, inbound: Inbound) {
        self.known.passes(inbound.at);
        self.inbound.push(inbound);
    }

    /// Keeps what nobody could read.
    pub(super) fn broken(&mut self, stamp: &str, text: &str, error: String) {
        let count = self.discord.count_malformed();
        tracing::warn!(
            discord.error = error,
            discord.malformed = count,
            "an event could not be read; it is kept as it came"
        );
        let at = self.known.passes(Timestamp::default());
        self.push(event::malformed(format!("x{stamp}"), text, error, at));
    }

    /// Takes in a page of history, without what was heard live.
    pub(super) fn history(&mut self, channel: ChannelId, messages: Vec<Past>) {
        let reached = messages.last().map(|past| past.id);
        let seen = self.seen.remove(&channel).unwrap_or_default();
        for past in messages {
            if !seen.contains(&past.id) {
                past.written
                    .or(past.edited)
                    .into_iter()
                    .for_each(|inbound| self.push(inbound));
            } else if let Some(edited) = past.edited {
                self.push(edited);
            }
        }
        let later: HashSet<u64> = match reached {
            Some(reached) => seen.into_iter().filter(|id| *id > reached).collect(),
            None => seen,
        };
        if !later.is_empty() {
            self.seen.insert(channel, later);
        }
    }

    /// What has gathered since it was last taken.
    pub(super) fn gathered(&mut self) -> Vec<Inbound> {
        std::mem::take(&mut self.inbound)
    }

    fn guild(&mut self, guild: &wire::Guild) {
        if guild.unavailable {
            return;
        }
        let is_set_up = self.channels.borrow().iter().any(|channel| {
            channel.place.connector.as_str() == CONNECTOR
                && channel.group.as_str() == guild.id.to_string()
        });
        if self.known.guild(guild, is_set_up) {
            let added = event::added(guild, &mut self.known);
            self.push(added);
        }
    }

    fn removed(&mut self, guild: GuildId, stamp: &str) {
        self.known.forget_guild(guild);
        let removed = event::removed(guild, stamp, &mut self.known);
        self.push(removed);
    }

    fn channels_of(&mut self, channels: &[wire::Channel], guild: Option<GuildId>) {
        for channel in channels {
            if let Some(guild) = channel.guild_id.or(guild) {
                self.known.channel(guild, channel);
            }
        }
    }

    async fn message(&mut self, message: &wire::Message) -> Result<(), Unread> {
        if !self.is_news(message) {
            return Ok(());
        }
        let parent = self.parent_of(message).await?;
        if message.guild_id.is_some() && self.is_swept(message.channel_id, parent) {
            let seen = self.seen.entry(message.channel_id).or_default();
            if seen.len() < REMEMBERED {
                seen.insert(message.id.get());
            }
        }
        let scene = event::scene(message.channel_id, parent, message.guild_id);
        self.push(event::written(message, scene, self.discord.me()));
        Ok(())
    }

    async fn edited(&mut self, message: &wire::Message) -> Result<(), Unread> {
        if !self.is_news(message) {
            return Ok(());
        }
        let parent = self.parent_of(message).await?;
        let scene = event::scene(message.channel_id, parent, message.guild_id);
        if let Some(edited) = event::edited(message, scene, self.discord.me()) {
            self.push(edited);
        }
        Ok(())
    }

    /// Whether a person wrote it, and kith may read it.
    fn is_news(&self, message: &wire::Message) -> bool {
        let withheld = !self.discord.reads_content() && message.content.is_empty();
        message.is_from_person() && !withheld
    }

    fn is_set_up(&self, channel: ChannelId, role: Option<ChannelRole>) -> bool {
        let id = channel.to_string();
        self.channels.borrow().iter().any(|known| {
            known.place.connector.as_str() == CONNECTOR
                && known.place.channel.as_str() == id
                && role.is_none_or(|role| known.role == role)
        })
    }

    fn is_swept(&self, channel: ChannelId, parent: Option<ChannelId>) -> bool {
        let intake = Some(ChannelRole::Intake);
        self.is_set_up(channel, intake) || parent.is_some_and(|it| self.is_set_up(it, intake))
    }

    /// The channel that a thread hangs under. A channel that the stream has not told of is
    /// asked for once; until Discord answers nothing else is read, so that the order is kept.
    async fn parent_of(&mut self, message: &wire::Message) -> Result<Option<ChannelId>, Unread> {
        let Some(guild) = message.guild_id else {
            return Ok(None);
        };
        if let Some(home) = self.known.home(message.channel_id) {
            return Ok(home.parent);
        }
        if self.is_set_up(message.channel_id, None) {
            return Ok(None);
        }
        let channel_id = message.channel_id;
        for failures in 0.. {
            let call = Call::get(Route::Channel { channel_id });
            match self.discord.rest.call::<wire::Channel>(call).await {
                Ok(channel) => {
                    self.known.channel(guild, &channel);
                    return Ok(channel.parent());
                }
                Err(error) if error.is_passing() => {
                    let wait = match error {
                        RestError::Limited { after } => after,
                        _ => chance::growing(
                            failures,
                            Duration::from_millis(200),
                            Duration::from_secs(30),
                        ),
                    };
                    tokio::select! {
                        () = self.round.cancelled() => return Err(Unread::Stopped),
                        () = tokio::time::sleep(wait) => {}
                    }
                }
                Err(error) => {
                    tracing::debug!(discord.error = %error, "a channel could not be looked at");
                    break;
                }
            }
        }
        self.known
            .remember(guild, channel_id, Home { parent: None });
        Ok(None)
    }
}

/// Reads an object of Discord's.
pub(super) fn parse<T: DeserializeOwned>(data: &str) -> Result<T, Unread> {
    serde_json::from_str(data).map_err(|error| Unread::Broken(unreadable(&error)))
}

/// The number of the message that a text is about, where that much can be read.
pub(super) fn message_id(text: &str) -> Option<u64> {
    let identified: Identified = serde_json::from_str(text).ok()?;
    Some(identified.id.get())
}
