//! A year in the database: on which day what may still be there, in whichever column.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kith::domain::action::Action;
use kith::domain::case::Outcome;
use kith::domain::code::CaseCode;
use kith::domain::concern::ConcernOutcome;
use kith::domain::decision::{Snapshot, Wants};
use kith::domain::details::Field;
use kith::domain::effect::{Act, Effect};
use kith::domain::ids::{CaseId, ConnectorId, DestinationId, OfferId, PersonId};
use kith::domain::inbound::{Due, Event, Handed, ReferralName, StatusNews};
use kith::domain::match_speech::MatchNews;
use kith::domain::matching::Went;
use kith::domain::report::Subject;
use kith::domain::retention::HOLDINGS;
use kith::domain::speech::Speech;

use super::street::Street;
use super::support::{Database, at, on_both};

on_both!(
    every_column_is_in_the_table_of_what_is_held,
    through_a_year_nothing_is_kept_longer_than_the_table_says,
);

/// The moment at which it begins, in the middle of a day.
const BEGIN: i64 = 1_790_000_000_000;
const DAY: Duration = Duration::from_hours(24);

const ROSA: &str = "rosa-4711";
const OMAR: &str = "omar-4712";
const UNA: &str = "una-4713";
const SAM: &str = "sam-4714";
const IVY: &str = "ivy-4715";
const LEA: &str = "lea-4716";
const WANDA: &str = "wanda-4717";

/// What was planted, and the last day on which it may be anywhere; everything ends on day 1.
const PLANTED: &[(&str, i64)] = &[
    // Texts, what they were made into, and what was said about them.
    ("lavender", 8),
    ("fenugreek", 8),
    ("quinine", 8),
    ("saffron", 8),
    ("tarragon", 8),
    ("fennel", 8),
    // Contact details and names. What could not be sent holds them for as long.
    ("Plantedrow", 31),
    ("07700 900123", 31),
    ("rosa Plantname", 31),
    ("omar Plantname", 365),
    ("ivy Plantname", 31),
    ("sam Plantname", 31),
    // Who it was, by the platform's number.
    (ROSA, 91),
    (IVY, 91),
    (OMAR, 365),
    // A concern that was dealt with.
    ("marjoram", 30),
    ("una Plantname", 30),
    (UNA, 30),
    ("wormwood", 365),
    (WANDA, 365),
    ("hemlock", 30),
    ("foxglove", 365),
];

/// What is there on the last day of the year: who of the staff did what, without their names.
const STAYS: &[&str] = &[SAM, LEA];

async fn every_column_is_in_the_table_of_what_is_held(database: &Database) {
    database.open().await.close().await;
    let mut held = BTreeSet::new();
    for holding in HOLDINGS {
        for column in holding.columns {
            let fresh = held.insert((holding.table.to_owned(), (*column).to_owned()));
            assert!(fresh, "{}.{column} is there twice", holding.table);
        }
    }
    let columns: BTreeSet<_> = database.columns().await.into_iter().collect();
    let unknown: Vec<_> = columns.difference(&held).collect();
    assert!(
        unknown.is_empty(),
        "not in domain/retention/held.rs: {unknown:?}"
    );
    let gone: Vec<_> = held.difference(&columns).collect();
    assert!(gone.is_empty(), "in no table: {gone:?}");
}

async fn through_a_year_nothing_is_kept_longer_than_the_table_says(database: &Database) {
    let mut street = Street::open(database.open().await, at(BEGIN)).await;
    let told = a_day(&mut street).await;
    let empty = [
        "legal_hold",
        "case_count",
        "area_point",
        "key_check",
        "lease",
        "cursor",
        "moderator",
        "refusal",
        "counter",
    ];
    let filled: BTreeSet<_> = database
        .dump()
        .await
        .into_iter()
        .map(|(table, ..)| table)
        .collect();
    for holding in HOLDINGS {
        let is_filled = filled.contains(holding.table);
        assert!(
            is_filled || empty.contains(&holding.table),
            "nothing was put into {}",
            holding.table
        );
    }
    all_is_over(&mut street, told).await;
    let mut last_seen: BTreeMap<&str, i64> = BTreeMap::new();
    let days = [
        1, 2, 7, 8, 9, 10, 29, 30, 31, 32, 33, 60, 90, 91, 92, 93, 200, 364, 365, 366, 367, 368,
    ];
    for day in days {
        street.now = at(BEGIN) + DAY * u32::try_from(day).unwrap();
        street.purges().await;
        street.delivers(|_| false).await;
        let dump = database.dump().await;
        for (secret, last) in PLANTED {
            let found: Vec<_> = dump
                .iter()
                .filter(|(.., value)| value.contains(secret))
                .collect();
            if !found.is_empty() {
                last_seen.insert(secret, day);
            }
            assert!(
                found.is_empty() || day <= *last,
                "day {day}: `{secret}` may be kept until day {last}, and is in {found:?}"
            );
            for (table, column, value) in found {
                assert!(
                    is_held(table, column),
                    "day {day}: `{secret}` in {table}.{column}: {value}"
                );
            }
        }
    }
    let early: Vec<_> = PLANTED
        .iter()
        .filter(|(secret, last)| {
            let before = days.iter().rev().find(|day| *day <= last);
            last_seen.get(secret) != before
        })
        .map(|(secret, last)| (secret, last, last_seen.get(secret)))
        .collect();
    assert!(
        early.is_empty(),
        "went too early, or was never there: {early:?}"
    );
    let dump = database.dump().await;
    for staff in STAYS {
        assert!(
            dump.iter().any(|(.., value)| value.contains(staff)),
            "{staff}"
        );
    }
    let counted: Vec<_> = dump
        .iter()
        .filter(|(table, column, _)| table == "case_count" && column == "outcome")
        .collect();
    assert_eq!(
        counted.len(),
        3,
        "one helped, one taken back, one that was no request: {counted:?}"
    );
    // Of the concern there is the receipt, with its card and that it was told.
    let left: Vec<_> = [
        "case_record",
        "offer",
        "match_record",
        "referral",
        "outbox",
        "dialogue",
    ]
    .into_iter()
    .filter(|table| dump.iter().any(|(found, ..)| found == table))
    .collect();
    assert!(left.is_empty(), "{left:?}");
}

fn is_held(table: &str, column: &str) -> bool {
    HOLDINGS.iter().any(|holding| {
        holding.table == table && holding.columns.contains(&column) && !holding.what.is_empty()
    })
}

/// Everything that can happen happens. Gives a case that is claimed, one that was begun, and an offer.
#[expect(clippy::too_many_lines, reason = "a day has many things in it")]
async fn a_day(street: &mut Street) -> (CaseId, CaseId, OfferId) {
    let need = "Hi all, could anyone pick up my prescription and lavender oil today please? I'm stuck in, ME7 1AB";
    let case = street.needs(ROSA, need).await;
    let of = Subject::Case(case.clone());
    street
        .fills(
            ROSA,
            Action::Details(of.clone()),
            &[
                (Field::What, "tonic water with quinine"),
                (Field::Where, "1 Plantedrow, ME7 1AB"),
                (Field::Reach, "07700 900123"),
            ],
        )
        .await;
    street
        .presses(ROSA, "@rosa-4711", Action::Consent(true))
        .await;
    let other = street.needs(IVY, "Could somebody collect a prescription and fenugreek for Rosa today? She can't walk, ME7 1AB").await;

    let offer = street
        .offers(
            OMAR,
            "I can pick up prescriptions for anyone in ME7, happy to help",
        )
        .await;
    let code = street.code_of(&Subject::Offer(offer.clone())).await;
    street
        .commands(LEA, "leads", ("vet", &format!("{code} enhanced")))
        .await;
    street
        .presses(SAM, "hub", Action::Neighbours(case.clone()))
        .await;
    let ask = Action::AskNeighbour(case.clone(), offer.clone());
    let asked = street.presses(SAM, "hub", ask).await;
    let id = asked.iter().find_map(|effect| match &effect.act {
        Act::Tell {
            speech: Speech::Match(told),
            ..
        } => Some(told.of.clone()),
        _ => None,
    });
    let id = id.expect("Omar is asked");
    street
        .presses(OMAR, "@omar-4712", Action::Help(id.clone(), true))
        .await;
    street
        .presses(ROSA, "@rosa-4711", Action::Share(id.clone(), true))
        .await;
    street
        .presses(
            ROSA,
            "@rosa-4711",
            Action::HowItWent(id.clone(), Went::Well),
        )
        .await;
    street
        .presses(OMAR, "@omar-4712", Action::HowItWent(id, Went::Well))
        .await;

    street
        .presses(SAM, "hub", Action::Same(other, case.clone()))
        .await;
    street
        .presses(SAM, "hub", Action::ClaimBriefed(case.clone()))
        .await;
    let code = street.code_of(&of).await;
    street
        .commands(SAM, "hub", ("ask", &format!("{code} Which spice?")))
        .await;
    street
        .presses(ROSA, "@rosa-4711", Action::AnswerQuestion(case.clone()))
        .await;
    street
        .says(ROSA, "@rosa-4711", "I'd rather have saffron")
        .await;
    // A question that is never answered stays with the case.
    let question = format!("{code} Or tarragon?");
    street.commands(SAM, "hub", ("ask", &question)).await;
    let council = DestinationId::new("council");
    let forwarded = street
        .presses(SAM, "hub", Action::Forward(case.clone(), council.clone()))
        .await;
    let referral = forwarded.iter().find_map(|effect| match &effect.act {
        Act::Forward { notice, .. } => Some((notice.referral.clone(), effect.id.clone())),
        _ => None,
    });
    let (referral, effect) = referral.expect("it is on its way");
    street
        .hear(Event::Handed(Handed {
            recall: false,
            referral: referral.clone(),
            effect,
            answer: Ok(Some("C-1".to_owned())),
        }))
        .await;
    street
        .hear(Event::Status(StatusNews {
            destination: council,
            about: ReferralName::Ours(referral),
            status: "fennel is on its way".to_owned(),
            outcome: None,
        }))
        .await;

    let worrying = "I can't do this any more. I want to end my life, marjoram and all";
    let raised = street.says(UNA, "street", worrying).await;
    let concern = shown(&raised).find_map(|subject| match subject {
        Subject::Concern(id) => Some(id),
        _ => None,
    });
    let concern = concern.expect("the leads are told");
    street
        .presses(LEA, "leads", Action::Acknowledge(concern.clone()))
        .await;
    street
        .presses(
            LEA,
            "leads",
            Action::EndConcern(concern, ConcernOutcome::AdviceGiven),
        )
        .await;

    let misread = "Could anyone lend me a pot of wormwood today please? ME7 1AB";
    let misread = told(&street.says(WANDA, "street", misread).await);
    street
        .presses(WANDA, "street", Action::Dismiss(Subject::Case(misread)))
        .await;
    street
        .hear(Event::Malformed {
            raw: "{\"text\": \"hemlock".into(),
            error: "cut short".to_owned(),
        })
        .await;
    // Somebody is asked in private, and never answers.
    let begun = street
        .needs(
            ROSA,
            "Could anyone lend me a ladder and lavender today please? ME7 1AB",
        )
        .await;
    street
        .presses(
            ROSA,
            "@rosa-4711",
            Action::Details(Subject::Case(begun.clone())),
        )
        .await;

    // Omar could not be reached: what he was to be told stays in the outbox.
    let is_shared = |act: &Act| matches!(act, Act::Tell { speech: Speech::Match(told), .. } if matches!(told.told, MatchNews::Shared { .. }));
    street.delivers(is_shared).await;

    let code = street.code_of(&Subject::Offer(offer.clone())).await;
    street
        .commands(
            LEA,
            "leads",
            ("pause", &format!("{code} foxglove in the hall")),
        )
        .await;
    (case, begun, offer)
}

/// Everything is over by the end of the first day.
async fn all_is_over(street: &mut Street, (case, begun, offer): (CaseId, CaseId, OfferId)) {
    street.now = at(BEGIN) + DAY;
    street
        .presses(SAM, "hub", Action::Done(case, Outcome::Helped))
        .await;
    street
        .presses(OMAR, "street", Action::Withdraw(Subject::Offer(offer)))
        .await;
    street
        .presses(ROSA, "street", Action::Withdraw(Subject::Case(begun)))
        .await;
    street
        .hear(Event::Due(Due::Dialogue {
            connector: ConnectorId::new("telegram"),
            person: PersonId::new(ROSA),
        }))
        .await;
    street.delivers(|_| false).await;
}

impl Street {
    async fn needs(&mut self, who: &str, text: &str) -> CaseId {
        let case = told(&self.says(who, "street", text).await);
        let of = Subject::Case(case.clone());
        self.presses(who, "street", Action::Confirm(of)).await;
        case
    }

    async fn offers(&mut self, who: &str, text: &str) -> OfferId {
        let promised = self.says(who, "street", text).await;
        let offer = shown(&promised).find_map(|subject| match subject {
            Subject::Offer(id) => Some(id),
            _ => None,
        });
        let offer = offer.expect("it is read as an offer");
        let of = Subject::Offer(offer.clone());
        self.presses(who, "street", Action::Confirm(of)).await;
        offer
    }

    async fn loaded(&self, subject: Subject) -> Snapshot {
        let wants = Wants {
            subjects: vec![subject],
            ..Wants::default()
        };
        self.store
            .begin()
            .await
            .unwrap()
            .load(&wants)
            .await
            .unwrap()
    }

    async fn code_of(&self, subject: &Subject) -> CaseCode {
        let found = self.loaded(subject.clone()).await;
        match subject {
            Subject::Case(id) => found.cases[id].code.clone(),
            Subject::Offer(id) => found.offers[id].code.clone(),
            Subject::Concern(id) => found.concerns[id].code.clone(),
        }
    }
}

fn shown(promised: &[Effect]) -> impl Iterator<Item = Subject> {
    promised.iter().filter_map(|effect| match &effect.act {
        Act::Show(show) => Some(show.subject.clone()),
        _ => None,
    })
}

/// The case that a message began.
fn told(promised: &[Effect]) -> CaseId {
    let case = shown(promised).find_map(|subject| match subject {
        Subject::Case(id) => Some(id),
        _ => None,
    });
    case.expect("it is read as a request")
}
