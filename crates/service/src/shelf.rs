//! The catalogue that is offered now, and the matters that somebody opened lately.

use crate::catalogue::{Assembly, Catalogue, Offer};
use crate::{Failure, Service};
use domain::catalogue::{Change, Matter, MatterRef, changes};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use store::Tx;
use store::tables::revisions;

/// Opened revisions kept whole: more than are asked for at one time, and a few MB at most.
const OPENED: usize = 256;
/// A packed matter that unpacks to more than this was not written by us.
const LONGEST: u64 = 4 * 1024 * 1024;

/// What [`crate::World`] holds of the catalogue.
pub struct Shelf {
    now: RwLock<Arc<Catalogue>>,
    opened: Mutex<HashMap<MatterRef, Arc<Matter>>>,
}

impl From<Catalogue> for Shelf {
    fn from(catalogue: Catalogue) -> Self {
        Self { now: RwLock::new(Arc::new(catalogue)), opened: Mutex::default() }
    }
}

impl Shelf {
    fn now(&self) -> Arc<Catalogue> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, catalogue: Catalogue) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue);
    }

    fn opened(&self, wanted: &MatterRef) -> Option<Arc<Matter>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).get(wanted).cloned()
    }

    /// What was published never changes, so nothing has to be dropped but for room.
    fn keep(&self, wanted: &MatterRef, matter: &Arc<Matter>) {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.len() >= OPENED {
            opened.clear();
        }
        opened.insert(wanted.clone(), matter.clone());
    }
}

/// Where a revision is read from: a transaction must not wait for a second connection.
enum Source<'a> {
    Database,
    Transaction(&'a mut Tx),
}

impl Service {
    /// The catalogue as it is offered now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.shelf.now()
    }

    /// The offered version of a matter.
    pub async fn matter_of(&self, slug: &str) -> Result<Arc<Matter>, Failure> {
        let wanted = self.catalogue().card(slug).ok_or(Failure::NotFound)?.reference();
        self.version(&wanted, Source::Database).await?.ok_or(Failure::NotFound)
    }

    /// The same inside a transaction.
    pub(crate) async fn matter_of_in(&self, tx: &mut Tx, slug: &str) -> Result<Arc<Matter>, Failure> {
        let wanted = self.catalogue().card(slug).ok_or(Failure::NotFound)?.reference();
        self.version(&wanted, Source::Transaction(tx)).await?.ok_or(Failure::NotFound)
    }

    /// The matter as it was when the case was filed: that is what holds for it. Where that version was
    /// not kept, the offered one.
    pub(crate) async fn matter_at(&self, filed: &MatterRef) -> Result<Arc<Matter>, Failure> {
        match self.version(filed, Source::Database).await? {
            Some(matter) => Ok(matter),
            None => self.matter_of(not_kept(filed)).await,
        }
    }

    /// The same inside a transaction.
    pub(crate) async fn matter_at_in(&self, tx: &mut Tx, filed: &MatterRef) -> Result<Arc<Matter>, Failure> {
        match self.version(filed, Source::Transaction(tx)).await? {
            Some(matter) => Ok(matter),
            None => self.matter_of_in(tx, not_kept(filed)).await,
        }
    }

    /// What has changed in a matter since a version; none when it is the same version.
    pub async fn changes_since(&self, matter: &Matter, version: u32) -> Result<Option<Vec<Change>>, Failure> {
        if matter.version == version {
            return Ok(None);
        }
        let old = self.version(&MatterRef { slug: matter.slug.clone(), version }, Source::Database).await?;
        Ok(Some(old.map_or_else(Vec::new, |old| changes(&old, matter))))
    }

    async fn version(&self, wanted: &MatterRef, from: Source<'_>) -> Result<Option<Arc<Matter>>, Failure> {
        let catalogue = self.catalogue();
        if let Some(held) = catalogue.held(wanted).or_else(|| self.shelf.opened(wanted)) {
            return Ok(Some(held));
        }
        let packed = match from {
            Source::Database => revisions::content(&self.db, &wanted.slug, wanted.version).await?,
            Source::Transaction(tx) => revisions::content_in(tx, &wanted.slug, wanted.version).await?,
        };
        let Some(packed) = packed else { return Ok(None) };
        let matter = Arc::new(unpack(&packed)?);
        self.shelf.keep(wanted, &matter);
        Ok(Some(matter))
    }

    /// Takes up what was published, here or by another server on the same database; gives whether
    /// anything was new.
    pub async fn refresh_catalogue(&self) -> Result<bool, Failure> {
        let generation = revisions::generation(&self.db).await?;
        let now = self.catalogue();
        if generation == now.generation {
            return Ok(false);
        }
        let mut assembly = Assembly::new(now.folder().clone());
        let mut after = String::new();
        // Reading and indexing many matters takes a while: not on the threads that answer.
        loop {
            let rows = revisions::offered(&self.db, &after).await?;
            let Some((last, _)) = rows.last() else { break };
            after.clone_from(last);
            let region = now.region.clone();
            let added = tokio::task::spawn_blocking(move || {
                let mut unread = Vec::new();
                for (id, offer) in rows {
                    match serde_json::from_str::<Offer>(&offer) {
                        Ok(offer) => assembly.add(offer),
                        Err(_) => unread.push(id),
                    }
                }
                (assembly, unread)
            });
            let unread;
            (assembly, unread) = added.await.map_err(Failure::internal)?;
            for id in unread {
                // Written by another version of the program: made anew from the matter itself.
                let packed = revisions::content_of(&self.db, &id).await?;
                if let Some(Ok(matter)) = packed.map(|packed| unpack(&packed)) {
                    assembly.add(Offer::of(&matter, &region));
                } else {
                    tracing::error!(revision = %id, "a published revision cannot be read; it is not offered");
                }
            }
        }
        for slug in now.folder().matters.keys() {
            for version in revisions::published_versions(&self.db, slug).await? {
                assembly.take(MatterRef { slug: slug.clone(), version });
            }
        }
        let catalogue = tokio::task::spawn_blocking(move || assembly.finish(generation));
        self.shelf.put(catalogue.await.map_err(Failure::internal)?);
        Ok(true)
    }
}

fn not_kept(filed: &MatterRef) -> &str {
    tracing::warn!(slug = %filed.slug, version = filed.version, "this version is not in the catalogue any more");
    &filed.slug
}

/// A checked matter as it is stored.
pub fn pack(matter: &Matter) -> Result<Vec<u8>, Failure> {
    let json = serde_json::to_vec(matter).map_err(Failure::internal)?;
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
    brotli::BrotliCompress(&mut json.as_slice(), &mut packed, &params).map_err(Failure::internal)?;
    Ok(packed)
}

pub(crate) fn unpack(packed: &[u8]) -> Result<Matter, Failure> {
    let unpacked = std::io::Read::take(brotli::Decompressor::new(packed, 4096), LONGEST);
    serde_json::from_reader(unpacked).map_err(Failure::internal)
}
