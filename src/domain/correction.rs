//! A correction: what a person said that a text is, where kith took it for something else.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::ids::{ConnectorId, GroupId, PersonId, ReportId};
use super::private::Private;
use super::reading::Kind;

/// What a person said that a text is. Reading can learn from it, on the machine where it is kept.
///
/// Of the people there is no more than is needed to forget them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The report that told the text: it has one correction at most, the last.
    pub id: ReportId,
    /// The words, as they were when it was said.
    pub text: Private<String>,
    /// What kith takes them for.
    pub read: Kind,
    /// What they are.
    pub is: Kind,
    /// The ISO 639-1 code of their language, where it is known.
    #[serde(default)]
    pub language: Option<String>,
    /// The platform that all of these are on.
    pub connector: ConnectorId,
    /// The group where they were written; none in a private chat.
    pub group: Option<GroupId>,
    /// Who wrote them.
    pub author: PersonId,
    /// Who says so.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
}
