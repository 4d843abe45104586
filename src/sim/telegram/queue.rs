//! The updates that wait for the bot: what is queued, what expires, what a poll gets.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;

use crate::sim::faults::FaultBox;

/// How long an ordinary update waits before the server forgets it.
pub(super) const UPDATE_LIFE: i64 = 24 * 60 * 60 * 1_000;
/// How long a press of a button can be delivered and answered.
pub(super) const CALLBACK_LIFE: i64 = 150 * 1_000;
/// The most updates the server keeps for a bot.
const MOST_QUEUED: usize = 100_000;
/// How far past the tail an offset may be before the server starts again from the head.
const FUTURE_ALLOWED: i64 = 10;

/// The kinds that a bot must name to get.
const OPT_IN: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

#[derive(Debug)]
struct Queued {
    id: i64,
    expires: i64,
    body: String,
}

/// What one look at the queue gives a poller.
pub(super) enum Polled {
    /// Another poller has taken over.
    Conflict,
    /// A whole answer that a test has put there.
    Raw(String),
    /// Updates, each as JSON.
    Updates(Vec<String>),
}

/// The queue of one bot.
pub(super) struct UpdateQueue {
    waiting: VecDeque<Queued>,
    next_id: i64,
    earliest_expiry: i64,
    allowed: Option<BTreeSet<String>>,
    again: Vec<String>,
    raw: VecDeque<String>,
    poller: u64,
    dropped: u64,
    made: u64,
    faults: FaultBox,
}

impl UpdateQueue {
    pub(super) fn new(faults: FaultBox) -> Self {
        Self {
            waiting: VecDeque::new(),
            next_id: 730_154_001,
            earliest_expiry: i64::MAX,
            allowed: None,
            again: Vec::new(),
            raw: VecDeque::new(),
            poller: 0,
            dropped: 0,
            made: 0,
            faults,
        }
    }

    /// Whether an update of this kind would be kept if it were made now.
    pub(super) fn wants(&self, kind: &str) -> bool {
        match &self.allowed {
            Some(allowed) => allowed.contains(kind),
            None => !OPT_IN.contains(&kind),
        }
    }

    /// Remembers the kinds a bot asks for; an empty list means the default.
    pub(super) fn allow(&mut self, kinds: &[Value]) {
        self.allowed = if kinds.is_empty() {
            None
        } else {
            Some(
                kinds
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect(),
            )
        };
    }

    /// Queues an update if its kind is wanted at this moment.
    pub(super) fn push(&mut self, kind: &str, content: &Value, expires: i64) {
        if self.wants(kind) {
            let id = self.next_id;
            self.enqueue(
                format!("{{\"update_id\":{id},\"{kind}\":{content}}}"),
                expires,
            );
        }
    }

    /// Queues an update as it is; an object without an id is given the next one.
    pub(super) fn push_raw(&mut self, mut update: Value, expires: i64) {
        if let Some(object) = update.as_object_mut() {
            object
                .entry("update_id")
                .or_insert_with(|| self.next_id.into());
        }
        self.enqueue(update.to_string(), expires);
    }

    fn enqueue(&mut self, body: String, expires: i64) {
        if self.waiting.len() >= MOST_QUEUED {
            self.dropped += 1;
            return;
        }
        self.made += 1;
        self.earliest_expiry = self.earliest_expiry.min(expires);
        self.waiting.push_back(Queued {
            id: self.next_id,
            expires,
            body,
        });
        self.next_id += 1;
    }

    /// The next poll answers this text whatever it is.
    pub(super) fn push_raw_body(&mut self, body: String) {
        self.raw.push_back(body);
    }

    /// Forgets what has waited too long.
    pub(super) fn expire(&mut self, now: i64) {
        if now >= self.earliest_expiry {
            self.waiting.retain(|queued| queued.expires > now);
            self.earliest_expiry = self
                .waiting
                .iter()
                .map(|queued| queued.expires)
                .min()
                .unwrap_or(i64::MAX);
        }
    }

    /// Forgets everything that waits.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.again.clear();
    }

    /// How many updates wait, those included that were taken and not yet confirmed.
    pub(super) fn pending(&self) -> usize {
        self.waiting.len() + self.again.len()
    }

    /// How many updates were made, and how many of them found the queue full.
    pub(super) fn totals(&self) -> (u64, u64) {
        (self.made + self.dropped, self.dropped)
    }

    /// How many polls have begun.
    pub(super) fn polls(&self) -> u64 {
        self.poller
    }

    /// Begins a poll: confirms what the offset confirms and ends any poll that waits. Gives
    /// the poll's ticket and the id to read from.
    pub(super) fn begin(&mut self, offset: i64) -> (u64, i64) {
        self.poller += 1;
        if offset < 0 {
            let keep = usize::try_from(-offset).unwrap_or(usize::MAX);
            while self.waiting.len() > keep {
                self.waiting.pop_front();
            }
        }
        let head = self
            .waiting
            .front()
            .map_or(self.next_id, |queued| queued.id);
        let past = head - i64::try_from(MOST_QUEUED).unwrap_or(i64::MAX);
        let future = self.next_id + FUTURE_ALLOWED;
        if offset <= 0 || offset > future || offset < past {
            return (self.poller, head);
        }
        while self
            .waiting
            .front()
            .is_some_and(|queued| queued.id < offset)
        {
            if let Some(confirmed) = self.waiting.pop_front()
                && self.faults.duplicate()
            {
                self.again.push(confirmed.body);
            }
        }
        (self.poller, offset)
    }

    /// What the poll with this ticket gets now.
    pub(super) fn poll(&mut self, ticket: u64, from: i64, limit: usize) -> Polled {
        if ticket != self.poller {
            return Polled::Conflict;
        }
        if let Some(body) = self.raw.pop_front() {
            return Polled::Raw(body);
        }
        let mut batch: Vec<String> = self.again.drain(..self.again.len().min(limit)).collect();
        let room = limit - batch.len();
        let fresh = self
            .waiting
            .iter()
            .filter(|queued| queued.id >= from)
            .take(room);
        batch.extend(fresh.map(|queued| queued.body.clone()));
        self.faults.disorder(&mut batch);
        Polled::Updates(batch)
    }
}
