//! The text of a message as a bot gives it: formatting read, length checked.

use serde_json::Value;

use super::super::call::{ApiError, Params};
use super::super::entities::{Formatted, parse_html, utf16_len};

/// The most UTF-16 units a text may have, formatting taken out.
const LONGEST: usize = 4_096;

/// Reads `text`, `parse_mode` and `entities`. `too_long` is the error that the method gives
/// for a text above the limit.
pub(super) fn formatted(params: &Params, too_long: &str) -> Result<Formatted, ApiError> {
    let source = params
        .text("text")
        .unwrap_or_default()
        .replace(['\0', '\r'], "");
    let (text, entities) = match params.text("parse_mode").unwrap_or_default().to_lowercase() {
        mode if mode == "html" => parse_html(&source)
            .map_err(|reason| ApiError::bad_request(format!("can't parse entities: {reason}")))?,
        mode if mode.is_empty() => (source, explicit(params)?),
        mode if mode.starts_with("markdown") => {
            return Err(ApiError::bad_request(
                "unsupported parse_mode: this simulator reads HTML",
            ));
        }
        _ => return Err(ApiError::bad_request("unsupported parse_mode")),
    };
    // The server trims; only the end is trimmed here, so that entities keep their places.
    let text = text.trim_end().to_owned();
    if text.trim_start().is_empty() {
        return Err(ApiError::bad_request("message text is empty"));
    }
    let units = utf16_len(&text);
    if units > LONGEST {
        return Err(ApiError::bad_request(too_long));
    }
    let entities = entities
        .into_iter()
        .filter_map(|entity| clamped(entity, units))
        .collect();
    Ok((text, entities))
}

/// The entity without what it covers past the end of the text.
fn clamped(mut entity: Value, units: usize) -> Option<Value> {
    let place = |entity: &Value, name: &str| usize::try_from(entity[name].as_u64()?).ok();
    let offset = place(&entity, "offset")?;
    let length = place(&entity, "length")?.min(units.checked_sub(offset)?);
    entity["length"] = length.into();
    (length > 0).then_some(entity)
}

fn explicit(params: &Params) -> Result<Vec<Value>, ApiError> {
    match params.json("entities")? {
        Some(Value::Array(entities)) => Ok(entities),
        _ => Ok(Vec::new()),
    }
}
