//! Something fresh begun in private: a request or an offer of which nothing is told yet.

use crate::domain::case::{CaseState, DRAFT_LASTS};
use crate::domain::details::{Details, Field};
use crate::domain::dialogue::Asking;
use crate::domain::offer::OfferState;
use crate::domain::people::Person;
use crate::domain::private::Private;
use crate::domain::reading::{Kind, Reading};
use crate::domain::report::Subject;
use crate::domain::speech::Speech;

use super::deciding::{Asker, Deciding};
use super::telling::Telling;

impl Deciding<'_> {
    /// Begins a fresh request in private.
    pub fn begin_request(&mut self, asker: &Asker) {
        if !asker.scene.is_private() {
            let link = Some(crate::domain::action::Action::NewRequest);
            return self.answer(asker, Speech::MessageWaiting { link });
        }
        if let Some(of @ Subject::Case(_)) = self.blank_draft(&asker.person) {
            return self.ask(asker, &of, Asking::Field(Field::What));
        }
        if self.has_begun_too_much(asker) {
            return;
        }
        let (reading, text) = (
            Reading {
                kind: Kind::Request,
                ..Reading::nothing()
            },
            Private::default(),
        );
        let telling = Telling {
            author: &asker.person,
            scene: &asker.scene,
            source: None,
            text: &text,
            reading: &reading,
        };
        let case = self.blank_case(
            &telling,
            CaseState::Draft {
                expires: self.now + DRAFT_LASTS,
            },
        );
        let of = Subject::Case(case.id.clone());
        self.put_case(case);
        self.ask(asker, &of, Asking::Field(Field::What));
    }

    /// The request or offer that somebody began in private and has told nothing of yet.
    fn blank_draft(&self, person: &Person) -> Option<Subject> {
        let of = self.dialogue_of(person)?.subject;
        let is_draft = match &of {
            Subject::Case(id) => self.case(id).is_some_and(|case| {
                case.source.is_none() && matches!(case.state, CaseState::Draft { .. })
            }),
            Subject::Offer(id) => self.offer(id).is_some_and(|offer| {
                offer.source.is_none() && matches!(offer.state, OfferState::Draft { .. })
            }),
            Subject::Concern(_) => false,
        };
        let untold = self.details_of(&of) == Some(Details::default());
        (is_draft && untold && self.reports(&of).is_empty()).then_some(of)
    }

    /// Begins a fresh offer in private.
    pub fn begin_offer(&mut self, asker: &Asker) {
        if !asker.scene.is_private() {
            let link = Some(crate::domain::action::Action::NewOffer);
            return self.answer(asker, Speech::MessageWaiting { link });
        }
        if let Some(of @ Subject::Offer(_)) = self.blank_draft(&asker.person) {
            return self.ask(asker, &of, Asking::Field(Field::What));
        }
        if self.has_begun_too_much(asker) {
            return;
        }
        let (reading, text) = (
            Reading {
                kind: Kind::Offer,
                ..Reading::nothing()
            },
            Private::default(),
        );
        let telling = Telling {
            author: &asker.person,
            scene: &asker.scene,
            source: None,
            text: &text,
            reading: &reading,
        };
        let offer = self.new_offer(
            &telling,
            OfferState::Draft {
                expires: self.now + DRAFT_LASTS,
            },
        );
        let of = Subject::Offer(offer.id.clone());
        self.put_offer(offer);
        self.ask(asker, &of, Asking::Field(Field::What));
    }
}
