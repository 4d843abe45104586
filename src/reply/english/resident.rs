//! What residents and neighbours read in private.

use super::words;
use crate::domain::action::Action;
use crate::domain::case::Outcome;
use crate::domain::code::CaseCode;
use crate::domain::ids::CaseId;
use crate::domain::people::Language;
use crate::domain::private::Private;
use crate::domain::report::Subject;
use crate::domain::speech::{MineEntry, News};
use crate::reply::menu::{Scope, help_lines};
use crate::reply::rich::{Button, Rendered, bold, code as mark, plain};

/// How many buttons to withdraw fit under a list: three rows of two, as the last two are about sharing and about checks.
const WITHDRAW_BUTTONS: usize = 6;
/// How many buttons to stop sharing fit: one row.
const STOP_BUTTONS: usize = 2;

fn ask_or_offer(rendered: Rendered) -> Rendered {
    rendered.row([
        Button::primary("Ask for help", Action::NewRequest),
        Button::plain("Offer help", Action::NewOffer),
    ])
}

pub(super) fn welcome() -> Rendered {
    ask_or_offer(
        Rendered::say("Hello! I'm kith. I pass requests and offers of help to your local hub.")
            .text("You choose what to tell me, and you can take it back at any time.")
            .line([
                bold("Is someone in danger?"),
                plain(" Call 999 now. Nobody reads this chat all day and night."),
            ]),
    )
}

pub(super) fn help(staff: bool, lead: bool, moderator: bool) -> Rendered {
    let scopes = [
        (true, "What you can do", Scope::Resident),
        (staff, "For the hub team", Scope::Staff),
        (lead, "For the safeguarding leads", Scope::Lead),
        (moderator, "For those who run the group", Scope::Moderator),
    ];
    let mut rendered = Rendered::default();
    for (_, title, scope) in scopes.into_iter().filter(|(shown, ..)| *shown) {
        rendered = rendered.line([bold(title)]);
        for (typed, what) in help_lines(scope, Language::English) {
            rendered = rendered.line([bold(typed), plain(" "), plain(what)]);
        }
    }
    rendered.text("In danger? Call 999.")
}

pub(super) fn dialogue_stopped() -> Rendered {
    Rendered::default().line([
        plain("OK, we'll stop here. I kept what you told me. Write "),
        bold("/my"),
        plain(" to see or change it."),
    ])
}

pub(super) fn mine(entries: &[MineEntry]) -> Rendered {
    if entries.is_empty() {
        return ask_or_offer(Rendered::say("You have no requests or offers with me."));
    }
    let mut rendered = Rendered::say("Your requests and offers:");
    for entry in entries {
        rendered = rendered.line([
            mark(&entry.code),
            plain(format!(
                " {}: {}, since {}",
                words::categories(&entry.categories),
                words::state(&entry.state),
                words::moment(entry.at)
            )),
        ]);
    }
    let live: Vec<_> = entries.iter().filter(|entry| is_live(entry)).collect();
    let shown = &live[..live.len().min(WITHDRAW_BUTTONS)];
    for pair in shown.chunks(2) {
        rendered = rendered.row(pair.iter().map(|entry| {
            Button::plain(
                format!("Take back {}", entry.code),
                Action::Withdraw(entry.subject.clone()),
            )
        }));
    }
    let shared = live.iter().filter(|entry| entry.shared);
    let stop = shared
        .take(STOP_BUTTONS)
        .filter_map(|entry| match &entry.subject {
            Subject::Case(id) => Some(Button::plain(
                format!("Stop sharing {}", entry.code),
                Action::StopSharing(id.clone()),
            )),
            Subject::Offer(_) | Subject::Concern(_) => None,
        });
    rendered = rendered.row(stop);
    if live.iter().any(|entry| entry.subject.sort() == "offer") {
        rendered = rendered.row([Button::plain("Checks I have", Action::MyChecks)]);
    }
    if live.len() > shown.len() {
        rendered = rendered.line([
            plain("To take back another, write "),
            bold("/cancel"),
            plain(" and its code."),
        ]);
    }
    rendered
}

/// Whether there is something to take back.
fn is_live(entry: &MineEntry) -> bool {
    matches!(
        entry.state.as_str(),
        "draft" | "open" | "claimed" | "referred"
    )
}

pub(super) fn news(case: &CaseId, code: &CaseCode, news: &News) -> Rendered {
    let about = |before: &str, after: &str| {
        Rendered::default().line([plain(before), mark(code), plain(after)])
    };
    match news {
        News::Claimed => about(
            "Good news: someone at the help hub is now looking after ",
            ". They may get in touch with you.",
        ),
        News::Released => about(
            "",
            " is waiting for the next free person at the hub. You don't need to do anything.",
        ),
        News::Question { text } => about("The help hub has a question about ", ":")
            .quote("", text.reveal())
            .row([Button::primary(
                "Answer",
                Action::AnswerQuestion(case.clone()),
            )]),
        News::Forwarded {
            destination,
            reference,
        } => {
            let said = about("", &format!(" has been passed on to {destination}."));
            match reference {
                Some(reference) => said.line([
                    plain("If you call them, give them this number: "),
                    mark(reference),
                ]),
                None => said,
            }
        }
        News::Status {
            destination,
            status,
        } => about(
            &format!("{destination} says about "),
            &format!(": {status}"),
        ),
        News::Closed { outcome } => closed(code, *outcome),
        News::Reopened => about(
            "",
            " is back with the help hub. Someone will look at it again.",
        ),
        News::Joined => about(
            "We put ",
            " together with what someone else told us, as it is about the same thing. Nothing is lost.",
        ),
        News::Apart { .. } => about("", " stands by itself again. The help hub has it."),
        News::LookedAt => about("Someone at the help hub is looking at ", "."),
        News::WithHub => about(
            "The help hub still has ",
            ". You don't need to do anything.",
        ),
        News::Over => about("The help hub has closed ", ".")
            .text("Is help still needed? Just ask again.")
            .row([Button::plain("Ask for help", Action::NewRequest)]),
    }
}

fn closed(code: &CaseCode, outcome: Outcome) -> Rendered {
    let rest = match outcome {
        Outcome::Helped => " is done. We're glad we could help. Take care!",
        Outcome::PassedOn => " is now with another service. They will take it from here.",
        Outcome::NotNeeded => " is off our list, as it is no longer needed.",
        Outcome::NoAnswer => " is off our list, as we could not reach you.",
        Outcome::CouldNotHelp => " is off our list. We are sorry: we found nobody who could help.",
    };
    Rendered::default()
        .line([mark(code), plain(rest)])
        .text("Do you still need help? Just ask again.")
        .row([Button::plain("Ask for help", Action::NewRequest)])
}

pub(super) fn ask_answer(code: &CaseCode, question: &Private<String>) -> Rendered {
    Rendered::default()
        .line([
            plain("The help hub would like to know about "),
            mark(code),
            plain(":"),
        ])
        .quote("", question.reveal())
        .line([bold("Please write your answer now.")])
        .row([Button::plain("Not now", Action::Stop)])
}

pub(super) fn answer_passed_on(code: &CaseCode) -> Rendered {
    Rendered::default().line([
        plain("Thank you. The help hub has your answer about "),
        mark(code),
        plain("."),
    ])
}

pub(super) fn not_understood() -> Rendered {
    ask_or_offer(Rendered::say(
        "I'm not sure what you would like. You can press one of these:",
    ))
}
