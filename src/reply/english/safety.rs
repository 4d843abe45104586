//! Numbers for the one who may be in danger, and the card that leads see.

use super::words;
use crate::domain::action::Action;
use crate::domain::concern::ConcernState;
use crate::domain::reading::Signal;
use crate::domain::speech::{ConcernView, Number, Numbers};
use crate::reply::rich::{Button, Rendered, Span, bold, code as mark, plain};

pub(super) fn numbers(numbers: &Numbers) -> Rendered {
    let mut rendered = Rendered::default()
        .line([bold("If anyone is in danger right now, call 999.")])
        .text(
            "You are not in trouble. You don't have to be alone with this. These people can help:",
        );
    let (first, rest): (Vec<_>, Vec<_>) = numbers
        .numbers
        .iter()
        .partition(|number| number.contact.contains("999"));
    for number in first.into_iter().chain(rest) {
        rendered = rendered.line([
            plain("• "),
            bold(&number.contact),
            plain(format!(" {}", number.name)),
            plain(hours(number)),
        ]);
    }
    if numbers.signals.contains(&Signal::Abuse) {
        if numbers.numbers.iter().any(is_silent_call) {
            rendered = rendered
                .text("If you can't speak: call 999 from a mobile, stay quiet, then press 55.");
        }
        rendered = rendered.text("Could someone else read this chat? Delete it if that is safer.");
    }
    rendered = rendered.text("I am a computer program. People may not see this straight away.");
    if let Some(request) = &numbers.request {
        rendered = rendered
            .text("If you like, I can also pass what you asked for to the help hub.")
            .row([Button::primary(
                "Yes, pass it on",
                Action::Confirm(request.clone()),
            )]);
    }
    rendered
}

fn hours(number: &Number) -> String {
    match number.hours.trim() {
        "" => String::new(),
        hours => format!(", {hours}"),
    }
}

/// Whether it is the silent call: 999, then 55.
fn is_silent_call(number: &Number) -> bool {
    number.contact.contains("999") && number.contact.contains("55")
}

fn about(view: &ConcernView) -> Vec<Span> {
    if let Some(case) = &view.about {
        return vec![
            bold("About:"),
            plain(" something is wrong with a neighbour's help for "),
            mark(case),
        ];
    }
    let signals: Vec<_> = view.signals.iter().copied().map(words::signal).collect();
    vec![
        bold("It may be about:"),
        plain(format!(" {}", signals.join(", "))),
    ]
}

pub(super) fn concern(view: &ConcernView) -> Rendered {
    let mut rendered = Rendered::default()
        .line([
            plain("⚠️ "),
            mark(&view.code),
            plain(" "),
            bold("Please look at this now"),
        ])
        .line(about(view))
        .line([
            bold("From:"),
            plain(format!(" {}", words::name(&view.name))),
        ]);
    rendered = match &view.words {
        Some(words) => rendered.quote("Their own words:", words.reveal()),
        None if view.about.is_some() => {
            rendered.text("They pressed “Something is wrong” and wrote nothing. Please ask them.")
        }
        None => rendered.text("Their words have been erased."),
    };
    if let Some(source) = &view.source {
        rendered = rendered.line([bold("On:"), plain(format!(" {}", source.place.connector))]);
    }
    rendered = rendered.line([bold("When:"), plain(format!(" {}", words::moment(view.at)))]);
    let concern = || view.concern.clone();
    match &view.state {
        ConcernState::Raised => rendered
            .text(if view.about.is_some() {
                "Nobody has it yet. In danger now: 999."
            } else {
                "Nobody has it yet. I have sent them numbers to call. In danger now: 999."
            })
            .row([Button::danger(
                "I have this",
                Action::Acknowledge(concern()),
            )]),
        ConcernState::Acknowledged { by, at } => rendered
            .line([
                plain("🟢 "),
                bold(words::name(&by.name)),
                plain(format!(" has it since {}", words::moment(*at))),
            ])
            .row([Button::primary(
                "Dealt with",
                Action::CloseConcern(concern()),
            )]),
        ConcernState::Closed { by, at } => rendered.line([
            plain("✅ Dealt with by "),
            bold(words::name(&by.name)),
            plain(format!(", {}", words::moment(*at))),
        ]),
    }
}
