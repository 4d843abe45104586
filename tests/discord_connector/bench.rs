//! A bench: a simulated neighbourhood, a connector that listens, and a store that takes what it hands over.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use kith::chat::discord::{Discord, DiscordSettings};
use kith::chat::{Connector, Delivery, Inlet, ListenError, Start};
use kith::domain::clock::Timestamp;
use kith::domain::ids::{ChannelId, ConnectorId, GroupId, PersonId, Place};
use kith::domain::inbound::{Event, Inbound, Message};
use kith::domain::settings::{Area, AskedBy, Channel, ChannelRole, Leaks, Listening};
use kith::sim::discord::DiscordSim;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Longer than anything takes; reached only where a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What would be on disk.
#[derive(Default)]
pub(crate) struct Disk {
    pub(crate) inbound: Vec<Inbound>,
    pub(crate) cursors: HashMap<String, String>,
    pub(crate) repeats: usize,
    pub(crate) refuses: usize,
    keys: HashSet<String>,
}

/// The disk, and word of every change of it.
#[derive(Clone)]
pub(crate) struct Store {
    disk: Arc<Mutex<Disk>>,
    changed: Arc<watch::Sender<u64>>,
}

impl Store {
    fn new() -> Self {
        Self {
            disk: Arc::default(),
            changed: Arc::new(watch::Sender::new(0)),
        }
    }

    pub(crate) fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap()
    }

    /// Makes the next deliveries fail to be committed.
    pub(crate) fn refuse(&self, deliveries: usize) {
        self.disk().refuses = deliveries;
    }

    fn commit(&self, delivery: Delivery) {
        let mut disk = self.disk();
        if disk.refuses > 0 {
            disk.refuses -= 1;
            return;
        }
        for inbound in delivery.inbound {
            // What goes to disk is JSON; it must read back as it was, without the words of others.
            let text = serde_json::to_string(&inbound).unwrap();
            let kept = serde_json::from_str::<Inbound>(&text).unwrap();
            assert_eq!(kept, without_others_words(inbound.clone()));
            if disk.keys.insert(inbound.key.to_string()) {
                disk.inbound.push(inbound);
            } else {
                disk.repeats += 1;
            }
        }
        disk.cursors.extend(delivery.cursors);
        drop(disk);
        delivery.committed.send(()).ok();
        self.changed.send_modify(|count| *count += 1);
    }

    /// Waits until something is on disk, and gives it.
    pub(crate) async fn wait_for<T>(&self, mut find: impl FnMut(&Disk) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        let search = async {
            loop {
                changes.borrow_and_update();
                if let Some(found) = find(&self.disk()) {
                    return found;
                }
                changes.changed().await.unwrap();
            }
        };
        let found = tokio::time::timeout(PATIENCE, search).await;
        found.unwrap_or_else(|_| {
            let disk = self.disk();
            let keys: Vec<_> = disk.inbound.iter().map(described).collect();
            panic!(
                "what was expected did not come; on disk: {keys:?} {:?}",
                disk.cursors
            )
        })
    }

    /// Waits until as many messages are on disk, and gives their texts in the order of arrival.
    pub(crate) async fn texts(&self, count: usize) -> Vec<String> {
        self.wait_for(|disk| {
            let texts: Vec<String> = messages(disk)
                .map(|message| message.text.reveal().clone())
                .collect();
            (texts.len() >= count).then_some(texts)
        })
        .await
    }

    /// Waits for an inbound by its event.
    pub(crate) async fn event<T>(&self, find: impl Fn(&Event) -> Option<T>) -> T {
        self.wait_for(|disk| disk.inbound.iter().find_map(|inbound| find(&inbound.event)))
            .await
    }

    /// Waits until the channel's cursor is at the message, or beyond.
    pub(crate) async fn swept_to(&self, channel: u64, message: u64) {
        self.wait_for(|disk| {
            let at: u64 = disk
                .cursors
                .get(&format!("after/{channel}"))?
                .parse()
                .ok()?;
            (at >= message).then_some(())
        })
        .await;
    }
}

fn without_others_words(mut inbound: Inbound) -> Inbound {
    if let Event::Message(message) | Event::Edited(message) = &mut inbound.event {
        message.answered = None;
    }
    inbound
}

fn described(inbound: &Inbound) -> String {
    match &inbound.event {
        Event::Malformed { error, .. } => format!("{}: {error}", inbound.key),
        _ => inbound.key.to_string(),
    }
}

pub(crate) fn messages(disk: &Disk) -> impl Iterator<Item = &Message> {
    disk.inbound
        .iter()
        .filter_map(|inbound| match &inbound.event {
            Event::Message(message) => Some(message),
            _ => None,
        })
}

/// A neighbourhood with an intake channel and two neighbours.
pub(crate) struct Bench {
    pub(crate) sim: DiscordSim,
    pub(crate) store: Store,
    pub(crate) guild: u64,
    pub(crate) help: u64,
    pub(crate) asha: u64,
    pub(crate) ben: u64,
    pub(crate) channels: watch::Sender<Vec<Channel>>,
    pub(crate) sweep_every: Duration,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let sim = DiscordSim::start().await.unwrap();
        let guild = sim.add_guild("Fernhill");
        let help = sim.add_channel(guild, "help");
        let (asha, ben) = (sim.add_person("Asha Rowe"), sim.add_person("Ben Okoro"));
        sim.join(guild, asha);
        sim.join(guild, ben);
        let bench = Self {
            sim,
            store: Store::new(),
            guild,
            help,
            asha,
            ben,
            channels: watch::Sender::new(Vec::new()),
            sweep_every: Duration::from_mins(5),
        };
        bench.set_up(help, ChannelRole::Intake);
        bench
    }

    /// Sets a channel up as of now.
    pub(crate) fn set_up(&self, channel: u64, role: ChannelRole) {
        let place = Place {
            connector: ConnectorId::new("discord"),
            channel: ChannelId::new(channel.to_string()),
        };
        let set = Channel {
            place: place.clone(),
            group: GroupId::new(self.guild.to_string()),
            role,
            listening: Listening::Ask,
            asking: AskedBy::default(),
            leaks: Leaks::default(),
            area: Area::default(),
            set_by: PersonId::new(self.ben.to_string()),
            set_at: Timestamp::from_millis(i64::try_from(self.sim.now()).unwrap()),
        };
        self.channels.send_modify(|channels| {
            channels.retain(|channel| channel.place != place);
            channels.push(set);
        });
    }

    pub(crate) fn settings(&self) -> DiscordSettings {
        DiscordSettings {
            api_url: Some(Url::parse(&self.sim.api_url()).unwrap()),
            gateway_url: Some(Url::parse(&self.sim.gateway_url()).unwrap()),
            sweep_every: self.sweep_every,
            ..DiscordSettings::new(self.sim.token().into_private())
        }
    }

    pub(crate) fn discord(&self) -> Arc<Discord> {
        Arc::new(Discord::new(self.settings()).unwrap())
    }

    /// Starts a connector from the cursors on disk and waits until it is connected.
    pub(crate) async fn start(&self) -> Bot {
        let bot = self.begin();
        let connected = self.sim.wait_until(|sim| sim.connected() == 1, PATIENCE);
        connected.await.unwrap();
        self.store
            .wait_for(|disk| disk.cursors.contains_key("session").then_some(()))
            .await;
        bot
    }

    /// Starts a connector from the cursors on disk.
    #[expect(
        clippy::disallowed_methods,
        reason = "a test watches its own tasks by their handles"
    )]
    pub(crate) fn begin(&self) -> Bot {
        let discord = self.discord();
        let stop = CancellationToken::new();
        let (sender, mut deliveries) = mpsc::channel(8);
        let start = Start {
            inlet: Inlet::new(discord.id(), sender),
            cursors: self.store.disk().cursors.clone(),
            channels: self.channels.subscribe(),
            stop: stop.clone(),
        };
        let store = self.store.clone();
        let taking = tokio::spawn(async move {
            while let Some(delivery) = deliveries.recv().await {
                store.commit(delivery);
            }
        });
        let listener = Arc::clone(&discord);
        let listening = tokio::spawn(async move { listener.listen(start).await });
        Bot {
            discord,
            stop,
            listening,
            taking,
        }
    }

    /// Waits until the commands are registered, so that people can use them.
    pub(crate) async fn commands(&self) {
        let there = |sim: &DiscordSim| sim.command_names().contains(&"need".to_owned());
        self.sim.wait_until(there, PATIENCE).await.unwrap();
    }
}

/// A connector that listens.
pub(crate) struct Bot {
    pub(crate) discord: Arc<Discord>,
    stop: CancellationToken,
    listening: JoinHandle<Result<(), ListenError>>,
    taking: JoinHandle<()>,
}

impl Bot {
    /// Stops as on SIGTERM.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(PATIENCE, self.listening).await;
        ended.unwrap().unwrap().unwrap();
        self.taking.await.unwrap();
    }

    /// Stops as on SIGKILL: nothing more is handed over, said or closed.
    pub(crate) async fn crash(self) {
        self.taking.abort();
        self.listening.abort();
        self.listening.await.ok();
    }
}

/// Shortens wrapping a text.
pub(crate) trait IntoPrivate {
    fn into_private(self) -> kith::domain::private::Private<String>;
}

impl IntoPrivate for String {
    fn into_private(self) -> kith::domain::private::Private<String> {
        kith::domain::private::Private::new(self)
    }
}
