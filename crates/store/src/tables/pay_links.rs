//! Links by which somebody else may pay a bill (请别人代付): found by a digest, sealed for their owner.

use super::parse;
use crate::{DataKey, Db, StoreError, Tx, Vault, params};
use domain::ids::BillId;

/// What the token is digested and sealed for.
const TOKEN: &str = "pay_links.token";

crate::sql! {
    const BY_TOKEN = "select bill_id from pay_links where token_mac = $1";
    const FIND = "select token from pay_links where bill_id = $1";
    const INSERT = "insert into pay_links (bill_id, token_mac, token, created_at) values ($1, $2, $3, $4)
        on conflict (bill_id) do nothing";
    const REMOVE = "delete from pay_links where bill_id = $1";
}

/// Whose bill a token pays.
pub async fn bill_of(db: &Db, vault: &Vault, token: &str) -> Result<Option<BillId>, StoreError> {
    let mac = vault.mac(TOKEN, token)?;
    db.read_opt(BY_TOKEN, params![mac]).await?.map(|row| parse(&row, "bill_id")).transpose()
}

/// The link's token, for the bill's owner.
pub async fn find(db: &Db, key: &DataKey, bill: BillId) -> Result<Option<String>, StoreError> {
    let row = db.read_opt(FIND, params![bill.to_string()]).await?;
    row.map(|row| Ok(key.open_text(TOKEN, row.bytes("token")?)?)).transpose()
}

/// Makes the link; the one that there is stays.
pub async fn insert(
    tx: &mut Tx,
    vault: &Vault,
    key: &DataKey,
    bill: BillId,
    token: &str,
    now: i64,
) -> Result<(), StoreError> {
    let row = params![bill.to_string(), vault.mac(TOKEN, token)?, key.seal(TOKEN, token.as_bytes())?, now];
    tx.exec(INSERT, row).await.map(drop)
}

/// Withdraws it; nothing to withdraw is no error.
pub async fn remove(tx: &mut Tx, bill: BillId) -> Result<(), StoreError> {
    tx.exec(REMOVE, params![bill.to_string()]).await.map(drop)
}
