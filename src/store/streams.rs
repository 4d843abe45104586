//! The streams that the queue lies in: the cases of one state and rank, the oldest first. Which of them a question is about, and
//! between which moments.

use serde::Serialize;

use super::row::{Column, text, whole};
use crate::domain::clock::Timestamp;
use crate::domain::queue::{HubState, LAST_RANK, QueueFrom, QueueOrder, QueueQuestion, rank};
use crate::domain::reading::Urgency;

/// Later than any case, in milliseconds, and a number that JSON keeps. Nothing is earlier than what it is the negative of.
const ALWAYS: i64 = 1 << 53;

/// Where to read in a stream.
#[derive(Serialize)]
pub(super) struct Stream<'q> {
    state: &'static str,
    rank: u8,
    /// Only beyond this moment and, of what began then, beyond this case.
    at: i64,
    id: &'q str,
    /// No further than this moment.
    last: i64,
    /// Only cases with which nothing has happened since this moment.
    changed: i64,
}

impl Stream<'_> {
    /// As the columns of a statement.
    pub(super) const COLUMNS: [Column; 6] = [
        text("state"),
        whole("rank"),
        whole("at"),
        text("id"),
        whole("last"),
        whole("changed"),
    ];
}

/// The streams that a question is about, each from where the question begins.
pub(super) fn of(question: &QueueQuestion, now: Timestamp) -> Vec<Stream<'_>> {
    let filter = &question.view.filter;
    let one = filter.state.as_slice();
    let states = if one.is_empty() { HubState::ALL } else { one };
    let ranks = filter.priority.map_or(0..=LAST_RANK, |priority| {
        rank(priority, Urgency::Now)..=rank(priority, Urgency::None)
    });
    let mut streams = Vec::new();
    for state in states {
        // What is stale began no later than it was left alone.
        let newest = if filter.stale {
            (now - state.patience()).as_millis()
        } else {
            ALWAYS
        };
        for rank in ranks.clone() {
            let Some((at, id)) = begin(question, rank) else {
                continue;
            };
            let backwards = question.is_backwards();
            let (at, id) = if backwards && at > newest {
                (newest + 1, "")
            } else {
                (at, id)
            };
            streams.push(Stream {
                state: state.as_str(),
                rank,
                at,
                id,
                last: if backwards { -ALWAYS } else { newest },
                changed: newest,
            });
        }
    }
    streams
}

/// Beyond which moment and case a question begins in the streams of a rank; none where nothing in them lies beyond.
fn begin(question: &QueueQuestion, rank: u8) -> Option<(i64, &str)> {
    let (key, all) = match &question.view.from {
        QueueFrom::Start | QueueFrom::Page(_) => return Some((-ALWAYS, "")),
        QueueFrom::After(key) => (key, -ALWAYS),
        QueueFrom::Before(key) => (key, ALWAYS),
    };
    let is_within = question.view.order == QueueOrder::Oldest || rank == key.rank;
    if is_within {
        return Some((key.at.as_millis(), key.id.as_str()));
    }
    let is_beyond = (rank < key.rank) == question.is_backwards();
    is_beyond.then_some((all, ""))
}
