//! Which module may import which, and which library is named where.

use std::collections::HashSet;

use crate::lexer::{Token, tokens};
use crate::paths::{module, named, test_files};
use crate::tree::{Finding, Source};

/// What each module may import of ours besides itself; see docs/architecture.md. None: anything.
const TABLE: [(&str, Option<&[&str]>); 15] = [
    ("domain", Some(&[])),
    ("intake", Some(&["domain"])),
    ("safeguarding", Some(&["domain"])),
    ("reply", Some(&["domain"])),
    ("triage", Some(&["domain", "intake", "safeguarding"])),
    ("store", Some(&["domain"])),
    ("chat", Some(&["domain", "reply"])),
    ("hub", Some(&["domain", "reply"])),
    (
        "flow",
        Some(&[
            "domain",
            "intake",
            "safeguarding",
            "reply",
            "triage",
            "store",
            "chat",
            "hub",
        ]),
    ),
    ("web", Some(&["domain", "reply", "store", "flow"])),
    ("sim", Some(&["domain"])),
    ("config", Some(&["domain"])),
    ("boot", None),
    ("cli", None),
    ("demo", None),
];

/// Modules inside one folder that know nothing of each other.
const STRANGERS: [(&str, &str); 4] = [
    ("chat::telegram", "chat::discord"),
    ("chat::discord", "chat::telegram"),
    ("sim::telegram", "sim::discord"),
    ("sim::discord", "sim::telegram"),
];

/// Libraries that are named below one folder only.
const ROOMS: [(&str, &str); 5] = [
    ("teloxide", "src/chat/telegram"),
    ("serenity", "src/chat/discord"),
    ("twilight_gateway", "src/chat/discord"),
    ("twilight_model", "src/chat/discord"),
    ("sqlx", "src/store"),
];

/// Where the environment is read.
const ENVIRONMENT: &str = "src/config";

/// Imports against the table.
pub(crate) fn modules(tree: &[Source]) -> Vec<Finding> {
    let tests = test_files(tree);
    let mut findings = Vec::new();
    for source in library(tree, &tests) {
        let Some(own) = module(&source.path) else {
            continue;
        };
        // The root of the library only lists its modules; main begins the program.
        let Some(top) = own.first() else { continue };
        let Some((_, allowed)) = TABLE.iter().find(|(name, _)| name == top) else {
            findings.push(source.finding(
                1,
                format!("`{top}` is not in the table of tests/tidy/arrows.rs; give it its arrows there and in docs/architecture.md"),
            ));
            continue;
        };
        for named in named(source) {
            if let Some(why) = refusal(&own, &named.path, *allowed) {
                findings.push(source.finding(named.line, why));
            }
        }
    }
    findings
}

fn library<'t>(tree: &'t [Source], tests: &HashSet<String>) -> impl Iterator<Item = &'t Source> {
    tree.iter().filter(move |source| {
        source.is_rust() && source.is_under("src") && !tests.contains(&source.path)
    })
}

fn refusal(own: &[String], path: &[String], allowed: Option<&[&str]>) -> Option<String> {
    let (top, target) = (own.first()?, path.first()?);
    let joined = path.join("::");
    if top == target {
        let within = |path: &[String], name: &str| {
            name.split("::").eq(path.iter().take(2).map(String::as_str))
        };
        return STRANGERS
            .iter()
            .find(|(from, to)| within(own, from) && within(path, to))
            .map(|(from, to)| {
                format!("`{from}` names `{joined}`; {to} is a stranger to it: move what both need up to `{top}`")
            });
    }
    let known = TABLE.iter().any(|(name, _)| name == target);
    let fine = allowed.is_none_or(|allowed| allowed.contains(&target.as_str()));
    (known && !fine).then(|| {
        let allowed = allowed.unwrap_or_default();
        let expected = if allowed.is_empty() {
            "nothing of ours".to_owned()
        } else {
            format!("only {}", allowed.join(", "))
        };
        format!("`{top}` names `{joined}`; it may import {expected}: turn the arrow round, or pass a plain value in")
    })
}

/// Libraries and the environment outside their rooms.
pub(crate) fn rooms(tree: &[Source]) -> Vec<Finding> {
    let tests = test_files(tree);
    let mut findings = Vec::new();
    for source in library(tree, &tests) {
        let tokens = tokens(&source.text);
        for (at, token) in tokens.iter().enumerate().filter(|(_, token)| !token.test) {
            for (library, room) in ROOMS {
                if names_library(&tokens, at, library) && !source.is_under(room) {
                    findings.push(source.finding(
                        token.first_line,
                        format!("`{library}` is named outside {room}; let that folder do it and hand over a type of domain"),
                    ));
                }
            }
            if reads_environment(&tokens[at..]) && !source.is_under(ENVIRONMENT) {
                findings.push(source.finding(
                    token.first_line,
                    format!("the environment is read outside {ENVIRONMENT}; read it there and pass the value on"),
                ));
            }
        }
    }
    findings
}

fn names_library(tokens: &[Token], at: usize, library: &str) -> bool {
    let before = |text: &str| at.checked_sub(1).is_some_and(|at| tokens[at].is(text));
    let path = tokens.get(at + 1).is_some_and(|next| next.is("::"));
    tokens[at].is(library) && (before("use") || (path && !before("::")))
}

fn reads_environment(tokens: &[Token]) -> bool {
    let read = ["var", "var_os", "vars", "vars_os"];
    matches!(tokens, [env, colons, name, ..]
        if env.is("env") && colons.is("::") && read.iter().any(|word| name.is(word)))
        || matches!(tokens, [env, colons, open, ..]
        if env.is("env") && colons.is("::") && open.is("{"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::one;

    fn refused(path: &str, text: &str) -> bool {
        let tree = one(path, text);
        !modules(&tree).is_empty() || !rooms(&tree).is_empty()
    }

    #[test]
    fn an_arrow_against_the_table_is_found() {
        let found = modules(&one(
            "src/domain/case.rs",
            "//! x\nuse crate::store::Store;",
        ));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 2);
        assert!(found[0].what.contains("nothing of ours"), "{}", found[0]);
        for (path, text) in [
            ("src/intake/mod.rs", "use crate::{domain::x, triage::y};"),
            ("src/triage/mod.rs", "use crate::reply::render;"),
            ("src/store/mod.rs", "fn f() { crate::reply::render() }"),
            ("src/chat/mod.rs", "use super::store::Store;"),
            ("src/web/mod.rs", "use crate::triage::Desk;"),
            ("src/sim/mod.rs", "use crate::chat::Task;"),
            ("src/flow/mod.rs", "use crate::web;"),
            ("src/nowhere/mod.rs", "use crate::domain::x;"),
            (
                "src/chat/telegram/poll.rs",
                "use super::super::discord::rest;",
            ),
            (
                "src/sim/discord/rest.rs",
                "use crate::sim::telegram::world;",
            ),
        ] {
            assert!(
                refused(path, text),
                "expected `{text}` in {path} to be refused"
            );
        }
    }

    #[test]
    fn arrows_of_the_table_pass() {
        for (path, text) in [
            (
                "src/triage/mod.rs",
                "use crate::{domain::x, intake::Reader, safeguarding::Prompts};",
            ),
            (
                "src/chat/discord/rest.rs",
                "use super::super::Task; use crate::reply::render;",
            ),
            (
                "src/boot.rs",
                "use crate::{flow, sim, web, chat::telegram};",
            ),
            ("src/cli/read.rs", "use crate::intake::jsonl;"),
            (
                "src/domain/case.rs",
                "#[cfg(test)] mod tests { use crate::intake::Reader; }",
            ),
        ] {
            assert!(!refused(path, text), "expected `{text}` in {path} to pass");
        }
    }

    #[test]
    fn a_library_outside_its_room_is_found() {
        for (path, text) in [
            ("src/chat/mod.rs", "use teloxide::Bot;"),
            ("src/chat/telegram/call.rs", "fn f(x: serenity::Error) {}"),
            ("src/flow/mod.rs", "use twilight_gateway as gateway;"),
            (
                "src/boot.rs",
                "let pool = sqlx::any::AnyPool::connect(url);",
            ),
            ("src/boot.rs", "let token = std::env::var(\"TOKEN\");"),
            ("src/cli/run.rs", "use std::env::{var};"),
        ] {
            assert!(
                refused(path, text),
                "expected `{text}` in {path} to be refused"
            );
        }
        for (path, text) in [
            ("src/chat/discord/rest.rs", "use serenity::http::Route;"),
            ("src/store/row.rs", "use sqlx::AnyPool;"),
            ("src/config/mod.rs", "let token = std::env::var(\"TOKEN\");"),
            (
                "src/boot.rs",
                "let version = env!(\"CARGO_PKG_VERSION\"); std::env::current_dir();",
            ),
        ] {
            assert!(!refused(path, text), "expected `{text}` in {path} to pass");
        }
    }
}
