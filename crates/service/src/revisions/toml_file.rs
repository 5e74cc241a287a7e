//! A matter as a TOML file, as it lies in the catalogue's folder.

use super::sheet::Sheet;
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
    let line = error.span().map_or(1, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
    let first = BookProblem { place: format!("第 {line} 行"), text: format!("读不下去：{}", error.message()) };
    let mut problems = vec![first];
    // As far as it is TOML at all, the rest is looked through as well.
    if let Ok(value) = toml::from_str::<Value>(text) {
        problems.extend(Sheet::of_value(&value).missing());
    }
    Err(problems)
}
