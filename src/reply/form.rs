//! Forms: the questions of the private dialogue asked all at once, where a platform has forms.

use super::english;
use crate::domain::action::Action;
use crate::domain::details::Field;
use crate::domain::people::Language;
use crate::domain::report::Subject;

/// A form that a button opens. It has five fields at most, which is what Discord takes;
/// whether details may be shared is asked afterwards, with buttons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Its title, at most 45 signs.
    pub title: String,
    /// The fields, every one of which may be left empty.
    pub fields: Vec<FormField>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormField {
    /// Where the words go.
    pub field: Field,
    /// What is asked, at most 45 signs.
    pub label: String,
    /// An example, at most 100 signs.
    pub placeholder: String,
    /// Whether there is room for several lines.
    pub long: bool,
    /// The most that can be written, in signs.
    pub max_length: u16,
}

/// The form that an action opens; none where it asks for no words.
pub fn form(action: &Action, language: Language) -> Option<Form> {
    let words = match language {
        Language::English => english::form::words,
    };
    let (title, fields): (_, &[Field]) = match action {
        Action::TellPrivately(subject) | Action::Details(subject) => {
            (words(is_offer(subject)).details, &TOLD)
        }
        Action::NewRequest => (words(false).new, &TOLD),
        Action::NewOffer => (words(true).new, &TOLD),
        Action::AnswerQuestion(_) => (words(false).answer, &TOLD[..1]),
        Action::Worried(_) | Action::WorriedMatch(_) => (words(false).worry, &TOLD[..1]),
        Action::EditField(subject, field) => {
            let of = TOLD.iter().position(|told| told == field)?;
            (words(is_offer(subject)).details, &TOLD[of..=of])
        }
        _ => return None,
    };
    let answering = matches!(action, Action::AnswerQuestion(_));
    let worried = matches!(action, Action::Worried(_) | Action::WorriedMatch(_));
    let offer = match action {
        Action::TellPrivately(subject)
        | Action::Details(subject)
        | Action::EditField(subject, _) => is_offer(subject),
        other => matches!(other, Action::NewOffer),
    };
    let fields = fields.iter().map(|field| {
        let (label, placeholder) = if answering {
            words(false).your_answer
        } else if worried {
            words(false).your_worry
        } else {
            (words(offer).field)(*field)
        };
        FormField {
            field: *field,
            label: label.to_owned(),
            placeholder: placeholder.to_owned(),
            long: *field == Field::What,
            max_length: if *field == Field::What { 1_000 } else { 200 },
        }
    });
    Some(Form {
        title: title.to_owned(),
        fields: fields.collect(),
    })
}

/// What a form can ask: everything but consent.
const TOLD: [Field; 5] = [
    Field::What,
    Field::Where,
    Field::When,
    Field::ForWhom,
    Field::Reach,
];

const fn is_offer(subject: &Subject) -> bool {
    matches!(subject, Subject::Offer(_))
}
