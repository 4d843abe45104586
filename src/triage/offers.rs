//! Offers of help: read from a message or given by command.

use crate::domain::case::DRAFT_LASTS;
use crate::domain::inbound::{Issued, Message};
use crate::domain::offer::{Offer, OfferState};
use crate::domain::people::Person;
use crate::domain::private::Private;
use crate::domain::reading::{Category, Kind, Reading};
use crate::domain::report::Subject;
use crate::domain::settings::Listening;
use crate::domain::speech::{Slow, Speech};

use super::corrections::own_message;
use super::deciding::{Asker, Deciding, same_person};
use super::resident::passed_on;
use super::telling::Telling;
use crate::domain::young::Young;

impl Deciding<'_> {
    /// A message that reads as an offer.
    pub fn offer_read(&mut self, telling: &Telling<'_>, listening: Listening) {
        let Some(source) = telling.source.clone() else {
            return;
        };
        let told_before = self.snapshot.offers.values().find(|offer| {
            same_person(&offer.neighbour, telling.author)
                && offer.state.is_live()
                && offer.categories.first() == telling.reading.categories.first()
        });
        if let Some(known) = told_before.cloned() {
            let subject = Subject::Offer(known.id.clone());
            self.add_report(telling, subject.clone());
            return self.record(
                subject,
                Some(telling.author),
                "told_again",
                "same person, same kind of help",
            );
        }
        if let Some(offer) = self.too_much_of_an_offer(telling) {
            if self.put_with_offer(telling, &offer) {
                self.say_put_with(telling, offer.code);
            }
            return;
        }
        self.count_ask(telling.scene);
        let offer = self.new_offer(
            telling,
            OfferState::Draft {
                expires: self.now + DRAFT_LASTS,
            },
        );
        let subject = Subject::Offer(offer.id.clone());
        self.add_report(telling, subject.clone());
        if listening == Listening::Auto {
            let code = offer.code.clone();
            self.open_offer(offer, telling.author, "the group passes offers on at once");
            self.show_ask(
                &subject,
                &source,
                Speech::Logged {
                    subject: subject.clone(),
                    code,
                },
            );
        } else {
            self.put_offer(offer);
            self.show_ask(
                &subject,
                &source,
                Speech::AskOffer {
                    subject: subject.clone(),
                },
            );
        }
    }

    /// Opens a draft offer and writes it.
    pub fn open_offer(&mut self, offer: Offer, by: &Person, why: &str) -> Option<Offer> {
        let state = offer.state.clone().confirm().ok()?;
        self.record(Subject::Offer(offer.id.clone()), Some(by), "confirmed", why);
        let seek = Some(self.now);
        Some(self.put_offer(Offer {
            state,
            seek,
            ..offer
        }))
    }

    /// Takes an offer back.
    pub fn withdraw_offer(&mut self, offer: Offer, by: &Person, why: &str) -> bool {
        let subject = Subject::Offer(offer.id.clone());
        let was_draft = matches!(offer.state, OfferState::Draft { .. });
        let Ok(state) = offer.state.clone().withdraw(self.now) else {
            return false;
        };
        self.record(subject.clone(), Some(by), "withdrawn", why);
        let offer = self.put_offer(Offer { state, ..offer });
        if was_draft {
            self.erase_words(&subject);
            self.retract_ask(&subject);
        } else {
            self.update_ask(&subject, &Speech::TakenBack { code: offer.code });
        }
        true
    }

    /// `/offer TEXT`, and `/offer` as the answer to a message of one's own.
    pub fn offer_command(
        &mut self,
        asker: &Asker,
        issued: &Issued,
        text: Option<&Private<String>>,
    ) {
        // As the answer to somebody else's message it offers something to them, and says nothing of what they wrote.
        let about = own_message(asker, issued, text);
        let Some(text) = text.or(about.map(|about| &about.text)) else {
            return self.begin_offer(asker);
        };
        let source = about.map(Message::reference).or_else(|| asker.source());
        if let Some(source) = &source
            && !self.make_way(asker, source, Kind::Offer)
        {
            return self.answer(asker, Speech::Noted);
        }
        let reading = self.explicit(text, Kind::Offer);
        let telling = Telling {
            author: &asker.person,
            scene: &asker.scene,
            source,
            text,
            reading: &reading,
        };
        if self.young_in(&telling) == Young::Writer {
            self.young_told(&telling);
            return self.answer(asker, Speech::Noted);
        }
        if about.is_some() && self.is_worrying(&reading) && self.report_before(&telling).is_none() {
            self.raise_concern(&telling, None);
        }
        if let Some(offer) = self.too_much_of_an_offer(&telling) {
            self.put_with_offer(&telling, &offer);
            let why = Slow::Tellings { code: offer.code };
            return self.answer(asker, Speech::Slow { why });
        }
        let offer = self.new_offer(
            &telling,
            OfferState::Draft {
                expires: self.now + DRAFT_LASTS,
            },
        );
        let subject = Subject::Offer(offer.id.clone());
        self.add_report(&telling, subject.clone());
        let code = offer.code.clone();
        self.open_offer(offer, &asker.person, "the neighbour gave the command");
        let speech = passed_on(&subject, code);
        self.answer_lastingly(asker, &subject, speech);
        if about.is_some() {
            self.correct(asker, &subject, Kind::Offer);
        }
    }

    /// What a text says that its writer has named a request or an offer.
    pub fn explicit(&self, text: &Private<String>, kind: Kind) -> Reading {
        let mut reading = self.desk.reader.read_as(text.reveal(), kind);
        if reading.categories.is_empty() {
            reading.categories.push(Category::Other);
        }
        reading
    }
}
