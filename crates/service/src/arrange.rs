//! 页面整理: the pages of a slot are turned, cut and put in order, as long as the slot is open. What was
//! uploaded stays as it came: only how it is shown and bound changes.

use crate::identity::{Owner, Session};
use crate::previews::{SeenFile, none};
use crate::uploads::{reopened_round, view_of};
use crate::{Failure, Service};
use domain::ids::{CaseId, DraftId, FileId};
use domain::materials::{Arranged, Crop, moved};
use store::Tx;
use store::tables::cases::{self, CaseRow};
use store::tables::drafts::{self, Draft};
use store::tables::files::{self, FileRow, Scan};

/// What is done to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    TurnLeft,
    TurnRight,
    Cut(Crop),
    /// As it came: upright as the camera noted, and whole.
    Undo,
    /// One place up in its slot.
    Earlier,
    /// One place down.
    Later,
}

/// The slot in which a file lies, to lead back to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lies {
    pub draft: DraftId,
    /// Once submitted.
    pub case: Option<CaseId>,
    pub material: String,
    /// In a slot of something owed (容缺后补), which stands on the case's own page.
    pub owed: bool,
}

impl Service {
    /// A file that its owner may arrange now, and where it lies.
    pub async fn arrangeable(&self, viewer: &Session, id: FileId) -> Result<(SeenFile, Lies), Failure> {
        let owner = viewer.owner()?;
        let draft = self.draft_of_file(&owner, id).await?;
        let row = files::find(&self.db, &draft.key, id).await?.ok_or(Failure::NotFound)?;
        let case = match draft.case_id {
            Some(case) => Some(cases::find(&self.db, &self.vault, case).await?.ok_or(Failure::NotFound)?),
            None => None,
        };
        let lies = open_place(&draft, &row, case.as_ref())?;
        Ok((SeenFile { view: view_of(row), draft: draft.id, case: draft.case_id }, lies))
    }

    /// Turns or cuts a picture, or moves a file in its slot. A signature given before no longer covers it.
    pub async fn arrange(&self, viewer: &Session, id: FileId, change: Change) -> Result<Lies, Failure> {
        let owner = viewer.owner()?;
        let known = self.draft_of_file(&owner, id).await?;
        let mut tx = self.db.begin().await?;
        let mut draft = drafts::find_in(&mut tx, &self.vault, known.id).await?.ok_or(Failure::NotFound)?;
        let all = files::list_in(&mut tx, &draft.key, draft.id).await?;
        let file = all.iter().find(|f| f.id == id).ok_or(Failure::NotFound)?;
        let case = match draft.case_id {
            Some(case) => Some(cases::find_in(&mut tx, &self.vault, case).await?.ok_or(Failure::NotFound)?),
            None => None,
        };
        let lies = open_place(&draft, file, case.as_ref())?;
        let changed = match arranged(file.arranged, change) {
            Some(how) => keep_arranged(&mut tx, file, how).await?,
            None => keep_order(&mut tx, &all, file, change == Change::Later).await?,
        };
        if !changed {
            return Ok(lies);
        }
        if draft.case_id.is_none() {
            draft.signature = None;
            drafts::save(&mut tx, &draft, self.now().0).await?;
        }
        let subject = draft.case_id.map_or_else(|| draft.id.to_string(), |case| case.to_string());
        self.note_visit(&mut tx, owner.filed_by(), "counter_file_arranged", &subject).await?;
        tx.commit().await?;
        Ok(lies)
    }

    /// 自动裁边: looks for the document in the picture and cuts off what lies around it.
    pub async fn cut_to_edges(&self, viewer: &Session, id: FileId) -> Result<Lies, Failure> {
        self.arrangeable(viewer, id).await?;
        let draft = self.draft_of_file(&viewer.owner()?, id).await?;
        let row = files::find(&self.db, &draft.key, id).await?.ok_or(Failure::NotFound)?;
        if row.scan == Scan::Infected {
            return Err(Failure::Rejected("file.infected"));
        }
        let turn = row.arranged.turn;
        let (kind, content) = self.picture_of(&draft.key, row).await?;
        let found = self.previews.edges(kind, turn, content).await.map_err(|error| none(id, error))?;
        let crop = found.ok_or(Failure::Rejected("page.no_edges"))?;
        self.arrange(viewer, id, Change::Cut(crop)).await
    }

    /// 重拍: takes the file out of its slot, so that another one can be taken.
    pub async fn retake(&self, viewer: &Session, id: FileId) -> Result<Lies, Failure> {
        let (_, lies) = self.arrangeable(viewer, id).await?;
        match lies.case {
            Some(case) => self.remove_correction(&viewer.applicant()?, case, id).await?,
            None => self.remove_file(&viewer.owner()?, lies.draft, id).await?,
        }
        Ok(lies)
    }

    async fn draft_of_file(&self, owner: &Owner, id: FileId) -> Result<Draft, Failure> {
        let draft = files::draft_of(&self.db, id).await?.ok_or(Failure::NotFound)?;
        self.own_draft(owner, draft).await
    }
}

/// Where a file lies, if its slot is open; refused once it has been handed in.
pub(crate) fn open_place(draft: &Draft, file: &FileRow, case: Option<&CaseRow>) -> Result<Lies, Failure> {
    let mut lies = Lies { draft: draft.id, case: draft.case_id, material: file.material.clone(), owed: false };
    let Some(case) = case else { return Ok(lies) };
    if file.round == 0 || reopened_round(case, &file.material)? != file.round {
        return Err(Failure::Rejected("draft.submitted"));
    }
    lies.owed = crate::owed::open_round(&case.case, &file.material).is_some();
    Ok(lies)
}

/// How the picture stands after the change; none when only its place changes.
fn arranged(now: Arranged, change: Change) -> Option<Arranged> {
    match change {
        Change::TurnLeft => Some(now.turned_left()),
        Change::TurnRight => Some(now.turned_right()),
        Change::Cut(crop) => Some(now.cut(crop)),
        Change::Undo => Some(Arranged::default()),
        Change::Earlier | Change::Later => None,
    }
}

/// Keeps how a picture stands; false when it stands so already.
async fn keep_arranged(tx: &mut Tx, file: &FileRow, how: Arranged) -> Result<bool, Failure> {
    if file.scan == Scan::Infected {
        return Err(Failure::Rejected("file.infected"));
    }
    // Pages of a PDF stay as they are.
    if !file.media_type.starts_with("image/") {
        return Err(Failure::Rejected("page.not_picture"));
    }
    if how == file.arranged {
        return Ok(false);
    }
    Ok(files::arrange(tx, file, how).await?)
}

/// Moves a file in its slot by one place; false when it is at the end already.
async fn keep_order(tx: &mut Tx, all: &[FileRow], file: &FileRow, later: bool) -> Result<bool, Failure> {
    let slot: Vec<&FileRow> = all.iter().filter(|f| f.material == file.material && f.round == file.round).collect();
    let before: Vec<FileId> = slot.iter().map(|f| f.id).collect();
    let after = moved(&before, file.id, later);
    if after == before {
        return Ok(false);
    }
    for (position, id) in (0_i64..).zip(after) {
        files::place(tx, id, file.draft_id, position).await?;
    }
    Ok(true)
}
