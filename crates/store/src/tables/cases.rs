//! Cases (办件). The state is a sealed JSON of the domain's case; status and due date stand beside
//! it in the clear for the queue.

use super::{from_json, json, parse};
use crate::{DataKey, Db, Row, StoreError, Tx, Vault, params};
use domain::case::{Case, CaseStatus};
use domain::ids::{AccountId, CaseId, DraftId};
use domain::rules::Answers;

crate::sql! {
    const FIND = "select id, draft_id, status, state, data_key, answers, signature, manifest, tracking_code, due_on, updated_at, version
        from cases where id = $1";
    // Taking the row's lock first: two acts on one case follow each other (SQLite has one writer anyway).
    const LOCK = "update cases set version = version where id = $1";
    const OF_ACCOUNT = "select id, draft_id, status, state, data_key, answers, signature, manifest, tracking_code, due_on, updated_at, version
        from cases where account_id = $1 order by submitted_at desc limit 200";
    const FINISHED_OF_ACCOUNT = "select id, draft_id, status, state, data_key, answers, signature, manifest, tracking_code, due_on, updated_at, version
        from cases where account_id = $1 and status in ('decided', 'closed') and updated_at >= $2
        order by submitted_at desc limit 50";
    const ACCEPTED_OF_ACCOUNT = "select id, draft_id, status, state, data_key, answers, signature, manifest, tracking_code, due_on, updated_at, version
        from cases where account_id = $1 and status not in ('received', 'correcting') and submitted_at < $2
        order by submitted_at desc limit 50";
    const QUEUE = "select id, draft_id, status, state, data_key, answers, signature, manifest, tracking_code, due_on, updated_at, version,
        counter_cases.place from cases left join counter_cases on counter_cases.case_id = cases.id
        where ($1 = '' or status = $1) and ($2 = '' or number = $2) and ($3 = '' or counter_cases.place = $3)
        order by case when status in ('decided', 'closed') then 1 else 0 end,
        case when due_on is null then 1 else 0 end, due_on, submitted_at limit 200";
    const BY_TRACKING = "select id from cases where tracking_mac = $1";
    const BY_DRAFT = "select id from cases where draft_id = $1";
    const INSERT = "insert into cases (id, number, slug, matter_version, account_id, draft_id, status, state, data_key, answers,
        signature, manifest, tracking_mac, tracking_code, due_on, submitted_at, updated_at, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, 1)";
    const SAVE = "update cases set status = $2, state = $3, due_on = $4, updated_at = $5, version = version + 1
        where id = $1 and version = $6";
    const REMEMBER = "update cases set state = $2 where id = $1 and version = $3";
    const NEXT = "insert into sequences (name, value) values ($1, 1)
        on conflict (name) do update set value = sequences.value + 1 returning value";
    const ALL_IDS = "select id from cases order by submitted_at, id";
    const RECEIVED_BEFORE = "select id from cases where status = 'received' and updated_at < $1 limit 100";
}

/// A case as stored, opened.
pub struct CaseRow {
    pub case: Case,
    pub draft_id: DraftId,
    pub key: DataKey,
    pub wrapped_key: Vec<u8>,
    pub answers: Answers,
    /// JSON of the applicant's signature.
    pub signature: String,
    /// JSON: what was submitted, file by file with its digest.
    pub manifest: String,
    pub tracking_code: String,
    pub due_on: Option<String>,
    pub updated_at: i64,
    pub version: i64,
}

fn from_row(row: &Row, vault: &Vault) -> Result<CaseRow, StoreError> {
    let draft_id: DraftId = parse(row, "draft_id")?;
    let wrapped_key = row.bytes("data_key")?.to_vec();
    let key = vault.unwrap_key(&super::drafts::key_context(draft_id), &wrapped_key)?;
    let case: Case = from_json(&key.open_text("cases.state", row.bytes("state")?)?, "state")?;
    if case.status().as_str() != row.str("status")? {
        return Err(StoreError::inconsistent("status", "differs from the state").in_table("cases"));
    }
    Ok(CaseRow {
        answers: from_json(&key.open_text("answers", row.bytes("answers")?)?, "answers")?,
        signature: key.open_text("signature", row.bytes("signature")?)?,
        tracking_code: key.open_text("tracking_code", row.bytes("tracking_code")?)?,
        manifest: row.text("manifest")?,
        due_on: row.opt_text("due_on")?,
        updated_at: row.i64("updated_at")?,
        version: row.i64("version")?,
        case,
        draft_id,
        key,
        wrapped_key,
    })
}

pub async fn find(db: &Db, vault: &Vault, id: CaseId) -> Result<Option<CaseRow>, StoreError> {
    db.read_opt(FIND, params![id.to_string()]).await?.as_ref().map(|r| from_row(r, vault)).transpose()
}

/// The same inside a transaction, for changing it: locked until the transaction ends.
pub async fn find_in(tx: &mut Tx, vault: &Vault, id: CaseId) -> Result<Option<CaseRow>, StoreError> {
    tx.exec(LOCK, params![id.to_string()]).await?;
    tx.opt(FIND, params![id.to_string()]).await?.as_ref().map(|r| from_row(r, vault)).transpose()
}

pub async fn of_account(db: &Db, vault: &Vault, account: AccountId) -> Result<Vec<CaseRow>, StoreError> {
    db.read(OF_ACCOUNT, params![account.to_string()]).await?.iter().map(|r| from_row(r, vault)).collect()
}

/// The newest cases of an account that are decided or closed and were touched since `since`.
pub async fn finished_of_account(
    db: &Db,
    vault: &Vault,
    account: AccountId,
    since: i64,
) -> Result<Vec<CaseRow>, StoreError> {
    let rows = db.read(FINISHED_OF_ACCOUNT, params![account.to_string(), since]).await?;
    rows.iter().map(|r| from_row(r, vault)).collect()
}

/// The newest cases of an account that were submitted before `before` and are no longer being looked at for
/// acceptance: what was accepted is among them.
pub async fn accepted_of_account(
    db: &Db,
    vault: &Vault,
    account: AccountId,
    before: i64,
) -> Result<Vec<CaseRow>, StoreError> {
    let rows = db.read(ACCEPTED_OF_ACCOUNT, params![account.to_string(), before]).await?;
    rows.iter().map(|r| from_row(r, vault)).collect()
}

/// The staff queue, the most urgent first; finished cases last. Beside each case the place where it was taken in,
/// if it was filed at a counter; an empty `place` takes all.
pub async fn queue(
    db: &Db,
    vault: &Vault,
    status: Option<CaseStatus>,
    number: &str,
    place: &str,
) -> Result<Vec<(CaseRow, Option<String>)>, StoreError> {
    let status = status.map_or("", CaseStatus::as_str);
    let rows = db.read(QUEUE, params![status, number, place]).await?;
    rows.iter().map(|r| Ok((from_row(r, vault)?, r.opt_text("place")?))).collect()
}

pub async fn by_tracking(db: &Db, vault: &Vault, code: &str, last_four: &str) -> Result<Option<CaseId>, StoreError> {
    let mac = vault.mac("cases.tracking", &format!("{code}:{last_four}"))?;
    db.read_opt(BY_TRACKING, params![mac]).await?.map(|r| parse(&r, "id")).transpose()
}

pub async fn by_draft(tx: &mut Tx, draft: DraftId) -> Result<Option<CaseId>, StoreError> {
    tx.opt(BY_DRAFT, params![draft.to_string()]).await?.map(|r| parse(&r, "id")).transpose()
}

/// The next number of a named sequence, from 1.
pub async fn next_number(tx: &mut Tx, name: &str) -> Result<i64, StoreError> {
    tx.one(NEXT, params![name]).await?.i64("value")
}

/// Stores a new case. `last_four` are the last digits of the applicant's phone.
pub async fn insert(tx: &mut Tx, vault: &Vault, row: &CaseRow, last_four: &str) -> Result<(), StoreError> {
    let case = &row.case;
    let tracking = vault.mac("cases.tracking", &format!("{}:{last_four}", row.tracking_code))?;
    let values = params![
        case.id.to_string(),
        &case.number,
        &case.matter.slug,
        i64::from(case.matter.version),
        case.applicant.to_string(),
        row.draft_id.to_string(),
        case.status().as_str(),
        row.key.seal("cases.state", json(case)?.as_bytes())?,
        row.wrapped_key.clone(),
        row.key.seal("answers", json(&row.answers)?.as_bytes())?,
        row.key.seal("signature", row.signature.as_bytes())?,
        &row.manifest,
        tracking,
        row.key.seal("tracking_code", row.tracking_code.as_bytes())?,
        row.due_on.clone(),
        case.submitted_at.0
    ];
    tx.exec(INSERT, values).await.map(drop)
}

/// Saves the state over the version that was read.
pub async fn save(tx: &mut Tx, row: &CaseRow, now: i64) -> Result<(), StoreError> {
    let state = row.key.seal("cases.state", json(&row.case)?.as_bytes())?;
    let values =
        params![row.case.id.to_string(), row.case.status().as_str(), state, row.due_on.clone(), now, row.version];
    tx.exec_versioned(SAVE, values).await
}

/// Keeps the state without a new version: for what changes nothing that a page in somebody's hands shows.
/// Only under the case's lock.
pub async fn remember(tx: &mut Tx, row: &CaseRow) -> Result<(), StoreError> {
    let state = row.key.seal("cases.state", json(&row.case)?.as_bytes())?;
    tx.exec_versioned(REMEMBER, params![row.case.id.to_string(), state, row.version]).await
}

pub async fn all_ids(db: &Db) -> Result<Vec<CaseId>, StoreError> {
    db.read(ALL_IDS, params![]).await?.iter().map(|r| parse(r, "id")).collect()
}

/// Cases in 收件 that nobody has touched since `before`.
pub async fn received_before(db: &Db, before: i64) -> Result<Vec<CaseId>, StoreError> {
    db.read(RECEIVED_BEFORE, params![before]).await?.iter().map(|r| parse(r, "id")).collect()
}
