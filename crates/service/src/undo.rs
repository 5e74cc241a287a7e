//! 撤销: a submission taken back within ten minutes, with whatever followed from it by itself.

use crate::identity::Applicant;
use crate::{Failure, Service};
use domain::case::{CaseState, Closed, ClosedHow, Command, Refusal};
use domain::ids::{CaseId, DraftId};
use store::tables::cases::{self, CaseRow};
use store::tables::files::{self, Scan};
use store::tables::fills::{self, FillRow};
use store::tables::{bills, drafts, verdicts};
use store::{Tx, jobs};

/// Kind of the job that brings the files back; its key and payload are the case's id.
pub(crate) const KIND: &str = "undo_files";

impl Service {
    /// Undoes a submission, as long as no clerk has judged anything: taking it in at a counter judges
    /// nothing. Documents issued by the system are revoked, a paid bill is owed back, and
    /// the answers go on in a new draft, at once; the files follow in a job, for they are sealed anew.
    /// The signature does not come back: what is sent again is signed again.
    pub async fn undo(&self, applicant: &Applicant, id: CaseId) -> Result<DraftId, Failure> {
        let case = self.own_case(applicant, id).await?;
        let old = drafts::find(&self.db, &self.vault, case.draft_id).await?.ok_or(Failure::NotFound)?;
        let bill = bills::of_case(&self.db, id).await?;
        let (draft, now) = (DraftId(self.new_id()), self.now().0);
        let mut tx = self.db.begin().await?;
        // The bill first, as when money comes in: the two never wait for each other.
        if let Some(bill) = &bill {
            bills::lock(&mut tx, bill.id).await?;
        }
        let mut row = cases::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        if !verdicts::list_in(&mut tx, &row.key, id).await?.is_empty() {
            return Err(Failure::Refused(Refusal::StaffActed));
        }
        let command = Command::Undo { draft };
        self.carry_out_on(&mut tx, &mut row, &command, &applicant.into(), false, None).await?;
        self.note_visit(&mut tx, applicant.filed_by.as_ref(), "counter_undone", &id.to_string()).await?;
        drafts::insert(&mut tx, &self.vault, draft, &old.owner, &old.slug, old.matter_version, &old.answers, now)
            .await?;
        self.bring_fills_back(&mut tx, &row, draft).await?;
        let (job, key) = (self.new_id().to_string(), id.to_string());
        let job = jobs::NewJob { id: &job, kind: KIND, key: Some(&key), payload: &key, run_at: now };
        jobs::enqueue(&mut tx, &job, now).await?;
        tx.commit().await?;
        self.wake.notify_one();
        if let Some(bill) = bill {
            self.close_orders(bill.id).await;
        }
        Ok(draft)
    }

    /// Licences, checked numbers and files of earlier cases fill the same slots of the new draft. What was promised
    /// is promised anew, as what was signed is signed anew.
    async fn bring_fills_back(&self, tx: &mut Tx, row: &CaseRow, draft: DraftId) -> Result<(), Failure> {
        let target = drafts::find_in(tx, &self.vault, draft).await?.ok_or(Failure::NotFound)?;
        for fill in fills::list_in(tx, &row.key, row.draft_id).await? {
            if fill.round == 0 && matches!(fill.way.as_str(), "licence" | "number" | "earlier") {
                fills::put(tx, &target.key, &FillRow { draft_id: draft, ..fill }).await?;
            }
        }
        Ok(())
    }

    /// Copies the files of an undone case into its new draft. What the scanner found infected stays behind.
    pub(crate) async fn bring_files_back(&self, case: CaseId) -> Result<(), Failure> {
        let row = cases::find(&self.db, &self.vault, case).await?.ok_or(Failure::NotFound)?;
        let CaseState::Closed(Closed { how: ClosedHow::Undone { draft }, .. }) = row.case.state else {
            return Ok(());
        };
        for file in files::list(&self.db, &row.key, row.draft_id).await? {
            if file.round != 0 || file.scan == Scan::Infected {
                continue;
            }
            // Deleted or sent again meanwhile: then nothing is missed.
            let open = drafts::find(&self.db, &self.vault, draft).await?.filter(|d| d.case_id.is_none());
            let Some(target) = open else { return Ok(()) };
            let matter = self.matter_of(&target.slug).await?;
            let Some(material) = matter.material(&file.material).cloned() else { continue };
            self.copy_file(&row, file, target, material).await?;
        }
        Ok(())
    }
}
