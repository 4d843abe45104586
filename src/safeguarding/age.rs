//! Whether somebody says in so many words that they are under 18: then numbers for children come first.

/// From this age on somebody is an adult.
const ADULT: u8 = 18;
/// Nobody younger writes.
const YOUNGEST: u8 = 5;
/// Ages as words, from `YOUNGEST` on.
const WORDS: [&str; 13] = [
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
];
/// What may stand between "I am" and an age.
const BETWEEN: [&str; 4] = ["only", "just", "nearly", "a"];
/// What is counted in place of years.
const NO_YEARS: [&str; 20] = [
    "weeks", "week", "months", "month", "days", "day", "hours", "hour", "minutes", "mins", "miles",
    "mile", "stone", "st", "of", "percent", "pounds", "quid", "floors", "doors",
];

/// Whether the writer of these words says that they are under 18.
pub fn is_under_18(text: &str) -> bool {
    let lower = text.to_lowercase().replace(['\'', '’'], "");
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    (0..words.len()).any(|at| {
        let after = match (words[at], words.get(at + 1)) {
            ("im" | "iam", _) => at + 1,
            ("i", Some(&"am")) => at + 2,
            _ => return false,
        };
        let rest = &words[after..];
        let skipped = rest
            .iter()
            .take_while(|word| BETWEEN.contains(word))
            .count();
        let counts = |next: Option<&&str>| next.is_none_or(|next| !NO_YEARS.contains(next));
        rest.get(skipped).is_some_and(|word| is_age(word)) && counts(rest.get(skipped + 1))
    })
}

fn is_age(word: &str) -> bool {
    let digits = word.strip_suffix("yo").unwrap_or(word);
    let age = digits.parse::<u8>();
    age.is_ok_and(|age| (YOUNGEST..ADULT).contains(&age)) || WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::is_under_18;

    #[test]
    fn who_says_so_is_under_18() {
        for text in [
            "I'm 14 and I want to die",
            "i am only fifteen",
            "I’m just 9, please help",
            "im 16yo and scared of my dad",
            "help, I am 17 years old",
        ] {
            assert!(is_under_18(text), "{text}");
        }
    }

    #[test]
    fn all_others_are_not() {
        for text in [
            "",
            "I'm 18",
            "I am 45",
            "My son is 14",
            "I'm 14 weeks pregnant",
            "I am 6 miles away",
            "I'm at number 12",
            "I'm one of 10",
        ] {
            assert!(!is_under_18(text), "{text}");
        }
    }
}
