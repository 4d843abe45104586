//! A destination of kind `webhook`: Standard Webhooks 1.0 with a thin body.

use std::sync::Arc;

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use super::answer;
use super::network::{OpenAddresses, PrivateAddress, check_literal};
use super::signature::{Key, KeyError, sign};
use super::{DestinationSettings, Examination, ForwardFailure, Handover, HubError};
use crate::domain::clock::Timestamp;
use crate::domain::consent::Ground;
use crate::domain::disclosure::Item;
use crate::domain::ids::DestinationId;
use crate::domain::private::Private;
use crate::domain::referral::{Notice, NoticeOf, Recall, RecallReason, ReferralNotice};
use crate::domain::speech::Destination;

/// How much of an answer is read, in bytes.
const ANSWER_LENGTH: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct Webhook {
    settings: DestinationSettings,
    signing: Key,
    keys: Vec<Key>,
    client: Client,
}

impl Webhook {
    pub(super) fn new(settings: DestinationSettings) -> Result<Self, HubError> {
        let secret = |error| HubError::Secret {
            destination: settings.id.clone(),
            error,
        };
        let keys: Vec<Key> = settings
            .secrets
            .iter()
            .map(Key::parse)
            .collect::<Result<_, _>>()
            .map_err(secret)?;
        let signing = keys
            .first()
            .cloned()
            .ok_or(KeyError::Missing)
            .map_err(secret)?;
        let client = client(&settings).map_err(|error| HubError::Client {
            destination: settings.id.clone(),
            why: error.to_string(),
        })?;
        Ok(Self {
            settings,
            signing,
            keys,
            client,
        })
    }

    pub(super) const fn id(&self) -> &DestinationId {
        &self.settings.id
    }

    pub(super) fn keys(&self) -> &[Key] {
        &self.keys
    }

    pub(super) fn destination(&self) -> Destination {
        Destination {
            id: self.settings.id.clone(),
            title: self.settings.title.clone(),
            fields: self.settings.fields.clone(),
        }
    }

    pub(super) async fn forward(
        &self,
        handover: Handover<'_>,
    ) -> Result<Option<String>, ForwardFailure> {
        let body = body(handover);
        let id = match handover.notice {
            Notice::Referral(_) => format!("msg_{}", handover.key),
            // It may have taken the place of a referral that was on its way under the same key.
            Notice::Recall(_) => format!("msg_{}_recall", handover.key),
        };
        let seconds = handover.now.as_millis().div_euclid(1_000);
        let request = self
            .client
            .post(self.settings.url.clone())
            .header("content-type", "application/json")
            .header("webhook-timestamp", seconds)
            .header(
                "webhook-signature",
                sign(&self.signing, &id, seconds, body.as_bytes()),
            )
            .header("webhook-id", id)
            .body(body);
        let answer = self.send(request).await?;
        if answer.status().is_success() {
            return Ok(answer::reference(&beginning(answer).await));
        }
        Err(answer::failure(
            &self.settings.title,
            answer.status(),
            answer.headers(),
            handover.now,
        ))
    }

    pub(super) async fn examine(&self) -> Examination {
        let answer = self.send(self.client.head(self.settings.url.clone())).await;
        Examination {
            destination: self.destination(),
            answer: answer
                .map(|answer| answer.status().as_u16())
                .map_err(|failure| failure.to_string()),
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, ForwardFailure> {
        if !self.settings.allow_private {
            check_literal(&self.settings.url).map_err(|found| self.inside(&found))?;
        }
        request.send().await.map_err(|error| {
            if let Some(found) = PrivateAddress::within(&error) {
                return self.inside(found);
            }
            let what = if error.is_timeout() {
                "did not answer in time"
            } else if error.is_connect() {
                "can't be reached"
            } else {
                "broke off the connection"
            };
            ForwardFailure::Retry {
                after: None,
                why: format!("{} {what}", self.settings.title),
            }
        })
    }

    fn inside(&self, found: &PrivateAddress) -> ForwardFailure {
        ForwardFailure::Dead {
            why: format!(
                "{} was not called, since {found}; if that is right, set `allow_private = true` for it",
                self.settings.title
            ),
        }
    }
}

/// A proxy would look names up itself, and a redirect would lead past the check of literal addresses.
fn client(settings: &DestinationSettings) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .user_agent(concat!("kith/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        // A few bytes that unfold to gigabytes stay a few bytes, whatever features another library turns on.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .no_proxy()
        .timeout(settings.timeout)
        .connect_timeout(settings.timeout);
    if settings.allow_private {
        builder.build()
    } else {
        builder.dns_resolver(Arc::new(OpenAddresses)).build()
    }
}

fn body(handover: Handover<'_>) -> String {
    let (kind, data) = match handover.notice {
        Notice::Referral(notice) if notice.of == NoticeOf::Concern => {
            ("concern.waiting", waiting(notice))
        }
        Notice::Referral(notice) => ("case.referred", referred(notice)),
        Notice::Recall(recall) => (recalled(recall.why), recall_data(recall)),
    };
    json!({
        "type": kind,
        "timestamp": moment(handover.now),
        "data": data,
    })
    .to_string()
}

const fn recalled(why: RecallReason) -> &'static str {
    match why {
        RecallReason::ConsentWithdrawn => "consent.withdrawn",
        RecallReason::TakenBack => "case.withdrawn",
        RecallReason::Erased => "case.erased",
    }
}

fn recall_data(recall: &Recall) -> Value {
    json!({
        "referral": recall.referral,
        "code": recall.code.to_string(),
        "reference": recall.reference,
    })
}

/// That a concern waits: its code and since when, nothing of anybody.
fn waiting(notice: &ReferralNotice) -> Value {
    json!({
        "code": notice.code.to_string(),
        "raised_at": notice.raised_at.and_then(moment),
    })
}

/// The referral, its code and the ground, and beside them only what was disclosed to this destination.
fn referred(notice: &ReferralNotice) -> Value {
    let mut data = json!({
        "referral": notice.referral,
        "code": notice.code.to_string(),
        "consent": notice.ground == Some(Ground::Consent),
        "ground": notice.ground.map(Ground::as_str),
    });
    let told = &notice.told;
    let details = told.details();
    let text = |text: Option<&Private<String>>| text.map(|text| json!(text.reveal()));
    let named = |item: Item| match item {
        Item::Need => some_of(told.categories()).map(|about| json!(about)),
        Item::Outcode => told.outcode().map(|outcode| json!(outcode)),
        Item::Urgency => told.soon().map(|urgency| json!(urgency)),
        Item::OnBehalf => told.on_behalf().map(|on_behalf| json!(on_behalf)),
        Item::Opened => told.at().and_then(moment).map(|at| json!(at)),
        Item::Name | Item::FirstName => text(told.name()),
        Item::Task => text(details.what.as_ref()),
        Item::Time => text(details.when.as_ref()),
        Item::ForWhom => text(details.for_whom.as_ref()),
        Item::Address => text(details.r#where.as_ref()),
        Item::Contact => text(details.reach.as_ref()),
        _ => None,
    };
    for item in Item::nameable() {
        if let (Some(value), Some(data)) = (named(item), data.as_object_mut()) {
            data.insert(key(item).to_owned(), value);
        }
    }
    data
}

fn some_of<T>(all: &[T]) -> Option<&[T]> {
    (!all.is_empty()).then_some(all)
}

/// What something is called in the body of a webhook.
const fn key(item: Item) -> &'static str {
    match item {
        Item::Need => "categories",
        Item::Opened => "opened_at",
        Item::FirstName => "name",
        other => other.as_str(),
    }
}

/// A moment as ISO 8601 in UTC; none where it is beyond the calendar.
fn moment(at: Timestamp) -> Option<String> {
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
    Some(at.to_string())
}

/// As much of the body as is of interest. The case is accepted by then, so that a broken body is no failure.
async fn beginning(mut answer: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(piece)) = answer.chunk().await {
        body.extend_from_slice(&piece);
        if body.len() > ANSWER_LENGTH {
            body.truncate(ANSWER_LENGTH);
            break;
        }
    }
    body
}
