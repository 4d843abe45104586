//! Text as words: case, accents, invisible controls and odd quotation marks folded away, while
//! every word keeps the bytes of the original that it came from.

use std::collections::HashSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::domain::reading::Span;

/// One word, mark or picture of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    folded_start: usize,
    folded_end: usize,
    /// The bytes of the original.
    pub(super) span: Span,
    /// The number of the sentence, from zero.
    pub(super) sentence: u32,
    /// Whether it stands between quotation marks.
    pub(super) quoted: bool,
}

/// A text as folded tokens.
#[derive(Debug, Default)]
pub(super) struct Folded {
    text: String,
    pub(super) tokens: Vec<Token>,
}

impl Folded {
    /// Splits and folds a text. Linear in its length.
    pub(super) fn new(text: &str) -> Self {
        let mut folder = Folder::with_capacity(text.len());
        for (at, character) in text.char_indices() {
            folder.take(at, character);
        }
        folder.end_word();
        folder.folded
    }

    /// Whether there is any letter in it: marks, pictures and numbers alone say nothing.
    pub(super) fn has_words(&self) -> bool {
        let letters = |token: &Token| self.word(token).contains(char::is_alphabetic);
        self.tokens.iter().any(letters)
    }

    /// How many of its words and marks differ.
    pub(super) fn different_words(&self) -> usize {
        let words = self.tokens.iter().map(|token| self.word(token));
        words.collect::<HashSet<_>>().len()
    }

    /// The folded letters of a token.
    pub(super) fn word(&self, token: &Token) -> &str {
        &self.text[token.folded_start..token.folded_end]
    }
}

/// What a character does to the word being read.
enum Role {
    Ignored,
    Letter,
    Apostrophe,
    /// A point, comma or colon, which belongs to a number when digits are on both sides.
    InNumber(char),
    Mark(&'static str),
    Picture,
    Quote,
    Break,
    Gap,
}

struct Folder {
    folded: Folded,
    word_start: usize,
    word_span: Option<Span>,
    /// A character that joins the word only if the next one continues it.
    pending: Option<char>,
    sentence: u32,
    open_quote: Option<usize>,
}

impl Folder {
    fn with_capacity(length: usize) -> Self {
        Self {
            folded: Folded {
                text: String::with_capacity(length + 8),
                tokens: Vec::with_capacity(length / 4 + 4),
            },
            word_start: 0,
            word_span: None,
            pending: None,
            sentence: 0,
            open_quote: None,
        }
    }

    fn take(&mut self, at: usize, character: char) {
        let end = at + character.len_utf8();
        match role(character) {
            Role::Ignored => {}
            Role::Letter => self.letter(Span { start: at, end }, character),
            Role::Apostrophe if self.word_span.is_some() => self.hold('\''),
            Role::InNumber(mark) => {
                if self
                    .folded
                    .text
                    .ends_with(|last: char| last.is_ascii_digit())
                {
                    self.hold(mark);
                } else {
                    self.end_word();
                    self.end_sentence_after(mark);
                }
            }
            Role::Mark(word) => {
                self.end_word();
                self.symbol(Span { start: at, end }, word);
                if matches!(word, "?" | "!") {
                    self.sentence += 1;
                }
            }
            Role::Picture => {
                self.end_word();
                let mut buffer = [0; 4];
                self.symbol(Span { start: at, end }, character.encode_utf8(&mut buffer));
            }
            Role::Quote => {
                self.end_word();
                self.quote();
            }
            Role::Break => {
                self.end_word();
                self.sentence += 1;
                if character == '\n' {
                    self.open_quote = None;
                }
            }
            Role::Gap | Role::Apostrophe => self.end_word(),
        }
    }

    fn hold(&mut self, mark: char) {
        if self.pending.is_some() {
            self.end_word();
        } else {
            self.pending = Some(mark);
        }
    }

    fn letter(&mut self, span: Span, character: char) {
        match self.pending {
            Some('\'') => self.folded.text.push('\''),
            // "4,200" is one number, written 4200.
            Some(',') if character.is_ascii_digit() => {}
            Some(mark) if character.is_ascii_digit() => self.folded.text.push(mark),
            Some(_) => self.end_word(),
            None => {}
        }
        self.pending = None;
        if let Some(word) = &mut self.word_span {
            word.end = span.end;
        } else {
            self.word_start = self.folded.text.len();
            self.word_span = Some(span);
        }
        fold_into(character, &mut self.folded.text);
    }

    fn end_word(&mut self) {
        let pending = self.pending.take();
        if let Some(span) = self.word_span.take() {
            self.push(span);
        }
        if let Some(mark) = pending {
            self.end_sentence_after(mark);
        }
    }

    fn end_sentence_after(&mut self, mark: char) {
        if mark == '.' {
            self.sentence += 1;
        }
    }

    fn symbol(&mut self, span: Span, word: &str) {
        self.word_start = self.folded.text.len();
        self.folded.text.push_str(word);
        self.push(span);
    }

    fn push(&mut self, span: Span) {
        self.folded.tokens.push(Token {
            folded_start: self.word_start,
            folded_end: self.folded.text.len(),
            span,
            sentence: self.sentence,
            quoted: false,
        });
        self.word_start = self.folded.text.len();
    }

    fn quote(&mut self) {
        if let Some(from) = self.open_quote.take() {
            for token in &mut self.folded.tokens[from..] {
                token.quoted = true;
            }
        } else {
            self.open_quote = Some(self.folded.tokens.len());
        }
    }
}

fn role(character: char) -> Role {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Role::Letter,
        ' ' | '\t' | '\r' => Role::Gap,
        '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '′' | '＇' => Role::Apostrophe,
        '.' | ',' | ':' => Role::InNumber(character),
        '?' | '？' | '؟' | '⸮' => Role::Mark("?"),
        '!' | '！' | '¡' => Role::Mark("!"),
        '&' | '＆' => Role::Mark("and"),
        '£' | '￡' => Role::Mark("£"),
        '€' => Role::Mark("€"),
        '$' => Role::Mark("$"),
        '%' => Role::Mark("%"),
        '+' => Role::Mark("+"),
        '"' | '“' | '”' | '„' | '«' | '»' | '＂' => Role::Quote,
        '\n' | ';' | '…' | '।' | '۔' | '。' => Role::Break,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0000}'..='\u{e01ef}' => Role::Ignored,
        _ if character.is_alphanumeric() || is_combining_mark(character) => Role::Letter,
        '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => Role::Picture,
        _ => Role::Gap,
    }
}

/// Pushes the letters that a character is compared by: compatibility forms decomposed, case and
/// accents dropped, and the Arabic letters that Urdu and Arabic keyboards spell differently unified.
fn fold_into(character: char, text: &mut String) {
    if character.is_ascii() {
        text.push(character.to_ascii_lowercase());
        return;
    }
    for part in std::iter::once(character)
        .nfkd()
        .flat_map(char::to_lowercase)
    {
        match part {
            '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{655}' => {}
            'ł' => text.push('l'),
            'ø' => text.push('o'),
            'đ' => text.push('d'),
            'ß' => text.push_str("ss"),
            'ي' | 'ى' => text.push('ی'),
            'ك' => text.push('ک'),
            'ة' | 'ه' => text.push('ہ'),
            _ => text.push(part),
        }
    }
}

/// Folds letters as texts are folded and leaves every other mark as it is.
pub(super) fn letters(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for character in line.chars() {
        match role(character) {
            Role::Ignored => {}
            Role::Letter => fold_into(character, &mut text),
            Role::Apostrophe => text.push('\''),
            _ => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let folded = Folded::new(text);
        folded
            .tokens
            .iter()
            .map(|token| folded.word(token).to_owned())
            .collect()
    }

    #[test]
    fn words_are_folded() {
        let cases: &[(&str, &[&str])] = &[
            ("Can ANYONE help?", &["can", "anyone", "help", "?"]),
            (
                "can’t do £1.12, or 4,200",
                &["can't", "do", "£", "1.12", "or", "4200"],
            ),
            ("he\u{200b}lp\u{202e} me", &["help", "me"]),
            ("proszę o pomoc, Łódź", &["prosze", "o", "pomoc", "lodz"]),
            ("ｈｅｌｐ 𝐡𝐞𝐥𝐩", &["help", "help"]),
            ("milk & bread 🙏", &["milk", "and", "bread", "🙏"]),
            ("at 8.30.Then 8:30", &["at", "8.30", "then", "8:30"]),
            ("'quoted' mums'", &["quoted", "mums"]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), *expected, "{text}");
        }
    }

    #[test]
    fn spans_are_of_the_original() {
        let text = "Łódź he\u{200b}lp";
        let folded = Folded::new(text);
        let found: Vec<&str> = folded
            .tokens
            .iter()
            .map(|t| &text[t.span.start..t.span.end])
            .collect();
        assert_eq!(found, ["Łódź", "he\u{200b}lp"]);
    }

    #[test]
    fn sentences_and_quotations_are_known() {
        let folded = Folded::new("He said \"go away\". Then? Left");
        let sentences: Vec<u32> = folded.tokens.iter().map(|t| t.sentence).collect();
        assert_eq!(sentences, [0, 0, 0, 0, 1, 1, 2]);
        let quoted: Vec<bool> = folded.tokens.iter().map(|t| t.quoted).collect();
        assert_eq!(quoted, [false, false, true, true, false, false, false]);
    }
}
