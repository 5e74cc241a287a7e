//! Bills (缴款书), the provider orders made for them, and the notifications as they came.

use super::{from_json, json, parse};
use crate::{Db, Row, StoreError, Tx, params};
use domain::catalogue::FeeLine;
use domain::ids::{AccountId, BillId, CaseId};

crate::sql! {
    const FIND = "select id, case_id, number, amount_fen, lines, status, raised_at, pay_by, paid_at, paid_order from bills where id = $1";
    // Taking the row's lock first keeps two tabs from opening two orders (SQLite has one writer anyway).
    const LOCK = "update bills set status = status where id = $1";
    const OF_CASE = "select id, case_id, number, amount_fen, lines, status, raised_at, pay_by, paid_at, paid_order from bills where case_id = $1";
    const BY_NUMBER = "select id, case_id, number, amount_fen, lines, status, raised_at, pay_by, paid_at, paid_order from bills where number = $1";
    const OF_ACCOUNT = "select b.id, b.case_id, b.number, b.amount_fen, b.lines, b.status, b.raised_at, b.pay_by, b.paid_at,
        b.paid_order from bills b join cases c on c.id = b.case_id
        where c.account_id = $1 order by b.raised_at desc, b.id limit 200";
    const LIST = "select id, case_id, number, amount_fen, lines, status, raised_at, pay_by, paid_at, paid_order from bills
        order by raised_at desc limit 200";
    const INSERT = "insert into bills (id, case_id, number, amount_fen, lines, status, raised_at, pay_by)
        values ($1, $2, $3, $4, $5, 'open', $6, $7)";
    const PAY = "update bills set status = 'paid', paid_at = $2, paid_order = $3 where id = $1 and status = 'open'";
    const LOCK_OF_CASE = "update bills set status = status where case_id = $1";
    const SET_STATUS = "update bills set status = $2 where id = $1";
    const REDUCE = "update bills set amount_fen = $2, lines = $3 where id = $1";
    // From before there was a book.
    const UNBOOKED = "select id from bills where not exists
        (select 1 from ledger_entries e where e.bill_id = bills.id) order by raised_at, id limit 200";
    const ALL_IDS = "select id from bills order by id";
    const CAPTURED_BETWEEN = "select o.out_trade_no, o.bill_id, o.provider, o.amount_fen, o.state, o.transaction_id,
        o.created_at, o.expires_at, o.captured_fen from orders o join ledger_entries e on e.reference = o.out_trade_no
        where o.provider = $1 and e.kind in ('payment', 'surplus') and e.at >= $2 and e.at < $3
        order by e.at, o.out_trade_no";
    const ORDERS = "select out_trade_no, bill_id, provider, amount_fen, state, transaction_id, created_at, expires_at, captured_fen
        from orders where bill_id = $1 order by created_at desc";
    const ORDER = "select out_trade_no, bill_id, provider, amount_fen, state, transaction_id, created_at, expires_at, captured_fen
        from orders where out_trade_no = $1";
    const UNSETTLED = "select out_trade_no, bill_id, provider, amount_fen, state, transaction_id, created_at, expires_at, captured_fen
        from orders where state = 'open' and created_at < $1 order by created_at limit 50";
    // Asked for apart, so that they never keep an open one from being asked about.
    const CLOSED_LATELY = "select out_trade_no, bill_id, provider, amount_fen, state, transaction_id, created_at, expires_at, captured_fen
        from orders where state = 'closed' and created_at < $1 and transaction_id is null and expires_at > $2
        order by created_at desc limit 50";
    const INSERT_ORDER = "insert into orders (out_trade_no, bill_id, provider, amount_fen, state, created_at, expires_at)
        values ($1, $2, $3, $4, 'open', $5, $6)";
    const SETTLE_ORDER = "update orders set state = $2, transaction_id = $3, settled_at = $4
        where out_trade_no = $1 and state not in ('paid', 'disputed')";
    const CAPTURE_ORDER = "update orders set state = $2, transaction_id = $3, settled_at = $4, captured_fen = $5
        where out_trade_no = $1 and state not in ('paid', 'disputed')";
    const REOPEN_ORDER = "update orders set state = 'open' where out_trade_no = $1";
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
    /// `open`, `paid`, `closed`, `expired`, `refund_due` or `refunded`.
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
    /// What the channel says it took.
    pub captured_fen: Option<i64>,
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
        captured_fen: row.opt_i64("captured_fen")?,
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

/// By its 缴款码.
pub async fn by_number(db: &Db, number: &str) -> Result<Option<Bill>, StoreError> {
    db.read_opt(BY_NUMBER, params![number]).await?.as_ref().map(bill).transpose()
}

pub async fn of_case(db: &Db, case: CaseId) -> Result<Option<Bill>, StoreError> {
    db.read_opt(OF_CASE, params![case.to_string()]).await?.as_ref().map(bill).transpose()
}

/// Bills of an account's cases, the newest first.
pub async fn of_account(db: &Db, account: AccountId) -> Result<Vec<Bill>, StoreError> {
    db.read(OF_ACCOUNT, params![account.to_string()]).await?.iter().map(bill).collect()
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

/// Locks the bill of a case, if there is one: before the case itself, as when money comes in.
pub async fn lock_of_case(tx: &mut Tx, case: CaseId) -> Result<Option<Bill>, StoreError> {
    tx.exec(LOCK_OF_CASE, params![case.to_string()]).await?;
    tx.opt(OF_CASE, params![case.to_string()]).await?.as_ref().map(bill).transpose()
}

/// Where it stands; see [`Bill::status`].
pub async fn set_status(tx: &mut Tx, id: BillId, status: &str) -> Result<(), StoreError> {
    tx.exec(SET_STATUS, params![id.to_string(), status]).await.map(drop)
}

/// 减免: less is to be paid, and its lines say why.
pub async fn reduce(tx: &mut Tx, id: BillId, amount_fen: i64, lines: &[FeeLine]) -> Result<(), StoreError> {
    tx.exec(REDUCE, params![id.to_string(), amount_fen, json(&lines)?]).await.map(drop)
}

/// Bills that are not in the book, some of them.
pub async fn unbooked(db: &Db) -> Result<Vec<BillId>, StoreError> {
    db.read(UNBOOKED, params![]).await?.iter().map(|row| parse(row, "id")).collect()
}

pub async fn all_ids(db: &Db) -> Result<Vec<BillId>, StoreError> {
    db.read(ALL_IDS, params![]).await?.iter().map(|row| parse(row, "id")).collect()
}

/// Orders of a channel whose money came in from `from` on and before `to`.
pub async fn captured_between(db: &Db, provider: &str, from: i64, to: i64) -> Result<Vec<Order>, StoreError> {
    db.read(CAPTURED_BETWEEN, params![provider, from, to]).await?.iter().map(order).collect()
}

/// An order was captured: `paid` or `disputed`; once so it stays so.
pub async fn capture_order(
    tx: &mut Tx,
    out_trade_no: &str,
    state: &str,
    transaction: &str,
    captured_fen: i64,
    now: i64,
) -> Result<bool, StoreError> {
    let row = params![out_trade_no, state, transaction, now, captured_fen];
    Ok(tx.exec(CAPTURE_ORDER, row).await? == 1)
}

/// An order from before there was a book is told again, with what follows from it.
pub async fn reopen_order(tx: &mut Tx, out_trade_no: &str) -> Result<(), StoreError> {
    tx.exec(REOPEN_ORDER, params![out_trade_no]).await.map(drop)
}

pub async fn orders(db: &Db, bill: BillId) -> Result<Vec<Order>, StoreError> {
    db.read(ORDERS, params![bill.to_string()]).await?.iter().map(order).collect()
}

pub async fn order_by_number(db: &Db, out_trade_no: &str) -> Result<Option<Order>, StoreError> {
    db.read_opt(ORDER, params![out_trade_no]).await?.as_ref().map(order).transpose()
}

pub async fn find_order(tx: &mut Tx, out_trade_no: &str) -> Result<Option<Order>, StoreError> {
    tx.opt(ORDER, params![out_trade_no]).await?.as_ref().map(order).transpose()
}

/// Orders still open that were made before `before`: no notification came, so ask the provider.
pub async fn unsettled(db: &Db, before: i64) -> Result<Vec<Order>, StoreError> {
    db.read(UNSETTLED, params![before]).await?.iter().map(order).collect()
}

/// Orders made before `before` that were closed unpaid, and whose payers may have had their pages after `since`.
pub async fn closed_lately(db: &Db, before: i64, since: i64) -> Result<Vec<Order>, StoreError> {
    db.read(CLOSED_LATELY, params![before, since]).await?.iter().map(order).collect()
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
