//! Numbers to ring: who, how, when, where, for which signs, from which source, and when checked.

use std::collections::HashSet;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::nation::Nation;
use crate::domain::reading::Signal;

const EMBEDDED: &str = include_str!("contacts.toml");

/// The name of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContactId(String);

impl ContactId {
    /// The name as written in the file.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One number, or another way to reach people.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Its name in the file.
    pub id: ContactId,
    /// Who answers.
    pub name: String,
    /// The number, or what to do.
    pub how: String,
    /// When somebody answers.
    pub hours: String,
    /// Where it works.
    pub nations: Vec<Nation>,
    /// The signs that it is given for.
    #[serde(rename = "for")]
    pub signals: Vec<Signal>,
    /// Lower comes first.
    pub order: u32,
    /// Comes before all others.
    #[serde(default)]
    pub life_at_risk: bool,
    /// Is for children themselves: whoever says that they are under 18 is given it first after those.
    #[serde(default)]
    pub for_children: bool,
    /// Where the entry was checked: an address or an organisation.
    pub source: String,
    /// The day on which it was checked.
    #[serde(deserialize_with = "day")]
    pub verified_on: Date,
}

impl Contact {
    /// Whether it is given for a sign.
    pub fn given_for(&self, signal: Signal) -> bool {
        self.signals.contains(&signal)
    }
}

/// A contacts file that can't be used, and why.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ContactsError {
    /// The text is not a file of contacts.
    #[error("{place}: {problem}; compare with the fields of the file that kith comes with")]
    Unreadable {
        /// The entry, as far as it is known.
        place: String,
        /// What was expected and what was found.
        problem: String,
    },
    /// An entry is there but can't be used.
    #[error("contact `{id}`: {problem}")]
    Entry {
        /// The entry.
        id: String,
        /// What was expected and what to do.
        problem: String,
    },
    /// A sign of danger has no number.
    #[error("no contact is given for `{signal}`: add one with `for = [\"{signal}\"]`")]
    Uncovered {
        /// The sign.
        signal: Signal,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    contact: Vec<toml::Table>,
}

/// All numbers, in the order in which they are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contacts {
    entries: Vec<Contact>,
}

impl Contacts {
    /// The numbers that kith comes with.
    ///
    /// # Panics
    /// Never: a test reads the same embedded file.
    pub fn embedded() -> Self {
        Self::from_toml(EMBEDDED)
            .unwrap_or_else(|error| panic!("the embedded contacts can't be read: {error}"))
    }

    /// Those of them that work in England.
    ///
    /// # Panics
    /// Never, as with the embedded file.
    pub fn of_england() -> Self {
        Self::embedded()
            .in_nation(Nation::England)
            .unwrap_or_else(|error| panic!("the embedded contacts can't be used: {error}"))
    }

    /// Reads a council's own file.
    pub fn from_toml(text: &str) -> Result<Self, ContactsError> {
        let file: File = toml::from_str(text).map_err(|error| ContactsError::Unreadable {
            place: "the contacts file".to_owned(),
            problem: error.message().to_owned(),
        })?;
        let mut entries = Vec::with_capacity(file.contact.len());
        let mut seen = HashSet::new();
        for (number, table) in (1..).zip(file.contact) {
            let contact = entry(number, table)?;
            if !seen.insert(contact.id.clone()) {
                return Err(wrong(
                    &contact,
                    "another entry has the same id: choose a new one",
                ));
            }
            entries.push(contact);
        }
        covers_every_danger(&entries)?;
        entries.sort_by_key(|contact| (!contact.life_at_risk, contact.order));
        Ok(Self { entries })
    }

    /// Every entry, in order.
    pub fn all(&self) -> &[Contact] {
        &self.entries
    }

    /// The entry of that name.
    pub fn get(&self, id: &ContactId) -> Option<&Contact> {
        self.entries.iter().find(|contact| contact.id == *id)
    }

    /// The entries for any of these signs, in order.
    pub fn for_signals(&self, signals: &[Signal]) -> Vec<&Contact> {
        let wanted = |contact: &&Contact| signals.iter().any(|signal| contact.given_for(*signal));
        self.entries.iter().filter(wanted).collect()
    }

    /// Those that work in a nation.
    ///
    /// # Errors
    /// A sign of danger would have no number there.
    pub fn in_nation(mut self, nation: Nation) -> Result<Self, ContactsError> {
        self.entries
            .retain(|contact| contact.nations.contains(&nation));
        covers_every_danger(&self.entries)?;
        Ok(self)
    }

    /// These for somebody under 18: those for children come right after life at risk.
    pub fn for_a_child<'a>(&'a self, chosen: Vec<&'a Contact>) -> Vec<&'a Contact> {
        let (first, rest): (Vec<_>, Vec<_>) =
            chosen.into_iter().partition(|contact| contact.life_at_risk);
        let children = self.entries.iter().filter(|contact| contact.for_children);
        let rest = rest.into_iter().filter(|contact| !contact.for_children);
        first.into_iter().chain(children).chain(rest).collect()
    }

    /// The entries that were last checked more than a year before `today`.
    pub fn stale(&self, today: Date) -> Vec<&Contact> {
        let due = |contact: &&Contact| {
            let year_later = contact.verified_on.checked_add(jiff::Span::new().years(1));
            year_later.is_ok_and(|date| date < today)
        };
        self.entries.iter().filter(due).collect()
    }
}

fn entry(number: usize, table: toml::Table) -> Result<Contact, ContactsError> {
    let id = table.get("id").and_then(toml::Value::as_str);
    let place = id.map_or_else(
        || format!("contact number {number}"),
        |id| format!("contact `{id}`"),
    );
    let contact: Contact =
        table
            .try_into()
            .map_err(|error: toml::de::Error| ContactsError::Unreadable {
                place,
                problem: error.message().to_owned(),
            })?;
    let said = [
        ("id", contact.id.as_str()),
        ("name", &contact.name),
        ("how", &contact.how),
        ("hours", &contact.hours),
        ("source", &contact.source),
    ];
    if let Some((field, _)) = said.iter().find(|(_, words)| words.trim().is_empty()) {
        return Err(wrong(&contact, &format!("`{field}` is empty: fill it in")));
    }
    if contact.nations.is_empty() {
        return Err(wrong(
            &contact,
            "`nations` is empty: name where the number works",
        ));
    }
    if contact.signals.is_empty() {
        return Err(wrong(
            &contact,
            "`for` is empty: name the signs that it is given for",
        ));
    }
    Ok(contact)
}

fn day<'de, D: serde::Deserializer<'de>>(written: D) -> Result<Date, D::Error> {
    let written = String::deserialize(written)?;
    written.parse().map_err(|_| {
        serde::de::Error::custom(format!(
            "expected a day as \"2026-11-01\" in `verified_on`, found {written:?}"
        ))
    })
}

fn wrong(contact: &Contact, problem: &str) -> ContactsError {
    ContactsError::Entry {
        id: contact.id.as_str().to_owned(),
        problem: problem.to_owned(),
    }
}

fn covers_every_danger(entries: &[Contact]) -> Result<(), ContactsError> {
    let needed = [
        Signal::SelfHarm,
        Signal::Abuse,
        Signal::Child,
        Signal::Medical,
        Signal::Hazard,
        Signal::Scam,
    ];
    let missing = |signal: &&Signal| !entries.iter().any(|contact| contact.given_for(**signal));
    match needed.iter().find(missing) {
        Some(signal) => Err(ContactsError::Uncovered { signal: *signal }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn entries_grow_stale_after_a_year() {
        let contacts = Contacts::embedded();
        assert!(contacts.stale(date(2026, 11, 23)).is_empty());
        assert_eq!(
            contacts.stale(date(2027, 11, 23)).len(),
            contacts.all().len()
        );
    }

    #[test]
    fn each_nation_has_its_own_numbers() {
        let how = |nation, signal| -> Vec<String> {
            let contacts = Contacts::embedded().in_nation(nation).unwrap();
            let given = contacts.for_signals(&[signal]);
            given
                .into_iter()
                .map(|contact| contact.how.clone())
                .collect()
        };
        for (nation, crisis, abuse) in [
            (Nation::England, "111, option 2", "0808 2000 247"),
            (Nation::Wales, "111, option 2", "0808 80 10 800"),
            (Nation::Scotland, "111", "0800 027 1234"),
            (Nation::NorthernIreland, "0808 808 8000", "0808 802 1414"),
        ] {
            assert_eq!(
                how(nation, Signal::SelfHarm)[..2],
                ["999", crisis],
                "{nation:?}"
            );
            let given = how(nation, Signal::Abuse);
            assert_eq!(
                given[..3],
                ["999", "999, then 55 when asked", abuse],
                "{nation:?}"
            );
        }
        assert!(!how(Nation::England, Signal::Scam).contains(&"101".to_owned()));
    }

    #[test]
    fn a_child_is_given_childline_first_after_999() {
        let contacts = Contacts::of_england();
        for signal in [Signal::SelfHarm, Signal::Abuse, Signal::Child] {
            let chosen = contacts.for_signals(&[signal]);
            let for_child = contacts.for_a_child(chosen);
            let first = for_child.iter().find(|contact| !contact.life_at_risk);
            assert_eq!(first.unwrap().name, "Childline", "{signal}");
            let names = |name| {
                for_child
                    .iter()
                    .filter(|contact| contact.name == name)
                    .count()
            };
            assert_eq!(names("Childline"), 1);
        }
    }

    #[test]
    fn life_at_risk_is_first() {
        let contacts = Contacts::embedded();
        let first: Vec<&str> = contacts
            .all()
            .iter()
            .take(2)
            .map(|c| c.how.as_str())
            .collect();
        assert_eq!(first, ["999", "999, then 55 when asked"]);
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            (
                EMBEDDED.replace("how = \"999\"\n", ""),
                "contact `emergency`: missing field `how`",
            ),
            (
                EMBEDDED.replace("how = \"999\"\n", "how = \" \"\n"),
                "contact `emergency`: `how` is empty",
            ),
            (
                EMBEDDED.replace("id = \"shout\"", "id = \"samaritans\""),
                "contact `samaritans`: another entry",
            ),
            (
                EMBEDDED.replace("[\"medical\", \"hazard\",", "[\"medicine\", \"hazard\","),
                "contact `emergency`: unknown variant `medicine`",
            ),
            (
                EMBEDDED.replace(
                    "nations = [\"england\", \"wales\"]\nfor = [\"self_harm\"]",
                    "nations = []\nfor = [\"self_harm\"]",
                ),
                "contact `nhs_111_option_2`: `nations` is empty",
            ),
            (
                EMBEDDED.replace("[\"medical\", \"hazard\",", "[\"hazard\","),
                "no contact is given for `medical`",
            ),
            ("[[contact]]\nname = 3".to_owned(), "contact number 1: "),
            ("contact = ".to_owned(), "the contacts file: "),
            (
                EMBEDDED.replacen("2026-11-01", "2026-13-01", 1),
                "contact `emergency`: expected a day",
            ),
        ];
        for (text, expected) in cases {
            let error = Contacts::from_toml(&text).unwrap_err().to_string();
            assert!(
                error.starts_with(expected),
                "expected {expected:?}, found {error:?}"
            );
        }
    }
}
