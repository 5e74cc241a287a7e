//! Hits within fixed windows, for rate limits (e.g. codes sent to one telephone number per hour).
//!
//! The key names the limit and the subject; a subject that is personal (telephone number, network
//! address) goes in as a look-up code of the vault.

use crate::db::{Db, Tx};
use crate::error::StoreError;
use crate::params;

crate::sql! {
    const HIT = "insert into counters (key, window_start, hits) values ($1, $2, 1)
        on conflict (key, window_start) do update
        set hits = case when counters.hits > $3 then counters.hits else counters.hits + 1 end
        returning hits";
    const GIVE_BACK = "update counters set hits = hits - 1 where key = $1 and window_start = $2 and hits > 0";
    const CURRENT = "select hits from counters where key = $1 and window_start = $2";
    const CLEAR = "delete from counters where key = $1";
    const PURGE = "delete from counters where window_start < $1";
}

/// The start of the window that `now` falls into; all in microseconds.
pub fn window_start(now: i64, window_us: i64) -> i64 {
    now - now.rem_euclid(window_us.max(1))
}

/// Counts a hit and gives the count so far, this one included. More than `limit` means refused;
/// counting stops there, so the answer is at most `limit + 1`.
pub async fn hit(tx: &mut Tx, key: &str, window_start: i64, limit: u32) -> Result<u32, StoreError> {
    let row = tx.one(HIT, params![key, window_start, limit]).await?;
    row.u32("hits").map_err(|error| error.in_table("counters"))
}

/// Takes one hit back: what was counted beforehand turned out right.
pub async fn give_back(tx: &mut Tx, key: &str, window_start: i64) -> Result<(), StoreError> {
    tx.exec(GIVE_BACK, params![key, window_start]).await.map(drop)
}

/// The count so far, without counting.
pub async fn current(db: &Db, key: &str, window_start: i64) -> Result<u32, StoreError> {
    match db.read_opt(CURRENT, params![key, window_start]).await? {
        Some(row) => row.u32("hits").map_err(|error| error.in_table("counters")),
        None => Ok(0),
    }
}

/// Forgets a key.
pub async fn clear(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    tx.exec(CLEAR, params![key]).await.map(drop)
}

/// Removes the windows that began before `before`; gives their number.
pub async fn purge(tx: &mut Tx, before: i64) -> Result<u64, StoreError> {
    tx.exec(PURGE, params![before]).await
}

#[cfg(test)]
mod tests {
    use super::window_start;

    #[test]
    fn windows_begin_at_multiples() {
        assert_eq!(window_start(125, 60), 120);
        assert_eq!(window_start(120, 60), 120);
        assert_eq!(window_start(-1, 60), -60);
    }
}
