//! Lines to one text in a markup, within a platform's limit and never cut inside a tag.

use super::rich::{Line, Span};

/// How a platform writes a span, and how it counts it.
pub(super) struct Markup {
    /// The span as written; the second argument tells whether it begins its line.
    pub(super) write: fn(&Span, bool) -> String,
    /// How many UTF-16 units of the platform's limit it takes, given the span and how it is written.
    pub(super) measure: fn(&Span, &str) -> usize,
}

/// No markup at all.
pub(super) const PLAIN: Markup = Markup {
    write: |span, _| span.text().to_owned(),
    measure: |span, _| units(span.text()),
};

/// The length of a text in UTF-16 units.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Writes the lines; where they are longer than the limit, what fits of them and an ellipsis.
pub(super) fn lay_out(lines: &[Line], limit: Option<usize>, markup: &Markup) -> String {
    let (whole, length) = write_up_to(lines, usize::MAX, markup);
    match limit {
        Some(limit) if length > limit => {
            let (mut short, _) = write_up_to(lines, limit.saturating_sub(1), markup);
            short.push('…');
            short
        }
        _ => whole,
    }
}

fn write_up_to(lines: &[Line], limit: usize, markup: &Markup) -> (String, usize) {
    let mut out = String::new();
    let mut used = 0;
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            if used + 1 > limit {
                return (out, used);
            }
            out.push('\n');
            used += 1;
        }
        for (place, span) in line.0.iter().enumerate() {
            let starts = place == 0;
            let written = (markup.write)(span, starts);
            let length = (markup.measure)(span, &written);
            if used.saturating_add(length) > limit {
                let (part, length) = longest_part(span, starts, limit - used, markup);
                out.push_str(&part);
                return (out, used + length);
            }
            out.push_str(&written);
            used += length;
        }
    }
    (out, used)
}

/// The longest beginning of a span that fits, found by halving: a longer beginning never takes less room.
fn longest_part(span: &Span, starts: bool, room: usize, markup: &Markup) -> (String, usize) {
    let text = span.text();
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let write = |end: usize| {
        let part = span.with_text(&text[..end]);
        let written = (markup.write)(&part, starts);
        let length = (markup.measure)(&part, &written);
        (written, length)
    };
    let fitting = ends.partition_point(|end| write(*end).1 <= room);
    match fitting.checked_sub(1).and_then(|last| ends.get(last)) {
        Some(end) if *end > 0 => write(*end),
        _ => (String::new(), 0),
    }
}
