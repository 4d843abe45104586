//! A case and an offer with something recognisable in everything that can be told of them, for tests.

use super::case::{Case, CaseState, Proposing};
use super::clock::Timestamp;
use super::consent::{Consent, Said, Sharing};
use super::details::Details;
use super::ids::{CaseId, ChannelId, ConnectorId, Draw, OfferId, PersonId, Place};
use super::offer::{Offer, OfferState};
use super::particulars::Particulars;
use super::people::{Language, Person};
use super::priority::{Priority, Route, Triaged};
use super::reading::{Category, Urgency};
use super::retention::Erased;
use super::settings::Area;
use super::traces::Traces;
use super::young::Young;

/// Thursday 25 February 2021, 14:00 UTC.
pub(crate) const OPENED: Timestamp = Timestamp::from_millis(1_614_261_600_000);

fn person(name: &str) -> Person {
    Person {
        connector: ConnectorId::new("telegram"),
        id: PersonId::new("77"),
        name: name.into(),
        language: Language::English,
    }
}

fn place() -> Place {
    Place {
        connector: ConnectorId::new("telegram"),
        channel: ChannelId::new("street"),
    }
}

fn details() -> Details {
    let mut details = Details {
        what: Some("planted-task, ring 07700 900111".into()),
        r#where: Some("12 Plantedstreet Road, PIN is 4821".into()),
        when: Some("planted-time".into()),
        for_whom: Some("planted-gran".into()),
        reach: Some("planted-contact 07700 900123".into()),
        answers: vec!["planted-answer".into()],
        ..Details::default()
    };
    details.consent = Some(Consent::said(
        Said::Yes,
        (&person("planted-consent"), false),
        "planted-wording",
        OPENED,
    ));
    details
}

/// A need.
pub(crate) fn case() -> Case {
    Case {
        id: CaseId::new("0123456789abcdef"),
        code: Draw::new([1; 16]).code(),
        state: CaseState::Open,
        categories: vec![Category::Prescription, Category::Food],
        urgency: Urgency::Today,
        triaged: Triaged {
            priority: Priority::P2,
            route: Route::Neighbour,
            reasons: vec!["planted-reason".to_owned()],
            ..Triaged::default()
        },
        on_behalf: true,
        outcode: Some("ME7".to_owned()),
        area: Area::default(),
        resident: person("Firstplanted Lastplanted"),
        place: place(),
        source: None,
        details: details(),
        sharing: Sharing::default(),
        young: Young::No,
        erased: Erased::Nothing,
        reasons: vec!["planted-rule-words".to_owned()],
        similar: Vec::new(),
        question: None,
        status: Some("planted-status".to_owned()),
        keys: Vec::new(),
        compared: Vec::new(),
        joined: Vec::new(),
        proposing: Proposing::Off,
        at: OPENED,
        changed: OPENED,
        version: 1,
    }
}

/// An offer.
pub(crate) fn offer() -> Offer {
    Offer {
        id: OfferId::new("fedcba9876543210"),
        code: Draw::new([2; 16]).code(),
        state: OfferState::Open,
        categories: vec![Category::Transport],
        outcode: Some("ME8".to_owned()),
        area: Area::default(),
        neighbour: person("Helperfirst Helperlast"),
        place: place(),
        source: None,
        details: details(),
        traces: Traces::default(),
        particulars: Particulars::default(),
        seek: None,
        erased: Erased::Nothing,
        at: OPENED,
        changed: OPENED,
        version: 1,
    }
}
