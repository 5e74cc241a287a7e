//! `onevisit verify`: the event chain of every case, and every file it submitted.

use crate::{Failure, Service};
use store::chain;
use store::tables::{cases, events, files};

/// What was found.
#[derive(Debug, Default)]
pub struct Findings {
    pub cases: usize,
    pub events: usize,
    pub files: usize,
    /// Each problem in a sentence with ids only.
    pub problems: Vec<String>,
}

impl Service {
    /// Walks everything; reads each file and checks its digest.
    pub async fn verify(&self) -> Result<Findings, Failure> {
        let mut found = Findings::default();
        for id in cases::all_ids(&self.db).await? {
            let row = match cases::find(&self.db, &self.vault, id).await {
                Ok(Some(row)) => row,
                Ok(None) => continue,
                Err(error) => {
                    found.problems.push(format!("case {id}: {error}"));
                    continue;
                }
            };
            found.cases += 1;
            match events::chain_of(&self.db, &row.key, id).await {
                Ok(links) => {
                    found.events += links.len();
                    if links.is_empty() {
                        found.problems.push(format!("case {id}: no events"));
                    }
                    if let Err(broken) = chain::verify(links) {
                        found.problems.push(broken.to_string());
                    }
                }
                Err(error) => found.problems.push(format!("case {id}: {error}")),
            }
            for file in files::list(&self.db, &row.key, row.draft_id).await? {
                found.files += 1;
                if let Err(problem) = self.verify_file(&row, &file).await {
                    found.problems.push(format!("file {}: {problem}", file.id));
                }
            }
        }
        Ok(found)
    }

    async fn verify_file(&self, row: &cases::CaseRow, file: &files::FileRow) -> Result<(), Failure> {
        let bytes = self.files.read(&file.path, &row.key, 256 << 20).await?;
        let digest = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes));
        let mac = self.vault.mac(&format!("files.digest:{}", row.draft_id), &digest)?;
        if mac == file.digest_mac { Ok(()) } else { Err(Failure::Internal("digest differs".into())) }
    }
}
