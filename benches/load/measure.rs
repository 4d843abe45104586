//! How things are timed, and what is gathered over the rounds.

use std::error::Error;
use std::time::{Duration, Instant};

/// Anything that ends the bench.
pub(crate) type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How often something that is waited for is looked at: ten times finer than what is timed by it.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// So many in such a time, a second.
pub(crate) fn rate(count: usize, time: Duration) -> f64 {
    number(count) / time.as_secs_f64()
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

pub(crate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Waits until something holds.
pub(crate) async fn until(
    within: Duration,
    mut holds: impl FnMut() -> Fallible<bool>,
) -> Fallible<()> {
    let begun = Instant::now();
    while !holds()? {
        if begun.elapsed() > within {
            return Err(format!("waited {within:?} for what did not come").into());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// The value below which this part of the values lies.
pub(crate) fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the rank of a value, from 0 to the number of values"
    )]
    let rank = (part * number(sorted.len())).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or(f64::NAN)
}

/// In what something is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    ASecond,
    Milliseconds,
    Microseconds,
    Megabytes,
}

impl Unit {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::ASecond => "/s",
            Self::Milliseconds => "ms",
            Self::Microseconds => "µs",
            Self::Megabytes => "MB",
        }
    }
}

/// One measured thing with its value in each round.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) unit: Unit,
    pub(crate) values: Vec<f64>,
}

impl Row {
    pub(crate) fn median(&self) -> f64 {
        quantile(&self.values, 0.5)
    }
}

/// All that was measured, in order.
#[derive(Debug, Default)]
pub(crate) struct Results {
    pub(crate) rows: Vec<Row>,
}

impl Results {
    pub(crate) fn add(&mut self, name: &'static str, unit: Unit, value: f64) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.name == name) {
            row.values.push(value);
        } else {
            self.rows.push(Row {
                name,
                unit,
                values: vec![value],
            });
        }
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }
}
