//! Telegram: a bot that asks for updates over the Bot API and answers over it.
//!
//! Reading: `poll` asks, `update` and `message` turn Telegram's JSON into inbound, `standing` adds what only
//! Telegram knows at that moment. Writing: `perform` carries tasks out, `answer` those that answer somebody,
//! `failure` says what a refusal means. `call` is the one door to the network.

mod answer;
mod call;
mod examine;
mod failure;
mod ids;
mod menus;
mod message;
mod outgoing;
mod passage;
mod perform;
mod poll;
mod standing;
#[cfg(test)]
mod tests;
mod typed;
mod update;
mod waits;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::OnceCell;
use url::Url;

use self::call::{Api, CallError};
use self::wire::Me;
use super::{Connector, Done, Failure, Finding, Limit, ListenError, Pace, Start, Task};
use crate::domain::clock::Clock;
use crate::domain::decision::Capabilities;
use crate::domain::ids::ConnectorId;
use crate::domain::private::Private;
use crate::domain::settings::Channel;

/// The longest message that Telegram takes, in UTF-16 units.
const MESSAGE_LENGTH: usize = 4096;

/// How to reach Telegram.
pub struct TelegramSettings {
    /// The bot's token, as `@BotFather` gave it.
    pub token: Private<String>,
    /// The Bot API server, where it isn't Telegram's own: a proxy, a self-hosted one, a simulator.
    pub api_url: Option<Url>,
    /// How fast to speak, where not as fast as Telegram's own limits.
    pub pace: Option<Pace>,
    /// The time for what Telegram tells no time of.
    pub clock: Arc<dyn Clock>,
}

/// Why no connector can be made of the settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The token can't be one.
    #[error(
        "expected telegram.token as @BotFather gives it, such as 123456:ABC-DEF, found something else; \
         send /token to @BotFather"
    )]
    Token,
    /// The system gives no means to make connections.
    #[error("can't make encrypted connections: {0}")]
    Client(#[from] reqwest::Error),
}

/// The connector.
pub struct Telegram {
    connector: ConnectorId,
    api: Api,
    pace: Pace,
    clock: Arc<dyn Clock>,
    me: OnceCell<Me>,
    malformed: AtomicU64,
}

impl Telegram {
    /// A connector; it calls nobody yet.
    pub fn new(settings: TelegramSettings) -> Result<Self, SettingsError> {
        let well_formed = settings
            .token
            .reveal()
            .split_once(':')
            .is_some_and(|(bot, secret)| {
                !secret.is_empty()
                    && bot.parse::<u64>().is_ok()
                    && secret
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            });
        if !well_formed {
            return Err(SettingsError::Token);
        }
        Ok(Self {
            connector: ConnectorId::new("telegram"),
            api: Api::new(&settings.token, settings.api_url.as_ref())?,
            pace: settings.pace.unwrap_or(TELEGRAM_PACE),
            clock: settings.clock,
            me: OnceCell::new(),
            malformed: AtomicU64::new(0),
        })
    }

    /// How many updates could not be read since the start.
    pub fn malformed(&self) -> u64 {
        self.malformed.load(Ordering::Relaxed)
    }

    /// The bot itself, asked for once.
    async fn me(&self) -> Result<&Me, CallError> {
        self.me.get_or_try_init(|| self.fresh_me()).await
    }
}

/// Telegram's published limits (<https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this>).
/// A person may get a few messages in a row.
const TELEGRAM_PACE: Pace = Pace {
    overall: Limit {
        count: 30,
        per: Duration::from_secs(1),
    },
    channel: Limit {
        count: 20,
        per: Duration::from_mins(1),
    },
    direct: Limit {
        count: 5,
        per: Duration::from_secs(5),
    },
};

impl Connector for Telegram {
    fn id(&self) -> ConnectorId {
        self.connector.clone()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            buttons: true,
            forms: false,
            ephemeral: false,
            sees_deletions: false,
            direct_first: false,
            recognises_repeats: false,
            message_length: MESSAGE_LENGTH,
        }
    }

    fn pace(&self) -> Pace {
        self.pace
    }

    async fn listen(&self, start: Start) -> Result<(), ListenError> {
        self.poll_on(start).await
    }

    async fn perform(&self, task: Task) -> Result<Done, Failure> {
        self.carry_out(task).await
    }

    async fn examine(&self, channels: &[Channel]) -> Vec<Finding> {
        self.look_at_all(channels).await
    }
}
