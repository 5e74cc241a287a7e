//! Looking at files: pages as plain pictures (预览), and links that soon run out.
//!
//! Nobody has to open what a stranger sent: what is shown was drawn anew here. Nothing drawn is kept;
//! a picture of somebody's papers lives as long as the answer that carries it.

use crate::identity::{Session, Who};
use crate::ports::preview::{Content, Kind, PreviewError, Wanted};
use crate::uploads::{FileView, view_of};
use crate::{Denied, Failure, Service};
use domain::ids::{CaseId, DraftId, FileId};
use domain::materials::Crop;
use domain::policy::{Right, any_allows};
use store::DataKey;
use store::tables::drafts::{self, Draft};
use store::tables::files::{self, FileRow, Scan};

/// Seconds for which a link to a file holds.
const LINK_LIFE: i64 = 10 * 60;
/// Longest side of a picture, and of a small one, in pixels.
const EDGE: u32 = 1600;
const SMALL_EDGE: u32 = 240;
/// Larger files are not drawn, in bytes.
const LARGEST: u64 = 32 << 20;

/// A link's proof: until when it holds, and that it was made here for this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkProof {
    /// Seconds since 1970.
    pub until: i64,
    /// Keyed digest over session, file and time.
    pub sig: String,
}

/// A file as a page about it shows it.
pub struct SeenFile {
    pub view: FileView,
    pub draft: DraftId,
    /// Once submitted.
    pub case: Option<CaseId>,
}

impl Service {
    /// Proves that this session was given a link to this file. It opens nothing by itself: whoever
    /// follows the link is authorised anew.
    pub fn file_proof(&self, viewer: &Session, file: FileId) -> Result<LinkProof, Failure> {
        let until = self.now().0 / 1_000_000 + LINK_LIFE;
        Ok(LinkProof { until, sig: self.link_mac(viewer, file, until)? })
    }

    /// Whether the link was made for this session and has not run out.
    pub fn link_holds(&self, viewer: &Session, file: FileId, proof: &LinkProof) -> Result<bool, Failure> {
        let mac = self.link_mac(viewer, file, proof.until)?;
        let genuine = aws_lc_rs::constant_time::verify_slices_are_equal(mac.as_bytes(), proof.sig.as_bytes()).is_ok();
        Ok(genuine && self.now().0 / 1_000_000 <= proof.until)
    }

    fn link_mac(&self, viewer: &Session, file: FileId, until: i64) -> Result<String, Failure> {
        Ok(self.vault.mac("links.file", &format!("{}:{file}:{until}", viewer.id))?)
    }

    /// What is known of a file, for its owner or staff who may read cases.
    pub async fn seen_file(&self, viewer: &Session, id: FileId) -> Result<SeenFile, Failure> {
        let (draft, row) = self.seen_by(viewer, id).await?;
        Ok(SeenFile { view: view_of(row), draft: draft.id, case: draft.case_id })
    }

    /// One page as a JPEG of at most 1600 pixels (240 when `small`), as its owner has arranged it, turned
    /// clockwise by `quarters` more.
    pub async fn preview_for(
        &self,
        viewer: &Session,
        id: FileId,
        page: u32,
        small: bool,
        quarters: u8,
    ) -> Result<Vec<u8>, Failure> {
        let (draft, row) = self.seen_by(viewer, id).await?;
        self.record_look(viewer, &draft, "preview_file", &format!("{id}#{page}")).await?;
        let arranged = row.arranged;
        let (view, content) = self.pixels(&draft.key, row).await?;
        if page == 0 || page > view.pictures() {
            return Err(Failure::NotFound);
        }
        let kind = view.report.kind.accepted().ok_or(Failure::NotFound)?;
        let edge = if small { SMALL_EDGE } else { EDGE };
        let wanted = Wanted { kind, page, edge, arranged, quarters: quarters % 4 };
        self.previews.picture(wanted, content).await.map_err(|error| none(id, error))
    }

    /// The picture turned as its owner has turned it, but whole: for the page on which it is cut.
    pub async fn uncut_preview(&self, viewer: &Session, id: FileId) -> Result<Vec<u8>, Failure> {
        let (draft, row) = self.seen_by(viewer, id).await?;
        self.record_look(viewer, &draft, "preview_file", &format!("{id}#uncut")).await?;
        let arranged = row.arranged.cut(Crop::default());
        let (kind, content) = self.picture_of(&draft.key, row).await?;
        let wanted = Wanted { kind, page: 1, edge: EDGE, arranged, quarters: 0 };
        self.previews.picture(wanted, content).await.map_err(|error| none(id, error))
    }

    /// The content of a picture, and its kind; not found for anything else.
    pub(crate) async fn picture_of(&self, key: &DataKey, row: FileRow) -> Result<(Kind, Content), Failure> {
        let (view, content) = self.pixels(key, row).await?;
        match view.report.kind.accepted() {
            Some(kind) if view.is_picture() => Ok((kind, content)),
            _ => Err(Failure::NotFound),
        }
    }

    /// What is drawn from, read where the drawing happens.
    async fn pixels(&self, key: &DataKey, row: FileRow) -> Result<(FileView, Content), Failure> {
        let content = self.files.open(&row.path, key).await?;
        let size = content.size();
        if size > LARGEST {
            return Err(Failure::Rejected("preview.none"));
        }
        let source = content.blocking();
        let read = move || precheck::Source::read(&source, 0, usize::try_from(size).unwrap_or(0));
        let content: Content = Box::new(read);
        Ok((view_of(row), content))
    }

    /// The file, if this viewer may see it: the owner what they handed in, staff with the right what
    /// was submitted and found clean. What is infected nobody gets.
    pub(crate) async fn seen_by(&self, viewer: &Session, id: FileId) -> Result<(Draft, FileRow), Failure> {
        let draft_id = files::draft_of(&self.db, id).await?.ok_or(Failure::NotFound)?;
        let draft = drafts::find(&self.db, &self.vault, draft_id).await?.ok_or(Failure::NotFound)?;
        let own = viewer.owner().is_ok_and(|o| o.key() == draft.owner);
        let staff = match &viewer.who {
            // A draft at the counter: what is submitted is read, and recorded, as every case's files are.
            Who::Staff { .. } if own && draft.case_id.is_none() => false,
            Who::Staff { roles, .. } if !any_allows(roles, Right::ReadCases) => return Err(Denied::Forbidden.into()),
            Who::Staff { id, .. } => {
                self.within_reach(*id, draft.case_id.ok_or(Failure::NotFound)?).await?;
                true
            }
            _ if own => false,
            Who::Guest => return Err(Denied::SignIn.into()),
            Who::Applicant(_) => return Err(Failure::NotFound),
        };
        let row = files::find(&self.db, &draft.key, id).await?.ok_or(Failure::NotFound)?;
        match row.scan {
            Scan::Infected => Err(Failure::Rejected("file.infected")),
            Scan::Waiting if staff => Err(Failure::Rejected("file.scanning")),
            Scan::None | Scan::Clean | Scan::Waiting => Ok((draft, row)),
        }
    }

    /// Staff leave a trace; what people do with their own papers is nobody's business.
    pub(crate) async fn record_look(
        &self,
        viewer: &Session,
        draft: &Draft,
        action: &str,
        detail: &str,
    ) -> Result<(), Failure> {
        let (Who::Staff { id, .. }, Some(case)) = (&viewer.who, draft.case_id) else { return Ok(()) };
        let mut tx = self.db.begin().await?;
        self.record(&mut tx, &format!("staff:{id}"), action, &case.to_string(), detail).await?;
        Ok(tx.commit().await?)
    }
}

/// Why there is no picture, for the log; whoever looks is told that there is none.
pub(crate) fn none(file: FileId, error: PreviewError) -> Failure {
    match error {
        PreviewError::NoPage => Failure::NotFound,
        PreviewError::Unreadable | PreviewError::Late => {
            tracing::info!(%file, %error, "no preview");
            Failure::Rejected("preview.none")
        }
    }
}
