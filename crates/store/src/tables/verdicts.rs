//! The clerk's verdict per material and round; the notice is composed from these.

use crate::{DataKey, Db, Row, StoreError, Tx, params};
use domain::ids::CaseId;

crate::sql! {
    const LIST = "select material, round, criterion, note, by_staff, at, another_paper from verdicts where case_id = $1 order by round, material";
    const PUT = "insert into verdicts (case_id, material, round, criterion, note, by_staff, at, another_paper)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (case_id, material, round) do update set criterion = excluded.criterion, note = excluded.note,
        by_staff = excluded.by_staff, at = excluded.at, another_paper = excluded.another_paper";
}

pub struct Verdict {
    pub material: String,
    pub round: i64,
    /// Empty = 合格; otherwise the criterion that is not met.
    pub criterion: String,
    pub note: String,
    pub by_staff: String,
    pub at: i64,
    /// The one that is held already does not serve; the note says why.
    pub another_paper: bool,
}

fn from_row(row: &Row, key: &DataKey) -> Result<Verdict, StoreError> {
    Ok(Verdict {
        material: row.text("material")?,
        round: row.i64("round")?,
        criterion: row.text("criterion")?,
        note: key.open_text("verdicts.note", row.bytes("note")?)?,
        by_staff: row.text("by_staff")?,
        at: row.i64("at")?,
        another_paper: row.bool("another_paper")?,
    })
}

pub async fn list(db: &Db, key: &DataKey, case: CaseId) -> Result<Vec<Verdict>, StoreError> {
    db.read(LIST, params![case.to_string()]).await?.iter().map(|r| from_row(r, key)).collect()
}

/// The same inside a transaction.
pub async fn list_in(tx: &mut Tx, key: &DataKey, case: CaseId) -> Result<Vec<Verdict>, StoreError> {
    tx.all(LIST, params![case.to_string()]).await?.iter().map(|r| from_row(r, key)).collect()
}

pub async fn put(tx: &mut Tx, key: &DataKey, case: CaseId, verdict: &Verdict) -> Result<(), StoreError> {
    let note = key.seal("verdicts.note", verdict.note.as_bytes())?;
    let row = params![
        case.to_string(),
        &verdict.material,
        verdict.round,
        &verdict.criterion,
        note,
        &verdict.by_staff,
        verdict.at,
        verdict.another_paper
    ];
    tx.exec(PUT, row).await.map(drop)
}
