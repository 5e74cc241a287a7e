//! Reconciliation (对账): days that were fetched, differences with their repair, settlements.

use crate::{Db, Row, StoreError, Tx, params};
use domain::money::Fen;
use domain::reconcile::{Difference, DifferenceKind, Movement};

crate::sql! {
    const KEEP_DAY = "insert into recon_days (provider, day, lines, paid_fen, refunded_fen, fee_fen, fetched_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (provider, day) do update set lines = excluded.lines, paid_fen = excluded.paid_fen,
        refunded_fen = excluded.refunded_fen, fee_fen = excluded.fee_fen, fetched_at = excluded.fetched_at";
    const DAYS = "select provider, day, lines, paid_fen, refunded_fen, fee_fen, fetched_at from recon_days
        order by day desc, provider limit 100";
    const DAY = "select provider, day, lines, paid_fen, refunded_fen, fee_fen, fetched_at from recon_days
        where provider = $1 and day = $2";
    const FOUND = "insert into recon_differences
        (id, provider, day, kind, movement, number, here_fen, there_fen, state, reason)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', '')
        on conflict (provider, day, movement, number) do update set kind = excluded.kind,
        here_fen = excluded.here_fen, there_fen = excluded.there_fen where recon_differences.state = 'open'";
    const LIST = "select id, provider, day, kind, movement, number, here_fen, there_fen, state, reason, asked_by, asked_at,
        agreed_by, settled_at from recon_differences
        where state <> 'settled' or id in
        (select id from recon_differences where state = 'settled' order by settled_at desc, id limit 100)
        order by case when state = 'settled' then 1 else 0 end, day, id";
    const FIND = "select id, provider, day, kind, movement, number, here_fen, there_fen, state, reason, asked_by, asked_at,
        agreed_by, settled_at from recon_differences where id = $1";
    const ASK = "update recon_differences set state = 'asked', reason = $2, asked_by = $3, asked_at = $4
        where id = $1 and state = 'open'";
    const AGREE = "update recon_differences set state = 'settled', agreed_by = $2, settled_at = $3
        where id = $1 and state = 'asked' and asked_by <> $2";
    const TAKE_BACK = "update recon_differences set state = 'open', reason = '', asked_by = null, asked_at = null
        where id = $1 and state = 'asked'";
    const VANISHED = "update recon_differences set state = 'settled', reason = 'vanished', settled_at = $2
        where id = $1 and state in ('open', 'asked')";
    const VANISHED_ELSEWHERE = "update recon_differences set state = 'settled', reason = 'other_day', settled_at = $4
        where provider = $1 and movement = $2 and number = $3 and kind = 'only_here'
        and state in ('open', 'asked') and day <> $5";
    const ELSEWHERE = "select id from recon_differences where provider = $1 and day <> $2 and movement = $3 and number = $4
        and kind in ('state', 'amount') limit 1";
    const OPEN_OF_DAY = "select id, provider, day, kind, movement, number, here_fen, there_fen, state, reason, asked_by,
        asked_at, agreed_by, settled_at from recon_differences where provider = $1 and day = $2
        and state in ('open', 'asked')";
    const SETTLE = "insert into settlements (id, provider, day, amount_fen, voucher, state, asked_by, asked_at)
        values ($1, $2, $3, $4, $5, 'asked', $6, $7)";
    const SETTLEMENTS = "select id, provider, day, amount_fen, voucher, state, asked_by, asked_at, agreed_by, agreed_at
        from settlements order by asked_at desc, id limit 100";
    const SETTLEMENT = "select id, provider, day, amount_fen, voucher, state, asked_by, asked_at, agreed_by, agreed_at
        from settlements where id = $1";
    const AGREE_SETTLEMENT = "update settlements set state = 'booked', agreed_by = $2, agreed_at = $3
        where id = $1 and state = 'asked' and asked_by <> $2";
    const REFUSE_SETTLEMENT = "update settlements set state = 'refused', agreed_by = $2, agreed_at = $3
        where id = $1 and state = 'asked'";
}

/// A channel's bill of a day, in sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReconDay {
    pub provider: String,
    /// `YYYY-MM-DD`, in China.
    pub day: String,
    pub lines: i64,
    pub paid_fen: i64,
    pub refunded_fen: i64,
    pub fee_fen: i64,
    pub fetched_at: i64,
}

/// A difference that was found, and how far its repair has gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDifference {
    pub id: String,
    pub provider: String,
    pub day: String,
    pub what: Difference,
    /// `open`, `asked`, `settled`.
    pub state: String,
    pub reason: String,
    pub asked_by: Option<String>,
    pub asked_at: Option<i64>,
    pub agreed_by: Option<String>,
    pub settled_at: Option<i64>,
}

/// What a channel paid into the treasury account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    pub id: String,
    pub provider: String,
    pub day: String,
    pub amount_fen: i64,
    /// 入库凭证号
    pub voucher: String,
    /// `asked`, `booked` or `refused`.
    pub state: String,
    pub asked_by: String,
    pub asked_at: i64,
    pub agreed_by: Option<String>,
    pub agreed_at: Option<i64>,
}

fn day(row: &Row) -> Result<ReconDay, StoreError> {
    Ok(ReconDay {
        provider: row.text("provider")?,
        day: row.text("day")?,
        lines: row.i64("lines")?,
        paid_fen: row.i64("paid_fen")?,
        refunded_fen: row.i64("refunded_fen")?,
        fee_fen: row.i64("fee_fen")?,
        fetched_at: row.i64("fetched_at")?,
    })
}

fn difference(row: &Row) -> Result<FoundDifference, StoreError> {
    let kind = DifferenceKind::parse(row.str("kind")?);
    let movement = Movement::parse(row.str("movement")?);
    Ok(FoundDifference {
        id: row.text("id")?,
        provider: row.text("provider")?,
        day: row.text("day")?,
        what: Difference {
            kind: kind.ok_or_else(|| StoreError::inconsistent("kind", "not of its type"))?,
            movement: movement.ok_or_else(|| StoreError::inconsistent("movement", "not of its type"))?,
            number: row.text("number")?,
            here: Fen(row.i64("here_fen")?),
            there: Fen(row.i64("there_fen")?),
        },
        state: row.text("state")?,
        reason: row.text("reason")?,
        asked_by: row.opt_text("asked_by")?,
        asked_at: row.opt_i64("asked_at")?,
        agreed_by: row.opt_text("agreed_by")?,
        settled_at: row.opt_i64("settled_at")?,
    })
}

fn settlement(row: &Row) -> Result<Settlement, StoreError> {
    Ok(Settlement {
        id: row.text("id")?,
        provider: row.text("provider")?,
        day: row.text("day")?,
        amount_fen: row.i64("amount_fen")?,
        voucher: row.text("voucher")?,
        state: row.text("state")?,
        asked_by: row.text("asked_by")?,
        asked_at: row.i64("asked_at")?,
        agreed_by: row.opt_text("agreed_by")?,
        agreed_at: row.opt_i64("agreed_at")?,
    })
}

/// Keeps a day; fetched again, it is replaced.
pub async fn keep_day(tx: &mut Tx, d: &ReconDay) -> Result<(), StoreError> {
    let row = params![&d.provider, &d.day, d.lines, d.paid_fen, d.refunded_fen, d.fee_fen, d.fetched_at];
    tx.exec(KEEP_DAY, row).await.map(drop)
}

/// The newest days.
pub async fn days(db: &Db) -> Result<Vec<ReconDay>, StoreError> {
    db.read(DAYS, params![]).await?.iter().map(day).collect()
}

/// Whether this day of an account was fetched.
pub async fn is_fetched(tx: &mut Tx, provider: &str, day: &str) -> Result<bool, StoreError> {
    Ok(tx.opt(DAY, params![provider, day]).await?.is_some())
}

/// 日切: whether what this day's bill lacks stood on the bill of another day, before it was known here that it moved.
pub async fn is_elsewhere(tx: &mut Tx, provider: &str, day: &str, what: &Difference) -> Result<bool, StoreError> {
    let found = tx.opt(ELSEWHERE, params![provider, day, what.movement.code(), &what.number]).await?;
    Ok(found.is_some())
}

/// Keeps a difference; one of the same number on the same day is brought up to date as long as nobody is at it.
pub async fn found(tx: &mut Tx, id: &str, provider: &str, day: &str, what: &Difference) -> Result<(), StoreError> {
    let row =
        params![id, provider, day, what.kind.code(), what.movement.code(), &what.number, what.here.0, what.there.0];
    tx.exec(FOUND, row).await.map(drop)
}

/// What is open first, then what was settled last.
pub async fn differences(db: &Db) -> Result<Vec<FoundDifference>, StoreError> {
    db.read(LIST, params![]).await?.iter().map(difference).collect()
}

/// What is not settled yet of a day that is fetched again.
pub async fn open_of_day(tx: &mut Tx, provider: &str, day: &str) -> Result<Vec<FoundDifference>, StoreError> {
    tx.all(OPEN_OF_DAY, params![provider, day]).await?.iter().map(difference).collect()
}

pub async fn find_in(tx: &mut Tx, id: &str) -> Result<Option<FoundDifference>, StoreError> {
    tx.opt(FIND, params![id]).await?.as_ref().map(difference).transpose()
}

/// Somebody proposes its repair; a version conflict when it is proposed or settled already.
pub async fn ask(tx: &mut Tx, id: &str, reason: &str, by: &str, now: i64) -> Result<(), StoreError> {
    tx.exec_versioned(ASK, params![id, reason, by, now]).await
}

/// Somebody else agrees; a version conflict for whoever proposed it.
pub async fn agree(tx: &mut Tx, id: &str, by: &str, now: i64) -> Result<(), StoreError> {
    tx.exec_versioned(AGREE, params![id, by, now]).await
}

/// The proposal is taken back or not agreed to.
pub async fn take_back(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    tx.exec_versioned(TAKE_BACK, params![id]).await
}

/// Fetched again, the two sides agree: a repair that somebody has proposed meanwhile has nothing left to repair.
pub async fn vanished(tx: &mut Tx, id: &str, now: i64) -> Result<(), StoreError> {
    tx.exec(VANISHED, params![id, now]).await.map(drop)
}

/// 日切: what was missed on one day stands on the channel's bill of another, `day`.
pub async fn found_on_another_day(
    tx: &mut Tx,
    provider: &str,
    movement: Movement,
    number: &str,
    day: &str,
    now: i64,
) -> Result<(), StoreError> {
    tx.exec(VANISHED_ELSEWHERE, params![provider, movement.code(), number, now, day]).await.map(drop)
}

pub async fn insert_settlement(tx: &mut Tx, s: &Settlement) -> Result<(), StoreError> {
    let row = params![&s.id, &s.provider, &s.day, s.amount_fen, &s.voucher, &s.asked_by, s.asked_at];
    tx.exec(SETTLE, row).await.map(drop)
}

/// The newest first.
pub async fn settlements(db: &Db) -> Result<Vec<Settlement>, StoreError> {
    db.read(SETTLEMENTS, params![]).await?.iter().map(settlement).collect()
}

pub async fn settlement_in(tx: &mut Tx, id: &str) -> Result<Option<Settlement>, StoreError> {
    tx.opt(SETTLEMENT, params![id]).await?.as_ref().map(settlement).transpose()
}

/// Somebody else confirms it; a version conflict for whoever recorded it.
pub async fn agree_settlement(tx: &mut Tx, id: &str, by: &str, now: i64) -> Result<(), StoreError> {
    tx.exec_versioned(AGREE_SETTLEMENT, params![id, by, now]).await
}

/// It was recorded wrongly: its voucher may be recorded anew. A version conflict when it is answered already.
pub async fn refuse_settlement(tx: &mut Tx, id: &str, by: &str, now: i64) -> Result<(), StoreError> {
    tx.exec_versioned(REFUSE_SETTLEMENT, params![id, by, now]).await
}
