//! Beginning an upload, and putting parts together.

use super::{Kind, Metadata, Place, TransferView, view_of};
use crate::uploads::{Slot, limits_of};
use crate::{Failure, Service};
use domain::ids::TransferId;
use store::tables::transfers::{self, State, Transfer};
use store::{Tx, jobs};

/// The job that finishes what the request did not: after the request itself had its time, in µs.
const LATER: i64 = 30_000_000;

/// What is to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Begin<'a> {
    /// Declared length in bytes.
    pub size: u64,
    /// One of several parts that are put together later.
    pub partial: bool,
    /// `Upload-Metadata`.
    pub metadata: &'a str,
}

impl Service {
    /// Begins an upload into a slot. With a mark in its metadata, one that was begun for the same file
    /// is given again: its bytes are not sent twice, and a lost answer leaves nothing behind.
    pub async fn begin_transfer(
        &self,
        place: &Place,
        material: &str,
        begin: &Begin<'_>,
    ) -> Result<TransferView, Failure> {
        let slot = self.slot_at(place, material).await?;
        let words = Metadata::parse(begin.metadata)?;
        let size = i64::try_from(begin.size).map_err(|_| Failure::Rejected("file.too_big"))?;
        if begin.size > limits_of(&slot.material).max_bytes {
            return Err(Failure::Rejected("file.too_big"));
        }
        let kind = if begin.partial { Kind::Partial } else { Kind::Whole };
        let mark = self.mark_of(&slot, &words, kind, size)?;
        let full = self.is_full(&slot).await?;
        let (owner, now) = (place.owner(), self.now().0);
        let mut tx = self.db.begin().await?;
        let load = transfers::load(&mut tx, owner.key(), now).await?;
        if let Some(mark) = &mark
            && let Some(there) =
                transfers::marked(&mut tx, slot.draft, &slot.material.id, slot.round, mark, now).await?
        {
            let metadata = there.open_metadata(&slot.key)?;
            return Ok(TransferView { resumed: true, ..view_of(&there, metadata) });
        }
        if full {
            return Err(Failure::Rejected("file.too_many"));
        }
        let allowed = self.settings.transfers;
        if load.number >= i64::from(allowed.number) {
            return Err(Failure::Rejected("upload.too_many_open"));
        }
        if load.bytes.saturating_add(size) > i64::try_from(allowed.bytes).unwrap_or(i64::MAX) {
            return Err(Failure::Rejected("upload.too_much_open"));
        }
        let row = self.new_row(&slot, kind, size, begin.metadata, now + allowed.life(owner.key()))?;
        transfers::insert(&mut tx, &row, mark.as_deref()).await?;
        self.finish_later(&mut tx, &row).await?;
        tx.commit().await?;
        let mut view = view_of(&row, begin.metadata.to_owned());
        if row.state == State::Complete && kind == Kind::Whole {
            view.file = self.complete_transfer(row.id).await?;
        }
        Ok(view)
    }

    fn new_row(
        &self,
        slot: &Slot,
        kind: Kind,
        size: i64,
        metadata: &str,
        expires_at: i64,
    ) -> Result<Transfer, Failure> {
        let id = TransferId(self.new_id());
        Ok(Transfer {
            id,
            draft_id: slot.draft,
            material: slot.material.id.clone(),
            round: slot.round,
            kind,
            size,
            received: 0,
            metadata: transfers::seal_metadata(&slot.key, id, metadata)?,
            staff_id: slot.by.as_ref().map(|by| by.staff),
            place: slot.by.as_ref().and_then(|by| by.place.clone()),
            final_id: None,
            // Nothing is to be sent for an empty file.
            state: if size == 0 { State::Complete } else { State::Open },
            file_id: None,
            expires_at,
            created_at: self.now().0,
        })
    }

    /// Keyed for the draft: it says nothing about anybody else's files.
    fn mark_of(&self, slot: &Slot, words: &Metadata, kind: Kind, size: i64) -> Result<Option<String>, Failure> {
        let Some(mark) = words.mark() else { return Ok(None) };
        let text = format!("{}:{size}:{mark}:{}", kind.as_str(), words.name());
        Ok(Some(self.vault.mac(&format!("transfers.mark:{}", slot.draft), &text)?))
    }

    /// Writes the job that finishes an upload whose bytes are all there, in case nobody else does.
    pub(super) async fn finish_later(&self, tx: &mut Tx, row: &Transfer) -> Result<(), Failure> {
        if row.state != State::Complete || row.kind == Kind::Partial {
            return Ok(());
        }
        let (job, id, now) = (self.new_id().to_string(), row.id.to_string(), self.now().0);
        let job =
            jobs::NewJob { id: &job, kind: super::KEEP_TRANSFER, key: Some(&id), payload: &id, run_at: now + LATER };
        jobs::enqueue(tx, &job, now).await?;
        Ok(())
    }

    /// Puts complete parts together, in this order (Concatenation). The same parts again are a retry.
    pub async fn join_transfers(
        &self,
        place: &Place,
        material: &str,
        parts: &[TransferId],
        metadata: &str,
    ) -> Result<TransferView, Failure> {
        let slot = self.slot_at(place, material).await?;
        Metadata::parse(metadata)?;
        let (owner, now) = (place.owner(), self.now().0);
        let mut tx = self.db.begin().await?;
        transfers::load(&mut tx, owner.key(), now).await?;
        let rows = self.parts_of_slot(&mut tx, &slot, parts).await?;
        if let Some(made) = rows.first().and_then(|r| r.final_id) {
            return self.joined_before(&mut tx, made, parts, metadata).await;
        }
        if rows.iter().any(|r| r.state != State::Complete || r.expires_at <= now) {
            return Err(Failure::Rejected("upload.parts"));
        }
        let size: i64 = rows.iter().map(|r| r.size).sum();
        if super::unsigned(size) > limits_of(&slot.material).max_bytes {
            return Err(Failure::Rejected("file.too_big"));
        }
        let expires_at = now + self.settings.transfers.life(owner.key());
        let row = self.new_row(&slot, Kind::Final, size, metadata, expires_at)?;
        let row = Transfer { received: size, state: State::Complete, ..row };
        transfers::insert(&mut tx, &row, None).await?;
        for (n, part) in (0..).zip(parts) {
            transfers::join(&mut tx, *part, row.id, n, expires_at).await?;
        }
        self.finish_later(&mut tx, &row).await?;
        tx.commit().await?;
        let mut view = view_of(&row, metadata.to_owned());
        view.parts = parts.to_vec();
        view.file = self.complete_transfer(row.id).await?;
        Ok(view)
    }

    /// The parts, if all are of this slot and named once.
    async fn parts_of_slot(&self, tx: &mut Tx, slot: &Slot, parts: &[TransferId]) -> Result<Vec<Transfer>, Failure> {
        let mut rows: Vec<Transfer> = Vec::with_capacity(parts.len());
        for id in parts {
            let row = transfers::find_in(tx, *id).await?.filter(|r| {
                r.kind == Kind::Partial
                    && r.draft_id == slot.draft
                    && r.material == slot.material.id
                    && r.round == slot.round
            });
            match row {
                Some(row) if rows.iter().all(|r| r.id != row.id) => rows.push(row),
                _ => return Err(Failure::Rejected("upload.parts")),
            }
        }
        if rows.is_empty() { Err(Failure::Rejected("upload.parts")) } else { Ok(rows) }
    }

    /// The answer got lost: the one that was made is given again.
    async fn joined_before(
        &self,
        tx: &mut Tx,
        made: TransferId,
        parts: &[TransferId],
        metadata: &str,
    ) -> Result<TransferView, Failure> {
        let same = transfers::parts_in(tx, made).await?.iter().map(|p| p.id).eq(parts.iter().copied());
        let row = transfers::find_in(tx, made).await?.filter(|_| same).ok_or(Failure::Rejected("upload.parts"))?;
        let mut view = view_of(&row, metadata.to_owned());
        view.parts = parts.to_vec();
        Ok(view)
    }
}
