//! A neighbour's message, its edits and its end: from ordinary chat to a draft that waits for a yes.

use crate::domain::case::{Case, CaseState, DRAFT_LASTS, Proposing};
use crate::domain::consent::Sharing;
use crate::domain::details::Details;
use crate::domain::ids::{CaseId, MessageRef, OfferId, ReportId};
use crate::domain::inbound::{Message, Scene};
use crate::domain::offer::{Offer, OfferState};
use crate::domain::particulars::Particulars;
use crate::domain::people::Person;
use crate::domain::priority::Triaged;
use crate::domain::private::Private;
use crate::domain::reading::{Kind, Reading};
use crate::domain::report::{Report, Subject};
use crate::domain::retention::Erased;
use crate::domain::settings::Listening;
use crate::domain::speech::{HubNote, Speech};

use super::deciding::{Deciding, same_person};
use super::duplicates::{self, Known};
use super::leaks::{kept, put_apart};
use super::{ASK_FROM, route};
use crate::domain::heard::Left;

/// The longest stretch of the writer's words that is shown as a reason, in bytes.
const LONGEST_REASON: usize = 24;

/// One telling: who, where, by which message, in which words.
pub struct Telling<'t> {
    /// Who tells it.
    pub author: &'t Person,
    /// Where.
    pub scene: &'t Scene,
    /// The message, where it is one.
    pub source: Option<MessageRef>,
    /// The words.
    pub text: &'t Private<String>,
    /// What intake understood.
    pub reading: &'t Reading,
}

impl<'t> Telling<'t> {
    /// A message as a telling.
    pub fn of(message: &'t Message, reading: &'t Reading) -> Self {
        Self {
            author: &message.author,
            scene: &message.scene,
            source: Some(message.reference()),
            text: &message.text,
            reading,
        }
    }
}

impl Deciding<'_> {
    /// A message in a neighbours' channel.
    pub fn message(&mut self, message: &Message, reading: Option<&Reading>) {
        let Some(reading) = reading else { return };
        if self.snapshot.report_of(&message.reference()).is_some() {
            return;
        }
        let telling = Telling::of(message, reading);
        if !self.danger(&telling) {
            self.told(&telling, message);
        }
        self.leak(message, reading, &[]);
    }

    /// A message in a neighbours' channel in which nobody is in danger.
    fn told(&mut self, telling: &Telling<'_>, message: &Message) {
        let reading = telling.reading;
        let listening = route::channel_of(&self.snapshot.channels, &message.scene)
            .map_or(Listening::Commands, |channel| channel.listening);
        if listening == Listening::Commands || self.answered_kith(telling, message) {
            return;
        }
        match reading.kind {
            Kind::Request if reading.confidence >= ASK_FROM => {
                self.request_read(telling, listening)
            }
            Kind::Offer if reading.confidence >= ASK_FROM => self.offer_read(telling, listening),
            Kind::Resolved => {
                self.resolved_read(message);
            }
            _ => {}
        }
    }

    pub fn request_read(&mut self, telling: &Telling<'_>, listening: Listening) {
        let left = self.left(telling);
        let found = (self.desk, self.snapshot);
        match duplicates::known(found, &left, telling.author, self.now) {
            Some(Known::Own(case)) => return self.attach(telling, left, case),
            Some(Known::Anothers(case, reasons)) => {
                return self.join(telling, left, (case, reasons));
            }
            None => {}
        }
        if let Some(case) = self.too_much(telling) {
            let (case, first) = self.put_with(telling, left, case);
            if first {
                self.say_put_with(telling, case.code);
            }
            return;
        }
        let draft = CaseState::Draft {
            expires: self.now + DRAFT_LASTS,
        };
        let case = self.told_case(telling, left, draft);
        let subject = Subject::Case(case.id.clone());
        let Some(source) = telling.source.clone() else {
            return;
        };
        self.count_ask(telling.scene);
        if listening == Listening::Auto {
            let code = case.code.clone();
            self.open_case(case, telling.author, "the group passes requests on at once");
            self.show_ask(
                &subject,
                &source,
                Speech::Logged {
                    subject: subject.clone(),
                    code,
                },
            );
        } else {
            self.put_case(case);
            self.show_ask(
                &subject,
                &source,
                Speech::AskRequest {
                    subject: subject.clone(),
                },
            );
        }
    }

    /// A message was changed.
    pub fn edited(&mut self, message: &Message, reading: Option<&Reading>) {
        let Some(report) = self.snapshot.report_of(&message.reference()).cloned() else {
            if !message.scene.is_private() {
                self.message(message, reading);
            }
            return;
        };
        let nothing = Reading::nothing();
        let reading = reading.unwrap_or(&nothing);
        let text = kept(&message.text, &reading.particulars.sensitive);
        if report.text.as_ref() == Some(&text) {
            return;
        }
        self.leak(message, reading, &report.reading.particulars.sensitive);
        self.drop_correction(&report);
        if report.text.is_none() {
            return;
        }
        let new_danger = reading
            .signals
            .iter()
            .any(|signal| !report.reading.signals.contains(signal));
        self.put_report(Report {
            text: Some(text),
            reading: reading.clone(),
            revision: report.revision + 1,
            ..report.clone()
        });
        match &report.subject {
            Subject::Case(id) => {
                let left = self.left(&Telling::of(message, reading));
                for mut part in self.told_by(&report).into_iter().skip(1) {
                    duplicates::add(self.desk, left.clone(), (&mut part, &report.id));
                    self.put_case(part);
                }
                if let Some(mut case) = self.case(id) {
                    duplicates::add(self.desk, left, (&mut case, &report.id));
                    self.case_edited(message, reading, case);
                }
            }
            Subject::Offer(id) => {
                if let Some(offer) = self.offer(id).filter(|offer| offer.state.is_live()) {
                    let categories = non_empty(&reading.categories, &offer.categories);
                    let outcode = reading
                        .outcode()
                        .map(str::to_owned)
                        .or_else(|| offer.outcode.clone());
                    let telling = Telling::of(message, reading);
                    self.put_offer(Offer {
                        categories,
                        outcode,
                        traces: self.left(&telling).traces,
                        particulars: to_match(&reading.particulars),
                        ..offer
                    });
                }
            }
            Subject::Concern(_) => {}
        }
        if new_danger {
            self.raise_concern(&Telling::of(message, reading), None);
        }
    }

    fn case_edited(&mut self, message: &Message, reading: &Reading, case: Case) {
        let subject = Subject::Case(case.id.clone());
        self.record(
            subject.clone(),
            Some(&message.author),
            "edited",
            format!("now reads as {}", reading.kind),
        );
        if matches!(case.state, CaseState::Draft { .. }) && reading.kind != Kind::Request {
            if let Ok(state) = case.state.clone().withdraw(self.now) {
                self.put_case(Case { state, ..case });
                self.erase_words(&subject);
                self.retract_ask(&subject);
            }
            return;
        }
        if !case.state.is_live() {
            return;
        }
        if !same_person(&case.resident, &message.author) {
            // What the case is about is for the one who told it first.
            let changed = self.put_case(case);
            return self.note(&changed, HubNote::Edited);
        }
        let changed = self.put_case(Case {
            categories: non_empty(&reading.categories, &case.categories),
            urgency: reading.urgency.max(case.urgency),
            // Told of another place, the hub there sees it too.
            area: route::named_area(self.snapshot, reading.outcode()).unwrap_or(case.area),
            outcode: reading
                .outcode()
                .map(str::to_owned)
                .or_else(|| case.outcode.clone()),
            on_behalf: reading.on_behalf || case.on_behalf,
            reasons: reasons(reading, message.text.reveal()),
            ..case
        });
        self.note(&changed, HubNote::Edited);
    }

    /// A message is gone.
    pub fn deleted(&mut self, source: &MessageRef) {
        let known = self.snapshot.report_of(source);
        // Where several are gone at once, those before may have changed what it tells of.
        let Some(report) = known.and_then(|report| self.report(&report.id)) else {
            return;
        };
        self.drop_correction(&report);
        match &report.subject {
            Subject::Case(_) => self.telling_deleted(&report),
            Subject::Offer(id) => {
                if let Some(offer) = self.offer(id) {
                    self.withdraw_offer(offer, &report.author, "the message was deleted");
                }
            }
            // What somebody deletes in fear is still a concern.
            Subject::Concern(_) => {}
        }
    }

    /// What a telling leaves to compare others with.
    pub fn left(&self, telling: &Telling<'_>) -> Left {
        let told = (telling.author, telling.text, telling.reading);
        match self.heard {
            Some(heard) if std::ptr::eq(&raw const heard.reading, telling.reading) => {
                let make = || duplicates::left(self.desk, told, self.now);
                let mut left = heard.left(make).clone();
                left.traces.at = Some(self.now);
                left
            }
            _ => duplicates::left(self.desk, told, self.now),
        }
    }

    /// What was told by this message alone is taken back with it, whatever it is part of.
    fn telling_deleted(&mut self, report: &Report) {
        let Some(Subject::Case(own)) = self.own_of(report) else {
            return self.forget_telling(report);
        };
        let of = Subject::Case(own);
        let mut others = self.own_reports(&of).into_iter();
        if others.any(|other| other.id != report.id && other.text.is_some()) {
            return self.forget_telling(report);
        }
        if let Subject::Case(id) = &of
            && let Some(case) = self.case(id)
        {
            self.withdraw_case(case, &report.author, "the message was deleted");
        }
    }

    /// Of one message among several nothing is kept.
    fn forget_telling(&mut self, report: &Report) {
        self.record(
            report.subject.clone(),
            Some(&report.author),
            "message_deleted",
            "other tellings remain",
        );
        let told = self.told_by(report);
        self.put_report(Report {
            text: None,
            ..report.clone()
        });
        for mut case in told.into_iter().rev() {
            duplicates::forget(self.desk, &mut case, &report.id);
            self.put_case(case);
        }
    }

    /// A fresh case from a telling, whose report is written; the case is not yet.
    pub fn new_case(&mut self, telling: &Telling<'_>, state: CaseState) -> Case {
        let left = self.left(telling);
        self.told_case(telling, left, state)
    }

    fn told_case(&mut self, telling: &Telling<'_>, left: Left, state: CaseState) -> Case {
        let mut case = self.blank_case(telling, state);
        case.similar = duplicates::similar((self.desk, self.snapshot), &left, telling.author);
        self.add_telling(telling, left, &mut case);
        case
    }

    /// Writes the report of a telling of a case, which is then found by it.
    pub fn add_telling(&mut self, telling: &Telling<'_>, left: Left, case: &mut Case) {
        let sensitive = &telling.reading.particulars.sensitive;
        put_apart(telling.text.reveal(), sensitive, case);
        let report = self.add_report(telling, Subject::Case(case.id.clone()));
        duplicates::add(self.desk, left, (case, &report));
    }

    /// A fresh case from a telling, of which nothing is written yet.
    pub fn blank_case(&mut self, telling: &Telling<'_>, state: CaseState) -> Case {
        self.count_telling(telling.author);
        let channel = route::channel_of(&self.snapshot.channels, telling.scene);
        let reading = telling.reading;
        let id = CaseId::new(self.draw.id());
        Case {
            id,
            code: self.draw.code(),
            state,
            categories: reading.categories.clone(),
            urgency: reading.urgency,
            triaged: Triaged::default(),
            on_behalf: reading.on_behalf,
            outcode: reading.outcode().map(str::to_owned),
            area: route::area_for(self.snapshot, channel, reading.outcode()),
            resident: telling.author.clone(),
            place: telling.scene.place.clone(),
            // Nobody else can be told anything in a private chat, so that it is no place to find the writer by.
            source: telling
                .source
                .clone()
                .filter(|_| !telling.scene.is_private()),
            details: Details::default(),
            sharing: Sharing::default(),
            young: self.age_of(telling.author),
            reasons: reasons(reading, telling.text.reveal()),
            similar: Vec::new(),
            question: None,
            status: None,
            keys: Vec::new(),
            compared: Vec::new(),
            joined: Vec::new(),
            proposing: Proposing::Off,
            erased: Erased::Nothing,
            at: self.now,
            changed: self.now,
            version: 0,
        }
    }

    /// A fresh offer from a telling, not yet written.
    pub fn new_offer(&mut self, telling: &Telling<'_>, state: OfferState) -> Offer {
        self.count_telling(telling.author);
        let channel = route::channel_of(&self.snapshot.channels, telling.scene);
        let reading = telling.reading;
        Offer {
            id: OfferId::new(self.draw.id()),
            code: self.draw.code(),
            state,
            categories: reading.categories.clone(),
            outcode: reading.outcode().map(str::to_owned),
            area: route::area_for(self.snapshot, channel, reading.outcode()),
            neighbour: telling.author.clone(),
            place: telling.scene.place.clone(),
            // As with a case.
            source: telling
                .source
                .clone()
                .filter(|_| !telling.scene.is_private()),
            details: Details::default(),
            traces: self.left(telling).traces,
            particulars: to_match(&reading.particulars),
            seek: None,
            erased: Erased::Nothing,
            at: self.now,
            changed: self.now,
            version: 0,
        }
    }

    /// The report that the message of a telling has already.
    pub fn report_before(&self, telling: &Telling<'_>) -> Option<&Report> {
        self.snapshot.report_of(telling.source.as_ref()?)
    }

    /// Writes the report of a telling. A message has one at most: one that it had tells of this from now on.
    pub fn add_report(&mut self, telling: &Telling<'_>, subject: Subject) -> ReportId {
        let before = self
            .report_before(telling)
            .map(|report| (report.id.clone(), report.revision));
        let (id, revision) = before.unwrap_or_else(|| (ReportId::new(self.draw.id()), 0));
        let report = Report {
            id: id.clone(),
            subject,
            author: telling.author.clone(),
            source: telling.source.clone(),
            text: Some(kept(telling.text, &telling.reading.particulars.sensitive)),
            reading: telling.reading.clone(),
            revision,
            at: self.now,
        };
        self.put_report(report);
        id
    }

    /// Erases the words of what never became a case: chat that is no report is not kept.
    pub fn erase_words(&mut self, subject: &Subject) {
        for report in self.reports(subject) {
            self.drop_correction(&report);
            self.put_report(Report {
                text: None,
                reading: Reading {
                    because: Vec::new(),
                    ..report.reading
                },
                ..report
            });
        }
    }
}

/// What of the particulars of an offer is compared with needs; the rest is with its telling.
pub fn to_match(particulars: &Particulars) -> Particulars {
    Particulars {
        times: particulars.times.clone(),
        diets: particulars.diets.clone(),
        access: particulars.access.clone(),
        ..Particulars::default()
    }
}

/// What is new, or else what was there.
pub fn non_empty<T: Clone>(new: &[T], old: &[T]) -> Vec<T> {
    if new.is_empty() {
        old.to_vec()
    } else {
        new.to_vec()
    }
}

/// The reasons that a card shows: the writer's own few words that led to what was found. Longer stretches,
/// anything with digits and words that no rule names are left out, since they may name a person or a place.
fn reasons(reading: &Reading, text: &str) -> Vec<String> {
    let found = |wanted: &str| {
        let wanted = wanted.to_owned();
        reading
            .because
            .iter()
            .filter(move |because| because.verbatim && because.finding.starts_with(&wanted))
            .filter_map(|because| {
                let words = text.get(because.span?.start..because.span?.end)?.trim();
                let short = words.len() <= LONGEST_REASON && words.chars().any(char::is_alphabetic);
                let plain = words
                    .chars()
                    .all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '’'));
                (short && plain).then(|| words.to_lowercase())
            })
    };
    let mut reasons: Vec<String> = Vec::new();
    // Beside a sign of danger these words may be the sign itself, which is for the leads alone.
    let harmless = usize::from(reading.signals.is_empty());
    for words in found("kind:")
        .take(2)
        .chain(found("category:").take(harmless))
        .chain(found("urgency:").take(harmless))
    {
        if !reasons.iter().any(|known| known.contains(&words)) {
            reasons.push(words);
        }
    }
    reasons
}
