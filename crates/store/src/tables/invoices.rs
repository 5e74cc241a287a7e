//! 财政电子票据 of paid bills: that one was asked for is kept before anybody is asked.

use crate::{Db, Row, StoreError, Tx, params};
use domain::ids::BillId;

crate::sql! {
    const FIND = "select code, number, check_code, red_code, red_number, red_check_code from invoices where bill_id = $1";
    const ASKED = "insert into invoices (bill_id, asked_at) values ($1, $2) on conflict (bill_id) do nothing";
    const ISSUED = "update invoices set code = $2, number = $3, check_code = $4, issued_at = $5
        where bill_id = $1 and number is null";
    const REVERSED = "update invoices set red_code = $2, red_number = $3, red_check_code = $4, reversed_at = $5
        where bill_id = $1 and red_number is null";
}

/// Code, number and check code, as the platform gave them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    pub code: String,
    pub number: String,
    pub check_code: String,
}

/// What was asked for and what was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceRow {
    /// None while the platform has not answered.
    pub issued: Option<Numbers>,
    /// 红字: the counter-entry after the whole was given back.
    pub reversed: Option<Numbers>,
}

fn numbers(code: Option<String>, number: Option<String>, check_code: Option<String>) -> Option<Numbers> {
    Some(Numbers { code: code?, number: number?, check_code: check_code? })
}

fn invoice(row: &Row) -> Result<InvoiceRow, StoreError> {
    Ok(InvoiceRow {
        issued: numbers(row.opt_text("code")?, row.opt_text("number")?, row.opt_text("check_code")?),
        reversed: numbers(row.opt_text("red_code")?, row.opt_text("red_number")?, row.opt_text("red_check_code")?),
    })
}

pub async fn find(db: &Db, bill: BillId) -> Result<Option<InvoiceRow>, StoreError> {
    db.read_opt(FIND, params![bill.to_string()]).await?.as_ref().map(invoice).transpose()
}

/// Notes that the platform is going to be asked.
pub async fn asked(tx: &mut Tx, bill: BillId, now: i64) -> Result<(), StoreError> {
    tx.exec(ASKED, params![bill.to_string(), now]).await.map(drop)
}

/// Keeps the answer; the first one stands.
pub async fn issued(tx: &mut Tx, bill: BillId, n: &Numbers, now: i64) -> Result<(), StoreError> {
    tx.exec(ISSUED, params![bill.to_string(), &n.code, &n.number, &n.check_code, now]).await.map(drop)
}

/// Keeps the counter-entry; the first one stands.
pub async fn reversed(tx: &mut Tx, bill: BillId, n: &Numbers, now: i64) -> Result<(), StoreError> {
    tx.exec(REVERSED, params![bill.to_string(), &n.code, &n.number, &n.check_code, now]).await.map(drop)
}
