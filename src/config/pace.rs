//! `telegram.pace` and `discord.pace`: how fast kith may speak, where a platform allows another pace than
//! the usual one, as a Bot API server of one's own, a proxy or a simulator does.

use serde::{Deserialize, Serialize};

use super::error::ConfigError;

/// How fast kith may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// Messages a second in all.
    pub overall_a_second: u32,
    /// Messages a minute in one channel of a group.
    pub channel_a_minute: u32,
    /// Messages a second to one person in private.
    pub direct_a_second: u32,
}

impl Pace {
    pub(super) fn check(self, setting: &str) -> Result<(), ConfigError> {
        let counts = [
            self.overall_a_second,
            self.channel_a_minute,
            self.direct_a_second,
        ];
        if counts.iter().all(|count| *count > 0) {
            return Ok(());
        }
        Err(ConfigError::Value {
            setting: setting.to_owned(),
            expected: "numbers above 0".to_owned(),
            found: "a 0".to_owned(),
            remedy: "leave the whole section out to keep to the platform's own limits".to_owned(),
        })
    }
}
