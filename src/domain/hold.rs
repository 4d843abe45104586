//! A legal hold: what must not be erased, neither by time nor because somebody asks for it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::decision::PersonKey;
use super::people::Person;
use super::private::Private;
use super::report::Subject;

/// What is held.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "held", content = "what", rename_all = "snake_case")]
pub enum Held {
    /// A case, an offer or a concern.
    Record(Subject),
    /// All that is about a person.
    Person(PersonKey),
}

impl Held {
    /// The word for the sort, as stored.
    pub const fn sort(&self) -> &'static str {
        match self {
            Self::Record(subject) => subject.sort(),
            Self::Person(_) => "person",
        }
    }

    /// Which one, as stored.
    pub fn id(&self) -> String {
        match self {
            Self::Record(subject) => subject.id().to_owned(),
            Self::Person((connector, person)) => format!("{connector}/{person}"),
        }
    }
}

/// A hold: what, by whom and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// What is held.
    pub held: Held,
    /// The lead who says so; none where it was said on the command line.
    pub by: Option<Person>,
    /// Why; for leads alone.
    pub reason: Private<String>,
    /// When.
    pub at: Timestamp,
}

/// Everything that is held, by sort and identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holds(BTreeSet<(String, String)>);

impl Holds {
    /// Holds as they are stored: each a sort and an identifier.
    pub fn new(stored: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(stored.into_iter().collect())
    }

    /// Whether this is held.
    pub fn holds(&self, held: &Held) -> bool {
        self.0.contains(&(held.sort().to_owned(), held.id()))
    }

    /// Whether a record is held, or one of the people whom it is about.
    pub fn any_of<'p>(
        &self,
        subject: &Subject,
        people: impl IntoIterator<Item = &'p Person>,
    ) -> bool {
        self.holds(&Held::Record(subject.clone()))
            || people.into_iter().any(|person| {
                self.holds(&Held::Person((person.connector.clone(), person.id.clone())))
            })
    }
}
