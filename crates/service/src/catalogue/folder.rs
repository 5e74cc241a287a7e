//! The catalogue's folder: TOML files, read and checked with every error at once.

use crate::catalogue_benefits::load_benefits;
use domain::benefits::Benefits;
use domain::catalogue::{Matter, MatterRef, Region, gaps};
use domain::search::Words;
use domain::time::YearCalendar;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One error of the catalogue's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueError {
    pub file: PathBuf,
    /// From 1; 0 when the error belongs to the whole file.
    pub line: usize,
    /// Stable rule name.
    pub rule: String,
    pub text: String,
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.file.display(), self.line, self.rule, self.text)
    }
}

/// What the folder holds; the shipped matters stay in memory.
#[derive(Debug, Clone)]
pub struct Folder {
    pub region: Arc<Region>,
    pub words: Words,
    /// By slug.
    pub matters: BTreeMap<String, Arc<Matter>>,
    /// Versions that are no longer offered; cases under way keep theirs.
    pub past: BTreeMap<MatterRef, Arc<Matter>>,
    /// 惠民惠企政策.
    pub benefits: Arc<Benefits>,
}

impl Folder {
    /// Reads `region.toml`, `calendar/*.toml`, `words.toml`, `matters/*.toml` and `past/*.toml`, and checks everything.
    pub fn read(folder: &Path) -> Result<Self, Vec<CatalogueError>> {
        let mut errors = Vec::new();
        let region = load_region(folder, &mut errors);
        let words = read::<Words>(&folder.join("words.toml"), &mut errors).map(|(_, words)| words).unwrap_or_default();
        let mut sources = Vec::new();
        for path in toml_files(&folder.join("matters"), &mut errors) {
            if let Some((text, matter)) = read::<Matter>(&path, &mut errors) {
                sources.push((path, text, matter));
            }
        }
        let Some(region) = region else { return Err(errors) };
        let mut matters: BTreeMap<String, Arc<Matter>> = BTreeMap::new();
        for (path, text, matter) in sources {
            for gap in gaps(&matter, &region) {
                let line = line_of(&text, &gap.at);
                errors.push(CatalogueError { file: path.clone(), line, rule: gap.rule, text: gap.text });
            }
            let slug = matter.slug.clone();
            if matters.insert(slug.clone(), Arc::new(matter)).is_some() {
                let text = format!("{slug} 在另一个文件里已有");
                errors.push(CatalogueError { file: path, line: 1, rule: "slug_unique".into(), text });
            }
        }
        for slug in region.common.iter().filter(|slug| !matters.contains_key(*slug)) {
            let text = format!("常办事项里的 {slug} 没有这个事项");
            let file = folder.join("region.toml");
            errors.push(CatalogueError { file, line: 0, rule: "common_known".into(), text });
        }
        let cross = |slug: &str| matters.get(slug).map(|m| m.cross_province);
        crate::catalogue_lists::check_places(folder, &region, cross, &mut errors);
        crate::catalogue_lists::check_batches(folder, &region, |slug| matters.contains_key(slug), &mut errors);
        let past = load_past(&folder.join("past"), &matters, &mut errors);
        let benefits = load_benefits(folder, &|slug: &str| matters.get(slug).cloned(), &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self { region: Arc::new(region), words, matters, past, benefits: Arc::new(benefits) })
    }
}

/// `past/*.toml`: older versions of matters that are still offered.
fn load_past(
    folder: &Path,
    offered: &BTreeMap<String, Arc<Matter>>,
    errors: &mut Vec<CatalogueError>,
) -> BTreeMap<MatterRef, Arc<Matter>> {
    let mut past = BTreeMap::new();
    if !folder.is_dir() {
        return past;
    }
    for path in toml_files(folder, errors) {
        let Some((text, matter)) = read::<Matter>(&path, errors) else { continue };
        let newer = offered.get(&matter.slug).is_some_and(|now| now.version > matter.version);
        if !newer {
            let (line, rule) = (line_of(&text, "version"), "past_version".to_owned());
            let text = format!("{} 的第 {} 版不比现行的旧", matter.slug, matter.version);
            errors.push(CatalogueError { file: path, line, rule, text });
            continue;
        }
        if past.insert(matter.reference(), Arc::new(matter)).is_some() {
            let (rule, text) = ("past_unique".to_owned(), "这一版在另一个文件里已有".to_owned());
            errors.push(CatalogueError { file: path, line: 1, rule, text });
        }
    }
    past
}

fn load_region(folder: &Path, errors: &mut Vec<CatalogueError>) -> Option<Region> {
    let (_, mut region) = read::<Region>(&folder.join("region.toml"), errors)?;
    for path in toml_files(&folder.join("calendar"), errors) {
        let Some((_, year)) = read::<YearCalendar>(&path, errors) else { continue };
        if let Err(error) = region.calendar.add_year(year) {
            errors.push(CatalogueError {
                file: path,
                line: 1,
                rule: error.code().into(),
                text: "年度安排不能用".into(),
            });
        }
    }
    crate::catalogue_lists::load_lists(folder, &mut region, errors);
    Some(region)
}

pub(crate) fn toml_files(folder: &Path, errors: &mut Vec<CatalogueError>) -> Vec<PathBuf> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            errors.push(CatalogueError {
                file: folder.into(),
                line: 0,
                rule: "folder".into(),
                text: error.to_string(),
            });
            return Vec::new();
        }
    };
    let mut files: Vec<_> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    files
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(
    path: &Path,
    errors: &mut Vec<CatalogueError>,
) -> Option<(String, T)> {
    let mut push = |line, rule: &str, text: String| {
        errors.push(CatalogueError { file: path.into(), line, rule: rule.into(), text });
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            push(0, "unreadable", error.to_string());
            return None;
        }
    };
    match toml::from_str(&text) {
        Ok(value) => Some((text, value)),
        Err(error) => {
            let line = error.span().map_or(0, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
            push(line, "toml", error.message().to_owned());
            None
        }
    }
}

/// The line where an identifier or key is written, 1 when it is not found.
fn line_of(text: &str, at: &str) -> usize {
    let quoted = format!("\"{at}\"");
    let is_key = |line: &str| line.trim_start().strip_prefix(at).is_some_and(|rest| rest.trim_start().starts_with('='));
    let names = |line: &str| line.contains(&quoted) && line.contains('=');
    let found = text.lines().position(is_key).or_else(|| text.lines().position(names));
    found.map_or(1, |index| index + 1)
}
