//! Bills (缴款书), the provider orders made for them, and the notifications as they came.

use super::{from_json, json, parse};
use crate::{Db, Row, StoreError, Tx, params};
use domain::catalogue::FeeLine;
use domain::ids::{BillId, CaseId};

crate::sql! {
    const FIND = "select id, case_id, number, amount_fen, lines, status, raised_at, pay_by, paid_at, paid_order from bills where id = $1";
    // Taking the row's lock first keeps two tabs from opening two orders (SQLite has one writer anyway).
    const LOCK = "update bills set status = status where id = $1";
    const OF_CASE = "select id, case_id, number, amount_fen, lines, status, raised_at, pay_by, paid_at, paid_order from bills where case_id = $1";
    const LIST = "select id, case_id, number, amount_fen, lines, status, raised_at, pay_by, paid_at, paid_order from bills
        order by raised_at desc limit 200";
    const INSERT = "insert into bills (id, case_id, number, amount_fen, lines, status, raised_at, pay_by)
        values ($1, $2, $3, $4, $5, 'open', $6, $7)";
    const PAY = "update bills set status = 'paid', paid_at = $2, paid_order = $3 where id = $1 and status = 'open'";
    // Undone: what is unpaid needs no payment any more, what was paid has to go back.
    const UNDO = "update bills set status = case when status = 'paid' then 'refund_due' else 'closed' end
        where case_id = $1 and status in ('open', 'paid')";
    const ORDERS = "select out_trade_no, bill_id, provider, amount_fen, state, transaction_id, created_at, expires_at
        from orders where bill_id = $1 order by created_at desc";
    const ORDER = "select out_trade_no, bill_id, provider, amount_fen, state, transaction_id, created_at, expires_at
        from orders where out_trade_no = $1";
    const UNSETTLED = "select out_trade_no, bill_id, provider, amount_fen, state, transaction_id, created_at, expires_at
        from orders where state = 'open' and created_at < $1 order by created_at limit 50";
    const INSERT_ORDER = "insert into orders (out_trade_no, bill_id, provider, amount_fen, state, created_at, expires_at)
        values ($1, $2, $3, $4, 'open', $5, $6)";
    const SETTLE_ORDER = "update orders set state = $2, transaction_id = $3, settled_at = $4
        where out_trade_no = $1 and state not in ('paid', 'disputed')";
    const KEEP_EVENT = "insert into pay_events (provider, event_id, out_trade_no, notification, received_at) values ($1, $2, $3, $4, $5)
        on conflict (provider, event_id) do nothing";
    const FIND_EVENT = "select notification, outcome from pay_events where provider = $1 and event_id = $2";
    const CLOSE_EVENT = "update pay_events set outcome = $3 where provider = $1 and event_id = $2";
}

#[derive(Debug, Clone)]
pub struct Bill {
    pub id: BillId,
    pub case_id: CaseId,
    pub number: String,
    pub amount_fen: i64,
    pub lines: Vec<FeeLine>,
    /// `open`, `paid`, `closed` or `refund_due`.
    pub status: String,
    pub raised_at: i64,
    /// Last day, ISO date.
    pub pay_by: String,
    pub paid_at: Option<i64>,
    pub paid_order: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Order {
    pub out_trade_no: String,
    pub bill_id: BillId,
    pub provider: String,
    pub amount_fen: i64,
    /// `open`, `paid`, `closed` or `disputed` (paid, but the bill already was).
    pub state: String,
    pub transaction_id: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
}

fn bill(row: &Row) -> Result<Bill, StoreError> {
    Ok(Bill {
        id: parse(row, "id")?,
        case_id: parse(row, "case_id")?,
        number: row.text("number")?,
        amount_fen: row.i64("amount_fen")?,
        lines: from_json(row.str("lines")?, "lines")?,
        status: row.text("status")?,
        raised_at: row.i64("raised_at")?,
        pay_by: row.text("pay_by")?,
        paid_at: row.opt_i64("paid_at")?,
        paid_order: row.opt_text("paid_order")?,
    })
}

fn order(row: &Row) -> Result<Order, StoreError> {
    Ok(Order {
        out_trade_no: row.text("out_trade_no")?,
        bill_id: parse(row, "bill_id")?,
        provider: row.text("provider")?,
        amount_fen: row.i64("amount_fen")?,
        state: row.text("state")?,
        transaction_id: row.opt_text("transaction_id")?,
        created_at: row.i64("created_at")?,
        expires_at: row.i64("expires_at")?,
    })
}

pub async fn find(db: &Db, id: BillId) -> Result<Option<Bill>, StoreError> {
    db.read_opt(FIND, params![id.to_string()]).await?.as_ref().map(bill).transpose()
}

/// The bill with its row locked until the transaction ends.
pub async fn lock(tx: &mut Tx, id: BillId) -> Result<Option<Bill>, StoreError> {
    tx.exec(LOCK, params![id.to_string()]).await?;
    tx.opt(FIND, params![id.to_string()]).await?.as_ref().map(bill).transpose()
}

/// The orders of a bill, inside a transaction.
pub async fn orders_in(tx: &mut Tx, bill: BillId) -> Result<Vec<Order>, StoreError> {
    tx.all(ORDERS, params![bill.to_string()]).await?.iter().map(order).collect()
}

pub async fn of_case(db: &Db, case: CaseId) -> Result<Option<Bill>, StoreError> {
    db.read_opt(OF_CASE, params![case.to_string()]).await?.as_ref().map(bill).transpose()
}

pub async fn list(db: &Db) -> Result<Vec<Bill>, StoreError> {
    db.read(LIST, params![]).await?.iter().map(bill).collect()
}

pub async fn insert(tx: &mut Tx, b: &Bill) -> Result<(), StoreError> {
    let row = params![
        b.id.to_string(),
        b.case_id.to_string(),
        &b.number,
        b.amount_fen,
        json(&b.lines)?,
        b.raised_at,
        &b.pay_by
    ];
    tx.exec(INSERT, row).await.map(drop)
}

/// Marks the bill as paid; false when it already was.
pub async fn pay(tx: &mut Tx, id: BillId, paid_at: i64, out_trade_no: &str) -> Result<bool, StoreError> {
    Ok(tx.exec(PAY, params![id.to_string(), paid_at, out_trade_no]).await? == 1)
}

/// The case was undone: an open bill is closed, a paid one is owed back (应退).
pub async fn undo(tx: &mut Tx, case: CaseId) -> Result<(), StoreError> {
    tx.exec(UNDO, params![case.to_string()]).await.map(drop)
}

pub async fn orders(db: &Db, bill: BillId) -> Result<Vec<Order>, StoreError> {
    db.read(ORDERS, params![bill.to_string()]).await?.iter().map(order).collect()
}

pub async fn find_order(tx: &mut Tx, out_trade_no: &str) -> Result<Option<Order>, StoreError> {
    tx.opt(ORDER, params![out_trade_no]).await?.as_ref().map(order).transpose()
}

/// Orders still open that were made before `before`: no notification came, so ask the provider.
pub async fn unsettled(db: &Db, before: i64) -> Result<Vec<Order>, StoreError> {
    db.read(UNSETTLED, params![before]).await?.iter().map(order).collect()
}

pub async fn insert_order(tx: &mut Tx, o: &Order) -> Result<(), StoreError> {
    let row = params![&o.out_trade_no, o.bill_id.to_string(), &o.provider, o.amount_fen, o.created_at, o.expires_at];
    tx.exec(INSERT_ORDER, row).await.map(drop)
}

/// Moves an order on; one that is paid or disputed stays so.
pub async fn settle_order(
    tx: &mut Tx,
    out_trade_no: &str,
    state: &str,
    transaction: Option<&str>,
    now: i64,
) -> Result<bool, StoreError> {
    Ok(tx.exec(SETTLE_ORDER, params![out_trade_no, state, transaction, now]).await? == 1)
}

/// Keeps a notification under the provider's own id; false when it is already there.
pub async fn keep_event(
    tx: &mut Tx,
    provider: &str,
    event_id: &str,
    out_trade_no: &str,
    notification: &str,
    now: i64,
) -> Result<bool, StoreError> {
    Ok(tx.exec(KEEP_EVENT, params![provider, event_id, out_trade_no, notification, now]).await? == 1)
}

/// The kept notification and what came of it.
pub async fn find_event(
    tx: &mut Tx,
    provider: &str,
    event_id: &str,
) -> Result<Option<(String, Option<String>)>, StoreError> {
    let Some(row) = tx.opt(FIND_EVENT, params![provider, event_id]).await? else { return Ok(None) };
    Ok(Some((row.text("notification")?, row.opt_text("outcome")?)))
}

pub async fn close_event(tx: &mut Tx, provider: &str, event_id: &str, outcome: &str) -> Result<(), StoreError> {
    tx.exec(CLOSE_EVENT, params![provider, event_id, outcome]).await.map(drop)
}
