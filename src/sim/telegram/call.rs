//! One call to the Bot API: its parameters in any of the documented encodings, and the
//! errors it can be answered with.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

/// More than any call of the Bot API that carries no file needs.
const MOST_BYTES: usize = 1 << 20;

/// An error as the Bot API words it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ApiError {
    pub(super) code: u16,
    pub(super) description: String,
    pub(super) parameters: Option<Value>,
}

/// What a method gives.
pub(super) type Answer = Result<Value, ApiError>;

impl ApiError {
    pub(super) fn new(code: u16, description: impl Into<String>) -> Self {
        Self {
            code,
            description: description.into(),
            parameters: None,
        }
    }

    pub(super) fn bad_request(reason: impl AsRef<str>) -> Self {
        Self::new(400, format!("Bad Request: {}", reason.as_ref()))
    }

    pub(super) fn forbidden(reason: impl AsRef<str>) -> Self {
        Self::new(403, format!("Forbidden: {}", reason.as_ref()))
    }

    pub(super) fn too_many(seconds: i64) -> Self {
        Self {
            parameters: Some(json!({ "retry_after": seconds })),
            ..Self::new(429, format!("Too Many Requests: retry after {seconds}"))
        }
    }

    pub(super) fn migrated(to: i64) -> Self {
        Self {
            parameters: Some(json!({ "migrate_to_chat_id": to })),
            ..Self::bad_request("group chat was upgraded to a supergroup chat")
        }
    }

    /// The error as the body of an answer.
    pub(super) fn body(&self) -> String {
        let mut body =
            json!({ "ok": false, "error_code": self.code, "description": self.description });
        if let (Some(parameters), Some(body)) = (&self.parameters, body.as_object_mut()) {
            body.insert("parameters".to_owned(), parameters.clone());
        }
        body.to_string()
    }
}

/// The parameters of one call, as JSON values or as the texts that forms carry.
#[derive(Debug, Default)]
pub(super) struct Params(Map<String, Value>);

impl Params {
    /// Reads the query string and the body.
    pub(super) async fn read(request: Request) -> Result<Self, ApiError> {
        let mut params = Map::new();
        for (name, value) in
            form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
        {
            params.insert(name.into_owned(), Value::String(value.into_owned()));
        }
        let kind = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        match kind.map(|kind| {
            kind.split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_lowercase()
        }) {
            Some(kind) if kind == "application/json" => {
                let body = whole_body(request).await?;
                if !body.is_empty() {
                    match serde_json::from_slice(&body) {
                        Ok(Value::Object(object)) => params.extend(object),
                        _ => {
                            return Err(ApiError::bad_request("can't parse JSON object"));
                        }
                    }
                }
            }
            Some(kind) if kind == "application/x-www-form-urlencoded" => {
                let body = whole_body(request).await?;
                for (name, value) in form_urlencoded::parse(&body) {
                    params.insert(name.into_owned(), Value::String(value.into_owned()));
                }
            }
            Some(kind) if kind == "multipart/form-data" => {
                read_multipart(request, &mut params).await?;
            }
            _ => {}
        }
        Ok(Self(params))
    }

    /// The parameter as text; numbers are written out.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The parameter as a whole number.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        integer(self.0.get(name)?)
    }

    /// Whether the parameter is there and true.
    pub(super) fn flag(&self, name: &str) -> bool {
        flag(self.0.get(name))
    }

    /// The parameter as JSON, whether it came as such or as text; nothing when it is empty.
    pub(super) fn json(&self, name: &str) -> Result<Option<Value>, ApiError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| {
                ApiError::bad_request(format!(
                    "can't parse {} JSON object",
                    name.replace('_', " ")
                ))
            }),
            Some(value) => Ok(Some(value.clone())),
        }
    }
}

/// A JSON value as a whole number, also when it is written as text.
pub(super) fn integer(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

/// Whether a JSON value says yes in any of the ways that forms do.
pub(super) fn flag(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(text)) => {
            matches!(text.to_lowercase().as_str(), "true" | "yes" | "1")
        }
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        _ => false,
    }
}

async fn whole_body(request: Request) -> Result<Bytes, ApiError> {
    axum::body::to_bytes(request.into_body(), MOST_BYTES)
        .await
        .map_err(|_| ApiError::new(413, "Request Entity Too Large"))
}

async fn read_multipart(request: Request, params: &mut Map<String, Value>) -> Result<(), ApiError> {
    let broken = || ApiError::bad_request("can't parse multipart form data");
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| broken())?;
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some();
        let bytes = part.bytes().await.map_err(|_| broken())?;
        if !is_file {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            params.insert(name, Value::String(text));
        }
    }
    Ok(())
}
