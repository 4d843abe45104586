//! What a platform has to be able to do for kith. A connector turns platform types into
//! [`Inbound`] and [`Task`]s into platform calls; nothing of the platform leaves its folder.

pub mod discord;
pub mod telegram;

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::domain::decision::Capabilities;
use crate::domain::effect::Answer;
use crate::domain::ids::{ChannelId, ConnectorId, EffectId, MessageId, MessageRef, Place};
use crate::domain::inbound::Inbound;
use crate::domain::people::Person;
use crate::domain::settings::Channel;
use crate::domain::speech::Speech;

/// One platform, or one bot on it.
pub trait Connector: Send + Sync + 'static {
    /// Its name, the same across restarts.
    fn id(&self) -> ConnectorId;

    /// What the platform can do.
    fn capabilities(&self) -> Capabilities;

    /// How fast the platform lets kith speak.
    fn pace(&self) -> Pace;

    /// Listens until told to stop, handing over all that happens from where `start.cursors` left off.
    ///
    /// Short losses of the platform are the connector's own to mend, without end and with growing waits.
    ///
    /// # Errors
    /// What only a person can mend: a refused token, a forbidden intent that can't be done without.
    fn listen(&self, start: Start) -> impl Future<Output = Result<(), ListenError>> + Send;

    /// Carries out one task.
    ///
    /// # Errors
    /// A [`Failure`] that says whether, and when, to try again.
    fn perform(&self, task: Task) -> impl Future<Output = Result<Done, Failure>> + Send;

    /// Looks at everything that could be wrong with the token, the rights and the given channels.
    fn examine(&self, channels: &[Channel]) -> impl Future<Output = Vec<Finding>> + Send;
}

/// What a connector needs in order to listen.
pub struct Start {
    /// Where to hand over.
    pub inlet: Inlet,
    /// How far it was when it last handed over, by the connector's own names.
    pub cursors: HashMap<String, String>,
    /// Every channel that was set up, of all connectors, as it changes.
    pub channels: watch::Receiver<Vec<Channel>>,
    /// Tells it to finish: hand over what it has, keep its session resumable, return.
    pub stop: CancellationToken,
}

/// Some inbound that belong together, with the cursors that are true once they are on disk.
#[derive(Debug)]
pub struct Delivery {
    /// Who hands over.
    pub connector: ConnectorId,
    /// What happened, in order.
    pub inbound: Vec<Inbound>,
    /// The connector's cursors afterwards, by its own names; only those that changed.
    pub cursors: Vec<(String, String)>,
    /// Told once all of it is committed; dropped where it was not.
    pub committed: oneshot::Sender<()>,
}

/// Where inbound is handed over.
#[derive(Clone, Debug)]
pub struct Inlet {
    connector: ConnectorId,
    sender: mpsc::Sender<Delivery>,
}

/// Nobody takes inbound any more: kith is stopping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("kith is stopping and takes nothing in any more")]
pub struct Stopping;

impl Inlet {
    /// An inlet for one connector.
    pub const fn new(connector: ConnectorId, sender: mpsc::Sender<Delivery>) -> Self {
        Self { connector, sender }
    }

    /// Hands over without waiting for the commit; the receiver tells of it.
    ///
    /// # Errors
    /// [`Stopping`] where nobody takes it: it is not on disk and must be handed over again.
    pub async fn offer(
        &self,
        inbound: Vec<Inbound>,
        cursors: Vec<(String, String)>,
    ) -> Result<oneshot::Receiver<()>, Stopping> {
        let (committed, receiver) = oneshot::channel();
        let delivery = Delivery {
            connector: self.connector.clone(),
            inbound,
            cursors,
            committed,
        };
        self.sender.send(delivery).await.map_err(|_| Stopping)?;
        Ok(receiver)
    }

    /// Hands over and waits until it is committed.
    ///
    /// # Errors
    /// [`Stopping`] where it was not: it must be handed over again.
    pub async fn hand_over(
        &self,
        inbound: Vec<Inbound>,
        cursors: Vec<(String, String)>,
    ) -> Result<(), Stopping> {
        self.offer(inbound, cursors)
            .await?
            .await
            .map_err(|_| Stopping)
    }
}

/// One thing for a platform to do.
#[derive(Clone, Debug)]
pub enum Task {
    /// Say something in a channel.
    Post {
        /// The idempotency key.
        key: EffectId,
        /// Where.
        place: Place,
        /// The message to answer; said without where that is gone.
        reply_to: Option<MessageId>,
        /// What.
        speech: Speech,
    },
    /// Change a message of kith's own.
    Edit {
        /// Which one.
        message: MessageRef,
        /// What it says from now on.
        speech: Speech,
    },
    /// Delete a message of kith's own. Gone already is done.
    Delete {
        /// Which one.
        message: MessageRef,
    },
    /// Tell one person in private.
    Direct {
        /// The idempotency key.
        key: EffectId,
        /// Whom.
        person: Person,
        /// What.
        speech: Speech,
    },
    /// Answer a press, a command or a form, to that person alone where the speech is personal.
    Answer {
        /// The idempotency key.
        key: EffectId,
        /// What, to whom, and how.
        answer: Answer,
    },
}

/// What came of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// A message that kith can later edit.
    Posted(MessageId),
    /// Done, with nothing to keep.
    Done,
}

/// Why a task was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Worth trying again.
    #[error("{why}")]
    Retry {
        /// After this long, where the platform said so.
        after: Option<Duration>,
        /// What happened.
        why: String,
    },
    /// Never going to work as it is; staff must see it.
    #[error("{why}")]
    Dead {
        /// What happened and what to do.
        why: String,
    },
    /// The person can't be written to in private.
    #[error("{why}")]
    Unreachable {
        /// What the platform said.
        why: String,
    },
    /// What it was about is no more (a deleted message, an interaction past its time).
    #[error("{why}")]
    Gone {
        /// What the platform said.
        why: String,
    },
    /// The channel lives on under another identifier.
    #[error("the channel has moved to {to}")]
    Moved {
        /// The new one.
        to: ChannelId,
    },
}

/// So many in such a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub count: u32,
    /// In what time.
    pub per: Duration,
}

/// How fast a platform lets kith speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// In all, answers excepted.
    pub overall: Limit,
    /// In one channel of a group.
    pub channel: Limit,
    /// To one person in private.
    pub direct: Limit,
}

/// Why a connector stopped listening for good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    /// Only a person can mend it.
    #[error("{connector}: {why}. {remedy}")]
    Refused {
        /// Which connector.
        connector: ConnectorId,
        /// What the platform said.
        why: String,
        /// What to do.
        remedy: String,
    },
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Fine,
    /// Works, but not as well as it could.
    Warning,
    /// Does not work.
    Problem,
}

/// One line of an examination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What was looked at and found.
    pub what: String,
    /// What to do about it; empty where nothing.
    pub remedy: String,
}

/// What is known of what went wrong in JSON. The library's own words may quote what a person wrote.
fn unreadable(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with("missing field") {
        return text;
    }
    let (line, column) = (error.line(), error.column());
    format!(
        "{:?} error at line {line} column {column}",
        error.classify()
    )
}
