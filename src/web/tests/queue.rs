//! `GET /api/v1/cases`, as another tool sees it.

use insta::assert_snapshot;
use reqwest::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::*;
use crate::domain::case::{Case, CaseState, Claim};
use crate::domain::consent::Sharing;
use crate::domain::details::{Details, Field};
use crate::domain::ids::{CaseId, ChannelId, ConnectorId, Draw, PersonId, Place};
use crate::domain::people::{Language, Person};
use crate::domain::priority::{Priority, Route, Triaged};
use crate::domain::queue::QueueKey;
use crate::domain::reading::{Category, Urgency};
use crate::domain::settings::Area;
use crate::domain::young::Young;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn person(name: &str) -> Person {
    Person {
        connector: ConnectorId::new("telegram"),
        id: PersonId::new(format!("id-of-{name}")),
        name: name.into(),
        language: Language::English,
    }
}

fn case(number: u8) -> Case {
    let mut details = Details::default();
    details.set(Field::What, Some("the words of the need".into()));
    details.set(Field::Reach, Some("07700 900123".into()));
    let claim = Claim {
        by: person("Staffname"),
        since: NOW,
        lease: NOW,
    };
    Case {
        id: CaseId::new(format!("case{number}")),
        code: Draw::new([number; 16]).code(),
        state: if number == 1 {
            CaseState::Claimed(claim)
        } else {
            CaseState::Open
        },
        categories: vec![Category::Food, Category::Money],
        urgency: Urgency::Today,
        triaged: Triaged {
            priority: Priority::P2,
            route: Route::Hub,
            reasons: vec!["money is for vetted staff".to_owned()],
            ..Triaged::default()
        },
        on_behalf: true,
        outcode: Some("ME7".to_owned()),
        area: Area::default(),
        resident: person("Residentname"),
        place: Place {
            connector: ConnectorId::new("telegram"),
            channel: ChannelId::new("street"),
        },
        source: None,
        details,
        sharing: Sharing::default(),
        young: Young::No,
        reasons: vec!["\"hungry\" in the message".to_owned()],
        similar: Vec::new(),
        question: Some("a question".to_owned()),
        status: Some("a status".to_owned()),
        keys: Vec::new(),
        compared: Vec::new(),
        joined: Vec::new(),
        proposing: crate::domain::case::Proposing::Off,
        erased: crate::domain::retention::Erased::Nothing,
        at: Timestamp::from_millis(NOW.as_millis() - 60_000 + i64::from(number)),
        changed: NOW,
        version: 1,
    }
}

fn token(name: &str, area: &[&str], expires: Option<Timestamp>) -> ApiToken {
    ApiToken {
        name: name.to_owned(),
        sha256: Sha256::digest(name).into(),
        area: Area::new(area.iter().map(|code| (*code).to_owned())),
        expires,
    }
}

/// A server with a queue of five cases, and what it was asked.
async fn queue() -> (Served, Arc<Mutex<Vec<QueueQuestion>>>) {
    let asked = Arc::<Mutex<Vec<QueueQuestion>>>::default();
    let noted = Arc::clone(&asked);
    let api = Api {
        tokens: Arc::new([
            token("board", &[], None),
            token("medway", &["ME7"], Some(NOW + Duration::from_secs(1))),
            token("old", &[], Some(NOW)),
        ]),
        cases: Arc::new(move |question, _| {
            let from = question.view.from.clone();
            let after = |case: &Case| match &from {
                crate::domain::queue::QueueFrom::After(key) => QueueKey::of(case).id > key.id,
                _ => true,
            };
            let cases = (1..=5).map(case).filter(after);
            let listed = cases.map(|case| Listed { case, reports: 2 });
            let listed = listed.take(question.reach()).collect();
            let fails = question.area.outcodes().is_empty() && question.size == 199;
            noted.lock().unwrap().push(question);
            Box::pin(async move {
                if fails {
                    return Err("secret/path is locked".to_owned());
                }
                Ok(listed)
            })
        }),
        now: Arc::new(|| NOW),
    };
    (Served::begin_with(Some(api)).await, asked)
}

async fn get(served: &Served, token: &str, query: &str) -> reqwest::Response {
    let url = format!("{}/api/v1/cases{query}", served.address);
    let request = served.client.get(url);
    let request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    request.send().await.unwrap()
}

async fn json(served: &Served, query: &str) -> Value {
    let answer = get(served, "board", query).await;
    assert_eq!(answer.status(), StatusCode::OK, "{query}");
    assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_case_is_told_without_anything_of_a_person() {
    let (served, _) = queue().await;
    let told = json(&served, "?limit=1").await;
    let text = serde_json::to_string_pretty(&told["cases"][0]).unwrap();
    for personal in [
        "Residentname",
        "Staffname",
        "id-of",
        "07700",
        "hungry",
        "need\"",
        "question",
    ] {
        assert!(!text.contains(personal), "{personal} is told: {text}");
    }
    assert_snapshot!(text, @r#"
    {
      "categories": [
        "food",
        "money"
      ],
      "changed_at": "2027-01-15T08:00:00Z",
      "claimed": true,
      "claimed_since": "2027-01-15T08:00:00Z",
      "code": "K78-8WY9",
      "on_behalf": true,
      "opened_at": "2027-01-15T07:59:00.001Z",
      "outcode": "ME7",
      "priority": "p2",
      "reasons": [
        "money is for vetted staff"
      ],
      "reports": 2,
      "route": "hub",
      "state": "claimed",
      "urgency": "today"
    }
    "#);
}

#[tokio::test]
async fn a_walk_by_cursors_gives_every_case() {
    let (served, asked) = queue().await;
    let (mut codes, mut query) = (Vec::new(), "?limit=2".to_owned());
    let pages = loop {
        let told = json(&served, &query).await;
        let cases = told["cases"].as_array().unwrap();
        codes.extend(
            cases
                .iter()
                .map(|case| case["code"].as_str().unwrap().to_owned()),
        );
        match told["next"].as_str() {
            Some(next) => query = format!("?limit=2&cursor={next}"),
            None => break asked.lock().unwrap().len(),
        }
    };
    let all: Vec<_> = (1..=5)
        .map(|number| case(number).code.to_string())
        .collect();
    assert_eq!((codes, pages), (all, 3));
}

#[tokio::test]
async fn filters_are_passed_on_and_a_token_keeps_to_its_area() {
    let (served, asked) = queue().await;
    let query =
        "?state=claimed&priority=P1&category=food&outcode=me7&stale=true&limit=200&order=oldest";
    assert_eq!(get(&served, "medway", query).await.status(), StatusCode::OK);
    assert_eq!(
        get(&served, "board", "?unclaimed=true").await.status(),
        StatusCode::OK
    );
    let asked = asked.lock().unwrap();
    let expected = crate::domain::queue::QueueView::parse("claimed p1 food me7 stale oldest");
    assert_eq!(asked[0].view, expected.unwrap());
    assert_eq!(
        (asked[0].size, asked[0].area.clone()),
        (200, Area::new(["ME7".to_owned()]))
    );
    let expected = crate::domain::queue::QueueView::parse("unclaimed").unwrap();
    assert_eq!((&asked[1].view, asked[1].size), (&expected, 50));
    assert!(asked[1].area.is_everywhere());
}

#[tokio::test]
async fn who_may_not_read_is_told_why_and_what_to_do() {
    let (served, asked) = queue().await;
    let mut told = Vec::new();
    for token in ["old", "board2", "", "BOARD"] {
        let answer = get(&served, token, "").await;
        assert_eq!(answer.headers()[WWW_AUTHENTICATE], "Bearer");
        told.push(format!(
            "{} {}",
            answer.status(),
            answer.text().await.unwrap()
        ));
    }
    let (status, body) = served.get("/api/v1/cases").await;
    told.push(format!("{status} {body}"));
    let without = Served::begin().await;
    let (status, body) = without.get("/api/v1/cases").await;
    told.push(format!("{status} {body}"));
    assert_snapshot!(told.join("\n"), @r#"
    401 Unauthorized {"error":"this token has expired; `kith token new NAME` makes another"}
    401 Unauthorized {"error":"this token is not known here; `kith token new NAME` makes one"}
    401 Unauthorized {"error":"expected the header `Authorization: Bearer TOKEN`, found none"}
    401 Unauthorized {"error":"this token is not known here; `kith token new NAME` makes one"}
    401 Unauthorized {"error":"expected the header `Authorization: Bearer TOKEN`, found none"}
    404 Not Found {"error":"no token is set up here; `kith token new NAME` says how"}
    "#);
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_told_what_was_expected() {
    let (served, asked) = queue().await;
    let mut told = Vec::new();
    for query in [
        "?limit=0",
        "?limit=201",
        "?state=closed",
        "?priority=p5",
        "?category=pizza",
        "?outcode=ME7%201AB",
        "?stale=yes",
        "?cursor=abc",
        "?cursor=b2xkZXN0XzBhLWNhc2Ux&order=urgent",
        "?colour=red",
        "?limit=2&limit=3",
        "?state=claimed&unclaimed=true",
    ] {
        let answer = get(&served, "board", query).await;
        told.push(format!(
            "{query} {} {}",
            answer.status(),
            answer.text().await.unwrap()
        ));
    }
    assert_snapshot!(told.join("\n"), @r#"
    ?limit=0 400 Bad Request {"error":"expected limit to be a number from 1 to 200, found `0`"}
    ?limit=201 400 Bad Request {"error":"expected limit to be a number from 1 to 200, found `201`"}
    ?state=closed 400 Bad Request {"error":"expected state to be one of open, claimed, referred, found `closed`"}
    ?priority=p5 400 Bad Request {"error":"expected priority to be one of p1, p2, p3, p4, found `p5`"}
    ?category=pizza 400 Bad Request {"error":"expected category to be one of food, shopping, prescription, social, wellbeing, health, ppe, care, childcare, transport, energy, money, housing, household, digital, language, pets, practical, emergency, information, volunteering, other, found `pizza`"}
    ?outcode=ME7%201AB 400 Bad Request {"error":"expected outcode to be the first half of a postcode such as ME7, found `ME7 1AB`"}
    ?stale=yes 400 Bad Request {"error":"expected stale to be true or false, found `yes`"}
    ?cursor=abc 400 Bad Request {"error":"expected cursor to be the `next` of an answer in the same order, found `abc`"}
    ?cursor=b2xkZXN0XzBhLWNhc2Ux&order=urgent 400 Bad Request {"error":"expected cursor to be the `next` of an answer in the same order, found `b2xkZXN0XzBhLWNhc2Ux`"}
    ?colour=red 400 Bad Request {"error":"`colour` is not one of: state, priority, category, outcode, stale, unclaimed, order, limit, cursor"}
    ?limit=2&limit=3 400 Bad Request {"error":"`limit` is given twice; give it once"}
    ?state=claimed&unclaimed=true 400 Bad Request {"error":"`state=claimed` and `unclaimed=true` don't go together; use one of them"}
    "#);
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn it_is_read_only_and_says_when_it_can_not_be_read() {
    let (served, _) = queue().await;
    let url = format!("{}/api/v1/cases", served.address);
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = served.client.request(method, &url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
    let answer = get(&served, "board", "?limit=199").await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body = answer.text().await.unwrap();
    assert!(
        body.contains("ask again later") && !body.contains("secret/path"),
        "{body}"
    );
}
