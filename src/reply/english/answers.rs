//! Short answers to a press or a command.

use crate::domain::code::CaseCode;
use crate::domain::speech::{Needed, Slow};
use crate::reply::rich::{Rendered, bold, code as mark, plain};

pub(super) fn noted() -> Rendered {
    Rendered::say("Done, thank you.")
}

pub(super) fn only_the_writer() -> Rendered {
    Rendered::say("Only the person who wrote the message can answer this.")
}

pub(super) fn button_gone() -> Rendered {
    Rendered::default().line([
        plain("This button has stopped working. Write "),
        bold("/my"),
        plain(" to see where things stand."),
    ])
}

pub(super) fn not_for_you(who: Needed) -> Rendered {
    Rendered::say(match who {
        Needed::Staff => "That is for the hub team, in their own channel.",
        Needed::Lead => "That is for the safeguarding leads, in their own channel.",
        Needed::Moderator => "That is for the people who run this group.",
        Needed::Holder => "Only the person who has this case can do that.",
        Needed::Named => {
            "I can't see who you are when you write as a group or a channel. Please do that again in your own name."
        }
    })
}

pub(super) fn slow(why: &Slow) -> Rendered {
    match why {
        Slow::Codes => Rendered::say(
            "That was a lot of codes that I can't find. Please check them, and try again in an hour.",
        ),
        Slow::Answers => Rendered::say(
            "You have asked me a lot in a short time. I still do what you ask, and I'll answer again in ten minutes.",
        ),
        Slow::Tellings { code } => Rendered::default().line([
            plain("You have told me a lot in a short time. Nothing is lost: I have put this with "),
            mark(code),
            plain("."),
        ]),
        Slow::Beginnings { code } => Rendered::default().line([
            plain("You have begun a lot in a short time. Please add to "),
            mark(code),
            plain(", or begin again in an hour."),
        ]),
    }
}

pub(super) fn command_problem(problem: &str) -> Rendered {
    Rendered::default().line([
        plain("Sorry, I didn't get that: "),
        plain(problem),
        plain(". Write "),
        bold("/help"),
        plain(" to see what I can do."),
    ])
}

pub(super) fn no_such_code(code: &CaseCode) -> Rendered {
    Rendered::default().line([
        plain("I can't find "),
        mark(code),
        plain(" here. Please check the code."),
    ])
}

pub(super) fn dropped() -> Rendered {
    Rendered::say("OK, I have passed nothing on.")
}
