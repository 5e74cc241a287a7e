//! Where a case was taken in (窗口代办、就近办、异地代收), and by whom.

use super::parse;
use crate::{Db, Row, StoreError, Tx, params};
use domain::ids::{AccountId, CaseId, StaffId};

crate::sql! {
    const INSERT = "insert into counter_cases (case_id, account_id, staff_id, place, filed_at) values ($1, $2, $3, $4, $5)";
    const FIND = "select account_id, staff_id, place from counter_cases where case_id = $1";
    const BY_NUMBER = "select cases.id, counter_cases.account_id, counter_cases.place from counter_cases
        join cases on cases.id = counter_cases.case_id where cases.number = $1";
}

/// A case that was filed at a counter.
pub struct Taken {
    pub account: AccountId,
    pub staff: StaffId,
    /// Id of a place of the region, or `@county`.
    pub place: String,
}

/// One found by its number.
pub struct Found {
    pub case: CaseId,
    pub account: AccountId,
    pub place: String,
}

fn from_row(row: &Row) -> Result<Taken, StoreError> {
    Ok(Taken { account: parse(row, "account_id")?, staff: parse(row, "staff_id")?, place: row.text("place")? })
}

pub async fn insert(tx: &mut Tx, case: CaseId, taken: &Taken, now: i64) -> Result<(), StoreError> {
    let row = params![case.to_string(), taken.account.to_string(), taken.staff.to_string(), &taken.place, now];
    tx.exec(INSERT, row).await.map(drop)
}

/// Where this case was taken in; nothing for one that was filed online.
pub async fn find(db: &Db, case: CaseId) -> Result<Option<Taken>, StoreError> {
    db.read_opt(FIND, params![case.to_string()]).await?.as_ref().map(from_row).transpose()
}

/// The case of this number, if it was filed at a counter.
pub async fn by_number(db: &Db, number: &str) -> Result<Option<Found>, StoreError> {
    let Some(row) = db.read_opt(BY_NUMBER, params![number]).await? else { return Ok(None) };
    Ok(Some(Found { case: parse(&row, "id")?, account: parse(&row, "account_id")?, place: row.text("place")? }))
}
