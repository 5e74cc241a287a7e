//! The catalogue in memory: loaded and checked at start, with every error at once.

use domain::catalogue::{Audience, Matter, Processing, Region, gaps};
use domain::text::normalise;
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

/// The region and its matters; sorted by title.
#[derive(Debug, Clone)]
pub struct Catalogue {
    pub region: Region,
    pub matters: Vec<Arc<Matter>>,
    by_slug: BTreeMap<String, Arc<Matter>>,
    index: Vec<Indexed>,
}

/// What search looks at, prepared once.
#[derive(Debug, Clone)]
struct Indexed {
    names: Vec<String>,
    pinyin: String,
    initials: String,
}

/// Filters of the list page; all of them must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "one switch each on the list page")]
pub struct Filter {
    pub audience: Option<Audience>,
    pub theme: Option<String>,
    pub body: Option<String>,
    pub immediate: bool,
    pub free: bool,
    /// 全程网办
    pub online: bool,
    /// 最多跑一次
    pub once: bool,
}

impl Catalogue {
    /// Loads `region.toml`, `calendar/*.toml` and `matters/*.toml`, and checks everything.
    pub fn load(folder: &Path) -> Result<Self, Vec<CatalogueError>> {
        let mut errors = Vec::new();
        let region = load_region(folder, &mut errors);
        let mut sources = Vec::new();
        for path in toml_files(&folder.join("matters"), &mut errors) {
            if let Some((text, matter)) = read::<Matter>(&path, &mut errors) {
                sources.push((path, text, matter));
            }
        }
        let Some(region) = region else { return Err(errors) };
        let mut by_slug: BTreeMap<String, Arc<Matter>> = BTreeMap::new();
        for (path, text, matter) in sources {
            for gap in gaps(&matter, &region) {
                let line = line_of(&text, &gap.at);
                errors.push(CatalogueError { file: path.clone(), line, rule: gap.rule, text: gap.text });
            }
            let slug = matter.slug.clone();
            if by_slug.insert(slug.clone(), Arc::new(matter)).is_some() {
                let text = format!("{slug} 在另一个文件里已有");
                errors.push(CatalogueError { file: path, line: 1, rule: "slug_unique".into(), text });
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut matters: Vec<_> = by_slug.values().cloned().collect();
        matters.sort_by(|a, b| a.title.cmp(&b.title));
        let index = matters.iter().map(|m| Indexed::new(m)).collect();
        Ok(Self { region, matters, by_slug, index })
    }

    pub fn matter(&self, slug: &str) -> Option<&Arc<Matter>> {
        self.by_slug.get(slug)
    }

    /// Matters by closeness: 汉字, colloquial names, 拼音, 首字母.
    pub fn search(&self, query: &str) -> Vec<&Arc<Matter>> {
        let query = normalise(query).to_lowercase().replace(' ', "");
        if query.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(u32, &Arc<Matter>)> = self
            .matters
            .iter()
            .zip(&self.index)
            .filter_map(|(matter, index)| Some((index.score(&query)?, matter)))
            .collect();
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.title.cmp(&b.1.title)));
        found.into_iter().map(|(_, m)| m).collect()
    }

    pub fn list(&self, filter: &Filter) -> Vec<&Arc<Matter>> {
        self.matters.iter().filter(|m| filter.matches(m)).collect()
    }

    /// Themes in use, in order.
    pub fn themes(&self) -> Vec<&str> {
        let mut themes: Vec<&str> = self.matters.iter().map(|m| m.theme.as_str()).collect();
        themes.sort_unstable();
        themes.dedup();
        themes
    }
}

impl Filter {
    fn matches(&self, m: &Matter) -> bool {
        self.audience.is_none_or(|a| m.audience.contains(&a))
            && self.theme.as_ref().is_none_or(|t| *t == m.theme)
            && self.body.as_ref().is_none_or(|b| *b == m.body)
            && (!self.immediate || m.processing == Processing::Immediate)
            && (!self.free || m.is_free())
            && (!self.online || (m.online_depth >= 6 && m.visits.times == 0))
            && (!self.once || m.visits.times <= 1)
    }
}

impl Indexed {
    fn new(matter: &Matter) -> Self {
        let names = std::iter::once(&matter.title).chain(&matter.aliases).map(|n| n.to_lowercase()).collect();
        let initials = matter.pinyin.split_whitespace().filter_map(|s| s.chars().next()).collect();
        Self { names, pinyin: matter.pinyin.replace(' ', ""), initials }
    }

    /// Higher is closer; none is no match.
    fn score(&self, query: &str) -> Option<u32> {
        if query.is_ascii() {
            return match () {
                () if self.initials.starts_with(query) => Some(900),
                () if self.pinyin.starts_with(query) => Some(850),
                () if query.len() >= 2 && self.initials.contains(query) => Some(700),
                () if query.len() >= 3 && self.pinyin.contains(query) => Some(650),
                () => None,
            };
        }
        self.names.iter().filter_map(|name| name_score(name, query)).max()
    }
}

fn name_score(name: &str, query: &str) -> Option<u32> {
    if name == query {
        return Some(1000);
    }
    if name.contains(query) || query.contains(name) {
        return Some(800);
    }
    let wanted: Vec<char> = query.chars().collect();
    let pairs = wanted.windows(2).filter(|w| name.contains(&w.iter().collect::<String>())).count();
    let total = wanted.len().saturating_sub(1);
    // Half of the neighbouring characters in common: close enough to be shown.
    (total > 0 && pairs * 2 >= total).then(|| u32::try_from(400 * pairs / total).unwrap_or(0))
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
    Some(region)
}

fn toml_files(folder: &Path, errors: &mut Vec<CatalogueError>) -> Vec<PathBuf> {
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

fn read<T: serde::de::DeserializeOwned>(path: &Path, errors: &mut Vec<CatalogueError>) -> Option<(String, T)> {
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
