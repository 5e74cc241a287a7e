//! Files: streamed, sealed and flushed as they come, then looked into before they count.

use crate::counter::FiledBy;
use crate::files::Stored;
use crate::identity::{Applicant, Owner, Session, Who};
use crate::{Denied, Failure, Service};
use domain::case::CaseState;
use domain::catalogue::{AcceptedFile, Material};
use domain::ids::{CaseId, DraftId, FileId, TransferId};
use domain::materials::{Fill, Judging, UNSORTED};
use domain::policy::{Right, any_allows};
use domain::time::Instant;
use futures_util::{Stream, StreamExt};
use jiff::civil::Date;
use precheck::{Aspect, Code, Finding, Kind, Level, Limits, Report};
use store::DataKey;
use store::tables::drafts::Draft;
use store::tables::files::{self, FileRow};
use store::tables::{cases, drafts, fills, transfers};

pub use domain::materials::Arranged;
pub use store::tables::files::Scan;

/// Most pages a PDF may have.
const MAX_PAGES: u32 = 200;

/// A file in a slot.
#[derive(Debug, Clone)]
pub struct FileView {
    pub id: FileId,
    pub material: String,
    pub name: String,
    pub media_type: String,
    pub bytes: u64,
    pub round: i64,
    /// What the pre-check found, and the scanner.
    pub report: Report,
    pub created_at: Instant,
    pub scan: Scan,
    /// How it is shown, where it is a picture.
    pub arranged: Arranged,
    /// 开具日期 or 有效期到, as its owner has said; one day for all files of a slot.
    pub proof_day: Option<Date>,
    /// What the matter's rule says about that day, beside the first file of an open slot.
    pub doubt: Option<Finding>,
    /// 居民身份证号 and 统一社会信用代码 in the text layer of a PDF.
    pub numbers: Vec<String>,
    /// The days for which that rule was asked; the browser asks it again for the same ones.
    pub judged_on: Option<Judging>,
}

impl FileView {
    /// Something must be changed before the slot counts: in the file, or about the day on it.
    pub fn must_fix(&self) -> bool {
        self.report.must_fix() || self.doubt.is_some()
    }

    /// What the pre-check, the scanner and the rule about its day found.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.report.findings.iter().chain(&self.doubt)
    }

    /// A picture that can be turned and cut.
    pub fn is_picture(&self) -> bool {
        self.pictures() > 0 && self.report.kind.accepted() != Some(Kind::Pdf)
    }

    /// Pages that can be shown as pictures; 0 where nothing can.
    pub fn pictures(&self) -> u32 {
        match self.report.kind.accepted() {
            Some(_) if self.report.must_fix() => 0,
            Some(Kind::Pdf) => self.report.pages.unwrap_or(1).min(MAX_PAGES),
            Some(Kind::Jpeg | Kind::Png) => 1,
            None => 0,
        }
    }
}

/// A file's content for somebody who may see it.
pub struct FileContent {
    pub name: String,
    pub media_type: String,
    pub content: Stored,
}

/// Where files go: a slot of a draft, or a reopened slot of a case.
pub(crate) struct Slot {
    pub(crate) draft: DraftId,
    pub(crate) key: DataKey,
    pub(crate) round: i64,
    pub(crate) material: Material,
    /// The resumable upload that the content comes from: it ends in the transaction that keeps the file.
    pub(crate) transfer: Option<TransferId>,
    /// A clerk hands it in for a visitor.
    pub(crate) by: Option<FiledBy>,
}

impl Slot {
    pub(crate) fn has(&self, file: &FileRow) -> bool {
        file.material == self.material.id && file.round == self.round
    }
}

/// Content that has been stored, but not yet looked into.
pub(crate) struct Arrived<'a> {
    pub(crate) id: FileId,
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) media_type: &'a str,
    pub(crate) size: i64,
    /// SHA-256 in hex digits.
    pub(crate) digest: String,
}

/// The limits that the pre-check applies to a material; browser and server use the same.
pub fn limits_of(material: &Material) -> Limits {
    let kind = |k: &AcceptedFile| match k {
        AcceptedFile::Jpeg => Kind::Jpeg,
        AcceptedFile::Png => Kind::Png,
        AcceptedFile::Pdf => Kind::Pdf,
    };
    Limits {
        max_bytes: u64::from(material.max_megabytes) << 20,
        min_long_edge_px: material.min_long_edge,
        max_pdf_pages: MAX_PAGES,
        accepts: material.accepts.iter().map(kind).collect(),
        aspect: material.aspect.map(|a| Aspect { width: a.width, height: a.height }),
    }
}

/// Tells that one of these files, from other slots, has the same content, or the same picture saved anew.
pub(crate) fn same_content(report: &Report, digest_mac: &str, others: &[&FileRow]) -> Option<Finding> {
    let digests: Vec<(&str, &str)> = others.iter().map(|f| (f.material.as_str(), f.digest_mac.as_str())).collect();
    precheck::same_file(digest_mac, &digests).or_else(|| same_picture(report, others))
}

fn same_picture(report: &Report, others: &[&FileRow]) -> Option<Finding> {
    let fingerprint = report.fingerprint.as_deref()?;
    let others: Vec<(&str, String)> = others
        .iter()
        .filter_map(|f| {
            let report: Report = serde_json::from_str(&f.report).ok()?;
            Some((f.material.as_str(), report.fingerprint?))
        })
        .collect();
    let others: Vec<(&str, &str)> = others.iter().map(|(slot, print)| (*slot, print.as_str())).collect();
    precheck::near_duplicate(fingerprint, &others)
}

pub(crate) fn view_of(row: FileRow) -> FileView {
    let mut report: Report =
        serde_json::from_str(&row.report).unwrap_or_else(|_| Report::new(precheck::DetectedKind::Unknown));
    report.findings.extend(crate::scans::finding(row.scan));
    FileView {
        id: row.id,
        material: row.material,
        name: row.name,
        media_type: row.media_type,
        bytes: u64::try_from(row.bytes).unwrap_or(0),
        round: row.round,
        report,
        created_at: Instant(row.created_at),
        scan: row.scan,
        arranged: row.arranged,
        proof_day: row.proof_day.parse().ok(),
        doubt: None,
        numbers: row.numbers.split(',').filter(|number| !number.is_empty()).map(str::to_owned).collect(),
        judged_on: None,
    }
}

impl Service {
    /// Receives one file into a slot of a draft.
    pub async fn receive_file<S, E>(
        &self,
        owner: &Owner,
        draft: DraftId,
        material: &str,
        name: &str,
        media_type: &str,
        content: S,
    ) -> Result<FileView, Failure>
    where
        S: Stream<Item = Result<bytes::Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        let slot = self.draft_slot(owner, draft, material).await?;
        self.receive(slot, name, media_type, content).await
    }

    /// A slot of the owner's open draft.
    pub(crate) async fn draft_slot(&self, owner: &Owner, draft: DraftId, material: &str) -> Result<Slot, Failure> {
        let row = self.own_draft(owner, draft).await?;
        if row.case_id.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        let matter = self.matter_of(&row.slug).await?;
        let material = crate::sorting::slot_material(&matter, material).ok_or(Failure::NotFound)?;
        let by = owner.filed_by().cloned();
        Ok(Slot { draft, key: row.key, round: 0, material, transfer: None, by })
    }

    /// Receives one file into a slot that the notice reopened, or that is owed.
    pub async fn receive_correction<S, E>(
        &self,
        applicant: &Applicant,
        case: CaseId,
        material: &str,
        name: &str,
        media_type: &str,
        content: S,
    ) -> Result<FileView, Failure>
    where
        S: Stream<Item = Result<bytes::Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        let slot = self.case_slot(applicant, case, material).await?;
        self.receive(slot, name, media_type, content).await
    }

    /// A slot that the notice reopened.
    pub(crate) async fn case_slot(&self, applicant: &Applicant, case: CaseId, material: &str) -> Result<Slot, Failure> {
        let row = self.own_case(applicant, case).await?;
        let round = reopened_round(&row, material)?;
        let material = self.matter_at(&row.case.matter).await?.material(material).cloned().ok_or(Failure::NotFound)?;
        let by = applicant.filed_by.clone();
        Ok(Slot { draft: row.draft_id, key: row.key, round, material, transfer: None, by })
    }

    /// Stores content, looks into it and keeps it in its slot: the one way in for every kind of upload.
    pub(crate) async fn receive<S, E>(
        &self,
        slot: Slot,
        name: &str,
        media_type: &str,
        content: S,
    ) -> Result<FileView, Failure>
    where
        S: Stream<Item = Result<bytes::Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        let limits = limits_of(&slot.material);
        let id = FileId(self.new_id());
        let path = format!("files/{}/{id}", slot.draft);
        let name = precheck::safe_name(name);
        let Some((size, digest)) = self.store_stream(&path, &slot.key, limits.max_bytes, content).await? else {
            return Ok(too_big(id, &slot, name, &limits, self.now()));
        };
        let arrived = Arrived { id, path: path.clone(), name, media_type, size, digest };
        let kept = self.judge_and_keep(&slot, arrived, limits).await;
        if is_left_over(&kept, &path) {
            self.files.delete(&path).await?;
        }
        kept.map(view_of)
    }

    /// Looks into what arrived and inserts its row; the row that is there already for a retry.
    pub(crate) async fn judge_and_keep(
        &self,
        slot: &Slot,
        arrived: Arrived<'_>,
        limits: Limits,
    ) -> Result<FileRow, Failure> {
        let Arrived { id, path, name, media_type, size, digest } = arrived;
        let digest_mac = self.digest_mac(slot.draft, &digest)?;
        let mut report = self.look_into(&path, &slot.key, &name, media_type, limits).await?;
        let numbers = self.numbers_of(slot, &path, &report).await?;
        let existing = files::list(&self.db, &slot.key, slot.draft).await?;
        // What waits to be sorted is in no other slot yet.
        let others: Vec<&FileRow> = existing.iter().filter(|f| !slot.has(f) && f.material != UNSORTED).collect();
        let same = same_content(&report, &digest_mac, &others);
        report.findings.extend(same);
        let row = FileRow {
            id,
            draft_id: slot.draft,
            material: slot.material.id.clone(),
            position: 0,
            round: slot.round,
            name,
            media_type: report.kind.accepted().map_or("application/octet-stream", Kind::media_type).to_owned(),
            bytes: size,
            digest_mac,
            path,
            report: serde_json::to_string(&report).map_err(Failure::internal)?,
            created_at: self.now().0,
            scan: if self.scanner.is_some() { Scan::Waiting } else { Scan::None },
            arranged: Arranged::default(),
            proof_day: String::new(),
            numbers,
        };
        self.keep(slot, row).await
    }

    /// Copies a file of an undone case into the draft in which its content goes on: sealed anew, for
    /// the case's key stays with the case. A file that is there already, or has no room, is left out.
    pub(crate) async fn copy_file(
        &self,
        from: &cases::CaseRow,
        file: FileRow,
        to: Draft,
        material: Material,
    ) -> Result<(), Failure> {
        let slot = Slot { draft: to.id, key: to.key, round: 0, material, transfer: None, by: None };
        let id = FileId(self.new_id());
        let path = format!("files/{}/{id}", slot.draft);
        let content = Box::pin(self.files.open(&file.path, &from.key).await?.stream());
        let Some((bytes, digest)) = self.store_stream(&path, &slot.key, u64::MAX, content).await? else {
            return Ok(());
        };
        let digest_mac = self.digest_mac(slot.draft, &digest)?;
        let row = FileRow {
            id,
            draft_id: slot.draft,
            position: 0,
            round: 0,
            bytes,
            digest_mac,
            path: path.clone(),
            created_at: self.now().0,
            ..file
        };
        let kept = self.keep(&slot, row).await;
        if is_left_over(&kept, &path) {
            self.files.delete(&path).await?;
        }
        match kept {
            Ok(_) | Err(Failure::Rejected("file.too_many" | "file.filled" | "draft.submitted")) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// The keyed digest of a content: it tells equal contents of one draft, and nothing across drafts.
    pub(crate) fn digest_mac(&self, draft: DraftId, digest: &str) -> Result<String, Failure> {
        Ok(self.vault.mac(&format!("files.digest:{draft}"), digest)?)
    }

    /// Inserts the row, or gives the one with the same content in this slot: sending again is a
    /// retry. The slot may have been closed or filled while the content was on its way, so all of
    /// this is looked at under the draft's lock. A signature given before no longer covers it.
    async fn keep(&self, slot: &Slot, mut row: FileRow) -> Result<FileRow, Failure> {
        let mut tx = self.db.begin().await?;
        let mut draft = drafts::find_in(&mut tx, &self.vault, slot.draft).await?.ok_or(Failure::NotFound)?;
        match draft.case_id {
            Some(_) if slot.round == 0 => return Err(Failure::Rejected("draft.submitted")),
            Some(case) => {
                let case = cases::find_in(&mut tx, &self.vault, case).await?.ok_or(Failure::NotFound)?;
                if reopened_round(&case, &slot.material.id)? != slot.round {
                    return Err(Failure::Conflict);
                }
            }
            None => {}
        }
        if let Some(id) = slot.transfer {
            // Somebody was faster, or it was taken back: what the other did stands.
            let row = transfers::find_in(&mut tx, id).await?;
            if row.is_none_or(|t| t.state != transfers::State::Complete) {
                return Err(Failure::Conflict);
            }
        }
        let in_slot: Vec<FileRow> =
            files::list_in(&mut tx, &slot.key, slot.draft).await?.into_iter().filter(|f| slot.has(f)).collect();
        let filled = fills::list_in(&mut tx, &slot.key, slot.draft).await?;
        if filled.iter().any(|f| f.material == slot.material.id && f.round == slot.round) {
            return Err(Failure::Rejected("file.filled"));
        }
        let count = in_slot.len();
        let behind = in_slot.iter().map(|f| f.position + 1).max().unwrap_or(0);
        if let Some(twin) = in_slot.into_iter().find(|f| f.digest_mac == row.digest_mac) {
            if let Some(id) = slot.transfer {
                transfers::kept(&mut tx, id, twin.id).await?;
                tx.commit().await?;
            }
            return Ok(twin);
        }
        if count >= slot.material.max_files as usize {
            return Err(Failure::Rejected("file.too_many"));
        }
        row.position = behind;
        if slot.round == 0 {
            draft.signature = None;
            drafts::save(&mut tx, &draft, self.now().0).await?;
        }
        files::insert(&mut tx, &slot.key, &row).await?;
        if let Some(id) = slot.transfer {
            transfers::kept(&mut tx, id, row.id).await?;
        }
        let subject = draft.case_id.map_or_else(|| slot.draft.to_string(), |case| case.to_string());
        self.note_visit(&mut tx, slot.by.as_ref(), "counter_file", &subject).await?;
        if row.scan == Scan::Waiting {
            self.enqueue_scan(&mut tx, row.id).await?;
        }
        tx.commit().await?;
        self.wake.notify_one();
        Ok(row)
    }

    /// Streams content into the file store; none when it is over the limit. Memory stays flat.
    pub(crate) async fn store_stream<S, E>(
        &self,
        path: &str,
        key: &DataKey,
        max: u64,
        mut content: S,
    ) -> Result<Option<(i64, String)>, Failure>
    where
        S: Stream<Item = Result<bytes::Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        let mut writing = self.files.write(path, key).await?;
        let mut digest = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        let mut size = 0_u64;
        while let Some(part) = content.next().await {
            let part = match part {
                Ok(part) => part,
                Err(error) => {
                    tracing::info!(%error, "an upload broke off");
                    writing.abort().await;
                    return Err(Failure::Rejected("upload.broken"));
                }
            };
            size += part.len() as u64;
            if size > max {
                writing.abort().await;
                return Ok(None);
            }
            digest.update(&part);
            writing.push(&part).await?;
        }
        writing.finish().await?;
        Ok(Some((i64::try_from(size).unwrap_or(i64::MAX), hex::encode(digest.finish()))))
    }

    /// The pre-check on what arrived, off the async threads; few at a time.
    pub(crate) async fn look_into(
        &self,
        path: &str,
        key: &DataKey,
        name: &str,
        media_type: &str,
        limits: Limits,
    ) -> Result<Report, Failure> {
        let _permit = self.checks.acquire().await.map_err(Failure::internal)?;
        let source = self.files.open(path, key).await?.blocking();
        let (name, media_type) = (name.to_owned(), media_type.to_owned());
        let check = move || precheck::check_source(&name, Some(&media_type), &source, &limits);
        tokio::task::spawn_blocking(check).await.map_err(Failure::internal)?.map_err(Failure::internal)
    }

    /// Takes a file out of a slot of a draft.
    pub async fn remove_file(&self, owner: &Owner, id: DraftId, file: FileId) -> Result<(), Failure> {
        let draft = self.own_draft(owner, id).await?;
        if draft.case_id.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        if !files::remove(&mut tx, file, id, 0, now).await? {
            return Err(Failure::NotFound);
        }
        let mut draft = drafts::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        draft.signature = None;
        drafts::save(&mut tx, &draft, now).await?;
        self.note_visit(&mut tx, owner.filed_by(), "counter_file_removed", &id.to_string()).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a re-sent file out again, while the slot is open.
    pub async fn remove_correction(&self, applicant: &Applicant, case: CaseId, file: FileId) -> Result<(), Failure> {
        let own = self.own_case(applicant, case).await?;
        let file_row = files::find(&self.db, &own.key, file)
            .await?
            .filter(|f| f.draft_id == own.draft_id)
            .ok_or(Failure::NotFound)?;
        let mut tx = self.db.begin().await?;
        // Under the case's lock: it may be handed in at this very moment, and then the file stays.
        let row = cases::find_in(&mut tx, &self.vault, case).await?.ok_or(Failure::NotFound)?;
        let round = reopened_round(&row, &file_row.material)?;
        if !files::remove(&mut tx, file, row.draft_id, round, self.now().0).await? {
            return Err(Failure::NotFound);
        }
        self.note_visit(&mut tx, applicant.filed_by.as_ref(), "counter_file_removed", &case.to_string()).await?;
        Ok(tx.commit().await?)
    }

    /// A file for its owner, or for staff who may read cases (submitted files only; recorded).
    pub async fn file_for(&self, viewer: &Session, id: FileId) -> Result<FileContent, Failure> {
        let (draft, row) = self.seen_by(viewer, id).await?;
        self.record_look(viewer, &draft, "read_file", &id.to_string()).await?;
        let content = self.files.open(&row.path, &draft.key).await?;
        Ok(FileContent { name: row.name, media_type: row.media_type, content })
    }

    /// The content of a file under the key of its draft.
    async fn content_of_file(&self, key: &DataKey, id: FileId) -> Result<FileContent, Failure> {
        let row = files::find(&self.db, key, id).await?.ok_or(Failure::NotFound)?;
        match row.scan {
            Scan::Infected => return Err(Failure::Rejected("file.infected")),
            Scan::Waiting => return Err(Failure::Rejected("file.scanning")),
            Scan::None | Scan::Clean => {}
        }
        let content = self.files.open(&row.path, key).await?;
        Ok(FileContent { name: row.name, media_type: row.media_type, content })
    }

    /// A file of an earlier case for staff who have this one, in which it serves again: whoever may see the
    /// case may see what it rests on, and no other file of the earlier case. For everybody else as [`Self::file_for`].
    pub async fn file_through(&self, viewer: &Session, case: CaseId, id: FileId) -> Result<FileContent, Failure> {
        let Who::Staff { id: staff, roles, .. } = &viewer.who else { return self.file_for(viewer, id).await };
        if !any_allows(roles, Right::ReadCases) {
            return Err(Denied::Forbidden.into());
        }
        self.within_reach(*staff, case).await?;
        let row = cases::find(&self.db, &self.vault, case).await?.ok_or(Failure::NotFound)?;
        let filled = crate::fills::views_of(fills::list(&self.db, &row.key, row.draft_id).await?)?;
        if !filled.iter().any(|f| matches!(&f.fill, Fill::Earlier(earlier) if earlier.files.contains(&id))) {
            return Err(Failure::NotFound);
        }
        let draft_id = files::draft_of(&self.db, id).await?.ok_or(Failure::NotFound)?;
        let draft = drafts::find(&self.db, &self.vault, draft_id).await?.ok_or(Failure::NotFound)?;
        // Never beyond the applicant's own, whatever the fill says.
        if draft.owner != Owner::account(row.case.applicant).key() {
            return Err(Failure::NotFound);
        }
        let mut tx = self.db.begin().await?;
        self.record(&mut tx, &format!("staff:{staff}"), "read_file", &case.to_string(), &id.to_string()).await?;
        tx.commit().await?;
        self.content_of_file(&draft.key, id).await
    }
}

/// The round in which a material of a case may be sent: one that is owed, or one that the notice named.
pub(crate) fn reopened_round(row: &cases::CaseRow, material: &str) -> Result<i64, Failure> {
    if let Some(round) = crate::owed::open_round(&row.case, material) {
        return Ok(round);
    }
    let CaseState::Correcting(_) = row.case.state else {
        return Err(Failure::Refused(domain::case::Refusal::WrongState));
    };
    let notice = row.case.notice.as_ref().ok_or(Failure::NotFound)?;
    if !notice.items.iter().any(|i| i.material == material) {
        return Err(Failure::Rejected("correction.not_reopened"));
    }
    Ok(i64::from(notice.returned) + 1)
}

/// What was certainly not kept leaves no object behind. After a failure of the database nobody knows whether the
/// row is there: then the object stays, for a row without its object would be a lost file.
fn is_left_over(kept: &Result<FileRow, Failure>, path: &str) -> bool {
    match kept {
        Ok(row) => row.path != path,
        Err(
            Failure::Rejected(_) | Failure::Refused(_) | Failure::Conflict | Failure::NotFound | Failure::Denied(_),
        ) => true,
        Err(Failure::Invalid(_) | Failure::Busy(_) | Failure::Full(_) | Failure::Store(_) | Failure::Internal(_)) => {
            false
        }
    }
}

/// A file over the limit is not kept; its report says so.
fn too_big(id: FileId, slot: &Slot, name: String, limits: &Limits, now: Instant) -> FileView {
    let finding = Finding::new(Code::TooBig, Level::MustFix).with("max_bytes", limits.max_bytes.to_string());
    let report = Report { findings: vec![finding], ..Report::new(precheck::DetectedKind::Unknown) };
    FileView {
        id,
        material: slot.material.id.clone(),
        name,
        media_type: String::new(),
        bytes: 0,
        round: slot.round,
        report,
        created_at: now,
        scan: Scan::None,
        arranged: Arranged::default(),
        proof_day: None,
        doubt: None,
        numbers: Vec::new(),
        judged_on: None,
    }
}
