//! One rule of the table: when it applies, and what it says.

use super::facts::Facts;
use crate::domain::particulars::{Access, Diet};
use crate::domain::priority::{HubOnly, Priority, Route};
use crate::domain::reading::{Category, Signal, Urgency};

/// One rule of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in the file.
    pub name: String,
    /// When it applies.
    pub when: Conditions,
    /// At least this urgent.
    pub priority: Option<Priority>,
    /// Who should meet the need.
    pub route: Option<Route>,
    /// The reason that staff read.
    pub because: String,
}

/// When a rule applies: where everything holds that is said here. Of a list, one is enough; an empty one says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// It is about one of these.
    pub categories: Vec<Category>,
    /// Help is needed at least this soon.
    pub urgency: Option<Urgency>,
    /// One of these signs of danger was read.
    pub signals: Vec<Signal>,
    /// It is, or is not, for somebody other than the writer.
    pub on_behalf: Option<bool>,
    /// Children are, or are not, spoken of.
    pub children: Option<bool>,
    /// A child younger than this is spoken of, in years.
    pub child_under: Option<u16>,
    /// One of these barriers was read.
    pub access: Vec<Access>,
    /// One of these diets was read.
    pub diets: Vec<Diet>,
    /// One of these tasks is in it.
    pub tasks: Vec<HubOnly>,
    /// It has been with the hub for so many hours, and nobody has it.
    pub waiting: Option<u32>,
}

impl Rule {
    /// Whether it applies to what is known of a case that has waited so many hours.
    pub fn applies(&self, facts: &Facts, waited: u32) -> bool {
        self.when.hold(facts, waited)
    }

    /// Whether another rule can change nothing beside this one: it applies only where this one does, and says no more.
    pub fn covers(&self, other: &Self) -> bool {
        let as_soon = other
            .priority
            .is_none_or(|theirs| self.priority.is_some_and(|ours| ours <= theirs));
        let as_careful = other
            .route
            .is_none_or(|theirs| self.route.is_some_and(|ours| care(ours) >= care(theirs)));
        as_soon && as_careful && self.when.cover(&other.when)
    }
}

impl Conditions {
    pub(in crate::triage) fn hold(&self, facts: &Facts, waited: u32) -> bool {
        any_of(&self.categories, &facts.categories)
            && self.urgency.is_none_or(|least| facts.urgency >= least)
            && any_of(&self.signals, &facts.signals)
            && self
                .on_behalf
                .is_none_or(|wanted| facts.on_behalf == wanted)
            && self.children.is_none_or(|wanted| facts.children == wanted)
            && self
                .child_under
                .is_none_or(|age| facts.youngest.is_some_and(|youngest| youngest < age))
            && any_of(&self.access, &facts.access)
            && any_of(&self.diets, &facts.diets)
            && any_of(&self.tasks, &facts.tasks)
            && self.waiting.is_none_or(|hours| waited >= hours)
    }

    /// Whether these hold wherever the others do.
    fn cover(&self, others: &Self) -> bool {
        let children = others.children.or(others.child_under.map(|_| true));
        wider(&self.categories, &others.categories)
            && at_most(self.urgency, others.urgency)
            && wider(&self.signals, &others.signals)
            && self
                .on_behalf
                .is_none_or(|wanted| others.on_behalf == Some(wanted))
            && self.children.is_none_or(|wanted| children == Some(wanted))
            && self
                .child_under
                .is_none_or(|age| others.child_under.is_some_and(|theirs| theirs <= age))
            && wider(&self.access, &others.access)
            && wider(&self.diets, &others.diets)
            && wider(&self.tasks, &others.tasks)
            && at_most(self.waiting, others.waiting)
    }

    /// Whether nothing is said, so that they always hold.
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

/// How careful a route is: the most careful of several stands.
pub const fn care(route: Route) -> u8 {
    match route {
        Route::Signpost => 0,
        Route::Neighbour => 1,
        Route::Hub => 2,
        Route::Lead => 3,
        Route::Emergency => 4,
    }
}

/// The route that a sign of danger has at least; none for a scam, which endangers money.
pub const fn least_route(signal: Signal) -> Option<Route> {
    match signal {
        Signal::Medical | Signal::Hazard => Some(Route::Emergency),
        Signal::SelfHarm | Signal::Abuse | Signal::Child | Signal::Neglect => Some(Route::Lead),
        Signal::Scam => None,
    }
}

fn any_of<T: PartialEq>(wanted: &[T], found: &[T]) -> bool {
    wanted.is_empty() || wanted.iter().any(|one| found.contains(one))
}

fn wider<T: PartialEq>(ours: &[T], theirs: &[T]) -> bool {
    let all_ours = || theirs.iter().all(|one| ours.contains(one));
    ours.is_empty() || (!theirs.is_empty() && all_ours())
}

fn at_most<T: PartialOrd>(ours: Option<T>, theirs: Option<T>) -> bool {
    match (ours, theirs) {
        (None, _) => true,
        (Some(ours), Some(theirs)) => ours <= theirs,
        (Some(_), None) => false,
    }
}
