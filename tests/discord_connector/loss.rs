//! Nothing is lost: restarts, broken streams, sessions that are over, events that never came.

use std::time::Duration;

use kith::chat::ListenError;
use kith::chat::discord::{Discord, DiscordSettings};
use kith::chat::{Connector, Inlet, Start};
use kith::domain::inbound::Event;
use kith::domain::settings::ChannelRole;
use kith::sim::faults::Faults;
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, IntoPrivate, PATIENCE, messages};

/// Says so many numbered messages.
fn say(bench: &Bench, channel: u64, numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers
        .map(|number| {
            let text = format!("Message {number}");
            bench.sim.say(channel, bench.asha, &text).unwrap();
            text
        })
        .collect()
}

#[tokio::test]
async fn a_restart_takes_the_session_up_and_misses_nothing() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let mut said = say(&bench, bench.help, 0..20);
    bench.store.texts(20).await;
    bot.stop().await;
    said.extend(say(&bench, bench.help, 20..60));
    let bot = bench.start().await;
    said.extend(say(&bench, bench.help, 60..80));
    assert_eq!(bench.store.texts(80).await, said);
    bot.stop().await;
    assert_eq!((bench.sim.identifies(), bench.sim.resumes()), (1, 1));
}

#[tokio::test]
async fn a_crash_loses_nothing() {
    let bench = Bench::new().await;
    let mut said = Vec::new();
    for round in 0..5 {
        let bot = bench.begin();
        said.extend(say(&bench, bench.help, round * 30..round * 30 + 15));
        // Somewhere in the middle of what it is doing.
        bench.store.texts(round * 25 + 1).await;
        bot.crash().await;
        said.extend(say(&bench, bench.help, round * 30 + 15..round * 30 + 30));
    }
    let bot = bench.begin();
    let mut found = bench.store.texts(said.len()).await;
    found.sort();
    said.sort();
    assert_eq!(found, said);
    bot.stop().await;
}

#[tokio::test]
async fn where_the_session_is_over_history_fills_the_gap() {
    let bench = Bench::new().await;
    let thread = bench.sim.add_thread(bench.help, "soup");
    let bot = bench.start().await;
    let last = bench.sim.say(bench.help, bench.asha, "Before").unwrap();
    bench
        .sim
        .say(thread, bench.asha, "Before, in the thread")
        .unwrap();
    bench.store.texts(2).await;
    bot.stop().await;
    bench.sim.forget_sessions();
    let mut said = vec!["Before".to_owned(), "Before, in the thread".to_owned()];
    said.extend(say(&bench, bench.help, 0..250));
    said.extend(say(&bench, thread, 250..260));
    let newer = bench.sim.add_thread(bench.help, "bread");
    said.extend(say(&bench, newer, 260..265));
    let bot = bench.start().await;
    let mut found = bench.store.texts(said.len()).await;
    bench.store.swept_to(bench.help, last).await;
    bot.stop().await;
    found.sort();
    said.sort();
    assert_eq!(found, said);
    assert_eq!(bench.sim.identifies(), 2);
    let disk = bench.store.disk();
    let in_threads = messages(&disk).filter(|message| message.scene.parent.is_some());
    assert_eq!(in_threads.count(), 16);
}

#[tokio::test]
async fn history_before_the_setting_up_is_not_read() {
    let bench = Bench::new().await;
    let quiet = bench.sim.add_channel(bench.guild, "quiet");
    bench.sim.say(quiet, bench.asha, "Long ago").unwrap();
    bench.sim.advance(Duration::from_mins(1));
    let bot = bench.start().await;
    bench.set_up(quiet, ChannelRole::Intake);
    bench.sim.advance(Duration::from_mins(1));
    let now = bench.sim.say(quiet, bench.asha, "Now").unwrap();
    bench.store.texts(1).await;
    bot.stop().await;
    bench.sim.forget_sessions();
    let bot = bench.start().await;
    bench.store.swept_to(quiet, now).await;
    bot.stop().await;
    let disk = bench.store.disk();
    let texts: Vec<_> = messages(&disk)
        .map(|message| message.text.reveal().as_str())
        .collect();
    assert_eq!(texts, ["Now"]);
}

#[tokio::test]
async fn reconnecting_as_discord_asks_loses_nothing() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let mut said = say(&bench, bench.help, 0..5);
    bench.sim.request_reconnect();
    said.extend(say(&bench, bench.help, 5..10));
    let resumed = |times: u64| {
        bench
            .sim
            .wait_until(move |sim| sim.resumes() >= times, PATIENCE)
    };
    resumed(1).await.unwrap();
    bench.sim.drop_connections();
    said.extend(say(&bench, bench.help, 10..15));
    resumed(2).await.unwrap();
    bench.sim.invalidate_session(true);
    said.extend(say(&bench, bench.help, 15..20));
    resumed(3).await.unwrap();
    assert_eq!(bench.store.texts(20).await, said);
    bot.stop().await;
    assert_eq!(bench.sim.identifies(), 1);
}

#[tokio::test]
async fn an_invalid_session_is_replaced_and_its_gap_filled() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let mut said = say(&bench, bench.help, 0..5);
    bench.store.texts(5).await;
    bench.sim.invalidate_session(false);
    said.extend(say(&bench, bench.help, 5..10));
    let again = |sim: &kith::sim::discord::DiscordSim| sim.identifies() == 2;
    bench.sim.wait_until(again, PATIENCE).await.unwrap();
    said.extend(say(&bench, bench.help, 10..15));
    let mut found = bench.store.texts(15).await;
    found.sort();
    said.sort();
    assert_eq!(found, said);
    bot.stop().await;
}

#[tokio::test]
async fn events_that_never_come_are_found_by_the_sweep() {
    let mut bench = Bench::new().await;
    bench.sweep_every = Duration::from_millis(100);
    let bot = bench.start().await;
    bench.sim.say(bench.help, bench.asha, "Heard").unwrap();
    bench.store.texts(1).await;
    bench.sim.mute_events(&["MESSAGE_CREATE"]);
    bench.sim.say(bench.help, bench.asha, "Not heard").unwrap();
    bench.sim.mute_events(&[]);
    // A live message behind the gap must not hide it.
    bench
        .sim
        .say(bench.help, bench.asha, "Heard again")
        .unwrap();
    let mut found = bench.store.texts(3).await;
    found.sort();
    assert_eq!(found, ["Heard", "Heard again", "Not heard"]);
    bot.stop().await;
}

#[tokio::test]
async fn what_does_not_reach_the_disk_is_handed_over_again() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    bench.store.refuse(3);
    let said = say(&bench, bench.help, 0..10);
    let mut found = bench.store.texts(10).await;
    found.sort();
    assert_eq!(found, said);
    bot.stop().await;
}

#[tokio::test]
async fn doubled_and_reordered_events_change_nothing() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    bench.sim.faults().set(Faults {
        seed: 11,
        duplicate_rate: 0.3,
        reorder_rate: 0.3,
        ..Faults::default()
    });
    let mut said = say(&bench, bench.help, 0..100);
    let mut found = bench.store.texts(100).await;
    bot.stop().await;
    found.sort();
    said.sort();
    assert_eq!(found, said);
    assert!(bench.store.disk().repeats > 0, "the fault was not injected");
}

#[tokio::test]
async fn without_the_content_intent_it_runs_on_and_says_so() {
    let bench = Bench::new().await;
    bench.sim.grant_content_intent(false);
    let bot = bench.start().await;
    bench.commands().await;
    assert!(!bot.discord.reads_content());
    bench
        .sim
        .say(bench.help, bench.asha, "Nobody hears")
        .unwrap();
    bench.sim.say_directly(bench.asha, "In private").unwrap();
    assert_eq!(bench.store.texts(1).await, ["In private"]);
    bench.sim.set_administrator(bench.guild, bench.ben);
    bench
        .sim
        .slash(bench.ben, bench.help, "kith status", &[])
        .unwrap();
    let problems = bench
        .store
        .event(|event| match event {
            Event::Command(issued) => Some(issued.problems.clone()),
            _ => None,
        })
        .await;
    assert!(
        problems
            .iter()
            .any(|it| it.contains("Message Content Intent")),
        "{problems:?}"
    );
    let findings = bot.discord.examine(&[]).await;
    assert!(
        findings
            .iter()
            .any(|it| it.remedy.contains("Message Content Intent"))
    );
    bot.stop().await;
    // Granted meanwhile: the next start asks again.
    bench.sim.grant_content_intent(true);
    let bot = bench.start().await;
    assert!(bot.discord.reads_content());
    bench.sim.say(bench.help, bench.asha, "Heard now").unwrap();
    bench.store.texts(2).await;
    bot.stop().await;
}

#[tokio::test]
async fn a_refused_token_is_for_a_person_to_mend() {
    let bench = Bench::new().await;
    let settings = DiscordSettings {
        token: "not.the.token".to_owned().into_private(),
        ..bench.settings()
    };
    let discord = Discord::new(settings).unwrap();
    let (sender, _deliveries) = tokio::sync::mpsc::channel(1);
    let start = Start {
        inlet: Inlet::new(discord.id(), sender),
        cursors: std::collections::HashMap::new(),
        channels: bench.channels.subscribe(),
        stop: CancellationToken::new(),
    };
    let listened = tokio::time::timeout(PATIENCE, discord.listen(start))
        .await
        .unwrap();
    let ListenError::Refused { why, remedy, .. } = listened.unwrap_err();
    assert!(
        why.contains("token") && remedy.contains("discord.token"),
        "{why} {remedy}"
    );
    let findings = discord.examine(&[]).await;
    assert_eq!(findings.len(), 1);
    assert!(findings[0].remedy.contains("discord.token"));
}

#[tokio::test]
async fn heartbeats_are_kept_up_and_a_dead_stream_is_left() {
    let bench = Bench::new().await;
    bench.sim.set_heartbeat_interval(50);
    let bot = bench.start().await;
    let mut said = say(&bench, bench.help, 0..5);
    bench.store.texts(5).await;
    // Answers without data are no malformed events.
    bench.sim.acknowledge_heartbeats(false);
    let left = |sim: &kith::sim::discord::DiscordSim| sim.resumes() > 0;
    bench.sim.wait_until(left, PATIENCE).await.unwrap();
    bench.sim.acknowledge_heartbeats(true);
    said.extend(say(&bench, bench.help, 5..10));
    assert_eq!(bench.store.texts(10).await, said);
    bot.stop().await;
    assert_eq!(bench.store.disk().inbound.len(), 10);
}

#[tokio::test]
async fn a_platform_that_is_away_for_a_while_is_waited_for() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let mut said = say(&bench, bench.help, 0..5);
    bench.store.texts(5).await;
    bench.sim.go_offline();
    said.extend(say(&bench, bench.help, 5..10));
    // The address is free once the last of the server's tasks has gone.
    let back = async {
        while bench.sim.come_online().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, back).await.unwrap();
    assert_eq!(bench.store.texts(10).await, said);
    bot.stop().await;
}

#[tokio::test]
async fn faulty_calls_lose_nothing() {
    let mut bench = Bench::new().await;
    // Tried often, so that chance alone can't use up the test's patience.
    bench.sweep_every = Duration::from_millis(200);
    let bot = bench.start().await;
    bench.sim.faults().set(Faults {
        seed: 5,
        error_rate: 0.3,
        drop_rate: 0.2,
        lose_answer_rate: 0.2,
        ..Faults::default()
    });
    let mut said = say(&bench, bench.help, 0..20);
    bench.sim.invalidate_session(false);
    said.extend(say(&bench, bench.help, 20..150));
    let mut found = bench.store.texts(150).await;
    found.sort();
    said.sort();
    assert_eq!(found, said);
    bot.stop().await;
}
