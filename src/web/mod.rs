//! Health, metrics and what destinations post back. The server knows neither the database nor the
//! destinations: what it asks of them is given to it as functions.

mod metrics;
mod server;
mod status;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures_util::future::BoxFuture;
pub use metrics::{Sample, SampleKind};
pub use server::{router, serve};
pub use status::{Posted, Refusal};

use crate::domain::ids::DestinationId;
use crate::domain::inbound::Inbound;

/// Whether kith can do its work now, and if not, why.
pub type Ready = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;
/// What is counted and measured now.
pub type Samples = Arc<dyn Fn() -> BoxFuture<'static, Vec<Sample>> + Send + Sync>;
/// Whether what was posted is from the destination that it names.
pub type Verify = Arc<dyn Fn(&DestinationId, &Posted<'_>) -> Result<(), Refusal> + Send + Sync>;
/// Hands inbound over; true once it is committed.
pub type HandOver = Arc<dyn Fn(Inbound) -> BoxFuture<'static, bool> + Send + Sync>;

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
}
