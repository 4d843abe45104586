//! The usual way to write a bot: teloxide's dispatcher, one regular expression and one committed insert a message.
//! It runs as a process of its own, which is this bench with other arguments.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use regex::Regex;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use teloxide::dispatching::UpdateFilterExt;
use teloxide::dptree;
use teloxide::prelude::{Bot, Dispatcher, Message, Update};

use crate::measure::Fallible;

static NEED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(need|help|could (some|any)one|looking for|lift|borrow|spare)\b").ok()
});

const TABLE: &str = "CREATE TABLE IF NOT EXISTS message (seq INTEGER PRIMARY KEY, chat INTEGER NOT NULL, \
                     message INTEGER NOT NULL, author TEXT NOT NULL, body TEXT NOT NULL, need INTEGER NOT NULL)";
const INSERT: &str =
    "INSERT INTO message (chat, message, author, body, need) VALUES (?1, ?2, ?3, ?4, ?5)";

/// With what the dispatcher's handler writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Way {
    /// sqlx, as most people do.
    Sqlx,
    /// rusqlite on the handler's own thread, the leanest there is.
    Rusqlite,
}

impl Way {
    fn word(self) -> &'static str {
        match self {
            Self::Sqlx => "sqlx",
            Self::Rusqlite => "rusqlite",
        }
    }
}

/// What the process is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Told {
    #[arg(long)]
    api_url: String,
    #[arg(long)]
    token: String,
    #[arg(long)]
    database: String,
    #[arg(long)]
    way: Way,
}

type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// A row of what was said.
struct Row {
    chat: i64,
    message: i32,
    author: String,
    body: String,
    need: bool,
}

fn read(message: &Message) -> Option<Row> {
    let body = message.text()?.to_owned();
    let author = message
        .from
        .as_ref()
        .map_or_else(String::new, |author| author.id.to_string());
    let need = NEED.as_ref().is_some_and(|need| need.is_match(&body));
    Some(Row {
        chat: message.chat.id.0,
        message: message.id.0,
        author,
        body,
        need,
    })
}

async fn insert_by_sqlx(message: Message, pool: SqlitePool) -> Result<(), HandlerError> {
    if let Some(row) = read(&message) {
        let insert = sqlx::query(INSERT)
            .bind(row.chat)
            .bind(row.message)
            .bind(row.author)
            .bind(row.body);
        insert.bind(row.need).execute(&pool).await?;
    }
    Ok(())
}

type Shared = Arc<Mutex<rusqlite::Connection>>;

async fn insert_by_rusqlite(message: Message, connection: Shared) -> Result<(), HandlerError> {
    if let Some(row) = read(&message) {
        let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        let mut insert = connection.prepare_cached(INSERT)?;
        insert.execute(rusqlite::params![
            row.chat,
            row.message,
            row.author,
            row.body,
            row.need
        ])?;
    }
    Ok(())
}

/// Runs the bot until it is killed.
pub(crate) async fn run(told: Told) -> Fallible<()> {
    let bot = Bot::new(told.token).set_api_url(told.api_url.parse()?);
    match told.way {
        Way::Sqlx => {
            let options = SqliteConnectOptions::from_str(&format!("sqlite://{}", told.database))?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            // SQLite has one writer: several connections would only wait for one another.
            let pool = SqlitePoolOptions::new()
                .max_connections(1)
                .connect_with(options)
                .await?;
            sqlx::query(TABLE).execute(&pool).await?;
            let handler = Update::filter_message().endpoint(insert_by_sqlx);
            Dispatcher::builder(bot, handler)
                .dependencies(dptree::deps![pool])
                .build()
                .dispatch()
                .await;
        }
        Way::Rusqlite => {
            let connection = rusqlite::Connection::open(&told.database)?;
            connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
            connection.execute(TABLE, [])?;
            let connection: Shared = Arc::new(Mutex::new(connection));
            let handler = Update::filter_message().endpoint(insert_by_rusqlite);
            Dispatcher::builder(bot, handler)
                .dependencies(dptree::deps![connection])
                .build()
                .dispatch()
                .await;
        }
    }
    Ok(())
}

/// Starts it as a process.
pub(crate) fn spawn(way: Way, (api_url, token): (&str, &str), database: &Path) -> Fallible<Child> {
    let child = Command::new(std::env::current_exe()?)
        .args([
            "dispatcher",
            "--api-url",
            api_url,
            "--token",
            token,
            "--way",
            way.word(),
            "--database",
        ])
        .arg(database)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    Ok(child)
}
