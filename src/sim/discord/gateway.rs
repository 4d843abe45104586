//! The gateway: one conversation over one WebSocket, from HELLO to the close code.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message as Packet, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, Query, State};
use axum::response::Response;
use flate2::{Compress, Compression, FlushCompress};
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use super::Shared;
use super::line::Cut;
use super::session::{Control, Frame, KNOWN_INTENTS, PRIVILEGED};
use crate::sim::faults::Outcome;

/// How long an event waits for another one to change places with.
const HELD_FOR: Duration = Duration::from_millis(50);

/// How long the other side may take to close.
const CLOSING_TIME: Duration = Duration::from_secs(2);

/// How many events are sent before the conversation listens again.
const BATCH: usize = 256;

/// The largest packet that a bot may send (documentation: "Sending Events").
const LARGEST_PACKET: usize = 4096;

/// Why a conversation ends.
enum End {
    /// The server closes with this code (documentation: "Gateway Close Event Codes").
    Close(u16, &'static str),
    /// The line is gone.
    Gone,
    /// The bot closed and means to resume.
    Left,
    /// The bot closed with 1000 or 1001, which ends its session.
    GivenUp,
}

type Step = Result<(), End>;

/// Answers the upgrade request.
pub(super) async fn connect(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Query(query): Query<HashMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade.on_upgrade(move |socket| async move {
        let compressed = query.get("compress").map(String::as_str) == Some("zlib-stream");
        let wire = Wire {
            socket,
            deflate: compressed.then(|| Compress::new(Compression::fast(), true)),
        };
        let supported = query.get("v").is_none_or(|version| version == "10")
            && query.get("encoding").is_none_or(|name| name == "json");
        Conversation::begin(shared, wire, cut).run(supported).await;
    })
}

/// The socket, with the compression that the bot asked for.
struct Wire {
    socket: WebSocket,
    deflate: Option<Compress>,
}

impl Wire {
    async fn send(&mut self, text: &str) -> Step {
        let packet = match &mut self.deflate {
            None => Packet::text(text.to_owned()),
            Some(deflate) => Packet::binary(compress(deflate, text.as_bytes())),
        };
        self.socket.send(packet).await.map_err(|_| End::Gone)
    }

    /// Lets the closing handshake come to its end.
    async fn finish(&mut self) {
        let rest = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        tokio::time::timeout(CLOSING_TIME, rest).await.ok();
    }
}

/// One packet of the zlib stream: it ends with a sync flush, so that the reader sees its end.
fn compress(deflate: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(bytes.len() / 2 + 128);
    let before = deflate.total_in();
    loop {
        let done = usize::try_from(deflate.total_in() - before).unwrap_or(bytes.len());
        // Compressing into memory can only run out of space, and there is more of that.
        let status = deflate.compress_vec(&bytes[done..], &mut output, FlushCompress::Sync);
        let consumed = usize::try_from(deflate.total_in() - before).unwrap_or(bytes.len());
        if status.is_err() || (consumed == bytes.len() && output.len() < output.capacity()) {
            return output;
        }
        output.reserve(output.capacity().max(128));
    }
}

struct Conversation {
    shared: Arc<Shared>,
    wire: Wire,
    cut: Cut,
    key: u64,
    control: mpsc::UnboundedReceiver<Control>,
    session: Option<String>,
    next: u64,
    resumed_at: u64,
    wake: Arc<Notify>,
}

impl Conversation {
    fn begin(shared: Arc<Shared>, wire: Wire, cut: Cut) -> Self {
        let (sender, control) = mpsc::unbounded_channel();
        let key = shared.with(|world| {
            let key = world.clock.next_id();
            world.connections.insert(key, sender);
            key
        });
        Self {
            shared,
            wire,
            cut,
            key,
            control,
            session: None,
            next: 1,
            resumed_at: 0,
            wake: Arc::new(Notify::new()),
        }
    }

    async fn run(mut self, supported: bool) {
        let end = if supported {
            self.converse().await
        } else {
            Err(End::Close(4012, "Invalid API version"))
        };
        let mut ends_session = false;
        match end {
            Err(End::Close(code, reason)) => {
                let frame = CloseFrame {
                    code,
                    reason: Utf8Bytes::from_static(reason),
                };
                self.wire.socket.send(Packet::Close(Some(frame))).await.ok();
                // The bot answers a close with a close; until then the line stays open.
                self.wire.finish().await;
            }
            Err(End::GivenUp) => {
                ends_session = true;
                self.wire.finish().await;
            }
            Err(End::Left) => self.wire.finish().await,
            Err(End::Gone) | Ok(()) => self.cut.cut(),
        }
        let (key, session) = (self.key, self.session.take());
        self.shared.with(|world| {
            world.connections.remove(&key);
            let now = world.clock.now();
            let Some(name) = session else { return };
            if ends_session {
                world.sessions.remove(&name);
            } else if let Some(session) = world.sessions.get_mut(&name)
                && session.connection == Some(key)
            {
                session.connection = None;
                session.left_at = now;
            }
        });
    }

    async fn converse(&mut self) -> Step {
        let interval = self.shared.peek(|world| world.heartbeat_interval);
        let hello = json!({ "t": null, "s": null, "op": 10, "d": {
            "heartbeat_interval": interval, "_trace": ["[\"simulated-gateway\"]"] } });
        self.wire.send(&hello.to_string()).await?;
        loop {
            let wake = Arc::clone(&self.wake);
            let held = self.holds_back();
            tokio::select! {
                packet = self.wire.socket.recv() => match packet {
                    Some(Ok(packet)) => self.receive(packet).await?,
                    Some(Err(_)) | None => return Err(End::Gone),
                },
                control = self.control.recv() => match control {
                    Some(Control::Send(text)) => self.wire.send(&text).await?,
                    Some(Control::Close(code, reason)) => return Err(End::Close(code, reason)),
                    Some(Control::Drop) | None => return Err(End::Gone),
                },
                () = wake.notified() => {}
                () = tokio::time::sleep(HELD_FOR), if held => self.release_held(),
            }
            self.send_events().await?;
        }
    }

    async fn receive(&mut self, packet: Packet) -> Step {
        let bytes = match packet {
            Packet::Text(text) => text.as_bytes().to_vec(),
            Packet::Binary(bytes) => bytes.to_vec(),
            Packet::Ping(_) | Packet::Pong(_) => return Ok(()),
            Packet::Close(frame) => {
                return Err(match frame.map(|frame| frame.code) {
                    Some(1000 | 1001) => End::GivenUp,
                    _ => End::Left,
                });
            }
        };
        let decoded = (bytes.len() <= LARGEST_PACKET)
            .then(|| serde_json::from_slice::<Value>(&bytes).ok())
            .flatten();
        let Some(packet) = decoded else {
            return Err(End::Close(4002, "Error while decoding payload."));
        };
        let data = &packet["d"];
        match packet["op"].as_u64() {
            Some(1) => self.acknowledge().await,
            Some(2) => self.identify(data),
            Some(6) => self.resume(data).await,
            Some(3 | 4 | 8 | 31) if self.session.is_some() => Ok(()),
            Some(3 | 4 | 8 | 31) => Err(End::Close(4003, "Not authenticated.")),
            _ => Err(End::Close(4001, "Unknown opcode.")),
        }
    }

    async fn acknowledge(&mut self) -> Step {
        if self.shared.peek(|world| world.acknowledges_heartbeats) {
            self.wire.send(r#"{"t":null,"s":null,"op":11}"#).await?;
        }
        Ok(())
    }

    fn identify(&mut self, data: &Value) -> Step {
        let (key, current) = (self.key, self.session.clone());
        let opened = self.shared.with(|world| {
            if current.is_some_and(|session| world.sessions.contains_key(&session)) {
                return Err(End::Close(4005, "Already authenticated."));
            }
            if !is_token(data, &world.token) {
                return Err(End::Close(4004, "Authentication failed."));
            }
            if !data["properties"].is_object() {
                return Err(End::Close(4002, "Error while decoding payload."));
            }
            let intents = data["intents"].as_u64();
            let Some(intents) = intents.filter(|bits| bits & !KNOWN_INTENTS == 0) else {
                return Err(End::Close(4013, "Invalid intent(s)."));
            };
            if intents & PRIVILEGED & !world.granted_intents != 0 {
                return Err(End::Close(4014, "Disallowed intent(s)."));
            }
            let shard = &data["shard"];
            if !shard.is_null() && shard[0].as_u64() >= shard[1].as_u64() {
                return Err(End::Close(4010, "Invalid shard."));
            }
            let name = world.open_session(intents, shard);
            Ok(attach(world, key, &name).map(|wake| (name, wake)))
        })?;
        if let Some((name, wake)) = opened {
            self.session = Some(name);
            self.wake = wake;
            self.next = 1;
        }
        Ok(())
    }

    async fn resume(&mut self, data: &Value) -> Step {
        let (key, current) = (self.key, self.session.clone());
        let name = data["session_id"].as_str().unwrap_or_default().to_owned();
        let sequence = data["seq"].as_u64();
        let resumed = self.shared.with(|world| {
            if current.is_some_and(|session| world.sessions.contains_key(&session)) {
                return Err(End::Close(4005, "Already authenticated."));
            }
            if !is_token(data, &world.token) {
                return Err(End::Close(4004, "Authentication failed."));
            }
            let now = world.clock.now();
            let Some(session) = world.sessions.get_mut(&name) else {
                return Ok(None);
            };
            let Some(sequence) = sequence.filter(|sequence| *sequence <= session.sequence) else {
                return Err(End::Close(4007, "Invalid seq."));
            };
            if session.is_expired(now) || !session.reaches_back_to(sequence) {
                world.sessions.remove(&name);
                return Ok(None);
            }
            session.release_held();
            session.push("RESUMED", r#"{"_trace":[]}"#);
            let resumed_at = session.sequence;
            world.counters.resumes += 1;
            Ok(attach(world, key, &name).map(|wake| (wake, sequence + 1, resumed_at)))
        })?;
        let Some((wake, next, resumed_at)) = resumed else {
            return self
                .wire
                .send(r#"{"t":null,"s":null,"op":9,"d":false}"#)
                .await;
        };
        self.session = Some(name);
        self.wake = wake;
        self.next = next;
        self.resumed_at = resumed_at;
        Ok(())
    }

    /// Sends what the session holds and this conversation hasn't sent yet.
    async fn send_events(&mut self) -> Step {
        loop {
            let frames = self.pending();
            if frames.is_empty() {
                return Ok(());
            }
            for frame in frames {
                self.next = frame.sequence + 1;
                if frame.replayed || frame.sequence == self.resumed_at {
                    self.send_event(&frame).await?;
                }
            }
        }
    }

    async fn send_event(&mut self, frame: &Frame) -> Step {
        let faults = self.shared.faults();
        let delay = faults.delay();
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        match faults.decide() {
            Outcome::Drop => Err(End::Gone),
            Outcome::LoseAnswer => {
                self.wire.send(&frame.text).await?;
                Err(End::Gone)
            }
            Outcome::Proceed | Outcome::Fail(_) | Outcome::Limit(_) => {
                self.wire.send(&frame.text).await
            }
        }
    }

    fn pending(&self) -> Vec<Frame> {
        let Some(name) = &self.session else {
            return Vec::new();
        };
        self.shared.quietly(|world| {
            let Some(session) = world.sessions.get_mut(name) else {
                return Vec::new();
            };
            if session.connection != Some(self.key) {
                return Vec::new();
            }
            session.sent = self.next - 1;
            let first = session.frames.front().map_or(1, |frame| frame.sequence);
            let skip = usize::try_from(self.next.saturating_sub(first)).unwrap_or(usize::MAX);
            session
                .frames
                .iter()
                .skip(skip)
                .take(BATCH)
                .cloned()
                .collect()
        })
    }

    fn holds_back(&self) -> bool {
        let Some(name) = &self.session else {
            return false;
        };
        self.shared.peek(|world| {
            world
                .sessions
                .get(name)
                .is_some_and(super::session::Session::holds_back)
        })
    }

    fn release_held(&self) {
        if let Some(name) = &self.session {
            self.shared.with(|world| {
                if let Some(session) = world.sessions.get_mut(name) {
                    session.release_held();
                }
            });
        }
    }
}

/// Makes this connection the session's own; an older one that is still open is dropped.
fn attach(world: &mut super::world::World, key: u64, name: &str) -> Option<Arc<Notify>> {
    let session = world.sessions.get_mut(name)?;
    let older = session.connection.replace(key);
    let wake = Arc::clone(&session.wake);
    if let Some(connection) = older.and_then(|older| world.connections.get(&older)) {
        connection.send(Control::Drop).ok();
    }
    wake.notify_one();
    Some(wake)
}

fn is_token(data: &Value, token: &str) -> bool {
    let given = data["token"].as_str().unwrap_or_default();
    given.strip_prefix("Bot ").unwrap_or(given) == token
}
