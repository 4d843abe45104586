//! The simulated places: twenty groups of neighbours and a hub on each platform, set up as a person would.

use std::time::Duration;

use kith::sim::discord::DiscordSim;
use kith::sim::telegram::{ChatId, PersonId, TelegramSim};

use crate::kith::Database;
use crate::measure::{Fallible, until};

const GROUPS: usize = 20;
/// Who chats without asking for anything, in each group.
const REGULARS: usize = 10;
const SET_UP_WITHIN: Duration = Duration::from_secs(30);

/// Where and by whom something can be said.
pub(crate) trait Platform {
    /// Says something in one of the groups; the numbers choose the group and the person.
    fn say(&self, group: usize, speaker: Speaker, text: &str) -> Fallible<Said>;
    /// What the platform has handed over and not been told to forget.
    fn pending(&self) -> usize;
    /// How many messages the bot has sent.
    fn sent(&self) -> u64;
}

/// Who says something.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Speaker {
    /// Somebody of those who chat.
    Regular(usize),
    /// Somebody who asks for or offers something, each once.
    Newcomer(usize),
}

/// A message that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Said {
    pub(crate) channel: i64,
    pub(crate) message: i64,
}

/// The simulators that a bot is run against.
#[derive(Default)]
pub(crate) struct Town {
    pub(crate) telegram: Option<TelegramTown>,
    pub(crate) discord: Option<DiscordTown>,
}

impl Town {
    /// With Telegram; so many newcomers can speak there.
    pub(crate) async fn with_telegram(newcomers: usize) -> Fallible<Self> {
        Ok(Self {
            telegram: Some(TelegramTown::start(newcomers).await?),
            discord: None,
        })
    }

    /// With Discord; so many newcomers can speak there.
    pub(crate) async fn with_discord(newcomers: usize) -> Fallible<Self> {
        Ok(Self {
            telegram: None,
            discord: Some(DiscordTown::start(newcomers).await?),
        })
    }

    /// With both; so many newcomers can speak on each.
    pub(crate) async fn with_both(newcomers: usize) -> Fallible<Self> {
        Ok(Self {
            telegram: Some(TelegramTown::start(newcomers).await?),
            discord: Some(DiscordTown::start(newcomers).await?),
        })
    }

    pub(crate) fn telegram(&self) -> Fallible<&TelegramTown> {
        self.telegram
            .as_ref()
            .ok_or_else(|| "this town has no Telegram".into())
    }

    pub(crate) fn platform(&self) -> Fallible<&dyn Platform> {
        match (&self.telegram, &self.discord) {
            (Some(telegram), None) => Ok(telegram),
            (None, Some(discord)) => Ok(discord),
            _ => Err("expected a town with one platform".into()),
        }
    }

    /// Sets every channel up by command and waits until kith has taken all in: `listening` is ask or auto.
    pub(crate) async fn set_up(&self, listening: &str, database: &Database) -> Fallible<()> {
        let mut channels = 0;
        if let Some(telegram) = &self.telegram {
            telegram.set_up(listening);
            channels += GROUPS + 1;
        }
        if let Some(discord) = &self.discord {
            discord.set_up(listening).await?;
            channels += GROUPS + 1;
        }
        let all = until(SET_UP_WITHIN, || {
            let quiet = self
                .telegram
                .as_ref()
                .is_none_or(|telegram| telegram.pending() == 0);
            Ok(quiet && database.channels()? == channels && database.outbox()? == 0)
        });
        all.await.map_err(|error| {
            let found = (
                database.channels().unwrap_or(0),
                database.outbox().unwrap_or(0),
            );
            format!(
                "setting {channels} channels up: {error}; found {} of them, {} in the outbox",
                found.0, found.1
            )
            .into()
        })
    }
}

/// Telegram with its groups.
pub(crate) struct TelegramTown {
    pub(crate) sim: TelegramSim,
    groups: Vec<ChatId>,
    hub: ChatId,
    regulars: Vec<Vec<PersonId>>,
    newcomers: Vec<PersonId>,
}

impl TelegramTown {
    async fn start(newcomers: usize) -> Fallible<Self> {
        let sim = TelegramSim::start().await?;
        sim.forget_history(true);
        let groups: Vec<ChatId> = (0..GROUPS)
            .map(|group| sim.add_supergroup(&format!("Neighbours {group}")))
            .collect();
        let joined = |chat: ChatId, name: &str| {
            let person = sim.add_person(name);
            sim.join(chat, person);
            person
        };
        let regulars = groups
            .iter()
            .map(|chat| {
                (0..REGULARS)
                    .map(|number| joined(*chat, &format!("Regular {number}")))
                    .collect()
            })
            .collect();
        let newcomers = (0..newcomers)
            .map(|number| joined(groups[number % GROUPS], &format!("Newcomer {number}")))
            .collect();
        let hub = sim.add_supergroup("Hub");
        Ok(Self {
            groups,
            hub,
            regulars,
            newcomers,
            sim,
        })
    }

    fn set_up(&self, listening: &str) {
        for chat in &self.groups {
            self.sim.say(
                *chat,
                self.sim.founder(*chat),
                &format!("/kith setup intake {listening}"),
            );
        }
        self.sim
            .say(self.hub, self.sim.founder(self.hub), "/kith setup hub");
    }
}

impl Platform for TelegramTown {
    fn say(&self, group: usize, speaker: Speaker, text: &str) -> Fallible<Said> {
        let (group, person) = match speaker {
            Speaker::Regular(number) => (
                group % GROUPS,
                self.regulars[group % GROUPS][number % REGULARS],
            ),
            Speaker::Newcomer(number) => (number % GROUPS, self.newcomers[number]),
        };
        let chat = self.groups[group];
        Ok(Said {
            channel: chat.0,
            message: self.sim.say(chat, person, text),
        })
    }

    fn pending(&self) -> usize {
        self.sim.pending_updates()
    }

    fn sent(&self) -> u64 {
        self.sim.bot_messages()
    }
}

/// Discord with its channels.
pub(crate) struct DiscordTown {
    pub(crate) sim: DiscordSim,
    owner: u64,
    channels: Vec<u64>,
    hub: u64,
    regulars: Vec<u64>,
    newcomers: Vec<u64>,
}

impl DiscordTown {
    async fn start(newcomers: usize) -> Fallible<Self> {
        let sim = DiscordSim::start().await?;
        let guild = sim.add_guild("Neighbours");
        let joined = |name: &str| {
            let person = sim.add_person(name);
            sim.join(guild, person);
            person
        };
        let owner = joined("Owner");
        sim.set_owner(guild, owner);
        let regulars = (0..REGULARS * GROUPS)
            .map(|number| joined(&format!("Regular {number}")))
            .collect();
        let newcomers = (0..newcomers)
            .map(|number| joined(&format!("Newcomer {number}")))
            .collect();
        let channels = (0..GROUPS)
            .map(|number| sim.add_channel(guild, &format!("neighbours-{number}")))
            .collect();
        let hub = sim.add_channel(guild, "hub");
        Ok(Self {
            owner,
            channels,
            hub,
            regulars,
            newcomers,
            sim,
        })
    }

    async fn set_up(&self, listening: &str) -> Fallible<()> {
        until(SET_UP_WITHIN, || {
            Ok(self.sim.connected() > 0
                && self.sim.command_names().iter().any(|name| name == "kith"))
        })
        .await?;
        for channel in &self.channels {
            let chosen = [("role", "intake"), ("listening", listening)];
            self.sim
                .slash(self.owner, *channel, "kith setup", &chosen)?;
        }
        self.sim
            .slash(self.owner, self.hub, "kith setup", &[("role", "hub")])?;
        Ok(())
    }
}

impl Platform for DiscordTown {
    fn say(&self, group: usize, speaker: Speaker, text: &str) -> Fallible<Said> {
        let (group, person) = match speaker {
            Speaker::Regular(number) => {
                (group % GROUPS, self.regulars[number % self.regulars.len()])
            }
            Speaker::Newcomer(number) => (number % GROUPS, self.newcomers[number]),
        };
        let channel = self.channels[group];
        let message = self.sim.say(channel, person, text)?;
        Ok(Said {
            channel: i64::try_from(channel)?,
            message: i64::try_from(message)?,
        })
    }

    fn pending(&self) -> usize {
        // The gateway is never told what was received.
        0
    }

    fn sent(&self) -> u64 {
        let calls = self.sim.calls();
        calls
            .get("POST /channels/{id}/messages")
            .copied()
            .unwrap_or(0)
    }
}
