//! One round of each part.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use kith::intake::Reader;
use tempfile::TempDir;

use crate::dispatcher::{self, Way};
use crate::floor;
use crate::kith::{Database, Kith, Pace};
use crate::load::{self, Line, flood, lines, telling, time_until};
use crate::measure::{Fallible, Results, Unit, milliseconds, number, quantile, rate, until};
use crate::process::Process;
use crate::town::{Platform, Town};

/// How long an idle kith is left alone before it is weighed.
const IDLE: Duration = Duration::from_secs(2);
const BEGIN_WITHIN: Duration = Duration::from_secs(30);
/// Ordinary chat: one message in so many is a request or an offer.
const ORDINARY: usize = 10;

/// How many messages each part takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Commits of one case unit, and overwrites.
    commits: usize,
    /// Case units, a hundred a commit.
    batched: usize,
    /// Messages for a dispatcher.
    dispatched: usize,
    /// Messages of ordinary chat.
    ordinary: usize,
    /// Requests.
    requests: usize,
    /// As many of these where all that is promised has to be delivered, one by one.
    ordinary_delivered: usize,
    requests_delivered: usize,
    /// Messages at an even pace, and how many a second.
    steady: usize,
    a_second: u32,
}

impl Sizes {
    pub(crate) const fn full() -> Self {
        Self {
            commits: 3_000,
            batched: 50_000,
            dispatched: 6_000,
            ordinary: 20_000,
            requests: 5_000,
            ordinary_delivered: 10_000,
            requests_delivered: 1_500,
            steady: 1_500,
            a_second: 150,
        }
    }

    pub(crate) const fn quick() -> Self {
        Self {
            commits: 300,
            batched: 3_000,
            dispatched: 500,
            ordinary: 1_000,
            requests: 300,
            ordinary_delivered: 1_000,
            requests_delivered: 300,
            steady: 200,
            a_second: 100,
        }
    }
}

/// What names a flood's results.
struct Names {
    committed: &'static str,
    delivered: &'static str,
}

/// The bench between rounds.
pub(crate) struct Bench {
    pub(crate) folder: PathBuf,
    pub(crate) sizes: Sizes,
    pub(crate) results: Results,
}

impl Bench {
    fn temporary(&self) -> Fallible<TempDir> {
        Ok(tempfile::Builder::new()
            .prefix("load-")
            .tempdir_in(&self.folder)?)
    }

    /// The disk, and rusqlite on it.
    pub(crate) fn floor(&mut self) -> Fallible<()> {
        let folder = self.temporary()?;
        let (folder, sizes) = (folder.path(), self.sizes);
        let overwrites = floor::overwrites(folder, sizes.commits)?;
        self.results.add(
            "disk: 4 KiB overwritten and fdatasync",
            Unit::ASecond,
            overwrites,
        );
        let single = floor::case_units(folder, sizes.commits, 1)?;
        self.results
            .add("rusqlite: case units, one a commit", Unit::ASecond, single);
        let batched = floor::case_units(folder, sizes.batched, 100)?;
        self.results
            .add("rusqlite: case units, 100 a commit", Unit::ASecond, batched);
        Ok(())
    }

    /// Reading texts on one thread.
    pub(crate) fn reading(&mut self) {
        let (reader, lines) = (Reader::new(), lines(self.sizes.ordinary, ORDINARY));
        let begun = Instant::now();
        for line in &lines {
            black_box(reader.read(black_box(&line.text)));
        }
        let each = milliseconds(begun.elapsed()) * 1e3 / number(lines.len());
        self.results.add(
            "reading one text of ordinary chat",
            Unit::Microseconds,
            each,
        );
    }

    /// Plain bots with teloxide's dispatcher.
    pub(crate) async fn dispatchers(&mut self) -> Fallible<()> {
        let rate = self.dispatcher(Way::Sqlx).await?;
        self.results
            .add(crate::report::DISPATCHER, Unit::ASecond, rate);
        let rate = self.dispatcher(Way::Rusqlite).await?;
        self.results.add(
            "dispatcher: messages committed, rusqlite in the handler",
            Unit::ASecond,
            rate,
        );
        Ok(())
    }

    async fn dispatcher(&self, way: Way) -> Fallible<f64> {
        let folder = self.temporary()?;
        let path = folder.path().join("bot.sqlite");
        let lines = lines(self.sizes.dispatched, ORDINARY);
        let town = Town::with_telegram(telling(&lines)).await?;
        let telegram = town.telegram()?;
        let child = dispatcher::spawn(way, (&telegram.sim.url(), telegram.sim.token()), &path)?;
        let process = Process::new(child);
        // Who joins is an update too; none of these has a text.
        until(BEGIN_WITHIN, || {
            Ok(telegram.sim.polls_begun() > 0 && telegram.pending() == 0)
        })
        .await?;
        let begun = flood(&process, telegram, &lines)?;
        let database = Database::open(&path)?;
        let expected = lines.len();
        let time = time_until(begun, || {
            Ok(database.number("SELECT coalesce(max(seq), 0) FROM message")? >= expected)
        });
        Ok(rate(expected, time.await?))
    }

    /// kith with Telegram.
    pub(crate) async fn telegram(&mut self) -> Fallible<()> {
        let sizes = self.sizes;
        let ordinary = lines(sizes.ordinary, ORDINARY);
        let town = Town::with_telegram(telling(&ordinary)).await?;
        self.committed(
            town,
            ("ask", &ordinary),
            "kith, Telegram: ordinary chat committed",
        )
        .await?;
        let requests = lines(sizes.requests, 1);
        let town = Town::with_telegram(telling(&requests)).await?;
        self.committed(
            town,
            ("auto", &requests),
            "kith, Telegram: requests committed",
        )
        .await?;
        let names = Names {
            committed: "kith, Telegram, no pace: ordinary chat committed",
            delivered: "kith, Telegram, no pace: ordinary chat, every question delivered",
        };
        let ordinary = &ordinary[..sizes.ordinary_delivered];
        let town = Town::with_telegram(telling(ordinary)).await?;
        self.delivered(town, ("ask", ordinary), names).await?;
        let names = Names {
            committed: "kith, Telegram, no pace: requests committed",
            delivered: "kith, Telegram, no pace: requests, every reply and card delivered",
        };
        let requests = &requests[..sizes.requests_delivered];
        let town = Town::with_telegram(telling(requests)).await?;
        self.delivered(town, ("auto", requests), names).await
    }

    /// kith with Discord.
    pub(crate) async fn discord(&mut self) -> Fallible<()> {
        let sizes = self.sizes;
        let ordinary = lines(sizes.ordinary, ORDINARY);
        let town = Town::with_discord(telling(&ordinary)).await?;
        self.committed(
            town,
            ("ask", &ordinary),
            "kith, Discord: ordinary chat committed",
        )
        .await?;
        let requests = lines(sizes.requests, 1);
        let town = Town::with_discord(telling(&requests)).await?;
        self.committed(
            town,
            ("auto", &requests),
            "kith, Discord: requests committed",
        )
        .await?;
        let names = Names {
            committed: "kith, Discord, no pace: ordinary chat committed",
            delivered: "kith, Discord, no pace: ordinary chat, every question delivered",
        };
        let ordinary = &ordinary[..sizes.ordinary_delivered];
        let town = Town::with_discord(telling(ordinary)).await?;
        self.delivered(town, ("ask", ordinary), names).await?;
        let names = Names {
            committed: "kith, Discord, no pace: requests committed",
            delivered: "kith, Discord, no pace: requests, every reply and card delivered",
        };
        let requests = &requests[..sizes.requests_delivered];
        let town = Town::with_discord(telling(requests)).await?;
        self.delivered(town, ("auto", requests), names).await
    }

    /// Until all is committed, while kith speaks at the platform's own pace, as in earnest.
    async fn committed(
        &mut self,
        town: Town,
        (listening, lines): (&str, &[Line]),
        name: &'static str,
    ) -> Fallible<()> {
        let folder = self.temporary()?;
        let mut kith = Kith::start((&town, Pace::Usual), folder.path()).await?;
        let time = self.take_in((&town, &mut kith), (listening, lines)).await?;
        self.results
            .add(name, Unit::ASecond, rate(lines.len(), time.1));
        self.weigh(&kith)
    }

    /// Until all is committed, and until all that was promised is delivered, at no pace but its own.
    async fn delivered(&mut self, town: Town, told: (&str, &[Line]), names: Names) -> Fallible<()> {
        let folder = self.temporary()?;
        let mut kith = Kith::start((&town, Pace::None), folder.path()).await?;
        let sent = town.platform()?.sent();
        let (begun, committed) = self.take_in((&town, &mut kith), told).await?;
        let database = kith.database()?;
        let delivered = time_until(begun, || Ok(database.outbox()? == database.dead()?)).await;
        let delivered = Self::explained(delivered, &mut kith, &database)?;
        let (count, expected) = (told.1.len(), telling(told.1));
        check(&database, expected, town.platform()?.sent() - sent)?;
        self.results
            .add(names.committed, Unit::ASecond, rate(count, committed));
        self.results
            .add(names.delivered, Unit::ASecond, rate(count, delivered));
        self.weigh(&kith)
    }

    /// Sets the town up and floods kith; gives when that began and how long it took until all was committed.
    async fn take_in(
        &self,
        (town, kith): (&Town, &mut Kith),
        (listening, lines): (&str, &[Line]),
    ) -> Fallible<(Instant, Duration)> {
        let database = kith.database()?;
        town.set_up(listening, &database).await?;
        let (platform, expected) = (town.platform()?, telling(lines));
        let begun = flood(&kith.process, platform, lines)?;
        let committed = time_until(begun, || {
            Ok(platform.pending() == 0 && database.reports()? >= expected)
        });
        let committed = Self::explained(committed.await, kith, &database)?;
        Ok((begun, committed))
    }

    fn weigh(&mut self, kith: &Kith) -> Fallible<()> {
        let (_, peak) = kith.process.memory()?;
        self.results
            .add(crate::report::LOADED, Unit::Megabytes, peak);
        Ok(())
    }

    /// Says how far kith came, where it didn't come to the end.
    fn explained(
        time: Fallible<Duration>,
        kith: &mut Kith,
        database: &Database,
    ) -> Fallible<Duration> {
        kith.process.check_alive()?;
        time.map_err(|error| {
            let found = [database.reports(), database.outbox(), database.dead()]
                .map(Result::unwrap_or_default);
            let [reports, outbox, dead] = found;
            format!(
                "{error}; found {reports} reports, {outbox} in the outbox, {dead} of them given up"
            )
            .into()
        })
    }

    /// kith with both platforms: start, memory, processor time, latency.
    pub(crate) async fn both(&mut self) -> Fallible<()> {
        let folder = self.temporary()?;
        let steady = lines(self.sizes.steady, ORDINARY);
        let chat = lines(self.sizes.ordinary, 0);
        let town = Town::with_both(telling(&steady)).await?;
        let kith = Kith::start((&town, Pace::None), folder.path()).await?;
        self.results.add(
            "kith, both: from start to ready, new database",
            Unit::Milliseconds,
            kith.ready_after,
        );
        let database = kith.database()?;
        town.set_up("ask", &database).await?;
        drop((kith, database));
        let kith = Kith::start((&town, Pace::None), folder.path()).await?;
        self.results
            .add(crate::report::READY, Unit::Milliseconds, kith.ready_after);
        let discord = &town.discord.as_ref().ok_or("no Discord")?.sim;
        let telegram = town.telegram()?;
        until(BEGIN_WITHIN, || {
            Ok(discord.connected() == 1 && telegram.pending() == 0)
        })
        .await?;
        tokio::time::sleep(IDLE).await;
        let (resident, _) = kith.process.memory()?;
        self.results
            .add(crate::report::IDLE, Unit::Megabytes, resident);

        let database = kith.database()?;
        let latencies = load::steady(
            (telegram, folder.path().join("kith.db")),
            &steady,
            self.sizes.a_second,
        )
        .await?;
        for (name, values, part) in [
            (
                "kith, both: said to committed, p50",
                &latencies.committed,
                0.5,
            ),
            (
                "kith, both: said to committed, p99",
                &latencies.committed,
                0.99,
            ),
            (
                "kith, both: said to reply delivered, p50",
                &latencies.replied,
                0.5,
            ),
            (
                "kith, both: said to reply delivered, p99",
                &latencies.replied,
                0.99,
            ),
        ] {
            self.results
                .add(name, Unit::Milliseconds, quantile(values, part));
        }
        until(BEGIN_WITHIN, || Ok(database.outbox()? == 0)).await?;

        let before = kith.process.processor_time()?;
        let begun = flood(&kith.process, telegram, &chat)?;
        let time = time_until(begun, || Ok(telegram.pending() == 0)).await?;
        self.results.add(
            "kith, both: chat without any request, taken in",
            Unit::ASecond,
            rate(chat.len(), time),
        );
        // What was taken in is worked off, and its cursor written, within a second.
        tokio::time::sleep(IDLE).await;
        let used = kith.process.processor_time()?.saturating_sub(before);
        let each = milliseconds(used) * 1e3 / number(chat.len());
        self.results
            .add(crate::report::PROCESSOR, Unit::Microseconds, each);
        Ok(())
    }
}

/// Everything has to have been kept and said: a rate of something else is no rate.
fn check(database: &Database, expected: usize, sent: u64) -> Fallible<()> {
    let (reports, kept) = (database.reports()?, database.cases()? + database.offers()?);
    let dead = database.dead()?;
    if reports == expected && kept == expected && dead == 0 && sent >= u64::try_from(expected)? {
        return Ok(());
    }
    Err(format!(
        "expected {expected} reports, as many cases and offers, and a message or more for each; \
         found {reports}, {kept} and {sent} messages, {dead} of them given up"
    )
    .into())
}
