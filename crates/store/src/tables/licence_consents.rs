//! Consent to have the licence store asked for one draft, word for word.

use super::parse;
use crate::{Db, StoreError, Tx, params};
use domain::ids::{AccountId, DraftId};

crate::sql! {
    const FIND = "select draft_id, account_id, text, at from licence_consents where draft_id = $1";
    const PUT = "insert into licence_consents (draft_id, account_id, text, at) values ($1, $2, $3, $4)
        on conflict (draft_id) do update set account_id = excluded.account_id, text = excluded.text, at = excluded.at";
    const DELETE = "delete from licence_consents where draft_id = $1";
}

pub struct Consent {
    pub draft_id: DraftId,
    pub account_id: AccountId,
    /// What was agreed to, word for word.
    pub text: String,
    pub at: i64,
}

pub async fn find(db: &Db, draft: DraftId) -> Result<Option<Consent>, StoreError> {
    let Some(row) = db.read_opt(FIND, params![draft.to_string()]).await? else { return Ok(None) };
    Ok(Some(Consent {
        draft_id: parse(&row, "draft_id")?,
        account_id: parse(&row, "account_id")?,
        text: row.text("text")?,
        at: row.i64("at")?,
    }))
}

/// Keeps the newest consent.
pub async fn put(tx: &mut Tx, consent: &Consent) -> Result<(), StoreError> {
    let row = params![consent.draft_id.to_string(), consent.account_id.to_string(), &consent.text, consent.at];
    tx.exec(PUT, row).await.map(drop)
}

/// Gives whether there was one.
pub async fn delete(tx: &mut Tx, draft: DraftId) -> Result<bool, StoreError> {
    Ok(tx.exec(DELETE, params![draft.to_string()]).await? > 0)
}
