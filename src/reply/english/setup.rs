//! What those who run a group read: what a channel is for and whether all is well.

use super::words;
use crate::domain::action::Action;
use crate::domain::settings::{AskedBy, Channel, ChannelRole, Leaks, Listening};
use crate::domain::speech::StatusFacts;
use crate::reply::rich::{Button, Rendered, bold, plain};

pub(super) fn panel(channel: Option<&Channel>, hub_missing: bool) -> Rendered {
    let mut rendered = settings(Rendered::default(), channel);
    if hub_missing {
        rendered = rendered.line([
            bold("No hub sees these requests yet."),
            plain(" In the hub team's channel, write "),
            bold("/kith setup hub"),
        ]);
    }
    rendered = rendered.line([
        plain("To say where people here live, write "),
        bold("/kith setup area ME7 ME8"),
    ]);
    let role = channel.map(|channel| channel.role);
    for pair in ChannelRole::ALL.chunks(2) {
        rendered = rendered.row(pair.iter().map(|choice| {
            chosen(
                role == Some(*choice),
                words::role(*choice),
                Action::SetRole(*choice),
            )
        }));
    }
    match channel {
        Some(channel) if channel.role == ChannelRole::Intake => rendered
            .row(Listening::ALL.iter().map(|choice| {
                chosen(
                    channel.listening == *choice,
                    words::listening(*choice),
                    Action::SetListening(*choice),
                )
            }))
            .row(AskedBy::ALL.iter().map(|choice| {
                chosen(
                    channel.asking == *choice,
                    words::asking_in_short(*choice),
                    Action::SetAsking(*choice),
                )
            }))
            .row(Leaks::ALL.iter().map(|choice| {
                chosen(
                    channel.leaks == *choice,
                    words::leaks(*choice),
                    Action::SetLeaks(*choice),
                )
            })),
        _ => rendered,
    }
}

fn chosen(is_so: bool, label: &str, action: Action) -> Button {
    if is_so {
        Button::primary(format!("✓ {label}"), action)
    } else {
        Button::plain(label, action)
    }
}

fn settings(rendered: Rendered, channel: Option<&Channel>) -> Rendered {
    let Some(channel) = channel else {
        return rendered.text("This channel is not set up yet. What is it for?");
    };
    let rendered = rendered.line([
        bold("This channel:"),
        plain(format!(" {}", words::role(channel.role))),
    ]);
    let rendered = if channel.role == ChannelRole::Intake {
        rendered
            .line([
                bold("How I listen:"),
                plain(format!(" {}", words::listening(channel.listening))),
            ])
            .line([
                bold("Who asks neighbours:"),
                plain(format!(" {}", words::asking(channel.asking))),
            ])
            .line([
                bold("Phone numbers, addresses and the like in a message:"),
                plain(format!(" {}", words::leaks(channel.leaks))),
            ])
    } else {
        rendered
    };
    rendered.line([
        bold("Area:"),
        plain(format!(" {}", words::area(&channel.area))),
    ])
}

pub(super) fn status(channel: Option<&Channel>, facts: &StatusFacts) -> Rendered {
    let mut rendered = match channel {
        Some(_) => settings(Rendered::default(), channel),
        None => Rendered::default().line([
            plain("✗ This channel is not set up. Write "),
            bold("/kith setup"),
        ]),
    };
    let intake = channel.is_some_and(|channel| channel.role == ChannelRole::Intake);
    if intake {
        rendered = rendered
            .text(seen_by(facts.hubs, "hub"))
            .text(seen_by(facts.safeguarding, "safeguarding"));
    }
    if channel.is_some() {
        rendered = rendered.text(format!(
            "Cases with the hub ({}): {}",
            words::area(&facts.area),
            facts.open
        ));
    }
    rendered = rendered.lines(facts.problems.iter().map(|problem| format!("✗ {problem}")));
    if facts.problems.is_empty() && channel.is_some() {
        rendered = rendered.text("✓ I can do all that I need to do here.");
    }
    rendered
}

fn seen_by(count: usize, word: &str) -> String {
    match count {
        0 => format!("✗ No {word} channel sees what is told here."),
        1 => format!("✓ One {word} channel sees what is told here."),
        more => format!("✓ {more} {word} channels see what is told here."),
    }
}

pub(super) fn moderator_named() -> Rendered {
    Rendered::default().line([
        plain("Done. They can now use "),
        bold("/kith setup"),
        plain(" here."),
    ])
}

pub(super) fn hello() -> Rendered {
    Rendered::say("Hello! I'm kith. I help requests and offers of help reach your local hub.")
        .line([
            plain("I do nothing until someone who runs this group writes "),
            bold("/kith setup"),
            plain(" in a channel."),
        ])
        .line([
            plain("I never pass anything on unless the writer, or this group, wants it. Write "),
            bold("/help"),
            plain(" to see more."),
        ])
}
