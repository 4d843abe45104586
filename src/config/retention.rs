//! `[retention]`: how many days kith keeps what.

use serde::{Deserialize, Serialize};

use super::error::ConfigError;
use crate::domain::retention::Terms;

/// How many days kith keeps what: a line a rule, each within its bounds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Retention(pub Terms);

impl Retention {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Some((line, days)) = self.0.out_of_bounds() else {
            return Ok(());
        };
        let (least, most) = line.bounds;
        Err(ConfigError::Value {
            setting: format!("retention.{}", line.name),
            expected: format!(
                "{least} to {most} days, with outbox no longer than words, words than details, details than cases"
            ),
            found: days.to_string(),
            remedy: format!(
                "leave it out for {} days, or see docs/privacy.md",
                line.days
            ),
        })
    }
}
