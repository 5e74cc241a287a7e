//! Waivers (减免) of single bills, asked for by one person and agreed to by another.

use super::parse;
use crate::{Db, Row, StoreError, Tx, params};
use domain::ids::BillId;

crate::sql! {
    const INSERT = "insert into waivers (id, bill_id, to_fen, basis, reason, state, asked_by, asked_at)
        values ($1, $2, $3, $4, $5, 'asked', $6, $7)";
    const FIND = "select id, bill_id, to_fen, basis, reason, state, asked_by, asked_at, answered_by, answered_at
        from waivers where id = $1";
    const LIST = "select id, bill_id, to_fen, basis, reason, state, asked_by, asked_at, answered_by, answered_at
        from waivers order by case when state = 'asked' then 0 else 1 end, asked_at desc, id limit 200";
    const OPEN_OF = "select count(*) as number from waivers where bill_id = $1 and state = 'asked'";
    const ANSWER = "update waivers set state = $2, answered_by = $3, answered_at = $4
        where id = $1 and state = 'asked' and asked_by <> $3";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    pub id: String,
    pub bill_id: BillId,
    /// What remains to be paid, in fen.
    pub to_fen: i64,
    /// 依据: the rule that allows it.
    pub basis: String,
    /// Why it fits this bill; no personal data.
    pub reason: String,
    /// `asked`, `agreed`, `refused`.
    pub state: String,
    pub asked_by: String,
    pub asked_at: i64,
    pub answered_by: Option<String>,
    pub answered_at: Option<i64>,
}

fn waiver(row: &Row) -> Result<Waiver, StoreError> {
    Ok(Waiver {
        id: row.text("id")?,
        bill_id: parse(row, "bill_id")?,
        to_fen: row.i64("to_fen")?,
        basis: row.text("basis")?,
        reason: row.text("reason")?,
        state: row.text("state")?,
        asked_by: row.text("asked_by")?,
        asked_at: row.i64("asked_at")?,
        answered_by: row.opt_text("answered_by")?,
        answered_at: row.opt_i64("answered_at")?,
    })
}

pub async fn insert(tx: &mut Tx, w: &Waiver) -> Result<(), StoreError> {
    let row = params![&w.id, w.bill_id.to_string(), w.to_fen, &w.basis, &w.reason, &w.asked_by, w.asked_at];
    tx.exec(INSERT, row).await.map(drop)
}

pub async fn find_in(tx: &mut Tx, id: &str) -> Result<Option<Waiver>, StoreError> {
    tx.opt(FIND, params![id]).await?.as_ref().map(waiver).transpose()
}

/// Those that wait for an answer first, then the newest.
pub async fn list(db: &Db) -> Result<Vec<Waiver>, StoreError> {
    db.read(LIST, params![]).await?.iter().map(waiver).collect()
}

/// Whether one of this bill waits for its answer.
pub async fn is_asked(tx: &mut Tx, bill: BillId) -> Result<bool, StoreError> {
    Ok(tx.one(OPEN_OF, params![bill.to_string()]).await?.i64("number")? > 0)
}

/// Somebody else answers (`agreed`, `refused`); a version conflict for whoever asked, and once answered.
pub async fn answer(tx: &mut Tx, id: &str, state: &str, by: &str, now: i64) -> Result<(), StoreError> {
    tx.exec_versioned(ANSWER, params![id, state, by, now]).await
}
