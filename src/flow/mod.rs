//! The way of the data: receive takes inbound in and commits what is decided, deliver carries out what
//! was promised, sweep hands over the times that come, supervise keeps them all going.

mod carry;
mod clock;
mod deliver;
mod desk;
mod driver;
mod health;
mod held;
mod item;
mod lifeline;
mod lines;
mod lookout;
mod metrics;
mod pace;
mod receive;
mod retain;
pub mod supervise;
mod sweep;
mod waits;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

pub use clock::SystemClock;
pub use desk::{Channels, Desk, Question};
pub use driver::{Driver, Forwarder, Handing};
pub use health::{Health, Part};
pub use metrics::{Counter, Counters, Row};
pub use retain::{Purged, RulePurged, purge};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
pub use waits::ForwardWaits;

use self::carry::Carrier;
use self::lifeline::{Lifeline, Line};
use self::lookout::{Lookout, Sight};
use self::receive::{Bench, Listeners, Receiver};
use self::retain::Retain;
use self::supervise::{Common, Station, ended, watched};
use self::sweep::Sweep;
use crate::chat::{Delivery, Inlet};
use crate::domain::clock::Clock;
use crate::domain::decision::Capabilities;
use crate::domain::ids::ConnectorId;
use crate::domain::retention::Terms;
use crate::domain::settings::Channel;
use crate::domain::speech::Destination;
use crate::store::{Store, StoreError};

/// Deliveries that wait to be received before connectors wait in turn.
const INBOX: usize = 128;
/// What was read waits for receive in so many heaps: all that connectors hand over before they wait for its commit.
const SIGHTED: usize = 1_024;
/// How long receive may take to take in what was handed over before it stopped.
const DRAIN_WITHIN: Duration = Duration::from_secs(1);

/// All that flow is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Every connector.
    pub drivers: Vec<Driver>,
    /// What hands cases over.
    pub forwarder: Forwarder,
    /// The destinations that staff can choose.
    pub destinations: Vec<Destination>,
    /// Who reads and decides.
    pub desk: Arc<dyn Desk>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What this process is called among those that share the database; the same after a restart.
    pub owner: String,
}

/// Why flow ended otherwise than by being told to.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The settings can't be read, so that kith can't begin.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Receiving ended, which is a fault; nothing can be taken in until kith is started again.
    #[error(
        "expected receiving to go on, found that it ended by a fault in kith; start kith again, nothing is lost"
    )]
    Receive,
}

/// Flow, ready to run.
pub struct Flow {
    parts: Parts,
    sender: mpsc::Sender<Delivery>,
    inbox: mpsc::Receiver<Delivery>,
    counters: Arc<Counters>,
    health: Arc<Health>,
    forward_waits: ForwardWaits,
    terms: Terms,
    lifeline: Arc<Lifeline>,
}

impl Flow {
    /// Puts flow together. Nothing happens before [`Flow::run`].
    pub fn new(parts: Parts) -> Self {
        let (sender, inbox) = mpsc::channel(INBOX);
        Self {
            parts,
            sender,
            inbox,
            counters: Arc::default(),
            health: Arc::default(),
            forward_waits: ForwardWaits::default(),
            terms: Terms::default(),
            lifeline: Arc::default(),
        }
    }

    /// Hands cases over with other waits between the tries than the usual ones.
    #[must_use]
    pub fn forwarding_after(mut self, waits: ForwardWaits) -> Self {
        self.forward_waits = waits;
        self
    }

    /// Keeps what it keeps for other times than the usual ones.
    #[must_use]
    pub fn keeping(mut self, terms: Terms) -> Self {
        self.terms = terms;
        self
    }

    /// Where others than connectors hand over, such as the web server: `web`, or `hub` for news of a destination.
    pub fn inlet(&self, connector: ConnectorId) -> Inlet {
        Inlet::new(connector, self.sender.clone())
    }

    /// What flow counts.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    /// Whether flow can work.
    pub fn health(&self) -> Arc<Health> {
        Arc::clone(&self.health)
    }

    /// Runs until `stop` is cancelled, then stops in order within ten seconds: connectors stop listening,
    /// what they handed over is committed, what is on its way is finished.
    ///
    /// # Errors
    /// The settings can't be read at the start, or receiving ended by a fault.
    pub async fn run(self, stop: CancellationToken) -> Result<(), FlowError> {
        let drained = CancellationToken::new();
        let (channels, settings) = watch::channel(Vec::new());
        let stations = self.stations(&settings);
        let sweep = Sweep {
            store: self.parts.store.clone(),
            inlet: self.inlet(ConnectorId::new("clock")),
            clock: Arc::clone(&self.parts.clock),
            counters: Arc::clone(&self.counters),
        };
        let retain = Retain {
            store: self.parts.store.clone(),
            clock: Arc::clone(&self.parts.clock),
            counters: Arc::clone(&self.counters),
            terms: self.terms.clone(),
            owner: self.parts.owner.clone(),
        };
        let line = self.line();
        let (receiver, lookout) = self.receiver(&stations, channels, drained.clone()).await?;

        let mut receiving = JoinSet::new();
        receiving.spawn(watched(receiver.run()));
        receiving.spawn(watched(lookout.run(drained.clone())));
        let mut others = JoinSet::new();
        others.spawn(line.attend(stop.clone()));
        for station in stations {
            others.spawn(station.attend(stop.clone()));
        }
        others.spawn(sweep.keep(stop.clone()));
        others.spawn(retain.keep(stop.clone()));
        tokio::select! {
            () = stop.cancelled() => {}
            _ = receiving.join_next() => return Err(FlowError::Receive),
        }
        ended(&mut others).await;
        drained.cancel();
        let draining = async {
            while let Some(ended) = receiving.join_next().await {
                ended.ok()?.ok()?;
            }
            Some(())
        };
        match timeout(DRAIN_WITHIN, draining).await {
            Ok(Some(())) => Ok(()),
            Ok(None) => Err(FlowError::Receive),
            Err(_) => {
                tracing::warn!(
                    "stopped before all was committed; it is handed over again at the next start"
                );
                Ok(())
            }
        }
    }

    fn stations(&self, settings: &watch::Receiver<Vec<Channel>>) -> Vec<Station> {
        let hub = (
            ConnectorId::new("hub"),
            Carrier::Hub(self.parts.forwarder.clone()),
        );
        let chats = self
            .parts
            .drivers
            .iter()
            .map(|driver| (driver.id.clone(), Carrier::Chat(driver.clone())));
        chats
            .chain([hub])
            .map(|(connector, carrier)| Station {
                inlet: self.inlet(connector.clone()),
                connector,
                carrier,
                wake: Arc::new(Notify::new()),
                channels: settings.clone(),
                common: self.common(),
            })
            .collect()
    }

    fn common(&self) -> Common {
        Common {
            store: self.parts.store.clone(),
            clock: Arc::clone(&self.parts.clock),
            counters: Arc::clone(&self.counters),
            health: Arc::clone(&self.health),
            owner: self.parts.owner.clone(),
            forward_waits: self.forward_waits.clone(),
            lifeline: Arc::clone(&self.lifeline),
        }
    }

    fn line(&self) -> Line {
        Line {
            lifeline: Arc::clone(&self.lifeline),
            drivers: self.parts.drivers.clone().into(),
            clock: Arc::clone(&self.parts.clock),
            counters: Arc::clone(&self.counters),
        }
    }

    async fn receiver(
        self,
        stations: &[Station],
        channels: watch::Sender<Vec<Channel>>,
        stop: CancellationToken,
    ) -> Result<(Receiver, Lookout), StoreError> {
        let wakers = stations
            .iter()
            .map(|station| (station.connector.clone(), Arc::clone(&station.wake)))
            .collect();
        let capabilities: HashMap<ConnectorId, Capabilities> = self
            .parts
            .drivers
            .iter()
            .map(|driver| (driver.id.clone(), driver.capabilities.clone()))
            .collect();
        let (settings, read_with) = watch::channel(Arc::default());
        let sight = Sight {
            desk: Arc::clone(&self.parts.desk),
            clock: Arc::clone(&self.parts.clock),
            lifeline: self.lifeline,
            channels: read_with,
        };
        let bench = Bench {
            store: self.parts.store,
            sight: sight.clone(),
            capabilities,
            destinations: self.parts.destinations,
        };
        let listeners = Listeners {
            wakers,
            channels,
            settings,
            counters: self.counters,
            health: self.health,
        };
        let (onward, sighted) = mpsc::channel(SIGHTED);
        let lookout = Lookout {
            sight,
            inbox: self.inbox,
            onward,
        };
        let receiver = Receiver::open(bench, listeners, sighted, stop).await?;
        Ok((receiver, lookout))
    }
}
