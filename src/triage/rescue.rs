//! What somebody in danger needs at once, from their words alone: no row, no clock and no draw is looked at, so that it
//! can be said before anything is written down.

use std::collections::HashMap;

use crate::domain::action::Action;
use crate::domain::clock::Timestamp;
use crate::domain::command::Command;
use crate::domain::decision::{Decision, Snapshot};
use crate::domain::details::Field;
use crate::domain::effect::Act;
use crate::domain::heard::Heard;
use crate::domain::ids::{ConcernId, Draw, MessageRef, Place};
use crate::domain::inbound::{Event, Inbound, Message, Scene};
use crate::domain::people::Person;
use crate::domain::private::Private;
use crate::domain::reading::{Kind, Reading, Signal};
use crate::domain::rescue::Rescue;
use crate::domain::settings::Channel;
use crate::domain::speech::{Number, Numbers, Speech};
use crate::safeguarding;

use super::deciding::{Asker, Deciding, waiting};
use super::telling::Telling;
use super::{Desk, listens, reached};

/// What is danger to somebody: whoever asks for numbers without a word gets those for all of it.
const DANGERS: [Signal; 5] = [
    Signal::SelfHarm,
    Signal::Abuse,
    Signal::Child,
    Signal::Medical,
    Signal::Hazard,
];

/// Who wrote words, where, and by which message.
type Writer<'i> = (&'i Person, &'i Scene, Option<MessageRef>);

impl Desk {
    /// What the words of a message say where reading them failed: the worst words alone.
    pub fn read_plainly(
        &self,
        inbound: &Inbound,
        channels: &HashMap<Place, Channel>,
    ) -> Option<Heard> {
        let message = message_of(inbound).filter(|message| listens(message, channels))?;
        let signals = safeguarding::plain_signs(message.text.reveal());
        (!signals.is_empty()).then(|| Heard::new(signs(signals)))
    }

    /// What whoever wrote or pressed needs at once; none where nobody is in danger by these words.
    pub fn rescue(&self, inbound: &Inbound, heard: Option<&Heard>) -> Option<Rescue> {
        match &inbound.event {
            Event::Message(message) | Event::Edited(message) => {
                let signals = &heard?.reading.signals;
                self.rescue_of(writer(message), (signals, &message.text))
            }
            Event::Command(issued) => match &issued.command {
                Ok(
                    Command::Need { text: Some(text) }
                    | Command::Offer { text: Some(text) }
                    | Command::Concern {
                        words: Some(text), ..
                    },
                ) => {
                    let source = issued.message.clone().map(|message| MessageRef {
                        place: issued.scene.place.clone(),
                        message,
                    });
                    self.rescue_unread((&issued.by.person, &issued.scene, source), text)
                }
                Ok(Command::Need { .. } | Command::Offer { .. }) => {
                    let about = issued.about.as_deref()?;
                    self.rescue_unread(writer(about), &about.text)
                }
                Ok(Command::Numbers) => Some(self.all_numbers(&issued.by.person, &issued.scene)),
                _ => None,
            },
            Event::Form(form) => {
                let (_, words) = form
                    .fields
                    .iter()
                    .find(|(field, _)| *field == Field::What)?;
                self.rescue_unread((&form.by.person, &form.scene, None), words)
            }
            Event::Press(press) => {
                let asks = matches!(
                    press.action,
                    Some(Action::Numbers(_) | Action::NumbersToCall)
                );
                asks.then(|| self.all_numbers(&press.by.person, &press.scene))
            }
            _ => None,
        }
    }

    /// All numbers, for somebody who asks for them.
    fn all_numbers(&self, person: &Person, scene: &Scene) -> Rescue {
        Rescue {
            act: privately((person, scene), &self.numbers(&DANGERS, "")),
            person: person.clone(),
            asked_for: true,
        }
    }

    /// Words that nobody has read yet: those of commands and forms, which are few.
    fn rescue_unread(&self, writer: Writer<'_>, words: &Private<String>) -> Option<Rescue> {
        let reading = self.reader.read_as(words.reveal(), Kind::Request);
        self.rescue_of(writer, (&reading.signals, words))
    }

    fn rescue_of(
        &self,
        (author, scene, source): Writer<'_>,
        (signals, words): (&[Signal], &Private<String>),
    ) -> Option<Rescue> {
        let assessment = safeguarding::assess(&signs(signals.to_vec()), &self.contacts);
        if !assessment.danger {
            return None;
        }
        let mut act = privately((author, scene), &self.numbers(signals, words.reveal()));
        if let Act::Tell { otherwise, .. } = &mut act {
            // Which concern it will be is not known yet: the button gives all numbers.
            *otherwise = source.map(|source| waiting(source, Action::NumbersToCall));
        }
        Some(Rescue {
            act,
            person: author.clone(),
            asked_for: false,
        })
    }

    /// The numbers for these signs, for whoever wrote these words: somebody under 18 is given those for children first.
    pub(super) fn numbers(&self, signals: &[Signal], words: &str) -> Numbers {
        let assessment = safeguarding::assess(&signs(signals.to_vec()), &self.contacts);
        let mut contacts = assessment.contacts(&self.contacts);
        if assessment.danger && safeguarding::is_under_18(words) {
            contacts = self.contacts.for_a_child(contacts);
        }
        let numbers = contacts
            .into_iter()
            .map(|contact| Number {
                name: contact.name.clone(),
                contact: contact.how.clone(),
                hours: contact.hours.clone(),
            })
            .collect();
        Numbers {
            signals: signals.to_vec(),
            numbers,
            request: None,
        }
    }

    /// What is decided of danger where nothing else could be: the leads hear of it, its writer gets the numbers.
    pub fn decide_danger(
        &self,
        (snapshot, inbound): (&Snapshot, &Inbound),
        heard: Option<&Heard>,
        now: Timestamp,
        draw: &mut Draw,
    ) -> Decision {
        let mut deciding = Deciding {
            desk: self,
            snapshot,
            heard,
            now,
            draw,
            reached: reached(snapshot, inbound),
            decision: Decision::nothing(),
        };
        if let (Some(message), Some(heard)) = (message_of(inbound), heard) {
            let reading = signs(heard.reading.signals.clone());
            let id = ConcernId::new(deciding.draw.id());
            deciding.tell_leads(&Telling::of(message, &reading), (id, None));
        }
        deciding.decision
    }
}

impl Deciding<'_> {
    /// All numbers, for somebody who asks for them.
    pub fn numbers_to_call(&mut self, asker: &Asker) {
        if !self.has_them(asker) {
            let numbers = self.desk.numbers(&DANGERS, "");
            self.answer(asker, Speech::Numbers(Box::new(numbers)));
        }
    }

    /// Whether somebody who asks for the numbers was sent them already; a press that waits for an answer gets one.
    pub fn has_them(&mut self, asker: &Asker) -> bool {
        let has = self.reached.is_some_and(|reached| reached.in_private);
        if has && asker.token.is_some() {
            self.answer(asker, Speech::Noted);
        }
        has
    }
}

fn writer(message: &Message) -> Writer<'_> {
    (&message.author, &message.scene, Some(message.reference()))
}

fn message_of(inbound: &Inbound) -> Option<&Message> {
    match &inbound.event {
        Event::Message(message) | Event::Edited(message) => Some(message),
        _ => None,
    }
}

/// A reading of nothing but these signs.
fn signs(signals: Vec<Signal>) -> Reading {
    Reading {
        signals,
        ..Reading::nothing()
    }
}

/// Gives numbers to somebody in private.
fn privately((person, scene): (&Person, &Scene), numbers: &Numbers) -> Act {
    let speech = Speech::Numbers(Box::new(numbers.clone()));
    if scene.is_private() {
        Act::Say {
            place: scene.place.clone(),
            reply_to: None,
            speech,
        }
    } else {
        Act::Tell {
            person: person.clone(),
            speech,
            otherwise: None,
        }
    }
}
