//! What every conversation needs: a town with everybody in it, and an end with nothing left over.

use std::time::Duration;

use kith::demo::{Cast, Town};
use kith::domain::case::{Case, CaseState};
use kith::domain::decision::{Change, Decision};
use kith::domain::ids::{CaseId, Draw};
use kith::domain::priority::{Priority, Triaged};
use kith::domain::reading::{Category, Urgency};
use kith::store::Batch;

/// A running town.
pub async fn town() -> Town {
    Town::open().await.expect("a town")
}

/// Everybody moves in and the moderators set their channels up.
pub async fn cast(town: &Town) -> Cast<'_> {
    Cast::move_in(town).await.expect("everybody moves in")
}

/// Ends a conversation: everything promised is done, nothing was given up, nothing was unreadable,
/// and the platforms have nothing that kith has not taken.
pub async fn nothing_left(town: Town) {
    town.settle().await.expect("nothing left to send");
    let store = town.store().await.expect("the database");
    let counts = store.counts().await.expect("counts");
    store.close().await;
    assert_eq!((counts.dead, counts.malformed), (0, 0), "{counts:#?}");
    let pending = town
        .telegram
        .wait_until(|view| view.pending_updates() == 0, kith::demo::PATIENCE);
    pending.await.expect("every update is confirmed");
    town.close().await.expect("kith stops as told");
}

/// Puts cases like this one straight into the queue, none urgent and each a minute younger: the first two about childcare.
/// Gives their codes in the order of the queue.
pub async fn more_cases(town: &Town, like: &Case, count: u8) -> Vec<String> {
    let cases = (1..=count).map(|number| {
        let mut draw = Draw::new([number; 16]);
        let childcare = if number <= 2 {
            Category::Childcare
        } else {
            Category::Pets
        };
        Case {
            id: CaseId::new(draw.id()),
            code: draw.code(),
            state: CaseState::Open,
            categories: vec![childcare],
            urgency: Urgency::None,
            triaged: Triaged {
                priority: Priority::P4,
                ..Triaged::default()
            },
            source: None,
            keys: Vec::new(),
            at: like.at + Duration::from_mins(1) * number.into(),
            version: 1,
            ..like.clone()
        }
    });
    let cases: Vec<_> = cases.collect();
    let codes = cases.iter().map(|case| case.code.to_string()).collect();
    put(town, cases).await;
    codes
}

/// Puts new cases into the queue, past all that decides.
pub async fn put(town: &Town, cases: Vec<Case>) {
    let changes = cases.into_iter().map(Box::new).map(Change::Case).collect();
    let batch = Batch {
        decisions: vec![Decision {
            changes,
            effects: Vec::new(),
        }],
        ..Batch::default()
    };
    let store = town.store().await.expect("the database");
    let mut transaction = store.begin().await.expect("a transaction");
    transaction.save(&batch).await.expect("cases are saved");
    transaction.commit().await.expect("cases are kept");
    store.close().await;
}
