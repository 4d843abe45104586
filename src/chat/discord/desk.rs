//! Hands over what was read, in order and in batches, and keeps count of what is on disk.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use serenity::model::id::ChannelId;
use tokio::sync::mpsc;

use super::event::Kind;
use super::reader::{Past, Reader, Unread, parse};
use super::session::StoredSession;
use super::{Discord, ids, wire};
use crate::chat::Inlet;
use crate::domain::inbound::Inbound;

/// The most items in one delivery.
const BATCH: usize = 128;
/// The most deliveries on their way to the disk.
const ON_THEIR_WAY: usize = 32;
/// After so many events without inbound the session is stored all the same.
const SKIPPED: u64 = 512;
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
    /// The messages.
    pub(super) messages: Vec<Past>,
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

/// The desk of one round.
pub(super) struct Desk<'a> {
    pub(super) discord: &'a Discord,
    pub(super) inlet: Inlet,
    pub(super) reader: Reader<'a>,
    /// The cursors that are on disk.
    pub(super) durable: HashMap<String, String>,
    pub(super) session: Option<StoredSession>,
    pub(super) state: State,
}

/// How far the desk is within a session.
#[derive(Default)]
pub(super) struct State {
    /// Events whose form is still being opened.
    forms: BTreeSet<u64>,
    /// The last event that was taken.
    reached: u64,
    /// The last event that was handed over as done with.
    offered: u64,
    must_store: bool,
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
                    let mut ends = count == 0;
                    for item in batch.drain(..) {
                        // What comes after something that was left in the middle must not be
                        // handed over before it.
                        ends = ends || !self.take(item).await;
                    }
                    self.state.must_store |= ends;
                    if !self.hand_over(&mut commits).await || ends {
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
        let inbound = self.reader.gathered();
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

    /// Takes one item. Says whether it was done with.
    async fn take(&mut self, item: Item) -> bool {
        match item {
            Item::Event {
                sequence,
                kind,
                data,
            } => return self.event(sequence, kind, &data).await,
            Item::Read { sequence, inbound } => {
                self.reader.push(*inbound);
                self.reach(sequence);
            }
            Item::FormOpened { sequence } => {
                self.state.forms.insert(sequence);
                self.reach(sequence);
            }
            Item::FormEnded { sequence, inbound } => {
                self.state.forms.remove(&sequence);
                if let Some(inbound) = inbound {
                    self.reader.push(*inbound);
                }
            }
            Item::Skipped { sequence } => self.reach(sequence),
            Item::Broken {
                sequence,
                text,
                error,
            } => {
                let stamp = self.stamp(sequence, &text);
                self.reader.broken(&stamp, &text, error);
                self.reach(sequence.unwrap_or_default());
            }
            Item::Page(page) => {
                self.reader.history(page.channel, page.messages);
                self.state.cursors.extend(page.cursors);
            }
        }
        true
    }

    async fn event(&mut self, sequence: u64, kind: Kind, data: &str) -> bool {
        let stamp = self.stamp(Some(sequence), data);
        let read = if kind == Kind::Ready {
            parse(data).map(|ready| self.ready(sequence, &ready))
        } else {
            self.reader.event(kind, data, &stamp).await
        };
        match read {
            Ok(()) => {}
            Err(Unread::Broken(error)) => self.reader.broken(&stamp, data, error),
            Err(Unread::Stopped) => return false,
        }
        self.reach(sequence);
        true
    }

    fn reach(&mut self, sequence: u64) {
        self.state.reached = self.state.reached.max(sequence);
    }

    /// What stands for an event: its number in its session, or all of it where it has none.
    fn stamp(&self, sequence: Option<u64>, text: &str) -> String {
        match (sequence, &self.session) {
            (Some(sequence), Some(session)) => {
                ids::digest(&format!("{}:{sequence}", session.session_id))
            }
            _ => ids::digest(text),
        }
    }

    fn ready(&mut self, sequence: u64, ready: &wire::Ready) {
        self.reader.ready(ready);
        self.session = Some(StoredSession {
            session_id: ready.session_id.clone(),
            resume_gateway_url: ready.resume_gateway_url.clone(),
            sequence,
            content: self.discord.reads_content(),
            me: self.discord.me(),
        });
        // Numbers begin anew with a session.
        self.state.reached = sequence;
        self.state.offered = sequence;
        self.state.forms.clear();
        self.state.must_store = true;
    }
}
