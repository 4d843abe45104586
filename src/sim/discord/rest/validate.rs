//! What a message or a form may contain (documentation: "Create Message", "Embed Limits",
//! "Component Reference", "Modal").

use serde_json::Value;

use super::Refusal;

type Check = Result<(), Refusal>;

/// The bodies of messages: new ones, answers and edits alike.
pub(super) fn check_message(body: &Value) -> Check {
    let content = body["content"].as_str().unwrap_or_default();
    if content.chars().count() > 2000 {
        return Err(Refusal::too_long("content", 2000));
    }
    let embeds = list(&body["embeds"]);
    if embeds.len() > 10 {
        return Err(Refusal::too_long("embeds", 10));
    }
    check_embeds(embeds)?;
    check_components(list(&body["components"]))?;
    let nonce = &body["nonce"];
    if nonce.as_str().is_some_and(|text| text.chars().count() > 25) {
        return Err(Refusal::too_long("nonce", 25));
    }
    Ok(())
}

/// A message must carry something.
pub(super) fn is_empty(body: &Value) -> bool {
    body["content"]
        .as_str()
        .unwrap_or_default()
        .trim()
        .is_empty()
        && list(&body["embeds"]).is_empty()
        && list(&body["components"]).is_empty()
}

fn check_embeds(embeds: &[Value]) -> Check {
    let mut total = 0;
    for (index, embed) in embeds.iter().enumerate() {
        let mut check = |path: &str, value: &Value, most: usize| {
            let length = value.as_str().unwrap_or_default().chars().count();
            total += length;
            if length > most {
                return Err(Refusal::too_long(&format!("embeds.{index}.{path}"), most));
            }
            Ok(())
        };
        check("title", &embed["title"], 256)?;
        check("description", &embed["description"], 4096)?;
        check("footer.text", &embed["footer"]["text"], 2048)?;
        check("author.name", &embed["author"]["name"], 256)?;
        let fields = list(&embed["fields"]);
        for (field_index, field) in fields.iter().enumerate() {
            check(&format!("fields.{field_index}.name"), &field["name"], 256)?;
            check(
                &format!("fields.{field_index}.value"),
                &field["value"],
                1024,
            )?;
            if text(&field["name"]).is_empty() || text(&field["value"]).is_empty() {
                return Err(Refusal::required(&format!(
                    "embeds.{index}.fields.{field_index}"
                )));
            }
        }
        if fields.len() > 25 {
            return Err(Refusal::too_long(&format!("embeds.{index}.fields"), 25));
        }
    }
    if total > 6000 {
        return Err(Refusal::invalid(
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            "Embed size exceeds maximum size of 6000",
        ));
    }
    Ok(())
}

/// Rows of buttons and menus.
fn check_components(rows: &[Value]) -> Check {
    if rows.len() > 5 {
        return Err(Refusal::too_long("components", 5));
    }
    let mut ids = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let path = format!("components.{index}");
        if row["type"].as_u64() != Some(1) {
            return Err(Refusal::invalid(
                &format!("{path}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            ));
        }
        let inside = list(&row["components"]);
        let menus = inside.iter().filter(|it| it["type"] != 2).count();
        if inside.is_empty() || inside.len() > 5 || (menus > 0 && inside.len() > 1) {
            return Err(Refusal::invalid(
                &format!("{path}.components"),
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 5 in length.",
            ));
        }
        for (place, component) in inside.iter().enumerate() {
            check_component(component, &format!("{path}.components.{place}"), &mut ids)?;
        }
    }
    Ok(())
}

fn check_component(component: &Value, path: &str, ids: &mut Vec<String>) -> Check {
    match component["type"].as_u64() {
        Some(2) => check_button(component, path)?,
        Some(3) => check_options(component, path)?,
        Some(5..=8) => {}
        _ => {
            return Err(Refusal::invalid(
                &format!("{path}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).",
            ));
        }
    }
    let is_link = component["type"] == 2 && component["style"] == 5;
    if is_link {
        return Ok(());
    }
    let id = text(&component["custom_id"]);
    check_custom_id(id, path)?;
    if ids.iter().any(|known| known == id) {
        return Err(Refusal::invalid(
            &format!("{path}.custom_id"),
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        ));
    }
    ids.push(id.to_owned());
    Ok(())
}

fn check_custom_id(id: &str, path: &str) -> Check {
    if id.is_empty() {
        return Err(Refusal::required(&format!("{path}.custom_id")));
    }
    if id.chars().count() > 100 {
        return Err(Refusal::too_long(&format!("{path}.custom_id"), 100));
    }
    Ok(())
}

fn check_button(button: &Value, path: &str) -> Check {
    let label = text(&button["label"]);
    if label.chars().count() > 80 {
        return Err(Refusal::too_long(&format!("{path}.label"), 80));
    }
    if label.is_empty() && button["emoji"].is_null() {
        return Err(Refusal::required(&format!("{path}.label")));
    }
    let has = |field: &str| !text(&button[field]).is_empty();
    let consistent = match button["style"].as_u64() {
        Some(1..=4) => !has("url"),
        Some(5) => has("url") && !has("custom_id"),
        _ => false,
    };
    if !consistent {
        return Err(Refusal::invalid(
            &format!("{path}.style"),
            "BUTTON_COMPONENT_INVALID_STYLE",
            "A button has a custom id, or is a link with a url",
        ));
    }
    Ok(())
}

fn check_options(menu: &Value, path: &str) -> Check {
    let options = list(&menu["options"]);
    if options.is_empty() || options.len() > 25 {
        return Err(Refusal::invalid(
            &format!("{path}.options"),
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 25 in length.",
        ));
    }
    for (index, option) in options.iter().enumerate() {
        for field in ["label", "value", "description"] {
            let place = format!("{path}.options.{index}.{field}");
            let length = text(&option[field]).chars().count();
            if length > 100 {
                return Err(Refusal::too_long(&place, 100));
            }
            if length == 0 && field != "description" {
                return Err(Refusal::required(&place));
            }
        }
    }
    Ok(())
}

/// A form: 1 to 5 text inputs, each in a row or a label; labels may hold a menu too.
pub(super) fn check_modal(data: &Value) -> Check {
    check_custom_id(text(&data["custom_id"]), "data")?;
    let title = text(&data["title"]).chars().count();
    if title == 0 {
        return Err(Refusal::required("data.title"));
    }
    if title > 45 {
        return Err(Refusal::too_long("data.title", 45));
    }
    let parts = list(&data["components"]);
    if parts.is_empty() || parts.len() > 5 {
        return Err(Refusal::invalid(
            "data.components",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 5 in length.",
        ));
    }
    let mut ids: Vec<&str> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let path = format!("data.components.{index}");
        let (input, label) = match part["type"].as_u64() {
            Some(1) if list(&part["components"]).len() == 1 => {
                let input = &part["components"][0];
                (input, &input["label"])
            }
            Some(18) => (&part["component"], &part["label"]),
            Some(10) => continue,
            _ => return Err(Refusal::required(&format!("{path}.components"))),
        };
        check_input(input, label, &path)?;
        let id = text(&input["custom_id"]);
        if ids.contains(&id) {
            return Err(Refusal::invalid(
                &format!("{path}.custom_id"),
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            ));
        }
        ids.push(id);
    }
    Ok(())
}

fn check_input(input: &Value, label: &Value, path: &str) -> Check {
    check_custom_id(text(&input["custom_id"]), path)?;
    let length = text(label).chars().count();
    if length == 0 {
        return Err(Refusal::required(&format!("{path}.label")));
    }
    if length > 45 {
        return Err(Refusal::too_long(&format!("{path}.label"), 45));
    }
    match input["type"].as_u64() {
        Some(4) => {
            if text(&input["placeholder"]).chars().count() > 100 {
                return Err(Refusal::too_long(&format!("{path}.placeholder"), 100));
            }
            let most = input["max_length"].as_u64().unwrap_or(4000);
            let value = text(&input["value"]).chars().count();
            if most > 4000 || u64::try_from(value).unwrap_or(u64::MAX) > most {
                return Err(Refusal::too_long(&format!("{path}.value"), 4000));
            }
            Ok(())
        }
        Some(3) => check_options(input, path),
        _ => Err(Refusal::invalid(
            &format!("{path}.type"),
            "UNION_TYPE_CHOICES",
            "Value of field \"type\" must be one of (3, 4).",
        )),
    }
}

/// The items of a list; none when the field is missing.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
