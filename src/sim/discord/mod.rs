//! A simulated Discord: REST and gateway on one loopback address, and the people who use it.
//!
//! It is written from Discord's published documentation and shares no code with the connector,
//! so that the two don't share a mistake. What it knows outlives the bot: a bot that comes back
//! finds its channels, its history and, for three minutes, its session.
//!
//! | part | what it is |
//! |---|---|
//! | `world` | people, guilds, channels, messages, interactions, behind one lock |
//! | `permissions`, `mentions` | who may do what, and whom a message notifies |
//! | `payload` | the same as JSON |
//! | `session`, `gateway` | events, their numbers and intents; the WebSocket |
//! | `rest` | the API, with Discord's error codes and limits |
//! | `people` | what people do and see |
//! | `control` | switches for tests |

mod clock;
mod control;
mod gateway;
mod line;
mod mentions;
mod payload;
mod people;
mod permissions;
mod rest;
mod server;
mod session;
mod world;

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

pub use people::{
    Happening, Impossible, InteractionHandle, SeenAnswer, SeenButton, SeenField, SeenMessage,
    SeenModal, TimedOut, What,
};
use tokio::sync::watch;

use self::server::Server;
use self::world::World;
use crate::sim::faults::FaultBox;

/// A simulated Discord. Clones share it; the last one to go stops the server.
///
/// Ids are Discord's numbers. Building methods (`add_…`, `set_…`) ignore ids that don't exist;
/// what people do is an error when Discord's own window would not offer it.
#[derive(Clone)]
pub struct DiscordSim {
    shared: Arc<Shared>,
    server: Arc<Server>,
    port: u16,
}

impl fmt::Debug for DiscordSim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DiscordSim")
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// What the server's handlers and the handles share.
struct Shared {
    world: Mutex<World>,
    changed: watch::Sender<u64>,
    faults: FaultBox,
}

impl Shared {
    /// Looks at the world and perhaps changes it; whoever waits for a change looks again.
    fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let result = act(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_modify(|count| *count += 1);
        result
    }

    /// Changes something that nobody waits for.
    fn quietly<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the world only.
    fn peek<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn faults(&self) -> FaultBox {
        self.faults.clone()
    }
}

impl DiscordSim {
    /// Starts on any free port.
    pub async fn start() -> io::Result<Self> {
        Self::start_at(0).await
    }

    /// Starts on a given port, so that a simulator that is started again keeps its address.
    pub async fn start_at(port: u16) -> io::Result<Self> {
        let listener = server::bind(port).await?;
        let port = listener.local_addr()?.port();
        let faults = FaultBox::new();
        let mut world = World::new(faults.clone());
        world.gateway_url = format!("ws://127.0.0.1:{port}/gateway");
        let shared = Arc::new(Shared {
            world: Mutex::new(world),
            changed: watch::Sender::new(0),
            faults,
        });
        let server = Arc::new(Server::default());
        server.start(&shared, listener);
        Ok(Self {
            shared,
            server,
            port,
        })
    }

    /// The base address of REST: calls go to `{api_url}/api/v10/…`.
    pub fn api_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The address of the gateway, without its query.
    pub fn gateway_url(&self) -> String {
        self.shared.peek(|world| world.gateway_url.clone())
    }

    /// The port of both.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The bot's token.
    pub fn token(&self) -> String {
        self.shared.peek(|world| world.token.clone())
    }

    /// The id of the bot's application.
    pub fn application_id(&self) -> u64 {
        self.shared.peek(|world| world.application)
    }

    /// The bot's own user id.
    pub fn bot_id(&self) -> u64 {
        self.shared.peek(|world| world.bot)
    }
}
