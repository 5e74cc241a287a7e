//! Name of a natural person 姓名.

use core::{fmt, str::FromStr};

use super::{TextError, mask_name, normalise};
use crate::codes::serde_as_text;

/// Longest name in characters (Unicode scalar values, never bytes): real ones pass 50.
pub const MAX_NAME: usize = 80;

/// Name of a person 姓名, with U+00B7 `·` as the only dot.
///
/// Every script and plane is taken, rare characters included. Look-alike dots become `·`, a full stop only
/// between two characters outside ASCII (so that `J. Smith` keeps his); a space between two Han characters
/// (typographic, “张　三”) and beside a dot goes. Refused: digits, control characters, signs of no name.
/// `Debug` shows the masked form; `Display` gives the whole name.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonName(String);

impl PersonName {
    /// Parses what a person typed.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        text.parse()
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 张\*, for display.
    pub fn masked(&self) -> String {
        mask_name(&self.0)
    }
}

impl FromStr for PersonName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
            return Err(TextError::NameCharacter);
        }
        let dotted: String = text.chars().map(one_dot).collect();
        let line: Vec<char> = normalise(&dotted).chars().collect();
        let name = join_dots_and_han(&stops_to_dots(&line));
        if name.is_empty() {
            return Err(TextError::NameEmpty);
        }
        if name.chars().count() > MAX_NAME {
            return Err(TextError::NameLength);
        }
        for c in name.chars() {
            // 〇 is a number to Unicode and a character of names: letters win.
            if c.is_numeric() && !c.is_alphabetic() {
                return Err(TextError::NameDigit);
            }
            if is_foreign_sign(c) {
                return Err(TextError::NameCharacter);
            }
        }
        if name.starts_with('·') || name.ends_with('·') || name.contains("··") {
            return Err(TextError::NameDot);
        }
        if !name.chars().any(char::is_alphanumeric) && name.is_ascii() {
            return Err(TextError::NameCharacter);
        }
        Ok(Self(name))
    }
}

/// Dots that keyboards and other systems give for U+00B7; none of them has another use in a name.
const fn one_dot(c: char) -> char {
    match c {
        '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{30FB}' | '\u{FF65}' | '\u{0387}' => '·',
        other => other,
    }
}

/// A full stop (already half-width) between characters outside ASCII is a dot typed on the wrong key.
fn stops_to_dots(line: &[char]) -> Vec<char> {
    let wide = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii());
    let mut out = line.to_vec();
    for (at, c) in out.iter_mut().enumerate() {
        let before = line[..at].iter().rev().find(|c| **c != ' ');
        let after = line[at + 1..].iter().find(|c| **c != ' ');
        if *c == '.' && wide(before) && wide(after) {
            *c = '·';
        }
    }
    out
}

fn join_dots_and_han(line: &[char]) -> String {
    let mut out = String::new();
    for (at, &c) in line.iter().enumerate() {
        if c == ' ' && at > 0 && at + 1 < line.len() {
            let (before, after) = (line[at - 1], line[at + 1]);
            if before == '·' || after == '·' || (is_han(before) && is_han(after)) {
                continue;
            }
        }
        out.push(c);
    }
    out
}

/// Han characters, with the private-use area in which registers keep characters not yet in Unicode.
const fn is_han(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{E000}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// ASCII signs other than those of foreign names, and CJK punctuation.
const fn is_foreign_sign(c: char) -> bool {
    c.is_ascii_punctuation() && !matches!(c, '\'' | '-' | '.' | ',')
        || matches!(c, '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{FFFD}')
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({})", self.masked())
    }
}

serde_as_text!(PersonName);
