//! Listening, round by round: a round ends when kith stops, when Discord refuses, or when
//! something handed over did not get onto the disk and has to be read again.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::backfill::Backfill;
use super::commands::{self, Registered};
use super::desk::{Desk, End, State};
use super::gateway::{Gateway, answer_all};
use super::reader::Reader;
use super::rest::RestError;
use super::session::StoredSession;
use super::{Discord, chance};
use crate::chat::{Inlet, ListenError, Start};
use crate::domain::settings::Channel;

/// How many items may wait at the desk; while it is full the stream is not read.
const WAITING: usize = 4_096;

/// Listens until told to stop.
///
/// # Errors
/// What only a person can mend.
pub(super) async fn listen(discord: &Discord, start: Start) -> Result<(), ListenError> {
    let mut cursors = start.cursors;
    let mut rounds = 0;
    while !start.stop.is_cancelled() {
        let stop = start.stop.child_token();
        let round = Round {
            discord,
            inlet: start.inlet.clone(),
            channels: start.channels.clone(),
            stop: &stop,
        };
        // What registers commands once need not do it again in the next round.
        let (end, durable) = Box::pin(round.run(cursors, rounds == 0)).await?;
        if end == End::Stopped {
            return Ok(());
        }
        cursors = durable;
        let (first, most) = (Duration::from_millis(250), Duration::from_secs(30));
        let wait = chance::growing(rounds, first, most);
        tracing::warn!("what was handed over did not get onto the disk; reading it again");
        rounds += 1;
        tokio::select! {
            () = start.stop.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
    Ok(())
}

struct Round<'a> {
    discord: &'a Discord,
    inlet: Inlet,
    channels: watch::Receiver<Vec<Channel>>,
    stop: &'a CancellationToken,
}

impl Round<'_> {
    async fn run(
        self,
        cursors: HashMap<String, String>,
        registers: bool,
    ) -> Result<(End, HashMap<String, String>), ListenError> {
        let Self {
            discord,
            inlet,
            channels,
            stop,
        } = self;
        let session = StoredSession::from_cursors(&cursors, discord.reads_content());
        if let Some(me) = session.as_ref().and_then(|session| session.me) {
            discord.is(me);
        }
        let (items, waiting) = mpsc::channel(WAITING);
        let (jobs, to_answer) = mpsc::unbounded_channel();
        let connected = Notify::new();
        let anew = AtomicBool::new(false);
        let gateway = Gateway {
            discord,
            items: items.clone(),
            jobs,
            connected: &connected,
            anew: &anew,
            round: stop,
        };
        let backfill = Backfill {
            discord,
            channels: channels.clone(),
            items: items.clone(),
            connected: &connected,
            anew: &anew,
            round: stop,
            cursors: cursors.clone(),
            positions: HashMap::new(),
        };
        let desk = Desk {
            discord,
            inlet,
            reader: Reader::new(discord, channels, stop),
            durable: cursors,
            session: session.clone(),
            state: State::default(),
        };
        let reading = async {
            let read = gateway.read(session).await;
            stop.cancel();
            read
        };
        let working = async {
            let ended = desk.work(waiting).await;
            stop.cancel();
            ended
        };
        let registering = async {
            if registers {
                register(discord, stop).await;
            }
        };
        let (read, (), (), (), ended) = tokio::join!(
            reading,
            answer_all(&discord.rest, to_answer, items),
            backfill.run(),
            registering,
            working,
        );
        read.map(|()| ended)
    }
}

/// Registers the commands, however long Discord can't be reached.
async fn register(discord: &Discord, stop: &CancellationToken) {
    for failures in 0.. {
        let attempt = async {
            let application = discord.application().await?;
            if let Some(bot) = application.bot {
                discord.is(bot.id);
            }
            commands::register(&discord.rest, application.id).await
        };
        let error = tokio::select! {
            () = stop.cancelled() => return,
            attempt = attempt => match attempt {
                Ok(registered) => {
                    let anew = registered == Registered::Anew;
                    tracing::info!(discord.anew = anew, "the commands are registered");
                    return;
                }
                Err(error) => error,
            },
        };
        tracing::warn!(discord.error = %error, "the commands could not be registered");
        let wait = match error {
            RestError::Limited { after } => after,
            _ if error.is_passing() => {
                chance::growing(failures, Duration::from_millis(500), Duration::from_mins(5))
            }
            // Something in the commands or the token is wrong: trying again can't mend it.
            _ => return,
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}
