//! Receiving: everything that happens is read, decided and written in batches, and only then acknowledged.
//!
//! What nothing can come of costs no more than its cursor, which is written with the next commit or
//! within a second. It may be acknowledged before that: to read ordinary chat twice does no harm.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::carry::fresh_draw;
use super::desk::Channels;
use super::health::{Health, Part};
use super::item::{Asked, Item, changes_channels, union};
use super::lookout::{Sight, Sighted};
use super::metrics::Counters;
use super::waits::Waits;
use crate::domain::decision::{Capabilities, Change, Decision, Wants};
use crate::domain::ids::{ConnectorId, InboundKey};
use crate::domain::lately::Lately;
use crate::domain::settings::Channel;
use crate::domain::speech::Destination;
use crate::store::{Batch, Store, StoreError};

/// A batch takes no more deliveries in once it has so many inbound.
const BATCH: usize = 512;
/// So often a batch is decided anew because somebody else wrote first, before it is split.
const CONFLICTS: u32 = 3;
/// So often one inbound is. More is no accident: its decision can't be written at all.
const CONFLICTS_ALONE: u32 = 5;
/// How long the cursor of ordinary chat may wait for a commit.
const CURSORS_WITHIN: Duration = Duration::from_secs(1);
/// How often the settings are compared with the database: another process may have changed them.
const COMPARE_EVERY: Duration = Duration::from_secs(2);

/// What decisions are made with.
pub(super) struct Bench {
    pub(super) store: Store,
    pub(super) sight: Sight,
    pub(super) capabilities: HashMap<ConnectorId, Capabilities>,
    pub(super) destinations: Vec<Destination>,
}

/// Whom receive tells what.
pub(super) struct Listeners {
    pub(super) wakers: HashMap<ConnectorId, Arc<Notify>>,
    pub(super) channels: watch::Sender<Vec<Channel>>,
    pub(super) settings: watch::Sender<Arc<Channels>>,
    pub(super) counters: Arc<Counters>,
    pub(super) health: Arc<Health>,
}

type Cursors = HashMap<(ConnectorId, String), String>;

/// The one task that takes inbound.
pub(super) struct Receiver {
    bench: Bench,
    listeners: Listeners,
    inbox: mpsc::Receiver<Vec<Sighted>>,
    channels: Arc<Channels>,
    /// How often what happened lately: known by this process alone.
    lately: Lately,
    version: Option<i64>,
    compare_at: Instant,
    /// Cursors of what is acknowledged already.
    pending: Cursors,
    pending_until: Option<Instant>,
    waits: Waits,
    stop: CancellationToken,
}

/// kith is stopping while the database doesn't answer: what was not committed is handed over again.
struct GivenUp;

impl Receiver {
    /// A receiver; it ends when nobody hands anything on, and gives up what can't be committed once `stop` is cancelled.
    ///
    /// # Errors
    /// The settings can't be read.
    pub(super) async fn open(
        bench: Bench,
        listeners: Listeners,
        inbox: mpsc::Receiver<Vec<Sighted>>,
        stop: CancellationToken,
    ) -> Result<Self, StoreError> {
        let mut receiver = Self {
            bench,
            listeners,
            inbox,
            channels: Arc::default(),
            lately: Lately::default(),
            version: None,
            compare_at: Instant::now(),
            pending: Cursors::new(),
            pending_until: None,
            waits: Waits::for_store(),
            stop,
        };
        receiver.compare().await?;
        receiver.listeners.health.works(&Part::Store);
        Ok(receiver)
    }

    /// Receives until told to stop.
    pub(super) async fn run(mut self) {
        let mut heaps = Vec::new();
        loop {
            let cursors_at = self.pending_until.unwrap_or(self.compare_at);
            tokio::select! {
                biased;
                () = sleep_until(cursors_at), if self.pending_until.is_some() => self.write_cursors().await,
                () = sleep_until(self.compare_at) => self.compare_or_tell().await,
                count = self.inbox.recv_many(&mut heaps, 1) => {
                    if count == 0 {
                        break;
                    }
                    self.top_up(&mut heaps);
                    if self.take(heaps.drain(..).flatten()).await.is_err() {
                        return;
                    }
                }
            }
        }
        if !self.pending.is_empty() {
            self.write_cursors().await;
        }
    }

    fn top_up(&mut self, heaps: &mut Vec<Vec<Sighted>>) {
        let inbound = |heap: &Vec<Sighted>| heap.iter().map(|one| one.read.len()).sum::<usize>();
        let mut count: usize = heaps.iter().map(inbound).sum();
        while count < BATCH {
            let Ok(heap) = self.inbox.try_recv() else {
                return;
            };
            count += inbound(&heap);
            heaps.push(heap);
        }
    }

    async fn take(&mut self, sighted: impl Iterator<Item = Sighted>) -> Result<(), GivenUp> {
        let counters = Arc::clone(&self.listeners.counters);
        let mut items = Vec::new();
        let mut cursors = Cursors::new();
        let mut waiting = Vec::new();
        for mut one in sighted {
            counters.inbound.add(one.read.len());
            for (name, value) in one.delivery.cursors.drain(..) {
                cursors.insert((one.delivery.connector.clone(), name), value);
            }
            let (read, committed) = self.bench.sight.items(one, &self.channels);
            counters
                .ordinary
                .add(read.iter().filter(|item| item.is_none()).count());
            items.extend(read.into_iter().flatten());
            waiting.push(committed);
        }
        let written = !items.is_empty() && self.commit(&mut items, &cursors).await?;
        if !written {
            self.later(cursors);
        }
        for committed in waiting {
            // A connector that no longer waits has forgotten what it handed over, which is its own to mend.
            let _ = committed.send(());
        }
        Ok(())
    }

    /// Notes cursors of what is safe, to be written with the next commit.
    fn later(&mut self, cursors: Cursors) {
        self.pending.extend(cursors);
        if !self.pending.is_empty() {
            self.pending_until
                .get_or_insert_with(|| Instant::now() + CURSORS_WITHIN);
        }
    }

    /// Commits a batch, however long the database takes; what can't be committed is set aside.
    /// Says whether the cursors went along.
    async fn commit(&mut self, items: &mut [Item], cursors: &Cursors) -> Result<bool, GivenUp> {
        let mut conflicts = 0;
        loop {
            let error = match self.attempt(items, cursors).await {
                Ok(written) => return Ok(written),
                Err(error) => error,
            };
            let conflict = matches!(error, StoreError::Conflict { .. });
            let alone = items.len() == 1;
            if conflict && conflicts < if alone { CONFLICTS_ALONE } else { CONFLICTS } {
                conflicts += 1;
                self.listeners.counters.conflicts.one();
                if alone {
                    self.pause().await?;
                }
            } else if !alone && (conflict || !error.is_retryable()) {
                for item in &mut *items {
                    let one = std::slice::from_mut(item);
                    Box::pin(self.commit(one, &Cursors::new())).await?;
                }
                return Ok(false);
            } else if (error.is_retryable() && !conflict) || items.iter().all(Item::is_aside) {
                self.listeners.counters.store_failures.one();
                self.listeners.health.fails(Part::Store, &error);
                // A database that can't even keep it as it came is at fault, not what came.
                items.iter_mut().for_each(Item::take_back);
                self.pause().await?;
            } else {
                for item in &mut *items {
                    item.set_aside(error.to_string());
                }
            }
        }
    }

    async fn pause(&mut self) -> Result<(), GivenUp> {
        let wait = self.waits.next();
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(GivenUp),
            () = sleep(wait) => Ok(()),
        }
    }

    /// Decides and commits what of a batch is new. Says whether there was any, and the cursors with it.
    async fn attempt(&mut self, items: &mut [Item], cursors: &Cursors) -> Result<bool, StoreError> {
        if self.compare_at <= Instant::now() {
            self.compare_or_tell().await;
        }
        let mut transaction = self.bench.store.begin().await?;
        let keys: Vec<_> = items.iter().map(Item::key).collect();
        let mut known = transaction.seen(&keys).await?;
        let mut fresh: Vec<&mut Item> = items
            .iter_mut()
            .filter(|item| known.insert(item.key()))
            .collect();
        let repeated = keys.len() - fresh.len();
        if fresh.is_empty() {
            self.listeners.counters.repeated.add(repeated);
            self.tell_lifeline(&keys, &Batch::default());
            return Ok(false);
        }
        let Sight {
            desk,
            clock,
            lifeline,
            ..
        } = self.bench.sight.clone();
        let desk = &*desk;
        let now = clock.now();
        let mut wants = union(fresh.iter().filter_map(|item| item.wants()));
        wants.as_of = now;
        let mut snapshot = transaction.load(&wants).await?;
        snapshot.channels.clone_from(&*self.channels);
        snapshot.capabilities.clone_from(&self.bench.capabilities);
        snapshot.destinations.clone_from(&self.bench.destinations);
        snapshot.lately.clone_from(&self.lately);
        let mut more = union(
            fresh
                .iter_mut()
                .filter_map(|item| item.wants_more(desk, (&snapshot, now))),
        );
        if more != Wants::default() {
            more.as_of = now;
            snapshot.add(transaction.load(&more).await?);
        }
        // Looked at last: who is told until then is not told again.
        for key in fresh.iter().map(|item| item.key()) {
            if let Some(reached) = lifeline.reached(&key) {
                snapshot.reached.insert(key, reached);
            }
        }
        let mut decisions = Vec::with_capacity(fresh.len());
        for item in &mut fresh {
            let draw = fresh_draw(now).map_err(|error| StoreError::Unavailable {
                found: format!("no randomness from the system: {error}"),
            })?;
            let asked = Asked {
                snapshot: &snapshot,
                now,
                draw,
            };
            let decision = item.decide(desk, asked);
            snapshot.apply(&decision);
            decisions.push(decision);
        }
        let batch = Batch {
            now,
            receipts: fresh.iter().map(|item| item.key()).collect(),
            decisions,
            cursors: self.with_pending(cursors),
        };
        transaction.save(&batch).await?;
        transaction.commit().await?;
        for item in fresh {
            if let Some(why) = item.kept_because() {
                self.listeners.counters.set_aside.one();
                tracing::error!(
                    inbound.connector = %item.inbound.connector,
                    inbound.key = %item.inbound.key,
                    inbound.why = %why,
                    "kept as it came, not acted on"
                );
            }
        }
        self.listeners.counters.repeated.add(repeated);
        self.tell_lifeline(&keys, &batch);
        let channels = std::mem::take(&mut snapshot.channels);
        drop(snapshot);
        self.committed(&batch, channels);
        Ok(true)
    }

    /// Tells the lifeline what is on disk; what was there before has been decided then.
    fn tell_lifeline(&self, keys: &[(ConnectorId, InboundKey)], batch: &Batch) {
        let decided: HashMap<_, _> = batch.receipts.iter().zip(&batch.decisions).collect();
        for key in keys {
            let decision = decided.get(key).copied();
            self.bench.sight.lifeline.committed(key, decision);
        }
    }

    fn with_pending(&self, cursors: &Cursors) -> Vec<(ConnectorId, String, String)> {
        let mut all = self.pending.clone();
        all.extend(
            cursors
                .iter()
                .map(|(key, value)| (key.clone(), value.clone())),
        );
        all.into_iter()
            .map(|((connector, name), value)| (connector, name, value))
            .collect()
    }

    fn committed(&mut self, batch: &Batch, channels: Channels) {
        let Listeners {
            counters, health, ..
        } = &self.listeners;
        health.works(&Part::Store);
        self.waits.reset();
        counters.commits.one();
        counters.decided.add(batch.decisions.len());
        let changes = || {
            batch
                .decisions
                .iter()
                .flat_map(|decision| &decision.changes)
        };
        let refused = changes().filter(|change| matches!(change, Change::Refused(_)));
        counters.refused.add(refused.count());
        let marks = changes().filter_map(|change| match change {
            Change::Counted(mark) => Some(mark),
            _ => None,
        });
        self.lately.keep(marks, batch.now);
        self.pending.clear();
        self.pending_until = None;
        if batch.decisions.iter().any(changes_channels) {
            self.publish(channels);
            self.version = None;
        }
        self.wake(&batch.decisions);
    }

    fn wake(&self, decisions: &[Decision]) {
        let effects = decisions.iter().flat_map(|decision| &decision.effects);
        let connectors: Vec<ConnectorId> = effects.map(|effect| effect.act.connector()).collect();
        self.listeners.counters.promised.add(connectors.len());
        let connectors: HashSet<ConnectorId> = connectors.into_iter().collect();
        for connector in connectors {
            if let Some(waker) = self.listeners.wakers.get(&connector) {
                waker.notify_one();
            } else {
                tracing::warn!(
                    outbox.connector = %connector,
                    "promised something to a connector that this process doesn't have; it waits in the outbox"
                );
            }
        }
    }

    fn publish(&mut self, channels: Channels) {
        let list = channels.values().cloned().collect();
        self.channels = Arc::new(channels);
        let settings = Arc::clone(&self.channels);
        self.listeners.settings.send_replace(settings);
        self.listeners.channels.send_replace(list);
    }

    /// Reads the settings again where they have changed.
    async fn compare(&mut self) -> Result<(), StoreError> {
        let version = self.bench.store.channels_version().await?;
        if self.version != Some(version) {
            let channels = self.bench.store.channels().await?;
            self.publish(
                channels
                    .into_iter()
                    .map(|channel| (channel.place.clone(), channel))
                    .collect(),
            );
            self.version = Some(version);
        }
        self.compare_at = Instant::now() + COMPARE_EVERY;
        Ok(())
    }

    async fn compare_or_tell(&mut self) {
        match self.compare().await {
            Ok(()) => self.listeners.health.works(&Part::Store),
            Err(error) => {
                self.listeners.health.fails(Part::Store, &error);
                self.compare_at = Instant::now() + COMPARE_EVERY;
            }
        }
    }

    async fn write_cursors(&mut self) {
        let batch = Batch {
            now: self.bench.sight.clock.now(),
            receipts: Vec::new(),
            decisions: Vec::new(),
            cursors: self.with_pending(&Cursors::new()),
        };
        match self.write(&batch).await {
            Ok(()) => {
                self.pending.clear();
                self.pending_until = None;
            }
            Err(error) => {
                self.listeners.health.fails(Part::Store, &error);
                self.pending_until = Some(Instant::now() + CURSORS_WITHIN);
            }
        }
    }

    async fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut transaction = self.bench.store.begin().await?;
        transaction.save(batch).await?;
        transaction.commit().await
    }
}
