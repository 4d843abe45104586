//! Health, metrics, the queue for other tools, and what destinations post back. The server knows neither the database nor the
//! destinations: what it asks of them is given to it as functions.

mod cases;
mod metrics;
mod server;
mod status;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

use futures_util::future::BoxFuture;
pub use metrics::{Sample, SampleKind};
pub use server::{router, serve};
pub use status::{Posted, Refusal};
pub use token::ApiToken;

use crate::domain::clock::Timestamp;
use crate::domain::ids::DestinationId;
use crate::domain::inbound::Inbound;
use crate::domain::queue::QueueQuestion;
use crate::store::Listed;

/// Whether kith can do its work now, and if not, why.
pub type Ready = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;
/// What is counted and measured now.
pub type Samples = Arc<dyn Fn() -> BoxFuture<'static, Vec<Sample>> + Send + Sync>;
/// Whether what was posted is from the destination that it names.
pub type Verify = Arc<dyn Fn(&DestinationId, &Posted<'_>) -> Result<(), Refusal> + Send + Sync>;
/// Hands inbound over; true once it is committed.
pub type HandOver = Arc<dyn Fn(Inbound) -> BoxFuture<'static, bool> + Send + Sync>;

/// The cases of a page of the queue and the one beyond it, at a moment; else why they can't be read.
pub type Cases = Arc<
    dyn Fn(QueueQuestion, Timestamp) -> BoxFuture<'static, Result<Vec<Listed>, String>>
        + Send
        + Sync,
>;

/// For `/api/v1/cases`.
#[derive(Clone)]
pub struct Api {
    /// Who may read.
    pub tokens: Arc<[ApiToken]>,
    /// What they read.
    pub cases: Cases,
    /// The present moment.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// What the server asks of the rest of kith.
#[derive(Clone)]
pub struct Web {
    /// For `/readyz`.
    pub ready: Ready,
    /// For `/metrics`.
    pub samples: Samples,
    /// For what destinations post.
    pub verify: Verify,
    /// Where it goes.
    pub hand_over: HandOver,
    /// The queue for other tools; none where nobody has a token.
    pub api: Option<Api>,
}
