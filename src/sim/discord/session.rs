//! Gateway sessions: intents, sequence numbers, the buffer from which a session is resumed,
//! and the delivery of an event to every session that may see it.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::payload::{Withheld, id, user};
use super::permissions::VIEW_CHANNEL;
use super::world::{Message, World};

const GUILDS: u64 = 1;
pub(super) const GUILD_MEMBERS: u64 = 1 << 1;
pub(super) const GUILD_PRESENCES: u64 = 1 << 8;
const GUILD_MESSAGES: u64 = 1 << 9;
const GUILD_MESSAGE_REACTIONS: u64 = 1 << 10;
const DIRECT_MESSAGES: u64 = 1 << 12;
const DIRECT_MESSAGE_REACTIONS: u64 = 1 << 13;
pub(super) const MESSAGE_CONTENT: u64 = 1 << 15;

/// Every intent that has a name (documentation: "List of Intents").
pub(super) const KNOWN_INTENTS: u64 = 0x1_ffff | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;

/// Intents that must be granted to the app before it may ask for them.
pub(super) const PRIVILEGED: u64 = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT;

/// How many events are kept for a session to be resumed, unless a test says otherwise.
pub(super) const REPLAY_LIMIT: usize = 20_000;

/// How long a session without a connection can be resumed, in milliseconds.
const RESUMABLE_FOR: u64 = 180_000;

/// What a test or another connection asks of one open connection.
#[derive(Clone, Debug)]
pub(super) enum Control {
    Send(String),
    Close(u16, &'static str),
    Drop,
}

/// One numbered dispatch, ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) sequence: u64,
    pub(super) text: Arc<str>,
    pub(super) replayed: bool,
}

/// A session of a bot.
pub(super) struct Session {
    pub(super) id: String,
    pub(super) intents: u64,
    pub(super) replay_limit: usize,
    pub(super) sequence: u64,
    pub(super) frames: VecDeque<Frame>,
    pub(super) connection: Option<u64>,
    pub(super) left_at: u64,
    pub(super) sent: u64,
    pub(super) wake: Arc<Notify>,
    held: Option<(String, Arc<str>)>,
}

impl Session {
    fn new(id: String, intents: u64, replay_limit: usize) -> Self {
        Self {
            id,
            intents,
            replay_limit,
            sequence: 0,
            frames: VecDeque::new(),
            connection: None,
            left_at: 0,
            sent: 0,
            wake: Arc::new(Notify::new()),
            held: None,
        }
    }

    /// Numbers an event and puts it into the buffer.
    pub(super) fn push(&mut self, name: &str, data: &str) {
        self.sequence += 1;
        let sequence = self.sequence;
        self.frames.push_back(Frame {
            sequence,
            text: format!(r#"{{"t":"{name}","s":{sequence},"op":0,"d":{data}}}"#).into(),
            replayed: name != "RESUMED",
        });
        // What an open connection hasn't sent yet is kept in any case.
        while self.frames.len() > self.replay_limit
            && (self.connection.is_none() || self.frames[0].sequence <= self.sent)
        {
            self.frames.pop_front();
        }
        self.wake.notify_one();
    }

    /// Whether every event after `sequence` is still in the buffer.
    pub(super) fn reaches_back_to(&self, sequence: u64) -> bool {
        self.frames
            .front()
            .is_none_or(|first| first.sequence <= sequence + 1)
    }

    /// Whether the session has been without a connection for too long.
    pub(super) fn is_expired(&self, now: u64) -> bool {
        self.connection.is_none() && now.saturating_sub(self.left_at) > RESUMABLE_FOR
    }

    /// Lets go of an event that waits to change places with the next one.
    pub(super) fn release_held(&mut self) {
        if let Some((name, data)) = self.held.take() {
            self.push(&name, &data);
        }
    }

    pub(super) fn holds_back(&self) -> bool {
        self.held.is_some()
    }
}

/// Where an event happens: it decides which intent an app needs to hear of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scene {
    Guild,
    Direct,
}

/// The intent that an event needs; none for events that everybody gets.
fn needed_intent(event: &str, scene: Scene) -> Option<u64> {
    let direct = matches!(scene, Scene::Direct);
    match event {
        "MESSAGE_CREATE" | "MESSAGE_UPDATE" | "MESSAGE_DELETE" | "MESSAGE_DELETE_BULK" => {
            Some(if direct {
                DIRECT_MESSAGES
            } else {
                GUILD_MESSAGES
            })
        }
        "MESSAGE_REACTION_ADD" | "MESSAGE_REACTION_REMOVE" => Some(if direct {
            DIRECT_MESSAGE_REACTIONS
        } else {
            GUILD_MESSAGE_REACTIONS
        }),
        "GUILD_MEMBER_ADD" | "GUILD_MEMBER_UPDATE" | "GUILD_MEMBER_REMOVE" => Some(GUILD_MEMBERS),
        name if name.starts_with("GUILD_")
            || name.starts_with("CHANNEL_")
            || name.starts_with("THREAD_") =>
        {
            Some(GUILDS)
        }
        _ => None,
    }
}

impl World {
    /// Delivers an event to every session that has the intent for it.
    pub(super) fn dispatch(
        &mut self,
        event: &str,
        scene: Scene,
        build: impl Fn(&Self, Withheld) -> Value,
    ) {
        if self.muted.contains(event) {
            return;
        }
        let needed = needed_intent(event, scene);
        self.drop_expired_sessions();
        let audience: Vec<(String, Withheld)> = self
            .sessions
            .values()
            .filter(|session| needed.is_none_or(|intent| session.intents & intent != 0))
            .map(|session| {
                let content = session.intents & MESSAGE_CONTENT != 0;
                let withheld = if content {
                    Withheld::Nothing
                } else {
                    Withheld::Content
                };
                (session.id.clone(), withheld)
            })
            .collect();
        for kind in [Withheld::Nothing, Withheld::Content] {
            if !audience.iter().any(|(_, withheld)| *withheld == kind) {
                continue;
            }
            let data: Arc<str> = build(self, kind).to_string().into();
            for (session, _) in audience.iter().filter(|(_, withheld)| *withheld == kind) {
                self.deliver(session, event, &data);
            }
        }
    }

    /// Puts an event into a session's buffer, with the faults that are switched on. Sequence
    /// numbers always grow; it is the events that are doubled or change places.
    fn deliver(&mut self, session: &str, event: &str, data: &Arc<str>) {
        let times = if self.faults.duplicate() { 2 } else { 1 };
        let reorder = self.faults.reorder();
        let Some(session) = self.sessions.get_mut(session) else {
            return;
        };
        if reorder && session.held.is_none() {
            session.held = Some((event.to_owned(), Arc::clone(data)));
            session.wake.notify_one();
            return;
        }
        for _ in 0..times {
            session.push(event, data);
        }
        session.release_held();
    }

    fn drop_expired_sessions(&mut self) {
        let now = self.clock.now();
        self.sessions.retain(|_, session| !session.is_expired(now));
    }

    /// Delivers an event about a message in a channel that the bot can see.
    pub(super) fn dispatch_message(&mut self, event: &str, channel: u64, message: u64) {
        let Some((scene, found)) = self.scene_of(channel).zip(self.message(channel, message))
        else {
            return;
        };
        // Ephemeral messages reach the app outside the guild.
        let scene = found.only_for.map_or(scene, |_| Scene::Direct);
        self.dispatch(event, scene, |world, withheld| {
            world
                .message(channel, message)
                .map_or(Value::Null, |message| {
                    world.message_event(message, withheld)
                })
        });
    }

    /// Delivers an event about something else in a channel that the bot can see. `data` gets
    /// `channel_id` and, in guilds, `guild_id`.
    pub(super) fn dispatch_in(&mut self, event: &str, channel: u64, mut data: Value) {
        let Some(scene) = self.scene_of(channel) else {
            return;
        };
        data["channel_id"] = id(channel);
        if let Some(guild) = self.channels.get(&channel).and_then(|it| it.guild) {
            data["guild_id"] = id(guild);
        }
        self.dispatch(event, scene, |_, _| data.clone());
    }

    /// Delivers an event about a guild.
    pub(super) fn dispatch_guild(&mut self, event: &str, build: impl Fn(&Self) -> Value) {
        self.dispatch(event, Scene::Guild, |world, _| build(world));
    }

    fn scene_of(&self, channel: u64) -> Option<Scene> {
        let channel = self.channels.get(&channel)?;
        let seen = self.bot_permissions(channel) & VIEW_CHANNEL != 0;
        let scene = match channel.guild {
            Some(_) => Scene::Guild,
            None => Scene::Direct,
        };
        seen.then_some(scene)
    }

    /// Stores a message and tells every session.
    pub(super) fn post(&mut self, message: Message) -> u64 {
        let (id, channel) = (message.id, message.channel);
        if message.only_for.is_some() {
            self.ephemerals.insert(id, message);
        } else if let Some(place) = self.channels.get_mut(&channel) {
            place.messages.insert(id, message);
        }
        self.dispatch_message("MESSAGE_CREATE", channel, id);
        self.tell_posted(channel, id);
        id
    }

    /// Opens a session: READY, then every guild.
    pub(super) fn open_session(&mut self, intents: u64, shard: &Value) -> String {
        let session = format!("{:032x}", self.clock.next_id());
        self.counters.identifies += 1;
        self.muted.clear();
        let unavailable: Vec<Value> = self
            .own_guilds()
            .map(|guild| json!({ "id": id(guild.id), "unavailable": true }))
            .collect();
        let mut account = self.people.get(&self.bot).map_or(Value::Null, user);
        account["verified"] = json!(true);
        account["mfa_enabled"] = json!(true);
        account["email"] = Value::Null;
        account["flags"] = json!(0);
        let mut ready = json!({
            "v": 10,
            "user": account,
            "guilds": unavailable,
            "session_id": session,
            "session_type": "normal",
            "resume_gateway_url": format!("{}/resume", self.gateway_url),
            "application": { "id": id(self.application), "flags": self.application_flags() },
            "private_channels": [],
            "relationships": [],
            "user_settings": {},
            "_trace": [],
        });
        if !shard.is_null() {
            ready["shard"] = shard.clone();
        }
        let mut opened = Session::new(session.clone(), intents, self.replay_limit);
        opened.push("READY", &ready.to_string());
        if intents & GUILDS != 0 {
            for guild in self.own_guilds() {
                opened.push("GUILD_CREATE", &self.guild_create(guild).to_string());
            }
        }
        self.sessions.insert(session.clone(), opened);
        session
    }
}
