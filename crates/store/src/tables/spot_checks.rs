//! Spot checks of guides (指南抽查): drawn, found, put right.

use crate::{Db, Row, StoreError, Tx, params};

crate::sql! {
    const LIST = "select id, slug, matter_version, seed, picked_at, picked_by, status, finding, due_on, closed_at, closed_by, note
        from spot_checks where status in ('open', 'found') or id in
        (select id from spot_checks where status not in ('open', 'found') order by picked_at desc, id limit 500)
        order by picked_at desc, id";
    const FIND = "select id, slug, matter_version, seed, picked_at, picked_by, status, finding, due_on, closed_at, closed_by, note
        from spot_checks where id = $1";
    const OF_SEED = "select count(*) as number from spot_checks where seed = $1";
    const INSERT = "insert into spot_checks (id, slug, matter_version, seed, picked_at, picked_by, status, finding, note)
        values ($1, $2, $3, $4, $5, $6, 'open', '', '')";
    const FOUND = "update spot_checks set status = 'found', finding = $2, due_on = $3 where id = $1 and status = 'open'";
    const CLOSE = "update spot_checks set status = $2, closed_at = $3, closed_by = $4, note = $5 where id = $1 and status = $6";
}

/// One drawn guide.
pub struct SpotCheck {
    pub id: String,
    pub slug: String,
    pub matter_version: i64,
    /// What the draw was made from: the same seed gives the same guides.
    pub seed: String,
    pub picked_at: i64,
    pub picked_by: String,
    /// `open`, `clear`, `found`, `fixed`.
    pub status: String,
    /// Empty while nothing was found.
    pub finding: String,
    /// `YYYY-MM-DD`
    pub due_on: Option<String>,
    pub closed_at: Option<i64>,
    pub closed_by: Option<String>,
    /// How it was put right.
    pub note: String,
}

fn from_row(row: &Row) -> Result<SpotCheck, StoreError> {
    Ok(SpotCheck {
        id: row.text("id")?,
        slug: row.text("slug")?,
        matter_version: row.i64("matter_version")?,
        seed: row.text("seed")?,
        picked_at: row.i64("picked_at")?,
        picked_by: row.text("picked_by")?,
        status: row.text("status")?,
        finding: row.text("finding")?,
        due_on: row.opt_text("due_on")?,
        closed_at: row.opt_i64("closed_at")?,
        closed_by: row.opt_text("closed_by")?,
        note: row.text("note")?,
    })
}

/// The newest draws first.
pub async fn list(db: &Db) -> Result<Vec<SpotCheck>, StoreError> {
    db.read(LIST, params![]).await?.iter().map(from_row).collect()
}

pub async fn find_in(tx: &mut Tx, id: &str) -> Result<Option<SpotCheck>, StoreError> {
    tx.opt(FIND, params![id]).await?.as_ref().map(from_row).transpose()
}

/// Whether something was drawn with this seed before.
pub async fn is_seed_used(tx: &mut Tx, seed: &str) -> Result<bool, StoreError> {
    Ok(tx.one(OF_SEED, params![seed]).await?.i64("number")? > 0)
}

/// Keeps a guide that was drawn; of `check` only what a draw knows.
pub async fn insert(tx: &mut Tx, check: &SpotCheck) -> Result<(), StoreError> {
    let row = params![&check.id, &check.slug, check.matter_version, &check.seed, check.picked_at, &check.picked_by];
    tx.exec(INSERT, row).await.map(drop)
}

/// Something was found; a version conflict when the guide was looked at already.
pub async fn found(tx: &mut Tx, id: &str, finding: &str, due_on: &str) -> Result<(), StoreError> {
    tx.exec_versioned(FOUND, params![id, finding, due_on]).await
}

/// From `from` (`open`, `found`) to its end (`clear`, `fixed`); a version conflict when it is not there any more.
pub async fn close(
    tx: &mut Tx,
    id: &str,
    from: &str,
    to: &str,
    now: i64,
    by: &str,
    note: &str,
) -> Result<(), StoreError> {
    tx.exec_versioned(CLOSE, params![id, to, now, by, note, from]).await
}
