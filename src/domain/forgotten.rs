//! What is to be forgotten of a person beside the records that are theirs.

use super::decision::PersonKey;
use super::report::Subject;

/// What is to be forgotten of a person: their records are blank by now, and this is the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Who.
    pub person: PersonKey,
    /// The records that were theirs.
    pub subjects: Vec<Subject>,
    /// Records of others in whose trail they are.
    pub others: Vec<Subject>,
    /// The identifiers and codes of the records that were theirs.
    pub named: Vec<String>,
    /// Whether dialogue, briefing, corrections and what waits to be told to them go too: not where the person is held.
    pub all: bool,
    /// Whether what leads know of them as somebody who offers help goes too.
    pub volunteer: bool,
}

impl Forgotten {
    /// Whether an effect, as it is stored, is to them or about what was theirs.
    pub fn is_in(&self, act: &str) -> bool {
        let (connector, person) = &self.person;
        let them = format!("\"connector\":\"{connector}\",\"id\":\"{person}\",\"name\"");
        (self.all && act.contains(&them))
            || self.named.iter().any(|name| act.contains(&format!("\"{name}\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ConnectorId, PersonId};
    use crate::domain::people::{Language, Person};

    #[test]
    fn a_person_is_found_in_what_is_stored_and_others_are_not() {
        let (connector, id) = (ConnectorId::new("telegram"), PersonId::new("12"));
        let stored = |id: &str| {
            let person = Person {
                connector: connector.clone(),
                id: PersonId::new(id),
                name: "Rosa".into(),
                language: Language::English,
            };
            serde_json::to_string(&person).unwrap()
        };
        let forgotten = Forgotten {
            person: (connector.clone(), id),
            subjects: Vec::new(),
            others: Vec::new(),
            named: vec!["K7M4QXP".to_owned()],
            all: true,
            volunteer: false,
        };
        assert!(forgotten.is_in(&stored("12")));
        assert!(!forgotten.is_in(&stored("123")));
        assert!(forgotten.is_in("{\"code\":\"K7M4QXP\"}"));
        let held = Forgotten { all: false, ..forgotten };
        assert!(!held.is_in(&stored("12")));
    }
}
