//! `GET /api/v1/cases`: the queue for other tools. What it takes and gives is told in docs/api.md and stays as it is.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::json;

use super::token::admit;
use super::{Api, Web};
use crate::domain::case::CaseState;
use crate::domain::clock::Timestamp;
use crate::domain::command::is_outcode;
use crate::domain::disclosure::{Audience, Disclosed, To};
use crate::domain::priority::Priority;
use crate::domain::queue::{
    HubState, QueueFilter, QueueFrom, QueueKey, QueueOrder, QueueQuestion, QueueView,
};
use crate::domain::reading::Category;
use crate::store::Listed;

/// How many cases an answer holds where nothing is said.
const USUAL: usize = 50;
/// How many it holds at most.
const MOST: usize = 200;

/// Why the query of a request is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum QueryError {
    #[error(
        "`{name}` is not one of: state, priority, category, outcode, stale, unclaimed, order, limit, cursor"
    )]
    Name { name: String },
    #[error("`{name}` is given twice; give it once")]
    Twice { name: String },
    #[error("expected {name} to be {expected}, found `{found}`")]
    Value {
        name: &'static str,
        expected: String,
        found: String,
    },
    #[error("`state={state}` and `unclaimed=true` don't go together; use one of them")]
    Apart { state: HubState },
}

/// An answer.
#[derive(Serialize)]
struct Page<'c> {
    cases: Vec<Told<'c>>,
    /// The cursor of the page after it; none where there is none.
    next: Option<String>,
}

/// One case as other tools see it: nothing of it tells who it is about.
#[derive(Serialize)]
struct Told<'c> {
    code: String,
    state: &'c str,
    priority: &'c str,
    route: &'c str,
    reasons: Vec<String>,
    categories: Vec<&'c str>,
    urgency: &'c str,
    outcode: Option<String>,
    on_behalf: bool,
    reports: usize,
    claimed: bool,
    claimed_since: Option<String>,
    opened_at: String,
    changed_at: String,
}

impl<'c> Told<'c> {
    fn of(listed: &'c Listed) -> Self {
        let case = &listed.case;
        let since = match &case.state {
            CaseState::Claimed(claim) => Some(claim.since),
            CaseState::Referred(referred) => Some(referred.at),
            _ => None,
        };
        // No free text is shown to a tool, so that there is none to clean.
        let to = To::just(Audience::Api, |_, _| String::new());
        let told = Disclosed::of(case, &to);
        let triaged = told.triaged().cloned().unwrap_or_default();
        Self {
            code: case.code.to_string(),
            state: case.state.name(),
            priority: triaged.priority.as_str(),
            route: triaged.route.as_str(),
            reasons: triaged.reasons,
            categories: told.categories().iter().map(|one| one.as_str()).collect(),
            urgency: told.urgency().as_str(),
            outcode: told.outcode().map(str::to_owned),
            on_behalf: told.on_behalf().unwrap_or_default(),
            reports: listed.reports,
            claimed: since.is_some(),
            claimed_since: since.map(rfc3339),
            opened_at: rfc3339(told.at().unwrap_or_default()),
            changed_at: rfc3339(case.changed),
        }
    }
}

fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .unwrap_or_default()
        .to_string()
}

/// Answers a request that is no GET.
pub(super) async fn only_get() -> Response {
    let mut answer = refuse(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here");
    let headers = answer.headers_mut();
    headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Answers a request.
pub(super) async fn cases(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let mut answer = if let Some(api) = &web.api {
        answer(api, query.as_deref().unwrap_or_default(), &headers).await
    } else {
        let why = "no token is set up here; `kith token new NAME` says how";
        refuse(StatusCode::NOT_FOUND, why)
    };
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

async fn answer(api: &Api, query: &str, headers: &HeaderMap) -> Response {
    let now = (api.now)();
    let authorization = headers.get(header::AUTHORIZATION);
    let authorization = authorization.and_then(|value| value.to_str().ok());
    let token = match admit(&api.tokens, authorization, now) {
        Ok(token) => token,
        Err(denied) => {
            let mut refused = refuse(StatusCode::UNAUTHORIZED, &denied.to_string());
            let bearer = HeaderValue::from_static("Bearer");
            refused
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, bearer);
            return refused;
        }
    };
    let (view, limit) = match read(query) {
        Ok(read) => read,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let question = QueueQuestion {
        view,
        asker: None,
        area: token.area.clone(),
        size: limit,
    };
    match (api.cases)(question.clone(), now).await {
        Ok(listed) => {
            tracing::debug!(api.token = %token.name, api.cases = listed.len().min(limit), "the queue was read");
            axum::Json(page(&question, &listed)).into_response()
        }
        Err(why) => {
            tracing::error!(api.why = %why, "the queue could not be read");
            let why = "the queue can't be read just now; please ask again later";
            refuse(StatusCode::SERVICE_UNAVAILABLE, why)
        }
    }
}

fn page<'c>(question: &QueueQuestion, listed: &'c [Listed]) -> Page<'c> {
    let shown = &listed[..listed.len().min(question.size)];
    let is_more = listed.len() > shown.len();
    let last = shown.last().filter(|_| is_more);
    let next = last.map(|last| {
        let key = QueueKey::of(&last.case);
        URL_SAFE_NO_PAD.encode(format!("{}_{}", question.view.order, key.encode()))
    });
    Page {
        cases: shown.iter().map(Told::of).collect(),
        next,
    }
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, axum::Json(json!({"error": why}))).into_response()
}

/// The view that a query asks for, and how many cases at once.
fn read(query: &str) -> Result<(QueueView, usize), QueryError> {
    let mut view = QueueView::default();
    let (mut limit, mut unclaimed, mut cursor) = (USUAL, false, None);
    let mut seen: Vec<String> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let QueueFilter {
            state,
            priority,
            category,
            outcode,
            stale,
            ..
        } = &mut view.filter;
        match &*name {
            "state" => *state = Some(word("state", &value, HubState::from_word, HubState::ALL)?),
            "priority" => {
                *priority = Some(word(
                    "priority",
                    &value,
                    Priority::from_word,
                    Priority::ALL,
                )?);
            }
            "category" => {
                *category = Some(word(
                    "category",
                    &value,
                    Category::from_word,
                    Category::ALL,
                )?);
            }
            "order" => view.order = word("order", &value, QueueOrder::from_word, QueueOrder::ALL)?,
            "outcode" => *outcode = Some(known_outcode(&value)?),
            "stale" => *stale = yes_or_no("stale", &value)?,
            "unclaimed" => unclaimed = yes_or_no("unclaimed", &value)?,
            "limit" => limit = number(&value)?,
            "cursor" => cursor = Some(value.to_string()),
            _ => {
                return Err(QueryError::Name {
                    name: name.to_string(),
                });
            }
        }
        if seen.iter().any(|before| *before == name) {
            return Err(QueryError::Twice {
                name: name.to_string(),
            });
        }
        seen.push(name.to_string());
    }
    if unclaimed {
        match view.filter.state.replace(HubState::Open) {
            None | Some(HubState::Open) => {}
            Some(state) => return Err(QueryError::Apart { state }),
        }
    }
    if let Some(cursor) = cursor {
        view.from = QueueFrom::After(place(view.order, &cursor)?);
    }
    Ok((view, limit))
}

fn word<T: Copy + std::fmt::Display>(
    name: &'static str,
    found: &str,
    read: fn(&str) -> Option<T>,
    all: &[T],
) -> Result<T, QueryError> {
    read(&found.to_lowercase()).ok_or_else(|| {
        let all: Vec<_> = all.iter().map(ToString::to_string).collect();
        wrong(name, &format!("one of {}", all.join(", ")), found)
    })
}

fn wrong(name: &'static str, expected: &str, found: &str) -> QueryError {
    QueryError::Value {
        name,
        expected: expected.to_owned(),
        found: found.to_owned(),
    }
}

fn yes_or_no(name: &'static str, found: &str) -> Result<bool, QueryError> {
    found
        .parse()
        .map_err(|_| wrong(name, "true or false", found))
}

fn known_outcode(found: &str) -> Result<String, QueryError> {
    if is_outcode(found) {
        Ok(found.to_ascii_uppercase())
    } else {
        Err(wrong(
            "outcode",
            "the first half of a postcode such as ME7",
            found,
        ))
    }
}

fn number(found: &str) -> Result<usize, QueryError> {
    let number = found
        .parse()
        .ok()
        .filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| wrong("limit", &format!("a number from 1 to {MOST}"), found))
}

/// The place after which a page begins, by the cursor of the page before.
fn place(order: QueueOrder, found: &str) -> Result<QueueKey, QueryError> {
    let expected = "the `next` of an answer in the same order";
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(found).ok()?).ok()?;
        let (word, key) = text.split_once('_')?;
        let key = QueueKey::decode(key)?;
        (word == order.as_str()).then_some(key)
    };
    read().ok_or_else(|| wrong("cursor", expected, found))
}
