//! The catalogue in memory: loaded and checked at start, with every error at once.

use crate::catalogue_benefits::load_benefits;
use domain::benefits::Benefits;
use domain::catalogue::{Audience, Change, Matter, MatterRef, Processing, Region, changes, gaps};
use domain::search::download::{self, Listing};
use domain::search::{Entry, Index, Readings, Words};
use domain::time::YearCalendar;
use pinyin::ToPinyin;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

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
    facets: Facets,
    joint: Vec<Arc<Matter>>,
    /// 惠民惠企政策.
    pub benefits: Benefits,
    /// Versions that are no longer offered; cases under way keep theirs.
    past: BTreeMap<MatterRef, Arc<Matter>>,
    index: Arc<Index>,
    readings: Arc<Readings>,
    words: Words,
}

/// Filters of the list page; all of them must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "one switch each on the list page")]
pub struct Filter {
    pub audience: Option<Audience>,
    pub theme: Option<String>,
    /// 一件事
    pub life_event: Option<String>,
    /// Id of a body.
    pub body: Option<String>,
    pub immediate: bool,
    pub free: bool,
    /// 全程网办
    pub online: bool,
    /// 最多跑一次
    pub once: bool,
    /// 跨省通办
    pub cross: bool,
}

/// What can be filtered by: only what some matter has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    pub themes: Vec<String>,
    pub life_events: Vec<String>,
    /// Id and short name.
    pub bodies: Vec<(String, String)>,
}

/// The 3755 characters of everyday use (GB 2312-80, level 1): those that people mix up when typing.
const COMMON_CHARS: &str = include_str!("common_chars.txt");

/// Matters on one page of a list.
pub const PER_PAGE: usize = 30;
/// Most matters that a search gives.
const MOST_FOUND: usize = 30;

/// How far a department has come; shares are of `all`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Name of the department; empty for the sum.
    pub name: String,
    /// Matters with a complete guide: an incomplete one is not published.
    pub all: usize,
    /// 最多跑一次
    pub once: usize,
    /// 全程网办
    pub online: usize,
    /// 即办
    pub immediate: usize,
}

impl Catalogue {
    /// Loads `region.toml`, `calendar/*.toml` and `matters/*.toml`, and checks everything.
    pub fn load(folder: &Path) -> Result<Self, Vec<CatalogueError>> {
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
        for slug in region.common.iter().filter(|slug| !by_slug.contains_key(*slug)) {
            let text = format!("常办事项里的 {slug} 没有这个事项");
            let file = folder.join("region.toml");
            errors.push(CatalogueError { file, line: 0, rule: "common_known".into(), text });
        }
        let past = load_past(&folder.join("past"), &by_slug, &mut errors);
        let benefits = load_benefits(folder, &|slug: &str| by_slug.get(slug).cloned(), &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut matters: Vec<_> = by_slug.values().cloned().collect();
        matters.sort_by(|a, b| a.title.cmp(&b.title));
        let entries: Vec<Entry> = matters.iter().map(|m| entry(m, &region)).collect();
        let readings = readings();
        let index = Arc::new(Index::new(&entries, readings.clone(), words.clone()));
        let facets = Facets::of(&matters, &region);
        let joint = matters.iter().filter(|m| !m.parts.is_empty()).cloned().collect();
        Ok(Self { region, matters, by_slug, facets, joint, benefits, past, index, readings, words })
    }

    pub fn matter(&self, slug: &str) -> Option<&Arc<Matter>> {
        self.by_slug.get(slug)
    }

    /// This very version, whether it is still offered or not; the offered one where the old file was not kept.
    pub fn matter_at(&self, wanted: &MatterRef) -> Option<&Arc<Matter>> {
        let offered = self.by_slug.get(&wanted.slug);
        offered.filter(|m| m.version == wanted.version).or_else(|| self.past.get(wanted)).or_else(|| {
            tracing::warn!(slug = %wanted.slug, version = wanted.version, "this version is not in the catalogue any more");
            offered
        })
    }

    /// What has changed in a matter since a version; none when it is the same version.
    pub fn changes_since(&self, matter: &Matter, version: u32) -> Option<Vec<Change>> {
        let old = self.past.get(&MatterRef { slug: matter.slug.clone(), version });
        (matter.version != version).then(|| old.map_or_else(Vec::new, |old| changes(old, matter)))
    }

    /// Matters by closeness: 汉字, colloquial names, 拼音, 首字母, with typing errors.
    pub fn search(&self, query: &str) -> Vec<&Arc<Matter>> {
        self.index
            .search(query, MOST_FOUND)
            .into_iter()
            .filter_map(|hit| self.matters.get(hit.number as usize))
            .collect()
    }

    /// One page of a list, from 1, and how many there are in all.
    pub fn list(&self, filter: &Filter, page: usize) -> (Vec<&Arc<Matter>>, usize) {
        let mut total = 0;
        let first = page.saturating_sub(1).saturating_mul(PER_PAGE);
        let mut shown = Vec::with_capacity(PER_PAGE);
        for matter in self.matters.iter().filter(|m| filter.matches(m)) {
            if total >= first && shown.len() < PER_PAGE {
                shown.push(matter);
            }
            total += 1;
        }
        (shown, total)
    }

    /// What the departments have put online, by department and in all (两张清单的占比).
    pub fn figures(&self) -> Vec<Figure> {
        let count = |name: &str, matters: &[&Arc<Matter>]| Figure {
            name: name.to_owned(),
            all: matters.len(),
            once: matters.iter().filter(|m| m.visits.times <= 1).count(),
            online: matters.iter().filter(|m| m.is_online()).count(),
            immediate: matters.iter().filter(|m| m.processing == Processing::Immediate).count(),
        };
        let of = |id: &str| self.matters.iter().filter(|m| m.body == id).collect::<Vec<_>>();
        let mut rows: Vec<Figure> =
            self.region.bodies.iter().map(|b| count(&b.name, &of(&b.id))).filter(|f| f.all > 0).collect();
        rows.push(count("", &self.matters.iter().collect::<Vec<_>>()));
        rows
    }

    /// What the lists can be filtered by.
    pub fn facets(&self) -> &Facets {
        &self.facets
    }

    /// What a browser downloads to suggest while somebody types; `note` words a matter's badges.
    pub fn download(&self, note: impl Fn(&Matter) -> String) -> String {
        let listing = |m: &Arc<Matter>| Listing { slug: m.slug.clone(), note: note(m), entry: entry(m, &self.region) };
        let list: Vec<Listing> = self.matters.iter().take(download::MOST).map(listing).collect();
        let common: HashSet<char> = COMMON_CHARS.chars().collect();
        download::write(&list, &self.words, &self.readings, |c| common.contains(&c))
    }

    /// 常办: the matters most asked for, as the region lists them; all when it lists none.
    pub fn common(&self) -> Vec<Arc<Matter>> {
        let listed: Vec<_> = self.region.common.iter().filter_map(|slug| self.matter(slug).cloned()).collect();
        if listed.is_empty() { self.matters.clone() } else { listed }
    }

    /// Joint matters (一件事), for the front page.
    pub fn joint(&self) -> &[Arc<Matter>] {
        &self.joint
    }
}

impl Facets {
    /// Themes, life events and departments in use, in the order of the words or of the region.
    fn of(matters: &[Arc<Matter>], region: &Region) -> Self {
        let themes: BTreeSet<&String> = matters.iter().map(|m| &m.theme).collect();
        let events: BTreeSet<&String> = matters.iter().filter_map(|m| m.life_event.as_ref()).collect();
        let used: BTreeSet<&str> = matters.iter().map(|m| m.body.as_str()).collect();
        let bodies = region.bodies.iter().filter(|b| used.contains(b.id.as_str()));
        Self {
            themes: themes.into_iter().cloned().collect(),
            life_events: events.into_iter().cloned().collect(),
            bodies: bodies.map(|b| (b.id.clone(), b.short.clone())).collect(),
        }
    }
}

impl Filter {
    /// Whether a matter is on this list.
    pub fn matches(&self, m: &Matter) -> bool {
        self.audience.is_none_or(|a| m.audience.contains(&a))
            && self.theme.as_ref().is_none_or(|t| *t == m.theme)
            && self.life_event.as_ref().is_none_or(|e| m.life_event.as_ref() == Some(e))
            && self.body.as_ref().is_none_or(|b| *b == m.body)
            && (!self.cross || m.cross_province)
            && (!self.immediate || m.processing == Processing::Immediate)
            && (!self.free || m.is_free())
            && (!self.online || m.is_online())
            && (!self.once || m.visits.times <= 1)
    }
}

/// What search knows of a matter.
fn entry(matter: &Matter, region: &Region) -> Entry {
    let mut text = matter.summary.clone();
    let asked =
        matter.questions.iter().flat_map(|q| std::iter::once(&q.text).chain(q.options.iter().map(|o| &o.label)));
    let more = matter.requirements.iter().chain(matter.materials.iter().map(|m| &m.name)).chain(&matter.life_event);
    for part in more.chain(matter.parts.iter().map(|p| &p.title)).chain(asked).chain([&matter.result.name]) {
        text.push('。');
        text.push_str(part);
    }
    Entry {
        names: std::iter::once(&matter.title).chain(&matter.aliases).cloned().collect(),
        pinyin: matter.pinyin.clone(),
        text,
        use_share: if region.common.contains(&matter.slug) { 1.0 } else { 0.0 },
    }
}

/// The most usual reading of every character that has one; the same for every catalogue.
fn readings() -> Arc<Readings> {
    static READINGS: LazyLock<Arc<Readings>> = LazyLock::new(|| {
        let chars = ('\u{3400}'..='\u{9FFF}').chain('\u{20000}'..='\u{2A6DF}');
        Arc::new(Readings::new(chars.filter_map(|c| Some((c, c.to_pinyin()?.plain())))))
    });
    READINGS.clone()
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
