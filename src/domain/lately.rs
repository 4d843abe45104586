//! What happened lately, kept in memory alone: how often somebody guessed a code, was refused, was answered or told
//! something new. A restart forgets it, which costs no more than a fresh start for those who went too far.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::clock::Timestamp;
use super::decision::PersonKey;
use super::ids::{ConnectorId, GroupId};

/// The most that is remembered of one thing, which is more than any limit asks for.
const MOST: usize = 256;
/// From so many things on, those that are over are thrown away at each commit.
const MANY: usize = 1_024;

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Codes that somebody gave and that led nowhere.
    WrongCodes(PersonKey),
    /// What somebody was not let do.
    Refused(PersonKey),
    /// Answers to somebody that they alone see.
    Answers(PersonKey),
    /// Answers to somebody that a whole group sees.
    OpenAnswers(PersonKey),
    /// Needs and offers that somebody began.
    Tellings(PersonKey),
    /// Questions that kith asked in a group.
    Asks(ConnectorId, GroupId),
}

impl Counted {
    /// How long one of these counts.
    pub const fn lasts(&self) -> Duration {
        match self {
            Self::WrongCodes(_) | Self::Refused(_) | Self::Tellings(_) => Duration::from_hours(1),
            Self::Answers(_) | Self::OpenAnswers(_) | Self::Asks(..) => Duration::from_mins(10),
        }
    }
}

/// One thing to count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What.
    pub what: Counted,
    /// When.
    pub at: Timestamp,
}

/// How often what happened lately. A clone shares what is known, and what it notes beside stays its own.
#[derive(Clone, Debug, Default)]
pub struct Lately {
    known: Arc<HashMap<Counted, VecDeque<Timestamp>>>,
    fresh: Vec<Mark>,
}

impl Lately {
    /// How often it happened, as long as it counts.
    pub fn count(&self, what: &Counted, now: Timestamp) -> usize {
        let counts = |at: &Timestamp| now.since(*at) < what.lasts();
        let known = self.known.get(what).into_iter().flatten();
        let fresh = self.fresh.iter().filter(|mark| mark.what == *what);
        known
            .chain(fresh.map(|mark| &mark.at))
            .filter(|at| counts(at))
            .count()
    }

    /// Notes one more until the batch is written.
    pub fn note(&mut self, mark: Mark) {
        self.fresh.push(mark);
    }

    /// Keeps what a batch noted, and throws away what is over where there is much.
    pub fn keep<'m>(&mut self, marks: impl IntoIterator<Item = &'m Mark>, now: Timestamp) {
        let mut marks = marks.into_iter().peekable();
        if marks.peek().is_none() {
            return;
        }
        let known = Arc::make_mut(&mut self.known);
        for mark in marks {
            let times = known.entry(mark.what.clone()).or_default();
            if times.len() == MOST {
                times.pop_front();
            }
            times.push_back(mark.at);
        }
        if known.len() > MANY {
            known.retain(|what, times| {
                times
                    .back()
                    .is_some_and(|last| now.since(*last) < what.lasts())
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;

    fn wrong(person: usize) -> Counted {
        let id = PersonId::new(person.to_string());
        Counted::WrongCodes((ConnectorId::new("sim"), id))
    }

    fn mark(person: usize, minute: u64) -> Mark {
        Mark {
            what: wrong(person),
            at: Timestamp::default() + Duration::from_mins(minute),
        }
    }

    #[test]
    fn what_happened_counts_for_its_time_and_within_its_batch() {
        let mut lately = Lately::default();
        lately.keep(
            &[mark(1, 0), mark(1, 30), mark(2, 30)],
            Timestamp::default(),
        );
        let mut batch = lately.clone();
        batch.note(mark(1, 31));
        let at = |minute| Timestamp::default() + Duration::from_mins(minute);
        assert_eq!(batch.count(&wrong(1), at(31)), 3);
        assert_eq!(lately.count(&wrong(1), at(31)), 2);
        assert_eq!(
            batch.count(&wrong(1), at(60)),
            2,
            "the first is an hour old"
        );
        assert_eq!(lately.count(&wrong(3), at(31)), 0);
    }

    #[test]
    fn a_flood_of_people_is_forgotten_once_it_is_over() {
        let mut lately = Lately::default();
        let many: Vec<_> = (0..MANY + 10).map(|person| mark(person, 0)).collect();
        lately.keep(&many, Timestamp::default());
        let later = Timestamp::default() + Duration::from_mins(61);
        lately.keep(&[mark(1, 61)], later);
        assert_eq!(lately.known.len(), 1);
        for _ in 0..MOST + 10 {
            lately.keep(&[mark(1, 61)], later);
        }
        assert_eq!(lately.known[&wrong(1)].len(), MOST);
    }
}
