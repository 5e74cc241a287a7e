//! The other party of a joint application: invited by a link, proved by the phone.

use super::parse;
use crate::{DataKey, Db, Row, StoreError, Tx, Vault, params};
use domain::ids::CaseId;

crate::sql! {
    const BY_TOKEN = "select case_id from parties where token_mac = $1";
    const FIND = "select case_id, token, phone_mac, name, account_id, signature, confirmed_at from parties where case_id = $1";
    const INSERT = "insert into parties (case_id, token_mac, token, phone_mac, name) values ($1, $2, $3, $4, $5)";
    const CONFIRM = "update parties set account_id = $2, signature = $3, confirmed_at = $4
        where case_id = $1 and confirmed_at is null";
}

pub struct Party {
    pub case_id: CaseId,
    pub token: String,
    pub phone_mac: String,
    pub name: String,
    pub account_id: Option<String>,
    pub signature: Option<String>,
    pub confirmed_at: Option<i64>,
}

fn from_row(row: &Row, key: &DataKey) -> Result<Party, StoreError> {
    Ok(Party {
        case_id: parse(row, "case_id")?,
        token: key.open_text("parties.token", row.bytes("token")?)?,
        phone_mac: row.text("phone_mac")?,
        name: key.open_text("parties.name", row.bytes("name")?)?,
        account_id: row.opt_text("account_id")?,
        signature: row.opt_bytes("signature")?.map(|s| key.open_text("parties.signature", s)).transpose()?,
        confirmed_at: row.opt_i64("confirmed_at")?,
    })
}

/// Keyed digest by which a party's phone is compared.
pub fn phone_mac(vault: &Vault, phone: &str) -> Result<String, StoreError> {
    Ok(vault.mac("parties.phone", phone)?)
}

pub async fn case_of_token(db: &Db, vault: &Vault, token: &str) -> Result<Option<CaseId>, StoreError> {
    let mac = vault.mac("parties.token", token)?;
    db.read_opt(BY_TOKEN, params![mac]).await?.map(|r| parse(&r, "case_id")).transpose()
}

pub async fn find(db: &Db, key: &DataKey, case: CaseId) -> Result<Option<Party>, StoreError> {
    db.read_opt(FIND, params![case.to_string()]).await?.as_ref().map(|r| from_row(r, key)).transpose()
}

pub async fn insert(
    tx: &mut Tx,
    vault: &Vault,
    key: &DataKey,
    case: CaseId,
    token: &str,
    phone: &str,
    name: &str,
) -> Result<(), StoreError> {
    let row = params![
        case.to_string(),
        vault.mac("parties.token", token)?,
        key.seal("parties.token", token.as_bytes())?,
        phone_mac(vault, phone)?,
        key.seal("parties.name", name.as_bytes())?
    ];
    tx.exec(INSERT, row).await.map(drop)
}

/// Records the confirmation once; a second one is a version conflict.
pub async fn confirm(
    tx: &mut Tx,
    key: &DataKey,
    case: CaseId,
    account: &str,
    signature: &str,
    now: i64,
) -> Result<(), StoreError> {
    let sealed = key.seal("parties.signature", signature.as_bytes())?;
    tx.exec_versioned(CONFIRM, params![case.to_string(), account, sealed, now]).await
}
