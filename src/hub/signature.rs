//! Signatures of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use crate::domain::clock::Timestamp;
use crate::domain::private::Private;

/// How far a timestamp may be from now, either way.
const TOLERANCE: Duration = Duration::from_mins(5);

/// A secret that signs.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Why a secret is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is none at all.
    #[error("expected a secret, found none; write `secret = \"whsec_…\"`")]
    Missing,
    /// It is not base64.
    #[error("expected a secret as `whsec_` and base64, found something else; copy it again")]
    Encoding,
}

/// What was signed, and by its headers how.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`, in seconds since 1970-01-01 UTC.
    pub timestamp: &'a str,
    /// `webhook-signature`: one or more signatures with spaces between.
    pub signature: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// Why something signed is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The timestamp is not one.
    #[error("expected seconds since 1970 in webhook-timestamp, found something else")]
    Timestamp,
    /// The timestamp is too old or too new.
    #[error(
        "expected a webhook-timestamp within 5 minutes of now, found one further away; check the clocks"
    )]
    Stale,
    /// No signature fits.
    #[error(
        "expected a signature with a secret of this destination, found none that fits; check its name and the secret"
    )]
    Mismatch,
}

impl Key {
    /// Reads a secret, with or without `whsec_` before it.
    ///
    /// # Errors
    /// [`KeyError`] where it is not base64 or is empty.
    pub fn parse(secret: &Private<String>) -> Result<Self, KeyError> {
        let text = secret.reveal().trim();
        let bytes = STANDARD
            .decode(text.strip_prefix("whsec_").unwrap_or(text))
            .map_err(|_| KeyError::Encoding)?;
        if bytes.is_empty() {
            return Err(KeyError::Missing);
        }
        Hmac::new_from_slice(&bytes)
            .map(Self)
            .map_err(|_| KeyError::Encoding)
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// The signature for the `webhook-signature` header; `timestamp` in seconds since 1970-01-01 UTC.
pub fn sign(key: &Key, id: &str, timestamp: i64, body: &[u8]) -> String {
    let mac = key.mac(id, &timestamp.to_string(), body);
    format!("v1,{}", STANDARD.encode(mac))
}

/// Believes what any of the keys signed within five minutes of now.
///
/// # Errors
/// [`SignatureError`] otherwise.
pub fn verify(keys: &[Key], signed: &Signed<'_>, now: Timestamp) -> Result<(), SignatureError> {
    let seconds: i64 = signed
        .timestamp
        .parse()
        .map_err(|_| SignatureError::Timestamp)?;
    let at = Timestamp::from_millis(seconds.saturating_mul(1_000));
    if at.since(now).max(now.since(at)) > TOLERANCE {
        return Err(SignatureError::Stale);
    }
    let given = signed
        .signature
        .split_ascii_whitespace()
        .filter_map(|signature| signature.strip_prefix("v1,"))
        .filter_map(|signature| STANDARD.decode(signature).ok());
    // Every pair is compared whatever the one before gave, so that time tells nothing.
    let mut fits = Choice::from(0);
    for signature in given {
        for key in keys {
            fits |= key.mac(signed.id, signed.timestamp, signed.body)[..].ct_eq(&signature);
        }
    }
    if fits.into() {
        Ok(())
    } else {
        Err(SignatureError::Mismatch)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SECONDS: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn key(secret: &str) -> Key {
        Key::parse(&secret.into()).unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::from_millis(SECONDS * 1_000)
    }

    fn published(signature: &str) -> Signed<'_> {
        Signed {
            id: ID,
            timestamp: "1614265330",
            signature,
            body: BODY,
        }
    }

    #[test]
    fn the_published_vector_fits() {
        assert_eq!(sign(&key(SECRET), ID, SECONDS, BODY), SIGNATURE);
        assert_eq!(sign(&key(&SECRET[6..]), ID, SECONDS, BODY), SIGNATURE);
        assert_eq!(verify(&[key(SECRET)], &published(SIGNATURE), now()), Ok(()));
    }

    #[test]
    fn while_secrets_change_any_of_several_will_do() {
        let other = key("whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcg==");
        let both = format!("{} {SIGNATURE}", sign(&other, ID, SECONDS, BODY));
        assert_eq!(verify(&[key(SECRET)], &published(&both), now()), Ok(()));
        let keys = [other, key(SECRET)];
        assert_eq!(verify(&keys, &published(SIGNATURE), now()), Ok(()));
        assert_eq!(
            verify(&keys[..1], &published(SIGNATURE), now()),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn five_minutes_either_way_and_no_more() {
        let keys = [key(SECRET)];
        for (offset, expected) in [
            (300, Ok(())),
            (-300, Ok(())),
            (301, Err(SignatureError::Stale)),
            (-301, Err(SignatureError::Stale)),
        ] {
            let now = Timestamp::from_millis((SECONDS + offset) * 1_000);
            assert_eq!(
                verify(&keys, &published(SIGNATURE), now),
                expected,
                "{offset}"
            );
        }
        let odd = Signed {
            timestamp: "yesterday",
            ..published(SIGNATURE)
        };
        assert_eq!(verify(&keys, &odd, now()), Err(SignatureError::Timestamp));
    }

    #[test]
    fn anything_changed_no_longer_fits() {
        let keys = [key(SECRET)];
        let signed = published(SIGNATURE);
        let changed = [
            Signed {
                id: "msg_other",
                ..signed
            },
            Signed {
                timestamp: "1614265331",
                ..signed
            },
            Signed {
                body: br#"{"test": 2432232315}"#,
                ..signed
            },
            Signed {
                signature: "",
                ..signed
            },
            Signed {
                signature: "v1,",
                ..signed
            },
            Signed {
                signature: "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                ..signed
            },
        ];
        for signed in changed {
            assert_eq!(
                verify(&keys, &signed, now()),
                Err(SignatureError::Mismatch),
                "{signed:?}"
            );
        }
        assert_eq!(verify(&[], &signed, now()), Err(SignatureError::Mismatch));
    }

    #[test]
    fn what_is_no_secret_is_told_and_never_shown() {
        assert_eq!(
            Key::parse(&"whsec_!".into()).unwrap_err(),
            KeyError::Encoding
        );
        assert_eq!(Key::parse(&"whsec_".into()).unwrap_err(), KeyError::Missing);
        assert_eq!(format!("{:?}", key(SECRET)), "Key(…)");
    }

    proptest! {
        #[test]
        fn what_is_signed_is_believed_and_nothing_panics(
            id in "\\PC{0,40}", body: Vec<u8>, seconds in 0..4_000_000_000_i64, noise in "\\PC{0,60}",
        ) {
            let keys = [key(SECRET)];
            let signature = format!("{noise} {}", sign(&keys[0], &id, seconds, &body));
            let timestamp = seconds.to_string();
            let signed = Signed { id: &id, timestamp: &timestamp, signature: &signature, body: &body };
            prop_assert_eq!(verify(&keys, &signed, Timestamp::from_millis(seconds * 1_000)), Ok(()));
            let odd = Signed { timestamp: &noise, signature: &noise, ..signed };
            prop_assert!(verify(&keys, &odd, Timestamp::default()).is_err());
        }
    }
}
