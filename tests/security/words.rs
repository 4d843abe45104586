//! Odd words and odd names: whatever people write is harmless on every card, in every file and on both platforms.

use kith::domain::action::Action;
use kith::domain::details::Field;
use kith::domain::people::Language;
use kith::domain::report::Subject;
use kith::domain::speech::Speech;
use kith::reply::render;

use super::world::Deeds::{Command, Press};
use super::world::{World, each, only_answer, person};

/// What a message may hold on Telegram and on Discord, in UTF-16 units.
const TELEGRAM_HOLDS: usize = 4_096;
const DISCORD_HOLDS: usize = 2_000;
const NEED: &str = "Could anyone pick up my prescription from Boots today please? ME7 1AB";

/// What staff read of somebody with this name who wrote this: the file, a note with the holder's name, and the queue.
fn read_by_staff(name: &str, text: &str) -> Vec<Speech> {
    let mut world = World::empty();
    let _ = world.says_as(("eve", name), "street", &format!("{NEED} {text}"));
    let Some(id) = world.snapshot.cases.keys().next().cloned() else {
        panic!("no case of {text:?}")
    };
    let of = Subject::Case(id.clone());
    let _ = world.does(&person("eve"), "street", &Press(Action::Confirm(of)));
    let case = world.snapshot.cases.get_mut(&id).expect("the case");
    for field in [Field::What, Field::Where, Field::When, Field::Reach] {
        case.details.set(field, Some(text.into()));
    }
    let view = world.does(&person("sam"), "hub", &Press(Action::View(id.clone())));
    let mut heard = vec![only_answer(&view)];
    let odd = person("adam").called(name);
    heard.extend(all(&world.does(
        &odd,
        "hub",
        &Press(Action::ClaimBriefed(id.clone())),
    )));
    heard.push(only_answer(&world.does(
        &person("sam"),
        "hub",
        &Press(Action::Claim(id)),
    )));
    heard.push(only_answer(&world.does(
        &person("sam"),
        "hub",
        &Command("queue", String::new()),
    )));
    heard
}

fn all(decision: &kith::domain::decision::Decision) -> Vec<Speech> {
    use kith::domain::effect::Act;
    let said = decision
        .effects
        .iter()
        .filter_map(|effect| match &effect.act {
            Act::Show(show) => Some(show.speech.clone()),
            Act::Say { speech, .. } | Act::Tell { speech, .. } => Some(speech.clone()),
            Act::Answer(answer) => Some(answer.speech.clone()),
            Act::Retract { .. } | Act::Remove { .. } | Act::Forward { .. } | Act::Recall { .. } => {
                None
            }
        });
    said.collect()
}

fn is_harmless(name: &str, text: &str) {
    for speech in read_by_staff(name, text) {
        let rendered = render(&speech, Language::English);
        on_discord(&rendered.markdown_within(DISCORD_HOLDS));
        on_telegram(&rendered.html_within(TELEGRAM_HOLDS));
        for button in rendered.buttons.iter().flatten() {
            nothing_hides(&button.label);
            assert!(button.label.chars().count() <= 60, "{}", button.label);
        }
    }
}

fn on_discord(text: &str) {
    assert!(
        text.encode_utf16().count() <= DISCORD_HOLDS,
        "{}",
        text.len()
    );
    nothing_hides(text);
    let lower = text.to_lowercase();
    for acted_on in [
        "@everyone",
        "@here",
        "<@",
        "<#",
        "<:",
        "<a:",
        "<t:",
        "</",
        "](",
        "||",
        "```",
        "~~",
        "://",
    ] {
        let bare = lower
            .match_indices(acted_on)
            .any(|(at, _)| !is_escaped(&lower, at));
        assert!(!bare, "`{acted_on}` in {text}");
    }
    for line in text.lines() {
        let begins = ["# ", "## ", "- ", "> ", ">>> ", "-# ", "+ ", "1. "];
        assert!(
            !begins.iter().any(|block| line.starts_with(block)),
            "{line}"
        );
    }
}

fn is_escaped(text: &str, at: usize) -> bool {
    let before = text[..at].bytes().rev();
    before.take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn on_telegram(html: &str) {
    nothing_hides(html);
    let mut rest = html;
    let mut plain = String::new();
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = rest[at + 1..end].trim_start_matches('/');
        assert!(matches!(tag, "b" | "i" | "code"), "<{tag}> in {html}");
        rest = &rest[end + 1..];
    }
    plain.push_str(rest);
    for entity in plain.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;"]
            .iter()
            .any(|name| entity.starts_with(name));
        assert!(known, "&{entity}");
    }
    let plain = plain
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    assert!(plain.encode_utf16().count() <= TELEGRAM_HOLDS);
    for called in ["@omar_ali", "@everyone"] {
        assert!(!plain.contains(called), "{called} in {plain}");
    }
}

/// Nothing is hidden, and nothing turns the reading direction; a word may be broken by a space without width.
fn nothing_hides(text: &str) {
    let hidden = |sign: char| {
        matches!(
            sign,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' | '\u{e0001}'
        ) || (sign.is_control() && sign != '\n')
    };
    let found = text.chars().find(|sign| hidden(*sign));
    assert!(found.is_none(), "{found:?} in {text:?}");
    let mut marks = 0;
    for sign in text.chars() {
        marks = if matches!(sign, '\u{300}'..='\u{36f}') {
            marks + 1
        } else {
            0
        };
        assert!(marks <= 4, "stacked in {text:?}");
    }
}

macro_rules! harmless {
    ($group:ident { $($name:ident: $text:expr;)+ }) => {
        #[test]
        fn $group() {
            each(&[$((stringify!($name), &|| {
                let text: String = $text.into();
                let name: String = text.chars().take(200).collect();
                is_harmless(&name, &text);
            })),+]);
        }
    };
}

harmless! { whatever_people_write_is_harmless {
    everybody_is_called: "@everyone @here @EVERYONE @Here";
    somebody_is_called_by_number: "<@123456789012345678> <@!123456789012345678> <@&123456789012345678> <#123456789012345678>";
    somebody_is_called_by_name: "ask @omar_ali or (@omar_ali) or @omar_ali.";
    a_call_is_hidden_by_a_mark: "@\u{200b}everyone @\u{2060}everyone @e\u{200b}veryone <\u{200b}@1>";
    a_link_wears_a_mask: "[the council](https://evil.example) [x]( <https://evil.example> )";
    a_link_of_telegram: "<a href=\"tg://user?id=5\">Kim</a> tg://resolve?domain=evil <a href='https://evil.example'>x</a>";
    a_script_comes_along: "<script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt; &#60;b&#62;";
    a_card_is_faked: "\n\n**K7M-4QXP** Claimed by you\n# Urgent\n> quoted\n- one\n1. two\n-# small";
    a_block_of_code_is_left_open: "``` `x` ``` ```rust\nfn main() {}";
    a_spoiler_hides_words: "||hidden|| ~~struck~~ __under__ *x* _y_";
    a_mark_of_escape_is_escaped: "\\@everyone \\\\@everyone \\[a](https://evil.example) \\`x\\`";
    words_run_backwards: "\u{202e}dlrow olleh\u{202c} \u{2067}שלום\u{2069} \u{200f}x\u{61c}";
    words_have_no_width: "pre\u{200b}scrip\u{feff}tion \u{2060}\u{2063}\u{2064}\u{ad}x \u{180e}y";
    words_are_made_of_fillers: "\u{3164}\u{ffa0}\u{115f}\u{1160}\u{2800} nobody";
    words_are_hidden_in_tags: "\u{e0001}\u{e0069}\u{e0067}\u{e006e}\u{e006f}\u{e0072}\u{e0065}";
    letters_are_stacked: format!("e{}", "\u{301}\u{302}\u{303}".repeat(200));
    lines_are_many: "line\n\u{2028}\u{2029}\u{b}\u{c}\u{85}\r".repeat(500);
    words_are_a_hundred_thousand_signs_long: "and some bread ".repeat(6_700);
    one_word_is_a_hundred_thousand_signs_long: "x".repeat(100_000);
    emoji_are_families: "👩\u{200d}👩\u{200d}👧\u{200d}👦🇬🇧🙏🏽".repeat(300);
    control_signs_come_along: "\u{0}\u{1}\u{7}\u{8}\u{1b}[31mred\u{1b}[0m\u{7f}";
    a_name_looks_like_kiths: "kіth ✅ Verified";
    time_and_emoji_of_discord: "<t:1700000000:R> <:smile:123456789012345678> <a:party:123456789012345678> </claim:1>";
}}

#[test]
fn a_name_is_one_line_whatever_it_holds() {
    for speech in read_by_staff("Eve\n\n**K7M-4QXP** done", "x") {
        let text = render(&speech, Language::English).plain();
        assert!(
            !text.lines().any(|line| line.trim() == "**K7M-4QXP** done"),
            "{text}"
        );
    }
}

#[test]
fn the_flag_of_wales_stays_whole() {
    let wales = "🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}";
    let text = wales;
    // Whoever has claimed it reads all of it.
    let mut read = read_by_staff("Eve", text).into_iter();
    let file = read.find(|speech| matches!(speech, Speech::YouHaveIt(_)));
    let file = file.expect("all of the case");
    let rendered = render(&file, Language::English);
    assert!(rendered.html().contains(wales), "{}", rendered.html());
}

#[test]
fn nothing_that_people_wrote_is_in_what_tells_of_them_in_a_group() {
    let (name, text) = ("Planted Name", "my planted words");
    let mut world = World::empty();
    let asked = world.says_as(("eve", name), "street", &format!("{NEED} {text}"));
    for speech in all(&asked) {
        let told = render(&speech, Language::English).plain();
        assert!(!told.contains("lanted"), "{told}");
    }
}
