//! The routes, and the server that answers them until it is told to stop.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::status::{Posted, Refusal, inbound};
use super::{Web, cases, metrics};
use crate::domain::ids::DestinationId;

/// The longest body, in bytes.
const BODY_LENGTH: usize = 64 * 1024;
/// The longest `webhook-id`, in bytes; it becomes a key.
const ID_LENGTH: usize = 200;
/// How long a body may take to come, and a commit to be made.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a request may take to say what it asks, and a connection be idle.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// So many callers are answered at once; more wait until one is done.
const CONNECTIONS: usize = 512;
/// How long until the next caller is looked for where one could not be taken.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
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

/// Answers until `stop` is cancelled, then finishes what it is answering. Whoever connects and says nothing, or says it drop
/// by drop, is let go.
pub async fn serve(listener: TcpListener, web: Web, stop: CancellationToken) {
    let service = TowerToHyperService::new(router(web));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN);
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let open = TaskTracker::new();
    let next = async || {
        let permit = Arc::clone(&room).acquire_owned().await.ok();
        loop {
            match listener.accept().await {
                Ok((stream, _)) => return (stream, permit),
                // A caller that has gone again, or no room for another: others come.
                Err(_) => sleep(ACCEPT_AGAIN).await,
            }
        }
    };
    loop {
        let (stream, permit) = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            next = next() => next,
        };
        let connection = http.serve_connection(TokioIo::new(stream), service.clone());
        let stop = stop.clone();
        open.spawn(async move {
            let mut connection = pin!(connection);
            // What a caller does wrong is told to the caller, where there is one to tell.
            tokio::select! {
                _ = connection.as_mut() => {}
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
            drop(permit);
        });
    }
    open.close();
    // Whoever is slower than that asks again.
    let _ = timeout(LAST_ANSWERS, open.wait()).await;
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
    if let Err(Refusal(why)) = (web.verify)(&destination, &posted) {
        return refuse(StatusCode::UNAUTHORIZED, &why);
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
