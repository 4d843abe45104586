//! Reads lexicon files: spellings, classes of words, and rules with their phrases and weights.
//!
//! ```text
//! # a comment
//! spell tomorrow = tmrw tomoz 2moro      other spellings of one word
//! class anyone = anyone anybody any_one  words that phrases call @anyone; `_` joins two words
//! rule asks_anyone -> request 2          a rule and what it speaks for, with weights
//!   can|could @anyone                    its phrases (see `phrase`)
//!   except @anyone recommend             not where this stands in the same sentence
//!   given asks_price other_rule           only if one of these rules met the text too
//!   beside child                         only where one of these is met in or next to the sentence
//!   unless joking                        not if one of these did
//!   unquoted                             not between quotation marks
//! ```
//!
//! A rule counts once a text, however often it is met. A rule without `->` is a mark for `given` and
//! `unless`, which name rules above.

use std::collections::HashMap;

use super::compile::Builder;
use super::matcher::Matcher;
use super::phrase::{self, Classes};
use super::score::Finding;

/// A lexicon file that can't be read, and where.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{file}, line {line}: {problem}")]
pub struct LexiconError {
    /// The name of the file.
    pub file: String,
    /// The line, from one.
    pub line: usize,
    /// What was expected, what was found, and what to do.
    pub problem: String,
}

/// A rule without its phrases, which the matcher holds.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) speaks_for: Vec<(Finding, f32)>,
    /// Each inner list must have a rule that met the text.
    pub(super) given: Vec<Vec<usize>>,
    /// One of these rules must be met in the same or a neighbouring sentence; none means no matter.
    pub(super) beside: Vec<usize>,
    pub(super) unless: Vec<usize>,
    pub(super) unquoted: bool,
    /// Whether it is a group's own.
    pub(super) own: bool,
}

/// Whose phrase a hit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Rule(usize),
    Exception(usize),
}

impl Owner {
    fn number(self) -> usize {
        match self {
            Self::Rule(rule) => rule * 2,
            Self::Exception(rule) => rule * 2 + 1,
        }
    }

    /// The owner that `number` numbered.
    pub(super) fn from_number(number: usize) -> Self {
        if number.is_multiple_of(2) {
            Self::Rule(number / 2)
        } else {
            Self::Exception(number / 2)
        }
    }
}

/// All rules, and the matcher that finds their phrases.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub(super) rules: Vec<Rule>,
    pub(super) matcher: Matcher,
}

impl Lexicon {
    /// Reads files, given as name and text, in their order, then a group's own.
    pub(super) fn parse(
        files: &[(&str, &str)],
        own: &[(&str, &str)],
    ) -> Result<Self, LexiconError> {
        let mut reading = LexiconFiles::default();
        for (at, (file, text)) in files.iter().chain(own).enumerate() {
            reading.own = at >= files.len();
            for (line, written) in (1..).zip(text.lines()) {
                reading.line(written).map_err(|problem| LexiconError {
                    file: (*file).to_owned(),
                    line,
                    problem,
                })?;
            }
        }
        let matcher = reading.builder.build();
        Ok(Self {
            rules: reading.rules,
            matcher,
        })
    }
}

#[derive(Default)]
struct LexiconFiles {
    classes: Classes,
    rules: Vec<Rule>,
    names: HashMap<String, usize>,
    builder: Builder,
    own: bool,
}

impl LexiconFiles {
    fn line(&mut self, written: &str) -> Result<(), String> {
        let inside = written.starts_with([' ', '\t']);
        let line = written.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if inside {
            return self.inside_rule(line);
        }
        match line.split_once(' ') {
            Some(("spell", rest)) => self.spelling(rest),
            Some(("class", rest)) => self.class(rest),
            Some(("rule", rest)) => self.rule(rest),
            _ => Err(format!(
                "expected `spell`, `class`, `rule` or an indented phrase, found `{line}`"
            )),
        }
    }

    fn spelling(&mut self, rest: &str) -> Result<(), String> {
        let (meant, written) = split_definition(rest)?;
        for other in written.split_whitespace() {
            self.builder
                .spell(phrase::word(&folded(other))?, phrase::word(&folded(meant))?);
        }
        Ok(())
    }

    fn class(&mut self, rest: &str) -> Result<(), String> {
        let (name, words) = split_definition(rest)?;
        let mut entries = Vec::new();
        for word in words.split_whitespace() {
            if let Some(other) = word.strip_prefix('@') {
                let known = self.classes.get(other).ok_or_else(|| no_class(other))?;
                entries.extend(known.iter().cloned());
            } else {
                let folded = folded(word);
                let words = folded.split('_').map(phrase::word);
                entries.push(words.collect::<Result<_, _>>()?);
            }
        }
        self.classes
            .entry(name.to_owned())
            .or_default()
            .append(&mut entries);
        Ok(())
    }

    fn rule(&mut self, rest: &str) -> Result<(), String> {
        let (name, findings) = rest.split_once("->").unwrap_or((rest, ""));
        let name = name.trim();
        if self
            .names
            .insert(name.to_owned(), self.rules.len())
            .is_some()
        {
            return Err(format!(
                "a rule `{name}` stands above already: choose another name"
            ));
        }
        let speaks_for = findings
            .split(',')
            .map(str::trim)
            .filter(|finding| !finding.is_empty())
            .map(weighted)
            .collect::<Result<_, _>>()?;
        self.rules.push(Rule {
            name: name.to_owned(),
            speaks_for,
            given: Vec::new(),
            beside: Vec::new(),
            unless: Vec::new(),
            unquoted: false,
            own: self.own,
        });
        Ok(())
    }

    fn inside_rule(&mut self, line: &str) -> Result<(), String> {
        let Some(current) = self.rules.len().checked_sub(1) else {
            return Err(
                "a phrase stands before the first rule: begin with `rule name -> …`".into(),
            );
        };
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "unquoted" if rest.is_empty() => self.rules[current].unquoted = true,
            "given" => {
                let named = self.named(rest)?;
                self.rules[current].given.push(named);
            }
            "beside" => {
                let mut named = self.named(rest)?;
                self.rules[current].beside.append(&mut named);
            }
            "unless" => {
                let mut named = self.named(rest)?;
                self.rules[current].unless.append(&mut named);
            }
            "except" => self.phrase(rest, Owner::Exception(current))?,
            _ => self.phrase(line, Owner::Rule(current))?,
        }
        Ok(())
    }

    fn phrase(&mut self, line: &str, owner: Owner) -> Result<(), String> {
        for phrase in phrase::parse(&folded(line), &self.classes)? {
            self.builder.add(owner.number(), &phrase);
        }
        Ok(())
    }

    fn named(&self, names: &str) -> Result<Vec<usize>, String> {
        let find = |name: &str| {
            let found = self.names.get(name).copied();
            let above = found.filter(|rule| rule + 1 < self.rules.len());
            above.ok_or_else(|| format!("there is no rule `{name}` above this one"))
        };
        names.split_whitespace().map(find).collect()
    }
}

fn no_class(name: &str) -> String {
    format!("there is no class `{name}` above this line")
}

fn split_definition(rest: &str) -> Result<(&str, &str), String> {
    rest.split_once('=')
        .map(|(name, words)| (name.trim(), words.trim()))
        .ok_or_else(|| format!("expected `name = words`, found `{rest}`"))
}

fn weighted(written: &str) -> Result<(Finding, f32), String> {
    let (finding, weight) = written
        .rsplit_once(' ')
        .ok_or_else(|| format!("expected a finding and a weight, found `{written}`"))?;
    let weight = weight
        .parse::<f32>()
        .ok()
        .filter(|weight| weight.is_finite())
        .ok_or_else(|| format!("expected a number as the weight, found `{weight}`"))?;
    let finding = Finding::from_words(finding).ok_or_else(|| {
        format!(
            "expected a kind, `about CATEGORY`, `urgency WHEN`, `signal NAME`, `on_behalf`, `diet NAME`, `access NAME` or `relation WHO`, found `{finding}`"
        )
    })?;
    Ok((finding, weight))
}

/// Lexicon lines are folded as texts are, but keep the marks of the phrase language.
fn folded(line: &str) -> String {
    super::fold::letters(line)
}
