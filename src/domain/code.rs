//! Case codes: short, speakable, with a check character, as `K7M-4QXP`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// 29 signs without those that look or sound alike (0 O, 1 I L, 5 S, U V).
/// 29 is prime, so a weighted sum modulo 29 catches every single wrong sign and every swap of neighbours.
const SIGNS: &[u8; 29] = b"23456789ABCDEFGHJKMNPQRTVWXYZ";
const RANDOM_SIGNS: usize = 6;
const BASE: usize = SIGNS.len();

/// The code by which people name a case or an offer. Upper case, without the hyphen inside.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseCode(String);

/// Why a text is not a case code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// It has the wrong number of signs.
    #[error("expected a code of 7 letters and digits such as K7M-4QXP, found {found} of them")]
    Length {
        /// How many signs there were.
        found: usize,
    },
    /// It has a sign that no code has.
    #[error("expected letters and digits that codes use, found `{found}`")]
    Sign {
        /// The sign.
        found: char,
    },
    /// The check character does not fit: a sign is mistyped or two are swapped.
    #[error("the code has a typing mistake; check it against the card")]
    Check,
}

impl CaseCode {
    /// A code from random bytes, of which the first ones are used.
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        let mut code = String::with_capacity(RANDOM_SIGNS + 1);
        let mut digits = [0; RANDOM_SIGNS];
        for (digit, pair) in digits.iter_mut().zip(bytes.chunks_exact(4)) {
            let number = u32::from_le_bytes([pair[0], pair[1], pair[2], pair[3]]);
            *digit = number as usize % BASE;
            code.push(char::from(SIGNS[*digit]));
        }
        code.push(char::from(SIGNS[check(&digits)]));
        Self(code)
    }

    /// Reads a code as people write it: any case, with or without hyphen and spaces.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut code = String::with_capacity(RANDOM_SIGNS + 1);
        let mut digits = Vec::with_capacity(RANDOM_SIGNS + 1);
        for found in text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '#'))
        {
            let sign = match found.to_ascii_uppercase() {
                'S' => '5',
                'U' => 'V',
                other => other,
            };
            let digit = SIGNS
                .iter()
                .position(|s| char::from(*s) == sign)
                .ok_or(CodeError::Sign { found })?;
            digits.push(digit);
            code.push(sign);
        }
        let [body @ .., last] = digits.as_slice() else {
            return Err(CodeError::Length { found: 0 });
        };
        if body.len() != RANDOM_SIGNS {
            return Err(CodeError::Length {
                found: digits.len(),
            });
        }
        if check(body) == *last {
            Ok(Self(code))
        } else {
            Err(CodeError::Check)
        }
    }

    /// The seven signs without the hyphen, as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The index of the check character: the sum of (place + 2) × digit, modulo 29.
fn check(digits: &[usize]) -> usize {
    digits
        .iter()
        .enumerate()
        .map(|(place, digit)| (place + 2) * digit)
        .sum::<usize>()
        % BASE
}

impl fmt::Display for CaseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = self.0.split_at(3);
        write!(f, "{head}-{tail}")
    }
}

impl TryFrom<String> for CaseCode {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        Self::parse(&text)
    }
}

impl From<CaseCode> for String {
    fn from(code: CaseCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn codes_read_back_however_they_are_written(bytes: [u8; 32]) {
            let code = CaseCode::from_bytes(bytes);
            prop_assert_eq!(CaseCode::parse(&code.to_string()).unwrap(), code.clone());
            prop_assert_eq!(CaseCode::parse(&format!(" {} ", code.as_str().to_lowercase())).unwrap(), code);
        }

        #[test]
        fn one_wrong_sign_or_a_swap_is_caught(bytes: [u8; 32], at in 0..7_usize, sign in 0..BASE) {
            let code = CaseCode::from_bytes(bytes);
            let mut wrong: Vec<u8> = code.as_str().bytes().collect();
            if wrong[at] != SIGNS[sign] {
                wrong[at] = SIGNS[sign];
                prop_assert_eq!(CaseCode::parse(std::str::from_utf8(&wrong).unwrap()), Err(CodeError::Check));
            }
            let mut swapped: Vec<u8> = code.as_str().bytes().collect();
            if at < 5 && swapped[at] != swapped[at + 1] {
                swapped.swap(at, at + 1);
                prop_assert_eq!(CaseCode::parse(std::str::from_utf8(&swapped).unwrap()), Err(CodeError::Check));
            }
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,40}") {
            let _ = CaseCode::parse(&text);
        }
    }
}
