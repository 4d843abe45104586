//! Supervising: every task is begun here, watched, begun again when it fails, and stopped in order.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::carry::{Carrier, Carrying};
use super::deliver::{Deliverer, Tools};
use super::driver::Driver;
use super::health::{Health, Part};
use super::lifeline::Lifeline;
use super::metrics::Counters;
use super::waits::{ForwardWaits, Waits};
use crate::chat::{Inlet, ListenError, Pace, Start};
use crate::domain::clock::Clock;
use crate::domain::ids::ConnectorId;
use crate::domain::settings::Channel;
use crate::store::{Store, StoreError};

/// A process owns a connector for so long without renewing.
const OWN: Duration = Duration::from_secs(30);
const RENEW_EVERY: Duration = Duration::from_secs(10);
/// How often a process that waits for a connector looks whether it is free.
const ASK_EVERY: Duration = Duration::from_secs(3);
/// How long a connector may take to stop listening.
const HUSH_WITHIN: Duration = Duration::from_secs(3);
/// A connector that has listened for so long works.
const WORKS_AFTER: Duration = Duration::from_secs(20);
/// How long giving a connector up may take.
const GIVE_UP_WITHIN: Duration = Duration::from_millis(500);
/// How long the deliverer may take to finish; it takes less by itself.
const FINISH_WITHIN: Duration = Duration::from_secs(5);

/// A token that is cancelled by SIGTERM or Ctrl-C.
///
/// # Errors
/// The system doesn't let kith handle signals.
pub fn signals() -> std::io::Result<CancellationToken> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = CancellationToken::new();
    let token = stop.clone();
    begin(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing what is under way");
        token.cancel();
    });
    Ok(stop)
}

/// Begins a task that lasts as long as the process and has nothing that can fail.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that begins tasks nobody waits for"
)]
fn begin(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

/// Begins a task beside flow, such as the web server. Whoever holds the handle watches it.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place where tasks begin"
)]
pub fn spawn<T: Send + 'static>(
    task: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    tokio::spawn(task)
}

/// One connector, or what hands cases over, with all that it takes to keep it going.
#[derive(Clone)]
pub(super) struct Station {
    pub(super) connector: ConnectorId,
    pub(super) carrier: Carrier,
    pub(super) inlet: Inlet,
    pub(super) wake: Arc<Notify>,
    pub(super) channels: watch::Receiver<Vec<Channel>>,
    pub(super) common: Common,
}

/// What all stations share.
#[derive(Clone)]
pub(super) struct Common {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) counters: Arc<Counters>,
    pub(super) health: Arc<Health>,
    /// What this process is called among those that share the database.
    pub(super) owner: String,
    pub(super) forward_waits: ForwardWaits,
    pub(super) lifeline: Arc<Lifeline>,
}

impl Station {
    /// Owns, listens and delivers until told to stop, whatever fails meanwhile.
    pub(super) async fn attend(self, stop: CancellationToken) {
        while watched(self.attend_once(&stop)).await.is_err() {
            self.common.counters.restarts.one();
            tracing::error!(flow.part = %self.connector, flow.why = %Panicked, "begins again");
            unless(&stop, sleep(ASK_EVERY)).await;
        }
    }

    async fn attend_once(&self, stop: &CancellationToken) {
        while self.own(stop).await {
            self.work(stop).await;
        }
    }

    /// Waits until the connector is ours. False where kith stops before.
    async fn own(&self, stop: &CancellationToken) -> bool {
        while let Some(taken) = unless(stop, self.take_over()).await {
            match taken {
                Ok(true) => return true,
                Ok(false) => {
                    let why = "another process owns it; waiting to take over";
                    self.common.health.fails(self.part(), &why);
                }
                Err(error) => self.common.health.fails(Part::Store, &error),
            }
            unless(stop, sleep(ASK_EVERY)).await;
        }
        false
    }

    /// Takes the connector, and frees what its owner held before: whoever that was, they are gone.
    async fn take_over(&self) -> Result<bool, StoreError> {
        let ours = self.take(OWN).await?;
        if ours {
            self.release().await?;
        }
        Ok(ours)
    }

    async fn release(&self) -> Result<(), StoreError> {
        let now = self.common.clock.now();
        let released = self
            .common
            .store
            .release_leases(&self.connector, now)
            .await?;
        if released > 0 {
            tracing::info!(flow.part = %self.connector, outbox.released = released, "goes on with what was under way");
        }
        Ok(())
    }

    async fn take(&self, time: Duration) -> Result<bool, StoreError> {
        let now = self.common.clock.now();
        let name = format!("connector:{}", self.connector);
        self.common
            .store
            .take_lease(&name, &self.common.owner, now, now + time)
            .await
    }

    /// Listens and delivers while the connector is ours. Listening ends first, so that what it handed
    /// over is committed and promised before delivering ends.
    async fn work(&self, stop: &CancellationToken) {
        self.common.health.works(&self.part());
        let (hush, finish) = (CancellationToken::new(), CancellationToken::new());
        let mut listening = JoinSet::new();
        let mut delivering = JoinSet::new();
        if let Carrier::Chat(driver) = &self.carrier {
            listening.spawn(self.clone().listen(driver.clone(), hush.clone()));
        }
        delivering.spawn(self.clone().deliver(finish.clone()));
        let lost = self.keep(stop).await;
        hush.cancel();
        if timeout(HUSH_WITHIN, ended(&mut listening)).await.is_err() {
            tracing::warn!(flow.part = %self.connector, "did not stop listening in time");
        }
        finish.cancel();
        if timeout(FINISH_WITHIN, ended(&mut delivering))
            .await
            .is_err()
        {
            tracing::warn!(flow.part = %self.connector, "did not finish delivering in time");
        }
        // Whoever can't give it up lets it run out.
        if !lost
            && !matches!(
                timeout(GIVE_UP_WITHIN, self.take(Duration::ZERO)).await,
                Ok(Ok(_))
            )
        {
            tracing::debug!(flow.part = %self.connector, "could not give it up");
        }
    }

    /// Keeps the connector ours until told to stop. True where another has taken it.
    async fn keep(&self, stop: &CancellationToken) -> bool {
        let renew = async || {
            sleep(RENEW_EVERY).await;
            self.take(OWN).await
        };
        while let Some(taken) = unless(stop, renew()).await {
            match taken {
                Ok(true) => {}
                Ok(false) => {
                    tracing::warn!(flow.part = %self.connector, "another process has taken it over");
                    return true;
                }
                // Nobody can take it either while the database doesn't answer.
                Err(error) => self.common.health.fails(Part::Store, &error),
            }
        }
        false
    }

    async fn listen(self, driver: Driver, stop: CancellationToken) {
        let mut waits = Waits::for_restart();
        while let Some(why) = self.listen_once(&driver, &stop, &mut waits).await {
            self.common.health.fails(self.part(), &why);
            self.common.counters.restarts.one();
            unless(&stop, sleep(waits.next())).await;
        }
    }

    /// Listens until the connector returns. Says why it did, unless it was told to.
    async fn listen_once(
        &self,
        driver: &Driver,
        stop: &CancellationToken,
        waits: &mut Waits,
    ) -> Option<String> {
        let cursors = match unless(stop, self.common.store.cursors(&self.connector)).await? {
            Ok(cursors) => cursors,
            Err(error) => return Some(error.to_string()),
        };
        let start = Start {
            inlet: self.inlet.clone(),
            cursors,
            channels: self.channels.clone(),
            stop: stop.clone(),
        };
        let mut listening = pin!(watched((driver.listen)(start)));
        let ended = if let Ok(ended) = timeout(WORKS_AFTER, &mut listening).await {
            ended
        } else {
            self.common.health.works(&self.part());
            waits.reset();
            listening.await
        };
        match ended {
            Ok(_) if stop.is_cancelled() => None,
            Ok(Ok(())) => Some("stopped listening without being told to".to_owned()),
            Ok(Err(refused @ ListenError::Refused { .. })) => Some(refused.to_string()),
            Err(Panicked) => Some(Panicked.to_string()),
        }
    }

    async fn deliver(self, stop: CancellationToken) {
        let mut waits = Waits::for_restart();
        while watched(self.deliverer().run(stop.clone())).await.is_err() {
            self.common.counters.restarts.one();
            tracing::error!(flow.part = %self.connector, flow.why = %Panicked, "delivering begins again");
            unless(&stop, sleep(waits.next())).await;
            if let Err(error) = self.release().await {
                self.common.health.fails(Part::Store, &error);
            }
        }
    }

    fn deliverer(&self) -> Deliverer {
        let Common {
            store,
            clock,
            counters,
            health,
            forward_waits,
            lifeline,
            ..
        } = self.common.clone();
        let carrying = Carrying {
            carrier: self.carrier.clone(),
            inlet: self.inlet.clone(),
            clock: Arc::clone(&clock),
            counters: Arc::clone(&counters),
            forward_waits,
        };
        let tools = Tools {
            store,
            clock,
            counters,
            health,
            lifeline,
        };
        Deliverer::new(
            self.connector.clone(),
            self.pace(),
            carrying,
            Arc::clone(&self.wake),
            tools,
        )
    }

    const fn pace(&self) -> Option<Pace> {
        match &self.carrier {
            Carrier::Chat(driver) => Some(driver.pace),
            Carrier::Hub(_) => None,
        }
    }

    fn part(&self) -> Part {
        Part::Connector(self.connector.to_string())
    }
}

/// A task ended by a fault in kith.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fault in kith (a panic), logged above")]
pub(super) struct Panicked;

/// Runs to the end; none where kith stops before.
async fn unless<T>(stop: &CancellationToken, task: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = stop.cancelled() => None,
        done = task => Some(done),
    }
}

/// Waits until every task has ended, in whatever way.
pub(super) async fn ended<T: 'static>(tasks: &mut JoinSet<T>) {
    while tasks.join_next().await.is_some() {}
}

/// Runs to the end, or to a panic.
pub(super) async fn watched<T>(task: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(task)
        .catch_unwind()
        .await
        .map_err(|_| Panicked)
}
