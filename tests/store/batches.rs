//! A batch is written whole or not at all, and never over what somebody else wrote.

use std::collections::HashSet;

use kith::domain::case::{CaseState, TransitionError};
use kith::domain::concern::ConcernState;
use kith::domain::decision::{Change, Decision, Wants};
use kith::domain::ids::{CaseId, ConnectorId, InboundKey};
use kith::domain::offer::OfferState;
use kith::domain::report::Subject;
use kith::store::{Batch, Counts, Store, StoreError};
use tokio::task::JoinSet;

use super::samples::{
    case, channel, concern, dialogue, event, offer, open_case, person, report, rewritten, say,
};
use super::support::{Database, at, batch, load, on_both, save};

on_both!(
    of_two_hundred_claims_one_wins_and_the_rest_learn_who,
    what_was_taken_in_is_seen,
    a_receipt_that_another_wrote_meanwhile_is_a_conflict,
    dropping_leaves_nothing,
    a_refused_save_leaves_nothing,
    a_row_in_another_version_is_a_conflict,
    several_writes_of_one_row_in_a_batch_are_the_last,
    a_code_that_is_taken_is_a_conflict,
    a_message_that_has_a_report_is_a_conflict,
    cursors_move_with_the_batch,
);

fn receipt(key: &str) -> (ConnectorId, InboundKey) {
    (ConnectorId::new("telegram"), InboundKey::new(key))
}

fn conflicts(result: Result<(), StoreError>) -> bool {
    let error = result.unwrap_err();
    error.is_retryable() && matches!(error, StoreError::Conflict { .. })
}

/// Claims until it is ours or another's. Tells whose it is.
async fn claim(store: Store, id: CaseId, number: usize) -> String {
    let subject = Subject::Case(id.clone());
    let wants = Wants {
        subjects: vec![subject.clone()],
        ..Wants::default()
    };
    loop {
        let mut transaction = store.begin().await.unwrap();
        let case = transaction.load(&wants).await.unwrap().cases[&id].clone();
        let by = person(&format!("staff {number}"));
        match case.state.clone().claim(by, at(1)) {
            Err(TransitionError::Held(claim)) => return claim.by.id.to_string(),
            Err(other) => panic!("{other}"),
            Ok(state) => {
                let changes = vec![
                    Change::Case(Box::new(rewritten(&case, state))),
                    Change::Event(Box::new(event(subject.clone(), "claimed"))),
                ];
                let written = transaction.save(&batch(changes, Vec::new())).await;
                match written {
                    Ok(()) => match transaction.commit().await {
                        Ok(()) => return format!("staff {number}"),
                        Err(error) => assert!(error.is_retryable(), "{error}"),
                    },
                    Err(error) => assert!(error.is_retryable(), "{error}"),
                }
            }
        }
    }
}

async fn of_two_hundred_claims_one_wins_and_the_rest_learn_who(database: &Database) {
    let store = database.open().await;
    let case = open_case(1);
    let change = Change::Case(Box::new(case.clone()));
    save(&store, &batch(vec![change], Vec::new()))
        .await
        .unwrap();

    let mut claims = JoinSet::new();
    for number in 0..200 {
        let (store, id) = (store.clone(), case.id.clone());
        claims.spawn(async move { (number, claim(store, id, number).await) });
    }
    let answers = claims.join_all().await;
    let holders: HashSet<_> = answers.iter().map(|(_, holder)| holder).collect();
    assert_eq!(holders.len(), 1, "{holders:?}");
    let won = answers
        .iter()
        .filter(|(number, holder)| *holder == format!("staff {number}"));
    assert_eq!(won.count(), 1);
    let kept = store.case_by_code(&case.code).await.unwrap().unwrap();
    assert_eq!(
        &kept.state.holder().unwrap().id.to_string(),
        *holders.iter().next().unwrap()
    );
    assert_eq!(kept.version, 2);
    let events = store.events(&Subject::Case(case.id)).await.unwrap();
    assert_eq!(events.len(), 1);
}

async fn what_was_taken_in_is_seen(database: &Database) {
    let store = database.open().await;
    let first = Batch {
        receipts: vec![receipt("a"), receipt("b"), receipt("a")],
        ..Batch::default()
    };
    save(&store, &first).await.unwrap();

    let again = Batch {
        receipts: vec![receipt("b"), receipt("c")],
        ..Batch::default()
    };
    let mut transaction = store.begin().await.unwrap();
    let seen = transaction.seen(&again.receipts).await.unwrap();
    assert_eq!(seen, HashSet::from([receipt("b")]));
    let discord = (ConnectorId::new("discord"), InboundKey::new("a"));
    assert!(transaction.seen(&[discord]).await.unwrap().is_empty());
    assert!(transaction.seen(&[]).await.unwrap().is_empty());
    transaction.save(&again).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.counts().await.unwrap().receipts, 3);
}

async fn a_receipt_that_another_wrote_meanwhile_is_a_conflict(database: &Database) {
    let store = database.open().await;
    let batch = Batch {
        receipts: vec![receipt("a")],
        ..Batch::default()
    };
    save(&store, &batch).await.unwrap();
    assert!(conflicts(save(&store, &batch).await));
}

fn of_everything() -> Batch {
    let subject = Subject::Case(open_case(1).id);
    Batch {
        receipts: vec![receipt("a")],
        cursors: vec![(
            ConnectorId::new("telegram"),
            "offset".to_owned(),
            "7".to_owned(),
        )],
        ..batch(
            vec![
                Change::Case(Box::new(open_case(1))),
                Change::Offer(Box::new(offer(1, OfferState::Open))),
                Change::Concern(Box::new(concern(1, ConcernState::Raised))),
                Change::Report(Box::new(report(1, subject.clone()))),
                Change::Dialogue(Box::new(dialogue("resident", subject.clone()))),
                Change::Channel(Box::new(channel("street", "group"))),
                Change::Event(Box::new(event(subject, "told"))),
                Change::Malformed {
                    raw: "{".into(),
                    error: "cut".to_owned(),
                },
            ],
            vec![say("e1", "street")],
        )
    }
}

async fn nothing_is_there(store: &Store) {
    assert_eq!(store.counts().await.unwrap(), Counts::default());
    assert_eq!(store.channels().await.unwrap(), []);
    assert_eq!(store.channels_version().await.unwrap(), 0);
    let telegram = ConnectorId::new("telegram");
    assert!(store.cursors(&telegram).await.unwrap().is_empty());
    let events = store.events(&Subject::Case(open_case(1).id)).await.unwrap();
    assert_eq!(events, []);
}

async fn dropping_leaves_nothing(database: &Database) {
    let store = database.open().await;
    let mut transaction = store.begin().await.unwrap();
    transaction.save(&of_everything()).await.unwrap();
    drop(transaction);
    nothing_is_there(&store).await;
    save(&store, &of_everything()).await.unwrap();
    assert_eq!(store.counts().await.unwrap().reports, 1);
}

async fn a_refused_save_leaves_nothing(database: &Database) {
    let store = database.open().await;
    let mut bad = of_everything();
    let case = rewritten(&open_case(2), CaseState::Open);
    bad.decisions.push(Decision {
        changes: vec![Change::Case(Box::new(case))],
        effects: Vec::new(),
    });
    assert!(conflicts(save(&store, &bad).await));
    nothing_is_there(&store).await;
}

async fn a_row_in_another_version_is_a_conflict(database: &Database) {
    let store = database.open().await;
    let (first, offer) = (open_case(1), offer(1, OfferState::Open));
    let concern = concern(1, ConcernState::Raised);
    let all = vec![
        Change::Case(Box::new(first.clone())),
        Change::Offer(Box::new(offer.clone())),
        Change::Concern(Box::new(concern.clone())),
    ];
    save(&store, &batch(all.clone(), Vec::new())).await.unwrap();
    assert!(
        conflicts(save(&store, &batch(all, Vec::new())).await),
        "a second first version"
    );
    let mut late = (first.clone(), offer.clone(), concern.clone());
    (late.0.version, late.1.version, late.2.version) = (3, 3, 3);
    for change in [
        Change::Case(Box::new(late.0)),
        Change::Offer(Box::new(late.1)),
        Change::Concern(Box::new(late.2)),
    ] {
        assert!(conflicts(
            save(&store, &batch(vec![change], Vec::new())).await
        ));
    }
    let second = rewritten(&first, CaseState::Withdrawn { at: at(1) });
    let change = Change::Case(Box::new(second.clone()));
    save(&store, &batch(vec![change], Vec::new()))
        .await
        .unwrap();
    assert_eq!(store.case_by_code(&first.code).await.unwrap(), Some(second));
}

async fn several_writes_of_one_row_in_a_batch_are_the_last(database: &Database) {
    let store = database.open().await;
    let draft = case(1, CaseState::Draft { expires: at(5) });
    let open = rewritten(&draft, CaseState::Open);
    let closed = rewritten(&open, CaseState::Withdrawn { at: at(3) });
    let decisions = [&draft, &open].map(|case| Decision {
        changes: vec![
            Change::Case(Box::new(case.clone())),
            Change::Report(Box::new(report(1, Subject::Case(case.id.clone())))),
        ],
        effects: Vec::new(),
    });
    let both = Batch {
        decisions: decisions.to_vec(),
        ..Batch::default()
    };
    save(&store, &both).await.unwrap();
    assert_eq!(
        store.case_by_code(&draft.code).await.unwrap(),
        Some(open.clone())
    );

    let again = rewritten(&closed, CaseState::Open);
    let changes = vec![
        Change::Case(Box::new(closed)),
        Change::Case(Box::new(again.clone())),
    ];
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    assert_eq!(store.case_by_code(&draft.code).await.unwrap(), Some(again));
}

async fn a_code_that_is_taken_is_a_conflict(database: &Database) {
    let store = database.open().await;
    let first = open_case(1);
    let mut second = open_case(2);
    second.code = first.code.clone();
    let change = Change::Case(Box::new(first));
    save(&store, &batch(vec![change], Vec::new()))
        .await
        .unwrap();
    let taken = batch(vec![Change::Case(Box::new(second.clone()))], Vec::new());
    assert!(conflicts(save(&store, &taken).await));

    second.code = super::samples::code(2);
    let change = Change::Case(Box::new(second.clone()));
    save(&store, &batch(vec![change], Vec::new()))
        .await
        .unwrap();
    let wants = Wants {
        codes: vec![second.code.clone()],
        ..Wants::default()
    };
    assert!(load(&store, &wants).await.cases.contains_key(&second.id));
}

async fn a_message_that_has_a_report_is_a_conflict(database: &Database) {
    let store = database.open().await;
    let first = report(1, Subject::Case(open_case(1).id));
    let mut second = report(2, Subject::Case(open_case(2).id));
    second.source = first.source.clone();
    let change = Change::Report(Box::new(first.clone()));
    save(&store, &batch(vec![change], Vec::new()))
        .await
        .unwrap();
    let change = Change::Report(Box::new(second));
    assert!(conflicts(
        save(&store, &batch(vec![change], Vec::new())).await
    ));

    let mut edited = first.clone();
    edited.text = None;
    edited.subject = Subject::Case(open_case(3).id);
    let changes = vec![
        Change::Case(Box::new(open_case(3))),
        Change::Report(Box::new(edited.clone())),
    ];
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    let wants = Wants {
        subjects: vec![edited.subject.clone()],
        ..Wants::default()
    };
    assert_eq!(load(&store, &wants).await.reports[&edited.id], edited);
}

async fn cursors_move_with_the_batch(database: &Database) {
    let store = database.open().await;
    let telegram = ConnectorId::new("telegram");
    let moved = |value: &str| Batch {
        cursors: vec![
            (telegram.clone(), "offset".to_owned(), "0".to_owned()),
            (telegram.clone(), "offset".to_owned(), value.to_owned()),
            (
                ConnectorId::new("discord"),
                "offset".to_owned(),
                "9".to_owned(),
            ),
        ],
        ..Batch::default()
    };
    save(&store, &moved("1")).await.unwrap();
    save(&store, &moved("2")).await.unwrap();
    let cursors = store.cursors(&telegram).await.unwrap();
    assert_eq!(cursors, [("offset".to_owned(), "2".to_owned())].into());
}
