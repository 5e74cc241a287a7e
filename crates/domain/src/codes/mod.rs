//! Numbers that people copy from cards and papers, each a type that can only hold a well-formed one.
//!
//! Every type parses what is really typed (full-width characters, spaces, hyphens, lower case), keeps one
//! canonical spelling, and refuses with a [`CodeError`] whose `code()` is stable and never repeats the input.

pub mod bill_number;
pub mod birth_certificate;
pub mod case_number;
pub mod iso7064;
pub mod licence_id;
pub mod real_estate_unit;
pub mod resident_id;
pub mod tracking;
pub mod uscc;

pub use bill_number::{BillNumber, BillPattern};
pub use birth_certificate::BirthCertificateNumber;
pub use case_number::{CaseNumber, ImplementationCode};
pub use licence_id::LicenceId;
pub use real_estate_unit::RealEstateUnit;
pub use resident_id::{ResidentId, Sex};
pub use tracking::TrackingCode;
pub use uscc::Uscc;

/// An error enum whose variants carry a stable, machine-readable code; texts for people live elsewhere.
macro_rules! error_codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident => $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            /// Every variant, so that a test can prove that each code has a text.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable code, such as `id.check_digit`; the key of the text shown to people.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl core::error::Error for $name {}
    };
}
pub(crate) use error_codes;

/// Serde as one string, through `as_str` and `FromStr`, so that a stored value is parsed like a typed one.
macro_rules! serde_as_text {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use serde_as_text;

error_codes! {
    /// Why a number was refused. The code names the kind of number and the flaw, never the value.
    CodeError {
        /// Not 18 characters.
        IdLength => "id.length",
        /// Something other than digits (and X at the end).
        IdCharacter => "id.character",
        /// The birth date in the number does not exist.
        IdBirthDate => "id.birth_date",
        /// The birth date lies after today.
        IdBirthFuture => "id.birth_future",
        /// The last character does not fit the others.
        IdCheckDigit => "id.check_digit",
        /// Not 18 characters.
        UsccLength => "uscc.length",
        /// A character outside GB 32100 (I, O, S, V and Z are not used).
        UsccCharacter => "uscc.character",
        /// The last character does not fit the others.
        UsccCheckDigit => "uscc.check_digit",
        /// Not the five parts after the root `1.2.156.3005.2.`
        LicenceShape => "licence.shape",
        /// One part has a wrong length or character.
        LicencePart => "licence.part",
        /// The last character does not fit the others.
        LicenceCheckDigit => "licence.check_digit",
        /// Not 28 characters.
        UnitLength => "real_estate_unit.length",
        /// Letters and digits are not where GB/T 37346 has them.
        UnitShape => "real_estate_unit.shape",
        /// Not one letter and nine digits.
        BirthCertificateShape => "birth_certificate.shape",
        /// Not 31 characters, or not of the shape body + level + basic code.
        ImplementationCodeShape => "implementation_code.shape",
        /// Not 43 characters.
        CaseLength => "case.length",
        /// The date in the number does not exist.
        CaseDate => "case.date",
        /// The sequence is not 0001–9999.
        CaseSequence => "case.sequence",
        /// Not eight characters.
        TrackingLength => "tracking.length",
        /// A character that no tracking code contains and that resembles none.
        TrackingCharacter => "tracking.character",
        /// Mistyped: the last character does not fit the others.
        TrackingCheckDigit => "tracking.check_digit",
        /// Not 20 digits.
        BillLength => "bill.length",
        /// Something other than digits.
        BillCharacter => "bill.character",
        /// Does not begin with the prefix of the region.
        BillPrefix => "bill.prefix",
        /// The date in the number does not exist.
        BillDate => "bill.date",
        /// The last digit does not fit the others.
        BillCheckDigit => "bill.check_digit",
        /// The configured pattern does not make 20 digits.
        BillPattern => "bill.pattern",
    }
}

/// Value of eight digits `yyyyMMdd`; `None` when they are not a date of the calendar.
pub(crate) fn compact_date(text: &str) -> Option<jiff::civil::Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year = text.get(..4)?.parse().ok()?;
    let month = text.get(4..6)?.parse().ok()?;
    let day = text.get(6..)?.parse().ok()?;
    jiff::civil::Date::new(year, month, day).ok()
}

/// Appends `value` in decimal, padded with zeros to `width` digits.
pub(crate) fn push_padded(out: &mut String, value: u64, width: usize) {
    let digits = value.to_string();
    for _ in digits.len()..width {
        out.push('0');
    }
    out.push_str(&digits);
}

/// Appends a date as `yyyyMMdd`.
pub(crate) fn push_compact_date(out: &mut String, date: jiff::civil::Date) {
    push_padded(out, u64::from(date.year().unsigned_abs()), 4);
    push_padded(out, u64::from(date.month().unsigned_abs()), 2);
    push_padded(out, u64::from(date.day().unsigned_abs()), 2);
}
