//! The HTML that Telegram reads: a few tags, three signs to escape. It counts what is left without tags. A name with an @
//! calls whoever has it, so that it is broken, in kith's words as in people's; bots are called by nobody's name.

use super::layout::{Markup, units};
use super::rich::Span;

pub(super) const MARKUP: Markup = Markup {
    write,
    measure: |span, _| units(span.text()) + calls(span.text()).count(),
};

/// Breaks a name that Telegram would act on without being seen.
const BREAK: char = '\u{200b}';
/// The shortest name that Telegram knows, in signs.
const SHORTEST: usize = 4;
/// The bot by which bots are made, the one whose name doesn't end so.
const FATHER: &str = "botfather";

fn write(span: &Span, _starts: bool) -> String {
    let text = escape(span.text());
    match span {
        _ if text.is_empty() => text,
        Span::Plain(_) => text,
        Span::Bold(_) => format!("<b>{text}</b>"),
        Span::Italic(_) => format!("<i>{text}</i>"),
        Span::Code(_) => format!("<code>{text}</code>"),
    }
}

/// Where an `@` stands that would call somebody: one inside an e-mail address does not.
fn calls(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices('@').filter_map(|(at, _)| {
        let inside = text[..at].chars().next_back();
        let name: String = text[at + 1..]
            .chars()
            .take_while(|sign| sign.is_ascii_alphanumeric() || *sign == '_')
            .map(|sign| sign.to_ascii_lowercase())
            .collect();
        let is_bot = name.ends_with("bot") || name == FATHER;
        let calls =
            inside.is_none_or(|sign| !sign.is_alphanumeric()) && name.len() >= SHORTEST && !is_bot;
        calls.then_some(at)
    })
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut calls = calls(text).peekable();
    for (at, sign) in text.char_indices() {
        match sign {
            '@' if calls.next_if_eq(&at).is_some() => out.extend([sign, BREAK]),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
    out
}
