//! Changing the catalogue (动态调整): drafted and proposed by one person, reviewed by another, offered from
//! its effective date. What is typed is kept as typed; what is wrong with it is said all at once.

mod cell;
mod compare;
pub mod schema;
mod sheet;
pub mod toml_file;
mod workbook;

pub use compare::{Difference, compare};
pub use sheet::{Problem, Row, Sheet, is_long};
pub use workbook::{BookError, BookProblem, Page, Places, Workbook};

use crate::catalogue::Offer;
use crate::identity::{CatalogueReader, Editor, Reviewer};
use crate::shelf::pack;
use crate::{Failure, Service};
use domain::catalogue::{Matter, MatterRef, RevisionAct, RevisionActor, RevisionFacts, RevisionStatus, advance};
use domain::ids::StaffId;
use domain::time::Instant;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::Tx;
use store::tables::audit;
use store::tables::cases::next_number;
use store::tables::revisions::{self, New, Revision, Step};
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

    /// Begins a new version of an offered matter; the open one, if somebody has begun already.
    pub async fn begin_revision(&self, editor: &Editor, slug: &str) -> Result<Uuid, Failure> {
        let matter = self.matter_of(slug).await?;
        self.begin(editor, &Sheet::of(&matter), matter.version).await.map(|(id, _)| id)
    }

    /// Begins a matter that is not offered yet.
    pub async fn begin_matter(&self, editor: &Editor, slug: &str, title: &str) -> Result<Uuid, Failure> {
        let (slug, title) = (slug.trim(), title.trim());
        let shaped = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if slug.is_empty() || slug.len() > 60 || !slug.chars().all(shaped) || title.is_empty() {
            return Err(Failure::Rejected("revision.slug"));
        }
        if self.catalogue().card(slug).is_some() {
            return Err(Failure::Rejected("revision.slug_taken"));
        }
        let row = Row::from([("slug".to_owned(), slug.to_owned()), ("title".to_owned(), title.to_owned())]);
        let sheet = Sheet([("matter".to_owned(), vec![row])].into());
        self.begin(editor, &sheet, 0).await.map(|(id, _)| id)
    }

    /// Begins a revision from a file whose every cell was right. Nothing is changed otherwise.
    pub async fn import_sheet(&self, editor: &Editor, sheet: &Sheet) -> Result<Result<Uuid, Vec<Problem>>, Failure> {
        bounded(sheet)?;
        let offered = self.catalogue().card(sheet.slug()).map_or(0, |card| card.version);
        let (_, mut problems) = sheet.read(&self.catalogue().region, offered + 1, self.today());
        problems.sort();
        if !problems.is_empty() {
            return Ok(Err(problems));
        }
        match self.begin(editor, sheet, offered).await? {
            (id, true) => Ok(Ok(id)),
            // A file never takes the place of what somebody else is writing.
            (_, false) => Err(Failure::Rejected("revision.open")),
        }
    }

    /// The open revision of a matter, and whether it was begun just now.
    async fn begin(&self, editor: &Editor, sheet: &Sheet, based_on: u32) -> Result<(Uuid, bool), Failure> {
        let slug = sheet.slug();
        let mut tx = self.db.begin().await?;
        // The row's lock makes two editors who begin at once follow each other.
        next_number(&mut tx, &format!("revision:{slug}")).await?;
        if let Some(open) = revisions::open_of(&mut tx, slug).await? {
            return Ok((open, false));
        }
        if revisions::newest_reviewed(&mut tx, slug).await? > based_on {
            // Published by another server, a moment ago: begun from what is offered, not from what was.
            drop(tx);
            self.refresh_catalogue().await?;
            return Err(Failure::Conflict);
        }
        let known = revisions::newest(&mut tx, slug).await?;
        let id = self.new_id();
        let json = serde_json::to_string(sheet).map_err(Failure::internal)?;
        let new = New {
            id,
            slug,
            version: based_on.max(known) + 1,
            based_on,
            title: sheet.title(),
            sheet: &json,
            author: &editor.id().to_string(),
            reason: "",
            at: self.now().0,
        };
        revisions::insert(&mut tx, &new).await?;
        let subject = format!("revision:{id}");
        self.record(&mut tx, &staff(editor.id()), "revision_begun", &subject, &format!("{slug}@{}", new.version))
            .await?;
        tx.commit().await?;
        Ok((id, true))
    }

    /// Saves the rows of one group as they were typed, over the state that the page showed.
    pub async fn save_rows(
        &self,
        editor: &Editor,
        id: Uuid,
        lock: i64,
        group: &str,
        rows: Vec<Row>,
    ) -> Result<(), Failure> {
        let known = schema::group(group).ok_or(Failure::NotFound)?;
        let row = self.fresh(id, lock).await?;
        let mut sheet = sheet_of(&row)?;
        let rows: Vec<Row> = rows.into_iter().map(|r| tidy(known, r)).filter(|r| !r.is_empty()).collect();
        if rows.is_empty() {
            sheet.0.remove(group);
        } else {
            sheet.0.insert(group.to_owned(), rows);
        }
        bounded(&sheet)?;
        self.write(editor, row, sheet, known.title).await
    }

    /// Why the matter is changed: the reviewer reads it first.
    pub async fn save_reason(&self, editor: &Editor, id: Uuid, lock: i64, reason: &str) -> Result<(), Failure> {
        if reason.chars().count() > 2000 {
            return Err(Failure::Rejected("revision.too_long"));
        }
        let mut row = self.fresh(id, lock).await?;
        if row.reason == reason.trim() {
            return Ok(());
        }
        reason.trim().clone_into(&mut row.reason);
        let sheet = sheet_of(&row)?;
        self.write(editor, row, sheet, "修改理由").await
    }

    async fn write(&self, editor: &Editor, mut row: Revision, sheet: Sheet, what: &str) -> Result<(), Failure> {
        self.decide(&row, &RevisionAct::Edit, RevisionActor::Editor(editor.id()))?;
        let before = sheet_of(&row)?;
        if before == sheet && what != "修改理由" {
            return Ok(());
        }
        let changed: Vec<String> = compare(&before, &sheet).iter().map(Difference::place).collect();
        let json = serde_json::to_string(&sheet).map_err(Failure::internal)?;
        let mut tx = self.db.begin().await?;
        revisions::save(&mut tx, row.id, row.lock, sheet.title(), &json, &row.reason, self.now().0).await?;
        self.add_writer(&mut tx, &mut row, editor.id()).await?;
        let detail = if changed.is_empty() { what.to_owned() } else { changed.join("、") };
        let detail: String = detail.chars().take(500).collect();
        self.record(&mut tx, &staff(editor.id()), "revision_saved", &subject(&row), &detail).await?;
        Ok(tx.commit().await?)
    }

    async fn add_writer(&self, tx: &mut Tx, row: &mut Revision, who: StaffId) -> Result<(), Failure> {
        if !writers(row)?.contains(&who) {
            row.author = format!("{},{who}", row.author);
            revisions::set_author(tx, row.id, &row.author).await?;
        }
        Ok(())
    }

    /// 报审. Refused while anything is missing.
    pub async fn propose(&self, editor: &Editor, id: Uuid, lock: i64) -> Result<(), Failure> {
        let mut row = self.fresh(id, lock).await?;
        if row.reason.trim().is_empty() {
            return Err(Failure::Rejected("revision.reason_missing"));
        }
        self.decide(&row, &RevisionAct::Propose, RevisionActor::Editor(editor.id()))?;
        let who = editor.id().to_string();
        let step = Step { status: "proposed", proposed_by: Some(&who), review_note: "", ..Step::default() };
        let mut tx = self.db.begin().await?;
        revisions::step(&mut tx, row.id, row.lock, step, self.now().0).await?;
        self.add_writer(&mut tx, &mut row, editor.id()).await?;
        self.record(&mut tx, &staff(editor.id()), "revision_proposed", &subject(&row), &row.reason).await?;
        Ok(tx.commit().await?)
    }

    /// Gives a revision up.
    pub async fn discard_revision(&self, editor: &Editor, id: Uuid, lock: i64) -> Result<(), Failure> {
        let row = self.fresh(id, lock).await?;
        self.decide(&row, &RevisionAct::Discard, RevisionActor::Editor(editor.id()))?;
        let mut tx = self.db.begin().await?;
        revisions::delete(&mut tx, row.id, row.lock).await?;
        let detail = format!("{}@{}", row.slug, row.version);
        self.record(&mut tx, &staff(editor.id()), "revision_discarded", &subject(&row), &detail).await?;
        Ok(tx.commit().await?)
    }

    /// Sends it back with what is wrong.
    pub async fn return_revision(&self, reviewer: &Reviewer, id: Uuid, lock: i64, reason: &str) -> Result<(), Failure> {
        let row = self.fresh(id, lock).await?;
        let act = RevisionAct::Return { reason: reason.to_owned() };
        self.decide(&row, &act, RevisionActor::Reviewer(reviewer.id()))?;
        let who = reviewer.id().to_string();
        let step = Step {
            status: "draft",
            proposed_by: row.proposed_by.as_deref(),
            reviewed_by: Some(&who),
            review_note: reason.trim(),
            ..Step::default()
        };
        let mut tx = self.db.begin().await?;
        revisions::step(&mut tx, row.id, row.lock, step, self.now().0).await?;
        self.record(&mut tx, &staff(reviewer.id()), "revision_returned", &subject(&row), reason.trim()).await?;
        Ok(tx.commit().await?)
    }

    /// 审核通过: it holds from this day; at once when that is today.
    pub async fn approve(&self, reviewer: &Reviewer, id: Uuid, lock: i64, effective: Date) -> Result<(), Failure> {
        let mut row = self.fresh(id, lock).await?;
        self.decide(&row, &RevisionAct::Approve { effective }, RevisionActor::Reviewer(reviewer.id()))?;
        // A newer version came with the folder meanwhile: this one was begun from what is no longer offered.
        let offered = self.catalogue().card(&row.slug).map_or(0, |card| card.version);
        if offered > row.based_on {
            return Err(Failure::Rejected("revision.outdated"));
        }
        row.effective = Some(effective.to_string());
        let (matter, _) = self.read_sheet(&sheet_of(&row)?, &row);
        let matter = matter.ok_or(Failure::Rejected("revision.incomplete"))?;
        let offer = Offer::of(&matter, &self.catalogue().region);
        let who = reviewer.id().to_string();
        let step = Step {
            status: "reviewed",
            proposed_by: row.proposed_by.as_deref(),
            reviewed_by: Some(&who),
            review_note: "",
            effective: row.effective.clone(),
            content: Some(pack(&matter)?),
            offer: Some(serde_json::to_string(&offer).map_err(Failure::internal)?),
        };
        let mut tx = self.db.begin().await?;
        if revisions::newest_reviewed(&mut tx, &row.slug).await? > row.based_on {
            return Err(Failure::Rejected("revision.outdated"));
        }
        revisions::step(&mut tx, row.id, row.lock, step, self.now().0).await?;
        let detail = effective.to_string();
        self.record(&mut tx, &staff(reviewer.id()), "revision_approved", &subject(&row), &detail).await?;
        tx.commit().await?;
        // Approved it is; what does not come into force now does so with the next round of housekeeping.
        if let Err(error) = self.publish_due().await {
            tracing::error!(%error, "an approved revision did not come into force yet");
        }
        Ok(())
    }

    /// Reviewed versions whose day has come take the place of the ones before them.
    pub(crate) async fn publish_due(&self) -> Result<(), Failure> {
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        let due = revisions::due(&mut tx, &self.today().to_string()).await?;
        let mut published = 0;
        for (id, slug, version) in &due {
            if !revisions::publish(&mut tx, *id, slug, *version, now).await? {
                continue;
            }
            published += 1;
            let detail = format!("{slug}@{version}");
            self.record(&mut tx, "system", "revision_published", &format!("revision:{id}"), &detail).await?;
        }
        if published > 0 {
            revisions::turn(&mut tx).await?;
        }
        tx.commit().await?;
        self.refresh_catalogue().await.map(drop)
    }

    /// The revision as the page showed it; a conflict when somebody changed it meanwhile.
    async fn fresh(&self, id: Uuid, lock: i64) -> Result<Revision, Failure> {
        let row = revisions::find(&self.db, id).await?.ok_or(Failure::NotFound)?;
        if row.lock == lock { Ok(row) } else { Err(Failure::Conflict) }
    }

    fn decide(&self, row: &Revision, act: &RevisionAct, actor: RevisionActor) -> Result<(), Failure> {
        let status = RevisionStatus::parse(&row.status).ok_or_else(|| Failure::Internal("status".into()))?;
        let complete = match act {
            RevisionAct::Propose | RevisionAct::Approve { .. } => self.read_sheet(&sheet_of(row)?, row).1.is_empty(),
            _ => true,
        };
        let writers = writers(row)?;
        let facts = RevisionFacts { writers: &writers, complete, today: self.today() };
        advance(status, act, actor, &facts).map(drop).map_err(|refusal| Failure::Rejected(refusal.code()))
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
