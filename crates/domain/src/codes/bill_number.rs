//! Number by which a government fee is paid 缴款码.

use core::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CodeError, compact_date, iso7064, push_compact_date, push_padded, serde_as_text};
use crate::text::compact;

/// Digits of a bill number; 20 is the custom, the layout inside differs by region.
pub const LENGTH: usize = 20;

/// Payment code 缴款码 of a bill 缴款书: 20 digits. What they mean is the region's [`BillPattern`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BillNumber(String);

impl BillNumber {
    /// Parses 20 digits; [`BillPattern::verify`] checks them against the region's layout.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        text.parse()
    }

    /// The 20 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BillNumber {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = compact(text);
        if text.chars().count() != LENGTH {
            return Err(CodeError::BillLength);
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CodeError::BillCharacter);
        }
        Ok(Self(text))
    }
}

impl fmt::Display for BillNumber {
    /// In groups of four, as printed on a bill.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for start in (0..LENGTH).step_by(4) {
            if start > 0 {
                f.write_str(" ")?;
            }
            f.write_str(&self.0[start..start + 4])?;
        }
        Ok(())
    }
}

serde_as_text!(BillNumber);

/// How a bill number carries its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillDate {
    /// No date.
    None,
    /// Two digits of the year, month, day.
    Short,
    /// Four digits of the year, month, day.
    Long,
}

/// Layout of a region's bill numbers: prefix, day, random digits, check digit; 20 in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillPattern {
    /// Leading digits, as a rule the region code.
    pub prefix: String,
    /// How the day is written.
    pub date: BillDate,
    /// Whether the last digit is a check digit (ISO 7064 MOD 11,10).
    pub check_digit: bool,
}

impl BillPattern {
    /// The usual layout: prefix, `yyMMdd`, random digits, check digit.
    pub fn usual(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), date: BillDate::Short, check_digit: true }
    }

    /// How many random digits the layout leaves; `bill.pattern` when fewer than five (too few to be unique
    /// within a day) or when the prefix is not digits.
    pub fn random_digits(&self) -> Result<usize, CodeError> {
        let fixed = self.prefix.len() + self.date_digits() + usize::from(self.check_digit);
        let digits = self.prefix.bytes().all(|byte| byte.is_ascii_digit());
        match LENGTH.checked_sub(fixed) {
            Some(rest) if rest >= 5 && digits => Ok(rest),
            _ => Err(CodeError::BillPattern),
        }
    }

    /// Makes a number for a bill issued on `day` from a random value handed in by the caller.
    ///
    /// Two bills may draw the same value: uniqueness is the store's to enforce.
    pub fn issue(&self, day: Date, random: u64) -> Result<BillNumber, CodeError> {
        let width = self.random_digits()?;
        let mut text = self.prefix.clone();
        let mut date = String::new();
        push_compact_date(&mut date, day);
        match self.date {
            BillDate::None => {}
            BillDate::Short => text.push_str(date.get(date.len() - 6..).unwrap_or_default()),
            BillDate::Long => text.push_str(&date),
        }
        let space = u32::try_from(width).ok().and_then(|w| 10_u64.checked_pow(w));
        push_padded(&mut text, space.map_or(random, |space| random % space), width);
        if self.check_digit {
            let check = iso7064::hybrid(text.as_bytes(), 10).ok_or(CodeError::BillPattern)?;
            text.push(char::from(check));
        }
        text.parse()
    }

    /// Whether a number follows this layout: prefix, an existing day, check digit.
    pub fn verify(&self, number: &BillNumber) -> Result<(), CodeError> {
        self.random_digits()?;
        let text = number.as_str();
        let rest = text.strip_prefix(&self.prefix).ok_or(CodeError::BillPrefix)?;
        let day = &rest[..self.date_digits()];
        let exists = match self.date {
            BillDate::None => true,
            BillDate::Short => compact_date(&["20", day].concat()).is_some(),
            BillDate::Long => compact_date(day).is_some(),
        };
        if !exists {
            return Err(CodeError::BillDate);
        }
        let (body, last) = text.as_bytes().split_at(LENGTH - 1);
        if self.check_digit && iso7064::hybrid(body, 10) != last.first().copied() {
            return Err(CodeError::BillCheckDigit);
        }
        Ok(())
    }

    const fn date_digits(&self) -> usize {
        match self.date {
            BillDate::None => 0,
            BillDate::Short => 6,
            BillDate::Long => 8,
        }
    }
}
