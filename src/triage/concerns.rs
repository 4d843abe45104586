//! Concerns as people raise them and as leads work with them: in somebody's own words, looked at, taken, written down,
//! passed on, ended; and the call for a lead to take one.

use std::time::Duration;

use crate::domain::action::Action;
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::concern::{
    Concern, ConcernOutcome, ConcernState, Entry, Logged, Ringing, SAME_WITHIN, Service, ToldAgain,
};
use crate::domain::dialogue::Asking;
use crate::domain::disclosure::Disclosed;
use crate::domain::effect::Act;
use crate::domain::ids::{ConcernId, MatchId, MessageId, Place, ReferralId};
use crate::domain::lately::Counted;
use crate::domain::people::Person;
use crate::domain::permission::Right;
use crate::domain::private::Private;
use crate::domain::reading::{Reading, Signal};
use crate::domain::referral::{NoticeOf, ReferralNotice};
use crate::domain::report::Subject;
use crate::domain::settings::{Area, ChannelRole};
use crate::domain::speech::{ConcernEntry, Speech};
use crate::safeguarding::Deputy;

use super::deciding::{Asker, Deciding, same_person};
use super::door::About;
use super::leaks::kept_for_leads;
use super::telling::Telling;
use super::{route, views};

/// Leads are not told again within this time that somebody writes on: the card shows all of it.
const GREW_WITHIN: Duration = Duration::from_mins(15);

/// Whom a call goes to, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Called {
    Leads,
    Deputies,
    Destination,
}

impl Deciding<'_> {
    /// A concern of nobody yet, with its clock running.
    pub fn new_concern(
        &mut self,
        id: ConcernId,
        (person, place, area): (&Person, &Place, Area),
    ) -> Concern {
        Concern {
            id,
            code: self.draw.code(),
            state: ConcernState::Raised,
            signals: Vec::new(),
            words: None,
            about: None,
            person: person.clone(),
            place: place.clone(),
            source: None,
            area,
            at: self.now,
            changed: self.now,
            again: Vec::new(),
            given: Vec::new(),
            log: Vec::new(),
            ringing: Ringing::default(),
            line_until: None,
            version: 0,
        }
    }

    /// Sets the clock by which a lead must have taken it; at once where no lead would see its card.
    pub fn start_clock(&self, concern: &mut Concern) {
        let places = route::channels_for(self.snapshot, ChannelRole::Safeguarding, &concern.area);
        let at = if places.is_empty() {
            self.now
        } else {
            self.desk.escalation.within(concern.is_urgent(), self.now)
        };
        concern.ringing = Ringing {
            at: Some(at),
            times: 0,
        };
    }

    /// The open concern that the same person's words of the same signs belong to.
    pub fn same_matter(&self, person: &Person, signals: &[Signal]) -> Option<Concern> {
        let mut lately: Vec<_> = self
            .concerns_of(person)
            .into_iter()
            .filter(|concern| {
                concern.is_open()
                    && concern.about.is_none()
                    && concern
                        .signals
                        .iter()
                        .any(|signal| signals.contains(signal))
            })
            .collect();
        lately.sort_by_key(|concern| (concern.told(), concern.id.clone()));
        lately.pop()
    }

    /// What somebody told lately, by now.
    fn concerns_of(&self, person: &Person) -> Vec<Concern> {
        let since = |concern: &Concern| self.now < concern.told() + SAME_WITHIN;
        let ids = self.snapshot.concerns.keys();
        ids.filter_map(|id| self.concern(id))
            .filter(|concern| same_person(&concern.person, person) && since(concern))
            .collect()
    }

    /// Whether somebody was given the numbers for all of these signs lately.
    pub fn was_given(&self, person: &Person, signals: &[Signal]) -> bool {
        let lately = self.concerns_of(person);
        let gave = |signal: &Signal| lately.iter().any(|known| known.gave(*signal, self.now));
        !signals.is_empty() && signals.iter().all(gave)
    }

    /// One more telling of an open concern.
    pub fn tell_again(&mut self, telling: &Telling<'_>, mut concern: Concern) -> Concern {
        concern.again.push(ToldAgain {
            at: self.now,
            words: Some(kept_for_leads(
                telling.text,
                &telling.reading.particulars.sensitive,
            )),
            source: telling.source.clone(),
        });
        let was_urgent = concern.is_urgent();
        for signal in &telling.reading.signals {
            if !concern.signals.contains(signal) {
                concern.signals.push(*signal);
            }
        }
        if concern.is_urgent() && !was_urgent && concern.state == ConcernState::Raised {
            self.start_clock(&mut concern);
        }
        concern
    }

    /// The lead who has it, or all of them, hear that there is more to read, unless they just did.
    pub fn say_it_grew(&mut self, concern: &Concern) {
        if self.now < concern.told() + GREW_WITHIN {
            return;
        }
        for (place, reply_to) in self.leads_of(concern) {
            let speech = Speech::ConcernGrew {
                code: concern.code.clone(),
            };
            self.promise_urgently(Act::Say {
                place,
                reply_to,
                speech,
            });
        }
    }

    /// `/concern`: a lead works with one, anybody else raises one.
    pub fn concern_command(
        &mut self,
        asker: &Asker,
        (code, words): (Option<&CaseCode>, Option<&Private<String>>),
    ) {
        if self.role_of(asker) == Some(ChannelRole::Safeguarding)
            && let Some(code) = code
            && (self.snapshot.concern_by_code(code).is_some() || words.is_none())
        {
            return self.lead_names(asker, (code, words));
        }
        match words {
            Some(words) => self.raise_in_words(asker, (None, code.cloned()), words),
            None => self.begin_worry(asker, None),
        }
    }

    /// A lead names a concern by its code: one that their channel doesn't see is answered like one that isn't there.
    fn lead_names(&mut self, asker: &Asker, (code, words): (&CaseCode, Option<&Private<String>>)) {
        let named = self.snapshot.concern_by_code(code);
        let id = named.map(|concern| concern.id.clone());
        let Some(concern) = id.and_then(|id| self.concern_seen(asker, &id)) else {
            self.count(Counted::WrongCodes((
                asker.person.connector.clone(),
                asker.person.id.clone(),
            )));
            return self.answer(asker, Speech::NoSuchCode { code: code.clone() });
        };
        let about = About::Subject(Subject::Concern(concern.id.clone()));
        if self.lets(asker, Right::Concerns, &about) {
            self.lead_says(asker, concern, words);
        }
    }

    /// `/concerns`: those that are still to be dealt with. That a lead saw them is written down.
    pub fn open_concerns(&mut self, asker: &Asker) {
        let Some(area) = self.hub_area(asker) else {
            return;
        };
        let ids = self.snapshot.concerns.keys();
        let mut open: Vec<Concern> = ids
            .filter_map(|id| self.concern(id))
            .filter(|concern| concern.is_open() && concern.area.meets(&area))
            .collect();
        open.sort_by_key(|concern| (concern.at, concern.id.clone()));
        for concern in &open {
            let of = Subject::Concern(concern.id.clone());
            self.record(of, Some(&asker.person), "listed", "");
        }
        let entries = open.iter().map(entry).collect();
        self.answer(asker, Speech::Concerns { entries });
    }

    /// What a lead types after the code of a concern.
    fn lead_says(&mut self, asker: &Asker, concern: Concern, words: Option<&Private<String>>) {
        let words = words.map_or("", |words| words.reveal().trim());
        let (verb, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let rest = rest.trim();
        match (verb.to_lowercase().as_str(), rest) {
            ("", _) => self.view_concern(asker, &concern),
            ("note", "") => {
                let problem = "/concern CODE note needs your note".to_owned();
                self.answer(asker, Speech::CommandProblem { problem });
            }
            ("note", note) => {
                let words = Private::new(note.to_owned());
                self.log(asker, concern, (Entry::Note { words }, "noted"));
            }
            (service, reference) if Service::from_word(service).is_some() => {
                let Some(to) = Service::from_word(service) else {
                    return;
                };
                if reference.is_empty() {
                    let problem =
                        format!("/concern CODE {service} needs the reference that they gave you");
                    return self.answer(asker, Speech::CommandProblem { problem });
                }
                let reference = Private::new(reference.to_owned());
                let what = match to {
                    Service::Adults => "passed_to_adults",
                    Service::Children => "passed_to_children",
                };
                self.log(asker, concern, (Entry::Passed { to, reference }, what));
            }
            _ => {
                let problem =
                    "after the code, write note, adults or children; or nothing, to see it"
                        .to_owned();
                self.answer(asker, Speech::CommandProblem { problem });
            }
        }
    }

    fn view_concern(&mut self, asker: &Asker, concern: &Concern) {
        let of = Subject::Concern(concern.id.clone());
        self.record(of, Some(&asker.person), "viewed", "");
        let view = views::concern_card(concern);
        self.answer(asker, Speech::ConcernCard(Box::new(view)));
    }

    /// Writes down what a lead says; the words stay with the concern and out of the trail.
    fn log(&mut self, asker: &Asker, mut concern: Concern, (entry, what): (Entry, &str)) {
        let of = Subject::Concern(concern.id.clone());
        self.record(of, Some(&asker.person), what, "");
        concern.log.push(Logged {
            by: asker.person.clone(),
            at: self.now,
            entry,
        });
        self.put_concern(concern);
        self.answer(asker, Speech::Noted);
    }

    /// How did it end? A button for each outcome, once a lead has taken it.
    pub fn ask_concern_outcome(&mut self, asker: &Asker, id: &ConcernId) {
        let Some(concern) = self.concern_seen(asker, id) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        let speech = Speech::AskConcernOutcome {
            concern: concern.id.clone(),
            code: concern.code,
        };
        self.answer(asker, speech);
    }

    /// A lead ends a concern.
    pub fn close_concern(&mut self, asker: &Asker, id: &ConcernId, outcome: ConcernOutcome) {
        self.concern_step(asker, id, ("closed", outcome.as_str()), |state, by, at| {
            state.close(by, at, outcome)
        });
    }

    /// Somebody worries: about a case or an offer, or about anything.
    pub fn begin_worry(&mut self, asker: &Asker, of: Option<&Subject>) {
        if !asker.scene.is_private() {
            let link = Some(Action::Worried(of.cloned()));
            return self.answer(asker, Speech::MessageWaiting { link });
        }
        let subject = of.cloned();
        let subject = subject.unwrap_or_else(|| Subject::Concern(ConcernId::new(self.draw.id())));
        self.put_dialogue(asker, &subject, Asking::Worry);
        self.answer(asker, Speech::AskWorry);
    }

    /// The same, about what a match is for.
    pub fn begin_worry_of_match(&mut self, asker: &Asker, id: &MatchId) {
        let of = self.found(id).map(|found| Subject::Case(found.case));
        self.begin_worry(asker, of.as_ref());
    }

    /// The words of somebody who worries, as they wrote them.
    pub fn worried(&mut self, asker: &Asker, of: Option<&Subject>, words: &Private<String>) {
        let code = of.and_then(|of| self.code_of(of));
        let area = match of {
            Some(Subject::Case(id)) => self.case(id).map(|case| case.area),
            Some(Subject::Offer(id)) => self.offer(id).map(|offer| offer.area),
            _ => None,
        };
        self.raise_in_words(asker, (area, code), words);
    }

    /// Raises a concern in somebody's own words.
    fn raise_in_words(
        &mut self,
        asker: &Asker,
        (area, about): (Option<Area>, Option<CaseCode>),
        words: &Private<String>,
    ) {
        let read = self.desk.reader.read(words.reveal());
        let reading = Reading {
            signals: read.signals,
            ..Reading::nothing()
        };
        let telling = Telling {
            author: &asker.person,
            scene: &asker.scene,
            source: asker.source(),
            text: words,
            reading: &reading,
        };
        let channel = route::channel_of(&self.snapshot.channels, &asker.scene);
        let area = area.unwrap_or_else(|| route::area_for(self.snapshot, channel, None));
        let id = ConcernId::new(self.draw.id());
        let of = Subject::Concern(id.clone());
        let mut concern = self.new_concern(id, (&asker.person, &asker.scene.place, area));
        concern.signals.clone_from(&reading.signals);
        concern.words = Some(kept_for_leads(words, &read.particulars.sensitive));
        concern.about = about;
        concern.source = asker.source();
        self.record(of, Some(&asker.person), "raised", "in their own words");
        self.start_clock(&mut concern);
        self.give_numbers(&telling, (&mut concern, None));
        self.put_concern(concern);
        let lines = self.desk.prompts.concern().lines.clone();
        self.answer(asker, Speech::ConcernRaised { lines });
    }

    /// A time came: nobody has taken a concern, or a line has stood long enough.
    pub fn concern_due(&mut self, id: &ConcernId) {
        let Some(mut concern) = self.concern(id) else {
            return;
        };
        let of = Subject::Concern(id.clone());
        let came = |at: Option<Timestamp>| at.is_some_and(|at| at <= self.now);
        let (line, rings) = (
            came(concern.line_until),
            came(concern.ringing.at) && concern.state == ConcernState::Raised,
        );
        if !line && !rings {
            return;
        }
        if line {
            concern.line_until = None;
            self.retract("line", &of);
        }
        if rings {
            let (whom, next) = self.ring(&concern);
            self.record(of, None, "rung", whom);
            concern.ringing = Ringing {
                at: Some(next),
                times: concern.ringing.times + 1,
            };
        }
        self.put_concern(concern);
    }

    /// Calls whoever is next for a concern that nobody has taken. Gives who it was, and when the next call is due.
    fn ring(&mut self, concern: &Concern) -> (&'static str, Timestamp) {
        let escalation = &self.desk.escalation;
        let leads = self.leads_of(concern);
        let steps = [
            (!leads.is_empty()).then_some(Called::Leads),
            (!escalation.deputies.is_empty()).then_some(Called::Deputies),
            escalation
                .destination
                .is_some()
                .then_some(Called::Destination),
        ];
        let steps: Vec<_> = steps.into_iter().flatten().collect();
        let times = usize::try_from(concern.ringing.times).unwrap_or(usize::MAX);
        let last = times + 1 >= steps.len();
        let step = steps.get(times).or_else(|| steps.first()).cloned();
        let next = escalation.within(concern.is_urgent() && !last, self.now);
        let speech = Speech::ConcernWaits {
            code: concern.code.clone(),
            since: concern.at,
        };
        let whom = match step {
            Some(Called::Leads) => {
                for (place, reply_to) in leads {
                    let speech = speech.clone();
                    self.promise_urgently(Act::Say {
                        place,
                        reply_to,
                        speech,
                    });
                }
                "the leads"
            }
            Some(Called::Deputies) => {
                for deputy in self.desk.escalation.deputies.clone() {
                    self.call_deputy(deputy, speech.clone());
                }
                "the deputies"
            }
            Some(Called::Destination) => {
                self.call_destination(concern);
                "the destination"
            }
            None => "nobody: there is no safeguarding channel, no deputy and no destination",
        };
        (whom, next)
    }

    /// Where the leads have its card, with the message that it is.
    fn leads_of(&self, concern: &Concern) -> Vec<(Place, Option<MessageId>)> {
        let of = Subject::Concern(concern.id.clone());
        let posts = self.snapshot.posts.get(&of);
        let places = route::channels_for(self.snapshot, ChannelRole::Safeguarding, &concern.area);
        let card = |place: Place| {
            let mut posts = posts.into_iter().flatten();
            let post =
                posts.find(|post| post.place == place && post.key.as_str().starts_with("card/"));
            let message = post.and_then(|post| post.message.clone());
            (place, message)
        };
        places.into_iter().map(card).collect()
    }

    fn call_deputy(&mut self, deputy: Deputy, speech: Speech) {
        self.promise_urgently(match deputy {
            Deputy::Channel(place) => Act::Say {
                place,
                reply_to: None,
                speech,
            },
            Deputy::Person(person) => Act::Tell {
                person,
                speech,
                otherwise: None,
            },
        });
    }

    /// Tells a destination that a concern waits: its code and since when, nothing of anybody.
    fn call_destination(&mut self, concern: &Concern) {
        let Some(destination) = self.desk.escalation.destination.clone() else {
            return;
        };
        let notice = ReferralNotice {
            referral: ReferralId::new(self.draw.id()),
            of: NoticeOf::Concern,
            code: concern.code.clone(),
            told: Disclosed::default(),
            ground: None,
            raised_at: Some(concern.at),
        };
        self.promise_urgently(Act::Forward {
            destination,
            notice,
        });
    }
}

fn entry(concern: &Concern) -> ConcernEntry {
    ConcernEntry {
        code: concern.code.clone(),
        state: concern.state.clone(),
        signals: concern.signals.clone(),
        at: concern.at,
    }
}
