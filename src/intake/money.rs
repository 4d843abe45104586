//! Sums of money in a text.

use super::fold::Folded;

/// The largest sum of money that a text names, in whole pounds, rounded up; none where it names none.
pub fn largest_sum(text: &str) -> Option<u32> {
    let folded = Folded::new(text);
    let words: Vec<&str> = folded
        .tokens
        .iter()
        .map(|token| folded.word(token))
        .collect();
    let sums = words
        .iter()
        .enumerate()
        .filter_map(|(at, word)| match *word {
            "£" => words.get(at + 1).and_then(|next| pounds(next)),
            "fiver" => Some(5),
            "tenner" => Some(10),
            "quid" | "pound" | "pounds" | "gbp" => {
                let before = at.checked_sub(1).map(|before| words[before])?;
                pounds(before).or_else(|| in_words(before))
            }
            "grand" => at.checked_sub(1).and_then(|before| {
                let thousands = pounds(words[before]).or_else(|| in_words(words[before]))?;
                thousands.checked_mul(1000)
            }),
            // Some write the sign behind, or in one piece with the number.
            glued => glued
                .strip_prefix('£')
                .or_else(|| glued.strip_suffix('£'))
                .and_then(pounds),
        });
    sums.max()
}

/// A number in digits, such as `40`, `1200`, `12.50` or `2k`.
fn pounds(word: &str) -> Option<u32> {
    let (digits, times) = match word.strip_suffix('k') {
        Some(digits) => (digits, 1000.0),
        None => (word, 1.0),
    };
    let is_number = digits.starts_with(|first: char| first.is_ascii_digit());
    let value: f64 = digits.parse().ok().filter(|_| is_number)?;
    let value = (value * times).ceil();
    // Beyond any sum that neighbours speak of it is no sum but some other number.
    (value <= f64::from(u16::MAX)).then(|| format!("{value}").parse().ok())?
}

fn in_words(word: &str) -> Option<u32> {
    const WORDS: [(&str, u32); 14] = [
        ("five", 5),
        ("ten", 10),
        ("fifteen", 15),
        ("twenty", 20),
        ("thirty", 30),
        ("forty", 40),
        ("fifty", 50),
        ("sixty", 60),
        ("seventy", 70),
        ("eighty", 80),
        ("ninety", 90),
        ("hundred", 100),
        ("hundreds", 200),
        ("thousand", 1000),
    ];
    WORDS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_as_people_write_them() {
        let told = [
            ("Could someone get £300 out for my nan", Some(300)),
            ("about 40 quid of shopping, I'll pay cash", Some(40)),
            ("it's £12.50 or maybe a tenner", Some(13)),
            ("my brother owes me £1,200", Some(1200)),
            ("draw out fifty pounds from my pension", Some(50)),
            ("they want £2k by Friday", Some(2000)),
            ("two bags and 40 eggs please, number 300", None),
            ("a pound of carrots", None),
            ("my number is £99999999999999999999", None),
            ("", None),
        ];
        for (text, expected) in told {
            assert_eq!(largest_sum(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[£0-9k. a-z]{0,40}") {
            let _ = largest_sum(&text);
        }
    }
}
