//! Who did or saw what, without personal data.

use crate::{Db, StoreError, Tx, params};

crate::sql! {
    const INSERT = "insert into audit (id, at, actor, action, subject, detail) values ($1, $2, $3, $4, $5, $6)";
    const OF_SUBJECT = "select at, actor, action, detail from audit where subject = $1 order by at, id";
}

pub struct Entry {
    pub at: i64,
    pub actor: String,
    pub action: String,
    pub detail: String,
}

pub async fn record(
    tx: &mut Tx,
    id: &str,
    at: i64,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), StoreError> {
    tx.exec(INSERT, params![id, at, actor, action, subject, detail]).await.map(drop)
}

pub async fn of_subject(db: &Db, subject: &str) -> Result<Vec<Entry>, StoreError> {
    let rows = db.read(OF_SUBJECT, params![subject]).await?;
    rows.iter()
        .map(|r| {
            Ok(Entry {
                at: r.i64("at")?,
                actor: r.text("actor")?,
                action: r.text("action")?,
                detail: r.text("detail")?,
            })
        })
        .collect()
}
