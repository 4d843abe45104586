//! Permission bits and how Discord adds them up (documentation: "Permissions", "Permission
//! overwrites").

use super::world::{Channel, ChannelKind, Guild, World};

pub(super) const ADD_REACTIONS: u64 = 1 << 6;
pub(super) const ADMINISTRATOR: u64 = 1 << 3;
pub(super) const VIEW_CHANNEL: u64 = 1 << 10;
pub(super) const SEND_MESSAGES: u64 = 1 << 11;
pub(super) const MANAGE_MESSAGES: u64 = 1 << 13;
pub(super) const EMBED_LINKS: u64 = 1 << 14;
pub(super) const ATTACH_FILES: u64 = 1 << 15;
pub(super) const READ_MESSAGE_HISTORY: u64 = 1 << 16;
pub(super) const MENTION_EVERYONE: u64 = 1 << 17;
pub(super) const USE_EXTERNAL_EMOJIS: u64 = 1 << 18;
pub(super) const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
pub(super) const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
pub(super) const CREATE_PRIVATE_THREADS: u64 = 1 << 36;
pub(super) const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;

/// Every permission there is.
pub(super) const ALL: u64 = (1 << 47) - 1;

/// What anybody in a new guild may do.
pub(super) const EVERYONE: u64 = ADD_REACTIONS
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS;

/// What the bot was invited with.
pub(super) const BOT: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | READ_MESSAGE_HISTORY
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS
    | MANAGE_MESSAGES;

/// What an app may do in a direct message with somebody (documentation: "Interaction object",
/// `app_permissions`).
pub(super) const DIRECT_MESSAGE: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | READ_MESSAGE_HISTORY
    | ADD_REACTIONS
    | ATTACH_FILES
    | EMBED_LINKS
    | MENTION_EVERYONE
    | USE_EXTERNAL_EMOJIS;

/// What a person may do in a guild, before any channel's overwrites.
pub(super) fn in_guild(guild: &Guild, person: u64) -> u64 {
    let Some(member) = guild.members.get(&person) else {
        return 0;
    };
    if guild.owner == person {
        return ALL;
    }
    let total = guild
        .roles
        .iter()
        .filter(|role| role.id == guild.id || member.roles.contains(&role.id))
        .fold(0, |sum, role| sum | role.permissions);
    if total & ADMINISTRATOR == 0 {
        total
    } else {
        ALL
    }
}

impl World {
    /// What a person (or the bot) may do in a channel.
    pub(super) fn permissions(&self, channel: &Channel, person: u64) -> u64 {
        if channel.kind == ChannelKind::Direct {
            let mine = channel.recipient == Some(person) || person == self.bot;
            return if mine { DIRECT_MESSAGE } else { 0 };
        }
        let Some(guild) = channel.guild.and_then(|id| self.guilds.get(&id)) else {
            return 0;
        };
        let base = in_guild(guild, person);
        if base == ALL {
            return base;
        }
        let ruling = channel
            .parent
            .and_then(|parent| self.channels.get(&parent))
            .unwrap_or(channel);
        let roles = guild
            .members
            .get(&person)
            .map_or(&[][..], |member| &member.roles);
        apply_overwrites(base, ruling, |holder| match holder {
            id if id == guild.id => Some(0),
            id if roles.contains(&id) => Some(1),
            id if id == person => Some(2),
            _ => None,
        })
    }

    /// What the bot may do in a channel.
    pub(super) fn bot_permissions(&self, channel: &Channel) -> u64 {
        self.permissions(channel, self.bot)
    }
}

/// Overwrites count in three layers: everyone, then all roles together, then the member.
fn apply_overwrites(base: u64, channel: &Channel, layer_of: impl Fn(u64) -> Option<u8>) -> u64 {
    (0..3).fold(base, |permissions, layer| {
        let (allow, deny) = channel
            .overwrites
            .iter()
            .filter(|overwrite| layer_of(overwrite.holder) == Some(layer))
            .fold((0, 0), |(allow, deny), overwrite| {
                (allow | overwrite.allow, deny | overwrite.deny)
            });
        (permissions & !deny) | allow
    })
}
