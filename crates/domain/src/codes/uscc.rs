//! Unified social credit code 统一社会信用代码, GB 32100.

use core::{fmt, str::FromStr};

use super::{CodeError, serde_as_text};
use crate::text::compact;

/// The 31 characters of GB 32100 in the order of their values (no I, O, S, V, Z).
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Unified social credit code of an organisation: 18 characters with a check character modulo 31.
///
/// Checked: length, alphabet, check character. Not checked: whether it is registered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uscc(String);

impl Uscc {
    /// Parses what a person typed.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        text.parse()
    }

    /// The 18 characters, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Registering department 登记管理部门: `1` 机构编制, `5` 民政, `9` 市场监管, …
    pub fn department(&self) -> char {
        char::from(self.0.as_bytes()[0])
    }

    /// Code of the registering authority's region, six characters.
    pub fn region_code(&self) -> &str {
        &self.0[2..8]
    }

    /// Organisation code 主体标识码 (the former 组织机构代码), nine characters.
    pub fn organisation_code(&self) -> &str {
        &self.0[8..17]
    }
}

/// Check character for the first 17 characters of a code; `None` when one lies outside the alphabet.
pub fn check_character(body: &[u8]) -> Option<char> {
    let mut sum = 0_usize;
    let mut weight = 1_usize;
    for byte in body {
        sum += ALPHABET.iter().position(|c| c == byte)? * weight;
        weight = weight * 3 % 31;
    }
    let check = (31 - sum % 31) % 31;
    ALPHABET.get(check).map(|byte| char::from(*byte))
}

impl FromStr for Uscc {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = compact(text);
        if text.chars().count() != 18 {
            return Err(CodeError::UsccLength);
        }
        if !text.bytes().all(|byte| ALPHABET.contains(&byte)) {
            return Err(CodeError::UsccCharacter);
        }
        if check_character(&text.as_bytes()[..17]) != text.chars().last() {
            return Err(CodeError::UsccCheckDigit);
        }
        Ok(Self(text))
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(Uscc);
