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
    "end",
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
    let full = (0..tokens.len()).find_map(|at| full_at(folded, at));
    full.or_else(|| (0..tokens.len()).find_map(|at| outcode_at(text, folded, at)))
}

/// Finds every postcode and outcode of a text, in their order.
pub(super) fn find_all(text: &str, folded: &Folded) -> Vec<Found> {
    let one = |at| full_at(folded, at).or_else(|| outcode_at(text, folded, at));
    (0..folded.tokens.len()).filter_map(one).collect()
}

fn full_at(folded: &Folded, at: usize) -> Option<Found> {
    let first = &folded.tokens[at];
    let word = folded.word(first);
    if (5..=7).contains(&word.len()) && word.is_ascii() {
        let (outward, inward) = word.split_at(word.len() - 3);
        if is_outward(outward) && is_inward(inward) {
            return Some(full(outward, inward, first.span));
        }
    }
    let second = folded.tokens.get(at + 1)?;
    let inward = folded.word(second);
    if first.sentence == second.sentence && is_outward(word) && is_inward(inward) {
        let span = Span {
            start: first.span.start,
            end: second.span.end,
        };
        return Some(full(word, inward, span));
    }
    None
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
    if !is_outward(word) {
        return None;
    }
    let around = Around { text, folded, at };
    if NOT_A_PLACE_AFTER.contains(&around.word(1)) || NOT_A_PLACE_BEFORE.contains(&around.word(-1))
    {
        return None;
    }
    // One-letter areas are also roads, vitamins, petrols and creams, so they need a place in words.
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let doubtful = letters == 1 || MORE_OFTEN_SOMETHING_ELSE.contains(&word);
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

const SCHOOL_WORDS: &[&str] = &[
    "school", "taught", "teacher", "teachers", "pupil", "pupils", "highers", "exam", "exams",
];

const PLACE_BEFORE: &[&str] = &[
    "in", "near", "nr", "around", "round", "from", "postcode", "im", "i'm", "area", "covering",
    "live", "lives", "within", "outside", "blisko", "kolo", "em", "en", "vich", "ve", "were",
];

const PLACE_AFTER: &[&str] = &[
    "area", "way", "postcode", "only", "side", "based", "vich", "mein",
];

const STREETS: &[&str] = &[
    "street", "st", "rd", "lane", "ln", "avenue", "ave", "close", "drive", "court", "ct",
    "terrace", "grove", "estate", "crescent", "place", "gardens", "hill", "park", "green",
];

fn is_outward(word: &str) -> bool {
    if word == "gir" {
        return true;
    }
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
                    || letters == 1 && b"abcdefghjkpstuw".contains(&second)
                    || letters == 2 && b"abehmnprvwxy".contains(&second))
        }
        _ => false,
    };
    is_district && AREAS.contains(&area)
}

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
        ];
        for (text, expected) in cases {
            assert_eq!(found(text).as_deref(), expected, "{text}");
        }
    }
}
