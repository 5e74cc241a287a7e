//! Mobile phone number 手机号码.

use core::{fmt, str::FromStr};

use super::{TextError, compact, mask_phone};
use crate::codes::serde_as_text;

/// Mobile number of the mainland: 11 digits, `1[3-9]…`.
///
/// Typed with spaces, hyphens, full-width digits, `+86`, `0086` or `86` in front it is taken all the same.
/// `Debug` shows the masked form; `Display` gives the whole number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);

impl Phone {
    /// Parses what a person typed.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        text.parse()
    }

    /// The 11 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four digits, asked for beside a tracking code.
    pub fn last_four(&self) -> &str {
        &self.0[7..]
    }

    /// `138****1234`, for display.
    pub fn masked(&self) -> String {
        mask_phone(&self.0)
    }
}

impl FromStr for Phone {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let mut text = compact(text);
        text.retain(|c| c != '(' && c != ')');
        let digits = text
            .strip_prefix("+86")
            .or_else(|| text.strip_prefix("0086"))
            .or_else(|| text.strip_prefix("86").filter(|rest| rest.len() == 11))
            .unwrap_or(&text);
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(TextError::PhoneCharacter);
        }
        if digits.len() != 11 {
            return Err(TextError::PhoneLength);
        }
        if !matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]) {
            return Err(TextError::PhonePrefix);
        }
        Ok(Self(digits.to_owned()))
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

serde_as_text!(Phone);
