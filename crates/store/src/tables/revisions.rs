//! Versions of matters (事项的版本) on their way from a draft to being offered. Nothing here is personal.

use super::parse;
use crate::{Db, Row, StoreError, Tx, params};
use uuid::Uuid;

crate::sql! {
    const FIND = "select id, slug, version, based_on, status, title, sheet, effective, author, proposed_by, reviewed_by,
        reason, review_note, lock, created_at, updated_at from matter_revisions where id = $1";
    const LIST = "select id, slug, version, based_on, status, title, '' as sheet, effective, author, proposed_by,
        reviewed_by, reason, review_note, lock, created_at, updated_at
        from matter_revisions where ($1 = '' or status = $1)
        order by updated_at desc, id desc limit 200";
    const NEWEST = "select cast(coalesce(max(version), 0) as bigint) as version from matter_revisions where slug = $1";
    const OPEN_OF = "select id from matter_revisions where slug = $1 and status in ('draft', 'proposed', 'reviewed')
        order by version limit 1";
    const SET_AUTHOR = "update matter_revisions set author = $2 where id = $1";
    const INSERT = "insert into matter_revisions (id, slug, version, based_on, status, title, sheet, author, reason,
        review_note, lock, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', 1, $10, $10)";
    const SAVE = "update matter_revisions set title = $2, sheet = $3, reason = $4, lock = lock + 1, updated_at = $5
        where id = $1 and lock = $6";
    const MOVE = "update matter_revisions set status = $2, proposed_by = $3, reviewed_by = $4, review_note = $5,
        effective = $6, content = $7, offer = $8, lock = lock + 1, updated_at = $9 where id = $1 and lock = $10";
    const DUE = "select id, slug, version from matter_revisions where status = 'reviewed' and effective <= $1
        order by version, id limit 100";
    const PUBLISH = "update matter_revisions set status = 'published', published_at = $2, lock = lock + 1
        where id = $1 and status = 'reviewed'";
    const SUPERSEDE = "update matter_revisions set status = 'superseded', lock = lock + 1
        where slug = $1 and version < $2 and status = 'published'";
    const OFFERED = "select id, offer from matter_revisions where status = 'published' and id > $1 order by id limit 2000";
    const CONTENT = "select content from matter_revisions where slug = $1 and version = $2
        and status in ('published', 'superseded')";
    const CONTENT_OF = "select content from matter_revisions where id = $1 and content is not null";
    const PUBLISHED = "select version from matter_revisions where slug = $1 and status in ('published', 'superseded')
        order by version";
    const NEWEST_PUBLISHED = "select cast(coalesce(max(version), 0) as bigint) as version from matter_revisions
        where slug = $1 and status in ('reviewed', 'published', 'superseded')";
    const DELETE = "delete from matter_revisions where id = $1 and lock = $2 and status in ('draft', 'proposed')";
    const PUT = "insert into matter_revisions (id, slug, version, based_on, status, title, sheet, content, offer, effective,
        author, reason, review_note, lock, created_at, updated_at, published_at)
        values ($1, $2, $3, 0, 'published', $4, '', $5, $6, $7, $8, '', '', 1, $9, $9, $9)";
    const GENERATION = "select value from sequences where name = 'catalogue'";
    const TURN = "insert into sequences (name, value) values ('catalogue', 1)
        on conflict (name) do update set value = sequences.value + 1 returning value";
}

/// A revision as the editors see it.
#[derive(Debug, Clone)]
pub struct Revision {
    pub id: Uuid,
    pub slug: String,
    pub version: u32,
    /// The version it was begun from; 0 for a new matter.
    pub based_on: u32,
    pub status: String,
    pub title: String,
    /// What was typed, as JSON; empty in lists.
    pub sheet: String,
    /// Day from which it holds, as ISO 8601.
    pub effective: Option<String>,
    pub author: String,
    pub proposed_by: Option<String>,
    pub reviewed_by: Option<String>,
    /// Why it is changed.
    pub reason: String,
    pub review_note: String,
    pub lock: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

/// The columns of a new revision.
pub struct New<'a> {
    pub id: Uuid,
    pub slug: &'a str,
    pub version: u32,
    pub based_on: u32,
    pub title: &'a str,
    pub sheet: &'a str,
    pub author: &'a str,
    pub reason: &'a str,
    pub at: i64,
}

/// A step of the workflow: what is different afterwards.
#[derive(Default)]
pub struct Step<'a> {
    pub status: &'a str,
    pub proposed_by: Option<&'a str>,
    pub reviewed_by: Option<&'a str>,
    pub review_note: &'a str,
    pub effective: Option<String>,
    /// The checked matter, packed.
    pub content: Option<Vec<u8>>,
    /// JSON of what lists and search know.
    pub offer: Option<String>,
}

/// A revision that goes straight to being offered: imported whole, for generated catalogues.
pub struct Ready<'a> {
    pub id: Uuid,
    pub slug: &'a str,
    pub version: u32,
    pub title: &'a str,
    pub content: Vec<u8>,
    pub offer: String,
    pub effective: &'a str,
    pub author: &'a str,
    pub at: i64,
}

fn from_row(row: &Row) -> Result<Revision, StoreError> {
    let text = |column: &str| row.opt_str(column).map(|value| value.map(str::to_owned));
    Ok(Revision {
        id: parse(row, "id")?,
        slug: row.text("slug")?,
        version: row.u32("version")?,
        based_on: row.u32("based_on")?,
        status: row.text("status")?,
        title: row.text("title")?,
        sheet: row.text("sheet")?,
        effective: text("effective")?,
        author: row.text("author")?,
        proposed_by: text("proposed_by")?,
        reviewed_by: text("reviewed_by")?,
        reason: row.text("reason")?,
        review_note: row.text("review_note")?,
        lock: row.i64("lock")?,
        created_at: row.i64("created_at")?,
        updated_at: row.i64("updated_at")?,
    })
}

pub async fn find(db: &Db, id: Uuid) -> Result<Option<Revision>, StoreError> {
    db.read_opt(FIND, params![id.to_string()]).await?.as_ref().map(from_row).transpose()
}

/// By status; an empty text means all.
pub async fn list(db: &Db, status: &str) -> Result<Vec<Revision>, StoreError> {
    db.read(LIST, params![status]).await?.iter().map(from_row).collect()
}

/// The highest version of a matter that was ever begun here; 0 when there is none.
pub async fn newest(tx: &mut Tx, slug: &str) -> Result<u32, StoreError> {
    tx.one(NEWEST, params![slug]).await?.u32("version")
}

/// The version on its way, if there is one.
pub async fn open_of(tx: &mut Tx, slug: &str) -> Result<Option<Uuid>, StoreError> {
    tx.turn(&format!("revision:{slug}")).await?;
    tx.opt(OPEN_OF, params![slug]).await?.map(|r| parse(&r, "id")).transpose()
}

/// Everybody who wrote in it, with commas between.
pub async fn set_author(tx: &mut Tx, id: Uuid, author: &str) -> Result<(), StoreError> {
    tx.exec(SET_AUTHOR, params![id.to_string(), author]).await.map(drop)
}

pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<(), StoreError> {
    let row = params![
        new.id.to_string(),
        new.slug,
        i64::from(new.version),
        i64::from(new.based_on),
        "draft",
        new.title,
        new.sheet,
        new.author,
        new.reason,
        new.at
    ];
    tx.exec(INSERT, row).await.map(drop)
}

/// Saves what was typed over the state that was read.
pub async fn save(
    tx: &mut Tx,
    id: Uuid,
    lock: i64,
    title: &str,
    sheet: &str,
    reason: &str,
    at: i64,
) -> Result<(), StoreError> {
    tx.exec_versioned(SAVE, params![id.to_string(), title, sheet, reason, at, lock]).await
}

/// Takes a step of the workflow over the state that was read.
pub async fn step(tx: &mut Tx, id: Uuid, lock: i64, step: Step<'_>, at: i64) -> Result<(), StoreError> {
    let row = params![
        id.to_string(),
        step.status,
        step.proposed_by.map(str::to_owned),
        step.reviewed_by.map(str::to_owned),
        step.review_note,
        step.effective,
        step.content,
        step.offer,
        at,
        lock
    ];
    tx.exec_versioned(MOVE, row).await
}

/// Deletes one that nobody has reviewed yet.
pub async fn delete(tx: &mut Tx, id: Uuid, lock: i64) -> Result<(), StoreError> {
    tx.exec_versioned(DELETE, params![id.to_string(), lock]).await
}

/// Reviewed ones whose day has come: id, slug and version, the oldest version first.
pub async fn due(tx: &mut Tx, today: &str) -> Result<Vec<(Uuid, String, u32)>, StoreError> {
    let rows = tx.all(DUE, params![today]).await?;
    rows.iter().map(|r| Ok((parse(r, "id")?, r.text("slug")?, r.u32("version")?))).collect()
}

/// Comes into force, in place of the versions before it; false when another server was quicker.
pub async fn publish(tx: &mut Tx, id: Uuid, slug: &str, version: u32, at: i64) -> Result<bool, StoreError> {
    if tx.exec(PUBLISH, params![id.to_string(), at]).await? == 0 {
        return Ok(false);
    }
    tx.exec(SUPERSEDE, params![slug, i64::from(version)]).await?;
    Ok(true)
}

/// The packed matter of a revision.
pub async fn content_of(db: &Db, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let row = db.read_opt(CONTENT_OF, params![id]).await?;
    row.map(|r| r.bytes("content").map(<[u8]>::to_vec)).transpose()
}

/// Versions of a matter that are or were offered from here.
pub async fn published_versions(db: &Db, slug: &str) -> Result<Vec<u32>, StoreError> {
    db.read(PUBLISHED, params![slug]).await?.iter().map(|r| r.u32("version")).collect()
}

/// The newest version that was reviewed; 0 when none was.
pub async fn newest_reviewed(tx: &mut Tx, slug: &str) -> Result<u32, StoreError> {
    tx.one(NEWEST_PUBLISHED, params![slug]).await?.u32("version")
}

/// What lists and search know of the offered ones: JSON with its id, so many behind `after` in the order of ids.
pub async fn offered(db: &Db, after: &str) -> Result<Vec<(String, String)>, StoreError> {
    db.read(OFFERED, params![after]).await?.iter().map(|r| Ok((r.text("id")?, r.text("offer")?))).collect()
}

/// The packed matter of a version that is or was offered.
pub async fn content(db: &Db, slug: &str, version: u32) -> Result<Option<Vec<u8>>, StoreError> {
    let row = db.read_opt(CONTENT, params![slug, i64::from(version)]).await?;
    row.map(|r| r.bytes("content").map(<[u8]>::to_vec)).transpose()
}

/// The same inside a transaction.
pub async fn content_in(tx: &mut Tx, slug: &str, version: u32) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx.opt(CONTENT, params![slug, i64::from(version)]).await?;
    row.map(|r| r.bytes("content").map(<[u8]>::to_vec)).transpose()
}

pub async fn put(tx: &mut Tx, ready: Ready<'_>) -> Result<(), StoreError> {
    let row = params![
        ready.id.to_string(),
        ready.slug,
        i64::from(ready.version),
        ready.title,
        ready.content,
        ready.offer,
        ready.effective,
        ready.author,
        ready.at
    ];
    tx.exec(PUT, row).await.map(drop)
}

/// Counts publications; every server compares it with what it holds.
pub async fn generation(db: &Db) -> Result<i64, StoreError> {
    db.read_opt(GENERATION, params![]).await?.map_or(Ok(0), |r| r.i64("value"))
}

/// Something was published.
pub async fn turn(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one(TURN, params![]).await?.i64("value")
}
