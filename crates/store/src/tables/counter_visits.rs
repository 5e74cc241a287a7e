//! Visits at a counter (窗口代办): a member of staff files for somebody who is there in person.
//! The visitor's name is sealed.

use super::parse;
use crate::{Db, StoreError, Tx, Vault, params};
use domain::ids::{AccountId, StaffId};

crate::sql! {
    const OPEN = "select id, account_id, place, name from counter_visits
        where account_id = $1 and staff_id = $2 and closed_at is null and opened_at > $3";
    const INSERT = "insert into counter_visits (id, staff_id, account_id, place, name, opened_at)
        values ($1, $2, $3, $4, $5, $6)";
    const CLOSE = "update counter_visits set closed_at = $3 where account_id = $1 and staff_id = $2 and closed_at is null";
    // A visit that is over does not keep the next one from beginning.
    const LET_GO = "update sessions set counter_account = null where id = $1 and counter_account is not null
        and not exists (select 1 from counter_visits where counter_visits.account_id = sessions.counter_account
        and counter_visits.staff_id = sessions.actor_id and counter_visits.closed_at is null
        and counter_visits.opened_at > $2)";
    const HOLD = "update sessions set counter_account = $2
        where id = $1 and who = 'staff' and actor_id = $3 and counter_account is null";
    const LEAVE = "update sessions set counter_account = null where id = $1";
}

/// A visit that is going on.
pub struct Visit {
    pub account: AccountId,
    /// Id of a place of the region; none at the county's windows.
    pub place: Option<String>,
    /// The visitor's name.
    pub name: String,
}

/// What a visit begins with.
pub struct NewVisit<'a> {
    pub id: &'a str,
    pub staff: StaffId,
    pub account: AccountId,
    pub place: Option<&'a str>,
    pub name: &'a str,
}

/// The visit of this account and member of staff, if it is open and began after `since`.
pub async fn open(
    db: &Db,
    vault: &Vault,
    account: &str,
    staff: StaffId,
    since: i64,
) -> Result<Option<Visit>, StoreError> {
    let Some(row) = db.read_opt(OPEN, params![account, staff.to_string(), since]).await? else { return Ok(None) };
    let id = row.str("id")?;
    Ok(Some(Visit {
        account: parse(&row, "account_id")?,
        place: row.opt_text("place")?,
        name: vault.open_text(&format!("counter_visits.name:{id}"), row.bytes("name")?)?,
    }))
}

pub async fn insert(tx: &mut Tx, vault: &Vault, visit: &NewVisit<'_>, now: i64) -> Result<(), StoreError> {
    let name = vault.seal(&format!("counter_visits.name:{}", visit.id), visit.name.as_bytes())?;
    let row = params![visit.id, visit.staff.to_string(), visit.account.to_string(), visit.place, name, now];
    tx.exec(INSERT, row).await.map(drop)
}

/// Ends a visit; one that has ended stays as it is.
pub async fn close(tx: &mut Tx, account: AccountId, staff: StaffId, now: i64) -> Result<(), StoreError> {
    tx.exec(CLOSE, params![account.to_string(), staff.to_string(), now]).await.map(drop)
}

/// Ties a session to a visit; a version conflict when it has one that is open since `since`.
pub async fn hold(
    tx: &mut Tx,
    session: &str,
    staff: StaffId,
    account: AccountId,
    since: i64,
) -> Result<(), StoreError> {
    tx.exec(LET_GO, params![session, since]).await?;
    tx.exec_versioned(HOLD, params![session, account.to_string(), staff.to_string()]).await
}

/// Unties a session from its visit.
pub async fn leave(tx: &mut Tx, session: &str) -> Result<(), StoreError> {
    tx.exec(LEAVE, params![session]).await.map(drop)
}
