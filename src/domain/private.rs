//! Personal data that logs and errors can't print.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value about a person: no `Display`, and a `Debug` that shows nothing of it.
///
/// It serialises plainly, since the store must be able to keep it; whoever serialises it decides where it goes.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one place that needs it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value, by move.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Private(…)")
    }
}

impl From<&str> for Private<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Private::new("07700 900123".to_owned());
        assert_eq!(format!("{secret:?}"), "Private(…)");
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"07700 900123\"");
    }
}
