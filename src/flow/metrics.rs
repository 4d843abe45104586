//! What flow counts while it works. The web server shows it; nothing decides by it.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {
        /// Counters since the process began. Each only grows.
        #[derive(Debug, Default)]
        pub struct Counters {
            $($(#[doc = $doc])+ pub $name: Counter,)+
        }

        impl Counters {
            /// Every counter: its name, what it means, how far it is.
            pub fn rows(&self) -> Vec<Row> {
                vec![$(Row {
                    name: stringify!($name),
                    help: concat!($($doc),+).trim_ascii(),
                    value: self.$name.get(),
                }),+]
            }
        }
    };
}

/// One counter.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn one(&self) {
        self.add(1);
    }

    /// So many more.
    pub fn add(&self, count: usize) {
        self.0
            .fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How far it is.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// One counter as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// What it counts.
    pub help: &'static str,
    /// How far it is.
    pub value: u64,
}

counters! {
    /// Inbound handed over by connectors, destinations and the clock.
    inbound;
    /// Inbound that nothing could come of, such as ordinary chat.
    ordinary;
    /// Inbound that had been handed over before.
    repeated;
    /// Inbound that was decided and committed.
    decided;
    /// Inbound that could not be decided or stored and was kept as it came.
    set_aside;
    /// Things that people were not let do.
    refused;
    /// Panics caught while deciding.
    panics;
    /// Commits of inbound.
    commits;
    /// Commits done again because somebody else wrote first.
    conflicts;
    /// Times that the database did not answer.
    store_failures;
    /// Effects promised.
    promised;
    /// Effects done.
    done;
    /// Effects that failed and will be tried again.
    retried;
    /// Effects that failed for good and wait for staff.
    dead;
    /// Effects dropped because they came too late to be worth doing.
    expired;
    /// People in danger who were sent the numbers straight, past the database and the outbox.
    rescued;
    /// People who could not be reached in private.
    unreachable;
    /// Times that kith held back to keep a platform's pace.
    paced;
    /// Answers of destinations to referrals.
    handed;
    /// Times that came and were handed over.
    due;
    /// Connectors and tasks begun again after an error or a panic.
    restarts;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_shown_by_name_with_their_meaning() {
        let counters = Counters::default();
        counters.repeated.add(2);
        counters.repeated.one();
        let row = counters
            .rows()
            .into_iter()
            .find(|row| row.name == "repeated")
            .unwrap();
        assert_eq!(row.value, 3);
        assert_eq!(row.help, "Inbound that had been handed over before.");
    }
}
