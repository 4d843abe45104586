//! What people say that a text is, where kith takes it for something else: kept where the operator wants kith to
//! learn from it, and acted on by letting a message be what its writer says.

use std::time::Duration;

use crate::domain::case::CaseState;
use crate::domain::correction::Correction;
use crate::domain::decision::Change;
use crate::domain::details::Details;
use crate::domain::ids::{GroupId, MessageRef};
use crate::domain::inbound::{Issued, Message};
use crate::domain::offer::OfferState;
use crate::domain::private::Private;
use crate::domain::reading::{Kind, Reading};
use crate::domain::report::{Report, Subject};

use super::ASK_FROM;
use super::deciding::{Asker, Deciding, same_person};

/// So soon "Undo" says that it was no request. Later it is also pressed by those who no longer need anything.
const UNDO_CORRECTS: Duration = Duration::from_mins(30);

/// What kith takes a text for by itself.
fn taken_for(reading: &Reading) -> Kind {
    match reading.kind {
        Kind::Request | Kind::Offer if reading.confidence < ASK_FROM => Kind::Other,
        kind => kind,
    }
}

/// The message that a command is about, where it is the asker's own and the command has no other words than its.
pub fn own_message<'i>(
    asker: &Asker,
    issued: &'i Issued,
    text: Option<&Private<String>>,
) -> Option<&'i Message> {
    issued.about.as_deref().filter(|about| {
        same_person(&about.author, &asker.person)
            && text.is_none_or(|text| *text == about.text)
            && !about.text.reveal().trim().is_empty()
    })
}

impl Deciding<'_> {
    /// What it corrects that somebody says what the words of a subject are. To be worked out while the words are
    /// there, and written after they were erased.
    pub fn corrections(&self, asker: &Asker, of: &Subject, is: Kind) -> Vec<Change> {
        let correction = |report: Report| match self.correction(asker, &report, is) {
            Some(correction) => Change::Correction(Box::new(correction)),
            None => Change::CorrectionDropped(report.id),
        };
        self.reports(of).into_iter().map(correction).collect()
    }

    /// Keeps what somebody says that the words of a subject are.
    pub fn correct(&mut self, asker: &Asker, of: &Subject, is: Kind) {
        let corrections = self.corrections(asker, of, is);
        self.decision.changes.extend(corrections);
    }

    /// Forgets what somebody said of a report's words, which are changed or gone.
    pub fn drop_correction(&mut self, report: &Report) {
        let change = Change::CorrectionDropped(report.id.clone());
        self.decision.changes.push(change);
    }

    fn correction(&self, asker: &Asker, report: &Report, is: Kind) -> Option<Correction> {
        let text = report
            .text
            .as_ref()
            .filter(|_| self.desk.keep_corrections)?;
        // What kith made of these words may have been said by a command: they are read as they stand.
        let reading = self.desk.reader.read(text.reveal());
        let read = taken_for(&reading);
        // Words of danger are for the leads alone, and nothing is to learn that there is none in them.
        if read == is || !reading.signals.is_empty() {
            return None;
        }
        Some(Correction {
            id: report.id.clone(),
            text: text.clone(),
            read,
            is,
            language: reading.language.map(|found| found.code().to_owned()),
            connector: asker.person.connector.clone(),
            group: self.group_of(asker, report),
            author: report.author.id.clone(),
            by: asker.person.id.clone(),
            at: self.now,
        })
    }

    /// The group where a report was told.
    fn group_of(&self, asker: &Asker, report: &Report) -> Option<GroupId> {
        let place = report.source.as_ref().map(|source| &source.place);
        let channel = place.and_then(|place| self.snapshot.channels.get(place));
        channel
            .map(|channel| channel.group.clone())
            .or_else(|| asker.scene.group.clone())
    }

    /// "Undo" of what was passed on without being asked about.
    pub fn undo(&mut self, asker: &Asker, of: &Subject) {
        let corrections = if self.is_untouched(of) {
            self.corrections(asker, of, Kind::Other)
        } else {
            Vec::new()
        };
        self.withdraw(asker, of);
        self.decision.changes.extend(corrections);
    }

    /// Whether something was passed on just now, and nobody has done anything with it since.
    fn is_untouched(&self, of: &Subject) -> bool {
        let told = match of {
            Subject::Case(id) => self
                .case(id)
                .filter(|case| case.state == CaseState::Open)
                .map(|case| (case.at, case.details)),
            Subject::Offer(id) => self
                .offer(id)
                .filter(|offer| offer.state == OfferState::Open)
                .map(|offer| (offer.at, offer.details)),
            Subject::Concern(_) => None,
        };
        told.is_some_and(|(at, details)| {
            self.now < at + UNDO_CORRECTS && details == Details::default()
        })
    }

    /// Whether a message can be logged as a request or an offer: nothing came of it yet, what came of it is over,
    /// or its writer says now that it is something else than it was taken for, which is taken back.
    pub fn make_way(&mut self, asker: &Asker, source: &MessageRef, kind: Kind) -> bool {
        let Some(report) = self.snapshot.report_of(source).cloned() else {
            return true;
        };
        let Some(of) = &self.own_of(&report) else {
            return true;
        };
        if self.is_given_up(of) {
            return true;
        }
        let same = matches!(of, Subject::Case(_)) == (kind == Kind::Request);
        if same || !self.is_live(of) {
            return false;
        }
        let why = "the writer said that it is something else";
        if self.own_reports(of).len() > 1 {
            // It was told by other messages too: only this one is no longer a telling of it.
            self.record(of.clone(), Some(&asker.person), "telling_taken_out", why);
            return true;
        }
        match of {
            Subject::Case(id) => self
                .case(id)
                .is_some_and(|case| self.withdraw_case(case, &asker.person, why)),
            Subject::Offer(id) => self
                .offer(id)
                .is_some_and(|offer| self.withdraw_offer(offer, &asker.person, why)),
            Subject::Concern(_) => false,
        }
    }

    /// Whether it was taken back, or lapsed before anybody said yes.
    fn is_given_up(&self, of: &Subject) -> bool {
        match of {
            Subject::Case(id) => self.case(id).is_some_and(|case| {
                matches!(
                    case.state,
                    CaseState::Withdrawn { .. } | CaseState::Expired { .. }
                )
            }),
            Subject::Offer(id) => self.offer(id).is_some_and(|offer| !offer.state.is_live()),
            Subject::Concern(_) => false,
        }
    }
}
