//! Reads history: what the event stream lost while it was down, and what it kept to itself.
//!
//! A channel's cursor is moved by this reading alone, never by live events, so that it can't
//! pass over a message that the stream lost.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::value::RawValue;
use serenity::http::Route;
use serenity::model::id::{ChannelId, GuildId};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::desk::{Item, Page};
use super::reader::{Past, message_id};
use super::rest::{Call, RestError};
use super::session::{cursor_name, position};
use super::{CONNECTOR, Discord, chance, event, ids, wire};
use crate::chat::unreadable;
use crate::domain::clock::Timestamp;
use crate::domain::settings::{Channel, ChannelRole};

/// The most messages that Discord gives at a time.
const PAGE: usize = 100;
/// A channel that was never read is read from where it was set up, but from no further back
/// than this before its newest message: kith must not answer old history.
const FURTHEST_BACK: Duration = Duration::from_hours(24);
/// The longest wait before another try: somebody in the history may be in need.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// The reading of history in one round.
pub(super) struct Backfill<'a> {
    pub(super) discord: &'a Discord,
    pub(super) channels: watch::Receiver<Vec<Channel>>,
    pub(super) items: mpsc::Sender<Item>,
    pub(super) connected: &'a Notify,
    pub(super) round: &'a CancellationToken,
    /// The cursors that were on disk when the round began.
    pub(super) cursors: HashMap<String, String>,
    /// How far each channel was read in this round.
    pub(super) positions: HashMap<ChannelId, u64>,
    /// Whether a session began since the last pass: changes that its forerunner would have told are lost.
    pub(super) anew: &'a AtomicBool,
}

/// A channel or thread to read.
#[derive(Clone, Copy)]
struct Place {
    channel: ChannelId,
    parent: Option<ChannelId>,
    guild: GuildId,
}

/// Why a reading ended early.
enum Ended {
    /// The round is over.
    Over,
    /// Discord did not give it; worth another try.
    Failed,
}

impl Backfill<'_> {
    /// Reads whenever the stream stands anew, channels change or it is time, until the round ends.
    pub(super) async fn run(mut self) {
        let every = self.discord.settings.sweep_every;
        let patience = every.min(LONGEST_WAIT);
        let mut failures = 0;
        let mut next = Instant::now() + every;
        loop {
            tokio::select! {
                () = self.round.cancelled() => return,
                () = self.connected.notified() => {}
                () = tokio::time::sleep_until(next) => {}
                Ok(()) = self.channels.changed() => {}
            }
            let before = self.positions.clone();
            let wait = match self.pass().await {
                Ok(()) => {
                    failures = 0;
                    chance::between(every.mul_f64(0.8), every.mul_f64(1.2))
                }
                Err(Ended::Failed) => {
                    // Where Discord gives some of it, the rest is near.
                    failures = if self.positions == before {
                        failures + 1
                    } else {
                        0
                    };
                    chance::growing(failures, Duration::from_millis(500), patience)
                }
                Err(Ended::Over) => return,
            };
            next = Instant::now() + wait;
        }
    }

    /// Reads every intake channel, and the threads under it.
    async fn pass(&mut self) -> Result<(), Ended> {
        let anew = self.anew.swap(false, Ordering::AcqRel);
        let passed = self.read_all(anew).await;
        if passed.is_err() && anew {
            self.anew.store(true, Ordering::Release);
        }
        passed
    }

    async fn read_all(&mut self, anew: bool) -> Result<(), Ended> {
        let channels: Vec<Channel> = self.channels.borrow_and_update().clone();
        let intake: Vec<(Place, Timestamp)> = channels.iter().filter_map(intake).collect();
        self.forget_others(&intake).await?;
        let mut failed = false;
        // A thread that was never read is read from where its channel stood before this pass.
        let mut before = HashMap::new();
        for (place, set_at) in &intake {
            match self.start(*place, *set_at).await {
                Ok(after) => {
                    before.insert(place.channel, after);
                    if anew && self.position(place.channel).is_some() {
                        failed |= self.look_back(*place, (after, *set_at)).await?;
                    }
                    failed |= self.catch_up(*place, after).await?;
                }
                Err(error) => failed |= is_worth_another_try(place.channel, &error),
            }
        }
        let mut guilds: Vec<GuildId> = intake.iter().map(|(place, _)| place.guild).collect();
        guilds.sort_unstable();
        guilds.dedup();
        for guild in guilds {
            failed |= self.threads(guild, &before).await?;
        }
        if failed { Err(Ended::Failed) } else { Ok(()) }
    }

    async fn threads(
        &mut self,
        guild: GuildId,
        before: &HashMap<ChannelId, u64>,
    ) -> Result<bool, Ended> {
        let call = Call::get(Route::GuildThreadsActive { guild_id: guild });
        let list: wire::Threads = match self.discord.rest.call(call).await {
            Ok(list) => list,
            Err(error) => {
                return Ok(is_worth_another_try(ChannelId::new(guild.get()), &error));
            }
        };
        let mut failed = false;
        for thread in list.threads {
            let parent = thread.parent();
            let Some(start) = parent.and_then(|parent| before.get(&parent)) else {
                continue;
            };
            let after = self.position(thread.id).unwrap_or(*start);
            let place = Place {
                channel: thread.id,
                parent,
                guild,
            };
            failed |= self.catch_up(place, after).await?;
        }
        Ok(failed)
    }

    /// Forgets how far channels were read that are no longer listened to: what is said there
    /// meanwhile is not kith's to read later.
    async fn forget_others(&mut self, intake: &[(Place, Timestamp)]) -> Result<(), Ended> {
        let listened: Vec<ChannelId> = intake.iter().map(|(place, _)| place.channel).collect();
        let known: Vec<Channel> = self.channels.borrow().clone();
        for channel in &known {
            let Some((id, _)) = ours(channel) else {
                continue;
            };
            if listened.contains(&id) || self.position(id).is_none() {
                continue;
            }
            self.positions.remove(&id);
            self.cursors.remove(&cursor_name(id));
            let cursor = (cursor_name(id), String::new());
            self.pass_on(id, Vec::new(), cursor).await?;
        }
        Ok(())
    }

    fn position(&self, channel: ChannelId) -> Option<u64> {
        let known = self.positions.get(&channel).copied();
        known.or_else(|| position(&self.cursors, channel))
    }

    /// From where a channel is read.
    async fn start(&self, place: Place, set_at: Timestamp) -> Result<u64, RestError> {
        if let Some(known) = self.position(place.channel) {
            return Ok(known);
        }
        let newest = self.fetch(place.channel, "limit=1".to_owned()).await?;
        let newest = newest.iter().find_map(|raw| message_id(raw.get()));
        let furthest = newest.map_or(0, |id| ids::first_at(ids::moment(id) - FURTHEST_BACK));
        // What is read comes after a number; a message of that very moment belongs to it.
        Ok(ids::first_at(set_at).saturating_sub(1).max(furthest))
    }

    async fn fetch(
        &self,
        channel: ChannelId,
        query: String,
    ) -> Result<Vec<Box<RawValue>>, RestError> {
        let route = Route::ChannelMessages {
            channel_id: channel,
        };
        self.discord.rest.call(Call::get(route).query(query)).await
    }

    /// Reads a channel page by page until there is nothing more. Says whether another try is due.
    async fn catch_up(&mut self, place: Place, mut after: u64) -> Result<bool, Ended> {
        // Also where there is nothing to read: from now on the channel has a cursor.
        if self.position(place.channel).is_none() {
            self.advance(place.channel, after, Vec::new()).await?;
        }
        loop {
            let query = format!("after={after}&limit={PAGE}");
            let page = tokio::select! {
                () = self.round.cancelled() => return Err(Ended::Over),
                page = self.fetch(place.channel, query) => page,
            };
            let page = match page {
                Ok(page) => page,
                Err(RestError::Limited { after }) => {
                    tokio::select! {
                        () = self.round.cancelled() => return Err(Ended::Over),
                        () = tokio::time::sleep(after) => continue,
                    }
                }
                Err(error) => return Ok(is_worth_another_try(place.channel, &error)),
            };
            let mut found: Vec<(u64, &RawValue)> = page
                .iter()
                .filter_map(|raw| Some((message_id(raw.get())?, &**raw)))
                .collect();
            // Newest first, as it comes.
            found.sort_unstable_by_key(|(id, _)| *id);
            let Some(last) = found.last().map(|(id, _)| *id).filter(|id| *id > after) else {
                return Ok(false);
            };
            let messages = found
                .into_iter()
                .filter_map(|(id, raw)| self.read(place, id, raw.get()))
                .collect();
            self.advance(place.channel, last, messages).await?;
            after = last;
        }
    }

    /// Looks for changes of the messages that were read before, as far as one page goes.
    async fn look_back(
        &mut self,
        place: Place,
        (read, set_at): (u64, Timestamp),
    ) -> Result<bool, Ended> {
        let page = tokio::select! {
            () = self.round.cancelled() => return Err(Ended::Over),
            page = self.fetch(place.channel, format!("before={}&limit={PAGE}", read + 1)) => page,
        };
        let page = match page {
            Ok(page) => page,
            Err(error) => return Ok(is_worth_another_try(place.channel, &error)),
        };
        let mut changed: Vec<Past> = page
            .iter()
            .filter_map(|raw| self.read(place, message_id(raw.get())?, raw.get()))
            .filter(|past| past.edited.as_ref().is_some_and(|edit| edit.at >= set_at))
            .map(|past| Past {
                written: None,
                ..past
            })
            .collect();
        changed.reverse();
        if changed.is_empty() {
            return Ok(false);
        }
        let page = Page {
            channel: place.channel,
            messages: changed,
            cursors: Vec::new(),
        };
        self.send(page).await.map(|()| false)
    }

    /// One message of history with its last change; none where it is nothing to hand over.
    fn read(&self, place: Place, id: u64, raw: &str) -> Option<Past> {
        let message: wire::Message = match serde_json::from_str(raw) {
            Ok(message) => message,
            Err(error) => {
                let error = unreadable(&error);
                let count = self.discord.count_malformed();
                tracing::warn!(
                    discord.error = error,
                    discord.malformed = count,
                    "a message of history could not be read; it is kept as it came"
                );
                let broken = event::malformed(format!("xm{id}"), raw, error, ids::moment(id));
                return Some(Past {
                    id,
                    written: Some(broken),
                    edited: None,
                });
            }
        };
        let withheld = !self.discord.reads_content() && message.content.is_empty();
        if !message.is_from_person() || withheld {
            return None;
        }
        let scene = || event::scene(place.channel, place.parent, Some(place.guild));
        let me = self.discord.me();
        Some(Past {
            id,
            written: Some(event::written(&message, scene(), me)),
            edited: event::edited(&message, scene(), me),
        })
    }

    async fn advance(
        &mut self,
        channel: ChannelId,
        to: u64,
        messages: Vec<Past>,
    ) -> Result<(), Ended> {
        self.positions.insert(channel, to);
        let cursor = (cursor_name(channel), to.to_string());
        self.pass_on(channel, messages, cursor).await
    }

    async fn pass_on(
        &self,
        channel: ChannelId,
        messages: Vec<Past>,
        cursor: (String, String),
    ) -> Result<(), Ended> {
        let page = Page {
            channel,
            messages,
            cursors: vec![cursor],
        };
        self.send(page).await
    }

    async fn send(&self, page: Page) -> Result<(), Ended> {
        tokio::select! {
            () = self.round.cancelled() => Err(Ended::Over),
            sent = self.items.send(Item::Page(page)) => sent.map_err(|_| Ended::Over),
        }
    }
}

/// A channel of this connector.
fn ours(channel: &Channel) -> Option<(ChannelId, GuildId)> {
    if channel.place.connector.as_str() != CONNECTOR {
        return None;
    }
    let id = ids::number(channel.place.channel.as_str())?;
    Some((id, ids::number(channel.group.as_str())?))
}

fn intake(channel: &Channel) -> Option<(Place, Timestamp)> {
    let (id, guild) = ours(channel).filter(|_| channel.role == ChannelRole::Intake)?;
    let place = Place {
        channel: id,
        parent: None,
        guild,
    };
    Some((place, channel.set_at))
}

fn is_worth_another_try(channel: ChannelId, error: &RestError) -> bool {
    tracing::warn!(discord.channel = %channel, discord.error = %error, "history could not be read");
    error.is_passing()
}
