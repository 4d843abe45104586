//! What each surface may show of a case, an offer or a concern. A card never carries a name, an address or the words.

use crate::domain::case::Case;
use crate::domain::concern::Concern;
use crate::domain::details::Details;
use crate::domain::offer::Offer;
use crate::domain::report::Report;
use crate::domain::report::Subject;
use crate::domain::speech::{
    CardView, CaseFile, ConcernView, MineEntry, OfferView, QueueEntry, Teller,
};

fn has_details(details: &Details) -> bool {
    *details != Details::default()
}

/// The card of a case.
pub fn card(case: &Case, reports: usize) -> CardView {
    CardView {
        case: case.id.clone(),
        code: case.code.clone(),
        state: case.state.clone(),
        categories: case.categories.clone(),
        urgency: case.urgency,
        triaged: case.triaged.clone(),
        on_behalf: case.on_behalf,
        outcode: case.outcode.clone(),
        reports,
        has_details: has_details(&case.details),
        consent: case.details.shareable(),
        reasons: case.reasons.clone(),
        similar: case.similar.clone(),
        joined: case.joined.clone(),
        status: case.status.clone(),
        neighbour: None,
        proposing: case.proposing,
        at: case.at,
    }
}

/// The file of a case, for staff, in private.
pub fn file(case: &Case, others: &[Case], reports: &[Report], prompts: Vec<String>) -> CaseFile {
    CaseFile {
        card: card(case, reports.len()),
        name: case.resident.name.clone(),
        others: others.iter().map(teller).collect(),
        words: reports
            .iter()
            .filter_map(|report| report.text.clone())
            .collect(),
        details: case.details.clone(),
        prompts,
    }
}

fn teller(case: &Case) -> Teller {
    Teller {
        code: case.code.clone(),
        name: case.resident.name.clone(),
        details: case.details.clone(),
    }
}

/// The card of an offer.
pub fn offer_card(offer: &Offer) -> OfferView {
    OfferView {
        offer: Some(offer.id.clone()),
        code: offer.code.clone(),
        state: offer.state.clone(),
        categories: offer.categories.clone(),
        outcode: offer.outcode.clone(),
        has_details: has_details(&offer.details),
        at: offer.at,
    }
}

/// The card of a concern, for leads.
pub fn concern_card(concern: &Concern) -> ConcernView {
    ConcernView {
        concern: concern.id.clone(),
        code: concern.code.clone(),
        state: concern.state.clone(),
        signals: concern.signals.clone(),
        words: concern.words.clone(),
        name: concern.person.name.clone(),
        source: concern.source.clone(),
        about: concern.about.clone(),
        at: concern.at,
        given: !concern.given.is_empty(),
        again: concern.again.clone(),
        log: concern.log.clone(),
    }
}

/// One line of the queue.
pub fn queue_entry(case: &Case) -> QueueEntry {
    QueueEntry {
        code: case.code.clone(),
        categories: case.categories.clone(),
        priority: case.triaged.priority,
        urgency: case.urgency,
        outcode: case.outcode.clone(),
        state: case.state.name().to_owned(),
        holder: case.state.holder().map(|person| person.name.clone()),
        at: case.at,
    }
}

/// One of a person's own requests, with the word for where it stands.
pub fn own_case(case: &Case, state: &str) -> MineEntry {
    MineEntry {
        subject: Subject::Case(case.id.clone()),
        code: case.code.clone(),
        categories: case.categories.clone(),
        state: state.to_owned(),
        at: case.at,
    }
}

/// One of a person's own offers.
pub fn own_offer(offer: &Offer) -> MineEntry {
    MineEntry {
        subject: Subject::Offer(offer.id.clone()),
        code: offer.code.clone(),
        categories: offer.categories.clone(),
        state: offer.state.name().to_owned(),
        at: offer.at,
    }
}
