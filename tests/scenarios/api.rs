//! `GET /api/v1/cases` as another tool sees it: the real web server on a queue that people filled, as docs/api.md tells it.

use std::collections::BTreeSet;

use kith::config::{ApiToken, Expiry, Sha256Sum};
use kith::demo::Town;
use kith::domain::case::Case;
use kith::domain::clock::Clock;
use kith::domain::priority::Priority;
use kith::domain::queue::{HubState, QueueFilter, QueueKey, QueueOrder};
use kith::domain::reading::Category;
use kith::domain::settings::Area;
use kith::flow::SystemClock;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::discord::hands::quiet_town;
use crate::kit::nothing_left;
use crate::telegram::hands::{Play, UNDERSTOOD};

/// What people on Telegram need, all told in ME7 and ME8.
const ON_TELEGRAM: [&str; 6] = [
    "Could anyone pick up my prescription from Boots today please? I can't get out with my leg, ME7 1AB",
    "Does anyone have a car? I need a lift to the hospital tomorrow, ME8 0AA",
    "We have run out of food and can't buy any until Friday, can somebody help? ME7 2BC",
    "Can anyone walk my dog this week please? I hurt my back, ME4 4AA",
    "I need somebody to look after my little boy on Thursday please, can anyone help?",
    "Our boiler is broken, has anyone got a heater to lend? ME8 0AB",
];
/// What people on Discord need, where nobody has said what place it is for.
const ON_DISCORD: [&str; 3] = [
    "Could anyone get me some shopping today please? I'm at 12 Invented Row, ME7 1AB, ring 07700 900123",
    "Can somebody help me fill in a form for the council please? I live in M1 1AA",
    "Please can anyone help me with the gas bill, I have no money left this week, ME4 4AB",
];
/// Nothing of these may be told.
const PERSONAL: [&str; 12] = [
    "Rosa",
    "Omar",
    "Ina",
    "Priya",
    "Jack",
    "Sam",
    "Invented Row",
    "1AB",
    "07700",
    "my leg",
    "little boy",
    "boiler",
];

fn token(name: &str, area: &[&str], expires: Option<&str>) -> ApiToken {
    ApiToken {
        name: name.to_owned(),
        sha256: Sha256Sum(Sha256::digest(name).into()),
        area: area.iter().map(|code| (*code).to_owned()).collect(),
        expires: expires.map(|day| Expiry::try_from(day.to_owned()).unwrap()),
    }
}

/// A town with tokens whose people have told what they need. Of the cases one is claimed, and one passed on.
async fn filled() -> Town {
    let mut town = quiet_town().await;
    town.config_mut().web.api_token = vec![
        token("all", &[], None),
        token("medway", &["ME8"], Some("2999-12-31")),
        token("leeds", &["LS1"], None),
        token("old", &[], Some("2020-01-01")),
    ];
    town.start_kith().await.unwrap();
    town
}

async fn fill(play: &Play<'_>) {
    play.listen_automatically().await.unwrap();
    let place = &play.riverside;
    let people = [place.rosa, place.omar, place.ina];
    for (person, text) in people.iter().cycle().zip(ON_TELEGRAM) {
        play.telegram().say(place.street, *person, text);
    }
    let place = &play.hillview;
    for (person, text) in [place.priya, place.jack, place.max]
        .into_iter()
        .zip(ON_DISCORD)
    {
        play.town.discord.say(place.street, person, text).unwrap();
    }
    let count = ON_TELEGRAM.len() + ON_DISCORD.len();
    until(play.town, |cases| cases.len() == count).await;
    let cases = cases(play.town).await;
    let (sam, hub) = (play.riverside.sam, play.riverside.hub);
    for case in &cases[..2] {
        let rules = play.commands(sam, &format!("/claim {}", case.code)).await;
        if rules.button(UNDERSTOOD).is_some() {
            play.press(sam, (hub, &rules), UNDERSTOOD).await;
        }
        play.card(&case.code.to_string(), "has it since").await;
    }
    play.commands(sam, &format!("/forward {} council", cases[1].code))
        .await;
    until(play.town, |cases| {
        let mut states = cases.iter().map(|case| case.state.name());
        states.any(|state| state == "referred")
    })
    .await;
    play.settles().await;
}

/// The cases with the hub, as they are on disk.
async fn cases(town: &Town) -> Vec<Case> {
    let store = town.store().await.unwrap();
    let cases = store.queue(100).await.unwrap();
    store.close().await;
    cases
}

async fn until(town: &Town, fits: impl Fn(&[Case]) -> bool) {
    let waited = tokio::time::timeout(kith::demo::PATIENCE, async {
        while !fits(&cases(town).await) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
    if waited.await.is_err() {
        let cases = cases(town).await;
        let seen: Vec<_> = cases
            .iter()
            .map(|case| (case.state.name(), &case.categories))
            .collect();
        panic!("the queue does not become what it should: {seen:?}");
    }
}

struct Tool {
    client: reqwest::Client,
    url: String,
}

impl Tool {
    async fn of(town: &Town) -> Self {
        let address = town.web_address().await.unwrap();
        Self {
            client: reqwest::Client::builder().build().unwrap(),
            url: format!("http://{address}/api/v1/cases"),
        }
    }

    async fn asks(&self, authorization: Option<&str>, query: &str) -> (u16, Value) {
        let mut request = self.client.get(format!("{}?{query}", self.url));
        if let Some(authorization) = authorization {
            request = request.header("Authorization", authorization);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn reads(&self, token: &str, query: &str) -> Value {
        let (status, body) = self.asks(Some(&format!("Bearer {token}")), query).await;
        assert_eq!(status, 200, "{query}: {body}");
        body
    }

    /// All codes, by pages of so many.
    async fn walks(&self, token: &str, query: &str, limit: usize) -> Vec<String> {
        let mut codes = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self
                .reads(token, &format!("limit={limit}&{query}{cursor}"))
                .await;
            let told = codes_of(&page);
            assert!(told.len() <= limit);
            codes.extend(told);
            let Some(next) = page["next"].as_str() else {
                return codes;
            };
            cursor = format!("&cursor={next}");
        }
    }
}

fn codes_of(page: &Value) -> Vec<String> {
    let cases = page["cases"].as_array().unwrap().iter();
    cases
        .map(|case| case["code"].as_str().unwrap().to_owned())
        .collect()
}

/// What a view means, by the cases as they are.
fn expected(
    cases: &[Case],
    (filter, order): (&QueueFilter, QueueOrder),
    area: &Area,
) -> Vec<String> {
    let now = SystemClock.now();
    let mut cases: Vec<_> = cases
        .iter()
        .filter(|case| filter.admits(case, None, now) && area.meets(&case.area))
        .collect();
    cases.sort_by(|a, b| order.compare(&QueueKey::of(a), &QueueKey::of(b)));
    cases.iter().map(|case| case.code.to_string()).collect()
}

/// Every filter, with the parameters that ask for it.
fn filters() -> Vec<(String, QueueFilter)> {
    let all = QueueFilter::default;
    let mut filters = vec![
        (String::new(), all()),
        (
            "unclaimed=true".to_owned(),
            QueueFilter {
                state: Some(HubState::Open),
                ..all()
            },
        ),
        (
            "stale=true".to_owned(),
            QueueFilter {
                stale: true,
                ..all()
            },
        ),
        ("stale=false".to_owned(), all()),
    ];
    filters.extend(HubState::ALL.iter().map(|state| {
        (
            format!("state={state}"),
            QueueFilter {
                state: Some(*state),
                ..all()
            },
        )
    }));
    filters.extend(Priority::ALL.iter().map(|priority| {
        (
            format!("priority={priority}"),
            QueueFilter {
                priority: Some(*priority),
                ..all()
            },
        )
    }));
    filters.extend(Category::ALL.iter().map(|category| {
        (
            format!("category={category}"),
            QueueFilter {
                category: Some(*category),
                ..all()
            },
        )
    }));
    filters.extend(["ME7", "ME8", "M1", "LS1"].map(|code| {
        (
            format!("outcode={code}"),
            QueueFilter {
                outcode: Some(code.to_owned()),
                ..all()
            },
        )
    }));
    filters.push((
        "outcode=me8&category=transport&unclaimed=true".to_owned(),
        QueueFilter {
            outcode: Some("ME8".to_owned()),
            category: Some(Category::Transport),
            state: Some(HubState::Open),
            ..all()
        },
    ));
    filters
}

#[tokio::test]
async fn what_people_told_is_read_by_every_filter_and_order_and_tells_of_nobody() {
    let town = filled().await;
    let play = Play::begin(&town).await;
    fill(&play).await;
    let tool = Tool::of(&town).await;
    let cases = cases(&town).await;
    let mut seen = BTreeSet::new();
    for (name, area) in [
        ("all", &[] as &[&str]),
        ("medway", &["ME8"]),
        ("leeds", &["LS1"]),
    ] {
        let area = Area::new(area.iter().map(|code| (*code).to_owned()));
        for (query, filter) in filters() {
            for order in QueueOrder::ALL {
                let query = format!("{query}&order={order}");
                let expected = expected(&cases, (&filter, *order), &area);
                let told = tool.walks(name, query.trim_start_matches('&'), 2).await;
                assert_eq!(told, expected, "{name} {query}");
                seen.insert((name, expected.len()));
            }
        }
    }
    // The three tokens and their filters told different things.
    assert!(
        seen.contains(&("all", 9)) && seen.contains(&("all", 1)),
        "{seen:?}"
    );
    let most = |name| {
        seen.iter()
            .filter(|(token, _)| *token == name)
            .map(|(_, count)| *count)
            .max()
    };
    assert!(
        most("leeds") < most("medway") || most("leeds") < most("all"),
        "{seen:?}"
    );

    let page = tool.reads("all", "").await;
    assert_eq!(page["next"], Value::Null);
    let text = page.to_string();
    for personal in PERSONAL {
        assert!(!text.contains(personal), "{personal} is told in {text}");
    }
    let fields = [
        "categories",
        "changed_at",
        "claimed",
        "claimed_since",
        "code",
        "on_behalf",
        "opened_at",
        "outcode",
        "priority",
        "reasons",
        "reports",
        "route",
        "state",
        "urgency",
    ];
    for (told, case) in page["cases"].as_array().unwrap().iter().zip(&cases) {
        let names: Vec<_> = told
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(names, fields);
        assert_eq!(told["reports"], 1);
        let held = case.state.name() != "open";
        assert_eq!(told["claimed"], held);
        assert_eq!(told["claimed_since"].is_string(), held);
    }
    nothing_left(town).await;
}

#[tokio::test]
async fn a_walk_meets_every_case_once_while_cases_come_and_go() {
    let town = filled().await;
    let play = Play::begin(&town).await;
    fill(&play).await;
    let tool = Tool::of(&town).await;
    let before = codes_of(&tool.reads("all", "order=oldest").await);
    let first = tool.reads("all", "order=oldest&limit=4").await;
    let cursor = first["next"].as_str().unwrap();

    // One that was met leaves, one that was not is claimed, and one comes in.
    let sam = play.riverside.sam;
    let open = tool.reads("all", "order=oldest&unclaimed=true").await;
    let open = codes_of(&open);
    let met = open
        .iter()
        .find(|code| before[..4].contains(*code))
        .unwrap();
    let ahead = open
        .iter()
        .find(|code| before[4..].contains(*code))
        .unwrap();
    for code in [met, ahead] {
        play.commands(sam, &format!("/claim {code}")).await;
        play.card(code, "has it since").await;
    }
    let done = play.commands(sam, &format!("/done {met} helped")).await;
    assert!(done.text.contains(met), "{done:?}");
    play.telegram().say(
        play.riverside.street,
        play.riverside.omar,
        "Could somebody get me some bread and milk today please? I can't leave the house, ME8 0AA",
    );
    until(&town, |cases| {
        cases.len() == before.len() && cases.iter().all(|case| case.code.to_string() != *met)
    })
    .await;

    let rest = tool
        .walks("all", &format!("order=oldest&cursor={cursor}"), 200)
        .await;
    let (old, fresh) = rest.split_at(before.len() - 4);
    assert_eq!(old, &before[4..]);
    assert_eq!(fresh.len(), 1, "{rest:?}");
    assert!(!before.contains(&fresh[0]));
    // Where it is asked from a place on, what was met before stays behind, and a cursor does not end.
    let again = tool
        .reads("all", &format!("order=oldest&cursor={cursor}"))
        .await;
    assert_eq!(codes_of(&again), rest);
    play.settles().await;
    nothing_left(town).await;
}

#[tokio::test]
async fn who_may_not_ask_and_what_can_not_be_asked_is_refused_in_words() {
    let town = filled().await;
    let play = Play::begin(&town).await;
    fill(&play).await;
    let tool = Tool::of(&town).await;
    for (authorization, why) in [
        (None, "expected the header"),
        (Some("Basic YWxsOmFsbA=="), "expected the header"),
        (Some("all"), "expected the header"),
        (Some("Bearer"), "expected the header"),
        (Some("Bearer nobody's"), "not known here"),
        (Some("Bearer all2"), "not known here"),
        (Some("Bearer old"), "has expired"),
    ] {
        let (status, body) = tool.asks(authorization, "").await;
        assert_eq!(status, 401, "{authorization:?}: {body}");
        assert!(body["error"].as_str().unwrap().contains(why), "{body}");
        assert!(body.get("cases").is_none());
    }
    let cursor = tool.reads("all", "limit=1").await;
    let cursor = cursor["next"].as_str().unwrap();
    for query in [
        "state=closed",
        "priority=p5",
        "category=bread",
        "outcode=Medway",
        "stale=yes",
        "order=newest",
        "limit=0",
        "limit=201",
        "cursor=x",
        "mine=true",
        "state=open&state=open",
        "state=claimed&unclaimed=true",
        &format!("order=oldest&cursor={cursor}"),
    ] {
        let (status, body) = tool.asks(Some("Bearer all"), query).await;
        assert_eq!(status, 400, "{query}: {body}");
        assert!(body["error"].is_string());
    }
    // A cursor of one token tells another nothing that is not its own.
    let theirs = tool.reads("leeds", &format!("cursor={cursor}")).await;
    let all = tool.reads("leeds", "").await;
    let all = codes_of(&all);
    assert!(codes_of(&theirs).iter().all(|code| all.contains(code)));
    let post = tool.client.post(&tool.url).send().await.unwrap();
    assert_eq!(post.status().as_u16(), 405);
    assert_eq!(post.headers()["cache-control"], "no-store");
    let body: Value = post.json().await.unwrap();
    assert!(body["error"].as_str().unwrap().contains("GET"), "{body}");
    nothing_left(town).await;
}

#[tokio::test]
async fn where_no_token_is_set_up_there_is_nothing_to_ask() {
    let town = crate::kit::town().await;
    let tool = Tool::of(&town).await;
    let (status, body) = tool.asks(Some("Bearer all"), "").await;
    assert_eq!(status, 404, "{body}");
    town.close().await.unwrap();
}
