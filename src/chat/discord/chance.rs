//! Random waits, so that many clients don't come back at the same moment.

use std::time::Duration;

/// A random length between the two.
pub(super) fn between(least: Duration, most: Duration) -> Duration {
    let mut bytes = [0; 4];
    // Without randomness the middle is as good as any.
    let part = match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 0.5,
    };
    least + most.saturating_sub(least).mul_f64(part)
}

/// The wait before the next attempt after so many that failed: doubling from `first` to `most`,
/// less a random part of up to a half.
pub(super) fn growing(failures: u32, first: Duration, most: Duration) -> Duration {
    let full = first
        .saturating_mul(2_u32.saturating_pow(failures.min(20)))
        .min(most);
    between(full / 2, full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_within_bounds() {
        let (first, most) = (Duration::from_millis(100), Duration::from_secs(30));
        for failures in 0..40 {
            let wait = growing(failures, first, most);
            let full = first * 2_u32.pow(failures.min(9));
            assert!(wait <= most && wait >= (full / 2).min(most / 2), "{wait:?}");
        }
    }
}
