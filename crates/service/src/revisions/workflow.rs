//! The steps of a revision, each by the one whose step it is: begin, write, propose, review, publish.

use super::sheet::{Problem, Row, Sheet};
use super::{Difference, bounded, compare, schema, sheet_of, staff, subject, tidy, writers};
use crate::catalogue::Offer;
use crate::identity::{Editor, Reviewer};
use crate::shelf::pack;
use crate::{Failure, Service};
use domain::catalogue::{RevisionAct, RevisionActor, RevisionFacts, RevisionStatus, advance};
use domain::ids::StaffId;
use jiff::civil::Date;
use store::Tx;
use store::tables::cases::next_number;
use store::tables::revisions::{self, New, Revision, Step};
use uuid::Uuid;

impl Service {
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
