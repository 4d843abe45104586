//! How a group has set kith up: what each channel is for, and who moderates.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::ids::{GroupId, PersonId, Place, RoleId};

/// What a channel is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelRole {
    /// Neighbours talk here and kith listens.
    Intake,
    /// Hub staff work here; every member is staff.
    Hub,
    /// Safeguarding leads work here; every member is a lead.
    Safeguarding,
    /// kith reads and says nothing here.
    Ignored,
}

/// How kith listens in an intake channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listening {
    /// Reads messages and asks the writer before anything is passed on.
    #[default]
    Ask,
    /// Passes on at once, with an undo button.
    Auto,
    /// Reads only commands (danger words are still answered).
    Commands,
}

/// Who asks neighbours about what was told in an intake channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedBy {
    /// Staff of the hub alone.
    #[default]
    Staff,
    /// kith by itself too, one after the other.
    Kith,
}

/// What kith does where somebody shows an intake channel what strangers should not see: a phone number, an address, a PIN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaks {
    /// Tells the writer in private, who can have the message taken away.
    #[default]
    Told,
    /// Takes the message away at once, and tells the writer.
    Removed,
}

macro_rules! words {
    ($name:ident { $($variant:ident => $text:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in the order to offer them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in commands and in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value that a word names.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(ChannelRole { Intake => "intake", Hub => "hub", Safeguarding => "safeguarding", Ignored => "ignored" });
words!(Listening { Ask => "ask", Auto => "auto", Commands => "commands" });
words!(AskedBy { Staff => "staff_asks", Kith => "kith_asks" });
words!(Leaks { Told => "leaks_told", Removed => "leaks_removed" });

/// The outcodes that a channel or a case belongs to, upper case; empty means everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Area(Vec<String>);

impl Area {
    /// An area of outcodes, put in upper case, each once, in order.
    pub fn new(outcodes: impl IntoIterator<Item = String>) -> Self {
        let mut outcodes: Vec<String> = outcodes
            .into_iter()
            .map(|code| code.to_uppercase())
            .collect();
        outcodes.sort();
        outcodes.dedup();
        Self(outcodes)
    }

    /// The outcodes.
    pub fn outcodes(&self) -> &[String] {
        &self.0
    }

    /// Whether it means everywhere.
    pub fn is_everywhere(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the two have ground in common. Everywhere meets everything.
    pub fn meets(&self, other: &Self) -> bool {
        self.is_everywhere()
            || other.is_everywhere()
            || self.0.iter().any(|code| other.0.contains(code))
    }
}

/// The settings of one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Which channel.
    pub place: Place,
    /// The group that it belongs to.
    pub group: GroupId,
    /// What it is for.
    pub role: ChannelRole,
    /// How kith listens there.
    pub listening: Listening,
    /// Who asks neighbours about what was told there.
    #[serde(default)]
    pub asking: AskedBy,
    /// What becomes of messages that show what strangers should not see.
    #[serde(default)]
    pub leaks: Leaks,
    /// Where its people live.
    pub area: Area,
    /// Who set it so.
    pub set_by: PersonId,
    /// When.
    pub set_at: Timestamp,
}

/// Who may set a group up besides the platform's own administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moderators {
    /// The group.
    pub group: GroupId,
    /// Roles that may.
    pub roles: Vec<RoleId>,
    /// People who may.
    pub people: Vec<PersonId>,
}
