//! What a telling leaves behind to compare others with: keyed hashes, never its words, names or numbers.

use std::fmt;

use hmac::{Hmac, Mac};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::Sha256;

use super::clock::Timestamp;
use super::reading::{Category, Kind, Lang};

/// A keyed hash of 63 bits: a look-up key on both databases, of which nobody without the key can tell what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Hash(i64);

impl Hash {
    /// As it was stored.
    pub const fn from_i64(stored: i64) -> Self {
        Self(stored)
    }

    /// As stored.
    pub const fn as_i64(self) -> i64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Stored)
    }
}

/// A number, or its digits: as such the keys of cases were once stored.
struct Stored;

impl Visitor<'_> for Stored {
    type Value = Hash;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a hash of 63 bits")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Hash, E> {
        Ok(Hash(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Hash, E> {
        i64::try_from(number).map(Hash).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, digits: &str) -> Result<Hash, E> {
        digits.parse().map(Hash).map_err(E::custom)
    }
}

/// Makes hashes with one secret key: HMAC-SHA-256 (RFC 2104), of which the first 63 bits are kept.
#[derive(Clone)]
pub struct Hasher(Hmac<Sha256>);

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher(secret)")
    }
}

impl Hasher {
    /// A hasher with this key; the longer the better, 32 random bytes are enough.
    ///
    /// # Panics
    /// Never: HMAC takes keys of any length.
    pub fn new(key: &[u8]) -> Self {
        Self(
            Hmac::new_from_slice(key)
                .unwrap_or_else(|error| panic!("HMAC takes keys of any length: {error}")),
        )
    }

    /// The hash of a value of some sort: a phone number and a postcode never share one by chance of spelling.
    pub fn hash(&self, sort: &str, value: &str) -> Hash {
        let mut mac = self.0.clone();
        mac.update(sort.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        let bytes = mac.finalize().into_bytes();
        let (first, _) = bytes
            .split_first_chunk()
            .unwrap_or_else(|| unreachable!("SHA-256 gives 32 bytes"));
        Hash(i64::from_be_bytes(*first) & i64::MAX)
    }
}

/// A word of a telling: 28 bits of its hash, and how rare it is among messages, 0 (everybody says it) to 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WordTrace(u32);

impl WordTrace {
    /// The rarest words.
    pub const RAREST: u8 = 15;

    /// A word with this hash and rarity; rarer than [`Self::RAREST`] is as rare.
    pub fn new(hash: Hash, rarity: u8) -> Self {
        let bits = u32::try_from(hash.0 & 0x0fff_ffff).unwrap_or(0);
        Self(bits << 4 | u32::from(rarity.min(Self::RAREST)))
    }

    /// Hash and rarity as one number.
    pub const fn as_u32(self) -> u32 {
        self.0
    }

    /// 0 to 15.
    pub fn rarity(self) -> u8 {
        u8::try_from(self.0 & 15).unwrap_or(Self::RAREST)
    }
}

/// A sense that words of a telling have: its number among the reader's senses, and how rare it is, 0 to 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SenseTrace(pub u8, pub u8);

/// What one telling leaves to compare others with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Traces {
    /// Who told it, on which platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<Hash>,
    /// The platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<Hash>,
    /// Whether they ask for themselves; none where nothing is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_self: Option<bool>,
    /// The name that the platform shows of them: people often have the same on two platforms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handle: Option<Hash>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Phone numbers and e-mail addresses in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Hash>,
    /// Full postcode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<Hash>,
    /// Its outward half.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcode: Option<Hash>,
    /// House number with street.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Hash>,
    /// Streets, landmarks and parts of the area.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Hash>,
    /// Names of people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Hash>,
    /// Ages in whole years.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ages: Vec<u16>,
    /// How many people it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<u16>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// What it is about, most important first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// Its language, where it can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Lang>,
    /// Its words, sorted, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<WordTrace>,
    /// What its words mean, sorted, each once: a sense's number instead of a hash.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub senses: Vec<SenseTrace>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_depends_on_key_sort_and_value() {
        let hasher = Hasher::new(b"one");
        let hash = hasher.hash("phone", "07700900123");
        assert_eq!(hash, hasher.hash("phone", "07700900123"));
        assert_ne!(hash, hasher.hash("postcode", "07700900123"));
        assert_ne!(hash, hasher.hash("phone", "07700900124"));
        assert_ne!(hash, Hasher::new(b"two").hash("phone", "07700900123"));
        assert!(hash.as_i64() >= 0);
    }

    #[test]
    fn a_hasher_does_not_print_its_key() {
        assert_eq!(format!("{:?}", Hasher::new(b"one")), "Hasher(secret)");
    }

    #[test]
    fn a_word_keeps_its_rarity() {
        let word = WordTrace::new(Hash(i64::MAX), 200);
        assert_eq!(word.rarity(), WordTrace::RAREST);
        assert_eq!(WordTrace::new(Hash(7), 3).rarity(), 3);
    }

    #[test]
    fn a_hash_is_read_as_a_number_and_as_its_digits() {
        let hash = Hasher::new(b"one").hash("phone", "07700900123");
        let number = serde_json::to_string(&hash).unwrap();
        for stored in [number.clone(), format!("{number:?}")] {
            assert_eq!(serde_json::from_str::<Hash>(&stored).unwrap(), hash);
        }
        for other in ["-0.5", "\"x\"", "18446744073709551615", "null"] {
            assert!(serde_json::from_str::<Hash>(other).is_err(), "{other}");
        }
    }

    #[test]
    fn traces_of_little_are_stored_in_little() {
        let traces = Traces {
            ages: vec![84],
            ..Traces::default()
        };
        let stored = serde_json::to_string(&traces).unwrap();
        assert_eq!(stored, r#"{"ages":[84]}"#);
        assert_eq!(serde_json::from_str::<Traces>(&stored).unwrap(), traces);
    }
}
