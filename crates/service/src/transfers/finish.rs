//! The end of an upload: its bytes become the file in the slot, or leave the disk.

use super::{DAY, Kind, Metadata, folder};
use crate::counter::FiledBy;
use crate::files::Stored;
use crate::sorting::slot_material;
use crate::uploads::Slot;
use crate::{Failure, Service};
use bytes::Bytes;
use domain::ids::{FileId, TransferId};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use std::io;
use std::sync::Arc;
use store::DataKey;
use store::tables::drafts::Draft;
use store::tables::transfers::{self, Segment, State, Transfer};
use store::tables::{cases, drafts};

impl Service {
    /// Brings a complete upload into its slot and gives the file; none when there is nothing (more)
    /// to do. Doing it twice gives the same file: the row changes in the transaction that keeps it.
    pub(crate) async fn complete_transfer(&self, id: TransferId) -> Result<Option<FileId>, Failure> {
        let Some(row) = transfers::find(&self.db, id).await? else { return Ok(None) };
        if row.state != State::Complete || row.kind == Kind::Partial {
            return Ok(row.file_id);
        }
        match self.bring_in(&row).await {
            Ok(file) => Ok(Some(file)),
            Err(Failure::Conflict) => {
                // Somebody else was at it at the same time.
                let after = transfers::find(&self.db, id).await?;
                after.and_then(|r| r.file_id).map(Some).ok_or(Failure::Conflict)
            }
            Err(failure) => {
                // The slot is closed or full: trying again would change nothing.
                if matches!(failure, Failure::Rejected(_) | Failure::Refused(_) | Failure::NotFound) {
                    self.end(id).await?;
                }
                Err(failure)
            }
        }
    }

    async fn bring_in(&self, row: &Transfer) -> Result<FileId, Failure> {
        let draft = drafts::find(&self.db, &self.vault, row.draft_id).await?.ok_or(Failure::NotFound)?;
        // One key for reading, one for writing.
        let again = drafts::find(&self.db, &self.vault, row.draft_id).await?.ok_or(Failure::NotFound)?;
        let words = Metadata::parse(&row.open_metadata(&draft.key)?)?;
        let content = self.content_of(row, again.key).await?;
        let slot = self.slot_of(row, draft).await?;
        let received = self.receive(slot, &words.name(), words.media_type(), content).await;
        match received {
            // The limit was lowered while it was on its way.
            Ok(view) if view.bytes == 0 && row.size > 0 => Err(Failure::Rejected("file.too_big")),
            Ok(view) => Ok(view.id),
            // Here a broken stream is a segment that cannot be read, not a line that broke.
            Err(Failure::Rejected("upload.broken")) => Err(Failure::Internal("a segment cannot be read".into())),
            Err(failure) => Err(failure),
        }
    }

    async fn slot_of(&self, row: &Transfer, draft: Draft) -> Result<Slot, Failure> {
        let matter = if row.round == 0 {
            self.matter_of(&draft.slug).await?
        } else {
            let case = draft.case_id.ok_or(Failure::NotFound)?;
            let case = cases::find(&self.db, &self.vault, case).await?.ok_or(Failure::NotFound)?;
            self.matter_at(&case.case.matter).await?
        };
        let material = match row.round {
            0 => slot_material(&matter, &row.material),
            _ => matter.material(&row.material).cloned(),
        };
        let material = material.ok_or(Failure::NotFound)?;
        let by = row.staff_id.map(|staff| FiledBy { staff, place: row.place.clone() });
        Ok(Slot { draft: row.draft_id, key: draft.key, round: row.round, material, transfer: Some(row.id), by })
    }

    /// All segments in order as one stream, each opened when its turn comes; memory stays at one segment.
    async fn content_of(&self, row: &Transfer, key: DataKey) -> Result<BoxStream<'static, io::Result<Bytes>>, Failure> {
        let (service, key) = (self.clone(), Arc::new(key));
        let opened = stream::iter(self.segments_of(row).await?).then(move |segment| {
            let (service, key) = (service.clone(), key.clone());
            async move { service.open_segment(&segment, &key).await.map(Stored::stream) }
        });
        Ok(opened.try_flatten().boxed())
    }

    async fn open_segment(&self, segment: &Segment, key: &DataKey) -> io::Result<Stored> {
        let broken = |what: &str| io::Error::other(format!("segment {}: {what}", segment.path));
        let stored = self.files.open(&segment.path, key).await.map_err(|e| broken(&e.to_string()))?;
        if i64::try_from(stored.size()) != Ok(segment.bytes) {
            return Err(broken("another length"));
        }
        Ok(stored)
    }

    async fn segments_of(&self, row: &Transfer) -> Result<Vec<Segment>, Failure> {
        if row.kind != Kind::Final {
            return Ok(transfers::segments(&self.db, row.id).await?);
        }
        let mut all = Vec::new();
        for part in transfers::parts(&self.db, row.id).await? {
            all.extend(transfers::segments(&self.db, part.id).await?);
        }
        Ok(all)
    }

    /// The job: finishes what was complete when the server was killed.
    pub(crate) async fn keep_transfer(&self, id: &str) -> Result<(), Failure> {
        let id: TransferId = id.parse().map_err(Failure::internal)?;
        match self.complete_transfer(id).await {
            // What the slot does not take is told to its owner when they ask, not to the operator.
            Ok(_) | Err(Failure::Rejected(_) | Failure::Refused(_) | Failure::NotFound) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// Segments of uploads that ended or ran out leave the disk, also those that nothing refers to
    /// because the server was killed before it had acknowledged them.
    pub(crate) async fn sweep_transfers(&self) -> Result<(), Failure> {
        let now = self.now().0;
        for (id, draft) in transfers::due(&self.db, now).await? {
            // First the row: nobody appends to it any more.
            self.end(id).await?;
            self.files.delete_beginning(&folder(draft), &format!("{id}.")).await?;
            let mut tx = self.db.begin().await?;
            transfers::swept(&mut tx, id).await?;
            tx.commit().await?;
        }
        let mut tx = self.db.begin().await?;
        // For a day more it is said that the upload is gone, afterwards nothing is known of it.
        transfers::forget(&mut tx, now - DAY).await?;
        Ok(tx.commit().await?)
    }
}
