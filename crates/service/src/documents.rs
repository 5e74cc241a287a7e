//! Documents (文书): composed once, kept immutable, drawn as PDF on demand, verified by code.

use crate::identity::{Applicant, Session, Who};
use crate::ports::documents::{Block, Document};
use crate::{Denied, Failure, Service};
use domain::catalogue::Matter;
use domain::ids::DocumentId;
use domain::policy::{Right, any_allows};
use domain::time::{Instant, format_date_zh};
use serde::{Deserialize, Serialize};
use store::tables::cases::{self, CaseRow};
use store::tables::documents::{self, DocumentRow};
use store::{Tx, vault};

/// A document as composed; its number, date and code are added when it is issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// `receipt`, `acceptance`, `notice`, `acceptance_refused`, `special`, `decision`, `payment`.
    pub kind: String,
    pub title: String,
    pub number_prefix: String,
    /// 补, 受, 许 … in the number, e.g. 示市监许〔2026〕1号.
    pub parts: Vec<Part>,
    /// Rows shown by the verification page: masked.
    pub public_rows: Vec<(String, String)>,
}

/// A stored block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Paragraph(String),
    Salutation(String),
    Heading(String),
    Numbered(Vec<String>),
    Rows(Vec<(String, String)>),
    Signature { png: String, caption: String },
}

/// A document in lists.
#[derive(Debug, Clone)]
pub struct DocumentView {
    pub id: DocumentId,
    pub kind: String,
    pub title: String,
    pub number: String,
    pub issued_at: Instant,
    pub verify_code: String,
    /// Not valid any more from then on (撤销).
    pub revoked_at: Option<Instant>,
}

impl From<&DocumentRow> for DocumentView {
    fn from(row: &DocumentRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind.clone(),
            title: row.title.clone(),
            number: row.number.clone(),
            issued_at: Instant(row.issued_at),
            verify_code: row.verify_code.clone(),
            revoked_at: row.revoked_at.map(Instant),
        }
    }
}

pub struct Pdf {
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// What anybody holding the paper may check.
pub struct VerifiedDocument {
    pub title: String,
    pub number: String,
    pub issuer: String,
    pub issued_at: Instant,
    pub rows: Vec<(String, String)>,
    /// The stored content still has the digest it was issued with.
    pub intact: bool,
    /// It was issued here, and is not valid any more from then on (撤销).
    pub revoked_at: Option<Instant>,
}

impl Service {
    /// Numbers and stores a document.
    pub(crate) async fn issue_document(
        &self,
        tx: &mut Tx,
        row: &CaseRow,
        matter: &Matter,
        draft: Draft,
    ) -> Result<(), Failure> {
        let year = self.today().year();
        let series = format!("doc:{}:{year}", draft.number_prefix);
        let sequence = cases::next_number(tx, &series).await?;
        let body = self.catalogue().region.body(&matter.body).cloned().ok_or(Failure::NotFound)?;
        let content = serde_json::to_string(&draft).map_err(Failure::internal)?;
        let id = DocumentId(self.new_id());
        let document = DocumentRow {
            id,
            case_id: row.case.id,
            number: format!("{}〔{year}〕{sequence}号", draft.number_prefix),
            verify_code: verify_code()?,
            issuer: body.name.clone(),
            content_digest: self.content_digest(id, &content)?,
            content,
            kind: draft.kind,
            title: draft.title,
            issued_at: self.now().0,
            revoked_at: None,
        };
        Ok(documents::insert(tx, &row.key, &document).await?)
    }

    /// Keyed: names and numbers in the content could be guessed from a plain digest.
    pub(crate) fn content_digest(&self, id: DocumentId, content: &str) -> Result<String, Failure> {
        Ok(self.vault.mac(&format!("documents.content:{id}"), content)?)
    }

    /// The PDF for the applicant, the other party's account excluded, or for staff who may read cases.
    pub async fn document_pdf(&self, viewer: &Session, id: DocumentId) -> Result<Pdf, Failure> {
        let case = documents::case_of(&self.db, id).await?.ok_or(Failure::NotFound)?;
        let row = cases::find(&self.db, &self.vault, case).await?.ok_or(Failure::NotFound)?;
        match &viewer.who {
            Who::Guest => return Err(Denied::SignIn.into()),
            Who::Applicant(account) if *account == row.case.applicant => {}
            Who::Applicant(_) => return Err(Failure::NotFound),
            Who::Staff { id, roles, .. } if any_allows(roles, Right::ReadCases) => self.within_reach(*id, case).await?,
            Who::Staff { .. } => return Err(Denied::Forbidden.into()),
        }
        let list = documents::list(&self.db, &row.key, case).await?;
        let stored = list.into_iter().find(|d| d.id == id).ok_or(Failure::NotFound)?;
        let file_name = format!("{}.pdf", stored.title);
        let document = self.compose(stored)?;
        let maker = self.documents.clone();
        let drawn = tokio::task::spawn_blocking(move || maker.render(&document)).await.map_err(Failure::internal)?;
        Ok(Pdf { file_name, bytes: drawn.map_err(Failure::internal)? })
    }

    /// Result documents of this applicant, the newest first (证照).
    pub async fn my_results(&self, applicant: &Applicant) -> Result<Vec<DocumentView>, Failure> {
        let mut list = Vec::new();
        for row in cases::of_account(&self.db, &self.vault, applicant.account).await? {
            let documents = documents::list(&self.db, &row.key, row.case.id).await?;
            let valid = documents.iter().filter(|d| d.kind == "decision" && d.revoked_at.is_none());
            list.extend(valid.map(DocumentView::from));
        }
        list.sort_by_key(|d| std::cmp::Reverse(d.issued_at));
        Ok(list)
    }

    fn compose(&self, row: DocumentRow) -> Result<Document, Failure> {
        let draft: Draft = serde_json::from_str(&row.content).map_err(Failure::internal)?;
        let region = self.catalogue().region.clone();
        // Printed again it says that it is not valid any more; what was issued stays word for word.
        let revoked =
            row.revoked_at.map(|at| Block::Heading(format!("本文书已于{}撤销，不再有效", Instant(at).format_zh())));
        Ok(Document {
            title: row.title,
            number: row.number,
            issuer: row.issuer,
            date: format_date_zh(Instant(row.issued_at).date_in_china()),
            blocks: revoked.into_iter().chain(draft.parts.into_iter().filter_map(block)).collect(),
            verify_url: format!("{}/verify/{}", self.settings.public_url, row.verify_code),
            verify_code: row.verify_code,
            footer: format!("{} · 咨询投诉 {} · {}", region.name, region.help_phone, region.notice),
        })
    }

    /// Verifies a document by its code.
    pub async fn verify_document(&self, code: &str) -> Result<VerifiedDocument, Failure> {
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
        let case = documents::case_of_code(&self.db, &code).await?.ok_or(Failure::NotFound)?;
        let row = cases::find(&self.db, &self.vault, case).await?.ok_or(Failure::NotFound)?;
        let list = documents::list(&self.db, &row.key, case).await?;
        let stored = list.into_iter().find(|d| d.verify_code == code).ok_or(Failure::NotFound)?;
        let draft: Draft = serde_json::from_str(&stored.content).map_err(Failure::internal)?;
        Ok(VerifiedDocument {
            intact: self.content_digest(stored.id, &stored.content)? == stored.content_digest,
            title: stored.title,
            number: stored.number,
            issuer: stored.issuer,
            issued_at: Instant(stored.issued_at),
            revoked_at: stored.revoked_at.map(Instant),
            rows: draft.public_rows,
        })
    }
}

fn block(part: Part) -> Option<Block> {
    use base64::Engine;
    Some(match part {
        Part::Paragraph(text) => Block::Paragraph { text, indent: true },
        Part::Salutation(text) => Block::Paragraph { text, indent: false },
        Part::Heading(text) => Block::Heading(text),
        Part::Numbered(items) => Block::Numbered(items),
        Part::Rows(rows) => Block::Rows(rows),
        Part::Signature { png, caption } => {
            Block::Picture { png: base64::engine::general_purpose::STANDARD.decode(png).ok()?, caption }
        }
    })
}

/// Twelve characters without look-alikes: 60 bits, not to be guessed.
fn verify_code() -> Result<String, Failure> {
    const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    Ok(vault::random::<12>()?.iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])).collect())
}
