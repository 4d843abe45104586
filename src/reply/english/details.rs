//! The private dialogue: one question at a time, and the summary of what was told.

use super::{sharing, words};
use crate::domain::action::Action;
use crate::domain::code::CaseCode;
use crate::domain::consent::wording;
use crate::domain::details::{Details, Field};
use crate::domain::disclosure::Disclosed;
use crate::domain::report::Subject;
use crate::domain::speech::AskField;
use crate::reply::rich::{Button, Rendered, bold, code as mark, italic, plain};

/// The question about sharing.
fn may_we_share(on_behalf: bool) -> &'static str {
    sharing::words_of(wording::details(on_behalf))
}

pub(super) fn ask_field(ask: &AskField) -> Rendered {
    let mut rendered = Rendered::default();
    if !ask.only {
        let place = Field::ALL.iter().take_while(|field| **field < ask.field);
        rendered = rendered.line([italic(format!(
            "Question {} of {}. You can skip any of them.",
            place.count() + 1,
            Field::ALL.len()
        ))]);
    }
    let offer = matches!(ask.subject, Subject::Offer(_));
    let asked = if ask.field == Field::Consent {
        may_we_share(ask.on_behalf)
    } else {
        question(ask.field, offer)
    };
    rendered = rendered.line([bold(asked)]);
    if let Some(current) = &ask.current {
        rendered = rendered
            .quote("You told me:", current.reveal())
            .text("Write again to change it.");
    }
    if ask.field == Field::Consent {
        rendered = with_answers(rendered, ask.on_behalf);
    }
    rendered.row(steps(ask))
}

pub(in crate::reply) const fn question(field: Field, offer: bool) -> &'static str {
    match (field, offer) {
        (Field::What, false) => "What do you need?",
        (Field::What, true) => "What can you do for others?",
        (Field::Where, false) => "Where is it? A postcode is enough.",
        (Field::Where, true) => "Where can you help? A postcode is enough.",
        (Field::When, false) => "When do you need it?",
        (Field::When, true) => "When can you help?",
        (Field::ForWhom, false) => "Who is it for: you, or someone else?",
        (Field::ForWhom, true) => "Who can you help: anyone, or only some people?",
        (Field::Reach, _) => "How can we reach you? A phone number, or say that here is best.",
        (Field::Consent, _) => "May the hub share this?",
    }
}

fn steps(ask: &AskField) -> Vec<Button> {
    if ask.only {
        return vec![Button::plain("Leave it as it is", Action::Stop)];
    }
    let mut buttons = vec![Button::plain("Skip", Action::Skip)];
    if ask.field.previous().is_some() {
        buttons.push(Button::plain("Back", Action::Back));
    }
    buttons.push(Button::plain("Stop", Action::Stop));
    buttons
}

fn with_answers(rendered: Rendered, on_behalf: bool) -> Rendered {
    let yes = if on_behalf {
        "Yes, they know and agree"
    } else {
        "Yes, you may"
    };
    let unasked = Button::plain("They don't know yet", Action::TheyDontKnow);
    let answers = [
        Button::primary(yes, Action::Consent(true)),
        Button::plain("No, keep it in the hub", Action::Consent(false)),
    ];
    rendered.row(answers.into_iter().chain(on_behalf.then_some(unasked)))
}

pub(super) fn saved(
    (subject, code): (&Subject, &CaseCode),
    details: &Details,
    on_behalf: bool,
) -> Rendered {
    let mut rendered = Rendered::default().line([
        plain("Thank you. This is what I have for "),
        mark(code),
        plain(":"),
    ]);
    rendered = told(rendered, details);
    rendered = match &details.consent {
        Some(consent) if consent.holds() => {
            rendered.text("You said yes: the hub may share this with those who help.")
        }
        Some(consent) if consent.withdrawn.is_some() => {
            rendered.text("You took your yes back: this stays in the hub.")
        }
        Some(consent) if consent.knows == Some(false) => rendered
            .text("The person it is for doesn't know yet: this stays in the hub. Please ask them."),
        Some(_) => rendered.text("You said no: this stays in the hub."),
        None => with_answers(rendered.gap().text(may_we_share(on_behalf)), on_behalf),
    };
    let change = |field: Field| {
        let label = format!("Change: {}", words::field(field).to_lowercase());
        Button::plain(label, Action::EditField(subject.clone(), field))
    };
    let changes: Vec<_> = Field::ALL
        .into_iter()
        .filter(|field| *field != Field::Consent || details.consent.is_some())
        .map(change)
        .collect();
    for row in changes.chunks(2) {
        rendered = rendered.row(row.iter().cloned());
    }
    rendered.row([Button::danger(
        "Take it all back",
        Action::Withdraw(subject.clone()),
    )])
}

/// The same for somebody who may not see all of it.
pub(super) fn disclosed(rendered: Rendered, told: &Disclosed) -> Rendered {
    fields(rendered, told.details(), told.withheld())
}

/// Every field that holds words, and the answers to the hub's questions.
fn told(rendered: Rendered, details: &Details) -> Rendered {
    fields(rendered, details, &[])
}

fn fields(mut rendered: Rendered, details: &Details, withheld: &[Field]) -> Rendered {
    for field in Field::ALL.into_iter().filter(|f| *f != Field::Consent) {
        let label = format!("{}:", words::field(field));
        rendered = match details.text(field) {
            Some(text) => rendered.quote(&label, text.reveal()),
            None if withheld.contains(&field) => {
                rendered.line([bold(label), plain(" told; shown to whoever claims it")])
            }
            None => rendered.line([bold(label), plain(" not told")]),
        };
    }
    for answer in &details.answers {
        rendered = rendered.quote("Answer:", answer.reveal());
    }
    rendered
}
