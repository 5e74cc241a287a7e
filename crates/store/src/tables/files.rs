//! Uploaded files. Content lies in the file store, sealed under the draft's key; names are sealed too.

use super::parse;
use crate::{DataKey, Db, Row, StoreError, Tx, params};
use domain::ids::{DraftId, FileId};
use domain::materials::Arranged;

crate::sql! {
    const LIST = "select id, draft_id, material, position, round, name, media_type, bytes, digest_mac, path, report, created_at, scan, turn, crop, proof_day, numbers
        from files where draft_id = $1 and removed_at is null order by material, position, created_at, id";
    const FIND = "select id, draft_id, material, position, round, name, media_type, bytes, digest_mac, path, report, created_at, scan, turn, crop, proof_day, numbers
        from files where id = $1 and removed_at is null";
    const OWNER = "select draft_id from files where id = $1 and removed_at is null";
    const INSERT = "insert into files (id, draft_id, material, position, round, name, media_type, bytes, digest_mac, path, report, created_at, scan, turn, crop, proof_day, numbers)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    const ARRANGE = "update files set turn = $4, crop = $5 where id = $1 and draft_id = $2 and round = $3 and removed_at is null";
    const ASSIGN = "update files set material = $4, position = $5, report = $6
        where id = $1 and draft_id = $2 and material = $3 and round = 0 and removed_at is null";
    const DATED = "update files set proof_day = $4 where draft_id = $1 and material = $2 and round = $3 and removed_at is null";
    const PLACE = "update files set position = $3 where id = $1 and draft_id = $2 and removed_at is null";
    const SCANNED = "update files set scan = $2 where id = $1 and scan = 'waiting'";
    const REMOVE = "update files set removed_at = $3 where id = $1 and draft_id = $2 and round = $4 and removed_at is null";
    const REMOVE_ALL = "update files set removed_at = $2 where draft_id = $1 and removed_at is null";
    const REMOVED = "select id, path from files where removed_at < $1 limit 100";
    const FORGET = "delete from files where id = $1";
    const WITH_DIGEST = "select id, draft_id, material, position, round, name, media_type, bytes, digest_mac, path, report, created_at, scan, turn, crop, proof_day, numbers
        from files where draft_id = $1 and digest_mac = $2 and removed_at is null order by created_at, id limit 1";
    const SHARING = "select count(*) as number from files where path = $1 and id <> $2";
}

/// How far the search for viruses (查毒) has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// Nobody looked: there is no scanner, or there was none when the file came.
    None,
    /// The scanner has not answered yet.
    Waiting,
    Clean,
    Infected,
}

impl Scan {
    fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Waiting => "waiting",
            Self::Clean => "clean",
            Self::Infected => "infected",
        }
    }

    /// Whether others than the owner may see the content.
    pub fn is_open(self) -> bool {
        matches!(self, Self::None | Self::Clean)
    }
}

impl std::str::FromStr for Scan {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::None, Self::Waiting, Self::Clean, Self::Infected];
        all.into_iter().find(|s| s.as_str() == text).ok_or(())
    }
}

#[derive(Clone)]
pub struct FileRow {
    pub id: FileId,
    pub draft_id: DraftId,
    pub material: String,
    pub position: i64,
    /// 0 = submitted with the application, n = sent for the n-th answer to the notice.
    pub round: i64,
    pub name: String,
    pub media_type: String,
    pub bytes: i64,
    /// Keyed digest of the content: equal for the same content in the same draft.
    pub digest_mac: String,
    pub path: String,
    /// JSON of the pre-check report.
    pub report: String,
    pub created_at: i64,
    pub scan: Scan,
    /// How it is shown, where it is a picture.
    pub arranged: Arranged,
    /// 开具日期 or 有效期到 as its owner has said, `yyyy-mm-dd`; empty where nobody has.
    pub proof_day: String,
    /// 居民身份证号 and 统一社会信用代码 in its text layer, `,` between them; sealed as its name is.
    pub numbers: String,
}

fn from_row(row: &Row, key: &DataKey) -> Result<FileRow, StoreError> {
    let id: FileId = parse(row, "id")?;
    Ok(FileRow {
        id,
        draft_id: parse(row, "draft_id")?,
        material: row.text("material")?,
        position: row.i64("position")?,
        round: row.i64("round")?,
        name: key.open_text(&format!("files.name:{id}"), row.bytes("name")?)?,
        media_type: row.text("media_type")?,
        bytes: row.i64("bytes")?,
        digest_mac: row.text("digest_mac")?,
        path: row.text("path")?,
        report: row.text("report")?,
        created_at: row.i64("created_at")?,
        scan: parse(row, "scan")?,
        arranged: Arranged { turn: u8::try_from(row.u32("turn")? % 4).unwrap_or(0), crop: parse(row, "crop")? },
        proof_day: row.text("proof_day")?,
        numbers: match row.opt_bytes("numbers")? {
            Some(sealed) => key.open_text(&format!("files.numbers:{id}"), sealed)?,
            None => String::new(),
        },
    })
}

pub async fn list(db: &Db, key: &DataKey, draft: DraftId) -> Result<Vec<FileRow>, StoreError> {
    db.read(LIST, params![draft.to_string()]).await?.iter().map(|r| from_row(r, key)).collect()
}

pub async fn list_in(tx: &mut Tx, key: &DataKey, draft: DraftId) -> Result<Vec<FileRow>, StoreError> {
    tx.all(LIST, params![draft.to_string()]).await?.iter().map(|r| from_row(r, key)).collect()
}

/// The draft a file belongs to; its key opens the rest.
pub async fn draft_of(db: &Db, id: FileId) -> Result<Option<DraftId>, StoreError> {
    db.read_opt(OWNER, params![id.to_string()]).await?.map(|r| parse(&r, "draft_id")).transpose()
}

pub async fn find(db: &Db, key: &DataKey, id: FileId) -> Result<Option<FileRow>, StoreError> {
    db.read_opt(FIND, params![id.to_string()]).await?.as_ref().map(|r| from_row(r, key)).transpose()
}

pub async fn insert(tx: &mut Tx, key: &DataKey, file: &FileRow) -> Result<(), StoreError> {
    let name = key.seal(&format!("files.name:{}", file.id), file.name.as_bytes())?;
    let context = format!("files.numbers:{}", file.id);
    let numbers = (!file.numbers.is_empty()).then(|| key.seal(&context, file.numbers.as_bytes())).transpose()?;
    let row = params![
        file.id.to_string(),
        file.draft_id.to_string(),
        &file.material,
        file.position,
        file.round,
        name,
        &file.media_type,
        file.bytes,
        &file.digest_mac,
        &file.path,
        &file.report,
        file.created_at,
        file.scan.as_str(),
        i64::from(file.arranged.turn),
        file.arranged.crop.to_string(),
        &file.proof_day,
        numbers
    ];
    tx.exec(INSERT, row).await.map(drop)
}

/// Keeps what the scanner said about a file that waited for it; false when none waited.
pub async fn scanned(tx: &mut Tx, id: FileId, scan: Scan) -> Result<bool, StoreError> {
    Ok(tx.exec(SCANNED, params![id.to_string(), scan.as_str()]).await? == 1)
}

/// Keeps how a picture of this round is turned and cut; false when there is none.
pub async fn arrange(tx: &mut Tx, file: &FileRow, arranged: Arranged) -> Result<bool, StoreError> {
    let row = params![
        file.id.to_string(),
        file.draft_id.to_string(),
        file.round,
        i64::from(arranged.turn),
        arranged.crop.to_string()
    ];
    Ok(tx.exec(ARRANGE, row).await? == 1)
}

/// Keeps the day that stands on the paper in this slot, for all its files.
pub async fn date(tx: &mut Tx, draft: DraftId, material: &str, round: i64, day: &str) -> Result<(), StoreError> {
    tx.exec(DATED, params![draft.to_string(), material, round, day]).await.map(drop)
}

/// Gives a file its place in its slot, from 0.
pub async fn place(tx: &mut Tx, id: FileId, draft: DraftId, position: i64) -> Result<(), StoreError> {
    tx.exec(PLACE, params![id.to_string(), draft.to_string(), position]).await.map(drop)
}

/// Moves a file of a draft into another slot, with what was found in it there; false when it has moved already.
pub async fn assign(
    tx: &mut Tx,
    file: &FileRow,
    material: &str,
    position: i64,
    report: &str,
) -> Result<bool, StoreError> {
    let row = params![file.id.to_string(), file.draft_id.to_string(), &file.material, material, position, report];
    Ok(tx.exec(ASSIGN, row).await? == 1)
}

/// Takes a file of this round out of its slot; false when there was none.
pub async fn remove(tx: &mut Tx, id: FileId, draft: DraftId, round: i64, now: i64) -> Result<bool, StoreError> {
    Ok(tx.exec(REMOVE, params![id.to_string(), draft.to_string(), now, round]).await? == 1)
}

pub async fn remove_all(tx: &mut Tx, draft: DraftId, now: i64) -> Result<(), StoreError> {
    tx.exec(REMOVE_ALL, params![draft.to_string(), now]).await.map(drop)
}

/// Files removed before `before`, for the sweeper: id and path.
pub async fn removed(db: &Db, before: i64) -> Result<Vec<(String, String)>, StoreError> {
    db.read(REMOVED, params![before]).await?.iter().map(|r| Ok((r.text("id")?, r.text("path")?))).collect()
}

pub async fn forget(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    tx.exec(FORGET, params![id]).await.map(drop)
}

/// A file of this draft with this content, by its keyed digest.
pub async fn with_digest(
    db: &Db,
    key: &DataKey,
    draft: DraftId,
    digest_mac: &str,
) -> Result<Option<FileRow>, StoreError> {
    let row = db.read_opt(WITH_DIGEST, params![draft.to_string(), digest_mac]).await?;
    row.as_ref().map(|r| from_row(r, key)).transpose()
}

/// Whether another file than `id` stands on the same object.
pub async fn is_shared(db: &Db, id: &str, path: &str) -> Result<bool, StoreError> {
    Ok(db.read_one(SHARING, params![path, id]).await?.i64("number")? > 0)
}
