//! Signs that somebody is under 18: the writer, or a child that nobody grown up is with. English only. Rather one too many than
//! one too few, since a lead looks at each; but a parent who asks for a child is none, nor is whoever tells of their own youth.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::young::Young;

/// An age below which "I'm 6" is more likely a place in a queue than a writer.
const YOUNGEST_WRITER: u32 = 8;
const GROWN_UP: u32 = 18;

/// Who may be under 18 by a text.
pub fn young(text: &str) -> Option<Young> {
    let text = text.replace(['’', '‘', '`'], "'").to_lowercase();
    let mut signs = [own_age, own_year, said_plainly, parents_are_out].into_iter();
    if signs.any(|sign| sign(&text).is_some()) {
        return Some(Young::Writer);
    }
    alone(&text).map(|()| Young::Child)
}

/// Patterns are tested: one that can't be compiled would find nothing, and a test finds that.
fn pattern(words: &str) -> Option<Regex> {
    Regex::new(words).ok()
}

/// What comes before makes it a way of speaking, or somebody else's words.
fn is_meant_otherwise(before: &str) -> bool {
    static OTHERWISE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r#"(?:\b(?:like|if|think|thinks|thought|pretend|pretends|wish|feels?|when|says?|said|goes|told (?:me|us)|tells (?:me|us)),?:?\s*(?:that\s+)?["“']?\s*|["“]\s*)$"#,
        )
    });
    OTHERWISE
        .as_ref()
        .is_some_and(|pattern| pattern.is_match(before))
}

fn number(word: &str) -> Option<u32> {
    const WORDS: [&str; 11] = [
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
        "eighteen",
    ];
    let spelled = WORDS.iter().position(|known| *known == word);
    match spelled {
        Some(at) => u32::try_from(at + 8).ok(),
        None => word.parse().ok(),
    }
}

/// "I'm 15", "I am a 14 year old girl", "nearly 18".
fn own_age(text: &str) -> Option<()> {
    static OWN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(?:i'?m|i am|my age is|i'?ve just turned|i just turned)\s+(?P<how>only |just |still |about |nearly |almost |turning |not |not yet |not even |an? |actually |also )*(?P<age>\d{1,2}|[a-z]+teen|eight|nine|ten|eleven|twelve)\b(?P<rest>[^\n]{0,40})",
        )
    });
    static HERE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?P<whose>\b(?:my|her|his|our|their|a|the|your|with|for|and)\s+)?\b(?P<age>\d{1,2})\s?-?(?:yo|y/o|yr old|year old|years old|f|m)(?: girl| boy| lad| lass)? here\b",
        )
    });
    for found in OWN.as_ref()?.captures_iter(text) {
        let whole = found.get(0)?;
        let how = found.name("how").map_or("", |how| how.as_str().trim());
        let Some(age) = found.name("age").and_then(|age| number(age.as_str())) else {
            continue;
        };
        let soon = matches!(
            how,
            "nearly" | "almost" | "turning" | "not" | "not yet" | "not even"
        );
        let under = age < GROWN_UP && how != "not";
        let young = under || (soon && age == GROWN_UP);
        let rest = found.name("rest").map_or("", |rest| rest.as_str());
        if young
            && age >= YOUNGEST_WRITER
            && goes_on_as_an_age(rest)
            && !is_meant_otherwise(&text[..whole.start()])
        {
            return Some(());
        }
    }
    let here = HERE.as_ref()?.captures_iter(text);
    let mut here = here.filter(|found| found.name("whose").is_none());
    here.find_map(|found| {
        let age = number(found.name("age")?.as_str())?;
        (YOUNGEST_WRITER..GROWN_UP).contains(&age).then_some(())
    })
}

/// Whether what follows a number leaves it an age: not "minutes away", "stone", "weeks pregnant" or a street.
fn goes_on_as_an_age(rest: &str) -> bool {
    const GOES_ON: &[&str] = &[
        "and",
        "but",
        "so",
        "with",
        "my",
        "mum",
        "mam",
        "dad",
        "girl",
        "boy",
        "lad",
        "lass",
        "at",
        "now",
        "still",
        "living",
        "live",
        "yo",
        "y/o",
        "yrs-old",
        "years-old",
        "tomorrow",
        "today",
        "next",
        "soon",
        "cos",
        "because",
        "bc",
        "i",
        "i'm",
        "im",
        "please",
        "pls",
        "is",
        "can",
        "who",
        "here",
        "x",
        "xx",
        "btw",
        "too",
        "tho",
        "though",
    ];
    const MEASURES: &[&str] = &[
        "stone", "miles", "mile", "weeks", "months", "minutes", "mins", "hours", "doors", "metres",
        "quid", "pounds", "foot", "feet",
    ];
    let rest = rest.trim_end();
    let Some(first) = rest.chars().next() else {
        return true;
    };
    if matches!(first, '.' | ',') && rest[1..].starts_with(|next: char| next.is_ascii_digit()) {
        return false;
    }
    if matches!(
        first,
        '.' | ',' | '!' | '?' | ';' | ':' | ')' | '(' | '-' | '–' | '…'
    ) && !rest[first.len_utf8()..].starts_with(|next: char| next.is_ascii_alphanumeric())
    {
        return true;
    }
    let joined = rest
        .replace("year old", "years-old")
        .replace("years old", "years-old")
        .replace("yrs old", "yrs-old")
        .replace("yr old", "yrs-old")
        .replace("-years-old", " years-old");
    let joined = joined.trim_start_matches('-');
    let words: Vec<_> = joined
        .split([' ', ',', '.', '!', '?', ';'])
        .filter(|word| !word.is_empty())
        .collect();
    let half = words.starts_with(&["and", "a", "half"]);
    let next = words.get(if half { 3 } else { 0 });
    next.is_none_or(|word| {
        let goes_on = GOES_ON.contains(word) || (half && !MEASURES.contains(word));
        // "years older than him" is no age of one's own.
        goes_on && !joined.trim_start().starts_with("years-older")
    })
}

/// "I'm in year 9": the school years of those who can write such a thing.
fn own_year(text: &str) -> Option<()> {
    static YEAR: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(?:i'?m|i am)\s+(?:only |just |still |currently )*(?:in |a )?(?:(?:year|yr|y)\s?(?P<year>\d{1,2}|seven|eight|nine|ten|eleven)|(?:primary|p)\s?[4-7]|s[1-6]|(?:primary|secondary|high) school|sixth form)\b(?P<rest>[^\n.]{0,20})",
        )
    });
    static SCHOOL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(?:i'?m|i am) still (?:at|in) school\b|\b(?:doing|revising for|studying for|sitting|taking) my (?:gcses|sats|nat 5s|a ?levels)\b",
        )
    });
    static GROWN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"^\s*(?:-\s*)?(?:teacher|tutor|parent|mum|mam|mom|dad|ta\b|teaching|head|lead|rep|group|class|parents|of|with my|cook|cleaner|caretaker|staff)",
        )
    });
    for found in YEAR.as_ref()?.captures_iter(text) {
        let whole = found.get(0)?;
        let rest = found.name("rest").map_or("", |rest| rest.as_str());
        let year = found.name("year").and_then(|year| match year.as_str() {
            "seven" => Some(7),
            other => number(other),
        });
        let of_school = year.is_none_or(|year| (3..=13).contains(&year));
        let grown = GROWN.as_ref().is_some_and(|grown| grown.is_match(rest));
        if of_school && !grown && !is_meant_otherwise(&text[..whole.start()]) {
            return Some(());
        }
    }
    SCHOOL.as_ref()?.is_match(text).then_some(())
}

/// "I'm under 18", "I'm just a kid", "I'm a young carer".
fn said_plainly(text: &str) -> Option<()> {
    static PLAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(?:i'?m|i am)\s+(?:only |just |still )*(?:(?:a |an )(?:kid|child|teenager|minor|school ?boy|school ?girl|school ?kid|young carer)|under ?(?:18|eighteen|age)|under-?age|not (?:yet )?(?:18|eighteen)(?: yet)?)\b(?P<rest>[^\n]{0,16})",
        )
    });
    static OTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"^\s*(?:of the|at heart|minder|-minder|care|psych|prot|and family|stone|worker|therapist|in a|kg)",
        )
    });
    PLAIN.as_ref()?.captures_iter(text).find_map(|found| {
        let whole = found.get(0)?;
        let rest = found.name("rest")?.as_str();
        let other = OTHER.as_ref().is_some_and(|other| other.is_match(rest));
        (!other && !is_meant_otherwise(&text[..whole.start()])).then_some(())
    })
}

/// "My mum is out and I'm alone", said by somebody who has no children and looks after nobody.
fn parents_are_out(text: &str) -> Option<()> {
    static OUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(?:mum|mam|mom|mummy|dad|daddy|parents|foster carers?|step ?mum|step ?dad|nan)(?: and (?:dad|mum|mam|mom|step ?dad|step ?mum))?(?:'s| is| are|s| has| have| hasn't| haven't| isn't| aren't)? (?:[a-z']+ ){0,2}?(?:out|at work|working|away|home|here|back|gone|left|on nights|asleep|passed out|drunk)\b",
        )
    });
    static ALONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(?:i'?m|i am|me) (?:[a-z']+ ){0,2}?(?:alone|on my own|by myself)\b|\bhome alone\b|\bleft (?:me|us) (?:alone|on (?:my|our) own)\b|\bwe'?re (?:[a-z']+ ){0,2}?(?:alone|on our own)\b|\b(?:me and )?my (?:little|big|baby|younger|older) (?:brother|sister|bro|sis)\b[^.!?\n]{0,20}\balone\b",
        )
    });
    static GROWN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(?:my|the|our|two|three|four|\d) (?:[a-z]+ )?(?:kids?|children|baby|babies|sons?|daughters?|toddlers?|bairns?|weans?|twins|grandkids|grandchildren|partner|husband|wife|boyfriend|girlfriend|fiance|fiancee|carers?|flatmates?|tenant|boss|shifts?|landlord|mortgage|tenancy|pension)\b|\bcar(?:e|ing|er) for (?:my|her|him|them|mum|dad)\b|\bpregnant\b|\bhospital\b|\bcare home\b|\bpassed away\b|\bdied\b",
        )
    });
    let grown = GROWN.as_ref()?.is_match(text);
    let out = OUT.as_ref()?.is_match(text);
    (out && !grown && ALONE.as_ref()?.is_match(text)).then_some(())
}

/// "There's a boy of about 9 home alone next door": a child with nobody grown up, and not the writer's own.
fn alone(text: &str) -> Option<()> {
    static CHILD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(?:a|an|the|this|that|two|three|some|next door's|neighbour's|neighbours'|their|her|his) (?:[a-z']+ ){0,2}?(?:kids?|child|children|boys?|girls?|lads?|lass|lasses|teenagers?|bairns?|weans?|\d{1,2} ?(?:year[- ]old|yo)s?|son|daughter)\b[^.!?\n]{0,60}?\b(?:home alone|all alone|alone in (?:the|that|a) (?:house|flat|home)|on (?:his|her|their) own (?:at home|in the (?:house|flat)|since|all|for|and|with no)|by (?:himself|herself|themselves) (?:at home|in the|since|all|for|and|with no)|no (?:adults?|grown ?ups?|parents?)\b|without (?:an adult|a grown ?up|parents|any adults?))",
        )
    });
    static WITH: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"\b(?:mums?|mam|mom|mothers?|dads?|fathers?|lady|woman|man|couple|pensioner|gran|nan|grandad)\b[^.!?\n]{0,30}\bwith\b|\bsingle (?:mum|mam|mom|mother|dad|father|parent)",
        )
    });
    let found = CHILD.as_ref()?.find(text)?;
    let own = text[..found.start()].ends_with("my ");
    let with = WITH.as_ref()?.is_match(text);
    (!own && !with).then_some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn writers_who_say_that_they_are_under_18() {
        for text in [
            "I'm 15 and there's no food in the house",
            "im 15, can someone bring milk",
            "I am fourteen",
            "I'm only 12",
            "I’m 16 so I can't drive",
            "hi I'm a 15 year old girl and I need help with shopping",
            "im 13 yo and need a lift",
            "15yo here, anyone got a charger",
            "I'm nearly 18 and just moved out",
            "I'm 15 and a half",
            "I'm in year 9 and need help with maths",
            "im year 10",
            "I'm still at school",
            "revising for my GCSEs, could anyone lend books",
            "my mum is out and I'm alone",
            "Mum's at work and I'm home alone, the power is off",
            "my dad hasn't come back and I am on my own",
            "my parents are away and me and my little sister are alone",
            "I'm under 18",
            "I'm not 18 yet",
            "I'm just a kid",
            "I'm a young carer, need someone to get shopping for mum",
            "I'm 17. I can walk dogs after school",
        ] {
            assert_eq!(young(text), Some(Young::Writer), "{text}");
        }
    }

    #[test]
    fn a_child_with_nobody_grown_up() {
        for text in [
            "There's a boy of about 9 home alone next door",
            "two kids on our landing, no adults there since yesterday, they need food",
            "the girl at number 4 is 14 and all alone, could someone bring her dinner",
        ] {
            assert_eq!(young(text), Some(Young::Child), "{text}");
        }
    }

    #[test]
    fn parents_their_youth_and_numbers_of_other_things() {
        for text in [
            "my 15 year old needs new school shoes",
            "when I was 15 we all shared",
            "reunion for the class of 15",
            "I'm 15 minutes away and can drop it off",
            "I'm 15 stone and can't get upstairs",
            "I'm 15 weeks pregnant and need a lift",
            "I'm 15 miles from there",
            "I'm 15 years sober today",
            "I'm 12 doors down",
            "I'm 15 Mill Street",
            "I'm 15.5 stone",
            "I'm 35 and need shopping",
            "I'm 18, can help",
            "I'm 70 and alone",
            "my son is 15 and needs a bike",
            "my daughter says \"I'm 15 and can do it\", bless",
            "they treat me like I'm 12",
            "makes me feel like I'm 15 again",
            "my son is in year 9 and needs a blazer",
            "I'm a year 9 teacher, need art things",
            "I teach year 9",
            "I'm in year 9 of waiting for a council house",
            "I'm an only child and mum is 90",
            "I'm a child of the 60s",
            "I'm a childminder with spaces",
            "I'm a kid at heart",
            "my mum is in hospital and I'm on my own with the kids",
            "my mum is away and I'm on my own with two kids",
            "mum is 84, home alone and needs milk",
            "single mum with two kids on her own needs a cot",
            "my daughter is home alone after school, could somebody pick her up",
            "Mum of 3 aged 15, 12 and 9 needs food",
            "I'm under 18 stone now, wahey",
            "could anyone help my lad with his GCSEs",
            "I'm 1 of 15 flats",
            "I'm at 16, ring the bell",
            "need a size 15 shoe",
        ] {
            assert_eq!(young(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,120}") {
            let _ = young(&text);
        }
    }
}
