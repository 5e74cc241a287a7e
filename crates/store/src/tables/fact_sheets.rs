//! Facts that somebody told about themselves, with the consent to their use; sealed under the vault.

use super::{from_json, json};
use crate::{Db, StoreError, Tx, Vault, params};
use domain::ids::AccountId;
use domain::rules::Answers;

crate::sql! {
    const FIND = "select consent_at, consent_text, facts, version from fact_sheets where account_id = $1";
    // Saving again is agreeing again.
    const PUT = "insert into fact_sheets (account_id, consent_at, consent_text, facts, version, updated_at)
        values ($1, $2, $3, $4, 1, $2)
        on conflict (account_id) do update set consent_at = excluded.consent_at, consent_text = excluded.consent_text,
        facts = excluded.facts, version = fact_sheets.version + 1, updated_at = excluded.updated_at";
    const DELETE = "delete from fact_sheets where account_id = $1";
}

pub struct FactSheet {
    pub consent_at: i64,
    /// What was agreed to, word for word.
    pub consent_text: String,
    pub facts: Answers,
    pub version: i64,
}

fn context(account: AccountId) -> String {
    format!("fact_sheets.facts:{account}")
}

pub async fn find(db: &Db, vault: &Vault, account: AccountId) -> Result<Option<FactSheet>, StoreError> {
    let Some(row) = db.read_opt(FIND, params![account.to_string()]).await? else { return Ok(None) };
    let facts = vault.open_text(&context(account), row.bytes("facts")?)?;
    Ok(Some(FactSheet {
        consent_at: row.i64("consent_at")?,
        consent_text: row.text("consent_text")?,
        facts: from_json(&facts, "facts")?,
        version: row.i64("version")?,
    }))
}

pub async fn put(
    tx: &mut Tx,
    vault: &Vault,
    account: AccountId,
    consent_text: &str,
    facts: &Answers,
    now: i64,
) -> Result<(), StoreError> {
    let sealed = vault.seal(&context(account), json(facts)?.as_bytes())?;
    tx.exec(PUT, params![account.to_string(), now, consent_text, sealed]).await.map(drop)
}

/// Gives whether there was one.
pub async fn delete(tx: &mut Tx, account: AccountId) -> Result<bool, StoreError> {
    Ok(tx.exec(DELETE, params![account.to_string()]).await? > 0)
}
