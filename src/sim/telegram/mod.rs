//! A simulated Telegram Bot API server.
//!
//! [`TelegramSim`] is the server, the network of chats behind it and the hands of the people
//! in them. The bot under test speaks HTTP to [`TelegramSim::url`]; tests and the demo act as
//! people and look at what these see. The rules are those of the published Bot API
//! (<https://core.telegram.org/bots/api>) and of its open-source server.

mod call;
mod entities;
mod http;
mod limits;
mod membership;
mod methods;
mod people;
mod queue;
mod shape;
mod shared;
mod view;
mod watch;
mod world;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

pub use self::view::{
    Button, CallCount, ChatId, Choice, Happened, Happening, PersonId, RateLimits, SeenMessage,
    Sender, ShownAnswer, SimError, TimedOut,
};
pub use self::watch::View;

use self::queue::UPDATE_LIFE;
use self::shared::Shared;
use super::faults::{FaultBox, Outcome};
use super::serve::Server;

/// The token that the simulated server knows.
const TOKEN: &str = "6055512021:AAHsimulated-token-for-kith-0000000";
/// The bot's name.
const USERNAME: &str = "kith_sim_bot";

/// A running simulated server with its chats. It stops when it is dropped.
pub struct TelegramSim {
    shared: Arc<Shared>,
    server: Mutex<Option<Server>>,
    port: u16,
}

impl TelegramSim {
    /// Starts on a free port.
    pub async fn start() -> io::Result<Self> {
        Self::start_at(0).await
    }

    /// Starts on a given port, so that a new simulator can take the place of a stopped one.
    pub async fn start_at(port: u16) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(TOKEN, USERNAME));
        let server = Server::start(port, http::app(Arc::clone(&shared))).await?;
        let port = server.port();
        Ok(Self {
            shared,
            server: Mutex::new(Some(server)),
            port,
        })
    }

    /// The address for a bot's `set_api_url`, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port, for [`TelegramSim::start_at`].
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The bot's token.
    pub fn token(&self) -> &str {
        &self.shared.token
    }

    /// The bot's name, without the @.
    pub fn bot_username(&self) -> &str {
        &self.shared.username
    }

    /// The switchboard of faults, for the calls and for the updates.
    pub fn faults(&self) -> &FaultBox {
        &self.shared.faults
    }

    /// Plans what happens to the next call of one method, before any fault is drawn. Plans for
    /// the same method are used up in the order in which they were made.
    pub fn fail_next(&self, method: &str, outcome: Outcome) {
        self.shared.plan(method, outcome);
    }

    /// Refuses connections and drops the open ones; the chats live on and updates gather.
    pub fn go_down(&self) {
        self.server
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    /// Listens again at the same address.
    pub async fn come_back(&self) -> io::Result<()> {
        let server = Server::start(self.port, http::app(Arc::clone(&self.shared))).await?;
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        Ok(())
    }

    /// Moves the server's clock forward: updates expire after 24 hours, presses after 150 s.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
        self.shared.act(|_| ());
    }

    /// Switches privacy mode, which is off at first. As with Telegram, a group that the bot is
    /// already in keeps the mode until the bot is removed and added again.
    pub fn set_privacy(&self, on: bool) {
        self.shared.act(|world| world.privacy = on);
    }

    /// Limits how much the bot may send, or lifts the limits; at first there are none.
    pub fn set_rate_limits(&self, limits: Option<RateLimits>) {
        self.shared.act(|world| world.limiter.set(limits));
    }

    /// How many sends and edits were refused by the limits.
    pub fn refused_by_limits(&self) -> u64 {
        self.shared.look(|world| world.limiter.refused())
    }

    /// Keeps only the bot's messages from now on, so that a load test's memory stays flat.
    /// What people wrote can then be answered but not be looked at, edited or deleted.
    pub fn forget_history(&self, forget: bool) {
        self.shared.act(|world| world.forget = forget);
    }

    /// Queues an update as it is, whatever the bot asked for; an object without `update_id` is
    /// given the next one.
    pub fn inject_raw_update(&self, update: Value) {
        self.shared
            .act(|world| world.queue.push_raw(update, world.now + UPDATE_LIFE));
    }

    /// The next `getUpdates` is answered with exactly this, valid JSON or not.
    pub fn inject_raw_body(&self, body: impl Into<String>) {
        self.shared
            .act(|world| world.queue.push_raw_body(body.into()));
    }

    /// How many updates the bot has not confirmed yet.
    pub fn pending_updates(&self) -> usize {
        self.shared.look(|world| world.queue.pending())
    }

    /// How many polls have begun, those included that still wait.
    pub fn polls_begun(&self) -> u64 {
        self.shared.look(|world| world.queue.polls())
    }

    /// How many updates were made so far, those included that found the queue full.
    pub fn updates_made(&self) -> u64 {
        self.shared.look(|world| world.queue.totals().0)
    }

    /// How many updates were lost because the queue was full.
    pub fn updates_dropped(&self) -> u64 {
        self.shared.look(|world| world.queue.totals().1)
    }

    /// How many messages the bot has sent, in all chats.
    pub fn bot_messages(&self) -> u64 {
        self.shared.look(|world| world.bot_messages)
    }

    /// How often each method was called, by its documented name.
    pub fn calls(&self) -> BTreeMap<&'static str, CallCount> {
        self.shared.look(|world| world.calls.clone())
    }
}
