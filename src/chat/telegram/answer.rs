//! Answering whoever pressed a button or typed a command, in private what is for them alone.

use serde::{Deserialize, Serialize};
use teloxide::payloads::AnswerCallbackQuery;
use teloxide::types::{CallbackQueryId, InlineKeyboardButton, InlineKeyboardMarkup, True};

use super::Telegram;
use super::call::CallError;
use super::failure::{self, Aim};
use super::ids::{self, Spot};
use super::outgoing;
use super::passage;
use super::perform::Saying;
use crate::chat::{Done, Failure};
use crate::domain::action::Action;
use crate::domain::effect::Answer;
use crate::domain::inbound::AnswerToken;
use crate::domain::people::Language;
use crate::domain::private::Private;
use crate::domain::sharing_speech::SharingSpeech;
use crate::domain::speech::Speech;
use crate::reply::{Rendered, render};

/// The most that fits into the answer to a press, in UTF-16 units.
const MOST_SHOWN: usize = 200;
/// What is longer than this must be closed by hand, so that there is time to read it.
const READ_AT_A_GLANCE: usize = 60;

/// What it takes to answer a press.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Token {
    /// The press.
    #[serde(rename = "q")]
    pub(super) query: String,
    /// The message that the button is on.
    #[serde(rename = "m")]
    pub(super) message: Option<i32>,
    /// What the button carries, to lead to the same in private.
    #[serde(rename = "d")]
    pub(super) data: Option<String>,
}

impl Token {
    pub(super) fn seal(&self) -> AnswerToken {
        // A struct of texts and a number always becomes JSON; an empty token would be answered as none.
        AnswerToken(Private::new(
            serde_json::to_string(self).unwrap_or_default(),
        ))
    }

    fn open(token: &AnswerToken) -> Option<Self> {
        serde_json::from_str(token.0.reveal()).ok()
    }
}

/// How the answer to a press is shown.
#[derive(Default)]
struct Shown {
    text: Option<String>,
    alert: bool,
    link: Option<url::Url>,
}

impl Telegram {
    pub(super) async fn give_answer(&self, answer: &Answer) -> Result<Done, Failure> {
        match answer.token.as_ref().and_then(Token::open) {
            Some(token) => self.answer_press(answer, &token).await,
            None => self.answer_typed(answer).await,
        }
    }

    async fn answer_press(&self, answer: &Answer, token: &Token) -> Result<Done, Failure> {
        let rendered = render(&answer.speech, answer.person.language);
        let plain = rendered.plain();
        let length = outgoing::units(&plain);
        let personal = answer.speech.is_personal();
        if !answer.private && length <= MOST_SHOWN && rendered.buttons.is_empty() {
            let shown = Shown {
                text: Some(plain),
                alert: personal || length > READ_AT_A_GLANCE,
                link: None,
            };
            return match self.show_press(token, shown).await {
                // Too late to be shown; what matters to them is still worth a message.
                Err(Failure::Gone { .. }) if personal => match self.tell(answer, &rendered).await {
                    Err(Failure::Unreachable { .. }) => Ok(Done::Done),
                    told => told,
                },
                Err(Failure::Gone { .. }) => Ok(Done::Done),
                shown => shown,
            };
        }
        // A press is answered once only, so that it is answered after what may fail.
        let mut shown = Shown::default();
        if personal && !answer.private {
            match self.tell(answer, &rendered).await {
                Ok(_) => shown.text = Some(waiting(answer.person.language, None).plain()),
                Err(Failure::Unreachable { .. }) => {
                    // The app opens the private chat, where Start brings the same press again.
                    let payload = match &answer.speech {
                        Speech::YouHaveIt(_) | Speech::File(_) => payload(answer),
                        _ => token.data.clone().unwrap_or_else(|| "help".to_owned()),
                    };
                    shown.link = outgoing::private_link(self.username().await?, &payload);
                }
                Err(other) => return Err(other),
            }
        } else {
            let on = token.message.map(ids::message);
            self.say(Saying {
                spot: Spot::parse(&answer.place.channel)?,
                reply_to: on.as_ref().filter(|_| !answer.private),
                rendered: &rendered,
                keyboard: None,
            })
            .await?;
        }
        let only_a_link = shown.link.is_some();
        match self.show_press(token, shown).await {
            Err(again @ Failure::Retry { .. }) if only_a_link => Err(again),
            // What was to be said is said; trying again would say it twice.
            _ => Ok(Done::Done),
        }
    }

    async fn answer_typed(&self, answer: &Answer) -> Result<Done, Failure> {
        let rendered = render(&answer.speech, answer.person.language);
        let spot = Spot::parse(&answer.place.channel)?;
        if answer.speech.is_personal() && !answer.private {
            return match self.tell(answer, &rendered).await {
                Err(Failure::Unreachable { .. }) => self.point_to_private(answer, spot).await,
                told => told,
            };
        }
        let said = self
            .say(Saying {
                spot,
                reply_to: answer.message.as_ref().filter(|_| !answer.private),
                rendered: &rendered,
                keyboard: None,
            })
            .await?;
        Ok(Done::Posted(said))
    }

    async fn tell(&self, answer: &Answer, rendered: &Rendered) -> Result<Done, Failure> {
        let told = self
            .say(Saying {
                spot: Spot::private(&answer.person.id)?,
                reply_to: None,
                rendered,
                keyboard: None,
            })
            .await?;
        Ok(Done::Posted(told))
    }

    /// Says in the group that something waits in private, with a link that brings it.
    async fn point_to_private(&self, answer: &Answer, spot: Spot) -> Result<Done, Failure> {
        // The button is there for its label; what it leads to is not always an action.
        let rendered = waiting(answer.person.language, Some(Action::NewRequest));
        let link = outgoing::private_link(self.username().await?, &payload(answer));
        let label = rendered.buttons.iter().flatten().next();
        let keyboard = label.zip(link).map(|(button, link)| {
            InlineKeyboardMarkup::new([[InlineKeyboardButton::url(button.label.clone(), link)]])
        });
        let said = self
            .say(Saying {
                spot,
                reply_to: answer.message.as_ref(),
                rendered: &rendered,
                keyboard,
            })
            .await?;
        Ok(Done::Posted(said))
    }

    async fn show_press(&self, token: &Token, shown: Shown) -> Result<Done, Failure> {
        let mut call = AnswerCallbackQuery::new(CallbackQueryId(token.query.clone()));
        call.text = shown.text.map(|text| outgoing::cut(&text, MOST_SHOWN));
        call.show_alert = shown.alert.then_some(true);
        call.url = shown.link;
        let answered: Result<True, CallError> = self.api.call(&call).await;
        match answered {
            Ok(True) => Ok(Done::Done),
            Err(error) => Err(failure::read(&error, Aim::Press)),
        }
    }
}

/// There is a message for you.
fn waiting(language: Language, link: Option<Action>) -> Rendered {
    render(&Speech::MessageWaiting { link }, language)
}

/// What brings a personal speech once its person has opened the private chat; a name of a command is read as one.
fn payload(answer: &Answer) -> String {
    match &answer.speech {
        Speech::AskField(ask) => Action::Details(ask.subject.clone()).encode(),
        Speech::DetailsSaved { subject, .. } => Action::Details(subject.clone()).encode(),
        Speech::YouHaveIt(file) | Speech::File(file) => {
            passage::payload(&answer.place.channel, &file.card.case)
        }
        Speech::Sharing(speech) => match &**speech {
            SharingSpeech::Ask { case, .. } => Action::Sharing(case.clone()).encode(),
            SharingSpeech::Answered { .. }
            | SharingSpeech::Stopped { .. }
            | SharingSpeech::NothingToStop => "my".to_owned(),
        },
        Speech::Mine { .. } | Speech::News { .. } => "my".to_owned(),
        _ => "help".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_read_back_and_strange_ones_are_none() {
        let token = Token {
            query: "4382bfdwdsb323b2d9".to_owned(),
            message: Some(7),
            data: Some("claim_0123456789abcdef".to_owned()),
        };
        assert_eq!(Token::open(&token.seal()), Some(token));
        assert_eq!(Token::open(&AnswerToken(Private::from("nonsense"))), None);
    }
}
