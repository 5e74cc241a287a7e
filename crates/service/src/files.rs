//! File store: objects through `object_store`; on a local disk every object and its folder are
//! flushed before it is acknowledged, so that an acknowledged byte survives a power cut.

use crate::Failure;
use bytes::Bytes;
use futures_util::StreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload};
use std::path::PathBuf;
use std::sync::Arc;
use store::{ChunkOpener, ChunkSealer, DataKey};

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
        let upload = self.store.put_multipart(&location).await.map_err(Failure::internal)?;
        let sealer = ChunkSealer::new(key, path)?;
        Ok(Writing {
            upload,
            sealer,
            buffer: Vec::with_capacity(PART + (PART >> 3)),
            path: location,
            files: self.clone(),
        })
    }

    /// Reads a sealed object whole; `limit` bounds memory.
    pub async fn read(&self, path: &str, key: &DataKey, limit: usize) -> Result<Vec<u8>, Failure> {
        let got = self.store.get(&Path::from(path)).await.map_err(|e| match e {
            object_store::Error::NotFound { .. } => Failure::NotFound,
            other => Failure::internal(other),
        })?;
        let mut stream = got.into_stream();
        let mut opener = ChunkOpener::new(key, path);
        let mut plain = Vec::new();
        while let Some(part) = stream.next().await {
            opener.update(&part.map_err(Failure::internal)?, &mut plain)?;
            if plain.len() > limit {
                return Err(Failure::Rejected("file.too_big"));
            }
        }
        opener.finish(&mut plain)?;
        Ok(plain)
    }

    pub async fn delete(&self, path: &str) -> Result<(), Failure> {
        match self.store.delete(&Path::from(path)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Failure::internal(error)),
        }
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
        tokio::task::spawn_blocking(flush).await.map_err(Failure::internal)?.map_err(Failure::internal)
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
        self.upload.put_part(PutPayload::from(Bytes::from(part))).await.map_err(Failure::internal)
    }

    /// Ends the object; after this it is durable.
    pub async fn finish(mut self) -> Result<(), Failure> {
        let mut last = std::mem::take(&mut self.buffer);
        self.sealer.finish(&mut last)?;
        self.upload.put_part(PutPayload::from(Bytes::from(last))).await.map_err(Failure::internal)?;
        self.upload.complete().await.map_err(Failure::internal)?;
        self.files.flush(&self.path).await
    }

    /// Throws away what was written.
    pub async fn abort(mut self) {
        if let Err(error) = self.upload.abort().await {
            tracing::warn!(%error, "an unfinished upload could not be removed");
        }
    }
}
