//! What stands beside names, and beside words that only look like names.

use std::collections::HashMap;

use super::weights::WeightsError;

/// What a word beside another says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Around {
    /// Whoever stands before a surname.
    Title,
    /// What people are to each other, and what comes before a name that is told.
    Relation,
    /// What is done with people.
    BeforePeople,
    /// What people do, or where they are.
    AfterPeople,
    /// What is not done by places and months.
    DoneByPeople,
    /// Before a place, or a thing that there are several of.
    BeforePlaces,
    /// Whoever is greeted or thanked is seldom whom it is about.
    Greeting,
    /// Before a month, or after one that is no name.
    BeforeMonths,
    /// A name before one of these is a part of its name, as in Alexandra Court.
    Place,
    /// Whoever has a church, a school or a street.
    Saint,
}

impl Around {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "title" => Self::Title,
            "relation" => Self::Relation,
            "before-people" => Self::BeforePeople,
            "after-people" => Self::AfterPeople,
            "done-by-people" => Self::DoneByPeople,
            "before-places" => Self::BeforePlaces,
            "greeting" => Self::Greeting,
            "before-months" => Self::BeforeMonths,
            "place" => Self::Place,
            "saint" => Self::Saint,
            _ => return None,
        })
    }
}

/// The words of each list.
#[derive(Clone, Debug)]
pub(super) struct Surroundings(HashMap<String, Vec<Around>>);

impl Surroundings {
    /// Reads `around.txt`, which says at its top how it is written.
    pub(super) fn parse(text: &str) -> Result<Self, WeightsError> {
        let mut words: HashMap<String, Vec<Around>> = HashMap::new();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let list = line
                .split_once(": ")
                .and_then(|(name, listed)| Some((Around::named(name)?, listed)));
            let Some((list, listed)) = list else {
                return Err(WeightsError::new(
                    number + 1,
                    format!("expected `list: words`, found `{line}`"),
                ));
            };
            for word in listed.split_whitespace() {
                words.entry(word.to_owned()).or_default().push(list);
            }
        }
        Ok(Self(words))
    }

    /// Whether a folded word is one of this list.
    pub(super) fn has(&self, list: Around, word: &str) -> bool {
        self.0.get(word).is_some_and(|lists| lists.contains(&list))
    }
}

#[cfg(test)]
mod tests {
    use super::super::AROUND;
    use super::*;

    #[test]
    fn a_word_may_be_of_several_lists() {
        let words = Surroundings::parse(AROUND).unwrap();
        assert!(words.has(Around::AfterPeople, "needs"));
        assert!(words.has(Around::DoneByPeople, "needs"));
        assert!(!words.has(Around::Title, "needs"));
    }

    #[test]
    fn a_list_that_is_not_known_is_told_with_its_line() {
        let error = Surroundings::parse("title: mr\ntitel: mrs").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2: expected `list: words`, found `titel: mrs`"
        );
    }
}
