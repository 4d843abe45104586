//! The HTTP side: addresses, faults, long polls and answers.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde_json::Value;
use tokio::time::Instant;

use super::call::{ApiError, Params};
use super::methods;
use super::queue::Polled;
use super::shared::Shared;
use crate::sim::faults::Outcome;
use crate::sim::serve::no_answer;

/// The longest that a poll may wait, in seconds.
const LONGEST_POLL: i64 = 50;
/// Asking again with the same offset this soon gets one update.
const HASTE: Duration = Duration::from_millis(500);

/// The routes: everything is decided by the path, in any case.
pub(super) fn app(shared: Arc<Shared>) -> Router {
    Router::new().fallback(handle).with_state(shared)
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let Some(method) = called_method(&shared, request.uri().path()) else {
        return failed(&ApiError::new(404, "Not Found"));
    };
    let method = match method {
        Ok(method) => method,
        Err(error) => return failed(&error),
    };
    let delay = shared.faults.delay();
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let outcome = shared.outcome(method);
    if let Some(answer) = fault(outcome) {
        shared.act(|world| world.calls.entry(method).or_default().faulted += 1);
        return answer;
    }
    let answer = match Params::read(request).await {
        Ok(params) => call(&shared, method, &params).await,
        Err(error) => Err(error),
    };
    shared.act(|world| {
        let count = world.calls.entry(method).or_default();
        if answer.is_ok() {
            count.ok += 1;
        } else {
            count.failed += 1;
        }
    });
    if outcome == Outcome::LoseAnswer {
        return no_answer();
    }
    match answer {
        Ok(body) => json(StatusCode::OK, body),
        Err(error) => failed(&error),
    }
}

/// The method that a path `/bot<token>/<method>` names. Nothing for another path.
fn called_method(shared: &Shared, path: &str) -> Option<Result<&'static str, ApiError>> {
    let (token, name) = path.strip_prefix("/bot")?.split_once('/')?;
    if token.replace("%3A", ":").replace("%3a", ":") != shared.token {
        return Some(Err(ApiError::new(401, "Unauthorized")));
    }
    if name.eq_ignore_ascii_case(GET_UPDATES) {
        return Some(Ok(GET_UPDATES));
    }
    let found = methods::find(name).map(|(documented, _)| documented);
    Some(found.ok_or_else(|| ApiError::new(404, "Not Found: method not found")))
}

const GET_UPDATES: &str = "getUpdates";

/// The answer of a call that a fault stops; nothing if it goes on.
fn fault(outcome: Outcome) -> Option<Response> {
    match outcome {
        Outcome::Proceed | Outcome::LoseAnswer => None,
        Outcome::Drop => Some(no_answer()),
        Outcome::Limit(seconds) => Some(failed(&ApiError::too_many(seconds.into()))),
        Outcome::Fail(502) => Some(text(
            StatusCode::BAD_GATEWAY,
            "text/html",
            "<html><head><title>502 Bad Gateway</title></head></html>".to_owned(),
        )),
        Outcome::Fail(status) => Some(failed(&ApiError::new(status, "Internal Server Error"))),
    }
}

/// Acts and gives the whole body of the answer.
async fn call(shared: &Shared, method: &'static str, params: &Params) -> Result<String, ApiError> {
    if method == GET_UPDATES {
        return get_updates(shared, params).await;
    }
    let Some((_, act)) = methods::find(method) else {
        return Err(ApiError::new(404, "Not Found: method not found"));
    };
    let result = shared.act(|world| act(world, params))?;
    Ok(format!("{{\"ok\":true,\"result\":{result}}}"))
}

async fn get_updates(shared: &Shared, params: &Params) -> Result<String, ApiError> {
    let offset = params.integer("offset").unwrap_or(0);
    let asked = params.integer("limit").unwrap_or(100).clamp(1, 100);
    let timeout = params
        .integer("timeout")
        .unwrap_or(0)
        .clamp(0, LONGEST_POLL);
    let began = Instant::now();
    let deadline = began + Duration::from_secs(timeout.unsigned_abs());
    let kinds = params.json("allowed_updates")?;
    let mut changes = shared.version.subscribe();
    let (ticket, from) = shared.act(|world| {
        if !world.webhook.is_empty() {
            return Err(ApiError::new(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use \
                 deleteWebhook to delete the webhook first",
            ));
        }
        if let Some(Value::Array(kinds)) = &kinds {
            world.queue.allow(kinds);
        }
        Ok(world.queue.begin(offset))
    })?;
    let hasty = shared.polled_hastily(offset, began, HASTE);
    let limit = if hasty {
        1
    } else {
        usize::try_from(asked).unwrap_or(1)
    };
    loop {
        changes.mark_unchanged();
        match shared.look(|world| world.queue.poll(ticket, from, limit)) {
            Polled::Conflict => {
                return Err(ApiError::new(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one \
                     bot instance is running",
                ));
            }
            Polled::Raw(body) => return Ok(body),
            Polled::Updates(updates) if !updates.is_empty() || Instant::now() >= deadline => {
                return Ok(format!(
                    "{{\"ok\":true,\"result\":[{}]}}",
                    updates.join(",")
                ));
            }
            Polled::Updates(_) => {
                // Past the deadline the next round answers with what there is.
                let _ = tokio::time::timeout_at(deadline, changes.changed()).await;
            }
        }
    }
}

fn failed(error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    json(status, error.body())
}

fn json(status: StatusCode, body: String) -> Response {
    text(status, "application/json", body)
}

fn text(status: StatusCode, kind: &'static str, body: String) -> Response {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    answer
}
