//! What texts must not hold: the telephone number of a real person, or a folder of one machine.

use std::collections::HashSet;

use crate::tree::{Finding, Source};

/// The helplines, with their numbers as people dial them.
const HELPLINES: &str = "src/safeguarding/contacts.toml";

/// Ranges that Ofcom keeps for drama (Telephone numbers for use in TV and radio drama programmes).
const INVENTED: [(&str, usize); 2] = [("07700900", 11), ("0207946", 11)];
/// The fourth and last block of the second range begins so: 020 7946 0000 to 0999.
const INVENTED_LONDON: &str = "02079460";

/// Numbers of ten digits in place of eleven begin so.
const SHORT: [&str; 3] = ["0500", "0800", "0845"];

/// Folders that exist on one machine only. Put together here, so that this file names none.
const MACHINE: [&str; 3] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
];
/// A folder beside the package, which nobody has who has the package.
const BESIDE: &str = concat!("shar", "ed/");

/// Telephone numbers that might be somebody's.
pub(crate) fn telephone_numbers(tree: &[Source]) -> Vec<Finding> {
    let helplines: HashSet<String> = tree
        .iter()
        .filter(|source| source.path == HELPLINES)
        .flat_map(|source| source.text.lines())
        .flat_map(numbers)
        .collect();
    let mut findings = Vec::new();
    for source in tree.iter().filter(|source| source.path != HELPLINES) {
        for (index, line) in source.text.lines().enumerate() {
            for number in numbers(line) {
                if !is_invented(&number) && !helplines.contains(&number) {
                    findings.push(source.finding(
                        index + 1,
                        format!(
                            "{number} may be somebody's; take one from 07700 900000 to 900999 or 020 7946 0000 to 0999, \
                             or list the helpline in {HELPLINES}"
                        ),
                    ));
                }
            }
        }
    }
    findings
}

fn is_invented(number: &str) -> bool {
    INVENTED
        .iter()
        .any(|(start, length)| number.starts_with(start) && number.len() == *length)
        && (!number.starts_with("020") || number.starts_with(INVENTED_LONDON))
}

/// What may be British telephone numbers in a line, as digits from the leading 0.
fn numbers(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = None;
    let mut at = 0;
    while let Some(sign) = line[at..].chars().next() {
        let rest = &line[at..];
        let fresh = before.is_none_or(|c: char| !c.is_alphanumeric() && !"_.-+".contains(c));
        let start = fresh.then(|| prefix(rest)).flatten();
        let run = start.map(|start| (start, digits(&rest[start..])));
        if let Some((start, (digits, length))) = run
            && is_number(&digits)
        {
            found.push(digits);
            at += start + length;
            before = Some('0');
        } else {
            at += sign.len_utf8();
            before = Some(sign);
        }
    }
    found
}

/// Where the digits behind the country's code or the leading 0 begin.
fn prefix(text: &str) -> Option<usize> {
    let international = ["+44", "0044"]
        .into_iter()
        .find(|code| text.starts_with(code));
    match international {
        Some(code) => {
            let rest = &text[code.len()..];
            let area = rest.trim_start_matches([' ', '-', '(', ')', '0']);
            Some(text.len() - area.len())
        }
        None => text.starts_with('0').then_some(1),
    }
}

/// The digits from here on with a 0 before them, and how much text they take. A letter at the end makes it no number.
fn digits(text: &str) -> (String, usize) {
    let mut digits = "0".to_owned();
    let (mut length, mut gap) = (0, 0);
    for (at, sign) in text.char_indices() {
        match sign {
            '0'..='9' => {
                digits.push(sign);
                length = at + 1;
                gap = 0;
            }
            ' ' | '-' | '(' | ')' if gap < 2 => gap += 1,
            'a'..='z' | 'A'..='Z' | '_' if gap == 0 => return (String::new(), 0),
            _ => break,
        }
    }
    (digits, length)
}

fn is_number(digits: &str) -> bool {
    let area = digits
        .chars()
        .nth(1)
        .is_some_and(|digit| "1235789".contains(digit));
    let length = digits.len() == 11
        || (digits.len() == 10 && SHORT.iter().any(|start| digits.starts_with(start)));
    area && length
}

/// Paths that mean nothing on another machine.
pub(crate) fn machine_paths(tree: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree {
        let beside =
            !source.is_under("tests") && !source.is_under(".ci") && !source.is_under("benches");
        for (index, line) in source.text.lines().enumerate() {
            let machine = MACHINE.iter().find(|path| has_path(line, path));
            let path = machine.or_else(|| (beside && has_path(line, BESIDE)).then_some(&BESIDE));
            if let Some(path) = path {
                findings.push(source.finding(
                    index + 1,
                    format!("`{path}` exists on one machine only; name a file of the package, or say it in words"),
                ));
            }
        }
    }
    findings
}

/// Whether a line holds the path, not as the tail of a longer name.
fn has_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !"_-.~}".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::one;

    #[test]
    fn a_number_that_may_be_somebodys_is_found() {
        // The last digit is put in here, so that this file has none.
        for number in [
            "07911 12345_",
            "+44 7911 12345_",
            "+44 (0)20 7123 456_",
            "0044 791112345_",
            "020-7946-100_",
        ] {
            let text = number.replace('_', "6");
            let tree = one("tests/a.rs", &format!("ring {text}."));
            assert_eq!(telephone_numbers(&tree).len(), 1, "{text}");
        }
    }

    #[test]
    fn invented_numbers_and_helplines_pass() {
        let text = "07700 900123, +447700900999, (020) 7946 0999, 0800 1111, 2026-01-02 03:04, 0.07071067811, \
                    a0791112345x, 1203456789012345678";
        assert_eq!(telephone_numbers(&one("docs/a.md", text)), []);
        let number = "0808 2000 24_".replace('_', "7");
        let help = [
            Source::new(HELPLINES, format!("how = \"{number}\"")),
            Source::new("docs/a.md", number),
        ];
        assert_eq!(telephone_numbers(&help), []);
        assert_eq!(telephone_numbers(&help[1..]).len(), 1);
    }

    #[test]
    fn a_folder_of_one_machine_is_found() {
        let machine = format!("see {}kith", MACHINE[0]);
        let beside = format!("see ../{BESIDE}data");
        assert_eq!(machine_paths(&one("tests/a.rs", &machine)).len(), 1);
        assert_eq!(machine_paths(&one("README.md", &beside)).len(), 1);
        assert!(machine_paths(&one("tests/a.rs", &beside)).is_empty());
        assert!(machine_paths(&one("docs/a.md", "frame/work/a, unshared/b")).is_empty());
    }
}
