//! From a telling to its traces.

use super::Linkage;
use super::addresses::{self, spelled};
use super::words::{stem, stemmer};
use super::{ages, names};
use crate::domain::clock::Timestamp;
use crate::domain::particulars::Secret;
use crate::domain::reading::{Kind, Reading, Span};
use crate::domain::traces::{Hash, SenseTrace, Traces, WordTrace};
use crate::intake;

/// One telling, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub struct Told<'t> {
    /// Its words.
    pub text: &'t str,
    /// What intake understood of them.
    pub reading: &'t Reading,
    /// Its senses, as [`crate::intake::Reader::senses`] gives them.
    pub senses: &'t [u8],
    /// Who told it: platform and identifier there.
    pub author: Option<(&'t str, &'t str)>,
    /// The name that the platform shows of them.
    pub handle: Option<&'t str>,
    /// A phone number given beside the words.
    pub phone: Option<&'t str>,
    /// A postcode given beside the words.
    pub postcode: Option<&'t str>,
    /// When.
    pub at: Option<Timestamp>,
}

pub(super) fn traces(linkage: &Linkage, told: &Told<'_>) -> Traces {
    let hasher = &linkage.hasher;
    let reading = told.reading;
    let text_of = |span: Span| told.text.get(span.start..span.end).unwrap_or_default();
    let particulars = &reading.particulars;
    let mut contacts = Vec::new();
    for found in &particulars.sensitive {
        let words = text_of(found.span);
        match found.secret {
            Secret::Phone => contacts.push(hasher.hash("phone", &digits(words))),
            Secret::Email => contacts.push(hasher.hash("email", &words.to_lowercase())),
            _ => {}
        }
    }
    let phone = told.phone.map(digits).filter(|phone| phone.len() > 5);
    contacts.extend(phone.map(|phone| hasher.hash("phone", &phone)));
    let postcode = told
        .postcode
        .map(|code| code.trim().to_uppercase())
        .filter(|code| !code.is_empty())
        .or_else(|| reading.postcode.clone());
    let postcode_in_full = postcode.as_deref().and_then(full);
    let addresses = addresses::find(told.text, &particulars.places, postcode_in_full.as_deref());
    let hashes = |sort: &str, found: &[String]| {
        in_order(found.iter().map(|value| hasher.hash(sort, value)).collect())
    };
    let household = particulars.household.as_ref();
    let mut ages = household.map(|all| all.ages.clone()).unwrap_or_default();
    ages.extend(ages::ages(told.text));
    ages.sort_unstable();
    ages.dedup();
    Traces {
        author: told
            .author
            .map(|(platform, id)| hasher.hash("author", &format!("{platform}\n{id}"))),
        platform: told
            .author
            .map(|(platform, _)| hasher.hash("platform", platform)),
        for_self: (reading.kind == Kind::Request).then_some(!reading.on_behalf),
        handle: told
            .handle
            .map(spelled)
            .filter(|handle| handle.chars().count() > 2 && !linkage.given_names.has(handle))
            .map(|handle| hasher.hash("handle", &handle)),
        at: told.at,
        contacts: in_order(contacts),
        postcode: postcode_in_full.map(|code| hasher.hash("postcode", &code)),
        outcode: postcode
            .as_deref()
            .map(outward)
            .map(|code| hasher.hash("outcode", &code)),
        addresses: hashes("address", &addresses.houses),
        places: hashes("place", &addresses.places),
        names: in_order(names(linkage, told)),
        ages,
        people: household.and_then(|all| all.people),
        kind: Some(reading.kind),
        categories: reading.categories.clone(),
        language: reading.language,
        words: words(linkage, told),
        senses: told
            .senses
            .iter()
            .map(|number| SenseTrace(*number, linkage.rarity.of_sense(*number)))
            .collect(),
    }
}

fn words(linkage: &Linkage, told: &Told<'_>) -> Vec<WordTrace> {
    let stemmer = stemmer(told.reading.language);
    let mut found: Vec<WordTrace> = intake::words(told.text)
        .iter()
        .map(|(word, _)| {
            let stem = stem(stemmer.as_ref(), word);
            WordTrace::new(linkage.hasher.hash("word", &stem), linkage.rarity.of(&stem))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whom it names, and the writer, where it is their own need.
fn names(linkage: &Linkage, told: &Told<'_>) -> Vec<Hash> {
    let (reading, given) = (told.reading, &linkage.given_names);
    let own = told
        .handle
        .filter(|_| reading.kind == Kind::Request && !reading.on_behalf);
    names::names(
        (given, &linkage.rarity),
        told.text,
        &reading.particulars.places,
        reading.language,
    )
    .into_iter()
    .chain(
        own.into_iter()
            .flat_map(|handle| names::names_of_handle(given, handle)),
    )
    .map(|name| linkage.hasher.hash("name", &name))
    .collect()
}

fn in_order(mut hashes: Vec<Hash>) -> Vec<Hash> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The digits of a phone number, as dialled within the United Kingdom.
fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national = digits
        .strip_prefix("0044")
        .or_else(|| digits.strip_prefix("44").filter(|rest| rest.len() >= 9));
    match national {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        None => digits,
    }
}

/// A full postcode without its space.
fn full(code: &str) -> Option<String> {
    let code: String = code.split_whitespace().collect();
    (code.len() >= 5 && code.is_char_boundary(code.len() - 3)).then_some(code)
}

/// The outward half, of a full postcode or of an outcode that stands alone.
fn outward(code: &str) -> String {
    match code.split_once(' ') {
        Some((outward, _)) => outward.to_owned(),
        None => {
            full(code).map_or_else(|| code.to_owned(), |code| code[..code.len() - 3].to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::traces::Hasher;
    use crate::intake::Reader;

    fn of(text: &str) -> Traces {
        let reading = Reader::new().read(text);
        let linkage = Linkage::new(Hasher::new(b"test"));
        linkage.traces(&Told {
            text,
            reading: &reading,
            senses: &[],
            author: Some(("telegram", "1")),
            handle: None,
            phone: None,
            postcode: None,
            at: None,
        })
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for phone in ["07700 900123", "+44 7700 900 123", "0044 (0)7700-900123"] {
            assert_eq!(digits(phone), "07700900123", "{phone}");
        }
    }

    #[test]
    fn a_postcode_is_the_same_with_and_without_its_space() {
        assert_eq!(full("ME7 1AB"), full("ME71AB"));
        assert_eq!(outward("ME71AB"), "ME7");
        assert_eq!(outward("ME7"), "ME7");
        assert_eq!(full("ME7"), None);
    }

    #[test]
    fn names_are_told_from_the_first_word_of_a_sentence() {
        let one = of("Could somebody sit with Doris this afternoon? She is aged 84.");
        let other = of("Doris needs a sitter. I think that Doris would like company");
        assert_eq!(one.names.len(), 1);
        assert_eq!(one.names, other.names);
        assert_eq!(one.ages, [84]);
    }

    #[test]
    fn a_name_of_signs_is_no_name() {
        let reading = Reader::rules_alone().read("milk");
        let linkage = Linkage::new(Hasher::new(b"test"));
        let told = Told {
            text: "milk",
            reading: &reading,
            senses: &[],
            author: None,
            handle: Some("🙏🙏🙏"),
            phone: Some("n/a"),
            postcode: Some(" "),
            at: None,
        };
        let traces = linkage.traces(&told);
        assert_eq!(
            (traces.handle, traces.postcode, traces.outcode),
            (None, None, None)
        );
        assert!(traces.contacts.is_empty());
    }

    #[test]
    fn a_street_is_the_same_with_and_without_a_house_number() {
        let one = of("Shopping please for 14 Larkfield Rd, phone 07700 900123");
        let other = of("my neighbour on Larkfield Road needs shopping");
        assert_eq!(one.places, other.places);
        assert_eq!(one.places.len(), 1);
        assert_eq!((one.addresses.len(), other.addresses.len()), (1, 0));
        assert_eq!(one.contacts.len(), 1);
        let third = of("shopping for 14 larkfield road");
        assert_eq!(one.addresses, third.addresses);
    }

    #[test]
    fn nothing_of_the_words_can_be_read_in_the_traces() {
        let traces =
            serde_json::to_string(&of("Doris at 14 Larkfield Road, ME7 1AB, 07700 900123"));
        let traces = traces.unwrap().to_lowercase();
        for word in ["doris", "larkfield", "me7", "07700"] {
            assert!(!traces.contains(word), "{word} in {traces}");
        }
    }
}
