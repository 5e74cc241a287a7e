//! `onevisit verify`: the event chain of every case against its state, the documents it was given,
//! every file it submitted, and the book.

use crate::{Failure, Service};
use domain::case::{BillState, Case, Event, PartyState, Submitted, apply, open};
use futures_util::StreamExt;
use store::chain;
use store::tables::cases::CaseRow;
use store::tables::events::StoredEvent;
use store::tables::files::FileRow;
use store::tables::{bundles, cases, documents, events, files, fills};

/// What was found.
#[derive(Debug, Default)]
pub struct Findings {
    pub cases: usize,
    pub events: usize,
    pub files: usize,
    pub documents: usize,
    /// Entries of the book.
    pub entries: usize,
    /// Each problem in a sentence with ids only.
    pub problems: Vec<String>,
}

impl Service {
    /// The master key is the one that this database was begun with. A wrong one would be noticed
    /// only when something is opened, after new data had been sealed with it. False for another key.
    pub async fn check_master_key(&self) -> Result<bool, Failure> {
        let mut tx = self.db.begin().await?;
        let own = self.vault.fingerprint()?;
        let known = store::tables::installation::note(&mut tx, "master_key", &own).await?;
        tx.commit().await?;
        Ok(known == own)
    }

    /// Walks everything; reads each file and checks its digest.
    pub async fn verify(&self) -> Result<Findings, Failure> {
        let mut found = Findings::default();
        for id in cases::all_ids(&self.db).await? {
            match cases::find(&self.db, &self.vault, id).await {
                Ok(Some(row)) => {
                    found.cases += 1;
                    self.verify_events(&row, &mut found).await;
                    self.verify_documents(&row, &mut found).await;
                    self.verify_files(&row, &mut found).await;
                    self.verify_bundles(&row, &mut found).await;
                }
                Ok(None) => {}
                Err(error) => found.problems.push(format!("case {id}: {error}")),
            }
        }
        self.verify_book(&mut found).await;
        Ok(found)
    }

    /// The chain holds, and folding it gives the stored state: so that cutting off the newest
    /// events is seen as well.
    async fn verify_events(&self, row: &CaseRow, found: &mut Findings) {
        let id = row.case.id;
        match events::chain_of(&self.db, &row.key, id).await {
            Ok(links) => {
                found.events += links.len();
                if let Err(broken) = chain::verify(links) {
                    found.problems.push(broken.to_string());
                }
            }
            Err(error) => found.problems.push(format!("case {id}: {error}")),
        }
        let Ok(list) = events::list(&self.db, &row.key, id).await else { return };
        if replayed(row, &list).as_ref() != Some(&row.case) {
            found.problems.push(format!("case {id}: the events do not lead to the stored state"));
        }
        let submitted = list.first().and_then(|e| serde_json::from_str::<serde_json::Value>(&e.payload).ok());
        if submitted.as_ref().and_then(|s| s["manifest"].as_str()) != Some(row.manifest.as_str()) {
            found.problems.push(format!("case {id}: the list of files is not the one submitted"));
        }
    }

    async fn verify_documents(&self, row: &CaseRow, found: &mut Findings) {
        match documents::list(&self.db, &row.key, row.case.id).await {
            Ok(list) => {
                for document in list {
                    found.documents += 1;
                    let digest = self.content_digest(document.id, &document.content);
                    if digest.is_ok_and(|d| d != document.content_digest) {
                        found.problems.push(format!("document {}: digest differs", document.id));
                    }
                }
            }
            Err(error) => found.problems.push(format!("documents of case {}: {error}", row.case.id)),
        }
    }

    async fn verify_files(&self, row: &CaseRow, found: &mut Findings) {
        let list = match files::list(&self.db, &row.key, row.draft_id).await {
            Ok(list) => list,
            Err(error) => return found.problems.push(format!("files of case {}: {error}", row.case.id)),
        };
        let manifest: Vec<serde_json::Value> = serde_json::from_str(&row.manifest).unwrap_or_default();
        let filled = fills::list(&self.db, &row.key, row.draft_id).await;
        let filled = filled.unwrap_or_else(|error| {
            found.problems.push(format!("fills of case {}: {error}", row.case.id));
            Vec::new()
        });
        for entry in &manifest {
            if entry["fill"].is_string() {
                let there = filled.iter().any(|f| {
                    entry["material"] == f.material.as_str()
                        && self.fill_digest(f).is_ok_and(|digest| entry["digest"] == digest.as_str())
                });
                if !there {
                    let what = &entry["material"];
                    found.problems.push(format!("case {}: what filled {what} is not what was submitted", row.case.id));
                }
                continue;
            }
            let there =
                list.iter().any(|f| entry["id"] == f.id.to_string() && entry["digest"] == f.digest_mac.as_str());
            if !there {
                found.problems.push(format!("case {}: a submitted file is missing: {}", row.case.id, entry["id"]));
            }
        }
        for file in &list {
            found.files += 1;
            if let Err(problem) = self.verify_file(row, file).await {
                found.problems.push(format!("file {}: {problem}", file.id));
            }
        }
    }

    /// What was bound from them is as it was bound.
    async fn verify_bundles(&self, row: &CaseRow, found: &mut Findings) {
        let case = row.case.id;
        let list = match bundles::list(&self.db, case).await {
            Ok(list) => list,
            Err(error) => return found.problems.push(format!("bundles of case {case}: {error}")),
        };
        for bundle in list {
            let digest = self.digest_of(row, &bundle.path).await.and_then(|digest| self.bundle_mac(case, &digest));
            match digest {
                Ok(digest) if digest == bundle.digest_mac => {}
                Ok(_) => found.problems.push(format!("bundle {}: digest differs", bundle.path)),
                Err(error) => found.problems.push(format!("bundle {}: {error}", bundle.path)),
            }
        }
    }

    async fn verify_file(&self, row: &CaseRow, file: &FileRow) -> Result<(), Failure> {
        let digest = self.digest_of(row, &file.path).await?;
        let mac = self.vault.mac(&format!("files.digest:{}", row.draft_id), &digest)?;
        if mac == file.digest_mac { Ok(()) } else { Err(Failure::Internal("digest differs".into())) }
    }

    /// SHA-256 of an object of this case, in hex digits.
    async fn digest_of(&self, row: &CaseRow, path: &str) -> Result<String, Failure> {
        let content = self.files.open(path, &row.key).await?.stream();
        let mut content = std::pin::pin!(content);
        let mut digest = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        while let Some(part) = content.next().await {
            digest.update(&part.map_err(Failure::internal)?);
        }
        Ok(hex::encode(digest.finish()))
    }
}

/// The state that the events lead to; none when one of them cannot be read.
fn replayed(row: &CaseRow, list: &[StoredEvent]) -> Option<Case> {
    let (first, rest) = list.split_first()?;
    let events: Vec<Event> = rest.iter().map(|e| serde_json::from_str(&e.payload).ok()).collect::<Option<_>>()?;
    let raised_later = events.iter().any(|e| matches!(e, Event::BillRaised { .. }));
    let case = &row.case;
    let begun = open(Submitted {
        id: case.id,
        number: case.number.clone(),
        matter: case.matter.clone(),
        applicant: case.applicant,
        at: domain::time::Instant(first.at),
        needs_party: case.party != PartyState::NotNeeded,
        bill_raised: case.bill != BillState::None && !raised_later,
        owed: case.owed.iter().map(domain::case::Owed::fresh).collect(),
        promised: case.promised.clone(),
    });
    Some(events.iter().fold(begun, apply))
}
