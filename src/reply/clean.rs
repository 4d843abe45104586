//! Text from people made safe to show: nothing that hides, reorders, pretends or spills over its line.

use unicode_normalization::char::is_combining_mark;

/// So many marks may stand on one letter: as many as any living script puts there.
const MARKS: usize = 4;
/// The flag that tags stand behind, as in that of Wales.
const FLAG: char = '\u{1f3f4}';

/// Whether a sign changes how its neighbours are shown without being seen itself.
/// The joiners U+200C and U+200D stay: Persian words and emoji need them.
const fn is_hidden(sign: char) -> bool {
    matches!(
        sign,
        '\u{00ad}'
            | '\u{034f}'
            | '\u{061c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0001}'
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
    let mut line = String::with_capacity(text.len());
    let (mut marks, mut in_flag) = (0, false);
    for sign in text.chars() {
        // Tags spell out which flag it is; anywhere else they carry words that nobody sees.
        let is_tag = matches!(sign, '\u{e0020}'..='\u{e007f}');
        in_flag = sign == FLAG || (in_flag && is_tag);
        marks = if is_combining_mark(sign) {
            marks + 1
        } else {
            0
        };
        if is_line_end(sign) || sign == '\t' {
            line.push(' ');
        } else if !(is_hidden(sign) || sign.is_control() || marks > MARKS || (is_tag && !in_flag)) {
            line.push(sign);
        }
    }
    line
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
