//! What a neighbour reads who goes to somebody's door, and after help that was hard.

use crate::domain::action::Action;
use crate::domain::ids::MatchId;
use crate::domain::matching::{Going, Went};
use crate::domain::speech::Number;
use crate::reply::rich::{Button, Rendered, bold, plain};

use super::matching::something_wrong;

pub(super) fn set_off(of: &MatchId) -> Button {
    Button::plain("I'm setting off", Action::Visit(of.clone(), Going::Out))
}

fn back(of: &MatchId) -> Button {
    Button::primary("I'm back and safe", Action::Visit(of.clone(), Going::Back))
}

pub(super) fn on_your_way(of: &MatchId, rules: &[String]) -> Rendered {
    Rendered::default()
        .line([bold("Before you knock:")])
        .lines(rules.iter().map(|line| format!("• {line}")))
        .text("Tell me when you are back. If I hear nothing for an hour I ask you, and then I tell the hub.")
        .row([back(of), something_wrong(of)])
}

pub(super) fn are_you_back(of: &MatchId) -> Rendered {
    Rendered::say("Are you back and safe? If I hear nothing in the next 15 minutes, I ask the hub to look for you.")
        .line([bold("If you are in danger, call 999.")])
        .row([back(of), something_wrong(of)])
}

pub(super) fn welcome_back(of: &MatchId, worries: &[String]) -> Rendered {
    let well = Action::HowItWent(of.clone(), Went::Well);
    let not = Action::HowItWent(of.clone(), Went::NotAtAll);
    Rendered::say("Good to know that you are safe. Thank you for going.")
        .line([bold(
            "Did something worry you, or did they tell you something hard?",
        )])
        .lines(worries.iter().map(|line| format!("• {line}")))
        .text("How did it go?")
        .row([
            Button::primary("It went well", well),
            Button::plain("It didn't happen", not),
        ])
        .row([something_wrong(of)])
}

pub(super) fn how_are_you(support: &[Number]) -> Rendered {
    let rendered = Rendered::say("And how are you? Helping can be hard, and it can stay with you. That is normal.")
        .text("Talk to someone you trust, or to the safeguarding lead of your hub. These people listen too:");
    support.iter().fold(rendered, |rendered, number| {
        let hours = match number.hours.trim() {
            "" => String::new(),
            hours => format!(", {hours}"),
        };
        rendered.line([
            plain("• "),
            bold(&number.contact),
            plain(format!(" {}{hours}", number.name)),
        ])
    })
}
