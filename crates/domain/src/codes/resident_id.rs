//! Citizen identity number 公民身份号码, GB 11643.

use core::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CodeError, compact_date, iso7064, serde_as_text};
use crate::text::{compact, mask_id};

/// Sex 性别 as the number carries it (17th digit: odd = male).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}

/// Number of a resident identity card 居民身份证 (also of the residence permit 港澳台居民居住证).
///
/// Checked: 18 characters, a birth date of the calendar, the MOD 11-2 check character.
/// Not checked: that the region code was ever in force (districts are dissolved, their numbers stay valid).
/// `Debug` and logs show the masked form only; `Display` gives the whole number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResidentId(String);

impl ResidentId {
    /// Parses what a person typed; a birth date after `today` is refused as `id.birth_future`.
    pub fn parse(text: &str, today: Date) -> Result<Self, CodeError> {
        let id: Self = text.parse()?;
        if id.birth_date() > today {
            return Err(CodeError::IdBirthFuture);
        }
        Ok(id)
    }

    /// The 18 characters, X in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Code of the county where the number was first given (GB/T 2260), six digits.
    pub fn region_code(&self) -> &str {
        &self.0[..6]
    }

    /// Date of birth.
    pub fn birth_date(&self) -> Date {
        compact_date(&self.0[6..14]).expect("checked when parsed")
    }

    /// 周岁 on `today`: full years since birth. Who was born on 29 February grows older on 1 March
    /// where the year has no such day.
    pub fn age_on(&self, today: Date) -> i64 {
        let born = self.birth_date();
        let not_yet = (today.month(), today.day()) < (born.month(), born.day());
        i64::from(today.year()) - i64::from(born.year()) - i64::from(not_yet)
    }

    /// Sex as recorded in the 17th digit.
    pub fn sex(&self) -> Sex {
        if self.0.as_bytes()[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// `5329**********1234`, for display.
    pub fn masked(&self) -> String {
        mask_id(&self.0)
    }
}

impl FromStr for ResidentId {
    type Err = CodeError;

    /// Everything but the comparison with today, which [`ResidentId::parse`] adds; for values once parsed.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = compact(text);
        let bytes = text.as_bytes();
        if text.chars().count() != 18 {
            return Err(CodeError::IdLength);
        }
        let (Some(body), Some(&last)) = (bytes.get(..17), bytes.get(17)) else {
            return Err(CodeError::IdCharacter);
        };
        let check = iso7064::mod_11_2(body).ok_or(CodeError::IdCharacter)?;
        if !text.is_ascii() || !(last.is_ascii_digit() || last == b'X') {
            return Err(CodeError::IdCharacter);
        }
        compact_date(&text[6..14]).ok_or(CodeError::IdBirthDate)?;
        if check != last {
            return Err(CodeError::IdCheckDigit);
        }
        Ok(Self(text))
    }
}

impl fmt::Display for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResidentId({})", self.masked())
    }
}

serde_as_text!(ResidentId);
