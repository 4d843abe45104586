//! Making things go wrong, or faster: switches for tests and the demo.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::broadcast;

use super::people::Happening;
use super::session::{Control, GUILD_MEMBERS, GUILD_PRESENCES, MESSAGE_CONTENT};
use super::{DiscordSim, server};
use crate::sim::faults::FaultBox;

impl DiscordSim {
    /// Grants the message content intent, or takes it away. It is granted at first. Live
    /// sessions keep what they have; REST follows at once.
    pub fn grant_content_intent(&self, granted: bool) {
        self.grant(MESSAGE_CONTENT, granted);
    }

    /// Grants the members and presences intents, or takes them away. At first they aren't.
    pub fn grant_member_intents(&self, granted: bool) {
        self.grant(GUILD_MEMBERS | GUILD_PRESENCES, granted);
    }

    fn grant(&self, intents: u64, granted: bool) {
        self.shared.with(|world| {
            if granted {
                world.granted_intents |= intents;
            } else {
                world.granted_intents &= !intents;
            }
        });
    }

    /// The switchboard of faults: they apply to REST calls and to gateway events.
    pub fn faults(&self) -> FaultBox {
        self.shared.faults()
    }

    /// Enforces rate limits: 50 calls a second, 5 messages per 5 seconds and channel. Off at
    /// first.
    pub fn enforce_limits(&self, enforced: bool) {
        self.shared.with(|world| world.limits.enforced = enforced);
    }

    /// Pushes the simulated clock ahead.
    pub fn advance(&self, by: Duration) {
        self.shared.with(|world| world.clock.advance(by));
    }

    /// Simulated time now, in milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.shared.peek(|world| world.clock.now())
    }

    /// Sends an event with this name and payload to every session, numbered like any other.
    pub fn inject_raw_dispatch(&self, event: &str, data: &Value) {
        self.shared.with(|world| {
            for session in world.sessions.values_mut() {
                session.push(event, &data.to_string());
            }
        });
    }

    /// Sends a text as it is on every open gateway connection.
    pub fn inject_raw_text(&self, text: &str) {
        self.control_all(&Control::Send(text.to_owned()));
    }

    /// Drops every gateway connection without a close frame. Sessions can be resumed.
    pub fn drop_connections(&self) {
        self.control_all(&Control::Drop);
    }

    /// Closes every gateway connection with a code (documentation: "Gateway Close Event
    /// Codes"). 4007 and 4009 end the session, as there.
    pub fn close_connections(&self, code: u16) {
        if matches!(code, 1000 | 1001 | 4007 | 4009) {
            self.shared.with(|world| world.sessions.clear());
        }
        self.control_all(&Control::Close(code, "Simulated close."));
    }

    /// Asks every connection to reconnect and resume: op 7.
    pub fn request_reconnect(&self) {
        self.inject_raw_text(r#"{"t":null,"s":null,"op":7,"d":null}"#);
    }

    /// Tells every connection that its session is invalid: op 9. Unless it is resumable the
    /// session and all that it buffered are gone.
    pub fn invalidate_session(&self, resumable: bool) {
        self.control_all(&Control::Send(format!(
            r#"{{"t":null,"s":null,"op":9,"d":{resumable}}}"#
        )));
        if !resumable {
            self.forget_sessions();
        }
    }

    /// Forgets every session without a word: the next resume fails.
    pub fn forget_sessions(&self) {
        self.shared.with(|world| world.sessions.clear());
    }

    /// Lets live sessions silently miss these kinds of event, until the next IDENTIFY.
    pub fn mute_events(&self, events: &[&str]) {
        self.shared.with(|world| {
            world.muted = events.iter().map(|event| (*event).to_owned()).collect();
        });
    }

    /// Sets how many events are kept for a session to be resumed: 20,000 at first. What an
    /// open connection hasn't got yet is kept in any case.
    pub fn set_replay_limit(&self, events: usize) {
        self.shared.with(|world| {
            world.replay_limit = events;
            for session in world.sessions.values_mut() {
                session.replay_limit = events;
            }
        });
    }

    /// Sets the heartbeat interval, in milliseconds, for connections to come.
    pub fn set_heartbeat_interval(&self, milliseconds: u64) {
        self.shared
            .with(|world| world.heartbeat_interval = milliseconds);
    }

    /// Stops answering heartbeats (or starts again): a bot must notice and reconnect.
    pub fn acknowledge_heartbeats(&self, acknowledged: bool) {
        self.shared
            .with(|world| world.acknowledges_heartbeats = acknowledged);
    }

    /// Takes the whole server off the network: connections are cut and new ones refused. What
    /// it knows stays, and people go on chatting.
    pub fn go_offline(&self) {
        self.server.stop();
    }

    /// Comes back at the same address.
    pub async fn come_online(&self) -> io::Result<()> {
        let listener = server::bind(self.port).await?;
        self.server.start(&self.shared, listener);
        Ok(())
    }

    /// How many sessions were opened by IDENTIFY.
    pub fn identifies(&self) -> u64 {
        self.shared.peek(|world| world.counters.identifies)
    }

    /// How many sessions were resumed.
    pub fn resumes(&self) -> u64 {
        self.shared.peek(|world| world.counters.resumes)
    }

    /// How many gateway connections have a session now.
    pub fn connected(&self) -> usize {
        self.shared.peek(|world| {
            let sessions = world.sessions.values();
            sessions.filter(|it| it.connection.is_some()).count()
        })
    }

    /// The REST calls that were handled, by method and route with ids left out:
    /// `"POST /channels/{id}/messages"`.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.shared.peek(|world| world.counters.calls.clone())
    }

    /// How many REST answers had each status.
    pub fn statuses(&self) -> BTreeMap<u16, u64> {
        self.shared.peek(|world| world.counters.statuses.clone())
    }

    /// What happens from now on, as a stream.
    pub fn transcript(&self) -> broadcast::Receiver<Happening> {
        self.shared.peek(|world| world.transcript.subscribe())
    }

    fn control_all(&self, control: &Control) {
        self.shared.with(|world| {
            for connection in world.connections.values() {
                connection.send(control.clone()).ok();
            }
        });
    }
}
