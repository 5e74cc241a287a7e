//! Taking bytes in: sealed segment by segment, on the disk before they are acknowledged.

use super::{DAY, Kind, TransferView, folder, unsigned, view_of};
use crate::identity::Owner;
use crate::{Failure, Service};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::ids::TransferId;
use futures_util::{Stream, StreamExt};
use std::time::Duration;
use store::tables::transfers::{self, Segment, State, Transfer};
use store::{ChunkSealer, DataKey};

/// Plain bytes of a segment; sealed it stays below 256 KiB, which is what an upload holds in memory.
const SEGMENT: usize = 240 * 1024;
const SEALED: usize = 256 * 1024;
/// A sender that says nothing for so long is gone: what it sent is kept and its lock ends.
const PATIENCE: Duration = Duration::from_secs(30);
/// Most pieces that an upload comes in: nobody who sends a few bytes at a time fills the disk with their frames.
const MOST_PIECES: i64 = 4096;
/// An upload ends so long after its beginning, however often a byte comes, in µs.
const LONGEST: i64 = 30 * DAY;
/// Bytes read and thrown away after a refusal: a client that is still sending would see “connection
/// reset” instead of the reason.
const DRAINED: usize = 2 << 20;

/// Bytes to be appended.
pub struct Patch {
    /// Where the sender believes the upload to be.
    pub offset: u64,
    /// Length of the content, if it was announced.
    pub announced: Option<u64>,
    /// Nothing is acknowledged before the content is proven by it.
    pub checksum: Option<Checksum>,
}

/// `Upload-Checksum`.
pub struct Checksum {
    algorithm: &'static digest::Algorithm,
    expected: Vec<u8>,
}

impl Checksum {
    /// Names of the algorithms, as `Tus-Checksum-Algorithm` lists them.
    pub const ALGORITHMS: &'static str = "sha1,sha256";

    /// Reads the header; `upload.checksum_unknown` for another algorithm or another form.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let unknown = || Failure::Rejected("upload.checksum_unknown");
        let (name, value) = text.trim().split_once(' ').ok_or_else(unknown)?;
        let algorithm = match name {
            // Not against forgers, only against bad lines: clients use it by default.
            "sha1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            "sha256" => &digest::SHA256,
            _ => return Err(unknown()),
        };
        let expected = STANDARD.decode(value.trim()).map_err(|_| unknown())?;
        Ok(Self { algorithm, expected })
    }
}

/// The digest of a content as it comes.
struct Proof {
    seen: digest::Context,
    expected: Vec<u8>,
}

/// How the content ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Whole,
    Broken,
}

/// A segment that is being filled.
struct Filling {
    path: String,
    sealer: ChunkSealer,
    sealed: Vec<u8>,
    plain: usize,
}

/// An upload that is being written to.
struct Writing<'a> {
    service: &'a Service,
    key: &'a DataKey,
    row: Transfer,
    owner: &'a str,
    filling: Option<Filling>,
    /// On the disk, not acknowledged.
    pending: Vec<Segment>,
    /// Each segment is acknowledged when it lies on the disk; with a checksum all of them at the end.
    at_once: bool,
}

impl Service {
    /// Appends content. What came before a line broke is acknowledged; the last byte brings the file
    /// into its slot. It goes on when the sender hangs up, so that nothing that arrived is thrown away.
    pub async fn append_transfer<S, E>(
        &self,
        owner: &Owner,
        id: TransferId,
        patch: Patch,
        content: S,
    ) -> Result<TransferView, Failure>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
        E: std::fmt::Display + Send + 'static,
    {
        let (service, owner) = (self.clone(), owner.clone());
        let working = async move { service.append_now(&owner, id, patch, content).await };
        tokio::spawn(working).await.map_err(Failure::internal)?
    }

    async fn append_now<S, E>(
        &self,
        owner: &Owner,
        id: TransferId,
        patch: Patch,
        content: S,
    ) -> Result<TransferView, Failure>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: std::fmt::Display + Send,
    {
        // It may be read to its end twice: for its bytes, and after a refusal.
        let mut content = content.fuse();
        let outcome = self.append_to(owner, id, patch, &mut content).await;
        if outcome.is_err() {
            drain(&mut content).await;
        }
        outcome
    }

    async fn append_to<S, E>(
        &self,
        owner: &Owner,
        id: TransferId,
        patch: Patch,
        content: &mut S,
    ) -> Result<TransferView, Failure>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: std::fmt::Display + Send,
    {
        let _lock = self.writing.take(id.0).ok_or(Failure::Rejected("upload.locked"))?;
        let (row, draft) = self.own_transfer(owner, id).await?;
        if row.kind == Kind::Final {
            return Err(Failure::Rejected("upload.is_final"));
        }
        if draft.case_id.is_some() && row.round == 0 {
            return Err(Failure::Rejected("draft.submitted"));
        }
        if patch.offset != unsigned(row.received) {
            return Err(Failure::Conflict);
        }
        if patch.announced.is_some_and(|n| n > unsigned(row.size - row.received)) {
            return Err(Failure::Rejected("upload.too_long"));
        }
        if row.state == State::Open && transfers::pieces(&self.db, id).await? >= MOST_PIECES {
            return Err(Failure::Rejected("upload.too_many_pieces"));
        }
        let metadata = row.open_metadata(&draft.key)?;
        let row = if row.state == State::Open {
            let mut writing = Writing {
                service: self,
                key: &draft.key,
                row,
                owner: owner.key(),
                filling: None,
                pending: Vec::new(),
                at_once: patch.checksum.is_none(),
            };
            let taken = writing.take_in(content, patch.checksum).await;
            // Not when the database broke off: then nobody knows whether it has the row.
            if matches!(taken, Err(Failure::Rejected(_) | Failure::Conflict)) {
                writing.discard().await;
            }
            taken?;
            writing.row
        } else {
            row
        };
        let mut view = view_of(&row, metadata);
        if row.kind == Kind::Whole && row.state != State::Open {
            view.file = self.complete_transfer(id).await?;
        }
        Ok(view)
    }
}

impl Writing<'_> {
    async fn take_in<S, E>(&mut self, content: &mut S, checksum: Option<Checksum>) -> Result<(), Failure>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: std::fmt::Display + Send,
    {
        let mut proof = checksum.map(|c| Proof { seen: digest::Context::new(c.algorithm), expected: c.expected });
        let mut left = unsigned(self.row.size - self.row.received);
        let ending = loop {
            let piece = match tokio::time::timeout(PATIENCE, content.next()).await {
                Ok(Some(Ok(piece))) => piece,
                Ok(None) => break Ending::Whole,
                Ok(Some(Err(error))) => {
                    tracing::info!(%error, "an upload broke off; it can be resumed");
                    break Ending::Broken;
                }
                Err(_) => break Ending::Broken,
            };
            left = left.checked_sub(piece.len() as u64).ok_or(Failure::Rejected("upload.too_long"))?;
            if let Some(proof) = &mut proof {
                proof.seen.update(&piece);
            }
            self.push(&piece).await?;
        };
        if ending == Ending::Broken && !self.at_once {
            // Half of it proves nothing.
            return Err(Failure::Rejected("upload.interrupted"));
        }
        self.put().await?;
        if let Some(proof) = proof
            && verify_slices_are_equal(proof.seen.finish().as_ref(), &proof.expected).is_err()
        {
            return Err(Failure::Rejected("upload.checksum"));
        }
        self.acknowledge().await?;
        match ending {
            Ending::Whole => Ok(()),
            Ending::Broken => Err(Failure::Rejected("upload.interrupted")),
        }
    }

    async fn push(&mut self, mut piece: &[u8]) -> Result<(), Failure> {
        while !piece.is_empty() {
            let mut filling = match self.filling.take() {
                Some(filling) => filling,
                None => self.begin()?,
            };
            let (now, later) = piece.split_at(piece.len().min(SEGMENT - filling.plain));
            filling.sealer.update(now, &mut filling.sealed)?;
            filling.plain += now.len();
            piece = later;
            let full = filling.plain == SEGMENT;
            self.filling = Some(filling);
            if full {
                self.put().await?;
            }
        }
        Ok(())
    }

    /// A segment under a name of its own: one that is written twice never overwrites what was acknowledged.
    fn begin(&self) -> Result<Filling, Failure> {
        let path = format!("{}/{}.{}", folder(self.row.draft_id), self.row.id, self.service.new_id());
        let sealer = ChunkSealer::new(self.key, &path)?;
        Ok(Filling { path, sealer, sealed: Vec::with_capacity(SEALED), plain: 0 })
    }

    /// Puts the segment on the disk.
    async fn put(&mut self) -> Result<(), Failure> {
        let Some(Filling { path, sealer, mut sealed, plain }) = self.filling.take() else { return Ok(()) };
        sealer.finish(&mut sealed)?;
        self.service.files.put(&path, sealed).await?;
        let at = self.row.received + self.pending.iter().map(|s| s.bytes).sum::<i64>();
        self.pending.push(Segment { at, bytes: i64::try_from(plain).unwrap_or(i64::MAX), path });
        if self.at_once { self.acknowledge().await } else { Ok(()) }
    }

    /// What is on the disk need not be sent again from here on.
    async fn acknowledge(&mut self) -> Result<(), Failure> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let idle = self.service.now().0 + self.service.settings.transfers.life(self.owner);
        let expires_at = idle.min(self.row.created_at + LONGEST);
        let mut tx = self.service.db.begin().await?;
        let (received, state) = transfers::acknowledge(&mut tx, &self.row, &self.pending, expires_at).await?;
        self.row.received = received;
        self.row.state = state;
        self.row.expires_at = expires_at;
        self.service.finish_later(&mut tx, &self.row).await?;
        tx.commit().await?;
        self.pending.clear();
        Ok(())
    }

    /// Takes away what was never acknowledged.
    async fn discard(&mut self) {
        for segment in self.pending.drain(..) {
            if let Err(error) = self.service.files.delete(&segment.path).await {
                tracing::warn!(%error, "a segment stays until its upload ends");
            }
        }
    }
}

async fn drain<S, E>(content: &mut S)
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
    E: Send,
{
    let mut left = DRAINED;
    while let Ok(Some(Ok(piece))) = tokio::time::timeout(Duration::from_secs(5), content.next()).await {
        left = left.saturating_sub(piece.len());
        if left == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_read_as_the_protocol_writes_them() {
        assert!(Checksum::parse("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=").is_ok());
        for text in ["", "sha1", "md5 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha1 ???"] {
            assert!(Checksum::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_segment_fits_its_buffer() {
        assert!(store::chunks::sealed_len(SEGMENT as u64) <= SEALED as u64);
    }
}
