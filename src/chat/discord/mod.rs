//! Discord: serenity's routes, models and builders for REST, twilight's shard for the event stream.
//!
//! - `gateway` keeps the event stream open and gives interactions their first answer at once;
//! - `reader` turns events into inbound, in order, and `desk` hands them over;
//! - `backfill` reads what the stream may have lost;
//! - `perform` carries out tasks; `examine` looks for what is wrong.

mod answer;
mod backfill;
mod chance;
mod commands;
mod compose;
mod desk;
mod event;
mod examine;
mod failure;
mod gateway;
mod ids;
mod interaction;
mod known;
mod listen;
mod perform;
mod permissions;
mod reader;
mod rest;
mod session;
mod wire;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serenity::http::Route;
use serenity::model::id::{ChannelId, UserId};
use url::Url;

use super::{Connector, Done, Failure, Finding, Limit, ListenError, Pace, Start, Task};
use crate::domain::decision::Capabilities;
use crate::domain::ids::ConnectorId;
use crate::domain::private::Private;
use crate::domain::settings::Channel;

use ids::CONNECTOR;
pub use rest::SettingsError;
use rest::{Call, Rest, RestError};
use wire::Application;

/// What the connector has to be told.
#[derive(Clone, Debug)]
pub struct DiscordSettings {
    /// The bot's token.
    pub token: Private<String>,
    /// Another base address for REST than `https://discord.com`; `/api/v10` is put behind it.
    pub api_url: Option<Url>,
    /// Another address for the event stream than `wss://gateway.discord.gg`.
    pub gateway_url: Option<Url>,
    /// How fast kith may speak.
    pub pace: Pace,
    /// How often each channel is looked through for messages that the event stream lost.
    pub sweep_every: Duration,
}

impl DiscordSettings {
    /// A bot on Discord itself, at the pace that Discord allows.
    pub const fn new(token: Private<String>) -> Self {
        let five_in_five = Limit {
            count: 5,
            per: Duration::from_secs(5),
        };
        Self {
            token,
            api_url: None,
            gateway_url: None,
            pace: Pace {
                // Discord allows 50; the rest is for history, threads and commands.
                overall: Limit {
                    count: 45,
                    per: Duration::from_secs(1),
                },
                channel: five_in_five,
                direct: five_in_five,
            },
            sweep_every: Duration::from_mins(5),
        }
    }
}

/// The Discord connector.
pub struct Discord {
    settings: DiscordSettings,
    gateway_url: Option<String>,
    rest: Rest,
    answers: answer::Answers,
    chats: Mutex<HashMap<UserId, ChannelId>>,
    content_refused: AtomicBool,
    malformed: AtomicU64,
    /// The account that kith writes by; 0 until Discord has told.
    me: AtomicU64,
}

impl fmt::Debug for Discord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discord")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Discord {
    /// A connector that has not connected yet.
    ///
    /// # Errors
    /// A token or an address that can't be one.
    pub fn new(settings: DiscordSettings) -> Result<Self, SettingsError> {
        check(
            "discord.api_url",
            settings.api_url.as_ref(),
            ["http", "https"],
        )?;
        check(
            "discord.gateway_url",
            settings.gateway_url.as_ref(),
            ["ws", "wss"],
        )?;
        let gateway_url = settings
            .gateway_url
            .as_ref()
            .map(|url| url.as_str().trim_end_matches('/').to_owned());
        Ok(Self {
            rest: Rest::new(&settings.token, settings.api_url.as_ref())?,
            gateway_url,
            settings,
            answers: answer::Answers::default(),
            chats: Mutex::default(),
            content_refused: AtomicBool::new(false),
            malformed: AtomicU64::new(0),
            me: AtomicU64::new(0),
        })
    }

    /// How many events could not be read since the start.
    pub fn malformed(&self) -> u64 {
        self.malformed.load(Ordering::Relaxed)
    }

    /// Whether the content of messages is delivered, as far as is known.
    pub fn reads_content(&self) -> bool {
        !self.content_refused.load(Ordering::Relaxed)
    }

    fn refuse_content(&self) {
        self.content_refused.store(true, Ordering::Relaxed);
    }

    /// The account that kith writes by, once it is known.
    fn me(&self) -> Option<UserId> {
        match self.me.load(Ordering::Relaxed) {
            0 => None,
            id => Some(UserId::new(id)),
        }
    }

    /// Notes the account that kith writes by.
    fn is(&self, me: UserId) {
        self.me.store(me.get(), Ordering::Relaxed);
    }

    /// Counts one more event that could not be read, and says how many there were.
    fn count_malformed(&self) -> u64 {
        self.malformed.fetch_add(1, Ordering::Relaxed) + 1
    }

    async fn application(&self) -> Result<Application, RestError> {
        let call = Call::get(Route::Oauth2ApplicationCurrent);
        self.rest.call(call).await
    }

    fn chats(&self) -> MutexGuard<'_, HashMap<UserId, ChannelId>> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check(
    key: &'static str,
    url: Option<&Url>,
    schemes: [&'static str; 2],
) -> Result<(), SettingsError> {
    match url {
        Some(url) if !schemes.contains(&url.scheme()) || url.host_str().is_none() => {
            Err(SettingsError::Address {
                key,
                expected: schemes[1],
                found: url.scheme().to_owned(),
            })
        }
        _ => Ok(()),
    }
}

impl Connector for Discord {
    fn id(&self) -> ConnectorId {
        ids::connector()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            buttons: true,
            forms: true,
            ephemeral: true,
            sees_deletions: true,
            direct_first: true,
            // By nonce, for some minutes.
            recognises_repeats: true,
            message_length: compose::MESSAGE_LENGTH,
        }
    }

    fn pace(&self) -> Pace {
        self.settings.pace
    }

    async fn listen(&self, start: Start) -> Result<(), ListenError> {
        listen::listen(self, start).await
    }

    async fn perform(&self, task: Task) -> Result<Done, Failure> {
        perform::perform(self, task).await
    }

    async fn examine(&self, channels: &[Channel]) -> Vec<Finding> {
        examine::examine(self, channels).await
    }
}
