//! What stands in a slot in place of a file; sealed under the draft's key.

use super::parse;
use crate::{DataKey, Db, Row, StoreError, Tx, params};
use domain::ids::DraftId;

crate::sql! {
    const LIST = "select draft_id, material, round, way, content, created_at from fills where draft_id = $1
        order by round, material";
    const PUT = "insert into fills (draft_id, material, round, way, content, created_at) values ($1, $2, $3, $4, $5, $6)
        on conflict (draft_id, material, round) do update set way = excluded.way, content = excluded.content,
        created_at = excluded.created_at";
    const REMOVE = "delete from fills where draft_id = $1 and material = $2 and round = $3";
    const REMOVE_ALL = "delete from fills where draft_id = $1";
}

/// One filled slot.
pub struct FillRow {
    pub draft_id: DraftId,
    pub material: String,
    /// 0 = submitted with the application, n = sent for the n-th answer to the notice.
    pub round: i64,
    /// Stable name of the way, as in the content.
    pub way: String,
    /// JSON of the domain's fill.
    pub content: String,
    pub created_at: i64,
}

fn from_row(row: &Row, key: &DataKey) -> Result<FillRow, StoreError> {
    let (material, round) = (row.text("material")?, row.i64("round")?);
    Ok(FillRow {
        draft_id: parse(row, "draft_id")?,
        way: row.text("way")?,
        content: key.open_text(&context(&material, round), row.bytes("content")?)?,
        created_at: row.i64("created_at")?,
        material,
        round,
    })
}

/// Bound to its slot: content copied into another slot of the draft does not open there.
fn context(material: &str, round: i64) -> String {
    format!("fills.content:{material}:{round}")
}

pub async fn list(db: &Db, key: &DataKey, draft: DraftId) -> Result<Vec<FillRow>, StoreError> {
    db.read(LIST, params![draft.to_string()]).await?.iter().map(|r| from_row(r, key)).collect()
}

/// The same inside a transaction.
pub async fn list_in(tx: &mut Tx, key: &DataKey, draft: DraftId) -> Result<Vec<FillRow>, StoreError> {
    tx.all(LIST, params![draft.to_string()]).await?.iter().map(|r| from_row(r, key)).collect()
}

/// Fills a slot, in place of what stood in it.
pub async fn put(tx: &mut Tx, key: &DataKey, fill: &FillRow) -> Result<(), StoreError> {
    let content = key.seal(&context(&fill.material, fill.round), fill.content.as_bytes())?;
    let row = params![fill.draft_id.to_string(), &fill.material, fill.round, &fill.way, content, fill.created_at];
    tx.exec(PUT, row).await.map(drop)
}

/// Empties a slot; false when nothing stood in it.
pub async fn remove(tx: &mut Tx, draft: DraftId, material: &str, round: i64) -> Result<bool, StoreError> {
    Ok(tx.exec(REMOVE, params![draft.to_string(), material, round]).await? == 1)
}

pub async fn remove_all(tx: &mut Tx, draft: DraftId) -> Result<(), StoreError> {
    tx.exec(REMOVE_ALL, params![draft.to_string()]).await.map(drop)
}
