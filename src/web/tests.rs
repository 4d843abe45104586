//! The server as its callers see it, over a real connection.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use insta::assert_snapshot;
use reqwest::{Client, Method, StatusCode};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

mod queue;

use super::*;
use crate::domain::case::Outcome;
use crate::domain::clock::Timestamp;
use crate::domain::inbound::{Event, ReferralName};

/// What the tests' own destination signs with; the real check belongs to the hub.
const GOOD: &str = "v1,good";
const NEWS: &str =
    r#"{"type": "case.status", "data": {"reference": "MC-77", "status": "Complete"}}"#;

struct Served {
    address: String,
    client: Client,
    taken: Arc<Mutex<Vec<Inbound>>>,
    able: Arc<AtomicBool>,
    stop: CancellationToken,
    serving: JoinSet<()>,
}

impl Served {
    async fn begin() -> Self {
        Self::begin_with(None).await
    }

    async fn begin_with(api: Option<Api>) -> Self {
        let (taken, able) = (
            Arc::<Mutex<Vec<Inbound>>>::default(),
            Arc::new(AtomicBool::new(true)),
        );
        let web = Web {
            api,
            ..web(&taken, &able)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, web, stop.clone()));
        let client = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Self {
            address,
            client,
            taken,
            able,
            stop,
            serving,
        }
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let answer = self
            .client
            .get(format!("{}{path}", self.address))
            .send()
            .await
            .unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn post(&self, destination: &str, signature: &str, body: String) -> (StatusCode, String) {
        let answer = self
            .client
            .post(format!("{}/hub/{destination}/status", self.address))
            .header("webhook-id", "evt_1")
            .header("webhook-timestamp", "1614265330")
            .header("webhook-signature", signature)
            .body(body)
            .send()
            .await
            .unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    fn taken(&self) -> Vec<Inbound> {
        self.taken.lock().unwrap().clone()
    }
}

fn web(taken: &Arc<Mutex<Vec<Inbound>>>, able: &Arc<AtomicBool>) -> Web {
    let (keep, works, up) = (Arc::clone(taken), Arc::clone(able), Arc::clone(able));
    Web {
        ready: Arc::new(move || {
            let ready = up.load(Ordering::SeqCst);
            Box::pin(async move { ready.then_some(()).ok_or_else(|| "no database".to_owned()) })
        }),
        samples: Arc::new(|| {
            Box::pin(async {
                vec![
                    Sample::counter("inbound", "What came in.", 3).about("kind", "message"),
                    Sample::gauge("outbox_waiting", "What waits to be sent.", 2),
                    Sample::counter("inbound", "What came in.", 1).about("kind", "a \"b\"\\\nc"),
                    Sample::counter("dead", "What failed for good.", 0),
                ]
            })
        }),
        verify: Arc::new(|destination, posted| {
            if destination.as_str() == "medway" && posted.signature == GOOD {
                Ok(())
            } else {
                Err(Refusal("expected a good signature".to_owned()))
            }
        }),
        hand_over: Arc::new(move |inbound| {
            let works = works.load(Ordering::SeqCst);
            if works {
                keep.lock().unwrap().push(inbound);
            }
            Box::pin(async move { works })
        }),
        api: None,
    }
}

#[tokio::test]
async fn it_is_alive_even_where_it_is_not_ready() {
    let served = Served::begin().await;
    assert_eq!(
        served.get("/readyz").await,
        (StatusCode::OK, "ready\n".to_owned())
    );
    served.able.store(false, Ordering::SeqCst);
    let unready = (
        StatusCode::SERVICE_UNAVAILABLE,
        "not ready: no database\n".to_owned(),
    );
    assert_eq!(served.get("/readyz").await, unready);
    assert_eq!(
        served.get("/healthz").await,
        (StatusCode::OK, "alive\n".to_owned())
    );
}

#[tokio::test]
async fn metrics_are_told_family_by_family() {
    let served = Served::begin().await;
    let (status, text) = served.get("/metrics").await;
    assert_eq!(status, StatusCode::OK);
    assert_snapshot!(text, @r#"
    # HELP kith_dead_total What failed for good.
    # TYPE kith_dead_total counter
    kith_dead_total 0
    # HELP kith_inbound_total What came in.
    # TYPE kith_inbound_total counter
    kith_inbound_total{kind="message"} 3
    kith_inbound_total{kind="a \"b\"\\\nc"} 1
    # HELP kith_outbox_waiting What waits to be sent.
    # TYPE kith_outbox_waiting gauge
    kith_outbox_waiting 2
    "#);
}

#[tokio::test]
async fn news_is_accepted_once_it_is_kept() {
    let served = Served::begin().await;
    let (status, _) = served.post("medway", GOOD, NEWS.to_owned()).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let taken = served.taken();
    let [inbound] = taken.as_slice() else {
        panic!("{taken:?}")
    };
    assert_eq!(inbound.connector.as_str(), "web");
    assert_eq!(inbound.key.as_str(), "medway/evt_1");
    assert_eq!(inbound.at, Timestamp::from_millis(1_614_265_330_000));
    let Event::Status(news) = &inbound.event else {
        panic!("{inbound:?}")
    };
    assert_eq!(news.about, ReferralName::Theirs("MC-77".to_owned()));
    assert_eq!(news.outcome, Some(Outcome::Helped));
}

#[tokio::test]
async fn news_that_is_not_kept_is_not_accepted() {
    let served = Served::begin().await;
    served.able.store(false, Ordering::SeqCst);
    let (status, _) = served.post("medway", GOOD, NEWS.to_owned()).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn what_is_not_believed_is_not_read() {
    let served = Served::begin().await;
    let refused = [
        served.post("medway", "v1,bad", NEWS.to_owned()).await,
        served.post("other", GOOD, NEWS.to_owned()).await,
        served.post("medway", GOOD, "{".to_owned()).await,
        served.post("medway", GOOD, "x".repeat(70_000)).await,
    ];
    let told: Vec<_> = refused
        .iter()
        .map(|(status, body)| format!("{status} {body}"))
        .collect();
    assert_snapshot!(told.join("\n"), @r#"
    401 Unauthorized {"error":"expected a good signature"}
    401 Unauthorized {"error":"expected a good signature"}
    400 Bad Request {"error":"expected a JSON object, found something else"}
    413 Payload Too Large {"error":"expected a whole body of at most 65536 bytes"}
    "#);
    let unsigned = served
        .client
        .post(format!("{}/hub/medway/status", served.address))
        .body(NEWS)
        .send()
        .await
        .unwrap();
    assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(served.taken(), []);
}

#[tokio::test]
async fn other_ways_lead_nowhere() {
    let served = Served::begin().await;
    assert_eq!(served.get("/").await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        served.get("/hub/medway/status").await.0,
        StatusCode::METHOD_NOT_ALLOWED
    );
    let url = format!("{}/metrics", served.address);
    let answer = served
        .client
        .request(Method::DELETE, url)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn it_stops_when_told() {
    let mut served = Served::begin().await;
    assert_eq!(served.get("/healthz").await.0, StatusCode::OK);
    served.stop.cancel();
    assert!(matches!(served.serving.join_next().await, Some(Ok(()))));
    let gone = served
        .client
        .get(format!("{}/healthz", served.address))
        .send()
        .await;
    assert!(gone.unwrap_err().is_connect());
}
