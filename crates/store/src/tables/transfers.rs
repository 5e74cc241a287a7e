//! Resumable uploads (断点续传): how far each is, and the sealed segments that have arrived. What the
//! client says about the file is sealed under the draft's key.

use super::parse;
use crate::{DataKey, Db, Row, StoreError, Tx, params};
use domain::ids::{DraftId, FileId, StaffId, TransferId};

crate::sql! {
    const FIND = "select id, draft_id, material, round, kind, size, received, metadata, staff_id, place, final_id, state, file_id, expires_at, created_at
        from transfers where id = $1";
    const INSERT = "insert into transfers
        (id, draft_id, material, round, kind, size, received, metadata, mark, state, swept, expires_at, created_at, staff_id, place)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, $13, $14)";
    const MARKED = "select id, draft_id, material, round, kind, size, received, metadata, staff_id, place, final_id, state, file_id, expires_at, created_at
        from transfers where draft_id = $1 and material = $2 and round = $3 and mark = $4
          and state in ('open', 'complete') and expires_at > $5 order by created_at desc, id desc limit 1";
    const OPEN = "select id, draft_id, material, round, kind, size, received, metadata, staff_id, place, final_id, state, file_id, expires_at, created_at
        from transfers where draft_id = $1 and state in ('open', 'complete') and expires_at > $2 order by created_at, id";
    const PARTS = "select id, draft_id, material, round, kind, size, received, metadata, staff_id, place, final_id, state, file_id, expires_at, created_at
        from transfers where final_id = $1 order by part";
    const LOAD = "select count(*) as number,
        cast(coalesce(sum(case when t.kind = 'final' then 0 else t.size end), 0) as bigint) as total
        from transfers t join drafts d on d.id = t.draft_id
        where d.owner = $1 and t.state in ('open', 'complete', 'joined') and t.expires_at > $2";
    const SEGMENT = "insert into transfer_segments (transfer_id, at, bytes, path) values ($1, $2, $3, $4)";
    const SEGMENTS = "select at, bytes, path from transfer_segments where transfer_id = $1 order by at";
    const PIECES = "select count(*) as number from transfer_segments where transfer_id = $1";
    const ACKNOWLEDGE = "update transfers set received = $3, state = $4, expires_at = $5
        where id = $1 and received = $2 and state = 'open'";
    const JOIN = "update transfers set state = 'joined', final_id = $2, part = $3, expires_at = $4
        where id = $1 and state = 'complete' and kind = 'partial' and final_id is null";
    const KEPT = "update transfers set state = 'kept', file_id = $2 where id = $1 and state = 'complete'";
    const END = "update transfers set state = 'ended' where id = $1 and state in ('open', 'complete', 'joined')";
    const END_PARTS = "update transfers set state = 'ended' where final_id = $1 and state = 'joined'";
    const END_ALL = "update transfers set state = 'ended' where draft_id = $1 and round = 0 and state in ('open', 'complete', 'joined')";
    const DUE = "select id, draft_id from transfers
        where swept = 0 and (state in ('kept', 'ended') or expires_at <= $1) order by id limit 100";
    const DROP_SEGMENTS = "delete from transfer_segments where transfer_id = $1";
    const SWEPT = "update transfers set swept = 1 where id = $1";
    const FORGET = "delete from transfers where swept = 1 and expires_at < $1";
}

/// A whole file, a part of one, or parts put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Whole,
    Partial,
    Final,
}

impl Kind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Partial => "partial",
            Self::Final => "final",
        }
    }
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Bytes are missing.
    Open,
    /// All bytes are there.
    Complete,
    /// A part that was put together with others.
    Joined,
    /// The slot has the file.
    Kept,
    /// Taken back, refused or run out.
    Ended,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Complete => "complete",
            Self::Joined => "joined",
            Self::Kept => "kept",
            Self::Ended => "ended",
        }
    }
}

/// One resumable upload.
#[derive(Debug)]
pub struct Transfer {
    pub id: TransferId,
    pub draft_id: DraftId,
    pub material: String,
    /// As of the file that it becomes.
    pub round: i64,
    pub kind: Kind,
    /// Declared length in bytes.
    pub size: i64,
    /// Bytes that were acknowledged.
    pub received: i64,
    /// Sealed; see [`Transfer::open_metadata`].
    pub metadata: Vec<u8>,
    /// A clerk sends it for a visitor.
    pub staff_id: Option<StaffId>,
    /// Where, at a place other than the county's windows.
    pub place: Option<String>,
    /// What a part was put into.
    pub final_id: Option<TransferId>,
    pub state: State,
    pub file_id: Option<FileId>,
    pub expires_at: i64,
    pub created_at: i64,
}

impl Transfer {
    /// What the client said about the file, as it said it.
    pub fn open_metadata(&self, key: &DataKey) -> Result<String, StoreError> {
        Ok(key.open_text(&context(self.id), &self.metadata)?)
    }
}

/// A sealed object with the bytes from `at` on.
#[derive(Debug, Clone)]
pub struct Segment {
    pub at: i64,
    /// Plain bytes.
    pub bytes: i64,
    pub path: String,
}

/// What somebody has under way.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub number: i64,
    /// Declared lengths together.
    pub bytes: i64,
}

fn context(id: TransferId) -> String {
    format!("transfers.metadata:{id}")
}

fn from_row(row: &Row) -> Result<Transfer, StoreError> {
    let kind = match row.str("kind")? {
        "whole" => Kind::Whole,
        "partial" => Kind::Partial,
        "final" => Kind::Final,
        _ => return Err(StoreError::inconsistent("kind", "unknown").in_table("transfers")),
    };
    let state = match row.str("state")? {
        "open" => State::Open,
        "complete" => State::Complete,
        "joined" => State::Joined,
        "kept" => State::Kept,
        "ended" => State::Ended,
        _ => return Err(StoreError::inconsistent("state", "unknown").in_table("transfers")),
    };
    Ok(Transfer {
        id: parse(row, "id")?,
        draft_id: parse(row, "draft_id")?,
        material: row.text("material")?,
        round: row.i64("round")?,
        kind,
        size: row.i64("size")?,
        received: row.i64("received")?,
        metadata: row.bytes("metadata")?.to_vec(),
        staff_id: row.opt_str("staff_id")?.map(|_| parse(row, "staff_id")).transpose()?,
        place: row.opt_text("place")?,
        final_id: row.opt_str("final_id")?.map(|_| parse(row, "final_id")).transpose()?,
        state,
        file_id: row.opt_str("file_id")?.map(|_| parse(row, "file_id")).transpose()?,
        expires_at: row.i64("expires_at")?,
        created_at: row.i64("created_at")?,
    })
}

pub async fn find(db: &Db, id: TransferId) -> Result<Option<Transfer>, StoreError> {
    db.read_opt(FIND, params![id.to_string()]).await?.as_ref().map(from_row).transpose()
}

pub async fn find_in(tx: &mut Tx, id: TransferId) -> Result<Option<Transfer>, StoreError> {
    tx.opt(FIND, params![id.to_string()]).await?.as_ref().map(from_row).transpose()
}

/// Seals what the client said about the file.
pub fn seal_metadata(key: &DataKey, id: TransferId, metadata: &str) -> Result<Vec<u8>, StoreError> {
    Ok(key.seal(&context(id), metadata.as_bytes())?)
}

/// Inserts a row; `mark` is a keyed digest by which the same file is recognised.
pub async fn insert(tx: &mut Tx, row: &Transfer, mark: Option<&str>) -> Result<(), StoreError> {
    let values = params![
        row.id.to_string(),
        row.draft_id.to_string(),
        &row.material,
        row.round,
        row.kind.as_str(),
        row.size,
        row.received,
        row.metadata.as_slice(),
        mark,
        row.state.as_str(),
        row.expires_at,
        row.created_at,
        row.staff_id.map(|s| s.to_string()),
        row.place.clone()
    ];
    tx.exec(INSERT, values).await.map(drop)
}

/// One in this slot that was begun for the same file.
pub async fn marked(
    tx: &mut Tx,
    draft: DraftId,
    material: &str,
    round: i64,
    mark: &str,
    now: i64,
) -> Result<Option<Transfer>, StoreError> {
    tx.opt(MARKED, params![draft.to_string(), material, round, mark, now]).await?.as_ref().map(from_row).transpose()
}

/// All of a draft that can be gone on with.
pub async fn open(db: &Db, draft: DraftId, now: i64) -> Result<Vec<Transfer>, StoreError> {
    db.read(OPEN, params![draft.to_string(), now]).await?.iter().map(from_row).collect()
}

/// The parts of a final one, in order.
pub async fn parts(db: &Db, id: TransferId) -> Result<Vec<Transfer>, StoreError> {
    db.read(PARTS, params![id.to_string()]).await?.iter().map(from_row).collect()
}

pub async fn parts_in(tx: &mut Tx, id: TransferId) -> Result<Vec<Transfer>, StoreError> {
    tx.all(PARTS, params![id.to_string()]).await?.iter().map(from_row).collect()
}

/// What an owner of drafts has under way. Whoever asks at the same time waits for the end of this
/// transaction, so that two beginnings at once do not pass a limit together.
pub async fn load(tx: &mut Tx, owner: &str, now: i64) -> Result<Load, StoreError> {
    tx.turn(&format!("transfers:{owner}")).await?;
    let row = tx.one(LOAD, params![owner, now]).await?;
    Ok(Load { number: row.i64("number")?, bytes: row.i64("total")? })
}

/// Acknowledges segments that lie on the disk, over the offset that was read.
pub async fn acknowledge(
    tx: &mut Tx,
    row: &Transfer,
    segments: &[Segment],
    expires_at: i64,
) -> Result<(i64, State), StoreError> {
    let mut received = row.received;
    for segment in segments {
        let values = params![row.id.to_string(), segment.at, segment.bytes, &segment.path];
        tx.exec(SEGMENT, values).await?;
        received += segment.bytes;
    }
    let state = if received == row.size { State::Complete } else { State::Open };
    let values = params![row.id.to_string(), row.received, received, state.as_str(), expires_at];
    tx.exec_versioned(ACKNOWLEDGE, values).await?;
    Ok((received, state))
}

/// In how many pieces it has come so far.
pub async fn pieces(db: &Db, id: TransferId) -> Result<i64, StoreError> {
    db.read_one(PIECES, params![id.to_string()]).await?.i64("number")
}

pub async fn segments(db: &Db, id: TransferId) -> Result<Vec<Segment>, StoreError> {
    let rows = db.read(SEGMENTS, params![id.to_string()]).await?;
    rows.iter().map(|r| Ok(Segment { at: r.i64("at")?, bytes: r.i64("bytes")?, path: r.text("path")? })).collect()
}

/// Makes a complete part the n-th of a final one.
pub async fn join(tx: &mut Tx, part: TransferId, into: TransferId, n: i64, expires_at: i64) -> Result<(), StoreError> {
    tx.exec_versioned(JOIN, params![part.to_string(), into.to_string(), n, expires_at]).await
}

/// The slot has the file; its parts are not needed any more.
pub async fn kept(tx: &mut Tx, id: TransferId, file: FileId) -> Result<(), StoreError> {
    tx.exec_versioned(KEPT, params![id.to_string(), file.to_string()]).await?;
    tx.exec(END_PARTS, params![id.to_string()]).await.map(drop)
}

/// Ends it, with its parts; nothing for one that is kept.
pub async fn end(tx: &mut Tx, id: TransferId) -> Result<(), StoreError> {
    tx.exec(END, params![id.to_string()]).await?;
    tx.exec(END_PARTS, params![id.to_string()]).await.map(drop)
}

/// Ends all that were meant for a draft before it was submitted.
pub async fn end_all(tx: &mut Tx, draft: DraftId) -> Result<(), StoreError> {
    tx.exec(END_ALL, params![draft.to_string()]).await.map(drop)
}

/// Those whose segments can go, for the sweeper.
pub async fn due(db: &Db, now: i64) -> Result<Vec<(TransferId, DraftId)>, StoreError> {
    db.read(DUE, params![now]).await?.iter().map(|r| Ok((parse(r, "id")?, parse(r, "draft_id")?))).collect()
}

/// The segments are gone from the disk.
pub async fn swept(tx: &mut Tx, id: TransferId) -> Result<(), StoreError> {
    tx.exec(DROP_SEGMENTS, params![id.to_string()]).await?;
    tx.exec(SWEPT, params![id.to_string()]).await.map(drop)
}

/// Forgets what ran out before `before`.
pub async fn forget(tx: &mut Tx, before: i64) -> Result<u64, StoreError> {
    tx.exec(FORGET, params![before]).await
}
