//! A rendered speech in Telegram's form: HTML, and buttons that send or lead into the private chat.

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ParseMode};
use url::Url;

use super::MESSAGE_LENGTH;
use crate::domain::action::Action;
use crate::reply::Rendered;

/// Words with the markup that they are in.
pub(super) struct Words {
    pub(super) text: String,
    pub(super) mode: Option<ParseMode>,
}

/// The words as Telegram shows them best.
pub(super) fn marked(rendered: &Rendered) -> Words {
    Words {
        text: rendered.html_within(MESSAGE_LENGTH),
        mode: Some(ParseMode::Html),
    }
}

/// The words without markup, for when Telegram can't read it.
pub(super) fn unmarked(rendered: &Rendered) -> Words {
    Words {
        text: cut(&rendered.plain(), MESSAGE_LENGTH),
        mode: None,
    }
}

/// The beginning of a text, with an ellipsis where it is longer than so many UTF-16 units.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if units(text) <= limit {
        return text.to_owned();
    }
    let mut used = 1;
    let mut short: String = text
        .chars()
        .take_while(|sign| {
            used += sign.len_utf16();
            used <= limit
        })
        .collect();
    short.push('…');
    short
}

/// How long Telegram takes a text to be.
pub(super) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Whether any button leads from a group into the private chat.
pub(super) fn leads_away(rendered: &Rendered) -> bool {
    let mut buttons = rendered.buttons.iter().flatten();
    buttons.any(|button| button.action.is_private())
}

/// The buttons; in a group those for one person alone are links into the private chat with the bot of this name.
pub(super) fn keyboard(
    rendered: &Rendered,
    bot_in_group: Option<&str>,
) -> Option<InlineKeyboardMarkup> {
    let button = |label: &str, action: &Action| {
        let link = bot_in_group
            .filter(|_| action.is_private())
            .and_then(|bot| private_link(bot, &action.encode()));
        match link {
            Some(link) => InlineKeyboardButton::url(label, link),
            None => InlineKeyboardButton::callback(label, action.encode()),
        }
    };
    let rows = rendered.buttons.iter().map(|row| {
        row.iter()
            .map(|found| button(&found.label, &found.action))
            .collect::<Vec<_>>()
    });
    (!rendered.buttons.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

/// The link that opens the private chat and, once the person presses Start there, sends `/start PAYLOAD`.
pub(super) fn private_link(bot: &str, payload: &str) -> Option<Url> {
    let mut link = Url::parse("https://t.me/").ok()?;
    link.set_path(bot);
    link.query_pairs_mut().append_pair("start", payload);
    Some(link)
}

/// kith's links lead into chats; a preview of them would say nothing.
pub(super) const fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_keeps_whole_signs() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer", 5), "long…");
        // Four of these fit eight units, but not with the ellipsis.
        assert_eq!(cut("🥛🥛🥛🥛🥛", 8), "🥛🥛🥛…");
        assert!(units(&cut(&"🥛".repeat(9_000), 4096)) <= 4096);
    }

    #[test]
    fn links_carry_their_payload() {
        let link = private_link("kith_bot", "tell_case_0123").unwrap();
        assert_eq!(link.as_str(), "https://t.me/kith_bot?start=tell_case_0123");
    }
}
