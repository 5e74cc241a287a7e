//! What was taken at windows and what is handed back there, recorded by one person and confirmed by another.

use super::parse;
use crate::{Db, Row, StoreError, Tx, params};
use domain::ids::BillId;

crate::sql! {
    const INSERT = "insert into counter_entries
        (id, kind, bill_id, number, means, amount_fen, slip, place, state, recorded_by, recorded_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'recorded', $9, $10)";
    const FIND = "select id, kind, bill_id, number, means, amount_fen, slip, place, state, recorded_by, recorded_at,
        answered_by, answered_at from counter_entries where id = $1";
    const LIST = "select id, kind, bill_id, number, means, amount_fen, slip, place, state, recorded_by, recorded_at,
        answered_by, answered_at from counter_entries
        order by case when state = 'recorded' then 0 else 1 end, recorded_at desc, id limit 200";
    const WAITING = "select id, kind, bill_id, number, means, amount_fen, slip, place, state, recorded_by, recorded_at,
        answered_by, answered_at from counter_entries
        where bill_id = $1 and kind = 'payment' and state = 'recorded'";
    const TAKEN_UP = "select count(*) as number from counter_entries
        where number = $1 and kind = 'refund' and state <> 'declined'";
    const ANSWER = "update counter_entries set state = $2, answered_by = $3, answered_at = $4
        where id = $1 and state = 'recorded' and recorded_by <> $3";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterEntry {
    pub id: String,
    /// `payment` or `refund`.
    pub kind: String,
    pub bill_id: BillId,
    /// Of the refund, or of the order that a confirmed payment becomes.
    pub number: String,
    /// Id of the channel.
    pub means: String,
    pub amount_fen: i64,
    /// 票号
    pub slip: String,
    /// Where: a place's id, or that of the county's windows.
    pub place: String,
    /// `recorded`, `confirmed`, `declined`.
    pub state: String,
    pub recorded_by: String,
    pub recorded_at: i64,
    pub answered_by: Option<String>,
    pub answered_at: Option<i64>,
}

fn entry(row: &Row) -> Result<CounterEntry, StoreError> {
    Ok(CounterEntry {
        id: row.text("id")?,
        kind: row.text("kind")?,
        bill_id: parse(row, "bill_id")?,
        number: row.text("number")?,
        means: row.text("means")?,
        amount_fen: row.i64("amount_fen")?,
        slip: row.text("slip")?,
        place: row.text("place")?,
        state: row.text("state")?,
        recorded_by: row.text("recorded_by")?,
        recorded_at: row.i64("recorded_at")?,
        answered_by: row.opt_text("answered_by")?,
        answered_at: row.opt_i64("answered_at")?,
    })
}

/// Records it; a slip that is known is [`StoreError::Unique`].
pub async fn insert(tx: &mut Tx, e: &CounterEntry) -> Result<(), StoreError> {
    let row = params![
        &e.id,
        &e.kind,
        e.bill_id.to_string(),
        &e.number,
        &e.means,
        e.amount_fen,
        &e.slip,
        &e.place,
        &e.recorded_by,
        e.recorded_at
    ];
    tx.exec(INSERT, row).await.map(drop)
}

pub async fn find_in(tx: &mut Tx, id: &str) -> Result<Option<CounterEntry>, StoreError> {
    tx.opt(FIND, params![id]).await?.as_ref().map(entry).transpose()
}

/// Those that wait for an answer first, then the newest.
pub async fn list(db: &Db) -> Result<Vec<CounterEntry>, StoreError> {
    db.read(LIST, params![]).await?.iter().map(entry).collect()
}

/// The payment of this bill that was recorded and has no answer yet.
pub async fn waiting(db: &Db, bill: BillId) -> Result<Option<CounterEntry>, StoreError> {
    db.read_opt(WAITING, params![bill.to_string()]).await?.as_ref().map(entry).transpose()
}

/// The same inside a transaction that holds the bill.
pub async fn waiting_in(tx: &mut Tx, bill: BillId) -> Result<Option<CounterEntry>, StoreError> {
    tx.opt(WAITING, params![bill.to_string()]).await?.as_ref().map(entry).transpose()
}

/// Whether somebody has recorded already that this refund was handed back.
pub async fn is_taken_up(db: &Db, refund: &str) -> Result<bool, StoreError> {
    let row = db.read_opt(TAKEN_UP, params![refund]).await?;
    Ok(row.map(|row| row.i64("number")).transpose()?.unwrap_or(0) > 0)
}

/// Somebody else answers (`confirmed`, `declined`); a version conflict for whoever recorded it, and once answered.
pub async fn answer(tx: &mut Tx, id: &str, state: &str, by: &str, now: i64) -> Result<(), StoreError> {
    tx.exec_versioned(ANSWER, params![id, state, by, now]).await
}
