//! REST: authorization, faults, limits and the table of routes.

mod commands;
mod guilds;
mod history;
mod interactions;
mod limits;
mod messages;
mod refusal;
mod threads;
mod validate;

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
pub(super) use limits::Limits;
use limits::Standing;
pub(super) use refusal::Refusal;
use serde_json::{Value, json};

use super::Shared;
use super::line::Cut;
use super::world::World;
use crate::sim::faults::Outcome;

/// The largest body: 25 MiB (documentation: "Create Message").
const LARGEST_BODY: usize = 25 * 1024 * 1024;

/// One call, taken apart.
struct Call {
    method: Method,
    path: Vec<String>,
    query: HashMap<String, String>,
    body: Value,
}

impl Call {
    fn flag(&self, name: &str) -> bool {
        self.query
            .get(name)
            .is_some_and(|value| value == "true" || value == "1")
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.query.get(name).and_then(|value| value.parse().ok())
    }
}

/// A good answer.
enum Reply {
    Json(Value),
    Created(Value),
    Empty,
}

type Answer = Result<Reply, Refusal>;

/// Answers every call that isn't the gateway's upgrade.
pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return Refusal::new(413, 40005, "Request entity too large").into_response();
    };
    let faults = shared.faults();
    let delay = faults.delay();
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let outcome = faults.decide();
    match outcome {
        Outcome::Drop => {
            cut.cut();
            return StatusCode::BAD_GATEWAY.into_response();
        }
        Outcome::Fail(status) => {
            return Refusal::new(status, 0, format!("{status}: simulated fault")).into_response();
        }
        Outcome::Limit(seconds) => return Standing::limited_for(f64::from(seconds)).refuse(),
        Outcome::Proceed | Outcome::LoseAnswer => {}
    }
    let path = segments(head.uri.path());
    let known = path.first().map(String::as_str) == Some("api");
    let call = Call {
        method: head.method,
        path: path.into_iter().skip(2).collect(),
        query,
        body: Value::Null,
    };
    let response = shared.with(|world| {
        let response = if known {
            handle(world, call, &head.headers, &body)
        } else {
            Refusal::not_found().into_response()
        };
        let status = response.status().as_u16();
        *world.counters.statuses.entry(status).or_default() += 1;
        response
    });
    if outcome == Outcome::LoseAnswer {
        cut.cut();
    }
    response
}

fn segments(path: &str) -> Vec<String> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(percent_decode)
        .collect()
}

/// Undoes percent-encoding, which reactions need; what isn't well-formed stays as it is.
fn percent_decode(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%')
            .then(|| segment.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escaped.unwrap_or(byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).unwrap_or_else(|_| segment.to_owned())
}

/// Counts, authorizes, limits and answers one call.
fn handle(world: &mut World, mut call: Call, headers: &HeaderMap, body: &Bytes) -> Response {
    let pattern = pattern(&call);
    *world.counters.calls.entry(pattern).or_default() += 1;
    let parts: Vec<&str> = call.path.iter().map(String::as_str).collect();
    // The token in the path stands for the authorization there.
    let needs_token = !matches!(&parts[..], ["gateway"] | ["interactions" | "webhooks", ..]);
    let authorization = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if needs_token && authorization != format!("Bot {}", world.token) {
        return Refusal::unauthorized().into_response();
    }
    let standing = world.limits.count(world.clock.now(), &parts, &call.method);
    if standing.is_exceeded() {
        return standing.refuse();
    }
    if !body.is_empty() {
        match serde_json::from_slice(body) {
            Ok(value) => call.body = value,
            Err(_) => {
                return Refusal::new(400, 50109, "The request body contains invalid JSON.")
                    .into_response();
            }
        }
    }
    let mut response = match route(world, &call) {
        Ok(reply) => reply.into_response(),
        Err(refusal) => refusal.into_response(),
    };
    standing.describe(response.headers_mut());
    response
}

/// The route of a call with ids and tokens left out, for counting.
fn pattern(call: &Call) -> String {
    let mut path = String::new();
    for (index, segment) in call.path.iter().enumerate() {
        let tokened = matches!(
            call.path.first().map(String::as_str),
            Some("webhooks" | "interactions")
        );
        let shown = match segment.as_str() {
            _ if tokened && index == 2 => "{token}",
            text if text.bytes().all(|byte| byte.is_ascii_digit()) => "{id}",
            _ if index > 0 && call.path[index - 1] == "reactions" => "{emoji}",
            text => text,
        };
        path.push('/');
        path.push_str(shown);
    }
    format!("{} {path}", call.method)
}

fn route(world: &mut World, call: &Call) -> Answer {
    let parts: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match &parts[..] {
        ["gateway" | "users" | "oauth2" | "guilds", ..] | ["applications", "@me"] => {
            guilds::route(world, call, &parts)
        }
        ["applications", ..] => commands::route(world, call, &parts),
        ["channels", ..] => messages::route(world, call, &parts),
        ["interactions" | "webhooks", ..] => interactions::route(world, call, &parts),
        _ => Err(Refusal::not_found()),
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        match self {
            Self::Json(value) => json_response(StatusCode::OK, &value),
            Self::Created(value) => json_response(StatusCode::CREATED, &value),
            Self::Empty => StatusCode::NO_CONTENT.into_response(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = self.errors {
            body["errors"] = errors;
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        json_response(status, &body)
    }
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
