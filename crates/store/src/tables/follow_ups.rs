//! Checks after a decision on a promise (承诺核查), and what was found broken (承诺不实).

use super::parse;
use crate::{DataKey, Db, Row, StoreError, Tx, Vault, params};
use domain::ids::CaseId;

crate::sql! {
    const LIST = "select id, case_id, material, due_on, state, note, by_staff, opened_at, checked_at from follow_ups
        where state = 'open' or id in
        (select id from follow_ups where state <> 'open' order by checked_at desc, id limit 500)
        order by case when state = 'open' then 0 else 1 end, due_on, id";
    const OF_CASE = "select id, case_id, material, due_on, state, note, by_staff, opened_at, checked_at from follow_ups
        where case_id = $1 order by material";
    const FIND = "select id, case_id, material, due_on, state, note, by_staff, opened_at, checked_at from follow_ups
        where id = $1";
    const INSERT = "insert into follow_ups (id, case_id, material, due_on, state, opened_at)
        values ($1, $2, $3, $4, 'open', $5) on conflict (case_id, material) do nothing";
    const CHECK = "update follow_ups set state = $2, note = $3, by_staff = $4, checked_at = $5
        where id = $1 and state = 'open'";
    const RECORD = "insert into promise_breaches (id, follow_up_id, case_id, subject_mac, recorded_at, recorded_by)
        values ($1, $2, $3, $4, $5, $6)";
    const BREACHES = "select id, follow_up_id, case_id, recorded_at, recorded_by, reason, asked_by, asked_at, repaired_by,
        repaired_at from promise_breaches where repaired_at is null or id in
        (select id from promise_breaches where repaired_at is not null order by repaired_at desc, id limit 200)
        order by recorded_at desc, id";
    const BREACH = "select id, follow_up_id, case_id, recorded_at, recorded_by, reason, asked_by, asked_at, repaired_by,
        repaired_at from promise_breaches where id = $1";
    const OPEN_OF = "select count(*) as number from promise_breaches where subject_mac = $1 and repaired_at is null";
    const ASK = "update promise_breaches set reason = $2, asked_by = $3, asked_at = $4
        where id = $1 and repaired_at is null and asked_by is null";
    const REPAIR = "update promise_breaches set repaired_by = $2, repaired_at = $3
        where id = $1 and repaired_at is null and asked_by is not null and asked_by <> $2";
    const TAKE_BACK = "update promise_breaches set reason = null, asked_by = null, asked_at = null
        where id = $1 and repaired_at is null and asked_by is not null";
}

/// One check that is due or done.
pub struct FollowUp {
    pub id: String,
    pub case_id: CaseId,
    /// The material that the promise stood for.
    pub material: String,
    /// `YYYY-MM-DD`
    pub due_on: String,
    /// `open`, `kept`, `breached`.
    pub state: String,
    /// Sealed under the case's key, see [`FollowUp::note`].
    note: Option<Vec<u8>>,
    pub by_staff: Option<String>,
    pub opened_at: i64,
    pub checked_at: Option<i64>,
}

impl FollowUp {
    /// What was found; empty while open.
    pub fn note(&self, key: &DataKey) -> Result<String, StoreError> {
        match &self.note {
            Some(sealed) => Ok(key.open_text("follow_ups.note", sealed)?),
            None => Ok(String::new()),
        }
    }
}

/// A promise that was found broken.
pub struct Breach {
    pub id: String,
    pub follow_up_id: String,
    pub case_id: CaseId,
    pub recorded_at: i64,
    pub recorded_by: String,
    reason: Option<Vec<u8>>,
    /// Who asked for the repair; somebody else confirms it.
    pub asked_by: Option<String>,
    pub asked_at: Option<i64>,
    pub repaired_by: Option<String>,
    pub repaired_at: Option<i64>,
}

impl Breach {
    /// Why it is to be taken as repaired; empty while nobody asked.
    pub fn reason(&self, key: &DataKey) -> Result<String, StoreError> {
        match &self.reason {
            Some(sealed) => Ok(key.open_text("promise_breaches.reason", sealed)?),
            None => Ok(String::new()),
        }
    }
}

fn from_row(row: &Row) -> Result<FollowUp, StoreError> {
    Ok(FollowUp {
        id: row.text("id")?,
        case_id: parse(row, "case_id")?,
        material: row.text("material")?,
        due_on: row.text("due_on")?,
        state: row.text("state")?,
        note: row.opt_bytes("note")?.map(<[u8]>::to_vec),
        by_staff: row.opt_text("by_staff")?,
        opened_at: row.i64("opened_at")?,
        checked_at: row.opt_i64("checked_at")?,
    })
}

fn breach_from(row: &Row) -> Result<Breach, StoreError> {
    Ok(Breach {
        id: row.text("id")?,
        follow_up_id: row.text("follow_up_id")?,
        case_id: parse(row, "case_id")?,
        recorded_at: row.i64("recorded_at")?,
        recorded_by: row.text("recorded_by")?,
        reason: row.opt_bytes("reason")?.map(<[u8]>::to_vec),
        asked_by: row.opt_text("asked_by")?,
        asked_at: row.opt_i64("asked_at")?,
        repaired_by: row.opt_text("repaired_by")?,
        repaired_at: row.opt_i64("repaired_at")?,
    })
}

/// Open checks by their day, then those that are done, a bounded number.
pub async fn list(db: &Db) -> Result<Vec<FollowUp>, StoreError> {
    db.read(LIST, params![]).await?.iter().map(from_row).collect()
}

pub async fn of_case(db: &Db, case: CaseId) -> Result<Vec<FollowUp>, StoreError> {
    db.read(OF_CASE, params![case.to_string()]).await?.iter().map(from_row).collect()
}

pub async fn find(db: &Db, id: &str) -> Result<Option<FollowUp>, StoreError> {
    db.read_opt(FIND, params![id]).await?.as_ref().map(from_row).transpose()
}

/// The same inside a transaction.
pub async fn find_in(tx: &mut Tx, id: &str) -> Result<Option<FollowUp>, StoreError> {
    tx.opt(FIND, params![id]).await?.as_ref().map(from_row).transpose()
}

/// Opens a check; one that is there already stays as it is.
pub async fn open(
    tx: &mut Tx,
    id: &str,
    case: CaseId,
    material: &str,
    due_on: &str,
    now: i64,
) -> Result<(), StoreError> {
    tx.exec(INSERT, params![id, case.to_string(), material, due_on, now]).await.map(drop)
}

/// Keeps what came of it; a version conflict when somebody has done it already.
pub async fn check(
    tx: &mut Tx,
    key: &DataKey,
    id: &str,
    state: &str,
    note: &str,
    by: &str,
    now: i64,
) -> Result<(), StoreError> {
    let note = key.seal("follow_ups.note", note.as_bytes())?;
    tx.exec_versioned(CHECK, params![id, state, note, by, now]).await
}

fn subject_mac(vault: &Vault, subject: &str) -> Result<String, StoreError> {
    Ok(vault.mac("promise_breaches.subject", subject)?)
}

/// Records a broken promise of `subject`: an identity number or a unified social credit code.
#[allow(clippy::too_many_arguments, reason = "the columns of one row")]
pub async fn record(
    tx: &mut Tx,
    vault: &Vault,
    id: &str,
    follow_up: &str,
    case: CaseId,
    subject: &str,
    by: &str,
    now: i64,
) -> Result<(), StoreError> {
    let mac = subject_mac(vault, subject)?;
    tx.exec(RECORD, params![id, follow_up, case.to_string(), mac, now, by]).await.map(drop)
}

/// Whether a broken promise of this subject is not repaired yet.
pub async fn is_barred(db: &Db, vault: &Vault, subject: &str) -> Result<bool, StoreError> {
    let mac = subject_mac(vault, subject)?;
    Ok(db.read_one(OPEN_OF, params![mac]).await?.i64("number")? > 0)
}

/// The same inside a transaction.
pub async fn is_barred_in(tx: &mut Tx, vault: &Vault, subject: &str) -> Result<bool, StoreError> {
    let mac = subject_mac(vault, subject)?;
    Ok(tx.one(OPEN_OF, params![mac]).await?.i64("number")? > 0)
}

/// Broken promises, the newest first; of the repaired ones a bounded number.
pub async fn breaches(db: &Db) -> Result<Vec<Breach>, StoreError> {
    db.read(BREACHES, params![]).await?.iter().map(breach_from).collect()
}

pub async fn breach(db: &Db, id: &str) -> Result<Option<Breach>, StoreError> {
    db.read_opt(BREACH, params![id]).await?.as_ref().map(breach_from).transpose()
}

/// The same inside a transaction.
pub async fn breach_in(tx: &mut Tx, id: &str) -> Result<Option<Breach>, StoreError> {
    tx.opt(BREACH, params![id]).await?.as_ref().map(breach_from).transpose()
}

/// Somebody asks to take it as repaired; a version conflict when it is repaired or asked for already.
pub async fn ask_repair(
    tx: &mut Tx,
    key: &DataKey,
    id: &str,
    reason: &str,
    by: &str,
    now: i64,
) -> Result<(), StoreError> {
    let reason = key.seal("promise_breaches.reason", reason.as_bytes())?;
    tx.exec_versioned(ASK, params![id, reason, by, now]).await
}

/// Somebody else confirms it; a version conflict for the same person and when there is nothing to confirm.
pub async fn repair(tx: &mut Tx, id: &str, by: &str, now: i64) -> Result<(), StoreError> {
    tx.exec_versioned(REPAIR, params![id, by, now]).await
}

/// Somebody else does not agree: it stays barred, and may be asked for again.
pub async fn take_back(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    tx.exec_versioned(TAKE_BACK, params![id]).await
}
