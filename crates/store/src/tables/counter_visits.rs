//! Visits at a counter (窗口代办): a member of staff files for somebody who is there in person.
//! The visitor's name is sealed.

use super::{drafts, parse};
use crate::{Db, Row, StoreError, Tx, Vault, params};
use domain::ids::{AccountId, DraftId, StaffId};

crate::sql! {
    const OPEN = "select id, account_id, place, name from counter_visits
        where id = $1 and staff_id = $2 and closed_at is null and opened_at > $3";
    const LATEST = "select id, account_id, place, name from counter_visits where account_id = $1
        order by opened_at desc, id desc limit 1";
    const INSERT = "insert into counter_visits (id, staff_id, account_id, place, name, opened_at)
        values ($1, $2, $3, $4, $5, $6)";
    const CLOSE = "update counter_visits set closed_at = $3 where id = $1 and staff_id = $2 and closed_at is null";
    // A visit that is over does not keep the next one from beginning.
    const LET_GO = "update sessions set counter_visit = null where id = $1 and counter_visit is not null
        and not exists (select 1 from counter_visits where counter_visits.id = sessions.counter_visit
        and counter_visits.staff_id = sessions.actor_id and counter_visits.closed_at is null
        and counter_visits.opened_at > $2)";
    const HOLD = "update sessions set counter_visit = $2
        where id = $1 and who = 'staff' and actor_id = $3 and counter_visit is null";
    const LEAVE = "update sessions set counter_visit = null where id = $1";
    // Too long ago, or its session is gone: nobody can reach it.
    const FORGOTTEN = "select id, account_id, staff_id, place from counter_visits
        where closed_at is null and (opened_at <= $1 or not exists (select 1 from sessions
        where sessions.counter_visit = counter_visits.id and sessions.expires_at > $2)) limit 100";
    const LEFT_OF = "select id from drafts where owner = $1 and case_id is null";
}

/// A visit, going on or over.
pub struct Visit {
    pub id: String,
    pub account: AccountId,
    /// Id of a place of the region, or `@county`.
    pub place: String,
    /// The visitor's name.
    pub name: String,
}

/// What a visit begins with.
pub struct NewVisit<'a> {
    pub id: &'a str,
    pub staff: StaffId,
    pub account: AccountId,
    pub place: &'a str,
    pub name: &'a str,
}

/// A visit that nobody ended and nobody can reach any more.
pub struct Forgotten {
    pub id: String,
    pub account: AccountId,
    pub staff: StaffId,
    pub place: String,
}

fn from_row(row: &Row, vault: &Vault) -> Result<Visit, StoreError> {
    let id = row.text("id")?;
    Ok(Visit {
        account: parse(row, "account_id")?,
        place: row.text("place")?,
        name: vault.open_text(&format!("counter_visits.name:{id}"), row.bytes("name")?)?,
        id,
    })
}

/// This visit, if it is this member of staff's, open, and began after `since`.
pub async fn open(db: &Db, vault: &Vault, id: &str, staff: StaffId, since: i64) -> Result<Option<Visit>, StoreError> {
    let row = db.read_opt(OPEN, params![id, staff.to_string(), since]).await?;
    row.as_ref().map(|r| from_row(r, vault)).transpose()
}

/// The newest visit of an account.
pub async fn latest(db: &Db, vault: &Vault, account: AccountId) -> Result<Option<Visit>, StoreError> {
    let row = db.read_opt(LATEST, params![account.to_string()]).await?;
    row.as_ref().map(|r| from_row(r, vault)).transpose()
}

pub async fn insert(tx: &mut Tx, vault: &Vault, visit: &NewVisit<'_>, now: i64) -> Result<(), StoreError> {
    let name = vault.seal(&format!("counter_visits.name:{}", visit.id), visit.name.as_bytes())?;
    let row = params![visit.id, visit.staff.to_string(), visit.account.to_string(), visit.place, name, now];
    tx.exec(INSERT, row).await.map(drop)
}

/// Ends a visit; false for one that has ended, which stays as it is.
pub async fn close(tx: &mut Tx, id: &str, staff: StaffId, now: i64) -> Result<bool, StoreError> {
    Ok(tx.exec(CLOSE, params![id, staff.to_string(), now]).await? == 1)
}

/// Ties a session to a visit; a version conflict when it has one that is open since `since`.
pub async fn hold(tx: &mut Tx, session: &str, staff: StaffId, visit: &str, since: i64) -> Result<(), StoreError> {
    tx.exec(LET_GO, params![session, since]).await?;
    tx.exec_versioned(HOLD, params![session, visit, staff.to_string()]).await
}

/// Unties a session from its visit.
pub async fn leave(tx: &mut Tx, session: &str) -> Result<(), StoreError> {
    tx.exec(LEAVE, params![session]).await.map(drop)
}

/// Open visits that began before `since`, or whose session has ended by `now`.
pub async fn forgotten(db: &Db, since: i64, now: i64) -> Result<Vec<Forgotten>, StoreError> {
    let rows = db.read(FORGOTTEN, params![since, now]).await?;
    rows.iter()
        .map(|row| {
            Ok(Forgotten {
                id: row.text("id")?,
                account: parse(row, "account_id")?,
                staff: parse(row, "staff_id")?,
                place: row.text("place")?,
            })
        })
        .collect()
}

/// Deletes what a visit's account has begun and not submitted; gives the drafts, whose files go next.
pub async fn clear(tx: &mut Tx, owner: &str) -> Result<Vec<DraftId>, StoreError> {
    let rows = tx.all(LEFT_OF, params![owner]).await?;
    let ids = rows.iter().map(|r| parse(r, "id")).collect::<Result<Vec<DraftId>, StoreError>>()?;
    for id in &ids {
        drafts::delete(tx, *id).await?;
    }
    Ok(ids)
}
