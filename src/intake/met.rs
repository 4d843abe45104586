//! Which rules a text meets: phrases found, less exceptions, quotations and what other rules forbid.

use std::collections::HashSet;

use super::fold::Folded;
use super::lexicon::{Owner, Rule};
use super::matcher::Hit;
use super::score::{Evidence, Finding};
use crate::domain::reading::{Kind, Span};

/// A subject named apart from the sentence that asks or offers counts this much: people tell a
/// story around what they want.
const BESIDE_THE_POINT: f32 = 0.7;

/// A subject named by several words is seldom a chance word.
const SEVERAL_WORDS: f32 = 1.25;

/// A rule that a text meets, and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark<'a> {
    pub(super) rule: &'a str,
    pub(super) span: Span,
    pub(super) verbatim: bool,
}

/// The rules that a text meets, with their hits.
pub(super) struct Met<'a, 't> {
    rules: &'a [Rule],
    folded: &'t Folded,
    /// Hits that count, in the order of the text, by rule number.
    hits: Vec<(usize, Hit)>,
    /// For each rule, its first hit.
    first: Vec<Option<Hit>>,
}

impl<'a, 't> Met<'a, 't> {
    /// Sorts out which hits count.
    pub(super) fn new(rules: &'a [Rule], folded: &'t Folded, found: &[Hit]) -> Self {
        let tokens = &folded.tokens;
        let excepted: HashSet<(usize, u32)> = found
            .iter()
            .filter_map(|hit| match Owner::from_number(hit.owner) {
                Owner::Exception(rule) => Some((rule, tokens[hit.first].sentence)),
                Owner::Rule(_) => None,
            })
            .collect();
        let standing: HashSet<(usize, u32)> = found
            .iter()
            .filter_map(|hit| match Owner::from_number(hit.owner) {
                Owner::Rule(rule) => Some((rule, tokens[hit.first].sentence)),
                Owner::Exception(_) => None,
            })
            .collect();
        let beside = |rule: &Rule, sentence: u32| {
            let near = |other: &usize| {
                (sentence.saturating_sub(1)..=sentence + 1)
                    .any(|place| standing.contains(&(*other, place)))
            };
            rule.beside.is_empty() || rule.beside.iter().any(near)
        };
        let mut hits = Vec::with_capacity(found.len());
        let mut first = vec![None; rules.len()];
        for hit in found {
            let Owner::Rule(rule) = Owner::from_number(hit.owner) else {
                continue;
            };
            let quoted = tokens[hit.first].quoted && tokens[hit.last].quoted;
            let sentence = tokens[hit.first].sentence;
            if excepted.contains(&(rule, sentence))
                || (rules[rule].unquoted && quoted)
                || !beside(&rules[rule], sentence)
            {
                continue;
            }
            hits.push((rule, *hit));
            first[rule].get_or_insert(*hit);
        }
        for (number, rule) in rules.iter().enumerate() {
            let met = |other: &usize| first[*other].is_some();
            let holds = rule.given.iter().all(|any| any.iter().any(met));
            if !holds || rule.unless.iter().any(met) {
                first[number] = None;
            }
        }
        hits.retain(|(rule, _)| first[*rule].is_some());
        Self {
            rules,
            folded,
            hits,
            first,
        }
    }

    /// The rules that are met and are nobody's own, by name, with the first and the last token of their
    /// first hit.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&'a str, (usize, usize))> {
        let met = self.rules.iter().zip(&self.first);
        met.filter(|(rule, _)| !rule.own)
            .filter_map(|(rule, hit)| hit.map(|hit| (rule.name.as_str(), (hit.first, hit.last))))
    }

    /// Every rule that is met, where it first is.
    pub(super) fn marks(&self) -> impl Iterator<Item = Mark<'a>> {
        let met = self.rules.iter().zip(&self.first);
        met.filter_map(|(rule, hit)| {
            let hit = hit.as_ref()?;
            Some(Mark {
                rule: &rule.name,
                span: self.span(hit),
                verbatim: hit.verbatim,
            })
        })
    }

    /// What the rules say of everything but subjects, once a rule.
    pub(super) fn evidence(&self) -> Vec<Evidence<'a>> {
        let mut evidence = Vec::new();
        for (rule, hit) in self.rules.iter().zip(&self.first) {
            let Some(hit) = hit else { continue };
            for (finding, weight) in &rule.speaks_for {
                if !matches!(finding, Finding::About(_)) {
                    evidence.push(self.piece(rule, hit, (*finding, *weight)));
                }
            }
        }
        evidence
    }

    /// What the rules say of subjects, each by its best hit, now that it is known which sentences
    /// make the text a request or an offer.
    pub(super) fn subjects(&self, kind: Kind) -> Vec<Evidence<'a>> {
        let speaks = |rule: &usize| {
            let for_kind = |(finding, weight): &(Finding, f32)| {
                *finding == Finding::Kind(kind) && *weight > 0.0
            };
            self.rules[*rule].speaks_for.iter().any(for_kind)
        };
        let point: HashSet<u32> = self
            .hits
            .iter()
            .filter(|(rule, _)| speaks(rule))
            .map(|(_, hit)| self.sentence(hit))
            .collect();
        let mut best: Vec<Option<(f32, Hit)>> = vec![None; self.rules.len()];
        for (rule, hit) in &self.hits {
            let near = if point.is_empty() || point.contains(&self.sentence(hit)) {
                1.0
            } else {
                BESIDE_THE_POINT
            };
            let several = if hit.last > hit.first {
                SEVERAL_WORDS
            } else {
                1.0
            };
            let strength = near * several;
            if best[*rule].is_none_or(|(known, _)| strength > known) {
                best[*rule] = Some((strength, *hit));
            }
        }
        let mut evidence = Vec::new();
        for (rule, best) in self.rules.iter().zip(&best) {
            let Some((strength, hit)) = best else {
                continue;
            };
            for (finding, weight) in &rule.speaks_for {
                if matches!(finding, Finding::About(_)) {
                    evidence.push(self.piece(rule, hit, (*finding, *weight * strength)));
                }
            }
        }
        evidence
    }

    fn piece(&self, rule: &'a Rule, hit: &Hit, said: (Finding, f32)) -> Evidence<'a> {
        let (finding, weight) = said;
        Evidence {
            finding,
            rule: &rule.name,
            span: Some(self.span(hit)),
            verbatim: hit.verbatim,
            weight,
            own: rule.own,
        }
    }

    fn span(&self, hit: &Hit) -> Span {
        let tokens = &self.folded.tokens;
        Span {
            start: tokens[hit.first].span.start,
            end: tokens[hit.last].span.end,
        }
    }

    fn sentence(&self, hit: &Hit) -> u32 {
        self.folded.tokens[hit.first].sentence
    }
}
