//! Whoever can reach the web server: without a token or a signature they learn and change nothing, and they fill no memory.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kith::domain::clock::{Clock, Timestamp};
use kith::domain::ids::DestinationId;
use kith::domain::inbound::Inbound;
use kith::domain::settings::Area;
use kith::flow::SystemClock;
use kith::hub::{DestinationSettings, Destinations, Key, Signed, sign};
use kith::web::{Api, ApiToken, Refusal, Web, serve};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER_SECRET: &str = "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcg==";
const NEWS: &str = r#"{"reference": "MC-77", "status": "closed"}"#;
/// How long the server may take over anything.
const PATIENCE: Duration = Duration::from_secs(15);

/// kith's own web server on a port of its own, with what it took in.
struct Served {
    address: String,
    taken: Arc<Mutex<Vec<Inbound>>>,
    asked: Arc<Mutex<usize>>,
    _serving: JoinSet<()>,
}

fn token(name: &str, expires: Option<Timestamp>) -> ApiToken {
    ApiToken {
        name: name.to_owned(),
        sha256: Sha256::digest(name).into(),
        area: Area::default(),
        expires,
    }
}

fn destinations() -> Destinations {
    let one = |id: &str, secret: &str| DestinationSettings {
        id: DestinationId::new(id),
        title: id.to_owned(),
        url: "http://127.0.0.1:9/".parse().unwrap(),
        secrets: vec![secret.into()],
        allow_private: true,
        timeout: Duration::from_secs(1),
        fields: Vec::new(),
    };
    Destinations::new(vec![one("medway", SECRET), one("other", OTHER_SECRET)]).unwrap()
}

impl Served {
    async fn begin() -> Self {
        let (taken, asked) = (
            Arc::<Mutex<Vec<Inbound>>>::default(),
            Arc::<Mutex<usize>>::default(),
        );
        let (keep, count, destinations) = (Arc::clone(&taken), Arc::clone(&asked), destinations());
        let yesterday = Timestamp::from_millis(SystemClock.now().as_millis() - 86_400_000);
        let web = Web {
            ready: Arc::new(|| Box::pin(async { Ok(()) })),
            samples: Arc::new(|| Box::pin(async { Vec::new() })),
            verify: Arc::new(move |destination, posted| {
                let signed = Signed {
                    id: posted.id,
                    timestamp: posted.timestamp,
                    signature: posted.signature,
                    body: posted.body,
                };
                let now = SystemClock.now();
                destinations
                    .verify(destination, &signed, now)
                    .map_err(|error| Refusal(error.to_string()))
            }),
            hand_over: Arc::new(move |inbound| {
                keep.lock().unwrap().push(inbound);
                Box::pin(async { true })
            }),
            api: Some(Api {
                tokens: [token("kith_good", None), token("kith_old", Some(yesterday))].into(),
                cases: Arc::new(move |_, _| {
                    *count.lock().unwrap() += 1;
                    Box::pin(async { Ok(Vec::new()) })
                }),
                now: Arc::new(|| SystemClock.now()),
            }),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, web, CancellationToken::new()));
        Self {
            address,
            taken,
            asked,
            _serving: serving,
        }
    }

    /// Sends this text and gives back what comes until the connection is closed.
    async fn sends(&self, text: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        // The server may close while a flood is still on its way.
        let _ = stream.write_all(text.as_bytes()).await;
        let mut answer = Vec::new();
        let mut read = stream.take(64 * 1024);
        let _ = tokio::time::timeout(PATIENCE, read.read_to_end(&mut answer))
            .await
            .expect("an end");
        String::from_utf8_lossy(&answer).into_owned()
    }

    async fn gets(&self, path: &str, headers: &str) -> String {
        self.sends(&format!(
            "GET {path} HTTP/1.1\r\nhost: kith\r\nconnection: close\r\n{headers}\r\n"
        ))
        .await
    }

    async fn posts(&self, path: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        self.sends(&format!(
            "POST {path} HTTP/1.1\r\nhost: kith\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        ))
        .await
    }

    /// Nothing was taken in, and nobody read the queue.
    fn is_untouched(&self) {
        assert_eq!(*self.taken.lock().unwrap(), []);
        assert_eq!(*self.asked.lock().unwrap(), 0);
    }
}

fn status(answer: &str) -> u16 {
    let word = answer.split_whitespace().nth(1);
    word.and_then(|word| word.parse().ok())
        .unwrap_or_else(|| panic!("no status in {answer:?}"))
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

/// The headers of a post signed so at this many seconds from now.
fn signed(secret: &str, id: &str, (offset, body): (i64, &str)) -> String {
    let key = Key::parse(&secret.into()).unwrap();
    let seconds = SystemClock.now().as_millis() / 1_000 + offset;
    let signature = sign(&key, id, seconds, body.as_bytes());
    format!(
        "webhook-id: {id}\r\nwebhook-timestamp: {seconds}\r\nwebhook-signature: {signature}\r\n"
    )
}

/// A request for the queue that is answered by 401.
macro_rules! no_queue {
    ($($name:ident: $headers:expr;)+) => {
        $(
            #[tokio::test]
            async fn $name() {
                let served = Served::begin().await;
                let answer = served.gets("/api/v1/cases", $headers).await;
                assert_eq!(status(&answer), 401, "{answer}");
                served.is_untouched();
            }
        )+
    };
}

no_queue! {
    the_queue_without_a_token: "";
    the_queue_with_an_empty_token: "authorization: Bearer \r\n";
    the_queue_with_a_wrong_token: "authorization: Bearer kith_guessed\r\n";
    the_queue_with_a_token_that_ran_out: "authorization: Bearer kith_old\r\n";
    the_queue_with_the_digest_in_place_of_the_token:
        "authorization: Bearer 3f1d0f3e2e6e1f8b0a7a9a6f1f0f7b0c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f70\r\n";
    the_queue_with_a_password: "authorization: Basic a2l0aF9nb29k\r\n";
    the_queue_with_two_tokens_in_one: "authorization: Bearer kith_guessed kith_good\r\n";
    the_queue_with_a_token_in_a_cookie: "cookie: token=kith_good\r\n";
}

#[tokio::test]
async fn a_token_in_the_address_is_none() {
    let served = Served::begin().await;
    for path in [
        "/api/v1/cases?token=kith_good",
        "/api/v1/cases?access_token=kith_good",
    ] {
        assert_eq!(status(&served.gets(path, "").await), 401, "{path}");
    }
    served.is_untouched();
}

#[tokio::test]
async fn tricks_with_the_path_lead_nowhere() {
    let served = Served::begin().await;
    let token = "authorization: Bearer kith_good\r\n";
    for path in [
        "/api/v1/cases/",
        "/api/v1/cases/..",
        "/api/v1/../v1/cases",
        "//api/v1/cases",
        "/api/v1/cases%00",
        "/API/V1/CASES",
        "/api/v1/cases/../../etc/passwd",
        "/%2e%2e/%2e%2e/kith.toml",
        "/kith.db",
        "/hub/../metrics",
    ] {
        let answer = served.gets(path, token).await;
        assert!(
            matches!(status(&answer), 400 | 404 | 405),
            "{path}: {answer}"
        );
    }
    served.is_untouched();
    let answer = served.gets("/api/v1/cases", token).await;
    assert_eq!(status(&answer), 200, "the token itself is good: {answer}");
}

#[tokio::test]
async fn a_query_of_nonsense_is_refused_before_the_queue_is_read() {
    let served = Served::begin().await;
    let token = "authorization: Bearer kith_good\r\n";
    for query in [
        "limit=100000",
        "limit=-1",
        "cursor=%00%ff",
        "order=1;DROP%20TABLE%20case_record",
        "outcode='%20OR%201=1",
        "state=open&state=open",
    ] {
        let answer = served.gets(&format!("/api/v1/cases?{query}"), token).await;
        assert_eq!(status(&answer), 400, "{query}: {answer}");
    }
    served.is_untouched();
}

#[tokio::test]
async fn a_flood_of_headers_is_cut_off() {
    let served = Served::begin().await;
    let many: Vec<_> = (0..5_000)
        .map(|number| format!("x-{number}: a\r\n"))
        .collect();
    let many = many.concat();
    let long = format!("x-long: {}\r\n", "a".repeat(2_000_000));
    for headers in [many, long] {
        let answer = served.gets("/api/v1/cases", &headers).await;
        assert!(answer.is_empty() || status(&answer) == 431, "{answer}");
    }
    served.is_untouched();
    assert_eq!(
        status(&served.gets("/healthz", "").await),
        200,
        "others are answered"
    );
}

#[tokio::test]
async fn a_huge_body_is_not_kept() {
    let served = Served::begin().await;
    let big = format!(
        r#"{{"reference": "MC-77", "status": "{}"}}"#,
        "x".repeat(1_000_000)
    );
    let headers = signed(SECRET, "evt_1", (0, &big));
    let answer = served.posts("/hub/medway/status", &headers, &big).await;
    assert!(answer.is_empty() || status(&answer) == 413, "{answer}");
    served.is_untouched();
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let served = Served::begin().await;
    let headers = signed(SECRET, "evt_1", (0, ""));
    let head = format!(
        "POST /hub/medway/status HTTP/1.1\r\nhost: kith\r\nconnection: close\r\ncontent-length: 4000\r\n{headers}\r\n{{"
    );
    let answer = served.sends(&head).await;
    assert_eq!(status(&answer), 408, "{answer}");
    served.is_untouched();
}

#[tokio::test]
async fn a_request_that_never_ends_is_given_up() {
    let served = Served::begin().await;
    let answer = served
        .sends("GET /api/v1/cases HTTP/1.1\r\nhost: kith\r\nx-slow: ")
        .await;
    assert!(answer.is_empty() || status(&answer) == 408, "{answer}");
    served.is_untouched();
}

#[tokio::test]
async fn deeply_nested_news_is_no_news() {
    let served = Served::begin().await;
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let answer = served
        .posts(
            "/hub/medway/status",
            &signed(SECRET, "evt_1", (0, &deep)),
            &deep,
        )
        .await;
    assert_eq!(status(&answer), 400, "{answer}");
    served.is_untouched();
}

/// News that is not believed: the headers it comes with, where to, and what is told.
macro_rules! not_believed {
    ($($name:ident: $to:literal, $headers:expr;)+) => {
        $(
            #[tokio::test]
            async fn $name() {
                let served = Served::begin().await;
                let headers = $headers;
                let answer = served.posts(concat!("/hub/", $to, "/status"), &headers, NEWS).await;
                assert_eq!(status(&answer), 401, "{answer}");
                assert!(!answer.contains("MC-77"), "{answer}");
                served.is_untouched();
            }
        )+
    };
}

not_believed! {
    news_without_a_signature: "medway", String::new();
    news_with_a_made_up_signature: "medway",
        signed(SECRET, "evt_1", (0, NEWS)).replace("v1,", "v1,AAAA");
    news_signed_by_another_destination: "medway", signed(OTHER_SECRET, "evt_1", (0, NEWS));
    news_sent_in_anothers_name: "other", signed(SECRET, "evt_1", (0, NEWS));
    news_whose_words_were_changed: "medway", signed(SECRET, "evt_1", (0, r#"{"reference": "MC-78"}"#));
    news_whose_name_was_changed: "medway",
        signed(SECRET, "evt_1", (0, NEWS)).replace("webhook-id: evt_1", "webhook-id: evt_2");
    news_of_an_hour_ago: "medway", signed(SECRET, "evt_1", (-3_600, NEWS));
    news_of_tomorrow: "medway", signed(SECRET, "evt_1", (86_400, NEWS));
    news_with_no_time_at_all: "medway",
        signed(SECRET, "evt_1", (0, NEWS)).replace("webhook-timestamp: 1", "webhook-timestamp: x1");
    news_with_a_name_of_a_thousand_signs: "medway", signed(SECRET, &"x".repeat(1_000), (0, NEWS));
    news_to_a_path_of_another_kind: "medway%2F..%2Fother", signed(SECRET, "evt_1", (0, NEWS));
}

#[tokio::test]
async fn whether_there_is_such_a_destination_is_not_told() {
    let served = Served::begin().await;
    let there = served
        .posts(
            "/hub/other/status",
            &signed(SECRET, "evt_1", (0, NEWS)),
            NEWS,
        )
        .await;
    let not_there = served
        .posts(
            "/hub/nowhere/status",
            &signed(SECRET, "evt_1", (0, NEWS)),
            NEWS,
        )
        .await;
    assert_eq!(
        (status(&there), body(&there)),
        (status(&not_there), body(&not_there))
    );
    let old = |to: &str| format!("/hub/{to}/status");
    let headers = signed(SECRET, "evt_1", (-3_600, NEWS));
    let there = served.posts(&old("other"), &headers, NEWS).await;
    let not_there = served.posts(&old("nowhere"), &headers, NEWS).await;
    assert_eq!(body(&there), body(&not_there));
    served.is_untouched();
}

#[tokio::test]
async fn news_posted_again_is_the_same_news() {
    let served = Served::begin().await;
    let headers = signed(SECRET, "evt_1", (0, NEWS));
    for _ in 0..3 {
        let answer = served.posts("/hub/medway/status", &headers, NEWS).await;
        assert_eq!(status(&answer), 202, "{answer}");
    }
    let taken = served.taken.lock().unwrap().clone();
    assert!(
        taken.iter().all(|inbound| inbound.key == taken[0].key),
        "taken in once: {taken:?}"
    );
}

#[tokio::test]
async fn nothing_is_told_of_the_machine() {
    let served = Served::begin().await;
    for (path, headers) in [
        ("/", ""),
        ("/api/v1/cases", ""),
        ("/hub/medway/status", ""),
        (
            "/api/v1/cases?limit=x",
            "authorization: Bearer kith_good\r\n",
        ),
    ] {
        let answer = served.gets(path, headers).await.to_lowercase();
        for told in [
            "server:",
            "panicked",
            "src/",
            "sqlite",
            "backtrace",
            "medway",
            "kith_old",
        ] {
            assert!(!answer.contains(told), "{told} in {answer}");
        }
    }
}
