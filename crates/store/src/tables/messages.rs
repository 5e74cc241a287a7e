//! What an applicant was told inside the portal.

use super::parse;
use crate::{Db, StoreError, Tx, Vault, params};
use domain::ids::{AccountId, CaseId};

crate::sql! {
    const LIST = "select id, case_id, body, created_at, read_at from messages where account_id = $1 order by created_at desc limit 100";
    const INSERT = "insert into messages (id, account_id, case_id, body, created_at) values ($1, $2, $3, $4, $5)
        on conflict (id) do nothing";
}

pub struct Message {
    pub id: String,
    pub case_id: Option<CaseId>,
    pub body: String,
    pub created_at: i64,
    pub read_at: Option<i64>,
}

pub async fn list(db: &Db, vault: &Vault, account: AccountId) -> Result<Vec<Message>, StoreError> {
    let rows = db.read(LIST, params![account.to_string()]).await?;
    rows.iter()
        .map(|row| {
            let id = row.text("id")?;
            Ok(Message {
                body: vault.open_text(&format!("messages.body:{id}"), row.bytes("body")?)?,
                case_id: row.opt_str("case_id")?.map(|_| parse(row, "case_id")).transpose()?,
                created_at: row.i64("created_at")?,
                read_at: row.opt_i64("read_at")?,
                id,
            })
        })
        .collect()
}

pub async fn insert(
    tx: &mut Tx,
    vault: &Vault,
    id: &str,
    account: AccountId,
    case: Option<CaseId>,
    body: &str,
    now: i64,
) -> Result<(), StoreError> {
    let sealed = vault.seal(&format!("messages.body:{id}"), body.as_bytes())?;
    tx.exec(INSERT, params![id, account.to_string(), case.map(|c| c.to_string()), sealed, now]).await.map(drop)
}
