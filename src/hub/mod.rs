//! Destinations outside kith: a case handed over as a signed webhook, and what is posted back checked.

mod answer;
mod network;
mod signature;
#[cfg(test)]
mod tests;
mod webhook;

use std::time::Duration;

use futures_util::future::join_all;
pub use network::PrivateAddress;
pub use signature::{Key, KeyError, SignatureError, Signed, sign, verify};
use url::Url;
use webhook::Webhook;

use crate::domain::clock::Timestamp;
use crate::domain::disclosure::Item;
use crate::domain::ids::{DestinationId, EffectId};
use crate::domain::private::Private;
use crate::domain::referral::Notice;
use crate::domain::speech::Destination;

/// What is known of one destination.
#[derive(Clone, Debug)]
pub struct DestinationSettings {
    /// Its name.
    pub id: DestinationId,
    /// What people call it.
    pub title: String,
    /// Where it listens.
    pub url: Url,
    /// Its secrets, as `whsec_` and base64: the first one signs, every one may sign what it posts back.
    pub secrets: Vec<Private<String>>,
    /// Whether it may be in this network.
    pub allow_private: bool,
    /// How long it may take to answer.
    pub timeout: Duration,
    /// What it is told of a case.
    pub fields: Vec<Item>,
}

/// A case on its way to a destination.
#[derive(Clone, Copy, Debug)]
pub struct Handover<'a> {
    /// The idempotency key, the same for every attempt.
    pub key: &'a EffectId,
    /// What to tell.
    pub notice: &'a Notice,
    /// The moment of this attempt.
    pub now: Timestamp,
}

/// Why a case was not handed over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForwardFailure {
    /// Worth trying again.
    #[error("{why}")]
    Retry {
        /// After this long, where the destination said so.
        after: Option<Duration>,
        /// What happened.
        why: String,
    },
    /// Never going to work as it is.
    #[error("{why}")]
    Dead {
        /// What happened and what to do.
        why: String,
    },
}

/// Why a destination can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HubError {
    /// It has no secret, or one that is none.
    #[error("destination {destination}: {error}")]
    Secret {
        /// Which one.
        destination: DestinationId,
        /// What is wrong with its secret.
        error: KeyError,
    },
    /// No client can be made for it.
    #[error("destination {destination}: can't make a connection of any kind: {why}")]
    Client {
        /// Which one.
        destination: DestinationId,
        /// What went wrong.
        why: String,
    },
}

/// What came of looking whether a destination answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// Which one.
    pub destination: Destination,
    /// The HTTP status that it answered, or why it did not and what to do.
    pub answer: Result<u16, String>,
}

/// Every destination that staff can forward to, in the order of the configuration.
#[derive(Debug, Default)]
pub struct Destinations {
    webhooks: Vec<Webhook>,
}

impl Destinations {
    /// Makes the destinations ready. Nothing is sent.
    ///
    /// # Errors
    /// [`HubError`] where a secret is none.
    pub fn new(settings: Vec<DestinationSettings>) -> Result<Self, HubError> {
        let webhooks = settings.into_iter().map(Webhook::new);
        Ok(Self {
            webhooks: webhooks.collect::<Result<_, _>>()?,
        })
    }

    /// The destinations as staff choose them.
    pub fn list(&self) -> Vec<Destination> {
        self.webhooks.iter().map(Webhook::destination).collect()
    }

    /// Hands a case to a destination; gives the reference that it answered, where it did.
    ///
    /// # Errors
    /// [`ForwardFailure`], which says whether, and when, to try again.
    pub async fn forward(
        &self,
        to: &DestinationId,
        handover: Handover<'_>,
    ) -> Result<Option<String>, ForwardFailure> {
        match self.find(to) {
            Some(webhook) => webhook.forward(handover).await,
            None => Err(ForwardFailure::Dead {
                why: format!(
                    "there is no destination `{to}` in the settings any more; choose another"
                ),
            }),
        }
    }

    /// Checks what a destination posted.
    ///
    /// # Errors
    /// [`SignatureError`] where it is not, or not provably, from that destination.
    pub fn verify(
        &self,
        from: &DestinationId,
        signed: &Signed<'_>,
        now: Timestamp,
    ) -> Result<(), SignatureError> {
        // What is no destination has no keys, and is answered like one whose keys don't fit.
        let keys = self.find(from).map_or(&[][..], Webhook::keys);
        verify(keys, signed, now)
    }

    /// Looks whether each destination answers at all, without handing it anything.
    pub async fn examine(&self) -> Vec<Examination> {
        join_all(self.webhooks.iter().map(Webhook::examine)).await
    }

    fn find(&self, id: &DestinationId) -> Option<&Webhook> {
        self.webhooks.iter().find(|webhook| webhook.id() == id)
    }
}
