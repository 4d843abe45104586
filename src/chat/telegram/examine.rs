//! Looking at everything that could be wrong: token, privacy mode, webhook, and the rights in each group.

use std::collections::BTreeMap;

use teloxide::payloads::GetWebhookInfo;

use super::Telegram;
use super::call::CallError;
use super::failure::{self, Aim};
use super::ids::Spot;
use super::standing::privacy_remedy;
use super::wire::{Me, WebhookInfo};
use crate::chat::{Finding, Level};
use crate::domain::settings::{Channel, ChannelRole};

impl Telegram {
    pub(super) async fn look_at_all(&self, channels: &[Channel]) -> Vec<Finding> {
        let me = match self.fresh_me().await {
            Ok(me) => me,
            Err(error) => return vec![unusable(&error)],
        };
        let mut findings = vec![fine(format!(
            "The token works: the bot is @{}",
            me.username
        ))];
        findings.push(self.look_at_webhook().await);
        findings.push(privacy(&me));
        let mut chats: BTreeMap<i64, bool> = BTreeMap::new();
        let own = channels
            .iter()
            .filter(|channel| channel.place.connector == self.connector);
        for channel in own {
            match Spot::parse(&channel.place.channel) {
                Ok(spot) => {
                    *chats.entry(spot.chat).or_default() |= channel.role == ChannelRole::Intake;
                }
                Err(error) => findings.push(problem(error.to_string(), "Set it up again")),
            }
        }
        for (chat, listens) in chats {
            findings.push(self.look_at_chat(&me, chat, listens).await);
        }
        findings
    }

    async fn look_at_webhook(&self) -> Finding {
        match self
            .api
            .call::<_, WebhookInfo>(&GetWebhookInfo::new())
            .await
        {
            Ok(WebhookInfo { url }) if url.is_empty() => {
                fine("No webhook stands in the way of listening".to_owned())
            }
            Ok(_) => problem(
                "A webhook is set, so that Telegram gives no updates to kith".to_owned(),
                "Call deleteWebhook with this token, and stop whatever set it",
            ),
            Err(error) => unusable(&error),
        }
    }

    async fn look_at_chat(&self, me: &Me, chat: i64, listens: bool) -> Finding {
        let rights = match self.rights(chat).await {
            Ok(rights) => rights,
            Err(error) => {
                let failure = failure::read(&error, Aim::say(Spot::whole(chat)));
                return problem(format!("Group {chat}: {failure}"), "");
            }
        };
        if !rights.present {
            problem(
                format!("Group {chat}: the bot is not in it"),
                "Add the bot to the group again, or set up another",
            )
        } else if !rights.can_write {
            problem(
                format!("Group {chat}: the bot may not write there"),
                "Let the bot send messages there, or make it an administrator",
            )
        } else if listens && !rights.admin && !me.can_read_all_group_messages {
            problem(
                format!("Group {chat}: the bot sees only commands there"),
                &privacy_remedy(me),
            )
        } else {
            fine(format!("Group {chat}: the bot is in it and may write"))
        }
    }
}

fn privacy(me: &Me) -> Finding {
    if me.can_read_all_group_messages {
        fine("Privacy mode is off: the bot sees messages in groups".to_owned())
    } else {
        Finding {
            level: Level::Warning,
            what: "Privacy mode is on: where the bot is no administrator it sees only commands"
                .to_owned(),
            remedy: privacy_remedy(me),
        }
    }
}

fn unusable(error: &CallError) -> Finding {
    let remedy = if error.is_of_token() {
        "Check telegram.token (@BotFather shows it with /token) and telegram.api_url"
    } else {
        "Check that this machine reaches telegram.api_url, and try again"
    };
    problem(error.to_string(), remedy)
}

const fn fine(what: String) -> Finding {
    Finding {
        level: Level::Fine,
        what,
        remedy: String::new(),
    }
}

fn problem(what: String, remedy: &str) -> Finding {
    Finding {
        level: Level::Problem,
        what,
        remedy: remedy.to_owned(),
    }
}
