//! Whether kith can do its work, for the readiness probe, and the one place that logs when that changes.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// What can stop working by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The database.
    Store,
    /// A connector, or what hands over to destinations.
    Connector(String),
}

impl Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store => f.write_str("the database"),
            Self::Connector(name) => f.write_str(name),
        }
    }
}

/// What does not work at present, and why.
#[derive(Debug)]
pub struct Health {
    troubles: Mutex<BTreeMap<Part, String>>,
    ready: watch::Sender<bool>,
}

impl Default for Health {
    fn default() -> Self {
        Self::starting()
    }
}

impl Health {
    /// The health of a kith that has not yet reached its database.
    pub fn starting() -> Self {
        let troubles = BTreeMap::from([(Part::Store, "not opened yet".to_owned())]);
        Self {
            troubles: Mutex::new(troubles),
            ready: watch::Sender::new(false),
        }
    }

    /// Whether inbound is taken in and committed. A platform that is away does not make kith unready.
    pub fn is_ready(&self) -> bool {
        *self.ready.borrow()
    }

    /// The same, as it changes.
    pub fn ready(&self) -> watch::Receiver<bool> {
        self.ready.subscribe()
    }

    /// What does not work, each with the reason.
    pub fn troubles(&self) -> Vec<(Part, String)> {
        let troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        troubles
            .iter()
            .map(|(part, why)| (part.clone(), why.clone()))
            .collect()
    }

    /// A part fails. Logged once, until it works again.
    pub(super) fn fails(&self, part: Part, why: &impl Display) {
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        if !troubles.contains_key(&part) {
            tracing::warn!(flow.part = %part, flow.why = %why, "stopped working; trying again");
        }
        if part == Part::Store {
            self.ready.send_replace(false);
        }
        troubles.insert(part, why.to_string());
    }

    /// A part works.
    pub(super) fn works(&self, part: &Part) {
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        if troubles.remove(part).is_some() {
            tracing::info!(flow.part = %part, "works");
            if *part == Part::Store {
                self.ready.send_replace(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_makes_kith_unready() {
        let health = Health::starting();
        assert!(!health.is_ready());
        health.works(&Part::Store);
        assert!(health.is_ready());
        health.fails(Part::Connector("telegram".to_owned()), &"refused");
        assert!(health.is_ready());
        health.fails(Part::Store, &"locked");
        assert!(!health.is_ready());
        assert_eq!(health.troubles().len(), 2);
        health.works(&Part::Store);
        assert!(health.is_ready());
    }
}
