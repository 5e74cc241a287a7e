//! `docs/systems.md`: each system that the reform plans ask for, its sentence, and the tests that
//! drive it, read off the names of the tests (`fn c5_…` in Rust, `[C5] …` in browser journeys).

use crate::{Outcome, stamp};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const ROWS: &str = "docs/systems-rows.toml";
const PAGE: &str = "docs/systems.md";

/// The tests of one file that name rows: the ids and the test's name.
type Named = Vec<(Vec<String>, String)>;

/// Row id → tests, each as (file, name).
type Tests = BTreeMap<String, Vec<(String, String)>>;

/// Writes the page anew.
pub fn write(root: &Path) -> Outcome {
    let page = render(root)?;
    fs::write(root.join(PAGE), page).map_err(|e| format!("{PAGE}: {e}"))
}

/// Fails when the page is not what `write` would write.
pub fn check(root: &Path) -> Outcome {
    let found = fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    if found == render(root)? {
        println!("{PAGE}: up to date");
        Ok(())
    } else {
        Err(format!("{PAGE} is stale: run `make systems`"))
    }
}

fn render(root: &Path) -> Result<String, String> {
    let text = fs::read_to_string(root.join(ROWS)).map_err(|e| format!("{ROWS}: {e}"))?;
    let table: toml::Table = toml::from_str(&text).map_err(|e| format!("{ROWS}: {e}"))?;
    let rows = table.get("row").and_then(toml::Value::as_array).ok_or(format!("{ROWS}: no [[row]]"))?;
    let tests = collect(root);

    let mut page = String::from(
        "# Systems and the tests that drive them\n\n\
         Written by `make systems` from `docs/systems-rows.toml` and the names of the tests; do not edit.\n\
         A system works when its sentence is true in the running product, shown by a test.\n",
    );
    let (mut driven, mut section) = (0, "");
    let mut body = String::new();
    for row in rows {
        let field =
            |key: &str| row.get(key).and_then(toml::Value::as_str).ok_or(format!("{ROWS}: a row lacks `{key}`"));
        let (id, next) = (field("id")?, field("section")?);
        if next != section {
            section = next;
            let _ = write!(body, "\n## {section}\n\n| id | system | works when | tests |\n|---|---|---|---|\n");
        }
        let list = tests.get(id).map(Vec::as_slice).unwrap_or_default();
        driven += usize::from(!list.is_empty());
        let list: Vec<String> =
            list.iter().map(|(file, name)| format!("`{}` ({file})", name.replace('|', "\\|"))).collect();
        let list = if list.is_empty() { "–".to_owned() } else { list.join("<br>") };
        let _ = writeln!(body, "| {id} | {} | {} | {list} |", field("system")?, field("works")?);
    }
    let known = |id: &&String| rows.iter().any(|r| r.get("id").and_then(toml::Value::as_str) == Some(id));
    let unknown: Vec<&String> = tests.keys().filter(|id| !known(id)).collect();
    if !unknown.is_empty() {
        return Err(format!("tests name rows that do not exist: {unknown:?}"));
    }
    let _ = writeln!(page, "\n{driven} of {} systems are driven by a test.", rows.len());
    Ok(page + &body)
}

fn collect(root: &Path) -> Tests {
    let mut tests = Tests::new();
    for dir in ["app", "crates", "server", "end2end"] {
        for file in stamp::files_below(&root.join(dir)) {
            let ids_in: fn(&str) -> Named = match file.extension().and_then(|e| e.to_str()) {
                Some("rs") => rust_tests,
                Some("mjs" | "ts") if file.to_string_lossy().contains(".test.") => journey_tests,
                _ => continue,
            };
            let text = fs::read_to_string(&file).unwrap_or_default();
            let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
            for (ids, name) in ids_in(&text) {
                for id in ids {
                    tests.entry(id).or_default().push((shown.clone(), name.clone()));
                }
            }
        }
    }
    tests
}

/// `c5` → `C5`, anything else → none.
fn row_id(word: &str) -> Option<String> {
    let digits = word.get(1..)?;
    let ok =
        word.as_bytes()[0].is_ascii_alphabetic() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    ok.then(|| word.to_ascii_uppercase())
}

/// Functions behind a test attribute whose names begin with row ids: `fn c5_m3_guide_is_complete`.
fn rust_tests(text: &str) -> Named {
    let mut found = Vec::new();
    let mut behind_attribute = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[") {
            behind_attribute |= ["#[test]", "#[tokio::test", "#[rstest"].iter().any(|a| line.starts_with(a));
        } else if let Some((_, rest)) = line.split_once("fn ") {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            let ids: Vec<String> = name.split('_').map_while(row_id).collect();
            if behind_attribute && !ids.is_empty() {
                found.push((ids, name.to_owned()));
            }
            behind_attribute = false;
        } else if !line.is_empty() && !line.starts_with("//") {
            behind_attribute = false;
        }
    }
    found
}

/// Quoted titles that hold row ids in brackets: `'[C5] guide prints'`.
fn journey_tests(text: &str) -> Named {
    let mut found = Vec::new();
    for line in text.lines().filter(|l| !l.trim_start().starts_with("//")) {
        for title in line.split(['\'', '"', '`']).skip(1).step_by(2) {
            let ids: Vec<String> = title
                .split('[')
                .skip(1)
                .filter_map(|part| part.split_once(']').and_then(|(id, _)| row_id(id)))
                .collect();
            if !ids.is_empty() {
                found.push((ids, title.to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{journey_tests, rust_tests};

    #[test]
    fn rust_names_count_only_behind_a_test_attribute() {
        let text = "fn c5_helper() {}\n#[test]\nfn c5_m3_guide() {}\n#[tokio::test(start_paused = true)]\n\
                    #[ignore]\nasync fn h7_clock() {}\n#[test]\nfn plain() {}\n#[test]\nfn x_c5() {}";
        let names: Vec<_> = rust_tests(text).into_iter().map(|(ids, name)| (ids.join(" "), name)).collect();
        assert_eq!(names, [("C5 M3".to_owned(), "c5_m3_guide".to_owned()), ("H7".to_owned(), "h7_clock".to_owned())]);
    }

    #[test]
    fn journey_titles_name_rows_in_brackets() {
        let text = "journey('[C5][M3] guide prints', async (w) => {});\n// '[C9] not yet'\nx['a'][0]";
        let titles: Vec<_> = journey_tests(text).into_iter().map(|(ids, title)| (ids.join(" "), title)).collect();
        assert_eq!(titles, [("C5 M3".to_owned(), "[C5][M3] guide prints".to_owned())]);
    }
}
