//! 合并 PDF: the pictures of a slot as one document, made after each handing-in. The content lies in the file
//! store, sealed under the case's key.

use super::parse;
use crate::{Db, Row, StoreError, Tx, params};
use domain::ids::CaseId;

crate::sql! {
    const LIST = "select case_id, material, round, path, bytes, digest_mac, pages, created_at
        from bundles where case_id = $1 order by material, round";
    const FIND = "select case_id, material, round, path, bytes, digest_mac, pages, created_at
        from bundles where case_id = $1 and material = $2 and round = $3";
    const INSERT = "insert into bundles (case_id, material, round, path, bytes, digest_mac, pages, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (case_id, material, round) do nothing";
}

/// One slot's pictures as one document.
pub struct BundleRow {
    pub case_id: CaseId,
    pub material: String,
    /// As with files: 0 = submitted with the application, n = for a later handing-in.
    pub round: i64,
    pub path: String,
    pub bytes: i64,
    /// Keyed digest of the content.
    pub digest_mac: String,
    pub pages: i64,
    pub created_at: i64,
}

fn from_row(row: &Row) -> Result<BundleRow, StoreError> {
    Ok(BundleRow {
        case_id: parse(row, "case_id")?,
        material: row.text("material")?,
        round: row.i64("round")?,
        path: row.text("path")?,
        bytes: row.i64("bytes")?,
        digest_mac: row.text("digest_mac")?,
        pages: row.i64("pages")?,
        created_at: row.i64("created_at")?,
    })
}

pub async fn list(db: &Db, case: CaseId) -> Result<Vec<BundleRow>, StoreError> {
    db.read(LIST, params![case.to_string()]).await?.iter().map(from_row).collect()
}

pub async fn find(db: &Db, case: CaseId, material: &str, round: i64) -> Result<Option<BundleRow>, StoreError> {
    db.read_opt(FIND, params![case.to_string(), material, round]).await?.as_ref().map(from_row).transpose()
}

/// False when the slot has its document already: a job that runs twice changes nothing.
pub async fn insert(tx: &mut Tx, bundle: &BundleRow) -> Result<bool, StoreError> {
    let row = params![
        bundle.case_id.to_string(),
        &bundle.material,
        bundle.round,
        &bundle.path,
        bundle.bytes,
        &bundle.digest_mac,
        bundle.pages,
        bundle.created_at
    ];
    Ok(tx.exec(INSERT, row).await? == 1)
}
