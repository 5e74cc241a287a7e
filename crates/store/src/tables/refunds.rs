//! Refunds (退款), one row for each amount that goes back through one order.

use super::parse;
use crate::{Db, Row, StoreError, Tx, params};
use domain::bill::{RefundReason, RefundState};
use domain::ids::BillId;

crate::sql! {
    const INSERT = "insert into refunds
        (number, out_trade_no, bill_id, provider, amount_fen, total_fen, reason, state, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, 'due', $8) on conflict (number) do nothing";
    const FIND = "select number, out_trade_no, bill_id, provider, amount_fen, total_fen, reason, state, refund_id, problem,
        created_at, sent_at, done_at from refunds where number = $1";
    const OF_BILL = "select number, out_trade_no, bill_id, provider, amount_fen, total_fen, reason, state, refund_id, problem,
        created_at, sent_at, done_at from refunds where bill_id = $1 order by created_at, number";
    const OPEN = "select number, out_trade_no, bill_id, provider, amount_fen, total_fen, reason, state, refund_id, problem,
        created_at, sent_at, done_at from refunds where state <> 'done' order by created_at, number limit 500";
    const DONE_BETWEEN = "select number, out_trade_no, bill_id, provider, amount_fen, total_fen, reason, state, refund_id,
        problem, created_at, sent_at, done_at from refunds
        where provider = $1 and state = 'done' and done_at >= $2 and done_at < $3 order by done_at, number";
    const SENT = "update refunds set state = 'sent', sent_at = $2, problem = null where number = $1";
    const DONE = "update refunds set state = 'done', done_at = $2, refund_id = $3, problem = null where number = $1";
    const FAILED = "update refunds set state = 'failed', problem = $2 where number = $1";
    const RETRY = "update refunds set state = 'due', problem = null where number = $1";
    const PROBLEM = "update refunds set problem = $2 where number = $1";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRow {
    /// 商户退款单号
    pub number: String,
    pub out_trade_no: String,
    pub bill_id: BillId,
    pub provider: String,
    pub amount_fen: i64,
    /// What the order had taken in all.
    pub total_fen: i64,
    pub reason: RefundReason,
    pub state: RefundState,
    /// The channel's own number.
    pub refund_id: Option<String>,
    /// The channel's code of what went wrong last.
    pub problem: Option<String>,
    pub created_at: i64,
    pub sent_at: Option<i64>,
    pub done_at: Option<i64>,
}

fn refund(row: &Row) -> Result<RefundRow, StoreError> {
    let not_of_type = |column: &'static str| move || StoreError::inconsistent(column, "not of its type");
    Ok(RefundRow {
        number: row.text("number")?,
        out_trade_no: row.text("out_trade_no")?,
        bill_id: parse(row, "bill_id")?,
        provider: row.text("provider")?,
        amount_fen: row.i64("amount_fen")?,
        total_fen: row.i64("total_fen")?,
        reason: RefundReason::parse(row.str("reason")?).ok_or_else(not_of_type("reason"))?,
        state: RefundState::parse(row.str("state")?).ok_or_else(not_of_type("state"))?,
        refund_id: row.opt_text("refund_id")?,
        problem: row.opt_text("problem")?,
        created_at: row.i64("created_at")?,
        sent_at: row.opt_i64("sent_at")?,
        done_at: row.opt_i64("done_at")?,
    })
}

/// Keeps a refund that is due; one that is there already stays as it is.
pub async fn insert(tx: &mut Tx, r: &RefundRow) -> Result<(), StoreError> {
    let row = params![
        &r.number,
        &r.out_trade_no,
        r.bill_id.to_string(),
        &r.provider,
        r.amount_fen,
        r.total_fen,
        r.reason.code(),
        r.created_at
    ];
    tx.exec(INSERT, row).await.map(drop)
}

pub async fn find(db: &Db, number: &str) -> Result<Option<RefundRow>, StoreError> {
    db.read_opt(FIND, params![number]).await?.as_ref().map(refund).transpose()
}

pub async fn find_in(tx: &mut Tx, number: &str) -> Result<Option<RefundRow>, StoreError> {
    tx.opt(FIND, params![number]).await?.as_ref().map(refund).transpose()
}

pub async fn of_bill(db: &Db, bill: BillId) -> Result<Vec<RefundRow>, StoreError> {
    db.read(OF_BILL, params![bill.to_string()]).await?.iter().map(refund).collect()
}

pub async fn of_bill_in(tx: &mut Tx, bill: BillId) -> Result<Vec<RefundRow>, StoreError> {
    tx.all(OF_BILL, params![bill.to_string()]).await?.iter().map(refund).collect()
}

/// Refunds whose money has not moved yet, the oldest first.
pub async fn open(db: &Db) -> Result<Vec<RefundRow>, StoreError> {
    db.read(OPEN, params![]).await?.iter().map(refund).collect()
}

/// Refunds of a channel whose money moved from `from` on and before `to`.
pub async fn done_between(db: &Db, provider: &str, from: i64, to: i64) -> Result<Vec<RefundRow>, StoreError> {
    db.read(DONE_BETWEEN, params![provider, from, to]).await?.iter().map(refund).collect()
}

pub async fn sent(tx: &mut Tx, number: &str, now: i64) -> Result<(), StoreError> {
    tx.exec(SENT, params![number, now]).await.map(drop)
}

pub async fn done(tx: &mut Tx, number: &str, done_at: i64, refund_id: &str) -> Result<(), StoreError> {
    tx.exec(DONE, params![number, done_at, refund_id]).await.map(drop)
}

pub async fn failed(tx: &mut Tx, number: &str, problem: &str) -> Result<(), StoreError> {
    tx.exec(FAILED, params![number, problem]).await.map(drop)
}

pub async fn retry(tx: &mut Tx, number: &str) -> Result<(), StoreError> {
    tx.exec(RETRY, params![number]).await.map(drop)
}

/// What went wrong last; it is tried again all the same.
pub async fn note_problem(tx: &mut Tx, number: &str, problem: &str) -> Result<(), StoreError> {
    tx.exec(PROBLEM, params![number, problem]).await.map(drop)
}
