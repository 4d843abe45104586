//! What somebody in danger is sent at once, whatever else of kith works, and whether they got it.

use super::clock::Timestamp;
use super::effect::{Act, Effect};
use super::people::Person;

/// What somebody needs at once, known from their words alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rescue {
    /// The numbers: told in private, or said in the private chat that they wrote in.
    pub act: Act,
    /// Who.
    pub person: Person,
    /// Whether they asked for it, so that it is answered however often they do.
    pub asked_for: bool,
}

/// Somebody was sent what they need before it was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// When.
    pub at: Timestamp,
    /// Whether they have the numbers in private; else the neutral line is where they wrote.
    pub in_private: bool,
}

impl Rescue {
    /// Whether a promised effect brings the same to the same person.
    pub fn is_brought_by(&self, effect: &Effect) -> bool {
        match (&self.act, &effect.act) {
            (Act::Tell { person, .. }, Act::Tell { person: told, .. }) => {
                effect.urgent && is_same(person, told)
            }
            (Act::Tell { person, .. }, Act::Answer(answer)) => {
                self.asked_for && is_same(person, &answer.person)
            }
            (Act::Say { place, .. }, Act::Say { place: said, .. }) => {
                effect.urgent && place == said
            }
            (Act::Say { place, .. }, Act::Answer(answer)) => {
                self.asked_for && *place == answer.place
            }
            _ => false,
        }
    }
}

fn is_same(one: &Person, other: &Person) -> bool {
    one.connector == other.connector && one.id == other.id
}
