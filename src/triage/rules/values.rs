//! Single values of a file of rules: words out of those that are known, numbers, lines.

use std::borrow::Cow;
use std::fmt::Display;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::particulars::{Access, Diet};
use crate::domain::priority::{HubOnly, Priority, Route};
use crate::domain::reading::{Category, Signal, Urgency};

/// The longest reason, in signs: it stands on a card.
const LONGEST_REASON: usize = 120;

/// A mistake, and the bytes where it stands.
pub(in crate::triage) struct Mistake {
    pub(in crate::triage) at: Range<usize>,
    pub(in crate::triage) problem: String,
}

pub(in crate::triage) type Checked<T> = Result<T, Mistake>;
pub(in crate::triage) type Value<'i> = Spanned<DeValue<'i>>;

pub(in crate::triage) fn mistake<T>(at: Range<usize>, problem: impl Into<String>) -> Checked<T> {
    Err(Mistake {
        at,
        problem: problem.into(),
    })
}

/// The entries of a table as they stand in the file.
pub(in crate::triage) fn in_order<'t, 'i>(
    table: &'t DeTable<'i>,
) -> Vec<(&'t Spanned<Cow<'i, str>>, &'t Value<'i>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// The line, from one, of a byte of a file.
pub(in crate::triage) fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// The words that a setting takes, and what they mean.
pub(in crate::triage) struct Vocabulary<T: 'static> {
    pub(in crate::triage) all: &'static [T],
    pub(in crate::triage) spell: fn(T) -> &'static str,
}

pub(in crate::triage) const PRIORITIES: Vocabulary<Priority> = Vocabulary {
    all: Priority::ALL,
    spell: Priority::as_str,
};
pub(in crate::triage) const ROUTES: Vocabulary<Route> = Vocabulary {
    all: Route::ALL,
    spell: Route::as_str,
};
pub(in crate::triage) const CATEGORIES: Vocabulary<Category> = Vocabulary {
    all: Category::ALL,
    spell: Category::as_str,
};
pub(in crate::triage) const URGENCIES: Vocabulary<Urgency> = Vocabulary {
    all: Urgency::ALL,
    spell: Urgency::as_str,
};
pub(in crate::triage) const SIGNALS: Vocabulary<Signal> = Vocabulary {
    all: Signal::ALL,
    spell: Signal::as_str,
};
pub(in crate::triage) const ACCESS: Vocabulary<Access> = Vocabulary {
    all: Access::ALL,
    spell: Access::as_str,
};
pub(in crate::triage) const DIETS: Vocabulary<Diet> = Vocabulary {
    all: Diet::ALL,
    spell: Diet::as_str,
};
pub(in crate::triage) const TASKS: Vocabulary<HubOnly> = Vocabulary {
    all: HubOnly::ALL,
    spell: HubOnly::as_str,
};

pub(in crate::triage) fn word<T: Copy>(value: &Value<'_>, known: &Vocabulary<T>) -> Checked<T> {
    let spelled: Vec<&str> = known.all.iter().map(|one| (known.spell)(*one)).collect();
    let Some(written) = value.get_ref().as_str() else {
        return mistake(
            value.span(),
            format!("expected {}, found {}", one_of(&spelled), sort(value)),
        );
    };
    let found = known.all.iter().find(|one| (known.spell)(**one) == written);
    match found {
        Some(one) => Ok(*one),
        None => mistake(
            value.span(),
            format!("expected {}, found `{written}`", one_of(&spelled)),
        ),
    }
}

pub(in crate::triage) fn words<T: Copy>(
    value: &Value<'_>,
    known: &Vocabulary<T>,
) -> Checked<Vec<T>> {
    let Some(list) = value.get_ref().as_array() else {
        return mistake(
            value.span(),
            format!(
                "expected a list such as [\"{}\"], found {}",
                (known.spell)(known.all[0]),
                sort(value)
            ),
        );
    };
    if list.is_empty() {
        return mistake(
            value.span(),
            "expected at least one word in the list, found none: it could never apply; leave the setting out",
        );
    }
    list.iter().map(|one| word(one, known)).collect()
}

pub(in crate::triage) fn yes_or_no(value: &Value<'_>) -> Checked<bool> {
    match value.get_ref().as_bool() {
        Some(yes) => Ok(yes),
        None => mistake(
            value.span(),
            format!("expected true or false, found {}", sort(value)),
        ),
    }
}

pub(in crate::triage) fn number<T: TryFrom<i64> + PartialOrd + Display + Copy>(
    value: &Value<'_>,
    (least, most): (T, T),
    of: &str,
) -> Checked<T> {
    let written = value.get_ref().as_integer();
    let number = written
        .and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok())
        .and_then(|number| T::try_from(number).ok())
        .filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| {
        let found = written.map_or_else(|| sort(value).to_owned(), ToString::to_string);
        let problem =
            format!("expected a whole number of {of} from {least} to {most}, found {found}");
        Mistake {
            at: value.span(),
            problem,
        }
    })
}

/// Words on one line that are short enough for a card.
pub(in crate::triage) fn line(value: &Value<'_>) -> Checked<String> {
    let Some(written) = value.get_ref().as_str() else {
        return mistake(
            value.span(),
            format!("expected words, found {}", sort(value)),
        );
    };
    let length = written.chars().count();
    if written.trim().is_empty() || written.chars().any(char::is_control) || length > LONGEST_REASON
    {
        return mistake(
            value.span(),
            format!("expected 1 to {LONGEST_REASON} signs on one line, found {length}"),
        );
    }
    Ok(written.trim().to_owned())
}

fn sort(value: &Value<'_>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "words",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

pub(in crate::triage) fn unknown(found: &str, known: &[&str]) -> String {
    format!("expected {}, found `{found}`", one_of(known))
}

pub(in crate::triage) fn one_of(words: &[&str]) -> String {
    match words {
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
        [] => String::new(),
    }
}
