//! Listening: ask Telegram for what happened, hand it over, and ask for more only once that is on disk.

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use teloxide::requests::Payload;
use teloxide::types::AllowedUpdate;
use tokio::time::{Instant, timeout};

use super::Telegram;
use super::call::CallError;
use super::update::{Reader, Seen};
use super::waits::Waits;
use crate::chat::{Inlet, ListenError, Start, unreadable};
use crate::domain::inbound::{Event, Inbound};

/// How long Telegram holds a poll when nothing happens, in seconds.
const HOLD: u32 = 8;
/// The name of the cursor: the number of the first update that is not on disk.
const CURSOR: &str = "offset";
/// An empty answer that comes sooner than this is no long poll.
const SOON: Duration = Duration::from_millis(250);

/// While what came is not on disk, kith looks this often whether more has come: somebody in danger can't wait until it
/// is. Telegram answers sooner with one update at a time.
const LOOK_AHEAD: Duration = Duration::from_secs(1);

/// What kith wants to hear of. Said with every poll: what was said last counts, and a bot may have had another past.
const WANTED: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];

// Asking with an offset tells Telegram to forget all before it: an update that was not on disk would be lost.
#[derive(Serialize)]
struct GetUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    timeout: u32,
    allowed_updates: [AllowedUpdate; WANTED.len()],
}

impl Payload for GetUpdates {
    type Output = Vec<Box<RawValue>>;
    const NAME: &'static str = "GetUpdates";

    fn timeout_hint(&self) -> Option<Duration> {
        Some(Duration::from_secs(self.timeout.into()))
    }
}

/// What one poll gave.
struct Batch {
    inbound: Vec<Inbound>,
    /// How many updates came.
    updates: usize,
    /// Their numbers, where they have any.
    numbers: Vec<i64>,
    /// Where to go on once it is on disk.
    next: Option<i64>,
}

impl Batch {
    /// What is no list of updates is kept as it came, and the same is asked for again.
    fn torn(reader: &Reader<'_>, raw: &str, why: &str) -> Self {
        let error = format!("expected a list of updates, found: {why}");
        Self {
            updates: 1,
            numbers: Vec::new(),
            inbound: reader.malformed(raw, error).inbound.into_iter().collect(),
            next: None,
        }
    }
}

impl Telegram {
    pub(super) async fn poll_on(&self, start: Start) -> Result<(), ListenError> {
        let Start {
            inlet,
            cursors,
            channels,
            stop,
        } = start;
        let mut offset = cursors.get(CURSOR).and_then(|cursor| cursor.parse().ok());
        let listening = async {
            let mut waits = Waits::default();
            loop {
                let asked = match self.poll((offset, HOLD), &HashSet::new()).await {
                    Ok(batch) if batch.updates == 0 => {
                        waits.reset();
                        continue;
                    }
                    Ok(batch) => match self.hand_over(&inlet, batch, offset).await {
                        Handed::Committed(Some(next)) => {
                            waits.reset();
                            offset = Some(next);
                            continue;
                        }
                        Handed::Committed(None) | Handed::Dropped => None,
                        Handed::Nobody => return Ok(()),
                    },
                    Err(error) if error.is_of_token() => return Err(self.refused(&error)),
                    Err(error) => complain(&error),
                };
                tokio::time::sleep(waits.next(asked)).await;
            }
        };
        tokio::select! {
            biased;
            // What is being handed over when the stop comes is either on disk or comes again.
            () = stop.cancelled() => Ok(()),
            result = listening => result,
            never = self.keep_menus(channels) => match never {},
        }
    }

    /// Asks for updates from `offset` on, leaving out those that were handed over already.
    async fn poll(
        &self,
        (offset, hold): (Option<i64>, u32),
        known: &HashSet<i64>,
    ) -> Result<Batch, CallError> {
        let me = self.me().await?;
        let began = Instant::now();
        let request = GetUpdates {
            offset,
            timeout: hold,
            allowed_updates: WANTED,
        };
        let answer = self.api.fetch(&request).await?;
        let reader = Reader {
            connector: &self.connector,
            me,
            now: self.clock.now(),
        };
        if let Some(torn) = answer.torn() {
            return Ok(Batch::torn(&reader, &torn, "not an answer of Telegram's"));
        }
        let result = answer.result()?.get();
        let updates: Vec<&RawValue> = match serde_json::from_str(result) {
            Ok(updates) => updates,
            Err(error) => return Ok(Batch::torn(&reader, result, &unreadable(&error))),
        };
        if updates.is_empty() && began.elapsed() < SOON {
            tokio::time::sleep(SOON).await;
        }
        let mut seen: Vec<Seen> = updates.iter().map(|raw| reader.read(raw.get())).collect();
        if !known.is_empty() {
            seen.retain(|seen| seen.number.is_some_and(|number| !known.contains(&number)));
        }
        // Numbers can begin again anywhere after a quiet week, so only this batch says where to go on.
        let numbers: Vec<i64> = seen.iter().filter_map(|seen| seen.number).collect();
        let next = numbers.iter().max().map(|number| number.saturating_add(1));
        Ok(Batch {
            updates: seen.len(),
            numbers,
            inbound: once_each(self.resolve(seen).await),
            next,
        })
    }

    /// Hands a batch over and waits until it is on disk; until then what comes after it is handed over too, so that
    /// danger in it is read. Nothing is confirmed before its time.
    async fn hand_over(&self, inlet: &Inlet, batch: Batch, offset: Option<i64>) -> Handed {
        let (mut malformed, mut updates) = (0, 0);
        let mut known = HashSet::new();
        let mut reached = None;
        let mut waiting = VecDeque::new();
        let mut fresh = Some(batch);
        loop {
            if let Some(batch) = fresh.take() {
                malformed += count_malformed(&batch.inbound);
                updates += batch.updates;
                known.extend(batch.numbers);
                reached = batch.next;
                let cursors = batch.next.map(|next| (CURSOR.to_owned(), next.to_string()));
                let cursors = cursors.into_iter().collect();
                match inlet.offer(batch.inbound, cursors).await {
                    Ok(committed) => waiting.push_back(committed),
                    Err(_) => return Handed::Nobody,
                }
            }
            let Some(first) = waiting.front_mut() else {
                break;
            };
            match timeout(LOOK_AHEAD, first).await {
                Ok(Ok(())) => {
                    waiting.pop_front();
                }
                Ok(Err(_)) => {
                    tracing::warn!(
                        connector = %self.connector,
                        updates,
                        "updates were not stored; they will be asked for again"
                    );
                    return Handed::Dropped;
                }
                Err(_) if known.is_empty() => {}
                // What can't be had now comes later.
                Err(_) => {
                    let more = self.poll((offset, 0), &known).await.ok();
                    fresh = more.filter(|more| !more.numbers.is_empty());
                }
            }
        }
        if malformed > 0 {
            let before = self
                .malformed
                .fetch_add(malformed.try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
            tracing::warn!(
                connector = %self.connector,
                malformed,
                malformed.before = before,
                "updates could not be read; they are kept as they came"
            );
        }
        Handed::Committed(reached)
    }

    fn refused(&self, error: &CallError) -> ListenError {
        ListenError::Refused {
            connector: self.connector.clone(),
            why: error.to_string(),
            remedy: "Check telegram.token (@BotFather shows it with /token) and telegram.api_url"
                .to_owned(),
        }
    }
}

fn count_malformed(inbound: &[Inbound]) -> usize {
    let malformed = |inbound: &&Inbound| matches!(inbound.event, Event::Malformed { .. });
    inbound.iter().filter(malformed).count()
}

/// What became of a batch.
enum Handed {
    /// It is on disk; go on from here.
    Committed(Option<i64>),
    /// It is not on disk, and must be asked for again.
    Dropped,
    /// Nobody takes anything any more.
    Nobody,
}

/// Says what is wrong, and gives the time that Telegram wants kith to wait.
fn complain(error: &CallError) -> Option<Duration> {
    let remedy = match error.code() {
        Some(409) if error.says("webhook") => {
            "a webhook is set for this bot: delete it with deleteWebhook"
        }
        Some(409) => "another process polls with this token: stop it",
        _ => "trying again",
    };
    tracing::warn!(connector = "telegram", %error, remedy, "could not get updates");
    match error {
        CallError::Refused { wait, .. } => *wait,
        _ => None,
    }
}

/// The same thing told twice in one batch, as a move is, is one inbound.
fn once_each(mut inbound: Vec<Inbound>) -> Vec<Inbound> {
    let mut keys = HashSet::with_capacity(inbound.len());
    inbound.retain(|inbound| keys.insert(inbound.key.clone()));
    inbound
}
