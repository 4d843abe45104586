//! One of every speech, and more where a speech has several faces.

use super::samples::{
    NOW, about_case, about_offer, card, case, channel, claimed, code, concern, details, file, need,
    numbers, offer, offered, referred, staff, told,
};
use super::{leaks, matches, sharing};
use crate::domain::action::Action;
use crate::domain::case::{Case, CaseState, JoinedBy, Merged, Outcome, Proposing};
use crate::domain::concern::{ConcernOutcome, ConcernState, Entry, Logged, Service, ToldAgain};
use crate::domain::details::{Details, Field};
use crate::domain::disclosure::Audience;
use crate::domain::ids::{ConcernId, DestinationId};
use crate::domain::offer::OfferState;
use crate::domain::priority::{HubOnly, Priority, Route, Triaged};
use crate::domain::queue::{QueueFrom, QueueView};
use crate::domain::reading::{Category, Signal, Urgency};
use crate::domain::report::Subject;
use crate::domain::settings::{Area, ChannelRole};
use crate::domain::speech::{
    AskField, CardView, ConcernEntry, ConcernView, Destination, HubNote, MineEntry, Needed, News,
    OfferView, QueueEntry, QueueList, Slow, Speech, StatusFacts,
};

pub(super) fn group() -> Vec<Speech> {
    let (subject, code) = (about_case(), code(1));
    vec![
        Speech::AskRequest {
            subject: subject.clone(),
        },
        Speech::AskOffer {
            subject: about_offer(),
        },
        Speech::AskResolved {
            subject: subject.clone(),
            code: code.clone(),
        },
        Speech::PassedOn {
            subject: subject.clone(),
            code: code.clone(),
        },
        Speech::OfferNoted {
            subject: about_offer(),
            code: code.clone(),
        },
        Speech::Logged {
            subject: subject.clone(),
            code: code.clone(),
        },
        Speech::AlreadyWithHub {
            subject: subject.clone(),
            code: code.clone(),
        },
        Speech::PartOf {
            case: case(),
            code: code.clone(),
        },
        Speech::TakenBack { code },
        Speech::Erased,
        Speech::MessageWaiting { link: None },
        Speech::MessageWaiting {
            link: Some(Action::Details(subject)),
        },
    ]
}

pub(super) fn answers() -> Vec<Speech> {
    let mut speeches = vec![
        Speech::Noted,
        Speech::OnlyTheWriter,
        Speech::ButtonGone,
        Speech::CommandProblem {
            problem: "/case needs a case code".to_owned(),
        },
        Speech::NoSuchCode { code: code(1) },
        Speech::Dropped,
    ];
    let needed = [
        Needed::Staff,
        Needed::Lead,
        Needed::Moderator,
        Needed::Holder,
        Needed::Named,
    ];
    speeches.extend(needed.map(|who| Speech::NotForYou { who }));
    let slow = [
        Slow::Codes,
        Slow::Answers,
        Slow::Tellings { code: code(1) },
        Slow::Beginnings { code: code(1) },
    ];
    speeches.extend(slow.map(|why| Speech::Slow { why }));
    speeches
}

pub(super) fn resident() -> Vec<Speech> {
    let entry = |number: u8, state: &str| MineEntry {
        subject: about_case(),
        code: code(number),
        categories: vec![Category::Food],
        state: state.to_owned(),
        at: NOW,
        shared: state == "claimed",
    };
    let states = [
        "draft",
        "open",
        "claimed",
        "referred",
        "closed",
        "withdrawn",
        "expired",
        "merged",
    ];
    let many = (0..11).map(|number| entry(number, "open"));
    vec![
        Speech::Welcome,
        Speech::Help {
            staff: false,
            lead: false,
            moderator: false,
        },
        Speech::Help {
            staff: true,
            lead: true,
            moderator: true,
        },
        Speech::DialogueStopped,
        Speech::Mine {
            entries: Vec::new(),
        },
        Speech::Mine {
            entries: (1..)
                .zip(states)
                .map(|(number, state)| entry(number, state))
                .collect(),
        },
        Speech::Mine {
            entries: many.collect(),
        },
        Speech::AskAnswer {
            code: code(1),
            question: "Which planted evening?".into(),
        },
        Speech::AnswerPassedOn { code: code(1) },
        Speech::NotUnderstood,
    ]
}

pub(super) fn news() -> Vec<Speech> {
    let council = || "Medway Council".to_owned();
    let mut news = vec![
        News::Claimed,
        News::Released,
        News::Question {
            text: "Which planted evening?".into(),
        },
        News::Forwarded {
            destination: council(),
            reference: None,
        },
        News::Forwarded {
            destination: council(),
            reference: Some("MC-77".to_owned()),
        },
        News::Status {
            destination: council(),
            status: "on the van".to_owned(),
        },
        News::Reopened,
        News::Joined,
        News::Apart { code: code(2) },
        News::LookedAt,
        News::WithHub,
        News::Over,
    ];
    news.extend(Outcome::ALL.map(|outcome| News::Closed { outcome }));
    let say = |news| Speech::News {
        case: case(),
        code: code(1),
        news,
    };
    news.into_iter().map(say).collect()
}

pub(super) fn questions() -> Vec<Speech> {
    let ask = |subject: &Subject, field, current: Option<&str>, only| {
        Speech::AskField(AskField {
            subject: subject.clone(),
            field,
            current: current.map(Into::into),
            only,
            on_behalf: false,
        })
    };
    let mut speeches: Vec<_> = Field::ALL
        .map(|field| ask(&about_case(), field, None, false))
        .into();
    speeches.extend(
        Field::ALL[..4]
            .iter()
            .map(|field| ask(&about_offer(), *field, None, false)),
    );
    speeches.push(ask(
        &about_case(),
        Field::Where,
        Some("1 Planted Way"),
        true,
    ));
    speeches
}

pub(super) fn summaries() -> Vec<Speech> {
    let mut speeches = Vec::new();
    for consent in [None, Some(true), Some(false)] {
        speeches.push(Speech::DetailsSaved {
            subject: about_case(),
            code: code(1),
            details: details(consent),
            on_behalf: consent.is_none(),
        });
    }
    speeches.push(Speech::DetailsSaved {
        subject: about_offer(),
        code: code(1),
        details: Details {
            answers: vec!["planted evening".into()],
            ..Details::default()
        },
        on_behalf: false,
    });
    speeches
}

pub(super) fn cards() -> Vec<Speech> {
    let states = vec![
        CaseState::Open,
        claimed(),
        referred(None),
        referred(Some("MC-77")),
    ];
    let mut cards = shown(states);
    cards.push(Speech::Card(Box::new(CardView {
        told: told(&bare(), Audience::Hub),
        reports: 1,
        has_details: false,
        similar: Vec::new(),
        ..card(CaseState::Open)
    })));
    cards
}

/// A case of which hardly anything is known.
fn bare() -> Case {
    Case {
        categories: Vec::new(),
        urgency: Urgency::None,
        triaged: Triaged {
            priority: Priority::P4,
            route: Route::Hub,
            hub_only: vec![HubOnly::GivingMedicine, HubOnly::Cash],
            set_by: Some(staff()),
            ..Triaged::default()
        },
        on_behalf: false,
        outcode: None,
        reasons: Vec::new(),
        status: None,
        ..need(None)
    }
}

pub(super) fn asking_cards() -> Vec<Speech> {
    let states = [Proposing::On { look: None }, Proposing::Stopped];
    let show = |proposing| {
        Speech::Card(Box::new(CardView {
            proposing,
            similar: Vec::new(),
            joined: Vec::new(),
            ..card(CaseState::Open)
        }))
    };
    states.map(show).to_vec()
}

fn shown(states: Vec<CaseState>) -> Vec<Speech> {
    let show = |state| Speech::Card(Box::new(card(state)));
    states.into_iter().map(show).collect()
}

pub(super) fn still_cards() -> Vec<Speech> {
    shown(vec![
        CaseState::Draft { expires: NOW },
        CaseState::Withdrawn { at: NOW },
        CaseState::Expired { at: NOW },
        CaseState::Merged(Merged {
            into: case(),
            before: Box::new(CaseState::Open),
            reports: Vec::new(),
            by: JoinedBy::Kith,
        }),
        CaseState::Closed {
            outcome: Outcome::Helped,
            at: NOW,
        },
    ])
}

pub(super) fn offer_cards() -> Vec<Speech> {
    let offers = [
        OfferState::Draft { expires: NOW },
        OfferState::Open,
        OfferState::Withdrawn { at: NOW },
        OfferState::Expired { at: NOW },
    ];
    let show = |state| {
        Speech::OfferCard(Box::new(OfferView {
            offer: Some(crate::domain::ids::OfferId::new("0f0f0f0f0f0f0f0f")),
            code: code(1),
            state,
            told: offered(&offer()),
            has_details: true,
        }))
    };
    offers.into_iter().map(show).collect()
}

pub(super) fn notes() -> Vec<Speech> {
    let council = || "Medway Council".to_owned();
    let notes = [
        HubNote::Edited,
        HubNote::DetailsAdded,
        HubNote::Answered,
        HubNote::Withdrawn,
        HubNote::Lapsed,
        HubNote::Taken {
            destination: council(),
            reference: None,
        },
        HubNote::Taken {
            destination: council(),
            reference: Some("MC-77".to_owned()),
        },
        HubNote::Refused {
            destination: council(),
            why: "it is gone".to_owned(),
        },
        HubNote::Status {
            destination: council(),
            status: "on the van".to_owned(),
        },
        HubNote::Joined { code: code(2) },
        HubNote::ToldByAnother {
            case: case(),
            code: code(2),
            urgency: Urgency::Today,
            reasons: vec!["same street +3.1".to_owned()],
        },
        HubNote::Apart { code: code(2) },
        HubNote::Unreachable,
    ];
    let mut speeches: Vec<_> = notes
        .into_iter()
        .map(|note| Speech::HubNote {
            code: code(1),
            holder: Some(staff()),
            note,
        })
        .collect();
    speeches.push(Speech::HubNote {
        code: code(1),
        holder: None,
        note: HubNote::Lapsed,
    });
    speeches
}

pub(super) fn files() -> Vec<Speech> {
    vec![
        Speech::YouHaveIt(file(claimed(), None)),
        Speech::File(file(CaseState::Open, Some(true))),
        Speech::File(file(referred(Some("MC-77")), Some(false))),
    ]
}

fn food() -> Case {
    Case {
        categories: vec![Category::Food],
        urgency: Urgency::Soon,
        outcode: None,
        ..need(None)
    }
}

pub(super) fn hub() -> Vec<Speech> {
    let code = || code(1);
    let entry = |state: &str, holder: Option<&str>| QueueEntry {
        code: code(),
        told: told(&food(), Audience::Hub),
        state: state.to_owned(),
        holder: holder.map(Into::into),
    };
    let narrow = QueueView::parse("oldest p1 food me7 mine stale").unwrap();
    let destinations = |count: u8| {
        let one = |number| Destination {
            id: DestinationId::new(format!("destination-{number}")),
            title: format!("Destination {number}"),
            fields: Vec::new(),
        };
        (1..=count).map(one).collect::<Vec<_>>()
    };
    vec![
        Speech::Briefing {
            case: case(),
            code: code(),
            lines: vec!["Never take a card or a PIN.".to_owned()],
        },
        Speech::HeldBy {
            code: code(),
            name: "Sam".into(),
            since: NOW,
        },
        Speech::NotNow {
            code: code(),
            expected: "open".to_owned(),
            found: "withdrawn".to_owned(),
        },
        Speech::YouReleasedIt { code: code() },
        Speech::Queue(Box::default()),
        Speech::Queue(Box::new(QueueList {
            entries: vec![entry("open", None), entry("claimed", Some("Sam"))],
            total: 12,
            next: Some(QueueView::default().at(QueueFrom::Page(2))),
            ..QueueList::default()
        })),
        Speech::Queue(Box::new(QueueList {
            view: narrow.clone(),
            entries: vec![entry("referred", Some("Sam"))],
            total: 501,
            previous: Some(narrow.clone()),
            next: Some(narrow.at(QueueFrom::Page(3))),
        })),
        Speech::Queue(Box::new(QueueList {
            view: narrow,
            ..QueueList::default()
        })),
        Speech::AskOutcome {
            case: case(),
            code: code(),
        },
        Speech::AskDestination {
            case: case(),
            code: code(),
            destinations: destinations(2),
        },
        Speech::AskDestination {
            case: case(),
            code: code(),
            destinations: destinations(12),
        },
        Speech::NoDestination,
        Speech::Forwarding {
            code: code(),
            destination: "Medway Council".to_owned(),
        },
        Speech::YouClosedIt {
            code: code(),
            outcome: Outcome::Helped,
        },
        Speech::QuestionSent { code: code() },
        Speech::ForLeads { code: code() },
        Speech::PrioritySet {
            code: code(),
            priority: Priority::P2,
            by_hand: true,
        },
        Speech::PrioritySet {
            code: code(),
            priority: Priority::P3,
            by_hand: false,
        },
    ]
}

pub(super) fn safety() -> Vec<Speech> {
    vec![
        numbers(vec![Signal::Abuse], Some(about_case())),
        numbers(vec![Signal::Medical], None),
        concern(ConcernState::Raised),
        concern(ConcernState::Acknowledged {
            by: staff(),
            at: NOW,
        }),
        concern(ConcernState::Closed {
            by: staff(),
            at: NOW,
            outcome: Some(ConcernOutcome::AdultServices),
        }),
        worked_on(),
        Speech::HeardAgain {
            concern: ConcernId::new("00112233445566aa"),
        },
        Speech::AskWorry,
        Speech::ConcernRaised {
            lines: vec!["If anyone is in danger now, call 999.".to_owned()],
        },
        Speech::Concerns {
            entries: Vec::new(),
        },
        Speech::Concerns {
            entries: vec![ConcernEntry {
                code: code(5),
                state: ConcernState::Raised,
                signals: vec![Signal::Neglect],
                at: NOW,
            }],
        },
        Speech::AskConcernOutcome {
            concern: ConcernId::new("00112233445566aa"),
            code: code(5),
        },
        Speech::ConcernWaits {
            code: code(5),
            since: NOW,
        },
        Speech::ConcernGrew { code: code(5) },
    ]
}

/// A concern that somebody raised about a case, wrote of again, and a lead wrote down and passed on.
fn worked_on() -> Speech {
    let Speech::ConcernCard(view) = concern(ConcernState::Raised) else {
        panic!("the sample is a card");
    };
    let logged = |entry| Logged {
        by: staff(),
        at: NOW,
        entry,
    };
    Speech::ConcernCard(Box::new(ConcernView {
        signals: Vec::new(),
        about: Some(code(1)),
        given: false,
        again: vec![ToldAgain {
            at: NOW,
            words: Some("and it is gone again".into()),
            source: None,
        }],
        log: vec![
            logged(Entry::Note {
                words: "rang her, no answer".into(),
            }),
            logged(Entry::Passed {
                to: Service::Adults,
                reference: "AS-1234".into(),
            }),
        ],
        ..*view
    }))
}

pub(super) fn setup() -> Vec<Speech> {
    let facts = |problems: &[&str]| StatusFacts {
        hubs: 1,
        safeguarding: 0,
        open: 4,
        area: Area::default(),
        problems: problems
            .iter()
            .map(|problem| (*problem).to_owned())
            .collect(),
    };
    let panel = |channel, hub_missing| Speech::SetupPanel {
        channel,
        hub_missing,
    };
    vec![
        panel(None, false),
        panel(Some(channel(ChannelRole::Intake)), true),
        panel(Some(channel(ChannelRole::Hub)), false),
        Speech::ChannelStatus {
            channel: None,
            facts: facts(&[]),
        },
        Speech::ChannelStatus {
            channel: Some(channel(ChannelRole::Intake)),
            facts: facts(&[]),
        },
        Speech::ChannelStatus {
            channel: Some(channel(ChannelRole::Safeguarding)),
            facts: facts(&["I may not write here."]),
        },
        Speech::ModeratorNamed,
        Speech::Hello,
    ]
}

pub(super) fn all() -> Vec<Speech> {
    [
        group(),
        answers(),
        resident(),
        news(),
        questions(),
        summaries(),
        cards(),
        asking_cards(),
        still_cards(),
        offer_cards(),
        notes(),
        files(),
        hub(),
        safety(),
        setup(),
        leaks::all(),
        matches::all(),
        sharing::all(),
    ]
    .concat()
}
