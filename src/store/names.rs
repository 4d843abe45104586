//! The names of rows, as the parameters of statements carry them.

use serde::Serialize;

/// A row together with one more number.
#[derive(Serialize)]
pub(super) struct Expecting<R> {
    #[serde(flatten)]
    pub(super) row: R,
    pub(super) expected: i64,
}

/// A row together with its place among the others.
#[derive(Serialize)]
pub(super) struct Positioned<R> {
    #[serde(flatten)]
    pub(super) row: R,
    pub(super) position: usize,
}

/// Numbers rows, since a source of rows has no order of its own.
pub(super) fn positioned<R>(rows: impl IntoIterator<Item = R>) -> Vec<Positioned<R>> {
    rows.into_iter()
        .enumerate()
        .map(|(position, row)| Positioned { row, position })
        .collect()
}

/// A row named by its identifier.
#[derive(Serialize)]
pub(super) struct Id<'i> {
    pub(super) id: &'i str,
}

#[derive(Serialize)]
pub(super) struct CaseKey<'k> {
    pub(super) key: i64,
    pub(super) case_id: &'k str,
}

/// What a case or an offer is found under by the other.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MatchKey<'k> {
    pub(super) sort: &'k str,
    #[serde(rename = "key")]
    pub(super) name: &'k str,
    pub(super) id: &'k str,
    pub(super) at: i64,
}

/// Where to look for what fits.
#[derive(Serialize)]
pub(super) struct Sought {
    /// Which of several cases or offers looks.
    pub(super) seeker: usize,
    pub(super) sort: &'static str,
    #[serde(rename = "key")]
    pub(super) name: String,
    pub(super) weight: u8,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PersonName<'p> {
    pub(super) connector: &'p str,
    pub(super) person: &'p str,
}

/// A person, and since when something of theirs is looked for.
#[derive(Serialize)]
pub(super) struct PersonSince<'n> {
    pub(super) connector: &'n str,
    pub(super) person: &'n str,
    pub(super) since: i64,
}

#[derive(Serialize)]
pub(super) struct GroupName<'g> {
    pub(super) connector: &'g str,
    pub(super) community: &'g str,
}

#[derive(Serialize)]
pub(super) struct Source<'s> {
    pub(super) connector: &'s str,
    pub(super) channel: &'s str,
    pub(super) message: &'s str,
}

#[derive(Serialize)]
pub(super) struct Reference<'r> {
    pub(super) destination: &'r str,
    pub(super) reference: &'r str,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyName {
    /// Which of several tellings it is a key of.
    pub(super) telling: usize,
    pub(super) key: i64,
    pub(super) weight: u8,
}

#[derive(Serialize)]
pub(super) struct SubjectName<'s> {
    pub(super) subject: &'s str,
    pub(super) sort: &'s str,
}
