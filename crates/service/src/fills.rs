//! What stands in a slot in place of a file: put in, taken out, listed. A slot holds one or the other.

use crate::identity::Owner;
use crate::{Failure, Service};
use domain::ids::DraftId;
use domain::materials::Fill;
use domain::time::Instant;
use store::Tx;
use store::tables::drafts::{self, Draft};
use store::tables::files;
use store::tables::fills::{self, FillRow};

/// A filled slot.
#[derive(Debug, Clone)]
pub struct FillView {
    pub material: String,
    /// As with files: 0 = submitted with the application, n = for the n-th answer to the notice.
    pub round: i64,
    pub fill: Fill,
    pub created_at: Instant,
}

/// Opens what was read.
pub(crate) fn views_of(rows: Vec<FillRow>) -> Result<Vec<FillView>, Failure> {
    rows.into_iter()
        .map(|row| {
            Ok(FillView {
                fill: serde_json::from_str(&row.content).map_err(Failure::internal)?,
                material: row.material,
                round: row.round,
                created_at: Instant(row.created_at),
            })
        })
        .collect()
}

impl Service {
    /// Fills a slot of an open draft; refused while files are in it.
    pub(crate) async fn put_fill(
        &self,
        owner: &Owner,
        id: DraftId,
        material: &str,
        fill: &Fill,
    ) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        let mut draft = self.fillable(&mut tx, owner, id).await?;
        self.put_fill_in(&mut tx, &draft, material, fill).await?;
        draft.signature = None;
        drafts::save(&mut tx, &draft, self.now().0).await?;
        self.note_visit(&mut tx, owner.filed_by(), "counter_file", &id.to_string()).await?;
        Ok(tx.commit().await?)
    }

    /// The owner's open draft, locked: files and fills of one slot never pass each other.
    pub(crate) async fn fillable(&self, tx: &mut Tx, owner: &Owner, id: DraftId) -> Result<Draft, Failure> {
        let draft = drafts::find_in(tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        if draft.owner != owner.key() {
            return Err(Self::not_yours(owner));
        }
        if draft.case_id.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        Ok(draft)
    }

    /// The same under the draft's lock. The caller takes the signature away and saves the draft:
    /// what is signed is what is sent.
    pub(crate) async fn put_fill_in(
        &self,
        tx: &mut Tx,
        draft: &Draft,
        material: &str,
        fill: &Fill,
    ) -> Result<(), Failure> {
        let files = files::list_in(tx, &draft.key, draft.id).await?;
        if files.iter().any(|f| f.material == material && f.round == 0) {
            return Err(Failure::Rejected("fill.files_there"));
        }
        let row = FillRow {
            draft_id: draft.id,
            material: material.to_owned(),
            round: 0,
            way: fill.way().to_owned(),
            content: serde_json::to_string(fill).map_err(Failure::internal)?,
            created_at: self.now().0,
        };
        Ok(fills::put(tx, &draft.key, &row).await?)
    }

    /// Empties a slot, so that a file can go into it. One that is empty already stays so.
    pub async fn remove_fill(&self, owner: &Owner, id: DraftId, material: &str) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        let mut draft = self.fillable(&mut tx, owner, id).await?;
        if !fills::remove(&mut tx, id, material, 0).await? {
            return Ok(());
        }
        draft.signature = None;
        drafts::save(&mut tx, &draft, self.now().0).await?;
        self.note_visit(&mut tx, owner.filed_by(), "counter_file_removed", &id.to_string()).await?;
        Ok(tx.commit().await?)
    }

    /// Keyed digest of a fill's content, for the list of what was submitted.
    pub(crate) fn fill_digest(&self, row: &FillRow) -> Result<String, Failure> {
        Ok(self.vault.mac(&format!("fills.digest:{}", row.draft_id), &row.content)?)
    }
}
