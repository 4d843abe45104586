//! What one queue costs at size: looking a telling up among many open cases, and the way from words to disk.
//!
//!     cargo bench --bench queue -- --sizes 10000,100000
//!     cargo bench --bench queue -- --offers 100000
//!
//! `docs/performance.md` explains the figures.

#[path = "../load/floor.rs"]
#[expect(
    dead_code,
    reason = "shared with the bench of load, which uses all of it"
)]
mod floor;
#[path = "../load/measure.rs"]
#[expect(
    dead_code,
    reason = "shared with the bench of load, which uses all of it"
)]
mod measure;
mod offers;
mod texts;
mod view;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Parser;
use kith::domain::case::{Case, CaseState, Compared, Proposing};
use kith::domain::clock::Timestamp;
use kith::domain::code::CaseCode;
use kith::domain::consent::Sharing;
use kith::domain::decision::{Change, Decision, Wants};
use kith::domain::details::Details;
use kith::domain::ids::{
    CaseId, ChannelId, ConnectorId, Draw, GroupId, InboundKey, MessageId, PersonId, Place, ReportId,
};
use kith::domain::inbound::{Event, Inbound, Message, Scene};
use kith::domain::people::{Language, Person};
use kith::domain::priority::Triaged;
use kith::domain::private::Private;
use kith::domain::reading::Kind;
use kith::domain::settings::{Area, AskedBy, Channel, ChannelRole, Leaks, Listening};
use kith::domain::traces::Hasher;
use kith::domain::young::Young;
use kith::store::{Batch, Store, StoreError};
use kith::triage::Desk;
use kith::triage::linkage::Told;
use measure::{Fallible, milliseconds, number, quantile, rate};
use texts::{Need, Numbers};

/// Measures the queue at size.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many open cases there are.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    sizes: Vec<usize>,
    /// A PostgreSQL database to measure instead of SQLite. Whatever kith has there stays; take an empty one.
    #[arg(long)]
    postgres: Option<String>,
    /// Measure the pages of `/queue`, and nothing else.
    #[arg(long)]
    views: bool,
    /// How many tellings are looked up.
    #[arg(long, default_value_t = 2000)]
    lookups: usize,
    /// How many requests go the whole way.
    #[arg(long, default_value_t = 6000)]
    writes: usize,
    /// Match cases among so many open offers instead.
    #[arg(long)]
    offers: Option<usize>,
    /// Where the databases lie.
    #[arg(long, default_value = env!("CARGO_TARGET_TMPDIR"))]
    folder: PathBuf,
    /// What `cargo bench` says to every bench.
    #[arg(long, hide = true)]
    bench: bool,
}

/// So many cases are written at once while a database is filled.
const FILL: usize = 1000;
/// So many requests are taken in at once, as receive takes them when they come fast.
const TOGETHER: usize = 100;

fn main() -> Fallible<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    if let Some(offers) = arguments.offers {
        return runtime.block_on(offers::measure(&arguments, offers));
    }
    if arguments.views {
        for size in &arguments.sizes {
            runtime.block_on(measure(&arguments, *size))?;
        }
        return Ok(());
    }
    println!(
        "| open cases | look-up p50, ms | p99, ms | found | compared, on average | requests to disk, /s | raw rows to disk, /s | resident, MB |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|");
    for size in &arguments.sizes {
        runtime.block_on(measure(&arguments, *size))?;
    }
    Ok(())
}

struct Town {
    desk: Desk,
    store: Store,
    channels: HashMap<Place, Channel>,
    now: Timestamp,
}

fn place(channel: &str) -> Place {
    Place {
        connector: ConnectorId::new("telegram"),
        channel: ChannelId::new(channel),
    }
}

fn person(name: String) -> Person {
    Person {
        connector: ConnectorId::new("telegram"),
        id: PersonId::new(name.clone()),
        name: Private::new(name),
        language: Language::English,
    }
}

async fn measure(arguments: &Arguments, size: usize) -> Fallible<()> {
    let folder = tempfile::Builder::new()
        .prefix("kith-queue-")
        .tempdir_in(&arguments.folder)?;
    let url = arguments
        .postgres
        .clone()
        .unwrap_or_else(|| format!("sqlite://{}", folder.path().join("kith.db").display()));
    let channel = Channel {
        place: place("street"),
        group: GroupId::new("street"),
        role: ChannelRole::Intake,
        listening: Listening::Auto,
        asking: AskedBy::default(),
        leaks: Leaks::default(),
        area: Area::default(),
        set_by: PersonId::new("admin"),
        set_at: Timestamp::default(),
    };
    let town = Town {
        desk: Desk::embedded(Hasher::new(b"bench")),
        store: Store::open(&url).await?,
        channels: [(channel.place.clone(), channel)].into(),
        now: Timestamp::from_millis(1_780_000_000_000),
    };
    if arguments.views {
        let database = folder.path().join("kith.db");
        return view::measure(&town, size, database.exists().then_some(&database)).await;
    }
    town.fill(size).await?;
    let looked_up = town.look_up(size, arguments.lookups).await?;
    let resident = resident()?;
    let written = town.write(arguments.writes).await?;
    let raw = floor::case_units(folder.path(), arguments.writes, TOGETHER)?;
    println!(
        "| {size} | {:.2} | {:.2} | {:.3} | {:.1} | {written:.0} | {raw:.0} | {resident:.0} |",
        quantile(&looked_up.times, 0.5),
        quantile(&looked_up.times, 0.99),
        looked_up.found,
        looked_up.compared,
    );
    Ok(())
}

#[derive(Debug)]
struct LookedUp {
    /// In milliseconds.
    times: Vec<f64>,
    /// The share of planted tellings whose case was brought to be compared.
    found: f64,
    /// How many cases were.
    compared: f64,
}

impl Town {
    /// Open cases, told one a second until now.
    async fn fill(&self, size: usize) -> Fallible<()> {
        for from in (0..size).step_by(FILL) {
            let to = (from + FILL).min(size);
            let changes = (from..to).map(|at| Change::Case(Box::new(self.case(at, size - at))));
            let batch = Batch {
                now: self.now,
                decisions: vec![Decision {
                    changes: changes.collect(),
                    effects: Vec::new(),
                }],
                ..Batch::default()
            };
            let mut transaction = self.store.begin().await?;
            transaction.save(&batch).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    fn case(&self, at: usize, seconds_ago: usize) -> Case {
        let text = Need::of(at).told();
        let reading = self.desk.reader.read_as(&text, Kind::Request);
        let author = format!("neighbour{at}");
        let told = Timestamp::from_millis(
            self.now.as_millis() - i64::try_from(seconds_ago).unwrap_or(0) * 1000,
        );
        let traces = self.desk.linkage.traces(&Told {
            text: &text,
            reading: &reading,
            senses: &self.desk.reader.senses(&text),
            author: Some(("telegram", &author)),
            handle: Some(&author),
            phone: None,
            postcode: None,
            at: Some(told),
        });
        let keys = self.desk.linkage.keys(&traces);
        let mut keys: Vec<_> = keys.iter().map(|key| key.hash).collect();
        keys.sort_unstable();
        Case {
            id: CaseId::new(format!("{at:016x}")),
            code: code(at),
            state: CaseState::Open,
            categories: reading.categories.clone(),
            urgency: reading.urgency,
            triaged: Triaged::default(),
            on_behalf: reading.on_behalf,
            outcode: reading.outcode().map(str::to_owned),
            area: Area::default(),
            resident: person(author),
            place: place("street"),
            source: None,
            details: Details::default(),
            sharing: Sharing::default(),
            young: Young::No,
            reasons: Vec::new(),
            similar: Vec::new(),
            proposing: Proposing::default(),
            erased: kith::domain::retention::Erased::Nothing,
            question: None,
            status: None,
            keys,
            compared: vec![Compared {
                report: ReportId::new(format!("{at:016x}")),
                traces,
                guarded: false,
            }],
            joined: Vec::new(),
            at: told,
            changed: told,
            version: 1,
        }
    }

    fn inbound(&self, author: String, key: &str, text: String) -> Inbound {
        Inbound {
            connector: ConnectorId::new("telegram"),
            key: InboundKey::new(key),
            at: self.now,
            event: Event::Message(Message {
                scene: Scene {
                    place: place("street"),
                    parent: None,
                    group: Some(GroupId::new("street")),
                },
                id: MessageId::new(key),
                author: person(author),
                text: Private::new(text),
                reply_to: None,
                answered: None,
            }),
        }
    }

    /// From a reading to the case that it is the same need as, if any: traces and keys, the look-up, the comparison.
    async fn look_up(&self, size: usize, count: usize) -> Fallible<LookedUp> {
        let mut numbers = Numbers(7);
        let mut transaction = self.store.begin().await?;
        let (mut times, mut found, mut asked, mut compared) = (Vec::new(), 0, 0, 0);
        for number in 0..count {
            let again = numbers.below(size);
            let text = Need::of(again).told_again();
            let inbound = self.inbound(format!("teller{number}"), &format!("l{number}"), text);
            let Some(mut heard) = self.desk.read(&inbound, &self.channels) else {
                continue;
            };
            // What matters here is the look-up: each of these is known to be a request.
            heard.reading.kind = Kind::Request;
            let begun = Instant::now();
            let wants = Wants {
                keys: self.desk.wants(&inbound, Some(&heard), &self.channels).keys,
                ..Wants::default()
            };
            let snapshot = transaction.load(&wants).await?;
            let same = self
                .desk
                .wants_more(&snapshot, &inbound, Some(&heard), self.now);
            times.push(milliseconds(begun.elapsed()));
            std::hint::black_box(same);
            asked += 1;
            let planted = CaseId::new(format!("{again:016x}"));
            let candidates = || snapshot.candidates.values().flatten();
            compared += candidates().count();
            found += usize::from(candidates().any(|candidate| candidate.id == planted));
        }
        Ok(LookedUp {
            times,
            found: number(found) / number(asked),
            compared: number(compared) / number(asked),
        })
    }

    /// Fresh requests, from their words to the disk; gives how many a second.
    async fn write(&self, count: usize) -> Fallible<f64> {
        let inbound: Vec<_> = (0..count)
            .map(|number| {
                let text = Need::of(usize::MAX / 2 + number).told();
                self.inbound(format!("asker{number}"), &format!("w{number}"), text)
            })
            .collect();
        let mut written = 0;
        let begun = Instant::now();
        for (number, together) in inbound.chunks(TOGETHER).enumerate() {
            let mut attempt = 0;
            written += loop {
                match self.take_in((number, attempt), together).await {
                    Ok(written) => break written,
                    // A code that is taken: drawn anew, as receive does it.
                    Err(error) if is_conflict(&*error) && attempt < 20 => attempt += 1,
                    Err(error) => return Err(error),
                }
            };
        }
        let spent: Duration = begun.elapsed();
        Ok(rate(written, spent))
    }

    async fn take_in(
        &self,
        (number, attempt): (usize, u8),
        inbound: &[Inbound],
    ) -> Fallible<usize> {
        let heard: Vec<_> = inbound
            .iter()
            .filter_map(|inbound| Some((inbound, self.desk.read(inbound, &self.channels)?)))
            .filter(|(_, heard)| heard.reading.kind == Kind::Request)
            .collect();
        let receipts: Vec<_> = inbound
            .iter()
            .map(|inbound| (inbound.connector.clone(), inbound.key.clone()))
            .collect();
        let mut wants = Wants::default();
        for (inbound, heard) in &heard {
            let one = self.desk.wants(inbound, Some(heard), &self.channels);
            wants.sources.extend(one.sources);
            wants.people.extend(one.people);
            wants.keys.extend(one.keys);
        }
        let mut transaction = self.store.begin().await?;
        transaction.seen(&receipts).await?;
        let mut snapshot = transaction.load(&wants).await?;
        snapshot.channels.clone_from(&self.channels);
        let mut more = Wants::default();
        for (inbound, heard) in &heard {
            let one = self
                .desk
                .wants_more(&snapshot, inbound, Some(heard), self.now);
            more.subjects.extend(one.subjects);
        }
        if more != Wants::default() {
            snapshot.add(transaction.load(&more).await?);
        }
        let mut decisions = Vec::new();
        for (at, (inbound, heard)) in heard.iter().enumerate() {
            let mut seed = [attempt; 16];
            seed[..8].copy_from_slice(&u64::try_from(number * TOGETHER + at)?.to_be_bytes());
            let mut draw = Draw::new(seed).at(self.now);
            let decision = self
                .desk
                .decide(&snapshot, inbound, Some(heard), self.now, &mut draw);
            snapshot.apply(&decision);
            decisions.push(decision);
        }
        let batch = Batch {
            now: self.now,
            receipts,
            decisions,
            cursors: Vec::new(),
        };
        transaction.save(&batch).await?;
        transaction.commit().await?;
        Ok(heard.len())
    }
}

fn is_conflict(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(StoreError::Conflict { .. }))
}

/// The code of this number: codes are short, and of a million drawn ones some are the same.
fn code(mut at: usize) -> CaseCode {
    const SIGNS: &[u8; 29] = b"23456789ABCDEFGHJKMNPQRTVWXYZ";
    let mut body = String::new();
    for _ in 0..6 {
        body.push(char::from(SIGNS[at % SIGNS.len()]));
        at /= SIGNS.len();
    }
    let check = |sign: &u8| CaseCode::parse(&format!("{body}{}", char::from(*sign))).ok();
    SIGNS
        .iter()
        .find_map(check)
        .unwrap_or_else(|| unreachable!("one of all signs is the check"))
}

/// The resident memory of this process in megabytes.
fn resident() -> Fallible<f64> {
    let status = std::fs::read_to_string(Path::new("/proc/self/status"))?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .ok_or("there is no VmRSS in /proc/self/status")?;
    let kilobytes: f64 = line
        .split_whitespace()
        .nth(1)
        .ok_or("VmRSS has no number")?
        .parse()?;
    Ok(kilobytes / 1024.0)
}
