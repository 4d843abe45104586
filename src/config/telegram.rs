//! `[telegram]`: the Telegram bot.

use serde::{Deserialize, Serialize};
use url::Url;

use super::environment::Environment;
use super::error::{ConfigError, check_token, check_web_address};
use super::pace::Pace;
use crate::domain::private::Private;

/// The Telegram bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telegram {
    /// The token that `@BotFather` gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Private<String>>,
    /// Another address of the Bot API: a proxy, a server of one's own, a simulator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_url: Option<Url>,
    /// Whether the bot runs; set to `false` to pause it and keep the token.
    pub enabled: bool,
    /// How fast kith may speak, where not as fast as the platform's own limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
}

impl Default for Telegram {
    fn default() -> Self {
        Self {
            token: None,
            api_url: None,
            enabled: true,
            pace: None,
        }
    }
}

impl Telegram {
    /// The token, where the bot is to run.
    pub fn active(&self) -> Option<&Private<String>> {
        self.token.as_ref().filter(|_| self.enabled)
    }

    pub(super) fn override_from(&mut self, environment: &Environment) -> Result<(), ConfigError> {
        if let Some(token) = environment.text("KITH_TELEGRAM_TOKEN") {
            self.token = Some(Private::new(token));
        }
        if let Some(url) = environment.parsed("KITH_TELEGRAM_API_URL", "a web address")? {
            self.api_url = Some(url);
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check_token("telegram.token", self.token.as_ref())?;
        if let Some(pace) = self.pace {
            pace.check("telegram.pace")?;
        }
        check_web_address("telegram.api_url", self.api_url.as_ref())
    }
}
