//! What the event stream has told of guilds, channels and threads, and what the latest moment is.

use std::collections::{HashMap, HashSet};

use serenity::model::id::{ChannelId, GuildId};

use super::wire::{Channel, Guild, Ready};
use crate::domain::clock::Timestamp;

/// Where a channel belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Home {
    /// The channel that a thread hangs under; none for other channels.
    pub(super) parent: Option<ChannelId>,
}

/// The cache of one connection.
#[derive(Debug, Default)]
pub(super) struct Known {
    homes: HashMap<ChannelId, (GuildId, Home)>,
    guilds: HashSet<GuildId>,
    greeted: bool,
    latest: Timestamp,
}

impl Known {
    /// Takes in READY: from now on a guild that was not in it is new.
    pub(super) fn ready(&mut self, ready: &Ready) {
        self.guilds = ready.guilds.iter().map(|guild| guild.id).collect();
        self.greeted = true;
    }

    /// Takes in a guild with its channels. Says whether kith has just been added to it; `is_set_up`
    /// decides where a resumed session has told no list of guilds.
    pub(super) fn guild(&mut self, guild: &Guild, is_set_up: bool) -> bool {
        for channel in guild.channels.iter().chain(&guild.threads) {
            self.channel(guild.id, channel);
        }
        let is_first = self.guilds.insert(guild.id);
        is_first && (self.greeted || !is_set_up)
    }

    /// Forgets a guild that kith was removed from.
    pub(super) fn forget_guild(&mut self, guild: GuildId) {
        self.guilds.remove(&guild);
        self.homes.retain(|_, (of, _)| *of != guild);
    }

    /// Takes in a channel or a thread.
    pub(super) fn channel(&mut self, guild: GuildId, channel: &Channel) {
        let parent = channel.parent();
        self.remember(guild, channel.id, Home { parent });
    }

    /// Remembers where a channel belongs.
    pub(super) fn remember(&mut self, guild: GuildId, channel: ChannelId, home: Home) {
        self.homes.insert(channel, (guild, home));
    }

    /// Forgets a channel or a thread that is gone.
    pub(super) fn forget_channel(&mut self, channel: ChannelId) {
        self.homes.remove(&channel);
    }

    /// Where a channel belongs; none where that has to be asked.
    pub(super) fn home(&self, channel: ChannelId) -> Option<Home> {
        self.homes.get(&channel).map(|(_, home)| *home)
    }

    /// The latest moment that Discord has told of, this one included. It stands in for the
    /// time of what comes without one.
    pub(super) fn passes(&mut self, moment: Timestamp) -> Timestamp {
        self.latest = self.latest.max(moment);
        self.latest
    }
}
