//! What becomes of a record when its time comes.

use serde::{Deserialize, Serialize};

use crate::domain::case::{Case, CaseState, Similar};
use crate::domain::clock::Timestamp;
use crate::domain::concern::{Concern, ConcernState};
use crate::domain::consent::{Consent, Reason, Sharing};
use crate::domain::details::Details;
use crate::domain::matching::{Match, MatchState};
use crate::domain::offer::{Offer, OfferState};
use crate::domain::particulars::Particulars;
use crate::domain::people::Person;
use crate::domain::private::Private;
use crate::domain::reading::Reading;
use crate::domain::report::Report;
use crate::domain::traces::Traces;

/// How much of a record is gone already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Erased {
    /// All of it is there.
    #[default]
    Nothing,
    /// What was told in words is gone.
    Words,
    /// So are contact details and names.
    Details,
}

/// When a case was over; none while it may go on. What is part of another case is over with that one.
pub const fn ended_case(state: &CaseState) -> Option<Timestamp> {
    match state {
        CaseState::Closed { at, .. } | CaseState::Withdrawn { at } | CaseState::Expired { at } => {
            Some(*at)
        }
        CaseState::Draft { .. }
        | CaseState::Open
        | CaseState::Claimed(_)
        | CaseState::Referred(_)
        | CaseState::Merged(_) => None,
    }
}

/// When an offer was over.
pub const fn ended_offer(state: &OfferState) -> Option<Timestamp> {
    match state {
        OfferState::Withdrawn { at } | OfferState::Expired { at } => Some(*at),
        OfferState::Draft { .. } | OfferState::Open => None,
    }
}

/// When a match was over. One with a concern that no lead has dealt with is not.
pub const fn ended_match(found: &Match) -> Option<Timestamp> {
    if found.concern.is_some() {
        return None;
    }
    match &found.state {
        MatchState::Finished { at }
        | MatchState::Declined { at, .. }
        | MatchState::SteppedBack { at, .. }
        | MatchState::Lapsed { at, .. }
        | MatchState::Ended { at } => Some(*at),
        MatchState::Asked { .. } | MatchState::Accepted { .. } | MatchState::Agreed { .. } => None,
    }
}

/// When a lead has dealt with a concern.
pub const fn ended_concern(state: &ConcernState) -> Option<Timestamp> {
    match state {
        ConcernState::Closed { at, .. } => Some(*at),
        _ => None,
    }
}

/// The same person without the name that the platform shows.
#[must_use]
pub fn nameless(person: Person) -> Person {
    Person {
        name: Private::default(),
        ..person
    }
}

/// A case of which so much is gone.
#[must_use]
pub fn erase_case(case: Case, upto: Erased) -> Case {
    let mut case = Case {
        details: erase_details(case.details, upto),
        sharing: erase_sharing(case.sharing, upto),
        erased: upto.max(case.erased),
        ..case
    };
    if upto >= Erased::Words {
        case.reasons.clear();
        case.similar = case.similar.into_iter().map(without_reasons).collect();
        case.question = None;
        case.status = None;
        case.keys.clear();
        case.compared.clear();
    }
    if upto >= Erased::Details {
        case.resident = nameless(case.resident);
        case.source = None;
        case.state = nameless_state(case.state);
    }
    case
}

fn without_reasons(similar: Similar) -> Similar {
    Similar {
        reasons: Vec::new(),
        ..similar
    }
}

fn nameless_state(state: CaseState) -> CaseState {
    match state {
        CaseState::Merged(mut merged) => {
            merged.before = Box::new(nameless_state(*merged.before));
            CaseState::Merged(merged)
        }
        CaseState::Claimed(mut claim) => {
            claim.by = nameless(claim.by);
            CaseState::Claimed(claim)
        }
        CaseState::Referred(mut referred) => {
            referred.by = nameless(referred.by);
            referred.reference = None;
            CaseState::Referred(referred)
        }
        other => other,
    }
}

/// An offer of which so much is gone.
#[must_use]
pub fn erase_offer(offer: Offer, upto: Erased) -> Offer {
    let mut offer = Offer {
        details: erase_details(offer.details, upto),
        erased: upto.max(offer.erased),
        ..offer
    };
    if upto >= Erased::Words {
        offer.traces = Traces::default();
        offer.particulars = Particulars::default();
    }
    if upto >= Erased::Details {
        offer.neighbour = nameless(offer.neighbour);
        offer.source = None;
    }
    offer
}

fn erase_details(details: Details, upto: Erased) -> Details {
    match upto {
        Erased::Nothing => details,
        // An address and a number are needed longest: for a parcel that was left, or a thing that was lent.
        Erased::Words => Details {
            r#where: details.r#where,
            reach: details.reach,
            consent: details.consent,
            ..Details::default()
        },
        Erased::Details => Details {
            consent: details.consent.map(nameless_consent),
            ..Details::default()
        },
    }
}

/// On what ground it was shared stays as long as the case; the words of a reason go, and then the names.
fn erase_sharing(sharing: Sharing, upto: Erased) -> Sharing {
    let mut sharing = sharing;
    if upto >= Erased::Words
        && let Some(reason) = &mut sharing.reason
    {
        reason.why = Private::default();
    }
    if upto >= Erased::Details {
        sharing.reason = sharing.reason.map(|reason| Reason {
            by: nameless(reason.by),
            ..reason
        });
        for asked in &mut sharing.asked {
            asked.answer = asked.answer.take().map(nameless_consent);
        }
        for told in &mut sharing.told {
            told.reference = None;
        }
    }
    sharing
}

fn nameless_consent(consent: Consent) -> Consent {
    Consent {
        by: consent.by.map(nameless),
        ..consent
    }
}

/// A telling of which so much is gone.
#[must_use]
pub fn erase_report(report: Report, upto: Erased) -> Report {
    let mut report = report;
    if upto >= Erased::Words {
        report.text = None;
        report.reading = Reading {
            kind: report.reading.kind,
            confidence: report.reading.confidence,
            categories: report.reading.categories,
            urgency: report.reading.urgency,
            on_behalf: report.reading.on_behalf,
            ..Reading::nothing()
        };
    }
    if upto >= Erased::Details {
        report.author = nameless(report.author);
    }
    report
}

/// A match without names.
#[must_use]
pub fn erase_match(found: Match) -> Match {
    Match {
        neighbour: nameless(found.neighbour),
        resident: nameless(found.resident),
        proposed_by: found.proposed_by.map(nameless),
        ..found
    }
}

/// The receipt of a concern: that there was one, what signs it had, and which lead dealt with it when.
#[must_use]
pub fn erase_concern(concern: Concern) -> Concern {
    let state = match concern.state {
        ConcernState::Raised => ConcernState::Raised,
        ConcernState::Acknowledged { by, at } => ConcernState::Acknowledged {
            by: nameless(by),
            at,
        },
        ConcernState::Closed { by, at, outcome } => ConcernState::Closed {
            by: nameless(by),
            at,
            outcome,
        },
    };
    Concern {
        state,
        words: None,
        about: None,
        person: nobody(&concern.person),
        source: None,
        again: Vec::new(),
        given: Vec::new(),
        log: Vec::new(),
        line_until: None,
        ..concern
    }
}

/// In place of somebody of whom nothing is kept.
pub fn nobody(person: &Person) -> Person {
    Person {
        connector: person.connector.clone(),
        id: crate::domain::ids::PersonId::new(""),
        name: Private::default(),
        language: person.language,
    }
}

/// The Monday of the week that a moment is in, at midnight UTC.
pub fn week_of(at: Timestamp) -> Timestamp {
    const WEEK: i64 = 7 * 24 * 60 * 60 * 1000;
    /// 1970-01-05 was a Monday.
    const FIRST: i64 = 4 * 24 * 60 * 60 * 1000;
    let into = (at.as_millis() - FIRST).rem_euclid(WEEK);
    Timestamp::from_millis(at.as_millis() - into)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn weeks_begin_on_mondays() {
        // Sunday 2026-11-22 23:59:59.999 and Monday 2026-11-23 00:00 UTC.
        let monday = Timestamp::from_millis(1_795_392_000_000);
        assert_eq!(week_of(monday), monday);
        let sunday = Timestamp::from_millis(1_795_391_999_999);
        assert_eq!(week_of(sunday), monday - Duration::from_hours(7 * 24));
    }
}
