//! Changing the catalogue (动态调整): drafted and proposed by one person, reviewed by another, offered from
//! its effective date. What is typed is kept as typed; what is wrong with it is said all at once.

mod cell;
mod compare;
pub mod schema;
mod sheet;
pub mod toml_file;
mod toml_words;
mod workbook;
mod workflow;

pub use compare::{Difference, compare};
pub use sheet::{Problem, Row, Sheet, is_long};
pub use workbook::{BookError, BookProblem, Page, Places, Workbook};

use crate::identity::CatalogueReader;
use crate::{Failure, Service};
use domain::catalogue::{Matter, MatterRef, RevisionStatus};
use domain::ids::StaffId;
use domain::time::Instant;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::tables::audit;
use store::tables::revisions::{self, Revision};
use uuid::Uuid;

/// Most rows of a group.
const MOST_ROWS: usize = 300;
/// Longest cell and longest sheet, in bytes; a packed matter is read back within twice as much.
const LONGEST_CELL: usize = 20_000;
const LONGEST_SHEET: usize = 1_000_000;

/// A line of the list.
#[derive(Debug, Clone)]
pub struct RevisionLine {
    pub id: Uuid,
    pub slug: String,
    pub title: String,
    pub version: u32,
    pub based_on: u32,
    pub status: RevisionStatus,
    pub effective: Option<Date>,
    pub updated_at: Instant,
}

/// A revision with everything that its pages show.
#[derive(Debug, Clone)]
pub struct RevisionView {
    pub line: RevisionLine,
    pub lock: i64,
    pub sheet: Sheet,
    /// Why it is changed.
    pub reason: String,
    /// What the reviewer said, when it came back.
    pub review_note: String,
    /// Everything that keeps it from being proposed.
    pub problems: Vec<Problem>,
    /// As applicants would see it; none while something cannot be read.
    pub matter: Option<Arc<Matter>>,
    /// The version that it was begun from.
    pub base: Option<Arc<Matter>>,
    /// Whoever asks has not written in it.
    pub may_review: bool,
    pub history: Vec<HistoryLine>,
}

/// Who did what when.
#[derive(Debug, Clone)]
pub struct HistoryLine {
    pub at: Instant,
    /// Name of the member of staff, or 系统.
    pub who: String,
    pub action: String,
    pub detail: String,
}

impl Service {
    /// Revisions by status, the newest first.
    pub async fn revisions(
        &self,
        _: &CatalogueReader,
        status: Option<RevisionStatus>,
    ) -> Result<Vec<RevisionLine>, Failure> {
        let rows = revisions::list(&self.db, status.map_or("", RevisionStatus::as_str)).await?;
        rows.iter().map(line).collect()
    }

    /// One revision with what is missing in it.
    pub async fn revision(&self, reader: &CatalogueReader, id: Uuid) -> Result<RevisionView, Failure> {
        let row = revisions::find(&self.db, id).await?.ok_or(Failure::NotFound)?;
        let sheet = sheet_of(&row)?;
        let line = line(&row)?;
        let (matter, problems) = self.read_sheet(&sheet, &row);
        let base = if row.based_on == 0 {
            None
        } else {
            let wanted = MatterRef { slug: row.slug.clone(), version: row.based_on };
            Some(self.matter_at(&wanted).await?).filter(|m| m.version == row.based_on)
        };
        let history = self.history(&subject(&row)).await?;
        Ok(RevisionView {
            lock: row.lock,
            problems,
            matter: matter.map(Arc::new),
            base,
            may_review: !writers(&row)?.contains(&reader.id()),
            reason: row.reason,
            review_note: row.review_note,
            history,
            line,
            sheet,
        })
    }

    /// Who did what, by name.
    async fn history(&self, subject: &str) -> Result<Vec<HistoryLine>, Failure> {
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        let mut lines = Vec::new();
        for entry in audit::of_subject(&self.db, subject).await? {
            if let Some(Ok(id)) = entry.actor.strip_prefix("staff:").map(str::parse)
                && !names.contains_key(&entry.actor)
                && let Some(member) = store::tables::staff::find(&self.db, id).await?
            {
                names.insert(entry.actor.clone(), member.name);
            }
            let who = names.get(&entry.actor).cloned().unwrap_or_else(|| "系统".to_owned());
            lines.push(HistoryLine { at: Instant(entry.at), who, action: entry.action, detail: entry.detail });
        }
        Ok(lines)
    }

    /// The cells as a matter, with everything that is missing or wrong.
    fn read_sheet(&self, sheet: &Sheet, row: &Revision) -> (Option<Matter>, Vec<Problem>) {
        let effective = row.effective.as_deref().and_then(|d| d.parse().ok()).unwrap_or_else(|| self.today());
        let (matter, mut problems) = sheet.read(&self.catalogue().region, row.version, effective);
        if sheet.slug() != row.slug {
            let text = format!("短名不能改，应为 {}", row.slug);
            problems.push(Problem { group: "matter", row: 0, column: "slug", text });
        }
        if let Some(matter) = &matter {
            problems.extend(self.benefit_problems(matter));
        }
        problems.sort();
        problems.dedup();
        (matter, problems)
    }

    /// 惠民政策 that are claimed by this matter still have to fit it.
    fn benefit_problems(&self, matter: &Matter) -> Vec<Problem> {
        let catalogue = self.catalogue();
        let claiming = |at: &str| catalogue.benefits.benefits.iter().any(|b| b.id == at && b.claim.slug == matter.slug);
        let find =
            |slug: &str| if slug == matter.slug { Some(Arc::new(matter.clone())) } else { catalogue.matter(slug) };
        let gaps = catalogue.benefits.gaps(&find).into_iter().filter(|gap| claiming(&gap.at));
        gaps.map(|gap| Problem {
            group: "matter",
            row: 0,
            column: "",
            text: format!("惠民政策 {}：{}", gap.at, gap.text),
        })
        .collect()
    }
}

/// Rows from a form: `0.title=…`, with `0.@place` (from 1) to move a row and `0.@drop` to leave it out.
pub fn rows_of(pairs: impl IntoIterator<Item = (String, String)>) -> Vec<Row> {
    let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
    for (name, value) in pairs {
        let Some((number, key)) = name.split_once('.') else { continue };
        let Ok(number) = number.parse::<u16>() else { continue };
        rows.entry(number.into()).or_default().insert(key.to_owned(), value);
    }
    let mut placed: Vec<(usize, usize, Row)> = Vec::new();
    for (number, mut row) in rows {
        if row.remove("@drop").is_some() {
            continue;
        }
        // A row that was moved stands before the one whose place it takes, moving up, and behind it, moving down.
        let wanted = row.remove("@place").and_then(|p| p.trim().parse::<usize>().ok()).map_or(number + 1, |p| p.max(1));
        let half = match wanted.cmp(&(number + 1)) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Equal => 1,
            std::cmp::Ordering::Greater => 2,
        };
        placed.push((wanted.min(1_000_000) * 3 + half, number, row));
    }
    placed.sort_by_key(|(place, number, _)| (*place, *number));
    placed.into_iter().map(|(_, _, row)| row).collect()
}

/// The same from a form as it travels.
pub fn typed_rows(encoded: &str) -> Vec<Row> {
    rows_of(form_urlencoded::parse(encoded.as_bytes()).into_owned())
}

/// No cell and no group is longer than anybody would write: the same for forms and files.
fn bounded(sheet: &Sheet) -> Result<(), Failure> {
    let long = sheet
        .0
        .values()
        .any(|rows| rows.len() > MOST_ROWS || rows.iter().flat_map(Row::values).any(|text| text.len() > LONGEST_CELL));
    let whole: usize = sheet.0.values().flatten().flat_map(Row::values).map(String::len).sum();
    if long || whole > LONGEST_SHEET { Err(Failure::Rejected("revision.too_long")) } else { Ok(()) }
}

/// Known columns with something in them.
fn tidy(group: &schema::Group, row: Row) -> Row {
    let known = |(key, text): (String, String)| {
        let text = text.replace("\r\n", "\n").trim().to_owned();
        (group.column(&key).is_some() && !text.is_empty()).then_some((key, text))
    };
    row.into_iter().filter_map(known).collect()
}

fn sheet_of(row: &Revision) -> Result<Sheet, Failure> {
    serde_json::from_str(&row.sheet).map_err(Failure::internal)
}

/// Everybody who wrote in it or proposed it.
fn writers(row: &Revision) -> Result<BTreeSet<StaffId>, Failure> {
    let all = row.author.split(',').chain(row.proposed_by.as_deref());
    all.map(|id| id.parse().map_err(Failure::internal)).collect()
}

fn staff(id: StaffId) -> String {
    format!("staff:{id}")
}

fn subject(row: &Revision) -> String {
    format!("revision:{}", row.id)
}

fn line(row: &Revision) -> Result<RevisionLine, Failure> {
    Ok(RevisionLine {
        id: row.id,
        slug: row.slug.clone(),
        title: row.title.clone(),
        version: row.version,
        based_on: row.based_on,
        status: RevisionStatus::parse(&row.status).ok_or_else(|| Failure::Internal("status".into()))?,
        effective: row.effective.as_deref().and_then(|d| d.parse().ok()),
        updated_at: Instant(row.updated_at),
    })
}
