//! Invented records, with the most awkward texts that people could write.

use kith::domain::case::{
    Case, CaseState, Claim, Compared, Joined, JoinedBy, Merged, Outcome, Proposing, Referred,
    Similar,
};
use kith::domain::code::CaseCode;
use kith::domain::concern::{Concern, ConcernState, Entry, Logged, Ringing, Service, ToldAgain};
use kith::domain::consent::{Consent, Said, Sharing, wording};
use kith::domain::details::{Details, Field};
use kith::domain::dialogue::{Asking, Dialogue};
use kith::domain::effect::{Act, Effect, Show};
use kith::domain::ids::{
    CaseId, ChannelId, ConcernId, ConnectorId, DestinationId, Draw, EffectId, GroupId, MatchId,
    MessageId, MessageRef, OfferId, PersonId, Place, PostKey, ReferralId, ReportId, RoleId,
};
use kith::domain::matching::{Feedback, Match, MatchState, Reason, Visit, Went};
use kith::domain::offer::{Offer, OfferState};
use kith::domain::particulars::{Day, Diet, Particulars, When};
use kith::domain::people::{Language, Person};
use kith::domain::priority::Triaged;
use kith::domain::private::Private;
use kith::domain::reading::{Because, Category, Kind, Lang, Reading, Signal, Span, Urgency};
use kith::domain::referral::Referral;
use kith::domain::report::{CaseEvent, Report, Subject};
use kith::domain::retention::Erased;
use kith::domain::settings::{Area, AskedBy, Channel, ChannelRole, Leaks, Listening, Moderators};
use kith::domain::speech::Speech;
use kith::domain::traces::{Hash, Hasher, Traces};
use kith::domain::young::Young;

use super::support::at;

pub(super) const AWKWARD: &str = "na\u{ef}ve 👩‍👩‍👧 \u{202e}rtl\u{202c} \u{0} ' \" \\ \\u0000 \n\t\u{7f} \u{ffff} {\"$1\": [null]} %s; DROP TABLE report; --";

pub(super) fn place(channel: &str) -> Place {
    Place {
        connector: ConnectorId::new("telegram"),
        channel: ChannelId::new(channel),
    }
}

pub(super) fn message(channel: &str, id: &str) -> MessageRef {
    MessageRef {
        place: place(channel),
        message: MessageId::new(id),
    }
}

pub(super) fn person(name: &str) -> Person {
    Person {
        connector: ConnectorId::new("telegram"),
        id: PersonId::new(name),
        name: Private::new(format!("{name} {AWKWARD}")),
        language: Language::English,
    }
}

/// A code of its own for every number.
pub(super) fn code(number: u16) -> CaseCode {
    let [high, low] = number.to_be_bytes();
    Draw::new([high, low, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]).code()
}

pub(super) fn case_states() -> Vec<CaseState> {
    vec![
        CaseState::Draft { expires: at(900) },
        CaseState::Open,
        CaseState::Claimed(Claim {
            by: person("staff"),
            since: at(5),
            lease: at(800),
        }),
        CaseState::Referred(Referred {
            referral: ReferralId::new("r1"),
            destination: DestinationId::new("council"),
            reference: Some(AWKWARD.to_owned()),
            by: person("staff"),
            at: at(6),
        }),
        CaseState::Closed {
            outcome: Outcome::PassedOn,
            at: at(7),
        },
        CaseState::Withdrawn { at: at(8) },
        CaseState::Expired { at: at(i64::MAX) },
        CaseState::Merged(Merged {
            into: CaseId::new("c0"),
            before: Box::new(CaseState::Open),
            reports: vec![ReportId::new("r0")],
            by: JoinedBy::Staff,
        }),
    ]
}

pub(super) fn case(number: u16, state: CaseState) -> Case {
    let id = format!("c{number}");
    let mut details = Details::default();
    details.set(Field::What, Some(AWKWARD.into()));
    details.set(Field::Reach, Some("07700 900123".into()));
    let who = (&person("resident"), false);
    details.consent = Some(Consent::said(
        Said::Yes,
        who,
        wording::details(false),
        at(3),
    ));
    details.answers.push(AWKWARD.into());
    Case {
        code: code(number),
        state,
        categories: vec![Category::Shopping, Category::Prescription],
        urgency: Urgency::Today,
        triaged: Triaged::default(),
        on_behalf: true,
        outcode: Some("ME7".to_owned()),
        area: Area::new(["ME7".to_owned(), "ME4".to_owned()]),
        resident: person("resident"),
        place: place("street"),
        source: Some(message("street", &format!("m{number}"))),
        details,
        sharing: Sharing::default(),
        young: Young::No,
        reasons: vec![AWKWARD.to_owned(), String::new()],
        similar: vec![Similar {
            case: CaseId::new("c9"),
            code: code(9),
            reasons: vec![AWKWARD.to_owned()],
        }],
        question: Some(AWKWARD.to_owned()),
        status: None,
        keys: vec![hash(&format!("key {number}")), hash("shared")],
        compared: vec![Compared {
            report: ReportId::new("r0"),
            traces: Traces {
                names: vec![Hasher::new(b"test").hash("name", "doris")],
                ..Traces::default()
            },
            guarded: true,
        }],
        joined: vec![Joined {
            case: CaseId::new("c99"),
            code: code(8),
        }],
        proposing: Proposing::On {
            look: Some(at(5_000_000)),
        },
        erased: Erased::Nothing,
        at: at(i64::from(number)),
        changed: at(-1),
        version: 1,
        id: CaseId::new(id),
    }
}

pub(super) fn hash(of: &str) -> Hash {
    Hasher::new(b"test").hash("key", of)
}

pub(super) fn open_case(number: u16) -> Case {
    case(number, CaseState::Open)
}

/// The next write of a case.
pub(super) fn rewritten(case: &Case, state: CaseState) -> Case {
    Case {
        state,
        version: case.version + 1,
        ..case.clone()
    }
}

pub(super) fn offer(number: u16, state: OfferState) -> Offer {
    Offer {
        id: OfferId::new(format!("o{number}")),
        code: code(1000 + number),
        state,
        categories: vec![Category::Transport],
        outcode: None,
        area: Area::default(),
        neighbour: person("neighbour"),
        place: place("street"),
        source: None,
        details: Details::default(),
        traces: Traces {
            contacts: vec![Hasher::new(b"test").hash("contact", "07700900123")],
            ..Traces::default()
        },
        particulars: Particulars {
            diets: vec![Diet::Vegan],
            ..Particulars::default()
        },
        seek: None,
        erased: Erased::Nothing,
        at: at(1),
        changed: at(2),
        version: 1,
    }
}

pub(super) fn matched(number: u16, state: MatchState) -> Match {
    Match {
        id: MatchId::new(format!("m{number}")),
        case: CaseId::new(format!("c{number}")),
        case_code: code(number),
        offer: OfferId::new(format!("o{number}")),
        offer_code: code(1000 + number),
        state,
        score: 4.25,
        reasons: vec![
            Reason::SameHelp(Category::Shopping),
            Reason::SameLanguage(Lang::ENGLISH),
            Reason::HelpsAlready(2),
        ],
        neighbour: person(&format!("neighbour {number}")),
        resident: person("resident"),
        proposed_by: Some(person("staff")),
        visit: Some(Visit::Back { at: at(2) }),
        feedback: Feedback {
            neighbour: None,
            resident: Some(Went::NotAtAll),
        },
        concern: None,
        at: at(i64::from(number)),
        changed: at(2),
        version: 1,
    }
}

pub(super) fn concern(number: u16, state: ConcernState) -> Concern {
    Concern {
        id: ConcernId::new(format!("s{number}")),
        code: code(2000 + number),
        state,
        signals: vec![Signal::Neglect, Signal::SelfHarm],
        words: Some(AWKWARD.into()),
        about: Some(code(3)),
        person: person("resident"),
        place: place("street"),
        source: Some(message("street", "m1")),
        area: Area::default(),
        at: at(1),
        changed: at(2),
        again: vec![ToldAgain {
            at: at(2),
            words: Some(AWKWARD.into()),
            source: Some(message("street", "m2")),
        }],
        given: vec![(Signal::SelfHarm, at(1))],
        log: vec![Logged {
            by: person("lead"),
            at: at(2),
            entry: Entry::Passed {
                to: Service::Adults,
                reference: AWKWARD.into(),
            },
        }],
        ringing: Ringing {
            at: Some(at(3)),
            times: 1,
        },
        line_until: None,
        version: 1,
    }
}

pub(super) fn report(number: u16, subject: Subject) -> Report {
    Report {
        id: ReportId::new(format!("t{number}")),
        subject,
        author: person("resident"),
        source: Some(message("street", &format!("m{number}"))),
        text: Some(AWKWARD.into()),
        reading: Reading {
            kind: Kind::Request,
            confidence: 0.1,
            categories: vec![Category::Food],
            urgency: Urgency::Now,
            on_behalf: false,
            signals: vec![Signal::Scam],
            postcode: Some("ME7 1AB".to_owned()),
            because: vec![Because {
                finding: "kind:request".to_owned(),
                rule: AWKWARD.to_owned(),
                span: Some(Span { start: 0, end: 5 }),
                verbatim: true,
            }],
            language: Lang::from_code("pl"),
            particulars: Particulars {
                diets: vec![Diet::Halal],
                times: vec![When {
                    day: Some(Day::Weekday {
                        number: 5,
                        next: false,
                    }),
                    hours: None,
                    deadline: true,
                    repeats: false,
                    span: Span { start: 6, end: 9 },
                }],
                ..Particulars::default()
            },
            findings: Vec::new(),
        },
        revision: 2,
        at: at(i64::from(number)),
    }
}

pub(super) fn referral(id: &str, case: &Case) -> Referral {
    Referral {
        id: ReferralId::new(id),
        case: case.id.clone(),
        destination: DestinationId::new("council"),
        reference: Some(format!("{id} {AWKWARD}")),
        status: None,
        at: at(4),
    }
}

pub(super) fn dialogue(who: &str, subject: Subject) -> Dialogue {
    Dialogue {
        person: person(who),
        place: place(&format!("private {who}")),
        subject,
        asking: Asking::Only(Field::Where),
        at: at(1),
    }
}

pub(super) fn channel(id: &str, group: &str) -> Channel {
    Channel {
        place: place(id),
        group: GroupId::new(group),
        role: ChannelRole::Hub,
        listening: Listening::Auto,
        asking: AskedBy::Kith,
        leaks: Leaks::Removed,
        area: Area::new(["ME7".to_owned()]),
        set_by: PersonId::new(AWKWARD),
        set_at: at(1),
    }
}

pub(super) fn moderators(group: &str) -> Moderators {
    Moderators {
        group: GroupId::new(group),
        roles: vec![RoleId::new(AWKWARD)],
        people: vec![PersonId::new("p"), PersonId::new("q")],
    }
}

pub(super) fn event(subject: Subject, what: &str) -> CaseEvent {
    CaseEvent {
        subject,
        at: at(1),
        by: Some(person("staff")),
        what: what.to_owned(),
        why: AWKWARD.to_owned(),
    }
}

fn effect(id: &str, act: Act) -> Effect {
    Effect {
        id: EffectId::new(id),
        urgent: false,
        expires: None,
        act,
    }
}

pub(super) fn say(id: &str, channel: &str) -> Effect {
    effect(
        id,
        Act::Say {
            place: place(channel),
            reply_to: Some(MessageId::new(AWKWARD)),
            speech: Speech::CommandProblem {
                problem: AWKWARD.to_owned(),
            },
        },
    )
}

pub(super) fn show(id: &str, post: &str, words: &str) -> Effect {
    effect(
        id,
        Act::Show(Show {
            post: PostKey::new(post),
            subject: Subject::Case(CaseId::new("c1")),
            place: place("hub"),
            reply_to: None,
            speech: Speech::CommandProblem {
                problem: words.to_owned(),
            },
            lasting: true,
        }),
    )
}

pub(super) fn retract(id: &str, post: &str) -> Effect {
    effect(
        id,
        Act::Retract {
            post: PostKey::new(post),
            place: place("hub"),
        },
    )
}
