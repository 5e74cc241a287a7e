//! What is true of this installation as a whole.

use crate::{StoreError, Tx, params};

crate::sql! {
    const NOTE = "insert into installation (name, value) values ($1, $2) on conflict (name) do nothing";
    const FIND = "select value from installation where name = $1";
}

/// Notes a value unless there is one, and gives the one that stands.
pub async fn note(tx: &mut Tx, name: &str, value: &str) -> Result<String, StoreError> {
    tx.exec(NOTE, params![name, value]).await?;
    tx.one(FIND, params![name]).await?.text("value")
}
