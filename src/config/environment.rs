//! The variables that stand over the file. An empty one counts as unset.

use std::str::FromStr;

use super::error::ConfigError;

type LookUp = dyn Fn(&str) -> Option<String>;

/// Where variables are looked up: the process, or a test's own table.
pub(super) struct Environment {
    read: Box<LookUp>,
}

impl Environment {
    /// The variables of this process.
    pub(super) fn of_process() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place that reads the environment"
        )]
        let read = |name: &str| std::env::var(name).ok();
        Self::new(read)
    }

    /// Variables from elsewhere.
    pub(super) fn new(read: impl Fn(&str) -> Option<String> + 'static) -> Self {
        Self {
            read: Box::new(read),
        }
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = (self.read)(name)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    pub(super) fn parsed<T: FromStr>(
        &self,
        name: &str,
        expected: &str,
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| ConfigError::Value {
            setting: name.to_owned(),
            expected: expected.to_owned(),
            found: format!("`{text}`"),
            remedy: "change it or unset it".to_owned(),
        })
    }
}
