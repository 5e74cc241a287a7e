//! 合并 PDF: after each handing-in the pictures of a slot become one document, in order, turned and cut, beside
//! the originals. What counts stays the originals: the list of what was submitted names only them.

use crate::desk::current_round;
use crate::identity::{Session, Who};
use crate::owed::supply_round;
use crate::ports::bundle::Picture;
use crate::uploads::{FileContent, FileView, view_of};
use crate::{Denied, Failure, Service};
use bytes::Bytes;
use domain::case::Event;
use domain::ids::CaseId;
use domain::policy::{Right, any_allows};
use futures_util::stream;
use std::collections::BTreeSet;
use store::tables::bundles::{self, BundleRow};
use store::tables::cases::{self, CaseRow};
use store::tables::files::{self, Scan};
use store::{Tx, jobs};

/// Kind of the job; its key and payload are `case:round:material`.
pub(crate) const KIND: &str = "bundle";

/// One slot's pictures as one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleView {
    pub material: String,
    /// As with files: 0 = submitted with the application, n = for a later handing-in.
    pub round: i64,
    pub pages: u32,
    pub bytes: u64,
}

impl From<&BundleRow> for BundleView {
    fn from(row: &BundleRow) -> Self {
        Self {
            material: row.material.clone(),
            round: row.round,
            pages: u32::try_from(row.pages).unwrap_or(0),
            bytes: u64::try_from(row.bytes).unwrap_or(0),
        }
    }
}

/// Goes into the document of its slot.
fn is_page(file: &FileView) -> bool {
    file.is_picture() && file.scan != Scan::Infected
}

/// The materials with pictures among these files.
pub(crate) fn pictured(files: &[FileView]) -> BTreeSet<String> {
    files.iter().filter(|f| is_page(f)).map(|f| f.material.clone()).collect()
}

/// Where the documents of a slot lie: the folder, and how their names begin.
fn place(case: CaseId, material: &str, round: i64) -> (String, String) {
    (format!("bundles/{case}"), format!("{material}.{round}."))
}

impl Service {
    /// In the transaction of a handing-in: each of these slots gets its document.
    pub(crate) async fn plan_bundles(
        &self,
        tx: &mut Tx,
        case: CaseId,
        materials: &BTreeSet<String>,
        round: i64,
    ) -> Result<(), Failure> {
        let now = self.now().0;
        for material in materials {
            let (id, key) = (self.new_id().to_string(), format!("{case}:{round}:{material}"));
            let job = jobs::NewJob { id: &id, kind: KIND, key: Some(&key), payload: &key, run_at: now };
            jobs::enqueue(tx, &job, now).await?;
        }
        Ok(())
    }

    /// The same after an answer to the notice, and after something owed was handed in.
    pub(crate) async fn plan_bundles_after(&self, tx: &mut Tx, row: &CaseRow, event: &Event) -> Result<(), Failure> {
        let (named, round): (BTreeSet<&str>, i64) = match event {
            Event::NoticeAnswered { .. } => {
                let items = row.case.notice.iter().flat_map(|notice| &notice.items);
                (items.map(|item| item.material.as_str()).collect(), current_round(&row.case))
            }
            Event::OwedSupplied { material, .. } => {
                let Some(owed) = row.case.owed_material(material) else { return Ok(()) };
                (BTreeSet::from([material.as_str()]), supply_round(&row.case, owed))
            }
            _ => return Ok(()),
        };
        let sent = files::list_in(tx, &row.key, row.draft_id).await?;
        let sent = sent.into_iter().filter(|f| f.round == round && named.contains(f.material.as_str()));
        let sent: Vec<FileView> = sent.map(view_of).collect();
        self.plan_bundles(tx, row.case.id, &pictured(&sent), round).await
    }

    /// The job: makes the document of one slot. Done twice it leaves one.
    pub(crate) async fn bind_pages(&self, payload: &str) -> Result<(), Failure> {
        let mut parts = payload.splitn(3, ':');
        let (Some(case), Some(round), Some(material)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Failure::internal("payload"));
        };
        let case: CaseId = case.parse().map_err(Failure::internal)?;
        let round: i64 = round.parse().map_err(Failure::internal)?;
        if let Some(kept) = bundles::find(&self.db, case, material, round).await? {
            return self.drop_attempts(&kept).await;
        }
        let Some(row) = cases::find(&self.db, &self.vault, case).await? else { return Ok(()) };
        let pictures = self.pictures_of(&row, material, round).await?;
        if pictures.is_empty() {
            return Ok(());
        }
        let pages = i64::try_from(pictures.len()).unwrap_or(i64::MAX);
        let matter = self.matter_at(&row.case.matter).await?;
        let title = matter.material(material).map_or(material, |m| m.name.as_str());
        let pdf = self.binder.bind(title, pictures).await.map_err(|error| {
            tracing::warn!(%case, material, round, %error, "the pages of a slot were not bound");
            Failure::Rejected("bundle.failed")
        })?;
        self.keep_bundle(&row, material, round, pages, pdf).await
    }

    /// The pages of a slot in order. While the scanner has not answered for one of them, they wait.
    async fn pictures_of(&self, row: &CaseRow, material: &str, round: i64) -> Result<Vec<Picture>, Failure> {
        let mut pictures = Vec::new();
        for file in files::list(&self.db, &row.key, row.draft_id).await? {
            if file.material != material || file.round != round {
                continue;
            }
            if !is_page(&view_of(file.clone())) {
                continue;
            }
            if file.scan == Scan::Waiting {
                return Err(Failure::Rejected("bundle.scanning"));
            }
            let arranged = file.arranged;
            let (kind, content) = self.picture_of(&row.key, file).await?;
            pictures.push(Picture { kind, arranged, content });
        }
        Ok(pictures)
    }

    async fn keep_bundle(
        &self,
        row: &CaseRow,
        material: &str,
        round: i64,
        pages: i64,
        pdf: Vec<u8>,
    ) -> Result<(), Failure> {
        let case = row.case.id;
        let (folder, name) = place(case, material, round);
        let path = format!("{folder}/{name}{}", self.new_id());
        let content = stream::iter([Ok::<_, std::io::Error>(Bytes::from(pdf))]);
        let Some((bytes, digest)) = self.store_stream(&path, &row.key, u64::MAX, content).await? else {
            return Ok(());
        };
        let bundle = BundleRow {
            case_id: case,
            material: material.to_owned(),
            round,
            path: path.clone(),
            bytes,
            digest_mac: self.bundle_mac(case, &digest)?,
            pages,
            created_at: self.now().0,
        };
        let mut tx = self.db.begin().await?;
        let kept = bundles::insert(&mut tx, &bundle).await?;
        tx.commit().await?;
        if kept { self.drop_attempts(&bundle).await } else { self.files.delete(&path).await }
    }

    /// What attempts left that did not come to their end. Only once the slot has its row: until then another worker,
    /// whose lease ran out or not, may be about to name in it what would be deleted here; afterwards nobody can.
    async fn drop_attempts(&self, kept: &BundleRow) -> Result<(), Failure> {
        let (folder, name) = place(kept.case_id, &kept.material, kept.round);
        self.files.delete_others(&folder, &name, &kept.path).await
    }

    /// The keyed digest of a bundle's content.
    pub(crate) fn bundle_mac(&self, case: CaseId, digest: &str) -> Result<String, Failure> {
        Ok(self.vault.mac(&format!("bundles.digest:{case}"), digest)?)
    }

    /// The documents of a case's slots.
    pub(crate) async fn bundles_of(&self, case: CaseId) -> Result<Vec<BundleView>, Failure> {
        Ok(bundles::list(&self.db, case).await?.iter().map(BundleView::from).collect())
    }

    /// The document of a slot for the applicant, or for staff who may read cases (recorded).
    pub async fn bundle_for(
        &self,
        viewer: &Session,
        case: CaseId,
        material: &str,
        round: i64,
    ) -> Result<FileContent, Failure> {
        let row = cases::find(&self.db, &self.vault, case).await?.ok_or(Failure::NotFound)?;
        match &viewer.who {
            Who::Guest => return Err(Denied::SignIn.into()),
            Who::Applicant(account) if *account == row.case.applicant => {}
            Who::Applicant(_) => return Err(Failure::NotFound),
            Who::Staff { id, roles, .. } if any_allows(roles, Right::ReadCases) => self.within_reach(*id, case).await?,
            Who::Staff { .. } => return Err(Denied::Forbidden.into()),
        }
        let bundle = bundles::find(&self.db, case, material, round).await?.ok_or(Failure::NotFound)?;
        if let Who::Staff { id, .. } = &viewer.who {
            let mut tx = self.db.begin().await?;
            let what = format!("{material}.{round}");
            self.record(&mut tx, &format!("staff:{id}"), "read_bundle", &case.to_string(), &what).await?;
            tx.commit().await?;
        }
        let matter = self.matter_at(&row.case.matter).await?;
        let name = matter.material(material).map_or(material, |m| m.name.as_str());
        let content = self.files.open(&bundle.path, &row.key).await?;
        Ok(FileContent { name: format!("{name}.pdf"), media_type: "application/pdf".into(), content })
    }
}
