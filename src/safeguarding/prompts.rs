//! Guidance that a neighbour sees before taking a case, as versioned data.

use serde::Deserialize;

const EMBEDDED: &str = include_str!("prompts.toml");

/// One piece of guidance.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// Its name: `doorstep`, `money`, `concern`.
    pub id: String,
    /// Which wording; recorded with every showing.
    pub version: u32,
    /// What is shown, a line at a time.
    pub lines: Vec<String>,
}

/// A prompts file that can't be used, and why.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PromptsError {
    /// The text is not a file of prompts.
    #[error(
        "the prompts file: {problem}; expected `[[prompt]]` entries with id, version and lines"
    )]
    Unreadable {
        /// What was expected and what was found.
        problem: String,
    },
    /// A prompt is missing, twice there, or empty.
    #[error("prompt `{id}`: {problem}")]
    Entry {
        /// The entry.
        id: String,
        /// What is wrong and what to do.
        problem: &'static str,
    },
}

/// All guidance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompts {
    doorstep: Prompt,
    money: Prompt,
    concern: Prompt,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    prompt: Vec<Prompt>,
}

impl Prompts {
    /// The guidance that kith comes with.
    ///
    /// # Panics
    /// Never: a test reads the same embedded file.
    pub fn embedded() -> Self {
        Self::from_toml(EMBEDDED)
            .unwrap_or_else(|error| panic!("the embedded prompts can't be read: {error}"))
    }

    /// Reads a council's own file.
    pub fn from_toml(text: &str) -> Result<Self, PromptsError> {
        let file: File = toml::from_str(text).map_err(|error| PromptsError::Unreadable {
            problem: error.message().to_owned(),
        })?;
        let mut prompts = file.prompt;
        let doorstep = take(&mut prompts, "doorstep")?;
        let money = take(&mut prompts, "money")?;
        let concern = take(&mut prompts, "concern")?;
        match prompts.into_iter().next() {
            Some(extra) => Err(PromptsError::Entry {
                id: extra.id,
                problem: "expected one each of doorstep, money and concern: remove this one",
            }),
            None => Ok(Self {
                doorstep,
                money,
                concern,
            }),
        }
    }

    /// For someone who goes to another person's door.
    pub fn doorstep(&self) -> &Prompt {
        &self.doorstep
    }

    /// For someone who handles another person's money.
    pub fn money(&self) -> &Prompt {
        &self.money
    }

    /// For someone who worries about a person.
    pub fn concern(&self) -> &Prompt {
        &self.concern
    }
}

fn take(prompts: &mut Vec<Prompt>, id: &str) -> Result<Prompt, PromptsError> {
    let wrong = |problem| PromptsError::Entry {
        id: id.to_owned(),
        problem,
    };
    let at = prompts
        .iter()
        .position(|prompt| prompt.id == id)
        .ok_or_else(|| wrong("is missing: add a `[[prompt]]` with this id"))?;
    let prompt = prompts.remove(at);
    let empty = prompt.lines.is_empty() || prompt.lines.iter().any(|line| line.trim().is_empty());
    if empty {
        Err(wrong("has no lines or an empty one: fill it in"))
    } else {
        Ok(prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_doorstep_and_money_are_there() {
        let prompts = Prompts::embedded();
        let said = [prompts.doorstep(), prompts.money()]
            .map(|prompt| prompt.lines.join(" "))
            .join(" ");
        for rule in [
            "card or a PIN",
            "receipt",
            "£30",
            "Don't go in",
            "where you are",
            "identification",
            "password",
            "gifts",
            "999",
            "named lead",
        ] {
            assert!(said.contains(rule), "{rule}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            (
                EMBEDDED.replace("id = \"money\"", "id = \"cash\""),
                "prompt `money`: is missing",
            ),
            (
                EMBEDDED.replace("id = \"money\"", "id = \"doorstep\""),
                "prompt `money`: is missing",
            ),
            (
                format!("{EMBEDDED}\n[[prompt]]\nid = \"x\"\nversion = 1\nlines = [\"a\"]"),
                "prompt `x`: expected one each",
            ),
            (
                EMBEDDED.replace("version = 1", "version = \"a\""),
                "the prompts file: ",
            ),
        ];
        for (text, expected) in cases {
            let error = Prompts::from_toml(&text).unwrap_err().to_string();
            assert!(
                error.starts_with(expected),
                "expected {expected:?}, found {error:?}"
            );
        }
    }
}
