//! The routes, and the server that answers them until it is told to stop.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::status::{Posted, Refusal, inbound};
use super::{Web, cases, metrics};
use crate::domain::ids::DestinationId;

/// The longest body, in bytes.
const BODY_LENGTH: usize = 64 * 1024;
/// The longest `webhook-id`, in bytes; it becomes a key.
const ID_LENGTH: usize = 200;
/// How long a body may take to come, and a commit to be made.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a look at the database may take before kith counts as not ready.
const PROBE: Duration = Duration::from_secs(3);
/// How long requests that are being answered hold up a stop.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// The routes, for whoever serves them.
pub fn router(web: Web) -> Router {
    Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(measured))
        .route("/api/v1/cases", get(cases::cases).fallback(cases::only_get))
        .route("/hub/{destination}/status", post(take_status))
        .with_state(web)
}

/// Answers until `stop` is cancelled, then finishes what it is answering.
///
/// # Errors
/// What the system says where the port can't be used any more.
pub async fn serve(listener: TcpListener, web: Web, stop: CancellationToken) -> io::Result<()> {
    let server =
        axum::serve(listener, router(web)).with_graceful_shutdown(stop.clone().cancelled_owned());
    let too_late = async {
        stop.cancelled().await;
        sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        result = server.into_future() => result,
        () = too_late => Ok(()),
    }
}

async fn ready(State(web): State<Web>) -> Response {
    let why = match timeout(PROBE, (web.ready)()).await {
        Ok(Ok(())) => return "ready\n".into_response(),
        Ok(Err(why)) => why,
        Err(_) => "no answer from the database".to_owned(),
    };
    let told = format!("not ready: {why}\n");
    (StatusCode::SERVICE_UNAVAILABLE, told).into_response()
}

async fn measured(State(web): State<Web>) -> Response {
    let text = metrics::exposition(&(web.samples)().await);
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, text).into_response()
}

async fn take_status(
    State(web): State<Web>,
    Path(destination): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let body = match timeout(PATIENCE, to_bytes(body, BODY_LENGTH)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let why = format!("expected a whole body of at most {BODY_LENGTH} bytes");
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, &why);
        }
        Err(_) => return refuse(StatusCode::REQUEST_TIMEOUT, "expected the body sooner"),
    };
    let Some(posted) = posted(&headers, &body) else {
        let why = "expected the headers webhook-id, webhook-timestamp and webhook-signature";
        return refuse(StatusCode::UNAUTHORIZED, why);
    };
    let destination = DestinationId::new(destination);
    match (web.verify)(&destination, &posted) {
        Ok(()) => {}
        Err(Refusal::UnknownDestination) => {
            return refuse(StatusCode::NOT_FOUND, "there is no such destination");
        }
        Err(Refusal::Signature(why)) => return refuse(StatusCode::UNAUTHORIZED, &why),
    }
    let inbound = match inbound(&destination, &posted) {
        Ok(inbound) => inbound,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let kept = timeout(PATIENCE, (web.hand_over)(inbound)).await;
    if kept.unwrap_or(false) {
        let accepted = axum::Json(json!({"accepted": true}));
        return (StatusCode::ACCEPTED, accepted).into_response();
    }
    let why = "could not be kept just now; please send it again later";
    refuse(StatusCode::SERVICE_UNAVAILABLE, why)
}

fn posted<'a>(headers: &'a HeaderMap, body: &'a [u8]) -> Option<Posted<'a>> {
    let header = |name: &str| headers.get(name)?.to_str().ok();
    let id = header("webhook-id").filter(|id| (1..=ID_LENGTH).contains(&id.len()))?;
    Some(Posted {
        id,
        timestamp: header("webhook-timestamp")?,
        signature: header("webhook-signature")?,
        body,
    })
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, axum::Json(json!({"error": why}))).into_response()
}
