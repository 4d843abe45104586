//! The words of forms.

use crate::domain::details::Field;

/// The words of the forms about a request or an offer.
pub(in crate::reply) struct FormWords {
    pub(in crate::reply) details: &'static str,
    pub(in crate::reply) new: &'static str,
    pub(in crate::reply) answer: &'static str,
    pub(in crate::reply) worry: &'static str,
    /// Label and example of the one field of an answer.
    pub(in crate::reply) your_answer: (&'static str, &'static str),
    /// The same of what somebody worries about.
    pub(in crate::reply) your_worry: (&'static str, &'static str),
    /// Label and example of each field.
    pub(in crate::reply) field: fn(Field) -> (&'static str, &'static str),
}

pub(in crate::reply) const fn words(offer: bool) -> FormWords {
    FormWords {
        details: if offer {
            "More about your offer"
        } else {
            "More about what you need"
        },
        new: if offer { "Offer help" } else { "Ask for help" },
        answer: "Answer the help hub",
        worry: "What worries you?",
        your_answer: ("Your answer", "Only the hub team can read this."),
        your_worry: (
            "What worries you?",
            "Only the safeguarding leads read this. In danger now: call 999.",
        ),
        field: if offer { offered } else { needed },
    }
}

const fn needed(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::What => ("What do you need?", "Milk and bread, or someone to talk to"),
        Field::Where => ("Where is it?", "A postcode is enough"),
        Field::When => ("When do you need it?", "Today, or Friday morning"),
        Field::ForWhom => ("Who is it for?", "Me, or my neighbour next door"),
        Field::Reach => (
            "How can we reach you?",
            "A phone number, or: write to me here",
        ),
        Field::Consent => ("May the hub share this?", "Yes or no"),
    }
}

const fn offered(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::What => ("What can you do?", "Shopping, lifts, a chat on the phone"),
        Field::Where => ("Where can you help?", "A postcode is enough"),
        Field::When => ("When can you help?", "Any evening, or Saturdays"),
        Field::ForWhom => ("Who can you help?", "Anyone, or people in my street"),
        Field::Reach => (
            "How can we reach you?",
            "A phone number, or: write to me here",
        ),
        Field::Consent => ("May the hub share this?", "Yes or no"),
    }
}
