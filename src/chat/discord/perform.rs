//! Carries out tasks: each is one call, made so that repeating it does no harm.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use serenity::http::Route;
use serenity::model::id::{ApplicationId, ChannelId, MessageId, UserId};

use super::answer::{self, Way};
use super::compose::{Composed, compose};
use super::failure::{Doing, code, failure, is_over};
use super::rest::{Call, RestError};
use super::wire::Identified;
use super::{Discord, ids};
use crate::chat::{Done, Failure, Task};
use crate::domain::effect::Answer;
use crate::domain::ids::{EffectId, MessageId as OurMessage, MessageRef, Place};
use crate::domain::people::{Language, Person};
use crate::domain::speech::Speech;

/// The most private channels whose number is kept; one that is not kept is asked for again.
const CHATS_KEPT: usize = 10_000;

/// Carries out one task.
pub(super) async fn perform(discord: &Discord, task: Task) -> Result<Done, Failure> {
    match task {
        Task::Post {
            key,
            place,
            reply_to,
            speech,
        } => {
            let said = Said {
                key: &key,
                speech: &speech,
                language: Language::default(),
            };
            discord.post(&place, reply_to.as_ref(), said).await
        }
        Task::Edit { message, speech } => discord.edit(&message, &speech).await,
        Task::Delete { message } => discord.delete(&message).await,
        Task::Direct {
            key,
            person,
            speech,
        } => discord.direct(&key, &person, &speech).await,
        Task::Answer { key, answer } => discord.answer(&key, &answer).await,
    }
}

/// Something to say, with its idempotency key.
#[derive(Clone, Copy)]
struct Said<'a> {
    key: &'a EffectId,
    speech: &'a Speech,
    language: Language,
}

/// A message as Discord has taken it.
#[derive(Deserialize)]
struct Created {
    id: MessageId,
    #[serde(default)]
    content: Option<String>,
}

impl Created {
    /// Whether it says what was sent; so it is taken where Discord doesn't tell.
    fn says(&self, sent: &Composed) -> bool {
        self.content
            .as_ref()
            .is_none_or(|content| content.trim() == sent.content().trim())
    }
}

impl Discord {
    async fn post(
        &self,
        place: &Place,
        reply_to: Option<&OurMessage>,
        said: Said<'_>,
    ) -> Result<Done, Failure> {
        let channel = channel(place)?;
        let answers = reply_to
            .and_then(|message| ids::number(message.as_str()))
            .map(|message| (channel, message));
        let posted = self.send(channel, answers, said).await;
        posted.map_err(|error| failure(&error, Doing::Post))
    }

    async fn send(
        &self,
        channel: ChannelId,
        answers: Option<(ChannelId, MessageId)>,
        said: Said<'_>,
    ) -> Result<Done, RestError> {
        let mut message = self
            .create(channel, answers, (said, ids::nonce(said.key)))
            .await?;
        if !message.says(&compose(said.speech, said.language)) {
            // An earlier attempt arrived without our knowing, and there are newer words by now.
            match self.replace(channel, message.id, said).await {
                Err(error) if error.code() == Some(code::UNKNOWN_MESSAGE) => {
                    let nonce = ids::digest(&format!("{}:{}", said.key, message.id));
                    message = self.create(channel, answers, (said, nonce)).await?;
                }
                replaced => replaced?,
            }
        }
        Ok(Done::Posted(OurMessage::new(message.id.to_string())))
    }

    async fn create(
        &self,
        channel: ChannelId,
        answers: Option<(ChannelId, MessageId)>,
        (said, nonce): (Said<'_>, String),
    ) -> Result<Created, RestError> {
        let body = compose(said.speech, said.language).post(nonce, answers);
        let route = Route::ChannelMessages {
            channel_id: channel,
        };
        let call = Call::new(Method::POST, route).body(body.unwrap_or_default());
        self.rest.call(call).await
    }

    async fn replace(
        &self,
        channel: ChannelId,
        message: MessageId,
        said: Said<'_>,
    ) -> Result<(), RestError> {
        let body = compose(said.speech, said.language).edit();
        let route = Route::ChannelMessage {
            channel_id: channel,
            message_id: message,
        };
        let call = Call::new(Method::PATCH, route).body(body.unwrap_or_default());
        self.rest.tell(call).await
    }

    async fn edit(&self, message: &MessageRef, speech: &Speech) -> Result<Done, Failure> {
        let body = compose(speech, Language::default()).edit();
        let call = Call::new(Method::PATCH, message_route(message)?).body(body.unwrap_or_default());
        match self.rest.tell(call).await {
            Ok(()) => Ok(Done::Done),
            Err(error) => Err(failure(&error, Doing::Edit)),
        }
    }

    async fn delete(&self, message: &MessageRef) -> Result<Done, Failure> {
        let call = Call::new(Method::DELETE, message_route(message)?);
        match self.rest.tell(call).await {
            Ok(()) => Ok(Done::Done),
            Err(error) => match failure(&error, Doing::Delete) {
                Failure::Gone { .. } => Ok(Done::Done),
                other => Err(other),
            },
        }
    }

    async fn direct(
        &self,
        key: &EffectId,
        person: &Person,
        speech: &Speech,
    ) -> Result<Done, Failure> {
        let told = |error: &RestError| failure(error, Doing::Direct);
        let user = ids::number(person.id.as_str()).ok_or_else(|| Failure::Dead {
            why: format!("expected a person of Discord, found `{}`", person.id),
        })?;
        let said = Said {
            key,
            speech,
            language: person.language,
        };
        let channel = self.chat_with(user).await.map_err(|error| told(&error))?;
        match self.send(channel, None, said).await {
            Ok(_) => Ok(Done::Done),
            Err(error) => {
                // The number may be out of date; the next attempt asks for it again.
                if error.code() == Some(code::UNKNOWN_CHANNEL) {
                    self.chats().remove(&user);
                    return Err(Failure::Retry {
                        after: None,
                        why: error.to_string(),
                    });
                }
                Err(told(&error))
            }
        }
    }

    /// The private channel with a person, made where there is none.
    async fn chat_with(&self, user: UserId) -> Result<ChannelId, RestError> {
        if let Some(known) = self.chats().get(&user) {
            return Ok(*known);
        }
        let body = json!({ "recipient_id": user }).to_string().into_bytes();
        let call = Call::new(Method::POST, Route::UserMeDmChannels).body(body);
        let channel: Identified = self.rest.call(call).await?;
        let channel = ChannelId::new(channel.id.get());
        let mut chats = self.chats();
        if chats.len() >= CHATS_KEPT {
            chats.clear();
        }
        chats.insert(user, channel);
        Ok(channel)
    }

    async fn answer(&self, key: &EffectId, answer: &Answer) -> Result<Done, Failure> {
        let Some(token) = &answer.token else {
            return self.answer_without_token(key, answer).await;
        };
        let Some((application, token)) = answer::parts(token) else {
            return self.answer_too_late(key, answer).await;
        };
        let way = self.answers.way(token, key).await;
        if way == Way::TooLate {
            return self.answer_too_late(key, answer).await;
        }
        let given = self.give(application, token, way, answer).await;
        match given {
            Ok(()) => {
                if way == Way::Fill {
                    self.answers.filled(token, key);
                }
                Ok(Done::Done)
            }
            Err(error) if is_over(&error) => self.answer_too_late(key, answer).await,
            Err(error) => Err(failure(&error, Doing::Answer)),
        }
    }

    async fn give(
        &self,
        application: ApplicationId,
        token: &str,
        way: Way,
        answer: &Answer,
    ) -> Result<(), RestError> {
        let composed = || compose(&answer.speech, answer.person.language);
        if way == Way::Fill {
            let route = Route::WebhookOriginalInteractionResponse {
                application_id: application,
                token,
            };
            let call = Call::new(Method::PATCH, route).body(composed().fill().unwrap_or_default());
            match self.rest.tell(call).await {
                // The person put the waiting answer away.
                Err(error) if error.code() == Some(code::UNKNOWN_MESSAGE) => {}
                other => return other,
            }
        }
        let route = Route::WebhookFollowupMessages {
            application_id: application,
            token,
        };
        let body = composed().follow_up().unwrap_or_default();
        self.rest
            .tell(Call::new(Method::POST, route).body(body))
            .await
    }

    /// The interaction is past its time: what is personal still has its way in private.
    async fn answer_too_late(&self, key: &EffectId, answer: &Answer) -> Result<Done, Failure> {
        if answer.private || answer.speech.is_personal() {
            return self.direct(key, &answer.person, &answer.speech).await;
        }
        Err(Failure::Gone {
            why: "the interaction is past its time, so that it can't be answered".to_owned(),
        })
    }

    async fn answer_without_token(&self, key: &EffectId, answer: &Answer) -> Result<Done, Failure> {
        if answer.speech.is_personal() && !answer.private {
            return self.direct(key, &answer.person, &answer.speech).await;
        }
        let said = Said {
            key,
            speech: &answer.speech,
            language: answer.person.language,
        };
        self.post(&answer.place, answer.message.as_ref(), said)
            .await
            .map(|_| Done::Done)
    }
}

fn channel(place: &Place) -> Result<ChannelId, Failure> {
    ids::number(place.channel.as_str()).ok_or_else(|| Failure::Dead {
        why: format!("expected a channel of Discord, found `{}`", place.channel),
    })
}

fn message_route(message: &MessageRef) -> Result<Route<'static>, Failure> {
    let number = ids::number(message.message.as_str()).ok_or_else(|| Failure::Dead {
        why: format!("expected a message of Discord, found `{}`", message.message),
    })?;
    Ok(Route::ChannelMessage {
        channel_id: channel(&message.place)?,
        message_id: number,
    })
}
