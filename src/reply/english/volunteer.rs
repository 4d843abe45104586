//! What leads read of those who offer help, and what these are asked about themselves.

use std::time::Duration;

use super::words;
use crate::domain::action::Action;
use crate::domain::speech::VolunteerView;
use crate::domain::volunteer::{Deed, Tier};
use crate::reply::rich::{Button, Rendered, Span, bold, code as mark, plain};

/// What somebody may say that they have.
const STATED: [Tier; 3] = [Tier::References, Tier::Basic, Tier::Enhanced];

pub(super) fn ask_checks() -> Rendered {
    Rendered::say("Which of these do you have? The safeguarding leads will ask to see it.")
        .text(
            "Please send me no papers and no numbers: I don't keep them. It is fine to have none.",
        )
        .row(STATED.map(|tier| Button::plain(in_full(tier), Action::StateCheck(tier))))
}

const fn in_full(tier: Tier) -> &'static str {
    match tier {
        Tier::References => "Someone who vouches for me",
        Tier::Basic => "A basic DBS check",
        Tier::Enhanced => "An enhanced DBS check",
        Tier::Unknown | Tier::Introduced => words::tier(tier),
    }
}

pub(super) fn stated(tier: Tier) -> Rendered {
    Rendered::say(format!(
        "Thank you. I have told the safeguarding leads that you say you have: {}. They will ask to see it.",
        words::tier(tier)
    ))
}

/// All that leads know, with a button for each thing that they may have seen.
pub(super) fn known(view: &VolunteerView) -> Rendered {
    let mut rendered = Rendered::default().line([
        bold(words::name(&view.name)),
        plain(", who offers help ("),
        mark(&view.code),
        plain(")"),
    ]);
    rendered = rendered.line(checked(view));
    if let Some(tier) = view.stated {
        rendered = rendered.line([
            bold("They say they have:"),
            plain(format!(
                " {}. It counts once one of you has seen it.",
                words::tier(tier)
            )),
        ]);
    }
    let buttons = Tier::ALL.iter().filter(|tier| **tier != Tier::Unknown);
    let buttons: Vec<_> = buttons
        .map(|tier| {
            let seen = format!("Seen: {}", words::tier(*tier));
            Button::plain(seen, Action::Vet(view.offer.clone(), *tier))
        })
        .collect();
    if let Some(hold) = &view.hold {
        let (what, reason) = match &hold.deed {
            Deed::Barred { reason } => ("Never asked:", reason),
            Deed::Paused { reason } => ("Not asked for now:", reason),
            _ => return rendered,
        };
        rendered = rendered.quote(what, reason.reveal()).line([
            plain(format!(
                "So says {}, {}. To ask them again: ",
                words::name(&hold.by.name),
                words::moment(hold.at)
            )),
            mark(format!("/unpause {}", view.code)),
        ]);
    }
    rendered = rendered.text("Write down no certificate and no number: not here either.");
    for pair in buttons.chunks(2) {
        rendered = rendered.row(pair.iter().cloned());
    }
    rendered
}

fn checked(view: &VolunteerView) -> Vec<Span> {
    let label = bold("Checked:");
    let Some(step) = &view.check else {
        return vec![label, plain(" nobody has looked yet")];
    };
    let Deed::Checked { tier, until } = &step.deed else {
        return vec![label, plain(" nobody has looked yet")];
    };
    let mut told = format!(
        " {}, seen by {} on {}",
        words::tier(*tier),
        words::name(&step.by.name),
        words::day(step.at)
    );
    if let Some(until) = until {
        // The last day on which it counts.
        let last = words::day(*until - Duration::from_millis(1));
        told.push_str(if view.ran_out {
            "; it ran out on "
        } else {
            "; counts until "
        });
        told.push_str(&last);
    }
    vec![label, plain(told)]
}
