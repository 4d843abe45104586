//! Rate limits: 50 calls a second in all, 5 messages per 5 seconds in a channel. Off until a
//! test switches them on.

use std::collections::HashMap;

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

const GLOBAL: Allowance = Allowance {
    calls: 50,
    window: 1000,
};
const MESSAGES: Allowance = Allowance {
    calls: 5,
    window: 5000,
};

#[derive(Clone, Copy, Debug)]
struct Allowance {
    calls: u32,
    window: u64,
}

/// How many calls were made in the windows that run now.
#[derive(Clone, Debug, Default)]
pub(in crate::sim::discord) struct Limits {
    pub(in crate::sim::discord) enforced: bool,
    windows: HashMap<String, (u64, u32)>,
}

/// Where a call stands against its limit.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    exceeded: bool,
    global: bool,
    described: bool,
    remaining: u32,
    reset_after: f64,
    reset_at: f64,
}

impl Limits {
    /// Counts a call. Interaction routes are outside the global limit.
    pub(super) fn count(&mut self, now: u64, parts: &[&str], method: &Method) -> Standing {
        if !self.enforced {
            return Standing::default();
        }
        if !matches!(parts, ["interactions" | "webhooks", ..]) {
            let global = self.take("global", now, GLOBAL);
            if global.exceeded {
                return Standing {
                    global: true,
                    ..global
                };
            }
        }
        match parts {
            ["channels", channel, "messages"] if *method == Method::POST => {
                self.take(channel, now, MESSAGES)
            }
            _ => Standing::default(),
        }
    }

    fn take(&mut self, bucket: &str, now: u64, allowance: Allowance) -> Standing {
        let window = self.windows.entry(bucket.to_owned()).or_insert((now, 0));
        if now >= window.0 + allowance.window {
            *window = (now, 0);
        }
        let exceeded = window.1 >= allowance.calls;
        if !exceeded {
            window.1 += 1;
        }
        let reset = window.0 + allowance.window;
        Standing {
            exceeded,
            global: false,
            described: true,
            remaining: allowance.calls - window.1,
            reset_after: seconds(reset - now),
            reset_at: seconds(reset),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit into the 52 bits of a double's fraction"
)]
fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1000.0
}

impl Standing {
    /// A limit from nowhere, as an injected fault.
    pub(super) fn limited_for(seconds: f64) -> Self {
        Self {
            exceeded: true,
            described: true,
            reset_after: seconds,
            ..Self::default()
        }
    }

    pub(super) fn is_exceeded(&self) -> bool {
        self.exceeded
    }

    /// The 429 answer (documentation: "Exceeding A Rate Limit").
    pub(super) fn refuse(&self) -> Response {
        let body = json!({
            "message": "You are being rate limited.",
            "retry_after": self.reset_after,
            "global": self.global,
        });
        let mut response = (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        self.describe(headers);
        put(
            headers,
            "retry-after",
            &format!("{:.0}", self.reset_after.ceil()),
        );
        put(
            headers,
            "x-ratelimit-scope",
            if self.global { "global" } else { "user" },
        );
        if self.global {
            put(headers, "x-ratelimit-global", "true");
        }
        response
    }

    /// Adds the headers that tell a client where it stands.
    pub(super) fn describe(&self, headers: &mut HeaderMap) {
        if !self.described || self.global {
            return;
        }
        put(headers, "x-ratelimit-limit", &MESSAGES.calls.to_string());
        put(
            headers,
            "x-ratelimit-remaining",
            &self.remaining.to_string(),
        );
        put(
            headers,
            "x-ratelimit-reset",
            &format!("{:.3}", self.reset_at),
        );
        put(
            headers,
            "x-ratelimit-reset-after",
            &format!("{:.3}", self.reset_after),
        );
        put(
            headers,
            "x-ratelimit-bucket",
            "80c17d2f203122d936070c88c8d10f33",
        );
    }
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
