//! What hub staff read besides the cards.

use super::{matching, words};
use crate::domain::action::Action;
use crate::domain::case::Outcome;
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::consent::Said;
use crate::domain::ids::CaseId;
use crate::domain::people::Person;
use crate::domain::priority::Priority;
use crate::domain::private::Private;
use crate::domain::speech::{Destination, HubNote};
use crate::reply::rich::{Button, Rendered, bold, code as mark, plain};

/// How many destinations fit as buttons: five rows of two.
const DESTINATION_BUTTONS: usize = 10;

pub(super) fn note(code: &CaseCode, holder: Option<&Person>, note: &HubNote) -> Rendered {
    let mut spans = vec![mark(code)];
    if let Some(holder) = holder {
        spans.extend([plain(" "), bold(words::name(&holder.name))]);
    }
    spans.push(plain(": "));
    match note {
        HubNote::Joined { code: other } => {
            spans.extend([
                mark(other),
                plain(" was the same need and is now part of this."),
            ]);
        }
        HubNote::Apart { code: other } => {
            spans.extend([mark(other), plain(" is not part of this any more.")]);
        }
        HubNote::ToldByAnother {
            case,
            code: other,
            urgency,
            reasons,
        } => {
            spans.extend([
                plain("somebody else told of the same need, as "),
                mark(other),
                plain(format!(
                    " ({}): {}.",
                    words::urgency(*urgency),
                    reasons.join("; ")
                )),
            ]);
            return Rendered::default().line(spans).row([Button::plain(
                "It is another need",
                Action::Split(case.clone()),
            )]);
        }
        HubNote::Taken {
            destination,
            reference: Some(reference),
        } => spans.extend([
            plain(format!("{destination} has it now. Their number: ")),
            mark(reference),
        ]),
        other => spans.push(plain(event(other))),
    }
    Rendered::default().line(spans)
}

fn event(note: &HubNote) -> String {
    match note {
        HubNote::Edited => "the writer changed the message. Press Details to read it.".to_owned(),
        HubNote::DetailsAdded => "there are new details. Press Details to read them.".to_owned(),
        HubNote::Answered => "your question has an answer. Press Details to read it.".to_owned(),
        HubNote::Withdrawn => "the writer took it back. There is nothing more to do.".to_owned(),
        HubNote::Lapsed => "nobody has moved it for two days, so it is free again.".to_owned(),
        HubNote::Taken { destination, .. } => format!("{destination} has it now."),
        HubNote::Refused { destination, why } => {
            format!("{destination} can't take it: {why}. It is back with you.")
        }
        HubNote::Status {
            destination,
            status,
        } => format!("{destination} says: {status}"),
        HubNote::Joined { code } => format!("{code} is now part of this."),
        HubNote::Apart { code } | HubNote::ToldByAnother { code, .. } => {
            format!("{code} is about this too.")
        }
        HubNote::SharingAnswered { destination, said } => match said {
            Said::Yes => format!("the writer says yes: {destination} may be told. Press Forward."),
            Said::No => format!("the writer would rather not that {destination} is told."),
            Said::Unasked => format!(
                "the person it is for doesn't know yet, so {destination} can't be told who it is."
            ),
        },
        HubNote::SharingStopped => "the writer took back their yes to sharing. Please share \
             nothing more, and don't use what was shared."
            .to_owned(),
        HubNote::NotRecalled { destination, why } => format!(
            "I could not tell {destination} to stop using this: {why}. Please tell them yourself."
        ),
        HubNote::Unreachable => {
            "I can't write to this person in private. Please reach them in another way.".to_owned()
        }
        HubNote::Match { name, what } => matching::note(name, what),
        HubNote::OfferFits { offer, reasons } => matching::offer_fits(offer, reasons),
    }
}

pub(super) fn briefing(case: &CaseId, lines: &[String]) -> Rendered {
    Rendered::default()
        .line([bold(
            "Before you take it, please read this. It keeps everyone safe.",
        )])
        .lines(lines.iter().map(|line| format!("• {line}")))
        .row([Button::primary(
            "I understand, I'll take it",
            Action::ClaimBriefed(case.clone()),
        )])
}

pub(super) fn held_by(code: &CaseCode, name: &Private<String>, since: Timestamp) -> Rendered {
    Rendered::default().line([
        bold(words::name(name)),
        plain(" has "),
        mark(code),
        plain(format!(" since {}.", words::moment(since))),
    ])
}

pub(super) fn not_now(code: &CaseCode, expected: &str, found: &str) -> Rendered {
    let found = match found {
        "draft" => "nobody has said yes to it yet",
        "open" => "it is open",
        "claimed" => "someone has it",
        "referred" => "it was passed on",
        "closed" => "it is closed",
        "withdrawn" => "it was taken back",
        "expired" => "it was never confirmed",
        "merged" => "it is part of another case",
        other => other,
    };
    Rendered::default().line([
        plain("That doesn't work for "),
        mark(code),
        plain(format!(
            " now: {found}. It only works for a case that is {expected}."
        )),
    ])
}

pub(super) fn released(code: &CaseCode) -> Rendered {
    Rendered::default().line([
        plain("OK, "),
        mark(code),
        plain(" is free for someone else. Thank you for looking after it."),
    ])
}

pub(super) fn ask_outcome(case: &CaseId, code: &CaseCode) -> Rendered {
    let mut rendered = Rendered::default().line([plain("How did "), mark(code), plain(" end?")]);
    for pair in Outcome::ALL.chunks(2) {
        rendered = rendered.row(pair.iter().map(|outcome| {
            Button::plain(
                words::outcome(*outcome),
                Action::Done(case.clone(), *outcome),
            )
        }));
    }
    rendered
}

pub(super) fn ask_destination(
    case: &CaseId,
    code: &CaseCode,
    destinations: &[Destination],
) -> Rendered {
    let mut rendered =
        Rendered::default().line([plain("Where should "), mark(code), plain(" go?")]);
    let shown: Vec<_> = destinations.iter().take(DESTINATION_BUTTONS).collect();
    for pair in shown.chunks(2) {
        rendered = rendered.row(pair.iter().map(|destination| {
            Button::plain(
                &destination.title,
                Action::Forward(case.clone(), destination.id.clone()),
            )
        }));
    }
    if destinations.len() > DESTINATION_BUTTONS {
        let rest: Vec<_> = destinations[DESTINATION_BUTTONS..]
            .iter()
            .map(|destination| destination.id.as_str())
            .collect();
        rendered = rendered.line([
            plain("There is also: "),
            plain(rest.join(", ")),
            plain(". Write "),
            mark(format!("/forward {code} NAME")),
        ]);
    }
    rendered
}

pub(super) fn no_destination() -> Rendered {
    Rendered::default().line([
        plain("There is nowhere to pass cases on to yet. Whoever runs kith can add a "),
        mark("[[hub.destination]]"),
        plain(" to its settings."),
    ])
}

pub(super) fn forwarding(code: &CaseCode, destination: &str) -> Rendered {
    Rendered::default().line([
        mark(code),
        plain(format!(
            " is on its way to {destination}. Their number will be on the card."
        )),
    ])
}

pub(super) fn closed(code: &CaseCode, outcome: Outcome) -> Rendered {
    Rendered::default().line([
        mark(code),
        plain(" is closed: "),
        bold(words::outcome(outcome)),
        plain(". Thank you."),
    ])
}

pub(super) fn priority_set(code: &CaseCode, priority: Priority, by_hand: bool) -> Rendered {
    let how_soon = words::priority(priority);
    Rendered::default().line([
        plain("OK, "),
        mark(code),
        plain(if by_hand {
            format!(" is {how_soon}. It stays so, whatever the rules say.")
        } else {
            format!(" follows the rules again: {how_soon}.")
        }),
    ])
}

pub(super) fn for_leads(code: &CaseCode) -> Rendered {
    Rendered::default().line([
        plain("Someone under 18 may have told "),
        mark(code),
        plain(". Please don't write to them in private. The safeguarding leads know and decide what comes next."),
    ])
}

pub(super) fn question_sent(code: &CaseCode) -> Rendered {
    Rendered::default().line([
        plain("Your question about "),
        mark(code),
        plain(" is on its way. I'll tell you when there is an answer."),
    ])
}
