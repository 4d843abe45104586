//! Keyboards under messages, checked as the server checks them.

use serde_json::Value;
use url::Url;

use super::super::call::{ApiError, Params};

/// What a button can do besides calling back or opening an address.
const OTHER_ACTIONS: [&str; 8] = [
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
];
/// The most buttons under one message.
const MOST_BUTTONS: usize = 100;

/// Reads `reply_markup`. An inline keyboard without buttons is none.
pub(super) fn keyboard(params: &Params) -> Result<Option<Value>, ApiError> {
    let Some(markup) = params.json("reply_markup")? else {
        return Ok(None);
    };
    if !markup.is_object() {
        return Err(ApiError::bad_request("object expected as reply markup"));
    }
    let Some(rows) = markup.get("inline_keyboard") else {
        return Ok(Some(markup));
    };
    let Some(rows) = rows.as_array() else {
        return Err(ApiError::bad_request(
            "field \"inline_keyboard\" must be an Array of Arrays",
        ));
    };
    let mut count = 0;
    for row in rows {
        let Some(row) = row.as_array() else {
            return Err(ApiError::bad_request(
                "field \"inline_keyboard\" must be an Array of Arrays",
            ));
        };
        for button in row {
            check_button(button)?;
            count += 1;
        }
    }
    if count > MOST_BUTTONS {
        return Err(ApiError::bad_request("reply markup is too long"));
    }
    Ok((count > 0).then_some(markup))
}

fn check_button(button: &Value) -> Result<(), ApiError> {
    let unreadable = |reason: &str| {
        Err(ApiError::bad_request(format!(
            "can't parse inline keyboard button: {reason}"
        )))
    };
    if !button.is_object() {
        return unreadable("InlineKeyboardButton must be an Object");
    }
    let text = |name: &str| button.get(name).and_then(Value::as_str);
    match text("text") {
        None => return unreadable("Can't find field \"text\""),
        Some(label) if label.trim().is_empty() => {
            return Err(ApiError::bad_request(
                "inline keyboard button text must be non-empty",
            ));
        }
        Some(_) => {}
    }
    if let Some(address) = text("url") {
        let known = Url::parse(address)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "tg" | "ton" | "tonsite"));
        if known {
            return Ok(());
        }
        return Err(ApiError::bad_request(format!(
            "inline keyboard button URL '{address}' is invalid: Wrong HTTP URL"
        )));
    }
    if let Some(data) = text("callback_data") {
        if (1..=64).contains(&data.len()) {
            return Ok(());
        }
        return Err(ApiError::bad_request("BUTTON_DATA_INVALID"));
    }
    if OTHER_ACTIONS
        .iter()
        .any(|action| button.get(action).is_some())
    {
        return Ok(());
    }
    unreadable("Text buttons are unallowed in the inline keyboard")
}
