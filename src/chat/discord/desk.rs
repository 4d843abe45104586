//! Turns events into inbound, in order, hands them over in batches and keeps count of what is on disk.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use serde::de::DeserializeOwned;
use serenity::http::Route;
use serenity::model::id::{ChannelId, GuildId};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::event::{self, Kind};
use super::known::{Home, Known};
use super::rest::{Call, RestError};
use super::session::StoredSession;
use super::wire::{self, Identified};
use super::{CONNECTOR, Discord, chance, ids};
use crate::chat::Inlet;
use crate::domain::clock::Timestamp;
use crate::domain::inbound::Inbound;
use crate::domain::settings::{Channel, ChannelRole};

/// The most items in one delivery.
const BATCH: usize = 128;
/// The most deliveries on their way to the disk.
const ON_THEIR_WAY: usize = 32;
/// After so many events without inbound the session is stored all the same.
const SKIPPED: u64 = 512;
/// The most messages of one channel that are remembered as handed over. What is forgotten is
/// handed over again, which changes nothing.
const REMEMBERED: usize = 20_000;
/// How long what was handed over may take to be on disk when kith stops.
const LAST_COMMITS: Duration = Duration::from_secs(5);

/// What arrives at the desk, in order.
pub(super) enum Item {
    /// A gateway event.
    Event {
        sequence: u64,
        kind: Kind,
        data: String,
    },
    /// An interaction, read and being answered.
    Read {
        sequence: u64,
        inbound: Box<Inbound>,
    },
    /// A form is being opened: until it is, the event is not done with.
    FormOpened { sequence: u64 },
    /// The form was opened, or it was too late and the press is handed over.
    FormEnded {
        sequence: u64,
        inbound: Option<Box<Inbound>>,
    },
    /// An event that kith doesn't read.
    Skipped { sequence: u64 },
    /// What nobody could read.
    Broken {
        sequence: Option<u64>,
        text: String,
        error: String,
    },
    /// A page of a channel's history, oldest first.
    Page(Page),
}

/// A page of a channel's history.
pub(super) struct Page {
    /// The channel.
    pub(super) channel: ChannelId,
    /// The messages with what they become, and with what their last change becomes.
    pub(super) messages: Vec<(u64, Inbound, Option<Inbound>)>,
    /// What is true once they are on disk.
    pub(super) cursors: Vec<(String, String)>,
}

/// How the desk's work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// All was handed over, or nobody takes anything any more.
    Stopped,
    /// Something that was handed over did not get onto the disk: it must be read again.
    Lost,
}

/// What is known of what went wrong in JSON. The message itself may quote what a person wrote.
pub(super) fn why(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with("missing field") {
        return text;
    }
    let (line, column) = (error.line(), error.column());
    format!(
        "{:?} error at line {line} column {column}",
        error.classify()
    )
}

/// The desk of one round.
pub(super) struct Desk<'a> {
    pub(super) discord: &'a Discord,
    pub(super) inlet: Inlet,
    pub(super) channels: watch::Receiver<Vec<Channel>>,
    pub(super) round: &'a CancellationToken,
    /// The cursors that are on disk.
    pub(super) durable: HashMap<String, String>,
    pub(super) session: Option<StoredSession>,
    pub(super) state: State,
}

/// What the desk remembers within a round.
#[derive(Default)]
pub(super) struct State {
    known: Known,
    seen: HashMap<ChannelId, HashSet<u64>>,
    forms: BTreeSet<u64>,
    reached: u64,
    offered: u64,
    must_store: bool,
    inbound: Vec<Inbound>,
    cursors: Vec<(String, String)>,
}

type Cursors = Vec<(String, String)>;
type Commits = FuturesOrdered<BoxFuture<'static, Option<Cursors>>>;

impl Desk<'_> {
    /// Works until no more items can come, and until what was handed over is on disk. Gives back
    /// how it ended and the cursors that are on disk.
    pub(super) async fn work(
        mut self,
        mut items: mpsc::Receiver<Item>,
    ) -> (End, HashMap<String, String>) {
        self.state.reached = self.session.as_ref().map_or(0, |session| session.sequence);
        self.state.offered = self.state.reached;
        let mut commits = Commits::new();
        let mut batch = Vec::with_capacity(BATCH);
        let end = loop {
            tokio::select! {
                biased;
                Some(committed) = commits.next(), if !commits.is_empty() => match committed {
                    Some(cursors) => self.durable.extend(cursors),
                    None => break End::Lost,
                },
                count = items.recv_many(&mut batch, BATCH), if commits.len() < ON_THEIR_WAY => {
                    for item in batch.drain(..) {
                        self.take(item).await;
                    }
                    self.state.must_store |= count == 0;
                    if !self.hand_over(&mut commits).await || count == 0 {
                        break End::Stopped;
                    }
                }
            }
        };
        let rest = async {
            let mut end = end;
            while let Some(committed) = commits.next().await {
                match committed {
                    Some(cursors) if end == End::Stopped => self.durable.extend(cursors),
                    Some(_) => {}
                    None => end = End::Lost,
                }
            }
            end
        };
        let end = tokio::time::timeout(LAST_COMMITS, rest)
            .await
            .unwrap_or(end);
        (end, self.durable)
    }

    /// Hands over what has gathered. Says whether anybody still takes it.
    async fn hand_over(&mut self, commits: &mut Commits) -> bool {
        let behind = self.state.reached.saturating_sub(self.state.offered) >= SKIPPED;
        let inbound = std::mem::take(&mut self.state.inbound);
        let mut cursors = std::mem::take(&mut self.state.cursors);
        if inbound.is_empty() && cursors.is_empty() && !behind && !self.state.must_store {
            return true;
        }
        if let Some(cursor) = self.session_cursor() {
            cursors.push(cursor);
        }
        self.state.must_store = false;
        if inbound.is_empty() && cursors.is_empty() {
            return true;
        }
        let Ok(committed) = self.inlet.offer(inbound, cursors.clone()).await else {
            return false;
        };
        commits.push_back(Box::pin(
            async move { committed.await.ok().map(|()| cursors) },
        ));
        true
    }

    /// The session up to the last event that is done with, where that is news.
    fn session_cursor(&mut self) -> Option<(String, String)> {
        let done = match self.state.forms.first() {
            Some(open) => self.state.reached.min(open.saturating_sub(1)),
            None => self.state.reached,
        };
        let session = self.session.as_mut()?;
        if done < session.sequence || (done == self.state.offered && !self.state.must_store) {
            return None;
        }
        session.sequence = done;
        self.state.offered = done;
        Some(session.to_cursor())
    }

    async fn take(&mut self, item: Item) {
        match item {
            Item::Event {
                sequence,
                kind,
                data,
            } => {
                if let Err(error) = self.event(sequence, kind, &data).await {
                    self.broken(Some(sequence), &data, error);
                }
                self.reach(sequence);
            }
            Item::Read { sequence, inbound } => {
                self.push(*inbound);
                self.reach(sequence);
            }
            Item::FormOpened { sequence } => {
                self.state.forms.insert(sequence);
                self.reach(sequence);
            }
            Item::FormEnded { sequence, inbound } => {
                self.state.forms.remove(&sequence);
                if let Some(inbound) = inbound {
                    self.push(*inbound);
                }
            }
            Item::Skipped { sequence } => self.reach(sequence),
            Item::Broken {
                sequence,
                text,
                error,
            } => {
                self.broken(sequence, &text, error);
                if let Some(sequence) = sequence {
                    self.reach(sequence);
                }
            }
            Item::Page(page) => self.page(page),
        }
    }

    fn reach(&mut self, sequence: u64) {
        self.state.reached = self.state.reached.max(sequence);
    }

    fn push(&mut self, inbound: Inbound) {
        self.state.known.passes(inbound.at);
        self.state.inbound.push(inbound);
    }

    fn broken(&mut self, sequence: Option<u64>, text: &str, error: String) {
        let session = self.session.as_ref().map(|session| &*session.session_id);
        let key = match (sequence, session) {
            (Some(sequence), Some(session)) => ids::digest(&format!("{session}:{sequence}")),
            _ => ids::digest(text),
        };
        let count = self.discord.count_malformed();
        tracing::warn!(
            discord.sequence = sequence,
            discord.error = error,
            discord.malformed = count,
            "an event could not be read; it is kept as it came"
        );
        let at = self.state.known.passes(Timestamp::default());
        self.push(event::malformed(format!("x{key}"), text, error, at));
    }

    fn page(&mut self, page: Page) {
        let reached = page.messages.last().map(|(id, _, _)| *id);
        let seen = self.state.seen.remove(&page.channel).unwrap_or_default();
        for (id, written, edited) in page.messages {
            if !seen.contains(&id) {
                self.push(written);
            } else if let Some(edited) = edited {
                self.push(edited);
            }
        }
        let later: HashSet<u64> = match reached {
            Some(reached) => seen.into_iter().filter(|id| *id > reached).collect(),
            None => seen,
        };
        if !later.is_empty() {
            self.state.seen.insert(page.channel, later);
        }
        self.state.cursors.extend(page.cursors);
    }

    async fn event(&mut self, sequence: u64, kind: Kind, data: &str) -> Result<(), String> {
        match kind {
            Kind::Ready => self.ready(sequence, &parse(data)?),
            Kind::GuildCreate => self.guild(&parse(data)?),
            Kind::GuildDelete => {
                let guild: wire::UnavailableGuild = parse(data)?;
                // A guild that is only out of reach for a while comes back.
                if !guild.unavailable {
                    self.removed(guild.id, sequence);
                }
            }
            Kind::Channel => self.channels_of(&[parse(data)?], None),
            Kind::Threads => {
                let list: wire::ThreadList = parse(data)?;
                self.channels_of(&list.threads, Some(list.guild_id));
            }
            Kind::ChannelGone => {
                let channel: wire::Channel = parse(data)?;
                self.state.known.forget_channel(channel.id);
            }
            Kind::MessageCreate => self.message(&parse(data)?).await,
            Kind::MessageUpdate => {
                // Discord's own changes may come without author and content; they are no news.
                if parse::<wire::Change>(data)?.edited_timestamp.is_some() {
                    self.edited(&parse(data)?).await;
                }
            }
            Kind::MessageDelete => {
                let deletion = parse(data)?;
                let deleted = event::deleted(&deletion, &mut self.state.known);
                self.state.inbound.extend(deleted);
            }
            Kind::Resumed | Kind::Interaction => {}
        }
        Ok(())
    }

    fn ready(&mut self, sequence: u64, ready: &wire::Ready) {
        self.state.known.ready(ready);
        self.session = Some(StoredSession {
            session_id: ready.session_id.clone(),
            resume_gateway_url: ready.resume_gateway_url.clone(),
            sequence,
            content: self.discord.reads_content(),
        });
        // Numbers begin anew with a session.
        self.state.reached = sequence;
        self.state.offered = sequence;
        self.state.forms.clear();
        self.state.must_store = true;
    }

    fn guild(&mut self, guild: &wire::Guild) {
        if guild.unavailable {
            return;
        }
        let is_set_up = self.channels.borrow().iter().any(|channel| {
            channel.place.connector.as_str() == CONNECTOR
                && channel.group.as_str() == guild.id.to_string()
        });
        let is_new = self.state.known.guild(guild, is_set_up);
        if is_new && let Some(added) = event::added(guild, &mut self.state.known) {
            self.push(added);
        }
    }

    fn removed(&mut self, guild: GuildId, sequence: u64) {
        self.state.known.forget_guild(guild);
        let session = self.session.as_ref().map(|session| &*session.session_id);
        let session = session.unwrap_or_default().to_owned();
        let removed = event::removed(guild, &session, sequence, &mut self.state.known);
        self.push(removed);
    }

    fn channels_of(&mut self, channels: &[wire::Channel], guild: Option<GuildId>) {
        for channel in channels {
            if let Some(guild) = channel.guild_id.or(guild) {
                self.state.known.channel(guild, channel);
            }
        }
    }

    async fn message(&mut self, message: &wire::Message) {
        if !self.is_news(message) {
            return;
        }
        let parent = self.parent_of(message).await;
        if message.guild_id.is_some() && self.is_swept(message.channel_id, parent) {
            let seen = self.state.seen.entry(message.channel_id).or_default();
            if seen.len() < REMEMBERED {
                seen.insert(message.id.get());
            }
        }
        let scene = event::scene(message.channel_id, parent, message.guild_id);
        self.push(event::written(message, scene));
    }

    async fn edited(&mut self, message: &wire::Message) {
        if !self.is_news(message) {
            return;
        }
        let parent = self.parent_of(message).await;
        let scene = event::scene(message.channel_id, parent, message.guild_id);
        if let Some(edited) = event::edited(message, scene) {
            self.push(edited);
        }
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
    async fn parent_of(&mut self, message: &wire::Message) -> Option<ChannelId> {
        let guild = message.guild_id?;
        if let Some(home) = self.state.known.home(message.channel_id) {
            return home.parent;
        }
        if self.is_set_up(message.channel_id, None) {
            return None;
        }
        let channel_id = message.channel_id;
        for failures in 0.. {
            let call = Call::get(Route::Channel { channel_id });
            match self.discord.rest.call::<wire::Channel>(call).await {
                Ok(channel) => {
                    self.state.known.channel(guild, &channel);
                    return channel.parent();
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
                        () = self.round.cancelled() => return None,
                        () = tokio::time::sleep(wait) => {}
                    }
                }
                Err(error) => {
                    tracing::debug!(discord.error = %error, "a channel could not be looked at");
                    break;
                }
            }
        }
        self.state
            .known
            .remember(guild, channel_id, Home { parent: None });
        None
    }
}

fn parse<T: DeserializeOwned>(data: &str) -> Result<T, String> {
    serde_json::from_str(data).map_err(|error| why(&error))
}

/// The number of the message that a text is about, where that much can be read.
pub(super) fn message_id(text: &str) -> Option<u64> {
    let identified: Identified = serde_json::from_str(text).ok()?;
    Some(identified.id.get())
}
