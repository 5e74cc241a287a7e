//! A matter as a TOML file, as it lies in the catalogue's folder.

use super::sheet::Sheet;
use super::toml_words::plain;
use super::workbook::BookProblem;
use domain::catalogue::Matter;
use serde_json::Value;

/// The file of a matter.
pub fn write(matter: &Matter) -> Result<String, toml::ser::Error> {
    toml::to_string_pretty(matter)
}

/// The cells of a file, or everything that is wrong with it: with its line where the file cannot be read on,
/// and by name for each element that is missing or of another type.
pub fn read(text: &str) -> Result<Sheet, Vec<BookProblem>> {
    let error = match toml::from_str::<Matter>(text) {
        Ok(matter) => return Ok(Sheet::of(&matter)),
        Err(error) => error,
    };
    let value = toml::from_str::<Value>(text).ok();
    let mut problems = vec![first(text, &error, value.is_some())];
    // As far as it is TOML at all, the rest is looked through as well.
    if let Some(value) = value {
        problems.extend(Sheet::of_value(&value).missing());
    }
    Err(problems)
}

/// What the reader stumbled over, with its line.
fn first(text: &str, error: &toml::de::Error, is_toml: bool) -> BookProblem {
    let span = error.span().unwrap_or(0..0);
    let (before, at) = (text.get(..span.start).unwrap_or_default(), text.get(span).unwrap_or_default());
    let number = before.matches('\n').count();
    let line = text.lines().nth(number).unwrap_or_default();
    let sentence = plain(error.message(), key(line), at, is_toml);
    BookProblem { raw: error.message().to_owned(), ..BookProblem::new(format!("第 {} 行", number + 1), sentence) }
}

/// `version` of `version = 3`.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim();
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (!key.is_empty() && key.chars().all(bare)).then_some(key)
}
