//! Looks at all that could be wrong: the token, the application, the commands, the rights per channel.

use serde::Deserialize;
use serenity::http::Route;
use serenity::model::id::{ChannelId, GuildId, RoleId, UserId};
use serenity::model::permissions::Permissions;

use super::permissions::{self, CONTENT_REMEDY};
use super::rest::{Call, RestError};
use super::wire::{self, Application, Member};
use super::{CONNECTOR, Discord, commands, ids};
use crate::chat::{Finding, Level};
use crate::domain::settings::{Channel, ChannelRole};

fn fine(what: impl Into<String>) -> Finding {
    found(Level::Fine, what, "")
}

fn found(level: Level, what: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding {
        level,
        what: what.into(),
        remedy: remedy.into(),
    }
}

fn trouble(what: &str, error: &RestError) -> Finding {
    let remedy = match error {
        RestError::Refused { status: 401, .. } => {
            "Copy the token again from the Bot page of the Developer Portal into discord.token."
        }
        RestError::Network { .. } => {
            "Check that this machine reaches discord.com, and discord.api_url if it is set."
        }
        _ => "Try again in a few minutes.",
    };
    found(Level::Problem, format!("{what}: {error}"), remedy)
}

#[derive(Deserialize)]
struct Roles {
    name: String,
    #[serde(rename = "roles")]
    all: Vec<Role>,
    owner_id: UserId,
}

#[derive(Deserialize)]
struct Role {
    id: RoleId,
    permissions: Permissions,
}

/// Examines the connection and the channels of this connector.
pub(super) async fn examine(discord: &Discord, channels: &[Channel]) -> Vec<Finding> {
    let me: wire::User = match discord.rest.call(Call::get(Route::UserMe)).await {
        Ok(me) => me,
        Err(error) => return vec![trouble("Discord: the token", &error)],
    };
    let mut findings = vec![fine(format!(
        "Discord: the token is that of {}",
        me.username
    ))];
    match discord.application().await {
        Ok(application) => {
            findings.extend(about_application(discord, &application).await);
            for channel in channels
                .iter()
                .filter(|c| c.place.connector.as_str() == CONNECTOR)
            {
                findings.push(about_channel(discord, channel, (me.id, &application)).await);
            }
        }
        Err(error) => findings.push(trouble("Discord: the application", &error)),
    }
    findings
}

async fn about_application(discord: &Discord, application: &Application) -> Vec<Finding> {
    let content = if application.may_read_content() && discord.reads_content() {
        fine("Discord: kith may read messages")
    } else {
        let what = "Discord: kith may not read messages, only commands, buttons, mentions and private chats";
        found(Level::Warning, what, CONTENT_REMEDY)
    };
    let commands = match commands::are_registered(&discord.rest, application.id).await {
        Ok(true) => fine("Discord: the commands are registered"),
        Ok(false) => found(
            Level::Warning,
            "Discord: the commands are not registered, or not as they are now",
            "Start kith with `kith run`, which registers them.",
        ),
        Err(error) => trouble("Discord: the commands", &error),
    };
    let invite = format!(
        "Discord: {} is invited with {}",
        application.name,
        permissions::invite(application.id)
    );
    vec![content, commands, fine(invite)]
}

async fn about_channel(
    discord: &Discord,
    channel: &Channel,
    (me, application): (UserId, &Application),
) -> Finding {
    let name = format!(
        "Discord: {} channel {}",
        channel.role.as_str(),
        channel.place.channel
    );
    let invite = || format!("Invite kith again: {}", permissions::invite(application.id));
    match rights(discord, channel, me).await {
        Ok((name, rights)) => judged(&name, channel.role, rights, &invite()),
        Err(Trouble::NotOne) => found(
            Level::Problem,
            format!("{name} is not a channel of Discord"),
            "Set the channel up again with `/kith setup`.",
        ),
        Err(Trouble::Rest(RestError::Refused {
            status: 403 | 404, ..
        })) => found(
            Level::Problem,
            format!("{name}: kith can't see it"),
            invite(),
        ),
        Err(Trouble::Rest(error)) => trouble(&name, &error),
    }
}

fn judged(name: &str, role: ChannelRole, rights: Permissions, invite: &str) -> Finding {
    let missing: Vec<_> = permissions::missing(rights).collect();
    if missing.is_empty() || role == ChannelRole::Ignored {
        return fine(format!("{name}: kith has every permission"));
    }
    let level = if missing.iter().any(|right| right.vital) {
        Level::Problem
    } else {
        Level::Warning
    };
    let lacks: Vec<String> = missing
        .iter()
        .map(|right| format!("“{}” is missing, so that {}", right.name, right.without))
        .collect();
    let remedy = format!("Give kith these permissions in the channel's settings. {invite}");
    found(level, format!("{name}: {}", lacks.join("; ")), remedy)
}

enum Trouble {
    NotOne,
    Rest(RestError),
}

impl From<RestError> for Trouble {
    fn from(error: RestError) -> Self {
        Self::Rest(error)
    }
}

/// The channel's name, and what kith may do there.
async fn rights(
    discord: &Discord,
    channel: &Channel,
    me: UserId,
) -> Result<(String, Permissions), Trouble> {
    let rest = &discord.rest;
    let id: ChannelId = ids::number(channel.place.channel.as_str()).ok_or(Trouble::NotOne)?;
    let guild: GuildId = ids::number(channel.group.as_str()).ok_or(Trouble::NotOne)?;
    let get = |channel_id| Call::get(Route::Channel { channel_id });
    let mut place: wire::Channel = rest.call(get(id)).await?;
    let name = place.name.clone().unwrap_or_default();
    // A thread has the rights of the channel that it hangs under.
    if let Some(parent) = place.parent() {
        place = rest.call(get(parent)).await?;
    }
    let of: Roles = rest
        .call(Call::get(Route::Guild { guild_id: guild }))
        .await?;
    let route = Route::GuildMember {
        guild_id: guild,
        user_id: me,
    };
    let member: Member = rest.call(Call::get(route)).await?;
    let title = format!(
        "Discord: {} channel #{name} of {}",
        channel.role.as_str(),
        of.name
    );
    if of.owner_id == me {
        return Ok((title, Permissions::all()));
    }
    let everyone = RoleId::new(guild.get());
    let mine: Vec<_> = of
        .all
        .iter()
        .filter(|role| role.id == everyone || member.roles.contains(&role.id))
        .map(|role| (role.id, role.permissions))
        .collect();
    let myself = RoleId::new(me.get());
    Ok((
        title,
        permissions::in_channel(everyone, &mine, &place.permission_overwrites, myself),
    ))
}
