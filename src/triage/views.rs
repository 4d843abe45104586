//! Views of a case, an offer or a concern. What somebody told gets into one only as the table of
//! [`crate::domain::disclosure`] has it.

use crate::domain::case::Case;
use crate::domain::concern::Concern;
use crate::domain::details::Details;
use crate::domain::disclosure::{self, Audience, Disclosed, Item, To};
use crate::domain::offer::Offer;
use crate::domain::people::Person;
use crate::domain::private::Private;
use crate::domain::report::{Report, Subject};
use crate::domain::speech::{
    CardView, CaseFile, ConcernView, MineEntry, OfferView, QueueEntry, Teller,
};
use crate::intake::cleaned;

fn has_details(details: &Details) -> bool {
    *details != Details::default()
}

fn is_withdrawn(case: &Case) -> bool {
    let consent = case.details.consent.as_ref();
    consent.is_some_and(|consent| consent.withdrawn.is_some())
}

/// Everybody in a hub channel.
const HUB: To<'static> = To::just(Audience::Hub, cleaned);

/// The card of a case.
pub fn card(case: &Case, reports: usize) -> CardView {
    CardView {
        case: case.id.clone(),
        code: case.code.clone(),
        state: case.state.clone(),
        told: Disclosed::of(case, &HUB),
        reports,
        has_details: has_details(&case.details),
        consent: case.details.shareable(),
        ground: case.sharing.reason.as_ref().map(|reason| reason.ground),
        withdrawn: is_withdrawn(case),
        similar: case.similar.clone(),
        joined: case.joined.clone(),
        neighbour: None,
        proposing: case.proposing,
    }
}

/// The file of a case for one of the staff, in private: all of it where the case is theirs.
pub fn file(
    (case, others): (&Case, &[Case]),
    reports: &[Report],
    is_theirs: bool,
    prompts: Vec<String>,
) -> CaseFile {
    let audience = if is_theirs {
        Audience::Holder
    } else {
        Audience::Staff
    };
    let to = To::just(audience, cleaned);
    let words = reports.iter().filter_map(|report| report.text.as_ref());
    let teller = |part: &Case| Teller {
        code: part.code.clone(),
        told: Disclosed::of(part, &to),
    };
    CaseFile {
        card: card(case, reports.len()),
        told: Disclosed::with_words(case, words, &to),
        others: others.iter().map(teller).collect(),
        prompts,
    }
}

/// The card of an offer.
pub fn offer_card(offer: &Offer) -> OfferView {
    OfferView {
        offer: Some(offer.id.clone()),
        code: offer.code.clone(),
        state: offer.state.clone(),
        told: Disclosed::of_offer(offer, &HUB),
        has_details: has_details(&offer.details),
    }
}

/// What a neighbour who is asked sees of a need.
pub fn asked(case: &Case) -> Box<Disclosed> {
    Box::new(Disclosed::of(case, &To::just(Audience::Asked, cleaned)))
}

/// What a neighbour who said yes sees of it, before the resident has answered.
pub fn willing(case: &Case) -> Box<Disclosed> {
    let to = To::once(Audience::Willing, case.details.shareable(), cleaned);
    Box::new(Disclosed::of(case, &to))
}

/// What a neighbour sees of it once the resident has said yes to them; shown to the resident before they do.
pub fn agreed(case: &Case) -> Box<Disclosed> {
    let to = To::once(Audience::Agreed, true, cleaned);
    Box::new(Disclosed::of(case, &to))
}

/// As much of a neighbour's name as an audience sees, once that neighbour has said yes where it takes that.
pub fn helper(person: &Person, audience: Audience) -> Private<String> {
    disclosure::helper_name(person, &To::once(audience, true, cleaned)).unwrap_or_default()
}

/// What a destination is told of a case, of what its settings name.
pub fn referred(case: &Case, named: &[Item], on_ground: bool) -> Disclosed {
    Disclosed::of(case, &To::destination(named, on_ground, cleaned))
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
        told: Disclosed::of(case, &HUB),
        state: case.state.name().to_owned(),
        holder: case.state.holder().map(|person| person.name.clone()),
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
        shared: case.details.shareable() || case.sharing.holds(),
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
        shared: false,
    }
}
