//! Number of a medical certificate of birth 出生医学证明编号.

use core::{fmt, str::FromStr};

use super::{CodeError, serde_as_text};
use crate::text::compact;

/// Number of the medical certificate of birth 出生医学证明: one letter and nine digits.
///
/// The shape alone is checked: the number carries no check digit.
/// `Debug` hides all but the last four digits, since the number leads to a child.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BirthCertificateNumber(String);

impl BirthCertificateNumber {
    /// Parses what a person typed.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        text.parse()
    }

    /// Letter (upper case) and nine digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BirthCertificateNumber {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = compact(text);
        let fits = text.len() == 10
            && text.bytes().enumerate().all(
                |(at, byte)| {
                    if at == 0 { byte.is_ascii_uppercase() } else { byte.is_ascii_digit() }
                },
            );
        if fits { Ok(Self(text)) } else { Err(CodeError::BirthCertificateShape) }
    }
}

impl fmt::Display for BirthCertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BirthCertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BirthCertificateNumber(******{})", &self.0[6..])
    }
}

serde_as_text!(BirthCertificateNumber);
