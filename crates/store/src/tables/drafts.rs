//! Drafts (草稿): raw answers, sealed under the draft's own key, which the case inherits.

use super::{from_json, json, parse};
use crate::{DataKey, Db, Row, StoreError, Tx, Vault, params};
use domain::ids::{CaseId, DraftId};
use domain::rules::Answers;

crate::sql! {
    const FIND = "select id, owner, slug, matter_version, data_key, answers, signature, version, case_id, created_at, updated_at, saves
        from drafts where id = $1";
    // Taking the row's lock first: two changes of one draft follow each other (SQLite has one writer anyway).
    const LOCK = "update drafts set version = version where id = $1";
    const LIST = "select id, owner, slug, matter_version, data_key, answers, signature, version, case_id, created_at, updated_at, saves
        from drafts where owner = $1 and case_id is null order by updated_at desc limit 50";
    const OPEN_OF = "select id from drafts where owner = $1 and slug = $2 and case_id is null order by updated_at desc limit 1";
    const INSERT = "insert into drafts (id, owner, slug, matter_version, data_key, answers, version, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, 1, $7, $7)";
    const SAVE = "update drafts set answers = $2, signature = $3, version = version + 1, updated_at = $4, warned = 0, saves = $6
        where id = $1 and version = $5 and case_id is null";
    const NOTE_SAVES = "update drafts set saves = $2 where id = $1 and case_id is null";
    const ADOPT = "update drafts set owner = $2 where owner = $1 and case_id is null";
    const SUBMITTED = "update drafts set case_id = $2, version = version + 1, updated_at = $3 where id = $1 and case_id is null";
    const DELETE = "delete from drafts where id = $1 and case_id is null";
    const STALE = "select id from drafts where case_id is null and updated_at < $1 limit 100";
    // A guest cannot be told.
    const EXPIRING = "select id, owner, slug, updated_at from drafts where case_id is null and owner like 'account:%'
        and warned < $1 and updated_at < $2 order by updated_at limit 100";
    const WARNED = "update drafts set warned = $2 where id = $1 and case_id is null and warned < $2 and updated_at = $3";
}

/// A draft with its key open.
pub struct Draft {
    pub id: DraftId,
    /// `account:…` or `guest:…`.
    pub owner: String,
    pub slug: String,
    pub matter_version: u32,
    pub key: DataKey,
    pub wrapped_key: Vec<u8>,
    pub answers: Answers,
    /// JSON of the signature, if signed.
    pub signature: Option<String>,
    pub version: i64,
    pub case_id: Option<CaseId>,
    pub created_at: i64,
    pub updated_at: i64,
    /// Which saves of which pages it has taken, as the service writes them.
    pub saves: String,
}

fn from_row(row: &Row, vault: &Vault) -> Result<Draft, StoreError> {
    let id: DraftId = parse(row, "id")?;
    let wrapped_key = row.bytes("data_key")?.to_vec();
    let key = vault.unwrap_key(&key_context(id), &wrapped_key)?;
    let answers = key.open_text("answers", row.bytes("answers")?)?;
    let signature = row.opt_bytes("signature")?.map(|s| key.open_text("signature", s)).transpose()?;
    Ok(Draft {
        id,
        owner: row.text("owner")?,
        slug: row.text("slug")?,
        matter_version: row.u32("matter_version")?,
        answers: from_json(&answers, "answers")?,
        signature,
        version: row.i64("version")?,
        case_id: row.opt_str("case_id")?.map(|_| parse(row, "case_id")).transpose()?,
        created_at: row.i64("created_at")?,
        updated_at: row.i64("updated_at")?,
        saves: row.text("saves")?,
        key,
        wrapped_key,
    })
}

/// The context under which a draft's key is wrapped; the case keeps it.
pub fn key_context(id: DraftId) -> String {
    format!("drafts.data_key:{id}")
}

pub async fn find(db: &Db, vault: &Vault, id: DraftId) -> Result<Option<Draft>, StoreError> {
    db.read_opt(FIND, params![id.to_string()]).await?.as_ref().map(|r| from_row(r, vault)).transpose()
}

/// The same inside a transaction, for changing it: locked until the transaction ends.
pub async fn find_in(tx: &mut Tx, vault: &Vault, id: DraftId) -> Result<Option<Draft>, StoreError> {
    tx.exec(LOCK, params![id.to_string()]).await?;
    tx.opt(FIND, params![id.to_string()]).await?.as_ref().map(|r| from_row(r, vault)).transpose()
}

pub async fn list(db: &Db, vault: &Vault, owner: &str) -> Result<Vec<Draft>, StoreError> {
    db.read(LIST, params![owner]).await?.iter().map(|r| from_row(r, vault)).collect()
}

/// The newest open draft of this owner for this matter. Whoever asks at the same time waits for the
/// end of this transaction, so that two taps never begin two drafts.
pub async fn open_of(tx: &mut Tx, owner: &str, slug: &str) -> Result<Option<DraftId>, StoreError> {
    tx.turn(&format!("draft:{owner}:{slug}")).await?;
    tx.opt(OPEN_OF, params![owner, slug]).await?.map(|r| parse(&r, "id")).transpose()
}

#[allow(clippy::too_many_arguments, reason = "the columns of one row")]
pub async fn insert(
    tx: &mut Tx,
    vault: &Vault,
    id: DraftId,
    owner: &str,
    slug: &str,
    matter_version: u32,
    answers: &Answers,
    now: i64,
) -> Result<(), StoreError> {
    let (key, wrapped) = vault.new_key(&key_context(id))?;
    let sealed = key.seal("answers", json(answers)?.as_bytes())?;
    let row = params![id.to_string(), owner, slug, i64::from(matter_version), wrapped, sealed, now];
    tx.exec(INSERT, row).await.map(drop)
}

/// Saves answers and signature over the version that was read; gives the new version.
pub async fn save(tx: &mut Tx, draft: &Draft, now: i64) -> Result<i64, StoreError> {
    let answers = draft.key.seal("answers", json(&draft.answers)?.as_bytes())?;
    let signature = draft.signature.as_ref().map(|s| draft.key.seal("signature", s.as_bytes())).transpose()?;
    let row = params![draft.id.to_string(), answers, signature, now, draft.version, draft.saves.as_str()];
    tx.exec_versioned(SAVE, row).await?;
    Ok(draft.version + 1)
}

/// Remembers a save that changed nothing: an older one that comes after it must not either.
pub async fn note_saves(tx: &mut Tx, draft: &Draft) -> Result<(), StoreError> {
    tx.exec(NOTE_SAVES, params![draft.id.to_string(), draft.saves.as_str()]).await.map(drop)
}

/// Gives all open drafts of a guest to an account.
pub async fn adopt(tx: &mut Tx, guest: &str, account: &str) -> Result<u64, StoreError> {
    tx.exec(ADOPT, params![guest, account]).await
}

pub async fn mark_submitted(tx: &mut Tx, id: DraftId, case: CaseId, now: i64) -> Result<(), StoreError> {
    tx.exec_versioned(SUBMITTED, params![id.to_string(), case.to_string(), now]).await
}

/// Deletes an open draft; a version conflict when it was submitted or deleted meanwhile.
pub async fn delete(tx: &mut Tx, id: DraftId) -> Result<(), StoreError> {
    tx.exec_versioned(DELETE, params![id.to_string()]).await
}

/// Drafts not changed since `before`.
pub async fn stale(db: &Db, before: i64) -> Result<Vec<DraftId>, StoreError> {
    db.read(STALE, params![before]).await?.iter().map(|r| parse(r, "id")).collect()
}

/// A draft that will be deleted soon.
pub struct Expiring {
    pub id: DraftId,
    /// `account:…`.
    pub owner: String,
    pub slug: String,
    pub updated_at: i64,
}

/// Accounts' drafts not changed since `before`, whose owners were told fewer than `times` times.
pub async fn expiring(db: &Db, times: i64, before: i64) -> Result<Vec<Expiring>, StoreError> {
    let rows = db.read(EXPIRING, params![times, before]).await?;
    rows.iter()
        .map(|row| {
            Ok(Expiring {
                id: parse(row, "id")?,
                owner: row.text("owner")?,
                slug: row.text("slug")?,
                updated_at: row.i64("updated_at")?,
            })
        })
        .collect()
}

/// Notes that the owner is told for the n-th time; false when that was done or the draft has changed.
pub async fn mark_warned(tx: &mut Tx, draft: &Expiring, times: i64) -> Result<bool, StoreError> {
    Ok(tx.exec(WARNED, params![draft.id.to_string(), times, draft.updated_at]).await? == 1)
}
