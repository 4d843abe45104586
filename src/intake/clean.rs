//! A text without what identifies somebody in it: numbers, addresses, the inward half of a postcode. A name in running words can't
//! be told from others and stays, which is why free text is shown to few.

use super::fold::Folded;
use super::{particulars, postcode};
use crate::domain::particulars::Secret;

/// What stands where something was taken out.
const GAP: &str = "[…]";

/// The text without what identifies somebody, every occurrence of it, except these. A postcode is part of an address.
pub fn cleaned(text: &str, keeps: &[Secret]) -> String {
    let found = particulars::sensitive(text);
    let taken = found
        .iter()
        .filter(|sensitive| !keeps.contains(&sensitive.secret))
        .map(|sensitive| (sensitive.span, GAP.to_owned()));
    let mut taken: Vec<_> = taken.collect();
    if !keeps.contains(&Secret::Address) {
        let full = postcode::find_all(text, &Folded::new(text));
        taken.extend(full.into_iter().filter_map(|found| {
            let (outward, _) = found.code.split_once(' ')?;
            Some((found.span, outward.to_owned()))
        }));
    }
    taken.sort_by_key(|(span, _)| span.start);
    let (mut clean, mut at) = (String::with_capacity(text.len()), 0);
    for (span, instead) in taken {
        // What lies within something taken out is out already.
        if span.start >= at {
            clean.push_str(&text[at..span.start]);
            clean.push_str(&instead);
            at = span.end;
        }
    }
    clean.push_str(&text[at..]);
    clean
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_identifies_somebody_is_taken_out_wherever_it_stands() {
        let text = "Flat 2, 12 Mill Street ME7 1AB, ring 07700 900123 or 07700 900124. PIN is 4821. me71ab!";
        assert_eq!(
            cleaned(text, &[]),
            "[…] ME7, ring […] or […]. PIN is […]. ME7!"
        );
        assert_eq!(
            cleaned(text, &[Secret::Phone, Secret::Address]),
            "Flat 2, 12 Mill Street ME7 1AB, ring 07700 900123 or 07700 900124. PIN is […]. me71ab!"
        );
    }

    #[test]
    fn ordinary_words_stay() {
        let text = "milk and bread for 3, before six, near the church";
        assert_eq!(cleaned(text, &[]), text);
    }

    proptest! {
        #[test]
        fn any_text_is_cleaned(text in "\\PC{0,80}") {
            let _ = cleaned(&text, &[]);
        }

        #[test]
        fn a_planted_number_never_stays(before in "[a-z ,.]{0,20}", after in "[a-z ,.]{0,20}") {
            let text = format!("{before} 07700 900123 {after}");
            prop_assert!(!cleaned(&text, &[]).contains("900123"));
        }
    }
}
