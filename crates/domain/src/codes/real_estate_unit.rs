//! Code of a real estate unit 不动产单元代码, GB/T 37346.

use core::{fmt, str::FromStr};

use super::{CodeError, serde_as_text};
use crate::text::compact;

/// Real estate unit 不动产单元: 28 characters as printed on the certificate.
///
/// The shape alone is checked, there is no check digit: 6 digits county, 3 digits cadastral area, 3 digits
/// cadastral sub-area, 2 letters of the parcel (the first G, J or Z), 5 digits parcel, then one letter of the
/// thing on it (F building, L forest, Q other, W none) and 8 digits; after W all eight are zero.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RealEstateUnit(String);

impl RealEstateUnit {
    /// Parses what a person typed; the spaces printed between the groups do not matter.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        text.parse()
    }

    /// The 28 characters, upper case, without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Code of the county, six digits.
    pub fn region_code(&self) -> &str {
        &self.0[..6]
    }

    /// Code of the parcel 宗地代码, the first 19 characters.
    pub fn parcel(&self) -> &str {
        &self.0[..19]
    }

    /// Whether the unit is land alone, with nothing on it (`W00000000`).
    pub fn is_bare_land(&self) -> bool {
        self.0.as_bytes()[19] == b'W'
    }
}

impl FromStr for RealEstateUnit {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = compact(text);
        if text.chars().count() != 28 {
            return Err(CodeError::UnitLength);
        }
        let fits = text.bytes().enumerate().all(|(at, byte)| match at {
            12 => matches!(byte, b'G' | b'J' | b'Z'),
            13 => byte.is_ascii_uppercase(),
            19 => matches!(byte, b'F' | b'L' | b'Q' | b'W'),
            _ => byte.is_ascii_digit(),
        });
        if !fits || (&text[19..20] == "W" && &text[20..] != "00000000") {
            return Err(CodeError::UnitShape);
        }
        Ok(Self(text))
    }
}

impl fmt::Display for RealEstateUnit {
    /// In the groups of the certificate: `350203 003003 GB00001 F00010001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, range) in [0..6, 6..12, 12..19, 19..28].into_iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(&self.0[range])?;
        }
        Ok(())
    }
}

serde_as_text!(RealEstateUnit);
