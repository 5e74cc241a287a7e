//! Content that this person has sent before is put into a slot without being sent again.

use super::{Metadata, Place};
use crate::uploads::{Arrived, FileView, Slot, limits_of, view_of};
use crate::{Failure, Service};
use domain::ids::FileId;
use store::tables::files::FileRow;
use store::tables::{drafts, files};

impl Service {
    /// Looks for content by its SHA-256 digest (hex, in the metadata as `digest`) among the files of
    /// this draft or case and of the person's other open drafts, and fills the slot with it. Digests
    /// are compared keyed for each draft: nothing is learnt about anybody else's files.
    pub async fn reuse_content(
        &self,
        place: &Place,
        material: &str,
        metadata: &str,
    ) -> Result<Option<FileView>, Failure> {
        let slot = self.slot_at(place, material).await?;
        let words = Metadata::parse(metadata)?;
        let digest = words.get("digest").to_ascii_lowercase();
        if digest.len() != 64 || !digest.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Failure::Rejected("upload.metadata"));
        }
        let mac = self.digest_mac(slot.draft, &digest)?;
        match files::with_digest(&self.db, &slot.key, slot.draft, &mac).await? {
            Some(file) if slot.has(&file) => Ok(Some(view_of(file))),
            Some(file) => self.link(&slot, file, &words, digest).await,
            None => self.copy_from_drafts(place, slot, &words, &digest).await,
        }
    }

    /// Another row for the same object; judged by the rules of its own slot.
    async fn link(
        &self,
        slot: &Slot,
        file: FileRow,
        words: &Metadata,
        digest: String,
    ) -> Result<Option<FileView>, Failure> {
        let limits = limits_of(&slot.material);
        if super::unsigned(file.bytes) > limits.max_bytes {
            return Ok(None);
        }
        let arrived = Arrived {
            id: FileId(self.new_id()),
            path: file.path,
            name: words.name(),
            media_type: words.media_type(),
            size: file.bytes,
            digest,
        };
        Ok(Some(view_of(self.judge_and_keep(slot, arrived, limits).await?)))
    }

    /// Other drafts are sealed under keys of their own: the content is copied, not linked.
    async fn copy_from_drafts(
        &self,
        place: &Place,
        slot: Slot,
        words: &Metadata,
        digest: &str,
    ) -> Result<Option<FileView>, Failure> {
        for draft in drafts::list(&self.db, &self.vault, place.owner().key()).await? {
            let mac = self.digest_mac(draft.id, digest)?;
            let Some(file) = files::with_digest(&self.db, &draft.key, draft.id, &mac).await? else { continue };
            if super::unsigned(file.bytes) > limits_of(&slot.material).max_bytes {
                return Ok(None);
            }
            let content = Box::pin(self.files.open(&file.path, &draft.key).await?.stream());
            return self.receive(slot, &words.name(), words.media_type(), content).await.map(Some);
        }
        Ok(None)
    }
}
