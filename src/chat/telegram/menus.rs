//! The commands that people are offered when they type a slash: each sees those that they can use there.

use std::collections::HashMap;
use std::convert::Infallible;

use teloxide::payloads::{DeleteMyCommands, SetMyCommands};
use teloxide::types::{BotCommand, BotCommandScope, ChatId, Recipient, True};
use tokio::sync::watch;

use super::Telegram;
use super::call::CallError;
use super::failure::{self, Aim};
use super::ids::Spot;
use super::waits::Waits;
use crate::chat::Failure;
use crate::domain::ids::ConnectorId;
use crate::domain::people::Language;
use crate::domain::settings::{Channel, ChannelRole};
use crate::reply::{Scope, command_menu};

/// What is offered to whom.
type Menus = HashMap<BotCommandScope, Vec<BotCommand>>;

impl Telegram {
    /// Keeps the menus as the channels want them. Nothing waits for it, and nothing is lost where it fails.
    pub(super) async fn keep_menus(
        &self,
        mut channels: watch::Receiver<Vec<Channel>>,
    ) -> Infallible {
        let mut shown = Menus::new();
        let mut waits = Waits::default();
        loop {
            let wanted = menus(&self.connector, &channels.borrow_and_update());
            let again = match self.show(wanted, &mut shown).await {
                Ok(()) => {
                    waits.reset();
                    None
                }
                Err(after) => Some(waits.next(after)),
            };
            let changed = async {
                if channels.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            match again {
                None => changed.await,
                Some(again) => tokio::select! {
                    () = changed => {}
                    () = tokio::time::sleep(again) => {}
                },
            }
        }
    }

    /// Shows what is not shown yet, and takes away what is not wanted any more.
    async fn show(
        &self,
        wanted: Menus,
        shown: &mut Menus,
    ) -> Result<(), Option<std::time::Duration>> {
        let unwanted: Vec<BotCommandScope> = shown
            .keys()
            .filter(|scope| !wanted.contains_key(scope))
            .cloned()
            .collect();
        for scope in unwanted {
            let mut call = DeleteMyCommands::new();
            call.scope = Some(scope.clone());
            self.settle_menu(self.api.call(&call).await)?;
            shown.remove(&scope);
        }
        for (scope, commands) in wanted {
            if shown.get(&scope) == Some(&commands) {
                continue;
            }
            let mut call = SetMyCommands::new(commands.clone());
            call.scope = Some(scope.clone());
            self.settle_menu(self.api.call(&call).await)?;
            shown.insert(scope, commands);
        }
        Ok(())
    }

    /// A refusal for good (a group that kith has left) is as good as done; the rest is tried again.
    fn settle_menu(
        &self,
        result: Result<True, CallError>,
    ) -> Result<(), Option<std::time::Duration>> {
        let Err(error) = result else { return Ok(()) };
        tracing::warn!(connector = %self.connector, %error, "could not set a menu of commands");
        match failure::read(&error, Aim::Group) {
            Failure::Retry { after, .. } => Err(after),
            _ => Ok(()),
        }
    }
}

/// The menus for these channels. The narrowest scope alone counts for each person, so each has all that they can use.
fn menus(connector: &ConnectorId, channels: &[Channel]) -> Menus {
    let residents = commands(&[Scope::Resident]);
    let mut menus = Menus::from([
        (BotCommandScope::AllPrivateChats, residents.clone()),
        (BotCommandScope::AllGroupChats, residents),
        (
            BotCommandScope::AllChatAdministrators,
            commands(&[Scope::Resident, Scope::Moderator]),
        ),
    ]);
    let own = channels
        .iter()
        .filter(|channel| channel.place.connector == *connector);
    for channel in own {
        let theirs = match channel.role {
            ChannelRole::Hub => Scope::Staff,
            ChannelRole::Safeguarding => Scope::Lead,
            ChannelRole::Intake | ChannelRole::Ignored => continue,
        };
        let Ok(spot) = Spot::parse(&channel.place.channel) else {
            continue;
        };
        let chat_id = Recipient::Id(ChatId(spot.chat));
        menus.insert(
            BotCommandScope::Chat {
                chat_id: chat_id.clone(),
            },
            commands(&[theirs, Scope::Resident]),
        );
        menus.insert(
            BotCommandScope::ChatAdministrators { chat_id },
            commands(&[theirs, Scope::Resident, Scope::Moderator]),
        );
    }
    menus
}

fn commands(scopes: &[Scope]) -> Vec<BotCommand> {
    scopes
        .iter()
        .flat_map(|scope| command_menu(*scope, Language::default()))
        .map(|word| BotCommand::new(word.name, word.description))
        .collect()
}
