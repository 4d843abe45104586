//! The secret key of the hashes by which duplicates are found: 32 random bytes in hexadecimal, in a file of its own that its
//! owner alone may read, so that a copy of the database tells nobody's postcode or phone number.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::BootError;
use crate::config::Config;
use crate::domain::traces::{Hash, Hasher};
use crate::store::Store;

/// Bytes of a key.
const LENGTH: usize = 32;

/// The hasher of a database, with the key that it was filled with.
///
/// # Errors
/// The file can't be used, or holds another key.
pub(super) async fn open(config: &Config, store: &Store) -> Result<Hasher, BootError> {
    let file = config.database.key_file();
    let path = file
        .as_deref()
        .unwrap_or(Path::new(""))
        .display()
        .to_string();
    let is_there = file.as_deref().is_none_or(Path::exists);
    if !is_there && store.key_check().await?.is_some() {
        let found = "no file";
        return Err(BootError::OtherKey { path, found });
    }
    let hasher = hasher(file.as_deref())?;
    if store.knows_key(check(&hasher)).await? {
        return Ok(hasher);
    }
    let found = "another key";
    Err(BootError::OtherKey { path, found })
}

/// Takes the key that is there for the one of the database from now on. Tells how many cases and offers are no longer compared.
///
/// # Errors
/// The file or the database can't be used.
pub(super) async fn renew(config: &Config, store: &Store) -> Result<usize, BootError> {
    let hasher = hasher(config.database.key_file().as_deref())?;
    Ok(store.change_key(check(&hasher)).await?)
}

/// What a constant comes out as with a key.
fn check(hasher: &Hasher) -> Hash {
    hasher.hash("check", "kith")
}

/// A hasher with the key of this file, which is made where it is not there; with a key that nobody keeps where there is none.
///
/// # Errors
/// The file can't be read, written, or holds no key.
fn hasher(file: Option<&Path>) -> Result<Hasher, BootError> {
    let Some(path) = file else {
        return Ok(Hasher::new(&fresh("memory")?));
    };
    let name = path.display().to_string();
    let failed = |problem: String| BootError::Key {
        path: name.clone(),
        problem,
    };
    match fs::read_to_string(path) {
        Ok(text) => {
            let text = text.trim();
            let is_key = text.len() == 2 * LENGTH && text.bytes().all(|b| b.is_ascii_hexdigit());
            if !is_key {
                let length = 2 * LENGTH;
                return Err(failed(format!("expected {length} hexadecimal digits")));
            }
            Ok(Hasher::new(text.to_ascii_lowercase().as_bytes()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
            let digits = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
            let text: String = fresh(&name)?.iter().flat_map(digits).collect();
            match write(path, &text) {
                Ok(()) => Ok(Hasher::new(text.as_bytes())),
                // Another process was faster: its key is the key.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => hasher(file),
                Err(error) => Err(failed(error.to_string())),
            }
        }
        Err(error) => Err(failed(error.to_string())),
    }
}

/// Writes a file that is there whole or not at all, whenever the power goes, and never over another. Its owner alone may read it.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    writeln!(file, "{text}")?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

fn fresh(name: &str) -> Result<[u8; LENGTH], BootError> {
    let mut key = [0; LENGTH];
    getrandom::fill(&mut key).map_err(|error| BootError::Key {
        path: name.to_owned(),
        problem: format!("the system gives no random bytes: {error}"),
    })?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_again() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kith.key");
        let first = hasher(Some(&path)).unwrap().hash("phone", "1");
        assert_eq!(hasher(Some(&path)).unwrap().hash("phone", "1"), first);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let other = folder.path().join("other.key");
        assert_ne!(hasher(Some(&other)).unwrap().hash("phone", "1"), first);
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kith.key");
        fs::write(&path, "secret").unwrap();
        let error = hasher(Some(&path)).unwrap_err().to_string();
        assert!(error.contains("expected 64 hexadecimal digits"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "secret");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = hasher(Some(Path::new("/nowhere/at/all/kith.key"))).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all/kith.key"));
    }
}
