//! The resident's way: yes, no, in private, take it back; and the commands that do the same without listening.

use crate::domain::case::{Case, CaseState, DRAFT_LASTS};
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::details::Field;
use crate::domain::ids::MessageRef;
use crate::domain::inbound::Issued;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::particulars::Particulars;
use crate::domain::people::Person;
use crate::domain::private::Private;
use crate::domain::reading::{Category, Kind, Reading};
use crate::domain::referral::RecallReason;
use crate::domain::report::Subject;
use crate::domain::settings::ChannelRole;
use crate::domain::speech::{HubNote, Slow, Speech};

use super::corrections::own_message;
use super::deciding::{Asker, Deciding, same_person};
use super::telling::{Telling, non_empty, to_match};
use super::views;
use crate::domain::young::Young;

impl Asker {
    /// The message that they typed, as a reference.
    pub fn source(&self) -> Option<MessageRef> {
        let message = self.message.clone()?;
        Some(MessageRef {
            place: self.scene.place.clone(),
            message,
        })
    }
}

impl Deciding<'_> {
    /// Opens a draft and writes it: the hub sees it from now on.
    pub fn open_case(&mut self, case: Case, by: &Person, why: &str) -> Option<Case> {
        let state = case.state.clone().confirm().ok()?;
        self.record(Subject::Case(case.id.clone()), Some(by), "confirmed", why);
        Some(self.put_case(Case { state, ..case }))
    }

    /// Opens what is still a draft; true where it was one.
    pub fn open(&mut self, of: &Subject, by: &Person, why: &str) -> bool {
        match of {
            Subject::Case(id) => self
                .case(id)
                .and_then(|case| self.open_case(case, by, why))
                .is_some(),
            Subject::Offer(id) => self
                .offer(id)
                .and_then(|offer| self.open_offer(offer, by, why))
                .is_some(),
            Subject::Concern(_) => false,
        }
    }

    /// The code that people say it by.
    pub fn code_of(&self, of: &Subject) -> Option<CaseCode> {
        match of {
            Subject::Case(id) => self.case(id).map(|case| case.code),
            Subject::Offer(id) => self.offer(id).map(|offer| offer.code),
            Subject::Concern(_) => None,
        }
    }

    /// "Yes, pass it on."
    pub fn confirm(&mut self, asker: &Asker, of: &Subject, why: &str) {
        let Some(code) = self.code_of(of) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        if self.open(of, &asker.person, why) {
            let speech = passed_on(of, code);
            self.update_ask(of, &speech);
            self.answer(asker, Speech::Noted);
        } else if self.is_live(of) {
            // Pressed twice: it is done already.
            self.answer(asker, Speech::Noted);
        } else {
            self.answer(asker, Speech::ButtonGone);
        }
    }

    /// Whether anything can still happen to it.
    pub fn is_live(&self, of: &Subject) -> bool {
        match of {
            Subject::Case(id) => self.case(id).is_some_and(|case| {
                // What is part of another case goes on with it, and its writer can still tell more.
                case.state.is_live() || matches!(case.state, CaseState::Merged(_))
            }),
            Subject::Offer(id) => self.offer(id).is_some_and(|offer| offer.state.is_live()),
            Subject::Concern(_) => false,
        }
    }

    /// "Not a request": the draft goes, its words with it unless corrections are kept. A request that is open
    /// already stays as it is.
    pub fn dismiss(&mut self, asker: &Asker, of: &Subject) {
        let why = "the writer said it is not one";
        self.retract("sorted", of);
        // Worked out while the words are there.
        let corrections = self.corrections(asker, of, Kind::Other);
        match of {
            Subject::Case(id) => {
                let case = self
                    .case(id)
                    .filter(|case| matches!(case.state, CaseState::Draft { .. }));
                let Some(case) = case else {
                    return self.answer(asker, Speech::Noted);
                };
                self.withdraw_case(case, &asker.person, why);
            }
            Subject::Offer(id) => {
                let offer = self
                    .offer(id)
                    .filter(|offer| matches!(offer.state, OfferState::Draft { .. }));
                let Some(offer) = offer else {
                    return self.answer(asker, Speech::Noted);
                };
                self.withdraw_offer(offer, &asker.person, why);
            }
            Subject::Concern(_) => return self.answer(asker, Speech::ButtonGone),
        }
        self.decision.changes.extend(corrections);
        self.answer(asker, Speech::Dropped);
    }

    /// "Tell you privately": opens it too, since somebody who stops halfway still wanted help.
    pub fn tell_privately(&mut self, asker: &Asker, of: &Subject) {
        let Some(code) = self.code_of(of) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        if self.open(of, &asker.person, "told in private") {
            let speech = passed_on(of, code);
            self.update_ask(of, &speech);
        }
        self.begin_details(asker, of);
    }

    /// Takes back a request or an offer.
    pub fn withdraw(&mut self, asker: &Asker, of: &Subject) {
        let why = "the writer took it back";
        let (code, done) = match of {
            Subject::Case(id) => {
                let Some(case) = self.case(id) else {
                    return self.answer(asker, Speech::ButtonGone);
                };
                (
                    case.code.clone(),
                    matches!(case.state, CaseState::Withdrawn { .. })
                        || self.withdraw_case(case, &asker.person, why),
                )
            }
            Subject::Offer(id) => {
                let Some(offer) = self.offer(id) else {
                    return self.answer(asker, Speech::ButtonGone);
                };
                (
                    offer.code.clone(),
                    matches!(offer.state, OfferState::Withdrawn { .. })
                        || self.withdraw_offer(offer, &asker.person, why),
                )
            }
            Subject::Concern(_) => return self.answer(asker, Speech::ButtonGone),
        };
        self.answer(
            asker,
            if done {
                Speech::TakenBack { code }
            } else {
                Speech::ButtonGone
            },
        );
    }

    /// Takes a case back, and tells whoever holds it.
    pub fn withdraw_case(&mut self, case: Case, by: &Person, why: &str) -> bool {
        let subject = Subject::Case(case.id.clone());
        if !self.is_live(&subject) {
            return false;
        }
        self.let_parts_go(&case, by);
        let case = self.case(&case.id).unwrap_or(case);
        let holder = case.state.holder().cloned();
        let case = match self.part(case.clone(), by, why) {
            Ok(alone) => alone,
            Err(_) => case,
        };
        let was_draft = matches!(case.state, CaseState::Draft { .. });
        let Ok(state) = case.state.clone().withdraw(self.now) else {
            return false;
        };
        self.record(subject.clone(), Some(by), "withdrawn", why);
        self.recall(&case, RecallReason::TakenBack);
        let case = self.put_case(Case { state, ..case });
        if was_draft {
            self.erase_words(&subject);
            self.retract_ask(&subject);
        } else {
            self.update_ask(
                &subject,
                &Speech::TakenBack {
                    code: case.code.clone(),
                },
            );
        }
        self.retract("sorted", &subject);
        if holder.is_some() {
            self.note_to(&case, holder, HubNote::Withdrawn);
        }
        true
    }

    /// `/need TEXT`, and the message command "Log as a request".
    pub fn need(&mut self, asker: &Asker, issued: &Issued, text: Option<&Private<String>>) {
        // Somebody else's message: its writer is asked, as always.
        if let Some(about) = issued.about.as_deref() {
            let someone_else = !same_person(&about.author, &asker.person);
            if someone_else && (text.is_none() || text == Some(&about.text)) {
                return self.need_of_another(asker, about);
            }
        }
        let about = own_message(asker, issued, text);
        let text = text
            .or(about.map(|about| &about.text))
            .filter(|text| !text.reveal().trim().is_empty());
        let Some(text) = text.cloned() else {
            return self.begin_request(asker);
        };
        let source = about
            .map(crate::domain::inbound::Message::reference)
            .or_else(|| asker.source());
        if let Some(source) = &source
            && !self.make_way(asker, source, Kind::Request)
        {
            return self.answer(asker, Speech::Noted);
        }
        let reading = self.explicit(&text, Kind::Request);
        let telling = Telling {
            author: &asker.person,
            scene: &asker.scene,
            source,
            text: &text,
            reading: &reading,
        };
        if self.young_in(&telling) == Young::Writer {
            self.young_told(&telling);
            return self.answer(asker, Speech::Noted);
        }
        let of = self.need_told(asker, &telling);
        if about.is_some() {
            self.correct(asker, &of, Kind::Request);
        }
    }

    /// An explicit request: open at once, danger first.
    fn need_told(&mut self, asker: &Asker, telling: &Telling<'_>) -> Subject {
        if self.is_worrying(telling.reading) && self.report_before(telling).is_none() {
            self.raise_concern(telling, None);
        }
        if let Some(case) = self.too_much(telling) {
            return self.put_request_with(asker, telling, case);
        }
        let case = self.new_case(
            telling,
            CaseState::Draft {
                expires: self.now + DRAFT_LASTS,
            },
        );
        let subject = Subject::Case(case.id.clone());
        let code = case.code.clone();
        self.open_case(case, telling.author, "the resident gave the command");
        let speech = passed_on(&subject, code);
        self.answer_lastingly(asker, &subject, speech);
        subject
    }

    /// Puts what is explicitly a request with what its writer told before, which goes to the hub with it.
    pub fn put_request_with(
        &mut self,
        asker: &Asker,
        telling: &Telling<'_>,
        case: Case,
    ) -> Subject {
        let left = self.left(telling);
        let (case, _) = self.put_with(telling, left, case);
        let subject = Subject::Case(case.id.clone());
        self.open(&subject, telling.author, "the resident asked for more");
        let why = Slow::Tellings { code: case.code };
        self.answer(asker, Speech::Slow { why });
        subject
    }

    /// Says what became of a command: where it was typed, by the post that is kept up to date; else as the
    /// platform answers commands.
    pub fn answer_lastingly(&mut self, asker: &Asker, of: &Subject, speech: Speech) {
        match asker.source().filter(|_| asker.token.is_none()) {
            Some(source) => self.show_ask(of, &source, speech),
            None => self.answer(asker, speech),
        }
    }

    fn need_of_another(&mut self, asker: &Asker, about: &crate::domain::inbound::Message) {
        if self.snapshot.report_of(&about.reference()).is_none()
            && !about.text.reveal().trim().is_empty()
        {
            let reading = self.explicit(&about.text, Kind::Request);
            let telling = Telling::of(about, &reading);
            if !self.danger(&telling) {
                let case = self.new_case(
                    &telling,
                    CaseState::Draft {
                        expires: self.now + DRAFT_LASTS,
                    },
                );
                let subject = Subject::Case(case.id.clone());
                self.record(
                    subject.clone(),
                    Some(&asker.person),
                    "suggested",
                    "a neighbour used the message command",
                );
                self.put_case(case);
                let speech = Speech::AskRequest {
                    subject: subject.clone(),
                };
                self.show_ask(&subject, &about.reference(), speech);
                self.correct(asker, &subject, Kind::Request);
            }
        }
        self.answer(asker, Speech::Noted);
    }

    /// `/my`: what this person has asked for and offered.
    pub fn mine(&mut self, asker: &Asker) {
        let own_cases = self
            .snapshot
            .cases
            .values()
            .filter(|case| same_person(&case.resident, &asker.person));
        let own_offers = self
            .snapshot
            .offers
            .values()
            .filter(|offer| same_person(&offer.neighbour, &asker.person));
        let mut entries: Vec<_> = own_cases
            .filter_map(|case| Some(views::own_case(case, self.stands_for_teller(case)?)))
            .chain(
                own_offers
                    .filter(|offer| offer.state.is_live())
                    .map(views::own_offer),
            )
            .collect();
        entries.sort_by_key(|entry| (entry.at, entry.code.clone()));
        self.answer(asker, Speech::Mine { entries });
    }

    /// `/cancel`, with a code or without.
    pub fn cancel(&mut self, asker: &Asker, code: Option<&CaseCode>) {
        let Some(code) = code else {
            return match self.drop_dialogue(asker) {
                Some(speech) => self.answer(asker, speech),
                None => self.mine(asker),
            };
        };
        if let Some(of) = self.snapshot.by_code(code) {
            self.withdraw(asker, &of);
        }
    }

    /// `/help`.
    pub fn help(&mut self, asker: &Asker) {
        let role = self.role_of(asker);
        let moderator = self.is_moderator(asker);
        let speech = Speech::Help {
            staff: role == Some(ChannelRole::Hub),
            lead: role == Some(ChannelRole::Safeguarding),
            moderator,
        };
        self.answer(asker, speech);
    }

    /// Writes the categories and the place that a text of the details tells.
    pub fn learn_from(&self, field: Field, text: &Private<String>, case: Case) -> Case {
        let reading = self.desk.reader.read_as(text.reveal(), Kind::Request);
        let outcode = reading
            .outcode()
            .map(str::to_owned)
            .or(case.outcode.clone());
        let told_what = field == Field::What && names_something(&reading);
        let fresh = case.categories.is_empty() || case.categories == [Category::Other];
        let area = super::route::named_area(self.snapshot, reading.outcode()).unwrap_or(case.area);
        Case {
            categories: if told_what && fresh {
                reading.categories
            } else {
                case.categories
            },
            urgency: if field == Field::When || told_what {
                case.urgency.max(reading.urgency)
            } else {
                case.urgency
            },
            area,
            outcode,
            ..case
        }
    }

    /// The same for an offer.
    pub fn learn_from_offer(&self, field: Field, text: &Private<String>, offer: Offer) -> Offer {
        let reading = self.desk.reader.read_as(text.reveal(), Kind::Offer);
        let fresh = offer.categories.is_empty() || offer.categories == [Category::Other];
        let told_what = field == Field::What && names_something(&reading) && fresh;
        // Only these say what is offered and when: to be called after five is no time to help.
        let told = match field {
            Field::What | Field::When => to_match(&reading.particulars),
            _ => Particulars::default(),
        };
        let words = (&offer.neighbour, text, &reading);
        let left = super::duplicates::left(self.desk, words, Timestamp::default());
        Offer {
            particulars: Particulars {
                times: non_empty(&told.times, &offer.particulars.times),
                diets: non_empty(&told.diets, &offer.particulars.diets),
                access: non_empty(&told.access, &offer.particulars.access),
                ..Particulars::default()
            },
            traces: if field == Field::What {
                left.traces
            } else {
                offer.traces
            },
            outcode: reading
                .outcode()
                .map(str::to_owned)
                .or(offer.outcode.clone()),
            categories: if told_what {
                reading.categories
            } else {
                offer.categories
            },
            ..offer
        }
    }
}

fn names_something(reading: &Reading) -> bool {
    reading
        .categories
        .iter()
        .any(|about| *about != Category::Other)
}

/// What the writer is told once it is passed on.
pub fn passed_on(of: &Subject, code: CaseCode) -> Speech {
    match of {
        Subject::Offer(_) => Speech::OfferNoted {
            subject: of.clone(),
            code,
        },
        _ => Speech::PassedOn {
            subject: of.clone(),
            code,
        },
    }
}
