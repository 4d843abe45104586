//! What the simulated Discord knows: people, guilds, channels, messages, interactions and
//! sessions. It outlives any bot process that connects to it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use tokio::sync::{broadcast, mpsc};

use super::clock::Clock;
use super::people::Happening;
use super::rest::Limits;
use super::session::{Control, Session};
use crate::sim::faults::FaultBox;

/// Somebody with an account; the bot is one too.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: u64,
    pub(super) username: String,
    pub(super) display_name: String,
    pub(super) bot: bool,
    pub(super) refuses_direct_messages: bool,
}

/// A person in a guild.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) roles: Vec<u64>,
    pub(super) joined: u64,
}

/// A role of a guild. The role "everyone" has the guild's id.
#[derive(Clone, Debug)]
pub(super) struct Role {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) permissions: u64,
    pub(super) position: u64,
    pub(super) of_bot: bool,
}

/// A community.
#[derive(Clone, Debug)]
pub(super) struct Guild {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) owner: u64,
    pub(super) members: BTreeMap<u64, Member>,
    pub(super) roles: Vec<Role>,
}

/// The kinds of channel that are simulated, by Discord's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChannelKind {
    Text = 0,
    Direct = 1,
    PublicThread = 11,
    PrivateThread = 12,
}

/// A permission overwrite of a channel, for a role or a member.
#[derive(Clone, Debug)]
pub(super) struct Overwrite {
    pub(super) holder: u64,
    pub(super) for_member: bool,
    pub(super) allow: u64,
    pub(super) deny: u64,
}

/// A text channel, a thread or a direct message.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) id: u64,
    pub(super) kind: ChannelKind,
    pub(super) guild: Option<u64>,
    pub(super) parent: Option<u64>,
    pub(super) recipient: Option<u64>,
    pub(super) owner: u64,
    pub(super) name: String,
    pub(super) position: u64,
    pub(super) overwrites: Vec<Overwrite>,
    pub(super) created: u64,
    pub(super) messages: BTreeMap<u64, Message>,
}

impl Channel {
    pub(super) fn is_thread(&self) -> bool {
        matches!(
            self.kind,
            ChannelKind::PublicThread | ChannelKind::PrivateThread
        )
    }
}

/// A message. Deleted ones stay for the people's view and are hidden from the bot.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) channel: u64,
    pub(super) author: u64,
    pub(super) kind: u64,
    pub(super) flags: u64,
    pub(super) content: String,
    pub(super) embeds: Vec<Value>,
    pub(super) components: Vec<Value>,
    pub(super) created: u64,
    pub(super) edited: Option<u64>,
    pub(super) edits: u32,
    pub(super) deleted: bool,
    pub(super) reply_to: Option<u64>,
    pub(super) nonce: Option<Value>,
    pub(super) reactions: Vec<(String, u64)>,
    pub(super) thread: Option<u64>,
    pub(super) interaction: Option<u64>,
    pub(super) only_for: Option<u64>,
    pub(super) pings: Vec<Ping>,
}

/// Somebody whom a message notifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ping {
    Person(u64),
    Role(u64),
    Everyone,
}

impl Message {
    pub(super) const SUPPRESS_EMBEDS: u64 = 1 << 2;
    pub(super) const HAS_THREAD: u64 = 1 << 5;
    pub(super) const EPHEMERAL: u64 = 1 << 6;
    pub(super) const LOADING: u64 = 1 << 7;
    pub(super) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;

    /// An empty message; the caller fills in what it has.
    pub(super) fn new(id: u64, channel: u64, author: u64, created: u64) -> Self {
        Self {
            id,
            channel,
            author,
            kind: 0,
            flags: 0,
            content: String::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            created,
            edited: None,
            edits: 0,
            deleted: false,
            reply_to: None,
            nonce: None,
            reactions: Vec::new(),
            thread: None,
            interaction: None,
            only_for: None,
            pings: Vec::new(),
        }
    }
}

/// What a person did that asks the bot for an answer.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    Command { name: String, menu: bool },
    Component { message: u64 },
    Modal { message: Option<u64> },
}

/// How the bot answered first.
#[derive(Clone, Debug)]
pub(super) enum FirstAnswer {
    Message,
    Deferred,
    DeferredUpdate,
    Update,
    Modal(Value),
}

/// An interaction, from the deed to the end of its token.
#[derive(Clone, Debug)]
pub(super) struct Interaction {
    pub(super) id: u64,
    pub(super) token: String,
    pub(super) deed: Deed,
    pub(super) person: u64,
    pub(super) channel: u64,
    pub(super) created: u64,
    pub(super) triggered_by: Option<u64>,
    pub(super) answer: Option<FirstAnswer>,
    pub(super) original: Option<u64>,
    pub(super) follow_ups: Vec<u64>,
    pub(super) modal_closed: bool,
}

impl Interaction {
    /// The first answer must come within this many milliseconds.
    pub(super) const FIRST_ANSWER: u64 = 3000;
    /// The token lives for this many milliseconds.
    pub(super) const TOKEN_LIFE: u64 = 15 * 60 * 1000;

    /// The number of the kind (documentation: "Interaction type").
    pub(super) fn kind(&self) -> u64 {
        match self.deed {
            Deed::Command { .. } => 2,
            Deed::Component { .. } => 3,
            Deed::Modal { .. } => 5,
        }
    }

    /// The message whose component was used, or that led to the form.
    pub(super) fn source(&self) -> Option<u64> {
        match self.deed {
            Deed::Command { .. } => None,
            Deed::Component { message } => Some(message),
            Deed::Modal { message } => message,
        }
    }
}

/// What was counted while the bot was being served.
#[derive(Clone, Debug, Default)]
pub(super) struct Counters {
    pub(super) identifies: u64,
    pub(super) resumes: u64,
    pub(super) calls: BTreeMap<String, u64>,
    pub(super) statuses: BTreeMap<u16, u64>,
}

/// Everything. One lock guards it.
pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) token: String,
    pub(super) application: u64,
    pub(super) bot: u64,
    pub(super) gateway_url: String,
    pub(super) granted_intents: u64,
    pub(super) people: BTreeMap<u64, Person>,
    pub(super) guilds: BTreeMap<u64, Guild>,
    pub(super) channels: BTreeMap<u64, Channel>,
    pub(super) ephemerals: BTreeMap<u64, Message>,
    pub(super) interactions: BTreeMap<u64, Interaction>,
    pub(super) commands: BTreeMap<Option<u64>, Vec<Value>>,
    pub(super) nonces: HashMap<(u64, String), (u64, u64)>,
    pub(super) sessions: BTreeMap<String, Session>,
    pub(super) connections: BTreeMap<u64, mpsc::UnboundedSender<Control>>,
    pub(super) muted: BTreeSet<String>,
    pub(super) replay_limit: usize,
    pub(super) heartbeat_interval: u64,
    pub(super) acknowledges_heartbeats: bool,
    pub(super) limits: Limits,
    pub(super) counters: Counters,
    pub(super) transcript: broadcast::Sender<Happening>,
    pub(super) faults: FaultBox,
}

impl World {
    pub(super) fn new(faults: FaultBox) -> Self {
        let mut clock = Clock::new();
        let (application, bot) = (clock.next_id(), clock.next_id());
        let account = Person {
            id: bot,
            username: "kith".to_owned(),
            display_name: "kith".to_owned(),
            bot: true,
            refuses_direct_messages: false,
        };
        Self {
            token: format!("simulated.{application}.token"),
            application,
            bot,
            clock,
            gateway_url: String::new(),
            granted_intents: super::session::MESSAGE_CONTENT,
            people: BTreeMap::from([(bot, account)]),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            ephemerals: BTreeMap::new(),
            interactions: BTreeMap::new(),
            commands: BTreeMap::new(),
            nonces: HashMap::new(),
            sessions: BTreeMap::new(),
            connections: BTreeMap::new(),
            muted: BTreeSet::new(),
            replay_limit: super::session::REPLAY_LIMIT,
            heartbeat_interval: 41_250,
            acknowledges_heartbeats: true,
            limits: Limits::default(),
            counters: Counters::default(),
            transcript: broadcast::channel(4096).0,
            faults,
        }
    }

    /// A message wherever it is, ephemeral ones included, deleted ones too.
    pub(super) fn message(&self, channel: u64, id: u64) -> Option<&Message> {
        self.channels
            .get(&channel)
            .and_then(|channel| channel.messages.get(&id))
            .or_else(|| {
                self.ephemerals
                    .get(&id)
                    .filter(|message| message.channel == channel)
            })
    }

    /// The same, to be changed.
    pub(super) fn message_mut(&mut self, channel: u64, id: u64) -> Option<&mut Message> {
        if self.ephemerals.contains_key(&id) {
            return self.ephemerals.get_mut(&id);
        }
        self.channels.get_mut(&channel)?.messages.get_mut(&id)
    }

    /// The direct-message channel between the bot and a person, made when there is none.
    pub(super) fn direct_channel(&mut self, person: u64) -> u64 {
        let known = self
            .channels
            .values()
            .find(|channel| channel.recipient == Some(person));
        if let Some(channel) = known {
            return channel.id;
        }
        let id = self.clock.next_id();
        let channel = Channel {
            id,
            kind: ChannelKind::Direct,
            guild: None,
            parent: None,
            recipient: Some(person),
            owner: self.bot,
            name: String::new(),
            position: 0,
            overwrites: Vec::new(),
            created: self.clock.now(),
            messages: BTreeMap::new(),
        };
        self.channels.insert(id, channel);
        id
    }

    /// The guilds that the bot is in.
    pub(super) fn own_guilds(&self) -> impl Iterator<Item = &Guild> {
        let all = self.guilds.values();
        all.filter(|guild| guild.members.contains_key(&self.bot))
    }

    /// Whether the bot and a person have a guild in common.
    pub(super) fn shares_guild(&self, person: u64) -> bool {
        self.own_guilds()
            .any(|guild| guild.members.contains_key(&person))
    }
}
