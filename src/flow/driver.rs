//! Drivers: a connector, or the destinations, behind plain functions, so that the rest needs no type of theirs.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::chat::{Connector, Done, Failure, ListenError, Pace, Start, Task};
use crate::domain::clock::Timestamp;
use crate::domain::decision::Capabilities;
use crate::domain::ids::{ConnectorId, DestinationId, EffectId};
use crate::domain::referral::Notice;

type Listen = Arc<dyn Fn(Start) -> BoxFuture<'static, Result<(), ListenError>> + Send + Sync>;
type Perform = Arc<dyn Fn(Task) -> BoxFuture<'static, Result<Done, Failure>> + Send + Sync>;
type Hand =
    Arc<dyn Fn(Handing) -> BoxFuture<'static, Result<Option<String>, Failure>> + Send + Sync>;

/// A connector of any type.
#[derive(Clone)]
pub struct Driver {
    pub(super) id: ConnectorId,
    pub(super) capabilities: Capabilities,
    pub(super) pace: Pace,
    pub(super) listen: Listen,
    pub(super) perform: Perform,
}

impl Driver {
    /// A driver of this connector.
    pub fn of<C: Connector>(connector: &Arc<C>) -> Self {
        let (listener, performer) = (Arc::clone(connector), Arc::clone(connector));
        Self {
            id: connector.id(),
            capabilities: connector.capabilities(),
            pace: connector.pace(),
            listen: Arc::new(move |start| {
                let connector = Arc::clone(&listener);
                Box::pin(async move { connector.listen(start).await })
            }),
            perform: Arc::new(move |task| {
                let connector = Arc::clone(&performer);
                Box::pin(async move { connector.perform(task).await })
            }),
        }
    }
}

/// A case on its way to a destination.
#[derive(Clone, Debug)]
pub struct Handing {
    /// Where to.
    pub destination: DestinationId,
    /// The idempotency key.
    pub key: EffectId,
    /// What to tell it.
    pub notice: Notice,
    /// The present moment.
    pub now: Timestamp,
}

/// What hands cases to destinations and brings back the reference that each gives.
#[derive(Clone)]
pub struct Forwarder {
    pub(super) hand: Hand,
}

impl Forwarder {
    /// A forwarder that does this with each case. [`Failure::Retry`] tries again; every other failure is a refusal.
    pub fn new<F, R>(hand: F) -> Self
    where
        F: Fn(Handing) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Option<String>, Failure>> + Send + 'static,
    {
        Self {
            hand: Arc::new(move |handing| Box::pin(hand(handing))),
        }
    }
}
