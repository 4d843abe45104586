//! Formatting of texts: the HTML that bots send, read as strictly as the Bot API does, and
//! the commands, mentions, tags and links that the server finds in what people write.

use serde_json::{Map, Value, json};

/// A text without its tags, and its entities as the Bot API lists them.
pub(super) type Formatted = (String, Vec<Value>);

/// The length in the units in which Telegram counts: UTF-16 code units.
pub(super) fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Strips HTML tags into entities. The error says what is wrong and at which byte.
pub(super) fn parse_html(source: &str) -> Result<Formatted, String> {
    let mut reader = HtmlReader {
        source,
        at: 0,
        text: String::new(),
        units: 0,
    };
    let mut entities = Vec::new();
    let mut open: Vec<OpenTag> = Vec::new();
    while let Some(next) = reader.peek() {
        match next {
            '&' => reader.character_reference(),
            '<' if reader.rest().starts_with("</") => {
                let begins = reader.at;
                let name = reader.end_tag()?;
                let Some(tag) = open.pop() else {
                    return Err(format!("Unexpected end tag at byte offset {begins}"));
                };
                if !name.is_empty() && name != tag.name {
                    let expected = &tag.name;
                    return Err(format!(
                        "Unmatched end tag at byte offset {begins}, expected \"</{expected}>\", \
                         found \"</{name}>\""
                    ));
                }
                entities.extend(tag.close(&reader));
            }
            '<' => open.push(reader.start_tag()?),
            other => reader.push(other, other.len_utf8()),
        }
    }
    if let Some(tag) = open.last() {
        return Err(format!(
            "Can't find end tag corresponding to start tag \"{}\"",
            tag.name
        ));
    }
    entities.sort_by_key(|entity: &Value| {
        (
            entity["offset"].as_u64(),
            std::cmp::Reverse(entity["length"].as_u64()),
        )
    });
    Ok((reader.text, entities))
}

struct OpenTag {
    name: String,
    kind: &'static str,
    extra: Map<String, Value>,
    begins_unit: usize,
    begins_byte: usize,
}

impl OpenTag {
    /// The entity, unless it covers nothing. A link without an address of its own links to
    /// its text.
    fn close(self, reader: &HtmlReader<'_>) -> Option<Value> {
        let length = reader.units - self.begins_unit;
        if length == 0 {
            return None;
        }
        let mut extra = self.extra;
        if self.kind == "text_link" && !extra.contains_key("url") {
            let link = reader.text[self.begins_byte..].to_owned();
            if !link.contains('.') {
                return None;
            }
            extra.insert("url".to_owned(), link.into());
        }
        extra.insert("type".to_owned(), self.kind.into());
        extra.insert("offset".to_owned(), self.begins_unit.into());
        extra.insert("length".to_owned(), length.into());
        Some(Value::Object(extra))
    }
}

struct HtmlReader<'a> {
    source: &'a str,
    at: usize,
    text: String,
    units: usize,
}

impl HtmlReader<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, character: char, taken: usize) {
        self.text.push(character);
        self.units += character.len_utf16();
        self.at += taken;
    }

    /// `&lt;` and its kin; what isn't a reference stays as written.
    fn character_reference(&mut self) {
        let (character, taken) = decode_reference(self.rest()).unwrap_or(('&', 1));
        self.push(character, taken);
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> String {
        let taken: String = self
            .rest()
            .chars()
            .take_while(|&next| accept(next))
            .collect();
        self.at += taken.len();
        taken
    }

    fn end_tag(&mut self) -> Result<String, String> {
        let begins = self.at;
        self.at += 2;
        let name = self
            .take_while(|next| !next.is_whitespace() && next != '>')
            .to_lowercase();
        self.take_while(char::is_whitespace);
        if self.peek() == Some('>') {
            self.at += 1;
            Ok(name)
        } else {
            Err(format!("Unclosed end tag at byte offset {begins}"))
        }
    }

    fn start_tag(&mut self) -> Result<OpenTag, String> {
        let begins = self.at;
        self.at += 1;
        let name = self
            .take_while(|next| !next.is_whitespace() && next != '>')
            .to_lowercase();
        if self.at == self.source.len() {
            return Err(format!("Unclosed start tag at byte offset {begins}"));
        }
        let kind = match name.as_str() {
            "b" | "strong" => "bold",
            "i" | "em" => "italic",
            "u" | "ins" => "underline",
            "s" | "strike" | "del" => "strikethrough",
            "tg-spoiler" | "span" => "spoiler",
            "a" => "text_link",
            "code" => "code",
            "pre" => "pre",
            "blockquote" => "blockquote",
            "tg-emoji" => "custom_emoji",
            _ => {
                return Err(format!(
                    "Unsupported start tag \"{name}\" at byte offset {begins}"
                ));
            }
        };
        let attributes = self.attributes(begins)?;
        let find = |wanted: &str| {
            let found = attributes.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone())
        };
        if name == "span" && find("class").as_deref() != Some("tg-spoiler") {
            return Err(format!(
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset {begins}"
            ));
        }
        let mut extra = Map::new();
        let kind = if kind == "blockquote" && find("expandable").is_some() {
            "expandable_blockquote"
        } else {
            kind
        };
        if kind == "text_link"
            && let Some(link) = find("href").filter(|link| !link.is_empty())
        {
            extra.insert("url".to_owned(), link.into());
        }
        if kind == "custom_emoji" {
            extra.insert(
                "custom_emoji_id".to_owned(),
                find("emoji-id").unwrap_or_default().into(),
            );
        }
        let (begins_unit, begins_byte) = (self.units, self.text.len());
        Ok(OpenTag {
            name,
            kind,
            extra,
            begins_unit,
            begins_byte,
        })
    }

    fn attributes(&mut self, begins: usize) -> Result<Vec<(String, String)>, String> {
        let mut attributes = Vec::new();
        loop {
            self.take_while(char::is_whitespace);
            match self.peek() {
                None => return Err(format!("Unclosed start tag at byte offset {begins}")),
                Some('>') => {
                    self.at += 1;
                    return Ok(attributes);
                }
                Some(_) => attributes.push(self.attribute(begins)?),
            }
        }
    }

    fn attribute(&mut self, begins: usize) -> Result<(String, String), String> {
        let name = self
            .take_while(|next| !next.is_whitespace() && next != '=' && next != '>')
            .to_lowercase();
        if name.is_empty() {
            return Err(format!(
                "Empty attribute name in the tag at byte offset {begins}"
            ));
        }
        self.take_while(char::is_whitespace);
        if self.peek() != Some('=') {
            return Ok((name, String::new()));
        }
        self.at += 1;
        self.take_while(char::is_whitespace);
        let value = match self.peek() {
            Some(quote @ ('"' | '\'')) => {
                self.at += 1;
                let value = self.take_while(|next| next != quote);
                if self.peek().is_none() {
                    return Err(format!("Unclosed start tag at byte offset {begins}"));
                }
                self.at += 1;
                value
            }
            _ => self.take_while(|next| !next.is_whitespace() && next != '>'),
        };
        Ok((name, decode_all(&value)))
    }
}

fn decode_reference(text: &str) -> Option<(char, usize)> {
    let end = text
        .char_indices()
        .take(12)
        .find(|&(_, next)| next == ';')?
        .0;
    let name = &text[1..end];
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix('x') {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|&character| character != '\0')?
        }
    };
    Some((character, end + 1))
}

fn decode_all(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let (character, taken) = decode_reference(rest).unwrap_or(('&', 1));
        decoded.push(character);
        rest = &rest[taken..];
    }
    decoded.push_str(rest);
    decoded
}

/// The commands, mentions, tags and links in a text that a person wrote.
pub(super) fn detect(text: &str) -> Vec<Value> {
    let mut entities = Vec::new();
    if !text.contains(['/', '@', '#']) {
        return entities;
    }
    let (mut unit, mut end, mut before) = (0, 0, ' ');
    for (at, character) in text.char_indices() {
        if at >= end
            && !(before.is_alphanumeric() || matches!(before, '/' | '_' | '<'))
            && let Some((kind, length)) = recognise(&text[at..])
        {
            entities.push(json!({ "type": kind, "offset": unit, "length": utf16_len(&text[at..at + length]) }));
            end = at + length;
        }
        before = character;
        unit += character.len_utf16();
    }
    entities
}

fn recognise(text: &str) -> Option<(&'static str, usize)> {
    let word = |text: &str, most: usize| {
        let length: usize = text
            .chars()
            .take(most)
            .take_while(|next| next.is_ascii_alphanumeric() || *next == '_')
            .map(char::len_utf8)
            .sum();
        (length > 0).then_some(length)
    };
    match text.chars().next()? {
        '/' => {
            let mut length = 1 + word(&text[1..], 64)?;
            if let Some(addressed) = text[length..].strip_prefix('@') {
                length += 1 + word(addressed, 32)?;
            }
            Some(("bot_command", length))
        }
        '@' => word(&text[1..], 32)
            .filter(|&length| length >= 3)
            .map(|length| ("mention", 1 + length)),
        '#' => {
            let tag: usize = text[1..]
                .chars()
                .take_while(|next| next.is_alphanumeric() || *next == '_')
                .map(char::len_utf8)
                .sum();
            (tag > 0).then_some(("hashtag", 1 + tag))
        }
        'h' if text.starts_with("http://") || text.starts_with("https://") => {
            let length: usize = text
                .chars()
                .take_while(|next| !next.is_whitespace())
                .map(char::len_utf8)
                .sum();
            let link = text[..length].trim_end_matches(['.', ',', '!', '?', ')', ';', ':']);
            Some(("url", link.len()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_text_and_entities_in_utf16_units() {
        let (text, entities) = parse_html("👋 <b>Hi &amp; <i>you</i></b>").expect("valid");
        assert_eq!(text, "👋 Hi & you");
        assert_eq!(
            entities,
            [
                json!({ "type": "bold", "offset": 3, "length": 8 }),
                json!({ "type": "italic", "offset": 8, "length": 3 }),
            ]
        );
    }

    #[test]
    fn links_and_quotes_keep_what_they_carry() {
        let source = "<a href=\"https://example.org/?a=1&amp;b=2\">x</a>\
                      <blockquote expandable>q</blockquote><span class='tg-spoiler'>s</span>";
        let (text, entities) = parse_html(source).expect("valid");
        assert_eq!(text, "xqs");
        assert_eq!(entities[0]["url"], "https://example.org/?a=1&b=2");
        assert_eq!(entities[1]["type"], "expandable_blockquote");
        assert_eq!(entities[2]["type"], "spoiler");
    }

    #[test]
    fn broken_html_says_where() {
        for (source, found) in [
            ("a <br> b", "Unsupported start tag \"br\" at byte offset 2"),
            (
                "<b>x",
                "Can't find end tag corresponding to start tag \"b\"",
            ),
            (
                "<b>x</i>",
                "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\"",
            ),
            ("x</b>", "Unexpected end tag at byte offset 1"),
            ("1 < 2", "Unsupported start tag \"\" at byte offset 2"),
            ("<b", "Unclosed start tag at byte offset 0"),
            (
                "<span>x</span>",
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0",
            ),
        ] {
            assert_eq!(parse_html(source).expect_err(source), found);
        }
    }

    #[test]
    fn what_is_no_reference_stays_as_written() {
        assert_eq!(
            parse_html("fish & chips &nbsp; &#163;5").expect("valid").0,
            "fish & chips &nbsp; £5"
        );
    }

    #[test]
    fn people_write_commands_mentions_tags_and_links() {
        let kinds = |text: &str| {
            detect(text)
                .iter()
                .map(|entity| {
                    let number = |name: &str| entity[name].as_u64().expect("a number");
                    (
                        entity["type"].as_str().expect("a text").to_owned(),
                        number("offset"),
                        number("length"),
                    )
                })
                .collect::<Vec<_>>()
        };
        let entity = |kind: &str, offset, length| (kind.to_owned(), offset, length);
        assert_eq!(kinds("/need@kith_bot milk"), [entity("bot_command", 0, 14)]);
        assert_eq!(kinds("and/or a/b 1/2"), []);
        assert_eq!(
            kinds("🍞 @anna #food https://example.org/x."),
            [
                entity("mention", 3, 5),
                entity("hashtag", 9, 5),
                entity("url", 15, 21)
            ]
        );
    }
}
