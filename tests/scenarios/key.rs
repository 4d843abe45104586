//! The key of the hashes: what happens where its file is lost or swapped.

use std::process::{Command, Stdio};

use kith::demo::{Cast, Town};

use crate::discord::hands::{case, town};
use crate::kit::{cast, nothing_left};

const NEED: &str = "Could anyone pick up my prescription from Boots today please? ME7 1AB";
/// The same need in other words, by another.
const AGAIN: &str = "Rosa at 12 Invented Row, ME7 1AB needs her prescription fetched from Boots today, can anybody help?";
const OTHER_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

async fn tells(cast: &Cast<'_>, text: &str) -> String {
    let told = cast.passes_on_telegram(cast.riverside.rosa, text).await;
    told.unwrap().1
}

async fn refusal(town: &Town) -> String {
    town.start_kith().await.unwrap_err().to_string()
}

async fn kith(town: &Town, words: &[&str]) -> (bool, String) {
    let config = town.folder().join("kith.toml");
    if !config.exists() {
        town.config().write_new(&config).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_kith"));
    command.args(words).arg("--config").arg(config);
    command.stdin(Stdio::null()).env_remove("KITH_DATABASE_URL");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success(), said)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kith_does_not_start_with_another_key_until_it_is_told_to_begin_anew() {
    let town = town().await;
    let cast = cast(&town).await;
    let code = tells(&cast, NEED).await;
    town.settle().await.unwrap();
    let before = case(&town, &code).await;
    assert!(!before.keys.is_empty() && !before.compared.is_empty());
    town.stop_kith().await.unwrap();

    let file = town.folder().join("kith.key");
    let key = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let why = refusal(&town).await;
    assert!(
        why.contains("kith.key") && why.contains("found no file"),
        "{why}"
    );
    assert!(!file.exists(), "no other key is made in its place");
    std::fs::write(&file, OTHER_KEY).unwrap();
    let why = refusal(&town).await;
    assert!(why.contains("found another key"), "{why}");
    assert!(
        why.contains("backup") && why.contains("`kith new-key`"),
        "{why}"
    );
    let (is_well, said) = kith(&town, &["doctor"]).await;
    assert!(!is_well && said.contains("found another key"), "{said}");

    // The right one put back, all is as it was.
    std::fs::write(&file, &key).unwrap();
    town.start_kith().await.unwrap();
    town.stop_kith().await.unwrap();
    assert_eq!(case(&town, &code).await, before);

    // Lost for good: the queue stays, and nothing of before is compared with.
    std::fs::remove_file(&file).unwrap();
    let (is_done, said) = kith(&town, &["new-key"]).await;
    assert!(is_done && said.contains("1 requests and offers"), "{said}");
    let after = case(&town, &code).await;
    assert!(after.keys.is_empty() && after.compared.is_empty());
    assert_eq!((after.state, after.changed), (before.state, before.changed));
    town.start_kith().await.unwrap();
    let (is_well, said) = kith(&town, &["doctor"]).await;
    assert!(is_well, "{said}");
    let other = cast.passes_on_discord(cast.hillview.priya, AGAIN).await;
    let other = case(&town, &other.unwrap().1).await;
    assert_eq!(
        other.similar,
        [],
        "what was told with the lost key is not compared"
    );
    assert!(!other.keys.is_empty());
    nothing_left(town).await;
}
