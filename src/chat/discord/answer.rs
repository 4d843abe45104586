//! Answers to interactions: the first one within three seconds, the real one after the commit.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Method;
use serenity::builder::{CreateInteractionResponse, CreateInteractionResponseMessage};
use serenity::http::Route;
use serenity::model::id::{ApplicationId, InteractionId};
use tokio::sync::watch;
use tokio::time::Instant;

use super::rest::{Call, Rest, RestError};
use super::wire::Interaction;
use super::{compose, ids};
use crate::domain::action::Action;
use crate::domain::ids::EffectId;
use crate::domain::inbound::AnswerToken;
use crate::domain::people::Language;
use crate::domain::private::Private;

/// Discord waits three seconds for a first answer; what comes later is refused.
const DEADLINE: Duration = Duration::from_millis(2_800);
/// A second attempt that begins later than this would come too late.
const LAST_ATTEMPT: Duration = Duration::from_millis(1_800);
/// How many interactions are remembered; a token lives for fifteen minutes.
const REMEMBERED: usize = 4_096;

/// Unknown interaction: its three seconds, or its life, are over.
const UNKNOWN_INTERACTION: u64 = 10_062;
/// The interaction was answered before, by an attempt whose answer was lost or before a restart.
const ALREADY_ANSWERED: u64 = 40_060;

/// How far a first answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// On its way.
    Waiting,
    /// It arrived, or may have.
    Given,
    /// It came too late, so that nothing can be answered there any more.
    TooLate,
}

/// An interaction to be answered at once.
pub(super) struct ToAnswer {
    pub(super) id: InteractionId,
    pub(super) token: String,
    /// The form to open; where there is none the answer is put off.
    pub(super) form: Option<(Action, Language)>,
    progress: watch::Sender<First>,
}

/// The token by which an interaction is answered: the application and Discord's token.
pub(super) fn token(interaction: &Interaction) -> AnswerToken {
    let text = format!("{}/{}", interaction.application_id, interaction.token);
    AnswerToken(Private::new(text))
}

/// The parts of a token; none where it can't be one, since it becomes part of an address.
pub(super) fn parts(token: &AnswerToken) -> Option<(ApplicationId, &str)> {
    let (application, token) = token.0.reveal().split_once('/')?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.=:".contains(&byte);
    let usable = !token.is_empty() && token.bytes().all(is_plain) && token != "." && token != "..";
    Some((ids::number(application)?, token)).filter(|_| usable)
}

/// Which interactions are being answered, so that the real answer waits for the first one.
#[derive(Debug, Default)]
pub(super) struct Answers {
    inner: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    pages: HashMap<String, Page>,
    order: VecDeque<String>,
}

#[derive(Debug)]
struct Page {
    first: watch::Receiver<First>,
    by: Option<EffectId>,
}

/// How the real answer is to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Into the place that the first answer holds.
    Fill,
    /// Beside an answer that was given already.
    Add,
    /// Not at all.
    TooLate,
}

impl Answers {
    /// Notes an interaction that is about to be answered.
    pub(super) fn begin(
        &self,
        interaction: &Interaction,
        form: Option<(Action, Language)>,
    ) -> ToAnswer {
        let (progress, first) = watch::channel(First::Waiting);
        let token = interaction.token.clone();
        self.with(|book| {
            let page = Page { first, by: None };
            if book.pages.insert(token.clone(), page).is_none() {
                book.order.push_back(token.clone());
            }
            if book.order.len() > REMEMBERED
                && let Some(oldest) = book.order.pop_front()
            {
                book.pages.remove(&oldest);
            }
        });
        ToAnswer {
            id: interaction.id,
            token,
            form,
            progress,
        }
    }

    /// Waits for the first answer and says how the real one can be given. An interaction from
    /// before a restart is not known; trying tells.
    pub(super) async fn way(&self, token: &str, key: &EffectId) -> Way {
        let first = self.with(|book| book.pages.get(token).map(|page| page.first.clone()));
        let Some(mut first) = first else {
            return Way::Fill;
        };
        // A sender that is gone without a word was cut off in the middle: trying tells.
        let state = match first.wait_for(|state| *state != First::Waiting).await {
            Ok(state) => *state,
            Err(_) => First::Given,
        };
        if state == First::TooLate {
            return Way::TooLate;
        }
        let by_another = self.with(|book| {
            let page = book.pages.get(token)?;
            page.by.as_ref().map(|by| by != key)
        });
        if by_another == Some(true) {
            Way::Add
        } else {
            Way::Fill
        }
    }

    /// Notes that the place of the first answer is taken.
    pub(super) fn filled(&self, token: &str, key: &EffectId) {
        self.with(|book| {
            if let Some(page) = book.pages.get_mut(token) {
                page.by = Some(key.clone());
            }
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut Book) -> T) -> T {
        act(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Gives the first answer. Says whether it arrived, as far as that can be known.
pub(super) async fn give_first(rest: &Rest, answer: ToAnswer) -> First {
    let started = Instant::now();
    let body = match &answer.form {
        Some((action, language)) => compose::form(action, *language),
        None => serde_json::to_vec(&CreateInteractionResponse::Defer(
            CreateInteractionResponseMessage::new().ephemeral(true),
        ))
        .ok(),
    };
    let first = loop {
        let route = Route::InteractionResponse {
            interaction_id: answer.id,
            token: &answer.token,
        };
        let left = DEADLINE.saturating_sub(started.elapsed());
        let call = Call::new(Method::POST, route)
            .body(body.clone().unwrap_or_default())
            .within(left);
        match rest.tell(call).await {
            Ok(()) => break First::Given,
            Err(error) if error.code() == Some(ALREADY_ANSWERED) => break First::Given,
            Err(error) if error.is_passing() && started.elapsed() < LAST_ATTEMPT => {
                tracing::debug!(discord.error = %error, "trying a first answer again");
                let wait = match error {
                    RestError::Limited { after } => after.min(LAST_ATTEMPT / 2),
                    _ => Duration::from_millis(100),
                };
                tokio::time::sleep(wait).await;
            }
            Err(error) => {
                let late = error.code() == Some(UNKNOWN_INTERACTION);
                tracing::info!(discord.error = %error, "an interaction was not answered in time");
                // A call without an answer may have arrived, so that the place may be there.
                let unsure = matches!(error, RestError::Network { .. }) && !late;
                break if unsure { First::Given } else { First::TooLate };
            }
        }
    };
    answer.progress.send_replace(first);
    first
}
