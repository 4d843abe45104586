//! Retaining: every night what was kept long enough is erased, a little at a time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::carry::fresh_draw;
use super::metrics::Counters;
use super::supervise::{Panicked, watched};
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::retention::{Rule, Terms};
use crate::store::{PURGE, Purging, Store, StoreError};

/// How often to see whether it is time.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// Between two parts others may write.
const PAUSE: Duration = Duration::from_millis(20);
/// The hour of the night at which it begins, UTC.
const AT: Duration = Duration::from_hours(2);
/// No other process begins meanwhile.
const LEASE: Duration = Duration::from_mins(30);
/// So often a part is tried again because somebody else wrote first.
const TRIES: u32 = 5;

/// What a purge took, by rule.
pub type Purged = BTreeMap<Rule, RulePurged>;

/// What a purge took by one rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RulePurged {
    /// How many records or rows.
    pub gone: u64,
    /// How many stayed because they are held.
    pub held: u64,
}

/// Carries out the whole retention table, or says what it would take now. What one rule would take only after another
/// is not counted in advance.
///
/// # Errors
/// The database can't be used; what was done stays done.
pub async fn purge(store: &Store, purging: Purging<'_>) -> Result<Purged, StoreError> {
    let mut purged = Purged::new();
    if purging.really {
        store.refile().await?;
    }
    for step in PURGE {
        let mut after = String::new();
        let mut tries = 0;
        let of_rule = purged.entry(step.rule).or_default();
        loop {
            let mut draw = fresh_draw(purging.now).map_err(|error| StoreError::Unavailable {
                found: format!("no randomness from the system: {error}"),
            })?;
            let page = match store.purge(step, purging, (&after, &mut draw)).await {
                Err(StoreError::Conflict { .. }) if tries < TRIES => {
                    tries += 1;
                    continue;
                }
                page => page?,
            };
            tries = 0;
            of_rule.gone += page.gone;
            of_rule.held += page.held;
            match page.next {
                Some(next) => after = next,
                None => break,
            }
            sleep(PAUSE).await;
        }
    }
    if purging.really {
        store.note_purged(purging.now).await?;
    }
    Ok(purged)
}

/// Whether a night has begun since it was last done.
fn is_due(last: Option<Timestamp>, now: Timestamp) -> bool {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let night = |at: Timestamp| (at - AT).as_millis().div_euclid(DAY);
    last.is_none_or(|last| night(last) < night(now))
}

/// The nightly purge.
#[derive(Clone)]
pub(super) struct Retain {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) counters: Arc<Counters>,
    pub(super) terms: Terms,
    pub(super) owner: String,
}

impl Retain {
    /// Purges every night until told to stop, and at the start where a night was missed.
    pub(super) async fn keep(self, stop: CancellationToken) {
        let work = async {
            loop {
                if watched(self.clone().look()).await.is_err() {
                    self.counters.restarts.one();
                    tracing::error!(flow.why = %Panicked, "purging is tried again in a minute");
                }
                sleep(LOOK_EVERY).await;
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = work => {}
        }
    }

    async fn look(self) {
        match self.purge_if_due().await {
            Ok(Some(purged)) => {
                let gone: u64 = purged.values().map(|of_rule| of_rule.gone).sum();
                let held: u64 = purged.values().map(|of_rule| of_rule.held).sum();
                tracing::info!(
                    purge.gone = gone,
                    purge.held = held,
                    "erased what was kept long enough"
                );
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(purge.why = %error, "could not erase all that was kept long enough")
            }
        }
    }

    async fn purge_if_due(&self) -> Result<Option<Purged>, StoreError> {
        let now = self.clock.now();
        if !is_due(self.store.purged_at().await?, now) {
            return Ok(None);
        }
        if !self
            .store
            .take_lease("purge", &self.owner, now, now + LEASE)
            .await?
        {
            return Ok(None);
        }
        let purging = Purging {
            terms: &self.terms,
            now,
            really: true,
        };
        purge(&self.store, purging).await.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_once_a_night_and_where_a_night_was_missed() {
        let hours = |hours: u64| Timestamp::default() + Duration::from_hours(24 * 20_000 + hours);
        assert!(is_due(None, hours(0)));
        assert!(!is_due(Some(hours(0)), hours(1)));
        assert!(is_due(Some(hours(1)), hours(2)));
        assert!(!is_due(Some(hours(2)), hours(25)));
        assert!(is_due(Some(hours(2)), hours(26)));
        assert!(is_due(Some(hours(2)), hours(24 * 9)));
    }
}
