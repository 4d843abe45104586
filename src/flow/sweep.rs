//! Sweeping: hands over the times that have come.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::metrics::Counters;
use super::supervise::{Panicked, watched};
use crate::chat::Inlet;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::ids::{ConnectorId, InboundKey};
use crate::domain::inbound::{Due, Event, Inbound};
use crate::store::{Store, StoreError};

/// How often the sweep looks for times that have come.
const EVERY: Duration = Duration::from_secs(5);
/// At most so many are handed over together.
const TOGETHER: u32 = 256;

/// The sweep.
#[derive(Clone)]
pub(super) struct Sweep {
    pub(super) store: Store,
    pub(super) inlet: Inlet,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) counters: Arc<Counters>,
}

impl Sweep {
    /// Sweeps until told to stop, and goes on after a fault.
    pub(super) async fn keep(self, stop: CancellationToken) {
        while watched(self.clone().run(stop.clone())).await.is_err() {
            self.counters.restarts.one();
            tracing::error!(flow.why = %Panicked, "sweeping begins again");
            sleep(EVERY).await;
        }
    }

    async fn run(self, stop: CancellationToken) {
        loop {
            let work = async {
                // Whatever fails is looked for again the next time; receive tells of the database.
                if let Err(error) = self.hand_over_due().await {
                    tracing::debug!(sweep.why = %error, "could not look for times that have come");
                }
                sleep(EVERY).await;
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = work => {}
            }
        }
    }

    async fn hand_over_due(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let due = self.store.due(now, TOGETHER).await?;
        if due.is_empty() {
            return Ok(());
        }
        self.counters.due.add(due.len());
        let inbound = due.into_iter().map(|due| came(due, now)).collect();
        // Committed before the next look, so that nothing is handed over twice meanwhile.
        if self.inlet.hand_over(inbound, Vec::new()).await.is_err() {
            tracing::debug!("stopping; the times that have come are found again at the next start");
        }
        Ok(())
    }
}

/// A time that came, as an inbound. Its key has the moment in it, so that a case that is due a second
/// time is decided a second time; deciding one twice changes nothing.
fn came(due: Due, now: Timestamp) -> Inbound {
    let about = match &due {
        Due::Case { id } => format!("case:{id}"),
        Due::Offer { id } => format!("offer:{id}"),
        Due::Match { id } => format!("match:{id}"),
        Due::Concern { id } => format!("concern:{id}"),
        Due::Dialogue { connector, person } => format!("dialogue:{connector}:{person}"),
    };
    Inbound {
        connector: ConnectorId::new("clock"),
        key: InboundKey::new(format!("due:{about}:{}", now.as_millis())),
        at: now,
        event: Event::Due(due),
    }
}
