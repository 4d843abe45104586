//! Danger before anything else: the right numbers in private, a neutral line in public, a concern for the leads.

use std::time::Duration;

use crate::domain::action::Action;
use crate::domain::case::{CaseState, DRAFT_LASTS, TransitionError};
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::concern::{Concern, ConcernState};
use crate::domain::effect::{Act, Otherwise};
use crate::domain::ids::ConcernId;
use crate::domain::people::Person;
use crate::domain::reading::{Kind, Reading};
use crate::domain::report::Subject;
use crate::domain::speech::{Numbers, Speech};
use crate::domain::young::Young;
use crate::safeguarding;

use super::deciding::{Asker, Deciding, waiting_for_a_while};
use super::leaks::kept_for_leads;
use super::route;
use super::telling::Telling;

/// How long a neutral line stands beneath a message before it is taken away: somebody may read it who must not know.
const LINE_LASTS: Duration = Duration::from_mins(30);

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

    /// Writes a concern, tells the leads, and gives its writer the numbers in private. The same person's words of the same
    /// signs within a day are one concern, and bring the numbers once.
    pub fn raise_concern(&mut self, telling: &Telling<'_>, request: Option<Subject>) {
        let known = self.same_matter(telling.author, &telling.reading.signals);
        let id = known.map_or_else(|| ConcernId::new(self.draw.id()), |concern| concern.id);
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
        let of = Subject::Concern(id.clone());
        let rules = reading.because.iter();
        let rules: Vec<_> = rules
            .filter(|because| because.finding.starts_with("signal:"))
            .map(|because| because.rule.as_str())
            .collect();
        let known = self.concern(&id);
        let what = if known.is_some() {
            "told_again"
        } else {
            "raised"
        };
        self.record(of.clone(), None, what, rules.join(", "));
        let mut concern = match known {
            Some(known) => {
                self.say_it_grew(&known);
                self.tell_again(telling, known)
            }
            None => self.fresh_concern(telling, id),
        };
        self.give_numbers(telling, (&mut concern, request));
        self.put_concern(concern);
    }

    fn fresh_concern(&mut self, telling: &Telling<'_>, id: ConcernId) -> Concern {
        let channel = route::channel_of(&self.snapshot.channels, telling.scene);
        let area = route::area_for(self.snapshot, channel, telling.reading.outcode());
        let mut concern = self.new_concern(id, (telling.author, &telling.scene.place, area));
        concern.signals.clone_from(&telling.reading.signals);
        let sensitive = &telling.reading.particulars.sensitive;
        concern.words = Some(kept_for_leads(telling.text, sensitive));
        concern.source.clone_from(&telling.source);
        self.start_clock(&mut concern);
        concern
    }

    /// Gives the writer of words of danger the numbers in private: once in a day for a sign, and not where they have them
    /// already.
    pub fn give_numbers(
        &mut self,
        telling: &Telling<'_>,
        (concern, request): (&mut Concern, Option<Subject>),
    ) {
        let of = Subject::Concern(concern.id.clone());
        let signals = &telling.reading.signals;
        let numbers = Numbers {
            request: request.clone(),
            ..self.desk.numbers(signals, telling.text.reveal())
        };
        if numbers.numbers.is_empty() {
            return;
        }
        if self.reached.is_none() && self.was_given(telling.author, signals) {
            self.record(of, None, "numbers_not_repeated", "");
            return self.numbers_stay(telling, (&concern.id, request));
        }
        for signal in signals {
            concern.given.retain(|(given, _)| given != signal);
            concern.given.push((*signal, self.now));
        }
        if let Some(reached) = self.reached {
            let why = if reached.in_private {
                "in private, before it could be written down"
            } else {
                "by a neutral line, before it could be written down"
            };
            self.record(of, None, "numbers_sent", why);
            return self.ask_privately(telling, request);
        }
        let speech = Speech::Numbers(Box::new(numbers));
        let link = Action::Numbers(concern.id.clone());
        let otherwise = telling
            .source
            .clone()
            .map(|source| waiting_for_a_while(source, link, &of));
        if otherwise.is_some() && !telling.scene.is_private() {
            concern.line_until = Some(self.now + LINE_LASTS);
        }
        self.tell_privately_at_once(telling, (speech, otherwise));
    }

    /// Somebody who has the numbers writes on: in private they are answered, in a group nothing is said.
    fn numbers_stay(
        &mut self,
        telling: &Telling<'_>,
        (concern, request): (&ConcernId, Option<Subject>),
    ) {
        if telling.scene.is_private() {
            let concern = concern.clone();
            self.tell_privately_at_once(telling, (Speech::HeardAgain { concern }, None));
        }
        self.ask_privately(telling, request);
    }

    /// What else they ask for can be passed on, where the numbers don't come with a button for it.
    fn ask_privately(&mut self, telling: &Telling<'_>, request: Option<Subject>) {
        if let Some(subject) = request {
            self.promise(Act::Tell {
                person: telling.author.clone(),
                speech: Speech::AskRequest { subject },
                otherwise: None,
            });
        }
    }

    fn tell_privately_at_once(
        &mut self,
        telling: &Telling<'_>,
        (speech, otherwise): (Speech, Option<Otherwise>),
    ) {
        self.promise_urgently(if telling.scene.is_private() {
            Act::Say {
                place: telling.scene.place.clone(),
                reply_to: None,
                speech,
            }
        } else {
            Act::Tell {
                person: telling.author.clone(),
                speech,
                otherwise,
            }
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
        let words = concern.words.as_ref().map_or("", |words| words.reveal());
        let numbers = Numbers {
            request,
            ..self.desk.numbers(&concern.signals, words)
        };
        // They have come: what stands in the group is needed no longer.
        self.retract("line", &Subject::Concern(id.clone()));
        self.answer(asker, Speech::Numbers(Box::new(numbers)));
    }

    /// A lead takes a concern.
    pub fn acknowledge(&mut self, asker: &Asker, id: &ConcernId) {
        self.concern_step(asker, id, ("acknowledged", ""), ConcernState::acknowledge);
    }

    /// A lead takes a concern one step on.
    pub fn concern_step(
        &mut self,
        asker: &Asker,
        id: &ConcernId,
        (what, why): (&str, &str),
        step: impl FnOnce(ConcernState, Person, Timestamp) -> Result<ConcernState, TransitionError>,
    ) {
        let Some(concern) = self.concern_seen(asker, id) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        match step(concern.state.clone(), asker.person.clone(), self.now) {
            Ok(state) => {
                self.record(Subject::Concern(id.clone()), Some(&asker.person), what, why);
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
pub fn not_now(code: CaseCode, error: &TransitionError) -> Speech {
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
