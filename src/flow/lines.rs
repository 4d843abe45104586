//! Neutral lines that the lifeline left beneath messages in groups, to be taken away again: once whoever they are for has
//! come, and after a while in any case. They are kept in memory alone.

use std::time::Duration;

use tokio::time::Instant;

use crate::domain::ids::MessageRef;
use crate::domain::people::Person;

/// How long a line stands, as with those that were decided.
const LINE_LASTS: Duration = Duration::from_mins(30);
/// How long after a failure it is tried again.
const AGAIN_AFTER: Duration = Duration::from_mins(1);
/// So many stand at once; beyond that the oldest is forgotten.
const MOST: usize = 1_024;

/// The lines that stand.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<Line>);

/// One line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The message that it is.
    pub(super) message: MessageRef,
    /// Whom it is for.
    pub(super) person: Person,
    until: Instant,
}

impl Lines {
    /// One more stands.
    pub(super) fn stands(&mut self, message: MessageRef, person: Person, now: Instant) {
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        let until = now + LINE_LASTS;
        self.0.push(Line {
            message,
            person,
            until,
        });
    }

    /// Somebody has come for what a line is about.
    pub(super) fn came(&mut self, person: &Person, now: Instant) {
        let theirs = |line: &&mut Line| {
            line.person.connector == person.connector && line.person.id == person.id
        };
        for line in self.0.iter_mut().filter(theirs) {
            line.until = now;
        }
    }

    /// One could not be taken away.
    pub(super) fn stays(&mut self, line: Line, now: Instant) {
        self.0.push(Line {
            until: now + AGAIN_AFTER,
            ..line
        });
    }

    /// Those to take away now.
    pub(super) fn due(&mut self, now: Instant) -> Vec<Line> {
        let (due, standing) = self.0.drain(..).partition(|line| line.until <= now);
        self.0 = standing;
        due
    }

    /// When the next is taken away.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.iter().map(|line| line.until).min()
    }
}
