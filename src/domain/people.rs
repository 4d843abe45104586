//! People as a platform shows them, and what it says they may do at that moment.

use serde::{Deserialize, Serialize};

use super::ids::{ConnectorId, PersonId, RoleId};
use super::private::Private;

/// A person on a platform, as far as kith needs to address them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The connector that knows them.
    pub connector: ConnectorId,
    /// Who they are there.
    pub id: PersonId,
    /// The name that the platform shows.
    pub name: Private<String>,
    /// The language to answer in.
    pub language: Language,
}

/// What the platform said about a person at the moment of the act.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Owner or administrator of the group.
    pub admin: bool,
    /// The roles they hold there.
    pub roles: Vec<RoleId>,
    /// How far the platform vouches for who they are and that they are there.
    #[serde(default)]
    pub presence: Presence,
}

/// How far a platform vouches for who acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// A person, who is there as far as the platform says.
    #[default]
    Present,
    /// They write in the name of a group or a channel: who it is only the platform knows.
    Faceless,
    /// The platform says that they are not in the group, or don't see the channel.
    Outside,
}

/// Somebody doing something: who they are and how they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The person.
    pub person: Person,
    /// Their standing in the group where they act.
    pub standing: Standing,
}

/// A language that kith can answer in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English, the language of last resort.
    #[default]
    English,
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::English => "en",
        })
    }
}

impl Language {
    /// The language for a platform's tag, such as `en-GB`; English where kith has no words for it.
    pub fn from_tag(_tag: &str) -> Self {
        Self::English
    }
}
