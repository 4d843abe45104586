//! The same need told again. A first version: by who tells it, and by full postcode and category.
//! The same person telling the same thing attaches; another person's telling is only ever suggested.

use std::time::Duration;

use crate::domain::case::{Case, Similar};
use crate::domain::clock::Timestamp;
use crate::domain::decision::Snapshot;
use crate::domain::people::Person;
use crate::domain::reading::Reading;

/// How long after the first telling a second one counts as the same.
const SAME_WITHIN: Duration = Duration::from_hours(48);
/// How many similar cases a card shows.
const SHOWN: usize = 2;

/// What a duplicate of this reading would have in common with it.
pub fn keys(reading: &Reading, author: &Person) -> Vec<String> {
    let Some(category) = reading.categories.first() else {
        return Vec::new();
    };
    let mut keys = vec![format!(
        "author|{}|{}|{category}",
        author.connector, author.id
    )];
    if let Some(postcode) = reading
        .postcode
        .as_deref()
        .filter(|code| code.contains(' '))
    {
        keys.push(format!("postcode|{postcode}|{category}"));
    }
    keys
}

/// The live case that the same person told before, if any.
pub fn told_before<'s>(
    snapshot: &'s Snapshot,
    keys: &'s [String],
    author: &Person,
    now: Timestamp,
) -> Option<&'s Case> {
    candidates(snapshot, keys, now)
        .find(|case| case.resident.connector == author.connector && case.resident.id == author.id)
}

/// Cases of other people that may be the same need, with the reasons.
pub fn similar(
    snapshot: &Snapshot,
    keys: &[String],
    author: &Person,
    now: Timestamp,
) -> Vec<Similar> {
    let mut found: Vec<_> = candidates(snapshot, keys, now)
        .filter(|case| case.state.is_with_hub())
        .filter(|case| case.resident.connector != author.connector || case.resident.id != author.id)
        .filter(|case| {
            keys.iter()
                .any(|key| key.starts_with("postcode|") && case.keys.contains(key))
        })
        .collect();
    found.sort_by_key(|case| (case.at, case.id.clone()));
    found.dedup_by_key(|case| case.id.clone());
    found
        .into_iter()
        .take(SHOWN)
        .map(|case| Similar {
            case: case.id.clone(),
            code: case.code.clone(),
            reasons: reasons(case, now),
        })
        .collect()
}

fn reasons(case: &Case, now: Timestamp) -> Vec<String> {
    let minutes = now.since(case.at).as_secs() / 60;
    let ago = if minutes < 120 {
        format!("{minutes} minutes apart")
    } else {
        format!("{} hours apart", minutes / 60)
    };
    vec![
        "same postcode".to_owned(),
        "same kind of help".to_owned(),
        ago,
        "another person writing".to_owned(),
    ]
}

fn candidates<'s>(
    snapshot: &'s Snapshot,
    keys: &'s [String],
    now: Timestamp,
) -> impl Iterator<Item = &'s Case> {
    keys.iter()
        .filter_map(|key| snapshot.keys.get(key))
        .flatten()
        .filter_map(|id| snapshot.cases.get(id))
        .filter(move |case| case.state.is_live() && now.since(case.at) <= SAME_WITHIN)
}
