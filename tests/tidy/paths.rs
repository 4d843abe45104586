//! The paths inside the crate that a file names, as they are from its root.

use std::collections::HashSet;

use crate::lexer::{Kind, Token, tokens};
use crate::tree::Source;

/// A path that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// From the root of the crate.
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
}

/// The module that a file of the library is; none for other files.
pub(crate) fn module(path: &str) -> Option<Vec<String>> {
    let inner = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let mut module: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if matches!(
        module.last().map(String::as_str),
        Some("mod" | "lib" | "main")
    ) {
        module.pop();
    }
    Some(module)
}

/// The files that are compiled for tests only: those that a `#[cfg(test)] mod …;` names, and all beneath them.
pub(crate) fn test_files(tree: &[Source]) -> HashSet<String> {
    let mut modules = HashSet::new();
    for source in tree.iter().filter(|source| source.is_rust()) {
        let Some(module) = module(&source.path) else {
            continue;
        };
        for declared in tokens(&source.text).windows(3) {
            if let [keyword, name, end] = declared
                && keyword.test
                && keyword.is("mod")
                && end.is(";")
                && let Some(name) = name.word()
            {
                let mut inner = module.clone();
                inner.push(name.to_owned());
                modules.insert(inner);
            }
        }
    }
    let beneath =
        |module: &[String]| (1..=module.len()).any(|length| modules.contains(&module[..length]));
    tree.iter()
        .filter(|source| module(&source.path).is_some_and(|module| beneath(&module)))
        .map(|source| source.path.clone())
        .collect()
}

/// Every path that begins with `crate`, `self` or `super` outside tests, in imports as well as in code.
pub(crate) fn named(source: &Source) -> Vec<Named> {
    let Some(module) = module(&source.path) else {
        return Vec::new();
    };
    let tokens = tokens(&source.text);
    let mut walk = Walk {
        tokens: &tokens,
        found: Vec::new(),
    };
    let mut inner: Vec<(String, usize)> = Vec::new();
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is("{") {
            depth += 1;
            if let Some(name) = declared_here(&tokens, at) {
                inner.push((name, depth));
            }
        } else if token.is("}") {
            if inner.last().is_some_and(|(_, opened)| *opened == depth) {
                inner.pop();
            }
            depth = depth.saturating_sub(1);
        } else if !token.test && begins_path(&tokens, at) {
            let mut here = module.clone();
            here.extend(inner.iter().map(|(name, _)| name.clone()));
            walk.path(at, here);
        }
    }
    walk.found
}

/// The name of the inline module that this bracket opens.
fn declared_here(tokens: &[Token], open: usize) -> Option<String> {
    let name = tokens.get(open.checked_sub(1)?)?.word()?;
    let keyword = tokens.get(open.checked_sub(2)?)?;
    keyword.is("mod").then(|| name.to_owned())
}

fn begins_path(tokens: &[Token], at: usize) -> bool {
    let root = ["crate", "self", "super"]
        .iter()
        .any(|word| tokens[at].is(word));
    let continues = tokens.get(at + 1).is_some_and(|next| next.is("::"));
    let fresh = at
        .checked_sub(1)
        .is_none_or(|before| !tokens[before].is("::"));
    // `pub(in crate::…)` opens a door to others and imports nothing.
    let visibility = at
        .checked_sub(1)
        .is_some_and(|before| tokens[before].is("in"));
    root && continues && fresh && !visibility
}

struct Walk<'t> {
    tokens: &'t [Token],
    found: Vec<Named>,
}

impl Walk<'_> {
    /// Follows one path, and every branch where it has a group. Gives back the token behind it.
    fn path(&mut self, start: usize, from: Vec<String>) -> usize {
        let mut path = from;
        let mut at = start;
        let mut first = true;
        while let Some(token) = self.tokens.get(at) {
            match &token.kind {
                Kind::Word(word) => match word.as_str() {
                    "crate" => path.clear(),
                    "super" => {
                        path.pop();
                    }
                    "self" if first => {}
                    _ => path.push(word.clone()),
                },
                Kind::Sign("{") => return self.group(at + 1, &path),
                _ => break,
            }
            first = false;
            at += 1;
            if self.tokens.get(at).is_some_and(|next| next.is("::")) {
                at += 1;
            } else {
                break;
            }
        }
        let line = self.tokens[start].first_line;
        self.found.push(Named { path, line });
        at
    }

    fn group(&mut self, start: usize, base: &[String]) -> usize {
        let mut at = start;
        while let Some(token) = self.tokens.get(at) {
            if token.is("}") {
                return at + 1;
            }
            let branch = token.word().is_some() || token.is("{");
            // `as name` gives another name to what was just found.
            let alias = at > start && self.tokens[at - 1].is("as") || token.is("as");
            at = if branch && !alias {
                self.path(at, base.to_vec()).max(at + 1)
            } else {
                at + 1
            };
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(path: &str, text: &str) -> Vec<String> {
        named(&Source::new(path, text))
            .into_iter()
            .map(|named| named.path.join("::"))
            .collect()
    }

    #[test]
    fn imports_are_followed_into_their_groups() {
        let text = "use crate::{store::{self, Store as Rows}, domain::case::*, flow};";
        assert_eq!(
            paths("src/web/mod.rs", text),
            ["store", "store::Store", "domain::case", "flow"]
        );
    }

    #[test]
    fn paths_in_code_are_found_and_comments_are_not() {
        let text = "// crate::flow\nfn f() -> crate::domain::Id { \"crate::store\"; $crate::chat::go::<u8>() }";
        assert_eq!(paths("src/sim/mod.rs", text), ["domain::Id", "chat::go"]);
    }

    #[test]
    fn super_climbs_out_of_inline_modules_and_files() {
        let text =
            "use super::super::discord::X; mod inner { use super::super::call; } use self::own::Y;";
        assert_eq!(
            paths("src/chat/telegram/poll.rs", text),
            [
                "chat::discord::X",
                "chat::telegram::call",
                "chat::telegram::poll::own::Y"
            ]
        );
    }

    #[test]
    fn what_is_for_tests_is_left_out() {
        let text = "#[cfg(test)] mod tests { use crate::store::Store; }";
        assert!(paths("src/domain/case.rs", text).is_empty());
        let tree = [
            Source::new("src/reply/mod.rs", "#[cfg(test)]\nmod tests;\nmod html;"),
            Source::new("src/reply/tests/samples.rs", ""),
            Source::new("src/reply/html.rs", ""),
        ];
        let files = test_files(&tree);
        assert!(files.contains("src/reply/tests/samples.rs") && files.len() == 1);
    }
}
