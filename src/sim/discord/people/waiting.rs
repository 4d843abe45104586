//! Waiting until people see something.

use std::time::Duration;

use super::seen::{SeenMessage, seen};
use crate::sim::discord::DiscordSim;

/// What was waited for didn't come.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "expected the simulated Discord to come to what was waited for within {waited:?}; \
     the last messages were:\n{recent}"
)]
pub struct TimedOut {
    /// How long it was waited.
    pub waited: Duration,
    /// The last messages, a line each.
    pub recent: String,
}

impl DiscordSim {
    /// Waits until a condition holds. It is looked at after every change, never by the clock.
    pub async fn wait_until(
        &self,
        mut check: impl FnMut(&Self) -> bool,
        timeout: Duration,
    ) -> Result<(), TimedOut> {
        self.wait_for(|sim| check(sim).then_some(()), timeout).await
    }

    /// Waits until something can be found, and gives it.
    pub async fn wait_for<T>(
        &self,
        mut find: impl FnMut(&Self) -> Option<T>,
        timeout: Duration,
    ) -> Result<T, TimedOut> {
        let mut changes = self.shared.changes();
        let search = async {
            loop {
                changes.borrow_and_update();
                if let Some(found) = find(self) {
                    return found;
                }
                if changes.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        match tokio::time::timeout(timeout, search).await {
            Ok(found) => Ok(found),
            Err(_) => Err(TimedOut {
                waited: timeout,
                recent: self.recent_messages(),
            }),
        }
    }

    fn recent_messages(&self) -> String {
        let mut all: Vec<SeenMessage> = self.shared.peek(|world| {
            let kept = world
                .channels
                .values()
                .flat_map(|channel| channel.messages.values().rev().take(12));
            kept.chain(world.ephemerals.values().rev().take(12))
                .map(|message| seen(world, message))
                .collect()
        });
        all.sort_by_key(|message| message.id);
        let skip = all.len().saturating_sub(12);
        let lines = all.iter().skip(skip).map(|message| {
            let labels: Vec<&str> = message
                .buttons
                .iter()
                .flatten()
                .map(|button| button.label.as_str())
                .collect();
            format!(
                "  {} in {}: {} {labels:?}",
                message.author_name,
                message.channel,
                message.text().replace('\n', " / ")
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}
