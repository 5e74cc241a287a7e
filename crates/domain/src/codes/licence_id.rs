//! Identifier of an electronic licence 电子证照标识, GB/T 36904.

use core::{fmt, str::FromStr};

use super::{CodeError, iso7064, serde_as_text};
use crate::text::compact;

/// The root that all electronic licences of government services share.
pub const ROOT: &str = "1.2.156.3005.2.";

/// Electronic licence identifier: root, type, issuer, serial, version and check character, parted by dots.
///
/// The check character is ISO 7064 MOD 37,36 over what follows the root, without dots.
/// Checked: type 21 letters and digits, issuer 1–18 (a credit code, or a region code in older ones), serial
/// 1–40, version three digits, check character. Not checked: that the licence exists.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LicenceId(String);

impl LicenceId {
    /// Parses what was scanned or typed, with or without the root.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        text.parse()
    }

    /// Makes the identifier of a licence being issued; the check character is computed.
    ///
    /// `version` is 1–999.
    pub fn issue(type_code: &str, issuer: &str, serial: &str, version: u16) -> Result<Self, CodeError> {
        let mut text = String::from(ROOT);
        for part in [type_code, issuer, serial] {
            text.push_str(&compact(part));
            text.push('.');
        }
        super::push_padded(&mut text, u64::from(version), 3);
        let check = check_character(&text[ROOT.len()..]).ok_or(CodeError::LicencePart)?;
        text.push('.');
        text.push(check);
        text.parse()
    }

    /// The whole identifier with its root, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Type of licence 证照类型代码.
    pub fn type_code(&self) -> &str {
        self.part(0)
    }

    /// Code of the issuing body 颁证机构代码.
    pub fn issuer(&self) -> &str {
        self.part(1)
    }

    /// Serial 流水号.
    pub fn serial(&self) -> &str {
        self.part(2)
    }

    /// Version 版本号, three digits.
    pub fn version(&self) -> &str {
        self.part(3)
    }

    fn part(&self, index: usize) -> &str {
        self.0[ROOT.len()..].split('.').nth(index).unwrap_or_default()
    }
}

/// Check character over the parts after the root; dots do not count.
fn check_character(parts: &str) -> Option<char> {
    let bytes: Vec<u8> = parts.bytes().filter(|byte| *byte != b'.').collect();
    iso7064::hybrid(&bytes, 36).map(char::from)
}

impl FromStr for LicenceId {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = compact(text);
        let body = text.strip_prefix(ROOT).unwrap_or(&text);
        let parts: Vec<&str> = body.split('.').collect();
        let [kind, issuer, serial, version, check] = parts.as_slice() else {
            return Err(CodeError::LicenceShape);
        };
        let alphanumeric = body.bytes().all(|byte| byte == b'.' || iso7064::value36(byte).is_some());
        let sized = kind.len() == 21
            && (1..=18).contains(&issuer.len())
            && (1..=40).contains(&serial.len())
            && version.len() == 3
            && version.bytes().all(|byte| byte.is_ascii_digit())
            && *version != "000"
            && check.len() == 1;
        if !alphanumeric || !sized {
            return Err(CodeError::LicencePart);
        }
        let covered = &body[..body.len() - 2];
        if check_character(covered) != check.chars().next() {
            return Err(CodeError::LicenceCheckDigit);
        }
        let mut whole = String::from(ROOT);
        whole.push_str(body);
        Ok(Self(whole))
    }
}

impl fmt::Display for LicenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(LicenceId);
