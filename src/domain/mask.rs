//! Taking out of free text what must not be kept in it.

use super::particulars::{Secret, Sensitive};

/// The fewest letters and digits of something secret that are looked for elsewhere in the text: less is found in any text.
const LEAST: usize = 4;

/// The text with each letter and digit of these an x, wherever the same stands in it. As long as it was, byte for byte, so that
/// what was read in it still stands where it stood.
pub fn masked(text: &str, sensitive: &[Sensitive], out: impl Fn(Secret) -> bool) -> String {
    let mut hidden: Vec<(usize, usize)> = Vec::new();
    for found in sensitive.iter().filter(|found| out(found.secret)) {
        let (start, end) = (found.span.start, found.span.end);
        let Some(words) = text.get(start..end) else {
            continue;
        };
        hidden.push((start, end));
        if words
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .count()
            >= LEAST
        {
            let again = text.match_indices(words);
            hidden.extend(again.map(|(at, same)| (at, at + same.len())));
        }
    }
    let is_hidden = |at: usize| {
        hidden
            .iter()
            .any(|(start, end)| (*start..*end).contains(&at))
    };
    text.char_indices()
        .flat_map(|(at, letter)| {
            let hide = letter.is_alphanumeric() && is_hidden(at);
            let times = if hide { letter.len_utf8() } else { 1 };
            std::iter::repeat_n(if hide { 'x' } else { letter }, times)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reading::Span;

    fn found(text: &str, secret: Secret, words: &str) -> Sensitive {
        let start = text.find(words).unwrap();
        let end = start + words.len();
        Sensitive {
            secret,
            span: Span { start, end },
        }
    }

    #[test]
    fn every_occurrence_is_taken_out_and_nothing_moves() {
        let text = "my pin is 4821, I said 4821 – ring 07700 900123";
        let sensitive = [
            found(text, Secret::Pin, "4821"),
            found(text, Secret::Phone, "07700 900123"),
        ];
        let all = masked(text, &sensitive, |_| true);
        assert_eq!(all, "my pin is xxxx, I said xxxx – ring xxxxx xxxxxx");
        assert_eq!(all.len(), text.len());
        let pin = masked(text, &sensitive, |secret| secret == Secret::Pin);
        assert_eq!(pin, "my pin is xxxx, I said xxxx – ring 07700 900123");
    }

    #[test]
    fn letters_of_several_bytes_stay_as_long_as_they_were() {
        let text = "klucz pod doniczką";
        let sensitive = [found(text, Secret::Key, "pod doniczką")];
        let all = masked(text, &sensitive, |_| true);
        assert_eq!(all, "klucz xxx xxxxxxxxx");
        assert_eq!(all.len(), text.len());
    }

    #[test]
    fn a_span_that_is_not_of_the_text_hides_nothing() {
        let span = Span { start: 3, end: 99 };
        let secret = Secret::Pin;
        assert_eq!(
            masked("short", &[Sensitive { secret, span }], |_| true),
            "short"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_stays_as_long_as_it_was(text in "\\PC{0,60}", start in 0_usize..70, length in 0_usize..30) {
            let span = Span { start, end: start + length };
            let all = masked(&text, &[Sensitive { secret: Secret::Phone, span }], |_| true);
            proptest::prop_assert_eq!(all.len(), text.len());
        }
    }
}
