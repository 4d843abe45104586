//! What can be wrong with the configuration, said so that it can be put right. Never with a secret in it.

use std::io;
use std::path::{Path, PathBuf};

use url::Url;

use crate::domain::private::Private;

/// What is wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// There is no such file.
    #[error("there is no settings file at {}; `kith init` writes one", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file can't be read.
    #[error("can't read {}: {why}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file has a setting that kith does not know.
    #[error("{}, line {line}: there is no setting `{key}`{}", path.display(), suggestion(near.as_deref()))]
    UnknownKey {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What was written.
        key: String,
        /// The known setting that is most like it.
        near: Option<String>,
    },
    /// The file is not TOML, or a value is of the wrong sort.
    #[error("{}, line {line}: {why}", path.display())]
    Text {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong there.
        why: String,
    },
    /// A value can't be.
    #[error("{setting}: expected {expected}, found {found}; {remedy}")]
    Value {
        /// The setting or the variable.
        setting: String,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
        /// What to do.
        remedy: String,
    },
    /// The file holds secrets and everybody may read it.
    #[error("{} holds tokens and everybody on this machine can read it; run `chmod 600 {}`", path.display(), path.display())]
    Exposed {
        /// Which file.
        path: PathBuf,
    },
    /// There is a file already, which is never overwritten.
    #[error("{} is there already and was left as it is; move it away first", path.display())]
    Exists {
        /// Which file.
        path: PathBuf,
    },
    /// The file can't be written.
    #[error("can't write {}: {why}", path.display())]
    Unwritable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
}

fn suggestion(near: Option<&str>) -> String {
    match near {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    }
}

impl ConfigError {
    pub(super) fn reading(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        if error.kind() == io::ErrorKind::NotFound {
            Self::Missing { path }
        } else {
            let why = error.to_string();
            Self::Unreadable { path, why }
        }
    }

    /// The message alone is taken: in full, the parser's error repeats the line, which may hold a token.
    pub(super) fn parsing(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let path = path.to_owned();
        let start = error.span().map_or(0, |span| span.start);
        let line = 1 + text
            .bytes()
            .take(start)
            .filter(|byte| *byte == b'\n')
            .count();
        let message = error.message();
        if !message.starts_with("unknown field") {
            let why = message.lines().collect::<Vec<_>>().join(", ");
            return Self::Text { path, line, why };
        }
        let mut names = message.split('`').skip(1).step_by(2);
        let key = names.next().unwrap_or_default().to_owned();
        let near = nearest(&key, names);
        Self::UnknownKey {
            path,
            line,
            key,
            near,
        }
    }
}

/// The known word that is most like a mistyped one; none where all are too different.
fn nearest<'w>(wrong: &str, known: impl Iterator<Item = &'w str>) -> Option<String> {
    let wrong = wrong.to_lowercase().replace('-', "_");
    known
        .map(|word| (strsim::damerau_levenshtein(&wrong, word), word))
        .filter(|(distance, word)| *distance <= 1 + word.len() / 3)
        .min()
        .map(|(_, word)| word.to_owned())
}

pub(super) fn check_token(
    setting: &str,
    token: Option<&Private<String>>,
) -> Result<(), ConfigError> {
    let Some(token) = token else { return Ok(()) };
    let token = token.reveal();
    if !token.is_empty() && !token.contains(char::is_whitespace) {
        return Ok(());
    }
    Err(ConfigError::Value {
        setting: setting.to_owned(),
        expected: "a token in one piece".to_owned(),
        found: if token.is_empty() {
            "nothing".to_owned()
        } else {
            "a token with a space in it".to_owned()
        },
        remedy: "copy it again, or leave the line out".to_owned(),
    })
}

pub(super) fn check_web_address(setting: &str, url: Option<&Url>) -> Result<(), ConfigError> {
    match url {
        Some(url) if !matches!(url.scheme(), "http" | "https") || !url.has_host() => {
            Err(ConfigError::Value {
                setting: setting.to_owned(),
                expected: "an address that begins with https:// or http://".to_owned(),
                found: format!("`{}:`", url.scheme()),
                remedy: "write it as a browser shows it".to_owned(),
            })
        }
        _ => Ok(()),
    }
}
