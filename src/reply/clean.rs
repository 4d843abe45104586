//! Text from people made safe to show: nothing that hides, reorders or pretends.

/// Whether a sign changes how its neighbours are shown without being seen itself.
/// The joiners U+200C and U+200D stay: Persian words and emoji need them.
const fn is_hidden(sign: char) -> bool {
    matches!(
        sign,
        '\u{00ad}'
            | '\u{061c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{206a}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

const fn is_line_end(sign: char) -> bool {
    matches!(
        sign,
        '\n' | '\r' | '\u{000b}' | '\u{000c}' | '\u{0085}' | '\u{2028}' | '\u{2029}'
    )
}

/// One line of visible signs.
pub(super) fn one_line(text: &str) -> String {
    text.chars()
        .filter(|sign| !is_hidden(*sign))
        .map(|sign| {
            if is_line_end(sign) || sign == '\t' {
                ' '
            } else {
                sign
            }
        })
        .filter(|sign| !sign.is_control())
        .collect()
}

/// The lines of a longer text, without empty ones.
pub(super) fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(is_line_end)
        .map(|line| one_line(line).trim().to_owned())
        .filter(|line| !line.is_empty())
}

/// The first `limit` signs, with an ellipsis where there are more.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}
