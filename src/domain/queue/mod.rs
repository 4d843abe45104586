//! The queue as people look at it: which cases, in which order, and which page of them.

mod button;
mod words;

use std::cmp::Ordering;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::case::Case;
use super::clock::Timestamp;
use super::ids::{CaseId, ConnectorId, PersonId};
use super::priority::Priority;
use super::reading::{Category, Urgency, spelled};
use super::settings::Area;

/// How many cases one page of `/queue` shows.
pub const PAGE: usize = 10;
/// The last page that can be asked for by its number; further on one goes by the button.
pub const LAST_PAGE: u16 = 100;
/// A case that nobody has, or that somebody has claimed, is stale where nothing has changed for so long.
pub const STALE_AFTER: Duration = Duration::from_hours(24);
/// A case that was handed on is stale where nothing was heard of it for so long.
pub const REFERRED_STALE_AFTER: Duration = Duration::from_hours(7 * 24);

/// In which order cases are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueOrder {
    /// By priority, then by how soon help is needed, then the oldest.
    #[default]
    Urgent,
    /// The oldest.
    Oldest,
}

/// Where a case with the hub stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HubState {
    /// Nobody has it.
    Open,
    /// A member of staff has it.
    Claimed,
    /// It was handed to a destination.
    Referred,
}

spelled!(QueueOrder { Urgent => "urgent", Oldest => "oldest" });
spelled!(HubState { Open => "open", Claimed => "claimed", Referred => "referred" });

impl HubState {
    /// A case that stands so is stale where nothing has happened with it for so long.
    pub const fn patience(self) -> Duration {
        match self {
            Self::Open | Self::Claimed => STALE_AFTER,
            Self::Referred => REFERRED_STALE_AFTER,
        }
    }
}

/// Which cases of those with the hub are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueFilter {
    /// Those that stand so.
    pub state: Option<HubState>,
    /// Those that the asker holds.
    pub mine: bool,
    /// Those of this priority.
    pub priority: Option<Priority>,
    /// Those that are about this, among other things.
    pub category: Option<Category>,
    /// Those known to be there, or told in a channel for there where the place is not known. In upper case.
    pub outcode: Option<String>,
    /// Those with which nothing has happened for a while, as [`is_stale`] has it.
    pub stale: bool,
}

impl QueueFilter {
    /// Whether a case is among those looked at.
    pub fn admits(
        &self,
        case: &Case,
        asker: Option<&(ConnectorId, PersonId)>,
        now: Timestamp,
    ) -> bool {
        let held_by = |(connector, id): &(ConnectorId, PersonId)| {
            let holder = case.state.holder();
            holder.is_some_and(|holder| holder.connector == *connector && holder.id == *id)
        };
        let is_there = |outcode: &String| match &case.outcode {
            Some(known) => known == outcode,
            None => case.area.outcodes().contains(outcode),
        };
        case.state.is_with_hub()
            && (self.state).is_none_or(|state| state.as_str() == case.state.name())
            && (!self.mine || asker.is_some_and(held_by))
            && (self.priority).is_none_or(|priority| case.triaged.priority == priority)
            && (self.category).is_none_or(|category| case.categories.contains(&category))
            && self.outcode.as_ref().is_none_or(is_there)
            && (!self.stale || is_stale(case, now))
    }
}

/// Whether nothing has happened with a case of the hub for a while.
pub fn is_stale(case: &Case, now: Timestamp) -> bool {
    let state = HubState::from_word(case.state.name());
    state.is_some_and(|state| case.at.max(case.changed) <= now - state.patience())
}

/// The place of the least urgent cases of the lowest priority.
pub const LAST_RANK: u8 = 15;

/// The place of a case by priority and how soon help is needed, 0 to [`LAST_RANK`]; the smaller comes first.
pub fn rank(priority: Priority, urgency: Urgency) -> u8 {
    priority as u8 * 4 + (Urgency::Now as u8 - urgency as u8)
}

/// Where a case stands in the queue, in whichever order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QueueKey {
    /// By priority and how soon help is needed.
    pub rank: u8,
    /// When it began.
    pub at: Timestamp,
    /// Which case.
    pub id: CaseId,
}

impl QueueKey {
    /// Where this case stands.
    pub fn of(case: &Case) -> Self {
        Self {
            rank: rank(case.triaged.priority, case.urgency),
            at: case.at,
            id: case.id.clone(),
        }
    }
}

impl QueueOrder {
    /// Which of two comes first.
    pub fn compare(self, a: &QueueKey, b: &QueueKey) -> Ordering {
        let by_age = || (a.at, &a.id).cmp(&(b.at, &b.id));
        match self {
            Self::Urgent => a.rank.cmp(&b.rank).then_with(by_age),
            Self::Oldest => by_age(),
        }
    }
}

/// Where a page begins or ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueFrom {
    /// It is the first one.
    #[default]
    Start,
    /// It has this number, from 1.
    Page(u16),
    /// It begins after this place.
    After(QueueKey),
    /// It ends before this place.
    Before(QueueKey),
}

/// What somebody wants to see of the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueView {
    /// Which cases.
    #[serde(flatten)]
    pub filter: QueueFilter,
    /// In which order.
    pub order: QueueOrder,
    /// Which page.
    pub from: QueueFrom,
}

impl QueueView {
    /// The same cases in the same order, another page.
    #[must_use]
    pub fn at(&self, from: QueueFrom) -> Self {
        Self {
            from,
            ..self.clone()
        }
    }
}

/// What is asked of the store: a view of the queue, by whom, for a hub of which area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueQuestion {
    /// What they want to see.
    pub view: QueueView,
    /// Who asks; nobody's cases are theirs where it is not a person.
    pub asker: Option<(ConnectorId, PersonId)>,
    /// The area of the hub: cases that it does not meet stay out.
    pub area: Area,
    /// How many cases fit on a page.
    pub size: usize,
}

impl QueueQuestion {
    /// How many cases lie before the page and are passed over.
    fn skipped(&self) -> usize {
        match self.view.from {
            QueueFrom::Page(number) => usize::from(number.saturating_sub(1)) * self.size,
            _ => 0,
        }
    }

    /// How many places in the queue have to be known to answer it: one more than fit, to tell whether there are more.
    pub fn reach(&self) -> usize {
        self.skipped() + self.size + 1
    }

    /// Whether it is answered from its end backwards.
    pub const fn is_backwards(&self) -> bool {
        matches!(self.view.from, QueueFrom::Before(_))
    }
}

/// One page of the queue: where its cases stand, and what lies around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueuePage {
    /// Its cases, in their order.
    pub keys: Vec<QueueKey>,
    /// The place after which it begins; none where nothing comes before it.
    pub after: Option<QueueKey>,
    /// The place before which it ends; none where nothing comes after it.
    pub before: Option<QueueKey>,
    /// How many cases there are on all pages, counted no further than [`COUNTED`].
    pub total: usize,
}

/// So many cases are counted; where there are more, people are told "more than".
pub const COUNTED: usize = 500;

impl QueuePage {
    /// The page that answers a question, from as many places as it reaches for, in the direction in which it is answered.
    pub fn of(question: &QueueQuestion, found: Vec<QueueKey>, total: usize) -> Self {
        let skipped = question.skipped();
        let last_skipped = skipped.checked_sub(1);
        let last_skipped =
            last_skipped.and_then(|index| found.get(index).or(found.last()).cloned());
        let mut rest = found.into_iter().skip(skipped);
        let mut keys: Vec<_> = rest.by_ref().take(question.size).collect();
        let (after, before) = match &question.view.from {
            QueueFrom::Before(place) => {
                keys.reverse();
                (rest.next(), Some(place.clone()))
            }
            QueueFrom::After(place) => (Some(place.clone()), rest.next()),
            QueueFrom::Start | QueueFrom::Page(_) => (last_skipped, rest.next()),
        };
        Self {
            keys,
            after,
            before,
            total,
        }
    }

    /// Whether a place lies on this page.
    pub fn holds(&self, order: QueueOrder, key: &QueueKey) -> bool {
        let comes = |than: &Option<QueueKey>, wanted: Ordering| {
            than.as_ref()
                .is_none_or(|than| order.compare(key, than) == wanted)
        };
        comes(&self.after, Ordering::Greater) && comes(&self.before, Ordering::Less)
    }
}
