//! Who is named in a text: known given names in capitals or not, whoever has a title or is somebody's neighbour, and
//! capitalised words that somebody does something by.

use std::collections::{HashMap, HashSet};

use super::around::{Around, Surroundings};
use super::weights::WeightsError;
use super::words::{Rarity, stem, stemmer};
use crate::domain::particulars::PlaceName;
use crate::domain::reading::{Lang, Span};
use crate::intake;

/// A word that is no known name may be one only if it is at least so rare.
const RARE_FROM: u8 = 7;
/// In small letters it has to be as rare as words get.
const RAREST: u8 = 15;

/// Given names that people here have.
#[derive(Clone, Debug)]
pub(super) struct GivenNames {
    known: HashMap<String, Given>,
    /// Words with a capital that are no names.
    others: HashSet<String>,
    around: Surroundings,
}

/// What is known of a given name.
#[derive(Clone, Debug)]
struct Given {
    /// The spelling that it is compared as.
    name: String,
    /// Whether it is also a word that people say.
    is_word: bool,
}

impl GivenNames {
    /// Reads `names.txt` and `around.txt`, which say at their tops how they are written.
    pub(super) fn parse(names: &str, around: &str) -> Result<Self, WeightsError> {
        let mut known = HashMap::new();
        let mut others = HashSet::new();
        for list in names.split("\n\n") {
            let mut lines: Vec<&str> = list.lines().collect();
            lines.retain(|line| !line.starts_with('#'));
            let no_names = lines.iter().filter_map(|line| line.strip_prefix('!'));
            others.extend(no_names.flat_map(str::split_whitespace).map(folded));
            lines.retain(|line| !line.starts_with('!'));
            // A name's spellings may go on in the next line.
            for spellings in lines.join(" ").split(',') {
                let mut first = None;
                for written in spellings.split_whitespace() {
                    let spelling = folded(written.trim_end_matches('?'));
                    let given = Given {
                        name: first.get_or_insert_with(|| spelling.clone()).clone(),
                        is_word: written.ends_with('?'),
                    };
                    known.entry(spelling).or_insert(given);
                }
            }
        }
        Ok(Self {
            known,
            others,
            around: Surroundings::parse(around)?,
        })
    }

    /// Whether this is a given name and nothing else, which many people have.
    pub(super) fn has(&self, name: &str) -> bool {
        self.known.contains_key(name)
    }
}

/// A word as words are compared.
fn folded(word: &str) -> String {
    let words = intake::words(word).into_iter().map(|(word, _)| word);
    words.collect::<Vec<_>>().join(" ")
}

/// One word of a text.
struct Word<'t> {
    /// Folded, without a genitive's ending.
    folded: &'t str,
    span: Span,
    /// Whether it begins with a capital, and goes on in small letters.
    capital: bool,
    /// Whether it is the first of a sentence, which has a capital whatever it is.
    first: bool,
    /// Whether something belongs to it: "Doris's".
    owns: bool,
    rarity: u8,
}

/// What names are looked for with.
pub(super) type Lists<'l> = (&'l GivenNames, &'l Rarity);

/// The names of a text, as they are compared, in their order.
pub(super) fn names(
    (given, rarity): Lists<'_>,
    text: &str,
    places: &[PlaceName],
    language: Option<Lang>,
) -> Vec<String> {
    let folded = intake::words(text);
    let words = words(text, &folded, (rarity, language));
    let in_place = |word: &Word<'_>| {
        let span = word.span;
        let within =
            |place: &PlaceName| place.span.start <= span.start && span.end <= place.span.end;
        places.iter().any(within)
    };
    let mut found: Vec<usize> = Vec::new();
    for at in 0..words.len() {
        let follows = at > 0 && found.last() == Some(&(at - 1));
        if !in_place(&words[at]) && is_name(given, &words, (at, follows)) {
            found.push(at);
        }
    }
    let mut names = Vec::with_capacity(found.len());
    for at in found {
        let word = words[at].folded;
        let known = given.known.get(word).map(|known| &known.name);
        let titled = at > 0 && given.around.has(Around::Title, words[at - 1].folded);
        // Mrs Gill is no Gillian, but uncle Jim is James.
        names.extend((known.is_none() || titled).then(|| word.to_owned()));
        names.extend(known.cloned());
    }
    names
}

/// The given name that an account shows of itself, and the surname after it.
pub(super) fn names_of_handle(given: &GivenNames, handle: &str) -> Vec<String> {
    let parts: Vec<String> = handle
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|part| !part.is_empty())
        .map(folded)
        .collect();
    let Some(known) = parts.first().and_then(|first| given.known.get(first)) else {
        return Vec::new();
    };
    let surname = (parts.len() == 2 && !handle.contains(|letter: char| letter.is_ascii_digit()))
        .then(|| parts[1].clone())
        .filter(|surname| surname.chars().count() > 2);
    std::iter::once(known.name.clone()).chain(surname).collect()
}

fn words<'t>(
    text: &str,
    folded: &'t [(String, Span)],
    (rarity, language): (&Rarity, Option<Lang>),
) -> Vec<Word<'t>> {
    let stemmer = stemmer(language);
    let mut before: Option<usize> = None;
    let mut words = Vec::with_capacity(folded.len());
    for (word, span) in folded {
        let mut letters = text[span.start..span.end].chars();
        let capital = letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some_and(char::is_lowercase);
        let first = before
            .is_none_or(|end| text[end..span.start].contains(['.', '!', '?', '\n', ':', '"', '“']));
        before = Some(span.end);
        let bare = word.strip_suffix("'s");
        words.push(Word {
            folded: bare.unwrap_or(word),
            span: *span,
            capital,
            first,
            owns: bare.is_some(),
            rarity: rarity.of(&stem(stemmer.as_ref(), word)),
        });
    }
    words
}

/// Whether the word at this place is a name; `follows` one.
fn is_name(given: &GivenNames, words: &[Word<'_>], (at, follows): (usize, bool)) -> bool {
    let word = &words[at];
    let among = |list: Around, word: Option<&Word<'_>>| {
        word.is_some_and(|word| given.around.has(list, word.folded))
    };
    let before = at
        .checked_sub(1)
        .map(|before| &words[before])
        .filter(|_| !word.first);
    let after = words.get(at + 1);
    // In the same sentence, where that makes a difference.
    let next = after.filter(|after| !after.first);
    if word.folded.chars().count() < 2 || word.folded.contains(|letter: char| letter.is_numeric()) {
        return false;
    }
    if among(Around::Saint, before) || among(Around::Place, next) || among(Around::Greeting, before)
    {
        return false;
    }
    let rare = word.rarity >= RARE_FROM;
    let titled = || {
        // "Mr. Pettigrew"
        at > 0 && among(Around::Title, words.get(at - 1))
    };
    let other = given.others.contains(word.folded);
    let counted = next.is_some_and(|next| {
        next.folded
            .starts_with(|letter: char| letter.is_ascii_digit())
    });
    match given.known.get(word.folded) {
        Some(known) if !known.is_word => word.capital || rare,
        Some(_) if !word.capital => {
            rare && (titled()
                || among(Around::Relation, before)
                    && (among(Around::AfterPeople, next) || word.owns))
        }
        Some(_) => {
            let person = titled()
                || follows
                || among(Around::Relation, before)
                || among(Around::AfterPeople, next)
                || word.owns
                || counted;
            let dated = among(Around::BeforeMonths, before);
            person && !dated || !word.first && rare && !dated
        }
        None if other || among(Around::Place, Some(word)) || among(Around::Title, Some(word)) => {
            false
        }
        None if !word.capital => {
            let alone = word.rarity >= RAREST && !word.folded.ends_with("ly");
            alone
                && (titled()
                    || among(Around::Relation, before) && among(Around::DoneByPeople, next))
        }
        None if titled() => true,
        None if word.first || !rare || among(Around::BeforePlaces, before) => false,
        None => {
            follows
                || among(Around::Relation, before)
                || among(Around::BeforePeople, before)
                || among(Around::DoneByPeople, next)
                || counted
                || word.owns && word.rarity >= RAREST
                || next.is_some_and(|next| next.capital && given.known.contains_key(next.folded))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AROUND, NAMES, WORDS};
    use super::*;
    use crate::intake::Reader;

    fn of(text: &str) -> String {
        let (given, rarity) = (
            GivenNames::parse(NAMES, AROUND).unwrap(),
            Rarity::parse(WORDS).unwrap(),
        );
        let reading = Reader::rules_alone().read(text);
        let places = &reading.particulars.places;
        names((&given, &rarity), text, places, reading.language).join(" ")
    }

    #[test]
    fn people_are_told_from_the_rest() {
        for (text, names) in [
            (
                "Doris needs shopping. Margaret in ME7 has no heating",
                "doris maggie",
            ),
            ("my nan doris cant get out, mrs patel can", "doris patel"),
            ("MAVIS NEEDS HER TABLETS", "mavis"),
            (
                "could somebody sit with Jagtarveer? Rose on Mill Lane asked",
                "jagtarveer rose",
            ),
            ("my neighbour xandrine needs a lift", "xandrine"),
            (
                "Old Mr Pettigrew and Elwyn Pugh want a hand",
                "pettigrew elwyn pugh",
            ),
            ("Peggy is in, her tablets are not", "maggie"),
            (
                "Czy ktoś może pomóc pani Zofii? Оксана",
                "zofii zofia oksana",
            ),
            ("Will has a bad leg, May's carer is off", "bill may"),
            ("Mrs Gill rang", "gill gillian"),
        ] {
            assert_eq!(of(text), names, "{text}");
        }
    }

    #[test]
    fn words_with_a_capital_are_not_all_people() {
        for text in [
            "Will somebody help? Can anyone? Boots shuts at six, Friday is fine",
            "in May, by April, thanks Sandra",
            "St John's church, Alexandra Court, near Bletchley, the Homerton",
            "a rose bush and a penny for the meter on victoria road",
            "Fridge is broken. Pigeons on the roof",
        ] {
            assert_eq!(of(text), "", "{text}");
        }
    }

    #[test]
    fn an_account_has_the_name_that_it_begins_with() {
        let given = GivenNames::parse(NAMES, AROUND).unwrap();
        let of = |handle| names_of_handle(&given, handle).join(" ");
        assert_eq!(of("viv_po12"), "vivian");
        assert_eq!(of("Elwyn Pugh"), "elwyn pugh");
        assert_eq!(of("cab_vol"), "");
        assert_eq!(of("🙏"), "");
    }
}
