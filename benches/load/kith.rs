//! The real binary as a process: its configuration, its start, and what its database holds.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use crate::measure::{Fallible, milliseconds};
use crate::process::Process;
use crate::town::Town;

/// Faster than kith can speak.
const NO_PACE: &str =
    "pace = { overall_a_second = 100000, channel_a_minute = 1000000, direct_a_second = 100000 }\n";

/// How fast kith may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As the platforms allow.
    Usual,
    /// As fast as it can; the simulators keep to no limits either.
    None,
}

/// How often the start is looked at.
const LOOK_EVERY: Duration = Duration::from_micros(500);
/// No start takes as long.
const START_WITHIN: Duration = Duration::from_secs(30);

/// A running kith.
pub(crate) struct Kith {
    pub(crate) process: Process,
    /// From the start of the process to its being ready, in milliseconds.
    pub(crate) ready_after: f64,
    database: PathBuf,
}

impl Kith {
    /// Starts it against a town, in a folder of its own, and waits until it is ready.
    pub(crate) async fn start((town, pace): (&Town, Pace), folder: &Path) -> Fallible<Self> {
        let database = folder.join("kith.db");
        let address = free_address()?;
        let config = folder.join("kith.toml");
        fs::write(&config, configuration((town, pace), &database, address))?;
        only_for_owner(&config)?;
        let log = fs::File::create(folder.join("kith.log"))?;
        let begun = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_kith"))
            .args(["run", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let mut process = Process::new(child);
        while !is_ready(address) {
            process
                .check_alive()
                .map_err(|error| format!("{error}; see {}/kith.log", folder.display()))?;
            if begun.elapsed() > START_WITHIN {
                return Err(format!(
                    "expected kith to be ready, found that it isn't after {START_WITHIN:?}"
                )
                .into());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(Self {
            process,
            ready_after: milliseconds(begun.elapsed()),
            database,
        })
    }

    /// A look at its database from outside, which can't change it.
    pub(crate) fn database(&self) -> Fallible<Database> {
        Database::open(&self.database)
    }
}

/// A database that is only read.
pub(crate) struct Database(Connection);

impl Database {
    pub(crate) fn open(path: &Path) -> Fallible<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        Ok(Self(connection))
    }

    /// The number that a query gives.
    pub(crate) fn number(&self, query: &str) -> Fallible<usize> {
        let number: i64 = self
            .0
            .prepare_cached(query)?
            .query_row([], |row| row.get(0))?;
        Ok(usize::try_from(number)?)
    }

    pub(crate) fn reports(&self) -> Fallible<usize> {
        self.number("SELECT coalesce(max(rowid), 0) FROM report")
    }

    pub(crate) fn cases(&self) -> Fallible<usize> {
        self.number("SELECT count(*) FROM case_record")
    }

    pub(crate) fn offers(&self) -> Fallible<usize> {
        self.number("SELECT count(*) FROM offer")
    }

    pub(crate) fn channels(&self) -> Fallible<usize> {
        self.number("SELECT count(*) FROM channel")
    }

    /// What is promised and not done.
    pub(crate) fn outbox(&self) -> Fallible<usize> {
        self.number("SELECT count(*) FROM outbox")
    }

    pub(crate) fn dead(&self) -> Fallible<usize> {
        self.number("SELECT count(*) FROM outbox WHERE state = 'dead'")
    }
}

fn configuration((town, pace): (&Town, Pace), database: &Path, address: SocketAddr) -> String {
    let pace = match pace {
        Pace::Usual => "",
        Pace::None => NO_PACE,
    };
    let mut text = format!(
        "[database]\nurl = \"sqlite://{}\"\n[web]\nlisten = \"{address}\"\n[log]\nlevel = \"warn\"\n",
        database.display()
    );
    if let Some(telegram) = &town.telegram {
        let sim = &telegram.sim;
        text += &format!(
            "[telegram]\ntoken = \"{}\"\napi_url = \"{}\"\n{pace}",
            sim.token(),
            sim.url()
        );
    }
    if let Some(discord) = &town.discord {
        let sim = &discord.sim;
        text += &format!(
            "[discord]\ntoken = \"{}\"\napi_url = \"{}\"\ngateway_url = \"{}\"\n{pace}",
            sim.token(),
            sim.api_url(),
            sim.gateway_url()
        );
    }
    text
}

fn only_for_owner(path: &Path) -> Fallible<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(())
}

fn free_address() -> Fallible<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: kith\r\nconnection: close\r\n\r\n")?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(&answer == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}
