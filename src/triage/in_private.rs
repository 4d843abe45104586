//! What somebody writes to kith in private: an answer where one is awaited, else a telling like any other.

use crate::domain::details::Field;
use crate::domain::dialogue::Asking;
use crate::domain::effect::Act;
use crate::domain::inbound::{Message, Scene};
use crate::domain::people::Standing;
use crate::domain::reading::{Kind, Reading};
use crate::domain::settings::Listening;
use crate::domain::speech::Speech;

use super::deciding::{Asker, Deciding};
use super::dialogue::{Step, yes_or_no};
use super::telling::Telling;
use super::{ASK_FROM, wants};

impl Deciding<'_> {
    /// A message in a private chat: an answer where one is awaited, else a telling like any other.
    pub fn private_message(&mut self, message: &Message, reading: Option<&Reading>) {
        let asker = Asker {
            person: message.author.clone(),
            standing: Standing::default(),
            scene: message.scene.clone(),
            message: None,
            token: None,
        };
        let nothing = Reading::nothing();
        let reading = reading.unwrap_or(&nothing);
        let telling = Telling::of(message, reading);
        let danger = self.is_worrying(reading);
        if !danger && wants::takes_back(message) && self.shares_no_more(&asker) {
            return;
        }
        if let Some(dialogue) = self.dialogue_of(&message.author) {
            let consent_only = dialogue.asking == Asking::Only(Field::Consent);
            if !consent_only || yes_or_no(message.text.reveal()).is_some() {
                // What somebody worries about becomes a concern by itself.
                if danger && dialogue.asking != Asking::Worry {
                    self.raise_concern(&telling, None);
                }
                let step = match message.text.reveal().trim().to_lowercase().as_str() {
                    "skip" => Step::Skip,
                    "back" => Step::Back,
                    "stop" => Step::Stop,
                    _ => Step::Text(message.text.clone()),
                };
                return self.dialogue_step(&asker, &step);
            }
        }
        if self.danger(&telling) {
            return;
        }
        if let Some(id) = self.questioned_by_hub(message) {
            return self.question_answered(&asker, &id, &message.text);
        }
        if self.answered_kith(&telling, message) {
            return;
        }
        let sure = reading.confidence >= ASK_FROM;
        match reading.kind {
            Kind::Request if sure => self.request_read(&telling, Listening::Ask),
            Kind::Offer if sure => self.offer_read(&telling, Listening::Ask),
            Kind::Resolved if self.resolved_read(message) => {}
            _ => say_here(self, &message.scene, Speech::NotUnderstood),
        }
    }
}

fn say_here(deciding: &mut Deciding<'_>, scene: &Scene, speech: Speech) {
    deciding.promise(Act::Say {
        place: scene.place.clone(),
        reply_to: None,
        speech,
    });
}
