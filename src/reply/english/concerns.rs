//! Concerns: what whoever worries is asked and told, and what leads see. Their card is for safeguarding channels alone.

use super::words;
use crate::domain::action::Action;
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::concern::{ConcernOutcome, ConcernState, Entry, Logged, Service};
use crate::domain::ids::ConcernId;
use crate::domain::speech::{ConcernEntry, ConcernView};
use crate::reply::rich::{Button, Rendered, Span, bold, code as mark, plain};

pub(super) fn ask_worry() -> Rendered {
    Rendered::default()
        .line([bold("If anyone is in danger right now, call 999.")])
        .text("What worries you? Write it in your own words. Only the safeguarding leads will read it.")
        .row([Button::plain("Not now", Action::Stop)])
}

pub(super) fn raised(lines: &[String]) -> Rendered {
    let mut rendered = Rendered::say(
        "Thank you for telling me. I have told the safeguarding leads, and nobody else.",
    )
    .text("They may write to you. I can't promise to keep it secret.");
    for line in lines {
        rendered = rendered.line([plain("• "), plain(line)]);
    }
    rendered.text("Did you write it where others can read it? Please delete it there.")
}

pub(super) fn open(entries: &[ConcernEntry]) -> Rendered {
    if entries.is_empty() {
        return Rendered::say("No concern waits.");
    }
    let mut rendered = Rendered::default().line([bold("Concerns that are not dealt with yet")]);
    for entry in entries {
        let signals: Vec<_> = entry.signals.iter().copied().map(words::signal).collect();
        let about = if signals.is_empty() {
            "somebody worries".to_owned()
        } else {
            signals.join(", ")
        };
        let state = match &entry.state {
            ConcernState::Raised => "nobody has it".to_owned(),
            ConcernState::Acknowledged { by, .. } => format!("{} has it", words::name(&by.name)),
            ConcernState::Closed { .. } => "dealt with".to_owned(),
        };
        let rest = format!(" {about}; {state}; {}", words::moment(entry.at));
        rendered = rendered.line([mark(&entry.code), plain(rest)]);
    }
    rendered.text("See one with /concern and its code.")
}

pub(super) fn ask_outcome(concern: &ConcernId, code: &CaseCode) -> Rendered {
    let button = |outcome: &ConcernOutcome| {
        let action = Action::EndConcern(concern.clone(), *outcome);
        Button::plain(label(*outcome), action)
    };
    let mut rendered = Rendered::default().line([plain("How did "), mark(code), plain(" end?")]);
    for row in ConcernOutcome::ALL.chunks(2) {
        rendered = rendered.row(row.iter().map(button));
    }
    rendered
}

pub(super) fn waits(code: &CaseCode, since: Timestamp) -> Rendered {
    let since = format!(" has waited since {}.", words::moment(since));
    Rendered::default()
        .line([
            plain("⏰ "),
            bold("Nobody has taken a concern yet: "),
            mark(code),
            plain(since),
        ])
        .text("Please look in the safeguarding channel, and press “I have this”.")
}

pub(super) fn grew(code: &CaseCode) -> Rendered {
    Rendered::default().line([
        plain("There is more from the same person on "),
        mark(code),
        plain(". Please look at its card."),
    ])
}

const fn label(outcome: ConcernOutcome) -> &'static str {
    match outcome {
        ConcernOutcome::AdultServices => "Passed to adult services",
        ConcernOutcome::ChildrensServices => "Passed to children's services",
        ConcernOutcome::EmergencyServices => "Emergency services came",
        ConcernOutcome::AdviceGiven => "Advice was given",
        ConcernOutcome::NoConcern => "There was no concern",
        ConcernOutcome::Other => "Something else",
    }
}

fn ended(outcome: ConcernOutcome) -> String {
    let mut words = label(outcome).to_owned();
    words[..1].make_ascii_lowercase();
    words
}

fn entry(logged: &Logged) -> Vec<Span> {
    let (what, said) = match &logged.entry {
        Entry::Note { words } => ("wrote", words),
        Entry::Passed { to, reference } => (
            match to {
                Service::Adults => "passed it to adult services, reference",
                Service::Children => "passed it to children's services, reference",
            },
            reference,
        ),
    };
    let when = words::moment(logged.at);
    vec![
        plain("📝 "),
        bold(words::name(&logged.by.name)),
        plain(format!(" {what}: {} ({when})", said.reveal())),
    ]
}

fn about(view: &ConcernView) -> Vec<Span> {
    if let Some(case) = &view.about {
        let what = if view.words.is_some() {
            " somebody worries about "
        } else {
            " something is wrong with a neighbour's help for "
        };
        return vec![bold("About:"), plain(what), mark(case)];
    }
    if view.signals.is_empty() {
        return vec![bold("Somebody worries.")];
    }
    let signals: Vec<_> = view.signals.iter().copied().map(words::signal).collect();
    vec![
        bold("It may be about:"),
        plain(format!(" {}", signals.join(", "))),
    ]
}

pub(super) fn card(view: &ConcernView) -> Rendered {
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
    for again in &view.again {
        if let Some(words) = &again.words {
            rendered = rendered.quote(
                &format!("Again, {}:", words::moment(again.at)),
                words.reveal(),
            );
        }
    }
    if let Some(source) = &view.source {
        rendered = rendered.line([bold("On:"), plain(format!(" {}", source.place.connector))]);
    }
    rendered = rendered.line([bold("When:"), plain(format!(" {}", words::moment(view.at)))]);
    for logged in &view.log {
        rendered = rendered.line(entry(logged));
    }
    let concern = || view.concern.clone();
    match &view.state {
        ConcernState::Raised => rendered
            .text(if view.given {
                "Nobody has it yet. I have sent them numbers to call. In danger now: 999."
            } else {
                "Nobody has it yet. In danger now: 999."
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
        ConcernState::Closed { by, at, outcome } => rendered.line([
            plain("✅ Dealt with by "),
            bold(words::name(&by.name)),
            plain(format!(", {}", words::moment(*at))),
            plain(outcome.map_or_else(String::new, |outcome| format!(": {}", ended(outcome)))),
        ]),
    }
}
