//! Delivering: leases what is promised, paces it, has it carried out and settles it.
//!
//! A lease outlives everything that is done under it, so that what comes next in a chat is never
//! sent by somebody else before: what has waited too long in memory is given back unsent.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

use super::carry::{ANSWER_WITHIN, Carried, Carrying};
use super::health::{Health, Part};
use super::held::{self, Held};
use super::lifeline::{Lifeline, MAKE_WAY, Turn};
use super::metrics::Counters;
use super::pace::{Lane, Paces};
use super::waits::{self, Waits};
use crate::chat::Pace;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::ids::{ConnectorId, EffectId};
use crate::store::{Lease, Leased, Settled, Settlement, Store, StoreError};

/// A lease: waiting in memory, a platform's answer, and as long again for the settling.
const LEASE: Duration = Duration::from_secs(90);
/// What has not begun by then is given back.
const BEGIN_WITHIN: Duration = LEASE
    .saturating_sub(ANSWER_WITHIN)
    .saturating_sub(ANSWER_WITHIN);
/// At most so many are leased at once.
const LEASE_LIMIT: u32 = 128;
/// More are leased once no more than so many wait.
const LOW: usize = 64;
/// At most so many are on their way at once.
const FLYING: usize = 32;
/// What a platform's pace holds back for longer waits in the outbox, where newer words can take its place.
const HOLD_BACK: Duration = Duration::from_secs(1);
/// Settlements are written together when there are so many, or when the first is so old.
const SETTLE_COUNT: usize = 64;
const SETTLE_WITHIN: Duration = Duration::from_millis(5);
/// How often the outbox is asked when nothing wakes the deliverer: other processes promise and revive too.
const ASK_EVERY: Duration = Duration::from_secs(2);
/// How long what is on its way may take when kith stops, and then the settling.
const LAND_WITHIN: Duration = Duration::from_secs(3);
const LAST_SETTLE_WITHIN: Duration = Duration::from_secs(1);

/// What a deliverer works with.
pub(super) struct Tools {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) counters: Arc<Counters>,
    pub(super) health: Arc<Health>,
    pub(super) lifeline: Arc<Lifeline>,
}

/// Delivers for one connector.
pub(super) struct Deliverer {
    connector: ConnectorId,
    tools: Tools,
    carrying: Arc<Carrying>,
    wake: Arc<Notify>,
    held: Held,
    paces: Paces,
    flying: JoinSet<Landed>,
    sending: HashSet<EffectId>,
    settlements: Vec<Settlement>,
    settle_at: Option<Instant>,
    lease_at: Instant,
    waits: Waits,
}

/// An effect that was tried.
struct Landed {
    queue: String,
    lane: Lane,
    settlement: Settlement,
    quiet: Option<Duration>,
}

/// What was done just before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Leasing,
    Settling,
}

impl Deliverer {
    pub(super) fn new(
        connector: ConnectorId,
        pace: Option<Pace>,
        carrying: Carrying,
        wake: Arc<Notify>,
        tools: Tools,
    ) -> Self {
        Self {
            connector,
            tools,
            carrying: Arc::new(carrying),
            wake,
            held: Held::default(),
            paces: Paces::new(pace),
            flying: JoinSet::new(),
            sending: HashSet::new(),
            settlements: Vec::new(),
            settle_at: None,
            lease_at: Instant::now(),
            waits: Waits::for_store(),
        }
    }

    /// Delivers until told to stop; then finishes what is on its way and gives the rest back.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        loop {
            if self.may_lease() && self.lease_at <= Instant::now() {
                self.lease().await;
            }
            let paced = self.begin_what_may();
            let moment = self.next_moment(paced);
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(landed) = self.flying.join_next() => self.land(landed.ok()),
                () = self.wake.notified() => self.lease_at = Instant::now(),
                () = sleep_until(moment) => {}
            }
            while let Some(landed) = self.flying.try_join_next() {
                self.land(landed.ok());
            }
            if self.settling_is_due() {
                tokio::select! {
                    biased;
                    () = self.settle() => {
                        // With plenty in hand nothing is leased, so that nobody needs to know what is due.
                        if self.may_lease() {
                            self.look(After::Settling).await;
                        }
                    }
                    () = stop.cancelled() => break,
                }
            }
        }
        self.finish().await;
    }

    fn may_lease(&self) -> bool {
        self.held.waiting() <= LOW
    }

    fn next_moment(&self, paced: Option<Instant>) -> Instant {
        let lease = self.may_lease().then_some(self.lease_at);
        [lease, paced, self.settle_at]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or_else(|| Instant::now() + ASK_EVERY)
    }

    async fn lease(&mut self) {
        let now = self.tools.clock.now();
        let lease = Lease {
            connector: self.connector.clone(),
            now,
            until: now + LEASE,
            limit: LEASE_LIMIT,
        };
        let since = Instant::now();
        match self.tools.store.lease(&lease).await {
            Ok(leased) => {
                self.waits.reset();
                self.tools.health.works(&Part::Store);
                let full = u32::try_from(leased.len()).is_ok_and(|count| count >= LEASE_LIMIT);
                for leased in leased {
                    self.held.add(leased, since);
                }
                self.lease_at = Instant::now();
                if !full {
                    self.lease_at += ASK_EVERY;
                    self.look(After::Leasing).await;
                }
            }
            Err(error) => {
                self.failed(&error);
                self.lease_at = Instant::now() + self.waits.next();
            }
        }
    }

    /// Looks when the next effect is due. After a lease, what is overdue waits for another of its queue,
    /// and is leased once that is settled.
    async fn look(&mut self, after: After) {
        let now = self.tools.clock.now();
        if let Ok(Some(due)) = self.tools.store.next_due(&self.connector).await
            && (due > now || after == After::Settling)
        {
            self.lease_at = self.lease_at.min(Instant::now() + due.since(now));
        }
    }

    /// Begins all that its queue and the pace allow; says when the pace allows more.
    fn begin_what_may(&mut self) -> Option<Instant> {
        let mut next: Option<Instant> = None;
        for queue in self.held.ready() {
            if self.flying.len() >= FLYING {
                return next;
            }
            let now = Instant::now();
            let Some(first) = self.held.first(&queue) else {
                continue;
            };
            // Danger waits for nobody: better said twice than late.
            let waits = !first.leased.effect.urgent && self.carrying.can_repeat(&first.leased);
            if waits && !self.sending.is_empty() {
                continue;
            }
            let lane = held::lane(&first.leased.effect.act);
            let free = if first.leased.effect.urgent {
                self.paces.urgent_at(&lane, now)
            } else {
                self.paces.free_at(&lane, 0, now)
            };
            if now.duration_since(first.since) >= BEGIN_WITHIN {
                self.give_back(&queue, "waited too long behind others");
            } else if free <= now {
                self.paces.take(&lane, now);
                self.begin(queue);
            } else if free - now <= HOLD_BACK {
                next = Some(next.map_or(free, |next| next.min(free)));
            } else {
                self.tools.counters.paced.one();
                self.hold_back(&queue);
            }
        }
        next
    }

    fn begin(&mut self, queue: String) {
        let Some(leased) = self.held.begin(&queue) else {
            return;
        };
        let effect = &leased.effect;
        if effect
            .expires
            .is_some_and(|expires| expires <= self.tools.clock.now())
        {
            self.tools.counters.expired.one();
            let outcome = Settled::Done {
                posted: None,
                cleared: None,
            };
            self.land(Some(landed(queue, &leased, outcome.into())));
            return;
        }
        if let Some(outcome) = self.told_straight(&effect.id) {
            self.land(Some(landed(queue, &leased, outcome.into())));
            return;
        }
        let carrying = Arc::clone(&self.carrying);
        if carrying.can_repeat(&leased) {
            self.sending.insert(leased.effect.id.clone());
        }
        self.flying.spawn(async move {
            let carried = std::panic::AssertUnwindSafe(carrying.carry(&leased));
            let carried = carried.catch_unwind().await.unwrap_or_else(|_| {
                carrying.counters.panics.one();
                panicked(&leased, carrying.clock.now()).into()
            });
            landed(queue, &leased, carried)
        });
    }

    /// How to settle what the lifeline has sent, or is sending, past the outbox.
    fn told_straight(&self, effect: &EffectId) -> Option<Settled> {
        match self.tools.lifeline.begins(effect) {
            Turn::Go => None,
            Turn::Done => Some(Settled::Done {
                posted: None,
                cleared: None,
            }),
            Turn::Later => {
                let at = self.tools.clock.now() + MAKE_WAY;
                Some(released(at, "is being sent past the outbox"))
            }
        }
    }

    fn land(&mut self, landed: Option<Landed>) {
        // None: the runtime is going down and the task with it; its lease runs out.
        let Some(Landed {
            queue,
            lane,
            settlement,
            quiet,
        }) = landed
        else {
            return;
        };
        if let Some(quiet) = quiet {
            self.paces.hush(&lane, Instant::now(), quiet);
        }
        self.held.land(&queue, &settlement.effect);
        self.tools
            .lifeline
            .landed(&settlement.effect, &settlement.outcome);
        let counters = Arc::clone(&self.tools.counters);
        let again = match &settlement.outcome {
            Settled::Done { .. } | Settled::Instead { .. } => {
                counters.done.one();
                false
            }
            Settled::Again { attempt, .. } => {
                if *attempt {
                    counters.retried.one();
                }
                true
            }
            Settled::Dead { why } => {
                counters.dead.one();
                tracing::warn!(
                    outbox.connector = %self.connector,
                    outbox.effect = %settlement.effect,
                    outbox.why = %why,
                    "could not be delivered; see `kith outbox`"
                );
                false
            }
        };
        self.push(settlement);
        if again {
            // Whatever comes later in this queue comes after it.
            self.give_back(&queue, "waits for the one before it");
        }
    }

    fn push(&mut self, settlement: Settlement) {
        // What the platform would show twice is settled at once, and nothing like it begins before.
        let within = if self.sending.contains(&settlement.effect) {
            Duration::ZERO
        } else {
            SETTLE_WITHIN
        };
        let at = Instant::now() + within;
        self.settle_at = Some(self.settle_at.map_or(at, |known| known.min(at)));
        self.settlements.push(settlement);
    }

    /// Gives a queue back, to be leased again at once.
    fn give_back(&mut self, queue: &str, why: &str) {
        let now = self.tools.clock.now();
        for leased in self.held.let_go(queue) {
            self.push(settlement(&leased, released(now, why)));
        }
    }

    /// Gives a queue back until the pace allows each of it.
    fn hold_back(&mut self, queue: &str) {
        let (now, at) = (Instant::now(), self.tools.clock.now());
        for (ahead, leased) in self.held.let_go(queue).iter().enumerate() {
            let lane = held::lane(&leased.effect.act);
            let wait = self.paces.free_at(&lane, ahead, now) - now;
            let outcome = released(at + wait, "keeps the platform's pace");
            self.push(settlement(leased, outcome));
        }
    }

    fn settling_is_due(&self) -> bool {
        self.settlements.len() >= SETTLE_COUNT
            || self.settle_at.is_some_and(|at| at <= Instant::now())
    }

    /// Settles all that landed, however long the database takes.
    async fn settle(&mut self) {
        while !self.settlements.is_empty() {
            let now = self.tools.clock.now();
            match self.tools.store.settle(&self.settlements, now).await {
                Ok(()) => {
                    for settled in self.settlements.drain(..) {
                        self.sending.remove(&settled.effect);
                    }
                }
                Err(error) if error.is_retryable() => {
                    self.failed(&error);
                    sleep(self.waits.next()).await;
                }
                Err(error) => self.settle_each(&error).await,
            }
        }
        self.settle_at = None;
        self.waits.reset();
        self.tools.health.works(&Part::Store);
    }

    /// Settles one by one, so that one that can't be settled doesn't hold up the others.
    async fn settle_each(&mut self, error: &StoreError) {
        tracing::error!(
            outbox.connector = %self.connector,
            outbox.why = %error,
            "could not settle a batch; settling one by one"
        );
        let now = self.tools.clock.now();
        while let Some(settlement) = self.settlements.last() {
            let one = std::slice::from_ref(settlement);
            match self.tools.store.settle(one, now).await {
                Ok(()) => {}
                Err(error) if error.is_retryable() => return,
                // It is tried again when its lease runs out.
                Err(error) => tracing::error!(
                    outbox.connector = %self.connector,
                    outbox.effect = %settlement.effect,
                    outbox.why = %error,
                    "could not be settled"
                ),
            }
            self.sending.remove(&settlement.effect);
            self.settlements.pop();
        }
    }

    fn failed(&self, error: &StoreError) {
        self.tools.counters.store_failures.one();
        self.tools.health.fails(Part::Store, error);
    }

    async fn finish(mut self) {
        let deadline = Instant::now() + LAND_WITHIN;
        let now = self.tools.clock.now();
        for leased in self.held.let_all_go() {
            self.push(settlement(&leased, released(now, "kith was stopping")));
        }
        while let Ok(Some(landed)) = timeout_at(deadline, self.flying.join_next()).await {
            self.land(landed.ok());
        }
        // What is still on its way is as if kith were killed: its lease is freed at the next start.
        let last = Instant::now() + LAST_SETTLE_WITHIN;
        if timeout_at(last, self.settle()).await.is_err() {
            tracing::warn!(
                outbox.connector = %self.connector,
                outbox.unsettled = self.settlements.len(),
                "stopped before all was settled; some may be said twice"
            );
        }
    }
}

fn landed(queue: String, leased: &Leased, carried: Carried) -> Landed {
    Landed {
        queue,
        lane: held::lane(&leased.effect.act),
        settlement: settlement(leased, carried.settled),
        quiet: carried.quiet,
    }
}

fn settlement(leased: &Leased, outcome: Settled) -> Settlement {
    Settlement {
        effect: leased.effect.id.clone(),
        generation: leased.generation,
        outcome,
    }
}

fn released(at: Timestamp, why: &str) -> Settled {
    Settled::Again {
        at,
        why: why.to_owned(),
        attempt: false,
        forget_post: None,
    }
}

fn panicked(leased: &Leased, now: Timestamp) -> Settled {
    let why = "a fault in kith (a panic) while delivering it".to_owned();
    match waits::chat(leased.attempts) {
        Some(wait) => Settled::Again {
            at: now + waits::jittered(wait),
            why,
            attempt: true,
            forget_post: None,
        },
        None => Settled::Dead { why },
    }
}
