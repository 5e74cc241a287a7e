//! The book (总账): entries with their lines, append-only and hash-chained.

use super::{json, parse};
use crate::chain::{self, ChainEvent};
use crate::{Db, Row, StoreError, Tx, params};
use domain::ids::BillId;
use domain::ledger::{Account, Book, EntryKind, Posting};
use domain::money::Fen;

/// What stands in place of a case in the chain.
pub const CHAIN: &str = "ledger";
/// The content of an entry is no personal data: its digest needs no secret salt.
const SALT: &[u8] = b"onevisit/ledger/v1";

crate::sql! {
    const LAST = "select seq, hash from ledger_entries order by seq desc limit 1";
    const KNOWN = "select seq from ledger_entries where kind = $1 and reference = $2";
    const BEGAN = "select at from ledger_entries order by seq limit 1";
    const BOOKED = "select seq from ledger_entries where bill_id = $1 limit 1";
    const INSERT = "insert into ledger_entries (seq, kind, reference, bill_id, at, booked_at, actor, note, prev_hash, hash)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    const INSERT_LINE = "insert into ledger_lines (seq, line, account, fen) values ($1, $2, $3, $4)";
    const PAGE = "select seq, kind, reference, bill_id, at, booked_at, actor, note, prev_hash, hash from ledger_entries
        where seq > $1 order by seq limit $2";
    const BETWEEN = "select seq, kind, reference, bill_id, at, booked_at, actor, note, prev_hash, hash from ledger_entries
        where at >= $1 and at < $2 order by seq";
    const LINES = "select seq, line, account, fen from ledger_lines where seq >= $1 and seq <= $2 order by seq, line";
    const BALANCES = "select account, cast(sum(fen) as bigint) as fen from ledger_lines group by account";
    const OF_BILL = "select l.account, cast(sum(l.fen) as bigint) as fen from ledger_lines l
        join ledger_entries e on e.seq = l.seq where e.bill_id = $1 group by l.account";
}

/// What is to be booked.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    pub posting: &'a Posting,
    /// What it is about: with the kind it is booked once.
    pub reference: &'a str,
    pub bill: Option<BillId>,
    /// When the money moved, µs since the epoch.
    pub at: i64,
    /// Who caused it: role and id, no personal data.
    pub actor: &'a str,
    /// Why, for bookings by hand; no personal data.
    pub note: &'a str,
}

/// A booking as read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub seq: i64,
    pub kind: EntryKind,
    pub reference: String,
    pub bill: Option<BillId>,
    pub at: i64,
    pub booked_at: i64,
    pub actor: String,
    pub note: String,
    pub lines: Vec<(Account, Fen)>,
    prev_hash: String,
    hash: String,
}

impl Entry {
    /// The entry as a link of the chain; its digest is made anew from what is stored.
    pub fn link(&self) -> Result<ChainEvent, StoreError> {
        Ok(ChainEvent {
            case_id: CHAIN.into(),
            seq: self.seq,
            actor: self.actor.clone(),
            at: self.booked_at,
            kind: self.kind.code().into(),
            payload_digest: digest(&self.reference, self.bill, self.at, &self.note, &self.lines)?,
            prev_hash: self.prev_hash.clone(),
            hash: self.hash.clone(),
        })
    }
}

fn digest(
    reference: &str,
    bill: Option<BillId>,
    at: i64,
    note: &str,
    lines: &[(Account, Fen)],
) -> Result<String, StoreError> {
    let lines: Vec<(String, i64)> = lines.iter().map(|(account, fen)| (account.to_string(), fen.0)).collect();
    let content = json(&(reference, bill.map(|id| id.to_string()), at, note, lines))?;
    Ok(chain::salted_digest(SALT, content.as_bytes()))
}

/// Appends an entry with its lines; false when this was booked already. Entries of all transactions follow
/// one another: whoever books holds the book until the end of the transaction.
pub async fn append(tx: &mut Tx, entry: &NewEntry<'_>, now: i64) -> Result<bool, StoreError> {
    tx.turn(CHAIN).await?;
    let kind = entry.posting.kind().code();
    if tx.opt(KNOWN, params![kind, entry.reference]).await?.is_some() {
        return Ok(false);
    }
    let (seq, prev) = match tx.opt(LAST, params![]).await? {
        Some(row) => (row.i64("seq")? + 1, row.text("hash")?),
        None => (1, chain::GENESIS.to_owned()),
    };
    let digest = digest(entry.reference, entry.bill, entry.at, entry.note, entry.posting.lines())?;
    let hash = chain::link(&prev, CHAIN, seq, entry.actor, now, kind, &digest);
    let bill = entry.bill.map(|id| id.to_string());
    let row = params![seq, kind, entry.reference, bill, entry.at, now, entry.actor, entry.note, prev, hash];
    tx.exec(INSERT, row).await?;
    for (line, (account, fen)) in (1_i64..).zip(entry.posting.lines()) {
        tx.exec(INSERT_LINE, params![seq, line, account.to_string(), fen.0]).await?;
    }
    Ok(true)
}

fn account(row: &Row) -> Result<(Account, Fen), StoreError> {
    Ok((parse(row, "account")?, Fen(row.i64("fen")?)))
}

fn entry(row: &Row) -> Result<Entry, StoreError> {
    let kind = EntryKind::parse(row.str("kind")?);
    let bill = row.opt_text("bill_id")?.map(|id| id.parse::<BillId>()).transpose();
    Ok(Entry {
        seq: row.i64("seq")?,
        kind: kind.ok_or_else(|| StoreError::inconsistent("kind", "not of its type"))?,
        reference: row.text("reference")?,
        bill: bill.map_err(|_| StoreError::inconsistent("bill_id", "not of its type"))?,
        at: row.i64("at")?,
        booked_at: row.i64("booked_at")?,
        actor: row.text("actor")?,
        note: row.text("note")?,
        lines: Vec::new(),
        prev_hash: row.text("prev_hash")?,
        hash: row.text("hash")?,
    })
}

/// Entries with their lines, from what `rows` name.
async fn with_lines(db: &Db, rows: &[Row]) -> Result<Vec<Entry>, StoreError> {
    let mut entries: Vec<Entry> = rows.iter().map(entry).collect::<Result<_, _>>()?;
    let (Some(first), Some(last)) = (entries.first().map(|e| e.seq), entries.last().map(|e| e.seq)) else {
        return Ok(entries);
    };
    for row in db.read(LINES, params![first, last]).await? {
        let seq = row.i64("seq")?;
        if let Ok(at) = entries.binary_search_by_key(&seq, |e| e.seq) {
            entries[at].lines.push(account(&row)?);
        }
    }
    Ok(entries)
}

/// So many entries after this one, in order.
pub async fn page(db: &Db, after: i64, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let rows = db.read(PAGE, params![after, limit]).await?;
    with_lines(db, &rows).await
}

/// Entries whose money moved from `from` on and before `to`, in the order of booking.
pub async fn between(db: &Db, from: i64, to: i64) -> Result<Vec<Entry>, StoreError> {
    let rows = db.read(BETWEEN, params![from, to]).await?;
    with_lines(db, &rows).await
}

fn book(rows: &[Row]) -> Result<Book, StoreError> {
    let mut book = Book::default();
    for row in rows {
        let (account, fen) = account(row)?;
        book.add(account, fen);
    }
    Ok(book)
}

/// All balances.
pub async fn balances(db: &Db) -> Result<Book, StoreError> {
    book(&db.read(BALANCES, params![]).await?)
}

/// When what was booked first had happened.
pub async fn began(db: &Db) -> Result<Option<i64>, StoreError> {
    db.read_opt(BEGAN, params![]).await?.map(|row| row.i64("at")).transpose()
}

/// Whether anything of this bill is in the book.
pub async fn is_booked(tx: &mut Tx, bill: BillId) -> Result<bool, StoreError> {
    Ok(tx.opt(BOOKED, params![bill.to_string()]).await?.is_some())
}

/// The balances that come from one bill.
pub async fn of_bill(db: &Db, bill: BillId) -> Result<Book, StoreError> {
    book(&db.read(OF_BILL, params![bill.to_string()]).await?)
}
