//! Danger before anything else: the right numbers in private, a neutral line in public, a concern for the leads.

use crate::domain::action::Action;
use crate::domain::case::{CaseState, DRAFT_LASTS};
use crate::domain::concern::{Concern, ConcernState};
use crate::domain::effect::Act;
use crate::domain::ids::ConcernId;
use crate::domain::reading::{Kind, Reading};
use crate::domain::report::Subject;
use crate::domain::speech::{Numbers, Speech};
use crate::domain::young::Young;
use crate::safeguarding;

use super::deciding::{Asker, Deciding, waiting};
use super::leaks::kept_for_leads;
use super::route;
use super::telling::Telling;

impl Deciding<'_> {
    /// Looks for danger in a telling. True where that was all there is to do with it in public.
    pub fn danger(&mut self, telling: &Telling<'_>) -> bool {
        let assessment = safeguarding::assess(telling.reading, &self.desk.contacts);
        if !assessment.concern && !assessment.danger {
            return match self.young_in(telling) {
                Young::Writer => {
                    self.young_told(telling);
                    true
                }
                Young::Child => {
                    self.tell_leads_of_the_young(telling, None);
                    false
                }
                Young::No | Young::FoundAdult => false,
            };
        }
        if !assessment.danger {
            self.raise_concern(telling, None);
            let asks = matches!(telling.reading.kind, Kind::Request | Kind::Offer);
            return !asks;
        }
        let mut request = None;
        if telling.reading.kind == Kind::Request {
            let case = self.new_case(
                telling,
                CaseState::Draft {
                    expires: self.now + DRAFT_LASTS,
                },
            );
            let subject = Subject::Case(case.id.clone());
            self.put_case(case);
            request = Some(subject);
        }
        self.raise_concern(telling, request);
        true
    }

    /// Whether a telling needs a lead or the numbers.
    pub fn is_worrying(&self, reading: &Reading) -> bool {
        let assessment = safeguarding::assess(reading, &self.desk.contacts);
        assessment.danger || assessment.concern
    }

    /// Writes a concern, tells the leads, and gives its writer the numbers in private.
    pub fn raise_concern(&mut self, telling: &Telling<'_>, request: Option<Subject>) {
        let id = ConcernId::new(self.draw.id());
        let asks = matches!(telling.reading.kind, Kind::Request | Kind::Offer);
        // A message that tells of a case already, and was edited, goes on telling of it.
        if request.is_none() && !asks && self.report_before(telling).is_none() {
            self.add_report(telling, Subject::Concern(id.clone()));
        }
        self.tell_leads(telling, (id, request));
    }

    /// The same, of which no report is kept.
    pub fn tell_leads(
        &mut self,
        telling: &Telling<'_>,
        (id, request): (ConcernId, Option<Subject>),
    ) {
        let reading = telling.reading;
        let channel = route::channel_of(&self.snapshot.channels, telling.scene);
        let subject = Subject::Concern(id.clone());
        let concern = Concern {
            id,
            code: self.draw.code(),
            state: ConcernState::Raised,
            signals: reading.signals.clone(),
            words: Some(kept_for_leads(telling.text, &reading.particulars.sensitive)),
            about: None,
            person: telling.author.clone(),
            place: telling.scene.place.clone(),
            source: telling.source.clone(),
            area: route::area_for(self.snapshot, channel, reading.outcode()),
            at: self.now,
            changed: self.now,
            version: 0,
        };
        let rules: Vec<_> = reading
            .because
            .iter()
            .filter(|because| because.finding.starts_with("signal:"))
            .map(|because| because.rule.as_str())
            .collect();
        self.record(subject.clone(), None, "raised", rules.join(", "));
        self.give_numbers(telling, (&subject, request));
        self.put_concern(concern);
    }

    /// Gives the writer of words of danger the numbers in private, unless they have them already.
    fn give_numbers(&mut self, telling: &Telling<'_>, (of, request): (&Subject, Option<Subject>)) {
        if let Some(reached) = self.reached {
            let why = if reached.in_private {
                "in private, before it could be written down"
            } else {
                "by a neutral line, before it could be written down"
            };
            self.record(of.clone(), None, "numbers_sent", why);
            if let Some(subject) = request {
                // What they were sent had no button to pass their need on.
                let person = telling.author.clone();
                self.promise(Act::Tell {
                    person,
                    speech: Speech::AskRequest { subject },
                    otherwise: None,
                });
            }
            return;
        }
        let numbers = Numbers {
            request,
            ..self.desk.numbers(&telling.reading.signals)
        };
        if numbers.numbers.is_empty() {
            return;
        }
        let speech = Speech::Numbers(Box::new(numbers));
        if telling.scene.is_private() {
            let place = telling.scene.place.clone();
            return self.promise_urgently(Act::Say {
                place,
                reply_to: None,
                speech,
            });
        }
        let link = Action::Numbers(ConcernId::new(of.id()));
        let otherwise = telling.source.clone().map(|source| waiting(source, link));
        self.promise_urgently(Act::Tell {
            person: telling.author.clone(),
            speech,
            otherwise,
        });
    }

    /// The numbers, for somebody who followed the link to the private chat.
    pub fn numbers_again(&mut self, asker: &Asker, id: &ConcernId) {
        if self.has_them(asker) {
            return;
        }
        let Some(concern) = self.concern(id) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        let request = concern
            .source
            .as_ref()
            .and_then(|source| self.snapshot.report_of(source));
        let request = request
            .and_then(|report| self.own_of(report))
            .filter(|of| matches!(of, Subject::Case(_)));
        let numbers = Numbers {
            request,
            ..self.desk.numbers(&concern.signals)
        };
        self.answer(asker, Speech::Numbers(Box::new(numbers)));
    }

    /// A lead takes a concern.
    pub fn acknowledge(&mut self, asker: &Asker, id: &ConcernId) {
        self.concern_step(asker, id, "acknowledged", ConcernState::acknowledge);
    }

    /// A lead ends a concern.
    pub fn close_concern(&mut self, asker: &Asker, id: &ConcernId) {
        self.concern_step(asker, id, "closed", ConcernState::close);
    }

    fn concern_step(
        &mut self,
        asker: &Asker,
        id: &ConcernId,
        what: &str,
        step: fn(
            ConcernState,
            crate::domain::people::Person,
            crate::domain::clock::Timestamp,
        ) -> Result<ConcernState, crate::domain::case::TransitionError>,
    ) {
        let Some(concern) = self.concern(id) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        match step(concern.state.clone(), asker.person.clone(), self.now) {
            Ok(state) => {
                self.record(Subject::Concern(id.clone()), Some(&asker.person), what, "");
                if matches!(state, ConcernState::Closed { .. }) {
                    self.concern_settled(id);
                }
                self.put_concern(Concern { state, ..concern });
                self.answer(asker, Speech::Noted);
            }
            Err(error) => {
                let speech = not_now(concern.code, &error);
                self.answer(asker, speech);
            }
        }
    }
}

/// The answer to a step that the state does not allow.
pub fn not_now(
    code: crate::domain::code::CaseCode,
    error: &crate::domain::case::TransitionError,
) -> Speech {
    use crate::domain::case::TransitionError;
    match error {
        TransitionError::Held(claim) | TransitionError::NotHolder(claim) => Speech::HeldBy {
            code,
            name: claim.by.name.clone(),
            since: claim.since,
        },
        TransitionError::WrongState { expected, found } => Speech::NotNow {
            code,
            expected: (*expected).to_owned(),
            found: (*found).to_owned(),
        },
    }
}
