//! Nothing is lost: the real binary between both simulated platforms is killed again and again while
//! neighbours write, and at the end every request and offer is there once, and every card is posted.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod neighbours;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kith::config::Pace;
use kith::demo::{Cast, PATIENCE, Town, code_in};
use kith::sim::faults::{Faults, SplitMix};
use kith::store::Counts;
use neighbours::{Neighbours, Said};
use tokio::time::{Instant, sleep};

const MESSAGES: usize = 520;
const KILLS: u32 = 22;
/// Slow machines need a while to send what is left after the last kill.
const SETTLED_WITHIN: Duration = Duration::from_mins(4);
/// How fast the simulators let kith speak; the pace is not what is tested here.
const UNHURRIED: Pace = Pace {
    overall_a_second: 2_000,
    channel_a_minute: 60_000,
    direct_a_second: 100,
};

/// The real binary, started on the town's settings.
struct Binary {
    config: PathBuf,
    log: PathBuf,
}

impl Binary {
    fn of(town: &Town) -> Self {
        let config = town.folder().join("kith.toml");
        town.config().write_new(&config).unwrap();
        Self {
            config,
            log: town.folder().join("kith.log"),
        }
    }

    fn start(&self) -> Child {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&self.log)
            .unwrap();
        Command::new(env!("CARGO_BIN_EXE_kith"))
            .arg("run")
            .arg("--config")
            .arg(&self.config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// Kills with SIGKILL, which is what `Child::kill` sends.
fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

async fn town() -> Town {
    let mut town = Town::prepare().await.unwrap();
    town.config_mut().telegram.pace = Some(UNHURRIED);
    town.config_mut().discord.pace = Some(UNHURRIED);
    town.start_kith().await.unwrap();
    town
}

/// Moves everybody in and has both neighbourhoods pass requests on at once, so that a card needs no press.
async fn moved_in(town: &Town) -> Cast<'_> {
    let cast = Cast::move_in(town).await.unwrap();
    cast.listen_automatically().await.unwrap();
    town.settle().await.unwrap();
    town.stop_kith().await.unwrap();
    cast
}

async fn wait_for_all(town: &Town, binary: &Binary, said: &Said) -> Counts {
    let store = town.store().await.unwrap();
    let started = Instant::now();
    loop {
        let counts = store.counts().await.unwrap();
        let told = usize::try_from(counts.reports).unwrap();
        if told >= said.tellings() && counts.waiting == 0 {
            store.close().await;
            return counts;
        }
        assert!(
            started.elapsed() < SETTLED_WITHIN,
            "expected {} tellings and nothing waiting, found {counts:#?}\n{}",
            said.tellings(),
            binary
                .log()
                .lines()
                .rev()
                .take(40)
                .collect::<Vec<_>>()
                .join("\n"),
        );
        sleep(Duration::from_millis(100)).await;
    }
}

/// How often each code is on a card that is not deleted, and how often each note about one was said.
fn cards_and_notes(texts: Vec<String>) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let (mut cards, mut notes) = (BTreeMap::new(), BTreeMap::new());
    for text in texts {
        let Some(code) = code_in(&text) else { continue };
        if text.contains("Where:") {
            *cards.entry(code).or_default() += 1;
        } else {
            *notes.entry(text).or_default() += 1;
        }
    }
    (cards, notes)
}

/// Looks at everything once it is quiet, and gives how many sends were repeated.
fn look(cast: &Cast<'_>, said: &Said, counts: &Counts) -> usize {
    assert_eq!(counts.dead, 0, "nothing was given up");
    assert_eq!(
        usize::try_from(counts.reports).unwrap(),
        said.tellings(),
        "every telling once"
    );
    let cases: i64 = counts.cases.values().sum();
    assert_eq!(
        usize::try_from(cases).unwrap(),
        said.requests,
        "every request once"
    );
    assert_eq!(
        usize::try_from(counts.offers).unwrap(),
        said.offers,
        "every offer once"
    );

    let telegram = &cast.town.telegram;
    let (on_telegram, telegram_notes) = cards_and_notes(
        telegram
            .view(|view| view.bot_messages_in(cast.riverside.hub))
            .into_iter()
            .map(|m| m.text)
            .collect(),
    );
    let discord = &cast.town.discord;
    let bot = discord.bot_id();
    let (on_discord, discord_notes) = cards_and_notes(
        discord
            .messages(cast.hillview.hub)
            .into_iter()
            .filter(|message| message.author == bot && !message.deleted)
            .map(|message| message.text())
            .collect(),
    );
    for (hub, cards) in [("Telegram", &on_telegram), ("Discord", &on_discord)] {
        assert_eq!(
            cards.len(),
            said.tellings(),
            "every card is posted on {hub}"
        );
    }
    let asks = telegram.view(|view| view.bot_messages_in(cast.riverside.street));
    let mut replies: BTreeMap<i64, usize> = BTreeMap::new();
    for answered in asks.iter().filter_map(|message| message.reply_to) {
        *replies.entry(answered).or_default() += 1;
    }
    let again =
        |counts: &mut dyn Iterator<Item = usize>| counts.map(|count| count - 1).sum::<usize>();
    again(&mut on_telegram.values().copied())
        + again(&mut on_discord.values().copied())
        + again(&mut telegram_notes.values().copied())
        + again(&mut discord_notes.values().copied())
        + again(&mut replies.values().copied())
}

async fn kill_again_and_again(binary: &Binary, seed: u64) {
    let mut chance = SplitMix::new(seed);
    for _ in 0..KILLS {
        let child = binary.start();
        sleep(Duration::from_millis(60 + chance.next() % 900)).await;
        kill(child);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_it_is_killed_again_and_again() {
    let town = town().await;
    let cast = moved_in(&town).await;
    let binary = Binary::of(&town);
    let neighbours = Neighbours::move_in(&cast, MESSAGES);

    let (said, ()) = tokio::join!(neighbours.talk(&cast), kill_again_and_again(&binary, 7));
    let child = binary.start();
    let counts = wait_for_all(&town, &binary, &said).await;
    kill(child);

    let repeated = look(&cast, &said, &counts);
    assert!(
        repeated <= KILLS as usize,
        "at most one repeated send a kill, found {repeated} in {KILLS}"
    );
    println!(
        "{} messages ({} requests, {} offers), {KILLS} kills: all there once, {repeated} sends repeated",
        said.messages, said.requests, said.offers
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_both_platforms_misbehave_as_well() {
    let town = town().await;
    let cast = moved_in(&town).await;
    let binary = Binary::of(&town);
    let neighbours = Neighbours::move_in(&cast, MESSAGES);
    let faults = Faults {
        seed: 11,
        error_rate: 0.03,
        limit_rate: 0.02,
        delay: Duration::from_millis(20),
        drop_rate: 0.03,
        duplicate_rate: 0.05,
        reorder_rate: 0.05,
        // A lost answer makes Telegram's one unavoidable repeat, which the other test counts.
        lose_answer_rate: 0.0,
    };
    town.telegram.faults().set(faults.clone());
    town.discord.faults().set(faults);

    let (said, ()) = tokio::join!(neighbours.talk(&cast), kill_again_and_again(&binary, 13));
    let child = binary.start();
    sleep(Duration::from_secs(2)).await;
    town.telegram.faults().clear();
    town.discord.faults().clear();
    let counts = wait_for_all(&town, &binary, &said).await;
    kill(child);

    let repeated = look(&cast, &said, &counts);
    assert!(
        repeated <= KILLS as usize,
        "at most one repeated send a kill, found {repeated} in {KILLS}"
    );
    let _ = PATIENCE;
}
