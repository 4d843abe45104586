//! The lookout: reads what connectors hand over as soon as it comes, and passes it on to receive. However long receive
//! waits for the database, danger is read and the lifeline knows of it.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::desk::{Channels, Desk};
use super::item::Item;
use super::lifeline::Lifeline;
use crate::chat::Delivery;
use crate::domain::clock::Clock;
use crate::domain::inbound::Inbound;

/// The most deliveries that are read before they are passed on together.
const TOGETHER: usize = 64;

/// A delivery that was read.
pub(super) struct Sighted {
    pub(super) delivery: Delivery,
    /// Of each inbound what may come of it; as it is where nothing can.
    pub(super) read: Vec<Result<Item, Box<Inbound>>>,
    /// The settings that it was read with.
    pub(super) channels: Arc<Channels>,
}

/// What is read with.
#[derive(Clone)]
pub(super) struct Sight {
    pub(super) desk: Arc<dyn Desk>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) lifeline: Arc<Lifeline>,
    pub(super) channels: watch::Receiver<Arc<Channels>>,
}

/// Reads before receive.
pub(super) struct Lookout {
    pub(super) sight: Sight,
    pub(super) inbox: mpsc::Receiver<Delivery>,
    pub(super) onward: mpsc::Sender<Vec<Sighted>>,
}

impl Lookout {
    /// Reads until told to stop, and then what was handed over before.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        let mut deliveries = Vec::new();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled(), if !self.inbox.is_closed() => self.inbox.close(),
                count = self.inbox.recv_many(&mut deliveries, TOGETHER) => {
                    let read = deliveries.drain(..).map(|delivery| self.read(delivery)).collect();
                    if count == 0 || self.onward.send(read).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn read(&self, mut delivery: Delivery) -> Sighted {
        let channels = Arc::clone(&self.sight.channels.borrow());
        let inbound = std::mem::take(&mut delivery.inbound);
        let read = inbound
            .into_iter()
            .map(|inbound| self.sight.see(inbound, &channels))
            .collect();
        Sighted {
            delivery,
            read,
            channels,
        }
    }
}

impl Sight {
    fn see(&self, inbound: Inbound, channels: &Channels) -> Result<Item, Box<Inbound>> {
        let item = Item::read(&*self.desk, inbound, channels)?;
        if let Some(rescue) = item.rescue() {
            self.lifeline
                .watch(item.key(), rescue.clone(), &*self.clock);
        }
        Ok(item)
    }

    /// What may come of a delivery, by these settings, and whom to tell that it is on disk. It is read again where they
    /// have changed since.
    pub(super) fn items(
        &self,
        sighted: Sighted,
        channels: &Arc<Channels>,
    ) -> (Vec<Option<Item>>, oneshot::Sender<()>) {
        let as_it_is = Arc::ptr_eq(&sighted.channels, channels);
        let again = |read: Result<Item, Box<Inbound>>| {
            let inbound = read.map_or_else(|inbound| *inbound, |item| item.inbound);
            let key = (inbound.connector.clone(), inbound.key.clone());
            let seen = self.see(inbound, channels);
            if seen.is_err() {
                self.lifeline.committed(&key, None);
            }
            seen
        };
        let read = sighted.read.into_iter();
        let items = read.map(|read| {
            if as_it_is {
                read.ok()
            } else {
                again(read).ok()
            }
        });
        (items.collect(), sighted.delivery.committed)
    }
}
