//! The lifeline: whoever wrote words of danger is sent what they need, whatever else of kith works.
//!
//! It knows of danger as soon as the words are read, from memory alone. It waits a moment for the ordinary way: the
//! decision to be on disk, then the promise to be carried out. Where that doesn't come, it sends through the connector
//! itself, and tries until it is done. Receive and deliver ask it before they promise or carry out the same, so that
//! nobody is told twice. What it knows is in memory alone: after a crash the platform hands the words over again.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::carry::{ANSWER_WITHIN, fresh_draw};
use super::driver::Driver;
use super::lines::{self, Lines};
use super::metrics::Counters;
use super::supervise::{Panicked, watched};
use super::waits;
use crate::chat::{Done, Failure, Task};
use crate::domain::clock::Clock;
use crate::domain::decision::Decision;
use crate::domain::effect::{Act, Otherwise};
use crate::domain::ids::{ConnectorId, EffectId, InboundKey, MessageRef};
use crate::domain::rescue::{Reached, Rescue};
use crate::store::Settled;

/// How long the decision may take to be on disk.
const COMMIT_WITHIN: Duration = Duration::from_secs(2);
/// How long what was promised may then take to be carried out.
const CARRY_WITHIN: Duration = Duration::from_secs(3);
/// How long another try of the outbox waits while the lifeline is sending the same.
pub(super) const MAKE_WAY: Duration = Duration::from_secs(1);
/// Nobody is told the same again within this time, however often they write it.
const ONCE_IN: Duration = Duration::from_hours(24);
/// So much is kept in mind at once; a flood beyond that goes the ordinary way alone.
const MOST: usize = 4_096;
/// With nothing to watch, the next look is this far away.
const IDLE: Duration = Duration::from_hours(1);

type Key = (ConnectorId, InboundKey);

/// Danger that was read, until somebody was told.
#[derive(Debug)]
struct Watch {
    rescue: Rescue,
    /// What is sent now: the same, or the neutral line where nobody can be reached in private.
    act: Act,
    /// The idempotency key of what the lifeline sends.
    key: EffectId,
    /// What is promised to the same end, once it is decided.
    promised: Option<Vec<EffectId>>,
    state: State,
    failed: i64,
}

#[derive(Debug)]
enum State {
    /// The ordinary way has so long.
    Waiting(Instant),
    /// The lifeline is sending it.
    Sending,
    /// The outbox is.
    Carried,
    /// They have it.
    Reached(Reached),
}

/// Whether the outbox carries out what was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Yes.
    Go,
    /// The lifeline is at it; later.
    Later,
    /// They have it.
    Done,
}

#[derive(Debug, Default)]
struct Watches {
    all: HashMap<Key, Watch>,
    by_effect: HashMap<EffectId, Key>,
    /// What was sent lately, oldest first.
    sent: VecDeque<(Act, Reached, Instant)>,
    lines: Lines,
}

/// What receive, deliver and the lifeline's own task share.
#[derive(Debug, Default)]
pub(super) struct Lifeline {
    watches: Mutex<Watches>,
    woken: Notify,
}

/// One thing to send now.
struct Sending {
    of: Key,
    key: EffectId,
    act: Act,
    /// What it is all for.
    rescue: Rescue,
    failed: i64,
}

/// What the lifeline sends with.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) lifeline: Arc<Lifeline>,
    pub(super) drivers: Arc<[Driver]>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) counters: Arc<Counters>,
}

impl Lifeline {
    fn lock(&self) -> MutexGuard<'_, Watches> {
        self.watches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Danger was read. What is watched already stays as it is.
    pub(super) fn watch(&self, of: Key, rescue: Rescue, clock: &dyn Clock) {
        let mut watches = self.lock();
        if watches.all.len() >= MOST || watches.all.contains_key(&of) {
            return;
        }
        let key = fresh_draw(clock.now()).map_or_else(
            |_| EffectId::new(of.1.as_str()),
            |mut draw| EffectId::new(draw.id()),
        );
        let watch = Watch {
            act: rescue.act.clone(),
            rescue,
            key,
            promised: None,
            state: State::Waiting(Instant::now() + COMMIT_WITHIN),
            failed: 0,
        };
        watches.all.insert(of, watch);
        drop(watches);
        self.woken.notify_one();
    }

    /// Whether whoever wrote it was told already.
    pub(super) fn reached(&self, of: &Key) -> Option<Reached> {
        match self.lock().all.get(of)?.state {
            State::Reached(reached) => Some(reached),
            _ => None,
        }
    }

    /// The decision is on disk; none where it was on disk before.
    pub(super) fn committed(&self, of: &Key, decision: Option<&Decision>) {
        let mut watches = self.lock();
        let Some(watch) = watches.all.get_mut(of) else {
            return;
        };
        let effects = decision.map_or(&[][..], |decision| &decision.effects);
        let promised: Vec<_> = effects
            .iter()
            .filter(|effect| watch.rescue.is_brought_by(effect))
            .map(|effect| effect.id.clone())
            .collect();
        let sending = matches!(watch.state, State::Sending);
        if promised.is_empty() && !sending {
            watches.forget(of);
            return;
        }
        watch.promised = Some(promised.clone());
        if matches!(watch.state, State::Waiting(_)) {
            watch.state = State::Waiting(Instant::now() + CARRY_WITHIN);
        }
        for effect in promised {
            watches.by_effect.insert(effect, of.clone());
        }
        drop(watches);
        self.woken.notify_one();
    }

    /// Whether the outbox may carry out an effect, which it then does.
    pub(super) fn begins(&self, effect: &EffectId) -> Turn {
        let mut watches = self.lock();
        let Some(watch) = watches.of_effect(effect) else {
            return Turn::Go;
        };
        match watch.state {
            State::Waiting(_) | State::Carried => {
                watch.state = State::Carried;
                Turn::Go
            }
            State::Sending => Turn::Later,
            State::Reached(_) => Turn::Done,
        }
    }

    /// What came of an effect that the outbox carried out.
    pub(super) fn landed(&self, effect: &EffectId, outcome: &Settled) {
        let mut watches = self.lock();
        let Some(of) = watches.by_effect.get(effect).cloned() else {
            return;
        };
        let Some(watch) = watches.all.get_mut(&of) else {
            return;
        };
        match outcome {
            // A promise that waits for the lifeline, which is sending the same.
            Settled::Again { .. } if !matches!(watch.state, State::Carried) => {}
            Settled::Again { .. } => {
                watch.state = State::Waiting(Instant::now() + CARRY_WITHIN);
            }
            Settled::Instead { effect } => {
                watch.act = line_of(&effect.act);
                watch.promised = Some(vec![effect.id.clone()]);
                watch.state = State::Waiting(Instant::now() + CARRY_WITHIN);
                watches.by_effect.insert(effect.id.clone(), of);
            }
            Settled::Done { .. } if watch.rescue.asked_for => {
                let person = watch.rescue.person.clone();
                watches.lines.came(&person, Instant::now());
                watches.forget(&of);
            }
            Settled::Done { .. } | Settled::Dead { .. } => watches.forget(&of),
        }
        drop(watches);
        self.woken.notify_one();
    }

    /// What has waited long enough, and when the next will have.
    fn due(&self, now: Instant) -> (Vec<Sending>, Option<Instant>) {
        let mut watches = self.lock();
        watches
            .sent
            .retain(|(_, _, at)| now.duration_since(*at) < ONCE_IN);
        let Watches { all, sent, .. } = &mut *watches;
        let mut due = Vec::new();
        let mut next: Option<Instant> = None;
        let mut under_way: Vec<Act> = all
            .values()
            .filter(|watch| matches!(watch.state, State::Sending))
            .map(|watch| watch.rescue.act.clone())
            .collect();
        for (of, watch) in all {
            let State::Waiting(until) = watch.state else {
                continue;
            };
            let same = |act: &Act| !watch.rescue.asked_for && is_same(act, &watch.rescue.act);
            if until > now {
                next = Some(next.map_or(until, |next| next.min(until)));
            } else if let Some((_, reached, _)) = sent.iter().find(|(act, ..)| same(act)) {
                watch.state = State::Reached(*reached);
            } else if under_way.iter().any(same) {
                let until = now + MAKE_WAY;
                watch.state = State::Waiting(until);
                next = Some(next.map_or(until, |next| next.min(until)));
            } else {
                watch.state = State::Sending;
                under_way.push(watch.rescue.act.clone());
                due.push(Sending {
                    of: of.clone(),
                    key: watch.key.clone(),
                    act: watch.act.clone(),
                    rescue: watch.rescue.clone(),
                    failed: watch.failed,
                });
            }
        }
        (due, next)
    }

    /// They were told, by a line in a group where it has a message.
    fn told(&self, sent: Sending, (reached, line): (Reached, Option<MessageRef>)) {
        let (mut watches, now) = (self.lock(), Instant::now());
        match line {
            Some(message) => watches
                .lines
                .stands(message, sent.rescue.person.clone(), now),
            None => watches.lines.came(&sent.rescue.person, now),
        }
        if watches.sent.len() >= MOST {
            watches.sent.pop_front();
        }
        watches
            .sent
            .push_back((sent.rescue.act, reached, Instant::now()));
        if let Some(watch) = watches.all.get_mut(&sent.of) {
            watch.state = State::Reached(reached);
            if watch.promised.as_ref().is_some_and(Vec::is_empty) {
                watches.forget(&sent.of);
            }
        }
    }

    /// They were not, and are tried again with this.
    fn again(&self, of: &Key, act: Act, wait: Duration) {
        let mut watches = self.lock();
        if let Some(watch) = watches.all.get_mut(of) {
            watch.act = act;
            watch.failed += 1;
            watch.state = State::Waiting(Instant::now() + wait);
        }
        drop(watches);
        self.woken.notify_one();
    }

    /// The lines to take away now, and when the next will be.
    fn lines_due(&self) -> (Vec<lines::Line>, Option<Instant>) {
        let mut watches = self.lock();
        let due = watches.lines.due(Instant::now());
        (due, watches.lines.next())
    }

    /// It can't be done from here: only the ordinary way is left.
    fn give_up(&self, of: &Key) {
        self.lock().forget(of);
    }
}

impl Watches {
    fn of_effect(&mut self, effect: &EffectId) -> Option<&mut Watch> {
        let of = self.by_effect.get(effect)?;
        self.all.get_mut(of)
    }

    fn forget(&mut self, of: &Key) {
        self.all.remove(of);
        self.by_effect.retain(|_, named| named != of);
    }
}

/// The neutral line, as the lifeline says it: it keeps no posts.
fn line_of(act: &Act) -> Act {
    match act {
        Act::Show(show) => Act::Say {
            place: show.place.clone(),
            reply_to: show.reply_to.clone(),
            speech: show.speech.clone(),
        },
        other => other.clone(),
    }
}

/// Whether two acts tell the same person the same.
fn is_same(one: &Act, other: &Act) -> bool {
    match (one, other) {
        (
            Act::Tell { person, speech, .. },
            Act::Tell {
                person: told,
                speech: said,
                ..
            },
        ) => person.connector == told.connector && person.id == told.id && speech == said,
        _ => one == other,
    }
}

impl Line {
    /// Watches and sends until told to stop, and goes on after a fault.
    pub(super) async fn attend(self, stop: CancellationToken) {
        while watched(self.clone().keep(stop.clone())).await.is_err() {
            self.counters.restarts.one();
            tracing::error!(flow.why = %Panicked, "the lifeline begins again");
            sleep(MAKE_WAY).await;
        }
    }

    async fn keep(self, stop: CancellationToken) {
        let mut sending = JoinSet::new();
        loop {
            let now = Instant::now();
            let (due, next) = self.lifeline.due(now);
            for one in due {
                let line = self.clone();
                sending.spawn(async move { line.send(one).await });
            }
            let (lines, taken) = self.lifeline.lines_due();
            for one in lines {
                let line = self.clone();
                sending.spawn(async move { line.take_away(one).await });
            }
            let next = next.into_iter().chain(taken).min();
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = self.lifeline.woken.notified() => {}
                Some(_) = sending.join_next() => {}
                () = sleep_until(next.unwrap_or(now + IDLE)) => {}
            }
        }
    }

    async fn take_away(&self, line: lines::Line) {
        let connector = &line.message.place.connector;
        let Some(driver) = self.drivers.iter().find(|driver| driver.id == *connector) else {
            return;
        };
        let task = Task::Delete {
            message: line.message.clone(),
        };
        let result = timeout(ANSWER_WITHIN, (driver.perform)(task)).await;
        if matches!(result, Err(_) | Ok(Err(Failure::Retry { .. }))) {
            self.lifeline.lock().lines.stays(line, Instant::now());
        }
    }

    async fn send(&self, one: Sending) {
        let Some((driver, task)) = self.task(&one) else {
            return self.lifeline.give_up(&one.of);
        };
        let performed =
            std::panic::AssertUnwindSafe(timeout(ANSWER_WITHIN, (driver.perform)(task)));
        let result = match performed.catch_unwind().await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(passing("no answer")),
            Err(_) => Err(passing("a fault in kith (a panic), logged above")),
        };
        self.settle(one, result);
    }

    fn task(&self, one: &Sending) -> Option<(&Driver, Task)> {
        let connector = one.act.connector();
        let driver = self.drivers.iter().find(|driver| driver.id == connector)?;
        let key = one.key.clone();
        let task = match &one.act {
            Act::Tell { person, speech, .. } => Task::Direct {
                key,
                person: person.clone(),
                speech: speech.clone(),
            },
            Act::Say {
                place,
                reply_to,
                speech,
            } => Task::Post {
                key,
                place: place.clone(),
                reply_to: reply_to.clone(),
                speech: speech.clone(),
            },
            _ => return None,
        };
        Some((driver, task))
    }

    fn settle(&self, one: Sending, result: Result<Done, Failure>) {
        let failure = match result {
            Ok(done) => return self.told(one, done),
            Err(failure) => failure,
        };
        // What the platform says of somebody stays out of the log: only that it failed.
        tracing::warn!(
            lifeline.connector = %one.act.connector(),
            lifeline.failed = one.failed + 1,
            "could not send the numbers straight"
        );
        match (failure, one.act) {
            (
                Failure::Unreachable { .. },
                Act::Tell {
                    otherwise: Some(otherwise),
                    ..
                },
            ) => {
                let Otherwise {
                    place,
                    reply_to,
                    speech,
                    ..
                } = otherwise;
                let line = Act::Say {
                    place,
                    reply_to,
                    speech: *speech,
                };
                self.lifeline.again(&one.of, line, Duration::ZERO);
            }
            (Failure::Retry { after, .. }, act) => {
                let wait = waits::urgent(one.failed).unwrap_or(ANSWER_WITHIN);
                let wait = waits::jittered(after.map_or(wait, |after| after.max(wait)));
                self.lifeline.again(&one.of, act, wait);
            }
            (
                Failure::Moved { to },
                Act::Say {
                    mut place,
                    reply_to,
                    speech,
                },
            ) if place.channel != to => {
                place.channel = to;
                let act = Act::Say {
                    place,
                    reply_to,
                    speech,
                };
                self.lifeline.again(&one.of, act, Duration::ZERO);
            }
            _ => self.lifeline.give_up(&one.of),
        }
    }

    fn told(&self, one: Sending, done: Done) {
        self.counters.rescued.one();
        let in_private = match &one.act {
            Act::Say { speech, .. } => speech.is_personal(),
            _ => true,
        };
        let line = match (&one.act, done) {
            (Act::Say { place, .. }, Done::Posted(message)) if !in_private => Some(MessageRef {
                place: place.clone(),
                message,
            }),
            _ => None,
        };
        tracing::warn!(
            lifeline.connector = %one.act.connector(),
            lifeline.in_private = in_private,
            "sent the numbers straight, since the ordinary way did not"
        );
        let reached = Reached {
            at: self.clock.now(),
            in_private,
        };
        self.lifeline.told(one, (reached, line));
    }
}

fn passing(why: &str) -> Failure {
    Failure::Retry {
        after: None,
        why: why.to_owned(),
    }
}
