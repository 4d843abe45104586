//! Rust text as tokens: enough to tell code from comments, strings and what is compiled for tests only.

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// The lines it stands on, from 1.
    pub(crate) first_line: usize,
    pub(crate) last_line: usize,
    /// Whether it belongs to an item under `#[cfg(test)]`.
    pub(crate) test: bool,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word: an identifier or a keyword.
    Word(String),
    /// A sign; `::` is one.
    Sign(&'static str),
    /// A string, a character, a number or a lifetime. What it holds is no code.
    Literal,
}

impl Token {
    pub(crate) fn is(&self, text: &str) -> bool {
        match &self.kind {
            Kind::Word(word) => word == text,
            Kind::Sign(sign) => *sign == text,
            Kind::Literal => false,
        }
    }

    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// The tokens of a file, those for tests marked.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        rest: text,
        line: 1,
        tokens: Vec::new(),
    };
    lexer.run();
    mark_tests(&mut lexer.tokens);
    lexer.tokens
}

struct Lexer<'t> {
    rest: &'t str,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(next) = self.rest.chars().next() {
            if next.is_whitespace() {
                self.skip(next.len_utf8());
            } else if self.rest.starts_with("//") {
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                self.skip(block_comment(self.rest));
            } else if let Some(length) = string(self.rest) {
                self.push(Kind::Literal, length);
            } else if next == '\'' {
                self.push(Kind::Literal, character_or_lifetime(self.rest));
            } else if next.is_ascii_digit() {
                let length = length_while(self.rest, |c| c.is_alphanumeric() || c == '_');
                self.push(Kind::Literal, length);
            } else if next.is_alphabetic() || next == '_' {
                self.word();
            } else {
                self.sign(next);
            }
        }
    }

    fn skip(&mut self, length: usize) {
        let (skipped, rest) = self.rest.split_at(length);
        self.line += skipped.matches('\n').count();
        self.rest = rest;
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let first_line = self.line;
        self.skip(length);
        self.tokens.push(Token {
            kind,
            first_line,
            last_line: self.line,
            test: false,
        });
    }

    fn word(&mut self) {
        if let Some(raw) = self.rest.strip_prefix("r#") {
            self.rest = raw;
        }
        let length = length_while(self.rest, |c| c.is_alphanumeric() || c == '_');
        let word = self.rest[..length].to_owned();
        self.push(Kind::Word(word), length.max(1));
    }

    fn sign(&mut self, next: char) {
        const SIGNS: [&str; 12] = ["::", "{", "}", "(", ")", "[", "]", ";", ",", "#", "!", "*"];
        let known = SIGNS
            .into_iter()
            .find(|sign| self.rest.starts_with(sign))
            .unwrap_or("");
        self.push(Kind::Sign(known), known.len().max(next.len_utf8()));
    }
}

fn length_while(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of a string literal of any sort; none where there is none.
fn string(text: &str) -> Option<usize> {
    if !text.starts_with(['"', 'b', 'c', 'r']) {
        return None;
    }
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        text.strip_prefix(prefix)
            .map(|rest| rest.trim_start_matches('#'))
            .is_some_and(|rest| rest.starts_with('"'))
            && (prefix.ends_with('r') || text[prefix.len()..].starts_with('"'))
    })?;
    let body = &text[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = length_while(body, |c| c == '#');
        let end = format!("\"{}", "#".repeat(hashes));
        let inner = &body[hashes + 1..];
        let length = inner.find(&end).map_or(inner.len(), |at| at + end.len());
        return Some(prefix.len() + hashes + 1 + length);
    }
    let mut escaped = false;
    for (at, sign) in body.char_indices().skip(1) {
        match sign {
            '"' if !escaped => return Some(prefix.len() + at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    Some(text.len())
}

fn character_or_lifetime(text: &str) -> usize {
    let mut signs = text.char_indices().skip(1);
    match signs.next() {
        Some((_, '\\')) => {
            let after = signs.next().map_or(text.len(), |(at, c)| at + c.len_utf8());
            text[after..]
                .find('\'')
                .map_or(text.len(), |at| after + at + 1)
        }
        Some((at, c)) => {
            let after = at + c.len_utf8();
            if text[after..].starts_with('\'') {
                after + 1
            } else {
                1 + length_while(&text[1..], |c| c.is_alphanumeric() || c == '_')
            }
        }
        None => 1,
    }
}

/// Marks every item under a `#[cfg(test)]`, the attribute included.
fn mark_tests(tokens: &mut [Token]) {
    let mut at = 0;
    while at < tokens.len() {
        let Some(after) = test_attribute(tokens, at) else {
            at += 1;
            continue;
        };
        let end = item_end(tokens, after);
        for token in &mut tokens[at..end] {
            token.test = true;
        }
        at = end;
    }
}

/// Where a `#[cfg(test)]` or `#[cfg(all(test, …))]` at this token ends.
fn test_attribute(tokens: &[Token], at: usize) -> Option<usize> {
    let opens = tokens.get(at)?.is("#") && tokens.get(at + 1)?.is("[");
    if !opens || !tokens.get(at + 2)?.is("cfg") {
        return None;
    }
    let end = group_end(tokens, at + 1);
    let inside = &tokens[at..end];
    let for_tests = inside.iter().any(|token| token.is("test"))
        && !inside
            .iter()
            .any(|token| token.is("not") || token.is("any"));
    for_tests.then_some(end)
}

fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    while tokens.get(at).is_some_and(|token| token.is("#")) {
        at = group_end(tokens, at + 1);
    }
    let import = tokens[at..]
        .iter()
        .take_while(|token| !token.is(";") && !token.is("{"))
        .any(|token| token.is("use"));
    while let Some(token) = tokens.get(at) {
        if token.is(";") {
            return at + 1;
        }
        if token.is("{") || token.is("(") || token.is("[") {
            let block = token.is("{") && !import;
            at = group_end(tokens, at);
            if block {
                return at;
            }
        } else {
            at += 1;
        }
    }
    tokens.len()
}

/// Behind the bracket that closes the one at this token.
fn group_end(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if ["{", "(", "["].iter().any(|sign| token.is(sign)) {
            depth += 1;
        } else if ["}", ")", "]"].iter().any(|sign| token.is(sign)) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + 1;
            }
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text)
            .iter()
            .filter_map(|token| token.word().map(str::to_owned))
            .collect()
    }

    #[test]
    fn comments_strings_and_characters_hold_no_code() {
        let text = r##"
            // line
            /* block /* nested */ still */
            let a = "text \" more"; let b = r#"raw " text"#; let c = b"bytes";
            let d = '"'; let e = '\''; fn f<'life>(x: &'life str) {}
        "##;
        assert_eq!(
            words(text),
            [
                "let", "a", "let", "b", "let", "c", "let", "d", "let", "e", "fn", "f", "x", "str"
            ]
        );
    }

    #[test]
    fn only_items_under_cfg_test_are_for_tests() {
        let text = "
            use one::{two};
            #[cfg(test)] use three::{four};
            fn five() {}
            #[cfg(test)] #[derive(Debug)] mod six { fn seven() {} }
            #[cfg(not(test))] fn eight() {}
            #[cfg(test)] mod nine;
            fn ten() {}
        ";
        let kept: Vec<_> = tokens(text)
            .into_iter()
            .filter(|token| !token.test)
            .filter_map(|token| token.word().map(str::to_owned))
            .collect();
        assert_eq!(
            kept,
            [
                "use", "one", "two", "fn", "five", "cfg", "not", "test", "fn", "eight", "fn", "ten"
            ]
        );
    }

    #[test]
    fn lines_are_counted_through_long_strings() {
        let found = tokens("a\n\"two\nlines\"\nb");
        let lines: Vec<_> = found
            .iter()
            .map(|token| (token.first_line, token.last_line))
            .collect();
        assert_eq!(lines, [(1, 1), (2, 3), (4, 4)]);
    }
}
