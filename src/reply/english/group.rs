//! What is said where neighbours talk: one line that never repeats the need or names a danger.

use crate::domain::action::Action;
use crate::domain::code::CaseCode;
use crate::domain::ids::CaseId;
use crate::domain::report::Subject;
use crate::reply::rich::{Button, Rendered, code as mark, plain};

pub(super) fn ask_request(subject: &Subject) -> Rendered {
    Rendered::say("Shall I pass this on to the local help hub? I won't unless you say yes.").row([
        Button::primary("Yes, pass it on", Action::Confirm(subject.clone())),
        Button::plain("Not a request", Action::Dismiss(subject.clone())),
        Button::plain("Tell you privately", Action::TellPrivately(subject.clone())),
    ])
}

pub(super) fn ask_offer(subject: &Subject) -> Rendered {
    Rendered::say("Thank you! Shall I tell the local help hub? I won't unless you say yes.").row([
        Button::primary("Yes, tell them", Action::Confirm(subject.clone())),
        Button::plain("Not an offer", Action::Dismiss(subject.clone())),
        Button::plain("Tell you privately", Action::TellPrivately(subject.clone())),
    ])
}

pub(super) fn ask_resolved(subject: &Subject, code: &CaseCode) -> Rendered {
    Rendered::default()
        .line([
            plain("Is "),
            mark(code),
            plain(" sorted? Shall I take it off the list?"),
        ])
        .row([
            Button::primary("Yes, take it off", Action::Withdraw(subject.clone())),
            Button::plain("No, keep it", Action::Dismiss(subject.clone())),
        ])
}

pub(super) fn erased() -> Rendered {
    Rendered::say("What stood here has been erased.")
}

fn details_and_withdraw(rendered: Rendered, subject: &Subject) -> Rendered {
    rendered.row([
        Button::primary("Add details in private", Action::Details(subject.clone())),
        Button::plain("Take it back", Action::Withdraw(subject.clone())),
    ])
}

pub(super) fn passed_on(subject: &Subject, code: &CaseCode) -> Rendered {
    let said = Rendered::default().line([
        plain("Done, the help hub has it. Your code is "),
        mark(code),
        plain("."),
    ]);
    details_and_withdraw(said, subject)
}

pub(super) fn offer_noted(subject: &Subject, code: &CaseCode) -> Rendered {
    let said = Rendered::default().line([
        plain("Thank you! The help hub knows. Your code is "),
        mark(code),
        plain("."),
    ]);
    details_and_withdraw(said, subject)
}

pub(super) fn logged(subject: &Subject, code: &CaseCode) -> Rendered {
    Rendered::default()
        .line([
            plain("I've told the help hub. Your code is "),
            mark(code),
            plain(". Not what you wanted? Press Undo."),
        ])
        .row([
            Button::plain("Undo", Action::Undo(subject.clone())),
            Button::primary("Add details in private", Action::Details(subject.clone())),
        ])
}

pub(super) fn already_with_hub(subject: &Subject, code: &CaseCode) -> Rendered {
    let said = Rendered::default().line([
        plain("The help hub has this already. Your code is "),
        mark(code),
        plain("."),
    ]);
    details_and_withdraw(said, subject)
}

pub(super) fn part_of(case: &CaseId, code: &CaseCode) -> Rendered {
    Rendered::default()
        .line([
            plain("The help hub has this already. Your code is "),
            mark(code),
            plain(". You will hear when it is looked at."),
        ])
        .row([
            Button::plain("It is something else", Action::Apart(case.clone())),
            Button::plain(
                "Take it back",
                Action::Withdraw(Subject::Case(case.clone())),
            ),
        ])
}

pub(super) fn taken_back(code: &CaseCode) -> Rendered {
    Rendered::default().line([
        plain("OK, "),
        mark(code),
        plain(" is off the list. You can ask again any time."),
    ])
}

pub(super) fn message_waiting(link: Option<&Action>) -> Rendered {
    match link {
        Some(action) => Rendered::say("There is a private message for you.")
            .row([Button::primary("Open it", action.clone())]),
        None => Rendered::say("There is a private message for you. Please look in our chat."),
    }
}
