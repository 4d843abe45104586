//! Danger while the disk is full, for this whole process: therefore alone in its binary.

#![expect(clippy::unwrap_used, reason = "what a test can't do without fails it")]

use std::time::Duration;

use kith::demo::{Cast, PATIENCE, Town};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

const DANGER: &str = "I can't do this any more. I want to end my life";
/// The system's word to a process that writes past its limit: <https://man7.org/linux/man-pages/man7/signal.7.html>
const XFSZ: i32 = 25;

/// From now on no file can be written by this process, as if the disk were full.
fn fill_disk() {
    let most = getrlimit(Resource::Fsize).maximum;
    let full = Rlimit {
        current: Some(1),
        maximum: most,
    };
    setrlimit(Resource::Fsize, full).unwrap();
}

fn make_room() {
    let most = getrlimit(Resource::Fsize).maximum;
    let room = Rlimit {
        current: most,
        maximum: most,
    };
    setrlimit(Resource::Fsize, room).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_keeps_the_numbers_from_nobody() {
    // The signal would end the process; without it the write fails, as on a full disk.
    let _heard = signal(SignalKind::from_raw(XFSZ)).unwrap();
    let mut town = Town::prepare().await.unwrap();
    town.speak_freely();
    town.start_kith().await.unwrap();
    let cast = Cast::move_in(&town).await.unwrap();
    let (ina, priya) = (cast.riverside.ina, cast.hillview.priya);
    town.telegram.start_bot(ina, None).unwrap();
    cast.hears(ina, "a welcome", |m| m.text.contains("kith"))
        .await
        .unwrap();
    town.settle().await.unwrap();

    fill_disk();
    let street = cast.hillview.street;
    town.discord.say(street, priya, DANGER).unwrap();
    town.telegram.say(cast.riverside.street, ina, DANGER);
    cast.hears(ina, "the numbers", |m| m.text.contains("116 123"))
        .await
        .unwrap();
    cast.reads_alone(priya, "the numbers", |m| m.text().contains("116 123"))
        .await
        .unwrap();
    let leads = cast.hillview.leads;
    let concerns = || {
        let cards = town.discord.messages(leads);
        let cards = cards.iter().filter(|m| m.text().contains(DANGER));
        cards.count()
    };
    assert_eq!(concerns(), 0, "nothing could be written down");

    make_room();
    let both = tokio::time::timeout(PATIENCE, async {
        while concerns() < 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    both.await.expect("the leads hear of both");
    town.settle().await.unwrap();
    // Longer than the lifeline waits for anything.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let told = |texts: Vec<String>| texts.iter().filter(|text| text.contains("116 123")).count();
    let telegram = town.telegram.view(|view| view.bot_messages_in(ina));
    assert_eq!(told(telegram.into_iter().map(|m| m.text).collect()), 1);
    let discord = town.discord.dms(priya);
    assert_eq!(
        told(
            discord
                .iter()
                .map(kith::sim::discord::SeenMessage::text)
                .collect()
        ),
        1
    );
    town.close().await.unwrap();
}
