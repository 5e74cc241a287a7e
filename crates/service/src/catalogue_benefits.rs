//! `catalogue/benefits.toml`: 惠民惠企政策, checked against the matters by which they are claimed.

use crate::catalogue::CatalogueError;
use domain::benefits::Benefits;
use domain::catalogue::Matter;
use std::path::Path;
use std::sync::Arc;

/// Loads and checks the benefits; none where the county has no such file.
pub(crate) fn load_benefits(
    folder: &Path,
    find: &dyn Fn(&str) -> Option<Arc<Matter>>,
    errors: &mut Vec<CatalogueError>,
) -> Benefits {
    let file = folder.join("benefits.toml");
    if !file.is_file() {
        return Benefits::default();
    }
    let mut push = |line: usize, rule: &str, text: String| {
        errors.push(CatalogueError { file: file.clone(), line, rule: rule.to_owned(), text });
    };
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => {
            push(0, "unreadable", error.to_string());
            return Benefits::default();
        }
    };
    match toml::from_str::<Benefits>(&text) {
        Ok(benefits) => {
            for gap in benefits.gaps(find) {
                push(line_of(&text, &gap.at), &gap.rule, gap.text);
            }
            benefits
        }
        Err(error) => {
            let line = error.span().map_or(0, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
            push(line, "toml", error.message().to_owned());
            Benefits::default()
        }
    }
}

/// The line of a benefit or fact, by its id.
fn line_of(text: &str, at: &str) -> usize {
    let named = format!("id = \"{at}\"");
    text.lines().position(|line| line.trim() == named || line.starts_with(at)).map_or(1, |index| index + 1)
}
