//! The HTML that Telegram reads: a few tags, three signs to escape. It counts what is left without tags.

use super::layout::{Markup, units};
use super::rich::Span;

pub(super) const MARKUP: Markup = Markup {
    write,
    measure: |span, _| units(span.text()),
};

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

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
    out
}
