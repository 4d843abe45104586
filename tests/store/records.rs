//! Every sort of row comes back as it was, and what is wanted is found.

use std::collections::HashSet;

use kith::domain::case::{Candidate, Case, CaseState, JoinedBy, Merged};
use kith::domain::concern::{ConcernOutcome, ConcernState};
use kith::domain::decision::{Change, Keys, Wants};
use kith::domain::ids::{CaseId, ConnectorId, DestinationId, GroupId, PersonId, ReferralId};
use kith::domain::offer::OfferState;
use kith::domain::queue::QueueQuestion;
use kith::domain::reading::Urgency;
use kith::domain::report::Subject;
use kith::store::Store;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use super::samples::{
    AWKWARD, case, case_states, channel, code, concern, dialogue, event, hash, message, moderators,
    offer, open_case, person, referral, report, rewritten, say, show,
};
use super::support::{Database, at, batch, batch_at, lease, load, on_both, save};

on_both!(
    every_state_of_every_record_comes_back_as_it_was,
    generated_texts_come_back_as_they_were,
    effects_come_back_as_they_were,
    settings_come_back_as_they_were,
    the_trail_comes_back_in_its_order,
    malformed_inbound_is_kept_whatever_is_in_it,
    five_hundred_rows_of_a_table_fit_in_one_batch,
    what_is_wanted_is_found_and_nothing_else,
    the_queue_is_most_urgent_then_oldest,
    duplicate_keys_lead_to_live_cases_only,
    the_newest_cases_of_a_common_key_are_compared,
    what_is_compared_is_as_it_was_told,
    of_many_those_with_most_in_common_are_compared,
    a_bad_row_is_named,
);

async fn every_state_of_every_record_comes_back_as_it_was(database: &Database) {
    let store = database.open().await;
    let cases: Vec<_> = (0..)
        .zip(case_states())
        .map(|(n, state)| case(n, state))
        .collect();
    let offers: Vec<_> = (0..)
        .zip([
            OfferState::Draft { expires: at(5) },
            OfferState::Open,
            OfferState::Withdrawn { at: at(6) },
            OfferState::Expired { at: at(7) },
        ])
        .map(|(n, state)| offer(n, state))
        .collect();
    let concerns: Vec<_> = (0..)
        .zip([
            ConcernState::Raised,
            ConcernState::Acknowledged {
                by: person("lead"),
                at: at(1),
            },
            ConcernState::Closed {
                by: person("lead"),
                at: at(2),
                outcome: Some(ConcernOutcome::NoConcern),
            },
        ])
        .map(|(n, state)| concern(n, state))
        .collect();
    let mut reports: Vec<_> = (0..)
        .zip(&cases)
        .map(|(n, case)| report(n, Subject::Case(case.id.clone())))
        .collect();
    reports.push(report(50, Subject::Offer(offers[0].id.clone())));
    reports.push(report(51, Subject::Concern(concerns[0].id.clone())));
    reports[0].source = None;
    reports[1].source = None;
    reports[2].text = None;
    let referral = referral("r1", &cases[3]);

    let mut changes: Vec<_> = cases
        .iter()
        .cloned()
        .map(Box::new)
        .map(Change::Case)
        .collect();
    changes.extend(offers.iter().cloned().map(Box::new).map(Change::Offer));
    changes.extend(concerns.iter().cloned().map(Box::new).map(Change::Concern));
    changes.extend(reports.iter().cloned().map(Box::new).map(Change::Report));
    changes.push(Change::Referral(Box::new(referral.clone())));
    save(&store, &batch(changes, Vec::new())).await.unwrap();

    let subjects = cases.iter().map(|case| Subject::Case(case.id.clone()));
    let subjects = subjects.chain(offers.iter().map(|offer| Subject::Offer(offer.id.clone())));
    let subjects = subjects.chain(concerns.iter().map(|one| Subject::Concern(one.id.clone())));
    let wants = Wants {
        subjects: subjects.collect(),
        referrals: vec![referral.id.clone()],
        ..Wants::default()
    };
    let snapshot = load(&store, &wants).await;
    assert_eq!(snapshot.cases.len(), cases.len());
    assert_eq!(snapshot.offers.len(), offers.len());
    assert_eq!(snapshot.concerns.len(), concerns.len());
    assert_eq!(snapshot.reports.len(), reports.len());
    for case in &cases {
        assert_eq!(snapshot.cases[&case.id], *case);
        assert_eq!(
            store.case_by_code(&case.code).await.unwrap().as_ref(),
            Some(case)
        );
    }
    for offer in &offers {
        assert_eq!(snapshot.offers[&offer.id], *offer);
    }
    for concern in &concerns {
        assert_eq!(snapshot.concerns[&concern.id], *concern);
    }
    for report in &reports {
        assert_eq!(snapshot.reports[&report.id], *report);
    }
    assert_eq!(snapshot.referrals[&referral.id], referral);
}

async fn generated_texts_come_back_as_they_were(database: &Database) {
    let store = database.open().await;
    let mut runner = TestRunner::deterministic();
    let texts = ".{0,40}|[\\x00-\\x1f\"'\\\\u{0}]{0,20}|\\PC{0,40}";
    let mut cases = Vec::new();
    for number in 0..200 {
        let mut draw = || texts.new_tree(&mut runner).unwrap().current();
        let mut case = open_case(number);
        case.reasons = vec![draw(), draw()];
        case.status = Some(draw());
        case.details.answers = vec![draw().as_str().into()];
        case.resident.name = draw().as_str().into();
        cases.push(case);
    }
    let changes = cases.iter().cloned().map(Box::new).map(Change::Case);
    save(&store, &batch(changes.collect(), Vec::new()))
        .await
        .unwrap();
    let wants = Wants {
        subjects: cases
            .iter()
            .map(|case| Subject::Case(case.id.clone()))
            .collect(),
        ..Wants::default()
    };
    let snapshot = load(&store, &wants).await;
    for case in cases {
        assert_eq!(snapshot.cases[&case.id], case);
    }
}

async fn effects_come_back_as_they_were(database: &Database) {
    let store = database.open().await;
    let mut urgent = say("e1", "street");
    urgent.urgent = true;
    urgent.expires = Some(at(1_000));
    let effects = vec![urgent, show("e2", "p1", AWKWARD), say("e3", "street")];
    save(&store, &batch(Vec::new(), effects.clone()))
        .await
        .unwrap();
    let leased = lease(&store, (1, 2)).await;
    let back: Vec<_> = leased.iter().map(|one| one.effect.clone()).collect();
    assert_eq!(back, effects);
    let listed = store.list_outbox(10).await.unwrap();
    assert_eq!(
        listed.into_iter().map(|one| one.effect).collect::<Vec<_>>(),
        effects
    );
    assert_eq!(
        leased[1].post.as_ref().unwrap().place,
        leased_place(&leased[1].effect)
    );
}

fn leased_place(effect: &kith::domain::effect::Effect) -> kith::domain::ids::Place {
    match &effect.act {
        kith::domain::effect::Act::Show(show) => show.place.clone(),
        other => panic!("expected a show, found {other:?}"),
    }
}

async fn settings_come_back_as_they_were(database: &Database) {
    let store = database.open().await;
    let channels = vec![channel("one", "group"), channel("two", "group")];
    let telegram = ConnectorId::new("telegram");
    let dialogue = dialogue("asked", Subject::Case(open_case(1).id));
    let asked = (telegram.clone(), PersonId::new("asked"));
    let mut changes = vec![
        Change::Case(Box::new(open_case(1))),
        Change::Moderators {
            connector: telegram.clone(),
            moderators: moderators("group"),
        },
        Change::Briefed {
            person: asked.clone(),
            version: 3,
            at: at(1),
        },
        Change::Dialogue(Box::new(dialogue.clone())),
    ];
    changes.extend(channels.iter().cloned().map(Box::new).map(Change::Channel));
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    assert_eq!(store.channels().await.unwrap(), channels);
    let wants = Wants {
        people: vec![asked.clone()],
        groups: vec![(telegram.clone(), GroupId::new("group"))],
        ..Wants::default()
    };
    let snapshot = load(&store, &wants).await;
    assert_eq!(snapshot.dialogues[&asked], dialogue);
    assert_eq!(snapshot.briefed[&asked], 3);
    assert!(
        snapshot.cases.contains_key(&open_case(1).id),
        "the dialogue's subject"
    );
    assert_eq!(
        snapshot.moderators[&(telegram, GroupId::new("group"))],
        moderators("group")
    );

    let ended = batch(vec![Change::DialogueEnded(asked.clone())], Vec::new());
    save(&store, &ended).await.unwrap();
    assert!(load(&store, &wants).await.dialogues.is_empty());
}

async fn the_trail_comes_back_in_its_order(database: &Database) {
    let store = database.open().await;
    let subject = Subject::Case(open_case(1).id);
    let other = Subject::Offer(offer(1, OfferState::Open).id);
    let events: Vec<_> = (0..300)
        .map(|n| event(subject.clone(), &format!("step {n}")))
        .collect();
    let (first, second) = events.split_at(150);
    for part in [first, second] {
        let mut changes: Vec<_> = part
            .iter()
            .cloned()
            .map(Box::new)
            .map(Change::Event)
            .collect();
        changes.push(Change::Event(Box::new(event(other.clone(), "other"))));
        save(&store, &batch(changes, Vec::new())).await.unwrap();
    }
    assert_eq!(store.events(&subject).await.unwrap(), events);
    assert_eq!(store.events(&other).await.unwrap().len(), 2);
}

async fn malformed_inbound_is_kept_whatever_is_in_it(database: &Database) {
    let store = database.open().await;
    let malformed = |raw: &str| Change::Malformed {
        raw: raw.into(),
        error: AWKWARD.to_owned(),
    };
    let changes = vec![
        malformed("\0"),
        malformed(AWKWARD),
        malformed("{\"a\":\"\\u0000\"}"),
    ];
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    assert_eq!(store.counts().await.unwrap().malformed, 3);
}

async fn five_hundred_rows_of_a_table_fit_in_one_batch(database: &Database) {
    let store = database.open().await;
    let mut changes = Vec::new();
    let mut effects = Vec::new();
    for number in 0..500 {
        let case = open_case(number);
        let subject = Subject::Case(case.id.clone());
        changes.push(Change::Report(Box::new(report(number, subject.clone()))));
        changes.push(Change::Event(Box::new(event(subject, "told"))));
        changes.push(Change::Case(Box::new(case)));
        effects.push(show(&format!("e{number}"), &format!("p{number}"), AWKWARD));
    }
    save(&store, &batch(changes, effects)).await.unwrap();
    let counts = store.counts().await.unwrap();
    assert_eq!(counts.reports, 500);
    assert_eq!(counts.cases["open"], 500);
    assert_eq!(counts.waiting, 500);
    let wants = Wants {
        sources: (0..500)
            .map(|n| message("street", &format!("m{n}")))
            .collect(),
        ..Wants::default()
    };
    let snapshot = load(&store, &wants).await;
    assert_eq!(snapshot.cases.len(), 500);
    assert_eq!(snapshot.reports.len(), 500);
}

async fn what_is_wanted_is_found_and_nothing_else(database: &Database) {
    let store = database.open().await;
    let mut told = open_case(1);
    told.resident = person("teller");
    let mut forwarded = open_case(2);
    forwarded.resident = person("other");
    forwarded.keys.clear();
    let offer = offer(1, OfferState::Open);
    let referral = referral("r1", &forwarded);
    let changes = vec![
        Change::Case(Box::new(told.clone())),
        Change::Case(Box::new(forwarded.clone())),
        Change::Offer(Box::new(offer.clone())),
        Change::Report(Box::new(report(1, Subject::Case(told.id.clone())))),
        Change::Report(Box::new(report(7, Subject::Case(told.id.clone())))),
        Change::Referral(Box::new(referral.clone())),
    ];
    let effects = vec![show("e1", "p1", "card")];
    save(&store, &batch(changes, effects)).await.unwrap();

    let found = async |wants: Wants| {
        let snapshot = load(&store, &wants).await;
        let cases = snapshot.cases.keys().map(|id| id.as_str().to_owned());
        let offers = snapshot.offers.keys().map(|id| id.as_str().to_owned());
        cases.chain(offers).collect::<HashSet<_>>()
    };
    let set = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<HashSet<_>>()
    };
    let by_source = Wants {
        sources: vec![message("street", "m7"), message("street", "unknown")],
        ..Wants::default()
    };
    let snapshot = load(&store, &by_source).await;
    assert_eq!(snapshot.reports.len(), 2, "all reports of the case");
    assert_eq!(snapshot.posts[&Subject::Case(told.id.clone())].len(), 1);
    assert_eq!(found(by_source).await, set(&["c1"]));
    let by_code = Wants {
        codes: vec![told.code.clone(), offer.code.clone(), code(77)],
        ..Wants::default()
    };
    assert_eq!(found(by_code).await, set(&["c1", "o1"]));
    let telegram = ConnectorId::new("telegram");
    let by_person = Wants {
        people: vec![
            (telegram.clone(), PersonId::new("teller")),
            (telegram.clone(), PersonId::new("neighbour")),
            (ConnectorId::new("discord"), PersonId::new("other")),
        ],
        ..Wants::default()
    };
    assert_eq!(found(by_person).await, set(&["c1", "o1"]));
    let by_referral = Wants {
        referrals: vec![ReferralId::new("r1")],
        ..Wants::default()
    };
    assert_eq!(found(by_referral).await, set(&["c2"]));
    let reference = referral.reference.clone().unwrap();
    let by_reference = Wants {
        references: vec![(DestinationId::new("council"), reference)],
        ..Wants::default()
    };
    assert_eq!(found(by_reference).await, set(&["c2"]));
    assert_eq!(found(Wants::default()).await, set(&[]));

    // What she told that is part of another's case comes with that, and only where it is asked for.
    let merged = CaseState::Merged(Merged {
        into: forwarded.id.clone(),
        before: Box::new(CaseState::Open),
        reports: Vec::new(),
        by: JoinedBy::Kith,
    });
    let part = Change::Case(Box::new(rewritten(&told, merged)));
    save(&store, &batch(vec![part], Vec::new())).await.unwrap();
    let told_by_her = vec![(telegram.clone(), PersonId::new("teller"))];
    let live = Wants {
        people: told_by_her.clone(),
        ..Wants::default()
    };
    assert_eq!(found(live).await, set(&[]));
    let parts = Wants {
        parts_of: told_by_her,
        ..Wants::default()
    };
    assert_eq!(found(parts).await, set(&["c1", "c2"]));
}

async fn the_queue_is_most_urgent_then_oldest(database: &Database) {
    let store = database.open().await;
    let mut cases: Vec<_> = (1..=5).map(open_case).collect();
    cases[3].urgency = Urgency::Now;
    cases[4].urgency = Urgency::None;
    cases.push(case(6, CaseState::Draft { expires: at(9) }));
    cases.push(case(7, CaseState::Withdrawn { at: at(9) }));
    let changes = cases.iter().rev().cloned().map(Box::new).map(Change::Case);
    save(&store, &batch(changes.collect(), Vec::new()))
        .await
        .unwrap();
    let queue = store.queue(4).await.unwrap();
    let ids: Vec<_> = queue.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids, ["c4", "c1", "c2", "c3"]);
    let wants = Wants {
        queues: vec![QueueQuestion {
            size: 50,
            ..QueueQuestion::default()
        }],
        ..Wants::default()
    };
    assert_eq!(load(&store, &wants).await.cases.len(), 5);
}

/// What is found for a telling that is looked up by these keys: identifiers, in order.
async fn compared(store: &Store, keys: &Keys) -> Vec<String> {
    let wants = Wants {
        keys: vec![keys.clone()],
        ..Wants::default()
    };
    let snapshot = load(store, &wants).await;
    assert!(
        snapshot.cases.is_empty(),
        "no more is read than is compared"
    );
    let found = snapshot.candidates.get(keys).into_iter().flatten();
    let mut ids: Vec<_> = found.map(|one| one.id.to_string()).collect();
    ids.sort();
    ids
}

async fn duplicate_keys_lead_to_live_cases_only(database: &Database) {
    let store = database.open().await;
    let (kept, mut closed) = (open_case(1), open_case(2));
    let changes = vec![
        Change::Case(Box::new(kept.clone())),
        Change::Case(Box::new(closed.clone())),
    ];
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    let shared = vec![(hash("shared"), 3)];
    assert_eq!(compared(&store, &shared).await, ["c1", "c2"]);

    // Once by a transaction that had loaded it, once by one that had not.
    closed = rewritten(&closed, CaseState::Withdrawn { at: at(1) });
    let mut transaction = store.begin().await.unwrap();
    let wants = Wants {
        subjects: vec![Subject::Case(closed.id.clone())],
        ..Wants::default()
    };
    transaction.load(&wants).await.unwrap();
    let change = Change::Case(Box::new(closed));
    transaction
        .save(&batch(vec![change], Vec::new()))
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(compared(&store, &shared).await, ["c1"]);

    let mut renamed = rewritten(&kept, CaseState::Open);
    renamed.keys = vec![hash("new")];
    let change = Change::Case(Box::new(renamed));
    save(&store, &batch(vec![change], Vec::new()))
        .await
        .unwrap();
    assert!(compared(&store, &shared).await.is_empty());
    assert_eq!(compared(&store, &vec![(hash("new"), 3)]).await, ["c1"]);
}

async fn what_is_compared_is_as_it_was_told(database: &Database) {
    let store = database.open().await;
    let cases = [open_case(1), case(2, CaseState::Draft { expires: at(9) })];
    let changes = cases.iter().cloned().map(Box::new).map(Change::Case);
    save(&store, &batch(changes.collect(), Vec::new()))
        .await
        .unwrap();
    let keys = vec![(hash("shared"), 3)];
    let wants = Wants {
        keys: vec![keys.clone()],
        ..Wants::default()
    };
    let mut found = load(&store, &wants).await.candidates.remove(&keys).unwrap();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    let expected = cases.map(|case| Candidate {
        id: case.id,
        code: case.code,
        at: case.at,
        with_hub: case.state.is_with_hub(),
        resident: (case.resident.connector, case.resident.id),
        compared: case.compared,
    });
    assert_eq!(found, expected);
}

/// An open case whose identifier grows with its number, as identifiers grow with time.
fn numbered(number: u16) -> Case {
    Case {
        id: CaseId::new(format!("c{number:03}")),
        ..open_case(number)
    }
}

async fn the_newest_cases_of_a_common_key_are_compared(database: &Database) {
    let store = database.open().await;
    let changes = (0..80).map(|n| Change::Case(Box::new(numbered(n))));
    save(&store, &batch(changes.collect(), Vec::new()))
        .await
        .unwrap();
    let found = compared(&store, &vec![(hash("shared"), 3), (hash("key 3"), 3)]).await;
    assert_eq!(found.len(), 11);
    for number in [3, 70, 79] {
        assert!(found.contains(&format!("c{number:03}")), "{number}");
    }
}

async fn of_many_those_with_most_in_common_are_compared(database: &Database) {
    let store = database.open().await;
    let changes = (0..60).map(|n| {
        let mut case = numbered(n);
        case.keys = vec![
            hash(&format!("tens {}", n / 10)),
            hash(&format!("ones {}", n % 10)),
        ];
        Change::Case(Box::new(case))
    });
    save(&store, &batch(changes.collect(), Vec::new()))
        .await
        .unwrap();
    // Sixty have something in common, twelve of them more: these come first, whatever their age.
    let tens = (0..6).map(|tens| (hash(&format!("tens {tens}")), 3));
    let ones = (0..2).map(|ones| (hash(&format!("ones {ones}")), 5));
    let many: Keys = tens.chain(ones).collect();
    let sevens = vec![(hash("ones 7"), 3)];
    let wants = Wants {
        keys: vec![many.clone(), sevens.clone()],
        ..Wants::default()
    };
    let snapshot = load(&store, &wants).await;
    let has = |keys: &Keys, n: u16| {
        let id = numbered(n).id;
        snapshot.candidates[keys].iter().any(|one| one.id == id)
    };
    for tens in 0..6 {
        assert!(has(&many, tens * 10) && has(&many, tens * 10 + 1), "{tens}");
        assert!(has(&sevens, tens * 10 + 7), "each telling has its own");
    }
    // Twelve with both, then the newest four.
    assert_eq!(snapshot.candidates[&many].len(), 16);
    assert_eq!(snapshot.candidates[&sevens].len(), 6);
    // What many have is not enough to be compared with them all.
    assert!(
        compared(&store, &vec![(hash("tens 1"), 2)])
            .await
            .is_empty()
    );
}

async fn a_bad_row_is_named(database: &Database) {
    let store = database.open().await;
    let change = Change::Case(Box::new(open_case(1)));
    save(&store, &batch_at(1, vec![change], Vec::new()))
        .await
        .unwrap();
    database.tamper("UPDATE case_record SET body = '{}'").await;
    let error = store.queue(5).await.unwrap_err().to_string();
    assert!(
        error.starts_with("table case_record, row c1: expected column body"),
        "{error}"
    );
}
