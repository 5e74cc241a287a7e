//! File store: objects through `object_store`; on a local disk every object and its folder are
//! flushed before it is acknowledged, so that an acknowledged byte survives a power cut.

use crate::Failure;
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, stream};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload};
use std::path::PathBuf;
use std::sync::Arc;
use store::chunks::SEGMENT;
use store::{ChunkReader, ChunkSealer, DataKey};

/// Size of the parts written: memory stays flat whatever the file's size.
const PART: usize = 1 << 20;

#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    local: Option<Arc<LocalFileSystem>>,
}

/// A file being written: sealed as it comes.
pub struct Writing {
    upload: Box<dyn MultipartUpload>,
    sealer: ChunkSealer,
    buffer: Vec<u8>,
    path: Path,
    files: Files,
}

impl Files {
    /// Keeps files in a local folder.
    pub fn local(folder: PathBuf) -> Result<Self, Failure> {
        std::fs::create_dir_all(&folder).map_err(Failure::internal)?;
        let local = Arc::new(LocalFileSystem::new_with_prefix(folder).map_err(Failure::internal)?);
        Ok(Self { store: local.clone(), local: Some(local) })
    }

    /// Begins a sealed object.
    pub async fn write(&self, path: &str, key: &DataKey) -> Result<Writing, Failure> {
        let location = Path::from(path);
        let upload = self.store.put_multipart(&location).await.map_err(Failure::writing)?;
        let sealer = ChunkSealer::new(key, path)?;
        Ok(Writing {
            upload,
            sealer,
            buffer: Vec::with_capacity(PART + (PART >> 3)),
            path: location,
            files: self.clone(),
        })
    }

    /// Writes a small object that is sealed already; after this it is durable.
    pub async fn put(&self, path: &str, sealed: Vec<u8>) -> Result<(), Failure> {
        let location = Path::from(path);
        self.store.put(&location, PutPayload::from(Bytes::from(sealed))).await.map_err(Failure::writing)?;
        self.flush(&location).await
    }

    /// Opens a sealed object for reading in parts.
    pub async fn open(&self, path: &str, key: &DataKey) -> Result<Stored, Failure> {
        let location = Path::from(path);
        let sealed = self.store.head(&location).await.map_err(not_found)?.size;
        let header = self.store.get_range(&location, 0..ChunkReader::HEADER.min(sealed)).await.map_err(not_found)?;
        let reader = Arc::new(ChunkReader::new(key, path, &header, sealed)?);
        Ok(Stored { store: self.store.clone(), location, reader })
    }

    pub async fn delete(&self, path: &str) -> Result<(), Failure> {
        match self.store.delete(&Path::from(path)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Failure::internal(error)),
        }
    }

    /// Deletes the objects of a folder whose names begin so, whether anything refers to them or not.
    pub async fn delete_beginning(&self, folder: &str, beginning: &str) -> Result<(), Failure> {
        for location in self.beginning(folder, beginning).await? {
            self.delete(location.as_ref()).await?;
        }
        Ok(())
    }

    /// The same, but for the one at this path.
    pub async fn delete_others(&self, folder: &str, beginning: &str, kept: &str) -> Result<(), Failure> {
        let kept = Path::from(kept);
        for location in self.beginning(folder, beginning).await?.into_iter().filter(|location| *location != kept) {
            self.delete(location.as_ref()).await?;
        }
        Ok(())
    }

    async fn beginning(&self, folder: &str, beginning: &str) -> Result<Vec<Path>, Failure> {
        let listed = self.store.list(Some(&Path::from(folder)));
        let all: Vec<_> = listed.try_collect().await.map_err(Failure::internal)?;
        let locations = all.into_iter().map(|object| object.location);
        Ok(locations.filter(|l| l.filename().is_some_and(|n| n.starts_with(beginning))).collect())
    }

    /// Something can be written.
    pub async fn ready(&self) -> Result<(), Failure> {
        let probe = Path::from("ready");
        self.store.put(&probe, PutPayload::from_static(b"ready")).await.map(drop).map_err(Failure::internal)
    }

    pub async fn exists(&self, path: &str) -> Result<bool, Failure> {
        match self.store.head(&Path::from(path)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(Failure::internal(error)),
        }
    }

    /// Flushes the object and every folder above it.
    async fn flush(&self, path: &Path) -> Result<(), Failure> {
        let Some(local) = &self.local else { return Ok(()) };
        let file = local.path_to_filesystem(path).map_err(Failure::internal)?;
        let depth = path.parts().count();
        let flush = move || -> std::io::Result<()> {
            std::fs::File::open(&file)?.sync_all()?;
            for folder in file.ancestors().skip(1).take(depth) {
                std::fs::File::open(folder)?.sync_all()?;
            }
            Ok(())
        };
        tokio::task::spawn_blocking(flush).await.map_err(Failure::internal)?.map_err(Failure::writing)
    }
}

/// A sealed object that is read part by part: memory stays at one segment.
#[derive(Clone)]
pub struct Stored {
    store: Arc<dyn ObjectStore>,
    location: Path,
    reader: Arc<ChunkReader>,
}

impl Stored {
    /// Size of the content in bytes.
    pub fn size(&self) -> u64 {
        self.reader.plain_len()
    }

    async fn segment(&self, number: u64) -> std::io::Result<Bytes> {
        let sealed = self.store.get_range(&self.location, self.reader.place(number)).await?;
        Ok(self.reader.open(number, sealed.into()).map_err(std::io::Error::other)?.into())
    }

    /// The content from beginning to end; an error when a part was changed or is missing.
    pub fn stream(self) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
        stream::try_unfold((self, 0), async |(stored, number)| {
            if number == stored.reader.segments() {
                return Ok(None);
            }
            let part = stored.segment(number).await?;
            Ok(Some((part, (stored, number + 1))))
        })
    }

    /// The face that the pre-check reads from, outside of the async threads.
    pub fn blocking(self) -> impl precheck::Source + Send + 'static {
        Blocking { stored: self, runtime: tokio::runtime::Handle::current() }
    }
}

struct Blocking {
    stored: Stored,
    runtime: tokio::runtime::Handle,
}

impl precheck::Source for Blocking {
    fn size(&self) -> u64 {
        self.stored.size()
    }

    fn read(&self, at: u64, len: usize) -> std::io::Result<Vec<u8>> {
        let size = SEGMENT as u64;
        let end = at.saturating_add(len as u64).min(self.stored.size());
        let mut out = Vec::with_capacity(len);
        let mut at = at;
        while at < end {
            let number = at / size;
            let part = self.runtime.block_on(self.stored.segment(number))?;
            let from = usize::try_from(at % size).unwrap_or(0);
            let to = usize::try_from((end - number * size).min(size)).unwrap_or(0);
            out.extend_from_slice(part.get(from..to).ok_or(std::io::ErrorKind::UnexpectedEof)?);
            at = (number + 1) * size;
        }
        Ok(out)
    }
}

fn not_found(error: object_store::Error) -> Failure {
    match error {
        object_store::Error::NotFound { .. } => Failure::NotFound,
        other => Failure::internal(other),
    }
}

impl Writing {
    pub async fn push(&mut self, plain: &[u8]) -> Result<(), Failure> {
        for piece in plain.chunks(PART) {
            self.sealer.update(piece, &mut self.buffer)?;
            if self.buffer.len() >= PART {
                self.send().await?;
            }
        }
        Ok(())
    }

    async fn send(&mut self) -> Result<(), Failure> {
        let part = std::mem::replace(&mut self.buffer, Vec::with_capacity(PART + (PART >> 3)));
        self.upload.put_part(PutPayload::from(Bytes::from(part))).await.map_err(Failure::writing)
    }

    /// Ends the object; after this it is durable.
    pub async fn finish(mut self) -> Result<(), Failure> {
        let mut last = std::mem::take(&mut self.buffer);
        self.sealer.finish(&mut last)?;
        self.upload.put_part(PutPayload::from(Bytes::from(last))).await.map_err(Failure::writing)?;
        self.upload.complete().await.map_err(Failure::writing)?;
        self.files.flush(&self.path).await
    }

    /// Throws away what was written.
    pub async fn abort(mut self) {
        if let Err(error) = self.upload.abort().await {
            tracing::warn!(%error, "an unfinished upload could not be removed");
        }
    }
}
