//! Forms that were filled in: details of something, something new, or an answer to the hub.

use crate::domain::action::Action;
use crate::domain::case::{CaseState, DRAFT_LASTS};
use crate::domain::details::Field;
use crate::domain::inbound::FormSent;
use crate::domain::offer::OfferState;
use crate::domain::permission::Right;
use crate::domain::private::Private;
use crate::domain::reading::Kind;
use crate::domain::report::Subject;
use crate::domain::speech::{Slow, Speech};
use crate::domain::young::Young;

use super::deciding::{Asker, Deciding};
use super::door::About;
use super::resident::passed_on;
use super::telling::Telling;

impl Deciding<'_> {
    /// A form that was filled in.
    pub fn form(&mut self, form: &FormSent) {
        let asker = &Asker::new(&form.by, &form.scene, form.answer.as_ref());
        let Some(action) = form.action.clone().filter(Action::asks_for_words) else {
            return self.refuse_forged(asker);
        };
        if !self.lets(asker, Right::of_action(&action), &About::of_action(&action)) {
            return;
        }
        match action {
            Action::TellPrivately(of) => self.while_live(asker, &of, |this| {
                this.tell_privately_by_form(asker, &of, form)
            }),
            Action::Details(of) | Action::EditField(of, _) => {
                self.while_live(asker, &of, |this| {
                    this.save_fields(asker, &of, &form.fields)
                });
            }
            Action::NewRequest => self.new_by_form(asker, form, Kind::Request),
            Action::NewOffer => self.new_by_form(asker, form, Kind::Offer),
            Action::AnswerQuestion(id) => {
                let text = form.fields.first().map(|(_, text)| text.clone());
                match text {
                    Some(text) => self.question_answered(asker, &id, &text),
                    None => self.answer(asker, Speech::Noted),
                }
            }
            Action::Worried(of) => self.worried_by_form(asker, of.as_ref(), form),
            Action::WorriedMatch(id) => {
                let of = self.found(&id).map(|found| Subject::Case(found.case));
                self.worried_by_form(asker, of.as_ref(), form);
            }
            _ => self.answer(asker, Speech::ButtonGone),
        }
    }

    fn worried_by_form(&mut self, asker: &Asker, of: Option<&Subject>, form: &FormSent) {
        let what = form.fields.iter().find(|(field, _)| *field == Field::What);
        match what {
            Some((_, words)) => self.worried(asker, of, words),
            None => self.answer(asker, Speech::NotUnderstood),
        }
    }

    fn tell_privately_by_form(&mut self, asker: &Asker, of: &Subject, form: &FormSent) {
        let Some(code) = self.code_of(of) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        if self.open(of, &asker.person, "told in private") {
            let speech = passed_on(of, code);
            self.update_ask(of, &speech);
        }
        self.save_fields(asker, of, &form.fields);
    }

    fn new_by_form(&mut self, asker: &Asker, form: &FormSent, kind: Kind) {
        let what = form
            .fields
            .iter()
            .find(|(field, _)| *field == Field::What)
            .map(|(_, text)| text.clone());
        let Some(text) = what else {
            return self.answer(asker, Speech::NotUnderstood);
        };
        let reading = self.explicit(&text, kind);
        let telling = Telling {
            author: &asker.person,
            scene: &asker.scene,
            source: None,
            text: &text,
            reading: &reading,
        };
        if self.young_in(&telling) == Young::Writer {
            // What else the form holds is not kept.
            self.young_told(&telling);
            return self.answer(asker, Speech::Noted);
        }
        if self.is_worrying(&reading) {
            self.raise_concern(&telling, None);
        }
        if self.form_put_with(asker, &telling, form) {
            return;
        }
        let of = if kind == Kind::Offer {
            let offer = self.new_offer(
                &telling,
                OfferState::Draft {
                    expires: self.now + DRAFT_LASTS,
                },
            );
            let of = Subject::Offer(offer.id.clone());
            self.add_report(&telling, of.clone());
            self.open_offer(offer, &asker.person, "told by form");
            of
        } else {
            let case = self.new_case(
                &telling,
                CaseState::Draft {
                    expires: self.now + DRAFT_LASTS,
                },
            );
            let of = Subject::Case(case.id.clone());
            self.open_case(case, &asker.person, "told by form");
            of
        };
        self.save_fields(asker, &of, &form.fields);
    }

    /// Whether a form is too much to begin something: then all that it says is put with what was told before.
    fn form_put_with(&mut self, asker: &Asker, telling: &Telling<'_>, form: &FormSent) -> bool {
        let fields: Vec<_> = form
            .fields
            .iter()
            .map(|(_, text)| &**text.reveal())
            .collect();
        let text = Private::new(fields.join("\n"));
        let whole = Telling {
            author: telling.author,
            scene: telling.scene,
            source: None,
            text: &text,
            reading: telling.reading,
        };
        if telling.reading.kind == Kind::Offer {
            let Some(offer) = self.too_much_of_an_offer(&whole) else {
                return false;
            };
            self.put_with_offer(&whole, &offer);
            let why = Slow::Tellings { code: offer.code };
            self.answer(asker, Speech::Slow { why });
            return true;
        }
        let case = self.too_much(&whole);
        let found = case.is_some();
        if let Some(case) = case {
            self.put_request_with(asker, &whole, case);
        }
        found
    }
}
