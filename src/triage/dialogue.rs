//! The private dialogue: one question at a time, each of which may be left out, gone back to, or changed later.

use crate::domain::case::{Case, CaseState};
use crate::domain::consent::{Consent, Said, wording};
use crate::domain::decision::Change;
use crate::domain::details::{Details, Field};
use crate::domain::dialogue::{Asking, Dialogue};
use crate::domain::ids::CaseId;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::people::Person;
use crate::domain::private::Private;
use crate::domain::reading::Kind;
use crate::domain::report::Subject;
use crate::domain::speech::{AskField, HubNote, Speech};

use super::deciding::{Asker, Deciding, same_person};
use super::leaks::kept_in_private;
use super::resident::passed_on;
use super::telling::Telling;

/// What a person does in a dialogue.
pub enum Step {
    /// Leaves this field out.
    Skip,
    /// Goes back one.
    Back,
    /// Ends it, keeping what was told.
    Stop,
    /// Says yes or no to sharing, or that the person it is for does not know yet.
    Consent(Said),
    /// Writes an answer.
    Text(Private<String>),
}

impl Deciding<'_> {
    /// The dialogue that a person is in. One about what was taken back or closed meanwhile is over.
    pub fn dialogue_of(&self, person: &Person) -> Option<Dialogue> {
        self.snapshot
            .dialogues
            .get(&(person.connector.clone(), person.id.clone()))
            .filter(|dialogue| dialogue.asking == Asking::Worry || self.is_live(&dialogue.subject))
            .cloned()
    }

    pub fn details_of(&self, of: &Subject) -> Option<Details> {
        match of {
            Subject::Case(id) => self.case(id).map(|case| case.details),
            Subject::Offer(id) => self.offer(id).map(|offer| offer.details),
            Subject::Concern(_) => None,
        }
    }

    /// Starts the details of a case or an offer, from the first field.
    pub fn begin_details(&mut self, asker: &Asker, of: &Subject) {
        if !self.is_live(of) {
            return self.answer(asker, Speech::ButtonGone);
        }
        if !asker.scene.is_private() {
            // The platform has no forms and the button was pressed in a group: it leads to the private chat.
            let link = Some(crate::domain::action::Action::Details(of.clone()));
            return self.answer(asker, Speech::MessageWaiting { link });
        }
        self.ask(asker, of, Asking::Field(Field::What));
    }

    /// Changes one field, then shows all of them.
    pub fn edit_field(&mut self, asker: &Asker, of: &Subject, field: Field) {
        if !self.is_live(of) {
            return self.answer(asker, Speech::ButtonGone);
        }
        // A yes or no can be asked wherever one person alone sees it; words need a private chat or a form.
        if !asker.scene.is_private() && field != Field::Consent {
            let link = Some(crate::domain::action::Action::EditField(of.clone(), field));
            return self.answer(asker, Speech::MessageWaiting { link });
        }
        self.ask(asker, of, Asking::Only(field));
    }

    /// Begins the answer to a question of the hub.
    pub fn begin_answer(&mut self, asker: &Asker, id: &CaseId) {
        let asked = self
            .case(id)
            .and_then(|case| Some((case.question.clone()?, case)));
        let Some((question, case)) = asked else {
            return self.answer(asker, Speech::ButtonGone);
        };
        let of = Subject::Case(case.id.clone());
        self.put_dialogue(asker, &of, Asking::Question);
        let question = Private::new(question);
        self.answer(
            asker,
            Speech::AskAnswer {
                code: case.code,
                question,
            },
        );
    }

    /// Waits for somebody's next words in private.
    pub fn put_dialogue(&mut self, asker: &Asker, of: &Subject, asking: Asking) {
        self.decision
            .changes
            .push(Change::Dialogue(Box::new(Dialogue {
                person: asker.person.clone(),
                place: asker.scene.place.clone(),
                subject: of.clone(),
                asking,
                at: self.now,
            })));
    }

    fn end_dialogue(&mut self, person: &Person) {
        self.decision.changes.push(Change::DialogueEnded((
            person.connector.clone(),
            person.id.clone(),
        )));
    }

    /// The summary asks for consent where it is not yet given or refused: its buttons and a typed yes or no count.
    fn await_consent(&mut self, asker: &Asker, of: &Subject) {
        let consent = self.details_of(of).and_then(|details| details.consent);
        if consent.is_none() {
            self.put_dialogue(asker, of, Asking::Only(Field::Consent));
        }
    }

    pub fn ask(&mut self, asker: &Asker, of: &Subject, asking: Asking) {
        let Some(details) = self.details_of(of) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        if self.asks_no_more(asker, of) {
            return;
        }
        let on_behalf = match of {
            Subject::Case(id) => self.case(id).is_some_and(|case| case.on_behalf),
            Subject::Offer(_) | Subject::Concern(_) => false,
        };
        let (field, only) = match asking {
            Asking::Field(field) => (field, false),
            Asking::Only(field) => (field, true),
            Asking::Question | Asking::Worry => return,
        };
        self.put_dialogue(asker, of, asking);
        let current = details.text(field).cloned();
        self.answer(
            asker,
            Speech::AskField(AskField {
                subject: of.clone(),
                field,
                current,
                only,
                on_behalf,
            }),
        );
    }

    /// One step of a running dialogue. Without one, the button is of a dialogue that is over.
    pub fn dialogue_step(&mut self, asker: &Asker, step: &Step) {
        let Some(dialogue) = self.dialogue_of(&asker.person) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        let of = dialogue.subject.clone();
        let (field, only) = match (dialogue.asking, step) {
            (Asking::Question, Step::Text(text)) => {
                let Subject::Case(id) = &of else { return };
                self.end_dialogue(&asker.person);
                return self.question_answered(asker, id, text);
            }
            (Asking::Worry, Step::Text(text)) => {
                self.end_dialogue(&asker.person);
                return self.worried(asker, Some(&of), text);
            }
            (Asking::Question | Asking::Worry, _) => {
                self.end_dialogue(&asker.person);
                return self.answer(asker, Speech::DialogueStopped);
            }
            (_, Step::Stop) => return self.finish(asker, &of),
            (Asking::Field(field), _) => (field, false),
            (Asking::Only(field), _) => (field, true),
        };
        match step {
            Step::Back => {
                let asking = field.previous().map_or(Asking::Field(field), Asking::Field);
                return self.ask(asker, &of, asking);
            }
            Step::Text(text) if field == Field::Consent => match yes_or_no(text.reveal()) {
                Some(given) => {
                    let said = if given { Said::Yes } else { Said::No };
                    self.agree(&asker.person, &of, said);
                }
                None => return self.ask(asker, &of, dialogue.asking),
            },
            Step::Consent(said) => self.agree(&asker.person, &of, *said),
            Step::Text(text) => {
                self.set_field(asker, &of, field, text);
                if self.turned_young(asker, &of, text) {
                    return self.end_dialogue(&asker.person);
                }
            }
            Step::Skip | Step::Stop => {}
        }
        match field
            .next()
            .filter(|_| !only && !matches!(step, Step::Consent(_)))
        {
            Some(next) => self.ask(asker, &of, Asking::Field(next)),
            None => self.finish(asker, &of),
        }
    }

    fn set_field(&mut self, asker: &Asker, of: &Subject, field: Field, text: &Private<String>) {
        match of {
            Subject::Case(id) => {
                let Some(mut case) = self.case(id) else {
                    return;
                };
                if field == Field::What && case.source.is_none() && self.reports(of).is_empty() {
                    let reading = self.explicit(text, Kind::Request);
                    let telling = Telling {
                        author: &asker.person,
                        scene: &asker.scene,
                        source: None,
                        text,
                        reading: &reading,
                    };
                    let left = self.left(&telling);
                    self.add_telling(&telling, left, &mut case);
                    if self.is_worrying(&reading) {
                        self.raise_concern(&telling, Some(of.clone()));
                    }
                }
                case.details.set(field, Some(kept_in_private(text)));
                let case = self.learn_from(field, text, case);
                self.put_case(case);
            }
            Subject::Offer(id) => {
                let Some(mut offer) = self.offer(id) else {
                    return;
                };
                offer.details.set(field, Some(kept_in_private(text)));
                let offer = self.learn_from_offer(field, text, offer);
                self.put_offer(offer);
            }
            Subject::Concern(_) => {}
        }
    }

    fn agree(&mut self, by: &Person, of: &Subject, said: Said) {
        let consent = |on_behalf| {
            let version = wording::details(on_behalf);
            Consent::said(said, (by, on_behalf), version, self.now)
        };
        match of {
            Subject::Case(id) => {
                let Some(mut case) = self.case(id) else {
                    return;
                };
                let consent = consent(case.on_behalf);
                let what = if consent.given {
                    "consent_given"
                } else {
                    "consent_refused"
                };
                let why = format!("{said}, to {} in {}", consent.wording, consent.language);
                case.details.consent = Some(consent);
                self.record(of.clone(), Some(by), what, why);
                self.put_case(case);
            }
            Subject::Offer(id) => {
                let Some(mut offer) = self.offer(id) else {
                    return;
                };
                offer.details.consent = Some(consent(false));
                self.put_offer(offer);
            }
            Subject::Concern(_) => {}
        }
    }

    /// Ends the dialogue: what was told is kept, and a draft that says something is passed on.
    fn finish(&mut self, asker: &Asker, of: &Subject) {
        self.end_dialogue(&asker.person);
        match of {
            Subject::Case(id) => {
                let Some(case) = self.case(id) else {
                    return self.answer(asker, Speech::DialogueStopped);
                };
                let case = if matches!(case.state, CaseState::Draft { .. }) {
                    if case.details.what.is_none() && self.reports(of).is_empty() {
                        self.withdraw_case(case, &asker.person, "nothing was told");
                        return self.answer(asker, Speech::DialogueStopped);
                    }
                    let code = case.code.clone();
                    let Some(case) = self.open_case(case, &asker.person, "told in private") else {
                        return;
                    };
                    self.update_ask(of, &passed_on(of, code));
                    case
                } else {
                    case
                };
                self.note(&case, HubNote::DetailsAdded);
                self.await_consent(asker, of);
                self.answer(asker, saved(of, &case));
            }
            Subject::Offer(id) => {
                let Some(offer) = self.offer(id) else {
                    return self.answer(asker, Speech::DialogueStopped);
                };
                let offer = if matches!(offer.state, OfferState::Draft { .. }) {
                    if offer.details.what.is_none() && self.reports(of).is_empty() {
                        self.withdraw_offer(offer, &asker.person, "nothing was told");
                        return self.answer(asker, Speech::DialogueStopped);
                    }
                    let code = offer.code.clone();
                    let Some(offer) = self.open_offer(offer, &asker.person, "told in private")
                    else {
                        return;
                    };
                    self.update_ask(of, &passed_on(of, code));
                    offer
                } else {
                    offer
                };
                self.await_consent(asker, of);
                self.answer(asker, saved_offer(of, &offer));
            }
            Subject::Concern(_) => self.answer(asker, Speech::DialogueStopped),
        }
    }

    /// Ends the dialogue and drops a draft that it began. Gives what to say where there was one.
    pub fn drop_dialogue(&mut self, asker: &Asker) -> Option<Speech> {
        let dialogue = self.dialogue_of(&asker.person)?;
        self.end_dialogue(&asker.person);
        if dialogue.asking == Asking::Only(Field::Consent) {
            // The summary is shown and nothing is going on: they want to take something back.
            return None;
        }
        let why = "the writer cancelled it";
        let dropped = match &dialogue.subject {
            Subject::Case(id) => self
                .case(id)
                .filter(|case| matches!(case.state, CaseState::Draft { .. }))
                .is_some_and(|case| self.withdraw_case(case, &asker.person, why)),
            Subject::Offer(id) => self
                .offer(id)
                .filter(|offer| matches!(offer.state, OfferState::Draft { .. }))
                .is_some_and(|offer| self.withdraw_offer(offer, &asker.person, why)),
            Subject::Concern(_) => false,
        };
        Some(if dropped {
            Speech::Dropped
        } else {
            Speech::DialogueStopped
        })
    }

    /// All the fields of a form at once. Where consent is not yet given or refused, it is asked next.
    pub fn save_fields(
        &mut self,
        asker: &Asker,
        of: &Subject,
        fields: &[(Field, Private<String>)],
    ) {
        if !self.is_live(of) {
            return self.answer(asker, Speech::ButtonGone);
        }
        if self.asks_no_more(asker, of) {
            return;
        }
        for (field, text) in fields {
            self.set_field(asker, of, *field, text);
        }
        self.await_consent(asker, of);
        match of {
            Subject::Case(id) => {
                let Some(case) = self.case(id) else { return };
                self.note(&case, HubNote::DetailsAdded);
                self.answer(asker, saved(of, &case));
            }
            Subject::Offer(id) => {
                let Some(offer) = self.offer(id) else { return };
                self.answer(asker, saved_offer(of, &offer));
            }
            Subject::Concern(_) => {}
        }
    }

    /// The resident answers the hub's question.
    pub fn question_answered(&mut self, asker: &Asker, id: &CaseId, text: &Private<String>) {
        let Some(mut case) = self.case(id) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        if !same_person(&case.resident, &asker.person) {
            return self.answer(asker, Speech::OnlyTheWriter);
        }
        case.question = None;
        case.details.answers.push(kept_in_private(text));
        self.record(
            Subject::Case(id.clone()),
            Some(&asker.person),
            "answered",
            "",
        );
        let case = self.put_case(case);
        let whole = self.whole(&case);
        let holder = whole.state.holder().cloned();
        self.note_to(&whole, holder, HubNote::Answered);
        self.answer(asker, Speech::AnswerPassedOn { code: case.code });
    }
}

fn saved(of: &Subject, case: &Case) -> Speech {
    Speech::DetailsSaved {
        subject: of.clone(),
        code: case.code.clone(),
        details: case.details.clone(),
        on_behalf: case.on_behalf,
    }
}

fn saved_offer(of: &Subject, offer: &Offer) -> Speech {
    Speech::DetailsSaved {
        subject: of.clone(),
        code: offer.code.clone(),
        details: offer.details.clone(),
        on_behalf: false,
    }
}

/// A typed yes or no.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match text
        .trim()
        .trim_end_matches(['.', '!'])
        .to_lowercase()
        .as_str()
    {
        "yes" | "y" | "yeah" | "ok" | "okay" | "yes please" => Some(true),
        "no" | "n" | "nope" | "no thanks" | "no thank you" => Some(false),
        _ => None,
    }
}
