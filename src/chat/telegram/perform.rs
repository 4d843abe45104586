//! Carrying out tasks: post, edit, delete, tell in private.

// Telegram has no idempotency key: the key of a task goes nowhere, and an answer that is lost on the way can repeat
// one message.

use serde::Serialize;
use serde::de::DeserializeOwned;
use teloxide::payloads::{DeleteMessage, EditMessageText, SendMessage};
use teloxide::requests::Payload;
use teloxide::types::{InlineKeyboardMarkup, ReplyMarkup, ReplyParameters};

use super::Telegram;
use super::call::CallError;
use super::failure::{self, Aim};
use super::ids::{self, Spot};
use super::outgoing::{self, Words};
use super::wire::Sent;
use crate::chat::{Done, Failure, Task};
use crate::domain::ids::{MessageId, MessageRef};
use crate::domain::people::Language;
use crate::domain::speech::Speech;
use crate::reply::{Rendered, render};

/// Something to say, and where.
pub(super) struct Saying<'a> {
    pub(super) spot: Spot,
    pub(super) reply_to: Option<&'a MessageId>,
    pub(super) rendered: &'a Rendered,
    /// The buttons, where they aren't those of the rendered speech.
    pub(super) keyboard: Option<InlineKeyboardMarkup>,
}

impl Telegram {
    pub(super) async fn carry_out(&self, task: Task) -> Result<Done, Failure> {
        match task {
            Task::Post {
                place,
                reply_to,
                speech,
                ..
            } => {
                let saying = Saying {
                    spot: Spot::parse(&place.channel)?,
                    reply_to: reply_to.as_ref(),
                    rendered: &render(&speech, Language::default()),
                    keyboard: None,
                };
                self.say(saying).await.map(Done::Posted)
            }
            Task::Direct { person, speech, .. } => {
                let saying = Saying {
                    spot: Spot::private(&person.id)?,
                    reply_to: None,
                    rendered: &render(&speech, person.language),
                    keyboard: None,
                };
                self.say(saying).await.map(Done::Posted)
            }
            Task::Edit { message, speech } => self.edit(&message, &speech).await,
            Task::Delete { message } => self.delete(&message).await,
            Task::Answer { answer, .. } => self.give_answer(&answer).await,
        }
    }

    /// Says something; in the general topic where its own is no more, without markup where Telegram can't read it.
    pub(super) async fn say(&self, saying: Saying<'_>) -> Result<MessageId, Failure> {
        let Saying {
            spot,
            reply_to,
            rendered,
            keyboard,
        } = saying;
        let reply_to = reply_to.map(ids::message_number).transpose()?;
        let keyboard = match keyboard {
            Some(keyboard) => Some(keyboard),
            None => self.keyboard(rendered, spot).await?,
        };
        let message = |spot: Spot, words: Words| {
            let mut message = SendMessage::new(spot.recipient(), words.text);
            message.message_thread_id = spot.thread();
            message.parse_mode = words.mode;
            message.link_preview_options = Some(outgoing::no_preview());
            message.reply_parameters =
                reply_to.map(|to| ReplyParameters::new(to).allow_sending_without_reply());
            message.reply_markup = keyboard.clone().map(ReplyMarkup::InlineKeyboard);
            message
        };
        let mut sent: Result<Sent, CallError> =
            self.worded(rendered, |words| message(spot, words)).await;
        if let Err(error) = &sent
            && spot.topic.is_some()
            && error.says("message thread not found")
        {
            let general = Spot::whole(spot.chat);
            sent = self.worded(rendered, |words| message(general, words)).await;
        }
        match sent {
            Ok(sent) => Ok(ids::message(sent.message_id)),
            Err(error) => Err(failure::read(&error, Aim::say(spot))),
        }
    }

    async fn edit(&self, message: &MessageRef, speech: &Speech) -> Result<Done, Failure> {
        let spot = Spot::parse(&message.place.channel)?;
        let number = ids::message_number(&message.message)?;
        let rendered = render(speech, Language::default());
        let keyboard = self.keyboard(&rendered, spot).await?;
        let changed: Result<serde::de::IgnoredAny, CallError> = self
            .worded(&rendered, |words| {
                let mut edit = EditMessageText::new(spot.recipient(), number, words.text);
                edit.parse_mode = words.mode;
                edit.link_preview_options = Some(outgoing::no_preview());
                edit.reply_markup.clone_from(&keyboard);
                edit
            })
            .await;
        match changed {
            Ok(_) => Ok(Done::Done),
            Err(error) if error.says("message is not modified") => Ok(Done::Done),
            Err(error) => Err(failure::read(&error, Aim::Message)),
        }
    }

    async fn delete(&self, message: &MessageRef) -> Result<Done, Failure> {
        let spot = Spot::parse(&message.place.channel)?;
        let number = ids::message_number(&message.message)?;
        let call = DeleteMessage::new(spot.recipient(), number);
        match self.api.call::<_, serde::de::IgnoredAny>(&call).await {
            Ok(_) => Ok(Done::Done),
            Err(error) => match failure::read(&error, Aim::Message) {
                Failure::Gone { .. } => Ok(Done::Done),
                other => Err(other),
            },
        }
    }

    async fn keyboard(
        &self,
        rendered: &Rendered,
        spot: Spot,
    ) -> Result<Option<InlineKeyboardMarkup>, Failure> {
        let bot = if !spot.is_private() && outgoing::leads_away(rendered) {
            Some(self.username().await?)
        } else {
            None
        };
        Ok(outgoing::keyboard(rendered, bot))
    }

    /// The name by which links call the bot.
    pub(super) async fn username(&self) -> Result<&str, Failure> {
        match self.me().await {
            Ok(me) => Ok(&me.username),
            Err(error) => Err(failure::read(&error, Aim::Message)),
        }
    }

    /// Calls with the words marked up; where Telegram can't read the markup, without it.
    async fn worded<P, T>(
        &self,
        rendered: &Rendered,
        build: impl Fn(Words) -> P + Send + Sync,
    ) -> Result<T, CallError>
    where
        P: Payload + Serialize + Send + Sync,
        T: DeserializeOwned + Send,
    {
        match self.api.call(&build(outgoing::marked(rendered))).await {
            Err(error) if error.says("can't parse entities") => {
                tracing::warn!(connector = %self.connector, %error, "sent again without markup");
                self.api.call(&build(outgoing::unmarked(rendered))).await
            }
            other => other,
        }
    }
}
