//! Handing cases to a destination that behaves, and to some that don't.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use insta::assert_snapshot;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::*;
use crate::domain::consent::Ground;
use crate::domain::disclosure::{Disclosed, LEAST_FIELDS, To};
use crate::domain::ids::{Draw, ReferralId};
use crate::domain::referral::{NoticeOf, Recall, RecallReason, ReferralNotice};
use crate::domain::samples;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// 2021-02-25T15:02:10Z.
const NOW: Timestamp = Timestamp::from_millis(1_614_265_330_000);

type Answer = Arc<dyn Fn() -> Response + Send + Sync>;
type Requests = Arc<Mutex<Vec<(HeaderMap, Vec<u8>)>>>;

/// A destination on this machine that keeps what it is sent.
struct Council {
    url: Url,
    requests: Requests,
    _serving: JoinSet<()>,
}

impl Council {
    async fn answering(answer: impl Fn() -> Response + Send + Sync + 'static) -> Self {
        let requests = Requests::default();
        let state: (Requests, Answer) = (Arc::clone(&requests), Arc::new(answer));
        let take = |State((requests, answer)): State<(Requests, Answer)>,
                    headers: HeaderMap,
                    body: Bytes| async move {
            requests.lock().unwrap().push((headers, body.to_vec()));
            answer()
        };
        let router = Router::new().fallback(take).with_state(state);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/cases", listener.local_addr().unwrap());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url: url.parse().unwrap(),
            requests,
            _serving: serving,
        }
    }

    fn destinations(&self) -> Destinations {
        Destinations::new(vec![settings(&self.url)]).unwrap()
    }

    fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

fn settings(url: &Url) -> DestinationSettings {
    DestinationSettings {
        id: DestinationId::new("medway"),
        title: "Medway Council".to_owned(),
        url: url.clone(),
        secrets: vec![SECRET.into()],
        allow_private: true,
        timeout: Duration::from_millis(300),
        fields: LEAST_FIELDS.to_vec(),
    }
}

/// What a destination with these fields is told, with or without a ground.
fn notice(fields: &[Item], on_ground: bool) -> Notice {
    let to = To::destination(fields, on_ground, |text, _| text.to_owned());
    Notice::Referral(ReferralNotice {
        of: NoticeOf::Case,
        referral: ReferralId::new("0123456789abcdef"),
        code: Draw::new([1; 16]).code(),
        told: Disclosed::of(&samples::case(), &to),
        ground: on_ground.then_some(Ground::Consent),
        raised_at: None,
    })
}

async fn forward(destinations: &Destinations) -> Result<Option<String>, ForwardFailure> {
    let handover = Handover {
        key: &EffectId::new("effect01"),
        notice: &notice(&LEAST_FIELDS, false),
        now: NOW,
    };
    destinations
        .forward(&DestinationId::new("medway"), handover)
        .await
}

fn json(text: &'static str) -> impl Fn() -> Response + Send + Sync + 'static {
    move || (StatusCode::OK, text).into_response()
}

#[tokio::test]
async fn a_case_is_told_thinly_and_signed() {
    let council = Council::answering(json(r#"{"reference": "MC-77"}"#)).await;
    let destinations = council.destinations();
    assert_eq!(forward(&destinations).await, Ok(Some("MC-77".to_owned())));
    let requests = council.requests.lock().unwrap();
    let [(headers, body)] = requests.as_slice() else {
        panic!("{requests:?}")
    };
    let header = |name: &str| headers.get(name).unwrap().to_str().unwrap();
    assert_eq!(header("webhook-id"), "msg_effect01");
    let signed = Signed {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body,
    };
    let from = DestinationId::new("medway");
    assert_eq!(destinations.verify(&from, &signed, NOW), Ok(()));
    let other = DestinationId::new("other");
    assert_eq!(
        destinations.verify(&other, &signed, NOW),
        Err(SignatureError::Mismatch)
    );
    let body: Value = serde_json::from_slice(body).unwrap();
    assert_snapshot!(serde_json::to_string_pretty(&body).unwrap(), @r#"
    {
      "data": {
        "categories": [
          "prescription",
          "food"
        ],
        "code": "K78-8WY9",
        "consent": false,
        "ground": null,
        "outcode": "ME7",
        "referral": "0123456789abcdef",
        "urgency": "today"
      },
      "timestamp": "2021-02-25T15:02:10Z",
      "type": "case.referred"
    }
    "#);
}

#[tokio::test]
async fn only_what_the_settings_name_arrives_and_what_is_personal_on_a_ground_alone() {
    let secrets = [
        "Firstplanted",
        "Lastplanted",
        "planted-task",
        "planted-time",
        "planted-gran",
        "Plantedstreet",
        "planted-contact",
    ];
    let every: Vec<Item> = Item::nameable().collect();
    let sent = async |fields: &[Item], on_ground| {
        let council = Council::answering(json("{}")).await;
        let handover = Handover {
            key: &EffectId::new("effect01"),
            notice: &notice(fields, on_ground),
            now: NOW,
        };
        let to = DestinationId::new("medway");
        council.destinations().forward(&to, handover).await.unwrap();
        let requests = council.requests.lock().unwrap();
        format!("{requests:?} {}", String::from_utf8_lossy(&requests[0].1))
    };
    let thin = sent(&every, false).await;
    let all = sent(&every, true).await;
    for secret in secrets {
        assert!(!thin.contains(secret), "{secret} in {thin}");
        assert!(all.contains(secret), "{secret} is missing in {all}");
    }
    let contact = sent(&[Item::FirstName, Item::Contact], true).await;
    for (secret, told) in [("Firstplanted", true), ("planted-contact", true)]
        .into_iter()
        .chain(secrets[1..6].iter().map(|secret| (*secret, false)))
        .chain([("prescription", false), ("ME7", false), ("today", false)])
    {
        assert_eq!(contact.contains(secret), told, "{secret}: {contact}");
    }
    for never in [
        "planted-rule-words",
        "planted-reason",
        "planted-status",
        "planted-answer",
    ] {
        assert!(!all.contains(never), "{never} in {all}");
    }
}

#[tokio::test]
async fn a_recall_names_the_case_and_nothing_of_it() {
    let council = Council::answering(json("{}")).await;
    let recall = Notice::Recall(Recall {
        referral: ReferralId::new("0123456789abcdef"),
        code: Draw::new([1; 16]).code(),
        reference: Some("MC-77".to_owned()),
        why: RecallReason::ConsentWithdrawn,
    });
    let handover = Handover {
        key: &EffectId::new("effect01"),
        notice: &recall,
        now: NOW,
    };
    let to = DestinationId::new("medway");
    council.destinations().forward(&to, handover).await.unwrap();
    let requests = council.requests.lock().unwrap();
    let (headers, body) = &requests[0];
    assert_eq!(headers["webhook-id"], "msg_effect01_recall");
    assert_snapshot!(String::from_utf8_lossy(body), @r#"{"data":{"code":"K78-8WY9","reference":"MC-77","referral":"0123456789abcdef"},"timestamp":"2021-02-25T15:02:10Z","type":"consent.withdrawn"}"#);
}

#[tokio::test]
async fn success_without_a_reference_is_success() {
    for answer in ["", "thank you", "{}"] {
        let council = Council::answering(json(answer)).await;
        assert_eq!(forward(&council.destinations()).await, Ok(None), "{answer}");
    }
    let huge = || "x".repeat(1_000_000).into_response();
    let council = Council::answering(huge).await;
    assert_eq!(forward(&council.destinations()).await, Ok(None));
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for status in [408, 425, 429, 500, 502, 503] {
        let answer = move || {
            (
                StatusCode::from_u16(status).unwrap(),
                [("retry-after", "7")],
            )
                .into_response()
        };
        let council = Council::answering(answer).await;
        let failure = forward(&council.destinations()).await.unwrap_err();
        let ForwardFailure::Retry { after, why } = failure else {
            panic!("{failure:?}")
        };
        assert_eq!(after, Some(Duration::from_secs(7)), "{why}");
    }
}

#[tokio::test]
async fn what_will_not_pass_says_what_to_do() {
    let mut reasons = Vec::new();
    for status in [301, 400, 401, 404, 410, 413] {
        let answer = move || {
            let elsewhere = [("location", "http://127.0.0.1:9/elsewhere")];
            (StatusCode::from_u16(status).unwrap(), elsewhere).into_response()
        };
        let council = Council::answering(answer).await;
        let failure = forward(&council.destinations()).await.unwrap_err();
        assert!(
            matches!(failure, ForwardFailure::Dead { .. }),
            "{failure:?}"
        );
        assert_eq!(council.count(), 1, "a redirect is not followed");
        reasons.push(failure.to_string());
    }
    assert_snapshot!(reasons.join("\n"), @r#"
    Medway Council has moved to http://127.0.0.1:9/elsewhere; check that with them and change its url in the settings
    Medway Council will not take the case (400 Bad Request); ask them why, or tell them by hand
    Medway Council did not accept the signature (401 Unauthorized); check its secret in the settings
    Medway Council takes no cases at this address (404 Not Found); check its url in the settings
    Medway Council is gone and takes no more cases (410); choose another destination
    Medway Council finds the case too long (413 Payload Too Large); tell them by hand
    "#);
}

#[tokio::test]
async fn silence_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}/", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let destinations = Destinations::new(vec![settings(&url)]).unwrap();
    let mute = forward(&destinations).await.unwrap_err();
    assert_snapshot!(mute, @"Medway Council did not answer in time");
    drop(listener);
    let closed = forward(&destinations).await.unwrap_err();
    assert_snapshot!(closed, @"Medway Council can't be reached");
    for failure in [mute, closed] {
        assert!(matches!(failure, ForwardFailure::Retry { after: None, .. }));
    }
}

#[tokio::test]
async fn a_private_address_is_never_called_unless_allowed() {
    let council = Council::answering(json("{}")).await;
    let port = council.url.port().unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0x7f.1",
    ] {
        let url: Url = format!("http://{host}:{port}/").parse().unwrap();
        let closed = DestinationSettings {
            allow_private: false,
            ..settings(&url)
        };
        let destinations = Destinations::new(vec![closed]).unwrap();
        let failure = forward(&destinations).await.unwrap_err();
        assert!(
            matches!(failure, ForwardFailure::Dead { .. }),
            "{host}: {failure:?}"
        );
        assert!(failure.to_string().contains("allow_private"), "{failure}");
        assert!(destinations.examine().await[0].answer.is_err(), "{host}");
    }
    assert_eq!(council.count(), 0);
    assert_eq!(forward(&council.destinations()).await, Ok(None));
}

#[tokio::test]
async fn an_examination_hands_nothing_over() {
    let answer = || StatusCode::METHOD_NOT_ALLOWED.into_response();
    let council = Council::answering(answer).await;
    let examined = council.destinations().examine().await;
    let [examination] = examined.as_slice() else {
        panic!("{examined:?}")
    };
    assert_eq!(examination.answer, Ok(405));
    assert_eq!(examination.destination.title, "Medway Council");
    let requests = council.requests.lock().unwrap();
    assert!(
        requests.iter().all(|(headers, body)| {
            body.is_empty() && headers.get("webhook-signature").is_none()
        })
    );
}

#[tokio::test]
async fn a_destination_that_left_the_settings_is_told() {
    let failure = forward(&Destinations::default()).await.unwrap_err();
    assert_snapshot!(failure, @"there is no destination `medway` in the settings any more; choose another");
}

#[test]
fn a_destination_needs_a_secret() {
    let url: Url = "https://hub.example.org/".parse().unwrap();
    let without = DestinationSettings {
        secrets: Vec::new(),
        ..settings(&url)
    };
    let error = Destinations::new(vec![without]).unwrap_err();
    assert_snapshot!(error, @"destination medway: expected a secret, found none; write `secret = \"whsec_…\"`");
}
