//! Uploads that can be resumed (断点续传, tus 1.0): what was acknowledged is never sent again.
//!
//! Bytes lie as sealed segments until all are there; then they are read as one stream into the same
//! way in that every upload takes (`uploads::receive`), so that type, size, pre-check and duplicates
//! are judged by one code. See `docs/adr/0015-resumable-uploads.md`.

mod append;
mod begin;
mod finish;
mod known;
mod metadata;

pub use append::{Checksum, Patch};
pub use begin::Begin;
pub use metadata::Metadata;

use crate::identity::{Applicant, Owner};
use crate::uploads::{Slot, limits_of};
use crate::{Failure, Service};
use domain::ids::{CaseId, DraftId, FileId, TransferId};
use domain::time::Instant;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use store::tables::drafts::Draft;
use store::tables::transfers::{self, State, Transfer};
use store::tables::{drafts, files};
use uuid::Uuid;

pub use store::tables::transfers::Kind;

/// Kind of the job that finishes an upload when the server was killed between its last byte and its file.
pub(crate) const KEEP_TRANSFER: &str = "keep_transfer";
const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// What one person may have under way at once, and for how long it waits for its next byte.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Open uploads.
    pub number: u32,
    /// Their declared lengths together, in bytes.
    pub bytes: u64,
    /// Hours after the last byte, for guests.
    pub guest_hours: u32,
    /// Days after the last byte, for accounts.
    pub account_days: u32,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { number: 200, bytes: 2 << 30, guest_hours: 24, account_days: 7 }
    }
}

impl Allowance {
    /// How long an upload of this owner of drafts waits, in µs.
    fn life(&self, owner: &str) -> i64 {
        if owner.starts_with("guest:") {
            i64::from(self.guest_hours) * HOUR
        } else {
            i64::from(self.account_days) * DAY
        }
    }
}

/// Uploads that are being written to, and drafts for which the licence store is being asked: one request at a
/// time for each. In memory, so that a lock ends with its process; between two servers the offset in the
/// database decides, and a question asked twice fills its slots once.
#[derive(Debug, Clone, Default)]
pub struct Locks(Arc<Mutex<HashSet<Uuid>>>);

/// One upload, or one draft's question, is this request's until it is dropped.
pub(crate) struct Lock {
    locks: Locks,
    id: Uuid,
}

impl Locks {
    /// None while another request has it.
    pub(crate) fn take(&self, id: Uuid) -> Option<Lock> {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        taken.then(|| Lock { locks: self.clone(), id })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.locks.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// Whose slot it is: asked for exactly as the plain upload asks.
#[derive(Debug, Clone)]
pub enum Place {
    /// A slot of a draft.
    Draft(Owner, DraftId),
    /// A slot that the notice reopened.
    Case(Applicant, CaseId),
}

impl Place {
    fn owner(&self) -> Owner {
        match self {
            Self::Draft(owner, _) => owner.clone(),
            Self::Case(applicant, _) => Owner::account(applicant.account),
        }
    }
}

/// An upload as its owner sees it.
#[derive(Debug, Clone)]
pub struct TransferView {
    pub id: TransferId,
    pub kind: Kind,
    /// Declared length in bytes.
    pub size: u64,
    /// Bytes that need not be sent again.
    pub offset: u64,
    /// As the client sent it.
    pub metadata: String,
    pub expires_at: Instant,
    /// The file in the slot, once it is there.
    pub file: Option<FileId>,
    /// What a final one was put together from.
    pub parts: Vec<TransferId>,
    /// It was begun before and goes on.
    pub resumed: bool,
}

/// An upload that broke off, for the page: the person chooses the same file again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interrupted {
    pub material: String,
    pub name: String,
    /// How much of it is there.
    pub percent: u8,
    /// One, or the parts that travel beside each other.
    pub ids: Vec<TransferId>,
}

fn view_of(row: &Transfer, metadata: String) -> TransferView {
    TransferView {
        id: row.id,
        kind: row.kind,
        size: unsigned(row.size),
        offset: unsigned(row.received),
        metadata,
        expires_at: Instant(row.expires_at),
        file: row.file_id,
        parts: Vec::new(),
        resumed: false,
    }
}

/// Lengths are never negative.
fn unsigned(bytes: i64) -> u64 {
    u64::try_from(bytes).unwrap_or(0)
}

/// Folder of a draft's segments.
fn folder(draft: DraftId) -> String {
    format!("transfers/{draft}")
}

impl Service {
    async fn slot_at(&self, place: &Place, material: &str) -> Result<Slot, Failure> {
        match place {
            Place::Draft(owner, draft) => self.draft_slot(owner, *draft, material).await,
            Place::Case(applicant, case) => self.case_slot(applicant, *case, material).await,
        }
    }

    /// The largest file that a slot takes, in bytes.
    pub async fn slot_limit(&self, place: &Place, material: &str) -> Result<u64, Failure> {
        Ok(limits_of(&self.slot_at(place, material).await?.material).max_bytes)
    }

    /// The upload, if it is this owner's and has not run out. Somebody else's is not found.
    async fn own_transfer(&self, owner: &Owner, id: TransferId) -> Result<(Transfer, Draft), Failure> {
        let row = transfers::find(&self.db, id).await?.ok_or(Failure::NotFound)?;
        let draft = drafts::find(&self.db, &self.vault, row.draft_id).await?.ok_or(Failure::NotFound)?;
        if draft.owner != owner.key() {
            return Err(Failure::NotFound);
        }
        let over = match row.state {
            State::Ended => true,
            State::Open | State::Complete => row.expires_at <= self.now().0,
            State::Joined | State::Kept => false,
        };
        if over { Err(Failure::Rejected("upload.expired")) } else { Ok((row, draft)) }
    }

    /// How far an upload is.
    pub async fn transfer(&self, owner: &Owner, id: TransferId) -> Result<TransferView, Failure> {
        let (row, draft) = self.own_transfer(owner, id).await?;
        let mut view = view_of(&row, row.open_metadata(&draft.key)?);
        if row.kind == Kind::Final {
            view.parts = transfers::parts(&self.db, id).await?.iter().map(|p| p.id).collect();
        }
        Ok(view)
    }

    /// What broke off and can be gone on with, by slot and name.
    pub async fn interrupted(&self, place: &Place) -> Result<Vec<Interrupted>, Failure> {
        let (draft, key, first) = match place {
            Place::Draft(owner, id) => (*id, self.own_draft(owner, *id).await?.key, true),
            Place::Case(applicant, id) => {
                let row = self.own_case(applicant, *id).await?;
                (row.draft_id, row.key, false)
            }
        };
        let mut list: Vec<(Interrupted, i64, i64)> = Vec::new();
        for row in transfers::open(&self.db, draft, self.now().0).await? {
            if (row.round == 0) != first || row.kind == Kind::Final {
                continue;
            }
            let name = Metadata::parse(&row.open_metadata(&key)?)?.name();
            let known = list.iter_mut().find(|(i, ..)| i.material == row.material && i.name == name);
            if let Some((there, received, size)) = known {
                there.ids.push(row.id);
                *received += row.received;
                *size += row.size;
            } else {
                let one = Interrupted { material: row.material, name, percent: 0, ids: vec![row.id] };
                list.push((one, row.received, row.size));
            }
        }
        let percent = |received: i64, size: i64| u8::try_from(received * 100 / size.max(1)).unwrap_or(100);
        Ok(list
            .into_iter()
            .map(|(one, received, size)| Interrupted { percent: percent(received, size), ..one })
            .collect())
    }

    /// Takes an upload back (终止): its bytes leave the disk. A file that is kept already stays.
    pub async fn end_transfer(&self, owner: &Owner, id: TransferId) -> Result<(), Failure> {
        let _lock = self.writing.take(id.0).ok_or(Failure::Rejected("upload.locked"))?;
        self.own_transfer(owner, id).await?;
        self.end(id).await
    }

    async fn end(&self, id: TransferId) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        transfers::end(&mut tx, id).await?;
        Ok(tx.commit().await?)
    }

    /// No more files fit into the slot.
    async fn is_full(&self, slot: &Slot) -> Result<bool, Failure> {
        let list = files::list(&self.db, &slot.key, slot.draft).await?;
        Ok(list.iter().filter(|f| slot.has(f)).count() >= slot.material.max_files as usize)
    }
}
