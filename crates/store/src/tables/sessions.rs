//! Sessions. The id is the digest of the cookie's token.

use crate::{Db, StoreError, Tx, params};

crate::sql! {
    const FIND = "select id, who, actor_id, created_at, seen_at, expires_at, counter_visit, shared from sessions
        where id = $1 and expires_at > $2";
    const INSERT = "insert into sessions (id, who, actor_id, created_at, seen_at, expires_at) values ($1, $2, $3, $4, $4, $5)";
    const TOUCH = "update sessions set seen_at = $2, expires_at = $3 where id = $1";
    const SHARED = "update sessions set shared = 1, expires_at = $2 where id = $1";
    const DELETE = "delete from sessions where id = $1";
    const PURGE = "delete from sessions where expires_at <= $1";
}

pub struct SessionRow {
    pub id: String,
    /// `guest`, `applicant` or `staff`.
    pub who: String,
    /// Account or staff id; empty for a guest.
    pub actor_id: String,
    pub created_at: i64,
    pub seen_at: i64,
    pub expires_at: i64,
    /// Id of the visit that a clerk has open.
    pub counter_visit: Option<String>,
    /// On a computer that many people use (公用电脑).
    pub shared: bool,
}

/// The session, if it has not expired.
pub async fn find(db: &Db, id: &str, now: i64) -> Result<Option<SessionRow>, StoreError> {
    let Some(row) = db.read_opt(FIND, params![id, now]).await? else { return Ok(None) };
    Ok(Some(SessionRow {
        id: row.text("id")?,
        who: row.text("who")?,
        actor_id: row.text("actor_id")?,
        created_at: row.i64("created_at")?,
        seen_at: row.i64("seen_at")?,
        expires_at: row.i64("expires_at")?,
        counter_visit: row.opt_text("counter_visit")?,
        shared: row.i64("shared")? != 0,
    }))
}

pub async fn insert(
    tx: &mut Tx,
    id: &str,
    who: &str,
    actor_id: &str,
    now: i64,
    expires_at: i64,
) -> Result<(), StoreError> {
    tx.exec(INSERT, params![id, who, actor_id, now, expires_at]).await.map(drop)
}

pub async fn touch(tx: &mut Tx, id: &str, now: i64, expires_at: i64) -> Result<(), StoreError> {
    tx.exec(TOUCH, params![id, now, expires_at]).await.map(drop)
}

/// Marks it as one on a shared computer; it then ends at `expires_at`.
pub async fn set_shared(tx: &mut Tx, id: &str, expires_at: i64) -> Result<(), StoreError> {
    tx.exec(SHARED, params![id, expires_at]).await.map(drop)
}

pub async fn delete(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    tx.exec(DELETE, params![id]).await.map(drop)
}

pub async fn purge(tx: &mut Tx, now: i64) -> Result<u64, StoreError> {
    tx.exec(PURGE, params![now]).await
}
