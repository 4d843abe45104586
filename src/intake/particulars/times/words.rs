//! The words of a text by their place, and what is found among them.

use crate::domain::particulars::{Day, Hours};
use crate::intake::fold::Folded;

/// The words of a text.
pub(super) struct Words<'a> {
    pub(super) folded: &'a Folded,
}

/// A time among words: how many of them, the day, the hours, and whether it comes again.
pub(super) type Found = (usize, Option<Day>, Option<Hours>, bool);

impl Words<'_> {
    /// The word at a place; empty behind the last.
    pub(super) fn at(&self, at: usize) -> &str {
        let token = self.folded.tokens.get(at);
        token.map_or("", |token| self.folded.word(token))
    }

    pub(super) fn same_sentence(&self, one: usize, other: usize) -> bool {
        self.folded.tokens[one].sentence == self.folded.tokens[other].sentence
    }
}
