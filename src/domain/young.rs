//! Whether somebody may be under 18: then no neighbour is asked, and nothing more is asked of them.

use serde::{Deserialize, Serialize};

/// What is known of somebody's age that matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Young {
    /// Nothing says that they are under 18.
    #[default]
    No,
    /// The writer may be.
    Writer,
    /// It is for a child that nobody grown up seems to be with.
    Child,
    /// A lead has found that they are not.
    FoundAdult,
}

impl Young {
    /// Whether it takes the children's route.
    pub const fn is_suspected(self) -> bool {
        match self {
            Self::Writer | Self::Child => true,
            Self::No | Self::FoundAdult => false,
        }
    }

    /// With what another text says. What a lead has found stands; a writer outweighs a child that they tell of.
    #[must_use]
    pub const fn and(self, heard: Option<Self>) -> Self {
        match (self, heard) {
            (Self::FoundAdult, _) => Self::FoundAdult,
            (Self::Writer, _) | (_, Some(Self::Writer)) => Self::Writer,
            (Self::Child, _) | (_, Some(Self::Child)) => Self::Child,
            (Self::No, Some(Self::No | Self::FoundAdult) | None) => Self::No,
        }
    }
}
