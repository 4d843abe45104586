//! Keeps the event stream open: reads it, answers interactions at once, passes everything on in order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use twilight_gateway::error::{ReceiveMessageError, ReceiveMessageErrorType};
use twilight_gateway::{CloseFrame, ConfigBuilder, Intents, Message, Shard, ShardId, ShardState};

use super::answer::{First, ToAnswer, give_first};
use super::desk::Item;
use super::event::Kind;
use super::permissions::CONTENT_REMEDY;
use super::rest::Rest;
use super::session::StoredSession;
use super::wire::{Frame, Greeting, Interaction};
use super::{Discord, chance, ids, interaction};
use crate::chat::ListenError;
use crate::chat::unreadable;
use crate::domain::inbound::Inbound;

/// What kith listens to; content is added where it is granted.
const INTENTS: Intents = Intents::GUILDS
    .union(Intents::GUILD_MESSAGES)
    .union(Intents::DIRECT_MESSAGES);
/// Close codes (documentation: "Gateway Close Event Codes").
const WRONG_TOKEN: u16 = 4004;
const FORBIDDEN_INTENT: u16 = 4014;
/// How long Discord may take to close a stream that kith ends.
const GOODBYE: Duration = Duration::from_secs(2);
/// How many first answers are on their way at a time.
const ANSWERS_AT_ONCE: usize = 64;

/// A first answer to give, and what to hand over where it is a form that can't be opened any more.
pub(super) struct Job {
    to_answer: ToAnswer,
    kept: Option<(u64, Inbound)>,
}

/// One reading of the stream.
pub(super) struct Gateway<'a> {
    pub(super) discord: &'a Discord,
    pub(super) items: mpsc::Sender<Item>,
    pub(super) jobs: mpsc::UnboundedSender<Job>,
    pub(super) connected: &'a Notify,
    pub(super) anew: &'a AtomicBool,
    pub(super) round: &'a CancellationToken,
}

/// Why one shard was left.
enum Left {
    /// kith is stopping, or nobody takes items any more.
    Stopped,
    /// Discord closed it for good, with this code.
    Closed(Option<u16>),
}

impl Gateway<'_> {
    /// Reads until the round ends. Takes the stored session up where there is one.
    ///
    /// # Errors
    /// What only a person can mend.
    pub(super) async fn read(self, mut stored: Option<StoredSession>) -> Result<(), ListenError> {
        loop {
            let content = self.discord.reads_content();
            let mut shard = self.shard(content, stored.take());
            match self.follow(&mut shard).await {
                Left::Stopped => {
                    say_goodbye(shard).await;
                    return Ok(());
                }
                Left::Closed(Some(FORBIDDEN_INTENT)) if content => {
                    tracing::warn!(
                        discord.remedy = CONTENT_REMEDY,
                        "Discord doesn't let kith read messages; running on with commands and buttons"
                    );
                    self.discord.refuse_content();
                }
                Left::Closed(code) => return Err(refused(code)),
            }
        }
    }

    fn shard(&self, content: bool, stored: Option<StoredSession>) -> Shard {
        let intents = if content {
            INTENTS | Intents::MESSAGE_CONTENT
        } else {
            INTENTS
        };
        let token = self.discord.settings.token.reveal().trim().to_owned();
        let mut config = ConfigBuilder::new(token, intents);
        if let Some(address) = &self.discord.gateway_url {
            config = config.proxy_url(address.clone());
        }
        if let Some(stored) = stored {
            tracing::info!(
                discord.sequence = stored.sequence,
                "taking up the last session"
            );
            let address = stored.resume_gateway_url.trim_end_matches('/').to_owned();
            config = config.session(stored.to_gateway()).resume_url(address);
        }
        Shard::with_config(ShardId::ONE, config.build())
    }

    async fn follow(&self, shard: &mut Shard) -> Left {
        // The library comes back at once after a stream that opened; where streams keep
        // closing before a session stands, the waits must grow.
        let mut fruitless = 0;
        loop {
            let received = tokio::select! {
                biased;
                () = self.round.cancelled() => return Left::Stopped,
                received = shard.next() => received,
            };
            match received {
                Some(Ok(Message::Text(text))) => match self.take(&text).await {
                    Ok(true) => fruitless = 0,
                    Ok(false) => {}
                    Err(Gone) => return Left::Stopped,
                },
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.as_ref().map(|frame| frame.code);
                    if shard.state() == ShardState::FatallyClosed {
                        return Left::Closed(code);
                    }
                    tracing::info!(discord.code = code, "the event stream closed");
                    fruitless += 1;
                    self.pause(fruitless).await;
                }
                Some(Err(error)) => {
                    if self.stumble(&error).await.is_err() {
                        return Left::Stopped;
                    }
                }
                None => return Left::Closed(None),
            }
        }
    }

    async fn pause(&self, fruitless: u32) {
        if fruitless < 2 {
            return;
        }
        let (first, most) = (Duration::from_millis(200), Duration::from_secs(30));
        let wait = chance::growing(fruitless - 2, first, most);
        tokio::select! {
            () = self.round.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }

    async fn stumble(&self, error: &ReceiveMessageError) -> Result<(), Gone> {
        if let ReceiveMessageErrorType::Deserializing { event } = error.kind() {
            let item = Item::Broken {
                sequence: None,
                text: event.clone(),
                error: "the outside of a gateway event was not understood".to_owned(),
            };
            return self.pass(item).await;
        }
        tracing::warn!(discord.error = %error, "the event stream stumbled");
        Ok(())
    }

    /// Takes in one message of the stream. Says whether a session stands since.
    async fn take(&self, text: &str) -> Result<bool, Gone> {
        let frame: Frame<'_> = match serde_json::from_str(text) {
            Ok(frame) => frame,
            Err(error) => {
                let item = Item::Broken {
                    sequence: None,
                    text: text.to_owned(),
                    error: unreadable(&error),
                };
                return self.pass(item).await.map(|()| false);
            }
        };
        let (Some(name), Some(sequence), 0) = (frame.t.as_deref(), frame.s, frame.op) else {
            return Ok(false);
        };
        let Some(kind) = Kind::from_name(name) else {
            tracing::debug!(discord.event = name, "an event that kith doesn't read");
            return self.pass(Item::Skipped { sequence }).await.map(|()| false);
        };
        let data = frame.d.map_or("null", |data| data.get());
        if kind == Kind::Interaction {
            let item = self.interaction(data, sequence);
            return self.pass(item).await.map(|()| false);
        }
        // Noted here, before anything of the session is read elsewhere.
        if kind == Kind::Ready
            && let Ok(greeting) = serde_json::from_str::<Greeting>(data)
        {
            self.discord.is(greeting.user.id);
        }
        self.pass(Item::Event {
            sequence,
            kind,
            data: data.to_owned(),
        })
        .await?;
        let stands = matches!(kind, Kind::Ready | Kind::Resumed);
        if stands {
            self.anew.fetch_or(kind == Kind::Ready, Ordering::AcqRel);
            tracing::info!(discord.event = name, "the event stream stands");
            self.connected.notify_one();
        }
        Ok(stands)
    }

    /// Answers an interaction at once, whatever else waits, and makes the item of it.
    fn interaction(&self, data: &str, sequence: u64) -> Item {
        let read = serde_json::from_str::<Interaction>(data)
            .map_err(|error| unreadable(&error))
            .and_then(|wire| {
                let taken = interaction::read(&wire, self.discord.reads_content())?;
                Ok((wire, taken))
            });
        match read {
            Ok((wire, Some(taken))) => {
                let form = taken.form.map(|action| (action, taken.language));
                let opens_form = form.is_some();
                let to_answer = self.discord.answers.begin(&wire, form);
                let (kept, item) = if opens_form {
                    let kept = Some((sequence, taken.inbound));
                    (kept, Item::FormOpened { sequence })
                } else {
                    let inbound = Box::new(taken.inbound);
                    (None, Item::Read { sequence, inbound })
                };
                // Nobody answers any more only where the round is over; then it is replayed.
                drop(self.jobs.send(Job { to_answer, kept }));
                item
            }
            Ok((_, None)) => Item::Skipped { sequence },
            Err(error) => Item::Broken {
                sequence: Some(sequence),
                text: data.to_owned(),
                error,
            },
        }
    }

    async fn pass(&self, item: Item) -> Result<(), Gone> {
        tokio::select! {
            biased;
            sent = self.items.send(item) => sent.map_err(|_| Gone),
            () = self.round.cancelled() => Err(Gone),
        }
    }
}

/// Nobody takes items any more.
struct Gone;

/// Closes the stream so that its session can be taken up again.
async fn say_goodbye(mut shard: Shard) {
    if !shard.state().is_identified() {
        return;
    }
    shard.close(CloseFrame::RESUME);
    let closed = async {
        while let Some(Ok(message)) = shard.next().await {
            // What still arrives is not durable and comes again when the session is taken up.
            if message.is_close() {
                break;
            }
        }
    };
    if tokio::time::timeout(GOODBYE, closed).await.is_err() {
        tracing::debug!("Discord didn't close the event stream in time");
    }
}

fn refused(code: Option<u16>) -> ListenError {
    let (why, remedy) = match code {
        Some(WRONG_TOKEN) => (
            "Discord refuses the token".to_owned(),
            "Copy the token again from the Bot page of the Developer Portal into discord.token",
        ),
        Some(FORBIDDEN_INTENT) => (
            "Discord refuses what kith wants to listen to".to_owned(),
            "Check the intents on the Bot page of the Developer Portal",
        ),
        Some(code) => (
            format!("Discord closed the event stream with code {code}"),
            "See Discord's list of gateway close codes; kith may be too old",
        ),
        None => (
            "Discord closed the event stream".to_owned(),
            "Start kith again",
        ),
    };
    ListenError::Refused {
        connector: ids::connector(),
        why,
        remedy: remedy.to_owned(),
    }
}

/// Gives first answers, many at a time, until no more can come.
pub(super) async fn answer_all(
    rest: &Rest,
    mut jobs: mpsc::UnboundedReceiver<Job>,
    items: mpsc::Sender<Item>,
) {
    let mut running = FuturesUnordered::new();
    let mut open = true;
    while open || !running.is_empty() {
        tokio::select! {
            job = jobs.recv(), if open && running.len() < ANSWERS_AT_ONCE => match job {
                Some(job) => running.push(answer(rest, job, &items)),
                None => open = false,
            },
            Some(()) = running.next(), if !running.is_empty() => {}
        }
    }
}

async fn answer(rest: &Rest, job: Job, items: &mpsc::Sender<Item>) {
    let first = give_first(rest, job.to_answer).await;
    if let Some((sequence, inbound)) = job.kept {
        let inbound = (first == First::TooLate).then(|| Box::new(inbound));
        // Where nobody takes it the round is over, and the interaction is replayed.
        drop(items.send(Item::FormEnded { sequence, inbound }).await);
    }
}
