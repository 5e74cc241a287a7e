//! Implementation code 实施编码 (31) and case number 办件编号 (43).

use core::{fmt, str::FromStr};

use jiff::civil::Date;

use super::{CodeError, compact_date, push_compact_date, push_padded, serde_as_text};
use crate::text::compact;

/// Implementation code 实施编码 of a matter: 18 characters of the body, one of its level, 12 of the basic code.
///
/// Checked: letters and digits, level 1–6. The credit code inside is not verified again: provinces number
/// some bodies outside the register, and a case must not fail for that.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImplementationCode(String);

impl ImplementationCode {
    /// Parses the 31 characters.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        text.parse()
    }

    /// The 31 characters, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Credit code of the implementing body, 18 characters.
    pub fn body(&self) -> &str {
        &self.0[..18]
    }

    /// Level 行使层级: 1 国 2 省 3 市 4 县 5 乡 6 村.
    pub fn level(&self) -> u8 {
        self.0.as_bytes()[18] - b'0'
    }

    /// Basic code 基本编码, 12 characters.
    pub fn basic_code(&self) -> &str {
        &self.0[19..]
    }
}

impl FromStr for ImplementationCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = compact(text);
        let fits = text.len() == 31
            && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
            && matches!(text.as_bytes()[18], b'1'..=b'6');
        if fits { Ok(Self(text)) } else { Err(CodeError::ImplementationCodeShape) }
    }
}

impl fmt::Display for ImplementationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(ImplementationCode);

/// Case number 办件编号: implementation code, day of filing `yyyyMMdd`, and the sequence of that day.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CaseNumber(String);

impl CaseNumber {
    /// Numbers the `sequence`-th case (1–9999) filed on `day` for a matter.
    pub fn new(code: &ImplementationCode, day: Date, sequence: u16) -> Result<Self, CodeError> {
        if !(1..=9999).contains(&sequence) {
            return Err(CodeError::CaseSequence);
        }
        if day.year() < 1000 {
            return Err(CodeError::CaseDate);
        }
        let mut text = String::with_capacity(43);
        text.push_str(code.as_str());
        push_compact_date(&mut text, day);
        push_padded(&mut text, u64::from(sequence), 4);
        Ok(Self(text))
    }

    /// Parses what a person typed or scanned.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        text.parse()
    }

    /// The 43 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Implementation code of the matter.
    pub fn implementation_code(&self) -> ImplementationCode {
        ImplementationCode(self.0[..31].to_owned())
    }

    /// Day of filing.
    pub fn day(&self) -> Date {
        compact_date(&self.0[31..39]).expect("checked when parsed")
    }

    /// Sequence within the day, 1–9999.
    pub fn sequence(&self) -> u16 {
        self.0[39..].parse().expect("checked when parsed")
    }
}

impl FromStr for CaseNumber {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = compact(text);
        if text.len() != 43 || !text.is_ascii() {
            return Err(CodeError::CaseLength);
        }
        let code: ImplementationCode = text[..31].parse()?;
        let day = compact_date(&text[31..39]).ok_or(CodeError::CaseDate)?;
        let digits = &text[39..];
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CodeError::CaseSequence);
        }
        Self::new(&code, day, digits.parse().map_err(|_| CodeError::CaseSequence)?)
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(CaseNumber);
