//! The private dialogue: one question at a time, and the summary of what was told.

use super::words;
use crate::domain::action::Action;
use crate::domain::code::CaseCode;
use crate::domain::details::{Details, Field};
use crate::domain::disclosure::Disclosed;
use crate::domain::report::Subject;
use crate::domain::speech::AskField;
use crate::reply::rich::{Button, Rendered, bold, code as mark, italic, plain};

/// The question about sharing. When these words change, so must `CONSENT_WORDING`.
const MAY_WE_SHARE: &str =
    "May the hub share this with the people who help you? They see it only to help.";

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
    rendered = rendered.line([bold(question(ask.field, offer))]);
    if let Some(current) = &ask.current {
        rendered = rendered
            .quote("You told me:", current.reveal())
            .text("Write again to change it.");
    }
    if ask.field == Field::Consent {
        rendered = rendered.row(consent_buttons());
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
        (Field::Consent, _) => MAY_WE_SHARE,
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

fn consent_buttons() -> [Button; 2] {
    [
        Button::primary("Yes, you may", Action::Consent(true)),
        Button::plain("No, keep it in the hub", Action::Consent(false)),
    ]
}

pub(super) fn saved(subject: &Subject, code: &CaseCode, details: &Details) -> Rendered {
    let mut rendered = Rendered::default().line([
        plain("Thank you. This is what I have for "),
        mark(code),
        plain(":"),
    ]);
    rendered = told(rendered, details);
    rendered = match &details.consent {
        Some(consent) if consent.given => {
            rendered.text("You said yes: the hub may share this with those who help.")
        }
        Some(_) => rendered.text("You said no: this stays in the hub."),
        None => rendered.gap().text(MAY_WE_SHARE).row(consent_buttons()),
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
