//! `kith areas`: where outcodes lie, loaded from files of postcodes, so that distance is known in miles.

mod file;

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use crate::config::Config;
use crate::domain::clock::{Clock, Timestamp};
use crate::flow::SystemClock;
use crate::store::{KnownAreas, Store};
use file::Middles;

use super::Failure;
use super::table::local_day;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// What to do with where outcodes lie.
#[derive(Debug, Default, Subcommand)]
pub enum Action {
    /// Say how many are known, and since when (this is what happens without a word too).
    #[default]
    Show,
    /// Load them from Code-Point Open or the ONS Postcode Directory. What is known of other outcodes stays.
    Import {
        /// CSV files, or folders of them.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Shows or loads where outcodes lie.
pub async fn areas(config: &Path, action: Action) -> Result<ExitCode, Failure> {
    let config = Config::load(config)?;
    let store = Store::open(config.database.url.reveal()).await?;
    let now = SystemClock.now();
    let said = match action {
        Action::Show => store
            .known_areas()
            .await
            .map(|known| shown(known, now))
            .map_err(Failure::from),
        Action::Import { files } => import(&store, &files, now).await,
    };
    store.close().await;
    println!("{}", said?);
    Ok(ExitCode::SUCCESS)
}

/// Loads where outcodes lie from files and folders, all of them or nothing; gives what to say of it.
///
/// # Errors
/// A file or a line that can't be read, with its name, or what the store says.
pub async fn import(store: &Store, given: &[PathBuf], now: Timestamp) -> Result<String, Failure> {
    let mut middles = Middles::default();
    for path in files(given)? {
        let problem = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let file = File::open(&path).map_err(|error| problem(&error))?;
        middles
            .read(BufReader::new(file))
            .map_err(|error| format!("{}; nothing was loaded", problem(&error)))?;
    }
    let (postcodes, nowhere, ended) = (middles.postcodes, middles.nowhere, middles.ended);
    let points = middles.points();
    if points.is_empty() {
        return Err("expected postcodes with coordinates, found none; nothing was loaded".into());
    }
    store.put_areas(&points, now).await?;
    Ok(format!(
        "Loaded where {} outcodes lie, from {postcodes} postcodes. Passed over: {nowhere} without coordinates, {ended} no \
         longer in use.",
        points.len()
    ))
}

/// The files that are meant: those that are named, and the CSV files right in the folders that are.
fn files(given: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in given {
        let problem = |error: std::io::Error| format!("{}: {error}", path.display());
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut within = Vec::new();
        for entry in fs::read_dir(path).map_err(problem)? {
            let entry = entry.map_err(problem)?.path();
            let is_csv = entry
                .extension()
                .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
            if is_csv && entry.is_file() {
                within.push(entry);
            }
        }
        if within.is_empty() {
            let path = path.display();
            return Err(
                format!("{path}: expected CSV files right in this folder, found none").into(),
            );
        }
        within.sort();
        files.extend(within);
    }
    Ok(files)
}

/// How much is known, in a line or two.
fn shown(known: KnownAreas, now: Timestamp) -> String {
    let (Some(oldest), Some(newest)) = (known.oldest, known.newest) else {
        return "kith does not know where any outcode lies, and judges distance by their letters. `kith areas import FOLDER` \
                loads it from Code-Point Open or the ONS Postcode Directory."
            .to_owned();
    };
    let loaded = |at: Timestamp| {
        let days = (now.as_millis() - at.as_millis()).max(0) / DAY;
        let ago = match days {
            0 => "today".to_owned(),
            1 => "a day ago".to_owned(),
            days => format!("{days} days ago"),
        };
        format!("{} ({ago})", local_day(at))
    };
    let since = if oldest == newest {
        format!("loaded on {}", loaded(newest))
    } else {
        format!("loaded between {} and {}", loaded(oldest), loaded(newest))
    };
    let KnownAreas {
        outcodes,
        postcodes,
        ..
    } = known;
    format!("kith knows where {outcodes} outcodes lie, from {postcodes} postcodes, {since}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOADED: Timestamp = Timestamp::from_millis(1_780_000_000_000);

    async fn store() -> Store {
        Store::open("sqlite::memory:").await.unwrap()
    }

    /// A folder with these files in it, of invented coordinates.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[tokio::test]
    async fn a_folder_and_a_file_are_loaded_and_again_makes_no_difference() {
        let store = store().await;
        let csv = folder(&[
            ("me.csv", "\"ME7 1AB\",10,577000,168000\r\n"),
            (
                "ct.CSV",
                "\"CT1 1AB\",10,615000,158000\r\n\"CT1 9ZZ\",90,0,0\r\n",
            ),
            ("readme.txt", "not of it"),
        ]);
        let ons = folder(&[(
            "nspl.csv",
            "pcds,doterm,east1m,north1m\nME8 1AB,,580000,165000\n",
        )]);
        let given = [csv.path().to_owned(), ons.path().join("nspl.csv")];
        let said = import(&store, &given, LOADED).await.unwrap();
        assert_eq!(
            said,
            "Loaded where 3 outcodes lie, from 3 postcodes. Passed over: 1 without coordinates, 0 no longer in use."
        );
        let known = store.known_areas().await.unwrap();
        assert_eq!(import(&store, &given, LOADED).await.unwrap(), said);
        assert_eq!(store.known_areas().await.unwrap(), known);
        let later = Timestamp::from_millis(LOADED.as_millis() + 3 * DAY);
        assert_eq!(
            shown(known, later),
            "kith knows where 3 outcodes lie, from 3 postcodes, loaded on 28 May 2026 (3 days ago)."
        );
        import(&store, &given[1..], later).await.unwrap();
        let both = shown(store.known_areas().await.unwrap(), later);
        assert!(
            both.contains("loaded between 28 May 2026 (3 days ago) and 31 May 2026 (today)"),
            "{both}"
        );
    }

    #[tokio::test]
    async fn a_bad_line_is_named_and_nothing_is_loaded() {
        let store = store().await;
        let csv = folder(&[
            ("a.csv", "ME7 1AB,10,577000,168000\n"),
            (
                "b.csv",
                "CT1 1AB,10,615000,158000\nCT1 1AC,10,here,158000\n",
            ),
        ]);
        let error = import(&store, &[csv.path().to_owned()], LOADED)
            .await
            .unwrap_err()
            .to_string();
        let name = csv.path().join("b.csv").display().to_string();
        assert_eq!(
            error,
            format!(
                "{name}: line 2: expected whole metres from 0 to 800000 in column 3, found `here`; nothing was loaded"
            )
        );
        let known = store.known_areas().await.unwrap();
        assert_eq!(known, KnownAreas::default());
        assert!(shown(known, LOADED).contains("kith areas import"));
    }

    #[tokio::test]
    async fn what_is_not_there_is_named() {
        let store = store().await;
        let empty = folder(&[("only.txt", "")]);
        let nothing = folder(&[("empty.csv", "\n")]);
        for (path, words) in [
            (empty.path().join("gone.csv"), "gone.csv: "),
            (empty.path().to_owned(), "expected CSV files"),
            (
                nothing.path().to_owned(),
                "expected postcodes with coordinates",
            ),
        ] {
            let error = import(&store, &[path], LOADED)
                .await
                .unwrap_err()
                .to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
