//! What a resident tells in private about a case or an offer. Every part may be left out.

use serde::{Deserialize, Serialize};

use super::consent::Consent;
use super::private::Private;

/// One part of the details, in the order in which it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// What is needed or offered.
    What,
    /// Where: an address or a postcode.
    Where,
    /// When.
    When,
    /// For whom.
    ForWhom,
    /// How to reach the person.
    Reach,
    /// Whether the details may be shared with those who help.
    Consent,
}

impl Field {
    /// Every field, in the order of asking.
    pub const ALL: [Self; 6] = [
        Self::What,
        Self::Where,
        Self::When,
        Self::ForWhom,
        Self::Reach,
        Self::Consent,
    ];

    /// The word used in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::What => "what",
            Self::Where => "where",
            Self::When => "when",
            Self::ForWhom => "for_whom",
            Self::Reach => "reach",
            Self::Consent => "consent",
        }
    }

    /// The field that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }

    /// The field asked after this one.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|field| *field > self)
    }

    /// The field asked before this one.
    pub fn previous(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|field| *field < self)
    }
}

/// The details of one case or offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// What is needed or offered.
    pub what: Option<Private<String>>,
    /// Where.
    pub r#where: Option<Private<String>>,
    /// When.
    pub when: Option<Private<String>>,
    /// For whom.
    pub for_whom: Option<Private<String>>,
    /// How to reach the person.
    pub reach: Option<Private<String>>,
    /// Whether it may be shared.
    pub consent: Option<Consent>,
    /// Answers to questions of the hub, oldest first.
    pub answers: Vec<Private<String>>,
}

impl Details {
    /// The text of a field; consent has none.
    pub fn text(&self, field: Field) -> Option<&Private<String>> {
        match field {
            Field::What => self.what.as_ref(),
            Field::Where => self.r#where.as_ref(),
            Field::When => self.when.as_ref(),
            Field::ForWhom => self.for_whom.as_ref(),
            Field::Reach => self.reach.as_ref(),
            Field::Consent => None,
        }
    }

    /// Sets the text of a field, or clears it; consent has none.
    pub fn set(&mut self, field: Field, text: Option<Private<String>>) {
        match field {
            Field::What => self.what = text,
            Field::Where => self.r#where = text,
            Field::When => self.when = text,
            Field::ForWhom => self.for_whom = text,
            Field::Reach => self.reach = text,
            Field::Consent => {}
        }
    }

    /// Whether the resident agreed to share what they told.
    pub fn shareable(&self) -> bool {
        self.consent.as_ref().is_some_and(Consent::holds)
    }
}
