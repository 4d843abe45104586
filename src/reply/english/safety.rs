//! Numbers for the one who may be in danger.

use crate::domain::action::Action;
use crate::domain::ids::ConcernId;
use crate::domain::reading::Signal;
use crate::domain::speech::{Number, Numbers};
use crate::reply::rich::{Button, Rendered, bold, plain};

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
        rendered = rendered.text(
            "Could someone else look at your phone? You can delete this chat: hold it down in your list of chats, then choose \
             delete or close.",
        );
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

/// In place of the same numbers once more.
pub(super) fn heard_again(concern: &ConcernId) -> Rendered {
    Rendered::say("Thank you for telling me. I have told the people who keep others safe.")
        .line([bold("If anyone is in danger right now, call 999.")])
        .row([Button::primary(
            "Show me the numbers again",
            Action::Numbers(concern.clone()),
        )])
}
