//! The worst words, plainly: what decides where reading itself has failed. It knows nothing of the reader, so that no
//! fault there can be one here; it finds less, and what it finds is not weighed.

use crate::domain::reading::Signal;

/// Words that are taken for what they say, in lower case without marks. Each stands between other words or alone.
const WORST: [(Signal, &[&str]); 5] = [
    (
        Signal::SelfHarm,
        &[
            "suicide",
            "suicidal",
            "kill myself",
            "killing myself",
            "end my life",
            "ending my life",
            "take my own life",
            "want to die",
            "wanna die",
            "better off dead",
            "dont want to live",
            "dont want to be alive",
            "no reason to live",
            "self harm",
            "hurt myself",
            "cut myself",
            "hang myself",
            "overdose",
            "goodbye forever",
        ],
    ),
    (
        Signal::Abuse,
        &[
            "hits me",
            "hit me",
            "beats me",
            "beat me",
            "beating me",
            "hurts me",
            "raped me",
            "rapes me",
            "strangled me",
            "threatened to kill me",
            "going to kill me",
            "gonna kill me",
            "wont let me leave",
            "wont let me out",
            "locked me in",
            "scared of my husband",
            "scared of my wife",
            "scared of my partner",
            "afraid of my husband",
            "afraid of my partner",
        ],
    ),
    (
        Signal::Child,
        &[
            "child is being hurt",
            "child being hurt",
            "hurting the child",
            "hurting her child",
            "hurting his child",
            "hits the kids",
            "hits his kids",
            "hits her kids",
            "child abuse",
            "touches me",
            "child left alone",
            "kids left alone",
        ],
    ),
    (
        Signal::Medical,
        &[
            "not breathing",
            "cant breathe",
            "stopped breathing",
            "heart attack",
            "having a stroke",
            "unconscious",
            "wont wake up",
            "bleeding badly",
            "collapsed",
            "having a seizure",
        ],
    ),
    (
        Signal::Hazard,
        &[
            "house is on fire",
            "house on fire",
            "flat is on fire",
            "flat on fire",
            "smell gas",
            "smell of gas",
            "gas leak",
            "carbon monoxide",
            "trapped in",
        ],
    ),
];
/// The longest text that is looked at, in characters: this must never be slow.
const LONGEST: usize = 10_000;

/// The signs of danger that a text has in so many words, each once.
pub fn plain_signs(text: &str) -> Vec<Signal> {
    let words = words(text);
    WORST
        .iter()
        .filter(|(_, phrases)| phrases.iter().any(|phrase| says(&words, phrase)))
        .map(|(signal, _)| *signal)
        .collect()
}

/// The words in lower case, each between two spaces.
fn words(text: &str) -> String {
    let mut words = String::from(" ");
    for character in text.chars().take(LONGEST) {
        if matches!(
            character,
            '\'' | '’' | '‘' | '`' | '\u{ad}' | '\u{200b}'..='\u{200d}'
        ) {
            continue;
        }
        if character.is_alphanumeric() {
            words.extend(character.to_lowercase());
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
    }
    words.push(' ');
    words
}

fn says(words: &str, phrase: &str) -> bool {
    words
        .match_indices(phrase)
        .any(|(at, _)| words[..at].ends_with(' ') && words[at + phrase.len()..].starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reading::Reading;
    use crate::safeguarding::{Contacts, assess};

    #[test]
    fn the_worst_words_are_found_however_they_are_written() {
        for (text, signal) in [
            ("I want to END my life", Signal::SelfHarm),
            ("I don’t want to live", Signal::SelfHarm),
            ("suicide.", Signal::SelfHarm),
            ("help… he hits me!!", Signal::Abuse),
            ("My mum can't breathe", Signal::Medical),
            ("there's a smell\u{200b} of gas", Signal::Hazard),
            ("I think it is child-abuse", Signal::Child),
        ] {
            assert_eq!(plain_signs(text), [signal], "{text}");
        }
    }

    #[test]
    fn other_words_are_left_alone() {
        for text in [
            "",
            "   ",
            "Does anyone have a ladder?",
            "white hits meadow",
            "suicidesquad tickets",
            "\u{0}\u{202e}",
        ] {
            assert!(plain_signs(text).is_empty(), "{text}");
        }
        assert!(plain_signs(&"a ".repeat(100_000)).is_empty());
    }

    #[test]
    fn each_sign_that_it_knows_brings_numbers() {
        let contacts = Contacts::embedded();
        for (signal, _) in WORST {
            let reading = Reading {
                signals: vec![signal],
                ..Reading::nothing()
            };
            let assessment = assess(&reading, &contacts);
            assert!(
                assessment.danger && !assessment.numbers.is_empty(),
                "{signal}"
            );
        }
    }
}
