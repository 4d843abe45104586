//! What is said, and what must never be.

mod disclosure;
mod hub_words;
mod leaks;
mod matches;
mod resident_words;
mod samples;
mod sharing;
mod speeches;

use std::collections::BTreeSet;

use insta::assert_snapshot;

use super::english::words;
use super::layout::units;
use super::rich::{Button, bold, code, italic, plain};
use super::*;
use crate::domain::action::Action;
use crate::domain::clock::Timestamp;
use crate::domain::command::Command;
use crate::domain::details::Field;
use crate::domain::ids::ConcernId;

/// A speech as a reader would describe it: the lines, then a row of labels for each row of buttons.
fn shown(speech: &Speech) -> String {
    let rendered = render(speech, Language::English);
    let mut out = rendered.plain();
    for row in &rendered.buttons {
        let labels: Vec<_> = row
            .iter()
            .map(|button| match button.style {
                Style::Primary => format!("({})", button.label),
                Style::Plain => format!("[{}]", button.label),
                Style::Danger => format!("<{}>", button.label),
            })
            .collect();
        out.push('\n');
        out.push_str(&labels.join(" "));
    }
    out
}

fn shown_all(speeches: &[Speech]) -> String {
    let all: Vec<_> = speeches.iter().map(shown).collect();
    all.join("\n---\n")
}

/// A number for each speech, by a match that fails to compile when one is added.
fn number(speech: &Speech) -> usize {
    match speech {
        Speech::AskRequest { .. } => 0,
        Speech::AskOffer { .. } => 1,
        Speech::AskResolved { .. } => 2,
        Speech::PassedOn { .. } => 3,
        Speech::OfferNoted { .. } => 4,
        Speech::Logged { .. } => 5,
        Speech::AlreadyWithHub { .. } => 6,
        Speech::TakenBack { .. } => 7,
        Speech::MessageWaiting { .. } => 8,
        Speech::Noted => 9,
        Speech::OnlyTheWriter => 10,
        Speech::ButtonGone => 11,
        Speech::NotForYou { .. } => 12,
        Speech::CommandProblem { .. } => 13,
        Speech::NoSuchCode { .. } => 14,
        Speech::Dropped => 15,
        Speech::Welcome => 16,
        Speech::Help { .. } => 17,
        Speech::AskField(_) => 18,
        Speech::DetailsSaved { .. } => 19,
        Speech::DialogueStopped => 20,
        Speech::Mine { .. } => 21,
        Speech::News { .. } => 22,
        Speech::AnswerPassedOn { .. } => 23,
        Speech::NotUnderstood => 24,
        Speech::Card(_) => 25,
        Speech::OfferCard(_) => 26,
        Speech::HubNote { .. } => 27,
        Speech::Briefing { .. } => 28,
        Speech::YouHaveIt(_) => 29,
        Speech::HeldBy { .. } => 30,
        Speech::NotNow { .. } => 31,
        Speech::YouReleasedIt { .. } => 32,
        Speech::File(_) => 33,
        Speech::Queue(_) => 34,
        Speech::AskOutcome { .. } => 35,
        Speech::AskDestination { .. } => 36,
        Speech::NoDestination => 37,
        Speech::Forwarding { .. } => 38,
        Speech::YouClosedIt { .. } => 39,
        Speech::QuestionSent { .. } => 40,
        Speech::Numbers(_) => 41,
        Speech::ConcernCard(_) => 42,
        Speech::SetupPanel { .. } => 43,
        Speech::ChannelStatus { .. } => 44,
        Speech::ModeratorNamed => 45,
        Speech::Hello => 46,
        Speech::AskAnswer { .. } => 47,
        Speech::Match(_) => 48,
        Speech::Neighbours(_) => 49,
        Speech::NeighbourAsked { .. } => 50,
        Speech::PartOf { .. } => 51,
        Speech::PrioritySet { .. } => 52,
        Speech::AskChecks => 53,
        Speech::CheckStated { .. } => 54,
        Speech::Volunteer(_) => 55,
        Speech::HeardAgain { .. } => 56,
        Speech::AskWorry => 57,
        Speech::ConcernRaised { .. } => 58,
        Speech::Concerns { .. } => 59,
        Speech::AskConcernOutcome { .. } => 60,
        Speech::ConcernWaits { .. } => 61,
        Speech::ConcernGrew { .. } => 62,
        Speech::Slow { .. } => 63,
        Speech::Leak { .. } => 64,
        Speech::Removing => 65,
        Speech::Sharing(_) => 66,
        Speech::Ground(_) => 67,
        Speech::ForLeads { .. } => 68,
        Speech::Erased => 69,
    }
}

#[test]
fn every_speech_has_a_sample() {
    let sampled: BTreeSet<usize> = speeches::all().iter().map(number).collect();
    assert_eq!(sampled, (0..70).collect());
}

#[test]
fn what_many_may_see_holds_nothing_private() {
    for speech in speeches::all() {
        if speech.is_personal() || matches!(speech, Speech::ConcernCard(_) | Speech::Volunteer(_)) {
            continue;
        }
        let text = shown(&speech);
        for private in samples::PRIVATE {
            assert!(!text.contains(private), "`{private}` in: {text}");
        }
    }
}

#[test]
fn a_group_hears_one_line_that_names_no_danger() {
    for speech in speeches::group() {
        let rendered = render(&speech, Language::English);
        assert_eq!(rendered.text.len(), 1, "{}", rendered.plain());
        for word in ["danger", "abuse", "999", "urgent", "food", "medicine"] {
            assert!(!shown(&speech).contains(word), "{}", rendered.plain());
        }
    }
}

#[test]
fn buttons_fit_every_platform() {
    for speech in speeches::all() {
        let rendered = render(&speech, Language::English);
        assert!(rendered.buttons.len() <= 5, "{}", shown(&speech));
        for row in &rendered.buttons {
            assert!((1..=5).contains(&row.len()), "{}", shown(&speech));
        }
        let buttons: Vec<&Button> = rendered.buttons.iter().flatten().collect();
        let actions: BTreeSet<String> = buttons.iter().map(|b| b.action.encode()).collect();
        assert!(
            actions.iter().all(|action| action.len() <= 64),
            "{actions:?}"
        );
        assert!(
            buttons
                .iter()
                .all(|b| (1..=60).contains(&b.label.chars().count()))
        );
    }
}

#[test]
fn a_long_title_makes_a_short_label() {
    let long = Button::plain("x".repeat(100), Action::Skip);
    assert_eq!(long.label.chars().count(), 60);
    assert!(long.label.ends_with('…'));
}

#[test]
fn forms_open_where_words_are_asked_for_and_fit() {
    let subjects = [samples::about_case(), samples::about_offer()];
    let mut actions = vec![
        Action::NewRequest,
        Action::NewOffer,
        Action::AnswerQuestion(samples::case()),
        Action::Numbers(ConcernId::new("c")),
        Action::Skip,
        Action::View(samples::case()),
    ];
    for subject in subjects {
        actions.push(Action::TellPrivately(subject.clone()));
        actions.push(Action::Details(subject.clone()));
        actions.push(Action::EditField(subject, Field::Where));
    }
    for action in actions {
        let opened = form(&action, Language::English);
        assert_eq!(opened.is_some(), action.asks_for_words(), "{action:?}");
        let Some(form) = opened else { continue };
        assert!(form.title.chars().count() <= 45, "{form:?}");
        assert!((1..=5).contains(&form.fields.len()), "{form:?}");
        for field in form.fields {
            assert!((1..=45).contains(&field.label.chars().count()), "{field:?}");
            assert!(field.placeholder.chars().count() <= 100, "{field:?}");
            assert!((1..=4_000).contains(&field.max_length), "{field:?}");
        }
    }
}

#[test]
fn an_answer_is_one_field() {
    let form = form(&Action::AnswerQuestion(samples::case()), Language::English).unwrap();
    let fields: Vec<_> = form
        .fields
        .iter()
        .map(|f| (f.field, f.label.as_str()))
        .collect();
    assert_eq!(fields, [(Field::What, "Your answer")]);
}

#[test]
fn menus_fit_and_what_they_make_is_understood() {
    for scope in [Scope::Resident, Scope::Staff, Scope::Lead, Scope::Moderator] {
        for command in command_menu(scope, Language::English) {
            assert!(
                (1..=100).contains(&command.description.chars().count()),
                "{command:?}"
            );
            let mut words = Vec::new();
            for argument in &command.arguments {
                assert!(
                    (1..=100).contains(&argument.description.chars().count()),
                    "{argument:?}"
                );
                assert!(argument.choices.len() <= 25, "{argument:?}");
                if argument.kind == ArgumentKind::Who {
                    continue;
                }
                words.push(match (argument.name, argument.choices.first()) {
                    (_, Some((_, value))) => (*value).to_owned(),
                    ("code" | "into", None) => samples::code(1).to_string(),
                    ("area", None) => "ME7".to_owned(),
                    ("until", None) => "31/03/2028".to_owned(),
                    _ => "anything".to_owned(),
                });
            }
            let parsed = Command::parse(command.name, &words.join(" "));
            assert!(parsed.is_ok(), "{}: {words:?}: {parsed:?}", command.name);
        }
    }
}

#[test]
fn times_are_those_of_london() {
    assert_snapshot!(words::moment(samples::NOW), @"14:05 on Tue 3 Nov");
    let summer = Timestamp::from_millis(1_781_528_700_000);
    assert_snapshot!(words::moment(summer), @"14:05 on Mon 15 Jun");
    assert_eq!(
        words::moment(Timestamp::from_millis(i64::MAX)),
        "an unknown time"
    );
}

fn hostile() -> Rendered {
    Rendered::say("# <b>Bob</b> & `co` @everyone <@123> jo@example.org")
        .text("- [x](javascript:alert(1)) https://example.org **loud** ||secret|| _under_")
        .text("12. a list")
        .line([
            bold("bold*"),
            plain(" "),
            italic("it_alic"),
            plain(" "),
            code("co`de"),
        ])
        .quote(
            "Wrote:",
            "ab\u{202e}cd\u{200b}ef\n\n-# small\u{2028}@HERE\u{7}",
        )
}

#[test]
fn hostile_text_is_disarmed() {
    assert_snapshot!(hostile().html().replace('\u{200b}', "‹ZWSP›"), @r#"
    # &lt;b&gt;Bob&lt;/b&gt; &amp; `co` @‹ZWSP›everyone &lt;@123&gt; jo@example.org
    - [x](javascript:alert(1)) https://example.org **loud** ||secret|| _under_
    12. a list
    <b>bold*</b> <i>it_alic</i> <code>co`de</code>
    <b>Wrote:</b> “abcdef
    -# small
    @‹ZWSP›HERE”
    "#);
    assert_snapshot!(hostile().markdown().replace('\u{200b}', "‹ZWSP›"), @r#"
    \# \<b\>Bob\</b\> & \`co\` @‹ZWSP›everyone \<@‹ZWSP›123\> jo@example.org
    \- \[x\](javascript:alert(1)) https:‹ZWSP›//example.org \*\*loud\*\* \|\|secret\|\| \_under\_
    12\. a list
    **bold\*** *it\_alic* `co'de`
    **Wrote:** “abcdef
    \-# small
    @‹ZWSP›HERE”
    "#);
    assert_snapshot!(hostile().plain(), @r#"
    # <b>Bob</b> & `co` @everyone <@123> jo@example.org
    - [x](javascript:alert(1)) https://example.org **loud** ||secret|| _under_
    12. a list
    bold* it_alic co`de
    Wrote: “abcdef
    -# small
    @HERE”
    "#);
}

#[test]
fn a_name_is_one_short_visible_line() {
    let name = |text: &str| words::name(&text.into());
    assert_eq!(name("\u{202e}\u{200b} \n"), "someone");
    assert_eq!(name("Jo\n\u{2066}Ann"), "Jo Ann");
    assert_eq!(name(&"é".repeat(60)).chars().count(), 40);
    assert_eq!(name("Zoë 👩\u{200d}🌾"), "Zoë 👩\u{200d}🌾");
}

#[test]
fn debug_shows_nothing_of_what_people_told() {
    for speech in speeches::all() {
        let debug = format!("{:?}", render(&speech, Language::English));
        for private in samples::PRIVATE {
            assert!(!debug.contains(private), "`{private}` in: {debug}");
        }
    }
}

/// The length that Telegram counts: UTF-16 units with tags gone and entities read.
fn telegram_length(html: &str) -> usize {
    let mut text = String::new();
    let mut inside = false;
    for sign in html.chars() {
        match sign {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    units(
        &text
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}

#[test]
fn a_cut_fits_and_never_breaks_a_tag() {
    let rendered = hostile().line([bold("🍞&<".repeat(30))]);
    let whole = telegram_length(&rendered.html());
    assert_eq!(rendered.html_within(whole), rendered.html());
    for limit in 1..whole {
        let html = rendered.html_within(limit);
        assert!(telegram_length(&html) <= limit, "{limit}: {html}");
        assert!(html.ends_with('…'), "{html}");
        for tag in ["b", "i", "code"] {
            let opened = html.matches(&format!("<{tag}>")).count();
            assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{html}");
        }
        let entities = html.matches('&').count();
        let whole_ones = ["&lt;", "&gt;", "&amp;"].map(|e| html.matches(e).count());
        assert_eq!(entities, whole_ones.iter().sum::<usize>(), "{html}");
    }
    let whole = units(&rendered.markdown());
    assert_eq!(rendered.markdown_within(whole), rendered.markdown());
    for limit in 1..whole {
        let markdown = rendered.markdown_within(limit);
        assert!(units(&markdown) <= limit, "{limit}: {markdown}");
        assert_eq!(markdown.matches("**").count() % 2, 0, "{markdown}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_renders_and_keeps_its_limit(words in "\\PC{0,300}", limit in 1_usize..200) {
        let rendered = Rendered::say(&words).quote("Wrote:", &words);
        proptest::prop_assert!(units(&rendered.markdown_within(limit)) <= limit);
        proptest::prop_assert!(telegram_length(&rendered.html_within(limit)) <= limit);
        proptest::prop_assert!(!rendered.markdown().to_lowercase().contains("@everyone"));
    }
}
