//! Who may read the queue over HTTP: tokens, known by their SHA-256 alone.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::clock::Timestamp;
use crate::domain::settings::Area;

/// One who may read the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// What it is called, for the log.
    pub name: String,
    /// The SHA-256 of the token.
    pub sha256: [u8; 32],
    /// Whose cases it shows: those of hubs with this area.
    pub area: Area,
    /// From when on it is refused; never where there is none.
    pub expires: Option<Timestamp>,
}

/// Why a request is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Denied {
    #[error("expected the header `Authorization: Bearer TOKEN`, found none")]
    Missing,
    #[error("this token is not known here; `kith token new NAME` makes one")]
    Unknown,
    #[error("this token has expired; `kith token new NAME` makes another")]
    Expired,
}

/// The token that the value of an `Authorization` header names. Every token is compared with, each in constant time.
pub(super) fn admit<'t>(
    tokens: &'t [ApiToken],
    authorization: Option<&str>,
    now: Timestamp,
) -> Result<&'t ApiToken, Denied> {
    let (scheme, given) = authorization
        .and_then(|value| value.trim().split_once(' '))
        .ok_or(Denied::Missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Denied::Missing);
    }
    let digest: [u8; 32] = Sha256::digest(given.trim()).into();
    let found = tokens.iter().fold(None, |found, token| {
        let same = bool::from(token.sha256.ct_eq(&digest));
        if same { Some(token) } else { found }
    });
    let token = found.ok_or(Denied::Unknown)?;
    match token.expires {
        Some(expires) if expires <= now => Err(Denied::Expired),
        _ => Ok(token),
    }
}
