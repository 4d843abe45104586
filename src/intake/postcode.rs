//! Finds the UK postcode of a text: the full one, else an outcode with a place around it.
//!
//! The grammar is Royal Mail's (a full postcode is `outward inward`); an outcode alone is a place
//! only where the words around it say so, since "M1 motorway" and "vitamin B12" look the same.

use super::fold::{Folded, Token};
use crate::domain::reading::Span;

/// A postcode and the bytes that it was written in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) code: String,
    pub(super) span: Span,
    pub(super) rule: &'static str,
}

/// The two-letter and one-letter postcode areas, Crown dependencies included.
const AREAS: &[&str] = &[
    "ab", "al", "b", "ba", "bb", "bd", "bh", "bl", "bn", "br", "bs", "bt", "ca", "cb", "cf", "ch",
    "cm", "co", "cr", "ct", "cv", "cw", "da", "dd", "de", "dg", "dh", "dl", "dn", "dt", "dy", "e",
    "ec", "eh", "en", "ex", "fk", "fy", "g", "gl", "gu", "gy", "ha", "hd", "hg", "hp", "hr", "hs",
    "hu", "hx", "ig", "im", "ip", "iv", "je", "ka", "kt", "kw", "ky", "l", "la", "ld", "le", "ll",
    "ln", "ls", "lu", "m", "me", "mk", "ml", "n", "ne", "ng", "nn", "np", "nr", "nw", "ol", "ox",
    "pa", "pe", "ph", "pl", "po", "pr", "rg", "rh", "rm", "s", "sa", "se", "sg", "sk", "sl", "sm",
    "sn", "so", "sp", "sr", "ss", "st", "sw", "sy", "ta", "td", "tf", "tn", "tq", "tr", "ts", "tw",
    "ub", "w", "wa", "wc", "wd", "wf", "wn", "wr", "ws", "wv", "yo", "ze",
];

/// Words after an outcode that make it a road, a size, a petrol or a dose.
const NOT_A_PLACE_AFTER: &[&str] = &[
    "motorway",
    "road",
    "bypass",
    "roundabout",
    "petrol",
    "junction",
    "junc",
    "northbound",
    "southbound",
    "eastbound",
    "westbound",
    "paper",
    "sized",
    "size",
    "batteries",
    "battery",
    "injection",
    "injections",
    "jab",
    "jabs",
    "tablets",
    "supplement",
    "supplements",
    "deficiency",
    "levels",
    "form",
    "forms",
    "chip",
    "bus",
    "buses",
    "exam",
    "exams",
    "class",
    "bulb",
    "league",
    "slip",
    "toll",
    "services",
    "flight",
    "gate",
    "fuel",
    "sheet",
    "visa",
    "vehicle",
];

/// Words before an outcode that make it something else.
const NOT_A_PLACE_BEFORE: &[&str] = &[
    "vitamin", "vitamins", "vit", "junction", "junc", "j", "bus", "route", "gate", "row", "seat",
    "form", "size", "channel", "episode", "year", "key", "stage", "grade", "bay", "platform",
    "room", "flat", "unit", "plot", "table", "team", "type", "part", "class", "ward", "terminal",
    "locker", "band",
];

/// Finds the best postcode of a text: the first full one, else the first outcode.
pub(super) fn find(text: &str, folded: &Folded) -> Option<Found> {
    let tokens = &folded.tokens;
    let full = (0..tokens.len()).find_map(|at| full_at(text, folded, at));
    full.or_else(|| (0..tokens.len()).find_map(|at| outcode_at(text, folded, at)))
}

/// Finds every postcode and outcode of a text, in their order.
pub(super) fn find_all(text: &str, folded: &Folded) -> Vec<Found> {
    let one = |at| full_at(text, folded, at).or_else(|| outcode_at(text, folded, at));
    (0..folded.tokens.len()).filter_map(one).collect()
}

fn full_at(text: &str, folded: &Folded, at: usize) -> Option<Found> {
    let first = &folded.tokens[at];
    let word = folded.word(first);
    if (5..=7).contains(&word.len()) && word.is_ascii() {
        let (outward, inward) = word.split_at(word.len() - 3);
        if is_full(outward, inward) {
            return Some(full(outward, inward, first.span));
        }
    }
    let second = folded.tokens.get(at + 1)?;
    let inward = folded.word(second);
    // "EC1V 2nd floor" is not "EC1V 2ND".
    let ordinal = inward.ends_with("nd") || inward.ends_with("st") || inward.ends_with("rd");
    let written_small = ordinal && is_small(text, second) && !is_small(text, first);
    let beside = first.sentence == second.sentence && !written_small;
    if beside && is_full(word, inward) {
        let span = Span {
            start: first.span.start,
            end: second.span.end,
        };
        return Some(full(word, inward, span));
    }
    None
}

/// Girobank's code was the only one of its kind.
fn is_full(outward: &str, inward: &str) -> bool {
    is_outward(outward) && is_inward(inward) || (outward, inward) == ("gir", "0aa")
}

fn is_small(text: &str, token: &Token) -> bool {
    let written = &text[token.span.start..token.span.end];
    !written.contains(|letter: char| letter.is_ascii_uppercase())
}

fn full(outward: &str, inward: &str, span: Span) -> Found {
    let code = format!(
        "{} {}",
        outward.to_ascii_uppercase(),
        inward.to_ascii_uppercase()
    );
    Found {
        code,
        span,
        rule: "postcode_full",
    }
}

fn outcode_at(text: &str, folded: &Folded, at: usize) -> Option<Found> {
    let token = &folded.tokens[at];
    let word = folded.word(token);
    let word = word.strip_suffix("'s").unwrap_or(word);
    if !is_outward(word) {
        return None;
    }
    let around = Around { text, folded, at };
    // One-letter areas are also roads, vitamins, petrols and creams, so they need a place in words.
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let doubtful = letters == 1
        || MORE_OFTEN_SOMETHING_ELSE.contains(&word)
        || TYPED_SHORT.contains(&word) && !around.is_written_in_capitals();
    let numbers_something = NOT_A_PLACE_BEFORE.contains(&around.word(-1)) && !around.is_cut_off();
    if NOT_A_PLACE_AFTER.contains(&around.word(1)) || numbers_something {
        return None;
    }
    if doubtful && (around.follows_article() || around.is_a_school_year() || !around.is_a_place()) {
        return None;
    }
    Some(Found {
        code: word.to_ascii_uppercase(),
        span: token.span,
        rule: "postcode_outcode",
    })
}

/// An outcode with the words beside it.
struct Around<'a> {
    text: &'a str,
    folded: &'a Folded,
    at: usize,
}

impl Around<'_> {
    fn token(&self, step: isize) -> Option<&Token> {
        let here = &self.folded.tokens[self.at];
        let there = self.folded.tokens.get(self.at.checked_add_signed(step)?)?;
        (there.sentence == here.sentence).then_some(there)
    }

    fn word(&self, step: isize) -> &str {
        self.token(step).map_or("", |token| self.folded.word(token))
    }

    fn is_a_place(&self) -> bool {
        PLACE_AFTER.contains(&self.word(1))
            || PLACE_BEFORE.contains(&self.word(-1))
            || STREETS.contains(&self.word(-1))
            || self.named_before()
            || self.listed()
            || self.stands_alone()
            || self.ends_the_text()
            || self.is_a_city_district()
    }

    /// A district of a big city that is no road, telephone, vitamin or petrol: "E14", "B97".
    fn is_a_city_district(&self) -> bool {
        let word = self.word(0);
        let of_a_city = word.len() == 3 && word.starts_with(['b', 'e', 'g', 'l', 'n', 'w']);
        let other = matches!(word, "b12" | "b17" | "e10" | "e30" | "e36" | "e46");
        of_a_city && !other && self.is_written_in_capitals() && !self.is_numbered()
    }

    fn is_numbered(&self) -> bool {
        NUMBERED.contains(&self.word(-1)) && !self.is_cut_off()
    }

    fn is_written_in_capitals(&self) -> bool {
        let span = self.folded.tokens[self.at].span;
        self.text[span.start..].starts_with(|first: char| first.is_ascii_uppercase())
    }

    /// A mark parts it from the word before.
    fn is_cut_off(&self) -> bool {
        let before = &self.text[..self.folded.tokens[self.at].span.start];
        let before = before.trim_end();
        before.is_empty() || before.ends_with([',', '.', '!', '?', '-', '–', '—', '(', ':', ';'])
    }

    /// It is a sentence of its own, as people sign: "Lecky's aff, two weans. G20."
    fn stands_alone(&self) -> bool {
        let end = self.folded.tokens[self.at].span.end;
        let after = self.text[end..].trim_start_matches(' ');
        let over = after.is_empty() || after.starts_with(['.', ',', '!', '?', ':', '\n', ')']);
        let begins = self.token(-1).is_none() || self.is_cut_off();
        begins && over && self.is_written_as_one()
    }

    /// It is the last word of all, after one that no number goes with: "who has the code for the club S41".
    fn ends_the_text(&self) -> bool {
        let last = self.at + 1 == self.folded.tokens.len();
        let before = self.word(-1);
        let counted = before.is_empty() || before.starts_with(|first: char| first.is_ascii_digit());
        last && !counted && !self.is_numbered() && self.is_written_as_one()
    }

    /// In capitals, as few write a road or a vitamin by the way, or with two digits.
    fn is_written_as_one(&self) -> bool {
        let digits = self.word(0).bytes().filter(u8::is_ascii_digit).count();
        digits > 1 || self.is_written_in_capitals()
    }

    fn follows_article(&self) -> bool {
        matches!(self.word(-1), "the" | "a" | "an")
    }

    /// Scottish secondary school years are written as Sheffield's outcodes are.
    fn is_a_school_year(&self) -> bool {
        let year = matches!(self.word(0), "s1" | "s2" | "s3" | "s4" | "s5" | "s6");
        let of_school = |token: &Token| SCHOOL_WORDS.contains(&self.folded.word(token));
        year && self.folded.tokens.iter().any(of_school)
    }

    /// A name stands before it: "Levenshulme M19", and any word of a script without capitals.
    fn named_before(&self) -> bool {
        let Some(before) = self.token(-1) else {
            return false;
        };
        let word = &self.text[before.span.start..before.span.end];
        let mut letters = word.chars();
        let first = letters.next().unwrap_or(' ');
        let lower_after = letters.next().is_some_and(char::is_lowercase);
        let starts_sentence = self.token(-2).is_none() && self.token(1).is_some();
        (first.is_uppercase() && lower_after && !starts_sentence && !self.road_before())
            || (first.is_alphabetic() && !first.is_lowercase() && !first.is_uppercase())
    }

    fn road_before(&self) -> bool {
        matches!(self.word(-2), "off" | "along" | "on" | "junction")
    }

    /// It stands between commas, as a place in an address does: "trims in gardens, B21, just ask".
    fn listed(&self) -> bool {
        let here = self.folded.tokens[self.at].span;
        let comma_before = self.text[..here.start].trim_end().ends_with([',', '(']);
        let comma_after = self.text[here.end..].trim_start();
        comma_before && (comma_after.is_empty() || comma_after.starts_with([',', ')', '.']))
    }
}

/// Real outcodes that nearly always mean a gas, an oil, a band, a broadcaster or a make of car.
const MORE_OFTEN_SOMETHING_ELSE: &[&str] = &[
    "co2", "wd40", "ub40", "mk1", "mk2", "mk3", "mk4", "mk5", "mk6", "mk7", "cr7", "ps5",
];

/// Words that a road, a bus, a vitamin or a size follows.
const NUMBERED: &[&str] = &[
    "the", "a", "an", "on", "off", "up", "down", "along", "via", "of", "take", "with", "and", "or",
    "is", "was", "for", "my", "your", "their", "more", "some", "no", "not", "get", "got", "to",
    "by", "at", "old", "new", "like", "than",
];

/// In small letters: "anyone", "someone", and words of Arabic in Latin letters.
const TYPED_SHORT: &[&str] = &["ne1", "sm1", "la2", "ta3", "ba2", "sa3", "sa7", "ma3"];

const SCHOOL_WORDS: &[&str] = &[
    "school", "taught", "teacher", "teachers", "pupil", "pupils", "highers", "exam", "exams",
];

const PLACE_BEFORE: &[&str] = &[
    "in", "near", "nr", "around", "round", "from", "postcode", "im", "i'm", "area", "covering",
    "live", "lives", "within", "outside", "blisko", "kolo", "em", "en", "vich", "ve", "were",
];

const PLACE_AFTER: &[&str] = &[
    "end", "here", "area", "way", "postcode", "only", "side", "based", "vich", "mein",
];

const STREETS: &[&str] = &[
    "street", "st", "rd", "lane", "ln", "avenue", "ave", "close", "drive", "court", "ct",
    "terrace", "grove", "estate", "crescent", "place", "gardens", "hill", "park", "green",
];

fn is_outward(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let has_shape = (1..=2).contains(&letters) && word.len() <= letters + 2 && word.is_ascii();
    if !has_shape {
        return false;
    }
    let (area, district) = word.split_at(letters);
    let is_district = match *district.as_bytes() {
        [first] => first.is_ascii_digit(),
        [first, second] => {
            first.is_ascii_digit()
                && (second.is_ascii_digit() && first != b'0'
                    || LETTERED.contains(&area) && b"abcdefghjkmnprstuvwxy".contains(&second))
        }
        _ => false,
    };
    is_district && AREAS.contains(&area)
}

/// The areas with districts such as W1T and EC1V, all in inner London.
const LETTERED: &[&str] = &["e", "ec", "n", "nw", "se", "sw", "w", "wc"];

fn is_inward(word: &str) -> bool {
    const LETTERS: &[u8] = b"abdefghjlnpqrstuwxyz";
    match *word.as_bytes() {
        [digit, first, second] => {
            digit.is_ascii_digit() && LETTERS.contains(&first) && LETTERS.contains(&second)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        find(text, &Folded::new(text)).map(|found| found.code)
    }

    #[test]
    fn postcodes_and_their_traps() {
        let cases = [
            ("I'm at ME7 1AB", Some("ME7 1AB")),
            ("me71ab please", Some("ME7 1AB")),
            ("ec1a1bb", Some("EC1A 1BB")),
            ("Hyde Park, LS6. Please", Some("LS6")),
            ("near PO4 drive us", Some("PO4")),
            ("stuck on the M1 motorway", None),
            ("M1 northbound is shut", None),
            ("the A2 road is closed", None),
            ("A2 is closed", None),
            ("my vitamin B12 is low", None),
            ("chess: pawn to E4", None),
            ("Levenshulme M19.", Some("M19")),
            ("garden trims, B21, just ask", Some("B21")),
            ("high CO2 in the hall", None),
            ("E10 petrol is fine", None),
            ("B12 jabs are back", None),
            ("GIR 0AA", Some("GIR 0AA")),
            ("need AA batteries, 9V", None),
            ("killed on the A46 a fortnight back", None),
            ("B4632 shut both ways", None),
            ("no postcode here", None),
            ("room in E1 for a week", Some("E1")),
            (
                "two weans, lecky's aff. G20. Cooncil line rings oot",
                Some("G20"),
            ),
            ("M22 here. il bring a washer", Some("M22")),
            ("the defib box at the club S41", Some("S41")),
            ("hearing aids cleaned, IP4 end", Some("IP4")),
            (
                "lift's out again, both, E14 and I'm 8 months gone",
                Some("E14"),
            ),
            ("HG1's been cleared", Some("HG1")),
            ("EC1V 2nd floor, anybody", Some("EC1V")),
            ("chemist on the M40", None),
            ("can ne1 help, sm1 with a car", None),
            ("abbu gir gaye hain", None),
            ("ma ba2a fi", None),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text).as_deref(), expected, "{text}");
        }
    }
}
