//! Phrases with names of one's own, found in a text as the reader finds those of its lexicon.

use super::LEXICON;
use super::fold::Folded;
use super::lexicon::{Lexicon, LexiconError};
use super::met::Met;

/// Named phrases, written like lexicon rules that speak for nothing; they may use the classes of `words.txt`.
#[derive(Debug)]
pub struct Marks {
    lexicon: Lexicon,
}

impl Marks {
    /// Reads a file of them, given as name and text.
    ///
    /// # Errors
    /// The file and line that can't be read, and why.
    pub fn parse(file: (&str, &str)) -> Result<Self, LexiconError> {
        let words = LEXICON[0];
        Ok(Self {
            lexicon: Lexicon::parse(&[words, file], &[])?,
        })
    }

    /// The names of those that a text meets, each once, in the order of the file.
    pub fn of(&self, text: &str) -> Vec<&str> {
        let folded = Folded::new(text);
        let hits = self.lexicon.matcher.find(&folded);
        let met = Met::new(&self.lexicon.rules, &folded, &hits);
        met.rules().map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_with_their_spellings_and_exceptions() {
        let marks = Marks::parse((
            "own.txt",
            "rule tablets\n  give .. tablets\n  except give up\nrule never\n  zebra\n",
        ))
        .unwrap();
        assert_eq!(marks.of("Could sum1 gie my mam her tablets"), ["tablets"]);
        assert!(marks.of("I give up on these tablets").is_empty());
        let error = Marks::parse(("own.txt", "zebra\n")).unwrap_err();
        assert_eq!((error.file.as_str(), error.line), ("own.txt", 1));
    }
}
