//! A simulated council endpoint: it takes cases as signed webhooks (Standard Webhooks 1.0),
//! gives each a reference, misbehaves when told to, and signs status updates of its own.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use thiserror::Error;
use tokio::sync::watch;

use super::clock::SimClock;
use super::serve::{Server, no_answer};

/// How far a timestamp may be from the clock, in seconds (Standard Webhooks 1.0).
const TOLERANCE: i64 = 5 * 60;
const PATH: &str = "/cases";

/// How the endpoint treats what reaches it with a good signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Keeps the case and answers with its reference.
    Up,
    /// Closes every connection without an answer and keeps nothing.
    Down,
    /// Answers this status and keeps nothing.
    Status(u16),
    /// Waits this long, then does as [`Behaviour::Up`]. Keeps nothing if the caller hangs up.
    Slow(Duration),
    /// Keeps the case and never answers.
    AcceptThenTimeout,
    /// Keeps the case and answers 200 without a reference.
    NoReference,
    /// Keeps the case and answers 200 with something that isn't JSON.
    Garbage,
}

/// A case that the council keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct CouncilCase {
    /// The `webhook-id` under which it came.
    pub id: String,
    /// The reference that the council gave it.
    pub reference: String,
    /// What was sent.
    pub body: Value,
    /// How often it was delivered.
    pub deliveries: u32,
}

/// A webhook with its three headers, as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`, in seconds since the Unix epoch.
    pub timestamp: String,
    /// `webhook-signature`.
    pub signature: String,
    /// The body, byte for byte.
    pub body: String,
}

/// A request that the council received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What came.
    pub request: SignedRequest,
    /// Whether its signature and timestamp were good.
    pub genuine: bool,
}

/// What keeps the council from signing or sending.
#[derive(Debug, Error)]
pub enum CouncilError {
    /// The secret can't be read.
    #[error("expected a webhook secret whsec_BASE64, found something that isn't base64")]
    Secret,
    /// The request could not be sent or was not answered.
    #[error("expected an answer from {url}, found: {cause}")]
    Unanswered {
        /// Where it was sent.
        url: String,
        /// What happened.
        cause: reqwest::Error,
    },
    /// What was waited for did not come.
    #[error("waited {seconds} s for the council, which has {cases} cases of {requests} requests")]
    TimedOut {
        /// How long.
        seconds: f64,
        /// How many cases there are.
        cases: usize,
        /// How many requests came.
        requests: usize,
    },
}

#[derive(Default)]
struct Desk {
    cases: Vec<CouncilCase>,
    received: Vec<Received>,
    updates: u64,
}

struct Shared {
    secret: String,
    clock: SimClock,
    behaviour: Mutex<Behaviour>,
    desk: Mutex<Desk>,
    version: watch::Sender<u64>,
}

/// A running simulated council. It stops when it is dropped.
pub struct CouncilSim {
    shared: Arc<Shared>,
    server: Mutex<Option<Server>>,
    port: u16,
}

impl CouncilSim {
    /// Starts on a free port.
    pub async fn start() -> io::Result<Self> {
        Self::start_at(0).await
    }

    /// Starts on a given port.
    pub async fn start_at(port: u16) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            secret: format!(
                "whsec_{}",
                STANDARD.encode(b"simulated council, not a secret")
            ),
            clock: SimClock::new(),
            behaviour: Mutex::new(Behaviour::Up),
            desk: Mutex::default(),
            version: watch::Sender::new(0),
        });
        let server = Server::start(port, app(&shared)).await?;
        let port = server.port();
        Ok(Self {
            shared,
            server: Mutex::new(Some(server)),
            port,
        })
    }

    /// Where cases are posted.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// The secret that both sides sign with.
    pub fn secret(&self) -> &str {
        &self.shared.secret
    }

    /// Changes how requests are treated from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        *lock(&self.shared.behaviour) = behaviour;
    }

    /// Refuses connections; cases are kept.
    pub fn go_down(&self) {
        lock(&self.server).take();
    }

    /// Listens again at the same address.
    pub async fn come_back(&self) -> io::Result<()> {
        let server = Server::start(self.port, app(&self.shared)).await?;
        *lock(&self.server) = Some(server);
        Ok(())
    }

    /// Moves the council's clock forward, which makes timestamps stale.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }

    /// The cases, in the order in which they first came.
    pub fn cases(&self) -> Vec<CouncilCase> {
        lock(&self.shared.desk).cases.clone()
    }

    /// Every request that came, refused ones included.
    pub fn requests(&self) -> Vec<Received> {
        lock(&self.shared.desk).received.clone()
    }

    /// Waits until the cases are as expected; looks again after every request.
    pub async fn wait_until(
        &self,
        mut expected: impl FnMut(&[CouncilCase]) -> bool,
        timeout: Duration,
    ) -> Result<(), CouncilError> {
        let mut changes = self.shared.version.subscribe();
        let search = async {
            loop {
                changes.mark_unchanged();
                if expected(&lock(&self.shared.desk).cases) {
                    return;
                }
                // The sender lives as long as this simulator: a change is all that can come.
                let _ = changes.changed().await;
            }
        };
        let found = tokio::time::timeout(timeout, search).await;
        found.map_err(|_| self.timed_out(timeout))
    }

    /// Waits until so many requests came, refused ones included.
    pub async fn wait_for_requests(
        &self,
        count: usize,
        timeout: Duration,
    ) -> Result<(), CouncilError> {
        let mut changes = self.shared.version.subscribe();
        let search = async {
            while lock(&self.shared.desk).received.len() < count {
                let _ = changes.changed().await;
            }
        };
        let found = tokio::time::timeout(timeout, search).await;
        found.map_err(|_| self.timed_out(timeout))
    }

    fn timed_out(&self, timeout: Duration) -> CouncilError {
        let desk = lock(&self.shared.desk);
        CouncilError::TimedOut {
            seconds: timeout.as_secs_f64(),
            cases: desk.cases.len(),
            requests: desk.received.len(),
        }
    }

    /// Signs a status update and posts it; gives the HTTP status of the answer.
    pub async fn post_status(
        &self,
        url: &str,
        secret: &str,
        update: &Value,
    ) -> Result<u16, CouncilError> {
        let request = self.signed_status(secret, update)?;
        self.post(url, &request).await
    }

    /// A signed status update that isn't sent yet, for [`CouncilSim::post`].
    pub fn signed_status(
        &self,
        secret: &str,
        update: &Value,
    ) -> Result<SignedRequest, CouncilError> {
        let number = {
            let mut desk = lock(&self.shared.desk);
            desk.updates += 1;
            desk.updates
        };
        let now = self.shared.clock.milliseconds() / 1_000;
        sign(
            secret,
            &format!("council_{}_{number}", self.port),
            now,
            &update.to_string(),
        )
    }

    /// Posts a request exactly as it is, as often as one likes; gives the HTTP status.
    pub async fn post(&self, url: &str, request: &SignedRequest) -> Result<u16, CouncilError> {
        let unanswered = |cause| CouncilError::Unanswered {
            url: url.to_owned(),
            cause,
        };
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .no_proxy()
            .build()
            .map_err(unanswered)?;
        let answer = client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", &request.id)
            .header("webhook-timestamp", &request.timestamp)
            .header("webhook-signature", &request.signature)
            .body(request.body.clone())
            .send()
            .await
            .map_err(unanswered)?;
        Ok(answer.status().as_u16())
    }
}

fn app(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route(PATH, post(receive))
        .with_state(Arc::clone(shared))
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let behaviour = *lock(&shared.behaviour);
    if behaviour == Behaviour::Down {
        return no_answer();
    }
    let header = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let request = SignedRequest {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let genuine = shared.is_genuine(&request);
    lock(&shared.desk).received.push(Received {
        request: request.clone(),
        genuine,
    });
    shared.version.send_modify(|version| *version += 1);
    if !genuine {
        let reason = json!({ "error": "expected a good signature made within 5 minutes" });
        return answer(StatusCode::UNAUTHORIZED, &reason.to_string());
    }
    if let Behaviour::Slow(wait) = behaviour {
        tokio::time::sleep(wait).await;
    }
    if let Behaviour::Status(status) = behaviour {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        return answer(status, &json!({ "error": "as told" }).to_string());
    }
    let Ok(content) = serde_json::from_str(&request.body) else {
        return answer(
            StatusCode::BAD_REQUEST,
            &json!({ "error": "expected JSON" }).to_string(),
        );
    };
    let reference = shared.keep(&request.id, content);
    match behaviour {
        Behaviour::AcceptThenTimeout => std::future::pending().await,
        Behaviour::NoReference => answer(StatusCode::OK, "{}"),
        Behaviour::Garbage => answer(StatusCode::OK, "<!doctype html><p>Thank you!"),
        _ => answer(
            StatusCode::OK,
            &json!({ "reference": reference }).to_string(),
        ),
    }
}

fn answer(status: StatusCode, body: &str) -> Response {
    (
        status,
        [("content-type", "application/json")],
        body.to_owned(),
    )
        .into_response()
}

impl Shared {
    fn is_genuine(&self, request: &SignedRequest) -> bool {
        let Ok(timestamp) = request.timestamp.parse::<i64>() else {
            return false;
        };
        let now = self.clock.milliseconds() / 1_000;
        if request.id.is_empty() || (now - timestamp).abs() > TOLERANCE {
            return false;
        }
        request.signature.split(' ').any(|signature| {
            let given = signature
                .strip_prefix("v1,")
                .and_then(|given| STANDARD.decode(given).ok());
            let expected = mac(&self.secret, &request.id, &request.timestamp, &request.body);
            given
                .zip(expected.ok())
                .is_some_and(|(given, mac)| mac.verify_slice(&given).is_ok())
        })
    }

    /// Keeps a case under its webhook id, once; gives its reference.
    fn keep(&self, id: &str, body: Value) -> String {
        let mut desk = lock(&self.desk);
        let known = desk.cases.iter_mut().find(|case| case.id == id);
        let reference = if let Some(case) = known {
            case.deliveries += 1;
            case.reference.clone()
        } else {
            let reference = format!("C-{:04}", 1_001 + desk.cases.len());
            let case = CouncilCase {
                id: id.to_owned(),
                reference: reference.clone(),
                body,
                deliveries: 1,
            };
            desk.cases.push(case);
            reference
        };
        drop(desk);
        self.version.send_modify(|version| *version += 1);
        reference
    }
}

/// Signs a webhook as Standard Webhooks 1.0 says: HMAC-SHA256 over `id.timestamp.body` with
/// the secret's bytes, in base64 after `v1,`. The secret may come without its `whsec_`.
pub fn sign(
    secret: &str,
    id: &str,
    timestamp: i64,
    body: &str,
) -> Result<SignedRequest, CouncilError> {
    let timestamp = timestamp.to_string();
    let tag = mac(secret, id, &timestamp, body)?.finalize().into_bytes();
    Ok(SignedRequest {
        id: id.to_owned(),
        timestamp,
        signature: format!("v1,{}", STANDARD.encode(tag)),
        body: body.to_owned(),
    })
}

fn mac(secret: &str, id: &str, timestamp: &str, body: &str) -> Result<Hmac<Sha256>, CouncilError> {
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap_or(secret))
        .map_err(|_| CouncilError::Secret)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| CouncilError::Secret)?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Ok(mac)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(10);

    #[test]
    fn signs_as_the_published_vector() {
        let signed = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        )
        .expect("a good secret");
        assert_eq!(
            signed.signature,
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    fn case(council: &CouncilSim, id: &str, age: i64) -> SignedRequest {
        let now = council.shared.clock.milliseconds() / 1_000;
        sign(council.secret(), id, now - age, r#"{"code":"K7"}"#).expect("a good secret")
    }

    #[tokio::test]
    async fn the_same_id_is_one_case_with_one_reference() {
        let council = CouncilSim::start().await.expect("a free port");
        let request = case(&council, "msg_1", 0);
        for _ in 0..2 {
            assert_eq!(
                council
                    .post(&council.url(), &request)
                    .await
                    .expect("an answer"),
                200
            );
        }
        let cases = council.cases();
        assert_eq!(cases.len(), 1);
        assert_eq!(
            (cases[0].reference.as_str(), cases[0].deliveries),
            ("C-1001", 2)
        );
        assert_eq!(cases[0].body["code"], "K7");
    }

    #[tokio::test]
    async fn bad_signatures_and_stale_timestamps_are_refused() {
        let council = CouncilSim::start().await.expect("a free port");
        let mut forged = case(&council, "msg_1", 0);
        forged.body = r#"{"code":"K8"}"#.to_owned();
        for request in [forged, case(&council, "msg_2", 301), case(&council, "", 0)] {
            assert_eq!(
                council
                    .post(&council.url(), &request)
                    .await
                    .expect("an answer"),
                401
            );
        }
        assert!(council.cases().is_empty());
        assert!(council.requests().iter().all(|received| !received.genuine));
        let mut rotated = case(&council, "msg_3", 0);
        rotated.signature = format!("v1,AAAA {}", rotated.signature);
        assert_eq!(
            council
                .post(&council.url(), &rotated)
                .await
                .expect("an answer"),
            200
        );
    }

    #[tokio::test]
    async fn misbehaves_as_told() {
        let council = CouncilSim::start().await.expect("a free port");
        let request = case(&council, "msg_1", 0);
        for status in [410, 500] {
            council.behave(Behaviour::Status(status));
            assert_eq!(
                council
                    .post(&council.url(), &request)
                    .await
                    .expect("an answer"),
                status
            );
        }
        council.behave(Behaviour::Down);
        council
            .post(&council.url(), &request)
            .await
            .expect_err("no answer");
        assert!(council.cases().is_empty());
        council.behave(Behaviour::Garbage);
        assert_eq!(
            council
                .post(&council.url(), &request)
                .await
                .expect("an answer"),
            200
        );
        council.go_down();
        council
            .post(&council.url(), &request)
            .await
            .expect_err("refused");
        council.come_back().await.expect("its port");
        council.behave(Behaviour::Slow(Duration::from_millis(1)));
        assert_eq!(
            council
                .post(&council.url(), &request)
                .await
                .expect("an answer"),
            200
        );
        assert_eq!(council.cases()[0].deliveries, 2);
    }

    #[tokio::test]
    async fn can_accept_without_ever_answering() {
        let council = CouncilSim::start().await.expect("a free port");
        council.behave(Behaviour::AcceptThenTimeout);
        let request = case(&council, "msg_1", 0);
        let url = council.url();
        tokio::select! {
            answered = council.post(&url, &request) => panic!("answered {answered:?}"),
            kept = council.wait_until(|cases| cases.len() == 1, WAIT) => kept.expect("a case"),
        }
    }
}
