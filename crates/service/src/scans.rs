//! Search for viruses (查毒): each file once, after it was received, in a job. Until the scanner has
//! said 干净 nobody but the owner sees the content; a scanner that is down delays and loses nothing.

use crate::ports::scan::{ScanError, Verdict};
use crate::{Failure, Service, wording};
use domain::ids::FileId;
use precheck::{Code, Finding, Level};
use store::tables::files::{self, Scan};
use store::tables::{cases, drafts};
use store::{Tx, jobs};

/// Kind of the job; its key and payload are the file's id.
pub(crate) const KIND: &str = "scan";

/// What a scan says in the report on a file: 正在查毒 holds nobody up, a virus must be replaced.
pub(crate) fn finding(scan: Scan) -> Option<Finding> {
    match scan {
        Scan::None | Scan::Clean => None,
        Scan::Waiting => Some(Finding::new(Code::Scanning, Level::Note)),
        Scan::Infected => Some(Finding::new(Code::Infected, Level::MustFix)),
    }
}

impl Service {
    /// In the transaction that keeps the file: none is forgotten.
    pub(crate) async fn enqueue_scan(&self, tx: &mut Tx, file: FileId) -> Result<(), Failure> {
        let (id, key, now) = (self.new_id().to_string(), file.to_string(), self.now().0);
        let job = jobs::NewJob { id: &id, kind: KIND, key: Some(&key), payload: &key, run_at: now };
        jobs::enqueue(tx, &job, now).await?;
        Ok(())
    }

    /// Has one file looked through. Without a scanner (any more) it counts as one that came without.
    pub(crate) async fn scan_file(&self, id: FileId) -> Result<(), Failure> {
        let Some(draft) = files::draft_of(&self.db, id).await? else { return Ok(()) };
        let Some(draft) = drafts::find(&self.db, &self.vault, draft).await? else { return Ok(()) };
        let waiting = files::find(&self.db, &draft.key, id).await?.filter(|f| f.scan == Scan::Waiting);
        let Some(file) = waiting else { return Ok(()) };
        let Some(scanner) = &self.scanner else { return self.keep_verdict(id, &file.material, None).await };
        let content = self.files.open(&file.path, &draft.key).await?;
        match scanner.scan(Box::pin(content.stream())).await {
            Ok(verdict) => self.keep_verdict(id, &file.material, Some(verdict)).await,
            Err(ScanError::TooBig) => Err(Failure::Rejected("scan.size_limit")),
            Err(error @ ScanError::Unreachable(_)) => {
                tracing::warn!(file = %id, %error, "a file waits for the scanner");
                Err(Failure::Rejected("scan.unreachable"))
            }
        }
    }

    /// Keeps the verdict; of a virus in what was submitted the applicant is told.
    async fn keep_verdict(&self, id: FileId, material: &str, verdict: Option<Verdict>) -> Result<(), Failure> {
        let scan = match &verdict {
            None => Scan::None,
            Some(Verdict::Clean) => Scan::Clean,
            Some(Verdict::Infected { .. }) => Scan::Infected,
        };
        let Some(draft) = files::draft_of(&self.db, id).await? else { return Ok(()) };
        let mut tx = self.db.begin().await?;
        // Under the draft's lock: it may be submitted at this very moment.
        let Some(draft) = drafts::find_in(&mut tx, &self.vault, draft).await? else { return Ok(()) };
        if !files::scanned(&mut tx, id, scan).await? {
            return Ok(());
        }
        if let Some(Verdict::Infected { name }) = verdict {
            tracing::warn!(file = %id, "a file is infected; it stays sealed");
            self.record(&mut tx, "system", "file_infected", &id.to_string(), &name).await?;
            if let Some(case) = draft.case_id {
                let row = cases::find_in(&mut tx, &self.vault, case).await?.ok_or(Failure::NotFound)?;
                let matter = self.matter_at_in(&mut tx, &row.case.matter).await?;
                self.tell_applicant(&mut tx, &row, &wording::infected_message(&matter, material)).await?;
            }
        }
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}
