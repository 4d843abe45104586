//! `[discord]`: the Discord bot.

use serde::{Deserialize, Serialize};
use url::Url;

use super::environment::Environment;
use super::error::{ConfigError, check_token, check_web_address};
use super::pace::Pace;
use crate::domain::private::Private;

/// The Discord bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Discord {
    /// The bot token of the developer portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Private<String>>,
    /// Another address of the REST API: a proxy or a simulator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_url: Option<Url>,
    /// Another address of the gateway; asked of the API where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway_url: Option<Url>,
    /// Whether the bot runs; set to `false` to pause it and keep the token.
    pub enabled: bool,
    /// How fast kith may speak, where not as fast as the platform's own limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
}

impl Default for Discord {
    fn default() -> Self {
        Self {
            token: None,
            api_url: None,
            gateway_url: None,
            enabled: true,
            pace: None,
        }
    }
}

impl Discord {
    /// The token, where the bot is to run.
    pub fn active(&self) -> Option<&Private<String>> {
        self.token.as_ref().filter(|_| self.enabled)
    }

    pub(super) fn override_from(&mut self, environment: &Environment) -> Result<(), ConfigError> {
        if let Some(token) = environment.text("KITH_DISCORD_TOKEN") {
            self.token = Some(Private::new(token));
        }
        if let Some(url) = environment.parsed("KITH_DISCORD_API_URL", "a web address")? {
            self.api_url = Some(url);
        }
        if let Some(url) = environment.parsed("KITH_DISCORD_GATEWAY_URL", "a ws:// address")? {
            self.gateway_url = Some(url);
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check_token("discord.token", self.token.as_ref())?;
        if let Some(pace) = self.pace {
            pace.check("discord.pace")?;
        }
        check_web_address("discord.api_url", self.api_url.as_ref())?;
        match &self.gateway_url {
            Some(url) if !matches!(url.scheme(), "ws" | "wss") => Err(ConfigError::Value {
                setting: "discord.gateway_url".to_owned(),
                expected: "an address that begins with wss:// or ws://".to_owned(),
                found: format!("`{url}`"),
                remedy: "leave it out to use Discord's own".to_owned(),
            }),
            _ => Ok(()),
        }
    }
}
