//! Applicants' accounts and their one-time codes. The phone is sealed; look-up is by keyed digest.

use super::parse;
use crate::{Db, StoreError, Tx, Vault, params};
use domain::ids::AccountId;

crate::sql! {
    const FIND = "select id, phone, mode from accounts where id = $1";
    const BY_PHONE = "select id, phone, mode from accounts where phone_mac = $1";
    const INSERT = "insert into accounts (id, phone_mac, phone, mode, created_at) values ($1, $2, $3, $4, $5)
        on conflict (phone_mac) do nothing";
    const SET_MODE = "update accounts set mode = $2 where id = $1";
    const PUT_CODE = "insert into sign_in_codes (phone_mac, code_mac, sent_at, expires_at, tries) values ($1, $2, $3, $4, 0)
        on conflict (phone_mac) do update set code_mac = excluded.code_mac, sent_at = excluded.sent_at,
        expires_at = excluded.expires_at, tries = 0";
    const FIND_CODE = "select code_mac, sent_at, expires_at, tries from sign_in_codes where phone_mac = $1";
    // Counted before it is compared, under the row's lock: guesses sent at once are counted too.
    const TAKE_TRY = "update sign_in_codes set tries = tries + 1 where phone_mac = $1
        returning code_mac, sent_at, expires_at, tries";
    const DROP_CODE = "delete from sign_in_codes where phone_mac = $1";
}

#[derive(Clone)]
pub struct Account {
    pub id: AccountId,
    pub phone: String,
    /// `standard` or `care`.
    pub mode: String,
}

/// A code that was sent, as a keyed digest.
pub struct SentCode {
    pub code_mac: String,
    pub sent_at: i64,
    pub expires_at: i64,
    pub tries: i64,
}

fn from_row(row: &crate::Row, vault: &Vault) -> Result<Account, StoreError> {
    let id: AccountId = parse(row, "id")?;
    let phone = vault.open_text(&format!("accounts.phone:{id}"), row.bytes("phone")?)?;
    Ok(Account { id, phone, mode: row.text("mode")? })
}

pub async fn get(db: &Db, vault: &Vault, id: AccountId) -> Result<Account, StoreError> {
    from_row(&db.read_one(FIND, params![id.to_string()]).await?, vault)
}

/// The same inside a transaction.
pub async fn get_in(tx: &mut Tx, vault: &Vault, id: AccountId) -> Result<Account, StoreError> {
    from_row(&tx.one(FIND, params![id.to_string()]).await?, vault)
}

/// Finds the account of a phone, or opens one under `new_id`.
pub async fn find_or_open(
    tx: &mut Tx,
    vault: &Vault,
    phone: &str,
    new_id: AccountId,
    mode: &str,
    now: i64,
) -> Result<Account, StoreError> {
    let mac = vault.mac("accounts.phone", phone)?;
    let sealed = vault.seal(&format!("accounts.phone:{new_id}"), phone.as_bytes())?;
    tx.exec(INSERT, params![new_id.to_string(), &mac, sealed, mode, now]).await?;
    from_row(&tx.one(BY_PHONE, params![mac]).await?, vault)
}

/// Opens an account for one visit at a counter. It has the visitor's phone for messages, but is never
/// found by it: nobody can sign in to it, and it never meets the visitor's own account.
pub async fn open_for_visit(
    tx: &mut Tx,
    vault: &Vault,
    id: AccountId,
    phone: &str,
    now: i64,
) -> Result<(), StoreError> {
    let mac = vault.mac("accounts.phone", &format!("visit:{id}"))?;
    let sealed = vault.seal(&format!("accounts.phone:{id}"), phone.as_bytes())?;
    tx.exec(INSERT, params![id.to_string(), mac, sealed, "standard", now]).await.map(drop)
}

pub async fn set_mode(tx: &mut Tx, id: AccountId, mode: &str) -> Result<(), StoreError> {
    tx.exec(SET_MODE, params![id.to_string(), mode]).await.map(drop)
}

pub async fn put_code(
    tx: &mut Tx,
    vault: &Vault,
    phone: &str,
    code: &str,
    now: i64,
    expires_at: i64,
) -> Result<(), StoreError> {
    let mac = vault.mac("sign_in_codes.phone", phone)?;
    let code_mac = vault.mac("sign_in_codes.code", &format!("{phone}:{code}"))?;
    tx.exec(PUT_CODE, params![mac, code_mac, now, expires_at]).await.map(drop)
}

pub async fn find_code(tx: &mut Tx, vault: &Vault, phone: &str) -> Result<Option<SentCode>, StoreError> {
    let mac = vault.mac("sign_in_codes.phone", phone)?;
    tx.opt(FIND_CODE, params![mac]).await?.as_ref().map(sent_code).transpose()
}

fn sent_code(row: &crate::Row) -> Result<SentCode, StoreError> {
    Ok(SentCode {
        code_mac: row.text("code_mac")?,
        sent_at: row.i64("sent_at")?,
        expires_at: row.i64("expires_at")?,
        tries: row.i64("tries")?,
    })
}

/// Counts a try and gives the code with it; `tries` includes this one.
pub async fn take_try(tx: &mut Tx, vault: &Vault, phone: &str) -> Result<Option<SentCode>, StoreError> {
    let mac = vault.mac("sign_in_codes.phone", phone)?;
    tx.opt(TAKE_TRY, params![mac]).await?.as_ref().map(sent_code).transpose()
}

pub async fn drop_code(tx: &mut Tx, vault: &Vault, phone: &str) -> Result<(), StoreError> {
    tx.exec(DROP_CODE, params![vault.mac("sign_in_codes.phone", phone)?]).await.map(drop)
}
