//! Facts that somebody told about themselves, with the consent to their use; sealed under the vault.

use super::{from_json, json};
use crate::{Db, StoreError, Tx, Vault, params};
use domain::ids::AccountId;
use domain::rules::Answers;

crate::sql! {
    const FIND = "select consent_at, consent_text, facts, version from fact_sheets where account_id = $1";
    // Versions begin at the instant: a sheet that follows a withdrawn one never has its versions.
    const INSERT = "insert into fact_sheets (account_id, consent_at, consent_text, facts, version, updated_at)
        values ($1, $2, $3, $4, $2, $2) on conflict (account_id) do nothing";
    // Saving again is agreeing again.
    const UPDATE = "update fact_sheets set consent_at = $3, consent_text = $4, facts = $5, version = version + 1,
        updated_at = $3 where account_id = $1 and version = $2";
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

/// Keeps the facts in place of those that were read as `version`, or as the first ones;
/// [`StoreError::VersionConflict`] when somebody was faster, also by withdrawing.
pub async fn put(
    tx: &mut Tx,
    vault: &Vault,
    account: AccountId,
    version: Option<i64>,
    consent_text: &str,
    facts: &Answers,
    now: i64,
) -> Result<(), StoreError> {
    let sealed = vault.seal(&context(account), json(facts)?.as_bytes())?;
    let id = account.to_string();
    if let Some(version) = version {
        return tx.exec_versioned(UPDATE, params![id, version, now, consent_text, sealed]).await;
    }
    let inserted = tx.exec(INSERT, params![id, now, consent_text, sealed]).await?;
    if inserted == 1 { Ok(()) } else { Err(StoreError::VersionConflict) }
}

/// Gives whether there was one.
pub async fn delete(tx: &mut Tx, account: AccountId) -> Result<bool, StoreError> {
    Ok(tx.exec(DELETE, params![account.to_string()]).await? > 0)
}
