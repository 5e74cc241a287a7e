//! Issued documents (文书): composed once, immutable, verified by a short code.

use super::parse;
use crate::{DataKey, Db, Row, StoreError, Tx, params};
use domain::ids::{CaseId, DocumentId};

crate::sql! {
    const LIST = "select id, case_id, kind, title, number, verify_code, issuer, content, content_digest, issued_at, revoked_at
        from documents where case_id = $1 order by issued_at, id";
    const CASE_OF = "select case_id from documents where id = $1";
    const CASE_OF_CODE = "select case_id from documents where verify_code = $1";
    const PAYMENT_OF = "select id from documents where case_id = $1 and kind = 'payment' and revoked_at is null
        order by issued_at desc, id limit 1";
    const INSERT = "insert into documents (id, case_id, kind, title, number, verify_code, issuer, content, content_digest, issued_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    // The receipt stays true: the application did come.
    const REVOKE = "update documents set revoked_at = $2 where case_id = $1 and kind <> 'receipt' and revoked_at is null";
}

pub struct DocumentRow {
    pub id: DocumentId,
    pub case_id: CaseId,
    /// `receipt`, `acceptance`, `notice`, `refusal`, `special`, `result`, `decision`, `payment`.
    pub kind: String,
    pub title: String,
    pub number: String,
    pub verify_code: String,
    pub issuer: String,
    /// JSON of the composed document.
    pub content: String,
    pub content_digest: String,
    pub issued_at: i64,
    /// Not valid any more from this instant on; the content stays as it was issued.
    pub revoked_at: Option<i64>,
}

fn from_row(row: &Row, key: &DataKey) -> Result<DocumentRow, StoreError> {
    let id: DocumentId = parse(row, "id")?;
    Ok(DocumentRow {
        id,
        case_id: parse(row, "case_id")?,
        kind: row.text("kind")?,
        title: row.text("title")?,
        number: row.text("number")?,
        verify_code: row.text("verify_code")?,
        issuer: row.text("issuer")?,
        content: key.open_text(&format!("documents.content:{id}"), row.bytes("content")?)?,
        content_digest: row.text("content_digest")?,
        issued_at: row.i64("issued_at")?,
        revoked_at: row.opt_i64("revoked_at")?,
    })
}

pub async fn list(db: &Db, key: &DataKey, case: CaseId) -> Result<Vec<DocumentRow>, StoreError> {
    db.read(LIST, params![case.to_string()]).await?.iter().map(|r| from_row(r, key)).collect()
}

pub async fn case_of(db: &Db, id: DocumentId) -> Result<Option<CaseId>, StoreError> {
    db.read_opt(CASE_OF, params![id.to_string()]).await?.map(|r| parse(&r, "case_id")).transpose()
}

pub async fn case_of_code(db: &Db, code: &str) -> Result<Option<CaseId>, StoreError> {
    db.read_opt(CASE_OF_CODE, params![code]).await?.map(|r| parse(&r, "case_id")).transpose()
}

/// 缴款回单 of a case's bill.
pub async fn payment_of(db: &Db, case: CaseId) -> Result<Option<DocumentId>, StoreError> {
    db.read_opt(PAYMENT_OF, params![case.to_string()]).await?.map(|r| parse(&r, "id")).transpose()
}

pub async fn insert(tx: &mut Tx, key: &DataKey, doc: &DocumentRow) -> Result<(), StoreError> {
    let content = key.seal(&format!("documents.content:{}", doc.id), doc.content.as_bytes())?;
    let row = params![
        doc.id.to_string(),
        doc.case_id.to_string(),
        &doc.kind,
        &doc.title,
        &doc.number,
        &doc.verify_code,
        &doc.issuer,
        content,
        &doc.content_digest,
        doc.issued_at
    ];
    tx.exec(INSERT, row).await.map(drop)
}

/// Revokes (撤销) what this case was given, but for the receipt.
pub async fn revoke(tx: &mut Tx, case: CaseId, now: i64) -> Result<(), StoreError> {
    tx.exec(REVOKE, params![case.to_string(), now]).await.map(drop)
}
