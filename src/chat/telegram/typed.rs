//! Commands as people type them in a chat: `/name@bot words`.

/// What a text is to kith.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed<'t> {
    /// Ordinary words.
    Words,
    /// A command, addressed to kith by name or to nobody.
    Command {
        /// In lower case.
        name: String,
        /// Whether kith was named.
        addressed: bool,
        /// What follows.
        words: &'t str,
    },
    /// A command to another bot.
    Elsewhere,
}

/// Reads a text. Telegram takes for a command what begins with a slash, has at most 64 letters, digits and
/// underscores, perhaps a bot's name after @, and then ends or goes on with a space.
pub(super) fn read<'t>(text: &'t str, username: &str) -> Typed<'t> {
    let Some(rest) = text.strip_prefix('/') else {
        return Typed::Words;
    };
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (head, words) = (&rest[..end], rest[end..].trim());
    let (name, bot) = match head.split_once('@') {
        Some((name, bot)) => (name, Some(bot)),
        None => (head, None),
    };
    let is_word = |word: &str| {
        (1..=64).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    if !is_word(name) || bot.is_some_and(|bot| !is_word(bot)) {
        return Typed::Words;
    }
    match bot {
        Some(bot) if !bot.eq_ignore_ascii_case(username) => Typed::Elsewhere,
        _ => Typed::Command {
            name: name.to_ascii_lowercase(),
            addressed: bot.is_some(),
            words,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_words() {
        let command = |name: &str, addressed, words| Typed::Command {
            name: name.to_owned(),
            addressed,
            words,
        };
        for (text, expected) in [
            ("hello", Typed::Words),
            ("", Typed::Words),
            ("/", Typed::Words),
            ("/ need", Typed::Words),
            ("/home/ana", Typed::Words),
            ("/né", Typed::Words),
            ("/need@", Typed::Words),
            (" /need", Typed::Words),
            ("/need", command("need", false, "")),
            ("/Need  milk \n", command("need", false, "milk")),
            ("/need\nmilk", command("need", false, "milk")),
            ("/kith@Kith_Bot status", command("kith", true, "status")),
            ("/need@other_bot milk", Typed::Elsewhere),
        ] {
            assert_eq!(read(text, "kith_bot"), expected, "{text}");
        }
    }
}
