//! Several needs or offers in one message: its parts read by themselves.

use super::Reader;
use super::fold::Folded;
use crate::domain::reading::{Finding, Kind, Reading, Span};

/// A part is a finding of its own from this confidence on.
const SURE: f32 = 0.55;
/// Longer messages are not taken apart: a story is one thing.
const MOST_PARTS: usize = 12;
/// A part of fewer words leans on its neighbours.
const LEAST_WORDS: usize = 3;

/// The parts of a text that ask or offer something of their own, where there are at least two that
/// differ; none otherwise.
pub(super) fn findings(
    reader: &Reader,
    text: &str,
    folded: &Folded,
    whole: &Reading,
) -> Vec<Finding> {
    // What is about one thing is seldom several.
    let several =
        whole.categories.len() > 1 || folded.tokens.iter().any(|token| cuts(folded.word(token)));
    if !several || !matches!(whole.kind, Kind::Request | Kind::Offer) {
        return Vec::new();
    }
    let parts = parts(folded);
    if !(2..=MOST_PARTS).contains(&parts.len()) {
        return Vec::new();
    }
    let mut found: Vec<Finding> = Vec::new();
    for span in parts {
        let Some(part) = text.get(span.start..span.end) else {
            continue;
        };
        let reading = reader.judge(part);
        if !matches!(reading.kind, Kind::Request | Kind::Offer) || reading.confidence < SURE {
            continue;
        }
        let fresh = Finding {
            kind: reading.kind,
            categories: reading.categories,
            urgency: reading.urgency,
            span,
        };
        match found.last_mut() {
            Some(last) if same(last, &fresh) => {
                last.span.end = fresh.span.end;
                last.urgency = last.urgency.max(fresh.urgency);
            }
            _ => found.push(fresh),
        }
    }
    let differ = found.windows(2).any(|pair| !same(&pair[0], &pair[1]));
    if differ { found } else { Vec::new() }
}

/// Words that begin another part within a sentence.
fn cuts(word: &str) -> bool {
    matches!(word, "also" | "plus")
}

/// Two parts are about the same where they share their kind and a category.
fn same(one: &Finding, other: &Finding) -> bool {
    one.kind == other.kind
        && one
            .categories
            .iter()
            .any(|about| other.categories.contains(about))
}

/// The sentences of a text, also cut before "also" and "plus"; short ones joined to the one before.
fn parts(folded: &Folded) -> Vec<Span> {
    let mut parts: Vec<(usize, Span)> = Vec::new();
    let mut sentence = None;
    for token in &folded.tokens {
        let cut = cuts(folded.word(token));
        match parts.last_mut() {
            Some((words, part))
                if (sentence == Some(token.sentence) && !cut) || *words < LEAST_WORDS =>
            {
                *words += 1;
                part.end = token.span.end;
            }
            _ => parts.push((1, token.span)),
        }
        sentence = Some(token.sentence);
    }
    if parts.len() > 1
        && let Some((words, last)) = parts.pop()
    {
        match parts.last_mut() {
            Some((_, before)) if words < LEAST_WORDS => before.end = last.end,
            _ => parts.push((words, last)),
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}
