//! What every conversation needs: a town with everybody in it, and an end with nothing left over.

use kith::demo::{Cast, Town};

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
