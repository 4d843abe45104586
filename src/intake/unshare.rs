//! Whether somebody tells kith to share nothing more, in their own words. English only; the button does the same.

use std::sync::LazyLock;

use regex::Regex;

/// What follows "don't share" where it is about what kith knows, and not about a kitchen.
const ASKS: &str = r"(?i)\b(?:don'?t|do not|stop|never)\s+(?:want\s+(?:you\s+|it\s+|them\s+|this\s+)?(?:to\s+)?)?(?:be\s+)?shar(?:e|ed|ing)\b\s*(?:$|[.!,]|it\b|this\b|that\b|my\s+(?:details?|address|number|phone|name|info)|any\s?(?:more|thing)|with\s+(?:any|others|the\s|them|neighbours)|please)|\b(?:withdraw|take\s+back)\s+(?:my\s+)?(?:consent|permission|yes)\b";

/// Whether a text asks for that.
pub fn stops_sharing(text: &str) -> bool {
    // Patterns are tested: one that can't be compiled would find nothing.
    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ASKS).ok());
    let text = text.replace(['’', '‘'], "'");
    PATTERN
        .as_ref()
        .is_some_and(|pattern| pattern.is_match(text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stop_sharing_and_others_do_not() {
        for text in [
            "Please don't share",
            "please don’t share my details any more",
            "stop sharing my address",
            "do not share it with anyone",
            "I don't want you to share this",
            "I withdraw my consent",
            "never share my number!",
        ] {
            assert!(stops_sharing(text), "{text}");
        }
        for text in [
            "I don't share a kitchen, so delivery is easy",
            "happy to share a lift",
            "you may share it",
            "could anyone share some bread?",
            "we stop sharing costs in May",
        ] {
            assert!(!stops_sharing(text), "{text}");
        }
    }
}
