//! What is said, and how: all at once, or at an even pace.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use kith::sim::telegram::Happened;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::time::MissedTickBehavior;

use crate::kith::Database;
use crate::measure::{Fallible, milliseconds, until};
use crate::process::Process;
use crate::texts::Texts;
use crate::town::{Platform, Said, Speaker, TelegramTown};

/// No flood takes as long.
const FLOOD_WITHIN: Duration = Duration::from_mins(2);
/// How often the database is looked at for what is new: finer than what is timed by it.
const WATCH_EVERY: Duration = Duration::from_micros(200);

/// One message to be said.
pub(crate) struct Line {
    pub(crate) speaker: Speaker,
    pub(crate) text: String,
}

/// So many messages, of which one in `every` is a request or an offer in turn, each by a person who says nothing
/// else; none with 0, requests only with 1.
pub(crate) fn lines(count: usize, every: usize) -> Vec<Line> {
    let mut texts = Texts::new();
    let mut newcomers = 0;
    let mut line = |number: usize| {
        if every == 0 || (number + 1) % every != 0 {
            return Line {
                speaker: Speaker::Regular(number),
                text: texts.chat(),
            };
        }
        newcomers += 1;
        let text = if every > 1 && newcomers % 2 == 0 {
            texts.offer()
        } else {
            texts.need()
        };
        Line {
            speaker: Speaker::Newcomer(newcomers - 1),
            text,
        }
    };
    (0..count).map(&mut line).collect()
}

/// How many of the lines kith keeps a report of.
pub(crate) fn telling(lines: &[Line]) -> usize {
    lines
        .iter()
        .filter(|line| matches!(line.speaker, Speaker::Newcomer(_)))
        .count()
}

/// Says everything while the process is held, then lets it go: the time runs from there.
pub(crate) fn flood(
    process: &Process,
    platform: &dyn Platform,
    lines: &[Line],
) -> Fallible<Instant> {
    process.hold()?;
    for (number, line) in lines.iter().enumerate() {
        platform.say(number, line.speaker, &line.text)?;
    }
    let begun = Instant::now();
    process.release()?;
    Ok(begun)
}

/// The time since `begun` when something holds.
pub(crate) async fn time_until(
    begun: Instant,
    holds: impl FnMut() -> Fallible<bool>,
) -> Fallible<Duration> {
    until(FLOOD_WITHIN, holds).await?;
    Ok(begun.elapsed())
}

/// How long each request took, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Latencies {
    /// From being said to being in the database.
    pub(crate) committed: Vec<f64>,
    /// From being said to kith's reply being seen in the group.
    pub(crate) replied: Vec<f64>,
}

/// Says the lines so many a second and watches when each request is committed and replied to.
pub(crate) async fn steady(
    (town, database): (&TelegramTown, PathBuf),
    lines: &[Line],
    a_second: u32,
) -> Fallible<Latencies> {
    let expected = telling(lines);
    let before = Database::open(&database)?.reports()?;
    let watcher = tokio::task::spawn_blocking(move || watch_reports(&database, before, expected));
    let mut happenings = town.sim.on_change();
    let mut seen: HashMap<Said, Instant> = HashMap::new();
    let mut collect = || loop {
        match happenings.try_recv() {
            Ok(happening) => {
                if let (true, Happened::Said(message)) = (happening.by_bot, &happening.what)
                    && let Some(answered) = message.reply_to
                {
                    seen.entry(Said {
                        channel: happening.chat.0,
                        message: answered,
                    })
                    .or_insert_with(Instant::now);
                }
            }
            Err(TryRecvError::Empty) => return Ok(seen.len()),
            Err(error) => return Err(error),
        }
    };
    let mut said = Vec::with_capacity(expected);
    let mut clock = tokio::time::interval(Duration::from_secs(1) / a_second);
    clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut looks = tokio::time::interval(WATCH_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    for (number, line) in lines.iter().enumerate() {
        loop {
            tokio::select! {
                biased;
                _ = clock.tick() => break,
                _ = looks.tick() => collect()?,
            };
        }
        let at = Instant::now();
        let place = town.say(number, line.speaker, &line.text)?;
        if matches!(line.speaker, Speaker::Newcomer(_)) {
            said.push((place, at));
        }
    }
    let last = Instant::now();
    while collect()? < expected {
        if last.elapsed() > FLOOD_WITHIN {
            return Err(format!("expected {expected} replies, found {}", collect()?).into());
        }
        looks.tick().await;
    }
    let committed = watcher.await??;
    let since = |at: &Instant, then: &Instant| milliseconds(then.saturating_duration_since(*at));
    Ok(Latencies {
        committed: said
            .iter()
            .zip(&committed)
            .map(|((_, at), then)| since(at, then))
            .collect(),
        replied: said
            .iter()
            .filter_map(|(place, at)| Some(since(at, seen.get(place)?)))
            .collect(),
    })
}

/// The moments at which new reports could be seen; they come in the order in which they were said.
fn watch_reports(
    database: &std::path::Path,
    before: usize,
    expected: usize,
) -> Fallible<Vec<Instant>> {
    let database = Database::open(database)?;
    let mut moments = Vec::with_capacity(expected);
    let mut version = 0;
    let begun = Instant::now();
    while moments.len() < expected && begun.elapsed() < FLOOD_WITHIN {
        let found = database.number("PRAGMA data_version")?;
        if found == version {
            std::thread::sleep(WATCH_EVERY);
            continue;
        }
        version = found;
        let (now, reports) = (Instant::now(), database.reports()?);
        moments.resize((reports - before).min(expected), now);
    }
    Ok(moments)
}
