//! Short code by which a case is followed without signing in 办件查询码.

use core::{fmt, str::FromStr};

use super::{CodeError, serde_as_text};
use crate::text::compact;

/// 29 characters, no two of which look alike; prime in number, so that the check below misses nothing.
const ALPHABET: &[u8; 29] = b"0123456789ACDEFGHJKMNPQRTVWXY";

/// How many codes there are: 29⁷, about 1.7 × 10¹⁰.
pub const CODES: u64 = 29_u64.pow(7);

/// Tracking code 办件查询码: seven random characters and one check character, shown as `XXXX-XXXX`.
///
/// The check (weights 8…1 modulo 29) tells every single mistyped character and every swap of two, so a typing
/// error is told at once and costs none of the five tries an hour. The code alone opens nothing: the last four
/// digits of the phone are asked for beside it. `Debug` shows the first half only.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrackingCode(String);

impl TrackingCode {
    /// Makes a code from eight bytes of a cryptographic generator, handed in by the caller.
    pub fn from_random(bytes: [u8; 8]) -> Self {
        // 2⁶⁴ is 10⁹ times the number of codes: the bias of the remainder is below one in 10⁹.
        let mut rest = u64::from_be_bytes(bytes) % CODES;
        let mut text = String::with_capacity(8);
        let mut sum = 0;
        for weight in (2..=8_u64).rev() {
            let value = rest % 29;
            rest /= 29;
            sum += value * weight;
            text.push(letter(value));
        }
        text.push(letter((29 - sum % 29) % 29));
        Self(text)
    }

    /// Parses what a person typed: any case, spaces, hyphens, and O for 0, I or L for 1, Z for 2, S for 5,
    /// B for 8, U for V.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        text.parse()
    }

    /// The eight characters without the hyphen, as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn letter(value: u64) -> char {
    let index = usize::try_from(value % 29).unwrap_or(0);
    char::from(ALPHABET[index])
}

/// The character that a look-alike stands for.
const fn unalike(c: char) -> char {
    match c {
        'O' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'B' => '8',
        'U' => 'V',
        other => other,
    }
}

impl FromStr for TrackingCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text: String = compact(text).chars().map(unalike).collect();
        if text.chars().count() != 8 {
            return Err(CodeError::TrackingLength);
        }
        let mut sum = 0;
        for (byte, weight) in text.bytes().zip((1..=8).rev()) {
            let value = ALPHABET.iter().position(|c| *c == byte);
            sum += value.ok_or(CodeError::TrackingCharacter)? * weight;
        }
        if sum % 29 != 0 {
            return Err(CodeError::TrackingCheckDigit);
        }
        Ok(Self(text))
    }
}

impl fmt::Display for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0[..4])?;
        f.write_str("-")?;
        f.write_str(&self.0[4..])
    }
}

impl fmt::Debug for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrackingCode({}-****)", &self.0[..4])
    }
}

serde_as_text!(TrackingCode);
