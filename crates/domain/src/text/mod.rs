//! Text as people type it: one spelling for storage, masks for display.

mod mask;
mod name;
mod phone;

pub use mask::{mask_id, mask_name, mask_phone};
pub use name::PersonName;
pub use phone::Phone;

use crate::codes::error_codes;

error_codes! {
    /// Why a name or a phone number was refused. The code never repeats the input.
    TextError {
        /// Nothing but white space.
        NameEmpty => "name.empty",
        /// More than 80 characters.
        NameLength => "name.length",
        /// A digit in a name.
        NameDigit => "name.digit",
        /// A control character or a sign that no name contains, such as the `*` of a masked name.
        NameCharacter => "name.character",
        /// A dot at the beginning or the end, or two in a row.
        NameDot => "name.dot",
        /// Not 11 digits.
        PhoneLength => "phone.length",
        /// Something other than digits.
        PhoneCharacter => "phone.character",
        /// Not a mobile number of the mainland (13…19).
        PhonePrefix => "phone.prefix",
    }
}

/// One line of text in one spelling.
///
/// Full-width digits, letters and punctuation of ASCII become half-width, the ideographic space a space; white
/// space is trimmed and collapsed to single spaces; zero-width and bidirectional controls and other control
/// characters go. Every other character stays, whatever its plane, variation selectors included.
pub fn normalise(text: &str) -> String {
    fold_line(text, true)
}

/// Prose of several lines: as [`normalise`] line by line, but full-width punctuation stays (`，` is right in a
/// Chinese sentence and `（` in a firm's name). Blank lines at both ends go, several in a row become one.
pub fn normalise_prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.lines() {
        let line = fold_line(line, false);
        if line.is_empty() {
            blank = !out.is_empty();
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        out.push_str(&line);
    }
    out
}

/// Name of whoever signs: a person, or a firm where one is expected. Firms' names hold digits and brackets.
pub fn signer_name(text: &str, firm: bool) -> Result<String, TextError> {
    let refused = match PersonName::parse(text) {
        Ok(name) => return Ok(name.to_string()),
        Err(refused) => refused,
    };
    let name = normalise(text);
    let fits = (2..=100).contains(&name.chars().count())
        && name.chars().any(char::is_alphabetic)
        && name.chars().all(|c| c.is_alphanumeric() || "()&·-.,、 “”《》".contains(c));
    if firm && fits { Ok(name) } else { Err(refused) }
}

/// The digits of what was typed or pasted, half-width, everything else dropped: for one-time codes, where
/// “验证码：１２３ ４５６” means 123456. Not for numbers in which a wrong character must be told.
pub fn digits_only_input(text: &str) -> String {
    text.chars().map(half_width).filter(char::is_ascii_digit).collect()
}

/// A number as typed, without spaces and hyphens, half-width and upper case.
pub(crate) fn compact(text: &str) -> String {
    text.chars()
        .map(half_width)
        .filter(|c| !(c.is_whitespace() || is_invisible(*c) || is_hyphen(*c)))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn fold_line(text: &str, punctuation: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if is_invisible(c) || c.is_control() {
            continue;
        }
        if gap {
            out.push(' ');
            gap = false;
        }
        let half = half_width(c);
        out.push(if punctuation || half.is_ascii_alphanumeric() { half } else { c });
    }
    out
}

/// U+FF01–U+FF5E are the printable characters of ASCII at full width.
fn half_width(c: char) -> char {
    match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Zero-width characters and bidirectional controls: unseen by the person, they make equal texts differ.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}
