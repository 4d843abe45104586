//! What the sampled speeches are made of. What a resident told is planted with recognisable
//! invented words, so that tests can look for it where it must not be.

use crate::domain::case::{Case, CaseState, Claim, Joined, Proposing, Referred, Similar};
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::concern::ConcernState;
use crate::domain::consent::{Consent, Said, Sharing, wording};
use crate::domain::details::Details;
use crate::domain::disclosure::{Audience, Disclosed, To};
use crate::domain::ids::{
    CaseId, ChannelId, ConcernId, ConnectorId, DestinationId, Draw, GroupId, MessageId, MessageRef,
    OfferId, PersonId, Place, ReferralId,
};
use crate::domain::offer::{Offer, OfferState};
use crate::domain::particulars::Particulars;
use crate::domain::people::{Language, Person};
use crate::domain::priority::{Priority, Route, Triaged};
use crate::domain::reading::{Category, Signal, Urgency};
use crate::domain::report::Subject;
use crate::domain::retention::Erased;
use crate::domain::settings::{Area, AskedBy, Channel, ChannelRole, Leaks, Listening};
use crate::domain::speech::{CardView, CaseFile, ConcernView, Number, Numbers, Speech, Teller};
use crate::domain::traces::Traces;
use crate::domain::young::Young;

/// Words of residents that only one person, or a lead, may see.
pub(super) const PRIVATE: [&str; 6] = [
    "Mrs Planted",
    "planted insulin",
    "1 Planted Way",
    "planted evening",
    "planted gran",
    "07700 900123",
];

/// Tuesday 3 November 2026, 14:05 in London.
pub(super) const NOW: Timestamp = Timestamp::from_millis(1_793_714_700_000);

pub(super) fn code(number: u8) -> CaseCode {
    Draw::new([number; 16]).code()
}

pub(super) fn case() -> CaseId {
    CaseId::new("0123456789abcdef")
}

pub(super) fn about_case() -> Subject {
    Subject::Case(case())
}

pub(super) fn about_offer() -> Subject {
    Subject::Offer(OfferId::new("fedcba9876543210"))
}

pub(super) fn staff() -> Person {
    Person {
        connector: ConnectorId::new("telegram"),
        id: PersonId::new("900"),
        name: "Sam".into(),
        language: Language::English,
    }
}

pub(super) fn claimed() -> CaseState {
    CaseState::Claimed(Claim {
        by: staff(),
        since: NOW,
        lease: NOW,
    })
}

pub(super) fn referred(reference: Option<&str>) -> CaseState {
    CaseState::Referred(Referred {
        referral: ReferralId::new("r"),
        destination: DestinationId::new("medway-council"),
        reference: reference.map(str::to_owned),
        by: staff(),
        at: NOW,
    })
}

pub(super) fn card(state: CaseState) -> CardView {
    CardView {
        case: case(),
        code: code(1),
        state,
        told: told(&need(None), Audience::Hub),
        reports: 2,
        has_details: true,
        consent: false,
        ground: None,
        withdrawn: false,
        similar: vec![2, 3, 4]
            .into_iter()
            .map(|number| Similar {
                case: CaseId::new(format!("00000000000000{number:02}")),
                code: code(number),
                reasons: vec!["same street".to_owned()],
            })
            .collect(),
        joined: vec![Joined {
            case: CaseId::new("0000000000000009"),
            code: code(9),
        }],
        neighbour: None,
        proposing: Proposing::Off,
    }
}

/// A case with everything in it that somebody may tell.
pub(super) fn need(consent: Option<bool>) -> Case {
    Case {
        id: case(),
        code: code(1),
        state: CaseState::Open,
        categories: vec![Category::Prescription, Category::Food],
        urgency: Urgency::Today,
        triaged: Triaged {
            priority: Priority::P2,
            priority_because: Some("It is needed today.".to_owned()),
            route: Route::Neighbour,
            route_because: Some("A neighbour can do this from the doorstep.".to_owned()),
            reasons: vec![
                "A neighbour can do this from the doorstep.".to_owned(),
                "It is needed today.".to_owned(),
            ],
            ..Triaged::default()
        },
        on_behalf: true,
        outcode: Some("ME7".to_owned()),
        area: Area::default(),
        resident: Person {
            name: "Mrs Planted".into(),
            ..staff()
        },
        place: place(),
        source: None,
        details: details(consent),
        sharing: Sharing::default(),
        young: Young::No,
        erased: Erased::Nothing,
        reasons: vec!["could anyone".to_owned(), "prescription".to_owned()],
        similar: Vec::new(),
        question: None,
        status: Some("being looked at".to_owned()),
        keys: Vec::new(),
        compared: Vec::new(),
        joined: Vec::new(),
        proposing: Proposing::Off,
        at: NOW,
        changed: NOW,
        version: 1,
    }
}

/// What an audience that has a yes is shown of a case, with words.
pub(super) fn told(case: &Case, audience: Audience) -> Disclosed {
    let to = To::once(audience, true, |text, _| text.to_owned());
    let words = "Could someone fetch planted insulin?".into();
    Disclosed::with_words(case, [&words], &to)
}

pub(super) fn details(consent: Option<bool>) -> Details {
    let mut details = Details {
        what: Some("planted insulin\nfrom the chemist".into()),
        r#where: Some("1 Planted Way, ME7 1AB".into()),
        when: Some("planted evening".into()),
        for_whom: Some("planted gran".into()),
        reach: Some("07700 900123".into()),
        ..Details::default()
    };
    if let Some(given) = consent {
        let said = if given { Said::Yes } else { Said::No };
        let version = wording::details(false);
        details.consent = Some(Consent::said(said, (&staff(), false), version, NOW));
    }
    details
}

pub(super) fn file(state: CaseState, consent: Option<bool>) -> Box<CaseFile> {
    Box::new(CaseFile {
        card: CardView {
            consent: consent == Some(true),
            ..card(state)
        },
        told: told(&need(consent), Audience::Holder),
        others: consent
            .is_none()
            .then(|| Teller {
                code: code(9),
                told: told(&mr_planted(), Audience::Holder),
            })
            .into_iter()
            .collect(),
        prompts: vec!["Stay on the doorstep.".to_owned()],
    })
}

pub(super) fn offer() -> Offer {
    Offer {
        id: OfferId::new("fedcba9876543210"),
        code: code(1),
        state: OfferState::Open,
        categories: vec![Category::Shopping, Category::Transport],
        outcode: Some("ME7".to_owned()),
        area: Area::default(),
        neighbour: staff(),
        place: place(),
        source: None,
        details: details(None),
        traces: Traces::default(),
        particulars: Particulars::default(),
        seek: None,
        erased: Erased::Nothing,
        at: NOW,
        changed: NOW,
        version: 1,
    }
}

/// What everybody in a hub channel is shown of an offer.
pub(super) fn offered(offer: &Offer) -> Disclosed {
    Disclosed::of_offer(offer, &To::just(Audience::Hub, |text, _| text.to_owned()))
}

fn mr_planted() -> Case {
    Case {
        resident: Person {
            name: "Mr Planted".into(),
            ..staff()
        },
        ..need(Some(false))
    }
}

pub(super) fn numbers(signals: Vec<Signal>, request: Option<Subject>) -> Speech {
    let number = |name: &str, contact: &str, hours: &str| Number {
        name: name.to_owned(),
        contact: contact.to_owned(),
        hours: hours.to_owned(),
    };
    Speech::Numbers(Box::new(Numbers {
        signals,
        numbers: vec![
            number(
                "National Domestic Abuse Helpline",
                "0808 2000 247",
                "day and night",
            ),
            number("Emergency, silent call from a mobile", "999, then 55", ""),
        ],
        request,
    }))
}

pub(super) fn concern(state: ConcernState) -> Speech {
    Speech::ConcernCard(Box::new(ConcernView {
        concern: ConcernId::new("00112233445566aa"),
        code: code(5),
        state,
        signals: vec![Signal::Abuse, Signal::Child],
        words: Some("planted insulin is gone".into()),
        name: "Mrs Planted".into(),
        source: Some(MessageRef {
            place: place(),
            message: MessageId::new("7"),
        }),
        about: None,
        at: NOW,
        given: true,
        again: Vec::new(),
        log: Vec::new(),
    }))
}

pub(super) fn place() -> Place {
    Place {
        connector: ConnectorId::new("discord"),
        channel: ChannelId::new("42"),
    }
}

pub(super) fn channel(role: ChannelRole) -> Channel {
    Channel {
        place: place(),
        group: GroupId::new("g"),
        role,
        listening: Listening::Ask,
        asking: AskedBy::Staff,
        leaks: Leaks::Told,
        area: Area::new(["ME7".to_owned(), "ME8".to_owned()]),
        set_by: PersonId::new("900"),
        set_at: NOW,
    }
}
