//! The append-only events of a case, hash-chained over salted digests of their payloads.

use crate::chain::{self, ChainEvent};
use crate::{DataKey, Db, StoreError, Tx, params, vault};
use domain::ids::CaseId;

crate::sql! {
    const LAST = "select seq, hash from case_events where case_id = $1 order by seq desc limit 1";
    const INSERT = "insert into case_events (case_id, seq, actor, at, kind, salt, payload, digest, prev_hash, hash)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    const LIST = "select case_id, seq, actor, at, kind, salt, payload, digest, prev_hash, hash from case_events
        where case_id = $1 order by seq";
}

/// An event as read back.
pub struct StoredEvent {
    pub seq: i64,
    pub actor: String,
    pub at: i64,
    pub kind: String,
    /// JSON of the domain event.
    pub payload: String,
}

/// Appends one event; its link goes over the last one's hash.
pub async fn append(
    tx: &mut Tx,
    key: &DataKey,
    case: CaseId,
    actor: &str,
    at: i64,
    kind: &str,
    payload: &str,
) -> Result<(), StoreError> {
    let id = case.to_string();
    let last = tx.opt(LAST, params![&id]).await?;
    let (seq, prev) = match last {
        Some(row) => (row.i64("seq")? + 1, row.text("hash")?),
        None => (1, chain::GENESIS.to_owned()),
    };
    let salt = vault::random::<16>()?;
    let digest = chain::salted_digest(&salt, payload.as_bytes());
    let hash = chain::link(&prev, &id, seq, actor, at, kind, &digest);
    let sealed = key.seal(&format!("case_events:{seq}"), payload.as_bytes())?;
    let row = params![id, seq, actor, at, kind, salt.to_vec(), sealed, digest, prev, hash];
    tx.exec(INSERT, row).await.map(drop)
}

pub async fn list(db: &Db, key: &DataKey, case: CaseId) -> Result<Vec<StoredEvent>, StoreError> {
    let rows = db.read(LIST, params![case.to_string()]).await?;
    rows.iter()
        .map(|row| {
            let seq = row.i64("seq")?;
            Ok(StoredEvent {
                seq,
                actor: row.text("actor")?,
                at: row.i64("at")?,
                kind: row.text("kind")?,
                payload: key.open_text(&format!("case_events:{seq}"), row.bytes("payload")?)?,
            })
        })
        .collect()
}

/// The links of one case, for `onevisit verify`; the payloads' digests are recomputed.
pub async fn chain_of(db: &Db, key: &DataKey, case: CaseId) -> Result<Vec<ChainEvent>, StoreError> {
    let rows = db.read(LIST, params![case.to_string()]).await?;
    rows.iter()
        .map(|row| {
            let seq = row.i64("seq")?;
            let payload = key.open(&format!("case_events:{seq}"), row.bytes("payload")?)?;
            Ok(ChainEvent {
                case_id: row.text("case_id")?,
                seq,
                actor: row.text("actor")?,
                at: row.i64("at")?,
                kind: row.text("kind")?,
                payload_digest: chain::salted_digest(row.bytes("salt")?, &payload),
                prev_hash: row.text("prev_hash")?,
                hash: row.text("hash")?,
            })
        })
        .collect()
}
