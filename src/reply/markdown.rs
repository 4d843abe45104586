//! The Markdown that Discord reads. Everything that could style, call people or make a link is disarmed,
//! in kith's words as in people's, so that no caller has to know which is which.

use super::layout::{Markup, units};
use super::rich::Span;

pub(super) const MARKUP: Markup = Markup {
    write,
    measure: |_, written| units(written),
};

/// Breaks what Discord would act on without being seen.
const BREAK: char = '\u{200b}';

fn write(span: &Span, starts: bool) -> String {
    let text = span.text();
    match span {
        _ if text.is_empty() => String::new(),
        Span::Plain(_) => escape(text, starts),
        Span::Bold(_) => format!("**{}**", escape(text, false)),
        Span::Italic(_) => format!("*{}*", escape(text, false)),
        Span::Code(_) => format!("`{}`", text.replace('`', "'").replace('@', "@\u{200b}")),
    }
}

fn escape(text: &str, starts: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let body = text.trim_start();
    out.push_str(&text[..text.len() - body.len()]);
    if starts && begins_block(body) {
        let at = body.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(0);
        out.push_str(&body[..at]);
        out.push('\\');
        escape_signs(&body[at..], &mut out);
    } else {
        escape_signs(body, &mut out);
    }
    out
}

/// Whether a line beginning so would become a heading, a list or small print.
fn begins_block(line: &str) -> bool {
    let rest = line.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let digits = line.len() - rest.len();
    if digits == 0 {
        line.starts_with(['#', '-', '+'])
    } else {
        rest.starts_with(['.', ')'])
    }
}

fn escape_signs(text: &str, out: &mut String) {
    let mut rest = text.chars();
    while let Some(sign) = rest.next() {
        match sign {
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' => {
                out.push('\\');
                out.push(sign);
            }
            '@' => {
                out.push(sign);
                if calls_people(out, rest.as_str()) {
                    out.push(BREAK);
                }
            }
            ':' if rest.as_str().starts_with("//") => {
                out.push(sign);
                out.push(BREAK);
            }
            other => out.push(other),
        }
    }
}

/// Whether the `@` at the end of `before` would reach people; one inside an e-mail address does not.
fn calls_people(before: &str, after: &str) -> bool {
    let called = |word: &str| {
        after
            .get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word))
    };
    before.ends_with("<@") || called("everyone") || called("here")
}
